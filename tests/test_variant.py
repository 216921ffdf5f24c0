"""A variant is fair for every seed: answers are whole, no two mistakes agree; a rule that cannot be fair is refused."""

from fractions import Fraction
from itertools import combinations, count
from pathlib import Path
from textwrap import dedent

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from verify.catalog import load
from verify.domains import descending, invertible, orthogonal, simplex, symmetric, unit
from verify.errors import ProblemError
from verify.proof import exact_value
from verify.variant import draw, worked

PROBLEMS = Path(__file__).parents[1] / "problems"
NAMES = sorted(path.stem for path in PROBLEMS.glob("[a-z]*.py"))
numbered = count()

HEAD = '''
"""A title."""
from sympy import Matrix, Ne, sqrt
from verify import Problem, positive
from verify.domains import integer, orthogonal
problem = Problem(__doc__)
x, y = problem.scalar("x y")
'''


@pytest.fixture(scope="module")
def build(tmp_path_factory):
    """A function that loads a problem from the lines of its file."""

    def built(*lines):
        path = tmp_path_factory.mktemp("problems") / f"built_{next(numbered)}.py"
        path.write_text(dedent(HEAD).lstrip() + "\n".join(lines) + "\n")
        return load(path)

    return built


def entries(problem, expression, instance):
    """The exact value as nested tuples of fractions, of which the shape is a part."""
    array = exact_value(problem, expression, instance)
    return tuple(tuple(Fraction(entry.terms.key(entry.node)[1]) for entry in row) for row in array)


@given(st.integers())
@settings(max_examples=20)
@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_gives_the_same_numbers(name, seed):
    problem = load(PROBLEMS / f"{name}.py")
    first, second = draw(problem, seed), draw(problem, seed)
    assert first.values.keys() == second.values.keys()
    assert all(np.array_equal(first.values[symbol], second.values[symbol]) for symbol in first.values)


@given(st.integers(0, 10_000))
@settings(max_examples=15)
@pytest.mark.parametrize("name", ["conv_filter_solve", "transpose_conv"])
def test_a_variant_has_whole_answers_and_tells_all_mistakes_apart(name, seed):
    problem = load(PROBLEMS / f"{name}.py")
    instance = draw(problem, seed)
    part = problem.parts["a"]
    candidates = [part.answer, *(mistake.wrong for mistake in part.mistakes)]
    values = [entries(problem, candidate, instance) for candidate in candidates]
    assert all(entry.denominator == 1 for row in values[0] for entry in row)
    assert len(values) >= 4
    assert all(one != other for one, other in combinations(values, 2))


def test_different_seeds_give_different_numbers():
    problem = load(PROBLEMS / "conv_filter_solve.py")
    assert len({str(draw(problem, seed).values) for seed in range(20)}) > 15


@given(st.integers())
@settings(max_examples=20)
def test_without_a_rule_small_integers_of_the_right_sign_are_drawn(build, seed):
    problem = load_unruled(build)
    values = {str(symbol): value for symbol, value in draw(problem, seed).values.items()}
    assert values["n"] == 2
    assert values["v"].shape == (2, 1)
    assert 1 <= values["p"] <= 5
    assert all(entry.denominator == 1 and abs(entry) <= 5 for entry in values["v"].flat)
    assert values["x"] != values["y"]


def load_unruled(build):
    if not hasattr(load_unruled, "problem"):
        load_unruled.problem = build(
            'n = problem.size("n")',
            'v = problem.vector("v", n)',
            'p = problem.scalar("p", within=positive)',
            'problem.assume(Ne(x, y), "they differ")',
            'problem.part("a", "Add.", x + y, ("=", (x**2 - y**2) / (x - y), "third binomial"))',
        )
    return load_unruled.problem


def test_a_mistake_that_equals_the_answer_makes_another_draw(build):
    """2 x and x squared agree at 0 and 2, so these are never drawn."""
    problem = build(
        'numbers = problem.instance("numbers", x=3, y=0)',
        'part = problem.part("a", "Square.", x * (x + y), ("=", x**2 + x * y, "multiply out"), asks=numbers)',
        'part.mistake("doubled", 2 * x, "A square is not a double.")',
        "@problem.variant",
        "def rule(rng):",
        "    return {'x': rng.integers(0, 4), 'y': 0}",
    )
    assert {int(draw(problem, seed).values[problem.symbol("x")]) for seed in range(30)} == {1, 3}


def test_a_mistake_that_is_a_function_makes_another_draw_where_it_gives_the_answer(build):
    problem = build(
        'part = problem.part("a", "Square.", x * (x + y), ("=", x**2 + x * y, "multiply out"))',
        'part.mistake("doubled", lambda x: 2 * x, "A square is not a double.")',
        "@problem.variant",
        "def rule(rng):",
        "    return {'x': rng.integers(0, 4), 'y': 0}",
    )
    assert {int(draw(problem, seed).values[problem.symbol("x")]) for seed in range(20)} == {1, 3}


def test_mistakes_that_are_the_same_expression_need_not_differ_but_others_must(build):
    lines = (
        'part = problem.part("a", "Add.", x + y, ("=", y + x + (x - y)**2 - x**2 + 2*x*y - y**2, "expand"))',
        'part.mistake("subtracted", x - y, "Add.")',
    )
    rule = ("@problem.variant", "def rule(rng):", "    return {'x': 5, 'y': 2}")
    draw(build(*lines, 'part.mistake("subtracted as well", x - y, "Add.")', *rule), 0)
    with pytest.raises(ProblemError, match="'subtracted' and 'halved' could not be told apart"):
        draw(build(*lines, 'part.mistake("halved", (x + 1) / y, "Add.")', *rule), 0)


REFUSED = {
    "an answer that is never whole": (
        ("@problem.variant(integral=True)", "def rule(rng):", "    return {'x': 1, 'y': 2}"),
        r"1,000 times the answer of part \(a\) was not whole",
    ),
    "an assumption that never holds": (
        ("@problem.variant", "def rule(rng):", "    return {'x': 1, 'y': 0}"),
        r"1,000 times an assumption failed \(we divide by it\)",
    ),
    "a rule that fails": (
        ("@problem.variant", "def rule(rng):", "    return 1 // 0"),
        "the rule rule failed: ZeroDivisionError",
    ),
    "a rule that returns a list": (
        ("@problem.variant", "def rule(rng):", "    return [1]"),
        "the rule rule returned a list",
    ),
    "a rule that leaves out what is asked": (
        ("@problem.variant", "def rule(rng):", "    return {'y': 1}"),
        "has no value for x",
    ),
    "a float": (
        ("@problem.variant", "def rule(rng):", "    return {'x': 0.5, 'y': 1}"),
        "0.5 is not exact",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_rule_that_makes_no_fair_question_is_refused_with_the_demand_that_failed(build, case):
    lines, message = REFUSED[case]
    problem = build(
        'problem.assume(Ne(y, 0), "we divide by it")',
        'numbers = problem.instance("numbers", x=9, y=3)',
        'problem.part("a", "Divide.", (x + y) / y, ("=", x / y + 1, "term by term"), asks=numbers)',
        *lines,
    )
    with pytest.raises(ProblemError, match=message):
        draw(problem, 3)


def test_an_irrational_answer_is_not_whole(build):
    problem = build(
        'numbers = problem.instance("numbers", x=9, y=3)',
        'problem.part("a", "Find.", sqrt(2) * (x + y), ("=", sqrt(2) * x + sqrt(2) * y, "expand"), asks=numbers)',
        "@problem.variant(integral=True)",
        "def rule(rng):",
        "    return {'x': rng.integers(1, 9), 'y': 0}",
    )
    with pytest.raises(ProblemError, match="was not whole"):
        draw(problem, 0)


def test_a_set_that_small_integers_miss_is_named(build):
    problem = build(
        'Q = problem.matrix("Q", 3, 3, within=orthogonal)',
        'problem.part("a", "Add.", x + y, ("=", y * (x / y + 1), "r"))',
    )
    with pytest.raises(ProblemError, match="Q was outside the set it ranges over"):
        draw(problem, 0)


def test_an_instance_outside_the_set_of_a_given_is_refused(build):
    problem = build(
        'p = problem.scalar("p", within=positive)', 'problem.part("a", "Add.", x + y, ("=", x * (1 + y / x), "r"))'
    )
    with pytest.raises(ProblemError, match="p is not in the set it ranges over"):
        problem.instance("numbers", x=1, y=2, p=-3)


def test_a_key_at_an_instance_that_leaves_out_what_the_answer_needs_is_refused(build):
    problem = build('part = problem.part("a", "Add.", x + y, ("=", x * (1 + y / x), "r"))')
    with pytest.raises(ProblemError, match="the instance 'half' has no value for y"):
        problem.parts["a"].key(problem.instance("half", x=1), 3)


MEMBERS = {
    "unit": (unit, [["3/5"], ["4/5"]], [["3/5"], ["3/5"]]),
    "simplex": (simplex, [["1/3"], ["2/3"]], [["1/3"], ["1/3"]]),
    "simplex with a negative entry": (simplex, [["1/3"], ["2/3"]], [["4/3"], ["-1/3"]]),
    "orthogonal": (orthogonal, [["3/5", "4/5"], ["-4/5", "3/5"]], [["3/5", "4/5"], ["4/5", "3/5"]]),
    "symmetric": (symmetric, [[1, 2], [2, 3]], [[1, 2], [3, 1]]),
    "invertible": (invertible, [[0, 1], [1, 0]], [[1, 2], [2, 4]]),
    "invertible of three rows": (invertible, [[0, 1, 2], [1, 1, 1], [3, 1, 1]], [[1, 2, 3], [4, 5, 6], [7, 8, 9]]),
    "descending": (descending, [[3], [3], [0]], [[3], [4], [0]]),
    "descending below zero": (descending, [[3], [0]], [[3], [-1]]),
}


@pytest.mark.parametrize("name", MEMBERS)
def test_a_set_knows_its_members(name):
    domain, inside, outside = MEMBERS[name]
    arrays = [
        np.array([[Fraction(entry) for entry in row] for row in rows], dtype=object) for rows in (inside, outside)
    ]
    assert domain.contains(arrays[0])
    assert not domain.contains(arrays[1])


def test_every_line_is_worked_exactly_at_the_instance():
    problem = load(PROBLEMS / "conv_filter_solve.py")
    part = problem.parts["a"]
    assert worked(part, part.asks) == (sp.ImmutableMatrix([2, -1, 3]),) * len(part.derivation.lines)


def test_a_line_that_needs_a_given_the_instance_leaves_out_has_no_value():
    part = load(PROBLEMS / "transpose_conv.py").parts["a"]
    values = worked(part, part.asks)
    assert values[0] is None
    assert values[1] == values[2] == sp.ImmutableMatrix([[-1, 3, -2], [3, -3, 1], [0, 3, 1]])


def test_an_irrational_line_keeps_its_root(build):
    problem = build('part = problem.part("a", "Root.", sqrt(x) * sqrt(y) * x, ("=", x * sqrt(x * y), "r"))')
    part = problem.parts["a"]
    instance = problem.instance("numbers", x=2, y=3)
    assert worked(part, instance)[-1] == 2 * sp.sqrt(6)
