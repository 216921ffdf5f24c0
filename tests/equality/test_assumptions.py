from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verify.equality.assumptions import REAL, Assumption, Assumptions
from verify.equality.sampling import draw
from verify.errors import ReadingError


def test_variables_are_real_unless_declared() -> None:
    assert Assumptions().of("x") == REAL
    assert Assumptions.parse("x").of("x") == REAL


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x>0", Assumption(lower=Fraction(0), lower_open=True)),
        ("x >= 0", Assumption(lower=Fraction(0))),
        ("0<x<=1", Assumption(Fraction(0), True, Fraction(1), False)),
        ("x<-1/2", Assumption(upper=Fraction(-1, 2), upper_open=True)),
        ("x>=1:integer", Assumption(lower=Fraction(1), integer=True)),
        ("x:positive", Assumption(lower=Fraction(0), lower_open=True)),
        ("x:integer,nonzero", Assumption(integer=True, nonzero=True)),
        ("x≥0.5", Assumption(lower=Fraction(1, 2))),
        ("x != 0", Assumption(nonzero=True)),
        ("x>0 x<2", Assumption(Fraction(0), True, Fraction(2), True)),
    ],
)
def test_a_declaration_says_the_set_of_a_variable(text: str, expected: Assumption) -> None:
    assert Assumptions.parse(text).of("x") == expected


def test_declarations_are_separated_by_spaces_or_commas() -> None:
    known = Assumptions.parse("x y>0, n:integer; 0<p<1")
    assert known.of("y").positive
    assert known.of("n").integer
    assert known.of("p").upper == 1


@pytest.mark.parametrize("text", ["x>>0", "x:huge", "x>1/0", "3", "x!=2", "x>2 x<1", "x>0:integer x<1"])
def test_what_is_no_declaration_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(ReadingError) as caught:
        Assumptions.parse(text)
    assert 1 <= caught.value.column <= len(text) + 1


def test_merging_contradictory_assumptions_is_refused() -> None:
    with pytest.raises(ValueError, match="'x'"):
        Assumptions.parse("x>1").merge(Assumptions.parse("x<0"))


BOUNDS = st.none() | st.fractions(-5, 5, max_denominator=6)


@given(st.builds(Assumption, BOUNDS, st.booleans(), BOUNDS, st.booleans(), st.booleans(), st.booleans()), st.booleans())
def test_every_drawn_value_belongs_to_the_set(assumption: Assumption, small: bool) -> None:
    only_zero = assumption.nonzero and assumption.lower == assumption.upper == 0
    one_value = assumption.integer and assumption.smallest_integer() == assumption.largest_integer() == 0
    if not assumption.is_empty and not only_zero and not (one_value and assumption.nonzero):
        random = Random(1)
        for round_number in range(12):
            value = draw(assumption, random, small, round_number)
            assert assumption.admits(value), (assumption, value)


@given(st.builds(Assumption, BOUNDS, st.just(True), BOUNDS, st.just(False), st.booleans(), st.booleans()))
def test_the_description_of_an_assumption_reads_back_as_itself(assumption: Assumption) -> None:
    if not assumption.is_empty:
        read_back = Assumptions.parse(assumption.describe("x")).of("x")
        values = [Fraction(numerator, 6) for numerator in range(-36, 37)]
        assert [read_back.admits(value) for value in values] == [assumption.admits(value) for value in values]
