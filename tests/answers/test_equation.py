"""Equations with the same solutions: up to a nonzero factor, and for matrices up to transposition."""

from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from verify.answers.answer import answer_from_json
from verify.answers.equation import Equation, Equations
from verify.errors import ProblemError
from verify.evidence import Verdict

LINE = Equation("y = 2*x + 1")
PRODUCT = Equation("a*b = c", assumptions="a>0, c!=0")
SHAPES = {"W1": ("k", "m"), "W2": ("m", "k"), "C": ("m", "m", "symmetric")}
STATIONARY = Equation("(W2*W1 - I)*C*W1^T = 0", matrices=SHAPES)
BOTH = Equations(("(W2*W1 - I)*C*W1^T = 0", "W2^T*(W2*W1 - I)*C = 0"), matrices=SHAPES)
SYSTEM = Equations(("x + y = 3", "x - y = 1"))


@pytest.mark.parametrize(
    ("answer", "response"),
    [
        (LINE, "y = 2x + 1"),
        (LINE, "2x - y + 1 = 0"),
        (LINE, "-3y = -6x - 3"),
        (LINE, r"\frac{y}{2} = x + \frac12"),
        (LINE, b"y - 1 = 2x"),
        (PRODUCT, "b = c/a"),
        (PRODUCT, "a^2 b = a c"),
        (PRODUCT, "|a| b = c"),
        (Equation("x^2 + y^2 = 1"), "2x^2 + 2y^2 - 2 = 0"),
        (Equation("h = tanh(w*x + b)"), "h - tanh(w x + b) = 0"),
        (Equation("y = 1/x", assumptions="x!=0"), "x y = 1"),
        (Equation("sin(x)^2 = y"), "1 - cos(x)^2 = y"),
    ],
)
def test_an_equation_is_accepted_in_any_form_with_the_same_solutions(answer, response):
    assert answer.check(response, "c").verdict is Verdict.PROVED


@pytest.mark.parametrize(
    ("answer", "response"),
    [
        (LINE, "y = x"),
        (LINE, "y = 2x - 1"),
        (LINE, "x = 2y + 1"),
        (LINE, "x y = 2x^2 + x"),
        (LINE, "1 = 2"),
        (LINE, "y - y = 0"),
        (PRODUCT, "a b = 2c"),
        (PRODUCT, "a b = -c"),
        (Equation("y = x"), "y = |x|"),
        (Equation("h = tanh(w*x + b)"), "h = tanh(w x - b)"),
    ],
)
def test_an_equation_with_other_solutions_is_refuted(answer, response):
    evidence = answer.check(response, "c")
    assert evidence.verdict is Verdict.REFUTED
    assert evidence.feedback


def test_the_counterexample_solves_one_equation_and_not_the_other():
    at = LINE.check("y = x + 1", "c").counterexample.at
    x, y = (Fraction(at[name]) for name in "xy")
    assert (y == 2 * x + 1) != (y == x + 1)


def test_values_outside_the_declared_set_refute_nothing():
    positive = Equation("a*b = c", assumptions="a>0, b>0, c>0")
    assert positive.check("|a| b = |c|", "c").verdict is not Verdict.REFUTED


@pytest.mark.parametrize("response", ["(y - 2x - 1)^2 = 0", "(y - 2x - 1)(x^2 + 1) = 0"])
def test_a_factor_that_is_not_seen_to_be_nonzero_is_never_refuted(response):
    assert LINE.check(response, "c").verdict in (Verdict.UNDECIDED, Verdict.PROVED)


def test_a_pole_that_may_hide_a_solution_is_undecided():
    assert Equation("y = 1/x").check("x^2 y = x", "c").verdict is Verdict.UNDECIDED


@pytest.mark.parametrize(
    "response", ["", "y", "x = x", "y < 2x", "y = 2x + z", "y = 2x + 1 = 3", "y := 2", "y =", 5, None, "y = oo", "a, b"]
)
def test_what_is_not_one_equation_in_the_names_is_unreadable(response):
    assert LINE.check(response, "c").verdict is Verdict.UNREADABLE


@pytest.mark.parametrize(
    "response",
    [
        "(W2 W1 - I) C W1^T = 0",
        "W2 W1 C W1^T = C W1^T",
        "-2(W2 W1 - I) C W1^T = 0",
        r"W_1 C (W_2 W_1 - I)^\top = 0",
        "W1 C^T W1^T W2^T - W1 C = 0",
        "3 C W1^T = 3 W2 W1 C W1^T",
    ],
)
def test_a_matrix_equation_is_accepted_scaled_transposed_and_rearranged(response):
    assert STATIONARY.check(response, "c").verdict is Verdict.PROVED


@pytest.mark.parametrize(
    "response",
    [
        "(W2 W1 - I) C = 0",
        "(W2 W1 + I) C W1^T = 0",
        "(W2 W1 - 2I) C W1^T = 0",
        "(W2 W1 - I) W1^T = 0",
        "(W2 W1 - I) C W2 = 0",
        "W1 = W2^T",
        "W1 C - W1 C = 0",
        "W2 W1 = I",
    ],
)
def test_a_damaged_matrix_equation_is_refuted(response):
    assert STATIONARY.check(response, "c").verdict is Verdict.REFUTED


@pytest.mark.parametrize("response", ["(W1 W2 - I) C W1^T = 0", "C W1^T = W1 C", "(W2 W1 - I) C W1^T = 1", "X = 0"])
def test_a_matrix_equation_whose_shapes_do_not_fit_is_unreadable(response):
    assert STATIONARY.check(response, "c").verdict is Verdict.UNREADABLE


@pytest.mark.parametrize(
    ("answer", "response"),
    [
        (SYSTEM, "x + y = 3; x - y = 1"),
        (SYSTEM, "x - y = 1, 2x + 2y = 6"),
        (SYSTEM, ["y = 3 - x", "x = 1 + y"]),
        (BOTH, "W2^T (W2 W1 - I) C = 0\n(W2 W1 - I) C W1^T = 0"),
    ],
)
def test_several_equations_are_paired_in_any_order(answer, response):
    assert answer.check(response, "c").verdict is Verdict.PROVED


@pytest.mark.parametrize(
    ("answer", "response", "told"),
    [
        (SYSTEM, "x + y = 3", "too few"),
        (SYSTEM, "x + y = 3; x + y = 3", "1 of 2"),
        (SYSTEM, "x + y = 3; x - y = 1; x = 2", "too many"),
        (BOTH, "(W2 W1 - I) C W1^T = 0; (W2 W1 - I) C = 0", "1 of 2"),
    ],
)
def test_missing_and_repeated_equations_are_refuted(answer, response, told):
    evidence = answer.check(response, "c")
    assert evidence.verdict is Verdict.REFUTED
    assert told in evidence.feedback


COEFFICIENT = st.integers(-5, 5)
LINES = st.tuples(COEFFICIENT, COEFFICIENT, COEFFICIENT)


@settings(deadline=None)
@given(LINES, LINES)
def test_lines_are_equal_when_their_coefficients_are_proportional(first, second):
    assume(any(first[:2]))
    assume(any(second[:2]))
    same = all(a * d == b * c for a, c in zip(first, second, strict=True) for b, d in zip(first, second, strict=True))
    reference, response = (f"({a})*x + ({b})*y + ({c}) = 0" for a, b, c in (first, second))
    verdict = Equation(reference, variables=("x", "y")).check(response, "c").verdict
    assert verdict is (Verdict.PROVED if same else Verdict.REFUTED)


@pytest.mark.parametrize(
    "build",
    [lambda: Equation("y + 1"), lambda: Equation("y < 1"), lambda: Equations(()), lambda: Equations(("x",))],
)
def test_a_reference_that_is_no_equation_is_refused(build):
    with pytest.raises(ProblemError):
        build()


@pytest.mark.parametrize("answer", [LINE, PRODUCT, STATIONARY, BOTH, SYSTEM])
def test_a_compiled_reference_is_the_same_answer(answer):
    again = answer_from_json(answer.to_json())
    assert again.to_json() == answer.to_json()
    assert type(again) is type(answer)
    assert answer.expects()


@pytest.mark.parametrize("answer", [LINE, PRODUCT, SYSTEM, STATIONARY, BOTH])
def test_the_reference_is_shown_as_mathematics(answer):
    assert "=" in answer.shown()
    assert answer.shown().count("$") % 2 == 0
