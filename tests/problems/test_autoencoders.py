"""What is special to `autoencoders`: other right programs, every mistake named, the numbers of the notebook."""

import json
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from verify.catalog import load
from verify.evidence import Verdict

ROOT = Path(__file__).parents[2]
problem = load(ROOT / "problems" / "autoencoders.py")
answers = {name: part.answer_kind for name, part in problem.parts.items()}
cases = {case["id"]: case for case in json.loads((ROOT / "tests/data/notebook_cases.json").read_text())["cases"]}
package = answers["code.loss"].reference.__module__.rpartition(".")[0]
autoencoder = import_module(f"{package}.machinery.autoencoder")
representation_data = import_module(f"{package}.machinery.representation_data")


def judged(part, response):
    return answers[part].check(response, part)


class Sequences(nn.Module):
    """As the notebook has it."""

    def __init__(self, input_size, hidden_sizes, activation_cls=nn.ReLU):
        super().__init__()
        self.encoder = self.stack([input_size, *hidden_sizes], activation_cls)
        self.decoder = self.stack([*hidden_sizes[::-1], input_size], activation_cls)

    def stack(self, sizes, activation):
        modules = []
        for place in range(len(sizes) - 1):
            modules.append(nn.Linear(sizes[place], sizes[place + 1]))
            if place < len(sizes) - 2:
                modules.append(activation())
        return nn.Sequential(*modules)

    def encode(self, x):
        return self.encoder(x)

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        return self.decode(self.encode(x))

    def loss(self, x, x_hat):
        return (x - x_hat).pow(2).sum() / len(x)

    def noisy(self, x):
        return x

    def train_step(self, x, optimizer):
        loss = self.loss(x, self(self.noisy(x)))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss


class FourLayers(nn.Module):
    """Without sequences, and without an activation to choose."""

    def __init__(self, features, hidden):
        super().__init__()
        wide, narrow = hidden
        self.narrowing = nn.Linear(features, wide)
        self.coding = nn.Linear(wide, narrow)
        self.widening = nn.Linear(narrow, wide)
        self.drawing = nn.Linear(wide, features)

    def decode(self, z):
        return self.drawing(self.widening(z).clamp(min=0))

    def forward(self, x):
        return self.decode(self.coding(nn.functional.relu(self.narrowing(x))))

    def loss(self, x, x_hat):
        return nn.MSELoss(reduction="none")(x_hat, x).sum(1).mean()


class ActivationAtTheEnd(Sequences):
    def stack(self, sizes, activation):
        return nn.Sequential(*super().stack(sizes, activation), activation())


class NotMirrored(Sequences):
    def __init__(self, features, hidden, activation=nn.ReLU):
        super().__init__(features, hidden, activation)
        self.decoder = nn.Linear(hidden[-1], features)


@pytest.mark.parametrize(
    "response",
    [
        Sequences,
        FourLayers,
        lambda z, V1, c1, V2, c2: np.clip(z @ V1.T + c1, 0, None) @ V2.T + c2,
        lambda z, V1, c1, V2, c2: nn.functional.linear(nn.functional.linear(z, V1, c1).relu(), V2, c2),
    ],
)
def test_a_decoder_is_accepted_however_it_is_written(response):
    assert judged("code.decoder", response).verdict is Verdict.SUPPORTED


@pytest.mark.parametrize(
    "response",
    [
        Sequences,
        FourLayers,
        lambda x, W1, b1, W2, b2, V1, c1, V2, c2: (
            np.maximum(0, (np.maximum(0, x @ W1.T + b1) @ W2.T + b2) @ V1.T + c1) @ V2.T + c2
        ),
    ],
)
def test_an_autoencoder_is_accepted_however_it_is_written(response):
    assert judged("code.forward", response).verdict is Verdict.SUPPORTED


@pytest.mark.parametrize(
    ("part", "response", "mistake"),
    [
        ("code.decoder", ActivationAtTheEnd, "activation after the last layer"),
    ],
)
def test_a_mistake_in_an_autoencoder_is_named(part, response, mistake):
    evidence = judged(part, response)
    assert evidence.verdict is Verdict.REFUTED
    assert mistake in evidence.feedback


def test_a_decoder_that_is_no_mirror_image_is_told_which_parameters_are_expected():
    evidence = judged("code.forward", NotMirrored)
    assert evidence.verdict is Verdict.REFUTED
    assert "its mirror image" in evidence.feedback


def test_a_class_that_takes_no_sizes_is_told_what_it_must_take():
    evidence = judged("code.decoder", nn.Tanh)
    assert evidence.verdict is Verdict.REFUTED
    assert "the list of hidden sizes" in evidence.feedback


@pytest.mark.parametrize(
    "response",
    [
        Sequences,
        FourLayers,
        lambda x, x_hat: sum(np.linalg.norm(x[i] - x_hat[i]) ** 2 for i in range(len(x))) / len(x),
        lambda x, x_hat: nn.functional.mse_loss(x_hat, x) * x.shape[1],
        lambda x, x_hat: np.square(x - x_hat).mean() * x.shape[1],
    ],
)
def test_a_loss_is_accepted_however_it_is_written(response):
    assert judged("code.loss", response).verdict is Verdict.SUPPORTED


@pytest.mark.parametrize(
    ("response", "mistake"),
    [
        (lambda x, x_hat: nn.functional.mse_loss(x_hat, x), "mean over the features as well"),
        (lambda x, x_hat: nn.functional.mse_loss(x_hat, x, reduction="sum"), "sum over the examples as well"),
    ],
)
def test_a_mistake_in_the_loss_is_named(response, mistake):
    evidence = judged("code.loss", response)
    assert evidence.verdict is Verdict.REFUTED
    assert mistake in evidence.feedback


def test_a_loss_for_each_example_has_the_wrong_shape():
    evidence = judged("code.loss", lambda x, x_hat: ((x - x_hat) ** 2).sum(1, keepdims=True) + np.zeros((1, 2)))
    assert evidence.verdict is Verdict.REFUTED
    assert "shape" in evidence.feedback


# Training steps -------------------------------------------------------------------------------------------------------


def stepping(corrupted, *, target=None, counted=None, always=False):
    """A class that is trained on what `corrupted` makes of its inputs."""

    class Trained(Sequences):
        def forward(self, x):
            return super().forward(corrupted(x) if always else x)

        def train_step(self, x, optimizer):
            changed = x if always else corrupted(x)
            wanted = x if target is None else target(x, changed)
            counts = 1 if counted is None else counted(x)
            loss = (counts * (wanted - self(changed)) ** 2).sum(1).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

    return Trained


def by_autograd(corrupt):
    """A plain function of the givens, by name."""

    def step(x, eps, M, eta, W1, b1, W2, b2, V1, c1, V2, c2):
        weights = [each.clone().requires_grad_() for each in (W1, b1, W2, b2, V1, c1, V2, c2)]

        def network(inputs):
            W1, b1, W2, b2, V1, c1, V2, c2 = weights
            code = torch.relu(inputs @ W1.T + b1) @ W2.T + b2
            return torch.relu(code @ V1.T + c1) @ V2.T + c2

        before = network(x).detach()
        ((network(corrupt(x, eps, M)) - x) ** 2).sum(1).mean().backward()
        return before, *(each.detach() - eta * each.grad for each in weights)

    return step


@pytest.mark.parametrize(
    "response",
    [
        stepping(lambda x: x + 0.5 * torch.randn_like(x)),
        stepping(lambda x: torch.normal(x, 0.5)),
        stepping(lambda x: x - torch.empty_like(x).normal_(0, 0.5)),
        by_autograd(lambda x, eps, _: x + eps / 2),
    ],
)
def test_a_step_with_noise_is_accepted_however_the_noise_is_drawn(response):
    assert judged("code.denoise", response).verdict is Verdict.SUPPORTED


@pytest.mark.parametrize(
    ("response", "mistake"),
    [
        (stepping(lambda x: x + 0.5 * torch.randn_like(x), target=lambda _, noisy: noisy), "noise in the target"),
        (stepping(lambda x: x + 0.5 * torch.randn_like(x), always=True), "noise in evaluation"),
    ],
)
def test_a_mistake_in_a_step_with_noise_is_named(response, mistake):
    evidence = judged("code.denoise", response)
    assert evidence.verdict is Verdict.REFUTED
    assert mistake in evidence.feedback


@pytest.mark.parametrize(
    "response",
    [
        stepping(lambda x: torch.where(torch.rand_like(x) < 0.25, 0.0, x)),
        stepping(lambda x: x * (1 - torch.bernoulli(torch.full_like(x, 0.25)))),
        stepping(lambda x: x * torch.bernoulli(torch.full_like(x, 0.75))),
        stepping(lambda x: x * (torch.rand(*x.shape, dtype=x.dtype) > 0.25)),
        by_autograd(lambda x, _, M: x * (1 - M)),
    ],
)
def test_a_step_with_a_mask_is_accepted_however_the_mask_is_drawn(response):
    assert judged("code.mask", response).verdict is Verdict.SUPPORTED


def hidden(x):
    return torch.rand_like(x) < 0.25


def hide(x):
    return torch.where(hidden(x), 0.0, x)


@pytest.mark.parametrize(
    ("response", "mistake"),
    [
        (stepping(lambda x: x * hidden(x)), "inverted mask"),
        (stepping(hide, counted=lambda x: ~hidden(x)), "loss of what is seen only"),
        (stepping(hide, counted=hidden), "loss of what is hidden only"),
        (stepping(hide, counted=lambda x: 1 / x.shape[1]), "mean over the features"),
    ],
)
def test_a_mistake_in_a_step_with_a_mask_is_named(response, mistake):
    evidence = judged("code.mask", response)
    assert evidence.verdict is Verdict.REFUTED
    assert mistake in evidence.feedback


def test_a_class_without_a_training_step_is_told_so():
    evidence = judged("code.mask", FourLayers)
    assert evidence.verdict is Verdict.REFUTED
    assert "train_step" in evidence.feedback


def test_what_is_drawn_elsewhere_is_noticed():
    rng = np.random.default_rng(0)
    response = stepping(lambda x: x + 0.5 * torch.from_numpy(rng.normal(size=x.shape)))
    evidence = judged("code.denoise", response)
    assert evidence.verdict is Verdict.REFUTED
    assert "drawn at random" in evidence.feedback


def test_torch_draws_as_before_after_a_check():
    judged("code.denoise", stepping(lambda x: x + 0.5 * torch.randn_like(x)))
    assert not torch.equal(torch.randn_like(torch.zeros(3)), torch.randn_like(torch.zeros(3)))


# Probe and plot -------------------------------------------------------------------------------------------------------


def counted(model, classifier, batches):
    guesses = torch.cat([classifier(model.encode(x)).argmax(1) for x, _ in batches])
    return 100 * float((guesses == torch.cat([y for _, y in batches])).double().mean())


def counted_by_loop(loader, net, probe):
    model, right, seen = net, 0, 0
    for x, y in loader:
        for logits, label in zip(probe(model.encoder(x)), y, strict=True):
            right += int(logits.max(0).indices == label)
            seen += 1
    return right / seen * 100


def of_weights(X, y, W1, b1, W2, b2, A, a):
    return np.mean(((np.maximum(X @ W1.T + b1, 0) @ W2.T + b2) @ A.T + a).argmax(1) == y) * 100


def batches_averaged(model, classifier, batches):
    return np.mean([100 * (classifier(model.encode(x)).argmax(1) == y).double().mean().item() for x, y in batches])


def divided_by_batches(model, classifier, batches):
    return 100 * sum((classifier(model.encode(x)).argmax(1) == y).sum().item() for x, y in batches) / len(batches)


@pytest.mark.parametrize("response", [counted, counted_by_loop, of_weights])
def test_an_accuracy_of_a_probe_is_accepted_however_it_is_counted(response):
    assert judged("code.probe_accuracy", response).verdict is Verdict.SUPPORTED


@pytest.mark.parametrize(
    ("response", "mistake"),
    [
        (batches_averaged, "mean over the batches"),
        (divided_by_batches, "counted per batch"),
    ],
)
def test_a_mistake_in_the_accuracy_of_a_probe_is_named(response, mistake):
    evidence = judged("code.probe_accuracy", response)
    assert evidence.verdict is Verdict.REFUTED
    assert mistake in evidence.feedback


@pytest.mark.parametrize(
    "response",
    [
        lambda runs: (runs.mean(0), runs.min(0), runs.max(0)),
        lambda runs: {
            "low": np.quantile(runs, 0, axis=0),
            "high": np.quantile(runs, 1, axis=0),
            "mean": np.mean(runs, 0),
        },
        lambda runs: list(zip(*[(sum(each) / len(each), min(each), max(each)) for each in runs.T], strict=True)),
        lambda runs: (torch.mean(runs, 0), torch.min(runs, 0).values, torch.max(runs, 0).values),
    ],
)
def test_a_band_is_accepted_however_it_is_computed(response):
    assert judged("code.plot", response).verdict is Verdict.SUPPORTED


@pytest.mark.parametrize(
    ("response", "mistake"),
    [
        (lambda runs: (runs.mean(0), runs.mean(0) - runs.std(0), runs.mean(0) + runs.std(0)), "one standard deviation"),
        (lambda runs: (runs.mean(1), runs.min(1), runs.max(1)), "runs and epochs swapped"),
        (lambda runs: ((runs.min(0) + runs.max(0)) / 2, runs.min(0), runs.max(0)), "the middle of the band"),
    ],
)
def test_a_mistake_in_a_band_is_named(response, mistake):
    evidence = judged("code.plot", response)
    assert evidence.verdict is Verdict.REFUTED
    assert mistake in evidence.feedback


@pytest.mark.parametrize("response", ["79 %", "84.5", 90, "85 to 90 %"])
def test_an_accuracy_on_digits_above_the_mark_is_accepted(response):
    assert judged("code.mnist_design", response).verdict is Verdict.PROVED


@pytest.mark.parametrize("response", ["78.9 %", "100 %", 10, "0.85"])
def test_an_accuracy_on_digits_below_the_mark_or_too_good_to_be_true_is_refuted(response):
    assert judged("code.mnist_design", response).verdict is Verdict.REFUTED


@pytest.mark.parametrize("part", ["i", "ii"])
def test_a_plot_and_an_explanation_are_for_a_reader(part):
    text = (
        "The loss falls to the sum of the discarded eigenvalues while the accuracy grows with the size of the code. "
        * 2
    )
    assert judged(part, text).verdict is Verdict.UNDECIDED


# The notebook ---------------------------------------------------------------------------------------------------------


def notebook_network(corrupt=None):
    torch.manual_seed(2017)
    network = autoencoder.Autoencoder(7, [5, 4], corrupt=corrupt or autoencoder.unchanged)
    torch.manual_seed(2022)
    return network, torch.randn(2, 7)


def test_the_plain_autoencoder_of_the_notebook_is_reproduced():
    expected = cases["autoencoder/vanilla"]["expected_published"]
    network, x = notebook_network()
    reconstruction = network(x)
    loss = network.loss(x, reconstruction)
    loss.backward()
    assert sorted(network.state_dict()) == sorted(cases["autoencoder/vanilla"]["state_dict_keys"])
    assert reconstruction.ravel()[7:11].tolist() == pytest.approx(expected["xhat1_flat_7_11"], rel=1e-3)
    assert loss.item() == pytest.approx(expected["loss1"], rel=1e-3)
    slope = network.encoder[0].weight.grad.ravel()[9:13].tolist()
    assert slope == pytest.approx(expected["grad_encoder0_weight_flat_9_13"], rel=1e-3)


def test_the_mistakes_in_the_loss_give_the_other_numbers_of_the_notebook():
    network, x = notebook_network()
    given = x.double().numpy(), network(x).detach().double().numpy()
    wrong = {mistake.name: mistake.wrong(*given) for mistake in problem.parts["code.loss"].mistakes}
    mean, total = (mistake["loss1"] for mistake in cases["autoencoder/vanilla"]["mistakes"])
    assert wrong["mean over the features as well"] == pytest.approx(mean, rel=1e-5)
    assert wrong["sum over the examples as well"] == pytest.approx(total, rel=1e-5)


def corrupted_by_the_notebook(kind):
    """Inputs, what is drawn and weights of the notebook's training step, as givens in float64."""
    network, x = notebook_network(autoencoder.KINDS[kind])
    state = torch.get_rng_state()
    drawn = torch.randn_like(x) if kind == "denoising" else (torch.rand_like(x) < autoencoder.MASKED).long()
    torch.set_rng_state(state)
    weights = [each.detach().double().numpy().copy() for each in network.parameters()]
    return network, x, drawn.numpy(), weights


@pytest.mark.parametrize(("kind", "part"), [("denoising", "code.denoise"), ("masked", "code.mask")])
def test_the_training_steps_of_the_notebook_are_reproduced(kind, part):
    expected = cases[f"autoencoder/{kind}"]["expected_published"]["encoder0_weight_flat_2_6_after_step"]
    network, x, drawn, weights = corrupted_by_the_notebook(kind)
    by_formula = answers[part].reference(x.double().numpy(), drawn, 1.0, *weights)
    network.train_step(x, torch.optim.SGD(network.parameters(), lr=1.0))
    assert network.encoder[0].weight.ravel()[2:6].tolist() == pytest.approx(expected, rel=1e-3)
    assert by_formula[1].ravel()[2:6] == pytest.approx(expected, rel=1e-3)


def test_the_mistakes_of_the_mask_give_the_other_numbers_of_the_notebook():
    _, x, drawn, weights = corrupted_by_the_notebook("masked")
    wrong = {
        mistake.name: mistake.wrong(x.double().numpy(), drawn, 1.0, *weights)[1].ravel()[2:6]
        for mistake in problem.parts["code.mask"].mistakes
    }
    only_seen, only_hidden, _ = (
        mistake["encoder0_weight_flat_2_6_after_step"] for mistake in cases["autoencoder/masked"]["mistakes"]
    )
    assert wrong["loss of what is seen only"] == pytest.approx(only_seen, rel=1e-3)
    assert wrong["loss of what is hidden only"] == pytest.approx(only_hidden, rel=1e-3)


def test_the_accuracy_of_an_untrained_probe_in_the_notebook_is_reproduced():
    expected = cases["autoencoder/linear-probe-accuracy"]["expected_published"]["accuracy_percent"]
    points = representation_data.gaussian_points(
        np.random.RandomState(2017),
        dimensions=7,
        signal=2,
        variance=15,
        samples=800,
        shares=(0.4, 0.1, 0.5),
    )
    torch.manual_seed(2017)
    network = autoencoder.Autoencoder(7, [5, 4])
    classifier = nn.Linear(4, 2)
    test = points.splits.test
    assert 100 * autoencoder.probe_accuracy(classifier, network.encode, test.x, test.y) == pytest.approx(expected)


# The machinery --------------------------------------------------------------------------------------------------------


def test_the_points_have_the_covariance_that_they_are_said_to_have():
    points = representation_data.gaussian_points(
        np.random.default_rng(0), dimensions=6, signal=2, variance=10.0, samples=40_000
    )
    x = points.splits.train.x.double().numpy()
    assert np.cov(x.T) == pytest.approx(points.covariance, abs=0.3)
    assert np.linalg.eigvalsh(points.covariance) == pytest.approx([1, 1, 1, 1, 10, 10])
    labels = points.splits.train.y.numpy() == 1
    assert np.array_equal(x @ points.direction > 0, labels)


def test_the_best_readout_of_a_code_is_what_least_squares_finds():
    points = representation_data.gaussian_points(
        np.random.default_rng(1), dimensions=6, signal=3, variance=10.0, samples=60_000
    )
    torch.manual_seed(0)
    encoder = nn.Linear(6, 2)
    x, y = points.splits.train.x.double(), points.splits.train.y.double().numpy()
    codes = (x @ encoder.weight.detach().double().T).numpy()
    weights = np.linalg.lstsq(codes, 2 * y - 1, rcond=None)[0]
    assert np.mean((codes @ weights > 0) == (y > 0)) == pytest.approx(points.best_readout(encoder.weight), abs=0.01)
    assert points.best_readout(torch.eye(6)) == pytest.approx(1)


def test_the_smallest_loss_is_that_of_principal_components():
    from sklearn.decomposition import PCA

    x = np.random.default_rng(2).normal(size=(50, 4)) @ np.diag([3, 2, 1, 0.5]) + 7
    components = PCA(2).fit(x)
    lost = np.mean(np.sum((x - components.inverse_transform(components.transform(x))) ** 2, axis=1))
    assert autoencoder.smallest_loss(x, 2) == pytest.approx(lost)


def test_principal_components_reach_the_smallest_loss():
    x = representation_data.digits(np.random.default_rng(0)).train.x
    for size in (1, 5, 20):
        found = autoencoder.evaluated(autoencoder.PrincipalComponents(x, size), x)
        assert found == pytest.approx(autoencoder.smallest_loss(x, size), rel=1e-4)


def test_the_control_takes_its_label_from_directions_that_vary_little():
    points = representation_data.gaussian_points(
        np.random.default_rng(3), dimensions=6, signal=2, variance=10.0, samples=1000, label_varies_most=False
    )
    assert points.direction @ points.covariance @ points.direction == pytest.approx(2)  # two variances of one
    found = points.splits.train
    assert np.array_equal(found.x.double().numpy() @ points.direction > 0, found.y.numpy() == 1)


def test_the_digits_are_split_without_overlap():
    data = representation_data.digits(np.random.default_rng(0))
    assert [len(each.y) for each in (data.train, data.valid, data.test)] == [1097, 200, 500]
    assert data.train.x.shape == (1097, 64)
    assert (data.train.x.min(), data.train.x.max()) == (0, 1)
    assert set(data.valid.y.tolist()) == set(range(10))
