r"""LaTeX: an expression as a textbook would set it.

SymPy's own printer, with what a reader of mathematics would change: the factors of a term stand in the order in which
the problem declares them, positive terms come first, derivatives and named subexpressions keep their names, matrices
have ``\top``, norms and ``\odot``.  No macro that GitHub refuses and no vertical bar (it would end a table cell).
"""

# ruff: noqa: N802, N815, ARG002 (a SymPy printer's methods are named after the classes they print)

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import product
from typing import Any

import sympy as sp
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.hadamard import HadamardProduct
from sympy.printing.latex import LatexPrinter
from sympy.printing.precedence import PRECEDENCE, precedence_traditional
from sympy.stats.symbolic_probability import Covariance, Expectation, Variance

from verify.solution.names import name_latex, script, with_index


def _words(text: str) -> list[str]:
    return text.split()


FUNCTIONS = {
    **{name: rf"\{name}" for name in _words("sin cos tan sec csc cot sinh cosh tanh coth log")},
    "asin": r"\arcsin",
    "acos": r"\arccos",
    "atan": r"\arctan",
    "Max": r"\max",
    "Min": r"\min",
}
LARGE = (sp.Sum, sp.Product, sp.Integral, Expectation, Variance, Covariance)
TALL = (r"\frac", r"\sum", r"\prod", r"\left", r"\begin", r"\lVert")
LONGEST_EXPONENT = 24  # characters of LaTeX above which exp( ) reads better than a power of e
MOST_ENTRIES = 36  # of a matrix written out at an instance
MOST_TERMS = 12  # of a sum written out at an instance

# GitHub refuses macros that define others, hide text or load code (github/markup issue 1688).
FORBIDDEN = frozenset(
    _words(
        "operatorname mbox phantom hphantom vphantom newcommand renewcommand providecommand newenvironment "
        "def gdef edef xdef let futurelet DeclareMathOperator DeclarePairedDelimiter require class cssId style "
        "href url unicode bbox includegraphics tag label ref eqref mathchoice begingroup endgroup"
    )
)


def forbidden_macros(text: str) -> list[str]:
    r"""The macros in `text` that GitHub's mathematics refuses, e.g. ``\operatorname``, in order of appearance."""
    return [name for name in re.findall(r"\\([A-Za-z]+)", text) if name in FORBIDDEN]


def latex(expression: Any, declared: Iterable[sp.Basic] = ()) -> str:
    """The LaTeX of an expression; the factors of a product follow the order of `declared`."""
    return _Textbook(declared, {}).typeset(expression)


def latex_at(expression: Any, values: Mapping[sp.Basic, sp.Basic], declared: Iterable[sp.Basic] = ()) -> str:
    """The LaTeX of an expression with numbers and explicit matrices in the place of symbols, nothing worked out."""
    return _Textbook(declared, values).typeset(expression)


class CannotSubstituteError(Exception):
    """An expression has a form in which numbers cannot take the place of the symbols, such as a derivative."""


def in_parentheses(tex: str) -> str:
    """`tex` in parentheses, tall ones where it is tall."""
    return rf"\left( {tex} \right)" if any(mark in tex for mark in TALL) else f"({tex})"


def function_latex(name: str) -> str:
    """The LaTeX of a function's name, upright."""
    return FUNCTIONS.get(name, rf"\mathrm{{{name}}}")


class _Textbook(LatexPrinter):
    def __init__(self, declared: Iterable[sp.Basic], values: Mapping[sp.Basic, sp.Basic]) -> None:
        super().__init__()
        self._rank = {symbol: rank for rank, symbol in enumerate(declared)}
        self._values = values

    def typeset(self, expression: Any) -> str:
        expression = _with_readable_indices(sp.sympify(expression))
        if expression in self._values:
            return self._number(self._values[expression])
        # SymPy's printer has further uses of the one macro that GitHub refuses.
        return self._print(expression).replace(r"\operatorname", r"\mathrm")

    # Names and numbers ------------------------------------------------------------------------------------------------

    def _number(self, value: sp.Basic) -> str:
        return _Textbook((), {}).typeset(value)

    def _print_Symbol(self, expr: Any, style: str = "plain") -> str:
        if expr in self._values:
            tex = self._number(self._values[expr])
            return in_parentheses(tex) if tex.startswith("-") else tex
        return name_latex(expr.name)

    _print_MatrixSymbol = _print_Symbol
    _print_Dummy = _print_Symbol

    def _print_RandomSymbol(self, expr: Any) -> str:
        return self._print(expr.symbol)

    def _print_Rational(self, expr: Any) -> str:
        sign = "-" if expr.p < 0 else ""
        return rf"{sign}\frac{{{abs(expr.p)}}}{{{expr.q}}}" if expr.q != 1 else str(expr.p)

    # Sums and products ------------------------------------------------------------------------------------------------

    def _print_Add(self, expr: Any, order: Any = None) -> str:
        terms = list(self._as_ordered_terms(expr, order=order))
        if all(term in self._rank or term.is_number for term in terms):
            terms.sort(key=lambda term: self._rank.get(term, len(self._rank)))
        terms.sort(key=lambda term: term.has(sp.Sum, sp.Product))  # a term after a sum might be taken for a part of it
        return _signed([(self._term(term), term) for term in terms])

    def _term(self, term: Any) -> str:
        value = self._values.get(term)
        if value is not None and value.is_number and value.is_negative:
            return self._number(value)  # 11 - 3, not 11 + (-3)
        return self._print(term)

    def _print_Mul(self, expr: Any) -> str:
        coefficient, factors = expr.as_coeff_mul()
        if coefficient.is_negative:
            return f"-{self._product(-coefficient, factors)}"
        return self._product(coefficient, factors)

    def _product(self, coefficient: Any, factors: Any) -> str:
        above, below, large = [], [], []
        for factor in sorted(factors, key=self._place):
            if isinstance(factor, LARGE) or _is_derivative_of_compound(factor):
                large.append(factor)
            elif factor.is_Pow and factor.exp.is_Rational and factor.exp.is_negative:
                below.append(sp.Pow(factor.base, -factor.exp))
            else:
                above.append(factor)
        return self._joined([self._ratio(coefficient, above, below), *self._large(large)])

    def _ratio(self, coefficient: Any, above: list[Any], below: list[Any]) -> str:
        """Everything but the large operators, as one fraction, or with a numeric fraction in front of a sum."""
        numerator, denominator = sp.Integer(coefficient.p), sp.Integer(coefficient.q)
        if denominator != 1 and not below and any(factor.is_Add for factor in above):
            return self._joined([self._print(coefficient), *map(self._factor, above)])
        top = [*([numerator] if numerator != 1 else []), *above]
        bottom = [*([denominator] if denominator != 1 else []), *below]
        if not bottom:
            return self._line(top) if top else ""
        return rf"\frac{{{self._line(top)}}}{{{self._line(bottom)}}}"

    def _line(self, factors: list[Any]) -> str:
        """A product on one line; a single factor needs no parentheses."""
        if len(factors) == 1:
            return self._print(factors[0])
        return self._joined([self._factor(factor) for factor in factors]) or "1"

    def _large(self, factors: list[Any]) -> list[str]:
        last = self._within if self._values else self._print
        return [*map(self._within, factors[:-1]), *map(last, factors[-1:])]

    def _within(self, factor: Any) -> str:
        tex = self._print(factor)
        reaches_on = isinstance(factor, sp.Sum | sp.Product | sp.Integral) or _is_derivative_of_compound(factor)
        return in_parentheses(tex) if reaches_on else tex

    def _factor(self, factor: Any) -> str:
        tex = self._print(factor)
        return in_parentheses(tex) if precedence_traditional(factor) < PRECEDENCE["Mul"] else tex

    def _joined(self, factors: list[str]) -> str:
        result = ""
        for tex in filter(None, factors):
            digits_meet = result[-1:].isdigit() and tex[:1].isdigit()
            fractions_meet = result.endswith("}") and tex.startswith((r"\frac", "1", "2", "3")) and bool(result)
            times = r" \cdot " if self._values or digits_meet or fractions_meet else " "
            result = f"{result}{times}{tex}" if result else tex
        return result

    def _place(self, factor: Any) -> tuple[int, int]:
        """Where a factor stands in its term: numbers, then names as declared, then everything else."""
        base = factor.base if factor.is_Pow else factor
        if base.is_number or (factor.is_Add and factor.is_integer):
            return 0, 0  # what counts something comes first: (T - k) w^{T - k - 1}
        if base in self._rank:
            return 1, self._rank[base]
        if isinstance(base, sp.Symbol):
            return 1, len(self._rank)
        return 2, min((self._rank.get(symbol, len(self._rank)) for symbol in base.free_symbols), default=0)

    def _print_Pow(self, expr: Any) -> str:
        base, exponent = expr.base, expr.exp
        if exponent.is_Rational and exponent.is_negative:
            return rf"\frac{{1}}{{{self._print(sp.Pow(base, -exponent))}}}"
        if exponent == sp.Rational(1, 2):
            return rf"\sqrt{{{self._print(base)}}}"
        power = script(
            "^", f"{exponent.p}/{exponent.q}" if exponent.is_Rational and exponent.q != 1 else self._print(exponent)
        )
        if base.is_Function and base.func.__name__ in FUNCTIONS and exponent.is_Integer:
            return f"{FUNCTIONS[base.func.__name__]}{power}{in_parentheses(self._arguments(base))}"
        tex = self._print(base)
        bare = base.is_Symbol or base.is_Integer or tex.startswith((r"\left\lVert", r"\mathbb"))
        if "frac" in tex or r"^" in tex or not (bare or precedence_traditional(base) >= PRECEDENCE["Atom"]):
            tex = tex if tex.startswith(("(", r"\left(")) and base.is_Symbol else in_parentheses(tex)
        return tex + power

    # Functions --------------------------------------------------------------------------------------------------------

    def _arguments(self, expr: Any) -> str:
        return ", ".join(self._print(argument) for argument in expr.args)

    def _print_Function(self, expr: Any, exp: Any = None) -> str:
        return function_latex(expr.func.__name__) + in_parentheses(self._arguments(expr))

    _print_log = _print_Function
    _print_Max = _print_Function
    _print_Min = _print_Function

    def _print_exp(self, expr: Any, exp: Any = None) -> str:
        tex = self._print(expr.args[0])
        if r"\frac" in tex or r"\sum" in tex or len(tex) > LONGEST_EXPONENT:
            return rf"\exp{in_parentheses(tex)}"
        return f"e{script('^', tex)}"

    def _print_Abs(self, expr: Any, exp: Any = None) -> str:
        return rf"\left\lvert {self._print(expr.args[0])} \right\rvert"

    def _print_Sum(self, expr: Any) -> str:
        if self._values:
            return self._written_out(expr)
        signs = "".join(
            rf"\sum_{{{self._print(index)}={self._print(low)}}}{script('^', self._print(high))} "
            for index, low, high in reversed(expr.limits)
        )
        body = self._print(expr.function)
        return signs + (in_parentheses(body) if expr.function.is_Add or isinstance(expr.function, sp.MatAdd) else body)

    def _print_Product(self, expr: Any) -> str:
        if self._values:
            raise CannotSubstituteError
        ((index, low, high),) = expr.limits
        body = self._print(expr.function)
        sign = rf"\prod_{{{self._print(index)}={self._print(low)}}}{script('^', self._print(high))} "
        return sign + (in_parentheses(body) if expr.function.is_Add else body)

    def _written_out(self, expr: Any) -> str:
        bounds = []
        for _, low, high in expr.limits:
            first, last = self._whole(low), self._whole(high)
            bounds.append(range(first, last + 1))
        choices = list(product(*reversed(bounds)))
        if not 0 < len(choices) <= MOST_TERMS:
            raise CannotSubstituteError
        indices = [limit[0] for limit in reversed(expr.limits)]
        numbers = [dict(zip(indices, map(sp.Integer, choice), strict=True)) for choice in choices]
        bodies = [_with_free(expr.function, values) for values in numbers]
        return _signed([(self._print(body), body) for body in bodies], keep_order=True)

    def _whole(self, index: Any) -> int:
        value = sp.sympify(index).xreplace(dict(self._values))
        if not value.is_Integer:
            raise CannotSubstituteError
        return int(value)

    def _print_Piecewise(self, expr: Any) -> str:
        rows = [
            rf"{self._print(value)} & \text{{otherwise}}"
            if condition == True  # noqa: E712 (a SymPy boolean)
            else rf"{self._print(value)} & \text{{if }} {self._print(condition)}"
            for value, condition in expr.args
        ]
        return r"\begin{cases} " + r" \\ ".join(rows) + r" \end{cases}"

    def _print_And(self, expr: Any) -> str:
        conditions = [condition for condition in expr.args if isinstance(condition, sp.core.relational.Relational)]
        others = [self._print(condition) for condition in expr.args if condition not in conditions]
        return r" \text{ and } ".join([*self._chained(conditions), *others])

    def _chained(self, conditions: list[Any]) -> list[str]:
        """Conditions with those on the same quantity joined: ``0 <= i - p`` and ``i - p < h`` to ``0 <= i - p < h``."""
        between = [(self._ascending(condition), condition) for condition in conditions]
        chains = []
        while between:
            (low, sign, middle), condition = between.pop(0)
            upper = next((each for each in between if each[0][0] == middle), None)
            lower = next((each for each in between if each[0][2] == low), None)
            if upper is not None:
                between.remove(upper)
                chains.append(
                    f"{self._print(low)} {sign} {self._print(middle)} {upper[0][1]} {self._print(upper[0][2])}"
                )
            elif lower is not None:
                between.remove(lower)
                chains.append(
                    f"{self._print(lower[0][0])} {lower[0][1]} {self._print(low)} {sign} {self._print(middle)}"
                )
            else:
                chains.append(self._print(condition))
        return sorted(chains)

    def _ascending(self, condition: Any) -> tuple[Any, str, Any]:
        """The smaller side, the sign, the larger side; nothing that chains for an equation."""
        signs = {"<": "<", "<=": r"\le", ">": "<", ">=": r"\le"}
        if condition.rel_op not in signs:
            return sp.Dummy(), "", sp.Dummy()
        sides = (condition.lhs, condition.rhs) if condition.rel_op in ("<", "<=") else (condition.rhs, condition.lhs)
        return sides[0], signs[condition.rel_op], sides[1]

    # Derivatives and expectations -------------------------------------------------------------------------------------

    def _print_Gradient(self, expr: Any) -> str:
        if self._values:
            raise CannotSubstituteError
        f, wrt = expr.args
        if isinstance(f, sp.Symbol | sp.MatrixSymbol):
            return rf"\frac{{\partial {self._print(f)}}}{{\partial {self._print(wrt)}}}"
        return rf"\frac{{\partial}}{{\partial {self._print(wrt)}}} {in_parentheses(self._print(f))}"

    _print_PartialDerivative = _print_Gradient

    def _print_Expectation(self, expr: Any, exp: Any = None) -> str:
        return rf"\mathbb{{E}}{self._bracketed(expr)}"

    def _print_Variance(self, expr: Any, exp: Any = None) -> str:
        return rf"\mathrm{{Var}}{in_parentheses(self._moment(expr))}"

    def _print_Covariance(self, expr: Any, exp: Any = None) -> str:
        return rf"\mathrm{{Cov}}{in_parentheses(self._moment(expr))}"

    def _bracketed(self, expr: Any) -> str:
        tex = self._moment(expr)
        return rf"\left[ {tex} \right]" if any(mark in tex for mark in TALL) else f"[{tex}]"

    def _moment(self, expr: Any) -> str:
        if self._values:
            raise CannotSubstituteError
        return self._arguments(expr)

    # Matrices ---------------------------------------------------------------------------------------------------------

    def _print_MatrixElement(self, expr: Any) -> str:
        parent = expr.parent
        if parent in self._values:
            matrix: Any = self._values[parent]
            tex = self._number(matrix[self._whole(expr.i), self._whole(expr.j)])
            return in_parentheses(tex) if tex.startswith("-") else tex
        rows, columns = parent.shape
        if rows == 1 and columns == 1:
            return self._print(parent)
        indices = [self._print(expr.i)] if columns == 1 else [self._print(expr.i), self._print(expr.j)]
        index = "".join(indices) if all(len(tex) == 1 for tex in indices) else r",\,".join(indices)
        if isinstance(parent, sp.MatrixSymbol):
            return with_index(self._print(parent), index)
        return in_parentheses(self._print(parent)) + script("_", index)

    def _print_MatrixSlice(self, expr: Any) -> str:
        sides = [
            self._range(bounds, extent)
            for bounds, extent in zip((expr.rowslice, expr.colslice), expr.parent.shape, strict=True)
        ]
        return with_index(self._print(expr.parent), ",".join(sides))

    def _range(self, bounds: Any, extent: Any) -> str:
        start, stop, _ = map(sp.sympify, bounds)
        if start == 0 and stop == extent:
            return ":"
        if stop - start == 1:
            return self._print(start)
        # Python's range excludes its end, a reader's does not.
        first = "" if start == 0 else self._print(start)
        return f"{first}:{self._print(stop)}"

    def _print_FunctionMatrix(self, expr: Any) -> str:
        row, column = expr.lamda.variables
        if self._values:
            return self._entries_written_out(expr)
        body = self._print(expr.lamda.expr)
        index = self._print(row) if expr.shape[1] == 1 else f"{self._print(row)},{self._print(column)}"
        return rf"\left[ {body} \right]{script('_', index)}"

    def _entries_written_out(self, expr: Any) -> str:
        rows, columns = (self._whole(side) for side in expr.shape)
        if rows * columns > MOST_ENTRIES:
            raise CannotSubstituteError
        row, column = expr.lamda.variables

        def entry(i: int, j: int) -> str:
            tex = self._print(expr.lamda.expr.xreplace({row: sp.Integer(i), column: sp.Integer(j)}))
            return _without_parentheses(tex)

        return _bmatrix([[entry(i, j) for j in range(columns)] for i in range(rows)])

    def _print_MatrixBase(self, expr: Any) -> str:
        rows, columns = expr.shape
        return _bmatrix([[self._print(expr[i, j]) for j in range(columns)] for i in range(rows)])

    _print_ImmutableDenseMatrix = _print_MatrixBase
    _print_MutableDenseMatrix = _print_MatrixBase

    def _print_Transpose(self, expr: Any) -> str:
        return rf"{self._base(expr.arg)}^\top"

    def _print_Inverse(self, expr: Any) -> str:
        return f"{self._base(expr.arg)}^{{-1}}"

    def _print_MatPow(self, expr: Any) -> str:
        return self._base(expr.base) + script("^", self._print(expr.exp))

    def _base(self, matrix: Any) -> str:
        tex = self._print(matrix)
        bare = isinstance(matrix, sp.MatrixSymbol | sp.MatrixBase) or type(matrix).__name__ in ("Identity", "OneMatrix")
        return tex if bare and "^" not in tex and r"\frac" not in tex else in_parentheses(tex)

    def _print_Identity(self, expr: Any) -> str:
        return "I"

    def _print_OneMatrix(self, expr: Any) -> str:
        return r"\mathbf{1}"

    def _print_ZeroMatrix(self, expr: Any) -> str:
        return "0"

    def _print_DiagMatrix(self, expr: Any) -> str:
        return rf"\mathrm{{diag}}{in_parentheses(self._print(expr.args[0]))}"

    def _print_Determinant(self, expr: Any, exp: Any = None) -> str:
        return rf"\det{in_parentheses(self._print(expr.args[0]))}"

    def _print_Trace(self, expr: Any, exp: Any = None) -> str:
        square = _square_of(expr.arg)
        if square is not None:
            # A matrix and its transpose have the same norm: the one with fewer transposes is the easier to read.
            plainest = min(square, sp.transpose(square), key=lambda matrix: len(matrix.atoms(sp.Transpose)))
            return rf"\left\lVert {self._print(plainest)} \right\rVert_F^2"
        return rf"\mathrm{{tr}}{in_parentheses(self._print(expr.arg))}"

    def _print_ElementwiseApplyFunction(self, expr: Any) -> str:
        (variable,) = expr.function.variables
        body = expr.function.expr
        if body.is_Function and body.args == (variable,) and not isinstance(body, sp.exp | sp.Abs):
            return function_latex(body.func.__name__) + in_parentheses(self._print(expr.expr))
        # The argument takes the place of the bound variable: every entry by itself.
        tex = self._print(expr.expr)
        inner = _Textbook(self._rank, self._values)
        inner._print_Symbol = lambda symbol, **_: (  # type: ignore[method-assign]
            (tex if isinstance(expr.expr, sp.MatrixSymbol) else in_parentheses(tex))
            if symbol == variable
            else _Textbook._print_Symbol(inner, symbol)
        )
        inner._print_Dummy = inner._print_Symbol  # type: ignore[method-assign]
        return inner._print(body)

    def _print_HadamardProduct(self, expr: Any) -> str:
        simple_first = sorted(expr.args, key=lambda factor: isinstance(factor, sp.MatAdd))
        return r" \odot ".join(self._matrix_factor(factor) for factor in simple_first)

    def _print_HadamardPower(self, expr: Any) -> str:
        return self._base(expr.base) + script("^", rf"\odot {self._print(expr.exp)}")

    def _matrix_factor(self, factor: Any) -> str:
        tex = self._print(factor)
        loose = isinstance(factor, sp.MatAdd | HadamardProduct) and not _is_transposed_sum(factor)
        return in_parentheses(tex) if loose or _is_entrywise_sum(factor) else tex

    def _print_MatMul(self, expr: Any) -> str:
        coefficient, factors = expr.as_coeff_matrices()
        negative = coefficient.could_extract_minus_sign()
        tex = self._scaled(-coefficient if negative else coefficient, self._matrix_product(factors))
        return f"-{tex}" if negative else tex

    def _scaled(self, coefficient: Any, product_tex: str) -> str:
        if coefficient == 1:
            return product_tex
        above, below = sp.fraction(coefficient)
        if above == 1:
            return rf"\frac{{1}}{{{self._print(below)}}} {product_tex}"
        return self._joined([self._factor(coefficient), product_tex])

    def _matrix_product(self, factors: list[Any]) -> str:
        square = _square_of(sp.MatMul(*factors)) if len(factors) == 2 else None
        if square is not None and square.shape[1] == 1 and not isinstance(square, sp.MatrixSymbol):
            return rf"\left\lVert {self._print(square)} \right\rVert^2"
        if len(factors) == 1:
            return self._matrix_factor(factors[0])
        return " ".join(self._matrix_factor(factor) for factor in factors)

    def _print_MatAdd(self, expr: Any) -> str:
        if _is_transposed_sum(expr):
            return in_parentheses(self._print(sp.transpose(expr))) + r"^\top"
        terms = sorted(expr.args, key=self._first_factor)
        return _signed([(self._print(term), term) for term in terms])

    def _first_factor(self, term: Any) -> int:
        """The rank of the first declared name in a term, which is where its author is likely to have put it."""
        factors = term.as_coeff_matrices()[1] if isinstance(term, sp.MatMul) else [term]
        for factor in factors:
            ranks = [self._rank[symbol] for symbol in factor.free_symbols if symbol in self._rank]
            if ranks:
                return min(ranks)
        return len(self._rank)


def _is_derivative_of_compound(factor: Any) -> bool:
    """Whether a factor is printed with a sign of differentiation that would seem to reach what follows it."""
    compound = type(factor).__name__ in ("PartialDerivative", "Gradient")
    return compound and not isinstance(factor.args[0], sp.Symbol | sp.MatrixSymbol)


def _with_free(expression: Any, values: Mapping[sp.Basic, sp.Basic]) -> Any:
    """The expression with values for symbols that are free in it: a sum inside may run over an index of that name."""
    if not expression.has(sp.Sum):
        return expression.xreplace(dict(values))
    if isinstance(expression, sp.Sum):
        limits = [(index, *(bound.xreplace(dict(values)) for bound in bounds)) for index, *bounds in expression.limits]
        bound_here = {index for index, *_ in expression.limits}
        free = {symbol: value for symbol, value in values.items() if symbol not in bound_here}
        return sp.Sum(_with_free(expression.function, free), *limits)
    return expression.func(*(_with_free(argument, values) for argument in expression.args))


def _signed(terms: list[tuple[str, Any]], *, keep_order: bool = False) -> str:
    """Terms joined by their signs, a positive one first where there is one."""
    texts = [tex for tex, _ in terms]
    if not keep_order and texts[0].startswith("-"):
        texts.sort(key=lambda tex: tex.startswith("-"))
    result = texts[0]
    for tex in texts[1:]:
        result += f" - {tex[1:].lstrip()}" if tex.startswith("-") else f" + {tex}"
    return result


def _without_parentheses(tex: str) -> str:
    """`tex` without the parentheses around a negative number."""
    match = re.fullmatch(r"\((-[^()]*)\)", tex)
    return match[1] if match else tex


def _bmatrix(rows: list[list[str]]) -> str:
    body = r" \\ ".join(" & ".join(row) for row in rows)
    return rf"\begin{{bmatrix}} {body} \end{{bmatrix}}"


def _square_of(matrix: Any) -> Any:
    r"""`A` where the matrix is $A^\top A$, else None."""
    if isinstance(matrix, sp.MatMul):
        coefficient, factors = matrix.as_coeff_matrices()
        half = len(factors) // 2
        if coefficient == 1 and len(factors) == 2 * half:
            left, right = sp.MatMul(*factors[:half]), sp.MatMul(*factors[half:])
            if sp.transpose(right).doit() == left.doit():
                return right.doit()
    return None


def _is_entrywise_sum(expression: Any) -> bool:
    """Whether it is a function of every entry that is written as a sum, such as 1 - q^2."""
    return isinstance(expression, ElementwiseApplyFunction) and expression.function.expr.is_Add


def _is_transposed_sum(matrix: Any) -> bool:
    """Whether a sum reads better as the transpose of another, because that one contains no transpose at all."""
    if not isinstance(matrix, sp.MatAdd) or not matrix.atoms(sp.Transpose):
        return False
    return not sp.transpose(matrix).atoms(sp.Transpose)


def _with_readable_indices(expression: Any) -> Any:
    """The expression with letters for the bound indices that SymPy made up (``_i_1``)."""
    made_up = sorted(expression.atoms(sp.Dummy), key=lambda dummy: (dummy.name, dummy.dummy_index))
    taken = {str(symbol) for symbol in expression.atoms(sp.Symbol, sp.MatrixSymbol)}
    letters = [letter for letter in "ijklmnrst" if letter not in taken]
    names = {dummy: sp.Symbol(letter, integer=True) for dummy, letter in zip(made_up, letters, strict=False)}
    return expression.xreplace(names) if names and not expression.has(sp.Lambda) else expression
