"""Recurrent layers in NumPy: forward passes, and backward passes written out by hand.

Arrays have the axes batch, time, feature.  A backward pass takes the gradient of the loss by everything that a layer
returned, and walks through time from the last step to the first (Werbos 1990; Hochreiter and Schmidhuber 1997).
"""

import numpy as np


def identity(z):
    return z


def relu(z):
    return np.maximum(z, 0.0)


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def slope(f, state):
    """The derivative of a nonlinearity, from what it returned."""
    if f is np.tanh:
        return 1.0 - state**2
    return (state > 0) * 1.0 if f is relu else np.ones_like(state)


def rnn_states(X, Wx, Wh, b, f=np.tanh, start=None):
    """The states of all steps, shape (batch, time, units): h_t = f(Wx x_t + Wh h_(t-1) + b)."""
    h = np.zeros((len(X), len(b))) if start is None else start
    states = []
    for step in range(X.shape[1]):
        h = f(X[:, step] @ Wx.T + h @ Wh.T + b)
        states.append(h)
    return np.stack(states, axis=1)


def rnn_backward(X, states, upstream, Wh, f=np.tanh):
    """The gradients by the state of every step, and by Wx, Wh and b, from those by the returned states.

    `upstream` has the shape of `states`: what reaches a state directly, not through later states.
    """
    gradient, by_state = np.zeros_like(states[:, 0]), np.empty_like(states)
    by_Wx, by_Wh, by_b = 0.0, np.zeros_like(Wh), 0.0
    for step in reversed(range(states.shape[1])):
        gradient = gradient + upstream[:, step]
        by_state[:, step] = gradient
        before = slope(f, states[:, step]) * gradient  # by what the nonlinearity was applied to
        by_Wx, by_b = by_Wx + before.T @ X[:, step], by_b + before.sum(axis=0)
        if step:
            by_Wh = by_Wh + before.T @ states[:, step - 1]
        gradient = before @ Wh
    return by_state, by_Wx, by_Wh, by_b


def rnn_stack(X, layers):
    """The states of the top layer, and the last states of all layers, shape (layers, batch, units).

    `layers` holds (Wx, Wh, b) for each layer, from the bottom to the top.
    """
    last = []
    for Wx, Wh, b in layers:
        X = rnn_states(X, Wx, Wh, b)
        last.append(X[:, -1])
    return X, np.stack(last)


FORGET, INPUT, OUTPUT, CANDIDATE = range(4)


def lstm_states(X, U, W, b):
    """The states and the cells of all steps, and the four gates of all steps.

    U, W and b hold the weights for rows, x U + h W + b, in the order forget, input, output, candidate.
    """
    batch, units = len(X), b.shape[1]
    h, C = np.zeros((batch, units)), np.zeros((batch, units))
    states, cells, gates = [], [], []
    for step in range(X.shape[1]):
        z = np.einsum("bd,gdh->gbh", X[:, step], U) + np.einsum("bk,gkh->gbh", h, W) + b[:, None]
        gate = np.concatenate([sigmoid(z[:CANDIDATE]), np.tanh(z[CANDIDATE:])])
        C = gate[FORGET] * C + gate[INPUT] * gate[CANDIDATE]
        h = np.tanh(C) * gate[OUTPUT]
        states, cells, gates = [*states, h], [*cells, C], [*gates, gate]
    return np.stack(states, axis=1), np.stack(cells, axis=1), np.stack(gates, axis=2)


def lstm_backward(X, states, cells, gates, upstream, W, carried=1.0):
    """The gradients by the state and the cell of every step, and by U, W and b, from those by the returned states.

    `carried` is the share of the gradient that is passed on from cell to cell; 0 cuts that path, which is a mistake.
    """
    by_h, by_C = np.zeros_like(states[:, 0]), np.zeros_like(states[:, 0])
    by_states, by_cells = np.empty_like(states), np.empty_like(cells)
    by_U, by_W, by_b = 0.0, np.zeros_like(W), 0.0
    for step in reversed(range(states.shape[1])):
        gate, C = gates[:, :, step], np.tanh(cells[:, step])
        by_states[:, step] = by_h = by_h + upstream[:, step]
        by_cells[:, step] = by_C = by_C + by_h * gate[OUTPUT] * (1 - C**2)
        old = cells[:, step - 1] if step else np.zeros_like(C)
        by_gate = np.stack([by_C * old, by_C * gate[CANDIDATE], by_h * C, by_C * gate[INPUT]])
        before = by_gate * np.concatenate([gate[:CANDIDATE] * (1 - gate[:CANDIDATE]), 1 - gate[CANDIDATE:] ** 2])
        by_U, by_b = by_U + np.einsum("bd,gbh->gdh", X[:, step], before), by_b + before.sum(axis=1)
        if step:
            by_W = by_W + np.einsum("bk,gbh->gkh", states[:, step - 1], before)
        by_h, by_C = np.einsum("gbh,gkh->bk", before, W), carried * by_C * gate[FORGET]
    return by_states, by_cells, by_U, by_W, by_b
