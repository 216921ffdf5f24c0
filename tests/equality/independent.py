"""An evaluator of terms that shares nothing with the kernel: mpmath at 60 or 600 digits, with real semantics."""

from collections.abc import Mapping
from fractions import Fraction

import mpmath

from verify.equality.terms import Terms

DIGITS = 60
MANY_DIGITS = 600


class NotReal(ArithmeticError):
    """The value is undefined over the reals."""


def value(terms: Terms, root: int, point: Mapping[str, Fraction], digits: int = DIGITS) -> mpmath.mpf | None:
    """The value of a term at a rational point, or None where it is undefined or too large to trust."""
    with mpmath.workdps(digits):
        try:
            result = _value(terms, root, point)
        except (NotReal, ZeroDivisionError, ValueError, OverflowError):
            return None
        return result if mpmath.isfinite(result) and abs(result) < mpmath.mpf(10) ** 25 else None


def agree(left: mpmath.mpf, right: mpmath.mpf, digits: int = DIGITS) -> bool:
    """Whether two values are the same to about half the digits they were computed with."""
    with mpmath.workdps(digits):
        return bool(abs(left - right) <= mpmath.mpf(10) ** (-digits // 2 + 5) * (1 + abs(left)))


def _value(terms: Terms, root: int, point: Mapping[str, Fraction]) -> mpmath.mpf:
    values: dict[int, mpmath.mpf] = {}
    for term in terms.reachable((root,)):
        node = terms.key(term)
        kind = node[0]
        if kind == "number":
            result = mpmath.mpf(node[1].numerator) / node[1].denominator
        elif kind == "variable":
            result = mpmath.mpf(point[node[1]].numerator) / point[node[1]].denominator
        elif kind == "constant":
            result = +mpmath.pi if node[1] == "pi" else +mpmath.e
        elif kind == "add":
            result = mpmath.fsum(values[child] for child in node[1])
        elif kind == "multiply":
            result = mpmath.fprod(values[child] for child in node[1])
        elif kind == "power":
            result = _power(values[node[1]], values[node[2]], terms.key(node[2]))
        else:
            result = _apply(node[1], [values[child] for child in node[2:]])
        if abs(result) > mpmath.mpf(10) ** 400:
            raise OverflowError
        values[term] = result
    return values[root]


def _power(base: mpmath.mpf, exponent: mpmath.mpf, node: tuple) -> mpmath.mpf:
    if node[0] == "number" and node[1].denominator == 1:
        if base == 0 and node[1] <= 0:
            raise NotReal
        return base ** int(node[1])
    if base < 0 and exponent != mpmath.floor(exponent):
        raise NotReal
    if base == 0:
        if exponent < 0:
            raise NotReal
        return mpmath.mpf(1 if exponent == 0 else 0)
    return base ** int(exponent) if base < 0 else mpmath.power(base, exponent)


def _need(condition: bool) -> None:
    if not condition:
        raise NotReal


def _apply(name: str, arguments: list) -> mpmath.mpf:
    x = arguments[0]
    if name in ("floor", "ceiling", "sign"):  # beside a jump the value may be a rounding error's
        nearest = mpmath.nint(x) if name != "sign" else mpmath.mpf(0)
        _need(x == nearest or abs(x - nearest) > mpmath.mpf(10) ** (-mpmath.mp.dps // 2))
    if name in ("log", "log2", "log10"):
        _need(x > 0)
        base = {"log2": 2, "log10": 10}.get(name) or (arguments[1] if len(arguments) == 2 else None)
        _need(base is None or base > 0)
        return mpmath.log(x) if base is None else mpmath.log(x) / mpmath.log(base)
    if name in ("asin", "acos"):
        _need(abs(x) <= 1)
    if name == "atanh":
        _need(abs(x) < 1)
    if name == "acosh":
        _need(x >= 1)
    if name in ("max", "min"):
        return (max if name == "max" else min)(arguments)
    special = {
        "abs": lambda: abs(x),
        "sign": lambda: mpmath.sign(x),
        "cbrt": lambda: mpmath.sign(x) * mpmath.cbrt(abs(x)),
        "relu": lambda: max(x, mpmath.mpf(0)),
        "sigmoid": lambda: 1 / (1 + mpmath.exp(-x)),
        "softplus": lambda: mpmath.log1p(mpmath.exp(x)),
        "ceiling": lambda: mpmath.ceil(x),
        "factorial": lambda: mpmath.gamma(x + 1),
        "binomial": lambda: mpmath.binomial(*arguments),
    }
    return special[name]() if name in special else getattr(mpmath, name)(x)
