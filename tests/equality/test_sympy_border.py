"""SymPy expressions cross the border unchanged in meaning, and nothing else crosses it."""

import subprocess
import sys
from fractions import Fraction

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from verify.equality.assumptions import Assumptions
from verify.equality.budget import close_workers
from verify.equality.decide import decide
from verify.equality.matrices import Matrices, decide_matrices, decide_scalars
from verify.equality.sympy_border import (
    FUNCTION_OF_SYMPY,
    ForeignExpressionError,
    from_term,
    simplify_tier,
    to_matrices,
    to_scalar,
    to_term,
)
from verify.equality.terms import Terms
from verify.evidence import Verdict

x, y = sympy.symbols("x y", real=True)
n, m, k = sympy.symbols("n m k", integer=True, positive=True)


@pytest.fixture(scope="module", autouse=True)
def _no_worker_left_behind():
    yield
    close_workers()


# ---------------------------------------------------------------------- scalars

LEAVES = st.one_of(st.sampled_from([x, y]), st.fractions(-3, 3, max_denominator=4).map(sympy.Rational))
EXPRESSIONS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(sympy.Add, inner, inner),
        st.builds(sympy.Mul, inner, inner),
        st.builds(lambda base: base**2, inner),
        st.builds(sympy.sin, inner),
        st.builds(sympy.exp, inner),
        st.builds(sympy.Max, inner, inner),
        st.builds(sympy.Abs, inner),
    ),
    max_leaves=6,
)


@settings(max_examples=60, deadline=None)
@given(EXPRESSIONS, st.fractions(-2, 2, max_denominator=8), st.fractions(-2, 2, max_denominator=8))
def test_an_expression_keeps_its_value_across_the_border_and_back(expression, at_x, at_y):
    terms = Terms()
    returned = from_term(terms, to_term(terms, expression), {"x": x, "y": y})
    at = {x: sympy.Rational(at_x), y: sympy.Rational(at_y)}
    assert abs((returned - expression).subs(at).evalf(20)) < 1e-12 * (1 + abs(expression.subs(at).evalf(20)))


@pytest.mark.parametrize("name", sorted(set(FUNCTION_OF_SYMPY) - {"Max", "Min", "binomial"}))
def test_every_function_crosses_in_both_directions(name):
    terms = Terms()
    expression = getattr(sympy, name)(x)
    term = to_term(terms, expression)
    assert terms.key(term)[1] == FUNCTION_OF_SYMPY[name]
    assert from_term(terms, term, {"x": x}) == expression


@pytest.mark.parametrize("function", ["sigmoid", "softplus", "relu", "log2", "log10", "sqrt", "cbrt"])
def test_the_functions_that_sympy_lacks_are_written_out(function):
    terms = Terms()
    term = terms.apply(function, (terms.number(Fraction(5, 4)),))
    back = to_term(terms, from_term(terms, term))
    assert decide(terms, term, back).verdict is Verdict.PROVED


def test_a_float_is_the_decimal_that_was_written():
    terms = Terms()
    assert to_term(terms, sympy.Float(0.1)) == terms.number(Fraction(1, 10))


def test_constants_cross():
    terms = Terms()
    assert to_term(terms, sympy.pi + sympy.E) == terms.add((terms.constant("pi"), terms.constant("e")))


def test_a_sum_with_a_symbolic_bound_crosses_in_both_directions():
    terms = Terms()
    i = sympy.Symbol("i", integer=True)
    expression = sympy.Sum(sympy.IndexedBase("u")[i] ** 2, (i, 1, n))
    term = to_term(terms, expression)
    assert terms.key(term)[0] == "summation"
    back = from_term(terms, term, {"n": n})
    assert back.limits == ((i, 1, n),)
    assert to_term(terms, back) == term


def test_an_entry_with_numbers_for_indices_is_a_variable_named_by_the_caller():
    terms = Terms()
    entry = sympy.MatrixSymbol("W", 2, 2)[0, 1] + sympy.IndexedBase("u")[3]
    term = to_term(terms, entry, element_name=lambda name, indices: name + "".join(map(str, indices)))
    assert terms.variables(term) == {"W01", "u3"}
    assert terms.variables(to_term(terms, sympy.IndexedBase("v")[3])) == {"v_3"}


def test_piecewise_and_its_conditions_cross():
    terms = Terms()
    inside = sympy.And(x > 0, x < 1)
    expression = sympy.Piecewise((x**2, inside), (1, sympy.Or(x > 5, x < -5)), (0, True))
    term = to_term(terms, expression)
    for value, expected in ((Fraction(1, 2), Fraction(1, 4)), (3, 0), (6, 1), (-6, 1), (0, 0)):
        assert from_term(terms, term, {"x": x}).subs(x, sympy.Rational(value)) == sympy.Rational(expected)
        at = terms.substitute(term, {"x": terms.number(value)})
        assert decide(terms, at, terms.number(expected)).verdict is not Verdict.REFUTED
        assert decide(terms, at, terms.number(expected + 1)).verdict is Verdict.REFUTED


def test_dummies_of_one_name_stay_apart():
    terms = Terms()
    first, second = sympy.Dummy("t"), sympy.Dummy("t")
    assert to_term(terms, first) != to_term(terms, second)


@pytest.mark.parametrize(
    "expression",
    [
        sympy.nan,
        sympy.zoo,
        sympy.oo,
        -sympy.oo,
        sympy.I * x,
        sympy.Derivative(sympy.Function("f")(x), x),
        sympy.Integral(sympy.exp(x**4), x),
        sympy.Function("f")(x),
        sympy.Piecewise((x, x > 0)),
        sympy.true,
    ],
)
def test_what_has_no_real_value_is_refused(expression):
    with pytest.raises(ForeignExpressionError):
        to_term(Terms(), expression)


def test_text_is_never_handed_to_sympy():
    with pytest.raises(TypeError):
        to_term(Terms(), "x + 1")


def test_a_deep_expression_needs_no_recursion():
    expression = x
    for _ in range(3_000):
        expression = sympy.Add(sympy.Mul(y, expression, evaluate=False), 1, evaluate=False)
    terms = Terms()
    assert terms.variables(to_term(terms, expression)) == {"x", "y"}


# ---------------------------------------------------------------------- matrices


def test_a_matrix_expression_crosses_with_its_declared_properties():
    U = sympy.MatrixSymbol("U", m, k)
    matrices = Matrices()
    product = to_matrices(matrices, U.T * U, {"U": {"orthonormal columns"}})
    assert decide_matrices(matrices, product, matrices.identity("k")).verdict is Verdict.PROVED
    other = Matrices()
    undeclared = to_matrices(other, U.T * U)
    assert decide_matrices(other, undeclared, other.identity("k")).verdict is Verdict.REFUTED


A, B = sympy.MatrixSymbol("A", n, n), sympy.MatrixSymbol("B", n, n)
v = sympy.MatrixSymbol("v", n, 1)
square = sympy.Lambda(x, x**2)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (sympy.Inverse(A * B), B.I * A.I),
        (2 * (A + B).T, 2 * A.T + 2 * B.T),
        ((A + B) ** 2, A * A + A * B + B * A + B * B),
        (sympy.HadamardProduct(A, A), sympy.HadamardPower(A, 2)),
        (sympy.HadamardProduct(A, B), sympy.HadamardProduct(B, A)),
        (A.applyfunc(square), sympy.HadamardPower(A, 2)),
        (sympy.DiagMatrix(v) * sympy.OneMatrix(n, 1), v),
        (sympy.Identity(n) * A + sympy.ZeroMatrix(n, n), A),
        (sympy.Trace(A * B) * v, sympy.Trace(B * A) * v),
    ],
)
def test_matrix_operations_mean_the_same_on_both_sides_of_the_border(left, right):
    matrices = Matrices()
    first, second = to_matrices(matrices, left), to_matrices(matrices, right)
    assert decide_matrices(matrices, first, second).verdict is Verdict.PROVED
    damaged = matrices.scale(matrices.terms.number(2), second)
    assert decide_matrices(matrices, first, damaged).verdict is Verdict.REFUTED


def test_a_column_is_the_matrix_times_a_basis_vector():
    matrices = Matrices()
    column = to_matrices(matrices, A[:, 0])
    expected = matrices.multiply((matrices.named("A"), matrices.basis("n", 0)))
    assert decide_matrices(matrices, column, expected).verdict is Verdict.PROVED
    row = matrices.transpose(to_matrices(matrices, A[0, :]))
    assert decide_matrices(matrices, row, expected).verdict is Verdict.REFUTED


def test_traces_and_entries_are_scalars():
    matrices = Matrices()
    i, j = sympy.symbols("i j", integer=True)
    entry = to_scalar(matrices, A.T[i, j] * sympy.Trace(A) ** 2)
    assert decide_scalars(matrices, entry, to_scalar(matrices, A[j, i] * sympy.Trace(A) ** 2)).verdict is Verdict.PROVED
    assert (
        decide_scalars(matrices, entry, to_scalar(matrices, A[i, j] * sympy.Trace(A) ** 2)).verdict is Verdict.REFUTED
    )


def test_an_explicit_matrix_crosses():
    matrices = Matrices()
    explicit = to_matrices(matrices, sympy.Matrix([[1, x], [0, y]]))
    squared = to_matrices(matrices, sympy.Matrix([[1, x + x * y], [0, y**2]]))
    assert decide_matrices(matrices, matrices.power(explicit, 2), squared).verdict is Verdict.PROVED
    assert decide_matrices(matrices, explicit, squared).verdict is Verdict.REFUTED


def test_sizes_may_be_sums():
    matrices = Matrices()
    W = to_matrices(matrices, sympy.MatrixSymbol("W", n + 1, 2 * m))
    assert str(W.shape) == "n + 1 x 2m"


def test_a_determinant_is_refused():
    with pytest.raises(ForeignExpressionError):
        to_scalar(Matrices(), sympy.Determinant(A))


# ---------------------------------------------------------------------- the SymPy tier


def test_sympy_proves_what_it_can_simplify():
    terms = Terms()
    z = sympy.Symbol("z")
    left, right = (to_term(terms, side) for side in (sympy.sin(z) ** 2, 1 - sympy.cos(z) ** 2))
    evidence = simplify_tier(terms, left, right, seconds=20)
    assert (evidence.verdict, evidence.method) == (Verdict.PROVED, "sympy")


def test_sympy_never_refutes():
    terms = Terms()
    z = terms.variable("z")
    assert simplify_tier(terms, z, terms.one, seconds=20).verdict is Verdict.UNDECIDED


def test_sympy_uses_what_is_assumed():
    terms = Terms()
    z = terms.variable("z")
    root = terms.power(terms.power(z, terms.number(2)), terms.number(Fraction(1, 2)))
    assert simplify_tier(terms, root, z, seconds=20).verdict is Verdict.UNDECIDED
    assert simplify_tier(terms, root, z, Assumptions.parse("z>0"), seconds=20).verdict is Verdict.PROVED


def test_sympy_keeps_to_its_budget():
    terms = Terms()
    z = terms.variable("z")
    tower = terms.add(
        [terms.power(terms.apply("sin", (terms.add((z, terms.number(i))),)), terms.number(i + 1)) for i in range(25)]
    )
    evidence = simplify_tier(terms, tower, terms.zero, seconds=0.5)
    assert evidence.verdict is Verdict.UNDECIDED
    assert "longer" in evidence.reason


def test_an_undefined_side_proves_nothing():
    terms = Terms()
    pole = terms.apply("gamma", (terms.zero,))
    assert simplify_tier(terms, pole, pole, seconds=20).verdict is Verdict.UNDECIDED


def test_importing_the_border_does_not_import_sympy():
    program = "import sys, verify.equality.sympy_border, verify.equality.matrices; print('sympy' in sys.modules)"
    finished = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert finished.stdout.strip() == "False"
