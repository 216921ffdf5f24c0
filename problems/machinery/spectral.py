"""Spectral clustering: the data set of the homework, its graph, embeddings by singular vectors, how well they do."""

import numpy as np

from .arguments import called

CLUSTERS = 3
STATE = 170  # of the homework, for the data and for KMeans
SHEAR = np.array([[-0.60834549, -0.63667341], [0.40887718, 0.85253229]])
DENSE = 1000  # up to this many points all singular vectors are computed


def blobs(points, state=STATE):
    """Three round clouds in the plane, the number of the cloud of each point, and the clouds sheared."""
    from sklearn.datasets import make_blobs

    round_points, classes = make_blobs(points, random_state=state)
    return round_points, classes, round_points @ SHEAR


def affinity(X, gamma):
    """The weights of the graph: near 1 for close points, near 0 for distant ones."""
    differences = X[:, None, :] - X[None, :, :]
    return np.exp(-gamma * np.sum(differences**2, axis=2))


def degree(A):
    """The degrees of all points on a diagonal."""
    return np.diag(A.sum(axis=0))


def normalised(A):
    """Every weight divided by the square roots of both degrees."""
    roots = np.sqrt(A.sum(axis=0))
    return A / np.outer(roots, roots)


def stochastic(M):
    """Every column divided by its sum."""
    return M / M.sum(axis=0)


def embedding(S, k=CLUSTERS):
    """A row of k numbers for every point: the left singular vectors of the k largest singular values."""
    if len(S) <= DENSE:
        return np.linalg.svd(S)[0][:, :k]
    from scipy.sparse.linalg import svds

    return svds(S, k, v0=np.ones(len(S)))[0]


def rows_of_length_one(E):
    return E / np.linalg.norm(E, axis=1, keepdims=True)


def clusters(E, starts=10, state=STATE):
    """The cluster of every row, by KMeans."""
    from sklearn.cluster import KMeans

    return KMeans(CLUSTERS, n_init=starts, random_state=state).fit_predict(E)


def agreement(classes, found):
    """The adjusted Rand index: 1 for the same clusters under any names, about 0 for random ones."""
    from sklearn.metrics import adjusted_rand_score

    return float(adjusted_rand_score(classes, found))


def renamed(found, classes):
    """The same clusters, each called after the class it shares most points with."""
    from scipy.optimize import linear_sum_assignment

    shared = np.array([[np.sum((found == a) & (classes == b)) for b in range(CLUSTERS)] for a in range(CLUSTERS)])
    return linear_sum_assignment(-shared)[1][found]


def stages(X, gamma):
    """What KMeans is given at each stage of the homework, by name."""
    A = affinity(X, gamma)
    M = normalised(A)
    return {
        "points": X,
        "M": embedding(M),
        "rows of M": rows_of_length_one(embedding(M)),
        "M_stoch": embedding(stochastic(M)),
        "A D^-1": embedding(A / A.sum(axis=0)),
    }


def participation(E):
    """How many points each column is spread over: n for a constant vector, 1 for one that sits on a single point."""
    return 1 / np.sum(E**4, axis=0)


# Responses ------------------------------------------------------------------------------------------------------------

EMBEDDING_NAMES = {"M": ("m", "s", "matrix"), "k": ("k", "n_clusters", "clusters", "dimensions", "components")}
STOCHASTIC_NAMES = {"M": ("m", "matrix")}


def inner_products_of_embedding(response, S, k):
    """The inner products of all pairs of embedded points, which no sign and no order of the vectors changes."""
    embedded = np.asarray(called(response, EMBEDDING_NAMES, {"M": np.array(S), "k": int(k)}))
    if embedded.shape != (len(S), k):
        raise ValueError(f"it returned shape {embedded.shape}; {len(S)} rows of {k} numbers are expected")
    return embedded @ embedded.T


def applied_to_normalised(response, A):
    """What a function returns for the normalised matrix of the graph."""
    return called(response, STOCHASTIC_NAMES, {"M": normalised(A)})
