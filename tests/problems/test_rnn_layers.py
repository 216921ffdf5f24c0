"""What is special to `rnn_layers`: functions and modules in many layouts, and gradients with a power of a matrix."""

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
problem = load(ROOT / "problems" / "rnn_layers.py")
CASES = {
    case["id"]: case for case in json.loads((ROOT / "tests" / "data" / "notebook_cases.json").read_text())["cases"]
}
HALF_A_DIGIT = 5.1e-5  # the notebook's numbers are rounded to four digits


def reference(part):
    return problem.parts[part].function.reference


def check(part, response):
    return verify.check(f"rnn_layers/{part}", response)


# Other code for the same: by torch, by lists, by one matrix for input and state --------------------------------------


def by_torch(X, Wx, Wh, b):
    X, Wx, Wh, b = (torch.as_tensor(each) for each in (X, Wx, Wh, b))
    h = torch.zeros(len(X), len(b), dtype=X.dtype)
    states = []
    for step in range(X.shape[1]):
        h = torch.tanh(X[:, step] @ Wx.T + h @ Wh.T + b)
        states.append(h)
    return torch.stack(states, 1), h


def by_lists(X, Wx, Wh, b):
    """One sequence after the other, the state as a list."""
    batch = []
    for sequence in X:
        h, states = [0.0] * len(b), []
        for row in sequence:
            sums = [
                sum(w * value for w, value in zip(Wx[unit], row, strict=True))
                + sum(w * value for w, value in zip(Wh[unit], h, strict=True))
                + b[unit]
                for unit in range(len(b))
            ]
            h = [float(np.tanh(value)) for value in sums]
            states.append(h)
        batch.append(states)
    return {"all_h": batch, "last_h": [states[-1] for states in batch]}


def by_one_matrix(X, Wx, Wh, b):
    weights, states = np.hstack([Wh, Wx, b[:, None]]), [np.zeros((len(X), len(b)))]
    for step in np.moveaxis(X, 1, 0):
        states.append(np.tanh(np.hstack([states[-1], step, np.ones((len(X), 1))]) @ weights.T))
    return np.array(states[1:]).swapaxes(0, 1), states[-1]


def regression_by_einsum(X, Wx, Wh, b, Wf, b_f):
    states, _ = by_one_matrix(X, Wx, Wh, b)
    return np.einsum("bth,mh->btm", states, Wf) + b_f, states


def losses_by_torch(P, Y):
    P, Y = torch.as_tensor(P), torch.as_tensor(Y)
    return torch.nn.functional.mse_loss(P, Y), torch.nn.functional.mse_loss(P[:, -1], Y[:, -1])


def losses_by_loops(P, Y):
    errors = [[(p - y) ** 2 for p, y in zip(*rows, strict=True)] for rows in zip(P, Y, strict=True)]
    return {
        "all": sum(map(sum, errors)) / (len(errors) * len(errors[0])),
        "last": sum(row[-1] for row in errors) / len(errors),
    }


def loss_fn(pred, y, last_timestep_only=False):
    if last_timestep_only:
        pred, y = pred[:, -1:], y[:, -1:]
    return torch.mean((pred - y) ** 2)


def norms_by_autograd(x, Wx, Wh, b, w, a, y):
    x, Wx, Wh, b, w = (torch.tensor(each) for each in (x, Wx, Wh, b, w))
    h, states = torch.zeros(len(b), dtype=x.dtype, requires_grad=True), []
    for row in x:
        h = torch.tanh(Wx @ row + Wh @ h + b)
        h.retain_grad()
        states.append(h)
    ((w[0] @ h + a - y) ** 2).backward()
    return [h.grad.norm().item() for h in states]


def norms_by_products(x, Wx, Wh, b, w, a, y):
    """The Jacobian matrices of all steps, multiplied from the last one on."""
    states = by_one_matrix(x[None], Wx, Wh, b)[0][0]
    row = 2 * (w @ states[-1] + a - y) * w[0]
    norms = [np.linalg.norm(row)]
    for state in reversed(states[1:]):
        row = row @ (np.diag(1 - state**2) @ Wh)
        norms.insert(0, np.linalg.norm(row))
    return norms


def norms_by_differences(x, Wx, Wh, b, w, a, y):
    """By complex steps: the loss as a function of a state, continued from there."""
    states, found = by_one_matrix(x[None], Wx, Wh, b)[0][0], []
    for step in range(len(x)):
        gradient = []
        for unit in range(len(b)):
            h = states[step].astype(complex)
            h[unit] += 1e-30j
            for row in x[step + 1 :]:
                h = np.tanh(Wx @ row + Wh @ h + b)
            gradient.append(((w[0] @ h + a - y) ** 2).imag / 1e-30)
        found.append(np.linalg.norm(gradient))
    return np.array(found)


def weights_by_autograd(x, Wx, Wh, b, w, a, y):
    parameters = [torch.tensor(each, requires_grad=True) for each in (Wx, Wh, b)]
    h = torch.zeros(len(b), dtype=torch.float64)
    for row in torch.tensor(x):
        h = torch.tanh(parameters[0] @ row + parameters[1] @ h + parameters[2])
    ((torch.tensor(w)[0] @ h + a - y) ** 2).backward()
    return [each.grad if each.grad is not None else torch.zeros_like(each) for each in parameters]


def stack_by_recursion(X, Wx, Wh, b, Ux, Uh, c):
    states, last = by_one_matrix(X, Wx, Wh, b)
    if not len(c):
        return states, last[None]
    top, lasts = stack_by_recursion(states, Ux[0], Uh[0], c[0], Ux[1:], Uh[1:], c[1:])
    return top, np.concatenate([last[None], lasts])


def stack_step_by_step(X, Wx, Wh, b, Ux, Uh, c):
    """All layers advance together, one step of time after the other."""
    layers = [(Wx, Wh, b), *zip(Ux, Uh, c, strict=True)]
    states, top = [np.zeros((len(X), len(b))) for _ in layers], []
    for step in np.moveaxis(X, 1, 0):
        below = step
        for number, (W_in, W_own, bias) in enumerate(layers):
            below = states[number] = np.tanh(below @ W_in.T + states[number] @ W_own.T + bias)
        top.append(below)
    return np.stack(top, 1), np.array(states)


@pytest.mark.parametrize(
    ("part", "response"),
    [
        *(("a", each) for each in (by_torch, by_lists, by_one_matrix)),
        *(("a", each) for each in (modules.TwoMaps, modules.Concatenated, modules.BareParameters)),
        *(("b", each) for each in (regression_by_einsum, modules.Regression, modules.WholeRegression)),
        *(("c", each) for each in (losses_by_torch, losses_by_loops, loss_fn)),
        *(("d", each) for each in (norms_by_autograd, norms_by_products, norms_by_differences)),
        ("d.weights", weights_by_autograd),
        *(("k", each) for each in (stack_by_recursion, stack_step_by_step)),
        *(("k", each) for each in (modules.Stack, modules.StackOfConcatenated)),
    ],
    ids=lambda each: getattr(each, "__name__", each),
)
def test_other_code_for_the_same_is_accepted(part, response):
    evidence = check(part, response)
    assert evidence, evidence
    assert evidence.verdict is Verdict.SUPPORTED


class SumOfErrors:
    """Not a module, and not made with sizes."""


@pytest.mark.parametrize(
    ("part", "response", "told"),
    [
        ("a", modules.TwoBiases, "two bias vectors"),
        ("a", modules.Rectified, "rectifier instead of tanh"),
        ("a", modules.RandomStart, "drawn at random"),
        ("a", modules.NoBias, "15 numbers"),
        ("a", torch.nn.RNN, "shape"),
        ("a", SumOfErrors, "TypeError"),
        ("a", lambda X, Wx, Wh, b: by_one_matrix(X.swapaxes(0, 1), Wx, Wh, b), "shape"),
        ("a", lambda X, Wx, Wh, b: by_one_matrix(X, Wh, Wx, b), ""),
        ("a", lambda X, Wx, Wh, b: by_one_matrix(X, Wx, Wh, b)[0], "one ndarray; 2 are expected: all_h, last_h"),
    ],
    ids=lambda each: getattr(each, "__name__", None),
)
def test_wrong_code_is_refuted_and_its_mistake_told(part, response, told):
    evidence = check(part, response)
    assert evidence.verdict is Verdict.REFUTED
    assert told in evidence.feedback


@pytest.mark.parametrize("part", [name for name, each in problem.parts.items() if each.function is not None])
def test_the_function_of_every_mistake_is_refuted_and_named(part):
    for mistake in problem.parts[part].mistakes:
        evidence = check(part, mistake.wrong)
        assert evidence.verdict is Verdict.REFUTED, mistake.name
        assert mistake.name in evidence.feedback, evidence.feedback


@pytest.mark.parametrize(
    ("part", "response", "verdict"),
    [
        ("a", "tanh(Wx x + Wh h + b)", Verdict.UNREADABLE),
        ("a", lambda inputs: inputs, Verdict.UNREADABLE),
        ("e", "2 r Wf Wh^(T-t)", Verdict.UNREADABLE),
        ("e", "2 r Wh^(T-t) w", Verdict.UNREADABLE),
        ("f", "relu", Verdict.UNREADABLE),
        ("g", "", Verdict.UNREADABLE),
        ("g", "every state has a loss of its own now", Verdict.UNDECIDED),
    ],
    ids=lambda each: getattr(each, "__name__", str(each)),
)
def test_an_answer_of_another_kind_is_not_called_wrong(part, response, verdict):
    assert check(part, response).verdict is verdict


@pytest.mark.parametrize(
    "response",
    [
        "2*(yhat - y)*w*Wh^(T-t)",
        r"2(\hat{y} - y)\, w\, W_h^{T-t}",
        "-2 (y - yhat) w Wh^(T - t)",
        r"2 r w W_h^{T-t-1} W_h",
        "((Wh^T)^(T-t) w^T)^T * 2 * r",
    ],
)
def test_the_closed_form_is_accepted_in_several_forms(response):
    evidence = check("e", response)
    assert evidence.verdict is Verdict.PROVED
    assert "T = 3" in evidence.scope


@pytest.mark.parametrize(
    ("response", "name"),
    [
        ("2 r w Wh^(T-t+1)", "One step too many"),
        ("2 r w Wh^t", "Counted from the start"),
        ("r w Wh^(T-t)", "Factor 2 dropped"),
        ("2 r w (Wh^T)^(T-t)", "Weights transposed"),
    ],
)
def test_a_mistake_in_the_closed_form_is_named(response, name):
    evidence = check("e", response)
    assert evidence.verdict is Verdict.REFUTED
    assert evidence.feedback.startswith(name)
    assert {"T", "t"} <= set(evidence.counterexample.at)


def test_a_column_where_a_row_is_asked_is_told_the_shape():
    evidence = check("e", "2 r (Wh^T)^(T-t) w^T")
    assert evidence.verdict is Verdict.REFUTED
    assert "expected shape 1 x H, found H x 1" in evidence.reason


@pytest.mark.parametrize(("response", "correct"), [("b", True), ("a", False), ("c", False), ("d", False), ("e", False)])
def test_only_the_spectral_radius_decides(response, correct):
    assert bool(check("e.condition", response)) is correct


@pytest.mark.parametrize("response", ["a", "tanh vanishes more, and the rectifier explodes more"])
def test_large_weights_make_tanh_vanish_and_the_rectifier_explode(response):
    assert check("f", response)


def test_with_small_weights_it_is_the_other_way_round():
    assert check("f.small", "those of the rectifier")
    assert not check("f.small", "those of tanh")


# Numbers of the notebook ---------------------------------------------------------------------------------------------


def constants(case, inputs, units):
    value = case["model"]["all_parameters"]
    return np.full((units, inputs), value), np.full((units, units), value), np.full(units, value)


def one_number(case, biases=1):
    """The states of a layer whose parameters are all equal, by a recurrence of one number."""
    c, units = case["model"]["all_parameters"], case["model"]["hidden_size"]
    f = np.tanh if case["model"].get("nonlinearity") != "identity" else lambda z: z
    batch = []
    for sequence in case["x"]:
        h, states = 0.0, []
        for row in sequence:
            h = f(c * (units * h + sum(row) + biases))
            states.append([h] * units)
        batch.append(states)
    return np.array(batch)


@pytest.mark.parametrize("name", ["rnn-layer/one-unit", "rnn-regression/2x3x4", "rnn-stack/1-layer"])
def test_the_layer_has_the_states_of_the_notebook(name):
    case = CASES[name]
    states, last = reference("a")(
        np.array(case["x"]), *constants(case, len(case["x"][0][0]), case["model"]["hidden_size"])
    )
    published = case["expected_published"]
    expected = published.get("all_h", published.get("last_layer_all_h", [published.get("last_h")]))
    assert np.max(abs(states - np.array(expected))) < HALF_A_DIGIT
    assert states == pytest.approx(one_number(case), abs=1e-14)
    assert (last == states[:, -1]).all()


@pytest.mark.parametrize("module", [modules.TwoMaps, modules.Concatenated, modules.BareParameters])
def test_modules_without_nonlinearity_have_the_states_of_the_notebook(module):
    case = CASES["rnn-layer/linear-2x3"]
    layer = module(2, 3, nonlinearity=lambda z: z)
    assert sum(each.numel() for each in layer.parameters()) == case["n_parameters"] == 18
    for each in layer.parameters():
        each.data.fill_(-0.1)
    states, _ = layer(torch.tensor(case["x"]))
    assert np.max(abs(states.detach().numpy() - case["expected_published"]["all_h"])) < HALF_A_DIGIT
    assert states.detach().numpy() == pytest.approx(one_number(case), abs=1e-6)


def test_a_second_bias_gives_the_published_wrong_numbers():
    case = CASES["rnn-regression/2x3x4"]
    wrong = next(each for each in case["mistakes"] if "bias_hh" in each["name"])["all_h"]
    Wx, Wh, b = constants(case, 2, 3)
    mistake = next(each for each in problem.parts["a"].mistakes if each.name == "two bias vectors")
    assert mistake.wrong(np.array(case["x"]), Wx, Wh, b)[0] == pytest.approx(np.array(wrong), abs=1e-9)
    assert np.max(abs(np.array(wrong) - case["expected_published"]["all_h"])) > 1000 * HALF_A_DIGIT


def test_the_regression_has_the_predictions_of_the_notebook():
    case = CASES["rnn-regression/2x3x4"]
    weights = (*constants(case, 2, 3), np.full((4, 3), -0.1), np.full(4, -0.1))
    assert sum(each.size for each in weights) == case["n_parameters"] == 34
    predictions, _ = reference("b")(np.array(case["x"]), *weights)
    assert np.max(abs(predictions - case["expected_published"]["preds"])) < HALF_A_DIGIT
    assert predictions == pytest.approx(np.array(case["expected_float64"]["preds"]), abs=1e-12)


def test_the_losses_are_those_of_the_notebook():
    case = CASES["rnn-loss/2x3"]
    pair = np.array(case["pred"]), np.array(case["target"])
    every, last = reference("c")(*pair)
    assert (every, last) == (pytest.approx(451 / 150), pytest.approx(37 / 10))
    wrong = {
        each.name: each.wrong(np.array(case["pred"]), np.array(case["target"])) for each in problem.parts["c"].mistakes
    }
    assert wrong["summed instead of averaged"][0] == pytest.approx(18.04)
    assert wrong["last sequence instead of last step"][1] == pytest.approx(4.0266666667)


def test_two_layers_have_the_states_of_the_notebook():
    case = CASES["rnn-stack/2-layer"]
    weights = (*constants(case, 2, 3), *(each[None] for each in constants(case, 3, 3)))
    states, last = reference("k")(np.array(case["x"]), *weights)
    assert np.max(abs(states - case["expected_published"]["last_layer_all_h"])) < HALF_A_DIGIT
    assert last == pytest.approx(np.array(case["expected_float64"]["last_step_h_per_layer"]), abs=1e-12)


def test_running_means_are_those_of_the_notebook():
    for sample in CASES["rnn-dataset/running-average"]["published_samples_2dp"]:
        means = np.cumsum(sample["x"]) / np.arange(1, len(sample["x"]) + 1)
        assert np.max(abs(means - sample["y"])) < CASES["rnn-dataset/running-average"]["tolerance"]


def test_the_recorded_training_reaches_the_thresholds_of_the_homework():
    thresholds = CASES["rnn-train/averaging"]["thresholds"]
    found = next(each for each in problem.experiments if each.name == "training").recorded
    assert found["one_at_the_end"] < thresholds["1_layer"] / 2
    assert found["two_at_the_end"] < thresholds["2_layer"] / 2
