"""What is special to `argmax_attention`: a choice instead of a mean, and who learns from it."""

from pathlib import Path

import numpy as np
import pytest

from verify.answers.of_part import answer_of
from verify.catalog import load
from verify.evidence import Verdict
from verify.expressions import evaluate
from verify.variant import draw

problem = load(Path(__file__).parents[2] / "problems" / "argmax_attention.py")
answers = {name: answer_of(part) for name, part in problem.parts.items()}


@pytest.mark.parametrize(
    "response", ["[1, 4, 3]", r"\begin{pmatrix} 1 \\ 4 \\ 3 \end{pmatrix}", "(1, 4, 3)", [1, 4, 3]]
)
def test_the_value_of_the_best_key_is_accepted_in_any_notation(response):
    assert answers["a"].check(response, "a").verdict is Verdict.PROVED


@pytest.mark.parametrize(
    ("response", "name"),
    [
        ("[0, 1, 0, 0]", "Stopped at the weights"),
        ("[0, 3, 4]", "Key instead of value"),
        ("11", "Score instead of value"),
        ("2", "Index instead of value"),
        ("[11, 44, 33]", "Value weighted by its score"),
        ("[0.998, 3.986, 3.001]", "Softmax instead of argmax"),
        ("[0.980, 3.792, 2.990]", "Scaled softmax instead of argmax"),
        ("[0, 4, -1, 0]", "Values read across instead of down"),
    ],
)
def test_a_mistake_is_refuted_and_named(response, name):
    evidence = answers["a"].check(response, "a")
    assert evidence.verdict is Verdict.REFUTED
    assert evidence.feedback.startswith(f"{name}. ")


@pytest.mark.parametrize("response", ["chosen", "the chosen value", ["chosen"]])
def test_only_the_chosen_value_learns(response):
    assert answers["b.learners"].check(response, "b.learners").verdict is Verdict.PROVED


@pytest.mark.parametrize(
    ("response", "name"), [("none", "The values do not learn either"), ("chosen, others", "All values learn")]
)
def test_a_false_belief_about_learning_is_refuted_and_named(response, name):
    evidence = answers["b.learners"].check(response, "b.learners")
    assert evidence.verdict is Verdict.REFUTED
    assert evidence.feedback.startswith(f"{name}. ")


def test_the_explanation_needs_a_reader():
    evidence = answers["b"].check("The argmax has no gradient, so the query does not learn.", "b")
    assert evidence.verdict is Verdict.UNDECIDED
    assert "piecewise constant" in evidence.reason


def test_the_published_numbers_of_the_discussion_agree_up_to_their_rounding():
    published = [-7.94072, 0.06669]  # from weights that were rounded to five digits
    discussion, soft = problem.instances["discussion"], problem.find_part("b.soft")
    value = evaluate(soft.answer, problem.scope(discussion.floats()))
    assert value[:, 0] == pytest.approx(published, abs=1e-4)
    assert value[:, 0] == pytest.approx([-7.94065704, 0.06676083], abs=1e-8)


@pytest.mark.parametrize("seed", range(5))
def test_a_variant_has_one_best_key_and_a_whole_answer(seed):
    numbers = draw(problem, seed).floats()
    scores = np.sort((numbers[problem.symbol("K")] @ numbers[problem.symbol("q")]).ravel())
    assert scores[-1] - scores[-2] >= 1
