"""Graphs to check the spectral clustering parts with: weights, and matrices whose singular vectors are well defined."""

import numpy as np


def graph_weights(array):
    """Symmetric, with entries between 1/16 and 1 and ones on the diagonal."""
    weights = np.clip((array + array.T) / 2, 1 / 16, 1)
    np.fill_diagonal(weights, 1)
    return weights


def spread_out(array):
    """Symmetric and positive, with the singular values 1, 1/2, 1/4, ..."""
    # Equal singular values would leave their vectors undetermined, and no program could be told right from wrong.
    vectors = np.linalg.qr(array)[0]
    return vectors * 0.5 ** np.arange(len(array)) @ vectors.T


def beside_a_lonely_point(A):
    """The weights with one more point that has an edge to itself only."""
    return np.block([[A, np.zeros((len(A), 1))], [np.zeros((1, len(A))), np.ones((1, 1))]])
