"""The Python-like style: `2*x**2 - sin(x)/3`."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from verify.notation.writer import ATOM, NEGATIVE, POWER, PRODUCT, Factor, Style, Written, bracketed


def _number(value: Fraction | int) -> Written:
    if value.denominator == 1:
        return (digits(value.numerator), ATOM if value >= 0 else NEGATIVE)
    text = f"{digits(value.numerator)}/{digits(value.denominator)}"
    return text, PRODUCT if value >= 0 else NEGATIVE


def digits(value: int) -> str:
    """The decimal digits of an integer of any size; `str` refuses those of more than 4,300 digits."""
    if abs(value).bit_length() < 14_000:
        return str(value)
    sign, value = ("-", -value) if value < 0 else ("", value)
    chunks: list[str] = []
    step = 10**4000
    while value:
        value, rest = divmod(value, step)
        chunks.append(str(rest).zfill(4000))
    return sign + "".join(reversed(chunks)).lstrip("0")


def _product(coefficient: int | Fraction, above: list[Factor], below: list[Factor]) -> Written:
    factors = [bracketed((factor.text, factor.level), PRODUCT) for factor in above]
    if coefficient.numerator != 1 or not factors:
        factors.insert(0, digits(coefficient.numerator))
    text = "*".join(factors)
    if coefficient.denominator != 1:
        text += f"/{digits(coefficient.denominator)}"
    for factor in below:
        text += "/" + bracketed((factor.text, factor.level), POWER)
    return text, PRODUCT if len(factors) > 1 or "/" in text else above[0].level


def _power(base: Written, exponent: Written, value: Fraction | int | None) -> Written:
    if value == Fraction(1, 2):
        return f"sqrt({base[0]})", ATOM
    return f"{bracketed(base, ATOM)}**{bracketed(exponent, POWER)}", POWER


def _apply(function: str, arguments: Sequence[Written], _: frozenset[str]) -> Written:
    return f"{function}({', '.join(text for text, _ in arguments)})", ATOM


def _relation(operator: str, left: str, right: str) -> str:
    return f"{left} {'==' if operator == '=' else operator} {right}"


def _piecewise(branches: Sequence[tuple[str, str]], otherwise: str) -> Written:
    cases = "".join(f"({value}, {condition}), " for value, condition in branches)
    return f"Piecewise({cases}({otherwise}, True))", ATOM


def _over_index(kind: str, body: Written, index: str, low: str, high: str) -> Written:
    return f"{'Sum' if kind == 'summation' else 'Product'}({body[0]}, ({index}, {low}, {high}))", ATOM


def _indexed(name: str, indices: Sequence[str]) -> str:
    return f"{name}[{', '.join(indices)}]"


def _compound(kind: str, detail: Any, parts: Sequence[str]) -> str:
    listed = ", ".join(parts)
    if kind == "matrix":
        rest = iter(parts)
        return "[" + ", ".join(f"[{', '.join(next(rest) for _ in range(width))}]" for width in detail) + "]"
    if kind == "tuple":
        return listed if not detail else f"{detail[0]}{listed}{detail[1]}"
    if kind == "set":
        return "{" + listed + "}"
    if kind == "interval":
        return f"{'[' if detail[0] else '('}{listed}{']' if detail[1] else ')'}"
    if kind == "set operation":
        return f" {'∪∩∖'[('union', 'intersection', 'difference').index(detail)]} ".join(parts)
    if kind == "relation":
        return parts[0] + "".join(f" {sign} {part}" for sign, part in zip(detail, parts[1:], strict=True))
    if kind == "logic":
        return f" {detail} ".join(parts)
    return "oo" if detail > 0 else "-oo"


def _matrix(kind: str, detail: Any, parts: Sequence[Written]) -> Written:
    if kind == "multiply":
        return " @ ".join(bracketed(part, POWER) for part in parts), PRODUCT
    if kind == "hadamard":
        return " ⊙ ".join(bracketed(part, POWER) for part in parts), PRODUCT
    if kind == "scale":
        return f"{bracketed(parts[0], PRODUCT)}*{bracketed(parts[1], PRODUCT)}", PRODUCT
    if kind == "transpose":
        return f"{bracketed(parts[0], ATOM)}.T", ATOM
    if kind in ("identity", "ones", "zero"):
        letter = {"identity": "I", "ones": "ones", "zero": "zeros"}[kind]
        return f"{letter}_{detail[0]}" if kind == "identity" else f"{letter}({', '.join(detail)})", ATOM
    if kind == "basis":
        return f"basis({detail[1]}, {detail[0]})", ATOM
    function = {"inverse": "inv", "diagonal": "diag", "trace": "tr"}.get(kind, detail)
    return f"{function}({parts[0][0]})", ATOM


PYTHON = Style(
    syntax="python",
    number=_number,
    variable=str,
    constant=str,
    product=_product,
    power=_power,
    apply=_apply,
    relation=_relation,
    piecewise=_piecewise,
    indexed=_indexed,
    over_index=_over_index,
    compound=_compound,
    matrix=_matrix,
)
