r"""Clusters as parts of a graph.

Three clouds of 2000 points in the plane, each round, have been sheared: multiplied by one and the same matrix. KMeans
is to find the clouds again, without being told which point belongs to which. First it is given the points themselves.
Then the points become a graph: the edge between points $i$ and $j$, the rows $X_i$ and $X_j$ of a matrix, has the
weight

$$A_{ij} = \exp(-\gamma \lVert X_i - X_j \rVert^2), \qquad \gamma = 7.5,$$

and every point an edge to itself. The degree $\delta_j$ of a point is the sum of column $j$ of $A$. The graph's
matrices turn every point into a short row of numbers, its *embedding*, and KMeans is given the embeddings.

How well two ways of dividing the points into clusters agree is measured by the *adjusted Rand index* (ARI): 1 for the
same clusters, whatever they are called, and about 0 for random ones.
"""

import numpy as np
import torch
from scipy.linalg import fractional_matrix_power
from scipy.spatial.distance import cdist
from sympy import Eq, FunctionMatrix, Lambda, OneMatrix, Piecewise, Rational, Sum, exp, sqrt, symbols

from verify import Problem, positive
from verify.answers import Choice, Explanation, Function
from verify.domains import Domain

from .machinery.graph_figures import paint_clusters, paint_index_by_size
from .machinery.graph_givens import beside_a_lonely_point, graph_weights, spread_out
from .machinery.graph_mistakes import (
    columns_of_the_transposed_factor,
    scaled_by_the_singular_values,
    smallest_singular_values,
)
from .machinery.spectral import (
    EMBEDDING_NAMES,
    STOCHASTIC_NAMES,
    affinity,
    agreement,
    applied_to_normalised,
    blobs,
    clusters,
    degree,
    embedding,
    inner_products_of_embedding,
    normalised,
    participation,
    renamed,
    stages,
    stochastic,
)

problem = Problem(
    __doc__,
    source="EECS 182 homework 7 (Fall 2025), problem 5; Ng, Jordan and Weiss 2001, On spectral clustering; "
    "von Luxburg 2007, A tutorial on spectral clustering",
    tags=("clustering", "graphs", "eigenvectors"),
)

# Given ------------------------------------------------------------------------------------

weights = Domain(
    r"(0, 1]^{SIZE} \text{, ones on the diagonal}",
    low=0.0,
    high=1.0,
    project=graph_weights,
    assumptions=("positive",),
    properties=frozenset({"symmetric"}),
    independent=False,
    condition=lambda array: bool(np.all(array == array.T) and np.all(np.diag(array) == 1) and np.all(array <= 1)),
)
separated = Domain(
    r"\mathrm{Sym}(SIZE) \text{, singular values } 1, \tfrac12, \tfrac14, \dots",
    project=spread_out,
    properties=frozenset({"symmetric"}),
    independent=False,
)

n, p = problem.size("n p")
k = problem.size("k", at_most=n)
X = problem.matrix("X", n, p)
gamma = problem.scalar("gamma", within=positive)
A = problem.matrix("A", n, n, within=weights)
S = problem.matrix("S", n, n, within=separated)
x, r = problem.vector("x r", n)

i, j, h, m, s = symbols("i j h m s", integer=True)
points, coordinates = (h, 0, n - 1), (m, 0, p - 1)


def square(entry):
    """The n x n matrix of the entries (i, j)."""
    return FunctionMatrix(n, n, Lambda((i, j), entry))


def delta(index):
    """The degree of a point."""
    return Sum(A[s, index], (s, 0, n - 1))


corner = problem.instance("corner", "Three points at a right angle.", X=[[0, 0], [1, 0], [1, 1]], gamma=1)
chain = problem.instance(
    "chain",
    "A graph of three points in a row.",
    A=[[1, "1/2", "1/4"], ["1/2", 1, "1/2"], ["1/4", "1/2", 1]],
    x=[1, 0, -1],
    r=["1/2", 1, "3/2"],
)

# Solution ---------------------------------------------------------------------------------

part_a = problem.part(
    "a",
    "KMeans is given the points, and its clusters cut across the clouds. Why?",
    answer=Choice(
        {
            "A": "The clouds are long and slanted, and KMeans assigns every point to the nearest centre, as if they "
            "were round and of the same size.",
            "B": "It has stopped in a bad local minimum; with more random starts it would find the clouds.",
            "C": "There are too few points.",
            "D": "KMeans was asked for the wrong number of clusters.",
        },
        correct="A",
    ),
)
part_a.mistake("more starts", "B", "Fifty starts end with the same clusters. Which sum does KMeans make small?")
part_a.mistake("too few points", "C", "More points fill the same shapes. Which shapes does KMeans expect?")
part_a.mistake("wrong number", "D", "There are three clouds, and it was asked for three clusters.")

part_affinity = problem.part(
    "c.code",
    "Write a function of `X` and `gamma` that returns $A$.",
    answer=Function(affinity),
)
part_affinity.mistake(
    "distance not squared", lambda X, gamma: np.exp(-gamma * cdist(X, X)), "Compare the exponent with the formula."
)
part_affinity.mistake(
    "sign of the exponent",
    lambda X, gamma: np.exp(gamma * cdist(X, X, "sqeuclidean")),
    "What is the weight between two points that are far apart?",
)
part_affinity.mistake(
    "divided by twice the square of gamma",
    lambda X, gamma: np.exp(-cdist(X, X, "sqeuclidean") / (2 * gamma**2)),
    "This is the formula for a width. Here a larger gamma means a narrower neighbourhood.",
)
part_affinity.mistake(
    "no edge from a point to itself",
    lambda X, gamma: affinity(X, gamma) - np.eye(len(X)),
    "How far is a point from itself?",
)

part_matrix = problem.part(
    "c.matrix",
    "Compute $A$ for these three points.",
    square(exp(-gamma * Sum((X[i, m] - X[j, m]) ** 2, coordinates))),
    (
        "=",
        square(
            exp(
                -gamma * Sum(X[i, m] ** 2, coordinates)
                - gamma * Sum(X[j, m] ** 2, coordinates)
                + 2 * gamma * Sum(X[i, m] * X[j, m], coordinates)
            )
        ),
        "the squared distance multiplied out: inner products are all that is needed",
    ),
    asks=corner,
    atom=False,
)
part_matrix.key(corner, [[1, exp(-1), exp(-2)], [exp(-1), 1, exp(-1)], [exp(-2), exp(-1), 1]])
part_matrix.mistake(
    "distance not squared",
    square(exp(-gamma * sqrt(Sum((X[i, m] - X[j, m]) ** 2, coordinates)))),
    "Compare the exponent with the formula.",
)
part_matrix.mistake(
    "sign of the exponent",
    square(exp(gamma * Sum((X[i, m] - X[j, m]) ** 2, coordinates))),
    "What is the weight between two points that are far apart?",
)

part_direction = problem.part(
    "c.choice",
    "Is the graph directed?",
    answer=Choice({"A": "It is directed.", "B": "It is undirected, since $A = A^\\top$."}, correct="B"),
)
part_direction.mistake("directed", "A", "Swap two points. Does their distance change?")

part_degree = problem.part(
    "d",
    "Write a function of `A` that returns the matrix $D$ with the degrees on its diagonal.",
    answer=Function(degree),
)
part_degree.mistake(
    "edge to itself not counted", lambda A: np.diag(A.sum(axis=0) - 1), "The diagonal of $A$ belongs to its columns."
)
part_degree.mistake(
    "one over the root", lambda A: np.diag(A.sum(axis=0) ** -0.5), "This is needed later, and made from what is asked."
)
part_degree.mistake("one over the degree", lambda A: np.diag(1 / A.sum(axis=0)), "The inverse is not asked for.")
part_degree.mistake("a vector", lambda A: A.sum(axis=0), "The degrees belong on the diagonal of a matrix.")

part_degrees = problem.part(
    "d.matrix",
    "Compute $D$ for this graph.",
    square(Piecewise((Sum(A[h, j], points), Eq(i, j)), (0, True))),
    ("=", square(Piecewise((Sum(A[i, h], points), Eq(i, j)), (0, True))), "$A$ is symmetric: rows add up to the same"),
    asks=chain,
    atom=False,
)
part_degrees.key(chain, [["7/4", 0, 0], [0, 2, 0], [0, 0, "7/4"]])
part_degrees.mistake(
    "edge to itself not counted",
    square(Piecewise((Sum(A[h, j], points) - 1, Eq(i, j)), (0, True))),
    "The diagonal of $A$ belongs to its columns.",
)

part_e = problem.part(
    "e",
    r"Compute $M = D^{-1/2} A D^{-1/2}$ for this graph.",
    square(Piecewise((1 / sqrt(delta(i)), Eq(i, j)), (0, True)))
    * A
    * square(Piecewise((1 / sqrt(delta(i)), Eq(i, j)), (0, True))),
    (
        "=",
        square(A[i, j] / sqrt(delta(i)) / sqrt(delta(j))),
        "a diagonal matrix scales rows from the left, columns from the right",
    ),
    asks=chain,
)
part_e.key(
    chain,
    [
        [Rational(4, 7), 1 / sqrt(14), Rational(1, 7)],
        [1 / sqrt(14), Rational(1, 2), 1 / sqrt(14)],
        [Rational(1, 7), 1 / sqrt(14), Rational(4, 7)],
    ],
)
BOTH_SIDES = "Half of the power stands on each side, so that the result is symmetric."
part_e.mistake("rows divided by their degrees", square(A[i, j] / delta(i)), BOTH_SIDES)
part_e.mistake("columns divided by their degrees", square(A[i, j] / delta(j)), BOTH_SIDES)
part_e.mistake("multiplied by the roots", square(A[i, j] * sqrt(delta(i)) * sqrt(delta(j))), "The power is negative.")
part_e.mistake("roots forgotten", square(A[i, j] / delta(i) / delta(j)), "Each side has the power of one half only.")
part_e.mistake(
    "edge to itself not counted",
    square(A[i, j] / sqrt(delta(i) - 1) / sqrt(delta(j) - 1)),
    "The diagonal of $A$ belongs to its columns.",
)

part_normalised = problem.part(
    "e.code",
    "Write a function of `A` that returns $M$.",
    answer=Function(normalised),
    atom=False,
)
part_normalised.mistake("rows divided by their degrees", lambda A: A / A.sum(axis=1, keepdims=True), BOTH_SIDES)
part_normalised.mistake("columns divided by their degrees", lambda A: A / A.sum(axis=0), BOTH_SIDES)
part_normalised.mistake(
    "edge to itself not counted",
    lambda A: A / np.sqrt(np.outer(A.sum(axis=0) - 1, A.sum(axis=0) - 1)),
    "The diagonal of $A$ belongs to its columns.",
)

part_vector = problem.part(
    "e.vector",
    r"Let $v_i = \sqrt{\delta_i}$. Compute $M v$ for this graph.",
    square(A[i, j] / sqrt(delta(i)) / sqrt(delta(j))) * FunctionMatrix(n, 1, Lambda((i, j), sqrt(delta(i)))),
    (
        "=",
        FunctionMatrix(n, 1, Lambda((i, j), Sum(A[i, h], points) / sqrt(delta(i)))),
        "the two roots of $\\delta_j$ cancel",
    ),
    (
        "=",
        FunctionMatrix(n, 1, Lambda((i, j), sqrt(delta(i)))),
        "the row sum is $\\delta_i$: $v$ is an eigenvector for 1",
    ),
    asks=chain,
    atom=False,
)
part_vector.key(chain, [[sqrt(7) / 2], [sqrt(2)], [sqrt(7) / 2]])
part_vector.mistake("a vector of ones", OneMatrix(n, 1), "Rows of $M$ do not add up to one: try the first.")
part_vector.mistake(
    "multiplied by the degrees",
    FunctionMatrix(n, 1, Lambda((i, j), delta(i) * sqrt(delta(i)))),
    "By the root of which number is each sum divided?",
)

part_energy = problem.part(
    "e.energy",
    "Compute $x^\\top (I - M) x$ for this graph. Written as a sum of squares over all edges, it shows its sign for "
    "every $x$.",
    Sum(x[i, 0] ** 2, (i, 0, n - 1))
    - Sum(A[i, j] * x[i, 0] * x[j, 0] / sqrt(delta(i)) / sqrt(delta(j)), (j, 0, n - 1), (i, 0, n - 1)),
    (
        "=",
        Sum(
            A[i, j] * (x[i, 0] / sqrt(delta(i)) - x[j, 0] / sqrt(delta(j))) ** 2,
            (j, 0, n - 1),
            (i, 0, n - 1),
        )
        / 2,
        "multiply out: both squares give $\\sum_i x_i^2$, since rows and columns of $A$ add up to the degrees. So no "
        "eigenvalue of $M$ exceeds 1",
    ),
    asks=chain,
    atom=False,
)
part_energy.key(chain, "8/7")
part_energy.mistake(
    "every edge counted twice",
    Sum(
        A[i, j] * (x[i, 0] / sqrt(delta(i)) - x[j, 0] / sqrt(delta(j))) ** 2,
        (j, 0, n - 1),
        (i, 0, n - 1),
    ),
    "The double sum meets each edge from both of its ends.",
)
part_energy.mistake(
    "degrees forgotten",
    Sum(A[i, j] * (x[i, 0] - x[j, 0]) ** 2, (j, 0, n - 1), (i, 0, n - 1)) / 2,
    "This is the form of $D - A$, before the roots of the degrees are divided out.",
)


def inner_products(S, k):
    """The inner products of all pairs of embedded points."""
    E = embedding(S, k)
    return E @ E.T


def left_singular_vectors(M, k):
    U, _, _ = np.linalg.svd(M)  # singular values come in descending order
    return U[:, :k]


part_f = problem.part(
    "f",
    "Write a function of a symmetric matrix `M` and a number `k` that returns the embedding of $n$ points: the left "
    "singular vectors of the $k$ largest singular values, as the columns of an $n \\times k$ matrix. Signs do not "
    "matter.",
    answer=Function(
        inner_products, adapt=inner_products_of_embedding, arguments=EMBEDDING_NAMES, example=left_singular_vectors
    ),
)
part_f.mistake(
    "smallest singular values",
    smallest_singular_values,
    "In which order does the decomposition return them?",
)
part_f.mistake(
    "columns of the transposed factor",
    columns_of_the_transposed_factor,
    "The last factor is returned transposed: its singular vectors are rows.",
)
part_f.mistake(
    "scaled by the singular values",
    scaled_by_the_singular_values,
    "The vectors alone were asked for, each of length one.",
)

SUCCESS = {"A": "It finds the three clouds, up to a few points.", "B": "It still does not find the clouds."}
part_f_choice = problem.part(
    "f.observation",
    "KMeans is given the embedding by three vectors of $M$, for the 2000 points. What do you observe?",
    answer=Choice(SUCCESS, correct="B"),
    atom=False,
)
part_f_choice.mistake("success", "A", "Run it, and look at the vectors: over how many points is each of them spread?")

part_f_why = problem.part(
    "f.why",
    "Why?",
    answer=Explanation(
        rubric=(
            "a point far from all others has almost no edges: its row of $M$ is almost that of the identity",
            "so the vector that is one at this point and zero elsewhere is almost an eigenvector for 1, as good as a "
            "cloud's",
            "one of the three vectors is spent on it, and two are left for three clouds",
        )
    ),
    atom=False,
)


def stochastic_of_graph(A):
    return stochastic(normalised(A))


part_g = problem.part(
    "g.stoch",
    "Write a function of `M` that returns $M_{\\mathrm{stoch}}$, in which every column of $M$ is divided by its sum.",
    answer=Function(stochastic_of_graph, adapt=applied_to_normalised, arguments=STOCHASTIC_NAMES, example=stochastic),
)
part_g.mistake(
    "rows instead of columns",
    lambda A: normalised(A) / normalised(A).sum(axis=1, keepdims=True),
    "Which sums are to be one?",
)
part_g.mistake("made from A", lambda A: A / A.sum(axis=0), "Which matrix is to be divided?")
part_g.mistake(
    "divided by the sum of all entries", lambda A: normalised(A) / normalised(A).sum(), "Each column has its own sum."
)
part_g.mistake(
    "divided by the root of the sum",
    lambda A: normalised(A) / np.sqrt(normalised(A).sum(axis=0)),
    "Add up a column of your result.",
)


def weight(row, column):
    """An entry of A over the root of the degree of its row."""
    return A[row, column] / sqrt(delta(row))


part_g_matrix = problem.part(
    "g.matrix",
    r"Compute $M_{\mathrm{stoch}}$ for this graph.",
    square(weight(i, j) / sqrt(delta(j)) / Sum(weight(h, j) / sqrt(delta(j)), points)),
    ("=", square(weight(i, j) / Sum(weight(h, j), points)), r"the root of $\delta_j$ is the same in the whole column"),
    asks=chain,
    atom=False,
)
part_g_matrix.mistake(
    "rows instead of columns",
    square(A[i, j] / sqrt(delta(j)) / Sum(A[i, h] / sqrt(delta(h)), points)),
    "Which sums are to be one?",
)
part_g_matrix.mistake("made from A", square(A[i, j] / delta(j)), "Which matrix is to be divided?")

part_g_cluster = problem.part(
    "g.cluster",
    r"KMeans is given the embedding by three left singular vectors of $M_{\mathrm{stoch}}$, for the 2000 points. What "
    "do you observe?",
    answer=Choice(SUCCESS, correct="A"),
)
part_g_cluster.mistake("failure", "B", "Are the columns added up, and are the points the rows of your embedding?")

row_mean = Sum(r[i, 0], (i, 0, n - 1)) / n
part_stretch = problem.part(
    "g.stretch",
    r"$M_{\mathrm{stoch}}$ turns the vector of ones into the vector $r$ of its row sums, which add up to $n$. By how "
    r"much does the mean of their squares exceed the square of their mean?",
    Sum(r[i, 0] ** 2, (i, 0, n - 1)) / n - row_mean**2,
    (
        "=",
        Sum((r[i, 0] - Sum(r[h, 0], points) / n) ** 2, (i, 0, n - 1)) / n,
        "by their variance, which is positive unless all rows have the same sum: so a cluster has a singular value "
        "above 1, and a single point has not",
    ),
    asks=chain,
    atom=False,
)
part_stretch.key(chain, Rational(1, 6))
part_stretch.mistake("not divided by the number", Sum((r[i, 0] - row_mean.subs(i, h)) ** 2, (i, 0, n - 1)), "A mean.")
part_stretch.mistake(
    "mean of the squares only", Sum(r[i, 0] ** 2, (i, 0, n - 1)) / n, "The square of the mean is to be taken off."
)

part_extra = problem.part(
    "extra",
    "Every row of the embedding by three vectors of $M$ is scaled to length one. KMeans takes the best of ten random "
    "starts, for the 2000 points. What do you observe?",
    answer=Choice(SUCCESS, correct="A"),
)
part_extra.mistake("failure", "B", "How many starts did KMeans take? Some single starts do fail.")

# Checks -----------------------------------------------------------------------------------


@part_affinity.numpy
def one_pair_at_a_time(X, gamma):
    return [[np.exp(-gamma * np.dot(a - b, a - b)) for b in X] for a in X]


@part_affinity.torch
def distances_by_pytorch(X, gamma):
    return torch.exp(-gamma * (X[:, None] - X[None]).square().sum(-1))


@part_matrix.numpy
def distances_by_scipy(X, gamma):
    return np.exp(-gamma * cdist(X, X, "sqeuclidean"))


@part_direction.numpy
def comparison_with_the_transpose(rng):
    """The weights of eight random points, and their transpose"""
    found = affinity(rng.normal(size=(8, 2)), 7.5)
    return "B" if np.array_equal(found, found.T) else "A"


@part_degree.torch
def row_sums(A):
    return torch.diag(A @ torch.ones(len(A), dtype=A.dtype))


@part_degrees.numpy
def diagonal_of_column_sums(A):
    return np.diag(np.add.reduce(A, axis=0))


@part_e.numpy
def power_of_a_matrix(A):
    """The power of the matrix D by SciPy"""
    root = fractional_matrix_power(np.diag(A.sum(axis=0)), -0.5)
    return root @ A @ root


@part_normalised.torch
def two_scalings(A):
    roots = A.sum(0).rsqrt()
    return roots[:, None] * A * roots


@part_vector.torch
def leading_eigenvector(A):
    """The eigenvector of the largest eigenvalue by PyTorch, scaled to its length and sign"""
    roots = A.sum(0).sqrt()
    vector = torch.linalg.eigh(A / torch.outer(roots, roots))[1][:, -1]
    return vector * torch.linalg.norm(roots) * torch.sign(vector[0])


@part_energy.numpy
def through_the_laplacian(A, x):
    """The incidence of edges and points: one row for every pair, with the root of its weight"""
    scaled = x / np.sqrt(A.sum(axis=0))
    upper = np.triu_indices(len(A), 1)
    return np.sum((np.sqrt(A[upper]) * (scaled[upper[0]] - scaled[upper[1]])) ** 2)


@part_f.torch
def leading_eigenvectors(S, k):
    """Eigenvectors by PyTorch: of a symmetric matrix with positive eigenvalues they are the singular vectors"""
    vectors = torch.linalg.eigh(S)[1][:, -k:]
    return vectors @ vectors.T


@part_g.torch
def columns_one_by_one(A):
    M = torch.from_numpy(normalised(A.numpy()))
    return torch.stack([column / column.sum() for column in M.T], dim=1)


@part_g_matrix.numpy
def columns_of_the_normalised_matrix(A):
    return (normalised(A).T / normalised(A).sum(axis=0)[:, None]).T


@part_stretch.numpy
def variance_of_the_row_sums(r):
    return np.var(r)


def largest_singular_value(matrix):
    return np.linalg.norm(matrix, 2)


@problem.claim
def no_eigenvalue_of_m_exceeds_one(A):
    """Of all stretchings by $M$, that of $\\sqrt{\\delta}$ is the largest: by 1."""
    return largest_singular_value(normalised(A)), "=", 1.0


@problem.claim
def m_and_the_random_walk_have_the_same_eigenvalues(A):
    """$D^{-1/2} (A D^{-1}) D^{1/2} = M$: column $j$ of $A D^{-1}$ holds where a walk goes from point $j$."""
    walk = A / A.sum(axis=0)
    return np.sort(np.linalg.eigvals(walk).real), "=", np.linalg.eigvalsh(normalised(A))


@problem.claim
def weights_of_points_have_no_negative_eigenvalue(X, gamma):
    """The Gaussian kernel is positive definite, so singular vectors of $M$ are eigenvectors."""
    return 1 + np.linalg.eigvalsh(normalised(affinity(X, gamma)))[0], ">=", 1.0


@problem.claim
def columns_of_the_stochastic_matrix_add_up_to_one(A):
    return stochastic(normalised(A)).sum(axis=0), "=", np.ones(len(A))


@problem.claim
def a_lonely_point_has_the_eigenvalue_of_a_cluster_in_m(A):
    """Both have the largest eigenvalue, 1: whose vector comes first is decided by the weakest edges."""
    values = np.linalg.eigvalsh(normalised(beside_a_lonely_point(A)))
    return values[-2:], "=", np.ones(2)


@problem.claim
def the_stochastic_matrix_stretches_a_cluster_by_the_variance_of_its_row_sums(A):
    """At least: squared, the largest singular value exceeds 1 by no less. That of a lonely point is 1."""
    matrix = stochastic(normalised(A))
    return largest_singular_value(matrix) ** 2, ">=", 1 + np.var(matrix.sum(axis=1))


@problem.claim(false=True)
def rows_of_m_add_up_to_one(A):
    """Those of $D^{-1} A$ do."""
    return normalised(A).sum(axis=1), "=", np.ones(len(A))


@problem.claim(false=True)
def the_stochastic_matrix_is_symmetric(A):
    """So its left and right singular vectors differ; the points are the rows of the left ones."""
    return stochastic(normalised(A)), "=", stochastic(normalised(A)).T


@problem.claim
def other_names_for_the_same_clusters_do_not_matter(x):
    """The index of clusters and of their renaming is 1."""
    found = (x > 0) + 2 * (x > 1)
    return 2.0, "=", 1 + agreement(found, 7 - found)


@problem.experiment(small={"points": 150}, full={"points": 2000}, part="g.cluster")
def stages_of_the_homework(points):
    """The adjusted Rand index of KMeans at each stage, gamma 7.5, ten starts."""
    round_points, classes, X = blobs(points)
    embedded = stages(X, 7.5)
    found = {name: clusters(E) for name, E in embedded.items()}
    shown = slice(None, None, max(points // 250, 1))
    return {
        "ARI": {name: agreement(classes, labels) for name, labels in found.items()},
        "ARI before the shear": agreement(classes, clusters(round_points)),
        "ARI after fifty starts": agreement(classes, clusters(X, starts=50)),
        "ARI with distances not squared": agreement(
            classes, clusters(embedding(stochastic(normalised(np.exp(-7.5 * cdist(X, X))))))
        ),
        "ARI of single starts, rows of M": [
            agreement(classes, clusters(embedded["rows of M"], starts=1, state=170 + state)) for state in range(20)
        ],
        "points that a vector is spread over": {
            name: sorted(participation(embedded[name])) for name in ("M", "M_stoch")
        },
        "shown": X[shown].T,
        "clusters": {name: renamed(labels, classes)[shown] for name, labels in found.items()},
    }


@stages_of_the_homework.claim(unless={"ARI": {"points": 0.95, "M": 0.5, "M_stoch": 0.98, "A D^-1": 0.98}})
def kmeans_on_the_points_fails(found):
    """It does well on the round clouds, and badly after the shear."""
    return found["ARI before the shear"] - found["ARI"]["points"], ">=", 0.2


@stages_of_the_homework.claim(unless={"ARI after fifty starts": 0.9})
def more_starts_do_not_help(found):
    return found["ARI after fifty starts"], "<=", 0.8


@stages_of_the_homework.claim(unless={"ARI": {"points": 0.5, "M": 0.9, "M_stoch": 0.98, "A D^-1": 0.98}})
def kmeans_on_vectors_of_m_fails(found):
    return found["ARI"]["M"], "<=", 0.8


@stages_of_the_homework.claim(unless={"points that a vector is spread over": {"M": [20.0, 80.0, 100.0]}})
def one_vector_of_m_sits_on_a_single_point(found):
    """It is a vector that tells nothing about the clouds."""
    return found["points that a vector is spread over"]["M"][0], "<=", 1.5


@stages_of_the_homework.claim(unless={"points that a vector is spread over": {"M_stoch": [1.0, 80.0, 100.0]}})
def no_vector_of_the_stochastic_matrix_does(found):
    return found["points that a vector is spread over"]["M_stoch"][0], ">=", 30


@stages_of_the_homework.claim(unless={"ARI": {"points": 0.5, "M": 0.5, "M_stoch": 0.6, "A D^-1": 0.98}})
def the_stochastic_matrix_finds_the_clouds(found):
    return found["ARI"]["M_stoch"], ">=", 0.9


@stages_of_the_homework.claim(unless={"ARI": {"points": 0.5, "M": 0.5, "M_stoch": 0.98, "A D^-1": 0.6}})
def so_does_the_random_walk(found):
    """Dividing the columns of $A$ itself does as well: $A D^{-1}$."""
    return found["ARI"]["A D^-1"], ">=", 0.9


@stages_of_the_homework.claim(unless={"ARI with distances not squared": 0.95})
def distances_have_to_be_squared(found):
    """Weights that fall off with the distance itself do not find the clouds."""
    return found["ARI with distances not squared"], "<=", 0.8


@stages_of_the_homework.claim(unless={"ARI": {"rows of M": 0.6}}, full_only=True)
def rows_of_length_one_find_the_clouds(found):
    """With 2000 points and ten starts."""
    return found["ARI"]["rows of M"], ">=", 0.9


@stages_of_the_homework.claim(unless={"ARI of single starts, rows of M": [0.99, 0.98]}, full_only=True)
def a_single_start_on_these_rows_may_fail(found):
    """At least one of twenty does."""
    return min(found["ARI of single starts, rows of M"]), "<=", 0.8


STAGES = ("M", "rows of M", "M_stoch", "A D^-1")


@problem.experiment(
    small={"sizes": [150, 250]}, full={"sizes": [150, 200, 250, 300, 400, 600, 1000, 2000]}, part="extra"
)
def other_sizes(sizes, progress):
    """The adjusted Rand index at each stage, for samples of other sizes from the same random state."""
    found = {name: [] for name in STAGES}
    for size in progress(sizes, "clustering"):
        _, classes, X = blobs(size)
        embedded = stages(X, 7.5)
        for name in STAGES:
            found[name].append(agreement(classes, clusters(embedded[name])))
    return {"sizes": sizes, **found}


@other_sizes.claim(unless={"M_stoch": [0.95, 0.95]})
def the_stochastic_matrix_fails_at_some_sizes(found):
    """So its success is no law: it fails at 250 points, and at several sizes up to 1000."""
    return min(found["M_stoch"]), "<=", 0.8


@other_sizes.claim(unless={"A D^-1": [0.95, 0.6]})
def the_random_walk_succeeds_at_each_of_these_sizes(found):
    return min(found["A D^-1"]), ">=", 0.9


@problem.experiment(small={"points": 100, "states": 6}, full={"points": 600, "states": 30}, part="extra")
def other_data(points, states, progress):
    """In what share of data sets, from other random states and sheared alike, each stage reaches an index of 0.9."""
    successes = dict.fromkeys(("points", *STAGES), 0)
    for state in progress(range(states), "clustering"):
        _, classes, X = blobs(points, state)
        for name, E in stages(X, 7.5).items():
            successes[name] += agreement(classes, clusters(E)) >= 0.9
    return {name: count / states for name, count in successes.items()}


@other_data.claim(unless={"A D^-1": 0.95})
def no_stage_finds_the_clouds_in_all_other_data(found):
    """Where clouds overlap nothing can find them."""
    return max(found[name] for name in ("points", *STAGES)), "<=", 0.9


@other_data.claim(unless={"A D^-1": 0.3, "M": 0.4})
def the_random_walk_succeeds_more_often_than_m(found):
    return found["A D^-1"], ">=", found["M"]


@problem.variant
def three_other_points(rng):
    weights = rng.permutation([2, 3, 4, 5, 6])[:3]
    a, b, c = (Rational(1, int(weight)) for weight in weights)
    return {
        "X": [[0, 0], [int(rng.integers(1, 3)), 0], [0, int(rng.integers(3, 5))]],
        "gamma": Rational(1, int(rng.integers(2, 5))),
        "A": [[1, a, b], [a, 1, c], [b, c, 1]],
        "x": rng.permutation([1, 0, -2]),
        "r": [Rational(1, 2), Rational(3, 2) - a, 1 + a],
    }


@problem.figure(
    "What KMeans finds in the points, of which every eighth is shown: borders halfway between centres, across the "
    "clouds.",
    "Three long slanted clouds of points. Two of them lie side by side, and the clusters, shown by three kinds of "
    "marks, cut across both of them.",
    part="a",
)
def clusters_of_the_points(axes):
    paint_clusters(axes, stages_of_the_homework.recorded, "points")


@problem.figure(
    "What KMeans finds in three vectors of $M$: two clouds in one cluster, and a cluster of a single point, which is "
    "not among those shown.",
    "The same clouds. Two of them, and the far end of the third, are one cluster; the rest of the third is another.",
    part="f.observation",
)
def clusters_of_m(axes):
    paint_clusters(axes, stages_of_the_homework.recorded, "M")


@problem.figure(
    r"What KMeans finds in three left singular vectors of $M_{\mathrm{stoch}}$.",
    "The same clouds, and each of them is a cluster, but for a point or two.",
    part="g.cluster",
)
def clusters_of_the_stochastic_matrix(axes):
    paint_clusters(axes, stages_of_the_homework.recorded, "M_stoch")


@problem.figure(
    "What KMeans finds in the rows of three vectors of $M$, scaled to length one, with ten starts.",
    "The same clouds, and each of them is a cluster, but for a few points.",
    part="extra",
)
def clusters_of_rows_of_length_one(axes):
    paint_clusters(axes, stages_of_the_homework.recorded, "rows of M")


@problem.figure(
    "The index at other sample sizes, from the same random state: what works for 2000 points need not work for 600.",
    "Four lines over sample sizes from 150 to 2000. That of the random walk stays near 1. That of the stochastic "
    "matrix is near 1 at 150, 200 and 2000 and near 0.55 in between; that of M is near 0.55 everywhere.",
    part="extra",
)
def index_by_size(axes):
    paint_index_by_size(axes, other_sizes.recorded, STAGES)
