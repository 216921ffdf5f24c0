"""The LaTeX of matrix expressions of any size reads back as the expression: no bracket, order or transpose is lost."""

import sympy as sp
from hypothesis import assume, given
from hypothesis import strategies as st

from verify import Verdict
from verify.equality.matrices import Matrices, decide_matrices, decide_scalars
from verify.equality.sympy_border import to_matrices, to_scalar
from verify.notation import Names, read
from verify.solution.latex import forbidden_macros, latex

n = sp.Symbol("n", integer=True, positive=True)
c = sp.Symbol("c", real=True)
A, B, v = sp.MatrixSymbol("A", n, n), sp.MatrixSymbol("B", n, n), sp.MatrixSymbol("v", n, 1)
DECLARED = [n, A, B, v, c]
FACTORS = [-2, sp.Rational(1, 2), sp.Rational(-3, 2), c, -c, 3 * c, c + 1]
NAMES = Names(variables=["c", "n"], matrices={"A": ("n", "n"), "B": ("n", "n"), "v": ("n", 1), "I": ("n", "n")})


def grown(inner: st.SearchStrategy[sp.MatrixExpr]) -> st.SearchStrategy[sp.MatrixExpr]:
    return st.one_of(
        st.builds(lambda left, right: left + right, inner, inner),
        st.builds(lambda left, right: left - right, inner, inner),
        st.builds(lambda left, right: left * right, inner, inner),
        st.builds(lambda matrix: matrix.T, inner),
        st.builds(lambda number, matrix: number * matrix, st.sampled_from(FACTORS), inner),
    )


squares = st.recursive(st.sampled_from([A, B, v * v.T]), grown, max_leaves=6).filter(
    lambda matrix: not matrix.has(sp.ZeroMatrix, sp.Identity, sp.MatPow)
)


def pool() -> Matrices:
    matrices = Matrices()
    for name, columns in (("A", "n"), ("B", "n"), ("v", 1)):
        matrices.symbol(name, "n", columns)
    return matrices


def assert_matrix_reads_back(expression: sp.MatrixExpr) -> None:
    shown, matrices = latex(expression, DECLARED), pool()
    reading = read(shown, NAMES, matrices.terms, "latex", matrices=matrices)
    evidence = decide_matrices(matrices, reading.value.expression, to_matrices(matrices, expression))
    assert evidence.verdict is Verdict.PROVED, (shown, evidence)


@given(squares)
def test_a_matrix_expression_reads_back(expression):
    assert forbidden_macros(latex(expression, DECLARED)) == []
    assert_matrix_reads_back(expression)


@given(squares)
def test_a_vector_expression_reads_back(expression):
    total = (expression + A) * v
    assume(not total.has(sp.ZeroMatrix))
    assert_matrix_reads_back(total)


@given(squares)
def test_a_trace_reads_back_and_so_does_a_squared_norm(expression):
    for scalar in (sp.Trace(expression * A), sp.Trace(expression.T * expression)):
        shown, matrices = latex(scalar, DECLARED), pool()
        shown = shown.replace(r"\rVert_F", r"\rVert")
        reading = read(shown, NAMES, matrices.terms, "latex", matrices=matrices)
        evidence = decide_scalars(matrices, reading.value, to_scalar(matrices, scalar))
        assert evidence.verdict is Verdict.PROVED, (shown, evidence)
