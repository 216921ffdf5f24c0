from fractions import Fraction

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from independent import agree, value

from verify.equality.functions import FUNCTIONS, TOTAL_FUNCTIONS
from verify.equality.terms import MAXIMUM_BITS, Terms
from verify.errors import BudgetExceeded, Undecidable


@pytest.fixture
def terms() -> Terms:
    return Terms()


def test_equal_subexpressions_are_one_term(terms: Terms) -> None:
    x, y = terms.variable("x"), terms.variable("y")
    assert terms.add((x, terms.multiply((y, x)))) == terms.add((terms.multiply((x, y)), x))


def test_children_have_smaller_numbers(terms: Terms) -> None:
    x = terms.variable("x")
    term = terms.apply("exp", (terms.add((x, terms.power(x, terms.number(3)))),))
    assert all(child < parent for parent in terms.reachable((term,)) for child in terms.children(parent))


def test_sums_and_products_of_numbers_are_folded(terms: Terms) -> None:
    half = terms.number(Fraction(1, 2))
    assert terms.add((half, half)) == terms.one
    assert terms.multiply((half, terms.number(6))) == terms.number(3)
    assert terms.power(terms.number(2), terms.number(-2)) == terms.number(Fraction(1, 4))


def test_zero_times_a_logarithm_keeps_its_domain(terms: Terms) -> None:
    x = terms.variable("x")
    assert terms.multiply((terms.zero, x)) == terms.zero
    assert terms.multiply((terms.zero, terms.apply("log", (x,)))) != terms.zero
    assert terms.power(terms.apply("log", (x,)), terms.zero) != terms.one


def test_the_reciprocal_of_a_reciprocal_keeps_its_domain(terms: Terms) -> None:
    x = terms.variable("x")
    assert terms.reciprocal(terms.reciprocal(x)) != x


def test_division_by_zero_and_zero_to_the_zero_are_not_folded_to_numbers(terms: Terms) -> None:
    assert terms.key(terms.reciprocal(terms.zero))[0] == "power"
    assert terms.key(terms.power(terms.zero, terms.zero))[0] == "power"


def test_the_square_root_of_a_square_is_an_absolute_value(terms: Terms) -> None:
    x = terms.variable("x")
    assert terms.apply("sqrt", (terms.power(x, terms.number(2)),)) == terms.apply("abs", (x,))


def test_a_number_above_the_size_limit_is_refused_before_it_is_built(terms: Terms) -> None:
    with pytest.raises(BudgetExceeded):
        terms.number(1 << (MAXIMUM_BITS + 1))
    with pytest.raises(BudgetExceeded):
        terms.power(terms.number(10), terms.number(10**9))
    large = terms.number(1 << (MAXIMUM_BITS - 1))
    with pytest.raises(BudgetExceeded):
        terms.multiply((large, large))


@pytest.mark.parametrize(("name", "count"), [("exp", 2), ("exp", 0), ("log", 3), ("binomial", 1), ("nonsense", 1)])
def test_an_unknown_function_or_a_wrong_number_of_arguments_is_refused(terms: Terms, name: str, count: int) -> None:
    with pytest.raises(ValueError, match=name):
        terms.apply(name, [terms.one] * count)


def test_nested_maxima_are_flat(terms: Terms) -> None:
    a, b, c = (terms.variable(name) for name in "abc")
    assert terms.apply("max", (terms.apply("max", (a, b)), c)) == terms.apply("max", (a, terms.apply("max", (c, b, a))))


def test_an_element_with_a_whole_index_is_the_variable_of_that_name(terms: Terms) -> None:
    existing = terms.variable("u3")
    assert terms.indexed("u", (terms.number(3),)) == existing
    assert terms.indexed("u", (terms.number(4),)) == terms.variable("u_4")
    assert terms.key(terms.indexed("u", (terms.variable("i"),)))[0] == "indexed"


def test_substitution_replaces_free_variables_only(terms: Terms) -> None:
    i, n, x = (terms.variable(name) for name in "inx")
    total = terms.summation(terms.multiply((i, x)), "i", terms.one, n)
    assert terms.variables(total) == {"n", "x"}
    assert terms.substitute(total, {"i": x}) == total


def test_substitution_does_not_capture(terms: Terms) -> None:
    i, n, x = (terms.variable(name) for name in "inx")
    total = terms.summation(terms.multiply((i, x)), "i", terms.one, n)
    assert terms.variables(terms.substitute(total, {"x": i})) == {"n", "i"}


def test_deep_terms_need_no_recursion(terms: Terms) -> None:
    x = term = terms.variable("x")
    for _ in range(3_000):
        term = terms.apply("sin", (term,))
    assert terms.variables(term) == {"x"}
    assert terms.substitute(term, {"x": terms.zero}) != term
    assert x in terms.reachable((term,))


SMOOTH = sorted(set(FUNCTIONS) - {"floor", "ceiling", "gamma", "factorial", "binomial", "max", "min", "sign"})


@pytest.mark.parametrize("name", [*SMOOTH, "max", "min"])
@settings(max_examples=8)
@given(step=st.integers(1, 97))
def test_a_derivative_is_the_limit_of_difference_quotients(name: str, step: int) -> None:
    terms = Terms()
    x = terms.variable("x")
    inside = terms.add((terms.multiply((x, x)), terms.number(Fraction(1, 7))))
    arguments = (inside, x) if name in ("max", "min") else (inside,)
    function = terms.apply(name, arguments)
    at, tiny = Fraction(step, 89), Fraction(1, 10**100)
    derivative = value(terms, terms.differentiate(function, "x"), {"x": at}, digits=400)
    ahead, behind = (value(terms, function, {"x": at + sign * tiny}, digits=400) for sign in (1, -1))
    if derivative is not None and ahead is not None and behind is not None:
        with mpmath.workdps(400):
            quotient = (ahead - behind) / 2 * 10**100
        assert agree(quotient, derivative, digits=160)


def test_there_is_no_derivative_of_a_floor(terms: Terms) -> None:
    with pytest.raises(Undecidable, match="floor"):
        terms.differentiate(terms.apply("floor", (terms.variable("x"),)), "x")


def test_total_terms_are_those_without_division_roots_or_partial_functions(terms: Terms) -> None:
    x = terms.variable("x")
    assert all(terms.is_total(terms.apply(name, (x,))) for name in TOTAL_FUNCTIONS - {"max", "min"})
    assert not any(terms.is_total(term) for term in (terms.reciprocal(x), terms.apply("log", (x,))))
