"""Answers that are no expressions: computed independently, mistakes refuted by their own check and named."""

import pytest

from verify import Problem, Verdict, run
from verify.answers import Choice, FeatureMap, Growth, Number, ScoredSequences, Tokens, answer_from_json
from verify.answers.of_part import answer_of

SCORES = {("a", "b"): -1.25, ("b", "a"): -1.33}


def problem_with(answer: object, wrong: object) -> Problem:
    problem = Problem("Title.")
    part = problem.part("a", "Which?", answer=answer)
    part.mistake("a known slip", wrong, "Look again at the last step.")
    return problem


CASES = [
    pytest.param(Tokens(("<sos>", "I", "see")), ("I", "see", "<eos>"), "I see <eos>", id="tokens"),
    pytest.param(ScoredSequences(SCORES), {("a", "b"): -1.25}, "a b: -1.25", id="scored sequences"),
    pytest.param(Growth("T*k*M*log(M)", under="k <= M"), "T*M*log(M)", "O(M log(M) T)", id="growth"),
    pytest.param(FeatureMap("s^2"), "x_i^2, x_i x_j (i<j)", "-x_1^2, x_1 x_2, x_2^2", id="feature map"),
    pytest.param(Number(341, "s"), 356, "356 s", id="number"),
    pytest.param(Number(94, "%", interval=(94, "94.1")), 6, "6 %", id="number within an interval"),
    pytest.param(Choice(("one", "two"), "a", feedback={"b": "No."}), "b", "two", id="choice with its own feedback"),
]


@pytest.mark.parametrize(("answer", "wrong", "response"), CASES)
def test_a_mistake_is_refuted_by_the_check_of_its_part_and_named_in_the_feedback(answer, wrong, response) -> None:
    problem = problem_with(answer, wrong)
    assert [evidence.verdict for evidence in run(problem)] == [Verdict.PROVED]
    evidence = answer_of(problem.parts["a"]).check(response, "a")
    assert evidence.verdict is Verdict.REFUTED
    assert evidence.feedback == "A known slip. Look again at the last step."


@pytest.mark.parametrize(("answer", "wrong", "response"), CASES)
def test_a_compiled_answer_with_mistakes_gives_the_same_feedback(answer, wrong, response) -> None:
    part = problem_with(answer, wrong).parts["a"]
    compiled = answer_from_json(answer_of(part).to_json())
    assert compiled.check(response, "a").feedback == answer_of(part).check(response, "a").feedback


def test_a_mistake_that_the_check_accepts_is_reported() -> None:
    problem = problem_with(Tokens(("<sos>", "I", "see")), ("<bos>", "I", "see"))
    assert [evidence.verdict for evidence in run(problem)] == [Verdict.REFUTED]


def test_an_independent_computation_supports_the_answer_or_refutes_it() -> None:
    problem = Problem("Title.")
    part = problem.part("a", "Which?", answer=ScoredSequences(SCORES))
    part.numpy(lambda: {("a", "b"): -1.25, ("b", "a"): -1.33})
    assert [evidence.verdict for evidence in run(problem)] == [Verdict.SUPPORTED]
    other = Problem("Title.")
    other.part("a", "Which?", answer=ScoredSequences(SCORES)).numpy(lambda: {("a", "b"): -1.25, ("b", "a"): -2.0})
    assert [evidence.verdict for evidence in run(other)] == [Verdict.REFUTED]
