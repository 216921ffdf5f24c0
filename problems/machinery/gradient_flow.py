"""Experiments with recurrent networks: how gradients change on their way back, and what training reaches."""

import numpy as np
import torch

from .recurrent import FORGET, identity, lstm_backward, lstm_states, relu, rnn_backward, rnn_states

NONLINEARITIES = {"linear": identity, "relu": relu, "tanh": np.tanh}
UNITS = 16
INPUTS = 1


def weights_of_radius(radius, rng, units=UNITS):
    """Normal weights whose spectral radius, the largest magnitude of an eigenvalue, is scaled to `radius`."""
    drawn = rng.normal(size=(units, units))
    return drawn * (radius / np.max(np.abs(np.linalg.eigvals(drawn))))


def gradient_norms_of(radius, f, steps, rng, every_step=False, reading=0.25):
    """The norms of the gradient by the state of each step, for one random network, sequence and target.

    The loss is that of the last step, or the mean over all steps; `reading` is the size of the input weights.
    """
    Wh, Wx, w = weights_of_radius(radius, rng), reading * rng.normal(size=(UNITS, INPUTS)), rng.normal(size=UNITS)
    X, targets = rng.normal(size=(1, steps, INPUTS)), rng.normal(size=steps)
    states = rnn_states(X, Wx, Wh, np.zeros(UNITS), f)
    errors = 2 * (states[0] @ w - targets)
    if every_step:
        errors = errors / steps
    else:
        errors[:-1] = 0.0
    by_state = rnn_backward(X, states, errors[None, :, None] * w, Wh, f)[0]
    return np.linalg.norm(by_state[0], axis=1)


def change_on_the_way_back(radius, f, steps, networks, rng, reading=0.25):
    """The median, over random networks, of the decimal logarithm of the first gradient's norm over the last one's.

    A gradient that is zero, as where a rectifier has switched all units off, counts as the smallest float.
    """
    norms = np.array([gradient_norms_of(radius, f, steps, rng, reading=reading) for _ in range(networks)])
    logarithms = np.log10(np.maximum(norms, np.finfo(float).tiny))
    return float(np.median(logarithms[:, 0] - logarithms[:, -1]))


def uniform(rng, units, *shape):
    """Numbers as PyTorch draws the parameters of recurrent layers."""
    return rng.uniform(-1, 1, shape) / np.sqrt(units)


def state_gradients(kind, steps, rng, forget_bias=0.0, units=32):
    """The norms of the gradient by the state of each step, in a layer as PyTorch draws it; `kind` is rnn or lstm.

    The loss is a random linear function of the last state.
    """
    X, upstream = rng.normal(size=(1, steps, INPUTS)), np.zeros((1, steps, units))
    upstream[0, -1] = rng.normal(size=units)
    if kind == "rnn":
        Wx, Wh, b = (uniform(rng, units, *shape) for shape in ((units, INPUTS), (units, units), (units,)))
        by_state = rnn_backward(X, rnn_states(X, Wx, Wh, b), upstream, Wh)[0]
    else:
        U, W = uniform(rng, units, 4, INPUTS, units), uniform(rng, units, 4, units, units)
        b = uniform(rng, units, 4, units)
        b[FORGET] += forget_bias
        by_state = lstm_backward(X, *lstm_states(X, U, W, b), upstream, W)[0]
    return np.linalg.norm(by_state[0], axis=1)


def change_in_a_layer(kind, steps, networks, rng, forget_bias=0.0):
    """The median of the decimal logarithm of the first norm over the last one, over layers as PyTorch draws them."""
    norms = np.log10([state_gradients(kind, steps, rng, forget_bias) for _ in range(networks)])
    return float(np.median(norms[:, 0] - norms[:, -1]))


def running_means(batch, steps, generator):
    """Normal inputs and, at every step, the mean of what has been read; both of shape (batch, steps, 1)."""
    x = torch.randn(batch, steps, 1, generator=generator)
    return x, x.cumsum(1) / torch.arange(1, steps + 1)[:, None]


def train_on_running_means(kind, layers, steps, rate, seed, progress):
    """The losses of all steps of training PyTorch's own layers, of 32 units and with one bias vector, by Adam."""
    torch.set_num_threads(1)
    generator = torch.Generator().manual_seed(seed)
    network = getattr(torch.nn, kind)(1, 32, layers, batch_first=True)
    head = torch.nn.Linear(32, 1)
    parameters = []
    for name, parameter in [*network.named_parameters(), *head.named_parameters()]:
        with torch.no_grad():
            parameter.uniform_(-(32**-0.5), 32**-0.5, generator=generator)
        if name.startswith("bias_hh"):
            parameter.data.zero_()
        else:
            parameters.append(parameter)
    optimizer = torch.optim.Adam(parameters, rate)
    losses = []
    for _ in progress(range(steps), f"{kind}, {layers} layers"):
        x, target = running_means(32, 10, generator)
        loss = torch.mean((head(network(x)[0]) - target) ** 2)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def means_of_blocks(losses, blocks=50):
    """The means of so many equally long blocks: a curve that can be read."""
    return np.mean(np.reshape(losses, (blocks, -1)), axis=1).tolist()
