r"""Moments: exact expectations of polynomials in independent normal variables, and of sums of them.

For $x \sim N(\mu, \sigma^2)$, $E[x^n] = \sum_j \binom{n}{2j} (2j - 1)!! \, \sigma^{2j} \mu^{n - 2j}$ (Isserlis 1918).
SymPy's own integration gives the same and is what the tests compare with; the closed form is exact, needs no
integration, and works for a mean that is an entry of a vector.

A random variable whose name ends in the index of a sum, such as ``Normal("q_i", mu[i, 0], sigma)`` in a sum over `i`,
stands for a family: one variable for each index, all independent.
"""

from functools import cache

import sympy as sp
from sympy.stats.rv import RandomSymbol
from sympy.stats.symbolic_probability import Covariance, Expectation, Variance

from verify.errors import Undecidable


@cache
def moment(expression: sp.Basic) -> sp.Expr:
    """`expression` with every expectation, variance and covariance evaluated; raises `Undecidable` if it cannot be."""
    if isinstance(expression, Expectation):
        return expectation(expression.args[0])
    if isinstance(expression, Variance):
        return variance(expression.args[0])
    if isinstance(expression, Covariance):
        a, b = expression.args[:2]
        return sp.expand(expectation(a * b) - expectation(a) * expectation(b))
    raise Undecidable(f"{type(expression).__name__} is not a moment")


def expectation(expression: sp.Expr) -> sp.Expr:
    """E of a polynomial in independent normal variables, of a sum of such over an index, or of a multiple of one."""
    fixed, random = _split(expression)
    if isinstance(random, sp.Sum):
        _refuse_random_bounds(random)
        return fixed * sp.Sum(expectation(random.function), *random.limits)
    return fixed * _expectation_of_polynomial(random)


def variance(expression: sp.Expr) -> sp.Expr:
    """Var of a polynomial in independent normal variables, of a sum of such over an index, or of a multiple of one."""
    fixed, random = _split(expression)
    if isinstance(random, sp.Sum):
        _refuse_random_bounds(random)
        _refuse_shared(random)
        return fixed**2 * sp.Sum(variance(random.function), *random.limits)
    return fixed**2 * sp.expand(expectation(random**2) - expectation(random) ** 2)


def _split(expression: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """The factors without and those with random variables."""
    factors = sp.Mul.make_args(sp.sympify(expression))
    random, fixed = sp.sift(factors, lambda factor: bool(factor.atoms(RandomSymbol)), binary=True)
    return sp.Mul(*fixed), sp.Mul(*random)


def _refuse_random_bounds(total: sp.Sum) -> None:
    if any(limit.atoms(RandomSymbol) for limit in total.limits):
        raise Undecidable(f"the bounds of {total} are random")


def _refuse_shared(total: sp.Sum) -> None:
    """Variances add only where no variable is shared by two indices."""
    indices = [str(limit[0]) for limit in total.limits]
    for variable in total.function.atoms(RandomSymbol):
        if len(indices) != 1 or not str(variable.symbol).endswith(f"_{indices[0]}"):
            raise Undecidable(f"the summands of {total} need not be independent: {variable} is not indexed by the sum")


def _expectation_of_polynomial(polynomial: sp.Expr) -> sp.Expr:
    variables = sorted(polynomial.atoms(RandomSymbol), key=str)
    if not variables:
        return polynomial
    try:
        terms = sp.Poly(sp.expand(polynomial), *variables).terms()
    except sp.PolynomialError as error:
        raise Undecidable(f"the expectation of {polynomial}, which is not a polynomial in {variables}") from error
    if any(coefficient.atoms(RandomSymbol) for _, coefficient in terms):
        raise Undecidable(f"the expectation of {polynomial}, which is not a polynomial in {variables}")
    total = sp.Integer(0)
    for powers, coefficient in terms:
        moments = (normal_moment(variable, power) for variable, power in zip(variables, powers, strict=True))
        total += coefficient * sp.Mul(*moments)
    return total


@cache
def normal_moment(variable: RandomSymbol, power: int) -> sp.Expr:
    """E[x^power] of a normal variable."""
    distribution = variable.pspace.distribution
    if type(distribution).__name__ != "NormalDistribution":
        raise Undecidable(f"moments of {type(distribution).__name__}: only normal variables have a rule here")
    mean, deviation = distribution.mean, distribution.std
    return sp.Add(
        *(
            sp.binomial(power, 2 * j) * sp.factorial2(2 * j - 1) * deviation ** (2 * j) * mean ** (power - 2 * j)
            for j in range(power // 2 + 1)
        )
    )
