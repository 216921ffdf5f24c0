"""What is special to `kernelized_attention`: feature maps judged by their kernel, growth by counted operations."""

from pathlib import Path

import pytest

from verify.answers.of_part import answer_of
from verify.catalog import load
from verify.evidence import Verdict
from verify.variant import draw

problem = load(Path(__file__).parents[2] / "problems" / "kernelized_attention.py")
answers = {name: answer_of(part) for name, part in problem.parts.items()}

ACCEPTED = {
    "a": ["D", "(d)", "it is never negative, and for every query it is positive for at least one key"],
    "b.i": ["(q^T k + 1)^2", r"1 + 2 q^\top k + (q^\top k)^2", r"\left(1 + \sum_{i=1}^{D} q_i k_i\right)^2"],
    "b.ii": [
        "[1, sqrt(2) x_i, x_i^2, sqrt(2) x_i x_j (i<j)]",
        "x_i x_j, -sqrt(2) x_i, 1",  # every mixed product twice, other order and signs
        "(1, √2 x_1, √2 x_2, x_1^2, √2 x_1 x_2, x_2^2)",
    ],
    "b.dimension": ["(D+1)(D+2)/2", "D(D+3)/2 + 1", r"\binom{D+2}{2}"],
    "b.iii": [r"\frac{V^\top F f}{u^\top F f}", "(f^T F^T V)^T (u^T F f)^(-1)", "V.T @ F @ f / (f.T @ F.T @ u)"],
    "d.sums": [r"\frac{(F^\top V)^\top f}{(F^\top u)^\top f}", "V^T F f / (u^T F f)", "(f^T F^T V)^T / (f^T F^T u)"],
    "c.time": ["O(N^2 max(D, M))", r"$\Theta(N^2 (D + M))$", "N^2*D + N^2*M + N*D"],
    "c.space": ["O(N^2 + N D + N M)", "O(N (N + D + M))", "O(N max(N, D, M))"],
    "d.time": ["O(N D^3)", "O(N C M)", r"\mathcal{O}(N D^2 M)"],
    "d.space": ["O(N D^2 + D^3)", "O(N C + C M)", "O(D^2 max(N, D))"],
}


@pytest.mark.parametrize(("part", "response"), [(part, each) for part, all_ in ACCEPTED.items() for each in all_])
def test_an_answer_is_accepted_in_several_forms(part, response):
    assert answers[part].check(response, part).verdict is Verdict.PROVED


@pytest.mark.parametrize(
    ("part", "response", "name"),
    [
        ("a", "C", "Only not zero"),
        ("a", "b", "Any kernel"),
        ("b.i", "(q^T k)^2", "Homogeneous kernel"),
        ("b.ii", "x_i^2, sqrt(2) x_i x_j (i<j)", "Features of the homogeneous kernel"),
        ("b.ii", "x_1^2, x_2^2, -√2 x_1 x_2", "Features of the homogeneous kernel"),
        ("b.ii", "1, x_i, x_i^2, x_i x_j (i<j)", "Binomial coefficients dropped"),
        ("b.dimension", "D(D+1)/2", "Features of the homogeneous kernel"),
        ("b.iii", "V^T F f", "Not normalised"),
        ("b.iii", "V^T F f / N", "Divided by the number of keys"),
        ("c.time", "O(N^2)", "Only the number of pairs"),
        ("c.space", "O(N^2)", "Only the weights"),
        ("c.space", "O(N D + N M)", "Weights forgotten"),
        ("d.time", "O(N D^2)", "Values forgotten or as many features as components"),
        ("d.space", "O(D^3 + N D)", "Features of the keys forgotten"),
    ],
)
def test_a_mistake_is_refuted_and_named(part, response, name):
    evidence = answers[part].check(response, part)
    assert evidence.verdict is Verdict.REFUTED
    assert evidence.feedback.startswith(f"{name}. ")


@pytest.mark.parametrize(
    ("part", "response", "relation"),
    [
        ("c.time", "O(N^2 D M)", "looser than the reference"),
        ("c.time", "O(N D)", "tighter than the reference"),
        ("d.time", "O(N^2)", "incomparable"),
        ("d.space", "O(N D^3)", "looser than the reference"),
    ],
)
def test_another_growth_is_refuted_and_its_relation_told(part, response, relation):
    evidence = answers[part].check(response, part)
    assert evidence.verdict is Verdict.REFUTED
    assert evidence.reason == relation


@pytest.mark.parametrize("seed", range(5))
def test_a_variant_has_whole_means(seed):
    numbers = draw(problem, seed).floats()
    F, f, V = (numbers[problem.symbol(name)] for name in ("F", "f", "V"))
    mean = V.T @ F @ f / (F @ f).sum()
    assert mean == pytest.approx(mean.round())
