r"""Moments: exact expectations of polynomials in independent normal variables.

For $x \sim N(\mu, \sigma^2)$, $E[x^n] = \sum_j \binom{n}{2j} (2j - 1)!! \, \sigma^{2j} \mu^{n - 2j}$ (Isserlis 1918).
SymPy's own integration gives the same and is what the tests compare with; the closed form is exact, needs no
integration, and works for a mean that is an entry of a vector.
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
        argument = expression.args[0]
        return sp.expand(expectation(argument**2) - expectation(argument) ** 2)
    if isinstance(expression, Covariance):
        a, b = expression.args[:2]
        return sp.expand(expectation(a * b) - expectation(a) * expectation(b))
    raise Undecidable(f"{type(expression).__name__} is not a moment")


def expectation(polynomial: sp.Expr) -> sp.Expr:
    """E of a polynomial in independent normal variables; the variables themselves come from `sympy.stats.Normal`."""
    variables = sorted(polynomial.atoms(RandomSymbol), key=str)
    if not variables:
        return polynomial
    try:
        terms = sp.Poly(sp.expand(polynomial), *variables).terms()
    except sp.PolynomialError as error:
        raise Undecidable(f"the expectation of {polynomial}, which is not a polynomial in {variables}") from error
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
