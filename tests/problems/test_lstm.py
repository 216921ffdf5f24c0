"""What is special to `lstm`: modules with four gates in any order, and a gradient by Jacobian matrices."""

import json
from pathlib import Path

import numpy as np
import pytest
import student_modules as modules
import torch

import verify
from verify import Verdict
from verify.catalog import load

ROOT = Path(__file__).parents[2]
problem = load(ROOT / "problems" / "lstm.py")
CASES = {
    case["id"]: case for case in json.loads((ROOT / "tests" / "data" / "notebook_cases.json").read_text())["cases"]
}
HALF_A_DIGIT = 5.1e-5  # the notebook's numbers are rounded to four digits

layer = problem.parts["h"].function.reference


def check(part, response):
    return verify.check(f"lstm/{part}", response)


def by_torch(X, U, W, b):
    X, U, W, b = (torch.as_tensor(each) for each in (X, U, W, b))
    h = c = torch.zeros(len(X), b.shape[1], dtype=X.dtype)
    states = []
    for step in X.unbind(1):
        z = [step @ U[gate] + h @ W[gate] + b[gate] for gate in range(4)]
        c = torch.sigmoid(z[0]) * c + torch.sigmoid(z[1]) * torch.tanh(z[3])
        h = torch.tanh(c) * torch.sigmoid(z[2])
        states.append(h)
    return torch.stack(states, 1), h, c


def by_one_product(X, U, W, b):
    """All gates by one product of rows; the sigmoid by a hyperbolic tangent."""
    units = b.shape[1]
    weights = np.concatenate(
        [
            *(np.concatenate([U, W], axis=1)),
        ],
        axis=1,
    )
    h, c, states = np.zeros((len(X), units)), np.zeros((len(X), units)), []
    for step in np.moveaxis(X, 1, 0):
        z = np.concatenate([step, h], axis=1) @ weights + b.ravel()
        f, i, o, g = np.split(z, 4, axis=1)
        f, i, o = ((1 + np.tanh(gate / 2)) / 2 for gate in (f, i, o))
        c = f * c + i * np.tanh(g)
        h = np.tanh(c) * o
        states.append(h)
    return {"all_h": np.stack(states, 1), "last_h": h, "last_c": c}


def by_autograd(X, U, W, b):
    U, W, b = (torch.tensor(each, requires_grad=True) for each in (U, W, b))
    by_torch(torch.tensor(X), U, W, b)[0].square().sum().backward()
    return tuple(each.grad for each in (U, W, b))


@pytest.mark.parametrize(
    ("part", "response"),
    [
        *(("h", each) for each in (by_torch, by_one_product)),
        *(("h", each) for each in (modules.GateByGate, modules.OneMap, modules.TwelveArrays)),
        ("h.weights", by_autograd),
    ],
    ids=lambda each: getattr(each, "__name__", each),
)
def test_other_code_for_the_same_is_accepted(part, response):
    evidence = check(part, response)
    assert evidence, evidence
    assert evidence.verdict is Verdict.SUPPORTED


@pytest.mark.parametrize(
    ("response", "told"),
    [
        (modules.PyTorchsOwn, "two biases for each gate"),
        (modules.SigmoidCandidate, ""),
        (modules.Swapped, "state and cell swapped"),
        (modules.TwoMaps, "shapes"),
    ],
    ids=lambda each: getattr(each, "__name__", None),
)
def test_a_wrong_module_is_refuted(response, told):
    evidence = check("h", response)
    assert evidence.verdict is Verdict.REFUTED
    assert told in evidence.feedback


@pytest.mark.parametrize("part", ["h", "h.weights"])
def test_the_function_of_every_mistake_is_refuted_and_named(part):
    for mistake in problem.parts[part].mistakes:
        evidence = check(part, mistake.wrong)
        assert evidence.verdict is Verdict.REFUTED, mistake.name
        assert mistake.name in evidence.feedback, evidence.feedback


@pytest.mark.parametrize(
    "response",
    [
        "v (A diag(f) + R S)",
        r"v A\,\mathrm{diag}(f) + v R S",
        "v * (diag(f) * A + R * S)",
        "((A diag(f) + R S)^T v^T)^T",
    ],
)
def test_the_gradient_by_the_cell_is_accepted_in_several_forms(response):
    assert check("i", response).verdict is Verdict.PROVED


@pytest.mark.parametrize(
    ("response", "name"),
    [
        ("v A diag(f)", "Second path dropped"),
        ("v (A diag(i) + R S)", "Input gate instead of forget gate"),
        ("v (diag(o) diag(f) + R S)", "Slope of tanh dropped"),
        ("v (A diag(f) + R ⊙ S)", "Entry by entry instead of matrix product"),
        ("v (A diag(f) + S R)", "Path in the wrong order"),
    ],
)
def test_a_mistake_in_the_gradient_by_the_cell_is_named(response, name):
    evidence = check("i", response)
    assert evidence.verdict is Verdict.REFUTED
    assert evidence.feedback.startswith(name)


@pytest.mark.parametrize(
    ("part", "response", "verdict"),
    [
        ("h", "tanh(C) o", Verdict.UNREADABLE),
        ("h", lambda inputs: inputs, Verdict.UNREADABLE),
        ("i", "v (A f + R S)", Verdict.UNREADABLE),
        ("i", "(A diag(f) + R S)^T v^T", Verdict.REFUTED),
        ("j", "", Verdict.UNREADABLE),
        ("j", "both add the old value to something new", Verdict.UNDECIDED),
    ],
    ids=lambda each: getattr(each, "__name__", str(each)),
)
def test_odd_answers_get_the_verdict_they_deserve(part, response, verdict):
    assert check(part, response).verdict is verdict


# Numbers of the notebook ---------------------------------------------------------------------------------------------


def equal_parameters(value, inputs, units):
    return np.full((4, inputs, units), value), np.full((4, units, units), value), np.full((4, units), value)


def test_the_layer_has_the_numbers_of_the_notebook():
    case = CASES["lstm-layer/2x3"]
    parameters = equal_parameters(-0.1, 2, 3)
    assert sum(each.size for each in parameters) == case["n_parameters"] == 72
    for name, found in zip(("all_h", "last_h", "last_c"), layer(np.array(case["x"]), *parameters), strict=True):
        assert np.max(abs(found - case["expected_published"][name])) < HALF_A_DIGIT
        assert found == pytest.approx(np.array(case["expected_float64"][name]), abs=1e-12)


@pytest.mark.parametrize("name", ["lstm-stack/1-layer", "lstm-stack/3-layer"])
def test_stacked_layers_have_the_numbers_of_the_notebook(name):
    case = CASES[name]
    states, lasts, cells = np.array(case["x"]), [], []
    for number in range(case["model"]["num_layers"]):
        states, last, cell = layer(states, *equal_parameters(-0.1, 3 if number else 2, 3))
        lasts.append(last)
        cells.append(cell)
    expected = case["expected_published"]
    assert np.max(abs(states - expected["last_layer_all_h"])) < HALF_A_DIGIT
    assert np.max(abs(lasts - np.array(expected["last_step_h_per_layer"]))) < HALF_A_DIGIT
    assert np.max(abs(cells - np.array(expected["last_step_c_per_layer"]))) < HALF_A_DIGIT


def test_a_second_bias_gives_the_published_wrong_numbers():
    case = CASES["lstm-layer/2x3"]
    wrong = np.array(case["mistakes"][0]["all_h"])
    mistake = next(each for each in problem.parts["h"].mistakes if each.name == "two biases for each gate")
    assert mistake.wrong(np.array(case["x"]), *equal_parameters(-0.1, 2, 3))[0] == pytest.approx(wrong, abs=1e-9)


@pytest.mark.parametrize("module", [modules.GateByGate, modules.OneMap, modules.TwelveArrays])
def test_modules_have_the_parameters_and_numbers_of_the_notebook(module):
    case = CASES["lstm-layer/2x3"]
    network = module(2, 3)
    assert sum(each.numel() for each in network.parameters()) == 72
    for each in network.parameters():
        each.data.fill_(-0.1)
    states = network(torch.tensor(case["x"]))[0].detach().numpy()
    assert np.max(abs(states - case["expected_published"]["all_h"])) < HALF_A_DIGIT


def test_the_recorded_decay_is_that_of_the_catalogue():
    """The state gradient over 30 steps, in powers of ten; others found -7.6, -6.1, -2.4 and +0.3."""
    found = next(each for each in problem.experiments if each.name == "change_over_thirty_steps").recorded
    others = {"rnn": -7.6, "lstm": -6.1, "forget_bias_1": -2.4, "forget_bias_5": 0.3}
    assert all(abs(found[name] - other) < 1.5 for name, other in others.items())


def test_a_module_whose_layout_cannot_be_told_is_undecided():
    evidence = check("h", modules.AnyOrder)
    assert evidence.verdict is Verdict.UNDECIDED
    assert "right where all parameters are equal" in evidence.reason
