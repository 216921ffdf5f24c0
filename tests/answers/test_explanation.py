"""Explanations are never judged by a program."""

import pytest

from verify.answers.answer import answer_from_json
from verify.answers.explanation import Explanation
from verify.evidence import Verdict

RUBRIC = Explanation(("names the privacy of the person", "says that a name is not an identity"))


def test_prose_is_undecided_with_the_rubric():
    evidence = RUBRIC.check("The model guesses where people come from.", "c")
    assert evidence.verdict is Verdict.UNDECIDED
    assert evidence.accepted is None
    assert "needs a reader" in evidence.reason
    assert "privacy" in evidence.reason
    assert "privacy" not in evidence.feedback


@pytest.mark.parametrize("response", ["", " \n", "...", None, 4, b"\xff", "x" * 30_000, ["words"]])
def test_what_has_no_words_is_unreadable(response):
    assert RUBRIC.check(response, "c").verdict is Verdict.UNREADABLE


def test_an_ungraded_answer_is_looked_at_for_its_format_only():
    ungraded = Explanation(graded=False, fewest_words=2)
    assert ungraded.check("about six hours", "c").accepted
    assert ungraded.check("about six hours", "c").verdict is Verdict.SUPPORTED
    assert ungraded.check("six", "c").verdict is Verdict.UNREADABLE


@pytest.mark.parametrize("answer", [RUBRIC, Explanation(graded=False)])
def test_a_compiled_reference_is_the_same_answer(answer):
    assert answer_from_json(answer.to_json()) == answer
    assert answer.shown()
