"""Absolute values, fractional powers, cube roots and signs.

sqrt(fg) is split only where the factors are known to be at least zero; even powers leave a root as absolute values.
"""

from fractions import Fraction
from math import lcm

from verify.equality.exact.field import Field, NeedUnit, NowhereDefined, Polynomial, Value, rational
from verify.equality.flint_import import flint
from verify.errors import Undecidable

MAXIMUM_FACTORED = 10**12


def absolute_value(field: Field, value: Value) -> Value:
    """|value|, factor by factor."""
    content, factors = field.factored(value)
    if value[0].is_zero():
        return value
    result = field.constant(rational(abs(content)))
    for factor, exponent in factors:
        result = field.multiply(result, absolute_factor(field, factor, exponent))
    return result


def absolute_factor(field: Field, factor: Polynomial, exponent: int) -> Value:
    """|f|^n; even powers need no absolute value, nor does a factor of known sign."""
    if exponent % 2 == 0 or field.is_nonnegative(factor):
        return field.power((factor, {}), exponent)
    if field.is_nonnegative(-factor):
        return field.power((-factor, {}), exponent)
    if factor.leading_coefficient() < 0:
        factor = -factor
    key = ("abs", field.polynomial_key(factor))
    known = field.has_generator(key)
    index = field.generator(key, nonnegative=True)
    if not known:
        field.polynomial_of[index] = factor
        field.relate(index, 2, field.reduce(factor**2))
    return field.power(field.of_generator(index), exponent)


def sign(field: Field, value: Value) -> Value:
    """sign(value), the product of its factors' signs; an unknown sign s has s^3 = s."""
    if value[0].is_zero():
        return field.constant(0)
    content, factors = field.factored(value)
    result = field.constant(1 if content > 0 else -1)
    for factor, exponent in factors:
        if field.is_positive(factor):
            continue
        if field.is_positive(-factor):
            result = field.scale(result, -1 if exponent % 2 else 1)
            continue
        if exponent < 0 and exponent % 2 == 0:
            continue
        key = ("sign", field.polynomial_key(factor))
        known = field.has_generator(key)
        index = field.generator(key)
        if not known:
            field.relate(index, 3, field.generators[index])
        result = field.multiply(result, field.power(field.of_generator(index), abs(exponent)))
    return result


def root(field: Field, value: Value, exponent: Fraction) -> Value:
    """value^exponent for a fractional exponent, on the domain where the value is at least zero."""
    if value[0].is_zero():
        if exponent > 0:
            return field.constant(0)
        raise NowhereDefined("division by zero")
    content, factors = field.factored(value)
    result = field.multiply(
        _root_of_number(field, int(content.p), exponent), _root_of_number(field, int(content.q), -exponent)
    )
    signed = field.one if content > 0 else -field.one
    for factor, multiplicity in factors:
        if field.is_nonnegative(factor):
            result = field.multiply(result, _root_of_nonnegative(field, factor, multiplicity * exponent))
            continue
        odd = multiplicity % 2
        if odd:
            signed = signed * factor
        if multiplicity - odd:
            size = absolute_factor(field, factor, 1)
            result = field.multiply(result, _power_of_size(field, size, (multiplicity - odd) * exponent))
    if signed.is_constant():
        if content < 0:
            problem = Undecidable if factors else NowhereDefined  # sqrt(-x^2) exists at zero
            raise problem("an even root of what is not positive")
        return result
    return field.multiply(result, _root_of_nonnegative(field, field.reduce(signed), exponent))


def _power_of_size(field: Field, size: Value, exponent: Fraction) -> Value:
    if exponent.denominator == 1:
        return field.power(size, exponent.numerator)
    return root(field, size, exponent)


def _root_of_number(field: Field, number: int, exponent: Fraction) -> Value:
    number = abs(number)
    if number == 1:
        return field.constant(1)
    if number > MAXIMUM_FACTORED:
        return _root_of_nonnegative(field, field.context.constant(number), exponent)
    result = field.constant(1)
    for prime, multiplicity in flint.fmpz(number).factor():
        constant = field.context.constant(prime)
        result = field.multiply(result, _root_of_nonnegative(field, constant, int(multiplicity) * exponent))
    return result


def _root_of_nonnegative(field: Field, polynomial: Polynomial, exponent: Fraction) -> Value:
    """f^exponent through the generator R = f^(1/n), whose n-th power is f."""
    if exponent.denominator == 1:
        return field.power((polynomial, {}), exponent.numerator)
    unit = field.units["root"]
    if unit % exponent.denominator:
        raise NeedUnit("root", lcm(unit, exponent.denominator))
    nested = _nested_root(field, polynomial, exponent)
    if nested is not None:
        return nested
    key = ("root", unit, field.polynomial_key(polynomial))
    known = field.has_generator(key)
    index = field.generator(key, nonnegative=True, positive=not known and field.is_positive(polynomial))
    if not known:
        field.polynomial_of[index] = polynomial
        field.relate(index, unit, polynomial)
    return field.power(field.of_generator(index), int(exponent * unit))


def _nested_root(field: Field, polynomial: Polynomial, exponent: Fraction) -> Value | None:
    """A root of exp(m) is exp of a fraction of m; of a variable written as a power, a lower power."""
    if len(polynomial) != 1 or polynomial.total_degree() != 1 or polynomial.leading_coefficient() != 1:
        return None
    index = next(position for position, degree in enumerate(polynomial.degrees()) if degree)
    key = field.key_of[index]
    if key[0] == "exp":
        raise NeedUnit("exponent", field.units["exponent"] * exponent.denominator)
    return None


def cube_root(field: Field, value: Value) -> Value:
    """The real cube root, which is multiplicative whatever the signs."""
    if value[0].is_zero():
        return value
    content, factors = field.factored(value)
    third = Fraction(1, 3)
    result = field.multiply(
        _root_of_number(field, int(content.p), third), _root_of_number(field, int(content.q), -third)
    )
    if content < 0:
        result = field.negate(result)
    for factor, multiplicity in factors:
        if field.is_nonnegative(factor):
            each = _root_of_nonnegative(field, factor, multiplicity * third)
        elif field.is_nonnegative(-factor):
            each = _root_of_nonnegative(field, -factor, multiplicity * third)
            each = field.negate(each) if multiplicity % 2 else each
        else:
            each = field.power(_signed_cube_root(field, factor), multiplicity)
        result = field.multiply(result, each)
    return result


def _signed_cube_root(field: Field, factor: Polynomial) -> Value:
    key = ("cube root", field.polynomial_key(factor))
    known = field.has_generator(key)
    index = field.generator(key)
    if not known:
        field.polynomial_of[index] = factor
        field.relate(index, 3, factor)
    return field.of_generator(index)
