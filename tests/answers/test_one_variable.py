"""Statements in one real variable: the same set of numbers, however it is described."""

import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import verify
from verify.answers.one_variable import same_statements
from verify.equality.assumptions import Assumptions
from verify.equality.terms import Terms
from verify.errors import BudgetExceeded, Undecidable
from verify.evidence import Evidence, Verdict
from verify.notation import read


def compared(left: str, right: str, given: str = "") -> Evidence:
    terms = Terms()
    sides = [read(text, None, terms).value for text in (left, right)]
    return same_statements(terms, *sides, Assumptions.parse(given))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("x = -1 or x = 4", "x^2 - 3*x - 4 = 0"),
        ("x^2 - 49 >= 0", "abs(x) >= 7"),
        ("-1 < t and t < 6", "t^2 < 5*t + 6"),
        ("x^2 < 2", "x^4 < 4"),
        ("max(x, 1) > 2", "x > 2"),
        ("x^3 = 2", "x^6 = 4 and x > 0"),
        ("x < 0 or x > 0", "x != 0"),
        ("abs(x) = 7", "x = 7 or x = -7"),
        (r"|y - 1| > 2", r"y \in (-\infty, -1) \cup (3, \infty)"),
        ("(x - 1)*(x - 2)*(x - 3) > 0", "(1 < x and x < 2) or x > 3"),
    ],
)
def test_the_same_numbers_described_in_two_ways_are_proved(left: str, right: str) -> None:
    assert compared(left, right).verdict is Verdict.PROVED
    assert compared(right, left).verdict is Verdict.PROVED


@pytest.mark.parametrize(
    ("left", "right", "where"),
    [
        ("x^2 - 49 > 0", "abs(x) >= 7", "-7"),
        ("x^2 < 2", "x^4 <= 4", "-1.414213562..."),
        ("x^3 = 2", "x^6 = 4", "-1.25992105..."),
        ("x = -1 or x = 3", "x^2 - 3*x - 4 = 0", "3"),
        (r"|y - 1| > 2", r"y \in (-\infty, -1] \cup (3, \infty)", "-1"),
    ],
)
def test_a_number_that_belongs_to_one_side_only_refutes(left: str, right: str, where: str) -> None:
    evidence = compared(left, right)
    assert evidence.verdict is Verdict.REFUTED
    assert evidence.counterexample is not None
    assert list(evidence.counterexample.at.values()) == [where]


@pytest.mark.parametrize(
    ("left", "right", "given"),
    [
        ("x*y > 0", "x > 0", ""),  # two variables
        ("sin(x) > 0", "x > 0", ""),  # no polynomial
        ("1/x > 0", "x > 0", ""),  # not defined everywhere
        ("x > 0", "x >= 1", "x:integer"),  # not any real number
        ("x^2 + 1 = 0", "x^2 + 2 = 0", ""),  # nowhere true
        ("x^99 > 1", "x > 1", ""),  # too large
        ("x^16 > 2*(10^20*x - 1)^2", "x > 1", ""),  # two roots are almost one
        ("x = 3", "(2*x - 6)^2 = 0", ""),  # not as often a solution
        ("x = 3 or x = 5", "x^2 - 8*x + 15 = 0 or x = 5", ""),
    ],
)
def test_what_this_cannot_decide_is_left_alone(left: str, right: str, given: str) -> None:
    with pytest.raises((Undecidable, BudgetExceeded)):
        compared(left, right, given)


def test_roots_nearer_than_floating_point_tells_are_kept_apart() -> None:
    almost_twice = "x^9 - 2*(10^6*x - 1)^2"  # two roots near 1e-6, about 1e-33 apart
    assert compared(f"{almost_twice} > 0", f"2*({almost_twice}) > 0").verdict is Verdict.PROVED
    evidence = compared(f"{almost_twice} > 0", f"{almost_twice} >= 0")
    assert evidence.verdict is Verdict.REFUTED


def test_equal_asks_it() -> None:
    assert verify.equal("x = -1 or x = 4", "x^2 - 3*x - 4 = 0")
    assert verify.equal("x^2 - 49 >= 0", "abs(x) > 7").accepted is False


ROOTS = st.lists(st.fractions(-9, 9, max_denominator=4), min_size=1, max_size=4, unique=True)


@given(ROOTS, st.sampled_from(["<", "<=", ">", ">=", "=", "!="]), ROOTS, st.integers(0, 10**6))
def test_the_verdict_agrees_with_a_search(
    roots: list[Fraction], operator: str, others: list[Fraction], seed: int
) -> None:
    left = "*".join(f"(x-({root}))" for root in roots)
    right = "*".join(f"(x-({root}))" for root in others)
    marks = sorted({*roots, *others})
    pick = random.Random(seed)
    tried = [*marks, *(mark + Fraction(pick.randrange(-9, 10), 97) for mark in marks for _ in range(4)), marks[0] - 30]
    differ = any(_holds(roots, operator, x) != _holds(others, operator, x) for x in tried)
    try:
        evidence = compared(f"{left} {operator} 0", f"{right} {operator} 0")
    except Undecidable:
        return
    if evidence.counterexample is None:
        assert not differ
    else:
        x = Fraction(str(evidence.counterexample.at["x"]))
        assert _holds(roots, operator, x) != _holds(others, operator, x)


def _holds(roots: list[Fraction], operator: str, x: Fraction) -> bool:
    value = Fraction(1)
    for root in roots:
        value *= x - root
    return {"<": value < 0, "<=": value <= 0, ">": value > 0, ">=": value >= 0, "=": value == 0, "!=": value != 0}[
        operator
    ]
