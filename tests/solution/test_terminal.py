"""The terminal view of a page."""

import io

import example_problem
import pytest
from rich.console import Console

from verify.catalog import load
from verify.solution import page_of
from verify.solution.terminal import show, variant_json
from verify.variant import draw


def printed(page, width=120):
    stream = io.StringIO()
    show(page, Console(file=stream, width=width, highlight=False))
    return stream.getvalue()


@pytest.fixture(scope="module")
def text():
    return printed(page_of(example_problem.build(), example_problem.evidence()))


def test_a_line_stands_with_its_reason_and_its_verdict(text):
    line = next(line for line in text.splitlines() if "chain rule" in line)
    assert line.split("  ")[2:4] == ["∂C/∂w", "= 2 u (w u − c)"]
    assert line.rstrip().endswith("● proved in general")


def test_numbers_mistakes_and_beliefs_are_told(text):
    assert "with w = 1/2, u = −4, c = 7: 2 · (−4) · (1/2 · (−4) − 7) = 72" in text
    assert "inner derivative | forgotten" in text
    assert "Believed, but false: The cost is linear" in text
    assert "✗ refuted after 3 instances" in text
    assert "7 claims: 4 proved, 1 supported, 1 refuted, 1 undecided" in text


def test_nothing_of_latex_or_markdown_is_left(text):
    for mark in ("\\", "$", "**", "_1", "^2"):
        assert mark not in text


def test_no_colour_code_is_written_to_a_file(text):
    assert "\x1b" not in text


def test_brackets_of_a_text_are_not_read_as_markup():
    problem = example_problem.build()
    problem.statement = "An interval [red]a, b[/red] stays."
    assert "[red]a, b[/red]" in printed(page_of(problem))


def test_a_handout_shows_the_numbers_and_not_the_answer():
    text = printed(page_of(example_problem.build(), handout=True))
    assert "Use the numbers of the sheet. w = 1/2, u = −4, c = 7" in text
    assert "72" not in text
    assert "chain rule" not in text


def test_a_variant_as_json_has_the_numbers_asked_about_and_no_answer():
    problem = load("conv_filter_solve")
    data = variant_json(problem, draw(problem, 7), 7)
    assert set(data["values"]) == {"n", "x", "y"}, "the filter g is the answer"
    assert all("answer" not in part for part in data["parts"])


def test_a_variant_as_json_has_exact_answers_where_they_are_asked_for():
    problem = load("conv_filter_solve")
    instance = draw(problem, 7)
    data = variant_json(problem, instance, 7, solution=True)
    answers = {part["part"]: part["answer"] for part in data["parts"]}
    x, y, found = data["values"]["x"], data["values"]["y"], answers["conv_filter_solve/a"]
    assert [sum(x[i + j] * found[j] for j in range(3)) for i in range(3)] == y


def test_code_keeps_its_lines_and_what_was_answered_wrongly_is_named(capsys):
    from verify.catalog import load
    from verify.solution.terminal import print_solution

    print_solution(load("debugging_dnns"), [], handout=False)
    shown = capsys.readouterr().out
    assert "    for inputs, targets in loader:\n        loss" in shown
    assert "```" not in shown
    assert "If you chose LayerNorm: layer normalisation." in shown


def test_a_wrong_rate_of_growth_or_sequence_is_shown_with_its_mistake():
    from verify.catalog import load
    from verify.solution.markdown import to_markdown
    from verify.solution.page import page_of

    assert r"If you got $`O\left(T k^{2} M\right)`$: *every pair" in to_markdown(page_of(load("beam_search")))
    assert "If you got `I` `see` `a` `dog` `<eos>`: *the targets*." in to_markdown(page_of(load("machine_translation")))
