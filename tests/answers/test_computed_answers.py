"""Answers of another kind that are computed from the numbers of an instance."""

import numpy as np
import pytest

from verify import Problem, Verdict, run
from verify.answers import ScoredSequences, answer_from_json
from verify.answers.of_part import answer_of
from verify.errors import ProblemError
from verify.variant import draw

FEEDBACK = "Look at the sign of the numbers."


def best(x: np.ndarray) -> ScoredSequences:
    return ScoredSequences({(f"word{int(np.argmax(x))}",): float(np.max(x))})


def worst(x: np.ndarray) -> dict[tuple[str, ...], float]:
    return {(f"word{int(np.argmin(x))}",): float(np.min(x))}


def problem_with_mistake() -> Problem:
    problem = Problem("Title.")
    n = problem.size("n")
    problem.vector("x", n)
    homework = problem.instance("homework", x=[-3, -1, -2])
    part = problem.part("a", "Which word has the largest number?", answer=best, asks=homework)
    part.mistake("the smallest", worst, FEEDBACK)
    part.numpy(lambda x: {("word1",): sorted(x)[-1]})
    return problem


def test_the_answer_is_computed_from_the_numbers_asked_about() -> None:
    answer = answer_of(problem_with_mistake().parts["a"])
    assert answer.check("word1: -1", "a").verdict is Verdict.PROVED
    wrong = answer.check("word0: -3", "a")
    assert (wrong.verdict, wrong.feedback) == (Verdict.REFUTED, f"The smallest. {FEEDBACK}")


def test_the_answer_of_a_variant_is_computed_from_its_numbers() -> None:
    problem = problem_with_mistake()
    problem.variant(lambda rng: {"x": rng.integers(-9, 0, 3)})
    part, instance = problem.parts["a"], draw(problem, 7)
    numbers = instance.floats()[problem.symbol("x")][:, 0]
    right = f"word{np.argmax(numbers)}: {np.max(numbers):g}"
    assert answer_of(part, instance).check(right, "a").verdict is Verdict.PROVED
    assert answer_of(part).check(right, "a").verdict is Verdict.REFUTED


def test_the_mistakes_and_computations_of_a_computed_answer_are_claims() -> None:
    assert [evidence.verdict for evidence in run(problem_with_mistake())] == [Verdict.SUPPORTED, Verdict.PROVED]


def test_a_variant_in_which_a_mistake_is_right_is_not_drawn() -> None:
    problem = problem_with_mistake()
    problem.variant(lambda rng: {"x": [-1, -1, -1]})
    with pytest.raises(ProblemError, match="'the smallest' was not refuted"):
        draw(problem, 0)


def test_a_computed_answer_compiles_to_plain_data_with_its_mistakes() -> None:
    import json

    answer = answer_of(problem_with_mistake().parts["a"])
    compiled = answer_from_json(json.loads(json.dumps(answer.to_json())))
    for response in ("word1: -1", "word0: -3", "word2"):
        assert compiled.check(response, "a").verdict is answer.check(response, "a").verdict
        assert compiled.check(response, "a").feedback == answer.check(response, "a").feedback


def test_an_answer_computed_from_no_numbers_is_refused() -> None:
    problem = Problem("Title.")
    problem.vector("x", problem.size("n"))
    with pytest.raises(ProblemError, match="computed from no numbers"):
        problem.part("a", "Which?", answer=best)


def test_an_answer_computed_from_an_unknown_name_is_refused() -> None:
    problem = Problem("Title.")
    problem.vector("y", problem.size("n"))
    homework = problem.instance("homework", y=[1])
    with pytest.raises(ProblemError, match="x"):
        problem.part("a", "Which?", answer=best, asks=homework)


def test_a_question_that_no_number_matters_to_shows_none_in_a_variant() -> None:
    from verify.answers import Choice
    from verify.solution.page import page_of

    problem = Problem("Title.")
    x = problem.scalar("x")
    problem.part("a", "Which?", answer=Choice(("one", "two"), correct="a"))
    problem.part("b", "Square the sum.", (x + 1) ** 2, ("=", x**2 + 2 * x + 1, "multiplied out"))
    sections = {section.name: section for section in page_of(problem, variant=draw(problem, 1)).sections}
    assert sections["a"].asked is None
    assert sections["b"].asked.values
