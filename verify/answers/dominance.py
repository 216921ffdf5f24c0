"""Dominance: whether one growth is O of another as every variable grows without bound, under side conditions.

A growth is a maximum of minima of orders, up to a constant factor; a sum is the maximum of its terms.

- A *proof* relaxes: each simple order becomes a coordinate, and what is known of them becomes linear (log n <= eps n;
  log k <= log M where k <= M; the side conditions).  If no point of that cone puts the left side above every order of
  the right one, Farkas' lemma bounds their ratio: f <= C * product g_j^lambda_j <= C * max g_j.
- A *refutation* is a curve on which the ratio grows without bound, such as k = log t, M = t^2; it is evaluated
  exactly as a transseries in t (Hardy 1910: such functions are totally ordered by their growth).

Neither samples anything.  What neither settles is undecided.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cmp_to_key
from itertools import islice, product

from verify.answers.cones import Infeasible, Point, solve
from verify.answers.orders import (
    ONE,
    Combination,
    LogNumber,
    Order,
    atoms_of,
    difference,
    iterated_log,
    logarithm_of,
    scale_combination,
)
from verify.errors import BudgetExceeded, Undecidable

EPSILON = Fraction(1, 10**40)  # log n <= EPSILON * n + C holds for every EPSILON > 0, so any value is sound
MOST_CLAUSES = 100
MOST_CURVES = 8_000
MOST_WORK = 2_000_000  # entries of linear programmes, and terms along curves: about two seconds

Growth = frozenset[frozenset[Order]]
"""The maximum, over the inner sets, of the minimum of the orders in each."""


@dataclass(frozen=True)
class Shape:
    """How fast a variable runs along a curve: its logarithm is ``scale * L**power``, L being t, log t or log log t."""

    scale: Fraction
    position: int = 0
    power: Fraction = Fraction(1)

    def __str__(self) -> str:
        if self.power == 1:
            return _power_text(("exp(t)", "t", "log(t)")[self.position], self.scale)
        scale = "" if self.scale == 1 else f"{self.scale}*"
        return f"exp({scale}{_power_text(('t', 'log(t)', 'log(log(t))')[self.position], self.power)})"


def _power_text(base: str, power: Fraction) -> str:
    if power == 1:
        return base
    return f"{base}^{power}" if power.denominator == 1 else f"{base}^({power})"


Curve = Mapping[str, Shape]


@dataclass(frozen=True)
class Condition:
    """A side condition ``left <= right``, or ``left ~ right`` (each within a constant factor of the other)."""

    left: Order
    right: Order
    both_ways: bool = False

    def inequalities(self) -> list[Combination]:
        """Combinations of simple orders that stay above some constant."""
        forward = difference(self.right, self.left)
        return [forward, scale_combination(forward, Fraction(-1))] if self.both_ways else [forward]

    def literal(self) -> tuple[str, str] | None:
        """The two names of ``k <= M``, which holds without a constant."""
        sides = [side.powers for side in (self.left, self.right) if side.simple and len(side.powers) == 1]
        if self.both_ways or len(sides) < 2 or any(power != 1 or level for (((_, level), power),) in sides):
            return None
        return sides[0][0][0][0], sides[1][0][0][0]


class Dominance:
    """Comparisons of growths in the given variables under the given side conditions."""

    def __init__(self, variables: Iterable[str], conditions: Sequence[Condition] = ()) -> None:
        self.conditions = tuple(conditions)
        named = {name for condition in conditions for name in condition.left.variables() | condition.right.variables()}
        self.variables = tuple(sorted({*variables, *named}))
        self._literal = _closure(pair for condition in conditions if (pair := condition.literal()))
        self._polynomial = _closure(self._polynomial_bounds())
        self._inequalities = [row for condition in conditions for row in condition.inequalities()]
        self._below: dict[tuple[Order, Order], bool] = {}
        self._work = 0

    def _polynomial_bounds(self) -> Iterator[tuple[str, str]]:
        """Pairs (k, M) with k <= C * M^c: what stands on the left of a single variable, all powers positive."""
        for condition in self.conditions:
            sides = [(condition.left, condition.right)]
            sides += [(condition.right, condition.left)] if condition.both_ways else []
            for left, right in sides:
                plain = left.simple and right.simple and all(power > 0 for _, power in left.powers)
                if plain and len(right.powers) == 1 and right.powers[0][0][1] == 0 and right.powers[0][1] > 0:
                    yield from ((name, right.powers[0][0][0]) for (name, level), _ in left.powers if level == 0)

    # ------------------------------------------------------------------ proofs

    def at_most(self, left: Order, right: Order) -> bool:
        """Whether left = O(right) is proved."""
        return self._bounded([difference(left, right)])

    def strictly_below(self, left: Order, right: Order) -> bool:
        """Whether left / right -> 0 is proved, with at least some iterated logarithm between them."""
        if (left, right) not in self._below:
            depth = max(left.depth(), right.depth()) + 1
            names = sorted(left.variables() | right.variables())
            self._below[left, right] = any(self.at_most(left * iterated_log(name, depth), right) for name in names)
        return self._below[left, right]

    def unbounded(self, order: Order) -> bool:
        """Whether the order is proved to grow without bound."""
        return self.strictly_below(ONE, order)

    def _spend(self, work: int) -> None:
        self._work += work
        if self._work > MOST_WORK:
            raise BudgetExceeded("a comparison of growths with too many cases")

    def _bounded(self, differences: Sequence[Combination]) -> bool:
        """Whether the least of the differences is proved to stay below some constant."""
        if any(not combination for combination in differences):
            return True
        combinations = [*differences, *self._inequalities]
        atoms = atoms_of(combinations)
        primes = sorted({1, *(prime for row in combinations for value in row.values() for prime, _ in value.parts)})
        column = {(atom, prime): number for number, (atom, prime) in enumerate(product(atoms, primes))}
        relations = [
            {(atom, prime): value for atom, value in relation.items()}
            for relation in self._relations(atoms)
            for prime in primes
        ]
        relations += [row for atom in atoms for prime in primes[1:] for row in _size_of_logarithm(atom, prime)]
        rows = [_row(_coordinates(combination), column) for combination in self._inequalities]
        rows += [_row(relation, column) for relation in relations]
        claims = [_row(_coordinates(combination), column) for combination in differences]
        self._spend(len(column) * (len(rows) + len(claims)))
        return isinstance(solve(rows, claims, len(column)), Infeasible)

    def _relations(self, atoms: Sequence[Order]) -> Iterator[dict[Order, Fraction]]:
        """What is known of pairs of simple orders: one is at most the other, or negligible beside it."""
        for small in atoms:
            for large in atoms:
                if small == large:
                    continue
                if self._negligible(small, large):
                    yield {large: EPSILON, small: Fraction(-1)}
                elif self._no_larger(small, large):
                    yield {large: Fraction(1), small: Fraction(-1)}

    def _negligible(self, small: Order, large: Order) -> bool:
        pair = _single(small), _single(large)
        if pair[0] and pair[1]:
            (name, level), (other, height) = pair[0], pair[1]
            return level > height and (name == other or (name, other) in self._polynomial)
        return self.strictly_below(small, large)

    def _no_larger(self, small: Order, large: Order) -> bool:
        pair = _single(small), _single(large)
        if pair[0] and pair[1]:
            (name, level), (other, height) = pair[0], pair[1]
            known = self._literal if level == 0 else self._polynomial
            return level == height != 1 and (name, other) in known  # level 1 is what the side conditions are about
        return self._literally_below(small, large)

    def _literally_below(self, small: Order, large: Order) -> bool:
        """Products of the same shape, factor by factor: ``k log M <= M log M`` where ``k <= M``."""
        ratio = large * small ** Fraction(-1)
        up = [atom for atom, power in ratio.powers if power > 0]
        down = [atom for atom, power in ratio.powers if power < 0]
        if len(up) != 1 or len(down) != 1 or up[0][1] != down[0][1] or sum(power for _, power in ratio.powers) != 0:
            return False
        return (down[0][0], up[0][0]) in self._literal  # iterated logarithms increase

    # ------------------------------------------------------------------ refutations

    def escaping_curve(self, left: Sequence[Order], right: Sequence[Order]) -> Curve | None:
        """A curve along which every left order outgrows every right one, if one is found."""
        differences = [difference(above, below) for above in left for below in right]
        for curve in self._curves(differences):
            self._spend(50)
            if self._admissible(curve) and all(_growth_along(row, curve) == 1 for row in differences):
                return curve
        return None

    def _admissible(self, curve: Curve) -> bool:
        for row in self._inequalities:
            exact = all(_single(atom) is not None and _single(atom)[1] == 1 for atom in row)  # type: ignore[index]
            growth = _growth_along(row, curve)
            if growth is None or growth < 0 or (growth == 0 and not exact):
                return False
        return True

    def _curves(self, differences: Sequence[Combination]) -> Iterator[Curve]:
        yield from self._polynomial_curves(differences)
        names = self.variables
        shapes = _SHAPES
        while len(shapes) > 2 and len(shapes) ** len(names) > MOST_CURVES:
            shapes = shapes[:-1]
        for chosen in islice(product(shapes, repeat=len(names)), MOST_CURVES):
            yield dict(zip(names, chosen, strict=True))

    def _polynomial_curves(self, differences: Sequence[Combination]) -> Iterator[Curve]:
        """The curve v = t^d_v for which a linear programme finds the powers d_v, where there is no exponential."""
        names = self.variables
        singles = [{_single(atom): value.rational() for atom, value in row.items()} for row in differences]
        if any(atom is None or atom[1] == 0 or value is None for row in singles for atom, value in row.items()):
            return
        at_least_zero = self._linear_conditions()
        at_least_one: list[list[Fraction]] = []
        for row in singles:
            powers = [Fraction(row.get((name, 1)) or 0) for name in names]
            tails = [sum((row[atom] or 0 for atom in row if atom and atom[1] == level), 0) for level in range(2, 6)]
            tail = next((value for value in tails if value), 0)
            (at_least_zero if tail > 0 else at_least_one).append(powers)
        for number in range(len(names)):
            at_least_one.append([Fraction(int(column == number)) for column in range(len(names))])
        found = solve(at_least_zero, at_least_one, len(names))
        if isinstance(found, Point):
            # t stands for e^t in `Shape`: powers of t are position 1, whose logarithm is log t
            yield {name: Shape(power, 1) for name, power in zip(names, found.coordinates, strict=True)}

    def _linear_conditions(self) -> list[list[Fraction]]:
        rows = []
        for row in self._inequalities:
            singles = {_single(atom): value.rational() for atom, value in row.items()}
            if all(atom is not None and atom[1] == 1 for atom in singles):
                rows.append([Fraction(singles.get((name, 1)) or 0) for name in self.variables])
        return rows

    def satisfiable(self) -> bool:
        """Whether the side conditions leave room for every variable to grow."""
        return any(self._admissible(curve) for curve in self._curves([]))

    # ------------------------------------------------------------------ growths

    def compare(self, left: Growth, right: Growth) -> "Comparison":
        """Whether left = O(right): True with a proof, False with a curve, or None."""
        settled = True
        clauses = clauses_of(right)
        for minimum in sorted(left, key=sorted):
            for maximum in clauses:
                if self._bounded([difference(above, below) for above in minimum for below in maximum]):
                    continue
                curve = self.escaping_curve(sorted(minimum), sorted(maximum))
                if curve is not None:
                    return Comparison(False, curve)
                settled = False
        return Comparison(True if settled else None)


@dataclass(frozen=True)
class Comparison:
    """Whether left = O(right), and for a refutation the curve along which it fails."""

    holds: bool | None
    curve: Curve = field(default_factory=dict)


def maximum(growths: Iterable[Growth]) -> Growth:
    """The growth of a sum or of a maximum."""
    return _limited(frozenset(minimum for growth in growths for minimum in growth))


def minimum(growths: Iterable[Growth]) -> Growth:
    """The growth of a minimum."""
    result: Growth = frozenset([frozenset()])
    for growth in growths:
        result = _limited(frozenset(left | right for left in result for right in growth))
    return result


def times(left: Growth, right: Growth) -> Growth:
    """The growth of a product."""
    return _limited(frozenset(frozenset(a * b for a in first for b in second) for first in left for second in right))


def raised(growth: Growth, power: Fraction) -> Growth:
    """The growth of a power; a negative one turns minima into maxima."""
    if power >= 0:
        return frozenset(frozenset(order**power for order in inner) for inner in growth)
    return frozenset(frozenset(order**power for order in clause) for clause in clauses_of(growth))


def clauses_of(growth: Growth) -> list[frozenset[Order]]:
    """The same growth as a minimum of maxima."""
    count = 1
    for inner in growth:
        count *= len(inner)
        if count > MOST_CLAUSES:
            raise BudgetExceeded(f"a growth with more than {MOST_CLAUSES} cases")
    return [frozenset(chosen) for chosen in product(*(sorted(inner) for inner in growth))]


def _limited(growth: Growth) -> Growth:
    if len(growth) > MOST_CLAUSES:
        raise BudgetExceeded(f"a growth with more than {MOST_CLAUSES} terms")
    return growth


def _closure(pairs: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """The transitive closure."""
    closed = set(pairs)
    while True:
        more = {(low, high) for low, middle in closed for other, high in closed if middle == other} - closed
        if not more:
            return closed
        closed |= more


def _single(order: Order) -> tuple[str, int] | None:
    """The atom where the order is one atom to the first power."""
    return order.powers[0][0] if order.simple and len(order.powers) == 1 and order.powers[0][1] == 1 else None


Coordinate = tuple[Order, int]
"""A simple order times the logarithm of a prime (times 1 for the 1), so that irrational multiples cancel exactly."""


def _coordinates(combination: Combination) -> dict[Coordinate, Fraction]:
    return {(atom, prime): part for atom, value in combination.items() for prime, part in value.parts}


def _size_of_logarithm(atom: Order, prime: int) -> Iterator[dict[Coordinate, Fraction]]:
    """Rational bounds on how much larger ``log(prime) * atom`` is than `atom`."""
    low, high = logarithm_of(Fraction(prime)).bounds()
    yield {(atom, prime): Fraction(1), (atom, 1): -low}
    yield {(atom, prime): Fraction(-1), (atom, 1): high}


def _row(combination: Mapping[Coordinate, Fraction], column: Mapping[Coordinate, int]) -> list[Fraction]:
    row = [Fraction(0)] * len(column)
    for coordinate, value in combination.items():
        row[column[coordinate]] = value
    return row


# ---------------------------------------------------------------------- growth along a curve

_SHAPES = (
    *(Shape(Fraction(1), position) for position in (1, 0, 2)),
    *(Shape(Fraction(scale), 1) for scale in (2, 3, Fraction(1, 2))),
    *(Shape(Fraction(1), 0, Fraction(power)) for power in (2, Fraction(1, 2))),
    Shape(Fraction(10), 1),
)

Monomial = tuple[Fraction, ...]
"""Powers of t, log t, log log t, and so on; larger tuples grow faster."""
_LENGTH = 8
Germ = tuple[tuple[Monomial, Fraction], ...]
"""exp(sum of coefficient * monomial), the largest monomial first; a power of log t is a multiple of log log t there."""


def _growth_along(combination: Combination, curve: Curve) -> int | None:
    """1 where the combination tends to +infinity along the curve, -1 where to -infinity, 0 where it stays bounded.

    None where the leading terms cancel and what is left over is not known well enough.
    """
    parts: dict[Germ, tuple[LogNumber, bool]] = {}
    for atom, value in combination.items():
        germ, scale, exact = _germ(atom, curve)
        if scale is None:
            return None
        total, all_exact = parts.get(germ, (LogNumber(), True))
        parts[germ] = total + value.times(scale), all_exact and exact
    for germ in sorted(parts, key=cmp_to_key(_compare_germs), reverse=True):
        if _compare_germs(germ, ()) <= 0:
            return 0
        total, exact = parts[germ]
        if total.parts:
            return total.sign()
        if not exact:
            return None
    return 0


def _germ(order: Order, curve: Curve) -> tuple[Germ, Fraction | None, bool]:
    """The leading term of a simple order along a curve: its germ, its coefficient, and whether nothing is left over.

    A single logarithm counts as exact when what is left over is bounded.
    """
    exponent: dict[Monomial, Fraction] = {}
    scale, exact = Fraction(1), True
    for (name, level), power in order.powers:
        shape = curve[name]
        factor, position, degree = _iterated(shape, level)
        if level == 0:
            monomial, value = _monomial(shape.position, shape.power), shape.scale
        else:
            monomial, value = _monomial(position + 1, Fraction(1)), degree
        exponent[monomial] = exponent.get(monomial, Fraction(0)) + power * value
        exact = exact and (level <= 1 or (len(order.powers) == 1 and power == 1))
        if power.denominator != 1 and factor != 1:
            return (), None, False
        scale *= factor ** int(power) if factor != 1 else 1
    kept = sorted(((monomial, value) for monomial, value in exponent.items() if value), reverse=True)
    return tuple(kept), scale, exact


def _iterated(shape: Shape, level: int) -> tuple[Fraction, int, Fraction]:
    """Coefficient, position and power of the leading term of the level-th logarithm of a variable."""
    if shape.position + level >= _LENGTH:
        raise Undecidable("too many logarithms of logarithms")
    if level == 0:
        return Fraction(1), 0, Fraction(0)
    if level == 1:
        return shape.scale, shape.position, shape.power
    return (shape.power if level == 2 else Fraction(1)), shape.position + level - 1, Fraction(1)


def _monomial(position: int, power: Fraction) -> Monomial:
    return tuple(power if number == position else Fraction(0) for number in range(_LENGTH))


def _compare_germs(left: Germ, right: Germ) -> int:
    exponent = dict(left)
    for monomial, value in right:
        exponent[monomial] = exponent.get(monomial, Fraction(0)) - value
    leading = max((monomial for monomial, value in exponent.items() if value), default=None)
    return 0 if leading is None else 1 if exponent[leading] > 0 else -1
