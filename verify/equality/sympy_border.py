"""The border to SymPy: expressions in, expressions out, and SymPy's own `simplify` as a last tier.

The only module of this package that knows SymPy, and it imports it when first called.  Only expression objects cross
the border, never text: SymPy evaluates strings that it is handed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from time import perf_counter
from typing import TYPE_CHECKING, Any

from verify.equality.assumptions import Assumption, Assumptions
from verify.equality.terms import Terms
from verify.errors import BudgetExceeded, Undecidable, VerifyError
from verify.evidence import Evidence, Verdict

if TYPE_CHECKING:
    import sympy

    from verify.equality.matrix_pool import Matrices, Matrix
    from verify.equality.matrix_shapes import Dimension

ElementName = Callable[[str, tuple[int, ...]], str]
"""From a name and whole-number indices to the name of the variable that entry is."""

MAXIMUM_EXPRESSIONS = 100_000
MAXIMUM_EXPLICIT_ENTRIES = 256

SAME_NAME = (
    *("exp", "log", "sin", "cos", "tan", "sec", "csc", "cot", "sinh", "cosh", "tanh", "sech", "csch", "coth"),
    *("asin", "acos", "atan", "asinh", "acosh", "atanh", "sign", "floor", "erf", "gamma", "factorial", "binomial"),
)
FUNCTION_OF_SYMPY: Mapping[str, str] = {
    **{name: name for name in SAME_NAME},
    "ceiling": "ceiling",
    "Abs": "abs",
    "Max": "max",
    "Min": "min",
}
"""Name of a SymPy class -> canonical name of the function."""

RELATION_OF_SYMPY: Mapping[str, str] = {
    "StrictLessThan": "<",
    "LessThan": "<=",
    "StrictGreaterThan": ">",
    "GreaterThan": ">=",
    "Equality": "=",
    "Unequality": "!=",
}


class ForeignExpressionError(VerifyError):
    """A SymPy expression that has no counterpart here: what was found, and what to do."""

    def __init__(self, found: str, cure: str) -> None:
        self.found, self.cure = found, cure
        super().__init__(f"{found} cannot be compared; {cure}")


# ---------------------------------------------------------------------- SymPy to terms


def to_term(terms: Terms, expression: sympy.Expr, *, element_name: ElementName | None = None) -> int:
    """The term of a SymPy scalar.

    - `element_name`: names the variable of an entry such as `u[3]` or `W[0, 1]` whose indices are numbers; without it
      the pool's own convention applies (`u3` where that variable exists, else `u_3`).

    `to_term(terms, sympy.sin(x)**2)`.  Raises ForeignExpressionError for nan, infinities, complex numbers, unevaluated
    derivatives and integrals, and functions that the kernel does not know.
    """
    return _ToTerm(terms, element_name).convert(expression)


@dataclass(slots=True)
class _ToTerm:
    """One conversion; `special` converts what only a caller with matrices knows, and returns None for the rest."""

    terms: Terms
    element_name: ElementName | None = None
    special: Callable[[Any], int | None] | None = None
    done: dict[int, int] = field(default_factory=dict)

    def convert(self, expression: Any) -> int:
        """The term of an expression, without recursion."""
        from sympy import Basic, sympify

        if isinstance(expression, str | bytes):
            raise TypeError("SymPy expressions only, never text")
        root = expression if isinstance(expression, Basic) else sympify(expression, strict=True)
        for part in _children_first(root, self._children):
            self.done[id(part)] = self._one(part)
        return self.done[id(root)]

    def _children(self, part: Any) -> list[Any]:
        kind = type(part).__name__
        if kind == "Piecewise":
            return [side for value, test in part.args for side in (value, *_sides(test))]
        if kind in ("Sum", "Product"):
            return [part.function, *(bound for limit in part.limits for bound in limit[1:])]
        if kind == "Indexed":
            return list(part.indices)
        if kind == "MatrixElement":
            return [part.i, part.j]
        return list(part.args) if part.is_Add or part.is_Mul or part.is_Pow or kind in _FUNCTION_KINDS else []

    def _one(self, part: Any) -> int:
        terms, done = self.terms, self.done
        if self.special is not None:
            found = self.special(part)
            if found is not None:
                return found
        arguments = [done[id(child)] for child in part.args if id(child) in done]
        if part.is_Add:
            return terms.add(arguments)
        if part.is_Mul:
            return terms.multiply(arguments)
        if part.is_Pow:
            return terms.power(*arguments)
        kind = type(part).__name__
        if kind in FUNCTION_OF_SYMPY:
            return terms.apply(FUNCTION_OF_SYMPY[kind], arguments)
        convert = _OTHERS.get(kind)
        return self._atom(part) if convert is None else convert(self, part)

    def _atom(self, part: Any) -> int:
        if part.is_Rational:
            return self.terms.number(Fraction(int(part.p), int(part.q)))
        if part.is_Float and part.is_finite:
            return self.terms.number(Fraction(str(part)))  # 0.1 is one tenth here, as it was written
        if part.is_Symbol:
            return self.terms.variable(part.name)
        kind = type(part).__name__
        if kind in ("Pi", "Exp1"):
            return self.terms.constant("pi" if kind == "Pi" else "e")
        raise _foreign(part)

    def _dummy(self, part: Any) -> int:
        return self.terms.variable(f"_{part.name}_{part.dummy_index}")

    def _indexed(self, part: Any) -> int:
        return self._element(str(part.base.label), [self.done[id(index)] for index in part.indices])

    def _matrix_element(self, part: Any) -> int:
        if type(part.parent).__name__ != "MatrixSymbol":
            raise ForeignExpressionError(f"an entry of {type(part.parent).__name__}", "write out its entries")
        return self._element(part.parent.name, [self.done[id(index)] for index in (part.i, part.j)])

    def _element(self, name: str, indices: list[int]) -> int:
        values = [self.terms.key(index) for index in indices]
        whole = all(node[0] == "number" and node[1].denominator == 1 for node in values)
        if whole and self.element_name is not None:
            return self.terms.variable(self.element_name(name, tuple(int(node[1]) for node in values)))
        return self.terms.indexed(name, indices)

    def _over_index(self, part: Any) -> int:
        terms, result = self.terms, self.done[id(part.function)]
        over = terms.summation if type(part).__name__ == "Sum" else terms.product_over
        for limit in part.limits:
            if len(limit) != 3:
                raise ForeignExpressionError("a sum without bounds", "give a lower and an upper bound")
            result = over(result, limit[0].name, self.done[id(limit[1])], self.done[id(limit[2])])
        return result

    def _piecewise(self, part: Any) -> int:
        if not _is_true(part.args[-1][1]):
            raise ForeignExpressionError("a piecewise value without a last case", "add a case that holds otherwise")
        result = self.done[id(part.args[-1][0])]
        for value, test in reversed(part.args[:-1]):
            result = self._choice(test, self.done[id(value)], result)
        return result

    def _choice(self, test: Any, value: int, otherwise: int) -> int:
        """`value` where the test holds, else `otherwise`."""
        kind = type(test).__name__
        if _is_true(test):
            return value
        if kind == "And":
            for condition in test.args:
                value = self._choice(condition, value, otherwise)
            return value
        if kind == "Or":
            for condition in test.args:
                otherwise = self._choice(condition, value, otherwise)
            return otherwise
        if kind not in RELATION_OF_SYMPY:
            raise _foreign(test)
        left, right = (self.done[id(side)] for side in (test.lhs, test.rhs))
        return self.terms.piecewise([(value, self.terms.relation(RELATION_OF_SYMPY[kind], left, right))], otherwise)

    def _heaviside(self, part: Any) -> int:
        terms = self.terms
        argument, at_zero = (self.done[id(child)] for child in part.args)
        below = terms.relation("<", argument, terms.zero), terms.relation("=", argument, terms.zero)
        return terms.piecewise([(terms.zero, below[0]), (at_zero, below[1])], terms.one)

    def _complementary_error(self, part: Any) -> int:
        return self.terms.subtract(self.terms.one, self.terms.apply("erf", [self.done[id(part.args[0])]]))


_OTHERS: Mapping[str, Callable[[_ToTerm, Any], int]] = {
    "Dummy": _ToTerm._dummy,
    "Indexed": _ToTerm._indexed,
    "MatrixElement": _ToTerm._matrix_element,
    "Sum": _ToTerm._over_index,
    "Product": _ToTerm._over_index,
    "Piecewise": _ToTerm._piecewise,
    "Heaviside": _ToTerm._heaviside,
    "erfc": _ToTerm._complementary_error,
}
_FUNCTION_KINDS = frozenset([*FUNCTION_OF_SYMPY, "Heaviside", "erfc"])


def _children_first(root: Any, children: Callable[[Any], list[Any]]) -> Iterable[Any]:
    """Every part at or below the root that `children` leads to, each once, children before parents."""
    ready: set[int] = set()
    stack = [root]
    while stack:
        part = stack[-1]
        if id(part) in ready:
            stack.pop()
            continue
        missing = [child for child in children(part) if id(child) not in ready]
        if missing:
            stack.extend(missing)
            continue
        stack.pop()
        ready.add(id(part))
        if len(ready) > MAXIMUM_EXPRESSIONS:
            raise BudgetExceeded(f"an expression of more than {MAXIMUM_EXPRESSIONS} parts")
        yield part


def _sides(test: Any) -> list[Any]:
    """The scalars that a condition compares."""
    if type(test).__name__ in ("And", "Or"):
        return [side for condition in test.args for side in _sides(condition)]
    return [test.lhs, test.rhs] if type(test).__name__ in RELATION_OF_SYMPY else []


def _is_true(test: Any) -> bool:
    return type(test).__name__ == "BooleanTrue"


def _foreign(part: Any) -> ForeignExpressionError:
    kind = type(part).__name__
    if kind in ("NaN", "ComplexInfinity", "Infinity", "NegativeInfinity"):
        return ForeignExpressionError(f"the value {part}", "it is no real number")
    if kind in ("Derivative", "Integral", "Limit", "Subs"):
        return ForeignExpressionError(f"an unevaluated {kind}", "call its method doit() and give the result")
    if kind == "ImaginaryUnit":
        return ForeignExpressionError("a complex number", "only real values are compared")
    return ForeignExpressionError(f"a {kind}", f"known functions are {', '.join(sorted(FUNCTION_OF_SYMPY))}")


# ---------------------------------------------------------------------- terms to SymPy


def from_term(terms: Terms, term: int, symbols: Mapping[str, sympy.Symbol] | None = None) -> sympy.Expr:
    """The SymPy expression of a term; variables that `symbols` does not name become real symbols."""
    conversion = _FromTerm(terms, dict(symbols or {}))
    for part in terms.reachable((term,)):
        node = terms.key(part)
        if node[0] in ("summation", "product"):
            conversion.bound.add(node[2])
    for part in terms.reachable((term,)):
        conversion.done[part] = conversion.one(terms.key(part))
    return conversion.done[term]


@dataclass(slots=True)
class _FromTerm:
    terms: Terms
    symbols: dict[str, Any]
    bound: set[str] = field(default_factory=set)
    done: dict[int, Any] = field(default_factory=dict)

    def symbol(self, name: str) -> Any:
        import sympy

        if name not in self.symbols:
            known = {"integer": True} if name in self.bound else {"real": True}
            self.symbols[name] = sympy.Symbol(name, **known)
        return self.symbols[name]

    def one(self, node: tuple[Any, ...]) -> Any:
        import sympy

        done, kind = self.done, node[0]
        if kind == "number":
            return sympy.Rational(node[1].numerator, node[1].denominator)
        if kind == "variable":
            return self.symbol(node[1])
        if kind == "constant":
            return sympy.pi if node[1] == "pi" else sympy.E
        if kind == "add":
            return sympy.Add(*[done[child] for child in node[1]])
        if kind == "multiply":
            return sympy.Mul(*[done[child] for child in node[1]])
        if kind == "power":
            return sympy.Pow(done[node[1]], done[node[2]])
        if kind == "apply":
            return _function_to_sympy()[node[1]](*[done[argument] for argument in node[2:]])
        return self.other(node)

    def other(self, node: tuple[Any, ...]) -> Any:
        import sympy

        done, kind = self.done, node[0]
        if kind == "relation":
            return sympy.Rel(done[node[2]], done[node[3]], {"=": "==", "!=": "!="}.get(node[1], node[1]))
        if kind == "piecewise":
            branches = [(done[value], done[test]) for value, test in node[1]]
            return sympy.Piecewise(*branches, (done[node[2]], True))
        if kind == "indexed":
            return sympy.IndexedBase(sympy.Symbol(node[1]))[tuple(done[index] for index in node[2])]
        over = sympy.Sum if kind == "summation" else sympy.Product
        return over(done[node[1]], (self.symbol(node[2]), done[node[3]], done[node[4]]))


@lru_cache(maxsize=1)
def _function_to_sympy() -> Mapping[str, Callable[..., Any]]:
    import sympy

    named = {name: getattr(sympy, foreign) for foreign, name in FUNCTION_OF_SYMPY.items()}
    return {
        **named,
        "log2": lambda x: sympy.log(x) / sympy.log(2),
        "log10": lambda x: sympy.log(x) / sympy.log(10),
        "sqrt": sympy.sqrt,
        "cbrt": lambda x: sympy.sign(x) * sympy.Abs(x) ** sympy.Rational(1, 3),
        "sigmoid": lambda x: 1 / (1 + sympy.exp(-x)),
        "softplus": lambda x: sympy.log(1 + sympy.exp(x)),
        "relu": lambda x: sympy.Max(0, x),
    }


def symbols_for(names: Iterable[str], assumptions: Assumptions) -> dict[str, sympy.Symbol]:
    """SymPy symbols that carry what is assumed of the variables, as far as SymPy can say it."""
    import sympy

    return {name: sympy.Symbol(name, **_as_sympy(assumptions.of(name))) for name in names}


def _as_sympy(assumption: Assumption) -> dict[str, bool]:
    holds = {
        "real": True,
        "integer": assumption.integer,
        "positive": assumption.positive,
        "negative": assumption.negative,
        "nonnegative": assumption.nonnegative,
        "nonzero": assumption.is_nonzero,
    }
    return {name: True for name, known in holds.items() if known}


# ---------------------------------------------------------------------- matrices


def to_matrices(
    matrices: Matrices, expression: sympy.MatrixExpr, properties: Mapping[str, Iterable[str]] | None = None
) -> Matrix:
    """The matrix expression of a SymPy one; `properties` says what is declared of its symbols, by name.

    Sizes are numbers, symbols, or sums of them.  Raises ForeignExpressionError for what has no counterpart.
    """
    return _ToMatrices(matrices, properties or {}).matrix(expression)


def to_scalar(matrices: Matrices, expression: sympy.Expr, properties: Mapping[str, Iterable[str]] | None = None) -> int:
    """The term of a SymPy scalar that may contain traces and entries of matrix expressions."""
    return _ToMatrices(matrices, properties or {}).scalar(expression)


@dataclass(slots=True)
class _ToMatrices:
    matrices: Matrices
    properties: Mapping[str, Iterable[str]]
    done: dict[int, Matrix] = field(default_factory=dict)
    converted: list[Any] = field(default_factory=list)

    def matrix(self, expression: Any) -> Matrix:
        self.converted.append(expression)  # results are kept by identity, which only holds while the object lives
        for part in _children_first(expression, _matrices_below):
            if id(part) not in self.done:
                self.done[id(part)] = self._one(part)
        return self.done[id(expression)]

    def scalar(self, expression: Any) -> int:
        return _ToTerm(self.matrices.terms, special=self._matrix_scalar).convert(expression)

    def _matrix_scalar(self, part: Any) -> int | None:
        """Scalars made of matrices, which the conversion of scalars asks about first."""
        kind = type(part).__name__
        if kind == "Trace":
            return self.matrices.trace(self.matrix(part.arg))
        if kind == "MatrixElement":
            return self.matrices.entry(self.matrix(part.parent), _index(part.i), _index(part.j))
        if kind == "DotProduct":
            return self.matrices.dot(*[self.matrix(argument) for argument in part.args])
        return None

    def _one(self, part: Any) -> Matrix:
        convert = _MATRIX_RULES.get(type(part).__name__)
        if convert is not None:
            return convert(self, part)
        if getattr(part, "is_Matrix", False) and hasattr(part, "tolist"):
            return self._explicit(part)
        found = f"a {type(part).__name__}"
        raise ForeignExpressionError(found, f"known are {', '.join(sorted(_MATRIX_RULES))}")

    def _below(self, part: Any) -> list[Matrix]:
        return [self.done[id(child)] for child in _matrices_below(part)]

    def _symbol(self, part: Any) -> Matrix:
        rows, columns = (_dimension(size) for size in part.shape)
        return self.matrices.symbol(part.name, rows, columns, self.properties.get(part.name, ()))

    def _identity(self, part: Any) -> Matrix:
        return self.matrices.identity(_dimension(part.shape[0]))

    def _zero(self, part: Any) -> Matrix:
        return self.matrices.zero(*[_dimension(size) for size in part.shape])

    def _ones(self, part: Any) -> Matrix:
        return self.matrices.ones(*[_dimension(size) for size in part.shape])

    def _add(self, part: Any) -> Matrix:
        return self.matrices.add(self._below(part))

    def _multiply(self, part: Any) -> Matrix:
        terms = self.matrices.terms
        scalars = [self.scalar(argument) for argument in part.args if not _is_matrix(argument)]
        return self.matrices.scale(terms.multiply(scalars), self.matrices.multiply(self._below(part)))

    def _transpose(self, part: Any) -> Matrix:
        return self.matrices.transpose(self.done[id(part.arg)])

    def _power(self, part: Any) -> Matrix:
        if not part.exp.is_Integer:
            raise ForeignExpressionError("a matrix power that is not a whole number", "write out the product")
        return self.matrices.power(self.done[id(part.base)], int(part.exp))

    def _hadamard(self, part: Any) -> Matrix:
        return self.matrices.hadamard(self._below(part))

    def _hadamard_power(self, part: Any) -> Matrix:
        exponent = self.scalar(part.exp)
        power = self.matrices.terms.power
        return self.matrices.elementwise(lambda entry: power(entry, exponent), self.done[id(part.base)])

    def _elementwise(self, part: Any) -> Matrix:
        from verify.equality.matrix_pool import ELEMENT

        (variable,) = part.function.variables
        terms = self.matrices.terms
        body = _ToTerm(terms, special=lambda p: terms.variable(ELEMENT) if p == variable else None)
        return self.matrices.elementwise(body.convert(part.function.expr), self.done[id(part.expr)])

    def _diagonal(self, part: Any) -> Matrix:
        return self.matrices.diagonal(self.done[id(part.args[0])])

    def _slice(self, part: Any) -> Matrix:
        """One row or one column of a matrix, or all of them."""
        matrices, matrix = self.matrices, self.done[id(part.parent)]
        for axis, (start, stop, step) in enumerate((part.rowslice, part.colslice)):
            size = matrix.shape.columns if axis else matrix.shape.rows
            if start == 0 and step == 1 and _dimension(stop) == size:
                continue
            if step != 1 or stop - start != 1:
                raise ForeignExpressionError("a block of a matrix", "take one row, one column, or all of it")
            chosen = matrices.basis(size, _index(start))
            matrix = matrices.multiply((matrix, chosen) if axis else (matrices.transpose(chosen), matrix))
        return matrix

    def _explicit(self, part: Any) -> Matrix:
        matrices, (rows, columns) = self.matrices, part.shape
        if rows * columns > MAXIMUM_EXPLICIT_ENTRIES:
            raise BudgetExceeded(f"an explicit matrix of more than {MAXIMUM_EXPLICIT_ENTRIES} entries")
        parts = [matrices.zero(int(rows), int(columns))]
        for row in range(rows):
            for column in range(columns):
                place = matrices.outer(matrices.basis(int(rows), row), matrices.basis(int(columns), column))
                parts.append(matrices.scale(self.scalar(part[row, column]), place))
        return matrices.add(parts)


_MATRIX_RULES: Mapping[str, Callable[[_ToMatrices, Any], Matrix]] = {
    "MatrixSymbol": _ToMatrices._symbol,
    "Identity": _ToMatrices._identity,
    "ZeroMatrix": _ToMatrices._zero,
    "OneMatrix": _ToMatrices._ones,
    "MatAdd": _ToMatrices._add,
    "MatMul": _ToMatrices._multiply,
    "Transpose": _ToMatrices._transpose,
    "Adjoint": _ToMatrices._transpose,
    "Inverse": _ToMatrices._power,
    "MatPow": _ToMatrices._power,
    "HadamardProduct": _ToMatrices._hadamard,
    "HadamardPower": _ToMatrices._hadamard_power,
    "ElementwiseApplyFunction": _ToMatrices._elementwise,
    "DiagMatrix": _ToMatrices._diagonal,
    "MatrixSlice": _ToMatrices._slice,
}


def _is_matrix(part: Any) -> bool:
    return bool(getattr(part, "is_Matrix", False) or getattr(part, "is_MatrixExpr", False))


def _matrices_below(part: Any) -> list[Any]:
    """The matrix arguments of a matrix expression; none of an explicit matrix, whose arguments are its entries."""
    if type(part).__name__ in ("MatrixSymbol", "Identity", "ZeroMatrix", "OneMatrix") or hasattr(part, "tolist"):
        return []
    return [child for child in part.args if _is_matrix(child)]


def _dimension(size: Any) -> Dimension:
    from sympy import sympify

    from verify.equality.matrix_shapes import Dimension

    constant, parts = 0, []
    for factor, count in sympify(size, strict=True).expand().as_coefficients_dict().items():
        if not count.is_Integer or not (factor == 1 or factor.is_Symbol):
            raise ForeignExpressionError(f"a dimension {size}", "use numbers, symbols and sums of them")
        if factor == 1:
            constant = int(count)
        else:
            parts.append((factor.name, int(count)))
    return Dimension(constant, tuple(sorted(parts)))


def _index(index: Any) -> int | str:
    from sympy import sympify

    index = sympify(index, strict=True)
    if index.is_Integer:
        return int(index)
    if index.is_Symbol:
        return str(index.name)
    raise ForeignExpressionError(f"an index {type(index).__name__}", "use a number or a symbol")


# ---------------------------------------------------------------------- SymPy as a tier


def simplify_tier(
    terms: Terms,
    left: int,
    right: int,
    assumptions: Assumptions | None = None,
    *,
    seconds: float = 2.0,
    megabytes: int = 1024,
    claim: str = "",
) -> Evidence:
    """Whether SymPy simplifies the difference of two terms to zero, within a budget, in another process.

    Proved by SymPy or undecided, never refuted.  The caller must have looked for a counterexample first: one found by
    ball arithmetic overrules this verdict.
    """
    from verify.equality.budget import run_within

    started = perf_counter()
    modules = ("verify.equality.sympy_border", "sympy")
    arguments = (terms, left, right, assumptions or Assumptions())
    try:
        vanishes = run_within(difference_vanishes, arguments, seconds=seconds, megabytes=megabytes, modules=modules)
        reason = "" if vanishes else "SymPy does not simplify the difference to zero"
    except (BudgetExceeded, Undecidable) as error:
        vanishes, reason = False, str(error)
    except Exception as error:  # SymPy raises many kinds of errors; none of them decides anything
        vanishes, reason = False, f"SymPy failed with {type(error).__name__}"
    verdict = Verdict.PROVED if vanishes else Verdict.UNDECIDED
    scope = "in general" if vanishes else ""
    return Evidence(claim, verdict, scope, method="sympy", reason=reason, seconds=perf_counter() - started)


def difference_vanishes(terms: Terms, left: int, right: int, assumptions: Assumptions) -> bool:
    """Whether SymPy's `simplify` reduces the difference to the number zero; runs in a worker."""
    import sympy

    symbols = symbols_for(terms.variables(left) | terms.variables(right), assumptions)
    sides = [from_term(terms, side, symbols) for side in (left, right)]
    if any(side.has(sympy.nan, sympy.zoo, sympy.oo, -sympy.oo) for side in sides):
        return False
    difference = (sides[0] - sides[1]).doit()
    return bool(difference == 0 or sympy.simplify(difference) == 0)
