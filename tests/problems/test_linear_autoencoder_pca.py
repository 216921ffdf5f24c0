"""What is special to `linear_autoencoder_pca`: proofs for matrices of any size, and folklore refuted by an instance."""

from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from verify.catalog import load
from verify.crosscheck import crosscheck, search
from verify.evidence import Verdict
from verify.mutants import damaged, score
from verify.proof import exact_value, prove
from verify.variant import draw

problem = load(Path(__file__).parents[2] / "problems" / "linear_autoencoder_pca.py")
claims = {claim.name: claim for claim in problem.claims()}
equations = [name for name, claim in claims.items() if claim.symbolic and not claim.differs and claim.fixed is None]


@pytest.mark.parametrize("name", equations)
def test_every_line_and_property_is_proved_for_matrices_of_any_size(name):
    evidence = prove(problem, claims[name])
    assert evidence.verdict is Verdict.PROVED
    assert evidence.scope == "in general"


@pytest.mark.parametrize("name", [name for name, claim in claims.items() if claim.fixed is not None])
def test_the_worked_instance_has_the_published_values(name):
    assert crosscheck(problem, claims[name]).verdict is Verdict.PROVED


@pytest.mark.parametrize("name", [name for name, claim in claims.items() if claim.differs])
def test_a_mistake_or_false_belief_is_refuted_by_an_instance(name):
    assert crosscheck(problem, claims[name]).counterexample is not None


@pytest.mark.parametrize("part", ["i.w2", "i.w1", "ii.w2", "ii.w1", "ii.loss"])
def test_no_mutant_of_a_line_survives(part):
    result = score(problem, part=part)
    assert result.count("caught") >= 10
    assert result.survivors == []


@pytest.mark.parametrize("name", ["no_weights_lose_less", "no_subspace_captures_more"])
def test_the_bounds_on_other_subspaces_are_tight(name):
    assert crosscheck(problem, claims[name]).verdict is Verdict.SUPPORTED
    assert search(problem, damaged(claims[name]), examples=50, shrink=False).verdict is Verdict.REFUTED


@pytest.mark.parametrize("seed", range(5))
def test_a_variant_has_whole_answers_and_the_first_principal_component(seed):
    instance = draw(problem, seed)
    for part in problem.parts.values():
        if part.derivation is None or part.name.startswith("ii.w"):
            continue
        for value in exact_value(problem, part.answer, instance).ravel():
            kind, number = value.terms.key(value.node)
            assert kind == "number"
            assert number.denominator == 1
    numbers = instance.floats()
    data, direction, chosen = (numbers[problem.symbol(name)] for name in ("X", "U", "lamda"))
    eigenvalues, eigenvectors = np.linalg.eigh(data @ data.T)
    assert abs(eigenvectors[:, -1] @ direction[:, 0]) == pytest.approx(1)
    assert eigenvalues[-1] == pytest.approx(chosen[0, 0])


@pytest.mark.parametrize(
    "conditions",
    [
        "(W2 W1 - I) C W1^T = 0; W2^T (W2 W1 - I) C = 0",
        "W2 W1 X X^T W1^T = X X^T W1^T; W2^T W2 W1 C = W2^T C",
        r"(W_2 W_1 - I) C W_1^\top = 0; W_2^\top (W_2 W_1 - I) C = 0",
        "C W1^T W2^T W2 = C W2\n4 C W1^T - 4 W2 W1 C W1^T = 0",  # transposed, in the other order, with a factor
    ],
)
def test_the_first_order_conditions_are_accepted_in_any_form(conditions):
    assert problem.find_part("i").answer_kind.check(conditions, "i").verdict is Verdict.PROVED


@pytest.mark.parametrize(
    "first",
    [
        "(W2 W2^T - I) C W2 = 0",  # tied weights
        "C (W2 W1 - I) W1^T = 0",  # the order of the factors
        "(W2 W1 - I) W1^T = 0",  # C omitted
        "(W2 W1 - I) X = 0",  # X instead of X X^T
        "(W2 W1 + I) C W1^T = 0",
    ],
)
def test_another_condition_for_the_decoder_is_refuted(first):
    evidence = problem.find_part("i").answer_kind.check(f"{first}; W2^T (W2 W1 - I) C = 0", "i")
    assert evidence.verdict is Verdict.REFUTED
    assert "1 of 2" in evidence.feedback


def test_a_condition_whose_transposes_are_lost_is_unreadable():
    answer = problem.find_part("i").answer_kind
    assert answer.check("(W2 W1 - I) C W1 = 0; W2^T (W2 W1 - I) C = 0", "i").verdict is Verdict.UNREADABLE


def machinery():
    package = problem.experiments[0].function.__module__.rpartition(".")[0]
    return import_module(f"{package}.machinery.linear_autoencoder")


@pytest.mark.parametrize("degrees", [0.0, 1e-6, 0.5, 30.0, 90.0])
def test_the_angle_between_two_spans_is_that_of_a_rotation(degrees):
    turn = np.radians(degrees)
    first = np.eye(4)[:, :2]
    second = np.column_stack([first[:, 0], np.cos(turn) * first[:, 1] + np.sin(turn) * np.eye(4)[:, 2]])
    mixing = np.array([[2.0, 1.0], [-1.0, 3.0]])  # a span has many bases
    assert machinery().largest_angle(first, second @ mixing) == pytest.approx(degrees, rel=1e-6, abs=1e-12)


def test_training_lowers_the_loss_to_that_of_the_components():
    rng = np.random.default_rng(0)
    data = np.diag([3.0, 2.0, 1.0, 0.5]) @ rng.normal(size=(4, 30))
    encoder, decoder, losses = machinery().trained(data, rng.normal(size=(2, 4)), rng.normal(size=(4, 2)), 200)
    best = np.sum(np.linalg.svd(data, compute_uv=False)[2:] ** 2)
    assert losses[0] > 2 * best
    assert np.linalg.norm(data - decoder @ encoder @ data) ** 2 == pytest.approx(best, rel=1e-6)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("training_reaches_the_loss_of_principal_components", {"largest_excess": 0.002}),
        ("training_never_goes_below_the_loss_of_principal_components", {"smallest_excess": -1e-6}),
        ("the_trained_decoder_spans_the_principal_components", {"largest_angle": 3.0}),
        ("the_trained_decoder_is_not_orthonormal", {"orthonormal": 0.001}),
    ],
)
def test_what_is_claimed_of_training_fails_for_other_numbers(name, wrong):
    experiment = problem.experiments[0]
    (finding,) = (each for each in experiment.findings if each.name == name)
    left, relation, right = finding.function({**experiment.recorded, **wrong})
    assert (left > right) if relation == "<=" else (left < right)
