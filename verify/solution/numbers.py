r"""Numbers: values as LaTeX: exact ones as fractions, measured ones rounded, and a line with its symbols replaced."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

from verify.equality.sympy_border import from_term
from verify.errors import VerifyError
from verify.proof import exact_value
from verify.solution.latex import CannotSubstituteError, latex, latex_at
from verify.solution.names import name_latex

if TYPE_CHECKING:
    from verify.instance import WorkedInstance
    from verify.problem import Problem

DIGITS = 4  # of a measured number: enough to see that two differ, few enough to agree between machines
PLACES = 4
SCALE = 10**PLACES  # a number with more decimal places than these is written as a fraction
LONGEST_SUBSTITUTION = 420  # characters of LaTeX beyond which nobody follows the numbers


def value_latex(problem: Problem, expression: sp.Basic, instance: WorkedInstance) -> str | None:
    """The exact value of an expression at an instance, or None where it has none."""
    value = exact_sympy(problem, expression, instance)
    return None if value is None else latex(value)


def named_value_latex(problem: Problem, symbol: sp.Basic, instance: WorkedInstance, name: str) -> str | None:
    """The equation of a given with its value; a column is written as a list, to stay on the line."""
    value = exact_sympy(problem, symbol, instance)
    if value is None:
        return None
    entries = list(value) if isinstance(value, sp.MatrixBase) else [value]
    if are_decimals(entries):
        return f"{name} = {_decimals_latex(value)}"
    if isinstance(value, sp.MatrixBase) and value.shape[1] == 1:
        return f"{name} = ({', '.join(latex(entry) for entry in value)})"
    return f"{name} = {latex(value)}"


def are_decimals(entries: Iterable[sp.Basic]) -> bool:
    """Whether numbers read best with a point: all of them end, and not all are halves, quarters or eighths."""
    denominators = [entry.q if entry.is_Rational else 0 for entry in entries]
    return all(SCALE % q == 0 if q else False for q in denominators) and any(q % 5 == 0 for q in denominators)


def _decimals_latex(value: sp.Basic) -> str:
    rows = value.tolist() if isinstance(value, sp.MatrixBase) else [[value]]
    texts = [[decimal_text(entry) for entry in row] for row in rows]
    if len(texts[0]) > 1:
        body = r" \\ ".join(" & ".join(row) for row in texts)
        return rf"\begin{{bmatrix}} {body} \end{{bmatrix}}"
    column = ", ".join(row[0] for row in texts)
    return f"({column})" if len(texts) > 1 else column


def decimal_text(value: sp.Rational) -> str:
    """The decimal digits of a number whose digits end."""
    text = f"{abs(value.p) * SCALE // value.q:0{PLACES + 1}d}"
    digits = f"{text[:-PLACES]}.{text[-PLACES:]}".rstrip("0").rstrip(".")
    return f"-{digits}" if value < 0 else digits


def exact_sympy(problem: Problem, expression: sp.Basic, instance: WorkedInstance) -> sp.Basic | None:
    """The exact value of an expression at an instance, as a SymPy number or matrix; None where it has none."""
    try:
        array = exact_value(problem, expression, instance)
        entries = [[from_term(entry.terms, entry.node) for entry in row] for row in array]
    except VerifyError:
        return None
    return entries[0][0] if array.size == 1 else sp.ImmutableMatrix(entries)


def substituted_latex(
    problem: Problem, expression: sp.Basic, instance: WorkedInstance, declared: Iterable[sp.Basic]
) -> str | None:
    """An expression with the instance's numbers in the place of its symbols; None where that cannot be shown."""
    used = expression.atoms(sp.Symbol, sp.MatrixSymbol)
    values: dict[sp.Basic, sp.Basic] = {}
    for symbol in declared:
        if symbol in used or symbol in problem.given.size_symbols:
            value = exact_sympy(problem, symbol, instance)
            if value is not None:
                values[symbol] = value
    if not values or expression in values:
        return None
    try:
        tex = latex_at(expression, values, declared)
    except (CannotSubstituteError, TypeError, IndexError):
        return None
    return tex if len(tex) <= LONGEST_SUBSTITUTION else None


# Measured numbers -----------------------------------------------------------------------------------------------------


def measured_latex(value: Any, digits: int = DIGITS) -> str:
    """A number, a text such as ``"1/2"`` or nested lists, rounded to a few digits, as LaTeX."""
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, list | tuple):
        if value and isinstance(value[0], list | tuple):
            rows = r" \\ ".join(" & ".join(measured_latex(entry, digits) for entry in row) for row in value)
            return rf"\begin{{bmatrix}} {rows} \end{{bmatrix}}"
        return f"({', '.join(measured_latex(entry, digits) for entry in value)})"
    if isinstance(value, str):
        return _text_latex(value)
    if isinstance(value, Fraction):
        return latex(sp.Rational(value.numerator, value.denominator))
    return _float_latex(float(value), digits) if isinstance(value, int | float) else rf"\text{{{value}}}"


def differing_latex(left: Any, right: Any) -> tuple[str, str]:
    """Two numbers that differ, with as many digits as it takes to see that they do."""
    for digits in (DIGITS, 8, 17):
        texts = measured_latex(left, digits), measured_latex(right, digits)
        if texts[0] != texts[1]:
            break
    return texts


def is_rounded(value: Any) -> bool:
    """Whether `measured_latex` shows a number that differs from the value."""
    if isinstance(value, list | tuple):
        return any(is_rounded(entry) for entry in value)
    return isinstance(value, float) and np.isfinite(value) and float(f"{value:.{DIGITS}g}") != value


def equation_latex(name: str, value: Any) -> str:
    r"""The equation ``name = value``, with $\approx$ where the value is rounded."""
    sign = r"\approx" if is_rounded(value) else "="
    return f"{name_latex(name)} {sign} {measured_latex(value)}"


def _text_latex(text: str) -> str:
    try:
        value = Fraction(text)
    except (ValueError, ZeroDivisionError):
        value_text = text.replace("±", "$\\pm$")
        return rf"\text{{{value_text}}}"
    return latex(sp.Rational(value.numerator, value.denominator))


def _float_latex(value: float, digits: int) -> str:
    if not np.isfinite(value):
        return r"\text{nan}" if np.isnan(value) else (r"\infty" if value > 0 else r"-\infty")
    if value == int(value) and abs(value) < 10**digits:
        return str(int(value))
    mantissa, _, exponent = f"{value:.{digits}g}".partition("e")
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}" if exponent else mantissa
