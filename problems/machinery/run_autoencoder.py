"""Runs autoencoder classes as the notebook has them on given parameters, with given noise or a given mask.

What a class draws at random is replaced while it runs, so that one training step can be compared with the formula.
"""

import inspect
from contextlib import ExitStack
from functools import lru_cache
from unittest.mock import patch

import numpy as np
import torch

WEIGHTS = ("W1", "b1", "W2", "b2", "V1", "c1", "V2", "c2")  # of the encoder and of the decoder, layer by layer
NOISE, MASKED = 0.5, 0.25
SAME = 1e-9


def relu(x):
    return np.maximum(x, 0)


def reconstructed(x, W1, b1, W2, b2, V1, c1, V2, c2):
    """What comes out of two layers that encode and two that decode."""
    code = relu(x @ W1.T + b1) @ W2.T + b2
    return relu(code @ V1.T + c1) @ V2.T + c2


def descended(inputs, target, eta, W1, b1, W2, b2, V1, c1, V2, c2, *, counted=1.0):
    """All weights after one step of gradient descent on the mean over the rows of the squared error.

    `counted` is by how much the loss counts an entry, a one unless it is told otherwise.
    """
    before = inputs @ W1.T + b1
    hidden = relu(before)
    code = hidden @ W2.T + b2
    before_output = code @ V1.T + c1
    hidden_output = relu(before_output)
    error = counted * 2 * (hidden_output @ V2.T + c2 - target) / len(target)
    at_output = (error @ V2) * (before_output > 0)
    at_code = at_output @ V1
    at_hidden = (at_code @ W2) * (before > 0)
    slopes = [
        at_hidden.T @ inputs,
        at_hidden.sum(0),
        at_code.T @ hidden,
        at_code.sum(0),
        at_output.T @ code,
        at_output.sum(0),
        error.T @ hidden_output,
        error.sum(0),
    ]
    weights = (W1, b1, W2, b2, V1, c1, V2, c2)
    return [weight - eta * slope for weight, slope in zip(weights, slopes, strict=True)]


def built(response, weights):
    """A class built for these weights and given them; raises `ValueError` where its parameters are others."""
    features, (hidden, code) = weights[0].shape[1], (len(weights[1]), len(weights[3]))
    wanted = inspect.signature(response).parameters.values()
    places = [each for each in wanted if each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD)]
    if len(places) < 2:
        raise ValueError("it must take the number of features and the list of hidden sizes, and may take an activation")
    module = (
        response(features, [hidden, code], torch.nn.ReLU) if len(places) > 2 else response(features, [hidden, code])
    )
    parameters = list(module.parameters())
    found, expected = [tuple(each.shape) for each in parameters], [each.shape for each in weights]
    if found != expected:
        raise ValueError(
            f"for {features} features and hidden sizes {[hidden, code]} its parameters have the shapes {found}; "
            f"expected are {expected}: those of the encoder, then those of the decoder, which is its mirror image"
        )
    for parameter, array in zip(parameters, weights, strict=True):
        parameter.data = torch.from_numpy(np.array(array, dtype=float))
    return module


def decoded(response, z, W1, b1, W2, b2, V1, c1, V2, c2):
    """What the decoder of a class makes of codes."""
    module = built(response, (W1, b1, W2, b2, V1, c1, V2, c2))
    decode = getattr(module, "decode", None) or getattr(module, "decoder", None)
    if decode is None:
        raise ValueError("it has neither `decode` nor `decoder`")
    return decode(torch.from_numpy(z)).detach().numpy()


def forwarded(response, x, W1, b1, W2, b2, V1, c1, V2, c2):
    """What a class returns for inputs."""
    return built(response, (W1, b1, W2, b2, V1, c1, V2, c2))(torch.from_numpy(x)).detach().numpy()


def loss_of(response, x, x_hat):
    """What the method `loss` of a class returns, or a function of an input and a reconstruction."""
    if not inspect.isclass(response):
        return response(torch.from_numpy(x), torch.from_numpy(x_hat))
    features = x.shape[1]
    zeros = [np.zeros(shape) for shape in ((1, features), 1, (1, 1), 1, (1, 1), 1, (features, 1), features)]
    return built(response, zeros).loss(torch.from_numpy(x), torch.from_numpy(x_hat)).detach().numpy()


def after_noise(response, x, eps, eta, W1, b1, W2, b2, V1, c1, V2, c2):
    """The reconstruction in evaluation and the weights after a step of a class that draws its noise from torch."""
    return _step(response, x, eta, (W1, b1, W2, b2, V1, c1, V2, c2), _normal(eps * _sign_of_noise(response)))


def after_mask(response, x, M, eta, W1, b1, W2, b2, V1, c1, V2, c2):
    """The same for a class that draws what it masks, as uniform numbers or as zeros and ones, of either sense."""
    return _step(response, x, eta, (W1, b1, W2, b2, V1, c1, V2, c2), _hiding(M, _hides_what_is_low(response)))


@lru_cache(maxsize=64)
def _sign_of_noise(response):
    """Minus one for a class that subtracts its noise, which is as good: noise has no preferred sign."""
    x, eps, eta, weights = _example()
    expected = descended(x + NOISE * eps, x, eta, *weights)
    return -1.0 if _agrees(_step(response, x, eta, weights, _normal(-eps)), expected) else 1.0


@lru_cache(maxsize=64)
def _hides_what_is_low(response):
    """False for a class that draws what it keeps, which is as good, unlike one that keeps what it should hide."""
    x, noise, eta, weights = _example()
    M = (noise > 0).astype(int)
    expected = descended(x * (1 - M), x, eta, *weights)
    return not _agrees(_step(response, x, eta, weights, _hiding(M, low=False)), expected)


def _example():
    """Givens that nothing is special about."""
    rng = np.random.default_rng(0)
    shapes = [(5, 3), 5, (2, 5), 2, (5, 2), 5, (3, 5), 3]
    return rng.normal(size=(4, 3)), rng.normal(size=(4, 3)), 0.1, tuple(rng.normal(size=shape) for shape in shapes)


def _agrees(outputs, expected):
    return all(np.allclose(*pair, rtol=SAME, atol=SAME) for pair in zip(outputs[1:], expected, strict=True))


def _hiding(M, low):
    """Replacements that make every entry that `M` marks the one that a low, or a high, number stands for."""
    numbers = np.where(M == 1, MASKED / 2, (1 + MASKED) / 2)  # below the share that is masked, or above
    return _uniform(numbers if low else 1 - numbers)


def _step(response, x, eta, weights, replaced):
    module = built(response, weights)
    if not hasattr(module, "train_step"):
        raise ValueError("it has no method `train_step(x, optimizer)`")
    optimizer = torch.optim.SGD(module.parameters(), lr=float(eta))
    inputs = torch.from_numpy(np.array(x))
    with ExitStack() as stack:
        for owner, name, function in replaced:
            stack.enter_context(patch.object(owner, name, function))
        module.eval()
        reconstruction = module(inputs).detach().numpy().copy()
        module.train()
        module.train_step(inputs, optimizer)
    return [reconstruction, *(each.detach().numpy().copy() for each in module.parameters())]


def _normal(values):
    """Replacements for what draws normal numbers."""
    fixed = torch.from_numpy(np.array(values, dtype=float))

    def fill(tensor, mean=0.0, std=1.0, **_):
        return tensor.copy_(mean + std * fixed)

    return [
        (torch, "randn_like", lambda *_, **__: fixed.clone()),
        (torch, "randn", lambda *_, **__: fixed.clone()),
        (torch, "normal", lambda mean=0.0, std=1.0, *_, **__: mean + std * fixed),
        (torch.Tensor, "normal_", fill),
    ]


def _uniform(values):
    """Replacements for what draws uniform numbers, or zeros and ones."""
    fixed = torch.from_numpy(values)

    def bernoulli(probability, p=None, **_):
        return (fixed < (probability if p is None else p)).double()

    def dropout(inputs, p=0.5, training=True, *_, **__):
        return inputs * (fixed >= p) / (1 - p) if training else inputs

    return [
        (torch, "rand_like", lambda *_, **__: fixed.clone()),
        (torch, "rand", lambda *_, **__: fixed.clone()),
        (torch, "bernoulli", bernoulli),
        (torch.Tensor, "bernoulli_", lambda tensor, p=0.5, **_: tensor.copy_(fixed < p)),
        (torch.Tensor, "uniform_", lambda tensor, **_: tensor.copy_(fixed)),
        (torch.nn.functional, "dropout", dropout),
    ]


ARGUMENTS_OF_PROBE = {
    "model": ("model", "autoencoder", "network", "net"),
    "classifier": ("classifier", "probe", "linear_probe"),
    "batches": ("batches", "loader", "test_loader", "data", "dataset"),
}


def accuracy_by(response, X, y, m, W1, b1, W2, b2, A, a):
    """What a function of a model, a classifier and batches returns, in batches of `m` examples."""
    features, code = W1.shape[1], len(b2)
    encoder = torch.nn.Sequential(
        torch.nn.Linear(features, len(b1)), torch.nn.ReLU(), torch.nn.Linear(len(b1), code)
    ).double()
    classifier = torch.nn.Linear(code, len(A)).double()
    for parameter, array in zip([*encoder.parameters(), *classifier.parameters()], (W1, b1, W2, b2, A, a), strict=True):
        parameter.data = torch.from_numpy(np.array(array, dtype=float))
    model = _Encoding(encoder)
    given = {
        "model": model,
        "classifier": classifier,
        "batches": list(zip(torch.from_numpy(X).split(m), torch.from_numpy(y).split(m), strict=True)),
    }
    roles = {name: role for role, names in ARGUMENTS_OF_PROBE.items() for name in names}
    return response(*(given[roles[name.lower()]] for name in inspect.signature(response).parameters))


class _Encoding:
    """An autoencoder of which only the encoder is asked for."""

    def __init__(self, encoder):
        self.encoder = encoder

    def encode(self, x):
        return self.encoder(x)

    def eval(self):
        return self
