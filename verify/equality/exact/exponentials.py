"""exp, log and powers with symbolic exponents.

exp of a sum is a product of powers of generators, one for each monomial; log of a product is a sum of logarithms of
absolute values of irreducible factors, which is right wherever the product is positive.
"""

from fractions import Fraction
from math import lcm
from typing import Any

from verify.equality.exact.field import Field, Monomial, NeedUnit, NowhereDefined, Polynomial, Value, rational
from verify.equality.exact.roots import absolute_factor, root
from verify.equality.flint_import import flint
from verify.errors import BudgetExceeded, Undecidable

MAXIMUM_FACTORED = 10**12
"""Largest whole number whose prime factors are sought."""


def exponential(field: Field, value: Value) -> Value:
    """exp of a fraction."""
    result: Value = (field.one, {})
    for coefficient, monomial, argument in field.linear_parts(value):
        index = field.only_generator(monomial)
        if index is not None and field.key_of[index][0] == "log":
            factor = _power_of_logarithm(field, field.polynomial_of[index], rational(coefficient))
        else:
            factor = _power_of_exponential(field, rational(coefficient), monomial, argument)
        result = field.multiply(result, factor)
    return result


def _power_of_logarithm(field: Field, polynomial: Polynomial, coefficient: Fraction) -> Value:
    """exp(c log|f|) = |f|^c."""
    if coefficient.denominator == 1:
        return absolute_factor(field, polynomial, coefficient.numerator)
    return root(field, absolute_factor(field, polynomial, 1), coefficient)


def _power_of_exponential(field: Field, coefficient: Fraction, monomial: Monomial, argument: Value) -> Value:
    multiple = coefficient * field.units["exponent"]
    if multiple.denominator != 1:
        raise NeedUnit("exponent", lcm(field.units["exponent"], coefficient.denominator))
    index = field.generator(("exp", monomial), positive=True)
    field.argument_of[index] = argument
    if multiple > 0:
        return field.generators[index] ** multiple.numerator, {}
    return field.one, {field.denominator(field.generators[index]): -multiple.numerator}


def logarithm(field: Field, value: Value) -> Value:
    """log of a fraction, on the domain where it is positive."""
    content, factors = field.factored(value)
    if not factors and content <= 0:
        raise NowhereDefined("the logarithm of a number that is not positive")
    parts = [_log_of_number(field, int(content.p), 1), _log_of_number(field, int(content.q), -1)]
    for factor, exponent in factors:
        parts.append(field.scale(_log_of_factor(field, factor), exponent))
    return field.add(parts)


def _log_of_number(field: Field, number: int, sign: int) -> Value:
    number = abs(number)
    if number <= 1:
        return field.constant(0)
    if number > MAXIMUM_FACTORED:
        return field.scale(_log_generator(field, field.context.constant(number)), sign)
    parts = []
    for prime, exponent in flint.fmpz(number).factor():
        generator = _log_generator(field, field.context.constant(prime))
        parts.append(field.scale(generator, sign * int(exponent)))
    return field.add(parts)


def _log_of_factor(field: Field, factor: Polynomial) -> Value:
    """log|f|: of exp(m) it is m, of a root a fraction of the radicand's, of |f| that of f."""
    index = _generator_of(factor)
    if index is not None:
        key = field.key_of[index]
        if key[0] == "exp":
            return field.scale(field.argument_of[index], flint.fmpq(1, field.units["exponent"]))
        if key[0] == "abs":
            return _log_generator(field, field.polynomial_of[index])
        if key[0] == "root":
            inside = logarithm(field, (field.polynomial_of[index], {}))
            return field.scale(inside, flint.fmpq(1, key[1]))
        if key[0] == "power":
            return field.multiply(field.argument_of[index], _log_of_factor(field, field.polynomial_of[index]))
    return _log_generator(field, factor)


def _generator_of(polynomial: Polynomial) -> int | None:
    """The index of the generator a polynomial is, else None."""
    if len(polynomial) != 1 or polynomial.total_degree() != 1 or polynomial.leading_coefficient() != 1:
        return None
    return next(index for index, degree in enumerate(polynomial.degrees()) if degree)


def _log_generator(field: Field, polynomial: Polynomial) -> Value:
    if polynomial.leading_coefficient() < 0:
        polynomial = -polynomial
    index = field.generator(("log", field.polynomial_key(polynomial)))
    field.polynomial_of[index] = polynomial
    return field.of_generator(index)


# ---------------------------------------------------------------------- symbolic exponents


def symbolic_power(field: Field, base: Value, exponent: Value) -> Value:
    """base^exponent, where a base that may be negative is defined at whole exponents only."""
    number = field.as_rational(exponent)
    if number is not None:
        return field.power(base, number.numerator) if number.denominator == 1 else root(field, base, number)
    if base[0].is_zero():
        raise Undecidable("zero to a power that may be zero or negative")
    content, factors = field.factored(base)
    if content > 0 and all(field.is_nonnegative(factor) for factor, _ in factors):
        return exponential(field, field.multiply(exponent, logarithm(field, base)))
    if is_integer_valued(field, exponent):
        return _whole_power(field, content, factors, exponent)
    return _power_of_signed(field, base, exponent)


def is_integer_valued(field: Field, value: Value) -> bool:
    """Whether a fraction is a polynomial with whole coefficients in variables that are whole numbers."""
    numerator, remaining = field.cancel(value)
    if remaining:
        return False
    for exponents, coefficient in numerator.to_dict().items():
        if coefficient.q != 1 or any(each and index not in field.integers for index, each in enumerate(exponents)):
            return False
    return True


def _whole_power(field: Field, content: Any, factors: list[tuple[Polynomial, int]], exponent: Value) -> Value:
    result: Value = (field.one, {})
    if content < 0:
        result, content = parity(field, exponent), -content
    if content != 1:
        number = logarithm(field, (field.context.constant(content), {}))
        result = field.multiply(result, exponential(field, field.multiply(exponent, number)))
    for factor, multiplicity in factors:
        power = field.scale(exponent, multiplicity)
        if field.is_nonnegative(factor):
            each = exponential(field, field.multiply(power, logarithm(field, (factor, {}))))
        else:
            each = _product_of_powers(field, factor, power)
        result = field.multiply(result, each)
    return result


def parity(field: Field, exponent: Value) -> Value:
    """(-1)^n for whole n: one generator with square one for each product of whole variables."""
    result: Value = (field.one, {})
    for coefficient, (exponents, _), _argument in field.linear_parts(exponent):
        if int(coefficient.p) % 2 == 0:
            continue
        present = tuple(index for index, each in enumerate(exponents) if each)
        if not present:
            result = field.negate(result)
            continue
        key = ("parity", present)
        known = field.has_generator(key)
        index = field.generator(key)
        if not known:
            field.relate(index, 2, field.one)
        result = field.multiply(result, field.of_generator(index))
    return result


def _product_of_powers(field: Field, base: Polynomial, exponent: Value) -> Value:
    """f^(sum of c m) as the product of (f^m)^c, for whole c and a base of unknown sign."""
    result: Value = (field.one, {})
    for coefficient, monomial, argument in field.linear_parts(exponent):
        if coefficient.q != 1:
            raise Undecidable("a fractional power of an expression that may be negative")
        count = int(coefficient.p)
        if not any(monomial[0]) and monomial[1] is None:
            each = field.power((base, {}), count)
        else:
            index = field.generator(("power", field.polynomial_key(base), monomial))
            field.polynomial_of[index], field.argument_of[index] = base, argument
            each = field.power(field.of_generator(index), count)
        result = field.multiply(result, each)
    return result


def _power_of_signed(field: Field, base: Value, exponent: Value) -> Value:
    """The base is kept whole: (fg)^a is not f^a g^a where both are negative and `a` is not a whole number."""
    numerator, denominator = field.lowest_terms(base)
    if not denominator.is_constant():
        raise BudgetExceeded("a symbolic power of a quotient that may be negative")
    scale = abs(numerator.leading_coefficient())
    size = logarithm(field, (field.context.constant(scale), {}))
    rest = _product_of_powers(field, numerator / scale, exponent)
    return field.multiply(exponential(field, field.multiply(exponent, size)), rest)
