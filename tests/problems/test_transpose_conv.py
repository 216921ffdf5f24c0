"""What is special to `transpose_conv`: the published matrix, the three mistakes that agree there, and the adjoint."""

from itertools import combinations
from pathlib import Path

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from verify.api import check
from verify.catalog import load
from verify.crosscheck import crosscheck
from verify.evidence import Verdict
from verify.mutants import score
from verify.proof import exact_value
from verify.variant import draw

FILE = Path(__file__).parents[2] / "problems" / "transpose_conv.py"
problem = load(FILE)
claims = {claim.name: claim for claim in problem.claims()}
part = problem.parts["a"]

ALIKE = ["filter turned by 180 degrees", "filter transposed", "convolution with one ring of zeros around the input"]


def value(expression, instance):
    array = exact_value(problem, expression, instance)
    return sp.ImmutableMatrix([[sp.Rational(entry.terms.key(entry.node)[1]) for entry in row] for row in array])


@pytest.mark.parametrize("name", [name for name, claim in claims.items() if claim.symbolic])
def test_every_symbolic_claim_is_proved(name):
    assert crosscheck(problem, claims[name]).verdict is Verdict.PROVED


@pytest.mark.parametrize("name", [name for name, claim in claims.items() if not claim.symbolic and not claim.differs])
def test_every_library_agrees(name):
    assert crosscheck(problem, claims[name]).verdict is Verdict.SUPPORTED


def test_a_transposed_convolution_is_no_inverse():
    evidence = crosscheck(problem, claims["a_transposed_convolution_undoes_the_convolution"])
    assert evidence.verdict is Verdict.PROVED
    assert evidence.counterexample is not None


def test_three_mistakes_agree_on_the_numbers_of_the_homework():
    values = [value(mistake.wrong, part.asks) for mistake in part.mistakes if mistake.name in ALIKE]
    assert values == [sp.ImmutableMatrix([[-1, 2, 0], [4, -2, 2], [-3, 2, 1]])] * 3


@given(st.integers(0, 10_000))
@settings(max_examples=15)
def test_the_three_mistakes_differ_in_a_variant(seed):
    instance = draw(problem, seed)
    values = [value(mistake.wrong, instance) for mistake in part.mistakes if mistake.name in ALIKE]
    assert all(one != other for one, other in combinations(values, 2))


def test_a_plain_convolution_and_a_stride_of_two_have_other_shapes():
    values = {mistake.name: value(mistake.wrong, part.asks) for mistake in part.mistakes}
    assert values["plain convolution"] == sp.ImmutableMatrix([[-2]])
    assert values["stride 2"].shape == (4, 4)


def test_no_mutant_of_the_written_out_stride_survives():
    result = score(problem, part="stride")
    assert result.count("caught") >= 10
    assert result.survivors == []


@pytest.mark.parametrize(
    ("response", "named"),
    [
        ("a: [[-1, 2, 0], [4, -2, 2], [-3, 2, 1]]", "Filter turned by 180 degrees or filter transposed or convolution"),
        ("a: [[-2]]", "Plain convolution"),
        ("a: [[-1, 2, -2], [3, 1, -1], [0, 0, 1]]", "Overlaps overwritten"),
        ("stride: [ax, ay + bx, az + by + cx, bz + cy, cz]", "Stride 1"),
        ("stride: [ax, ay, bx, by, cx, cy, cz]", "Overlaps overwritten"),
    ],
)
def test_a_response_with_a_known_mistake_is_refuted_and_named(response, named):
    asked, _, text = response.partition(": ")
    evidence = check(f"{FILE}/{asked}", text)
    assert evidence.verdict is Verdict.REFUTED
    assert evidence.feedback.startswith(named)


@pytest.mark.parametrize(
    "response", ["a: [[-1, 3, -2], [3, -3, 1], [0, 3, 1]]", "stride: [ax, ay, az + bx, by, bz + cx, cy, cz]"]
)
def test_the_right_response_is_proved(response):
    asked, _, text = response.partition(": ")
    assert check(f"{FILE}/{asked}", text).verdict is Verdict.PROVED
