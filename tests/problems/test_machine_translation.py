"""What is special to `machine_translation`: tokens in many spellings, the named slips, prose left to a reader."""

from pathlib import Path

import pytest

from verify.answers.of_part import answer_of
from verify.api import check
from verify.catalog import load
from verify.evidence import Verdict
from verify.variant import draw

FILE = Path(__file__).parents[2] / "problems" / "machine_translation.py"
problem = load(FILE)


@pytest.mark.parametrize(
    ("part", "response"),
    [
        ("b", "<sos> I see a dog"),
        ("b", "<s>, I, see, a, dog"),
        ("b", ["<bos>", "I", "see", "a", "dog"]),
        ("c", "<sos> I saw a dog"),
        ("c", "['<sos>', 'I', 'saw', 'a', 'dog']"),
        ("c", "<BOS> I saw a dog"),
        ("a.limit", "a"),
        ("a.limit", "(A)"),
        ("a.limit", "Every word has to be returned before the rest of the source has been read."),
    ],
)
def test_a_right_answer_is_proved_however_it_is_written(part, response):
    assert check(f"{FILE}/{part}", response).verdict is Verdict.PROVED


@pytest.mark.parametrize(
    ("part", "response", "named"),
    [
        ("b", "I see a dog <eos>", "The targets"),
        ("b", "<sos> I saw a dog", "The decoder's own words"),
        ("b", "I see a dog", "No start"),
        ("b", "<sos> I see a dog </s>", "End taken as an input"),
        ("c", "<sos> I see a dog", "The right translation"),
        ("c", "I saw a dog <eos>", "The outputs"),
        ("c", "I saw a dog", "No start"),
        ("c", "<sos> I saw a dog <eos>", "End taken as an input"),
        ("a.limit", "b", "Too many parameters"),
        ("a.limit", "c", "Vanishing gradient"),
    ],
)
def test_a_mistake_of_the_catalogue_is_refuted_and_named(part, response, named):
    evidence = check(f"{FILE}/{part}", response)
    assert evidence.verdict is Verdict.REFUTED
    assert evidence.feedback.startswith(named)


def test_an_explanation_is_left_to_a_reader():
    for response in ("The two sentences must have the same length.", "Too many parameters.", "word 2 sees words 1, 2"):
        assert check(f"{FILE}/a", response).verdict is Verdict.UNDECIDED


@pytest.mark.parametrize("seed", range(10))
def test_in_a_variant_the_two_modes_differ(seed):
    drawn = draw(problem, seed)
    forced, free = (answer_of(problem.parts[part], drawn).answer.sequence for part in "bc")
    assert forced != free
    assert forced[0] == free[0] == "<sos>"
    assert check(f"{FILE}/c", " ".join(free), variant=seed).verdict is Verdict.PROVED
    assert check(f"{FILE}/c", " ".join(forced), variant=seed).verdict is Verdict.REFUTED
