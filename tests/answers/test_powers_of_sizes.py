"""Answers in which a matrix stands to a power that is a size, and names that no words can stand for."""

from pathlib import Path

import pytest

from verify import Verdict
from verify.answers.answer import answer_from_json
from verify.answers.of_part import answer_of
from verify.catalog import load

PROBLEM = '''"""Powers of a matrix."""

from sympy import MatrixSymbol, Sum, symbols

from verify import Problem

problem = Problem(__doc__)

T = problem.size("T", up_to=6)
t = problem.size("t", at_most=T)
n = problem.size("n")
A = problem.matrix("A", n, n)
v = problem.vector("v", n)
x = problem.vector("x", T)
k = symbols("k", integer=True)
s = problem.let("s", Sum(x[k, 0], (k, 0, T - 1)))
y = problem.let("y", A ** (T - t) * v)

part = problem.part("a", "Multiply.", s * y, ("=", s * A ** (T - t) * v, "the definition"), in_terms_of=(s, A, v, T, t))
part.mistake("one more", s * A ** (T - t + 1) * v, "Count the factors.")
part.mistake("transposed", s * A.T ** (T - t) * v, "Which way round?")
problem.part("b", "Multiply, in any names.", s * y, ("=", s * A ** (T - t) * v, "the definition"))
'''


@pytest.fixture(scope="module")
def problem(tmp_path_factory):
    path = tmp_path_factory.mktemp("problems") / "powers.py"
    Path(path).write_text(PROBLEM)
    return load(path)


@pytest.fixture(params=["compiled", "from plain data"])
def answer(request, problem):
    compiled = answer_of(problem.parts["a"])
    return compiled if request.param == "compiled" else answer_from_json(compiled.to_json())


@pytest.mark.parametrize(
    "response", ["s A^(T-t) v", r"s A^{T-t} v", "A**(T - t)*v*s", "s A A^(T-t-1) v", "s ((A^T)^(T-t))^T v"]
)
def test_a_power_with_a_size_is_proved_at_drawn_numbers(answer, response):
    evidence = answer.check(response, "a")
    assert evidence.verdict is Verdict.PROVED
    assert evidence.scope.startswith("at t = 3, T = 3; t = 2, T = 4")


@pytest.mark.parametrize(("response", "name"), [("s A^(T-t+1) v", "One more"), ("s (A^T)^(T-t) v", "Transposed")])
def test_a_wrong_power_is_refuted_at_numbers_that_are_told(answer, response, name):
    evidence = answer.check(response, "a")
    assert evidence.verdict is Verdict.REFUTED
    assert evidence.feedback.startswith(name)
    assert {"T", "t", "n"} <= set(evidence.counterexample.at)


def test_a_power_that_agrees_at_some_numbers_only_is_refuted(answer):
    assert answer.check("s A^t v", "a").verdict is Verdict.REFUTED  # where T = 2 t it is the same
    assert answer.check("s A^(t (T-t)) v", "a").verdict is Verdict.REFUTED  # and here for t = 1


def test_a_sympy_expression_is_judged_as_well(answer, problem):
    T, t, A, v = (problem.symbol(name) for name in ("T", "t", "A", "v"))
    assert answer.check(problem.symbol("s") * A ** (T - t) * v, "a").verdict is Verdict.PROVED
    assert answer.check(problem.symbol("s") * A ** (T + t) * v, "a").verdict is Verdict.REFUTED


def test_a_name_behind_an_opaque_one_is_not_offered(answer):
    """What equals the answer only because of what `s` stands for must not be refuted."""
    evidence = answer.check("total(x) A^(T-t) v", "a")
    assert evidence.verdict is Verdict.UNREADABLE
    assert evidence.feedback == "Expected a matrix expression such as A^T B in A (n x n), v (n x 1), T, t, s."


def test_without_names_to_answer_in_a_function_is_expected(problem):
    assert answer_of(problem.parts["b"]).kind == "function"


def test_a_bare_capital_t_in_an_exponent_transposes(answer):
    assert answer.check("(v^T (A^T)^(T-t) s)^T", "a").verdict is Verdict.PROVED
    assert answer.check("s A^T v", "a").verdict is Verdict.REFUTED
