"""Numbers with tolerance, unit and range."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verify.answers.answer import answer_from_json
from verify.answers.number import Number
from verify.errors import ProblemError
from verify.evidence import Verdict

TIME = Number(341, unit="s")
SHARE = Number("94.1", unit="%", interval=("94", "94.1"))


@pytest.mark.parametrize(
    "response",
    [
        *("341", "341 s", "341s", "5 minutes 41 seconds", "5 min 41 s", "341.0 seconds", "3.41e2", "$341$ s"),
        *("3.41×10^2 s", r"341\ \text{s}", "341\u00a0s", "+341", "341.", "341000 ms"),
        *(b"341", 341, 341.0, Fraction(341)),
    ],
)
def test_a_time_is_read_in_its_units(response):
    assert TIME.check(response, "c").verdict is Verdict.PROVED


@pytest.mark.parametrize("response", ["356", "297 s", "340.999", "341 min", "5 minutes 41 minutes"[:9], -341, "0"])
def test_another_number_is_refuted(response):
    evidence = TIME.check(response, "c")
    assert evidence.verdict is Verdict.REFUTED
    assert "341" not in evidence.feedback


@pytest.mark.parametrize(
    ("answer", "response"),
    [(TIME, "341 %"), (Number(5), "5 s"), (Number(3, unit="MB"), "3 GB"), (SHARE, "94.1 s")],
)
def test_a_wrong_unit_is_named(answer, response):
    evidence = answer.check(response, "c")
    assert evidence.verdict is Verdict.REFUTED
    assert "unit" in evidence.feedback


@pytest.mark.parametrize(
    "response",
    [
        *("", "six", "5:41", "341 s 341 s", "1/0", "341±1", "5 min 41", "340 to 342", "1,5", "s", "nan", "oo"),
        *("341 kg", "0x155", "300 + 41", "300 s + 41 s", "9" * 3000, "1e999999"),
        *(True, None, float("nan"), float("inf"), [341], {}),
    ],
)
def test_what_is_not_one_number_is_unreadable(response):
    assert TIME.check(response, "c").verdict is Verdict.UNREADABLE


@pytest.mark.parametrize(
    ("response", "told"),
    [("-341", "sign"), ("3410", "power of ten"), ("0.341", "power of ten"), ("12", "not right")],
)
def test_the_usual_slips_are_named(response, told):
    assert told in TIME.check(response, "c").feedback


@pytest.mark.parametrize(
    "response", ["94", "94.1 %", "94.05%", "94 to 94.1 %", "94–94.1", "94-94.1", "[94, 94.1]", (94, "94.1")]
)
def test_a_range_within_a_declared_interval_is_accepted(response):
    assert SHARE.check(response, "c").verdict is Verdict.PROVED


@pytest.mark.parametrize("response", ["93.9", "94 to 95", "0.941", "94.11", (90, 100), "-94"])
def test_a_range_that_leaves_the_interval_is_refuted(response):
    assert SHARE.check(response, "c").verdict is Verdict.REFUTED


def test_a_range_whose_ends_are_exchanged_is_unreadable():
    assert SHARE.check("94.1 to 94", "c").verdict is Verdict.UNREADABLE


def test_without_a_tolerance_only_the_exact_number_is_accepted():
    third = Number("1/3")
    assert third.check("1/3", "c")
    assert third.check(Fraction(1, 3), "c")
    assert third.check("0.333333333333", "c").verdict is Verdict.REFUTED


def test_the_ends_of_a_tolerance_are_accepted_and_the_scope_states_it():
    rounded = Number("13.1", absolute="0.05")
    assert rounded.check("13.15", "c")
    assert rounded.check("13.1500001", "c").verdict is Verdict.REFUTED
    assert "0.05" in rounded.check("13.1", "c").scope
    assert Number(-200, relative="0.01").check("-198", "c")


def test_the_scope_of_a_refusal_does_not_give_the_answer_away():
    assert "94.1" not in SHARE.check("12", "c").scope
    assert "341" not in TIME.check("12", "c").scope


def test_suffixes_and_percentages_have_a_value_of_their_own_without_a_unit():
    assert Number(18_000).check("18k", "c")
    assert Number(1_500_000).check("1.5M", "c")
    assert Number(18_000).check("18,000", "c")
    assert Number("0.94").check("94%", "c")


@given(st.fractions(max_denominator=10**6), st.fractions(max_denominator=10**6))
def test_exact_numbers_are_equal_only_to_themselves(value, response):
    assert bool(Number(value).check(str(response), "c")) == (value == response)
    assert Number(value).check(str(value), "c")


@pytest.mark.parametrize(
    "build",
    [
        lambda: Number("x"),
        lambda: Number(float("nan")),
        lambda: Number(1, absolute=-1),
        lambda: Number(1, interval=(2, 3)),
    ],
)
def test_a_reference_that_is_no_number_is_refused(build):
    with pytest.raises(ProblemError):
        build()


@pytest.mark.parametrize("answer", [TIME, SHARE, Number("1/3", relative="0.01"), Number(1e-30)])
def test_a_compiled_reference_is_the_same_answer(answer):
    assert answer_from_json(answer.to_json()) == answer
    assert answer.shown().startswith("$")
    assert answer.expects()


def test_a_wrong_number_is_refuted_without_giving_the_right_one_away():
    evidence = Number("1234567/7").check("12", "x")
    assert evidence.verdict is Verdict.REFUTED
    assert "1234567" not in f"{evidence} {evidence.to_json()} {evidence._repr_mimebundle_()}"
