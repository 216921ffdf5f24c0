"""The exact tier by itself: what it reduces to zero is equal, and what it must not prove it does not."""

import subprocess
import sys

import pytest
from reading import term

from verify.equality.algebraic import algebraic_equal
from verify.equality.assumptions import Assumptions
from verify.equality.exact.field import Field, NowhereDefined
from verify.equality.exact.prove import difference
from verify.equality.linear import LinearFact, contradictory
from verify.equality.modular import error_exponent
from verify.equality.sampling import SYSTEM_RANDOM
from verify.equality.terms import Terms
from verify.errors import BudgetExceeded, Undecidable


def is_zero(left: str, right: str, variables: str = "x y", assume: str = "") -> bool:
    terms = Terms()
    sides = term(terms, left, variables), term(terms, right, variables)
    return difference(terms, *sides, Assumptions.parse(assume)).is_zero


@pytest.mark.parametrize(
    ("left", "right", "needed"),
    [
        ("sqrt(x^2)", "x", "x>=0"),
        ("sqrt(x*y)", "sqrt(x)*sqrt(y)", "x>=0 y>=0"),
        ("sqrt(x^2*y)", "x*sqrt(y)", "x>=0"),
        ("log(x^2)", "2*log(x)", ""),
        ("(x^2)^y", "x^(2*y)", "x>0"),
        ("abs(x)", "x", "x>=0"),
        ("sign(x)", "1", "x>0"),
        ("cos(pi*x)^2", "1", "x:integer"),
    ],
)
def test_an_identity_that_needs_a_sign_is_proved_with_it_only(left: str, right: str, needed: str) -> None:
    assert is_zero(left, right, assume=needed)
    if needed:
        assert not is_zero(left, right)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("asin(sin(x))", "x"),
        ("acosh(cosh(x))", "x"),
        ("log(x^2)", "2*log(-x) + 10^-30"),
        ("floor(x + 1/2)", "floor(x)"),
        ("cbrt(x^3)", "abs(x)"),
        ("tan(x)*cos(x)", "cos(x)"),
        ("gamma(x+1)", "gamma(x)"),
        ("sqrt(x + y)", "sqrt(x) + sqrt(y)"),
    ],
)
def test_what_is_false_does_not_reduce_to_zero(left: str, right: str) -> None:
    assert not is_zero(left, right)


@pytest.mark.parametrize("text", ["1/(x-x)", "log(-2)", "log(x-x)", "sqrt(-3)"])
def test_what_has_no_value_anywhere_is_told_apart(text: str) -> None:
    with pytest.raises((NowhereDefined, Undecidable)):
        is_zero(text, "0")


def test_a_root_of_minus_a_square_may_exist_and_is_not_called_nowhere_defined() -> None:
    with pytest.raises(Undecidable) as caught:
        is_zero("sqrt(-x^2)", "0")
    assert not isinstance(caught.value, NowhereDefined)


def test_signs_of_polynomials_are_certain() -> None:
    field = Field(8, {"exponent": 1, "angle": 1, "root": 1})
    x = field.generators[field.variable("x", Assumptions().of("x"))]
    y = field.generators[field.variable("y", Assumptions.parse("y>0").of("y"))]
    assert field.is_positive(x**2 + y)
    assert field.is_positive(x**2 - 2 * x + 2)
    assert field.is_nonnegative(x**2 - 2 * x + 1)
    assert not field.is_nonnegative(x**2 - 2 * x)
    assert not field.is_positive(x**2)
    assert not field.is_nonnegative(y - 1)


def test_algebraic_numbers_are_compared_exactly() -> None:
    terms = Terms()
    nested, plain = term(terms, "sqrt(3+2*sqrt(2))", ""), term(terms, "1+sqrt(2)", "")
    near = term(terms, "1+sqrt(2)+10^-200", "")
    assert algebraic_equal(terms, nested, plain)
    assert not algebraic_equal(terms, nested, near)
    with pytest.raises(Undecidable):
        algebraic_equal(terms, terms.constant("pi"), plain)


def test_algebraic_numbers_of_high_degree_are_refused_before_they_are_built() -> None:
    terms = Terms()
    many = term(terms, "+".join(f"sqrt({number})" for number in (2, 3, 5, 7, 11, 13, 17)), "")
    with pytest.raises(BudgetExceeded):
        algebraic_equal(terms, many, terms.one)


def test_different_rational_functions_have_different_images_in_a_prime_field() -> None:
    terms = Terms()
    left, right = term(terms, "(x^2-y^2)/(x-y)", "x y"), term(terms, "x+y", "x y")
    bound = error_exponent(terms, left, right, SYSTEM_RANDOM)
    assert bound is not None
    assert bound > 100
    assert error_exponent(terms, left, terms.add((right, terms.one)), SYSTEM_RANDOM) is None
    with pytest.raises(Undecidable):
        error_exponent(terms, left, term(terms, "sqrt(x)", "x"), SYSTEM_RANDOM)


def test_linear_inequalities_that_contradict_each_other_are_found() -> None:
    terms = Terms()

    def facts(*texts: str) -> list[LinearFact]:
        return [fact for text in texts if (fact := LinearFact.of(terms, term(terms, text, "a b c"), ">"))]

    assert contradictory(facts("a-b", "b-c", "c-a"))
    assert contradictory(facts("a-1", "-2*a"))
    assert not contradictory(facts("a-b", "b-c", "a-c"))


def test_without_python_flint_the_error_says_what_to_install() -> None:
    script = "import sys; sys.modules['flint'] = None\nimport verify.equality.decide\nimport verify.equality.ball"
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert found.returncode != 0
    assert "pip install python-flint" in found.stderr


def test_importing_the_kernel_loads_neither_flint_nor_numpy_nor_sympy() -> None:
    script = (
        "import sys, verify.equality.decide, verify.equality.terms\n"
        "sys.exit(' '.join({'flint', 'numpy', 'sympy', 'torch'} & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert found.stderr.strip() == ""
