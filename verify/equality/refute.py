"""Rigorous refutation: points of the domain at which the balls of both sides do not overlap."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any

from verify.equality.assumptions import Assumptions
from verify.equality.ball import BallEvaluator, evaluation_order
from verify.equality.domains import Survey
from verify.equality.sampling import Point
from verify.equality.terms import Terms
from verify.errors import BudgetExceeded, Undecidable
from verify.evidence import Counterexample

SHORT_BITS = 40
"""Longest numerator or denominator of a value that is shown as a fraction."""
READABLE_ATTEMPTS = 16


@dataclass(frozen=True, slots=True)
class Search:
    """What trying points found: a counterexample, or at how many points both sides were defined and overlapped."""

    counterexample: Counterexample | None
    agreed: int


class Refuter:
    """Tries points for one pair of terms."""

    def __init__(
        self, terms: Terms, left: int, right: int, seen: Survey, assumptions: Assumptions, random: Random
    ) -> None:
        self.terms, self.left, self.right = terms, left, right
        self.seen, self.assumptions, self.random = seen, assumptions, random
        self.order: Sequence[int] = evaluation_order(terms, (left, right)) if seen.binders else seen.order
        self.evaluator = BallEvaluator(terms)
        self.rounds = 0
        self.constant = not seen.names

    def within(self, assumptions: Assumptions) -> "Refuter":
        """The same search on a part of the domain."""
        return Refuter(self.terms, self.left, self.right, self.seen, assumptions, self.random)

    def search(
        self, points: int, precisions: Sequence[int], *, small: bool = False, wanted: int | None = None
    ) -> Search:
        """Try up to `points` points, each at rising precision, until one refutes or `wanted` agree."""
        agreed = 0
        for _ in range(1 if self.constant else points):
            point = Point(self.assumptions, self.random, small, self.rounds)
            self.rounds += 1
            outcome = self._try(point, precisions)
            if isinstance(outcome, Counterexample):
                return Search(outcome, agreed)
            agreed += outcome
            if wanted is not None and agreed >= wanted:
                break
        return Search(None, agreed)

    def differs_by_less_than(self, unit: Fraction) -> bool:
        """Whether at some point the sides certainly differ by less than pi times `unit`."""
        for _ in range(READABLE_ATTEMPTS):
            point = Point(self.assumptions, self.random, small=True)
            values = self.evaluator.values(self.order, point, 128)
            gap = values[self.left] - values[self.right]
            if gap.is_finite() and abs(gap) < 3 * float(unit):
                return True
        return False

    def search_special(self, values: Iterable[tuple[str, Fraction]]) -> Search:
        """Try points with one variable at a value where formulas often switch, the others drawn."""
        agreed = 0
        for name, value in values:
            if not self.assumptions.of(name).admits(value):
                continue
            point = Point(self.assumptions, self.random, small=True)
            point.values[name] = value
            outcome = self._try(point, (128,))
            if isinstance(outcome, Counterexample):
                return Search(outcome, agreed)
            agreed += outcome
        return Search(None, agreed)

    def _try(self, point: Point, precisions: Sequence[int]) -> Counterexample | int:
        """The counterexample, or 1 where both sides are defined and cannot be told apart, or 0."""
        defined = 0
        for precision in precisions:
            try:
                values = self.evaluator.values(self.order, point, precision)
            except (BudgetExceeded, Undecidable, OverflowError):
                return 0
            left, right = values[self.left], values[self.right]
            if left.is_finite() and right.is_finite():
                if not left.overlaps(right):
                    return self._described(point, left, right)
                defined = 1
        return defined

    def _described(self, point: Point, left: Any, right: Any) -> Counterexample:
        """The counterexample at a point: exact values, and both sides exactly where they are short fractions."""
        at = {name: str(value) for name, value in sorted(point.values.items())}
        digits = 10
        while digits < 1300 and left.str(digits, radius=False) == right.str(digits, radius=False):
            digits *= 2
        sides = (
            self._fraction(term, point) or decimal(ball, digits)
            for term, ball in ((self.left, left), (self.right, right))
        )
        return Counterexample(at, *sides)

    def _fraction(self, term: int, point: Point) -> str:
        """The value of a term at a point as a short fraction, or nothing."""
        try:
            values = {name: self.terms.number(value) for name, value in point.values.items()}
            kind, value, *_ = self.terms.key(self.terms.substitute(term, values))
        except (BudgetExceeded, Undecidable, ValueError, ZeroDivisionError):
            return ""
        if kind != "number" or max(value.numerator.bit_length(), value.denominator.bit_length()) > SHORT_BITS:
            return ""
        return str(value)

    def readable(self, found: Counterexample) -> Counterexample:
        """A counterexample with short values, if one turns up quickly; else the one that was found."""
        best, cost = found, _length(found)
        for _ in range(0 if cost <= 4 * max(1, len(found.at)) else READABLE_ATTEMPTS):
            outcome = self._try(Point(self.assumptions, self.random, True, 0), (128, 2048))
            if isinstance(outcome, Counterexample) and _length(outcome) < cost:
                return outcome
        return best


def _length(counterexample: Counterexample) -> int:
    return sum(len(str(value)) for value in counterexample.at.values())


def decimal(ball: Any, digits: int = 10) -> str:
    """A ball as a whole number where it is one, else as the decimals that are certain, marked as rounded."""
    # Whole numbers such as 2^(99^4) are exact balls too: their digits must not even be computed.
    if ball.is_exact() and ball.is_integer() and abs(ball) < 10 ** max(20, digits):
        return str(ball.unique_fmpz())
    return "≈ " + str(ball.str(digits, radius=False)).strip("[]")
