"""Cutting the domain where absolute values, extrema, signs and conditions switch, and proving each piece.

A switch is a term d whose sign decides which formula applies.  In each case the switch is replaced by its formula, and
what the case says about single variables narrows their intervals.  The cases cover the domain, so a proof of each is a
proof.  A case that contradicts what is known already is empty and needs none.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from verify.equality.assumptions import Assumption, Assumptions
from verify.equality.domains import linear_in_one_variable, narrowed, sign_of_term, solve_interval, survey
from verify.equality.exact.attempts import prove
from verify.equality.exact.field import NowhereDefined
from verify.equality.linear import LinearFact, contradictory
from verify.equality.terms import Terms
from verify.errors import BudgetExceeded, Undecidable

MAXIMUM_CASES = 64
MAXIMUM_VALUES = 24
MAXIMUM_MODULUS = 12
_TURNING = ("sin", "cos", "tan")
_PERIODIC = ("floor", "ceiling", *_TURNING)
_SWITCHES = ("abs", "sign", "relu", "max", "min")
_OPPOSITE = {"<": ">=", "<=": ">", "=": "!=", "!=": "=", ">": "<=", ">=": "<"}


@dataclass(frozen=True, slots=True)
class Fact:
    """What a case says: `term operator 0`."""

    term: int
    operator: str


@dataclass(frozen=True, slots=True)
class Case:
    """A piece of the domain: both sides as they read there, and what is known."""

    left: int
    right: int
    assumptions: Assumptions
    facts: tuple[Fact, ...] = ()


def unproved_case(terms: Terms, left: int, right: int, assumptions: Assumptions) -> Case | None:
    """The first case that is not proved; None, which is a proof, where there is none.

    Raises Undecidable or BudgetExceeded where there is nothing to cut, or too much.
    """
    budget = [MAXIMUM_CASES]
    whole = list(_whole_cases(terms, left, right, assumptions))
    if len(whole) > 1:
        return _first_unproved(terms, whole, budget)
    if find_switch(terms, (left, right)) is None:
        raise Undecidable("no absolute value, extremum, sign or condition to split by")
    return _unproved(terms, Case(left, right, assumptions), budget)


def _first_unproved(terms: Terms, cases: Iterable[Case], budget: list[int]) -> Case | None:
    found = (_unproved(terms, case, budget) for case in cases)
    return next((case for case in found if case is not None), None)


def _unproved(terms: Terms, case: Case, budget: list[int]) -> Case | None:
    budget[0] -= 1
    if budget[0] < 0:
        raise BudgetExceeded(f"more than {MAXIMUM_CASES} cases")
    if case.left == case.right or is_empty(terms, case):
        return None
    switch = find_switch(terms, (case.left, case.right))
    if switch is None:
        known = narrowed(terms, (case.left, case.right), case.assumptions)
        if any(known.of(name).is_empty for name in known):
            return None
        seen = survey(terms, case.left, case.right)
        try:
            return case if prove(terms, case.left, case.right, seen, known) is None else None
        except NowhereDefined:  # nothing to prove where a side has no value at all
            return None
    return _first_unproved(terms, _pieces(terms, case, switch), budget)


# ---------------------------------------------------------------------- whole numbers


def _whole_cases(terms: Terms, left: int, right: int, assumptions: Assumptions) -> Iterator[Case]:
    """The values of a whole variable with few of them; or its residues, where floors or angles divide it."""
    for name in sorted(terms.variables(left) | terms.variables(right)):
        known = assumptions.of(name)
        if not known.integer:
            continue
        least, most = known.smallest_integer(), known.largest_integer()
        if least is not None and most is not None and most - least < MAXIMUM_VALUES:
            for value in range(least, most + 1):
                values = {name: terms.number(value)}
                yield Case(terms.substitute(left, values), terms.substitute(right, values), assumptions)
            return
        modulus = _modulus(terms, (left, right), name)
        if modulus > 1 and known == Assumption(integer=True):
            quotient = name + " divided"
            for residue in range(modulus):
                number = terms.multiply((terms.number(modulus), terms.variable(quotient)))
                values = {name: terms.add((number, terms.number(residue)))}
                sides = terms.substitute(left, values), terms.substitute(right, values)
                yield Case(*sides, assumptions.with_assumption(quotient, known))
            return


def _modulus(terms: Terms, roots: tuple[int, int], name: str) -> int:
    """The least common multiple of the denominators that divide a variable inside floors, angles and exponents."""
    modulus = 1
    for term in terms.reachable(roots):
        node = terms.nodes[term]
        if node[0] == "apply" and node[1] in _PERIODIC:
            for part in terms.reachable(node[2:]):
                number = terms.nodes[part]
                if number[0] == "number" and name in terms.variables(node[2]):
                    modulus = lcm(modulus, Fraction(number[1]).denominator)
    periodic = any(
        terms.nodes[term][1] in _TURNING for term in terms.reachable(roots) if terms.nodes[term][0] == "apply"
    )
    modulus = lcm(modulus, 2 * modulus) if periodic and modulus > 1 else modulus
    return modulus if modulus <= MAXIMUM_MODULUS else 1


def find_switch(terms: Terms, roots: tuple[int, int]) -> int | None:
    """The first switch that contains no other, among the subterms of the roots."""
    for term in sorted(_always_evaluated(terms, roots)):
        node = terms.nodes[term]
        if node[0] == "piecewise" or (node[0] == "apply" and node[1] in _SWITCHES):
            return term
    return None


def _always_evaluated(terms: Terms, roots: tuple[int, int]) -> set[int]:
    """The subterms outside branches and sums; of a piecewise term, its first condition."""
    seen: set[int] = set()
    stack = list(roots)
    while stack:
        term = stack.pop()
        if term in seen:
            continue
        seen.add(term)
        node = terms.nodes[term]
        if node[0] == "piecewise":
            stack.append(node[1][0][1])
        elif node[0] not in ("summation", "product"):
            stack.extend(terms.children(term))
    return seen


def _pieces(terms: Terms, case: Case, switch: int) -> Iterator[Case]:
    for fact, value in _formulas(terms, switch):
        yield _with_fact(terms, _replace(terms, case, switch, value), fact)


def _replace(terms: Terms, case: Case, switch: int, value: int) -> Case:
    def change(part: int) -> int | None:
        return value if part == switch else None

    left, right = terms.rebuild(case.left, change), terms.rebuild(case.right, change)
    return Case(left, right, case.assumptions, case.facts)


def _formulas(terms: Terms, switch: int) -> Iterator[tuple[Fact, int]]:
    """For each case of a switch: what holds there, and what the switch is there."""
    node = terms.nodes[switch]
    if node[0] == "piecewise":
        (value, condition), *others = node[1]
        _, operator, left, right = terms.nodes[condition]
        gap = terms.subtract(left, right)
        yield Fact(gap, operator), value
        yield Fact(gap, _OPPOSITE[operator]), terms.piecewise(others, node[2])
        return
    argument = node[2]
    if node[1] in ("max", "min"):
        other = terms.apply(node[1], node[3:]) if len(node) > 4 else node[3]
        gap = terms.subtract(argument, other)
        yield Fact(gap, ">="), argument if node[1] == "max" else other
        yield Fact(gap, "<"), other if node[1] == "max" else argument
    elif node[1] == "sign":
        yield Fact(argument, ">"), terms.one
        yield Fact(argument, "="), terms.zero
        yield Fact(argument, "<"), terms.minus_one
    else:
        yield Fact(argument, ">="), argument
        yield Fact(argument, "<"), terms.negate(argument) if node[1] == "abs" else terms.zero


# ---------------------------------------------------------------------- what a case says


_HALF_LINES = {
    ">": Assumption(lower=Fraction(0), lower_open=True),
    ">=": Assumption(lower=Fraction(0)),
    "<": Assumption(upper=Fraction(0), upper_open=True),
    "<=": Assumption(upper=Fraction(0)),
    "!=": Assumption(nonzero=True),
}


def _with_fact(terms: Terms, case: Case, fact: Fact) -> Case:
    facts = (*case.facts, fact)
    case = Case(case.left, case.right, case.assumptions, facts)
    solved = linear_in_one_variable(terms, fact.term)
    if solved is None:
        return case
    name, slope, offset = solved
    if fact.operator == "=":
        return _substituted(terms, case, name, terms.number(-offset / slope))
    if fact.operator == "!=" and offset:
        return case
    interval = solve_interval(_HALF_LINES[fact.operator], slope, offset)
    narrower = case.assumptions.of(name).intersect(interval)
    if narrower.lower is not None and narrower.lower == narrower.upper:
        return _substituted(terms, case, name, terms.number(narrower.lower))
    return Case(case.left, case.right, case.assumptions.with_assumption(name, narrower), facts)


def _substituted(terms: Terms, case: Case, name: str, value: int) -> Case:
    exact = Fraction(terms.nodes[value][1])
    if not case.assumptions.of(name).admits(exact):
        return Case(case.left, case.left, case.assumptions, case.facts)  # an empty case: nothing to prove
    values = {name: value}
    facts = tuple(Fact(terms.substitute(fact.term, values), fact.operator) for fact in case.facts)
    return Case(terms.substitute(case.left, values), terms.substitute(case.right, values), case.assumptions, facts)


def is_empty(terms: Terms, case: Case) -> bool:
    """Whether nothing satisfies what the case says; False where that is not known."""
    if any(case.assumptions.of(name).is_empty for name in case.assumptions):
        return True
    if any(_impossible(terms, fact, case.assumptions) for fact in case.facts):
        return True
    linear = []
    for fact in case.facts:
        form = LinearFact.of(terms, fact.term, fact.operator)
        if form is not None:
            linear.append(form)
    for name in case.assumptions:
        linear += LinearFact.of_assumption(name, case.assumptions.of(name))
    return contradictory(linear)


def _impossible(terms: Terms, fact: Fact, assumptions: Assumptions) -> bool:
    """Whether a fact contradicts the sign of its term."""
    low, strict = sign_of_term(terms, fact.term, assumptions)
    negative = terms.negate(fact.term)
    high, strictly_negative = sign_of_term(terms, negative, assumptions)
    if fact.operator in ("<", "<="):
        return strict or (low and fact.operator == "<")
    if fact.operator in (">", ">="):
        return strictly_negative or (high and fact.operator == ">")
    if fact.operator == "=":
        return strict or strictly_negative
    return fact.term == terms.zero
