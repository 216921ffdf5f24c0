"""Any text gives a value or a refusal, soon: never another exception, and in time linear in its length."""

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verify.equality.terms import Terms
from verify.notation import Limits, Names, Reading, Unreadable, try_read

PIECES = {
    "python": [
        "x", "y", "u1", "u_2", "2", "3.5", "1e3", "1,000", "+", "-", "*", "/", "^", "**", "(", ")", "[", "]", "{",
        "}", ",",
        "|", "!", "=", "<", "sin", "exp(", "max(", " ", "π", "√", "²", "½", "′", "'", "%", "°", "±", "and", "or",
        "Sum(",
        "(k, 1, n)", "Matrix(", "Piecewise(", "True", "oo", "_", ";", "@", ".T", "\n", "sigma(", "log_2", "ε", "d",
        "[[1,2]]",
    ],
    "latex": [
        "x", "y", "u_1", "u_{12}", "2", "34", "+", "-", "^", "_", "{", "}", "(", ")", "\\left(", "\\right)",
        "\\frac", "\\sqrt",
        "\\sqrt[3]", "\\sin", "\\log_2", "\\cdot", "\\times", "\\alpha", "\\hat{y}", "\\mathbf{x}",
        "\\sum_{i=1}^{3}", "\\pi",
        "\\begin{pmatrix}", "\\end{pmatrix}", "&", "\\\\", "\\begin{cases}", "\\end{cases}", "\\text{if }",
        "\\text{otherwise}",
        "|", "\\|", "\\lvert", "\\rvert", "!", "=", "<", "\\le", ",", "\\{", "\\}", "\\infty", "\\pm", "^\\top",
        "'", "\\%",
        "\\boxed{", "\\binom", "\\partial", "\\,", "\\operatorname{relu}", "\\choose", "^\\circ", "\\prime", "T",
        "\\sigma(",
    ],
}  # fmt: skip
TABLES = [
    None,
    Names(variables=["x", "y", "u1", "u2"], division="tight", commas="list", degrees=True, mixed_numbers=False),
    Names(
        variables=["x"], matrices={"A": ("n", "n")}, vectors={"y": "n"}, derivatives={("y", "x"): "dydx"}, indexed=["u"]
    ),
    Names(variables=["x", "y"], definitions={"u1": "x + y"}, division="left", commas="thousands"),
]
GENERATED = 20_000


@pytest.mark.parametrize("syntax", ["python", "latex"])
def test_twenty_thousand_generated_texts_give_a_value_or_a_refusal(syntax):
    draw = random.Random(syntax)
    pieces = PIECES[syntax]
    read_count = 0
    for number in range(GENERATED):
        text = "".join(draw.choices(pieces, k=draw.randint(1, 14)))
        found = try_read(text, TABLES[number % len(TABLES)], Terms(), syntax, labels=True if number % 3 == 0 else ())
        assert isinstance(found, Reading | Unreadable), text
        read_count += bool(found)
        assert found or found.reason
    assert read_count > GENERATED / 100  # the generator must reach texts that are read


@pytest.mark.parametrize("syntax", ["python", "latex", "auto"])
@given(text=st.text(max_size=60))
def test_any_characters_give_a_value_or_a_refusal(syntax, text):
    assert isinstance(try_read(text, None, Terms(), syntax), Reading | Unreadable)


@given(data=st.binary(max_size=60))
def test_any_bytes_give_a_value_or_a_refusal(data):
    assert isinstance(try_read(data, None, Terms()), Reading | Unreadable)


@given(text=st.text(alphabet="\\{}^_$&|()[]'!-+", max_size=200), syntax=st.sampled_from(["python", "latex"]))
def test_punctuation_alone_gives_a_value_or_a_refusal(text, syntax):
    assert isinstance(try_read(text, None, Terms(), syntax), Reading | Unreadable)


REPEATED = [
    "x+", "xy", "x*", "(x)", "-", "|", "{", "}", "x^", "x_", "\\frac", "\\left(", "x'", "1,", "12,345,", "\\ ",
    " ", "x!", "\\sqrt",
    "x_{", "^{x}_", "&", "\\\\", "$", "\\text{", "\\quad", "e^", "sin ", "½", "²", "1 ", "\\begin{pmatrix}",
    "u_{1}^{2}", "abxy",
]  # fmt: skip


@pytest.mark.parametrize("syntax", ["python", "latex"])
def test_time_grows_linearly_with_length(syntax):
    wide = Limits(characters=1_000_000, nodes=1_000_000)
    names = Names(variables=["x", "y", "a", "b", "ab"])
    for piece in REPEATED:
        short, long = (_seconds(piece * count, names, syntax, wide) for count in (400, 3_200))
        assert long < 0.03 + 30 * short, piece


def _seconds(text, names, syntax, limits):
    """The least time of three, in seconds of this process."""
    best = 10.0
    for _ in range(3):
        started = time.process_time()
        try_read(text, names, Terms(), syntax, limits=limits)
        best = min(best, time.process_time() - started)
    return best
