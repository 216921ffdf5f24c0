"""An evaluator of formulas in Python-like syntax that shares nothing with the toolkit.

Python's own syntax tree, walked node by node over a list of allowed nodes (nothing is executed), and mpmath at many
digits.  It says whether two formulas agree at random points of what is given; it proves nothing.
"""

import ast
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache

import mpmath

DIGITS = 60
PRECISE = 6000
"""Enough to tell e^-10000 from nothing."""
POINTS = 8
LEAST_POINTS = 3
NEAR = (Fraction(1), Fraction(3), Fraction(1, 4), Fraction(12))
FAR = (Fraction(5000),)

Value = mpmath.mpf | list


class UndefinedError(ArithmeticError):
    """The formula has no real value here."""


def agree_at_points(a: str, b: str, symbols: Sequence[str], given: str) -> bool:
    """Whether two formulas have the same value, to 40 digits, at every random point where both have one."""
    compared = [_same(left, right, DIGITS - 20) for left, right in _values(a, b, symbols, given, DIGITS)]
    return len(compared) >= LEAST_POINTS and all(compared)


def differ_somewhere(a: str, b: str, symbols: Sequence[str], given: str, digits: int = DIGITS) -> bool:
    """Whether two formulas have different values at a random point."""
    for precision, scales in ((DIGITS, NEAR), (DIGITS, FAR), *([(digits, NEAR)] if digits > DIGITS else [])):
        values = _values(a, b, symbols, given, precision, scales)
        if any(not _same(left, right, precision - 20) for left, right in values):
            return True
    return False


def _same(left: Value, right: Value, digits: int) -> bool:
    if isinstance(left, list) or isinstance(right, list):
        both_lists = isinstance(left, list) and isinstance(right, list) and len(left) == len(right)
        return both_lists and all(_same(one, other, digits) for one, other in zip(left, right, strict=True))
    with mpmath.workdps(digits + 20):
        return bool(abs(left - right) <= mpmath.mpf(10) ** -digits * (1 + abs(left) + abs(right)))


def _values(
    a: str, b: str, symbols: Sequence[str], given: str, digits: int, scales: Sequence[Fraction] = NEAR
) -> Iterator[tuple[Value, Value]]:
    trees = parsed(a), parsed(b)
    for point in points(symbols, given, POINTS if digits == DIGITS else 2, scales):
        with mpmath.workdps(digits):
            try:
                yield value(trees[0], point), value(trees[1], point)
            except (UndefinedError, ZeroDivisionError, ValueError, OverflowError):
                continue


@lru_cache(maxsize=4096)
def parsed(text: str) -> ast.expr:
    """The syntax tree of a formula."""
    return ast.parse(text.replace("^", "**"), mode="eval").body


def points(
    symbols: Sequence[str], given: str, count: int, scales: Sequence[Fraction] = NEAR
) -> Iterator[dict[str, Fraction]]:
    """Random points of what is given, the same ones every time; sizes vary."""
    pick = random.Random(f"{sorted(symbols)} {given}")
    for number in range(4 * count):
        scale = scales[number % len(scales)]
        yield {name: _coordinate(pick, name, given, scale) for name in symbols}


_BETWEEN = re.compile(r"(?P<low>\d+)<(?P<name>\w+)<(?P<high>\d+)")
_ABOVE = re.compile(r"(?P<name>\w+)>(?P<equal>=?)(?P<low>\d+)")


def _coordinate(pick: random.Random, name: str, given: str, scale: Fraction) -> Fraction:
    size = Fraction(pick.randrange(1, 10**6), 10**6) * scale
    whole = any(word.startswith(name) and word.endswith(":integer") for word in given.split())
    for found in _BETWEEN.finditer(given):
        if found["name"] == name:
            low, high = int(found["low"]), int(found["high"])
            return low + (high - low) * Fraction(pick.randrange(1, 10**6), 10**6)
    for found in _ABOVE.finditer(given):
        if found["name"] == name:
            return Fraction(pick.randrange(int(found["low"]), 9)) if whole else int(found["low"]) + size
    if whole:
        return Fraction(pick.randrange(-6, 7))
    return size * pick.choice((-1, 1))


def value(node: ast.expr, point: Mapping[str, Fraction]) -> Value:
    """The value of a formula at a point, at the working precision of mpmath."""
    if isinstance(node, ast.List):
        return [value(each, point) for each in node.elts]
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        exact = Fraction(str(node.value))
        return mpmath.mpf(exact.numerator) / exact.denominator
    if isinstance(node, ast.Name):
        return mpmath.pi() if node.id == "pi" else mpmath.mpf(point[node.id].numerator) / point[node.id].denominator
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        operand = value(node.operand, point)
        return -operand if isinstance(node.op, ast.USub) else operand
    if isinstance(node, ast.BinOp):
        return _binary(node, point)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return _call(node.func.id, node.args, point)
    raise TypeError(f"{ast.dump(node)[:80]} is not part of a formula")


def _binary(node: ast.BinOp, point: Mapping[str, Fraction]) -> Value:
    left, right = value(node.left, point), value(node.right, point)
    if isinstance(node.op, ast.Pow):
        return _power(left, right, node.right)
    operations: dict[type, Callable[[Value, Value], Value]] = {
        ast.Add: lambda a, b: a + b,
        ast.Sub: lambda a, b: a - b,
        ast.Mult: lambda a, b: a * b,
        ast.Div: lambda a, b: a / b,
    }
    return operations[type(node.op)](left, right)


def _power(base: Value, exponent: Value, node: ast.expr) -> Value:
    if exponent == int(exponent):
        _need(base != 0 or exponent > 0)
        return base ** int(exponent)
    third = _odd_denominator(node)
    if base < 0 and third is not None:
        return (-1) ** third.numerator * (-base) ** exponent
    _need(base > 0 or (base == 0 and exponent > 0))
    return base**exponent


def _odd_denominator(node: ast.expr) -> Fraction | None:
    """The exponent as a fraction where its denominator is odd, so that negative numbers have a real power."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        parts = (node.left, node.right)
        if all(isinstance(part, ast.Constant) and isinstance(part.value, int) for part in parts):
            fraction = Fraction(parts[0].value, parts[1].value)  # type: ignore[attr-defined]
            return fraction if fraction.denominator % 2 else None
    return None


def _need(condition: object) -> None:
    if not condition:
        raise UndefinedError


def _call(name: str, arguments: Sequence[ast.expr], point: Mapping[str, Fraction]) -> Value:
    if name == "summation":
        return _summation(arguments, point)
    values = [value(each, point) for each in arguments]
    first = values[0]
    if name == "log":
        _need(first > 0)
        return mpmath.log(first) / (mpmath.log(values[1]) if len(values) == 2 else 1)
    if name in ("sqrt", "factorial"):
        _need(first >= 0)
    if name in ("asin", "acos"):
        _need(abs(first) <= 1)
    special: dict[str, Callable[[], Value]] = {
        "abs": lambda: abs(first),
        "sign": lambda: mpmath.sign(first),
        "max": lambda: max(values),
        "min": lambda: min(values),
        "relu": lambda: max(first, mpmath.mpf(0)),
        "sigmoid": lambda: 1 / (1 + mpmath.exp(-first)),
        "softplus": lambda: mpmath.log(1 + mpmath.exp(first)),
        "cbrt": lambda: mpmath.sign(first) * mpmath.cbrt(abs(first)),
        "binomial": lambda: mpmath.binomial(*values),
    }
    return special[name]() if name in special else getattr(mpmath, name)(first)


def _summation(arguments: Sequence[ast.expr], point: Mapping[str, Fraction]) -> Value:
    body, bounds = arguments
    if not isinstance(bounds, ast.Tuple) or not isinstance(bounds.elts[0], ast.Name):
        raise TypeError("a sum needs (index, low, high)")
    index = bounds.elts[0].id
    low, high = (int(value(each, point)) for each in bounds.elts[1:])
    return mpmath.fsum(value(body, {**point, index: Fraction(step)}) for step in range(low, high + 1))
