"""Mathematics on one line of text, for a terminal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verify.solution.plain import plain, plain_prose
from verify.solution.prose import Span, spans


@pytest.mark.parametrize(
    ("latex", "shown"),
    [
        (r"\frac{\partial y}{\partial w}", "∂y/∂w"),
        (r"\frac{w u_1}{u_2 + 1}", "w u₁/(u₂ + 1)"),
        ("w^2 u_1 + 2 w u_2", "w² u₁ + 2 w u₂"),
        ("x^23", "x²3"),
        (r"x^{n \times m}", "x^(n × m)"),
        (r"\frac{1}{2} \left\lVert h - y \right\rVert^2", "1/2 ‖h − y‖²"),
        (r"\begin{bmatrix} 1 & 2 \\ 3 & \frac{1}{2} \end{bmatrix}", "[1, 2; 3, 1/2]"),
        (r"\begin{cases} u & \text{if } u > 0 \\ 0 & \text{otherwise} \end{cases}", "{u if u > 0 ; 0 otherwise}"),
        (r"\sum_{i=0}^{n - 1} W_{ij} h_i", "Σᵢ₌₀ⁿ⁻¹ Wᵢⱼ hᵢ"),
        (r"(X^\top X + \alpha I)^{-1} X^\top y", "(Xᵀ X + α I)⁻¹ Xᵀ y"),
        (r"w \left( r + w p \right)", "w (r + w p)"),
        (r"\mathbb{R}_{\ge 0}^n", "ℝ_(≥ 0)ⁿ"),
        (r"\hat{y} \approx \sqrt{d}", "ŷ ≈ √d"),
        (r"\sqrt{a + b}", "√(a + b)"),
        (r"p = u_1, \qquad q = w p", "p = u₁, q = w p"),
        (r"\unknowncommand x", "unknowncommand x"),
    ],
)
def test_latex_becomes_one_line_of_text(latex, shown):
    assert plain(latex) == shown


@given(st.text(st.sampled_from(list(r"\{}^_&$ abx1+-=()[]")) | st.characters(), max_size=40))
def test_any_text_becomes_some_line_and_nothing_fails(text):
    assert "\n" not in plain(text.replace("\n", " ").replace("\r", " "))


def test_prose_loses_its_marks_and_keeps_its_words():
    text = r"*Both* $q$ and **every** $k_i$ in `code_x`; 2*3*4 stays."
    assert plain_prose(text) == "Both q and every kᵢ in code_x; 2*3*4 stays."


def test_a_text_is_taken_apart_in_order():
    assert list(spans("a $x$ `b$c` $$y$$\\$5")) == [
        Span("words", "a "),
        Span("inline", "x"),
        Span("words", " "),
        Span("code", "`b$c`"),
        Span("words", " "),
        Span("display", "y"),
        Span("words", "\\$5"),
    ]


@given(st.text(st.sampled_from(list("a $`\\\n")), max_size=30))
def test_no_word_of_a_text_is_lost(text):
    kept = "".join(span.content for span in spans(text))
    assert [each for each in kept if each == "a"] == [each for each in text if each == "a"]
