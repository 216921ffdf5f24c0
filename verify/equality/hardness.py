"""How much work a decision may be, predicted from its terms before any of it is done.

The prediction bounds the number of terms of numerators and denominators, were everything multiplied out, and the
digits, roots and cases that multiply this.  It errs on the side of hard: what is called easy takes well under a
second, and what is called hard often turns out to be quick.  Only sizes are looked at, never values.
"""

from collections.abc import Mapping
from math import comb, prod
from types import MappingProxyType
from typing import Any

from verify.equality.terms import Terms

FEW_TERMS = 8.0
EASY_WORK = 100_000.0
"""Largest predicted number of terms of a decision that is made in this process."""
MAXIMUM_NODES = 4_000
MAXIMUM_FUNCTION_WEIGHT = 80
MOST_TERMS_OF_A_SUM = 200
MOST_BITS_OF_AN_EXPONENT = 10
NOTHING_BELOW: Mapping[int, int] = MappingProxyType({})
_LARGE = 1e12
_ANGLES = frozenset({"sin", "cos", "tan", "cot", "sec", "csc"})
_HYPERBOLIC = frozenset({"sinh", "cosh", "tanh", "coth", "sech", "csch", "sigmoid"})
_TRANSPARENT = frozenset({"sqrt", "cbrt"})
_SWITCHES = frozenset({"abs", "sign", "relu", "max", "min", "floor", "ceiling"})
_WEIGHTS = {"gamma": 20, "factorial": 20, "binomial": 30, "erf": 10}
"""How much longer than an exponential function a ball of this one takes at high precision."""


class _Size:
    """Bounds of a fraction: terms, total degree and bits of its numerator, and the power of each denominator."""

    __slots__ = ("above", "below", "bits", "degree")

    def __init__(
        self, above: float, degree: float = 1.0, bits: float = 1.0, below: Mapping[int, int] = NOTHING_BELOW
    ) -> None:
        self.above, self.degree, self.bits, self.below = above, degree, bits, below


_GENERATOR = _Size(1.0)


def is_easy(terms: Terms, left: int, right: int) -> bool:
    """Whether deciding `left` = `right` is predicted to take well under a second and little memory."""
    return left == right or predicted_work(terms, left, right) <= EASY_WORK


def predicted_work(terms: Terms, left: int, right: int) -> float:
    """A bound for the number of terms to be handled, times what makes each of them dear."""
    order = terms.reachable((left, right))
    if len(order) > MAXIMUM_NODES:
        return _LARGE
    prediction = _Prediction(terms, order)
    return min(_LARGE, prediction.of(left, right) * prediction.factor())


class _Prediction:
    """The sizes of all nodes below two terms; a denominator is known by the term that it came from."""

    def __init__(self, terms: Terms, order: list[int]) -> None:
        self.terms = terms
        self.generators = 0
        self.bits = 0
        self.switches = 0
        self.weight = 0.0
        self.roots: list[int] = []
        self.sizes: dict[int, _Size] = {}
        self.denominators: dict[int, tuple[float, float]] = {}
        self.largest = 1.0
        for term in order:
            size = self.sizes[term] = self._size(terms.nodes[term])
            if size.above > FEW_TERMS:
                self._bound(size)
                self.largest = max(self.largest, size.above)

    def of(self, left: int, right: int) -> float:
        """Terms of the largest polynomial met, the cross products of the difference included."""
        difference = self._add([self.sizes[left], self.sizes[right]])
        self._bound(difference)
        return max(self.largest, difference.above)

    def factor(self) -> float:
        """What multiplies the work for each term: roots, cases, digits, functions that are slow at high precision."""
        if self.weight > MAXIMUM_FUNCTION_WEIGHT:
            return _LARGE
        cases = 2.0 ** max(0, self.switches - 2)
        return prod(self.roots, start=1.0) * cases * (1 + self.bits / 512) * (1 + self.generators / 32)

    def _bound(self, size: _Size) -> None:
        """No polynomial has more terms than there are monomials of its degree."""
        size.above = min(size.above, self._monomials(size.degree), _LARGE)

    def _monomials(self, degree: float) -> float:
        if degree >= 10_000:
            return _LARGE
        few = min(self.generators, int(degree))
        return float(comb(self.generators + int(degree), few)) if few < 20 else _LARGE

    def _size(self, node: tuple[Any, ...]) -> _Size:
        kind = node[0]
        if kind == "number":
            bits = max(node[1].numerator.bit_length(), node[1].denominator.bit_length())
            self.bits = max(self.bits, bits)
            return _Size(1.0, 0.0, bits)
        if kind == "add":
            return self._add([self.sizes[child] for child in node[1]])
        if kind == "multiply":
            return self._multiply([self.sizes[child] for child in node[1]])
        if kind == "power":
            return self._power(node[1], node[2])
        if kind == "apply":
            return self._apply(node[1], node[2:])
        if kind in ("summation", "product"):
            return self._over_index(*node[1:])
        if kind == "piecewise":
            return self._piecewise(node)
        self.generators += 1
        return _GENERATOR

    # ------------------------------------------------------------------ arithmetic

    def _add(self, sizes: list[_Size]) -> _Size:
        degree, bits = max([size.degree for size in sizes]), max([size.bits for size in sizes])
        if not any(size.below for size in sizes):
            return _Size(sum([size.above for size in sizes]), degree, bits)
        common: dict[int, int] = {}
        for size in sizes:
            for denominator, power in size.below.items():
                common[denominator] = max(power, common.get(denominator, 0))
        above, degree = 0.0, 0.0
        for size in sizes:
            missing = {each: power - size.below.get(each, 0) for each, power in common.items()}
            more, degrees = self._product(missing)
            above += min(_LARGE, size.above * more)
            degree = max(degree, size.degree + degrees)
        return _Size(above, degree, sum(size.bits for size in sizes), common)

    def _product(self, denominators: Mapping[int, int]) -> tuple[float, float]:
        """Terms and degree of a product of denominators."""
        terms, degree = 1.0, 0.0
        for denominator, power in denominators.items():
            if power:
                above, below = self.denominators[denominator]
                terms = min(_LARGE, terms * _raised(above, power))
                degree += below * power
        return terms, degree

    @staticmethod
    def _multiply(sizes: list[_Size]) -> _Size:
        below: dict[int, int] = {}
        for size in sizes:
            for denominator, power in size.below.items():
                below[denominator] = below.get(denominator, 0) + power
        return _Size(
            min(_LARGE, prod([size.above for size in sizes])),
            sum([size.degree for size in sizes]),
            sum([size.bits for size in sizes]),
            below or NOTHING_BELOW,
        )

    def _power(self, base: int, exponent: int) -> _Size:
        node = self.terms.nodes[exponent]
        if node[0] != "number":
            self.generators += 1
            self.weight += 1
            return _Size(1.0, max(1.0, self.sizes[exponent].above))
        value, size = node[1], self.sizes[base]
        if value.denominator != 1:
            self.generators += 1
            self.weight += 1
            self.roots.append(value.denominator)
            self._factor(size)
        count = abs(value.numerator)
        if value > 0:
            below = {each: power * count for each, power in size.below.items()} if size.below else NOTHING_BELOW
            return _Size(_raised(size.above, count), size.degree * count, size.bits * count, below)
        self.denominators[base] = size.above, size.degree
        above, degree = self._product(size.below)
        return _Size(_raised(above, count), degree * count, size.bits * count, {base: count})

    # ------------------------------------------------------------------ functions

    def _apply(self, name: str, arguments: tuple[int, ...]) -> _Size:
        self.weight += _WEIGHTS.get(name, 1)
        if name in _SWITCHES:
            self.switches += max(1, len(arguments) - 1)
        if name in ("sqrt", "cbrt"):
            self.roots.append(2 if name == "sqrt" else 3)
        if name == "softplus":
            self._exponential(name, arguments[0])
        elif name == "exp" or name in _HYPERBOLIC or name in _ANGLES:
            return self._exponential(name, arguments[0])
        self.generators += len(arguments)
        size = self._add([self.sizes[argument] for argument in arguments])
        self._factor(size)
        if name in _WEIGHTS:  # shifted by whole numbers, these are products of linear factors
            return _Size(16.0 * size.above, 16.0)
        if name in _TRANSPARENT or name in _SWITCHES:  # its powers are powers of the argument
            return size
        return _GENERATOR

    def _factor(self, size: _Size) -> None:
        """Roots, logarithms and absolute values look for the factors of their argument."""
        self._bound(size)
        below, degree_below = self._product(size.below)
        work = (size.above + below - 2) * (size.degree + degree_below) * (1 + size.bits / 64)
        self.largest = max(self.largest, work)

    def _exponential(self, name: str, argument: int) -> _Size:
        """A function of a sum is a product of functions, one for each term of the sum, of powers of these."""
        size = self.sizes[argument]
        self._bound(size)
        count = min(64.0, size.above)
        self.generators += int(count)
        if size.bits > MOST_BITS_OF_AN_EXPONENT:
            self.largest = _LARGE
        if size.below:  # every monomial of a fraction becomes a function of its own
            self.largest = max(self.largest, (size.above * self._product(size.below)[0]) ** 2)
        if size.degree == 0 and not size.below and name in _ANGLES:
            self.roots.append(max(1, int(size.bits)))
        multiple = 2.0 ** min(size.bits - 1, 60)
        degree = count * multiple
        if name == "exp":
            return _Size(1.0, degree)
        if name in _HYPERBOLIC:
            self.denominators[-argument] = 2.0, 2 * degree
            return _Size(2.0, 2 * degree, 1.0, {-argument: 1})
        angle = min(_LARGE, (min(multiple, 32.0) + 1) ** count)
        self.denominators[-argument] = angle, 2 * degree
        return _Size(angle, 2 * degree, 1.0, {-argument: 1})

    def _over_index(self, body: int, _: str, low: int, high: int) -> _Size:
        ends = [self.terms.nodes[end] for end in (low, high)]
        size = self.sizes[body]
        self.generators += 1
        if any(end[0] != "number" for end in ends):
            return _Size(8 * size.above, size.degree + 2, size.bits, size.below)
        count = float(max(1, ends[1][1] - ends[0][1] + 1))
        if count > MOST_TERMS_OF_A_SUM:
            return _Size(_LARGE)
        return self._add([size] * int(count))

    def _piecewise(self, node: tuple[Any, ...]) -> _Size:
        self.switches += len(node[1])
        return self._add([self.sizes[node[2]], *(self.sizes[value] for value, _ in node[1])])


def _raised(count: float, exponent: int) -> float:
    """Terms of a power: the monomials of this degree in the terms of the base."""
    if count <= 1.0 or exponent == 0:
        return 1.0
    if count >= 1_000 or exponent >= 10_000:
        return _LARGE if exponent > 1 else count
    few = min(exponent, int(count) - 1)
    return float(comb(int(count) + exponent - 1, few)) if few < 20 else _LARGE
