r"""Attention with a kernel, in linear time.

Attention compares $N$ queries with $N$ keys, the rows $Q_i$ and $K_j$ of two $N \times D$ matrices, and mixes the
values, the rows $V_j$ of an $N \times M$ matrix, by how similar they are:

$$V'_i = \frac{\sum_j \mathrm{sim}(Q_i, K_j) \, V_j}{\sum_j \mathrm{sim}(Q_i, K_j)}.$$

Softmax attention is the case $\mathrm{sim}(q, k) = \exp(q^\top k / \sqrt{D})$. Instead, $\mathrm{sim}$ may be a kernel:
an inner product $\varphi(q)^\top \varphi(k)$ of features, of which there are $C$. For one query, $f$ is the column of
its features $\varphi(Q_i)$; the rows of $F$ are the features of the keys, and $u$ is a column of ones. Where a
$1 \times 1$ matrix is used as a number, it is written as its trace.
"""

import numpy as np
import sympy as sp
import torch
from scipy.special import binom
from sympy import Sum, Trace, symbols

from verify import Problem, mean_of
from verify.answers import Choice, FeatureMap, Growth
from verify.domains import Domain

problem = Problem(
    __doc__,
    source="EECS 182 homework 7 (Spring 2023), problem 5; Katharopoulos et al. 2020, Transformers are RNNs: fast "
    "autoregressive transformers with linear attention",
    tags=("attention", "kernels", "complexity"),
)

# Given ------------------------------------------------------------------------------------

only_ones = Domain(r"\{1\}^{SIZE}", project=np.ones_like, assumptions=("positive",), independent=False,
                   condition=lambda array: bool(np.all(array == 1)))  # fmt: skip

N, D, M, C = problem.size("N D M C")
q, k = problem.vector("q k", D)
Q, K = problem.matrix("Q K", N, D)
V = problem.matrix("V", N, M)
f = problem.vector("f", C)
F = problem.matrix("F", N, C)
u = problem.vector("u", N, within=only_ones)
w = problem.let("w", F * f)  # entry j is the similarity of the query and key j
r = problem.size("r", up_to=3)  # the degree of a polynomial kernel

i, j = symbols("i j", integer=True)

example = problem.instance(
    "example", q=[1, 2], k=[3, -1], f=[1, 2], F=[[1, 0], [0, 1], [1, 1]], V=[[6, 0], [0, 3], [4, 2]], u=[1, 1, 1]
)

# Solution ---------------------------------------------------------------------------------

SIGNS = {
    "A": "$\\mathrm{sim}(q, k) = \\mathrm{sim}(k, q)$ for all $q$ and $k$",
    "B": "it is an inner product of features",
    "C": "it is never zero",
    "D": "it is never negative, and for every query it is positive for at least one key",
    "E": "it is never negative",
}
part_a = problem.part(
    "a",
    "Which condition on the similarity makes every $V'_i$ a weighted mean of the values, with a denominator that "
    "cannot vanish?",
    answer=Choice(SIGNS, correct="D"),
)
part_a.mistake("symmetry", "A", "A symmetric similarity may still be negative or zero.")
part_a.mistake("any kernel", "B", "An inner product may be negative: think of two opposite vectors.")
part_a.mistake("only not zero", "C", "Similarities of opposite signs can cancel in the sum.")
part_a.mistake("zero for all keys forgotten", "E", "What if a query is similar to none of the keys?")

part_kernel = problem.part(
    "b.i",
    "The polynomial kernel of degree $r$ with all constants 1 is the power $r$ of the inner product of $(1, q)$ and "
    "$(1, k)$. Write down the quadratic one.",
    1 + 2 * Sum(q[i, 0] * k[i, 0], (i, 0, D - 1))
    + Sum(q[i, 0] * q[j, 0] * k[i, 0] * k[j, 0], (j, 0, D - 1), (i, 0, D - 1)),
    ("=", (Sum(q[i, 0] * k[i, 0], (i, 0, D - 1)) + 1) ** 2, "the double sum is the square of a sum: binomial formula"),
    in_terms_of=(q, k),
)  # fmt: skip
part_kernel.key(example, 4)
homogeneous = "The ones that are put before both vectors contribute a constant and terms of first degree."
part_kernel.mistake("homogeneous kernel", Sum(q[i, 0] * k[i, 0], (i, 0, D - 1)) ** 2, homogeneous)
part_kernel.mistake("not squared", Sum(q[i, 0] * k[i, 0], (i, 0, D - 1)) + 1, "This kernel is of first degree.")
part_kernel.mistake(
    "squared term by term", Sum(q[i, 0] ** 2 * k[i, 0] ** 2, (i, 0, D - 1)) + 1, "The square of a sum has mixed terms."
)

part_map = problem.part(
    "b.ii",
    "Find a feature map $\\varphi$ of this kernel.",
    answer=FeatureMap("(s + 1)^2", shown_as="1, sqrt(2) x_i, x_i^2, sqrt(2) x_i x_j (i<j)"),
)
part_map.mistake("features of the homogeneous kernel", "x_i^2, sqrt(2) x_i x_j (i<j)", homogeneous)
part_map.mistake(
    "binomial coefficients dropped",
    "1, x_i, x_i^2, x_i x_j (i<j)",
    "Multiply out the inner product: how often does each mixed term occur in the kernel?",
)
part_map.mistake(
    "binomial coefficients without a root",
    "1, 2 x_i, x_i^2, 2 x_i x_j (i<j)",
    "A factor of a feature appears twice in the inner product, once from each side.",
)

part_dimension = problem.part(
    "b.dimension",
    "How many features are there at least?",
    1 + D + D + D * (D - 1) / 2,
    ("=", (D + 1) * (D + 2) / 2, "a constant, $D$ linear terms, $D$ squares and a product for every pair"),
    in_terms_of=(D,),
    atom=False,
)
part_dimension.mistake("features of the homogeneous kernel", D * (D + 1) / 2, homogeneous)
part_dimension.mistake("every pair counted twice", (D + 1) ** 2, "A feature that occurs twice can be counted once.")
part_dimension.mistake("as many as components", D, "The quadratic kernel has products of components as well.")

part_output = problem.part(
    "b.iii",
    r"Write $V'_i$, as a column, with the features $f = \varphi(Q_i)$ of the query and those of the keys, $F$.",
    V.T * w / Trace(u.T * w),
    ("=", V.T * F * f / Trace(u.T * F * f), r"entry $j$ of $w = F f$ is $\varphi(Q_i)^\top \varphi(K_j)$"),
    in_terms_of=(f, F, V, u, N),
)
part_output.key(example, [3, 2])
part_output.mistake("not normalised", V.T * F * f, "The weights of a mean add up to one.")
part_output.mistake("divided by the number of keys", V.T * F * f / N, "The similarities do not add up to $N$.")
part_output.mistake(
    "only the denominator", V.T * u / Trace(u.T * F * f), "The similarities weigh the values in the numerator, too."
)

S = problem.let("S", F.T * V)
z = problem.let("z", F.T * u)
part_linear = problem.part(
    "d.sums",
    "Write it with sums over the keys that are the same for all queries.",
    V.T * F * f / Trace(u.T * F * f),
    ("=", S.T * f / Trace(z.T * f), "products of matrices are associative: let the keys meet the values first"),
    atom=False,
)  # fmt: skip
part_linear.key(example, [3, 2])

part_time = problem.part(
    "c.time",
    "How does the time of softmax attention grow, for all queries together?",
    answer=Growth("N^2*max(D, M)"),
)
part_time.mistake("only the number of pairs", "N^2", "Each pair costs as much as an inner product of two vectors.")
part_time.mistake("one query", "N*max(D, M)", "This is the time for one query.")
part_time.mistake("values forgotten", "N^2*D", "The values have $M$ components, which are mixed for every pair.")

part_space = problem.part(
    "c.space",
    "How does its memory grow, if all weights are kept, as training needs them?",
    answer=Growth("N^2 + N*D + N*M"),
)
part_space.mistake("only the weights", "N^2", "Inputs and outputs are kept as well; nothing says that $N$ is larger.")
part_space.mistake("weights and values forgotten", "N*D", "Values and weights are numbers, too.")
part_space.mistake("weights forgotten", "N*D + N*M", "There is a weight for every pair of a query and a key.")

growth = {"under": "M ~ D, C ~ D^2", "variables": ("N", "D", "M", "C")}
part_linear_time = problem.part(
    "d.time",
    "How does the time of attention with the quadratic kernel grow, by the sums over the keys? The values have about "
    r"as many components as the keys, $M \sim D$.",
    answer=Growth("N*D^3", **growth),
)
one_feature = "Count the features of the quadratic kernel: there is one for every pair of components."
part_linear_time.mistake("values forgotten", "N*D^2", "Each feature of a key multiplies every component of its value.")
part_linear_time.mistake("as many features as components", "N*D*M", one_feature)
part_linear_time.mistake("still over all pairs", "N^2*D", "No pair of a query and a key is visited any more.")

part_linear_space = problem.part(
    "d.space",
    "How does its memory grow?",
    answer=Growth("N*D^2 + D^3", **growth),
)
part_linear_space.mistake("features of the keys forgotten", "N*D + D^3", "The features of all keys are kept, too.")
part_linear_space.mistake("sums forgotten", "N*D^2", "The sum over the keys is a matrix of features by components.")
part_linear_space.mistake("as many features as components", "N*D + D^2", one_feature)

# Checks -----------------------------------------------------------------------------------


def attention(similarity, V):
    """The definition: rows of similarities, normalised, times the values."""
    return similarity / similarity.sum(axis=1, keepdims=True) @ V


def features(x):
    """The products of all pairs of components of (1, x): a feature map with the mixed ones twice."""
    extended = np.column_stack([np.ones(len(x)), x])
    return (extended[:, :, None] * extended[:, None, :]).reshape(len(x), -1)


@part_kernel.numpy
def inner_product_of_features(q, k):
    return features(q[None])[0] @ features(k[None])[0]


@part_map.numpy
def square_roots_of_coefficients():
    """SymPy multiplies the kernel out for D = 3; the features are the roots of its coefficients"""
    keys, queries = sp.symbols("k1:4"), sp.symbols("q1:4")
    kernel = sp.Poly((1 + sum(a * b for a, b in zip(queries, keys, strict=True))) ** 2, *queries)
    monomials = [
        sp.prod(x**power for x, power in zip(sp.symbols("x1:4"), powers, strict=True)) for powers in kernel.monoms()
    ]
    numbers = [coefficient.subs(dict.fromkeys(keys, 1)) for coefficient in kernel.coeffs()]
    return [f"sqrt({number})*{monomial}" for number, monomial in zip(numbers, monomials, strict=True)]  # fmt: skip


@part_dimension.numpy
def rank_of_the_kernel_matrix(D, rng):
    """The rank of the kernel's values at 40 random points"""
    points = rng.normal(size=(40, D))
    return np.linalg.matrix_rank((points @ points.T + 1) ** 2)


@part_output.numpy
def sums_over_the_keys_one_by_one(f, F, V):
    total, weights = 0, 0
    for key, value in zip(F, V, strict=True):
        total, weights = total + np.dot(f, key) * value, weights + np.dot(f, key)
    return total / weights


@part_linear.torch
def running_sums(f, F, V):
    """PyTorch's cumulative sums over the keys, as a recurrent network would form them"""
    S, z = torch.cumsum(F[:, :, None] * V[:, None, :], 0)[-1], torch.cumsum(F, 0)[-1]
    return f @ S / (f @ z)


def quadratic_program(Q, K, V):
    """Softmax attention; returns all that it holds."""
    weights = torch.softmax(Q @ K.T / Q.shape[1] ** 0.5, 1)
    return Q, K, V, weights, weights @ V


def linear_program(Q, K, V):
    """Attention with the quadratic kernel by sums over the keys; returns all that it holds."""
    rows = [torch.cat([torch.ones_like(x[:, :1]), x], 1) for x in (Q, K)]
    queries, keys = ((x[:, :, None] * x[:, None, :]).flatten(1) for x in rows)
    sums, totals = keys.T @ V, keys.T @ torch.ones_like(V[:, :1])
    return Q, K, V, queries, keys, sums, totals, queries @ sums / (queries @ totals)


def tensors(*sizes):
    """Q, K and V without numbers in them, only shapes."""
    n, d, m = sizes
    return [torch.empty(n, columns, device="meta") for columns in (d, d, m)]


def multiplications(program, *sizes):
    """How many a program's matrix products need, by PyTorch's own counter."""
    import torch.utils.flop_counter  # PyTorch itself does not import it

    with torch.utils.flop_counter.FlopCounterMode(display=False) as counter:
        program(*tensors(*sizes))
    return counter.get_total_flops() / 2


def kept_numbers(program, *sizes):
    return sum(tensor.numel() for tensor in program(*tensors(*sizes)))


def fitted(count, program):
    """The products of powers of N, D and M that a count is made of, by solving for their coefficients."""
    powers = np.array([(a, b, c) for a in range(3) for b in range(3) for c in range(2)])
    sizes = np.random.default_rng(0).integers(2, 12, (60, 3))
    design = np.prod(sizes[:, None, :].astype(float) ** powers, axis=2)
    scale = np.linalg.norm(design, axis=0)
    coefficients = np.linalg.lstsq(design / scale, [count(program, *size) for size in sizes.tolist()])[0] / scale
    return " + ".join(
        f"N^{a}*D^{b}*M^{c}" for (a, b, c), found in zip(powers, coefficients, strict=True) if found > 0.01
    )


@part_time.torch
def counted_multiplications():
    """PyTorch's counter of operations, fitted by powers of the sizes"""
    return fitted(multiplications, quadratic_program)


@part_space.torch
def counted_numbers():
    """The sizes of all tensors that are kept, fitted by powers of the sizes"""
    return fitted(kept_numbers, quadratic_program)


@part_linear_time.torch
def counted_multiplications_with_features():
    """PyTorch's counter of operations, fitted by powers of the sizes"""
    return fitted(multiplications, linear_program)


@part_linear_space.torch
def counted_numbers_with_features():
    """The sizes of all tensors that are kept, fitted by powers of the sizes"""
    return fitted(kept_numbers, linear_program)


@problem.claim(backend="torch")
def softmax_attention_is_the_exponential_similarity(Q, K, V):
    """PyTorch's own attention is the formula with $\\exp(q^\\top k / \\sqrt{D})$."""
    similarity = torch.exp(Q @ K.T / Q.shape[1] ** 0.5)
    return attention(similarity, V), "=", torch.nn.functional.scaled_dot_product_attention(Q, K, V)


@problem.claim(backend="torch")
def sums_over_the_keys_give_the_same_attention(Q, K, V):
    """The linear program returns what the definition does with the kernel, for all queries at once."""
    return attention((Q @ K.T + 1) ** 2, V), "=", linear_program(Q, K, V)[-1]


@problem.claim
def positive_features_give_means_of_the_values(Q, K, V):
    """With the features $\\mathrm{elu}(x) + 1 > 0$ no entry of the result exceeds the largest of its column of $V$."""
    positive = [np.where(x > 0, x + 1, np.exp(np.minimum(x, 0))) for x in (Q, K)]
    return attention(positive[0] @ positive[1].T, V).max(axis=0), "<=", V.max(axis=0)


@problem.claim
def prefix_sums_give_causal_attention(Q, K, V):
    """A query that may see no later key needs the sums only up to its own place."""
    query, key = (np.exp(x) for x in (Q, K))
    sums, totals = np.cumsum(key[:, :, None] * V[:, None, :], axis=0), np.cumsum(key, axis=0)
    causal = np.einsum("nd,ndm->nm", query, sums) / np.sum(query * totals, axis=1, keepdims=True)
    return attention(np.tril(query @ key.T), V), "=", causal


@problem.claim
def a_kernel_of_any_degree_has_a_binomial_number_of_features(D, r, rng):
    """There are $\\binom{D + r}{r}$, the rank of the kernel's values at 60 random points."""
    points = rng.normal(size=(60, D))
    return np.linalg.matrix_rank((points @ points.T + 1) ** r), "=", binom(D + r, r)


@problem.claim
def random_features_stand_for_the_gaussian_kernel(q, k, rng):
    """Cosines of random projections of $x$ have the mean $\\exp(-|x|^2 / 2)$ (Rahimi and Recht 2007)."""
    difference = np.append(q - k, 1.0)  # never so small that all cosines are rounded to one
    projected = rng.normal(size=(20_000, len(difference))) @ difference
    return mean_of(np.cos(projected)), "=", np.exp(-np.sum(difference**2) / 2)


@problem.claim
def opposite_keys_make_the_denominator_vanish(q):
    """The quadratic kernel is zero where $q^\\top k = -1$; with all keys there, nothing is left to divide by."""
    keys = np.tile(-q / np.dot(q, q), (3, 1))
    return np.sum((keys @ q + 1) ** 2), "=", 0.0


@problem.claim(false=True)
def an_inner_product_of_features_is_never_negative(Q, K):
    """A kernel is never negative at $q = k$; elsewhere it may be, so that its values are no weights."""
    return (Q @ K.T).min(), ">=", 0.0


@problem.claim(backend="torch", false=True)
def the_quadratic_kernel_returns_what_softmax_does(Q, K, V):
    """It is another similarity, not an approximation of the exponential one."""
    return linear_program(Q, K, V)[-1], "=", quadratic_program(Q, K, V)[-1]


@problem.claim(false=True)
def sums_over_the_keys_are_always_cheaper(N, D, M):
    """Only for $N$ beyond the number of features; short sequences cost less by pairs."""
    return multiplications(linear_program, N, D, M), "<=", multiplications(quadratic_program, N, D, M)


@problem.variant(integral=True)
def whole_means(rng):
    """Similarities are positive, and the values are multiples of their sum."""
    query, keys = rng.integers(1, 4, 2), rng.integers(0, 3, (3, 2)) + 1
    values = rng.integers(-2, 4, (3, 2)) * int((keys @ query).sum())
    return {"q": rng.integers(-3, 4, 2), "k": rng.integers(-3, 4, 2), "f": query, "F": keys, "V": values, "u": [1] * 3}


@problem.figure(
    "Multiplications by the number of keys, for keys and values of 16 components. Here the quadratic kernel has 289 "
    "features, one for every pair; beyond about that many keys, sums are cheaper than all pairs of query and key.",
    "Two straight lines on logarithmic axes over N from 16 to 8192. The one for all pairs rises twice as steeply; it "
    "starts lower, crosses the other near N = 290 and ends almost thirty times higher.",
    part="d.time",
)
def crossing(axes):
    lengths = 2 ** np.arange(4, 14)
    for label, program in (("all pairs", quadratic_program), ("sums over the keys", linear_program)):
        axes.plot(
            lengths, [multiplications(program, int(n), 16, 16) for n in lengths], marker="o", markersize=3, label=label
        )
    axes.set(xlabel="number of keys $N$", ylabel="multiplications", xscale="log", yscale="log")
    axes.legend()  # fmt: skip
