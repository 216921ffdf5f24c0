"""Wrong embeddings of a graph that students write, each as the inner products of all pairs of embedded points."""

import numpy as np

# Inner products, as in the reference: no sign and no order of the vectors changes them, so that only what is wrong
# about the choice of the vectors makes a difference.


def smallest_singular_values(S, k):
    U = np.linalg.svd(S)[0]
    E = U[:, len(U) - k :]
    return E @ E.T


def columns_of_the_transposed_factor(S, k):
    E = np.linalg.svd(S)[2][:, :k]
    return E @ E.T


def scaled_by_the_singular_values(S, k):
    U, values, _ = np.linalg.svd(S)
    E = U[:, :k] * values[:k]
    return E @ E.T
