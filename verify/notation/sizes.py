"""Predicted sizes of a syntax tree, so that nothing large is built before it is refused.

For each node: its value where that is a small number, the bits of its coefficients, how many terms it has when
multiplied out, and its degree.  A degree of 0 means a rational number.
"""

from fractions import Fraction
from math import comb, log2
from typing import Any

from verify.errors import ReadingError
from verify.notation.limits import Limits

Size = tuple[Fraction | int | None, float, float, float]
_GENERATOR: Size = (None, 0.0, 1.0, 1.0)
_SMALL_BITS = 128
_MANY = 1e15
_FACTORIALS = frozenset(["factorial", "gamma", "binomial"])


def needs_check(nodes: list[tuple[Any, ...]]) -> bool:
    """Whether a tree contains anything that can grow: not `x^9`, `(a + b)^2` or `e^...`, which are the most common."""
    for node in nodes:
        if node[0] == "power":
            base, exponent = nodes[node[2]][0], nodes[node[3]]
            small = exponent[0] == "number" and (
                exponent[2] in ("1", "2", "3") or (base == "variable" and len(exponent[2]) < 9)
            )
            if not small and base != "constant":
                return True
        elif node[0] == "call" and node[2] in _FACTORIALS:
            return True
    return False


def check_sizes(nodes: list[tuple[Any, ...]], text: str, limits: Limits) -> None:
    """Refuse a tree in which a power or factorial would be too large."""
    sizes: list[Size] = []
    generators = len({node[2] for node in nodes if node[0] == "variable"}) + sum(node[0] == "call" for node in nodes)
    for node in nodes:
        measure = _MEASURES.get(node[0])
        size = measure(node, sizes) if measure else _GENERATOR
        if node[0] == "power":
            size = _power(node, sizes, generators, text, limits)
        elif node[0] == "call" and node[2] in _FACTORIALS:
            size = _factorial(node, sizes, text, limits)
        sizes.append(size)


def _exact(value: Fraction | int) -> Size:
    bits = max(abs(value.numerator), value.denominator).bit_length()
    unit = abs(value.numerator) <= 1 and value.denominator == 1
    return (value if bits <= _SMALL_BITS else None, 0.0 if unit else float(bits), 1.0, 0.0)


def _number(node: tuple[Any, ...], _: list[Size]) -> Size:
    text = node[2]
    if len(text) < 30 and text.isdigit():
        return _exact(int(text))
    mantissa, _, exponent = text.lower().partition("e")
    digits = len(mantissa) + (abs(int(exponent)) if exponent and len(exponent) < 9 else 0)
    if digits < 30:
        return _exact(Fraction(text))
    return (None, 3.33 * digits, 1.0, 0.0)


def _ratio(node: tuple[Any, ...], _: list[Size]) -> Size:
    return _exact(Fraction(node[2], node[3]))


def _add(node: tuple[Any, ...], sizes: list[Size]) -> Size:
    parts = [sizes[index] for index in node[2]]
    if all(part[0] is not None for part in parts):
        return _exact(sum(part[0] for part in parts))
    return (
        None,
        max(part[1] for part in parts) + log2(len(parts)),
        min(sum(part[2] for part in parts), _MANY),
        max(part[3] for part in parts),
    )


def _multiply(node: tuple[Any, ...], sizes: list[Size]) -> Size:
    value: Fraction | int | None = 1
    bits = degree = 0.0
    terms = 1.0
    for index in node[2]:
        part = sizes[index]
        value = value * part[0] if value is not None and part[0] is not None else None
        bits += part[1]
        terms = min(terms * part[2], _MANY)
        degree += part[3]
    return _exact(value) if value is not None else (None, bits, terms, degree)


def _negate(node: tuple[Any, ...], sizes: list[Size]) -> Size:
    value, bits, terms, degree = sizes[node[2]]
    return (None if value is None else -value, bits, terms, degree)


def _reciprocal(node: tuple[Any, ...], sizes: list[Size]) -> Size:
    value, bits, terms, degree = sizes[node[2]]
    return (Fraction(1) / value if value else None, bits, terms, degree)


_MEASURES = {
    "number": _number,
    "ratio": _ratio,
    "add": _add,
    "multiply": _multiply,
    "negate": _negate,
    "reciprocal": _reciprocal,
}


def _power(node: tuple[Any, ...], sizes: list[Size], generators: int, text: str, limits: Limits) -> Size:
    base, exponent = sizes[node[2]], sizes[node[3]]
    if exponent[3] > 0:
        return _GENERATOR
    if exponent[0] is None:
        raise ReadingError(f"an exponent of more than {_SMALL_BITS} bits", node[1], text)
    times = abs(exponent[0].numerator)
    bits = times * (base[1] + (log2(base[2]) if base[2] > 1 else 0.0))
    if bits > limits.bits:
        raise ReadingError(f"a power whose numbers have more than {limits.bits:,} bits", node[1], text)
    terms = _power_terms(times, base[2], times * base[3], generators)
    if terms > limits.expansion:
        raise ReadingError(f"a power that expands to more than {limits.expansion:,} terms", node[1], text)
    if base[0] is not None and exponent[0].denominator == 1 and bits <= _SMALL_BITS and (base[0] or exponent[0] > 0):
        return _exact(Fraction(base[0]) ** int(exponent[0]))
    if exponent[0].denominator != 1:
        return (None, bits, terms, max(1.0, times * base[3]))
    return (None, bits, terms, min(times * base[3], _MANY))


def _power_terms(times: int, terms: float, degree: float, generators: int) -> float:
    """At most how many terms a power has when multiplied out."""
    if terms <= 1 or times <= 1:
        return terms
    if times > 10_000_000 or terms > 10_000_000:
        return _MANY
    by_terms = comb(times + int(terms) - 1, min(int(terms) - 1, 8, times)) if terms > 1 else 1
    by_degree = comb(int(min(degree, 1e9)) + generators, min(generators, 8))
    return float(min(by_terms, by_degree, _MANY))


def _factorial(node: tuple[Any, ...], sizes: list[Size], text: str, limits: Limits) -> Size:
    arguments = [sizes[index] for index in node[3]]
    if any(argument[3] > 0 for argument in arguments):
        return _GENERATOR
    value = arguments[0][0]
    if value is None or (abs(value) * log2(abs(value) + 2) > limits.bits and node[2] != "binomial"):
        raise ReadingError(f"a {node[2]} of more than {limits.bits:,} bits", node[1], text)
    if node[2] == "binomial" and abs(value) > limits.bits:
        raise ReadingError(f"a binomial of more than {limits.bits:,} bits", node[1], text)
    return (None, float(abs(value)) * log2(abs(value) + 2), 1.0, 0.0)
