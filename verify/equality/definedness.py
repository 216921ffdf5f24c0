"""Points at which one side is certainly undefined and the other defined."""

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

from verify.equality.assumptions import Assumptions
from verify.equality.ball import Ball, BallEvaluator, evaluation_order, exact_integer
from verify.equality.domains import conditions, special_values
from verify.equality.sampling import Point
from verify.equality.terms import Terms

PRECISION = 128
GENERIC_POINTS = 100


def certainly_undefined(terms: Terms, order: Sequence[int], root: int, values: dict[int, Ball]) -> bool:
    """Whether the root certainly has no real value at the point whose values are given."""
    undefined: set[int] = set()
    for term in order:
        node = terms.nodes[term]
        if node[0] in ("piecewise", "summation", "product"):
            continue
        if any(child in undefined for child in terms.children(term)) or _fails(terms, node, values):
            undefined.add(term)
    return root in undefined


def _fails(terms: Terms, node: tuple[Any, ...], values: dict[int, Ball]) -> bool:
    if node[0] == "power":
        return _power_fails(terms, node, values)
    if node[0] != "apply":
        return False
    x = values[node[2]]
    name = node[1]
    if name in ("log", "log2", "log10"):
        return bool(any(values[argument] <= 0 for argument in node[2:]))
    if name in ("asin", "acos"):
        return bool(abs(x) > 1)
    if name == "atanh":
        return bool(abs(x) >= 1)
    if name == "acosh":
        return bool(x < 1)
    if name in ("cot", "csc", "coth", "csch"):
        return bool(x.is_zero())
    if name in ("gamma", "factorial"):
        whole = exact_integer(x)
        return whole is not None and whole < (1 if name == "gamma" else 0)
    return False


def _power_fails(terms: Terms, node: tuple[Any, ...], values: dict[int, Ball]) -> bool:
    base, exponent = values[node[1]], terms.nodes[node[2]]
    if exponent[0] == "number":
        value = exponent[1]
        if base.is_zero():
            return bool(value <= 0)
        return bool(value.denominator != 1 and base < 0)
    power = values[node[2]]
    if base.is_zero():
        return bool(power < 0)
    return bool(base < 0 and not power.contains_integer() and not power.is_nan())


def defined_on_one_side(
    terms: Terms, left: int, right: int, assumptions: Assumptions, random: Random
) -> tuple[Point, bool] | None:
    """A point where exactly one side is defined, and whether it is the left one; None where none was found."""
    evaluator = BallEvaluator(terms)
    order = evaluation_order(terms, (left, right))
    for point in _points(terms, (left, right), assumptions, random):
        values = evaluator.values(order, point, PRECISION)
        for side, other in ((left, right), (right, left)):
            if values[side].is_finite() and certainly_undefined(terms, order, other, values):
                return point, side == left
    return None


def one_sided_region(
    terms: Terms, left: int, right: int, assumptions: Assumptions, random: Random
) -> tuple[Point, bool] | None:
    """A point like `defined_on_one_side`, where such points fill a region instead of standing alone.

    A removable singularity has no room: generic points miss it.  Two generic points on which only one side is defined
    show a region.
    """
    differing = conditions(terms, left) ^ conditions(terms, right)
    if all(kind == "nonzero" for kind, _ in differing):
        return None  # what must only be other than zero excludes no region
    evaluator = BallEvaluator(terms)
    order = evaluation_order(terms, (left, right))
    found: tuple[Point, bool] | None = None
    for _ in range(GENERIC_POINTS):
        point = Point(assumptions, random, small=False)
        values = evaluator.values(order, point, PRECISION)
        for side, other in ((left, right), (right, left)):
            if values[side].is_finite() and certainly_undefined(terms, order, other, values):
                if found is not None:
                    return found
                found = point, side == left
    return None


def _points(terms: Terms, roots: tuple[int, int], assumptions: Assumptions, random: Random) -> Iterator[Point]:
    names = sorted(terms.variables(roots[0]) | terms.variables(roots[1]))
    differing = sorted(conditions(terms, roots[0]) ^ conditions(terms, roots[1]))
    for name, value in special_values(terms, names, (term for _, term in differing)):
        if assumptions.of(name).admits(value):
            point = Point(assumptions, random, small=True)
            point.values[name] = value
            yield point
