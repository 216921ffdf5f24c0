"""gamma, factorial, binomial, floor and ceiling."""

from fractions import Fraction
from math import factorial as whole_factorial
from math import floor as floor_of

from verify.equality.exact.constants import ball_of_value
from verify.equality.exact.exponentials import is_integer_valued
from verify.equality.exact.field import Field, Value, rational
from verify.equality.exact.roots import root
from verify.equality.exact.trigonometry import opaque, pi
from verify.errors import BudgetExceeded, Undecidable

MAXIMUM_SHIFT = 64
MAXIMUM_FACTORIAL = 1000


def gamma(field: Field, value: Value) -> Value:
    """gamma, shifted by gamma(u + k) = u (u+1) ... (u+k-1) gamma(u) so that the constant part lies in (0, 1]."""
    number = field.as_rational(value)
    if number is not None and number.denominator == 1:
        return _gamma_of_whole(field, number.numerator)
    numerator, denominator = field.lowest_terms(value)
    shift = -floor_of(-field.constant_coefficient(numerator)) - 1 if denominator.is_constant() else 0
    if abs(shift) > MAXIMUM_SHIFT:
        raise BudgetExceeded(f"a gamma function shifted by more than {MAXIMUM_SHIFT}")
    base = field.subtract(value, field.constant(shift))
    if number is not None and number - shift == Fraction(1, 2):
        result = root(field, field.of_generator(pi(field)), Fraction(1, 2))
    else:
        result = opaque(field, "gamma", base)
    for step in range(abs(shift)):
        factor = field.add((base, field.constant(step if shift > 0 else -1 - step)))
        result = field.multiply(result, factor) if shift > 0 else field.divide(result, factor)
    return result


def _gamma_of_whole(field: Field, number: int) -> Value:
    if number <= 0:
        raise Undecidable("the gamma function at zero or a negative whole number")
    if number > MAXIMUM_FACTORIAL:
        raise BudgetExceeded(f"a factorial above {MAXIMUM_FACTORIAL}")
    return field.constant(whole_factorial(number - 1))


def factorial(field: Field, value: Value) -> Value:
    """n! = gamma(n + 1)."""
    return gamma(field, field.add((value, field.constant(1))))


def binomial(field: Field, upper: Value, lower: Value) -> Value:
    """Through gamma for an upper argument of at least zero; for a small whole lower argument by the product."""
    count = field.as_rational(lower)
    if count is not None and count.denominator == 1 and count <= MAXIMUM_SHIFT:
        return _binomial_of_whole(field, upper, count.numerator)
    numerator, denominator = field.lowest_terms(upper)
    if not denominator.is_constant() or not field.is_nonnegative(numerator):
        return opaque(field, "binomial", upper, lower)
    below = field.multiply(factorial(field, lower), factorial(field, field.subtract(upper, lower)))
    return field.divide(factorial(field, upper), below)


def _binomial_of_whole(field: Field, upper: Value, count: int) -> Value:
    result = field.constant(1 if count >= 0 else 0)
    for step in range(count):
        factor = field.subtract(upper, field.constant(step))
        result = field.multiply(result, field.multiply(factor, field.constant(Fraction(1, step + 1))))
    return result


def floor(field: Field, value: Value) -> Value:
    """floor, with whole-number terms taken out."""
    _, denominator = field.lowest_terms(value)
    ball = ball_of_value(field, value)
    if ball is not None:
        certain = ball.floor()
        if certain.is_exact():
            return field.constant(int(certain.unique_fmpz()))
        raise Undecidable("the floor of a constant too close to a whole number")
    if not denominator.is_constant():
        return opaque(field, "floor", value)
    whole, rest = field.constant(0), field.constant(0)
    for coefficient, _, argument in field.linear_parts(value):
        exact = rational(coefficient)
        if is_integer_valued(field, argument):
            whole = field.add((whole, field.multiply(field.constant(floor_of(exact)), argument)))
            exact -= floor_of(exact)
        rest = field.add((rest, field.multiply(field.constant(exact), argument)))
    if rest[0].is_zero():
        return whole
    number = field.as_rational(rest)
    return whole if number is not None else field.add((whole, opaque(field, "floor", rest)))


def ceiling(field: Field, value: Value) -> Value:
    """ceiling(u) = -floor(-u)."""
    return field.negate(floor(field, field.negate(value)))
