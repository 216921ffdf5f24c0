"""Where terms are defined: their conditions, and the assumptions these imply."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from verify.equality.assumptions import Assumption, Assumptions
from verify.equality.functions import PARTIAL_FUNCTIONS
from verify.equality.terms import Terms

Condition = tuple[str, int]
"""What must hold of a term: ("nonzero" | "positive" | "nonnegative", term), or ("defined", term) for anything else."""

_SWITCHES = frozenset({"abs", "sign", "relu", "max", "min"})
_INVERSES = frozenset({"asin", "acos", "atan"})
_LOGARITHMS = ("log", "log2", "log10")


@dataclass(frozen=True, slots=True)
class Survey:
    """One look over the terms of a pair, which the tiers share.

    - `order`: every term, children first.  - `names`: the free variables and indexed families.
    - `partial`: whether any term may be undefined somewhere.  - `narrowing`: whether one restricts real variables.
    - `binders`: whether there are sums, products or branches.  - `switches`: whether a sign decides between formulas.
    - `over_index`: whether there are sums or products over an index.  - `inverses`: whether asin, acos, atan occur.
    """

    order: list[int]
    names: frozenset[str]
    partial: bool
    narrowing: bool
    binders: bool
    switches: bool
    over_index: bool
    inverses: bool


def survey(terms: Terms, left: int, right: int) -> Survey:
    """What kinds of term a pair is made of."""
    order = terms.reachable((left, right))
    nodes = terms.nodes
    names = []
    partial = narrowing = binders = switches = over_index = inverses = False
    for term in order:
        node = nodes[term]
        kind = node[0]
        if kind == "variable":
            names.append(node[1])
        elif kind == "power":
            exponent = nodes[node[2]]
            if exponent[0] != "number" or exponent[1].denominator != 1:
                partial = narrowing = True
            elif exponent[1] < 0:
                partial = True
        elif kind == "apply":
            if node[1] in PARTIAL_FUNCTIONS:
                partial = narrowing = True
            elif node[1] in _SWITCHES:
                switches = True
            inverses = inverses or node[1] in _INVERSES
        elif kind not in ("add", "multiply", "number", "constant"):
            binders = partial = narrowing = switches = True
            over_index = over_index or kind in ("summation", "product")
    if binders:
        names = [*terms.variables(left), *terms.variables(right)]
    return Survey(order, frozenset(names), partial, narrowing, binders, switches, over_index, inverses)


def unconditional(terms: Terms, root: int) -> list[int]:
    """The subterms that are evaluated whenever the root is: those outside branches and outside sums over an index."""
    seen: set[int] = set()
    stack = [root]
    while stack:
        term = stack.pop()
        if term not in seen:
            seen.add(term)
            if terms.nodes[term][0] not in ("piecewise", "summation", "product"):
                stack.extend(terms.children(term))
    return sorted(seen)


def conditions(terms: Terms, root: int) -> set[Condition]:
    """What must hold for the root to be defined; terms with branches or sums stand for themselves."""
    found: set[Condition] = set()
    for term in unconditional(terms, root):
        node = terms.nodes[term]
        if node[0] == "power":
            found.update(_of_power(terms, term, node))
        elif node[0] == "apply" and node[1] in PARTIAL_FUNCTIONS:
            found.update(_of_function(terms, term, node))
        elif node[0] in ("piecewise", "summation", "product"):
            found.add(("defined", term))
    return found


def _of_power(terms: Terms, term: int, node: tuple[Any, ...]) -> Iterator[Condition]:
    exponent = terms.nodes[node[2]]
    if exponent[0] != "number":
        yield "defined", term
        return
    if exponent[1].denominator != 1:
        yield ("positive" if exponent[1] < 0 else "nonnegative"), node[1]
    elif exponent[1] < 0:
        base = terms.nodes[node[1]]
        for factor in base[1] if base[0] == "multiply" else (node[1],):
            power = terms.nodes[factor]
            whole = power[0] == "power" and terms.nodes[power[2]][0] == "number" and terms.nodes[power[2]][1] > 0
            yield "nonzero", power[1] if whole else factor


def _of_function(terms: Terms, term: int, node: tuple[Any, ...]) -> Iterator[Condition]:
    if node[1] in _LOGARITHMS:
        for argument in node[2:]:
            yield "positive", argument
        if len(node) == 4:
            yield "nonzero", terms.subtract(node[3], terms.one)
    elif node[1] in ("cot", "csc", "tan", "sec"):
        circle = "sin" if node[1] in ("cot", "csc") else "cos"
        yield "nonzero", terms.apply(circle, node[2:])
    elif node[1] in ("coth", "csch"):
        yield "nonzero", node[2]
    else:
        yield "defined", term


def _without_positive_factor(terms: Terms, condition: Condition) -> Condition:
    kind, term = condition
    node = terms.nodes[term]
    if kind == "defined" or node[0] != "multiply":
        return condition
    numbers = [child for child in node[1] if terms.nodes[child][0] == "number"]
    if any(terms.nodes[number][1] <= 0 for number in numbers):
        return condition
    return kind, terms.multiply([child for child in node[1] if child not in numbers])


def open_conditions(terms: Terms, root: int, assumptions: Assumptions) -> set[Condition]:
    """The conditions that may fail somewhere in the domain."""
    found = (_without_positive_factor(terms, condition) for condition in conditions(terms, root))
    return {condition for condition in found if not _certain(terms, condition, assumptions)}


def _certain(terms: Terms, condition: Condition, assumptions: Assumptions) -> bool:
    """Whether a condition holds on the whole domain; one without variables holds, as both sides exist somewhere."""
    kind, term = condition
    if kind == "defined":
        return _certainly_defined(terms, term, assumptions)
    low, strict = sign_of_term(terms, term, assumptions)
    if kind == "nonnegative" and low:
        return True
    node = terms.nodes[term]
    if kind == "nonzero" and node[0] == "variable":
        return assumptions.of(node[1]).is_nonzero
    return strict or not terms.variables(term)


def _certainly_defined(terms: Terms, term: int, assumptions: Assumptions) -> bool:
    node = terms.nodes[term]
    if node[0] == "power":
        if sign_of_term(terms, node[1], assumptions)[1]:
            return True
        low = sign_of_term(terms, node[2], assumptions)[0]
        return is_whole(terms, node[2], assumptions) and (low or _nonzero_number(terms, node[1]))
    if node[0] == "apply" and node[1] in ("factorial", "gamma"):
        return sign_of_term(terms, node[2], assumptions)[0 if node[1] == "factorial" else 1]
    if node[:2] == ("apply", "binomial"):
        return terms.nodes[node[3]][0] == "number" or sign_of_term(terms, node[2], assumptions)[0]
    return not terms.variables(term)


def _nonzero_number(terms: Terms, term: int) -> bool:
    node = terms.nodes[term]
    return bool(node[0] == "number" and node[1] != 0)


def is_whole(terms: Terms, term: int, assumptions: Assumptions) -> bool:
    """Whether a term is certainly a whole number: whole numbers and variables, added and multiplied."""
    node = terms.nodes[term]
    if node[0] == "number":
        return bool(node[1].denominator == 1)
    if node[0] == "variable":
        return assumptions.of(node[1]).integer
    return node[0] in ("add", "multiply") and all(is_whole(terms, child, assumptions) for child in node[1])


def sign_of_term(terms: Terms, term: int, assumptions: Assumptions) -> tuple[bool, bool]:
    """(certainly at least zero, certainly above zero), wherever the term is defined."""
    signs: dict[int, tuple[bool, bool]] = {}
    for part in terms.reachable((term,)):
        signs[part] = _sign_of_node(terms, terms.nodes[part], signs, assumptions)
    return signs[term]


def _sign_of_linear(terms: Terms, node: tuple[Any, ...], assumptions: Assumptions) -> tuple[bool, bool]:
    """The sign of a*x + b from the interval of x."""
    solved = linear_in_one_variable(terms, terms.add(node[1]))
    if solved is None:
        return False, False
    name, slope, offset = solved
    known = assumptions.of(name)
    bound, is_open = (known.lower, known.lower_open) if slope > 0 else (known.upper, known.upper_open)
    if bound is None:
        return False, False
    least = slope * bound + offset
    return least >= 0, least > 0 or (least == 0 and is_open)


_POSITIVE_FUNCTIONS = ("exp", "cosh", "sech", "sigmoid", "softplus")
_NONNEGATIVE_FUNCTIONS = ("abs", "relu", "acos", "acosh")


def _sign_of_node(
    terms: Terms, node: tuple[Any, ...], signs: dict[int, tuple[bool, bool]], assumptions: Assumptions
) -> tuple[bool, bool]:
    kind = node[0]
    if kind == "number":
        return node[1] >= 0, node[1] > 0
    if kind == "variable":
        known = assumptions.of(node[1])
        return known.nonnegative, known.positive
    if kind == "add":
        low = all(signs[child][0] for child in node[1])
        strict = low and any(signs[child][1] for child in node[1])
        return (low, strict) if low else _sign_of_linear(terms, node, assumptions)
    if kind == "multiply":
        return all(signs[child][0] for child in node[1]), all(signs[child][1] for child in node[1])
    if kind == "power":
        return _sign_of_power(terms, node, signs)
    if kind == "apply":
        positive = node[1] in _POSITIVE_FUNCTIONS
        return positive or node[1] in _NONNEGATIVE_FUNCTIONS, positive
    return kind == "constant", kind == "constant"


def _sign_of_power(terms: Terms, node: tuple[Any, ...], signs: dict[int, tuple[bool, bool]]) -> tuple[bool, bool]:
    base, exponent = signs[node[1]], terms.nodes[node[2]]
    if exponent[0] != "number":
        return base
    value = exponent[1]
    low = base[0] or value.denominator != 1 or value % 2 == 0
    return low, base[1] or (low and value < 0)


def special_values(terms: Terms, names: Iterable[str], looked_at: Iterable[int]) -> list[tuple[str, Fraction]]:
    """(variable, value) where one of the terms is zero, and on either side; and small numbers for every variable."""
    found: dict[tuple[str, Fraction], None] = {}
    for term in looked_at:
        solved = linear_in_one_variable(terms, term)
        if solved is not None and solved[2]:
            root = -solved[2] / solved[1]
            for value in (root, root - 1, root + 1):
                found[solved[0], value] = None
    known = sorted(names)
    for value in _SPECIAL:
        for name in known:
            found[name, value] = None
    return list(found)[:MAXIMUM_SPECIAL]


MAXIMUM_SPECIAL = 24
_SPECIAL = tuple(Fraction(value) for value in ("0", "-1", "1", "-2", "2", "1/2", "-1/2"))

# ---------------------------------------------------------------------- implied assumptions


def narrowed(terms: Terms, roots: tuple[int, ...], assumptions: Assumptions) -> Assumptions:
    """The assumptions, with what must hold of single variables for the roots to be defined: log(x) needs x > 0."""
    known = assumptions
    for root in roots:
        for term in unconditional(terms, root):
            for argument, interval in _intervals(terms, terms.nodes[term]):
                solved = linear_in_one_variable(terms, argument)
                if solved is not None:
                    name, slope, offset = solved
                    mapped = solve_interval(interval, slope, offset)
                    known = known.with_assumption(name, known.of(name).intersect(mapped))
    return known


_ABOVE_ZERO = Assumption(lower=Fraction(0), lower_open=True)
_FROM_ZERO = Assumption(lower=Fraction(0))
_UNIT = Assumption(lower=Fraction(-1), upper=Fraction(1))
_OPEN_UNIT = Assumption(lower=Fraction(-1), lower_open=True, upper=Fraction(1), upper_open=True)
_DOMAIN = {"asin": _UNIT, "acos": _UNIT, "atanh": _OPEN_UNIT, "acosh": Assumption(lower=Fraction(1))}


def _intervals(terms: Terms, node: tuple[Any, ...]) -> Iterator[tuple[int, Assumption]]:
    if node[0] == "power" and terms.nodes[node[2]][0] == "number":
        exponent = terms.nodes[node[2]][1]
        if exponent.denominator != 1:
            yield node[1], _ABOVE_ZERO if exponent < 0 else _FROM_ZERO
    elif node[0] == "apply":
        if node[1] in _LOGARITHMS:
            for argument in node[2:]:
                yield argument, _ABOVE_ZERO
        elif node[1] in _DOMAIN:
            yield node[2], _DOMAIN[node[1]]


def linear_in_one_variable(terms: Terms, term: int) -> tuple[str, Fraction, Fraction] | None:
    """(name, a, b) where the term is a*name + b written as such, with a not zero."""
    node = terms.nodes[term]
    if node[0] == "variable":
        return node[1], Fraction(1), Fraction(0)
    if node[0] == "multiply":
        numbers = [child for child in node[1] if terms.nodes[child][0] == "number"]
        others = [child for child in node[1] if terms.nodes[child][0] != "number"]
        if len(others) == 1 and len(numbers) == 1:
            inner = linear_in_one_variable(terms, others[0])
            factor = Fraction(terms.nodes[numbers[0]][1])
            return None if inner is None or not factor else (inner[0], inner[1] * factor, inner[2] * factor)
    return _linear_sum(terms, node[1]) if node[0] == "add" else None


def _linear_sum(terms: Terms, children: tuple[int, ...]) -> tuple[str, Fraction, Fraction] | None:
    names, slope, offset = set(), Fraction(0), Fraction(0)
    for child in children:
        if terms.nodes[child][0] == "number":
            offset += terms.nodes[child][1]
            continue
        found = linear_in_one_variable(terms, child)
        if found is None:
            return None
        names.add(found[0])
        slope, offset = slope + found[1], offset + found[2]
    return (names.pop(), slope, offset) if len(names) == 1 and slope else None


def solve_interval(interval: Assumption, slope: Fraction, offset: Fraction) -> Assumption:
    """The interval of x for which slope*x + offset lies in the given one."""
    lower = None if interval.lower is None else (interval.lower - offset) / slope
    upper = None if interval.upper is None else (interval.upper - offset) / slope
    if slope > 0:
        return Assumption(lower, interval.lower_open, upper, interval.upper_open)
    return Assumption(upper, interval.upper_open, lower, interval.lower_open)
