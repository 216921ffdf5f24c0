"""SymPy code: expressions and the declarations of their symbols as Python that builds them again.

The code is for notebooks, where a student runs and changes it; nothing here runs it.
"""

# ruff: noqa: N802, N815 (a SymPy printer's methods are named after the classes they print)

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Iterable, Sequence
from typing import Any

import sympy as sp
from sympy.matrices.expressions.matexpr import MatrixElement
from sympy.printing.precedence import PRECEDENCE
from sympy.printing.str import StrPrinter
from sympy.stats.rv import RandomSymbol

from verify.errors import VerifyError
from verify.expressions import Gradient, PartialDerivative

RESERVED = frozenset({"sp", "verify", "gradient", "check_lines", "figure", "names", "answer"})


class NoCode(VerifyError):
    """An expression of a kind that is not written as code."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        super().__init__(f"SymPy code for {kind} is not known; add a method to _Code in verify/solution/sympy_code.py")


class Names:
    """The Python names of symbols: their own where Python allows it, never one name for two."""

    def __init__(self) -> None:
        self._names: dict[sp.Basic, str] = {}

    def __contains__(self, symbol: sp.Basic) -> bool:
        return symbol in self._names

    def __getitem__(self, symbol: sp.Basic) -> str:
        return self._names[symbol]

    def add(self, symbol: sp.Basic) -> str:
        """The name of a symbol, chosen when it is met first."""
        if symbol not in self._names:
            base = re.sub(r"\W", "_", str(symbol)).lstrip("0123456789") or "symbol"
            taken = {*self._names.values(), *RESERVED}
            candidates = (base, *(f"{base}_{number}" for number in range(2, len(taken) + 3)))
            self._names[symbol] = next(each for each in candidates if each not in taken and not keyword.iskeyword(each))
        return self._names[symbol]

    def code(self, expression: Any) -> str:
        """The expression as Python; raises `NoCode` where it is of an unknown kind, or names a symbol not added."""
        text = str(_Code(self).doprint(sp.sympify(expression)))
        unknown = _unknown_names(text) - {"sp", "gradient", *self._names.values()}
        if unknown:  # SymPy's own printer has written a kind that is not known here
            raise NoCode(", ".join(sorted(unknown)))
        return text

    def declarations(self, symbols: Iterable[sp.Basic]) -> list[str]:
        """The lines that declare symbols not yet declared: those of one kind together, each after what it needs."""
        groups: dict[str, list[sp.Symbol]] = {}
        others = []
        for symbol in symbols:
            if symbol not in self and isinstance(symbol, sp.Symbol) and not isinstance(symbol, sp.Dummy):
                groups.setdefault(_assumptions(symbol), []).append(symbol)
                self.add(symbol)
            elif symbol not in self:
                others.append(symbol)
        numbers = [self._numbers(members, assumptions) for assumptions, members in groups.items()]
        return [*numbers, *(f"{self.add(symbol)} = {self._other(symbol)}" for symbol in others)]

    def _numbers(self, symbols: Sequence[sp.Symbol], assumptions: str) -> str:
        left = ", ".join(self[symbol] for symbol in symbols)
        function = "Symbol" if len(symbols) == 1 else "symbols"
        return f'{left} = sp.{function}("{" ".join(symbol.name for symbol in symbols)}"{assumptions})'

    def _other(self, symbol: Any) -> str:
        if isinstance(symbol, RandomSymbol):
            distribution = symbol.pspace.distribution
            kind = type(distribution).__name__.removesuffix("Distribution")
            return f'sp.stats.{kind}("{symbol.symbol.name}", {", ".join(map(self.code, distribution.args))})'
        if isinstance(symbol, sp.Dummy):
            return f'sp.Dummy("{symbol.name}"{_assumptions(symbol)})'
        return f'sp.MatrixSymbol("{symbol.name}", {", ".join(map(self.code, symbol.shape))})'


def _unknown_names(code: str) -> set[str]:
    """The names that code uses; the code itself where it is no expression of Python."""
    try:
        tree = ast.parse(code, mode="eval")
    except SyntaxError:
        return {code}
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def symbols_of(*expressions: Any) -> list[sp.Basic]:
    """Every symbol, matrix and random variable of expressions, bound indices too, those of shapes first."""
    found: dict[sp.Basic, None] = {}
    for expression in expressions:
        for node in sp.preorder_traversal(sp.sympify(expression)):
            if isinstance(node, RandomSymbol):
                found.update(dict.fromkeys(symbols_of(*node.pspace.distribution.args)))
                found[node] = None
            elif isinstance(node, sp.MatrixSymbol):
                found.update(dict.fromkeys(symbols_of(*node.shape)))
                found[node] = None
            elif isinstance(node, sp.Symbol):
                found[node] = None
    hidden = {each.symbol for each in found if isinstance(each, RandomSymbol)}
    return sorted((each for each in found if each not in hidden), key=lambda each: (_rank(each), str(each)))


def _rank(symbol: sp.Basic) -> int:
    return 0 if isinstance(symbol, sp.Symbol) else 1 if isinstance(symbol, sp.MatrixSymbol) else 2


def _assumptions(symbol: sp.Symbol) -> str:
    """The assumptions as they were declared: ``, integer=True, positive=True``."""
    return "".join(f", {name}={value}" for name, value in sorted(symbol._assumptions_orig.items()))


class _Code(StrPrinter):
    def __init__(self, names: Names) -> None:
        super().__init__()
        self._names = names

    def emptyPrinter(self, expr: Any) -> str:
        raise NoCode(type(expr).__name__)

    def _call(self, name: str, *arguments: Any) -> str:
        return f"{name}({', '.join(map(self._print, arguments))})"

    def _print_Basic(self, expr: Any) -> str:
        if not hasattr(sp, type(expr).__name__):
            raise NoCode(type(expr).__name__)
        return self._call(f"sp.{type(expr).__name__}", *expr.args)

    # Symbols and numbers ----------------------------------------------------------------------------------------------

    def _print_Symbol(self, expr: Any) -> str:
        if expr not in self._names:
            raise NoCode(f"the symbol {expr}, which was not declared")
        return self._names[expr]

    _print_MatrixSymbol = _print_Symbol
    _print_RandomSymbol = _print_Symbol
    _print_Dummy = _print_Symbol

    def _print_Rational(self, expr: Any) -> str:
        return f"sp.Rational({expr.p}, {expr.q})"

    _print_Half = _print_Rational

    def _constant(self, expr: Any) -> str:
        return f"sp.{expr}"

    _print_Pi = _print_Exp1 = _print_Infinity = _print_ImaginaryUnit = _constant

    # Scalars ----------------------------------------------------------------------------------------------------------

    def _print_Pow(self, expr: Any, rational: bool = False) -> str:
        if expr.exp == sp.Rational(1, 2):
            return self._call("sp.sqrt", expr.base)
        if expr.exp == sp.Rational(-1, 2):
            return f"1/{self._call('sp.sqrt', expr.base)}"
        return str(super()._print_Pow(expr, rational=True)) if rational else str(super()._print_Pow(expr))

    def _print_Mul(self, expr: Any) -> str:
        coefficient, rest = expr.as_coeff_Mul()
        if coefficient == 1 or not rest.is_Mul or not any(factor.is_Add for factor in rest.args):
            return str(super()._print_Mul(expr))
        # Python multiplies from the left, and SymPy would multiply out a number times a sum.
        sign = "-" if coefficient == -1 else f"{self._print(coefficient)}*"
        return f"{sign}({self._print(rest)})"

    def _print_Function(self, expr: Any) -> str:
        return self._call(f"sp.{expr.func.__name__}", *expr.args)

    _print_exp = _print_log = _print_Max = _print_Min = _print_Abs = _print_Function

    def _print_Sum(self, expr: Any) -> str:
        return self._call(f"sp.{type(expr).__name__}", expr.function, *expr.limits)

    _print_Product = _print_Integral = _print_Sum

    def _print_Piecewise(self, expr: Any) -> str:
        return f"sp.Piecewise({', '.join(f'({self._print(value)}, {self._print(when)})' for value, when in expr.args)})"

    def _print_Relational(self, expr: Any) -> str:
        signs = {"==": "Eq", "!=": "Ne", "<": "Lt", "<=": "Le", ">": "Gt", ">=": "Ge"}
        return self._call(f"sp.{signs[expr.rel_op]}", expr.lhs, expr.rhs)

    def _print_And(self, expr: Any) -> str:
        return self._call("sp.And", *expr.args)

    def _print_Or(self, expr: Any) -> str:
        return self._call("sp.Or", *expr.args)

    def _print_Lambda(self, expr: Any) -> str:
        return f"sp.Lambda(({', '.join(map(self._print, expr.variables))},), {self._print(expr.expr)})"

    def _print_PartialDerivative(self, expr: PartialDerivative) -> str:
        return self._call("gradient", *expr.args)

    def _print_Gradient(self, expr: Gradient) -> str:
        return self._call("gradient", *expr.args)

    def _print_Expectation(self, expr: Any) -> str:
        return self._call(f"sp.stats.{type(expr).__name__}", *expr.args)

    _print_Variance = _print_Covariance = _print_Expectation

    # Matrices ---------------------------------------------------------------------------------------------------------

    def _print_MatrixBase(self, expr: Any) -> str:
        rows = ", ".join(f"[{', '.join(map(self._print, expr.row(row)))}]" for row in range(expr.rows))
        return f"sp.ImmutableMatrix([{rows}])"

    _print_ImmutableDenseMatrix = _print_DenseMatrix = _print_MatrixBase

    def _print_MatrixElement(self, expr: MatrixElement) -> str:
        if not isinstance(expr.parent, sp.MatrixSymbol):  # SymPy would work an entry of a product out
            return self._call("sp.matrices.expressions.matexpr.MatrixElement", *expr.args)
        return f"{self._print(expr.parent)}[{self._print(expr.i)}, {self._print(expr.j)}]"

    def _print_Transpose(self, expr: Any) -> str:
        return f"{self.parenthesize(expr.arg, PRECEDENCE['Pow'])}.T"

    def _print_Inverse(self, expr: Any) -> str:
        return self._call("sp.Inverse", expr.arg)

    def _print_MatMul(self, expr: Any) -> str:
        coefficient, matrices = expr.as_coeff_matrices()
        product = "*".join(self.parenthesize(factor, PRECEDENCE["Mul"]) for factor in matrices)
        if coefficient == 1:
            return product
        # Python multiplies from the left, and SymPy would multiply out a number times a sum.
        first = f"({product})" if matrices[0].is_MatAdd else product
        return f"-{first}" if coefficient == -1 else f"{self.parenthesize(coefficient, PRECEDENCE['Mul'])}*{first}"

    def _print_MatAdd(self, expr: Any) -> str:
        terms = sorted((self._print(term) for term in expr.args), key=lambda term: term.startswith("-"))
        return terms[0] + "".join(f" - {term[1:]}" if term.startswith("-") else f" + {term}" for term in terms[1:])

    def _print_MatrixSlice(self, expr: Any) -> str:
        parts = ", ".join(
            self._range(each, side)
            for each, side in zip((expr.rowslice, expr.colslice), expr.parent.shape, strict=True)
        )
        return f"{self.parenthesize(expr.parent, PRECEDENCE['Atom'], strict=True)}[{parts}]"

    def _range(self, slice_: Any, side: Any) -> str:
        start, stop, step = slice_
        written = f"{self._print(start) if start != 0 else ''}:{self._print(stop) if stop != side else ''}"
        return written if step == 1 else f"{written}:{self._print(step)}"

    def _print_ElementwiseApplyFunction(self, expr: Any) -> str:
        function, (variable,) = expr.function, expr.function.variables
        matrix = self.parenthesize(expr.expr, PRECEDENCE["Atom"], strict=True)
        if function.expr.args == (variable,) and hasattr(sp, function.expr.func.__name__):
            return f"{matrix}.applyfunc(sp.{function.expr.func.__name__})"
        return f"{matrix}.applyfunc({self._print(function)})"

    def _print_MatPow(self, expr: Any) -> str:
        base = self.parenthesize(expr.base, PRECEDENCE["Pow"])
        return f"{base}**{self.parenthesize(expr.exp, PRECEDENCE['Pow'])}"

    def _print_Matrix_function(self, expr: Any) -> str:
        return self._call(f"sp.{type(expr).__name__}", *expr.args)

    _print_Identity = _print_ZeroMatrix = _print_OneMatrix = _print_Trace = _print_Determinant = _print_Matrix_function
    _print_FunctionMatrix = _print_DiagMatrix = _print_HadamardProduct = _print_Matrix_function
    _print_HadamardPower = _print_Matrix_function
