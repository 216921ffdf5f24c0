"""The LaTeX style: `2 x^{2} - \\frac{\\sin\\left(x\\right)}{3}`."""

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from verify.notation.names import ACCENTS, GREEK_NAMES, is_function_letter
from verify.notation.writer import ATOM, NEGATIVE, POWER, PRODUCT, SUM, Factor, Style, Written, bracketed
from verify.notation.writer_python import digits

_COMMANDS = {
    **{name: f"\\{name}" for name in ("sin", "cos", "tan", "sec", "csc", "cot", "sinh", "cosh", "tanh", "coth")},
    "max": "\\max", "min": "\\min",
    "asin": "\\arcsin", "acos": "\\arccos", "atan": "\\arctan", "log": "\\ln", "gamma": "\\Gamma",
}  # fmt: skip
_AROUND = {"abs": ("\\left|", "\\right|"), "floor": ("\\lfloor ", " \\rfloor"), "ceiling": ("\\lceil ", " \\rceil")}
_RELATIONS = {"<=": "\\le", ">=": "\\ge", "!=": "\\ne", "∈": "\\in"}
_ROW_END = " \\\\ "
_NAME = re.compile(r"([A-Za-z]+?)(\d*)((?:_\w+)?)('*)")


def variable(name: str) -> str:
    """The LaTeX of a name: `u3` is `u_{3}`, `W_ih` is `W_{ih}`, `lambda` is `\\lambda`, `yhat` is `\\hat{y}`."""
    match = _NAME.fullmatch(name)
    if match is None:
        return f"\\mathrm{{{name}}}"
    letters, number, subscript, primes = match.groups()
    if number and subscript:
        return f"\\mathrm{{{letters}{number}}}_{{{subscript[1:].replace('_', ',')}}}{primes}"
    index = number or subscript[1:].replace("_", ",")
    return _base(letters) + (f"_{{{index}}}" if index else "") + primes


def _base(letters: str) -> str:
    if len(letters) == 1:
        return letters
    if letters in GREEK_NAMES and letters != "omicron":
        return f"\\{letters}"
    for accent in ("hat", "bar", "tilde", "dot"):
        base = letters[: -len(accent)]
        if accent in ACCENTS and letters.endswith(accent) and (len(base) == 1 or base in GREEK_NAMES):
            return f"\\{accent}{{{_base(base)}}}"
    return f"\\mathrm{{{letters}}}"


def _brackets(part: Written, least: int) -> str:
    return bracketed(part, least, "\\left(", "\\right)")


def _number(value: Fraction | int) -> Written:
    if value.denominator == 1:
        return digits(value.numerator), ATOM if value >= 0 else NEGATIVE
    text = f"\\frac{{{digits(abs(value.numerator))}}}{{{digits(value.denominator)}}}"
    return (f"-{text}", NEGATIVE) if value < 0 else (text, PRODUCT)


def _constant(name: str) -> str:
    return "\\pi" if name == "pi" else "e"


def _product(coefficient: int | Fraction, above: list[Factor], below: list[Factor]) -> Written:
    """One fraction bar for the first divisor; a second would merge with it when read back, so it gets its own."""
    divisors = [factor.text for factor in below]
    if coefficient.denominator != 1:
        divisors.insert(0, digits(coefficient.denominator))
    numerator = _factors(coefficient.numerator, above, alone=bool(divisors))
    if not divisors:
        return numerator
    text = f"\\frac{{{numerator[0]}}}{{{divisors[0]}}}"
    for divisor in divisors[1:]:
        text += f" \\cdot \\frac{{1}}{{{divisor}}}"
    return text, PRODUCT


def _factors(coefficient: int, factors: list[Factor], *, alone: bool) -> Written:
    """Factors side by side; a dot where the next one starts with a digit or could be taken for an argument."""
    if len(factors) == 1 and coefficient == 1:
        factor = factors[0]
        only = (factor.text, factor.level)
        return only if alone else (_brackets(only, PRODUCT), max(factor.level, PRODUCT))
    if coefficient != 1 or not factors:
        factors = [Factor(digits(coefficient), ATOM, "number"), *factors]
    text = ""
    for index, factor in enumerate(factors):
        written = _brackets((factor.text, factor.level), PRODUCT)
        if index:
            text += " \\cdot " if _needs_dot(factors[index - 1], written) else " "
        text += written
    return text, PRODUCT if len(factors) > 1 else ATOM


def _needs_dot(before: Factor, text: str) -> bool:
    if text[0].isdigit() or text[0] in "-." or text.startswith("\\frac"):
        return True
    applied = before.text.lstrip("\\")
    return text.startswith("\\left(") and (applied == "sigma" or is_function_letter(applied.split("_")[0]))


def _power(base: Written, exponent: Written, value: Fraction | int | None) -> Written:
    if value == Fraction(1, 2):
        return f"\\sqrt{{{base[0]}}}", ATOM
    return f"{_brackets(base, ATOM)}^{{{exponent[0]}}}", POWER


def _apply(function: str, arguments: Sequence[Written], variables: frozenset[str]) -> Written:
    first = arguments[0]
    if function == "exp" and "e" not in variables:
        return f"e^{{{first[0]}}}", POWER
    if function in _AROUND:
        opening, closing = _AROUND[function]
        return f"{opening}{first[0]}{closing}", ATOM
    if function == "cbrt":
        return f"\\sqrt[3]{{{first[0]}}}", ATOM
    if function == "factorial":
        return f"{_brackets(first, ATOM)}!", POWER
    if function == "binomial":
        return f"\\binom{{{first[0]}}}{{{arguments[1][0]}}}", ATOM
    if function == "log" and len(arguments) == 2:
        return f"\\log_{{{arguments[1][0]}}}\\left({first[0]}\\right)", ATOM
    if function == "sigmoid" and "sigma" not in variables:
        command = "\\sigma"
    else:
        command = _COMMANDS.get(function, f"\\operatorname{{{function}}}")
    return f"{command}\\left({', '.join(text for text, _ in arguments)}\\right)", ATOM


def _relation(operator: str, left: str, right: str) -> str:
    return f"{left} {_RELATIONS.get(operator, operator)} {right}"


def _piecewise(branches: Sequence[tuple[str, str]], otherwise: str) -> Written:
    lines = [f"{value} & \\text{{if }} {condition}" for value, condition in branches]
    text = _ROW_END.join([*lines, f"{otherwise} & \\text{{otherwise}}"])
    return f"\\begin{{cases}}{text}\\end{{cases}}", ATOM


def _over_index(kind: str, body: Written, index: str, low: str, high: str) -> Written:
    sign = "\\sum" if kind == "summation" else "\\prod"
    return f"{sign}_{{{index}={low}}}^{{{high}}} {_brackets(body, PRODUCT)}", SUM


def _indexed(name: str, indices: Sequence[str]) -> str:
    return f"{variable(name)}_{{{','.join(indices)}}}"


_OPERATIONS = {"union": " \\cup ", "intersection": " \\cap ", "difference": " \\setminus "}


def _compound(kind: str, detail: Any, parts: Sequence[str]) -> str:
    listed = ", ".join(parts)
    if kind == "matrix":
        rest = iter(parts)
        rows = [" & ".join(next(rest) for _ in range(width)) for width in detail]
        return f"\\begin{{bmatrix}}{_ROW_END.join(rows)}\\end{{bmatrix}}"
    if kind == "tuple":
        return listed if not detail else f"\\left{detail[0]}{listed}\\right{detail[1]}"
    if kind == "set":
        return f"\\left\\{{{listed}\\right\\}}"
    if kind == "interval":
        return f"\\left{'[' if detail[0] else '('}{listed}\\right{']' if detail[1] else ')'}"
    if kind == "set operation":
        return _OPERATIONS[detail].join(parts)
    if kind == "relation":
        signs = [_RELATIONS.get(sign, sign) for sign in detail]
        return parts[0] + "".join(f" {sign} {part}" for sign, part in zip(signs, parts[1:], strict=True))
    if kind == "logic":
        return f" \\text{{ {detail} }} ".join(parts)
    return "\\infty" if detail > 0 else "-\\infty"


def _matrix(kind: str, detail: Any, parts: Sequence[Written]) -> Written:
    if kind == "multiply":
        return " ".join(_brackets(part, POWER) for part in parts), PRODUCT
    if kind == "hadamard":
        return " \\odot ".join(_brackets(part, POWER) for part in parts), PRODUCT
    if kind == "scale":
        dot = " \\cdot " if parts[1][0][:1].isdigit() else " "
        return f"{_brackets(parts[0], PRODUCT)}{dot}{_brackets(parts[1], PRODUCT)}", PRODUCT
    if kind in ("transpose", "inverse"):
        sign = "\\top" if kind == "transpose" else "-1"
        return f"{_brackets(parts[0], ATOM)}^{{{sign}}}", POWER
    if kind in ("identity", "ones", "zero"):
        letter = {"identity": "I", "ones": "\\mathbf{1}", "zero": "\\mathbf{0}"}[kind]
        sizes = ",".join(detail[:1] if kind == "identity" else detail)
        return f"{letter}_{{{sizes}}}", ATOM
    if kind == "basis":
        return f"e_{{{detail[0]}}}", ATOM
    function = {"diagonal": "diag", "trace": "tr"}.get(kind, detail)
    return (
        _apply(function, parts, frozenset())
        if kind == "elementwise"
        else (f"\\operatorname{{{function}}}\\left({parts[0][0]}\\right)", ATOM)
    )


LATEX = Style(
    syntax="latex",
    number=_number,
    variable=variable,
    constant=_constant,
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
