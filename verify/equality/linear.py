"""Contradictions between linear inequalities, by Fourier-Motzkin elimination over the rationals."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from verify.equality.assumptions import Assumption
from verify.equality.terms import Terms

MAXIMUM_INEQUALITIES = 400


@dataclass(frozen=True, slots=True)
class LinearFact:
    """sum of coefficients times atoms, plus a constant, is at least zero; or above zero where `strict`."""

    coefficients: tuple[tuple[object, Fraction], ...]
    constant: Fraction
    strict: bool

    @staticmethod
    def of(terms: Terms, term: int, operator: str) -> "LinearFact | None":
        """The fact `term operator 0` with everything but numbers, sums and scaling as atoms; None for = and !=."""
        if operator in ("=", "!="):
            return None
        coefficients: dict[object, Fraction] = {}
        constant = _collect(terms, term, Fraction(1 if operator in (">", ">=") else -1), coefficients)
        return LinearFact(_sorted(coefficients), constant, operator in ("<", ">"))

    @staticmethod
    def of_assumption(name: str, assumption: Assumption) -> "list[LinearFact]":
        """The bounds of a variable."""
        found = []
        if assumption.lower is not None:
            found.append(LinearFact(((name, Fraction(1)),), -assumption.lower, assumption.lower_open))
        if assumption.upper is not None:
            found.append(LinearFact(((name, Fraction(-1)),), assumption.upper, assumption.upper_open))
        return found


def _sorted(coefficients: dict[object, Fraction]) -> tuple[tuple[object, Fraction], ...]:
    return tuple(sorted(((a, c) for a, c in coefficients.items() if c), key=lambda item: str(item[0])))


def _collect(terms: Terms, term: int, scale: Fraction, coefficients: dict[object, Fraction]) -> Fraction:
    node = terms.nodes[term]
    if node[0] == "number":
        return scale * node[1]
    if node[0] == "add":
        return sum((_collect(terms, child, scale, coefficients) for child in node[1]), Fraction(0))
    if node[0] == "multiply":
        numbers = [child for child in node[1] if terms.nodes[child][0] == "number"]
        if numbers and len(node[1]) == 2:
            other = next(child for child in node[1] if child != numbers[0])
            return _collect(terms, other, scale * terms.nodes[numbers[0]][1], coefficients)
    atom = node[1] if node[0] == "variable" else term
    coefficients[atom] = coefficients.get(atom, Fraction(0)) + scale
    return Fraction(0)


def contradictory(facts: Sequence[LinearFact]) -> bool:
    """Whether no real values satisfy all the facts; False also where that would take too long to find out."""
    pending = list(dict.fromkeys(facts))
    while True:
        if any(not fact.coefficients and _is_false(fact) for fact in pending):
            return True
        pending = [fact for fact in pending if fact.coefficients]
        if not pending or len(pending) > MAXIMUM_INEQUALITIES:
            return False
        pending = _eliminate(pending, pending[0].coefficients[0][0])


def _is_false(fact: LinearFact) -> bool:
    return fact.constant < 0 or (fact.constant == 0 and fact.strict)


def _eliminate(facts: Sequence[LinearFact], atom: object) -> list[LinearFact]:
    above: list[LinearFact] = []
    below: list[LinearFact] = []
    rest: list[LinearFact] = []
    for fact in facts:
        slope = dict(fact.coefficients).get(atom, Fraction(0))
        (above if slope > 0 else below if slope < 0 else rest).append(fact)
    for lower in above:
        for upper in below:
            rest.append(_combine(lower, upper, atom))
    return list(dict.fromkeys(rest))


def _combine(lower: LinearFact, upper: LinearFact, atom: object) -> LinearFact:
    first, second = dict(lower.coefficients), dict(upper.coefficients)
    up, down = -second[atom], first[atom]
    total: dict[object, Fraction] = {}
    for coefficients, scale in ((first, up), (second, down)):
        for name, value in coefficients.items():
            total[name] = total.get(name, Fraction(0)) + scale * value
    total.pop(atom)
    return LinearFact(_sorted(total), lower.constant * up + upper.constant * down, lower.strict or upper.strict)
