"""Circular, hyperbolic and inverse functions.

Angles are sums of monomials; each monomial's sine and cosine are rational in the tangent of its half, multiples and
sums follow by rotation, and rational multiples of pi with a small denominator are exact numbers.
"""

from collections.abc import Callable
from fractions import Fraction
from math import lcm

from verify.equality.exact.exponentials import exponential, logarithm, parity
from verify.equality.exact.field import Field, Monomial, NeedUnit, Value, rational
from verify.equality.exact.roots import root
from verify.equality.flint_import import flint
from verify.errors import BudgetExceeded

Rotation = tuple[Value, Value]
"""Cosine and sine."""

MAXIMUM_MULTIPLE = 24
HALF = Fraction(1, 2)


def pi(field: Field) -> int:
    """The generator of pi."""
    return field.generator(("constant", "pi"), positive=True)


def rotation(field: Field, value: Value) -> Rotation:
    """Cosine and sine of a fraction."""
    result: Rotation = (field.constant(1), field.constant(0))
    first = True
    for coefficient, monomial, argument in field.linear_parts(value):
        each = _rotation_of_part(field, rational(coefficient), monomial, argument)
        result = each if first else _rotate(field, result, each)
        first = False
    return result


def _rotate(field: Field, left: Rotation, right: Rotation) -> Rotation:
    cosine = field.subtract(field.multiply(left[0], right[0]), field.multiply(left[1], right[1]))
    sine = field.add((field.multiply(left[1], right[0]), field.multiply(left[0], right[1])))
    return cosine, sine


def _multiple(field: Field, base: Rotation, count: int) -> Rotation:
    if abs(count) > MAXIMUM_MULTIPLE:
        raise BudgetExceeded(f"sine or cosine of more than {MAXIMUM_MULTIPLE} times an angle")
    result = base
    for _ in range(abs(count) - 1):
        result = _rotate(field, result, base)
    return (result[0], field.negate(result[1])) if count < 0 else result


def _rotation_of_part(field: Field, coefficient: Fraction, monomial: Monomial, argument: Value) -> Rotation:
    index = field.only_generator(monomial)
    if index is not None and field.key_of[index] == ("constant", "pi"):
        known = _rotation_of_pi(field, coefficient % 2)
        if known is not None:
            return known
    whole_turns = _whole_multiple_of_pi(field, coefficient, monomial)
    if whole_turns is not None:
        return parity(field, whole_turns), field.constant(0)
    if index is not None and coefficient.denominator == 1 and field.key_of[index][:2] in _INVERSES:
        return _multiple(field, _rotation_of_inverse(field, index), coefficient.numerator)
    multiple = coefficient * field.units["angle"]
    if multiple.denominator != 1:
        raise NeedUnit("angle", lcm(field.units["angle"], coefficient.denominator))
    return _multiple(field, _rotation_by_half_tangent(field, monomial, argument), multiple.numerator)


def _rotation_by_half_tangent(field: Field, monomial: Monomial, argument: Value) -> Rotation:
    """cos = (1 - T^2)/(1 + T^2) and sin = 2T/(1 + T^2) for T = tan of half the angle."""
    index = field.generator(("tangent", monomial))
    field.argument_of[index] = argument
    tangent = field.generators[index]
    below = {field.denominator(tangent**2 + 1): 1}
    return (1 - tangent**2, below), (2 * tangent, below)


def _whole_multiple_of_pi(field: Field, coefficient: Fraction, monomial: Monomial) -> Value | None:
    """n where the angle is n pi for a product n of whole variables."""
    exponents, denominator = monomial
    if denominator is not None or coefficient.denominator != 1 or not field.integers:
        return None
    circle = pi(field)
    if exponents[circle] != 1:
        return None
    rest = [each if index != circle else 0 for index, each in enumerate(exponents)]
    if any(each and index not in field.integers for index, each in enumerate(rest)):
        return None
    return field.context.from_dict({tuple(rest): coefficient.numerator}), {}


_RIGHT_ANGLES = {0: (1, 0), HALF: (0, 1), 1: (-1, 0), 3 * HALF: (0, -1)}


def _rotation_of_pi(field: Field, part: Fraction) -> Rotation | None:
    """Cosine and sine of a rational multiple of pi with denominator 1 to 6, 8, 10 or 12; None for any other."""
    right = _RIGHT_ANGLES.get(part)
    if right is not None:
        return field.constant(right[0]), field.constant(right[1])
    basic = _BASIC_ANGLES.get(part.denominator)
    if basic is None:
        return None
    return _multiple(field, basic(field), part.numerator)


def _square_root(field: Field, number: int) -> Value:
    return root(field, field.constant(number), HALF)


def _angle_3(field: Field) -> Rotation:
    return field.constant(HALF), field.scale(_square_root(field, 3), flint.fmpq(1, 2))


def _angle_4(field: Field) -> Rotation:
    side = field.scale(_square_root(field, 2), flint.fmpq(1, 2))
    return side, side


def _angle_6(field: Field) -> Rotation:
    cosine, sine = _angle_3(field)
    return sine, cosine


def _angle_5(field: Field) -> Rotation:
    golden = field.scale(field.add((field.constant(1), _square_root(field, 5))), flint.fmpq(1, 4))
    return golden, _sine_from_cosine(field, golden)


def _angle_12(field: Field) -> Rotation:
    cosine, sine = _angle_6(field)
    return _rotate(field, _angle_4(field), (cosine, field.negate(sine)))


def _half_of(angle: Callable[[Field], Rotation]) -> Callable[[Field], Rotation]:
    def halved(field: Field) -> Rotation:
        cosine = angle(field)[0]
        square = field.scale(field.add((field.constant(1), cosine)), flint.fmpq(1, 2))
        half = root(field, square, HALF)
        return half, _sine_from_cosine(field, half)

    return halved


def _sine_from_cosine(field: Field, cosine: Value) -> Value:
    return root(field, field.subtract(field.constant(1), field.multiply(cosine, cosine)), HALF)


_BASIC_ANGLES: dict[int, Callable[[Field], Rotation]] = {
    3: _angle_3,
    4: _angle_4,
    5: _angle_5,
    6: _angle_6,
    8: _half_of(_angle_4),
    10: _half_of(_angle_5),
    12: _angle_12,
}


# ---------------------------------------------------------------------- functions


def sine(field: Field, value: Value) -> Value:
    """sin."""
    return rotation(field, value)[1]


def cosine(field: Field, value: Value) -> Value:
    """cos."""
    return rotation(field, value)[0]


def tangent(field: Field, value: Value) -> Value:
    """tan."""
    cosine, sine = rotation(field, value)
    return field.divide(sine, cosine)


def cotangent(field: Field, value: Value) -> Value:
    """cot."""
    cosine, sine = rotation(field, value)
    return field.divide(cosine, sine)


def hyperbolic_cosine(field: Field, value: Value) -> Value:
    """cosh."""
    growth = exponential(field, value)
    return field.scale(field.add((growth, field.invert(growth))), flint.fmpq(1, 2))


def hyperbolic_sine(field: Field, value: Value) -> Value:
    """sinh."""
    growth = exponential(field, value)
    return field.scale(field.subtract(growth, field.invert(growth)), flint.fmpq(1, 2))


def hyperbolic_tangent(field: Field, value: Value) -> Value:
    """tanh = (E^2 - 1)/(E^2 + 1)."""
    square = field.power(exponential(field, value), 2)
    one = field.constant(1)
    return field.divide(field.subtract(square, one), field.add((square, one)))


# ---------------------------------------------------------------------- inverse functions

_INVERSES = (("apply", "asin"), ("apply", "atan"))


def _rotation_of_inverse(field: Field, index: int) -> Rotation:
    argument = field.argument_of[index]
    one, square = field.constant(1), field.multiply(argument, argument)
    if field.key_of[index][1] == "asin":
        return root(field, field.subtract(one, square), HALF), argument
    cosine = field.invert(root(field, field.add((one, square)), HALF))
    return cosine, field.multiply(argument, cosine)


def odd_function(name: str) -> Callable[[Field, Value], Value]:
    """A rule that keeps f(u) as a generator of its own, with f(-u) = -f(u)."""

    def apply(field: Field, value: Value) -> Value:
        if value[0].is_zero():
            return field.constant(0)
        negative = field.lowest_terms(value)[0].leading_coefficient() < 0
        result = opaque(field, name, field.negate(value) if negative else value)
        return field.negate(result) if negative else result

    return apply


def opaque(field: Field, name: str, *values: Value) -> Value:
    """A function value as a generator identified by the canonical form of its arguments."""
    key = ("apply", name, *(field.canonical_key(value) for value in values))
    index = field.generator(key)
    field.argument_of[index] = values[0]
    return field.of_generator(index)


_KNOWN_ARCTANGENTS = {Fraction(1): Fraction(1, 4)}
_KNOWN_ARCSINES = {Fraction(1): HALF, HALF: Fraction(1, 6)}


def arctangent(field: Field, value: Value) -> Value:
    """atan; at -1, 0 and 1 a multiple of pi."""
    return _with_known_values(field, "atan", value, _KNOWN_ARCTANGENTS)


def arcsine(field: Field, value: Value) -> Value:
    """asin; at multiples of one half a multiple of pi."""
    return _with_known_values(field, "asin", value, _KNOWN_ARCSINES)


def _with_known_values(field: Field, name: str, value: Value, known: dict[Fraction, Fraction]) -> Value:
    number = field.as_rational(value)
    if number is not None and abs(number) in known:
        part = known[abs(number)] * (1 if number > 0 else -1)
        return field.multiply(field.constant(part), field.of_generator(pi(field)))
    return odd_function(name)(field, value)


def arccosine(field: Field, value: Value) -> Value:
    """acos u = pi/2 - asin u."""
    right_angle = field.scale(field.of_generator(pi(field)), flint.fmpq(1, 2))
    return field.subtract(right_angle, arcsine(field, value))


def inverse_hyperbolic_sine(field: Field, value: Value) -> Value:
    """asinh u = log(u + sqrt(u^2 + 1)), odd."""
    if value[0].is_zero():
        return value
    negative = field.lowest_terms(value)[0].leading_coefficient() < 0
    inside = field.negate(value) if negative else value
    radicand = field.add((field.multiply(inside, inside), field.constant(1)))
    result = logarithm(field, field.add((inside, root(field, radicand, HALF))))
    return field.negate(result) if negative else result


def inverse_hyperbolic_cosine(field: Field, value: Value) -> Value:
    """acosh u = log(u + sqrt(u^2 - 1))."""
    radicand = field.subtract(field.multiply(value, value), field.constant(1))
    return logarithm(field, field.add((value, root(field, radicand, HALF))))


def inverse_hyperbolic_tangent(field: Field, value: Value) -> Value:
    """atanh u = log((1 + u)/(1 - u))/2."""
    one = field.constant(1)
    quotient = field.divide(field.add((one, value)), field.subtract(one, value))
    return field.scale(logarithm(field, quotient), flint.fmpq(1, 2))
