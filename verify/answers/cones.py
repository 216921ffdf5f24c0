"""Exact linear programming in small dimension, by rational arithmetic.

`solve` decides whether a system of inequalities has a solution and always hands over what shows it: a point, or the
multipliers of Farkas' lemma (Schrijver, Theory of Linear and Integer Programming, 1986, section 7.3).  Either is
verified before it is returned, so a mistake in the search could cost an answer but never make a false one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from verify.errors import BudgetExceeded

Row = Sequence[Fraction]
MOST_PIVOTS = 2_000


@dataclass(frozen=True)
class Point:
    """A solution of the system."""

    coordinates: tuple[Fraction, ...]


@dataclass(frozen=True)
class Infeasible:
    """Multipliers, none negative, with which the rows add up to something that no point can satisfy."""

    multipliers: tuple[Fraction, ...]


def solve(at_least_zero: Sequence[Row], at_least_one: Sequence[Row], size: int) -> Point | Infeasible:
    """Whether some z >= 0 has ``row . z >= 0`` for the first rows and ``row . z >= 1`` for the others.

    >>> solve([], [[Fraction(1), Fraction(-1)], [Fraction(-1), Fraction(1)]], 2)
    Infeasible(multipliers=(Fraction(1, 1), Fraction(1, 1)))
    """
    rows = [*at_least_zero, *at_least_one]
    bounds = [Fraction(0)] * len(at_least_zero) + [Fraction(1)] * len(at_least_one)
    tableau = _Tableau(rows, bounds, size)
    tableau.minimise()
    if tableau.shortfall() == 0:
        point = tableau.point()
        assert all(_dot(row, point) >= bound for row, bound in zip(rows, bounds, strict=True))
        assert min(point, default=Fraction(0)) >= 0
        return Point(point)
    weights = tableau.multipliers()
    assert min(weights, default=Fraction(0)) >= 0
    assert _dot(weights, bounds) > 0
    assert all(_dot(weights, [row[column] for row in rows]) <= 0 for column in range(size))
    return Infeasible(weights)


def _dot(left: Sequence[Fraction], right: Sequence[Fraction]) -> Fraction:
    return sum((a * b for a, b in zip(left, right, strict=True) if a and b), Fraction(0))


class _Tableau:
    """The first phase of the simplex method with Bland's rule, which cannot cycle (Bland 1977)."""

    def __init__(self, rows: Sequence[Row], bounds: Sequence[Fraction], size: int) -> None:
        self.size, count = size, len(rows)
        self.rows: list[list[Fraction]] = []
        self.basis: list[int] = []
        self.cost = [Fraction(0)] * (size + count + 1)
        for number, (row, bound) in enumerate(zip(rows, bounds, strict=True)):
            sign = -1 if bound == 0 else 1  # a slack starts in the basis where zero satisfies the row
            line = [sign * value for value in row] + [Fraction(0)] * count + [bound]
            line[size + number] = Fraction(-sign)
            self.rows.append(line)
            if bound == 0:
                self.basis.append(size + number)
            else:
                self.basis.append(size + count + number)  # an artificial variable, whose column is never needed
                self.cost = [total - value for total, value in zip(self.cost, line, strict=True)]

    def shortfall(self) -> Fraction:
        return -self.cost[-1]

    def minimise(self) -> None:
        for _ in range(MOST_PIVOTS):
            entering = next((column for column, value in enumerate(self.cost[:-1]) if value < 0), None)
            if entering is None or self.shortfall() == 0:
                return
            ratios = [
                (line[-1] / line[entering], self.basis[number], number)
                for number, line in enumerate(self.rows)
                if line[entering] > 0
            ]
            self._pivot(min(ratios)[2], entering)
        raise BudgetExceeded(f"a linear programme of more than {MOST_PIVOTS} steps")

    def _pivot(self, number: int, entering: int) -> None:
        scale = self.rows[number][entering]
        pivot = self.rows[number] = [value / scale for value in self.rows[number]]
        for line in (*self.rows, self.cost):
            factor = line[entering]
            if factor and line is not pivot:
                line[:] = [value - factor * other for value, other in zip(line, pivot, strict=True)]
        self.basis[number] = entering

    def point(self) -> tuple[Fraction, ...]:
        values = {column: line[-1] for column, line in zip(self.basis, self.rows, strict=True)}
        return tuple(values.get(column, Fraction(0)) for column in range(self.size))

    def multipliers(self) -> tuple[Fraction, ...]:
        return tuple(self.cost[self.size : -1])
