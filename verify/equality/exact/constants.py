"""Enclosures of generators that stand for constants, so that signs of constants are certain."""

from typing import Any

from verify.equality.ball import FUNCTION_OF_BALLS, arb, to_ball
from verify.equality.exact.field import CONSTANT_PRECISION, Field, Polynomial, Value, rational
from verify.equality.flint_import import flint


def ball_of_polynomial(field: Field, polynomial: Polynomial) -> Any:
    """An enclosure of a polynomial whose generators are all constants, else None."""
    used = [index for index, degree in enumerate(polynomial.degrees()) if degree > 0]
    before = flint.ctx.prec
    flint.ctx.prec = CONSTANT_PRECISION
    try:
        balls = {index: _ball_of_generator(field, index) for index in used}
        if any(ball is None for ball in balls.values()):
            return None
        total = arb(0)
        for exponents, coefficient in polynomial.to_dict().items():
            term = to_ball(rational(coefficient))
            for index in used:
                if exponents[index]:
                    term = term * balls[index] ** int(exponents[index])
            total = total + term
        return total
    finally:
        flint.ctx.prec = before


def ball_of_value(field: Field, value: Value) -> Any:
    """An enclosure of a fraction whose generators are all constants, else None."""
    total = ball_of_polynomial(field, value[0])
    for index, exponent in value[1].items():
        below = ball_of_polynomial(field, field.denominators[index])
        if total is None or below is None:
            return None
        total = total / below**exponent
    return total


def _ball_of_generator(field: Field, index: int) -> Any:
    known = field.known_ball(index)
    if known is NotImplemented:
        known = _compute(field, index)
        field.record_ball(index, known)
    return known


def _compute(field: Field, index: int) -> Any:
    key = field.key_of[index]
    kind = key[0]
    if kind == "constant":
        return arb.pi()
    if kind in ("root", "abs", "log"):
        inside = ball_of_polynomial(field, field.polynomial_of[index])
        if inside is None:
            return None
        return inside.root(key[1]) if kind == "root" else abs(inside) if kind == "abs" else abs(inside).log()
    if kind not in ("exp", "apply", "tangent") or (kind == "apply" and key[1] not in FUNCTION_OF_BALLS):
        return None  # an entry of a family at a constant place is no constant
    argument = ball_of_value(field, field.argument_of[index])
    if argument is None:
        return None
    if kind == "exp":
        return (argument / field.units["exponent"]).exp()
    if kind == "tangent":
        return (argument / (2 * field.units["angle"])).tan()
    return FUNCTION_OF_BALLS[key[1]](argument)
