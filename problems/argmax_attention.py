r"""Attention that looks at one key only.

A query $q$ is compared with $n$ keys, the rows of a matrix $K$, by the scores $s = K q$. Row $i$ of a matrix $V$ holds
the value that belongs to key $i$. *Hard* attention returns the value of the key with the largest score. Its weights are
the vector $a$ with a single one: $r_i$ counts the keys that score more than key $i$, and $a_i = 1$ where $r_i = 0$.
*Soft* attention mixes all values with the weights $p = \mathrm{softmax}(\beta s)$; the larger $\beta$ is, the more it
prefers the best key. The scores are whole numbers here, and no two keys share the largest score.
"""

import numpy as np
import torch
from scipy.special import softmax
from sympy import Eq, FunctionMatrix, HadamardProduct, Lambda, Piecewise, Sum, exp, symbols

from verify import Problem, gradient, positive
from verify.answers import Choice, Choices, Explanation
from verify.domains import integer

problem = Problem(
    __doc__,
    source="EECS 182 homework 7 (Spring 2023), problem 4; Vaswani et al. 2017, Attention is all you need",
    tags=("attention", "optimisation"),
)

# Given ------------------------------------------------------------------------------------

n, d, m = problem.size("n d m")
K = problem.matrix("K", n, d, within=integer)
V = problem.matrix("V", n, m, within=integer)
q = problem.vector("q", d, within=integer)
v = problem.vector("v", n)  # one column of values
beta = problem.scalar("beta", within=positive)

i, j, k, one = symbols("i j k one", integer=True)
keys = (i, 0, n - 1)


def column(length, entry):
    """The vector whose entry k is given."""
    return FunctionMatrix(length, 1, Lambda((k, one), entry))


s = problem.let("s", K * q)
r = problem.let("r", column(n, Sum(Piecewise((1, s[i, 0] > s[k, 0]), (0, True)), keys)))
a = problem.let("a", column(n, Piecewise((1, Eq(r[k, 0], 0)), (0, True))))
Z = problem.let("Z", Sum(exp(beta * s[i, 0]), keys))
p = problem.let("p", column(n, exp(beta * s[k, 0]) / Z))
problem.assume(Eq(Sum(a[i, 0], keys), 1), "no other key has the largest score")

homework = problem.instance(
    "homework",
    K=[[1, 2, 0], [0, 3, 4], [5, 0, 0], [0, 0, 1]],
    V=[[2, 0, 1], [1, 4, 3], [0, -1, 4], [1, 0, -1]],
    q=[1, 1, 2],
    v=[2, 1, 0, 1],
    beta=1,
)
discussion = problem.instance(
    "discussion",
    "Soft attention by hand, from a discussion section of Berkeley's CS 189.",
    K=[[-6, 0, 1], [0, 0, 1], [4, 0, -3]],
    V=[[16, 27], [-8, 0], [8, -18]],
    q=[1, -2, 8],
    v=[16, -8, 8],
    beta=1,
)

# Solution ---------------------------------------------------------------------------------

part_scores = problem.part(
    "scores",
    "Compute the scores of all keys.",
    K * q,
    ("=", column(n, Sum(K[k, j] * q[j, 0], (j, 0, d - 1))), "a score is the inner product of a key and the query"),
    asks=homework,
    atom=False,
)
part_scores.key(homework, [3, 11, 5, 2])
part_scores.mistake(
    "keys read across instead of down",
    lambda K, q: np.resize(K.T, K.shape) @ q,
    "Each key is one vector; do not mix the entries of several keys.",
)

part_a = problem.part(
    "a",
    "What does hard attention return?",
    V.T * a,
    ("=", column(m, Sum(V[i, k] * a[i, 0], keys)), "a mean of the values with the weights $a$"),
    (
        "=",
        column(m, Sum(Piecewise((V[i, k], r[i, 0] < 1), (0, True)), keys)),
        "the weight is one for the key that no other key beats, $r_i = 0$, and zero for all others",
    ),
    asks=homework,
    in_terms_of=(K, V, q),
)
part_a.key(homework, [1, 4, 3])
part_a.mistake("stopped at the weights", a, "The weights only say which key is chosen; they still multiply the values.")
part_a.mistake("key instead of value", K.T * a, "The keys are only compared with; what is returned comes from $V$.")
part_a.mistake("score instead of value", a.T * s, "A score says how good a match is; the result is a vector.")
part_a.mistake(
    "index instead of value", Sum((i + 1) * a[i, 0], keys), "This is the place of the best key. What is stored there?"
)
part_a.mistake(
    "value weighted by its score",
    V.T * HadamardProduct(s, a),
    "The argmax turns the best score into the weight one, whatever the score is.",
)
part_a.mistake(
    "softmax instead of argmax",
    lambda K, V, q: np.round(softmax(K @ q) @ V, 3),
    "Soft attention mixes all values; hard attention takes a single one.",
)
part_a.mistake(
    "scaled softmax instead of argmax",
    lambda K, V, q: np.round(softmax(K @ q / np.sqrt(len(q))) @ V, 3),
    "Soft attention mixes all values; hard attention takes a single one, and scaling does not change which.",
)
part_a.mistake(
    "values read across instead of down",
    lambda K, V, q: V.T[min(np.argmax(K @ q), V.shape[1] - 1)],
    "Each value is one vector; do not mix the entries of several values.",
)

part_b = problem.part(
    "b",
    "The queries, keys and values are computed by layers with weights. Can these be trained with hard attention?",
    answer=Explanation(
        rubric=(
            "the argmax is piecewise constant: a small change of a query or key does not change which key is chosen",
            "so the derivative by every query and key is zero almost everywhere, and undefined where the choice jumps",
            "the layers of queries and keys receive no gradient (it does not explode, either) and do not learn",
            "the value that is chosen does receive a gradient, the other values do not",
            "that a maximum is differentiable does not help: the output depends on its place, not on its size",
            "a softmax makes all weights positive and differentiable, so that every query and key learns",
        )
    ),
)

LEARNERS = {"query": "the query", "keys": "the keys", "chosen": "the chosen value", "others": "the other values"}
part_learners = problem.part(
    "b.learners",
    "Which of these receive a gradient that is not zero everywhere?",
    answer=Choices({**LEARNERS, "none": "none of them"}, correct=("chosen",)),
    asks=homework,
    atom=False,
)
part_learners.mistake(
    "the values do not learn either", ["none"], "The result is a copy of something; what if that changes?"
)
part_learners.mistake(
    "the maximum is differentiable",
    ["query", "keys", "chosen"],
    "The size of the largest score is differentiable, but only its place is used.",
)
part_learners.mistake(
    "all values learn", ["chosen", "others"], "A value with the weight zero does not appear in the result."
)

part_query = problem.part(
    "b.query",
    "What is the gradient that the query receives through the argmax?",
    answer=Choice(
        {
            "A": "zero, wherever it exists",
            "B": "larger and larger, until it explodes",
            "C": "that of the largest score, since a maximum is differentiable",
        },
        correct="A",
    ),
    atom=False,
)
part_query.mistake("exploding gradient", "B", "Move the query a little. What happens to the result?")
part_query.mistake("gradient of the maximum", "C", "The largest score itself does not appear in the result.")

part_soft = problem.part(
    "b.soft",
    r"What does soft attention return?",
    V.T * p,
    ("=", column(m, Sum(exp(beta * s[i, 0]) * V[i, k], keys) / Z), "all weights have the denominator $Z$"),
    atom=False,
)
part_soft.key(discussion, [[(16 * exp(2) - 8 * exp(8) + 8 * exp(-20)) / (exp(2) + exp(8) + exp(-20))],
                           [(27 * exp(2) - 18 * exp(-20)) / (exp(2) + exp(8) + exp(-20))]])  # fmt: skip
part_soft.mistake("not normalised", V.T * (p * Z), "The weights have to add up to one.")

o = problem.let("o", Sum(v[i, 0] * p[i, 0], keys))
part_gradient = problem.part(
    "b.gradient",
    r"Soft attention mixes the values $v$, one number for each key, into $o$. Find $\partial o / \partial s$.",
    gradient(o, s),
    (
        "=",
        column(n, beta * p[k, 0] * (v[k, 0] * Z - Sum(v[i, 0] * exp(beta * s[i, 0]), keys)) / Z),
        r"quotient rule: $s_k$ stands in one term of the numerator of $o$ and in one of its denominator $Z$",
    ),
    ("=", column(n, beta * p[k, 0] * (v[k, 0] - o)), r"the sum over $Z$ is $o$; every weight $p_k$ is positive"),
    atom=False,
)
part_gradient.mistake(
    "the denominator taken for constant", column(n, beta * p[k, 0] * v[k, 0]), "Every score is in the denominator too."
)
part_gradient.mistake("beta lost", column(n, p[k, 0] * (v[k, 0] - o)), "By the chain rule, the inner factor comes out.")

# Checks -----------------------------------------------------------------------------------


@part_scores.torch
def matrix_times_vector(K, q):
    return torch.mv(K, q)


@part_a.torch
def indexing(K, V, q):
    """PyTorch's argmax, used as an index"""
    return V[torch.argmax(K @ q)]


@part_a.numpy
def limit_of_a_softmax(K, V, q):
    """Softmax at beta = 100: scores differ by at least one, so the other weights are below exp(-100)"""
    return softmax(100 * (K @ q)) @ V


@part_soft.torch
def scaled_dot_product_attention(K, V, q, beta):
    """PyTorch's own attention, with beta as its scale"""
    return torch.nn.functional.scaled_dot_product_attention(q[None], K, V, scale=float(beta))[0]


@part_gradient.torch
def autograd(K, q, v, beta):
    """PyTorch autograd of a softmax"""
    return torch.func.grad(lambda s: torch.softmax(beta * s, 0) @ v)(K @ q)


def hard(q, K, V):
    """Hard attention, summed over the entries of its result so that there is one number to differentiate."""
    return (torch.nn.functional.one_hot(torch.argmax(K @ q), len(K)).to(V) @ V).sum()


def gradients(function, *tensors):
    leaves = [tensor.clone().requires_grad_() for tensor in tensors]
    return torch.autograd.grad(function(*leaves), leaves, allow_unused=True, materialize_grads=True)


@part_learners.torch
def labels_by_autograd(K, V, q):
    """PyTorch autograd through argmax and one-hot vector"""
    of_query, of_keys, of_values = gradients(hard, q, K, V)
    chosen = torch.arange(len(K)) == torch.argmax(K @ q)
    found = zip(LEARNERS, (of_query, of_keys, of_values[chosen], of_values[~chosen]), strict=True)
    return [label for label, gradient_ in found if gradient_.any()]


@problem.claim(backend="torch")
def the_query_and_the_keys_receive_no_gradient(q, K, V):
    """Autograd stops at the argmax, which returns a whole number."""
    of_query, of_keys, _ = gradients(hard, q, K, V)
    return torch.cat([of_query, of_keys.ravel()]), "=", torch.zeros(q.numel() + K.numel(), dtype=q.dtype)


@problem.claim
def finite_differences_of_the_query_are_zero(K, V, q):
    """Exactly: a step of 1/128 changes every score by less than half of what separates the best key from the next."""
    steps = np.eye(len(q)) / 128
    results = [V[np.argmax(K @ (q + step))] - V[np.argmax(K @ (q - step))] for step in steps]
    return np.array(results) * 64, "=", np.zeros((len(q), V.shape[1]))


@problem.claim(backend="torch")
def only_the_chosen_value_learns(q, K, V, a):
    """The derivative of the result by the values is the one-hot vector of weights."""
    return gradients(hard, q, K, V)[2], "=", a[:, None].expand_as(V)


@problem.claim
def scaling_all_scores_does_not_change_the_choice(K, V, q, a):
    """Hard attention needs no $1 / \\sqrt{d}$: a positive factor keeps the order of the scores."""
    return V[np.argmax(K @ q / np.sqrt(len(q)))], "=", V.T @ a


@problem.claim(false=True)
def the_gradient_of_the_query_explodes(K, V, q):
    """It is zero, wherever it exists."""
    of_query, _, _ = gradients(hard, *map(torch.from_numpy, (q, K, V)))
    return torch.linalg.norm(of_query).item(), ">=", 1.0


@problem.claim(backend="torch", false=True)
def the_values_do_not_learn_either(q, K, V):
    """The chosen value does: the result is a copy of it."""
    return gradients(hard, q, K, V)[2], "=", torch.zeros_like(V)


@problem.claim(backend="torch", false=True)
def it_trains_because_a_maximum_is_differentiable(q, K, V):
    """The gradient of the largest *score* is the best key; it does not reach the result, which has none."""
    of_result, of_score = (gradients(f, q, K, V)[0] for f in (hard, lambda q, K, _: torch.max(K @ q)))
    return of_result, "=", of_score


@problem.variant(integral=True)
def four_keys(rng):
    values = rng.integers(-4, 6, (4, 3))
    return {
        "K": rng.integers(0, 6, (4, 3)),
        "V": values,
        "q": rng.integers(1, 4, 3),
        "v": values[:, 0],
        "beta": 2,
    }


@problem.figure(
    r"Soft attention on the keys of the homework, by $\beta$. The larger $\beta$, the closer the weights come to those "
    "of hard attention, and the smaller the gradient becomes that the scores receive (dashed).",
    "Four solid curves over beta from 0 to 1.5, all at one quarter for beta = 0. The weight of the second key rises to "
    "one, the others fall to zero. A dashed curve, the length of the gradient, rises at first and then falls to zero.",
    part="b.gradient",
)
def weights_by_beta(axes):
    scores, values = np.array([3, 11, 5, 2]), np.array([2, 1, 0, 1])
    betas = np.linspace(0, 1.5, 151)
    weights = softmax(betas[:, None] * scores, axis=1)
    for number, weight in enumerate(weights.T, 1):
        axes.plot(betas, weight, label=f"key {number}, score {scores[number - 1]}")
    centred = values - (weights @ values)[:, None]
    axes.plot(betas, np.linalg.norm(betas[:, None] * weights * centred, axis=1), "--", label="gradient of the scores")
    axes.set(xlabel=r"$\beta$", ylabel="weight", ylim=(0, 1.02))
    axes.legend(loc="center right")
