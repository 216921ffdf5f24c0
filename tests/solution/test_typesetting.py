r"""The LaTeX of expressions: it means what the expression means, and it looks as a textbook would set it."""

import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st
from sympy.stats import Expectation, Normal, Variance

import verify
from verify import Verdict, gradient
from verify.solution.latex import FORBIDDEN, CannotSubstituteError, forbidden_macros, latex, latex_at
from verify.solution.names import name_latex

w, u1, u2, u3, r = DECLARED = sp.symbols("w u1 u2 u3 r", real=True)
n, m = sp.symbols("n m", integer=True, positive=True)
i, j, k = sp.symbols("i j k", integer=True)
W, A = sp.MatrixSymbol("W", n, n), sp.MatrixSymbol("A", n, n)
X = sp.MatrixSymbol("X", n, m)
h, y, x = sp.MatrixSymbol("h", n, 1), sp.MatrixSymbol("y", n, 1), sp.MatrixSymbol("x", n, 1)


def fractions(low: int, high: int) -> st.SearchStrategy[sp.Rational]:
    return st.builds(sp.Rational, st.integers(low, high), st.integers(1, 4))


def grown(inner: st.SearchStrategy[sp.Expr]) -> st.SearchStrategy[sp.Expr]:
    return st.one_of(
        st.builds(sp.Add, inner, inner),
        st.builds(sp.Add, inner, inner, inner),
        st.builds(sp.Mul, inner, inner),
        st.builds(lambda a, b: a - b, inner, inner),
        st.builds(lambda a, b: a / (1 + b**2), inner, inner),
        st.builds(lambda a, e: (2 + a**2) ** e, inner, st.sampled_from([-2, -1, 2, 3, sp.Rational(1, 2)])),
        st.builds(lambda f, a: f(a), st.sampled_from([sp.exp, sp.sin, sp.tanh, sp.Abs]), inner),
        st.builds(lambda a: sp.log(2 + a**2), inner),
        st.builds(lambda f, a: f(a) ** 2, st.sampled_from([sp.cos, sp.tanh]), inner),
    )


scalars = st.recursive(st.one_of(st.sampled_from(DECLARED), fractions(-5, 5)), grown, max_leaves=6)


@given(scalars)
def test_the_latex_of_an_expression_reads_back_as_the_expression(expression):
    evidence = verify.equal(latex(expression, DECLARED), expression, syntax="latex")
    assert evidence.verdict is not Verdict.UNREADABLE, (latex(expression, DECLARED), evidence.reason)
    assert evidence.verdict in (Verdict.PROVED, Verdict.UNDECIDED), (latex(expression, DECLARED), evidence)


@given(scalars, st.lists(fractions(-3, 3), min_size=5, max_size=5))
def test_an_expression_in_numbers_comes_to_its_value_at_these_numbers(expression, numbers):
    values = dict(zip(DECLARED, numbers, strict=True))
    shown = latex_at(expression, values, DECLARED)
    evidence = verify.equal(shown, expression.subs(values), syntax="latex")
    assert evidence.verdict in (Verdict.PROVED, Verdict.UNDECIDED), (shown, evidence)


@given(scalars)
def test_no_formula_has_a_macro_that_github_refuses_or_a_bar_that_ends_a_cell(expression):
    shown = latex(expression, DECLARED)
    assert forbidden_macros(shown) == []
    assert "|" not in shown


@pytest.mark.parametrize("macro", sorted(FORBIDDEN))
def test_every_refused_macro_is_found(macro):
    assert forbidden_macros(rf"x + \{macro}{{y}}") == [macro]


@pytest.mark.parametrize(
    ("expression", "shown"),
    [
        (u3 + 2 * w * u2 + 3 * w**2 * u1, "3 w^2 u_1 + 2 w u_2 + u_3"),
        (u2 + r, "u_2 + r"),
        (1 - sp.tanh(r) ** 2, r"1 - \tanh^2(r)"),
        (r - w, "r - w"),
        (-r / 2, r"-\frac{r}{2}"),
        (w * (u1 + u2) / 2, r"\frac{1}{2} w (u_1 + u_2)"),
        (1 / sp.sqrt(r), r"\frac{1}{\sqrt{r}}"),
        ((r**2) ** sp.Rational(3, 2), r"r^2 \left\lvert r \right\rvert"),
        (2**n * 3, r"3 \cdot 2^n"),
        ((n - i) * w ** (n - i - 1), r"(n - i) w^{n - i - 1}"),
        (sp.exp(-(r**2) / 2), r"\exp\left( -\frac{r^2}{2} \right)"),
        (sp.Max(0, r), r"\max(0, r)"),
        (
            sp.Piecewise((u1, u1 > 0), (0, True)),
            r"\begin{cases} u_1 & \text{if } u_1 > 0 \\ 0 & \text{otherwise} \end{cases}",
        ),
        (sp.Sum(w ** (n - k) * x[k, 0], (k, 0, n - 1)), r"\sum_{k=0}^{n - 1} w^{n - k} x_k"),
        (sp.Sum(h[k, 0], (k, 0, n - 1)) + r * w, r"w r + \sum_{k=0}^{n - 1} h_k"),
        (
            sp.Sum(h[k, 0], (k, 0, n - 1)) * sp.Sum(y[k, 0], (k, 0, n - 1)),
            r"\left( \sum_{k=0}^{n - 1} h_k \right) \sum_{k=0}^{n - 1} y_k",
        ),
        (sp.Sum(W[i, j], (j, 0, n - 1), (i, 0, n - 1)), r"\sum_{i=0}^{n - 1} \sum_{j=0}^{n - 1} W_{ij}"),
    ],
)
def test_scalars_are_set_as_in_a_textbook(expression, shown):
    assert latex(expression, DECLARED) == shown


@pytest.mark.parametrize(
    ("expression", "shown"),
    [
        (gradient(r, w), r"\frac{\partial r}{\partial w}"),
        (gradient(sp.Symbol("L"), W), r"\frac{\partial L}{\partial W}"),
        (gradient(r + w, w) * sp.exp(r), r"e^r \frac{\partial}{\partial w} (w + r)"),
        (gradient(r * w, w), r"\frac{\partial}{\partial w} (w r)"),
        (r * sp.Symbol("dy/ds"), r"r \frac{\partial y}{\partial s}"),
        (sp.Symbol("dy/ds") ** 2, r"\left( \frac{\partial y}{\partial s} \right)^2"),
    ],
)
def test_a_derivative_keeps_the_names_of_what_is_differentiated(expression, shown):
    assert latex(expression, DECLARED) == shown


@pytest.mark.parametrize(
    ("expression", "shown"),
    [
        (W * h + y, "W h + y"),
        (h - y, "h - y"),
        ((h - y).T * W, r"(h - y)^\top W"),
        ((h - y).T * (h - y) / 2, r"\frac{1}{2} \left\lVert h - y \right\rVert^2"),
        (h.T * h, r"h^\top h"),
        ((W - A) * (W - A).T, r"(W - A) (W - A)^\top"),
        (A * (sp.Identity(n) - W * A).T, r"A (I - W A)^\top"),
        (sp.Trace(X.T * X), r"\left\lVert X \right\rVert_F^2"),
        (sp.Trace(X * X.T), r"\left\lVert X \right\rVert_F^2"),
        (sp.Trace(W * A), r"\mathrm{tr}(W A)"),
        (sp.Determinant(W), r"\det(W)"),
        (sp.Inverse(X.T * X + w * sp.Identity(m)) * X.T * y, r"(X^\top X + w I)^{-1} X^\top y"),
        (h.applyfunc(sp.tanh), r"\tanh(h)"),
        (h.applyfunc(lambda z: sp.exp(-z)), "e^{-h}"),
        (sp.OneMatrix(n, 1) - sp.HadamardPower(h, 2), r"\mathbf{1} - h^{\odot 2}"),
        (sp.hadamard_product(h, y - x), r"h \odot (y - x)"),
        (sp.DiagMatrix(h), r"\mathrm{diag}(h)"),
        (sp.FunctionMatrix(3, 3, sp.Lambda((i, j), x[i + j, 0])), r"\left[ x_{i + j} \right]_{i,j}"),
        (sp.Matrix([[1, w], [sp.Rational(1, 2), 0]]), r"\begin{bmatrix} 1 & w \\ \frac{1}{2} & 0 \end{bmatrix}"),
        (W[:, 0], "W_{:,0}"),
        (W[0, 1], "W_{01}"),
        (sp.MatrixSymbol("h0", n, 1)[i, 0], "h_{0,i}"),
    ],
)
def test_matrices_are_set_as_in_a_textbook(expression, shown):
    assert latex(expression, [w, W, A, X, h, y, x]) == shown


def test_moments_have_their_usual_signs():
    q, key = Normal("q", 0, 1), Normal("k", 0, 1)
    assert latex(Expectation(q**2) * Variance(q * key)) == r"\mathbb{E}[q^2] \mathrm{Var}(k q)"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("u1", "u_1"),
        ("u_12", "u_{12}"),
        ("lamda", r"\lambda"),
        ("sigma_q", r"\sigma_q"),
        ("y_hat", r"\hat{y}"),
        ("yhat", r"\hat{y}"),
        ("w_star", r"w^{\star}"),
        ("Wh", "W_h"),
        ("loss", r"\mathrm{loss}"),
        ("y_T", "y_T"),
        ("dL/dh0", r"\frac{\partial L}{\partial h_0}"),
        ("Lambda", r"\Lambda"),
    ],
)
def test_names_are_typeset(name, shown):
    assert name_latex(name) == shown


def test_numbers_stand_in_the_place_of_symbols():
    values = {w: sp.Integer(3), u3: sp.Integer(-11), r: sp.Rational(1, 2)}
    assert latex_at(u3 + w * r, values, DECLARED) == r"3 \cdot \frac{1}{2} - 11"
    assert latex_at(u3**2 * r, values, DECLARED) == r"(-11)^2 \cdot \frac{1}{2}"


def test_a_sum_is_written_out_in_numbers():
    values = {n: sp.Integer(2), h: sp.ImmutableMatrix([1, -2]), y: sp.ImmutableMatrix([3, 4])}
    assert latex_at(sp.Sum(h[i, 0] * y[i, 0], (i, 0, n - 1)), values) == r"1 \cdot 3 + (-2) \cdot 4"


def test_a_sum_within_a_sum_may_run_over_an_index_of_the_same_name():
    values = {n: sp.Integer(2), h: sp.ImmutableMatrix([3, 5])}
    deviations = sp.Sum((h[i, 0] - sp.Sum(h[i, 0], (i, 0, n - 1))) ** 2, (i, 0, n - 1))
    assert latex_at(deviations, values) == r"(3 - (3 + 5))^2 + (5 - (3 + 5))^2"


def test_a_derivative_has_no_numbers_to_show():
    with pytest.raises(CannotSubstituteError):
        latex_at(gradient(r, w), {w: sp.Integer(1)})
