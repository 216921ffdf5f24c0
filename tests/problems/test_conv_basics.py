"""What is special to `conv_basics`: counts in many spellings, sets of options, folklore that a counterexample ends."""

from pathlib import Path

import pytest

from verify.api import check
from verify.catalog import load
from verify.crosscheck import crosscheck
from verify.evidence import Verdict

FILE = Path(__file__).parents[2] / "problems" / "conv_basics.py"
problem = load(FILE)
claims = {claim.name: claim for claim in problem.claims()}


@pytest.mark.parametrize("name", list(claims))
def test_every_claim_stands(name):
    evidence = crosscheck(problem, claims[name])
    assert evidence.verdict.passed
    if claims[name].differs and not claims[name].part:
        assert evidence.counterexample is not None


@pytest.mark.parametrize(
    ("part", "response"),
    [
        ("a.true", "a, b, c"),
        ("a.true", ["c", "a", "b"]),
        ("a.true", "(A), (B) and (C)"),
        ("count.dense", "(h w c + 1) h w d"),
        ("count.dense", "h^2*w^2*c*d + h*w*d"),
        ("count.dense", r"hwd\left(hwc+1\right)"),
        ("count.filter", "d*(f*f*c + 1)"),
        ("count.filter", "f^2 c d + d"),
        ("count.filter", r"d \cdot (f^2 \cdot c + 1)"),
        ("field", "L(f-1) + 1"),
        ("field", "L*f - L + 1"),
        ("field", "f + (L - 1)*(f - 1)"),
    ],
)
def test_a_right_answer_is_proved_however_it_is_written(part, response):
    assert check(f"{FILE}/{part}", response).verdict is Verdict.PROVED


@pytest.mark.parametrize(
    ("part", "response", "named"),
    [
        ("a.true", "a, b, c, d", "Rotation"),
        ("a.true", "c, e, a, b", "No parameters"),
        ("a.true", "a b c".replace(" ", ", ") + ", f", "Any number of channels"),
        ("a.true", "a, e", "The entries of the filters"),
        ("count.dense", "h^2 w^2 c d", "Bias forgotten"),
        ("count.filter", "f^2 c d", "Bias forgotten"),
        ("count.filter", "d (f^2 + 1)", "Channels of the input forgotten"),
        ("count.filter", "h w d (f^2 c + 1)", "Weights not shared"),
        ("field", "L f", "Overlaps counted twice"),
        ("field", "f^L", "Multiplied"),
    ],
)
def test_a_mistake_is_refuted_and_named(part, response, named):
    evidence = check(f"{FILE}/{part}", response)
    assert evidence.verdict is Verdict.REFUTED
    assert evidence.feedback.startswith(named)


def test_an_explanation_is_left_to_a_reader():
    for response in ("Shared weights and locality.", "Because they are invariant to rotation.", "They work well."):
        assert check(f"{FILE}/a", response).verdict is Verdict.UNDECIDED
