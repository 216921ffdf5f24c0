"""What is special to `regularized_linear_autoencoder`: an exact minimum, and the conventions of PyTorch around it."""

from pathlib import Path

import numpy as np
import pytest

from verify.answers.of_part import answer_of
from verify.catalog import load
from verify.evidence import Verdict
from verify.proof import exact_value
from verify.variant import draw

problem = load(Path(__file__).parents[2] / "problems" / "regularized_linear_autoencoder.py")
answers = {name: answer_of(part) for name, part in problem.parts.items()}

ACCEPTED = {
    "a.i": [2, "two layers", "(2)"],
    "a.ii": ["B", "nn.MSELoss", "(b)"],
    "a.iii": ["A, B", "SGD optimizer and weight decay", ["B", "A"]],
    "b.balance": ["2s - 2/s^3".replace("s", "sigma"), r"2\sigma - 2\sigma^{-3}", r"\frac{2(\sigma^4 - 1)}{\sigma^3}"],
    "b.w2": [
        "2 ((W2 W1 - I) C W1^T + lambda W2)",
        r"\frac{2}{n} (W_2 W_1 - I) X X^\top W_1^\top + 2 \lambda W_2",
        "2*lamda*W2 - 2*(X - W2*W1*X)*X.T*W1.T/n",
    ],
    "b.w1": [
        "2 W2^T (W2 W1 - I) C + 2 lambda W1",
        r"\frac{2}{n} W_2^\top (W_2 W_1 - I) X X^\top + 2 \lambda W_1",
        "2*lamda*W1 - 2*W2.T*(X - W2*W1*X)*X.T/n",
    ],
    "b.slope": ["2 e (t - 1 + lambda/e)", r"2\lambda - 2 e (1 - t)", "2*lamda + 2*e*t - 2*e"],
    "b.loss": ["2 lambda - lambda^2/e", r"\lambda (2 - \frac{\lambda}{e})", "lamda*(2*e - lamda)/e"],
    "b.deviation": ["Q (G^2 - I) Q^T", "Q G G Q^T - I", r"Q G^2 Q^\top - Q Q^\top"],
}


@pytest.mark.parametrize(("part", "response"), [(part, each) for part, all_ in ACCEPTED.items() for each in all_])
def test_an_answer_is_accepted_in_several_forms(part, response):
    assert answers[part].check(response, part).verdict is Verdict.PROVED


@pytest.mark.parametrize(
    ("part", "response", "name"),
    [
        ("a.i", 1, "One layer"),
        ("a.ii", "nn.L1Loss", "Absolute errors"),
        ("a.iii", "weight decay", "No optimizer"),
        ("a.iii", "SGD optimizer", "No weight decay"),
        ("a.iii", "A, B, C", "Dropout added"),
        ("a.iii", "A, B, D", "A normalisation added"),
        ("a.iii", "A, B, E", "Bias terms added"),
        ("b.balance", "2 sigma", "Only the first term"),
        ("b.w2", "2 (W2 W1 - I) C W1^T + lambda W2", "Penalty without its factor"),
        ("b.loss", "lambda^2/e", "Penalty forgotten"),
        ("b.deviation", "Q (G - I) Q^T", "Gains not squared"),
    ],
)
def test_a_mistake_is_refuted_and_named(part, response, name):
    evidence = answers[part].check(response, part)
    assert evidence.verdict is Verdict.REFUTED
    assert evidence.feedback.startswith(f"{name}. ")


def test_the_argument_needs_a_reader():
    evidence = answers["b"].check("Yes: the penalty is smallest where all singular values are one.", "b")
    assert evidence.verdict is Verdict.UNDECIDED


@pytest.mark.parametrize("strength", [0.5, 0.1, 0.01])
def test_a_fit_misses_orthonormality_by_the_penalty_over_the_last_eigenvalue(strength):
    functions = problem.figures[0].draw.__globals__  # the machinery of the problem file
    rng = np.random.default_rng(0)
    X, W1, W2 = rng.normal(size=(5, 40)), rng.normal(size=(2, 5)), rng.normal(size=(5, 2))
    _, decoder = functions["fitted"](W1, W2, X, strength)
    smallest = functions["spectrum"](X, 2)[0][-1]
    missed = np.linalg.norm(decoder.T @ decoder - np.eye(2), 2)
    assert missed == pytest.approx(strength / smallest, rel=1e-2)


@pytest.mark.parametrize("seed", range(5))
def test_a_variant_has_rational_gains_that_belong_to_its_penalty(seed):
    instance = draw(problem, seed)
    (deviation,) = exact_value(problem, problem.find_part("b.deviation").answer, instance).ravel()
    numbers = {str(symbol): value for symbol, value in instance.values.items()}
    assert deviation.terms.key(deviation.node) == ("number", -numbers["lamda"] / numbers["e"])
