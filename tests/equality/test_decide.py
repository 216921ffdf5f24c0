from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading import term, verdict

from verify.equality import Assumptions, Terms
from verify.equality.decide import decide
from verify.errors import ReadingError
from verify.evidence import Verdict

PROVED = [
    ("(x+y)^2", "x^2+2*x*y+y^2", "x y", ""),
    ("sqrt(5+2*sqrt(6))", "sqrt(2)+sqrt(3)", "", ""),
    ("cbrt(2+sqrt(5))+cbrt(2-sqrt(5))", "1", "", ""),
    ("1/(1+exp(-x))*(1-1/(1+exp(-x)))", "exp(x)/(1+exp(x))^2", "x", ""),
    ("sigmoid(x)", "(1+tanh(x/2))/2", "x", ""),
    ("softplus(x)-softplus(-x)", "x", "x", ""),
    ("1-tanh(x)^2", "sech(x)^2", "x", ""),
    ("exp(x)/(exp(x)+exp(y))", "1/(1+exp(y-x))", "x y", ""),
    ("log(exp(x)+exp(y))", "x+log(1+exp(y-x))", "x y", ""),
    ("sqrt(x^2)", "abs(x)", "x", ""),
    ("sqrt(x^2)", "x", "x", "x>=0"),
    ("sqrt(x^2)", "-x", "x", "x<0"),
    ("sqrt((1-p)^2)", "1-p", "p", "0<p<1"),
    ("sqrt(1-x)*sqrt(1+x)", "sqrt(1-x^2)", "x", ""),
    ("abs(x-3)", "x-3", "x", "x>=3"),
    ("log(x*y)", "log(x)+log(y)", "x y", "x>0 y>0"),
    ("log(8)", "3*log(2)", "", ""),
    ("log(x, 2)", "log(x)/log(2)", "x", ""),
    ("log2(8*x)", "3+log2(x)", "x", ""),
    ("log10(1000)", "3", "", ""),
    ("x^n*x", "x^(n+1)", "x n", "x>0"),
    ("(x^x)^2", "x^(2*x)", "x", "x>0"),
    ("(x*y)^n", "x^n*y^n", "x y n", "n:integer"),
    ("sin(2*x)", "2*sin(x)*cos(x)", "x", ""),
    ("cos(x+pi/3)", "cos(x)/2-sqrt(3)/2*sin(x)", "x", ""),
    ("cos(pi/5)", "(1+sqrt(5))/4", "", ""),
    ("sin(pi/12)", "(sqrt(6)-sqrt(2))/4", "", ""),
    ("tan(x/2)", "sin(x)/(1+cos(x))", "x", ""),
    ("sin(asin(x))", "x", "x", ""),
    ("cos(asin(x))", "sqrt(1-x^2)", "x", ""),
    ("asin(x)+acos(x)", "pi/2", "x", ""),
    ("atan(x)+atan(1/x)", "pi/2", "x", "x>0"),
    ("atan(x)+atan(1/x)", "-pi/2", "x", "x<0"),
    ("4*atan(1/5)-atan(1/239)", "pi/4", "", ""),
    ("sinh(asinh(x))", "x", "x", ""),
    ("asinh(x)", "log(x+sqrt(x^2+1))", "x", ""),
    ("atanh(x)", "log((1+x)/(1-x))/2", "x", ""),
    ("sin(pi*n)", "0", "n", "n:integer"),
    ("cos(pi*n)", "(-1)^n", "n", "n:integer"),
    ("(-1)^(2*n)", "1", "n", "n:integer"),
    ("2^n*2", "2^(n+1)", "n", "n:integer"),
    ("factorial(n)/factorial(n-1)", "n", "n", "n>=1:integer"),
    ("binomial(n,2)", "n*(n-1)/2", "n", ""),
    ("binomial(n,k)", "binomial(n,n-k)", "n k", "n>=0:integer k>=0:integer"),
    ("gamma(1/2)", "sqrt(pi)", "", ""),
    ("floor(x+2)", "floor(x)+2", "x", ""),
    ("floor(n/2)+floor((n+1)/2)", "n", "n", "n:integer"),
    ("n*(n-1)*(n-2)", "0", "n", "0<=n<=2:integer"),
    ("max(a,b)+min(a,b)", "a+b", "a b", ""),
    ("max(a,min(b,c))", "min(max(a,b),max(a,c))", "a b c", ""),
    ("min(max(x,0),1)", "max(min(x,1),0)", "x", ""),
    ("relu(relu(x))", "relu(x)", "x", ""),
    ("relu(x)-relu(-x)", "x", "x", ""),
    ("sign(x)*abs(x)", "x", "x", ""),
    ("sign(x)^2", "1", "x", "x!=0"),
    ("x/(1/y)", "x*y", "x y", ""),
    ("abs(exp(x)-1)", "exp(x)-1", "x", "x>0"),
]


@pytest.mark.parametrize(("left", "right", "variables", "assume"), PROVED)
def test_true_identities_are_proved_in_both_directions(left: str, right: str, variables: str, assume: str) -> None:
    assert verdict(left, right, variables, assume).verdict is Verdict.PROVED
    assert verdict(right, left, variables, assume).verdict is Verdict.PROVED


@pytest.mark.parametrize(("left", "right", "variables", "assume"), PROVED)
@pytest.mark.parametrize("change", ["({}) + 1", "({})*(1 + 10^-30) + 10^-30", "2*({}) + 1/7"])
def test_the_same_identities_with_one_side_changed_are_refuted(
    left: str, right: str, variables: str, assume: str, change: str
) -> None:
    found = verdict(left, change.format(right), variables, assume)
    assert found.verdict is Verdict.REFUTED
    assert found.counterexample is not None
    assert found.counterexample.left != found.counterexample.right


REFUTED = [
    ("sqrt(x^2)", "x", "x", ""),
    ("max(x,-3)", "x", "x", ""),
    ("abs(x+y)", "abs(x)+abs(y)", "x y", ""),
    ("log(x+y)", "log(x)+log(y)", "x y", "x>0 y>0"),
    ("sin(pi*n)", "0", "n", ""),
    ("cos(2*pi*n)", "1", "n", ""),
    ("x", "x+(x-1)*(x-2)*(x-3)*(x+1)*x/10^9", "x", ""),
    ("(x^2)^(n/2)", "x^n", "x n", ""),
    ("tanh(40+x^2)", "1", "x", ""),
    ("exp(exp(x))", "exp(exp(x)+10^-25)", "x", ""),
    ("x*exp(-1000)", "2*x*exp(-1000)", "x", ""),
    ("x+10^-40", "x", "x", ""),
    ("sin(11)", "-1", "", ""),
    ("1/3", "0.3333333333333333333333333333333", "", ""),
    ("(1+x)^30-1", "(1+x)^30-1+x^31/10^20", "x", ""),
    ("sign(x)^2", "1", "x", ""),
    ("asin(sin(x))", "x", "x", ""),
    ("n*(n-1)*(n-2)", "0", "n", "0<=n<=3:integer"),
    ("floor(n/2)", "n/2", "n", "n:integer"),
    ("(-x)^n", "x^n", "x n", "n:integer"),
    ("atan(x)+atan(1/x)", "pi/2", "x", ""),
    ("sqrt(2)+sqrt(3)", "sqrt(10)", "", ""),
]


@pytest.mark.parametrize(("left", "right", "variables", "assume"), REFUTED)
def test_what_differs_somewhere_in_the_domain_is_refuted(left: str, right: str, variables: str, assume: str) -> None:
    assert verdict(left, right, variables, assume).verdict is Verdict.REFUTED
    assert verdict(right, left, variables, assume).verdict is Verdict.REFUTED


NEVER_DEFINED = [
    ("x/(x-x)", "1", "x", ""),
    ("sqrt(-1-x^2)", "sqrt(-1-x^2)", "x", ""),
    ("1/0", "1/0", "", ""),
    ("log(x)", "log(x)", "x", "x<0"),
    ("log(x)", "log(-x)+log(x)-log(-x)", "x", ""),
    ("0^0", "1", "", ""),
    ("asin(2)", "asin(2)", "", ""),
]


@pytest.mark.parametrize(("left", "right", "variables", "assume"), NEVER_DEFINED)
def test_what_is_nowhere_defined_equals_nothing(left: str, right: str, variables: str, assume: str) -> None:
    try:
        found = verdict(left, right, variables, assume)
    except ReadingError:
        return  # the notation refuses some texts that have no value at all
    assert found.verdict is Verdict.UNDECIDED


def test_zero_to_a_symbolic_power_is_not_proved_to_be_zero() -> None:
    found = verdict("(n^2)^acos(n)", "(n^x)^(n+1)", "n x", "n>=0:integer")  # 0^x is 1 at x = 0
    assert found.verdict is not Verdict.PROVED


def test_division_by_zero_equals_nothing_not_even_itself() -> None:
    terms = Terms()
    infinite, zero_over_zero = terms.reciprocal(terms.zero), terms.multiply((terms.zero, terms.reciprocal(terms.zero)))
    for left in (infinite, zero_over_zero):
        for right in (infinite, zero_over_zero, terms.zero, terms.one):
            assert decide(terms, left, right).verdict is Verdict.UNDECIDED


POLICY = [
    ("x/x", "1", "x=0"),
    ("sqrt(x)^2", "x", "x=-1"),
    ("log(x^2)", "2*log(x)", "x=-1"),
    ("0*log(x)", "0", "x=0"),
    ("1/(1/x)", "x", "x=0"),
    ("(x^2-9)/(x-3)", "x+3", "x=3"),
]


@pytest.mark.parametrize(("left", "right", "place"), POLICY)
def test_a_point_where_only_one_side_is_defined_is_named_and_the_policy_decides(
    left: str, right: str, place: str
) -> None:
    ignored = verdict(left, right)
    required = verdict(left, right, domain="require")
    assert ignored.verdict is Verdict.PROVED
    assert place in ignored.reason
    assert required.verdict is Verdict.REFUTED
    assert place in required.reason
    assert required.counterexample is not None
    assert "undefined" in (required.counterexample.left, required.counterexample.right)


SAME_DOMAIN = [
    ("x/(x*y)*y", "x/x", "x y", "y>0"),
    ("log(p/(1-p))", "log(p)-log(1-p)", "p", "0<p<1"),
    ("x/x", "1", "x", "x>0"),
    ("1/(1+exp(x))", "exp(-x)/(1+exp(-x))", "x", ""),
    ("sqrt(4*x)", "2*sqrt(x)", "x", ""),
]


@pytest.mark.parametrize(("left", "right", "variables", "assume"), SAME_DOMAIN)
def test_sides_defined_at_the_same_points_are_equal_under_either_policy(
    left: str, right: str, variables: str, assume: str
) -> None:
    assert verdict(left, right, variables, assume, domain="require").verdict is Verdict.PROVED


def test_an_unknown_domain_policy_is_refused() -> None:
    with pytest.raises(ValueError, match="ignore, require"):
        verdict("x", "x", domain="maybe")


def test_the_scope_names_the_conditions_used() -> None:
    assert verdict("sqrt(x^2)", "x", "x", "x>0").scope == "for x>0"
    assert verdict("x+x", "2*x").scope == "in general"


def test_a_counterexample_has_short_exact_values() -> None:
    found = verdict("x^2+y", "x^2-y", "x y")
    assert found.counterexample is not None
    assert all(len(str(value)) <= 4 for value in found.counterexample.at.values())


def test_a_decision_out_of_time_is_undecided() -> None:
    found = verdict("acosh(cosh(x))", "abs(x)", "x", budget=0.0)
    assert found.verdict is Verdict.UNDECIDED
    assert "time" in found.reason


def test_a_power_too_long_to_write_out_is_decided_without_expanding_it() -> None:
    terms = Terms()
    base, other = term(terms, "a+b+c+d+1", "a b c d"), term(terms, "a+b", "a b")
    left = terms.multiply((terms.power(base, terms.number(400)), other))
    square = terms.multiply((terms.power(base, terms.number(150)), terms.power(base, terms.number(250))))
    assert decide(terms, left, terms.multiply((square, other))).verdict is Verdict.PROVED
    assert decide(terms, left, terms.multiply((square, base))).verdict is Verdict.REFUTED


def test_what_is_too_long_to_expand_is_at_most_supported() -> None:
    left = "*".join(f"(a{i}+b{i})^9" for i in range(8))
    right = "*".join(f"(a{i}+b{i})^5*(a{i}^2+2*a{i}*b{i}+b{i}^2)^2" for i in range(8))
    names = " ".join(f"a{i} b{i}" for i in range(8))
    found = verdict(left, right, names)
    assert found.verdict in (Verdict.SUPPORTED, Verdict.UNDECIDED)
    assert found.accepted is None


def unrolled(length: int) -> tuple[Terms, int, int]:
    """The derivative by w of an unrolled linear recurrence: in closed form, and as a recurrence of its own."""
    terms = Terms()
    w, state = terms.variable("w"), terms.variable("h0")
    inputs = [terms.variable(f"u{step + 1}") for step in range(length)]
    powers = [(step, inputs[length - step]) for step in range(1, length + 1)] + [(length, state)]
    closed = terms.add(
        [terms.multiply((terms.number(k), terms.power(w, terms.number(k - 1)), value)) for k, value in powers]
    )
    slope = terms.zero
    for value in inputs:
        inside = terms.add((value, state))
        slope, state = terms.add((inside, terms.multiply((w, slope)))), terms.multiply((w, inside))
    return terms, closed, slope


@pytest.mark.parametrize("length", [3, 20, 200])
def test_the_derivative_of_an_unrolled_recurrence_stays_factored(length: int) -> None:
    terms, closed, slope = unrolled(length)
    assert decide(terms, closed, slope).verdict is Verdict.PROVED
    wrong = terms.add((closed, terms.multiply((terms.variable("w"), terms.variable("u2")))))
    assert decide(terms, wrong, slope).verdict is Verdict.REFUTED


@pytest.mark.parametrize(
    ("left", "right", "variables"),
    [("cos(6*x)", "32*cos(x)^6-48*cos(x)^4+18*cos(x)^2-1", "x"), ("sqrt(x)*sqrt(y)", "sqrt(x*y)", "x y")],
)
@given(seed=st.integers(0, 10**9))
def test_the_verdict_does_not_depend_on_the_points_drawn(left: str, right: str, variables: str, seed: int) -> None:
    assert verdict(left, right, variables, random=Random(seed)).verdict is Verdict.PROVED


def piecewise(terms: Terms, *branches: str) -> int:
    """Alternating values and conditions such as ``x, x > 0, 0``, over x."""
    pairs = []
    for value, condition in zip(branches[:-1:2], branches[1::2], strict=True):
        left, operator, right = condition.split()
        pairs.append(
            (term(terms, value, "x"), terms.relation(operator, term(terms, left, "x"), term(terms, right, "x")))
        )
    return terms.piecewise(pairs, term(terms, branches[-1], "x"))


@pytest.mark.parametrize(
    ("branches", "other", "expected"),
    [
        (("x", "x > 0", "0"), "relu(x)", Verdict.PROVED),
        (("x", "x >= 0", "-x"), "abs(x)", Verdict.PROVED),
        (("x", "x >= 0", "x"), "abs(x)", Verdict.REFUTED),
        (("1-x", "x < 1", "0"), "max(0, 1-x)", Verdict.PROVED),
        (("x", "x > 0", "x/100"), "max(x, x/100)", Verdict.PROVED),
        (("x", "x > 0", "x/10"), "max(x, x/100)", Verdict.REFUTED),
        (("2", "x = 1", "(x^2-1)/(x-1)"), "x+1", Verdict.PROVED),
        (("3", "x = 1", "(x^2-1)/(x-1)"), "x+1", Verdict.REFUTED),
        (("x^2/2", "abs(x) <= 1", "abs(x)-1/2"), "min(abs(x),1)*(abs(x)-min(abs(x),1)/2)", Verdict.PROVED),
    ],
)
def test_branches_are_compared_where_their_conditions_hold(
    branches: tuple[str, ...], other: str, expected: Verdict
) -> None:
    terms = Terms()
    left, right = piecewise(terms, *branches), term(terms, other, "x")
    assert decide(terms, left, right, Assumptions()).verdict is expected
    assert decide(terms, right, left, Assumptions()).verdict is expected


def test_branches_that_differ_at_one_point_only_are_refuted_there() -> None:
    terms = Terms()
    left, right = piecewise(terms, "1", "x > 0", "0"), piecewise(terms, "1", "x >= 0", "0")
    found = decide(terms, left, right)
    assert found.verdict is Verdict.REFUTED
    assert found.counterexample is not None
    assert found.counterexample.at == {"x": "0"}
