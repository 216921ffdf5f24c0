"""Exact rational points of the declared domain, drawn afresh each time.

The source of randomness is the operating system's, so that no answer can be aimed at the points it will be tried at.
"""

from fractions import Fraction
from random import Random, SystemRandom

from verify.equality.assumptions import Assumption, Assumptions

SYSTEM_RANDOM = SystemRandom()
_SCALES = (1, 2, 1, 8, 1, 64, 1, 1024, Fraction(1, 16))
_WIDE_BITS = 20
MAXIMUM_ATTEMPTS = 40


class Point:
    """Values for variables; one that is asked for and missing is drawn then, once."""

    __slots__ = ("assumptions", "random", "round", "small", "values")

    def __init__(self, assumptions: Assumptions, random: Random, small: bool, round_number: int = 0) -> None:
        self.assumptions, self.random, self.small, self.round = assumptions, random, small, round_number
        self.values: dict[str, Fraction] = {}

    def value(self, name: str, family: str | None = None) -> Fraction:
        """The value of a variable; an element of an indexed family follows the family's assumption."""
        found = self.values.get(name)
        if found is None:
            assumption = self.assumptions.of(name if family is None or name in self.assumptions.known else family)
            found = self.values[name] = draw(assumption, self.random, self.small, self.round)
        return found


def draw(assumption: Assumption, random: Random, small: bool, round_number: int = 0) -> Fraction:
    """A value of the set: a readable one such as 3/2, or one with twenty bits at one of several scales."""
    value = _draw_from_interval(assumption, random, small, round_number)
    attempt = 0
    while assumption.nonzero and not assumption.admits(value) and attempt < MAXIMUM_ATTEMPTS:
        attempt += 1
        value = _draw_from_interval(assumption, random, small, round_number + attempt)
    return value


def _draw_from_interval(assumption: Assumption, random: Random, small: bool, round_number: int) -> Fraction:
    if assumption.integer:
        return _draw_integer(assumption, random, round_number)
    if assumption.lower is not None and assumption.upper is not None:
        return _draw_between(assumption.lower, assumption.upper, random, small)
    size = _draw_size(random, small, round_number)
    if assumption.lower is not None:
        return assumption.lower + size
    if assumption.upper is not None:
        return assumption.upper - size
    return size if random.random() < 0.5 else -size


def _draw_size(random: Random, small: bool, round_number: int) -> Fraction:
    if small:
        return Fraction(random.randrange(1, 8), (1, 2, 3)[random.randrange(3)])
    scale = _SCALES[round_number % len(_SCALES)]
    return Fraction(random.randrange(1, 1 << _WIDE_BITS), 1 << _WIDE_BITS) * scale


def _draw_between(lower: Fraction, upper: Fraction, random: Random, small: bool) -> Fraction:
    if lower == upper:
        return lower
    parts = random.randrange(2, 11) if small else 1 << _WIDE_BITS
    return lower + (upper - lower) * Fraction(random.randrange(1, parts), parts)


def _draw_integer(assumption: Assumption, random: Random, round_number: int) -> Fraction:
    spread = (4, 9, 4, 20, 9, 50)[round_number % 6]
    least, most = assumption.smallest_integer(), assumption.largest_integer()
    if least is None and most is None:
        value = random.randrange(-spread // 2, spread + 1)
    elif least is None:
        value = int(most or 0) - random.randrange(spread)
    else:
        value = least + random.randrange(spread if most is None else min(spread, most - least + 1))
    return Fraction(value)
