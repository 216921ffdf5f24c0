r"""How far attention scores spread.

Attention compares a query with a key by their dot product. Suppose that both have $d$ components, all independent and
normal, with $q_i, k_i \sim N(\mu_i, \sigma^2)$: the query and the key share the mean vector $\mu$, and all components
have the same standard deviation $\sigma$. Their score is

$$q^\top k = \sum_{i=0}^{d-1} q_i k_i.$$

A softmax turns scores into weights. If the scores spread widely, it puts almost all weight on the largest one and its
gradient vanishes. How widely do they spread, and what keeps the spread the same in every dimension?
"""

from itertools import product

import numpy as np
import torch
from scipy.special import softmax
from sympy import S, Sum, root, sqrt, symbols
from sympy.stats import Expectation, Normal, Variance

from verify import Problem, mean_of, positive, variance_of

problem = Problem(
    __doc__,
    source="EECS 182 homework 7 (Spring 2023), problem 3; Vaswani et al. 2017, Attention is all you need",
    tags=("attention", "probability"),
)

# Given ------------------------------------------------------------------------------------

d = problem.size("d")
mu = problem.vector("mu", d)
sigma = problem.scalar("sigma", within=positive)
m = problem.scalar("m")  # the mean of every component, where they all have the same

i = symbols("i", integer=True)
components = (i, 0, d - 1)
q, k = Normal("q_i", mu[i, 0], sigma), Normal("k_i", mu[i, 0], sigma)

four = problem.instance("four", "Four components.", mu=[1, 2, -2, 4], sigma=2, m=3)

# Solution ---------------------------------------------------------------------------------

independent_draws = "The query and the key are two independent draws: neither is the square of the other."
part_a = problem.part(
    "a",
    r"Find the mean $E[q^\top k]$ of the score for a mean *vector* $\mu$.",
    Expectation(Sum(q * k, components)),
    ("=", Sum(Expectation(q * k), components), "the expectation is linear"),
    ("=", Sum(Expectation(q) * Expectation(k), components), "$q_i$ and $k_i$ are independent"),
    ("=", Sum(mu[i, 0] ** 2, components), r"both have the mean $\mu_i$"),
    ("=", mu.T * mu, "this is the inner product of the mean vector with itself"),
    in_terms_of=(mu, sigma, d),
)
part_a.key(four, 25)
part_a.mistake("query and key taken for the same vector", Sum(mu[i, 0] ** 2 + sigma**2, components), independent_draws)
part_a.mistake("zero", S.Zero, "The mean of a product of independent variables is the product of their means.")
part_a.mistake("only one component", mu[0, 0] ** 2, "The score is a sum over all components.")
part_a.mistake("a vector squared", lambda mu: mu**2, "A score is one number; squaring every entry gives a vector.")

q_m, k_m = Normal("q_i", m, sigma), Normal("k_i", m, sigma)
part_common = problem.part(
    "a.common",
    "What is the mean of the score if all components have the same mean, the *number* $m$?",
    Expectation(Sum(q_m * k_m, components)),
    ("=", Sum(Expectation(q_m) * Expectation(k_m), components), "linear, and $q_i$, $k_i$ are independent"),
    ("=", d * m**2, "$d$ equal terms"),
    in_terms_of=(m, sigma, d),
    atom=False,
)
part_common.key(four, 36)
part_common.mistake("query and key taken for the same vector", d * (m**2 + sigma**2), independent_draws)
part_common.mistake("the sum lost", m**2, "The score is a sum over all components.")
part_common.mistake("zero", S.Zero, "The mean of a product of independent variables is the product of their means.")

q_0, k_0 = Normal("q_i", 0, 1), Normal("k_i", 0, 1)
spread = Variance(Sum(q_0 * k_0, components))
part_b = problem.part(
    "b",
    r"Find the variance $\mathrm{Var}(q^\top k)$ for $\mu = 0$ and $\sigma = 1$.",
    spread,
    ("=", Sum(Variance(q_0 * k_0), components), "the products are independent, so their variances add up"),
    ("=", Sum(Expectation(q_0**2 * k_0**2), components), "each product has the mean $0 \\cdot 0$"),
    ("=", Sum(Expectation(q_0**2) * Expectation(k_0**2), components), "$q_i$ and $k_i$ are independent"),
    ("=", d, "every second moment is 1"),
    in_terms_of=(d,),
)
part_b.key(four, 4)
part_b.mistake("the sum lost", S.One, "This is the variance of one product; the score is a sum of them.")
part_b.mistake("query and key taken for the same vector", 2 * d, independent_draws)
part_b.mistake("deviations added up", d**2, "Of independent variables the variances add up, not the deviations.")

part_general = problem.part(
    "b.general",
    r"Find the variance of the score for any mean vector $\mu$ and any $\sigma$.",
    Variance(Sum(q * k, components)),
    (
        "=",
        Sum(Expectation(q**2) * Expectation(k**2) - Expectation(q) ** 2 * Expectation(k) ** 2, components),
        "as above",
    ),
    ("=", Sum((sigma**2 + mu[i, 0] ** 2) ** 2 - mu[i, 0] ** 4, components), r"$E[q_i^2] = \sigma^2 + \mu_i^2$"),
    ("=", Sum(2 * sigma**2 * mu[i, 0] ** 2 + sigma**4, components), "the fourth powers of the mean cancel"),
    ("=", 2 * sigma**2 * Sum(mu[i, 0] ** 2, components) + d * sigma**4, "the second term is the same for every $i$"),
    in_terms_of=(mu, sigma, d),
    atom=False,
)
part_general.key(four, 264)
part_general.mistake(
    "the cross term counted once",
    sigma**2 * Sum(mu[i, 0] ** 2, components) + d * sigma**4,
    "Both the query and the key vary around their mean.",
)
part_general.mistake("only the noise", d * sigma**4, "A mean that is not zero magnifies the noise of the other factor.")

part_c = problem.part(
    "c",
    r"By which $s$ must the score of (b) be divided so that $\mathrm{Var}(q^\top k / s) = 1$?",
    sqrt(spread),
    ("=", sqrt(d), r"$\mathrm{Var}(z / s) = \mathrm{Var}(z) / s^2$, so $s$ is the standard deviation"),
    in_terms_of=(d,),
)
part_c.key(four, 2)
part_c.mistake("the variance itself", d, "Dividing by $s$ divides the variance by the square of $s$.")
part_c.mistake(
    "a root too many", root(d, 4), "Dividing by $s$ divides the variance by the square of $s$, not by its root."
)
part_c.mistake(
    "multiplied instead of divided", 1 / sqrt(d), "Here $s$ divides the score; this number would multiply it."
)

# Checks -----------------------------------------------------------------------------------

problem.property(
    "the_scaled_score_has_unit_variance",
    Variance(Sum(q_0 * k_0, components) / sqrt(d)),
    "=",
    S.One,
    "dividing by a constant divides the variance by its square",
)


def quadrature(function, mean, deviation):
    """The mean of a function of the score by Gauss-Hermite quadrature: exact for polynomials of degree at most 5."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(3)
    axes = 2 * len(mean)
    grid = np.stack(np.meshgrid(*[nodes] * axes), axis=-1).reshape(-1, axes)
    weight = np.stack(np.meshgrid(*[weights / weights.sum()] * axes), axis=-1).reshape(-1, axes).prod(axis=1)
    query, key = np.split(np.tile(mean, 2) + deviation * grid, 2, axis=1)
    return weight @ function(np.sum(query * key, axis=1))


def quadrature_variance(mean, deviation):
    average = quadrature(lambda score: score, mean, deviation)
    return quadrature(lambda score: (score - average) ** 2, mean, deviation)


@part_a.numpy
def gauss_hermite_mean(mu, sigma):
    """Gauss-Hermite quadrature over all components of both vectors"""
    return quadrature(lambda score: score, mu, sigma)


@part_common.numpy
def gauss_hermite_mean_of_equal_components(d, m, sigma):
    """Gauss-Hermite quadrature over all components of both vectors"""
    return quadrature(lambda score: score, np.full(d, m), sigma)


@part_b.numpy
def gauss_hermite_variance(d):
    """Gauss-Hermite quadrature over all components of both vectors"""
    return quadrature_variance(np.zeros(d), 1.0)


@part_general.numpy
def gauss_hermite_variance_in_general(mu, sigma):
    """Gauss-Hermite quadrature over all components of both vectors"""
    return quadrature_variance(mu, sigma)


@part_c.numpy
def gauss_hermite_deviation(d):
    """The root of the variance by Gauss-Hermite quadrature"""
    return np.sqrt(quadrature_variance(np.zeros(d), 1.0))


def scores(mean, deviation, rng):
    """Scores of 20,000 random queries and keys."""
    query, key = mean + deviation * torch.randn(2, 20_000, len(mean), generator=rng, dtype=torch.float64)
    return (query * key).sum(-1)


@part_a.torch
def simulated_mean(mu, sigma, rng):
    """The mean of 20,000 simulated scores"""
    return mean_of(scores(mu, sigma, rng))


@part_b.torch
def simulated_variance(d, rng):
    """The variance of 20,000 simulated scores"""
    return variance_of(scores(torch.zeros(d), 1.0, rng))


@part_general.torch
def simulated_variance_in_general(mu, sigma, rng):
    """The variance of 20,000 simulated scores"""
    return variance_of(scores(mu, sigma, rng))


@problem.claim
def fair_signs_have_the_same_variance(d):
    """Only the first two moments matter: components that are 1 or -1 with equal chance spread the score as far."""
    signs = np.array(list(product((-1, 1), repeat=2 * d)))
    return np.var(np.sum(signs[:, :d] * signs[:, d:], axis=1)), "=", d


@problem.claim
def the_fourth_moment_of_the_score_is_known(d):
    """It is $3 d^2 + 6 d$; its ratio to $d^2$ tends to 3, as if the score were normal."""
    return quadrature(lambda score: score**4, np.zeros(d), 1.0), "=", 3 * d**2 + 6 * d


@problem.claim(false=True)
def the_square_root_of_d_is_right_for_every_mean(d, mu):
    """With a mean that is not zero the variance is larger, and dividing by $\\sqrt{d}$ leaves more than 1."""
    return quadrature_variance(mu, 1.0) / d, "=", 1.0


@problem.variant(integral=True)
def square_dimensions(rng):
    mean = rng.integers(-4, 5, size=rng.choice([4, 9]))
    return {"mu": mean, "sigma": rng.integers(1, 4), "m": rng.integers(2, 6)}


@problem.figure(
    "The largest of 16 attention weights, averaged over 200 random queries. Unscaled, attention becomes a choice of "
    r"one key as the dimension grows; divided by $\sqrt{d}$, it stays the same.",
    "Two curves over the dimension from 1 to 1024 on a logarithmic axis. The curve of the unscaled scores climbs from "
    "about 0.2 to almost 1; the curve of the scaled scores stays flat near 0.25.",
    part="c",
)
def largest_weight(axes):
    rng = np.random.default_rng(0)
    dimensions = 2 ** np.arange(11)
    largest = {"unscaled": [], r"divided by $\sqrt{d}$": []}
    for dimension in dimensions:
        score = np.einsum("nd,nkd->nk", rng.normal(size=(200, dimension)), rng.normal(size=(200, 16, dimension)))
        for weights, divisor in zip(largest.values(), (1, np.sqrt(dimension)), strict=True):
            weights.append(softmax(score / divisor, axis=1).max(axis=1).mean())
    for label, weights in largest.items():
        axes.plot(dimensions, weights, marker="o", markersize=3, label=label)
    axes.set(xlabel="dimension $d$", ylabel="largest weight", xscale="log", ylim=(0, 1))
    axes.legend()
