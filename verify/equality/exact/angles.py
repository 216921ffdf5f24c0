"""Sums of inverse functions: atan x + atan(1/x) = pi/2 for x > 0, and Machin's formula.

A difference D = sum of c_i atan(u_i) + sum of d_j asin(v_j) + r pi, with whole c, d after scaling, has
tan(m D) = 0 identically where the rotations by its parts multiply to one that leaves the first axis in place.  Then D
is everywhere a multiple of pi/m; being continuous on a connected domain it is constant, and one enclosure that excludes
every multiple but zero settles it.
"""

from fractions import Fraction
from math import lcm

from verify.equality.exact.field import Field, Value, rational
from verify.equality.exact.prove import Difference
from verify.equality.exact.trigonometry import rotation
from verify.errors import Undecidable

MAXIMUM_SCALE = 12


def multiple_of_pi(difference: Difference) -> Fraction:
    """m such that the difference is everywhere a multiple of pi/m; raises Undecidable where that is not shown.

    The caller must still exclude the multiples other than zero, on a domain where the difference is continuous.
    """
    field, (numerator, remaining) = difference.field, difference.value
    if any(field.denominators[index].total_degree() > 0 for index in remaining):
        raise Undecidable("inverse functions below a fraction")
    scale = 1
    for exponents, coefficient in numerator.to_dict().items():
        if not _is_angle(field, exponents):
            raise Undecidable("more than a sum of inverse functions and pi")
        scale = lcm(scale, rational(coefficient).denominator)
    if scale > MAXIMUM_SCALE:
        raise Undecidable("inverse functions with large denominators")
    value: Value = (numerator * scale, {})
    _, sine = rotation(field, value)
    if not field.reduce(sine[0]).is_zero():
        raise Undecidable("the tangent of the difference is not zero")
    return Fraction(1, scale)


def _is_angle(field: Field, exponents: tuple[object, ...]) -> bool:
    used = [index for index, exponent in enumerate(exponents) if exponent]
    if len(used) != 1 or exponents[used[0]] != 1:
        return False
    return field.key_of[used[0]][:2] in (("constant", "pi"), ("apply", "atan"), ("apply", "asin"))


def is_continuous(field: Field) -> bool:
    """Whether no denominator of the field may vanish on the domain, so that its fractions are continuous."""
    return all(field.is_positive(each) or field.is_positive(-each) for each in field.denominators)
