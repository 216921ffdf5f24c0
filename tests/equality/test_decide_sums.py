import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading import term

from verify.equality.assumptions import Assumptions
from verify.equality.decide import decide
from verify.equality.sums import close
from verify.equality.terms import Terms
from verify.evidence import Verdict

COUNT = Assumptions.parse("n>=1:integer")


def over(
    terms: Terms, body: str, index: str, low: str, high: str, variables: str = "c w n m k", kind: str = "sum"
) -> int:
    """A sum or product over an index, from texts."""
    names = f"{variables} i j"
    parts = [term(terms, text, names) for text in (body, low, high)]
    build = terms.summation if kind == "sum" else terms.product_over
    return build(parts[0], index, parts[1], parts[2])


def elements(terms: Terms, family: str, index: str) -> int:
    """An element of an indexed family, such as u_i or u_(n-1)."""
    return terms.indexed(family, (term(terms, index, "i j n"),))


CLOSED = [
    ("i", "1", "n", "n*(n+1)/2"),
    ("i^2", "1", "n", "n*(n+1)*(2*n+1)/6"),
    ("i^3", "0", "n-1", "(n*(n-1)/2)^2"),
    ("c", "1", "n", "n*c"),
    ("c*i + 1", "1", "n", "c*n*(n+1)/2 + n"),
    ("w^i", "0", "n-1", "(1-w^n)/(1-w)"),
    ("w^(n-i)", "1", "n", "(1-w^n)/(1-w)"),
    ("2^(-i)", "1", "n", "1 - 2^(-n)"),
    ("i*2^i", "0", "n", "2 + (n-1)*2^(n+1)"),
    ("exp(-c*i)", "0", "n", "(1-exp(-c*(n+1)))/(1-exp(-c))"),
    ("1/(i*(i+1))", "1", "n", "n/(n+1)"),
]


@pytest.mark.parametrize(("body", "low", "high", "closed"), CLOSED)
def test_a_sum_with_symbolic_bounds_equals_its_closed_form(body: str, low: str, high: str, closed: str) -> None:
    terms = Terms()
    total, other = over(terms, body, "i", low, high), term(terms, closed, "c w n")
    assert decide(terms, total, other, COUNT).verdict is Verdict.PROVED
    assert decide(terms, other, total, COUNT).verdict is Verdict.PROVED


@pytest.mark.parametrize(("body", "low", "high", "closed"), CLOSED)
@pytest.mark.parametrize("mistake", ["({}) + 1/1000", "({})*(n+1)/n", "({}) + (n-1)*(n-2)*(n-3)*(n-4)"])
def test_a_wrong_closed_form_is_refuted(body: str, low: str, high: str, closed: str, mistake: str) -> None:
    terms = Terms()
    total, other = over(terms, body, "i", low, high), term(terms, mistake.format(closed), "c w n")
    assert decide(terms, total, other, COUNT).verdict is Verdict.REFUTED


def test_the_index_may_be_renamed_and_shifted() -> None:
    terms = Terms()
    left = terms.summation(elements(terms, "u", "i"), "i", terms.one, terms.variable("n"))
    shifted = terms.summation(elements(terms, "u", "j+1"), "j", terms.zero, term(terms, "n-1", "n"))
    wrong = terms.summation(elements(terms, "u", "j"), "j", terms.zero, term(terms, "n-1", "n"))
    assert decide(terms, left, shifted, COUNT).verdict is Verdict.PROVED
    assert decide(terms, left, wrong, COUNT).verdict is Verdict.REFUTED


@pytest.mark.parametrize(("exponent", "proved"), [("n-j-1", True), ("n-j", False), ("n-j-2", False), ("j", False)])
def test_the_index_may_be_shifted_below_a_power_of_it(exponent: str, proved: bool) -> None:
    terms = Terms()

    def weighted(power: str, index: str, element: str, low: str, high: str) -> int:
        weight = terms.power(terms.variable("w"), term(terms, power, "n i j"))
        body = terms.multiply((weight, elements(terms, "u", element)))
        return terms.summation(body, index, term(terms, low, "n"), term(terms, high, "n"))

    left = weighted("n-i", "i", "i", "1", "n")
    right = weighted(exponent, "j", "j+1", "0", "n-1")
    assert decide(terms, left, right, COUNT).verdict is (Verdict.PROVED if proved else Verdict.REFUTED)


def test_the_last_term_may_be_split_off() -> None:
    terms = Terms()
    whole = terms.summation(elements(terms, "u", "i"), "i", terms.one, terms.variable("n"))
    shorter = terms.summation(elements(terms, "u", "i"), "i", terms.one, term(terms, "n-1", "n"))
    assert decide(terms, whole, terms.add((shorter, elements(terms, "u", "n"))), COUNT).verdict is Verdict.PROVED
    assert decide(terms, whole, terms.add((shorter, elements(terms, "u", "n-1"))), COUNT).verdict is Verdict.REFUTED


def test_the_sum_of_squared_deviations_expands() -> None:
    terms = Terms()
    u, c, n = elements(terms, "u", "i"), terms.variable("c"), terms.variable("n")
    two = terms.number(2)
    deviations = terms.summation(terms.power(terms.subtract(u, c), two), "i", terms.one, n)
    squares = terms.summation(terms.power(u, two), "i", terms.one, n)
    first = terms.summation(u, "i", terms.one, n)
    expanded = terms.add((squares, terms.multiply((terms.number(-2), c, first)), terms.multiply((n, c, c))))
    assert decide(terms, deviations, expanded, COUNT).verdict is Verdict.PROVED
    assert decide(terms, deviations, terms.add((squares, first)), COUNT).verdict is Verdict.REFUTED


def test_softmax_over_any_number_of_classes_is_invariant_to_a_shift() -> None:
    terms = Terms()
    c, n = terms.variable("c"), terms.variable("n")

    def softmax(shift: int) -> int:
        def weight(index: str) -> int:
            return terms.apply("exp", (terms.subtract(elements(terms, "u", index), shift),))

        return terms.divide(weight("1"), terms.summation(weight("j"), "j", terms.one, n))

    assert decide(terms, softmax(terms.zero), softmax(c), COUNT).verdict is Verdict.PROVED
    assert decide(terms, softmax(terms.zero), terms.multiply((softmax(c), c)), COUNT).verdict is Verdict.REFUTED


def test_a_product_of_sums_is_a_double_sum() -> None:
    terms = Terms()
    n = terms.variable("n")
    u, v = elements(terms, "u", "i"), elements(terms, "v", "j")
    inner = terms.summation(terms.multiply((u, v)), "j", terms.one, n)
    product = terms.multiply((terms.summation(u, "i", terms.one, n), terms.summation(v, "j", terms.one, n)))
    assert decide(terms, product, terms.summation(inner, "i", terms.one, n), COUNT).verdict is Verdict.PROVED


PRODUCTS = [("i", "factorial(n)"), ("c", "c^n"), ("exp(i)", "exp(n*(n+1)/2)"), ("2*i", "2^n*factorial(n)")]


@pytest.mark.parametrize(("body", "closed"), PRODUCTS)
def test_a_product_with_symbolic_bounds_equals_its_closed_form(body: str, closed: str) -> None:
    terms = Terms()
    left, right = over(terms, body, "i", "1", "n", kind="product"), term(terms, closed, "c n")
    assert decide(terms, left, right, COUNT).verdict is Verdict.PROVED
    assert decide(terms, left, term(terms, f"({closed})*n", "c n"), COUNT).verdict is Verdict.REFUTED


def test_equality_at_the_first_ten_values_is_no_proof() -> None:
    terms = Terms()
    total = over(terms, "i^3", "i", "1", "n")
    vanishing = "*".join(f"(n-{value})" for value in range(1, 11))
    other = terms.add((total, term(terms, f"{vanishing}/10^12", "n")))
    assert decide(terms, total, other, COUNT).verdict is not Verdict.PROVED


def test_explicit_bounds_are_written_out() -> None:
    terms = Terms()
    total = terms.summation(elements(terms, "u", "i"), "i", terms.one, terms.number(3))
    assert decide(terms, total, term(terms, "u_1+u_2+u_3", "u_1 u_2 u_3")).verdict is Verdict.PROVED
    assert decide(terms, total, term(terms, "u_1+u_2", "u_1 u_2 u_3")).verdict is Verdict.REFUTED


def test_a_long_explicit_sum_is_closed() -> None:
    terms = Terms()
    total = over(terms, "i", "i", "1", "100000")
    assert decide(terms, total, terms.number(5_000_050_000)).verdict is Verdict.PROVED
    assert decide(terms, total, terms.number(5_000_050_001)).verdict is not Verdict.PROVED


@given(
    body=st.sampled_from(["i", "i^4", "c*i^2", "2^i", "i*3^i", "c^i*i", "1/(i+3)", "exp(c*i)", "(i+c)^3", "c^(n-i)"]),
    low=st.integers(-2, 3),
    shift=st.integers(-2, 2),
    count=st.integers(9, 12),  # past every constant that the canonical form takes off the bounds
)
def test_closing_a_sum_never_changes_its_value(body: str, low: int, shift: int, count: int) -> None:
    terms = Terms()
    total = over(terms, body, "i", str(low), f"n + ({shift})")
    closed = close(terms, total, COUNT)
    at = {"n": terms.number(count), "c": term(terms, "5/3", "")}
    left, right = (terms.substitute(side, at) for side in (total, closed))
    assert decide(terms, left, right).verdict is Verdict.PROVED


def test_roots_of_column_sums_cancel_where_they_stand_in_a_whole_column() -> None:
    """Bounding the sums meets entries at constant places, which are no constants."""
    terms = Terms()

    def entry(row: str, column: str) -> int:
        return terms.indexed("A", (term(terms, row, "i j s n"), term(terms, column, "i j s n")))

    def total(body: int, index: str) -> int:
        return terms.summation(body, index, terms.number(0), term(terms, "n - 1", "n"))

    def root(column: str) -> int:
        return terms.power(total(entry("s", column), "s"), term(terms, "1/2", ""))

    def share(scaled: bool) -> int:
        def part(row: str) -> int:
            weight = terms.divide(entry(row, "j"), root(row))
            return terms.divide(weight, root("j")) if scaled else weight

        return terms.divide(part("i"), total(part("i"), "i"))

    assumptions = COUNT.merge(Assumptions.parse("A>0"))
    assert decide(terms, share(scaled=True), share(scaled=False), assumptions).verdict is Verdict.PROVED
