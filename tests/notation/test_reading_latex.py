"""The LaTeX syntax: what editors and people produce."""

import pytest
from notation_helpers import reading, refusal, same

from verify.notation import Names

HOMEWORK = Names(variables=["w", "u1", "u2", "u3", "h0", "x", "y", "z", "a", "b", "n", "k", "lambda", "yhat", "d"])


@pytest.mark.parametrize(
    ("text", "explicit"),
    [
        (r"\frac12 x", "x/2"),
        (r"\frac{x}{2}", "x/2"),
        (r"\dfrac{x^2}{3}", "x**2/3"),
        (r"\tfrac{1}{3}", "1/3"),
        (r"u_3 + 2wu_2 + 3w^2u_1", "u3 + 2*w*u2 + 3*w**2*u1"),
        (r"u_{3} + 2 \cdot w \times u_{ 2 }", "u3 + 2*w*u2"),
        (r"\left(x+1\right)^2", "(x+1)**2"),
        (r"\bigl(x+1\bigr)y", "(x+1)*y"),
        (r"\sqrt{x}", "sqrt(x)"),
        (r"\sqrt[3]{x}", "cbrt(x)"),
        (r"\sqrt x y", "sqrt(x)*y"),
        (r"e^x", "exp(x)"),
        (r"\mathrm{e}^{-x}", "exp(-x)"),
        (r"\exp\left(-\frac{x^2}{2}\right)", "exp(-x**2/2)"),
        (r"\ln x", "log(x)"),
        (r"\log_2 x", "log(x, 2)"),
        (r"\log_{10}(x)", "log(x, 10)"),
        (r"\sin^2 x", "sin(x)**2"),
        (r"\sin^{-1} x", "asin(x)"),
        (r"\sin 2x \cos y", "sin(2*x)*cos(y)"),
        (r"\sin x \, y", "sin(x*y)"),
        (r"\operatorname{ReLU}(x)", "relu(x)"),
        (r"\mathrm{sigmoid}(x)", "sigmoid(x)"),
        (r"\sigma(x)(1-\sigma(x))", "sigmoid(x)*(1-sigmoid(x))"),
        (r"\tanh^2(x)", "tanh(x)**2"),
        (r"|x|", "abs(x)"),
        (r"\left|x-\left|y\right|\right|", "abs(x-abs(y))"),
        (r"\lvert x\rvert", "abs(x)"),
        (r"\lfloor x \rfloor", "floor(x)"),
        (r"\binom{n}{k}", "binomial(n, k)"),
        (r"{n \choose k}", "binomial(n, k)"),
        (r"n!", "factorial(n)"),
        (r"\max(a,b)", "max(a, b)"),
        (r"\lambda x", "lambda*x"),
        (r"\hat{y}", "yhat"),
        (r"2\,x\;y\quad", "2*x*y"),
        (r"1\times10^{-5}", "1/100000"),
        (r"10\,000", "10000"),
        (r"1{,}000", "1000"),
        (r"50\%", "1/2"),
        (r"2\frac{1}{2}", "5/2"),
        (r"x^{10}", "x**10"),
        (r"{x^2}^3", "(x**2)**3"),
        (r"x^2_{}".replace("_{}", ""), "x**2"),
        (r"u^2_1", "u1**2"),
        (r"\boxed{2x}", "2*x"),
        ("$2x$", "2*x"),
        ("$$2x$$", "2*x"),
        (r"\(2x\)", "2*x"),
        (r"\[2x\]", "2*x"),
        (r"2x.", "2*x"),
        (r"\begin{cases}x & \text{if } x > 0\\ 0 & \text{otherwise}\end{cases}", "Piecewise((x, x > 0), (0, True))"),
        (r"\begin{cases}x & x > 0\\ 0 & x \le 0\end{cases}", "Piecewise((x, x > 0), (0, True))"),
    ],
)
def test_latex_is_read_as_it_is_displayed(text, explicit):
    assert same(text, explicit, HOMEWORK, syntax="latex")


def test_a_sum_with_whole_bounds_is_written_out():
    assert same(r"\sum_{i=1}^{3} u_i w^{3-i}", "u1*w**2 + u2*w + u3", HOMEWORK, syntax="latex")
    assert same(r"\prod_{i=1}^{3} u_{i}", "u1*u2*u3", HOMEWORK, syntax="latex")
    assert same(r"\sum_{i=1}^{2} u_{i+1}", "u2 + u3", HOMEWORK, syntax="latex")


def test_a_sum_with_symbolic_bounds_keeps_them():
    names = Names(variables=["n", "x"], indexed=["c"])
    found = reading(r"\sum_{k=1}^{n} c_k x^k", names)
    assert found.terms.key(found.value)[0] == "summation"
    assert same(r"\sum_{k=1}^{n} c_k x^k", "Sum(c[k]*x**k, (k, 1, n))", names, syntax="latex")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (r"\frac{\partial y}{\partial q}", "dy_dq"),
        (r"\frac{dy}{dq}", "dy_dq"),
        (r"\partial y/\partial q", "dy_dq"),
        (r"\frac{\mathrm{d}y}{\mathrm{d}q}", "dy_dq"),
        ("dy/dq", "dy_dq"),
        ("∂y/∂q", "dy_dq"),
        (r"\frac{\partial L}{\partial u_2}", "dL_du2"),
    ],
)
def test_a_declared_derivative_is_a_name(text, name):
    names = Names(variables=["x"], derivatives={("y", "q"): "dy_dq", ("L", "u2"): "dL_du2"})
    assert same(f"2 {text} x" if "/" not in text else f"2*({text})*x", f"2*{name}*x", names)


@pytest.mark.parametrize(
    "text",
    [
        r"\frac", r"\frac{}{}", r"\sqrt[", "x^{", "x_{", "}{", "$", r"\left(1\right", r"\int", r"\int 2x\,dx",
        r"\sum_{k",
        r"\sum_k k", r"\lim_{x", r"\lim_{x\to 0} x", r"\sout{42}", r"\cancel{42} 7", r"\frac{d}{dx}x^2",
        r"\partial y",
        r"\nabla L", r"\det\begin{pmatrix}1&2\\3&4\end{pmatrix}", r"\text{nan}", r"\text{Evelyn}", r"5\text{ m}",
        r"\infty-\infty", r"0\cdot\infty", r"2 \text{ or } 3", r"1, \ldots, n", r"x^2^3", r"\frac1234", "x2", "x^12",
        r"\csname input\endcsname{/etc/passwd}", r"\href{javascript:alert(1)}{2x}", r"\operatorname{open}('x')",
        r"\begin{cases}x & x > 0\\ 0 & x < 0\end{cases}", r"\begin{cases}\end{cases}",
        r"\begin{verbatim}x\end{verbatim}",
        r"\begin{pmatrix}1\end{bmatrix}",
        r"\mathbf{1}", r"x\%", r"90^\circ", r"\sin", r"\sin^2", "()", r"a \cdot \cdot b", "!", r"\mathbb{R}",
    ],
)  # fmt: skip
def test_latex_that_is_not_a_value_is_unreadable(text):
    names = Names(variables=["x", "y", "n", "k"])
    assert refusal(text, names, "latex").reason


@pytest.mark.parametrize(
    "text", [r"\sin x (y+1)", r"\cos x e^{y}", r"\cos x \frac{1}{y}", r"\sin\frac{1}{2}x", r"\sin x/2"]
)
def test_an_argument_without_brackets_that_could_end_earlier_is_not_guessed(text):
    assert "brackets" in refusal(text, HOMEWORK, "latex").reason


def test_letters_that_spell_a_rare_function_stay_a_product():
    assert same("tg", "t*g", Names(variables=["t", "g"]), syntax="latex")
    assert same(r"\tg x", "tan(x)", Names(variables=["x"]), syntax="latex")


def test_a_box_holds_the_whole_answer_once():
    assert same(r"x = \boxed{2}", "x = 2", HOMEWORK, syntax="latex")
    assert "box" in refusal(r"\boxed{2} \boxed{1}", HOMEWORK, "latex").reason


def test_degrees_are_angles_where_they_are_allowed():
    assert same(r"90^\circ", "pi/2", Names(degrees=True), syntax="latex")
    assert same("90°", "pi/2", Names(degrees=True))


def test_a_bold_and_a_plain_letter_are_not_confused_where_only_one_is_declared():
    names = Names(variables=["x", "y"])
    assert same(r"\mathbf{x} + y", "x + y", names, syntax="latex")
    assert "both used" in refusal(r"\mathbf{x} + x", names).reason


def test_the_syntax_is_recognised():
    assert reading(r"\frac12").syntax == "latex"
    assert reading("x^{12}").syntax == "latex"
    assert reading("x^12").syntax == "python"


def test_a_comma_in_braces_separates_thousands_and_marks_latex() -> None:
    assert same("27{,}300", "27300")
    assert reading("27{,}300").syntax == "latex"
