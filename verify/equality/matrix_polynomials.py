"""Polynomials over the rationals in scalar terms, the coefficients of matrix words.

A monomial is a sorted tuple of (term, exponent); exponents of generators may be negative.  Values are treated as
immutable: every function returns a new dictionary.
"""

from collections.abc import Iterable
from fractions import Fraction

from verify.equality.terms import Terms
from verify.errors import BudgetExceeded

Monomial = tuple[tuple[int, int], ...]
Polynomial = dict[Monomial, Fraction]
Frozen = tuple[tuple[Monomial, Fraction], ...]

MAXIMUM_MONOMIALS = 20_000
MAXIMUM_BITS = 40_000

UNIT: Polynomial = {(): Fraction(1)}
MINUS_UNIT: Polynomial = {(): Fraction(-1)}


def constant(value: int | Fraction) -> Polynomial:
    """The polynomial of a number."""
    return {(): Fraction(value)} if value else {}


def generator(term: int, exponent: int = 1) -> Polynomial:
    """The polynomial of one generator to a power."""
    return {((term, exponent),): Fraction(1)}


def add(polynomials: Iterable[Polynomial]) -> Polynomial:
    """The sum."""
    total: Polynomial = {}
    for polynomial in polynomials:
        for monomial, factor in polynomial.items():
            value = total.get(monomial, 0) + factor
            if value:
                total[monomial] = Fraction(value)
            else:
                total.pop(monomial, None)
    return total


def multiply(left: Polynomial, right: Polynomial) -> Polynomial:
    """The product."""
    if len(left) * len(right) > MAXIMUM_MONOMIALS:
        raise BudgetExceeded(f"a scalar coefficient of more than {MAXIMUM_MONOMIALS} terms")
    return add(
        {_multiply_monomials(first, second): _bounded(factor * other)}
        for first, factor in left.items()
        for second, other in right.items()
    )


def _bounded(factor: Fraction) -> Fraction:
    if max(factor.numerator.bit_length(), factor.denominator.bit_length()) > MAXIMUM_BITS:
        raise BudgetExceeded(f"a number of more than {MAXIMUM_BITS} bits")
    return factor


def power(polynomial: Polynomial, exponent: int) -> Polynomial:
    """A power; a negative one of a single monomial only."""
    if len(polynomial) == 1:
        ((monomial, factor),) = polynomial.items()
        return {tuple((term, degree * exponent) for term, degree in monomial): _power_of_number(factor, exponent)}
    result = UNIT
    for _ in range(exponent):
        result = multiply(result, polynomial)
    return result


def _power_of_number(factor: Fraction, exponent: int) -> Fraction:
    if abs(factor) == 1:
        return factor if exponent % 2 else Fraction(1)
    bits = max(factor.numerator.bit_length(), factor.denominator.bit_length())
    if bits * abs(exponent) > MAXIMUM_BITS:
        raise BudgetExceeded(f"a number of more than {MAXIMUM_BITS} bits")
    return factor**exponent


def freeze(polynomial: Polynomial) -> Frozen:
    """A hashable copy."""
    return tuple(sorted(polynomial.items()))


def to_term(terms: Terms, polynomial: Polynomial) -> int:
    """The term of a polynomial."""
    return terms.add([_monomial_term(terms, monomial, factor) for monomial, factor in sorted(polynomial.items())])


def _monomial_term(terms: Terms, monomial: Monomial, factor: Fraction) -> int:
    powers = [terms.power(term, terms.number(exponent)) for term, exponent in monomial]
    return terms.multiply([terms.number(factor), *powers])


def _multiply_monomials(left: Monomial, right: Monomial) -> Monomial:
    exponents = dict(left)
    for term, exponent in right:
        exponents[term] = exponents.get(term, 0) + exponent
    return tuple(sorted((term, exponent) for term, exponent in exponents.items() if exponent))
