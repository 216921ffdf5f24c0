"""Markdown pages: what GitHub makes of them is what was meant."""

import example_problem
import pytest
from github_markdown import faults, formulas
from hypothesis import given
from hypothesis import strategies as st

from verify.catalog import load, paths
from verify.solution import page_of
from verify.solution.index import to_index
from verify.solution.markdown import cell, prose, to_markdown

PROBLEMS = sorted(paths())


@pytest.fixture(scope="module")
def page():
    return page_of(example_problem.build(), example_problem.evidence())


@pytest.fixture(scope="module")
def text(page):
    return to_markdown(page)


def test_the_page_of_the_example_is_sound(text):
    assert faults(text) == []


@pytest.mark.parametrize("handout", [False, True])
@pytest.mark.parametrize("name", PROBLEMS)
def test_the_page_of_every_problem_is_sound(name, handout):
    assert faults(to_markdown(page_of(load(name), handout=handout))) == []


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        ("a $x$ b", "stray dollar"),
        ("$`\\operatorname{f}`$", "refuses"),
        ("$`\\frac{1}{2`$", "unbalanced"),
        ("$`\\left( x`$", "without"),
        ("```math\n\\mbox{x}\n```", "refuses"),
        ("costs \\frac{1}{2}", "outside of code"),
    ],
)
def test_the_lint_of_these_tests_notices_what_would_break(broken, told):
    assert told in " ".join(faults(broken))


def test_every_formula_of_the_author_arrives(text):
    found = formulas(text)
    for formula in ("w", "u", r"|w| \le 1", r"\partial C / \partial w", "w^2"):
        assert formula in found
    assert "C = (w u - c)^2.\n" in found, "display mathematics stands in a block"


def test_code_of_the_author_stays_code(text):
    assert "`code_like_this`" in text


def test_a_bar_in_a_reason_does_not_end_its_cell(text):
    row = next(line for line in text.splitlines() if "chain rule" in line)
    assert r"\vert x\vert" in row
    assert r"\| not really" in row


@given(st.text(st.sampled_from(list("ab $|\\_*x`")), max_size=30))
def test_any_reason_stays_in_its_cell(reason):
    table = f"| a | b |\n| - | - |\n| {cell(reason)} | end |"
    assert not [fault for fault in faults(table) if "cells" in fault]


def test_a_row_of_a_derivation_has_line_reason_and_verdict(text):
    assert "| $`\\displaystyle \\frac{\\partial C}{\\partial w}`$ | $`= 2 u (w u - c)`$ | chain rule" in text
    assert "● proved in general |" in text


def test_mistakes_are_folded(text):
    fold = text[text.index("<summary>If you got something else") :].partition("</details>")[0]
    assert "- If you got $`-18`$: *inner derivative | forgotten*. The weight reaches the cost" in fold
    assert "- *not a formula*. Look again." in fold


def test_slips_that_lead_to_the_same_answer_share_a_line():
    problem = example_problem.build()
    part = problem.parts["b"]
    for name in ("sign slip", "wrong way round"):
        part.mistake(name, -part.answer, "Look at the order.")
    assert "- If you got $`c - w u`$: *sign slip*. Look at the order. Or *wrong way round*." in to_markdown(
        page_of(problem)
    )


def test_a_refuted_and_an_undecided_claim_are_told_on_the_page(text):
    assert "✗ refuted after 3 instances" in text
    assert "? undecided: the budget ran out" in text
    assert "1 refuted, ? 1 undecided" in text


def test_a_page_tells_no_time(text):
    assert "1.5" not in text


def test_a_figure_has_two_schemes_and_words(text):
    assert 'srcset="figures/example_problem-parabola-dark.svg"' in text
    assert 'src="figures/example_problem-parabola-light.svg"' in text
    assert 'alt="A parabola that touches &quot;zero&quot; &amp; rises."' in text


def test_statements_that_differ_in_a_number_share_a_table():
    problem = example_problem.build()
    w = problem.symbol("w")
    for power in (2, 3, 4):
        problem.property(f"power_{power}_keeps_zero", 0 * w + w**power - w**power, "=", 0, "nothing is left")
    text = to_markdown(page_of(problem))
    assert text.count("nothing is left".capitalize()) == 1
    assert "**Power 2, …, 4 keeps zero.**" in text


def test_prose_leaves_the_words_of_the_author_alone():
    assert prose("**bold** _x_ `a_b` $a_1$, and\n$$x^2$$") == "**bold** _x_ `a_b` $`a_1`$, and\n\n```math\nx^2\n```"


def test_page_and_handout_tell_how_to_check_an_answer(text):
    command = '`verify check example_problem/a "your answer"`'
    assert command in text
    assert command in to_markdown(page_of(example_problem.build(), handout=True))


def test_the_index_lists_problems_by_topic_with_their_verdicts(page):
    index = to_index([page])
    assert "## Calculus" in index
    assert "| [The slope of a square](example_problem.md) | a, b, c | ● 4 ○ 1 ✗ 1 ? 1 |" in index
    assert faults(index) == []


def test_the_index_of_handouts_tells_no_verdict():
    index = to_index([page_of(example_problem.build(), handout=True)])
    assert "- [The slope of a square](example_problem.md)" in index
    assert "●" not in index
