"""Choices: which option a response names, and what it earns."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verify.answers.answer import answer_from_json
from verify.answers.choice import Choice, Choices
from verify.errors import ProblemError, ReadingError
from verify.evidence import Verdict

NORM = Choice({"a": "BatchNorm", "b": "LayerNorm"}, correct="a", feedback={"b": "Look at what it averages over."})
CHANGES = Choices(["weight decay", "SGD optimizer", "dropout", "layer norm"], correct=("b", "a"))
LABELS = st.sets(st.sampled_from("abcd"), min_size=1)


@pytest.mark.parametrize(
    "response", ["a", "A", "(a)", "a)", "a.", " batchnorm ", "BatchNorm.", "option a", "'a'", b"a"]
)
def test_an_option_is_named_by_label_or_text(response):
    assert NORM.check(response, "c").verdict is Verdict.PROVED


def test_a_wrong_option_gets_its_own_feedback():
    evidence = NORM.check("LayerNorm", "c")
    assert evidence.verdict is Verdict.REFUTED
    assert evidence.feedback == "Look at what it averages over."


@pytest.mark.parametrize("response", ["", "c", "a b", "a, b", None, 3, ["a"], "a\0", True, "x" * 10_000])
def test_what_names_no_single_option_is_unreadable(response):
    assert NORM.check(response, "c").verdict is Verdict.UNREADABLE


def test_the_nearest_option_is_suggested():
    assert "did you mean 'layernorm'" in NORM.check("Layer norm", "c").reason


def test_a_number_can_be_a_label():
    layers = Choice({"0": "none", "1": "one", "2": "two"}, correct="2")
    assert layers.check(2, "c")
    assert layers.check("1", "c").verdict is Verdict.REFUTED


@pytest.mark.parametrize(
    "response",
    [
        "a, b",
        "b,a",
        "a and b",
        "A; B",
        "{a, b}",
        "weight decay, SGD optimizer",
        ["a", "b"],
        {"b", "a"},
        "a\nb",
        "a, a, b",
    ],
)
def test_a_set_of_options_is_accepted_in_any_order(response):
    assert CHANGES.check(response, "c").verdict is Verdict.PROVED


def test_an_unknown_option_is_unreadable_at_its_column():
    evidence = CHANGES.check("a, z", "c")
    assert (evidence.verdict, evidence.column) == (Verdict.UNREADABLE, 4)


def test_credit_counts_right_and_wrong_marks():
    assert CHANGES.credit("a") == Fraction(1, 2)
    assert CHANGES.credit("a, b, c") == Fraction(1, 2)
    assert CHANGES.credit("a, b, c, d") == 0
    assert CHANGES.check("a", "c").reason.startswith("credit 1/2")
    with pytest.raises(ReadingError):
        CHANGES.credit("nothing")


@given(LABELS, LABELS)
def test_only_the_right_set_is_accepted_and_only_it_earns_everything(correct, chosen):
    answer = Choices(["w", "x", "y", "z"], correct=tuple(correct))
    evidence = answer.check(", ".join(chosen), "c")
    assert bool(evidence) == (correct == chosen) == (answer.credit(list(chosen)) == 1)
    assert 0 <= answer.credit(list(chosen)) <= 1


@pytest.mark.parametrize(
    "build",
    [
        lambda: Choice({"a": "one", "b": "A"}, correct="a"),
        lambda: Choice({"a": "one"}, correct="a"),
        lambda: Choice({"a": "one", "b": "two"}, correct="c"),
        lambda: Choice({"a": "one", "b": "two"}, correct="a", feedback={"a": "right"}),
        lambda: Choices({"a": "one", "b": "two"}, correct=()),
    ],
)
def test_options_that_cannot_be_told_apart_or_do_not_exist_are_refused(build):
    with pytest.raises(ProblemError):
        build()


@pytest.mark.parametrize("answer", [NORM, CHANGES])
def test_a_compiled_reference_is_the_same_answer(answer):
    assert answer_from_json(answer.to_json()) == answer
    assert "a" in answer.expects()
    assert answer.shown()
