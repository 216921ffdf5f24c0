"""What is special to `conv_filter_solve`: the published filter, the one turned around, and mutants of every line."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from verify.api import check
from verify.catalog import load
from verify.crosscheck import crosscheck
from verify.evidence import Verdict
from verify.mutants import score
from verify.variant import draw

FILE = Path(__file__).parents[2] / "problems" / "conv_filter_solve.py"
problem = load(FILE)
claims = {claim.name: claim for claim in problem.claims()}


@pytest.mark.parametrize("name", [name for name, claim in claims.items() if claim.symbolic])
def test_every_symbolic_claim_is_proved(name):
    assert crosscheck(problem, claims[name]).verdict is Verdict.PROVED


@pytest.mark.parametrize("name", [name for name, claim in claims.items() if not claim.symbolic and not claim.differs])
def test_every_library_agrees(name):
    assert crosscheck(problem, claims[name]).verdict is Verdict.SUPPORTED


def test_the_direction_matters_and_the_smallest_instance_says_so():
    evidence = crosscheck(problem, claims["the_direction_of_the_filter_does_not_matter"])
    assert evidence.verdict is Verdict.PROVED
    assert evidence.counterexample.at["n"] == 2


@pytest.mark.parametrize("part", ["system", "a", "check", "turned"])
def test_no_mutant_of_a_line_survives(part):
    result = score(problem, part=part)
    assert result.count("caught") >= 3
    assert result.survivors == []


@given(st.integers(0, 10_000))
@settings(max_examples=15)
def test_a_variant_hides_one_whole_filter(seed):
    values = {str(symbol): value for symbol, value in draw(problem, seed).values.items()}
    assert "g" not in values
    signal, output = (values[name][:, 0].astype(float) for name in ("x", "y"))
    windows = np.array([signal[place : place + 3] for place in range(3)])
    hidden = np.linalg.solve(windows, output)
    assert np.allclose(hidden, np.round(hidden))
    assert abs(np.linalg.det(windows)) > 0.5


def test_no_feedback_contains_a_number_of_the_answer():
    for mistake in problem.parts["a"].mistakes:
        assert not any(character.isdigit() for character in mistake.feedback)


@pytest.mark.parametrize(
    ("response", "named"),
    [
        ("(3, -1, 2)", "Filter turned around"),
        ("(-6, -1, 3)", "Sign slip when a term is moved across"),
        ("(2, 0, 0)", "Only the first entry found"),
        ("(2, 1, 3)", ""),
    ],
)
def test_a_wrong_filter_is_refuted_and_a_known_mistake_named(response, named):
    evidence = check(f"{FILE}/a", response)
    assert evidence.verdict is Verdict.REFUTED
    assert evidence.feedback.startswith(named)
    assert bool(evidence.feedback) == bool(named)


@pytest.mark.parametrize("response", ["(2, -1, 3)", "[2, -1, 3]", "[[2], [-1], [3]]", "(4/2, -1, 3.0)"])
def test_the_right_filter_is_proved(response):
    assert check(f"{FILE}/a", response).verdict is Verdict.PROVED


def test_the_filter_of_a_variant_is_proved_there_and_refuted_in_the_homework():
    assert check(f"{FILE}/a", "(2, 3, -2)", variant=7).verdict is Verdict.PROVED
    assert check(f"{FILE}/a", "(2, 3, -2)").verdict is Verdict.REFUTED
