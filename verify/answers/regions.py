"""Regions: whether two sets of numbers are the same: finite sets, intervals, and what is made of them.

Where every end and member is a rational number, both regions are constant between neighbouring ones, so that looking
at these numbers, between them and beyond them decides.  Otherwise the parts are compared, and a difference counts
only at one point of the parameters where it is certain: ``{a, -a}`` and ``{|a|, -|a|}`` differ member by member.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from verify.evidence import Counterexample, Evidence, Verdict
from verify.notation.values import InfinityValue, IntervalValue, SetOperation, SetValue, TupleValue, as_interval

if TYPE_CHECKING:
    from verify.answers.comparison import Comparison

PRECISION = 256
UNSETTLED = "it was not decided whether the two sets have the same members"


class _NotRationalError(Exception):
    """An end or a member that is not a rational number."""


class Regions:
    """Comparisons of sets within one comparison."""

    def __init__(self, comparison: Comparison) -> None:
        self.comparison, self.terms = comparison, comparison.terms

    def of(self, left: Any, right: Any) -> Evidence:
        """The verdict on two sets, intervals or operations on them."""
        try:
            return self._on_the_line(left, right)
        except _NotRationalError:
            pass
        if isinstance(left, SetValue) and isinstance(right, SetValue):
            return self.members(left.items, right.items)
        if isinstance(left, IntervalValue) and isinstance(right, IntervalValue):
            return self._intervals(left, right)
        pieces = [_pieces(side) for side in (left, right)]
        if len(pieces[0]) == len(pieces[1]) and self._paired(*pieces):
            return Evidence("", Verdict.PROVED, "in general", "exact")
        return _undecided(UNSETTLED)

    # ------------------------------------------------------------------ rational ends

    def _on_the_line(self, left: Any, right: Any) -> Evidence:
        marks = sorted({*self._marks(left), *self._marks(right)})
        between = [(low + high) / 2 for low, high in pairwise(marks)]
        beyond = [marks[0] - 1, marks[-1] + 1] if marks else [Fraction(0)]
        for point in [*marks, *between, *beyond]:
            inside = self._contains(left, point), self._contains(right, point)
            if inside[0] != inside[1]:
                words = ["a member" if each else "not a member" for each in inside]
                counterexample = Counterexample({"x": str(point)}, *words)
                return Evidence("", Verdict.REFUTED, method="sets", counterexample=counterexample)
        return Evidence("", Verdict.PROVED, "in general", "sets")

    def _marks(self, value: Any) -> Iterator[Fraction]:
        if isinstance(value, SetOperation):
            yield from self._marks(value.left)
            yield from self._marks(value.right)
            return
        value = as_interval(value) or value
        ends = (value.low, value.high) if isinstance(value, IntervalValue) else getattr(value, "items", (None,))
        for end in ends:
            if not (isinstance(end, InfinityValue) and isinstance(value, IntervalValue)):
                yield self._rational(end)

    def _rational(self, end: Any) -> Fraction:
        node = self.terms.key(end) if isinstance(end, int) else ("none",)
        if node[0] != "number":
            raise _NotRationalError
        return Fraction(node[1])

    def _contains(self, value: Any, point: Fraction) -> bool:
        if isinstance(value, SetOperation):
            left, right = self._contains(value.left, point), self._contains(value.right, point)
            if value.operation == "union":
                return left or right
            return left and (right if value.operation == "intersection" else not right)
        interval = as_interval(value)
        if interval is None:
            return point in [self._rational(item) for item in value.items]
        return self._above(interval.low, interval.low_closed, point, 1) and self._above(
            interval.high, interval.high_closed, point, -1
        )

    def _above(self, end: Any, closed: bool, point: Fraction, direction: int) -> bool:
        """Whether a point is on the inner side of an end; `direction` is 1 for the lower end."""
        if isinstance(end, InfinityValue):
            return end.sign == -direction
        distance = direction * (point - self._rational(end))
        return distance > 0 or (closed and distance == 0)

    # ------------------------------------------------------------------ other ends

    def members(self, left: tuple[Any, ...], right: tuple[Any, ...]) -> Evidence:
        """Equal when every member of each is proved equal to one of the other."""
        points: list[Mapping[str, object]] = [{}]
        settled = True
        for here, there in ((left, right), (right, left)):
            for member in here:
                found = [self.comparison.of(member, other) for other in there]
                points += [each.counterexample.at for each in found if each.counterexample is not None]
                settled = settled and any(each.verdict is Verdict.PROVED for each in found)
        if settled:
            return Evidence("", Verdict.PROVED, "in general", "sets")
        for at in points:
            if any(self._alone_at(member, right, at) for member in left):
                return self._refuted(at, "a member that the other set has not", "the other set")
            if any(self._alone_at(member, left, at) for member in right):
                return self._refuted(at, "the other set", "a member that the other set has not")
        return _undecided(UNSETTLED)

    def _alone_at(self, member: Any, others: tuple[Any, ...], at: Mapping[str, object]) -> bool:
        """Whether a member is certainly different from all others at a point of the parameters."""
        if not all(isinstance(each, int) for each in (member, *others)):
            return False
        differences = [self._ball(self.terms.subtract(member, other), at) for other in others]
        return all(ball is not None and not ball.contains(0) for ball in differences) and (
            self._ball(member, at) is not None
        )

    def _intervals(self, left: IntervalValue, right: IntervalValue) -> Evidence:
        evidence = self.comparison.all_of([(left.low, right.low), (left.high, right.high)])
        shape = (left.low_closed, left.high_closed) == (right.low_closed, right.high_closed)
        if evidence.verdict is Verdict.PROVED and shape:
            return evidence
        if evidence.verdict not in (Verdict.PROVED, Verdict.REFUTED):
            return evidence
        at = self._point_within(left, right, evidence)
        if at is None:
            return _undecided("the ends differ, and it was not decided whether the intervals are empty")
        return self._refuted(at, "an interval", "another interval")

    def _point_within(
        self, left: IntervalValue, right: IntervalValue, evidence: Evidence
    ) -> Mapping[str, object] | None:
        """A point of the parameters where one interval has an inside, and the ends or their kinds differ."""
        found = evidence.counterexample
        if found is None and all(isinstance(end, int) for end in (left.low, left.high)):
            found = self.comparison.of(left.low, left.high).counterexample
        at: Mapping[str, object] = {} if found is None else found.at
        return at if any(self._has_inside(side, at) for side in (left, right)) else None

    def _has_inside(self, interval: IntervalValue, at: Mapping[str, object]) -> bool:
        if isinstance(interval.low, InfinityValue) or isinstance(interval.high, InfinityValue):
            return self._above_infinity(interval)
        if not (isinstance(interval.low, int) and isinstance(interval.high, int)):
            return False
        ball = self._ball(self.terms.subtract(interval.high, interval.low), at)
        return ball is not None and bool(ball > 0)

    @staticmethod
    def _above_infinity(interval: IntervalValue) -> bool:
        low, high = interval.low, interval.high
        return not (isinstance(low, InfinityValue) and low.sign > 0) and not (
            isinstance(high, InfinityValue) and high.sign < 0
        )

    def _ball(self, term: int, at: Mapping[str, object]) -> Any:
        """The enclosure of a term at a point, or None where it has no value or variables are left."""
        from random import Random

        from verify.equality.ball import BallEvaluator, evaluation_order
        from verify.equality.sampling import Point

        values = {name: self.terms.number(Fraction(str(value))) for name, value in at.items()}
        term = self.terms.substitute(term, values)
        if self.terms.variables(term):
            return None
        order = evaluation_order(self.terms, (term,))
        point = Point(self.comparison.assumptions, Random(0), True, 0)  # nothing is drawn: no variables
        ball = BallEvaluator(self.terms).values(order, point, PRECISION)[term]
        return ball if ball.is_finite() else None

    @staticmethod
    def _refuted(at: Mapping[str, object], left: str, right: str) -> Evidence:
        return Evidence("", Verdict.REFUTED, method="sets", counterexample=Counterexample(at, left, right))

    def _paired(self, left: list[Any], right: list[Any]) -> bool:
        """Whether the pieces of two unions can be matched with proof."""
        rest = list(right)
        for piece in left:
            for other in rest:
                if self._one_piece(piece, other):
                    rest.remove(other)
                    break
            else:
                return False
        return True

    def _one_piece(self, piece: Any, other: Any) -> bool:
        if type(piece) is not type(other) or isinstance(piece, SetOperation):
            return bool(piece == other)
        return self.of(piece, other).verdict is Verdict.PROVED


def _pieces(value: Any) -> list[Any]:
    """The parts of a union."""
    if isinstance(value, SetOperation) and value.operation == "union":
        return [*_pieces(value.left), *_pieces(value.right)]
    return [(as_interval(value) or value) if isinstance(value, TupleValue) else value]


def _undecided(reason: str) -> Evidence:
    return Evidence("", Verdict.UNDECIDED, reason=reason)
