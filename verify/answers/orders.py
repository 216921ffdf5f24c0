"""Orders of growth: products of powers of variables and of their iterated logarithms, times exponentials.

An `Order` stands for a positive function up to a constant factor, as every variable grows without bound.  Its
logarithm is a linear combination of *simple* orders (those without an exponential), and that is how orders are
compared: `f` is O(`g`) where log f - log g stays bounded above.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import cache

from verify.errors import Undecidable

LARGEST_BASE = 10**9
Atom = tuple[str, int]
"""A variable and how many logarithms are taken of it: ``("n", 2)`` is log log n."""


@dataclass(frozen=True)
class LogNumber:
    """The real number ``q + sum of q_p log p`` over primes p, exactly; `parts` has (1, q) and the (p, q_p), sorted.

    The logarithms of primes and 1 are linearly independent over the rationals (unique factorisation, and Lindemann's
    theorem for the 1), so the number is zero only where every coefficient is.
    """

    parts: tuple[tuple[int, Fraction], ...] = ()

    def __add__(self, other: "LogNumber") -> "LogNumber":
        total = dict(self.parts)
        for prime, value in other.parts:
            total[prime] = total.get(prime, Fraction(0)) + value
        return _log_number(total)

    def times(self, factor: Fraction) -> "LogNumber":
        """The product with a rational number."""
        return _log_number({prime: value * factor for prime, value in self.parts})

    def rational(self) -> Fraction | None:
        """The value where it is rational."""
        if not self.parts:
            return Fraction(0)
        return self.parts[0][1] if len(self.parts) == 1 and self.parts[0][0] == 1 else None

    def bounds(self) -> tuple[Fraction, Fraction]:
        """Rational numbers below and above, equal where the value is rational."""
        exact = self.rational()
        return (exact, exact) if exact is not None else _bounds(self.parts)

    def sign(self) -> int:
        """-1, 0 or 1; raises `Undecidable` where the value is too small to tell."""
        low, high = self.bounds()
        if low == high == 0:
            return 0
        if low <= 0 <= high:
            raise Undecidable("two growth rates differ by too little to tell them apart")
        return 1 if low > 0 else -1


def _log_number(parts: Mapping[int, Fraction]) -> LogNumber:
    return LogNumber(tuple(sorted((prime, value) for prime, value in parts.items() if value)))


@cache
def _bounds(parts: tuple[tuple[int, Fraction], ...]) -> tuple[Fraction, Fraction]:
    with localcontext() as context:
        context.prec = 80
        total, size = Fraction(0), Fraction(0)
        for prime, value in parts:
            term = value * (Fraction(Decimal(prime).ln()) if prime > 1 else 1)
            total, size = total + term, size + abs(term)
    slack = size / 10**70  # Decimal.ln is correctly rounded to 80 digits; ten of them to spare
    return total - slack, total + slack


def whole(value: Fraction | int) -> LogNumber:
    """A rational number."""
    return _log_number({1: Fraction(value)})


@cache
def logarithm_of(value: Fraction) -> LogNumber:
    """log of a positive rational number."""
    if value <= 0 or max(value.numerator, value.denominator) > LARGEST_BASE:
        raise Undecidable(f"the logarithm of {float(value):.3g} is out of reach")
    parts: dict[int, Fraction] = {}
    for number, sign in ((value.numerator, 1), (value.denominator, -1)):
        for prime in _prime_factors(number):
            parts[prime] = parts.get(prime, Fraction(0)) + sign
    return _log_number(parts)


def _prime_factors(number: int) -> list[int]:
    factors, divisor = [], 2
    while divisor * divisor <= number:
        while number % divisor == 0:
            factors.append(divisor)
            number //= divisor
        divisor += 1
    return [*factors, number] if number > 1 else factors


@dataclass(frozen=True)
class Order:
    """``product of atom ** power`` times ``exp(sum of coefficient * simple order)``; both tuples sorted."""

    powers: tuple[tuple[Atom, Fraction], ...] = ()
    exponent: tuple[tuple["Order", LogNumber], ...] = ()

    def __lt__(self, other: "Order") -> bool:
        """An arbitrary total order, so that results do not depend on hashing; it is not dominance."""
        return self._sort_key() < other._sort_key()

    def _sort_key(self) -> tuple[object, ...]:
        return self.powers, tuple((simple.powers, value.parts) for simple, value in self.exponent)

    def __mul__(self, other: "Order") -> "Order":
        powers = dict(self.powers)
        for atom, power in other.powers:
            powers[atom] = powers.get(atom, Fraction(0)) + power
        return order(powers, add_combinations(dict(self.exponent), dict(other.exponent)))

    def __pow__(self, power: Fraction) -> "Order":
        exponent = {simple: value.times(power) for simple, value in self.exponent}
        return order({atom: value * power for atom, value in self.powers}, exponent)

    @property
    def simple(self) -> bool:
        """Whether there is no exponential."""
        return not self.exponent

    def variables(self) -> set[str]:
        """The variables it grows with."""
        names = {name for (name, _), _ in self.powers}
        return names.union(*(simple.variables() for simple, _ in self.exponent))

    def depth(self) -> int:
        """The largest number of logarithms taken."""
        depths = [level for (_, level), _ in self.powers] + [simple.depth() for simple, _ in self.exponent]
        return max(depths, default=0)

    def logarithm(self) -> "Combination":
        """log of it, a combination of simple orders."""
        powers = {iterated_log(name, level + 1): whole(power) for (name, level), power in self.powers}
        return add_combinations(powers, dict(self.exponent))


Combination = dict[Order, LogNumber]
"""A linear combination of simple orders."""

ONE = Order()


def order(powers: Mapping[Atom, Fraction], exponent: Mapping[Order, LogNumber]) -> Order:
    """The order with these powers and this exponent; what cancels is left out."""
    kept = tuple(sorted((atom, power) for atom, power in powers.items() if power))
    return Order(kept, tuple(sorted((simple, value) for simple, value in exponent.items() if value.parts)))


def iterated_log(name: str, level: int) -> Order:
    """The variable itself at level 0, its logarithm at level 1, and so on."""
    return Order((((name, level), Fraction(1)),))


def add_combinations(*combinations: Mapping[Order, LogNumber]) -> Combination:
    """The sum; what cancels is left out."""
    total: Combination = {}
    for combination in combinations:
        for simple, value in combination.items():
            total[simple] = total.get(simple, LogNumber()) + value
    return {simple: value for simple, value in total.items() if value.parts}


def scale_combination(combination: Mapping[Order, LogNumber], factor: Fraction, times: Order = ONE) -> Combination:
    """Every term multiplied by `factor` and by the simple order `times`."""
    return {simple * times: value.times(factor) for simple, value in combination.items() if factor}


def difference(left: Order, right: Order) -> Combination:
    """log left - log right."""
    return add_combinations(left.logarithm(), scale_combination(right.logarithm(), Fraction(-1)))


def atoms_of(combinations: Iterable[Mapping[Order, LogNumber]]) -> list[Order]:
    """Every simple order that occurs, sorted."""
    return sorted({simple for combination in combinations for simple in combination})
