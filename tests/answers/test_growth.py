"""Rates of growth: dominance under side conditions, proved or refuted exactly."""

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from verify.answers.answer import answer_from_json
from verify.answers.cones import Infeasible, Point, solve
from verify.answers.dominance import Dominance
from verify.answers.growth import Growth
from verify.answers.orders import Order, logarithm_of, order
from verify.errors import ProblemError
from verify.evidence import Verdict

BEAM = Growth("T*k*M*log(M)", under="k <= M", tighter_accepted=("T*k*M", "T*k*M*log(k)", "T*k*M + T*k^2*log(k)"))
SQUARE = Growth("n^2")
ATTENTION = Growth("N^2*(D + M)")
KERNEL_TIME = Growth("N*D^3", under="M ~ D", variables=("M",))


def verdict(answer, response):
    return answer.check(response, "c").verdict


@pytest.mark.parametrize(
    "response",
    [
        *("n^2", "O(n^2)", "Θ(n²)", r"\Theta(n^2)", r"$\mathcal{O}\left(n^2\right)$", "T(n) = O(n^2)", "O(n)*O(n)"),
        *("O(7n^2 - n + 3)", "O(n^2) + O(n log n)", "n(n-1)/2", "max(n^2, n)", "min(n^2, n^3)", "sqrt(n)^4"),
        *("n^2 + n log(n)^9", "n * n!/(n-1)!", "binomial(n, 2)", "floor(n^2/2)", "1/(1/n^2 + 1/n^3)", "4^log2(n)"),
        *("n log(2^n)", "O(n^2 + log(n!))", b"O(n^2)", "2^(2 log_2(n))"),
    ],
)
def test_constants_lower_terms_and_notation_do_not_matter(response):
    assert verdict(SQUARE, response) is Verdict.PROVED


@pytest.mark.parametrize(
    ("reference", "response", "relation"),
    [
        ("n^2", "O(n**3)", "looser"),
        ("n^2", "O(n)", "tighter"),
        ("n^2", "O(n**(2+1e-12))", "looser"),
        ("log(n)", "O(log(n)**2)", "looser"),
        ("log(n)", "log log n", "tighter"),
        ("n", "O(m)", "incomparable"),
        ("n", "O(factorial(factorial(n)))", "looser"),
        ("n", "2^(2^n)", "looser"),
        ("factorial(n)", "O(n*factorial(n-1)*n)", "looser"),
        ("factorial(n)", "n^n", "looser"),
        ("factorial(n)", "2^n", "tighter"),
        ("2^n", "3^n", "looser"),
        ("2^n", "2^(2n)", "looser"),
        ("4^n", "2^n", "tighter"),
        ("1", "O(Piecewise((1,n<10**9),(n**2,True)))", "looser"),
        ("n^2", "n^2/log(log(n))", "tighter"),
        ("N^2*(D+M)", "N^2 D", "tighter"),
        ("N^2*(D+M)", "N^2 D M", "looser"),
        ("N^2*(D+M)", "N^2 sqrt(D M)", "tighter"),
        ("N^2*(D+M)", "N D M", "incomparable"),
    ],
)
def test_looser_tighter_and_incomparable_growths_are_told_apart(reference, response, relation):
    evidence = Growth(reference).check(response, "c")
    assert evidence.verdict is Verdict.REFUTED
    assert evidence.reason.startswith(relation)
    assert evidence.counterexample is not None
    assert evidence.counterexample.at


@pytest.mark.parametrize(
    "response",
    ["O(T k M log M)", "O(T k M log M + T k^2 log k)", "O(T(kM log M))", "O(TkM log(kM))", "T k M log(M^2)"],
)
def test_growths_that_are_equal_only_under_the_side_condition_are_accepted(response):
    assert verdict(BEAM, response) is Verdict.PROVED


@pytest.mark.parametrize("response", ["O(T k M)", "O(T k M + T k^2 log k)", "O(T k M log k)"])
def test_a_tighter_growth_is_accepted_where_the_part_says_so(response):
    evidence = BEAM.check(response, "c")
    assert evidence.verdict is Verdict.PROVED
    assert "tighter" in evidence.reason
    assert verdict(Growth("T*k*M*log(M)", under="k <= M"), response) is Verdict.REFUTED


@pytest.mark.parametrize(
    "response", ["O(M^T)", "O(T M log M)", "O(T k log k)", "O(T k^2 M)", "O(k^T)", "O(T k)", "O(T k M^2)"]
)
def test_usual_mistakes_about_beam_search_are_refuted(response):
    evidence = BEAM.check(response, "c")
    assert evidence.verdict is Verdict.REFUTED
    assert "log" not in evidence.feedback


def test_without_its_side_condition_an_equal_growth_is_refuted():
    free = Growth("T*k*M*log(M)")
    assert verdict(free, "O(T k M log M + T k^2 log k)") is Verdict.REFUTED


@pytest.mark.parametrize(
    ("answer", "response"),
    [
        (ATTENTION, "O(N^2 max(D, M))"),
        (ATTENTION, "O(N^2 D + N^2 M)"),
        (ATTENTION, "N^2 (D^2 + M^2)/(D + M)"),
        (Growth("N^2 + N*D + N*M"), "O(N(N + D + M))"),
        (KERNEL_TIME, "O(N D^2 M)"),
        (KERNEL_TIME, "O(N D^2 (D + M))"),
        (Growth("N*D^2 + D^3"), "D^2 max(N, D)"),
        (Growth("M", under="k*T <= M, T >= log(M)"), "M + k T"),
        (Growth("2^m", under="k <= m"), "2^m + 2^k"),
        (Growth("n", under="a <= b <= n"), "a + b + n"),
    ],
)
def test_growths_in_several_variables_are_compared_under_their_conditions(answer, response):
    assert verdict(answer, response) is Verdict.PROVED


@pytest.mark.parametrize("response", ["O(N D^2)", "O(N^2 D)", "O(N D M)", "O(D^3)"])
def test_dropping_a_factor_of_the_kernel_feature_map_is_refuted(response):
    assert verdict(KERNEL_TIME, response) is Verdict.REFUTED


@pytest.mark.parametrize("response", ["O(n*(1+sin(n)))", "n^(log n)", "2^(log n)", "n^2 log(1 + 1/n)", "(n + 1)^n"])
def test_what_no_rule_covers_is_undecided(response):
    evidence = Growth("n").check(response, "c")
    assert evidence.verdict is Verdict.UNDECIDED
    assert evidence.reason


@pytest.mark.parametrize(
    ("response", "column"),
    [
        ("", 1),
        ("O()", None),
        ("O", 1),
        ("O(oo)", 2),
        ("O(O(n))", 3),
        ("n O(n)", 3),
        ("2^O(n)", 3),
        ("anything", 1),
        ("O(n if n<10**9 else n**2)", 5),
        ("O(" * 2000 + "n" + ")" * 2000, 4001),
        ("o(n^2)", 1),
        ("Ω(n^2)", 1),
        ("O(n^2", 2),
        ("O(N^2)", 3),
        ("O(0)", 2),
        ("O(n - n^2)", 2),
        ("-n", 1),
        ("O(n/0)", None),
        ("(n, n)", None),
        (5, 1),
        (None, 1),
        ("O(n)\0", 5),
    ],
)
def test_what_is_no_growth_is_unreadable(response, column):
    evidence = SQUARE.check(response, "c")
    assert evidence.verdict is Verdict.UNREADABLE
    assert column is None or evidence.column == column


@pytest.mark.parametrize("response", ["factorial(floor(n))", "factorial(n + m)", "binomial(n, m)", "(n - m)^2"])
def test_a_part_known_only_up_to_a_constant_factor_is_never_taken_for_a_constant(response):
    assert verdict(Growth("1", variables=("n", "m")), response) is Verdict.UNDECIDED


def test_nested_maxima_and_minima_of_exponentials_are_compared():
    inner = "min(2^(n^2), log(log(m) + 2))"
    assert verdict(Growth(inner), f"max({inner}, sqrt({inner}))") is not Verdict.UNREADABLE


def test_a_letter_that_is_no_variable_of_the_part_is_named():
    assert "m is not a variable" in SQUARE.check("O(n m)", "c").feedback


@pytest.mark.parametrize("response", ["O((a+b+c+d+e1+f)^60)".replace("e1", "k"), "n^(n^(n^n))", "n!!!!", "2^2^2^2^2^n"])
def test_hostile_responses_end_soon(response):
    evidence = Growth("a*b*c*d*f*k*n").check(response, "c")
    assert evidence.verdict in (Verdict.REFUTED, Verdict.UNDECIDED, Verdict.UNREADABLE)
    assert evidence.seconds < 10


@pytest.mark.parametrize(
    "build",
    [
        lambda: Growth("n + sin(n)"),
        lambda: Growth(""),
        lambda: Growth("n", under="n <= 1"),
        lambda: Growth("n", under="n^2 <= n"),
        lambda: Growth("n", under="k M"),
        lambda: Growth("n", under="k + n <= m"),
        lambda: Growth("n", under="2*k <= n"),
        lambda: Growth("n", tighter_accepted=("n^2",)),
        lambda: Growth("2^(2^n)"),
    ],
)
def test_a_reference_that_cannot_be_compared_is_refused_when_it_is_written(build):
    with pytest.raises(ProblemError):
        build()


@pytest.mark.parametrize("answer", [BEAM, SQUARE, KERNEL_TIME])
def test_a_compiled_reference_is_the_same_answer(answer):
    assert answer_from_json(answer.to_json()) == answer
    assert answer.shown().startswith("$O")
    assert all(name in answer.expects() for name in answer._compiled.variables)


# ---------------------------------------------------------------------- laws

POWERS = st.integers(0, 3)
MONOMIAL = st.tuples(POWERS, POWERS, st.integers(0, 2), st.integers(0, 2))
SUM = st.lists(MONOMIAL, min_size=1, max_size=3)


def text_of(monomials):
    return " + ".join(f"n^{a}*m^{b}*log(n)^{c}*log(m)^{d}" for a, b, c, d in monomials)


@given(SUM, st.randoms(use_true_random=False))
def test_order_constants_and_dominated_terms_never_change_the_verdict(monomials, random):
    reference = Growth("n*m + " + text_of(monomials))
    again = [f"{random.randint(1, 9)}*{text_of([monomial])}" for monomial in monomials]
    random.shuffle(again)
    lower = text_of([random.choice(monomials)]) + "/n"
    response = " + ".join([*again, lower, f"{random.randint(2, 5)}*m*n"])
    assert verdict(reference, response) is Verdict.PROVED


@given(SUM, st.sampled_from(["n", "log(m)", "log(log(n))", "2^m", "n^(1/1000)"]))
def test_a_further_factor_is_always_refuted_as_looser_and_its_inverse_as_tighter(monomials, factor):
    reference = Growth("n*m*(" + text_of(monomials) + ")")
    looser = reference.check(f"n*m*({text_of(monomials)})*{factor}", "c")
    tighter = reference.check(f"n*m*({text_of(monomials)})/({factor})", "c")
    assert (looser.verdict, looser.reason[:6]) == (Verdict.REFUTED, "looser")
    assert (tighter.verdict, tighter.reason[:7]) == (Verdict.REFUTED, "tighter")


def largest(monomials, direction):
    return max(a * direction[0] + b * direction[1] for a, b, *_ in monomials)


@given(
    st.lists(st.tuples(POWERS, POWERS), min_size=1, max_size=3),
    st.lists(st.tuples(POWERS, POWERS), min_size=1, max_size=3),
)
def test_polynomials_agree_with_their_largest_power_in_every_direction(left, right):
    """Along n = t^p, m = t^q a polynomial grows as its largest power; an independent test of equal growth."""
    directions = list(product(range(1, 13), repeat=2))
    equal = all(largest(left, direction) == largest(right, direction) for direction in directions)
    padded = [text_of([(a, b, 0, 0) for a, b in side]) for side in (left, right)]
    answer = verdict(Growth(padded[0], variables=("n", "m")), padded[1])
    assert answer is (Verdict.PROVED if equal else Verdict.REFUTED)


@given(SUM, SUM)
def test_the_verdict_is_symmetric(left, right):
    forward, backward = (
        Growth("n*m+" + text_of(a)).check("n*m+" + text_of(b), "c") for a, b in ((left, right), (right, left))
    )
    assert forward.verdict is backward.verdict
    swapped = {"looser": "tighter", "tighter": "looser"}
    first, second = forward.reason.split(" ")[0], backward.reason.split(" ")[0]
    assert swapped.get(first, first) == second


@given(SUM, SUM)
def test_a_proved_bound_holds_at_very_large_values(left, right):
    """log f - log g stays small where log n and log m are astronomically large and far apart."""
    from math import log

    parse = [frozenset(frozenset([monomial_order(one)]) for one in side) for side in (left, right)]
    assume(Dominance(("n", "m")).compare(*parse).holds)
    for x, y in product([10.0**power for power in range(2, 200, 7)], repeat=2):
        values = [max(a * x + b * y + c * log(x) + d * log(y) for a, b, c, d in side) for side in (left, right)]
        assert values[0] - values[1] < 100 + 1e-9 * abs(values[1])


def monomial_order(monomial) -> Order:
    a, b, c, d = (Fraction(power) for power in monomial)
    return order({("n", 0): a, ("m", 0): b, ("n", 1): c, ("m", 1): d}, {})


@given(
    st.lists(st.lists(st.integers(-3, 3), min_size=3, max_size=3), max_size=4),
    st.lists(st.lists(st.integers(-3, 3), min_size=3, max_size=3), min_size=1, max_size=4),
)
def test_a_linear_programme_returns_what_proves_its_answer(zero, one):
    zero, one = ([[Fraction(value) for value in row] for row in rows] for rows in (zero, one))
    result = solve(zero, one, 3)
    if isinstance(result, Point):
        values = [sum(a * b for a, b in zip(row, result.coordinates, strict=True)) for row in (*zero, *one)]
        assert min(values[: len(zero)], default=0) >= 0
        assert min(values[len(zero) :]) >= 1
    else:
        assert isinstance(result, Infeasible)
        assert min(result.multipliers) >= 0
        assert sum(result.multipliers[len(zero) :]) > 0
        for column in range(3):
            total = sum(w * row[column] for w, row in zip(result.multipliers, (*zero, *one), strict=True))
            assert total <= 0


@given(st.fractions(min_value=Fraction(1, 20), max_value=20, max_denominator=20), st.integers(-3, 3))
def test_logarithms_of_rational_numbers_are_exact(value, power):
    assert logarithm_of(value**power) == logarithm_of(value).times(Fraction(power))
    assert (logarithm_of(value).sign() > 0) == (value > 1)
