"""What is special to `scaled_dot_product`: exact moments, simulations that know their error, whole variants."""

from math import isqrt
from pathlib import Path

import numpy as np
import pytest
import torch

from verify.catalog import load
from verify.crosscheck import crosscheck, search
from verify.equality.decide import decide
from verify.evidence import Verdict
from verify.mutants import damaged, score
from verify.proof import exact_value, prove
from verify.variant import draw

problem = load(Path(__file__).parents[2] / "problems" / "scaled_dot_product.py")
claims = {claim.name: claim for claim in problem.claims()}
equations = [name for name, claim in claims.items() if claim.symbolic and not claim.differs and claim.fixed is None]


@pytest.mark.parametrize(("part", "published"), [("a", 25), ("a.common", 36), ("b", 4), ("b.general", 264), ("c", 2)])
def test_the_answer_at_four_components_is_the_published_one(part, published):
    assert problem.find_part(part).keys["four"] == published
    assert crosscheck(problem, claims[f"{part}/four"]).verdict is Verdict.PROVED


@pytest.mark.parametrize("name", [name for name, claim in claims.items() if claim.differs])
def test_a_mistake_or_false_belief_is_refuted_by_an_instance(name):
    assert crosscheck(problem, claims[name]).counterexample is not None


@pytest.mark.parametrize("part", ["a", "a.common", "b", "b.general", "c"])
def test_no_mutant_of_a_line_survives(part):
    result = score(problem, part=part)
    assert result.count("caught") >= 2
    assert result.survivors == []


@pytest.mark.parametrize("name", equations)
def test_every_line_is_proved_for_every_dimension(name):
    evidence = prove(problem, claims[name])
    assert evidence.verdict is Verdict.PROVED
    assert evidence.scope == "in general"


@pytest.mark.parametrize(
    "name", ["a/simulated_mean", "b/simulated_variance", "b.general/simulated_variance_in_general"]
)
def test_a_simulation_refutes_an_answer_that_is_a_quarter_off(name):
    assert search(problem, damaged(claims[name]), examples=50, shrink=False).verdict is Verdict.REFUTED


def test_the_simulated_variance_has_the_standard_error_that_the_fourth_moment_predicts():
    d, samples = 3, 20_000
    simulate = problem.find_part("b").implementations[-1].function
    estimate = simulate(d, torch.Generator().manual_seed(0))
    assert estimate.standard_error == pytest.approx(np.sqrt((2 * d**2 + 6 * d) / samples), rel=0.1)


@pytest.mark.parametrize("seed", range(5))
def test_a_variant_has_whole_answers(seed):
    instance = draw(problem, seed)
    d, mean, sigma, m = (instance.values[problem.symbol(name)] for name in ("d", "mu", "sigma", "m"))
    squares = np.sum(mean**2)
    expected = {
        "a": squares,
        "a.common": d * m**2,
        "b": d,
        "b.general": 2 * sigma**2 * squares + d * sigma**4,
        "c": isqrt(d),
    }
    for part, whole in expected.items():
        (value,) = exact_value(problem, problem.find_part(part).answer, instance).ravel()
        assert decide(value.terms, value.node, value.terms.number(int(whole))).verdict is Verdict.PROVED
