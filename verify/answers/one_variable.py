"""Statements in one real variable: decided by looking at the finitely many places where their truth can change.

Where both sides of every relation are polynomials with rational coefficients, absolute values, maxima or minima of
them, a statement changes only at roots of finitely many polynomials.  Looking at each of these roots (exactly: whether
another polynomial vanishes there is a question of divisibility), at a rational number between neighbours and at one
beyond each end decides whether two statements hold for the same numbers.  This is cylindrical algebraic decomposition
in one dimension (Collins, 1975; Basu, Pollack and Roy, Algorithms in Real Algebraic Geometry, 2006, chapter 11).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise, product
from math import ceil, floor, prod
from typing import TYPE_CHECKING, Any

from verify.equality.assumptions import REAL
from verify.equality.flint_import import flint
from verify.equality.guard import demand_time
from verify.errors import BudgetExceeded, Undecidable
from verify.evidence import Counterexample, Evidence, Verdict
from verify.notation.values import (
    InfinityValue,
    LogicValue,
    RelationValue,
    SetOperation,
    SetValue,
    TupleValue,
    as_interval,
)

if TYPE_CHECKING:
    from verify.equality.assumptions import Assumptions
    from verify.equality.terms import Terms

Polynomial = Any  # flint.fmpq_poly
MOST_BRANCHES = 16
MOST_DEGREE = 16
MOST_CRITICAL = 24
MOST_DIGITS = 400
"""Degree times bits of a coefficient: beyond it, roots may lie so close that FLINT takes long to separate them."""
FIRST_PRECISION, LAST_PRECISION = 64, 4096
HOLDS, FAILS = "holds", "does not hold"


def same_statements(terms: Terms, left: Any, right: Any, assumptions: Assumptions) -> Evidence:
    """Whether two statements hold for the same real numbers; raises Undecidable where they are not of this kind."""
    line = _Line(terms)
    for statement in (left, right):
        line.collect(statement)
    if line.name is None or assumptions.of(line.name) != REAL:
        raise Undecidable("statements without a variable that may be any real number")
    seen = set()
    for place in line.places():
        truth = [line.holds(statement, place) for statement in (left, right)]
        seen.add(truth[0])
        if truth[0] != truth[1]:
            words = [HOLDS if each else FAILS for each in truth]
            return Evidence(
                "", Verdict.REFUTED, method="cases", counterexample=Counterexample({line.name: place.shown()}, *words)
            )
    if len(seen) < 2:
        raise Undecidable("statements that always or never hold")
    polynomials = [line.polynomial(statement) for statement in (left, right)]
    if None not in polynomials and not _proportional(*polynomials):
        raise Undecidable("equations with the same real solutions, but not each of them as often")
    return Evidence("", Verdict.PROVED, "in general", "cases")


@dataclass(frozen=True)
class _Rational:
    """A rational number, where a polynomial is simply evaluated."""

    value: Fraction

    def sign(self, polynomial: Polynomial) -> int:
        found = polynomial(flint.fmpq(self.value.numerator, self.value.denominator))
        return (found > 0) - (found < 0)

    def shown(self) -> str:
        return str(self.value)


@dataclass(frozen=True)
class _Root:
    """An irrational real root of an irreducible polynomial: the one with this place among its real roots."""

    polynomial: Polynomial
    number: int

    def ball(self, precision: int) -> Any:
        return _real_roots(self.polynomial, precision)[self.number]

    def sign(self, polynomial: Polynomial) -> int:
        if divmod(polynomial, self.polynomial)[1] == 0:
            return 0
        for precision in _precisions():
            found = _at(polynomial, self.ball(precision), precision)
            if found > 0 or found < 0:
                return 1 if found > 0 else -1
        raise Undecidable("a sign that needs more than 4,096 bits")

    def shown(self) -> str:
        return f"{float(self.ball(FIRST_PRECISION).mid()):.10g}..."


_Place = _Rational | _Root


def _precisions() -> list[int]:
    return [FIRST_PRECISION * 4**step for step in range(4)]


def _real_roots(polynomial: Polynomial, precision: int) -> list[Any]:
    """Balls around the real roots, in order; FLINT certifies which roots are real."""
    return _roots_of(tuple(int(each) for each in polynomial.numer().coeffs()), precision)


@lru_cache(maxsize=256)
def _roots_of(coefficients: tuple[int, ...], precision: int) -> list[Any]:
    degree, bits = len(coefficients) - 1, max(abs(each).bit_length() for each in coefficients)
    if degree > 2 and degree * bits > MOST_DIGITS:
        raise BudgetExceeded("roots that may lie too close together")
    demand_time()
    before, flint.ctx.prec = flint.ctx.prec, precision
    try:
        found: Any = flint.fmpz_poly(list(coefficients)).complex_roots()
        roots = [root.real for root, _ in found if root.imag == 0]
    finally:
        flint.ctx.prec = before
    return sorted(roots, key=lambda ball: _fraction(ball.mid()))  # exactly: roots may be nearer than floats tell


def _at(polynomial: Polynomial, ball: Any, precision: int) -> Any:
    before, flint.ctx.prec = flint.ctx.prec, precision
    try:
        value = flint.arb(0)
        for coefficient in reversed(polynomial.coeffs()):
            value = value * ball + flint.arb(coefficient)
        return value
    finally:
        flint.ctx.prec = before


class _Line:
    """The real line of one variable, with the places where statements may change."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.name: str | None = None
        self.critical: list[Polynomial] = []

    # ------------------------------------------------------------------ where something may change

    def collect(self, statement: Any) -> None:
        """Note every polynomial at whose roots the statement may change."""
        for difference in self._differences(statement):
            self._note(self._branches(difference))

    def _note(self, polynomials: list[Polynomial]) -> None:
        self.critical += [each for each in polynomials if each.degree() > 0 and each not in self.critical]
        if len(self.critical) > MOST_CRITICAL:
            raise BudgetExceeded("a statement that may change in too many places")

    def _differences(self, statement: Any) -> list[int]:
        if isinstance(statement, LogicValue):
            return [each for part in statement.parts for each in self._differences(part)]
        return [self.terms.subtract(*sides) for _, sides in self._atoms(statement)]

    def _atoms(self, statement: Any) -> list[tuple[str, tuple[int, int]]]:
        """The single comparisons in a relation, membership of a set included."""
        if not isinstance(statement, RelationValue):
            raise Undecidable("this is no statement")
        atoms = []
        for left, operator, right in zip(statement.operands, statement.operators, statement.operands[1:], strict=False):
            if operator == "∈" and isinstance(left, int):
                atoms += [(each, (left, end)) for each, end in self._bounds(right)]
            elif isinstance(left, int) and isinstance(right, int) and operator in _TESTS:
                atoms.append((operator, (left, right)))
            else:
                raise Undecidable("a relation between values that are not numbers")
        return atoms

    def _bounds(self, region: Any) -> list[tuple[str, int]]:
        if isinstance(region, SetOperation):
            return self._bounds(region.left) + self._bounds(region.right)
        interval = as_interval(region)
        ends: list[Any]
        if interval is not None:
            ends = [each for each in (interval.low, interval.high) if not isinstance(each, InfinityValue)]
        elif isinstance(region, SetValue) or (isinstance(region, TupleValue) and not region.brackets):
            ends = list(region.items)
        else:
            raise Undecidable("membership of something that is not a set of numbers")
        if not all(isinstance(end, int) for end in ends):
            raise Undecidable("membership of something that is not a set of numbers")
        return [("=", end) for end in ends]

    def _branches(self, term: int) -> list[Polynomial]:
        """Every polynomial that the term is somewhere; the places where one gives way to another are noted."""
        kind, *content = self.terms.key(term)
        if kind == "number":
            return [flint.fmpq_poly([flint.fmpq(content[0].numerator, content[0].denominator)])]
        if kind == "variable":
            return [self._variable(content[0])]
        if kind in ("add", "multiply"):
            return self._combined(kind, content[0])
        if kind == "power":
            exponent = self._exponent(content[1])
            return [self._bounded(each**exponent) for each in self._bounded_base(content[0], exponent)]
        if kind == "apply" and content[0] == "abs":
            inner = self._branches(content[1])
            self._note(inner)
            return _distinct([*inner, *(-each for each in inner)])
        if kind == "apply" and content[0] in ("max", "min"):
            parts = [self._branches(argument) for argument in content[1:]]
            for one, other in pairwise(parts) if len(parts) == 2 else [(a, b) for a in parts for b in parts]:
                self._note([first - second for first, second in product(one, other)])
            return _distinct([each for part in parts for each in part])
        raise Undecidable("this is not a polynomial in one variable")

    def _variable(self, name: str) -> Polynomial:
        if self.name not in (None, name):
            raise Undecidable("statements in more than one variable")
        self.name = name
        return flint.fmpq_poly([0, 1])

    def _exponent(self, term: int) -> int:
        kind, *content = self.terms.key(term)
        if kind != "number" or content[0].denominator != 1 or not 0 <= content[0] <= MOST_DEGREE:
            raise Undecidable("this is not a polynomial in one variable")
        return int(content[0])

    def _bounded_base(self, base: int, exponent: int) -> list[Polynomial]:
        branches = self._branches(base)
        if any(each.degree() * exponent > MOST_DEGREE for each in branches):
            raise BudgetExceeded(f"a polynomial of a degree above {MOST_DEGREE}")
        return branches

    def _combined(self, kind: str, children: tuple[int, ...]) -> list[Polynomial]:
        result = self._branches(children[0])
        for child in children[1:]:
            pairs = product(result, self._branches(child))
            result = _distinct([self._bounded(a + b if kind == "add" else a * b) for a, b in pairs])
        return result

    @staticmethod
    def _bounded(polynomial: Polynomial) -> Polynomial:
        if polynomial.degree() > MOST_DEGREE:
            raise BudgetExceeded(f"a polynomial of a degree above {MOST_DEGREE}")
        return polynomial

    def polynomial(self, statement: Any) -> Polynomial | None:
        """The product of all differences where the statement is made of equations joined by `or`, else None."""
        if isinstance(statement, LogicValue):
            parts: list[Any] = [self.polynomial(part) for part in statement.parts]
            return None if statement.operator == "and" or None in parts else prod(parts)
        if statement.operators != ("=",):
            return None
        return prod(self._branches(self.terms.subtract(*statement.operands)))

    # ------------------------------------------------------------------ the places to look at

    def places(self) -> list[_Place]:
        """Rational numbers between and beyond all roots first, then the roots themselves."""
        factors = {}
        for polynomial in self.critical:
            for factor, _ in polynomial.factor()[1]:
                monic = factor / factor.coeffs()[-1]
                factors[str(monic)] = monic
        rational = [-each[0] for each in factors.values() if each.degree() == 1]
        irrational = [each for each in factors.values() if each.degree() > 1]
        roots = [_Root(each, place) for each in irrational for place in range(len(_real_roots(each, FIRST_PRECISION)))]
        exact = [Fraction(int(each.p), int(each.q)) for each in rational]
        between = self._between([*(_Rational(each) for each in exact), *roots])
        return [*(_Rational(each) for each in (*between, *sorted(exact))), *roots]

    @staticmethod
    def _between(marks: list[_Place]) -> list[Fraction]:
        """A rational number in every gap between the marks, and one beyond each end."""
        for precision in _precisions():
            ends = sorted(_enclosure(mark, precision) for mark in marks)
            if all(one[1] < other[0] for one, other in pairwise(ends)):
                gaps = [_simple(one[1], other[0]) for one, other in pairwise(ends)]
                return (
                    [Fraction(floor(ends[0][0]) - 1), *gaps, Fraction(ceil(ends[-1][1]) + 1)] if ends else [Fraction(0)]
                )
        raise Undecidable("roots that are too close together")

    # ------------------------------------------------------------------ truth at a place

    def holds(self, statement: Any, place: _Place) -> bool:
        """Whether a statement is true at a place."""
        if isinstance(statement, LogicValue):
            parts = (self.holds(part, place) for part in statement.parts)
            return all(parts) if statement.operator == "and" else any(parts)
        links = zip(statement.operands, statement.operators, statement.operands[1:], strict=False)
        return all(
            self._contains(right, left, place) if operator == "∈" else self._compares(operator, left, right, place)
            for left, operator, right in links
        )

    def _compares(self, operator: str, left: Any, right: Any, place: _Place) -> bool:
        return _TESTS[operator](place.sign(self._there(self.terms.subtract(left, right), place)))

    def _contains(self, region: Any, member: int, place: _Place) -> bool:
        if isinstance(region, SetOperation):
            first, second = (self._contains(side, member, place) for side in (region.left, region.right))
            if region.operation == "union":
                return first or second
            return first and (second if region.operation == "intersection" else not second)
        interval = as_interval(region)
        if interval is not None:
            low = "<=" if interval.low_closed else "<"
            high = "<=" if interval.high_closed else "<"
            above = self._beyond(interval.low, -1) or self._compares(low, interval.low, member, place)
            return above and (self._beyond(interval.high, 1) or self._compares(high, member, interval.high, place))
        return any(self._compares("=", member, item, place) for item in region.items)

    @staticmethod
    def _beyond(end: Any, sign: int) -> bool:
        return isinstance(end, InfinityValue) and end.sign == sign

    def _there(self, term: int, place: _Place) -> Polynomial:
        """The polynomial that a term is at a place."""
        kind, *content = self.terms.key(term)
        if kind in ("number", "variable"):
            return self._branches(term)[0]
        if kind in ("add", "multiply"):
            result = self._there(content[0][0], place)
            for child in content[0][1:]:
                other = self._there(child, place)
                result = result + other if kind == "add" else result * other
            return result
        if kind == "power":
            return self._there(content[0], place) ** self._exponent(content[1])
        values = [self._there(argument, place) for argument in content[1:]]
        if content[0] == "abs":
            return values[0] if place.sign(values[0]) >= 0 else -values[0]
        best = values[0]
        for value in values[1:]:
            if place.sign(value - best) == (1 if content[0] == "max" else -1):
                best = value
        return best


def _proportional(left: Polynomial, right: Polynomial) -> bool:
    """Whether one polynomial is a number times the other, so that each root is one of both as often."""
    return bool(left.degree() == right.degree() and left * right.coeffs()[-1] == right * left.coeffs()[-1])


def _distinct(polynomials: list[Polynomial]) -> list[Polynomial]:
    kept = list({str(each): each for each in polynomials}.values())
    if len(kept) > MOST_BRANCHES:
        raise BudgetExceeded("too many cases of absolute values, maxima and minima")
    return kept


def _enclosure(mark: _Place, precision: int) -> tuple[Fraction, Fraction]:
    if isinstance(mark, _Rational):
        return mark.value, mark.value
    ball = mark.ball(precision)
    middle, radius = (_fraction(each) for each in (ball.mid(), ball.rad()))
    return middle - radius, middle + radius


def _simple(low: Fraction, high: Fraction) -> Fraction:
    """A short fraction between two numbers."""
    middle, bound = (low + high) / 2, 1
    while not low < middle.limit_denominator(bound) < high:
        bound *= 2
    return middle.limit_denominator(bound)


def _fraction(exact: Any) -> Fraction:
    mantissa, exponent = exact.man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


_TESTS = {
    "<": lambda sign: sign < 0,
    "<=": lambda sign: sign <= 0,
    "=": lambda sign: sign == 0,
    ">=": lambda sign: sign >= 0,
    ">": lambda sign: sign > 0,
    "!=": lambda sign: sign != 0,
}
