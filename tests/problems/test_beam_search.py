"""What is special to `beam_search`: the published beams in many spellings, other trees, and growth under k <= M."""

from fractions import Fraction
from pathlib import Path

import pytest

from verify.answers.of_part import answer_of
from verify.api import check
from verify.catalog import load
from verify.evidence import Verdict
from verify.variant import draw

FILE = Path(__file__).parents[2] / "problems" / "beam_search.py"
problem = load(FILE)

RIGHT = {
    "a": ["neural: -0.65, network: -0.73", "network = -0.73; neural = -0.65", {("neural",): -0.65, "network": -0.73}],
    "b": [
        "neural network: -1.25, network neural: -1.33",
        "network neural (-1.33)\nneural network (-1.25)",
        [(("neural", "network"), -1.25), (("network", "neural"), -1.33)],
    ],
    "c": [
        "neural network network: -1.85, network neural network: -1.93",
        "network neural network -> −1.93; neural network network -> −1.85",
        {"neural network network": -1.85, "network neural network": -1.93},
    ],
    "d": ["c", "(C)", "No: a prefix of the most probable sequence was pruned on the way."],
    "d.best": ["neural neural neural: -1.46", "neural neural neural = −1.460", {"neural neural neural": -1.46}],
    "d.smallest": ["3", 3, "3.0"],
    "d.larger": [
        "neural neural neural: -6, network neural neural: -7",
        "network neural neural = -7; neural neural neural = -6",
        {"neural neural neural": -6, "network neural neural": -7},
    ],
    "e": ["O(T k M log M)", "T*M*k*ln(M) + T*k^2*log(k)", r"\Theta(TkM \log(kM))", "O(T k M)", "O(T*k*M*log(k))"],
}


@pytest.mark.parametrize(("part", "response"), [(part, each) for part, all_ in RIGHT.items() for each in all_])
def test_a_right_answer_is_proved_however_it_is_written(part, response):
    assert check(f"{FILE}/{part}", response).verdict is Verdict.PROVED


@pytest.mark.parametrize(
    ("part", "response", "named"),
    [
        ("b", "neural network: -1.25", "Only one sequence"),
        ("b", "neural network: 0.39, network neural: 0.438", "Logarithms multiplied"),
        ("b", "neural neural: -1.45, network network: -1.53", "The most negative totals"),
        ("c", "neural neural neural: -1.46, neural network network: -1.85", "Nothing pruned before the end"),
        ("c", "neural network network: -1.85", "Only one sequence"),
        ("c", "neural network network: -0.60, network neural network: -0.60", "The last number alone"),
        ("d", "b", "Nothing pruned"),
        ("e", "O(M^T)", "All sequences"),
        ("e", "O(T M log M)", "One prefix only"),
        ("e", "O(T k log k)", "Only what is held"),
        ("e", "O(T k^2 M)", "Every pair of prefixes"),
    ],
)
def test_a_mistake_of_the_catalogue_is_refuted_and_named(part, response, named):
    evidence = check(f"{FILE}/{part}", response)
    assert evidence.verdict is Verdict.REFUTED
    assert evidence.feedback.startswith(named)


def test_the_lost_numbers_after_network_network_do_not_matter():
    values = {str(symbol): value for symbol, value in problem.instances["homework"].floats().items()}
    a, tables, k = values["a"][:, 0], values["C"], values["k"]
    for row in ([0.0, -9.0], [-9.0, 0.0], [0.0, 0.0]):
        tables[3] = row
        answer = problem.parts["c"].answer_rule(a, values["B"], tables, k)
        assert answer.check(RIGHT["c"][0], "").verdict is Verdict.PROVED


def test_a_beam_found_by_hand_in_a_variant_is_proved_there_only():
    response = "network neural network: -1.49, neural neural neural: -1.52"
    assert check(f"{FILE}/c", response, variant=7).verdict is Verdict.PROVED
    assert check(f"{FILE}/c", response).verdict is Verdict.REFUTED


@pytest.mark.parametrize("seed", range(5))
def test_no_two_totals_of_a_variant_are_within_the_tolerance(seed):
    drawn = draw(problem, seed)
    for part in "abc":
        scores = [Fraction(score) for score in answer_of(problem.parts[part], drawn).answer.scores.values()]
        assert abs(scores[0] - scores[1]) > 0.01
