"""Jupyter: the magic commands in a real kernel, and the cards that they show."""

import os
import re
from dataclasses import replace

import nbformat
import pytest
from nbclient import NotebookClient

from verify import Evidence, Verdict, check
from verify.cards import DARK, LIGHT, html, markdown, mime_bundle
from verify.evidence import WITHHELD, Counterexample
from verify.magic import NotARequest, Request

RIGHT = "u3 + 2*w*u2 + 3*w^2*u1"
CELLS = {
    "load": "%load_ext verify",
    "line": f"%check rnn_backprop/b {RIGHT}",
    "latex": r"w = 7; q = 1" + "\n" + r"%check rnn_backprop/b $u_3 + 2 w u_2 + 3 w^2 u_1$",
    "below": f"%%check rnn_backprop/b\n{RIGHT}\n",
    "mistake": "%%check rnn_backprop/b\nu3 + w*u2 + w^2*u1",
    "unreadable": "%%check rnn_backprop/b\nu3 + (2*w",
    "code": '%%check rnn_backprop/b\n__import__("pathlib").Path("was_run").touch()',
    "variant": "%check --variant 3 --syntax python beam_search/d c",
    "unknown": "%check rnn_backprop/x 1",
    "value": f'bool(verify.check("rnn_backprop/b", "{RIGHT}")), _',
}


@pytest.fixture(scope="module")
def outputs(tmp_path_factory):
    """What each cell shows, from one kernel."""
    folder = tmp_path_factory.mktemp("kernel")
    cells = [nbformat.v4.new_code_cell(source) for source in ["import verify", *CELLS.values()]]
    document = nbformat.v4.new_notebook(cells=cells)
    NotebookClient(
        document, timeout=60, kernel_name="python3", allow_errors=True, resources={"metadata": {"path": str(folder)}}
    ).execute()
    shown = dict(zip(CELLS, (cell.outputs for cell in document.cells[1:]), strict=True))
    return {**shown, "files": os.listdir(folder)}


def data(outputs):
    (output,) = outputs
    return output.data


# In a kernel ----------------------------------------------------------------------------------------------------------


def test_loading_the_extension_says_nothing(outputs):
    assert outputs["load"] == []


@pytest.mark.parametrize("cell", ["line", "latex", "below"])
def test_a_right_answer_is_accepted_on_the_line_or_below(outputs, cell):
    assert data(outputs[cell])["application/json"]["accepted"] is True


def test_a_mistake_gets_its_feedback_on_a_card(outputs):
    shown = data(outputs["mistake"])
    assert shown["application/json"]["verdict"] == "refuted"
    assert "each one contributes" in shown["text/html"]
    assert "each one contributes" in shown["text/plain"]
    assert "each one contributes" in shown["text/markdown"]


def test_what_cannot_be_read_is_told_with_its_column(outputs):
    shown = data(outputs["unreadable"])["application/json"]
    assert shown["verdict"] == "unreadable"
    assert shown["column"] == 6  # the parenthesis that is never closed


def test_the_text_of_a_cell_is_read_and_never_run(outputs):
    assert data(outputs["code"])["application/json"]["verdict"] == "unreadable"
    assert outputs["files"] == []


def test_options_stand_before_the_part(outputs):
    assert outputs["variant"]


def test_a_part_that_does_not_exist_is_a_usage_error_with_the_nearest_names(outputs):
    (error,) = outputs["unknown"]
    said = error.get("text") or error.get("evalue")
    assert "there is no part" in said
    assert "Traceback" not in said


# Requests -------------------------------------------------------------------------------------------------------------


def test_a_request_keeps_the_response_as_it_was_typed():
    assert Request.of("--variant 4 a/b  -x + 'y' ") == Request("a/b", "-x + 'y'", 4)
    assert Request.of("a/b", "1 2\n3 4\n") == Request("a/b", "1 2\n3 4")


@pytest.mark.parametrize(
    ("line", "cell", "said"),
    [
        ("", None, "no part is named"),
        ("--seed 3 a/b 1", None, "--seed is not an option"),
        ("--variant x a/b 1", None, "whole number, not 'x'"),
        ("a/b 1", "2", "there are two answers"),
    ],
)
def test_a_line_that_is_no_request_is_told_what_to_write(line, cell, said):
    with pytest.raises(NotARequest, match=rf"{re.escape(said)}.*; write %check"):
        Request.of(line, cell)


# Cards ----------------------------------------------------------------------------------------------------------------


def luminance(colour: str) -> float:
    """The relative luminance of the Web Content Accessibility Guidelines 2.2."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("name", ["ink", "faint", *(verdict.value for verdict in Verdict)])
def test_every_colour_reads_on_the_ground_of_its_card(scheme, name):
    brighter, darker = sorted((luminance(scheme[name]), luminance(scheme["ground"])), reverse=True)
    assert (brighter + 0.05) / (darker + 0.05) >= 4.5


def test_a_card_follows_the_theme_of_the_notebook_and_else_that_of_the_browser():
    shown = html(Evidence("a/b", Verdict.PROVED))
    assert "@media(prefers-color-scheme:dark)" in shown
    assert '[data-jp-theme-light="false"] .verify-card' in shown


def test_everything_on_a_card_is_escaped():
    hostile = "<script>alert(1)</script>"
    evidence = Evidence(
        hostile,
        Verdict.REFUTED,
        hostile,
        reason=hostile,
        feedback=hostile,
        counterexample=Counterexample({hostile: 1}, hostile, 2),
    )
    assert "<script" not in html(evidence)
    assert html(evidence).count("&lt;script") == 6
    assert re.findall(r"(?<!\\)<", markdown(replace(evidence, claim="a/b"))) == []


def test_a_name_with_an_underscore_is_shown_as_it_is():
    assert "`rnn_backprop/b`" in markdown(Evidence("rnn_backprop/b", Verdict.PROVED))


def test_a_card_does_not_tell_what_is_withheld():
    evidence = Evidence("a/b", Verdict.REFUTED, counterexample=Counterexample({}, "4", WITHHELD))
    for text in mime_bundle(evidence).values():
        assert "should be" not in str(text)


def test_a_counterexample_is_a_table_with_row_headings():
    shown = html(check("rnn_backprop/b", "u3"))
    assert '<th scope="row">yours</th>' in shown
    assert re.search(r"<p>At <code>u1 = [^<]+</code>, ", shown)
