"""Ball arithmetic: enclosures of terms at exact rational points.

Every value is an interval that certainly contains the true one, whatever the precision, so two balls that do not
overlap refute equality.  Source: F. Johansson, "Arb: efficient arbitrary-precision midpoint-radius interval
arithmetic", IEEE Trans. Computers 66 (2017).  A value that is undefined, or not known to be defined, is a NaN ball.
"""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from math import comb
from threading import RLock
from typing import Any

from verify.equality.flint_import import flint
from verify.equality.guard import demand_time
from verify.equality.sampling import Point
from verify.equality.terms import Terms
from verify.errors import BudgetExceeded, Undecidable

arb = flint.arb
fmpq = flint.fmpq
Ball = Any

MAXIMUM_RANGE = 400
"""Longest explicit sum or product over an index that is evaluated."""

LARGEST_WHOLE_NUMBER = 1 << 40_000

MAXIMUM_STEPS = 200_000
"""Most node evaluations inside sums and products over an index, at one point."""

_NAN = arb.nan()
_PRECISION_LOCK = RLock()
if hasattr(os, "register_at_fork"):  # a child forked while another thread holds the lock would wait for ever
    os.register_at_fork(
        before=_PRECISION_LOCK.acquire,
        after_in_parent=_PRECISION_LOCK.release,
        after_in_child=_PRECISION_LOCK.release,
    )


def to_ball(value: int | Fraction) -> Ball:
    """The smallest ball around a rational number at the working precision."""
    if value.denominator == 1:
        return arb(value.numerator)
    return arb(fmpq(value.numerator, value.denominator))


def as_fraction(value: Any) -> Fraction:
    """A FLINT rational as a Fraction."""
    return Fraction(int(value.p), int(value.q))


# ---------------------------------------------------------------------- functions


def _cube_root(x: Ball) -> Ball:
    if x > 0:
        return x.root(3)
    if x < 0:
        return -((-x).root(3))
    return x if x.is_zero() else _NAN


def _sign(x: Ball) -> Ball:
    if x > 0:
        return arb(1)
    if x < 0:
        return arb(-1)
    return arb(0) if x.is_zero() else _NAN


def _logarithm(x: Ball, base: Ball | None = None) -> Ball:
    return x.log() if base is None else x.log() / base.log()


def _binomial(n: Ball, k: Ball) -> Ball:
    """For whole k by the product n(n-1)...(n-k+1)/k!, otherwise through the gamma function."""
    whole_k, whole_n = exact_integer(k), exact_integer(n)
    if whole_k is None:
        return (n + 1).gamma() * (k + 1).rgamma() * (n - k + 1).rgamma()
    if whole_k < 0:
        return arb(0)
    if whole_n is not None and 0 <= whole_n <= 10_000:
        return arb(comb(whole_n, whole_k))
    if whole_k > MAXIMUM_RANGE:
        return _NAN
    result = arb(1)
    for step in range(whole_k):
        result = result * (n - step) / (step + 1)
    return result


def _extremum(pick: Callable[[Ball, Ball], Ball]) -> Callable[..., Ball]:
    def fold(first: Ball, *others: Ball) -> Ball:
        for other in others:
            if first.is_nan() or other.is_nan():
                return _NAN
            first = pick(first, other)
        return first

    return fold


FUNCTION_OF_BALLS: Mapping[str, Callable[..., Ball]] = {
    "exp": arb.exp,
    "log": _logarithm,
    "log2": lambda x: x.log() / arb(2).log(),
    "log10": lambda x: x.log() / arb(10).log(),
    "cbrt": _cube_root,
    "sin": arb.sin,
    "cos": arb.cos,
    "tan": arb.tan,
    "sec": arb.sec,
    "csc": arb.csc,
    "cot": arb.cot,
    "sinh": arb.sinh,
    "cosh": arb.cosh,
    "tanh": arb.tanh,
    "sech": arb.sech,
    "csch": arb.csch,
    "coth": arb.coth,
    "asin": arb.asin,
    "acos": arb.acos,
    "atan": arb.atan,
    "asinh": arb.asinh,
    "acosh": arb.acosh,
    "atanh": arb.atanh,
    "abs": abs,
    "sign": _sign,
    "floor": arb.floor,
    "ceiling": arb.ceil,
    "sigmoid": lambda x: 1 / (1 + (-x).exp()),
    "softplus": lambda x: x.exp().log1p(),
    "relu": lambda x: _extremum(arb.max)(x, arb(0)),
    "max": _extremum(arb.max),
    "min": _extremum(arb.min),
    "erf": arb.erf,
    "gamma": arb.gamma,
    "factorial": lambda x: (x + 1).gamma(),
    "binomial": _binomial,
}


def exact_integer(x: Ball) -> int | None:
    """The whole number an exact ball is, or None; 2^(2^99) is an exact ball too, and its digits fill any memory."""
    if x.is_exact() and x.is_integer() and abs(x) < LARGEST_WHOLE_NUMBER:
        found = x.unique_fmpz()
        return None if found is None else int(found)
    return None


def whole_power(base: Ball, exponent: int) -> Ball:
    """A whole power, also of a ball around zero, which FLINT's own power leaves undetermined."""
    result = base**exponent
    if exponent <= 0 or result.is_finite() or not base.is_finite():
        return result
    result, square = arb(1), base
    while exponent:
        if exponent & 1:
            result = result * square
        square = square * square
        exponent >>= 1
    return result


def _rational_power(base: Ball, exponent: Fraction) -> Ball:
    """Over the reals: a fractional power needs a base of at least zero."""
    if exponent.denominator == 2:
        root = base.sqrt()
        return root if exponent.numerator == 1 else whole_power(root, exponent.numerator)
    if base.is_zero():
        return arb(0) if exponent > 0 else _NAN
    if not base > 0:
        return _NAN
    return base ** to_ball(exponent)


def _real_power(base: Ball, exponent: Ball) -> Ball:
    """A power with a computed exponent: base above zero, or zero to more than zero, or a whole exponent."""
    if base > 0:
        return base**exponent
    whole = exact_integer(exponent)
    if base.is_zero():
        return arb(1) if whole == 0 else arb(0) if exponent > 0 else _NAN
    if whole is not None and abs(whole) < 1 << 32:
        return whole_power(base, whole)
    return _NAN


# ---------------------------------------------------------------------- evaluation


def evaluation_order(terms: Terms, roots: Iterable[int]) -> list[int]:
    """The terms to evaluate for the roots, children first; not those inside sums and products over an index."""
    order = terms.reachable(roots)
    nodes = terms.nodes
    if not any(nodes[term][0] in ("summation", "product", "piecewise", "relation") for term in order):
        return order
    seen: set[int] = set()
    stack = list(roots)
    while stack:
        term = stack.pop()
        if term in seen:
            continue
        seen.add(term)
        node = nodes[term]
        if node[0] in ("summation", "product"):
            stack.extend(node[3:5])
        elif node[0] == "piecewise":
            continue  # only the branch that applies is evaluated
        else:
            stack.extend(terms.children(term))
    return sorted(seen)


class BallEvaluator:
    """Evaluates terms of one pool at points; keeps the evaluation orders of bodies of sums."""

    __slots__ = ("_orders", "_steps", "precision", "terms")

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.precision = 64
        self._orders: dict[int, list[int]] = {}
        self._steps = 0

    def values(self, order: Sequence[int], point: Point, precision: int) -> dict[int, Ball]:
        """The enclosure of every term of an evaluation order at a point."""
        demand_time()
        with _PRECISION_LOCK:
            before = flint.ctx.prec
            flint.ctx.prec = precision
            self._steps = 0
            try:
                return self._sweep(order, point, {})
            finally:
                flint.ctx.prec = before

    def _sweep(self, order: Sequence[int], point: Point, bound: Mapping[str, int]) -> dict[int, Ball]:
        nodes = self.terms.nodes
        values: dict[int, Ball] = {}
        for term in order:
            node = nodes[term]
            kind = node[0]
            if kind == "multiply":
                result = None
                for child in node[1]:
                    result = values[child] if result is None else result * values[child]
            elif kind == "add":
                result = None
                for child in node[1]:
                    result = values[child] if result is None else result + values[child]
            elif kind == "number":
                result = to_ball(node[1])
            elif kind == "variable":
                name = node[1]
                result = arb(bound[name]) if name in bound else to_ball(point.value(name))
            elif kind == "power":
                result = self._power(node, values)
            elif kind == "apply":
                function = FUNCTION_OF_BALLS[node[1]]
                result = function(values[node[2]]) if len(node) == 3 else function(*[values[c] for c in node[2:]])
            else:
                result = self._other(node, values, point, bound)
            values[term] = result
        return values

    def _power(self, node: tuple[Any, ...], values: dict[int, Ball]) -> Ball:
        exponent = self.terms.nodes[node[2]]
        base = values[node[1]]
        if exponent[0] != "number":
            return _real_power(base, values[node[2]])
        value = exponent[1]
        if value == -1:
            return 1 / base
        if value.denominator == 1:
            return _NAN if base.is_zero() and value <= 0 else whole_power(base, int(value))
        return _rational_power(base, value)

    def _other(self, node: tuple[Any, ...], values: dict[int, Ball], point: Point, bound: Mapping[str, int]) -> Ball:
        kind = node[0]
        if kind == "constant":
            return arb.pi() if node[1] == "pi" else arb.const_e()
        if kind == "indexed":
            return self._element(node, values, point)
        if kind == "piecewise":
            return self._piecewise(node, point, bound)
        if kind in ("summation", "product"):
            return self._over_index(node, values, point, bound)
        raise Undecidable(f"a {kind} has no value")

    def _element(self, node: tuple[Any, ...], values: dict[int, Ball], point: Point) -> Ball:
        indices = [exact_integer(values[index]) for index in node[2]]
        if None in indices:
            return _NAN
        text = "_".join(map(str, indices))
        short = node[1] + text
        name = short if self.terms.has_variable(short) else f"{node[1]}_{text}"
        return to_ball(point.value(name, family=node[1]))

    def _one(self, term: int, point: Point, bound: Mapping[str, int]) -> Ball:
        order = self._orders.get(term)
        if order is None:
            order = self._orders[term] = evaluation_order(self.terms, (term,))
        demand_time()
        self._steps += len(order)
        if self._steps > MAXIMUM_STEPS:
            raise BudgetExceeded("a sum over an index has too many terms to evaluate")
        return self._sweep(order, point, bound)[term]

    def _piecewise(self, node: tuple[Any, ...], point: Point, bound: Mapping[str, int]) -> Ball:
        for value, condition in node[1]:
            _, operator, left, right = self.terms.nodes[condition]
            holds = compare(operator, self._one(left, point, bound), self._one(right, point, bound))
            if holds is None:
                return _NAN
            if holds:
                return self._one(value, point, bound)
        return self._one(node[2], point, bound)

    def _over_index(
        self, node: tuple[Any, ...], values: dict[int, Ball], point: Point, bound: Mapping[str, int]
    ) -> Ball:
        """A sum over no terms is zero where high = low - 1; where the bounds are further apart it is undefined."""
        kind, body, index, low, high = node
        first, last = exact_integer(values[low]), exact_integer(values[high])
        if first is None or last is None or last < first - 1 or last - first >= MAXIMUM_RANGE:
            return _NAN
        result = arb(0 if kind == "summation" else 1)
        for position in range(first, last + 1):
            value = self._one(body, point, {**bound, index: position})
            result = result + value if kind == "summation" else result * value
        return result


def compare(operator: str, left: Ball, right: Ball) -> bool | None:
    """Whether a relation holds for all values of two balls, or for none, or (None) that is not known."""
    if left.is_nan() or right.is_nan():
        return None
    if operator in (">", ">="):
        operator, left, right = {">": "<", ">=": "<="}[operator], right, left
    if operator == "<":
        return True if left < right else False if left >= right else None
    if operator == "<=":
        return True if left <= right else False if left > right else None
    if not left.overlaps(right):
        return operator == "!="
    if left.is_exact() and right.is_exact():
        return operator == "="
    return None
