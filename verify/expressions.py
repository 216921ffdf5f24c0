r"""Expressions: evaluate a SymPy (matrix) expression on numbers, on exact terms, or at symbolic sizes.

One interpreter serves every route, because what is shown must be what is checked:

- *numbers*: 2-d NumPy arrays of floats (of complex numbers inside a derivative);
- *exact*: 2-d object arrays whose entries are `Exact` kernel terms, at worked sizes;
- *general*: `Entries`, matrices whose size is a symbol and whose entry at a symbolic index is an `Exact` term.

Register a new kind of SymPy node with ``@evaluate.register``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import reduce, singledispatch
from itertools import count
from typing import TYPE_CHECKING, Any, Protocol, cast, runtime_checkable

import numpy as np
import sympy as sp
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.diagonal import DiagMatrix
from sympy.matrices.expressions.hadamard import HadamardPower, HadamardProduct
from sympy.matrices.expressions.matexpr import MatrixElement
from sympy.matrices.expressions.slice import MatrixSlice
from sympy.stats.symbolic_probability import Covariance, Expectation, Variance

from verify.errors import Undecidable
from verify.moments import moment

if TYPE_CHECKING:
    from verify.equality.terms import Terms

COMPLEX_STEP = (
    1e-30  # f(x + ih) has no subtraction, so the step may be far below the rounding error (Martins et al. 2003)
)


class Gradient(sp.MatrixExpr):
    r"""The unevaluated gradient $\partial f / \partial w$ of a scalar, of the shape of the matrix or vector `w`."""

    def __new__(cls, f: sp.Basic, wrt: sp.MatrixExpr) -> Gradient:
        return super().__new__(cls, sp.sympify(f), wrt)

    @property
    def shape(self) -> tuple[sp.Expr, sp.Expr]:
        return self.args[1].shape

    def _entry(self, i: sp.Expr, j: sp.Expr, **_: Any) -> sp.Expr:
        return MatrixElement(self, i, j)


class PartialDerivative(sp.Expr):
    r"""The unevaluated derivative $\partial f / \partial x$ of a scalar with respect to a scalar."""

    is_commutative = True

    def __new__(cls, f: sp.Basic, wrt: sp.Symbol) -> PartialDerivative:
        return super().__new__(cls, sp.sympify(f), wrt)

    @property
    def free_symbols(self) -> set[sp.Basic]:
        return self.args[0].free_symbols | {self.args[1]}

    def _eval_is_extended_real(self) -> bool:
        return True


def gradient(f: Any, wrt: Any) -> Any:
    r"""The gradient $\partial f / \partial w$, unevaluated: it stays so on the page and is evaluated entry by entry.

    `f` is a scalar or a 1x1 matrix; `wrt` is a given or a name introduced by ``problem.let``, of which everything
    defined from it is a function.  Has the shape of `wrt` (the "denominator layout").
    """
    return Gradient(f, wrt) if getattr(wrt, "is_Matrix", False) else PartialDerivative(f, wrt)


class Exact:
    """A scalar kernel term with Python's operators, so that NumPy's object arrays can hold it."""

    __slots__ = ("node", "terms")

    def __init__(self, terms: Terms, node: int) -> None:
        self.terms, self.node = terms, node

    def _lift(self, other: Any) -> int:
        if isinstance(other, Exact):
            return other.node
        if isinstance(other, float):
            return self.terms.number(Fraction(other))
        return self.terms.number(Fraction(int(other)) if not isinstance(other, Fraction) else other)

    def _wrap(self, node: int) -> Exact:
        return Exact(self.terms, node)

    def __add__(self, other: Any) -> Exact:
        return (
            NotImplemented
            if isinstance(other, Entries | np.ndarray)
            else self._wrap(self.terms.add([self.node, self._lift(other)]))
        )

    __radd__ = __add__

    def __mul__(self, other: Any) -> Exact:
        return (
            NotImplemented
            if isinstance(other, Entries | np.ndarray)
            else self._wrap(self.terms.multiply([self.node, self._lift(other)]))
        )

    __rmul__ = __mul__

    def __neg__(self) -> Exact:
        return self._wrap(self.terms.negate(self.node))

    def __sub__(self, other: Any) -> Exact:
        return (
            NotImplemented
            if isinstance(other, Entries | np.ndarray)
            else self + (-other if isinstance(other, Exact) else self._wrap(self.terms.negate(self._lift(other))))
        )

    def __rsub__(self, other: Any) -> Exact:
        return -self + other

    def __truediv__(self, other: Any) -> Exact:
        return self._wrap(self.terms.multiply([self.node, self.terms.reciprocal(self._lift(other))]))

    def __rtruediv__(self, other: Any) -> Exact:
        return self._wrap(self.terms.multiply([self._lift(other), self.terms.reciprocal(self.node)]))

    def __pow__(self, other: Any) -> Exact:
        return self._wrap(self.terms.power(self.node, self._lift(other)))

    def __rpow__(self, other: Any) -> Exact:
        return self._wrap(self.terms.power(self._lift(other), self.node))

    def __repr__(self) -> str:
        return f"Exact({self.node})"


class Entries:
    """A matrix whose sizes may be symbols: an entry is computed when it is asked for, at any index."""

    # NumPy must leave the operators below to this class.
    __array_ufunc__ = None

    def __init__(self, arithmetic: General, rows: Any, columns: Any, entry: Callable[[Any, Any], Any]) -> None:
        self.arithmetic, self.rows, self.columns, self.entry = arithmetic, rows, columns, entry

    @property
    def shape(self) -> tuple[Any, Any]:
        return self.rows, self.columns

    @property
    def T(self) -> Entries:  # noqa: N802 (as NumPy has it)
        return Entries(self.arithmetic, self.columns, self.rows, lambda i, j: self.entry(j, i))

    def __getitem__(self, index: tuple[Any, Any]) -> Any:
        return self.entry(*index)

    def map(self, function: Callable[[Any], Any]) -> Entries:
        return Entries(self.arithmetic, self.rows, self.columns, lambda i, j: function(self.entry(i, j)))

    def _zip(self, other: Entries, combine: Callable[[Any, Any], Any]) -> Entries:
        return Entries(
            self.arithmetic, self.rows, self.columns, lambda i, j: combine(self.entry(i, j), other.entry(i, j))
        )

    def __add__(self, other: Any) -> Entries:
        return self._zip(other, lambda a, b: a + b)

    def __mul__(self, other: Any) -> Entries:
        return self._zip(other, lambda a, b: a * b) if isinstance(other, Entries) else self.map(lambda a: a * other)

    __rmul__ = __mul__

    def __pow__(self, exponent: Any) -> Entries:
        return self.map(lambda a: a**exponent)

    def __truediv__(self, other: Any) -> Entries:
        return self.map(lambda a: a / other)

    def __matmul__(self, other: Entries) -> Entries:
        return Entries(
            self.arithmetic,
            self.rows,
            other.columns,
            lambda i, j: self.arithmetic.total(self.columns, lambda k: self.entry(i, k) * other.entry(k, j)),
        )

    def trace(self) -> Any:
        return self.arithmetic.total(self.rows, lambda k: self.entry(k, k))


# How scalars are combined on each route -------------------------------------------------------------------------------


def _absolute(value: Any) -> Any:
    return np.where(np.real(value) < 0, -value, value)  # analytic on each side, as the complex step needs


def _larger(a: Any, b: Any) -> Any:
    return np.where(np.real(a) >= np.real(b), a, b)


def _smaller(a: Any, b: Any) -> Any:
    return np.where(np.real(a) <= np.real(b), a, b)


def _factorial(value: Any) -> Any:
    from scipy.special import gamma

    return gamma(np.asarray(value) + 1)


def _binomial(n: Any, k: Any) -> Any:
    return _factorial(n) / (_factorial(k) * _factorial(np.asarray(n) - k))


NUMERIC: dict[str, Callable[..., Any]] = {
    "exp": np.exp,
    "log": lambda value: np.log(np.where(np.real(value) < 0, np.nan, value)),  # real: no logarithm of negatives
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "tanh": np.tanh,
    "asin": np.arcsin,
    "acos": np.arccos,
    "atan": np.arctan,
    "abs": _absolute,
    "sign": lambda value: np.sign(np.real(value)),
    "max": lambda *values: reduce(_larger, values),
    "min": lambda *values: reduce(_smaller, values),
    "floor": np.floor,
    "factorial": _factorial,
    "binomial": _binomial,
}

FUNCTION_NAMES: dict[Any, str] = {
    sp.exp: "exp",
    sp.log: "log",
    sp.sin: "sin",
    sp.cos: "cos",
    sp.tan: "tan",
    sp.sinh: "sinh",
    sp.cosh: "cosh",
    sp.tanh: "tanh",
    sp.asin: "asin",
    sp.acos: "acos",
    sp.atan: "atan",
    sp.Abs: "abs",
    sp.sign: "sign",
    sp.Max: "max",
    sp.Min: "min",
    sp.floor: "floor",
    sp.factorial: "factorial",
    sp.binomial: "binomial",
}


class Numbers:
    """Floats, or complex numbers inside a derivative."""

    exact = False

    def number(self, value: Fraction) -> Any:
        return int(value) if value.denominator == 1 else value.numerator / value.denominator

    def constant(self, name: str) -> Any:
        return {"pi": np.pi, "e": np.e}[name]

    def apply(self, name: str, arguments: list[Any]) -> Any:
        result = NUMERIC[name](*arguments)
        return result[()] if isinstance(result, np.ndarray) and result.ndim == 0 else result

    def power(self, base: Any, exponent: Any) -> Any:
        base = base * 1.0  # NumPy refuses an integer array to a negative power
        if isinstance(exponent, int):
            return base**exponent
        whole = np.isreal(exponent) & (np.real(exponent) == np.round(np.real(exponent)))
        # Real semantics: Python would make a negative number to a fraction complex.
        real = np.where((np.real(base) < 0) & ~whole, np.nan, base)
        return np.power(real, exponent)[()]

    def inverse(self, array: np.ndarray) -> np.ndarray:
        return np.linalg.inv(array)

    def as_index(self, value: Any) -> int:
        return int(np.real(value))

    def eye(self, size: Any) -> Any:
        return np.eye(self.as_index(size))

    def filled(self, rows: Any, columns: Any, value: int) -> Any:
        return np.full((self.as_index(rows), self.as_index(columns)), float(value))


class ExactNumbers:
    """Kernel terms at worked sizes."""

    exact = True

    def __init__(self, terms: Terms) -> None:
        self.terms = terms

    def wrap(self, node: int) -> Exact:
        return Exact(self.terms, node)

    def number(self, value: Fraction) -> Exact:
        return self.wrap(self.terms.number(value))

    def variable(self, name: str) -> Exact:
        return self.wrap(self.terms.variable(name))

    def constant(self, name: str) -> Exact:
        return self.wrap(self.terms.constant(name))

    def apply(self, name: str, arguments: list[Any]) -> Exact:
        if name in ("max", "min"):
            numbers = [self.as_number(argument) for argument in arguments]
            known = [number for number in numbers if number is not None]
            if len(known) == len(numbers):  # the bounds of sums and the indices of entries must come out as numbers
                return self.number(max(known) if name == "max" else min(known))
        return self.wrap(self.terms.apply(name, [argument.node for argument in arguments]))

    def as_number(self, value: Any) -> Fraction | None:
        """The rational number that a value is, or None where it depends on variables."""
        if not isinstance(value, Exact):
            return Fraction(int(value))
        kind, number, *_ = self.terms.key(value.node)
        return Fraction(number) if kind == "number" else None

    def power(self, base: Exact, exponent: Exact) -> Exact:
        return base**exponent

    def inverse(self, array: np.ndarray) -> np.ndarray:
        """By cofactors (Cramer's rule): no pivot has to be known to be nonzero."""
        size = array.shape[0]
        if size > 4:
            raise Undecidable(f"the inverse of a {size}x{size} matrix of symbols is not written out")
        determinant = _determinant(array)
        if size == 1:
            return np.array([[1 / array[0, 0]]], dtype=object)
        minors = [
            [
                _determinant(np.delete(np.delete(array, j, 0), i, 1)) * (1 if (i + j) % 2 == 0 else -1) / determinant
                for j in range(size)
            ]
            for i in range(size)
        ]
        return np.array(minors, dtype=object)

    def as_index(self, value: Any) -> int:
        number = self.as_number(value)
        if number is None or number.denominator != 1:
            raise Undecidable("an index or size that is not a whole number")
        return int(number)

    def eye(self, size: Any) -> Any:
        extent = self.as_index(size)
        return np.array(
            [[self.number(Fraction(int(i == j))) for j in range(extent)] for i in range(extent)], dtype=object
        )

    def filled(self, rows: Any, columns: Any, value: int) -> Any:
        return np.array(
            [[self.number(Fraction(value))] * self.as_index(columns) for _ in range(self.as_index(rows))], dtype=object
        )


def _determinant(array: np.ndarray) -> Any:
    if array.shape[0] == 1:
        return array[0, 0]
    signs = (1 if column % 2 == 0 else -1 for column in range(array.shape[1]))
    return reduce(
        lambda total, term: total + term,
        (sign * array[0, column] * _determinant(np.delete(array[1:], column, 1)) for column, sign in enumerate(signs)),
    )


class General(ExactNumbers):
    """Kernel terms at symbolic sizes: a product of matrices is a sum with symbolic bounds."""

    def __init__(self, terms: Terms) -> None:
        super().__init__(terms)
        self._indices = count()

    def total(self, extent: Any, body: Callable[[Exact], Exact]) -> Exact:
        index = f"index{next(self._indices)}"
        return self.sum(body(self.variable(index)), index, self.number(Fraction(0)), extent - 1)

    def sum(self, body: Exact, index: str, low: Exact, high: Exact) -> Exact:
        return self.wrap(self.terms.summation(body.node, index, low.node, high.node))

    def inverse(self, array: Any) -> Any:  # noqa: ARG002 (the same call on every arithmetic)
        raise Undecidable("the inverse of a matrix of symbolic size has no entries to write out")

    def eye(self, size: Any) -> Any:  # noqa: ARG002 (the same call on every arithmetic)
        raise Undecidable("the identity of symbolic size has no single formula for its entries")

    def filled(self, rows: Any, columns: Any, value: int) -> Any:
        return Entries(self, rows, columns, lambda _i, _j: self.number(Fraction(value)))

    def entries(self, name: str, rows: Any, columns: Any, *, vector: bool) -> Entries:
        def entry(i: Any, j: Any) -> Exact:
            indices = [self._node(i)] if vector else [self._node(i), self._node(j)]
            return self.wrap(self.terms.indexed(name, indices))

        return Entries(self, rows, columns, entry)

    def _node(self, index: Any) -> int:
        return index.node if isinstance(index, Exact) else self.terms.number(index)


@runtime_checkable
class MatrixCalculus(Protocol):
    """An arithmetic that has its own rules for whole matrices instead of entries: that of `verify.words`."""

    def diagonal(self, vector: Any) -> Any: ...

    def gradient(self, expression: Gradient, scope: Scope) -> Any: ...


Arithmetic = Numbers | ExactNumbers


class Scope:
    """Values by symbol; a defined symbol is evaluated when it is first asked for, and then kept."""

    def __init__(
        self,
        values: Mapping[sp.Basic, Any],
        definitions: Mapping[sp.Basic, sp.Basic],
        arithmetic: Arithmetic,
        *,
        parent: Scope | None = None,
    ) -> None:
        self._values = dict(values)
        self.definitions, self.arithmetic, self._parent = definitions, arithmetic, parent

    def __getitem__(self, symbol: sp.Basic) -> Any:
        if symbol in self._values:
            return self._values[symbol]
        if self._parent is not None:
            return self._parent[symbol]
        if symbol not in self.definitions:
            raise Undecidable(f"{symbol} has no value here")
        self._values[symbol] = value = evaluate(self.definitions[symbol], self)
        return value

    def __contains__(self, symbol: sp.Basic) -> bool:
        return (
            symbol in self._values
            or symbol in self.definitions
            or (self._parent is not None and symbol in self._parent)
        )

    def bind(self, symbol: sp.Basic, value: Any) -> Scope:
        """This scope with a bound index; definitions do not depend on it, so they are shared."""
        return Scope({symbol: value}, {}, self.arithmetic, parent=self)

    def override(self, symbol: sp.Basic, value: Any) -> Scope:
        """This scope with another value for `symbol`; every definition is evaluated anew from it."""
        return Scope({**self._given(), symbol: value}, self.definitions, self.arithmetic)

    def _given(self) -> dict[sp.Basic, Any]:
        inherited = self._parent._given() if self._parent is not None else {}
        own = {symbol: value for symbol, value in self._values.items() if symbol not in self.definitions}
        return {**inherited, **own}


def as_scalar(value: Any) -> Any:
    """The entry of a 1x1 matrix; a scalar as it is."""
    if isinstance(value, Entries):
        return value[0, 0]
    if hasattr(value, "arithmetic"):  # a word of `verify.words`
        return value.item()
    return value.reshape(()).item() if isinstance(value, np.ndarray) and value.size == 1 else value


@singledispatch
def evaluate(expression: sp.Basic, scope: Scope) -> Any:
    """The value of `expression`: a scalar, a 2-d array, or `Entries` where sizes are symbols."""
    name = FUNCTION_NAMES.get(expression.func)
    if name is None:
        raise Undecidable(f"no rule to evaluate {type(expression).__name__}: add one to {__name__}")
    return scope.arithmetic.apply(name, [as_scalar(evaluate(argument, scope)) for argument in expression.args])


@evaluate.register
def _(expression: sp.Rational, scope: Scope) -> Any:
    return scope.arithmetic.number(Fraction(int(expression.p), int(expression.q)))


@evaluate.register
def _(expression: sp.Float, scope: Scope) -> Any:
    return scope.arithmetic.number(Fraction(float(expression))) if scope.arithmetic.exact else float(expression)


@evaluate.register(type(sp.pi))
def _(_pi: sp.Basic, scope: Scope) -> Any:
    return scope.arithmetic.constant("pi")


@evaluate.register(type(sp.E))
def _(_e: sp.Basic, scope: Scope) -> Any:
    return scope.arithmetic.constant("e")


@evaluate.register(sp.MatrixSymbol)
@evaluate.register(sp.Symbol)
def _(expression: sp.Basic, scope: Scope) -> Any:
    return scope[expression]


@evaluate.register
def _(expression: sp.Add, scope: Scope) -> Any:
    return reduce(lambda a, b: a + b, (as_scalar(evaluate(argument, scope)) for argument in expression.args))


@evaluate.register
def _(expression: sp.Mul, scope: Scope) -> Any:
    return reduce(lambda a, b: a * b, (as_scalar(evaluate(argument, scope)) for argument in expression.args))


@evaluate.register
def _(expression: sp.Pow, scope: Scope) -> Any:
    base, exponent = (as_scalar(evaluate(argument, scope)) for argument in expression.args)
    return scope.arithmetic.power(base, exponent)


@evaluate.register
def _(expression: sp.MatAdd, scope: Scope) -> Any:
    return reduce(lambda a, b: a + b, (evaluate(argument, scope) for argument in expression.args))


@evaluate.register
def _(expression: sp.MatMul, scope: Scope) -> Any:
    coefficient, factors = expression.as_coeff_matrices()
    product = reduce(lambda a, b: a @ b, (evaluate(factor, scope) for factor in factors))
    return product if coefficient == 1 else product * as_scalar(evaluate(coefficient, scope))


@evaluate.register
def _(expression: sp.MatPow, scope: Scope) -> Any:
    exponent = scope.arithmetic.as_index(evaluate(expression.exp, scope))
    if exponent < 0:
        raise Undecidable("a negative matrix power: write it with Inverse")
    base = evaluate(expression.base, scope)
    return reduce(lambda a, b: a @ b, [base] * exponent) if exponent else scope.arithmetic.eye(base.shape[0])


@evaluate.register
def _(expression: sp.Transpose, scope: Scope) -> Any:
    return evaluate(expression.arg, scope).T


@evaluate.register
def _(expression: HadamardProduct, scope: Scope) -> Any:
    return reduce(lambda a, b: a * b, (evaluate(argument, scope) for argument in expression.args))


@evaluate.register
def _(expression: HadamardPower, scope: Scope) -> Any:
    return evaluate(expression.base, scope) ** as_scalar(evaluate(expression.exp, scope))


@evaluate.register
def _(expression: ElementwiseApplyFunction, scope: Scope) -> Any:
    array = evaluate(expression.expr, scope)
    (variable,) = expression.function.variables

    def function(value: Any) -> Any:
        return as_scalar(evaluate(expression.function.expr, scope.bind(variable, value)))

    if not isinstance(array, np.ndarray):
        return array.map(function)
    return np.array([[function(value) for value in row] for row in array], dtype=array.dtype).reshape(array.shape)


@evaluate.register
def _(expression: DiagMatrix, scope: Scope) -> Any:
    vector = evaluate(expression.args[0], scope)
    if isinstance(scope.arithmetic, MatrixCalculus):
        return scope.arithmetic.diagonal(vector)
    diagonal = scope.arithmetic.eye(vector.shape[0])
    for position, value in enumerate(vector[:, 0]):
        diagonal = _with_entry(diagonal, position, value)
    return diagonal


def _with_entry(matrix: np.ndarray, position: int, value: Any) -> np.ndarray:
    if matrix.dtype != object and np.iscomplexobj(value):
        matrix = matrix.astype(complex)
    matrix[position, position] = value
    return matrix


@evaluate.register
def _(expression: sp.OneMatrix, scope: Scope) -> Any:
    rows, columns = (evaluate(side, scope) for side in expression.shape)
    return scope.arithmetic.filled(rows, columns, 1)


@evaluate.register
def _(expression: sp.ZeroMatrix, scope: Scope) -> Any:
    rows, columns = (evaluate(side, scope) for side in expression.shape)
    return scope.arithmetic.filled(rows, columns, 0)


@evaluate.register
def _(expression: sp.Identity, scope: Scope) -> Any:
    return scope.arithmetic.eye(evaluate(expression.rows, scope))


@evaluate.register
def _(expression: sp.Inverse, scope: Scope) -> Any:
    return scope.arithmetic.inverse(evaluate(expression.arg, scope))


@evaluate.register
def _(expression: sp.Determinant, scope: Scope) -> Any:
    array = evaluate(expression.arg, scope)
    if not isinstance(array, np.ndarray):
        raise Undecidable("the determinant of a matrix of symbolic size")
    return _determinant(array) if scope.arithmetic.exact else np.linalg.det(array)


@evaluate.register
def _(expression: sp.Trace, scope: Scope) -> Any:
    array = evaluate(expression.arg, scope)
    return reduce(lambda a, b: a + b, np.diagonal(array)) if isinstance(array, np.ndarray) else array.trace()


@evaluate.register
def _(expression: sp.FunctionMatrix, scope: Scope) -> Any:
    row, column = expression.lamda.variables
    rows, columns = (evaluate(side, scope) for side in expression.shape)

    def entry(i: Any, j: Any) -> Any:
        return as_scalar(evaluate(expression.lamda.expr, scope.bind(row, i).bind(column, j)))

    if isinstance(scope.arithmetic, General):
        return Entries(scope.arithmetic, rows, columns, entry)
    extent = [scope.arithmetic.as_index(side) for side in (rows, columns)]
    if min(extent) < 1:
        raise Undecidable(f"a matrix of shape {extent[0]}x{extent[1]}")
    indices = [[_index_value(scope, index) for index in range(side)] for side in extent]
    values = [[entry(i, j) for j in indices[1]] for i in indices[0]]
    return np.array(values, dtype=object if scope.arithmetic.exact else None).reshape(extent)


@evaluate.register
def _(expression: sp.MatrixBase, scope: Scope) -> Any:
    rows, columns = expression.shape
    values = [[as_scalar(evaluate(expression[i, j], scope)) for j in range(columns)] for i in range(rows)]
    return np.array(values, dtype=object if scope.arithmetic.exact else None).reshape(rows, columns)


@evaluate.register
def _(expression: MatrixElement, scope: Scope) -> Any:
    array = evaluate(expression.parent, scope)
    row, column = evaluate(expression.i, scope), evaluate(expression.j, scope)
    if not isinstance(array, np.ndarray):
        return array[row, column]
    i, j = scope.arithmetic.as_index(row), scope.arithmetic.as_index(column)
    if not (0 <= i < array.shape[0] and 0 <= j < array.shape[1]):
        raise Undecidable(f"{expression} lies outside a matrix of shape {array.shape[0]}x{array.shape[1]}")
    return array[i, j]


@evaluate.register
def _(expression: MatrixSlice, scope: Scope) -> Any:
    parent = evaluate(expression.parent, scope)
    if not isinstance(parent, np.ndarray):
        raise Undecidable("a slice of a matrix of symbolic size")
    rows, columns = (
        slice(*(scope.arithmetic.as_index(evaluate(sp.sympify(bound), scope)) for bound in side))
        for side in (expression.rowslice, expression.colslice)
    )
    return parent[rows, columns]


@evaluate.register
def _(expression: sp.Sum, scope: Scope) -> Any:
    # SymPy lists the innermost index first; the outermost is bound first because inner bounds may depend on it.
    return _sum(expression.function, list(expression.limits), scope)


def _sum(body: sp.Basic, limits: list[Any], scope: Scope) -> Any:
    if not limits:
        return as_scalar(evaluate(body, scope))
    index, low, high = limits[-1]
    first, last = as_scalar(evaluate(low, scope)), as_scalar(evaluate(high, scope))
    if isinstance(scope.arithmetic, General):
        name = f"{index}_{next(scope.arithmetic._indices)}"
        inner = _sum(body, limits[:-1], scope.bind(index, scope.arithmetic.variable(name)))
        return scope.arithmetic.sum(inner, name, first, last)
    terms = range(scope.arithmetic.as_index(first), scope.arithmetic.as_index(last) + 1)
    zero = scope.arithmetic.number(Fraction(0))
    values = (_sum(body, limits[:-1], scope.bind(index, _index_value(scope, term))) for term in terms)
    return reduce(lambda a, b: a + b, values, zero)


def _index_value(scope: Scope, value: int) -> Any:
    return scope.arithmetic.number(Fraction(value))


@evaluate.register
def _(expression: sp.Piecewise, scope: Scope) -> Any:
    for value, condition in expression.args:
        if _holds(condition, scope):
            return evaluate(value, scope)
    raise Undecidable("no branch of a piecewise expression applies")


def _holds(condition: Any, scope: Scope) -> bool:
    """Whether a condition holds at numbers: of every kind in floats, exactly where both sides are rational."""
    if isinstance(condition, sp.And | sp.Or | sp.Not):
        inner = [_holds(argument, scope) for argument in condition.args]
        return not inner[0] if isinstance(condition, sp.Not) else (all if isinstance(condition, sp.And) else any)(inner)
    if condition in (sp.true, sp.false):
        return bool(condition)
    sides = [as_scalar(evaluate(side, scope)) for side in condition.args]
    if isinstance(scope.arithmetic, ExactNumbers):
        sides = [scope.arithmetic.as_number(side) for side in sides]
        if None in sides:
            raise Undecidable("a condition on variables")
    return bool(COMPARISONS[condition.rel_op](*(np.real(side) for side in sides)))


COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}


@evaluate.register(Expectation)
@evaluate.register(Variance)
@evaluate.register(Covariance)
def _(expression: sp.Basic, scope: Scope) -> Any:
    return evaluate(moment(expression), scope)


@evaluate.register
def _(expression: PartialDerivative, scope: Scope) -> Any:
    f, wrt = expression.args
    return _derivatives(f, wrt, np.array([[scope[wrt]]], dtype=object), scope, lambda array: array[0, 0])[0, 0]


@evaluate.register
def _(expression: Gradient, scope: Scope) -> Any:
    f, wrt = expression.args
    if isinstance(scope.arithmetic, MatrixCalculus):
        return scope.arithmetic.gradient(expression, scope)
    at = evaluate(wrt, scope)
    if not isinstance(at, np.ndarray):
        raise Undecidable("a gradient at symbolic size")
    return _derivatives(f, wrt, at, scope, lambda array: array)


def _derivatives(f: Any, wrt: Any, at: np.ndarray, scope: Scope, shaped: Callable[[np.ndarray], Any]) -> np.ndarray:
    """The derivative of `f` by every entry of `wrt`, which has the value `at` in this scope."""
    if scope.arithmetic.exact:
        return _exact_derivatives(f, wrt, at, scope, shaped)
    result = np.empty(at.shape)
    for position in np.ndindex(at.shape):
        moved = at.astype(complex)
        moved[position] += 1j * COMPLEX_STEP
        value = as_scalar(evaluate(f, scope.override(wrt, shaped(moved))))
        result[position] = np.imag(value) / COMPLEX_STEP
    return result


def _exact_derivatives(
    f: Any, wrt: Any, at: np.ndarray, scope: Scope, shaped: Callable[[np.ndarray], Any]
) -> np.ndarray:
    arithmetic = scope.arithmetic
    assert isinstance(arithmetic, ExactNumbers)
    terms = arithmetic.terms
    names = {position: f"free{position[0]}_{position[1]}'" for position in np.ndindex(at.shape)}
    free = np.empty(at.shape, dtype=object)
    for position, name in names.items():
        free[position] = arithmetic.variable(name)
    value = as_scalar(evaluate(f, scope.override(wrt, shaped(free))))
    point = {name: cast(Exact, at[position]).node for position, name in names.items()}
    result = np.empty(at.shape, dtype=object)
    for position, name in names.items():
        derivative = terms.differentiate(value.node, name)
        result[position] = arithmetic.wrap(terms.substitute(derivative, point))
    return result
