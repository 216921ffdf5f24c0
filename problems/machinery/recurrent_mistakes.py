"""Wrong programs for recurrent layers, as students write them.

Each takes the givens that it uses, by their names in the problem file, and returns what the part asks for.
"""

import numpy as np

from .recurrent import identity, relu, rnn_states


def with_last(states):
    return states, states[:, -1]


# A layer --------------------------------------------------------------------------------------------------------------


def layer_with_two_biases(X, Wx, Wh, b):
    return with_last(rnn_states(X, Wx, Wh, 2 * b))


def linear_layer(X, Wx, Wh, b):
    return with_last(rnn_states(X, Wx, Wh, b, identity))


def layer_of_rectifiers(X, Wx, Wh, b):
    return with_last(rnn_states(X, Wx, Wh, b, relu))


def layer_from_a_random_start(X, Wx, Wh, b, rng):
    return with_last(rnn_states(X, Wx, Wh, b, start=rng.normal(size=(len(X), len(b)))))


def layer_over_the_batch(X, Wx, Wh, b):
    # All states are put back on the axes asked for, so that only what the loop ran over is wrong.
    return tuple(np.moveaxis(each, 0, -2) for each in with_last(rnn_states(X.swapaxes(0, 1), Wx, Wh, b)))


def layer_with_transposed_weights(X, Wx, Wh, b):
    return with_last(rnn_states(X, Wx, Wh.T, b))


def layer_adding_states_afterwards(X, Wx, b):
    return with_last(np.cumsum(np.tanh(X @ Wx.T + b), axis=1))


def layer_without_memory(X, Wx, b):
    return with_last(np.tanh(X @ Wx.T + b))


def states_from_zero(x, Wx, Wh, b):
    return rnn_states(x[None], Wx, Wh, b)[0]


def states_read_backwards(x, h0, Wx, Wh, b):
    return rnn_states(x[None, ::-1], Wx, Wh, b, start=h0)[0]


# Gradients ------------------------------------------------------------------------------------------------------------


def norms_by(f=np.tanh, factor=2.0, turn=False):
    """The norms of the gradients by all states, as a wrong backward pass has them."""

    def norms(x, Wx, Wh, b, w, a, y):
        states = rnn_states(x[None], Wx, Wh, b)[0]
        flow, found = factor * (w @ states[-1] + a - y) * w[0], []
        for h in states[::-1]:
            found.append(np.linalg.norm(flow))
            flow = (flow * (1 - h**2 if f is np.tanh else 1.0)) @ (Wh.T if turn else Wh)
        return np.array(found[::-1])

    return norms


def of_the_last_copy(x, Wx, Wh, b, w, a, y):
    states = rnn_states(x[None], Wx, Wh, b)[0]
    delta = 2 * (w @ states[-1] + a - y) * w[0] * (1 - states[-1] ** 2)
    return np.outer(delta, x[-1]), np.outer(delta, states[-2] if len(x) > 1 else 0 * b), delta
