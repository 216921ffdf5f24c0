"""Cross-checking: search first, prove second; undecided and nothing tried are never a pass."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import Ne, Rational, Sum, Trace, cos, exp, sin, sqrt, symbols
from sympy.stats import Normal, Variance

from verify import Problem, Verdict, gradient, load, orthogonal, positive, run
from verify.crosscheck import crosscheck
from verify.parallel import crosscheck_all
from verify.proof import decide_expressions


def evidence_of(problem: Problem) -> dict[str, object]:
    return {evidence.claim.partition("/")[2]: evidence for evidence in run(problem)}


def test_an_identity_of_scalars_is_proved_in_general_and_a_false_line_is_refuted() -> None:
    problem = Problem("Title.")
    x = problem.scalar("x")
    problem.part("a", "Simplify.", sin(x) ** 2, ("=", 1 - cos(x) ** 2, "Pythagoras"), ("=", 1 - cos(x), "wrong"))
    right, wrong = run(problem)
    assert right.verdict is Verdict.PROVED
    assert right.scope.startswith("in general")
    assert wrong.verdict is Verdict.REFUTED
    assert wrong.counterexample is not None


def test_a_line_that_holds_only_to_thirteen_digits_is_refuted_exactly_where_floats_cannot_tell() -> None:
    problem = Problem("Title.")
    x = problem.scalar("x")
    nearly = x * (1 + Rational(1, 10**15))
    problem.part("a", "Find.", exp(x), ("=", exp(x) + nearly - x, "almost"))
    (evidence,) = run(problem)
    assert evidence.verdict is Verdict.REFUTED
    assert evidence.method != "search"


def test_an_inequality_that_no_search_breaks_is_supported_and_never_proved() -> None:
    problem = Problem("Title.")
    x = problem.scalar("x")
    problem.part("a", "Bound.", sin(x), ("<=", x**0 + 0 * x + 1, "a sine is at most one"))
    (evidence,) = run(problem)
    assert evidence.verdict is Verdict.SUPPORTED


def test_the_smallest_counterexample_is_shown() -> None:
    problem = Problem("Title.")
    n = problem.size("n")
    A = problem.matrix("A", n, n)
    problem.part("a", "Transpose.", A * A.T, ("=", A.T * A, "false beyond one row"))
    (evidence,) = run(problem)
    assert evidence.verdict is Verdict.REFUTED
    assert evidence.counterexample is not None
    assert evidence.counterexample.at["n"] == 2


def test_a_matrix_identity_is_proved_for_every_size_and_its_transposed_slip_refuted() -> None:
    problem = Problem("Title.")
    m, n = problem.size("m n")
    A, B = problem.matrix("A", m, n), problem.matrix("B", n, m)
    problem.part("a", "Find.", gradient(Trace(A * B), A), ("=", B.T, "the trace is linear in $A$"))
    C = problem.matrix("C", n, n)
    problem.part("b", "Find.", gradient(Trace(C * C.T * C), C), ("=", 3 * C * C.T, "order and transpose lost"))
    right, wrong = run(problem)
    assert (right.verdict, right.scope.split(";")[0]) == (Verdict.PROVED, "in general")
    assert wrong.verdict is Verdict.REFUTED


def test_an_orthogonal_matrix_is_known_to_be_orthogonal_in_proofs() -> None:
    problem = Problem("Title.")
    n = problem.size("n")
    Q, v = problem.matrix("Q", n, n, within=orthogonal), problem.vector("v", n)
    problem.part("a", "Length.", (Q * v).T * (Q * v), ("=", v.T * v, "$Q$ keeps lengths"))
    (evidence,) = run(problem)
    assert evidence.verdict is Verdict.PROVED


def test_a_sum_over_a_vector_is_proved_for_every_length() -> None:
    problem = Problem("Title.")
    d = problem.size("d")
    mu, s = problem.vector("mu", d), problem.scalar("s", within=positive)
    i = symbols("i", integer=True)
    q = Normal("q", mu[i, 0], s)
    problem.part(
        "a",
        "Find the variance of the sum.",
        Sum(Variance(q), (i, 0, d - 1)),
        ("=", d * s**2, "every summand has the same variance"),
    )
    (evidence,) = run(problem)
    assert evidence.verdict is Verdict.PROVED
    assert evidence.scope.startswith("in general")


def test_a_claim_that_could_not_be_tried_is_undecided_and_does_not_pass() -> None:
    problem = Problem("Title.")
    x = problem.scalar("x")
    problem.part("a", "Find.", sqrt(-1 - x**2), ("=", sqrt(-1 - x**2) + 1, "never defined"))
    (evidence,) = run(problem)
    assert evidence.verdict is Verdict.UNDECIDED
    assert not evidence


def test_an_implementation_that_returns_nan_is_refuted() -> None:
    problem = Problem("Title.")
    x = problem.scalar("x")
    part = (
        problem.part("a", "Find.", exp(x), ("=", exp(x / 2) ** 2 + 0 * x, "same"))
        if False
        else problem.part("a", "Find.", sin(x) ** 2, ("=", 1 - cos(x) ** 2, "Pythagoras"))
    )
    part.numpy(lambda x: np.nan)
    assert [evidence.verdict for evidence in run(problem)] == [Verdict.PROVED, Verdict.REFUTED]


def test_an_implementation_of_another_shape_is_refuted() -> None:
    problem = Problem("Title.")
    n = problem.size("n")
    v = problem.vector("v", n)
    part = problem.part("b", "Scale.", gradient(v.T * v, v), ("=", 2 * v, "the square has slope 2v"))
    part.numpy(lambda v: np.outer(v, v))
    implementation = [evidence for evidence in run(problem) if evidence.claim.endswith("lambda>")]
    assert [evidence.verdict for evidence in implementation] == [Verdict.REFUTED]


def test_a_claim_that_returns_a_boolean_is_refused_with_the_cure() -> None:
    from verify.errors import ProblemError

    problem = Problem("Title.")
    x = problem.scalar("x")
    problem.part("a", "Find.", sin(x) ** 2, ("=", 1 - cos(x) ** 2, "Pythagoras"))
    problem.claim(lambda x: x > 0)
    with pytest.raises(ProblemError, match='return left, "<=", right'):
        list(run(problem))


def test_a_false_belief_passes_when_its_counterexample_is_found_and_fails_when_it_is_true() -> None:
    problem = Problem("Title.")
    x, _ = problem.scalar("x y")
    problem.part("a", "Find.", sin(x) ** 2, ("=", 1 - cos(x) ** 2, "Pythagoras"))

    @problem.claim(false=True)
    def the_square_is_linear(x, y):
        return (x + y) ** 2, "=", x**2 + y**2

    @problem.claim(false=True)
    def addition_commutes(x, y):
        return x + y, "=", y + x

    found = evidence_of(problem)
    assert found["the_square_is_linear"].verdict is Verdict.PROVED
    assert found["the_square_is_linear"].counterexample is not None
    assert found["addition_commutes"].verdict is Verdict.REFUTED


def test_a_mistake_that_equals_the_answer_is_reported() -> None:
    problem = Problem("Title.")
    x = problem.scalar("x")
    part = problem.part("a", "Find.", sin(x) ** 2, ("=", 1 - cos(x) ** 2, "Pythagoras"))
    part.mistake("no mistake at all", 1 - (1 - sin(x) ** 2), "It is right.")
    assert [evidence.verdict for evidence in run(problem)] == [Verdict.PROVED, Verdict.REFUTED]


def test_conditions_on_the_givens_are_respected_by_the_search() -> None:
    problem = Problem("Title.")
    x = problem.scalar("x")
    problem.assume(Ne(x, 0), "$x$ is not zero")
    part = problem.part("a", "Find.", 1 / x, ("=", 1 / x + sin(x) ** 2 + cos(x) ** 2 - 1, "Pythagoras"))
    part.numpy(lambda x: np.divide(1, x))
    assert all(evidence.verdict.passed for evidence in run(problem))


def test_a_published_key_is_checked_exactly() -> None:
    problem = Problem("Title.")
    x = problem.scalar("x")
    homework = problem.instance("homework", x="1/3")
    part = problem.part("a", "Cube.", x * gradient(x**3, x) / 3, ("=", x**3, "power rule"))
    part.key(homework, Rational(1, 27))
    assert [evidence.verdict for evidence in run(problem)] == [Verdict.PROVED, Verdict.PROVED]
    part.keys["homework"] = Rational(1, 27) + Rational(1, 10**20)
    assert [evidence.verdict for evidence in run(problem)] == [Verdict.PROVED, Verdict.REFUTED]


def test_two_runs_give_the_same_evidence() -> None:
    problem = load("rnn_backprop")
    claims = problem.claims()[:8]
    first, second = (
        [(each.verdict, each.scope, each.worst) for each in (crosscheck(problem, claim) for claim in claims)]
        for _ in range(2)
    )
    assert first == second


@given(st.integers(-9, 9), st.integers(-9, 9), st.integers(-3, 3))
def test_a_polynomial_line_is_proved_if_and_only_if_its_coefficients_agree(a: int, b: int, off: int) -> None:
    problem = Problem("Title.")
    x = problem.scalar("x")
    evidence = decide_expressions(problem, (x + a) * (x + b), x**2 + (a + b) * x + a * b + off)
    assert evidence is not None
    assert evidence.verdict is (Verdict.REFUTED if off else Verdict.PROVED)


def test_evidence_does_not_depend_on_what_else_is_loaded() -> None:
    code = """
import sys
from verify import load
from verify.crosscheck import crosscheck
for name in sys.argv[1:]:
    load(name).claims()
problem = load("scaled_dot_product")
for claim in problem.claims()[:8]:
    found = crosscheck(problem, claim)
    print(found.verdict, found.scope, found.worst, found.counterexample)
"""
    outputs = {
        subprocess.run([sys.executable, "-c", code, *others], capture_output=True, text=True, check=True).stdout
        for others in ((), ("rnn_backprop", "transpose_conv"))
    }
    assert len(outputs) == 1


def test_several_processes_find_the_same_evidence_as_one() -> None:
    def settled(jobs: int) -> list[tuple[object, ...]]:
        found = crosscheck_all([load("conv_filter_solve"), load("scaled_dot_product")], jobs=jobs)
        return [
            (each.claim, each.verdict, each.scope, each.counterexample) for group in found.values() for each in group
        ]

    assert settled(2) == settled(1)
