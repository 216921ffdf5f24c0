"""Moments against SymPy's own integration, and what they refuse."""

import pytest
from sympy import MatrixSymbol, Rational, Sum, simplify, stats, symbols
from sympy.stats import Covariance, Expectation, Normal, Variance

from verify.errors import Undecidable
from verify.moments import moment

mean, index = symbols("mean", real=True), symbols("i", integer=True)
deviation, size = symbols("deviation", positive=True), symbols("n", integer=True, positive=True)
x, y = Normal("x", mean, deviation), Normal("y", Rational(1, 2), 3)
q, k = Normal("q_i", mean, deviation), Normal("k_i", mean, deviation)
r = Normal("r_i", MatrixSymbol("means", size, 1)[index, 0], deviation)


@pytest.mark.parametrize("polynomial", [x, x**2, x**5 - 3 * x**2 + 1, (x + y) ** 2 * y, 2 * x * y - mean])
def test_an_expectation_equals_what_integration_gives(polynomial):
    assert simplify(moment(Expectation(polynomial)) - stats.E(polynomial)) == 0


@pytest.mark.parametrize("polynomial", [x, x * y, x**2 - y, 3 * x])
def test_a_variance_equals_what_integration_gives(polynomial):
    assert simplify(moment(Variance(polynomial)) - stats.variance(polynomial)) == 0


def test_independent_variables_have_no_covariance_and_a_variable_has_its_variance():
    assert moment(Covariance(x, y)) == 0
    assert simplify(moment(Covariance(x, x + y)) - deviation**2) == 0


def test_the_variance_of_an_indexed_sum_is_the_sum_of_the_variances():
    total = Sum(q * k, (index, 0, size - 1))
    assert moment(Variance(3 * total)).subs(size, 4).doit().equals(36 * moment(Variance(q * k)))


def test_the_variance_of_an_indexed_sum_at_a_fixed_size_equals_that_of_the_written_out_sum():
    copies = [Normal(f"q_{j}", mean, deviation) * Normal(f"k_{j}", mean, deviation) for j in range(3)]
    summed = moment(Variance(Sum(q * k, (index, 0, 2)))).doit()
    assert simplify(summed - moment(Variance(sum(copies)))) == 0


@pytest.mark.parametrize(
    "statement",
    [
        Variance(Sum(x * q, (index, 0, size - 1))),  # x is the same in every summand, so they are not independent
        Variance(Sum(x, (index, 0, size - 1))),
        Expectation(Sum(q, (index, 0, size - 1)) ** 2),
        Expectation(k + Sum(r, (index, 0, size - 1))),
        Expectation(abs(x)),
    ],
)
def test_what_has_no_rule_is_undecidable(statement):
    with pytest.raises(Undecidable):
        moment(statement)
