"""What is special to `train_resnet_blog`: quantities with units, named mix-ups, a factor, prose left to a reader."""

from pathlib import Path

import pytest

from verify.api import check
from verify.catalog import load
from verify.evidence import Verdict

FILE = Path(__file__).parents[2] / "problems" / "train_resnet_blog.py"
problem = load(FILE)


@pytest.mark.parametrize(
    ("part", "response"),
    [
        ("a.baseline_time", "341 s"),
        ("a.baseline_time", 341),
        ("a.baseline_time", "5 minutes 41 seconds"),
        ("a.baseline_accuracy", "94%"),
        ("a.baseline_accuracy", "94.08 percent"),
        ("a.baseline_accuracy", 94),
        ("a.final_time", "26s"),
        ("a.final_time", "26"),
        ("a.final_time", "26.0 seconds"),
        ("a.final_accuracy", "94.1 %"),
        ("a.final_accuracy", "94"),
        ("a.final_accuracy", "94.10%"),
        ("a.speedup", "b/t"),
        ("a.speedup", r"\frac{b}{t}"),
        ("a.speedup", "b t^(-1)"),
    ],
)
def test_a_right_answer_is_proved_however_it_is_written(part, response):
    assert check(f"{FILE}/{part}", response).verdict is Verdict.PROVED


@pytest.mark.parametrize(
    ("part", "response", "named"),
    [
        ("a.baseline_time", "356 s", "The authors' own run"),
        ("a.baseline_time", "376", "A number from elsewhere"),
        ("a.baseline_time", "297 s", "An improved network"),
        ("a.baseline_time", "341 minutes", ""),
        ("a.final_time", "34 s", "Without test-time augmentation"),
        ("a.final_time", "297", "The end of the first post"),
        ("a.final_accuracy", "5.9 %", "The error"),
        ("a.speedup", "t/b", "The wrong way round"),
        ("a.speedup", "1 - t/b", "Share of time saved"),
    ],
)
def test_a_mistake_of_the_catalogue_is_refuted_and_named(part, response, named):
    evidence = check(f"{FILE}/{part}", response)
    assert evidence.verdict is Verdict.REFUTED
    assert evidence.feedback.startswith(named)


def test_no_feedback_gives_a_published_number_away():
    for part in problem.parts.values():
        for mistake in part.mistakes:
            assert not any(number in mistake.feedback for number in ("341", "26", "94", "13"))


@pytest.mark.parametrize("part", ["b", "c"])
def test_prose_is_left_to_a_reader_and_too_little_of_it_is_unreadable(part):
    assert check(f"{FILE}/{part}", "Larger batches keep the card busy. " * 10).verdict is Verdict.UNDECIDED
    assert check(f"{FILE}/{part}", "Larger batches.").verdict is Verdict.UNREADABLE


def test_the_sheet_asks_three_questions():
    assert [part.name for part in problem.parts.values() if part.atom] == ["a.baseline_time", "b", "c"]
