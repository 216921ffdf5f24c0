"""From terms to growths: what a formula such as ``T k M log(M) + k^2`` comes to as its variables grow.

A formula is kept as an exact sum of orders for as long as possible, because constant factors matter in an exponent
(2^n and 2^(2n) differ) and wherever something is subtracted; elsewhere only its growth is kept.  What no rule covers
raises `Undecidable`, so that nothing is ever guessed.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from verify.answers.dominance import Dominance, Growth, maximum, minimum, raised, times
from verify.answers.orders import (
    ONE,
    Combination,
    Order,
    add_combinations,
    iterated_log,
    logarithm_of,
    order,
    scale_combination,
    whole,
)
from verify.equality.terms import Terms
from verify.errors import ReadingError, Undecidable

MOST_PARTS = 40
HALF = Fraction(1, 2)


@dataclass(frozen=True)
class Coefficient:
    """A real number other than zero: its sign, and its value where that is rational and known."""

    sign: int
    value: Fraction | None = None

    def __mul__(self, other: "Coefficient") -> "Coefficient":
        known = self.value is not None and other.value is not None
        return Coefficient(self.sign * other.sign, self.value * other.value if known else None)  # type: ignore[operator]

    def __add__(self, other: "Coefficient") -> "Coefficient | None":
        if self.value is not None and other.value is not None:
            return _known(self.value + other.value)
        if self.sign != other.sign:
            raise Undecidable("terms of opposite sign may cancel")
        return Coefficient(self.sign)


POSITIVE = Coefficient(1)


def _known(value: Fraction | int) -> Coefficient | None:
    return Coefficient(1 if value > 0 else -1, Fraction(value)) if value else None


@dataclass(frozen=True)
class Size:
    """What a term comes to: an exact sum of orders, or only a growth.

    - `parts`: order -> coefficient, where the sum is exact.
    - `growth`: the growth, where only that is known.
    - `at_least`: whether it grows at least like that, and perhaps faster.
    """

    parts: Mapping[Order, Coefficient] | None = None
    growth: Growth | None = None
    at_least: bool = False


def _exactly(one: Order, coefficient: Coefficient | None = POSITIVE) -> Size:
    return Size({one: coefficient} if coefficient else {})


class GrowthReader:
    """Reads terms of one pool under the side conditions of one `Dominance`."""

    def __init__(self, terms: Terms, dominance: Dominance) -> None:
        self.terms, self.dominance = terms, dominance
        self._sizes: dict[int, Size] = {}
        self._rules: dict[str, Callable[..., Size]] = {
            "number": lambda value: _exactly(ONE, _known(value)),
            "constant": lambda _: _exactly(ONE),
            "variable": lambda name: _exactly(iterated_log(name, 0), _known(1)),
            "add": lambda children: self._sum([self._size(child) for child in children]),
            "multiply": self._multiply,
            "power": self._power,
            "apply": self._apply,
            "piecewise": self._piecewise,
        }

    def read(self, term: int) -> tuple[Growth, bool]:
        """The growth of a term, and whether it may in fact be larger."""
        size = self._size(term)
        return self._growth(size), size.at_least

    def exact_order(self, term: int) -> Order | None:
        """The order of a term that is one order without a constant factor; None for any other."""
        parts = self._size(term).parts
        if parts is None or len(parts) != 1:
            return None
        ((one, coefficient),) = parts.items()
        return one if coefficient.value == 1 or self._is_logarithm(one) else None

    @staticmethod
    def _is_logarithm(one: Order) -> bool:
        """A product of logarithms, whose base is a constant factor that nobody means by a side condition."""
        return one.simple and bool(one.powers) and all(level > 0 for (_, level), _ in one.powers)

    def _size(self, term: int) -> Size:
        if term not in self._sizes:
            node = self.terms.key(term)
            rule = self._rules.get(node[0])
            if rule is None:
                raise Undecidable(f"the growth of a {node[0]} is not known here")
            self._sizes[term] = rule(*node[1:])
        return self._sizes[term]

    def _growth(self, size: Size) -> Growth:
        """The growth; raises `ReadingError` for what is zero or negative, which has none."""
        if size.growth is not None:
            return size.growth
        assert size.parts is not None
        positive = [one for one, coefficient in size.parts.items() if coefficient.sign > 0]
        negative = [one for one, coefficient in size.parts.items() if coefficient.sign < 0]
        if not positive:
            raise ReadingError("zero or negative, which is no growth", 0, "")
        for one in negative:
            if not any(self.dominance.strictly_below(one, other) for other in positive):
                if all(self.dominance.strictly_below(other, one) for other in positive):
                    raise ReadingError("negative in the end, which is no growth", 0, "")
                raise Undecidable("what is subtracted may cancel what it is subtracted from")
        return frozenset(frozenset([one]) for one in positive)

    # ------------------------------------------------------------------ arithmetic

    def _sum(self, sizes: Iterable[Size]) -> Size:
        sizes = list(sizes)
        if any(size.parts is None for size in sizes):
            present = [size for size in sizes if size.parts != {}]
            growth = maximum(self._growth(size) for size in present)
            return Size(growth=growth, at_least=any(size.at_least for size in sizes))
        total: dict[Order, Coefficient] = {}
        for size in sizes:
            for one, coefficient in (size.parts or {}).items():
                summed = total[one] + coefficient if one in total else coefficient
                if summed is None:
                    del total[one]
                else:
                    total[one] = summed
        return Size(total)

    def _multiply(self, children: Iterable[int]) -> Size:
        result = _exactly(ONE, _known(1))
        for child in children:
            result = self._product(result, self._size(child))
        return result

    def _product(self, left: Size, right: Size) -> Size:
        if left.parts is not None and right.parts is not None and len(left.parts) * len(right.parts) <= MOST_PARTS:
            return self._sum(
                _exactly(one * other, factor * coefficient)
                for one, factor in left.parts.items()
                for other, coefficient in right.parts.items()
            )
        if any(coefficient.sign < 0 for size in (left, right) for coefficient in (size.parts or {}).values()):
            raise Undecidable("something is subtracted whose size is known only up to a constant factor")
        growth = times(self._growth(left), self._growth(right))
        return Size(growth=growth, at_least=left.at_least or right.at_least)

    def _power(self, base: int, exponent: int) -> Size:
        node = self.terms.key(exponent)
        if node[0] == "number":
            return self._raised(self._size(base), Fraction(node[1]))
        undone = self._undone(base, exponent)
        if undone is not None:
            return undone
        size = self._size(exponent)
        logarithm = self._exact_logarithm(base)
        if self._superpolynomial(size) and logarithm and all(value.sign() > 0 for value in logarithm.values()):
            return self._faster_than_exponential(size)
        return self._exponential(size, logarithm)

    def _raised(self, size: Size, power: Fraction) -> Size:
        if size.parts is not None and power.denominator == 1 and 0 <= power <= 8:
            result = _exactly(ONE, _known(1))
            for _ in range(int(power)):
                result = self._product(result, size)
            return result
        if size.at_least and power < 0:
            raise Undecidable("the reciprocal of something that grows too fast to be bounded")
        if size.parts is not None and len(size.parts) == 1:
            ((one, coefficient),) = size.parts.items()
            if coefficient.sign < 0:
                raise Undecidable("a power of something negative")
            known = coefficient.value is not None and power.denominator == 1 and abs(power) < 100
            value = coefficient.value ** int(power) if known else None  # type: ignore[operator]
            return _exactly(one**power, Coefficient(1, value))
        return Size(growth=raised(self._growth(size), power), at_least=size.at_least)

    # ------------------------------------------------------------------ exponentials

    def _undone(self, base: int, exponent: int) -> Size | None:
        """What ``2^log2(n)`` and ``4^(3 log_2(n))`` come to, where base and base of the logarithm are powers of one."""
        number, factor, node = self.terms.key(base), Fraction(1), self.terms.key(exponent)
        if node[0] == "multiply" and len(node[1]) == 2:
            numbers = [child for child in node[1] if self.terms.key(child)[0] == "number"]
            factor = Fraction(self.terms.key(numbers[0])[1]) if numbers else factor
            node = self.terms.key(next((child for child in node[1] if child not in numbers), exponent))
        below = self._base_of_logarithm(node)
        if number[0] != "number" or below is None or min(number[1], below) <= 1:
            return None
        above, under = logarithm_of(Fraction(number[1])), logarithm_of(below)
        ratio = above.parts[0][1] / under.parts[0][1]
        return self._raised(self._size(node[2]), factor * ratio) if above == under.times(ratio) else None

    def _base_of_logarithm(self, node: tuple[Any, ...]) -> Fraction | None:
        """The base of a logarithm that names it."""
        if node[0] != "apply" or node[1] not in ("log", "log2", "log10"):
            return None
        if node[1] == "log":
            base = self.terms.key(node[3]) if len(node) == 4 else ("constant",)
            return Fraction(base[1]) if base[0] == "number" else None
        return Fraction(2 if node[1] == "log2" else 10)

    def _exact_logarithm(self, base: int) -> Combination:
        """log of a term, up to what tends to zero: a number, or one order with a rational coefficient."""
        if self.terms.key(base) == ("constant", "e"):
            return {ONE: whole(1)}
        size = self._size(base)
        if size.parts is None or len(size.parts) != 1:
            raise Undecidable("a power of a sum, whose exponent grows")
        ((one, coefficient),) = size.parts.items()
        if coefficient.value is None or coefficient.sign < 0:
            raise Undecidable("the base of a power whose exponent grows is not a positive rational number")
        return add_combinations(one.logarithm(), {ONE: logarithm_of(coefficient.value)})

    def _exponential(self, exponent: Size, logarithm: Combination) -> Size:
        if exponent.parts is None:
            raise Undecidable("an exponent whose constant factor is not known")
        total: Combination = {}
        for one, coefficient in exponent.parts.items():
            if coefficient.value is None:
                raise Undecidable("in an exponent the base of a logarithm matters, and none is given")
            if not one.simple:
                raise Undecidable("an exponent that itself grows exponentially")
            total = add_combinations(total, scale_combination(logarithm, coefficient.value, one))
        return self._exponential_of(total)

    def _exponential_of(self, combination: Combination) -> Size:
        """exp of a combination: multiples of log v become powers of v, a constant becomes a factor."""
        result, rest, factor = ONE, {}, _known(1)
        for simple, value in combination.items():
            power, atom = value.rational(), simple.powers[0] if len(simple.powers) == 1 else None
            if simple == ONE:
                factor = POSITIVE
            elif power is not None and atom is not None and atom[0][1] >= 1 and atom[1] == 1:
                (name, level), _ = atom
                result *= iterated_log(name, level - 1) ** power
            elif self.dominance.unbounded(simple):
                rest[simple] = value
            else:
                raise Undecidable("an exponent that may not grow")
        return _exactly(result * order({}, rest), factor)

    def _superpolynomial(self, size: Size) -> bool:
        if size.at_least:
            return True
        orders = size.parts if size.parts is not None else {one for inner in size.growth or () for one in inner}
        return any(not one.simple for one in orders)

    def _faster_than_exponential(self, size: Size) -> Size:
        """A lower bound for ``c^u`` and ``u!`` where u outgrows v^9 for some variable v: exp(v^8)."""
        if any(coefficient.sign < 0 for coefficient in (size.parts or {}).values()):
            raise Undecidable("an exponent that itself grows exponentially, less something")
        growth = self._growth(size)
        for name in self.dominance.variables:
            ninth = iterated_log(name, 0) ** Fraction(9)
            if any(all(self.dominance.strictly_below(ninth, one) for one in inner) for inner in growth):
                bound = order({}, {iterated_log(name, 0) ** Fraction(8): whole(1)})
                return Size(growth=frozenset([frozenset([bound])]), at_least=True)
        raise Undecidable("an exponent that itself grows exponentially")

    # ------------------------------------------------------------------ functions

    def _apply(self, function: str, *arguments: int) -> Size:
        if function in ("max", "min"):
            return self._extreme(function, [self._size(argument) for argument in arguments])
        if function in ("log", "log2", "log10"):
            result = self._logarithm(self._size(arguments[0]))
            return result if len(arguments) == 1 else self._over_base(result, arguments[1])
        if function == "exp":
            return self._power(self.terms.constant("e"), arguments[0])
        if function in ("factorial", "gamma"):
            shift = Fraction(-1 if function == "gamma" else 0)
            return self._factorial(self._sum([self._size(arguments[0]), _exactly(ONE, _known(shift))]))
        if function == "binomial":
            return self._binomial(*arguments)
        size = self._size(arguments[0])
        if function in ("sqrt", "cbrt"):
            return self._raised(size, HALF if function == "sqrt" else Fraction(1, 3))
        if function in ("abs", "floor", "ceiling", "relu"):
            return self._rounded(size, function)
        reason = "oscillates" if function in ("sin", "cos", "tan") else "has no rule here"
        raise Undecidable(f"the growth of {function} {reason}")

    def _extreme(self, function: str, sizes: list[Size]) -> Size:
        growths = [self._growth(size) for size in sizes]
        if any(size.at_least for size in sizes) and function == "min":
            raise Undecidable("a minimum with something that grows too fast to be bounded")
        combined = maximum(growths) if function == "max" else minimum(growths)
        return Size(growth=combined, at_least=any(size.at_least for size in sizes))

    def _logarithm(self, size: Size) -> Size:
        """The logarithm up to a constant factor: of a product, the largest of the logarithms of its factors."""
        if size.at_least:
            raise Undecidable("the logarithm of something that grows too fast to be bounded")
        if size.parts is not None and set(size.parts) == {ONE}:
            value = size.parts[ONE].value
            if value is None or value <= 1:
                raise Undecidable("the logarithm of a constant whose sign is not clear")
            return _exactly(ONE)
        if size.parts is not None and len(size.parts) == 1:
            self._growth(size)  # refuses a negative argument
            return self._from_combination(next(iter(size.parts)).logarithm())
        growing = [inner for inner in self._growth(size) if ONE not in inner]  # log(n + 1) grows like log n
        if not growing or not all(self.dominance.unbounded(one) for inner in growing for one in inner):
            raise Undecidable("the logarithm of something that may not grow")
        logarithms = [[self._from_combination(one.logarithm()) for one in inner] for inner in growing]
        return Size(growth=maximum(minimum(map(self._growth, inner)) for inner in logarithms))

    def _from_combination(self, combination: Combination) -> Size:
        size = Size({simple: Coefficient(value.sign()) for simple, value in combination.items()})
        if not any(self.dominance.unbounded(one) for inner in self._growth(size) for one in inner):
            raise Undecidable("the logarithm of something that may not grow")
        return size

    def _over_base(self, size: Size, base: int) -> Size:
        node = self.terms.key(base)
        if node[0] == "number" and node[1] > 1:
            return size
        return self._product(size, self._raised(self._logarithm(self._size(base)), Fraction(-1)))

    def _factorial(self, size: Size) -> Size:
        """Stirling's formula, up to a constant factor: u! is sqrt(u) (u / e)^u, and (u + s)! is u! u^s."""
        if self._superpolynomial(size):
            return self._faster_than_exponential(size)
        if size.parts is None:
            raise Undecidable("the factorial of something known only up to a constant factor")
        parts = dict(size.parts)
        shift = parts.pop(ONE, Coefficient(1, Fraction(0)))
        if not parts and shift.value is not None and shift.value >= 0:
            return _exactly(ONE)
        if len(parts) != 1 or shift.value is None:
            raise Undecidable("the factorial of a sum")
        ((one, coefficient),) = parts.items()
        if coefficient.value is None or coefficient.sign < 0 or not self.dominance.unbounded(one):
            raise Undecidable("the factorial of something that may not grow")
        logarithm = add_combinations(one.logarithm(), {ONE: logarithm_of(coefficient.value)})
        stirling = add_combinations(
            scale_combination(logarithm, coefficient.value, one),
            {one: whole(-coefficient.value)},
            scale_combination(one.logarithm(), HALF + shift.value),
        )
        result = self._exponential_of(stirling)
        return Size(dict.fromkeys(result.parts or {}, POSITIVE))

    def _binomial(self, above: int, below: int) -> Size:
        node = self.terms.key(below)
        size = self._size(above)
        unbounded = all(self.dominance.unbounded(one) for inner in self._growth(size) for one in inner)
        if node[0] != "number" or node[1] != int(node[1]) or node[1] < 0 or not unbounded or size.at_least:
            raise Undecidable("a binomial coefficient whose lower number is not a whole constant")
        return Size(growth=raised(self._growth(size), Fraction(node[1])))

    def _rounded(self, size: Size, function: str) -> Size:
        growth = self._growth(size)
        grows = all(self.dominance.unbounded(one) for inner in growth for one in inner)
        if function in ("floor", "ceiling") and not grows:
            raise Undecidable(f"{function} of something that may not grow")
        if function in ("abs", "relu"):
            return size  # positive in the end, as its growth shows
        return Size(growth=growth, at_least=size.at_least)

    # ------------------------------------------------------------------ conditions

    def _piecewise(self, branches: Iterable[tuple[int, int]], otherwise: int) -> Size:
        for value, condition in branches:
            if self._holds_in_the_end(condition):
                return self._size(value)
        return self._size(otherwise)

    def _holds_in_the_end(self, condition: int) -> bool:
        """Whether a condition holds once every variable is large; n < 10^9 does not."""
        node = self.terms.key(condition)
        if node[0] != "relation":
            raise Undecidable("a condition that is not a comparison")
        _, operator, left, right = node
        gap = self._sum([self._size(left), self._product(_exactly(ONE, _known(-1)), self._size(right))])
        for sign in (1, -1):
            try:
                self._growth(self._product(_exactly(ONE, _known(sign)), gap))
            except ReadingError:
                continue
            return operator in ({1: (">", ">=", "!="), -1: ("<", "<=", "!=")}[sign])
        return operator in ("<=", ">=", "=")
