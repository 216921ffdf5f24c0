"""Fractions over Q[generators] modulo the generators' relations.

A generator stands for a variable, or for a function of an argument that is itself such a fraction: `exp(m)` of a
monomial, `log|f|` of an irreducible polynomial, a root, `|f|`, `tan(m/2)`, and so on.  Relations have the form
`g^n = polynomial in earlier generators` and are applied by division with remainder.  Denominators stay factored and are
shared between fractions; no greatest common divisor is computed while sums and products are formed.
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import comb, prod
from typing import Any

from verify.equality.assumptions import Assumption
from verify.equality.ball import to_ball
from verify.equality.flint_import import flint
from verify.equality.guard import demand_time
from verify.errors import BudgetExceeded, Undecidable

fmpq = flint.fmpq
arb = flint.arb

Polynomial = Any
Value = tuple[Polynomial, dict[int, int]]
"""A fraction: its numerator, and the power of each shared denominator."""

Monomial = tuple[tuple[Any, ...], Any]
"""Exponents of the generators, and what identifies the denominator below them."""

MAXIMUM_TERMS = 60_000
MAXIMUM_WORK = 8_000_000
MAXIMUM_COEFFICIENT_BITS = 200_000
SMALL_TERMS, SMALL_DEGREE = 2_000, 40
CONSTANT_PRECISION = 192


class NowhereDefined(Undecidable):
    """An expression has no real value anywhere on the domain: a division by zero, an even root of minus two."""


class NeedMoreGenerators(Exception):
    """The field was built with too few generators: start again with more."""


class NeedUnit(Exception):
    """A unit fraction of an exponent, an angle or a root is finer than the field's: start again with `multiple`."""

    def __init__(self, kind: str, multiple: int) -> None:
        self.kind, self.multiple = kind, multiple
        super().__init__(kind, multiple)


_CONTEXTS: dict[int, tuple[Any, ...]] = {}


def _context(size: int) -> tuple[Any, ...]:
    found = _CONTEXTS.get(size)
    if found is None:
        context = flint.fmpq_mpoly_ctx.get([f"g{index}" for index in range(size)], flint.Ordering.lex)
        found = _CONTEXTS[size] = (context, context.gens(), context.constant(1), context.constant(0))
    return found


class Field:
    """The generators, relations and denominators of one proof, and the arithmetic of its fractions."""

    def __init__(self, size: int, units: dict[str, int]) -> None:
        self.size, self.units = size, units
        self.context, self.generators, self.one, self.zero = _context(size)
        self._free = size - 1  # later generators get smaller indices, which are greater in the lexicographic order
        self._index_of: dict[Any, int] = {}
        self.key_of: dict[int, tuple[Any, ...]] = {}
        self.nonnegative: set[int] = set()
        self.positive: set[int] = set()
        self.integers: set[int] = set()
        self.argument_of: dict[int, Value] = {}
        self.polynomial_of: dict[int, Polynomial] = {}
        self._relations: list[tuple[int, int, Polynomial]] = []
        self.denominators: list[Polynomial] = []
        self._polynomials: list[Polynomial] = []
        self._balls: dict[int, Any] = {}
        self._work = 0

    # ------------------------------------------------------------------ generators

    def generator(self, key: tuple[Any, ...], *, nonnegative: bool = False, positive: bool = False) -> int:
        """The index of the generator of a key, new or known."""
        index = self._index_of.get(key)
        if index is None:
            index = self._free
            self._free -= 1
            if index < 0:
                raise NeedMoreGenerators
            self._index_of[key] = index
            self.key_of[index] = key
            if nonnegative or positive:
                self.nonnegative.add(index)
            if positive:
                self.positive.add(index)
        return index

    def has_generator(self, key: tuple[Any, ...]) -> bool:
        """Whether a key has a generator already."""
        return key in self._index_of

    def relate(self, index: int, degree: int, polynomial: Polynomial) -> None:
        """Declare `generator^degree = polynomial`, once; the polynomial uses earlier generators only."""
        self._relations.append((index, degree, self.generators[index] ** degree - polynomial))
        self._relations.sort(key=lambda relation: relation[0])

    def variable(self, name: str, assumption: Assumption) -> int:
        """The generator of a variable."""
        index = self.generator(("variable", name), nonnegative=assumption.nonnegative, positive=assumption.positive)
        if assumption.integer:
            self.integers.add(index)
        return index

    def polynomial_key(self, polynomial: Polynomial) -> int:
        """A number that identifies a polynomial in this field."""
        for position, known in enumerate(self._polynomials):
            if known == polynomial:
                return position
        self._polynomials.append(polynomial)
        return len(self._polynomials) - 1

    # ------------------------------------------------------------------ arithmetic

    def constant(self, value: int | Fraction) -> Value:
        """A rational number as a fraction of the field."""
        return self.context.constant(fmpq(value.numerator, value.denominator)), {}

    def of_generator(self, index: int) -> Value:
        """A generator as a fraction of the field."""
        return self.generators[index], {}

    def reduce(self, polynomial: Polynomial) -> Polynomial:
        """The polynomial modulo the relations, latest generator first."""
        if not self._relations:
            return polynomial
        degrees = polynomial.degrees()
        for index, degree, divisor in self._relations:
            if degrees[index] >= degree:
                self._spend(len(polynomial) * len(divisor) * int(degrees[index]))
                polynomial = divmod(polynomial, divisor)[1]
                degrees = polynomial.degrees()
        return polynomial

    def _spend(self, work: int) -> None:
        demand_time()
        self._work += work
        if self._work > MAXIMUM_WORK:
            raise BudgetExceeded("the polynomials of the exact tier grow too large")

    def times(self, left: Polynomial, right: Polynomial) -> Polynomial:
        """The reduced product of two polynomials."""
        self._spend(len(left) * len(right))
        return self.reduce(left * right)

    def multiply(self, left: Value, right: Value) -> Value:
        """The product."""
        denominator = left[1]
        if right[1]:
            denominator = dict(denominator)
            for index, exponent in right[1].items():
                denominator[index] = denominator.get(index, 0) + exponent
        return self.times(left[0], right[0]), denominator

    def scale(self, value: Value, factor: Any) -> Value:
        """The product with a rational number."""
        return value[0] * factor, value[1]

    def negate(self, value: Value) -> Value:
        """Minus the value."""
        return -value[0], value[1]

    def add(self, values: Sequence[Value]) -> Value:
        """The sum, over the least common multiple of the factored denominators."""
        common: dict[int, int] = {}
        for _, denominator in values:
            for index, exponent in denominator.items():
                if exponent > common.get(index, 0):
                    common[index] = exponent
        total = self.zero
        for numerator, denominator in values:
            scaled = numerator
            for index, exponent in common.items():
                missing = exponent - denominator.get(index, 0)
                if missing:
                    scaled = self.times(scaled, self.polynomial_power(self.denominators[index], missing))
            total = total + scaled
        if len(total) > MAXIMUM_TERMS:
            raise BudgetExceeded("the polynomials of the exact tier grow too large")
        return total, common

    def subtract(self, left: Value, right: Value) -> Value:
        """The difference."""
        return self.add((left, self.negate(right)))

    def polynomial_power(self, polynomial: Polynomial, exponent: int) -> Polynomial:
        """A power; one that would be too long to write out keeps its base as a generator of its own."""
        if exponent <= 1 or polynomial.is_zero():
            return self.reduce(polynomial**exponent)
        bits = self._coefficient_bits(polynomial)
        if bits * exponent > MAXIMUM_COEFFICIENT_BITS:
            raise BudgetExceeded(f"coefficients of more than {MAXIMUM_COEFFICIENT_BITS} bits")
        if len(polynomial) == 1:
            return self.reduce(polynomial**exponent)
        if self._expanded_length(polynomial, exponent) > MAXIMUM_TERMS:
            content = polynomial.leading_coefficient()
            index = self.generator(("unexpanded", self.polynomial_key(polynomial / content)))
            return self.generators[index] ** exponent * content**exponent
        power = polynomial**exponent
        self._spend(len(power) * len(polynomial))
        return self.reduce(power)

    @staticmethod
    def _coefficient_bits(polynomial: Polynomial) -> int:
        if len(polynomial) > SMALL_TERMS:
            return 64
        return (
            max(0 if abs(coefficient) == 1 else coefficient.height_bits() for coefficient in polynomial.coeffs())
            + (len(polynomial) - 1).bit_length()
        )

    def _expanded_length(self, polynomial: Polynomial, exponent: int) -> int:
        if exponent > 10_000:
            return MAXIMUM_TERMS + 1
        box = prod(int(degree) * exponent + 1 for degree in polynomial.degrees() if degree)
        if box <= MAXIMUM_TERMS or len(polynomial) > 200:
            return box
        return min(box, comb(exponent + len(polynomial) - 1, exponent))

    def power(self, value: Value, exponent: int) -> Value:
        """A whole power."""
        if exponent < 0:
            value, exponent = self.invert(value), -exponent
        numerator = self.polynomial_power(value[0], exponent)
        return numerator, {index: each * exponent for index, each in value[1].items()}

    def invert(self, value: Value) -> Value:
        """One over the value."""
        scale, denominator = self._as_denominator(value[0])
        numerator = self.one
        for index, exponent in value[1].items():
            shared = min(exponent, denominator.get(index, 0))
            if shared:
                denominator[index] -= shared
            if exponent > shared:
                left_over = self.polynomial_power(self.denominators[index], exponent - shared)
                numerator = self.times(numerator, left_over)
        return numerator * (1 / scale), {index: each for index, each in denominator.items() if each}

    def divide(self, left: Value, right: Value) -> Value:
        """The quotient."""
        return self.multiply(left, self.invert(right))

    def denominator(self, polynomial: Polynomial) -> int:
        """The number of a shared denominator."""
        for index, known in enumerate(self.denominators):
            if known == polynomial:
                return index
        self.denominators.append(polynomial)
        return len(self.denominators) - 1

    def _as_denominator(self, polynomial: Polynomial) -> tuple[Any, dict[int, int]]:
        """The leading coefficient, and the rest as powers of shared denominators with generators split off."""
        if polynomial.is_zero():
            raise NowhereDefined("division by zero")
        found: dict[int, int] = {}
        if not polynomial.is_constant():
            content = polynomial.term_content()
            if not content.is_constant():
                exponents = content.monoms()[0]
                for index, exponent in enumerate(exponents):
                    if exponent:
                        found[self.denominator(self.generators[index])] = int(exponent)
                polynomial = polynomial / self.context.from_dict({exponents: 1})
        scale = polynomial.leading_coefficient()
        if scale != 1:
            polynomial = polynomial * (1 / scale)
        if not polynomial.is_constant():
            index = self.denominator(polynomial)
            found[index] = found.get(index, 0) + 1
        return scale, found

    # ------------------------------------------------------------------ canonical forms

    def cancel(self, value: Value) -> Value:
        """The fraction without the denominators that divide its numerator."""
        numerator, remaining = value[0], {}
        if not value[1]:
            return value
        if numerator.is_zero():
            return numerator, {}
        if len(numerator) > SMALL_TERMS:
            return value
        for index, exponent in value[1].items():
            divisor = self.denominators[index]
            left_over = exponent
            while left_over:
                quotient, remainder = divmod(numerator, divisor)
                if not remainder.is_zero():
                    break
                numerator, left_over = quotient, left_over - 1
            if left_over:
                remaining[index] = left_over
        return numerator, remaining

    def lowest_terms(self, value: Value) -> tuple[Polynomial, Polynomial]:
        """Numerator and monic denominator written out, without common factor where they are small."""
        numerator, factors = self.cancel(value)
        denominator = self.one
        for index, exponent in factors.items():
            denominator = self.times(denominator, self.polynomial_power(self.denominators[index], exponent))
        if not denominator.is_constant() and self.is_small(numerator) and self.is_small(denominator):
            common = numerator.gcd(denominator)
            if not common.is_constant():
                numerator, denominator = numerator / common, denominator / common
        leading = denominator.leading_coefficient()
        if leading != 1:
            numerator, denominator = numerator / leading, denominator / leading
        return numerator, denominator

    @staticmethod
    def is_small(polynomial: Polynomial) -> bool:
        """Whether factoring and common divisors are certainly cheap; a FLINT call cannot be interrupted."""
        degree = polynomial.total_degree()
        if len(polynomial) == 1:
            return True
        return len(polynomial) <= 200 and degree <= SMALL_DEGREE and len(polynomial) * degree <= SMALL_TERMS

    def canonical_key(self, value: Value) -> tuple[int, int]:
        """What identifies a fraction: numerator and denominator in lowest terms."""
        numerator, denominator = self.lowest_terms(value)
        return self.polynomial_key(numerator), self.polynomial_key(denominator)

    def linear_parts(self, value: Value) -> list[tuple[Any, Monomial, Value]]:
        """The fraction as a sum of rational coefficients times monomials over one denominator."""
        numerator, denominator = self.lowest_terms(value)
        if denominator.is_constant():
            key, below = None, {}
        else:
            key = self.polynomial_key(denominator)
            below = {self.denominator(denominator): 1}
        parts = []
        for exponents, coefficient in numerator.to_dict().items():
            parts.append((coefficient, (exponents, key), (self.context.from_dict({exponents: 1}), below)))
        return parts

    def only_generator(self, monomial: Monomial) -> int | None:
        """The index of the generator a monomial is, to the power one and over no denominator."""
        exponents, denominator = monomial
        if denominator is not None:
            return None
        found = None
        for index, exponent in enumerate(exponents):
            if exponent:
                if found is not None or exponent != 1:
                    return None
                found = index
        return found

    def as_rational(self, value: Value) -> Fraction | None:
        """The rational number a fraction is, or None."""
        numerator, remaining = self.cancel(value)
        if remaining or not numerator.is_constant():
            return None
        if numerator.is_zero():
            return Fraction(0)
        constant = numerator.leading_coefficient()
        return Fraction(int(constant.p), int(constant.q))

    def constant_coefficient(self, polynomial: Polynomial) -> Fraction:
        """The coefficient of the empty monomial."""
        return rational(polynomial[(0,) * self.size])

    def factors(self, polynomial: Polynomial) -> tuple[Any, list[tuple[Polynomial, int]]]:
        """Rational content and monic irreducible factors; unfactored where that might take long."""
        if not self.is_small(polynomial):
            content = polynomial.leading_coefficient()
            return content, [(polynomial / content, 1)]
        content, found = polynomial.factor()
        factors = []
        for factor, exponent in found:
            leading = factor.leading_coefficient()
            if leading != 1:
                content = content * leading ** int(exponent)
            factors.append((factor / leading, int(exponent)))
        return content, factors

    def factored(self, value: Value) -> tuple[Any, list[tuple[Polynomial, int]]]:
        """Rational content, and irreducible factors with exponents of either sign."""
        numerator, remaining = self.cancel(value)
        content, factors = self.factors(numerator)
        exponents: list[tuple[Polynomial, int]] = list(factors)
        for index, exponent in remaining.items():
            below, found = self.factors(self.denominators[index])
            content = content / below**exponent
            exponents += [(factor, -each * exponent) for factor, each in found]
        return content, self._collected(exponents)

    @staticmethod
    def _collected(factors: Iterable[tuple[Polynomial, int]]) -> list[tuple[Polynomial, int]]:
        collected: list[list[Any]] = []
        for factor, exponent in factors:
            for entry in collected:
                if entry[0] == factor:
                    entry[1] += exponent
                    break
            else:
                collected.append([factor, exponent])
        return [(factor, exponent) for factor, exponent in collected if exponent]

    # ------------------------------------------------------------------ signs

    def is_nonnegative(self, polynomial: Polynomial) -> bool:
        """Whether the polynomial is certainly at least zero wherever it is defined on the domain."""
        return self._sign(polynomial)[0]

    def is_positive(self, polynomial: Polynomial) -> bool:
        """Whether the polynomial is certainly above zero wherever it is defined on the domain."""
        return self._sign(polynomial)[1]

    def _sign(self, polynomial: Polynomial, depth: int = 0) -> tuple[bool, bool]:
        """(at least zero, above zero), as far as the signs of coefficients and generators tell."""
        nonnegative, positive = self._sign_of_monomials(polynomial)
        if nonnegative or polynomial.is_zero():
            return nonnegative, positive
        ball = self.constant_ball(polynomial)
        if ball is not None:
            return bool(ball > 0), bool(ball > 0)
        if depth < 3 and self.is_small(polynomial):
            found = self._sign_of_root_sum(polynomial, depth)
            return found if found[0] else (self._grows_from_one(polynomial), False)
        return False, False

    def _grows_from_one(self, polynomial: Polynomial) -> bool:
        """Whether the polynomial is at least zero because every exp of something at least zero is at least one."""
        used = {index for index, degree in enumerate(polynomial.degrees()) if degree > 0}
        growing = [index for index in used if self.key_of[index][0] == "exp" and self._is_growing(index)]
        if not growing:
            return False
        shifted = list(self.generators)
        for index in growing:
            shifted[index] = shifted[index] + 1
        return self._sign_of_monomials(polynomial.compose(*shifted, ctx=self.context))[0]

    def _is_growing(self, index: int) -> bool:
        numerator, remaining = self.argument_of[index]
        return all(self.is_nonnegative(part) for part in (numerator, *(self.denominators[each] for each in remaining)))

    def _sign_of_monomials(self, polynomial: Polynomial) -> tuple[bool, bool]:
        if len(polynomial) > SMALL_TERMS:
            return False, False
        above = False
        for exponents, coefficient in polynomial.to_dict().items():
            if coefficient < 0:
                return False, False
            strict = True
            for index, exponent in enumerate(exponents):
                if exponent and index not in self.positive:
                    strict = False
                    if exponent % 2 and index not in self.nonnegative:
                        return False, False
            above = above or strict
        return True, above

    def _sign_of_root_sum(self, polynomial: Polynomial, depth: int) -> tuple[bool, bool]:
        """a + bR with R = sqrt(g) and b >= 0 is at least zero where b^2 g >= a^2; else tried as a quadratic."""
        degrees = polynomial.degrees()
        for index, degree, divisor in self._relations:
            if degree == 2 and degrees[index] == 1 and index in self.nonnegative:
                generator = self.generators[index]
                slope = polynomial.derivative(index)
                rest = polynomial - slope * generator
                if not self._sign(slope, depth + 1)[0]:
                    continue
                gap = self.reduce(slope**2 * (generator**2 - divisor) - rest**2)
                if gap.is_zero():
                    return True, False
                found = self._sign(gap, depth + 1)
                if found[0]:
                    return found
        return self._sign_of_quadratic(polynomial, depth)

    def _sign_of_quadratic(self, polynomial: Polynomial, depth: int) -> tuple[bool, bool]:
        """a x^2 + b x + c with a > 0 is at least zero where 4ac - b^2 is."""
        for index, degree in enumerate(polynomial.degrees()):
            if degree != 2:
                continue
            generator = self.generators[index]
            second = polynomial.derivative(index).derivative(index) * fmpq(1, 2)
            first = polynomial.derivative(index) - second * generator * 2
            rest = polynomial - second * generator**2 - first * generator
            if self._sign(second, depth + 2)[1]:
                return self._sign(self.reduce(4 * second * rest - first**2), depth + 1)
        return False, False

    def constant_ball(self, polynomial: Polynomial) -> Any:
        """An enclosure of a polynomial in constants such as pi and sqrt(2), or None where variables occur."""
        from verify.equality.exact.constants import ball_of_polynomial

        return ball_of_polynomial(self, polynomial)

    def known_ball(self, index: int) -> Any:
        """The enclosure recorded for a generator; absent where it was never asked for."""
        return self._balls.get(index, NotImplemented)

    def record_ball(self, index: int, ball: Any) -> None:
        """Keep the enclosure of a generator (None where it is not constant)."""
        self._balls[index] = ball


def rational(value: Any) -> Fraction:
    """A FLINT rational or whole number as a Fraction."""
    return Fraction(int(value.p), int(value.q)) if hasattr(value, "p") else Fraction(int(value))


__all__ = [
    "Field",
    "Monomial",
    "NeedMoreGenerators",
    "NeedUnit",
    "NowhereDefined",
    "Polynomial",
    "Value",
    "rational",
    "to_ball",
]
