import threading
from fractions import Fraction
from random import Random

import flint
import pytest
from independent import value
from mpmath import nstr
from reading import term
from test_soundness import Sampler

from verify.equality.assumptions import Assumptions
from verify.equality.ball import BallEvaluator, compare, evaluation_order, whole_power
from verify.equality.sampling import Point
from verify.equality.terms import Terms


def ball(terms: Terms, root: int, at: dict[str, Fraction], precision: int = 64) -> flint.arb:
    point = Point(Assumptions(), Random(0), small=True)
    point.values.update(at)
    return BallEvaluator(terms).values(evaluation_order(terms, (root,)), point, precision)[root]


@pytest.mark.parametrize("seed", range(3))
def test_every_ball_contains_the_true_value(seed: int) -> None:
    sampler = Sampler(seed)
    checked = 0
    for _ in range(300):
        root = sampler.term(3)
        point = sampler.points(False, 2)[1]
        expected, enclosure = value(sampler.terms, root, point, 150), ball(sampler.terms, root, point)
        if expected is not None and enclosure.is_finite():
            scale = 1 + abs(enclosure)
            assert enclosure.overlaps(flint.arb(nstr(expected, 120)) + scale * flint.arb(0, "1e-100")), (root, point)
            checked += 1
    assert checked > 100


def test_the_working_precision_is_restored() -> None:
    before = flint.ctx.prec
    terms = Terms()
    ball(terms, term(terms, "exp(x)", "x"), {"x": Fraction(1)}, precision=999)
    assert flint.ctx.prec == before


def test_balls_are_right_in_threads_of_different_precision() -> None:
    terms = Terms()
    root = term(terms, "exp(x) - exp(x)*(1 + 10^-40)", "x")
    wrong = []

    def work(precision: int) -> None:
        for _ in range(50):
            found = ball(terms, root, {"x": Fraction(1, 3)}, precision)
            if precision > 200 and found.contains(0):
                wrong.append(precision)

    threads = [threading.Thread(target=work, args=(precision,)) for precision in (64, 300, 64, 500)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


@pytest.mark.parametrize(
    "text", ["1/x", "log(x)", "x^(-1/2)", "log(x - 1)", "acosh(x)", "cot(x)", "gamma(x)", "1/(x - x)"]
)
def test_what_is_undefined_at_zero_has_no_finite_ball(text: str) -> None:
    terms = Terms()
    assert not ball(terms, term(terms, text, "x"), {"x": Fraction(0)}).is_finite()


def test_a_negative_base_needs_a_whole_exponent() -> None:
    terms = Terms()
    root = term(terms, "x^n", "x n")
    assert ball(terms, root, {"x": Fraction(-2), "n": Fraction(3)}) == -8
    assert not ball(terms, root, {"x": Fraction(-2), "n": Fraction(1, 2)}).is_finite()


def test_a_power_of_a_ball_around_zero_is_finite() -> None:
    assert whole_power(flint.arb(0, 1e-10), 3).contains(0)


def test_comparison_of_overlapping_balls_is_unknown() -> None:
    wide = flint.arb(0, 1)
    assert compare("<", wide, flint.arb(0)) is None
    assert compare("<", wide, flint.arb(2)) is True
    assert compare("!=", wide, flint.arb(2)) is True
    assert compare("=", flint.arb(2), flint.arb(2)) is True


def test_a_sum_is_undefined_where_its_bounds_are_apart_and_zero_where_they_touch() -> None:
    terms = Terms()
    total = terms.summation(terms.variable("i"), "i", terms.one, terms.variable("n"))
    assert ball(terms, total, {"n": Fraction(4)}) == 10
    assert ball(terms, total, {"n": Fraction(0)}) == 0
    assert not ball(terms, total, {"n": Fraction(-1)}).is_finite()
    assert not ball(terms, total, {"n": Fraction(1, 2)}).is_finite()
