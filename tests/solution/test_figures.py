"""Figures: the same bytes on every run, two colour schemes, and a plain word where Matplotlib is missing."""

import sys
import xml.etree.ElementTree as ElementTree

import example_problem
import pytest

from verify.solution.figures import DrawingNotPossible, svg, write_figures


@pytest.fixture(scope="module")
def problem():
    return example_problem.build()


def test_a_figure_has_the_same_bytes_every_time(problem):
    (figure,) = problem.figures
    assert svg(figure, "light") == svg(figure, "light")


def test_the_settings_of_the_machine_do_not_change_a_figure(problem):
    import matplotlib

    (figure,) = problem.figures
    expected = svg(figure, "dark")
    with matplotlib.rc_context({"lines.linewidth": 9, "svg.hashsalt": None, "font.size": 30}):
        assert svg(figure, "dark") == expected


def test_a_figure_tells_neither_date_nor_program(problem):
    (figure,) = problem.figures
    text = svg(figure, "light").decode()
    assert "Matplotlib v" not in text
    assert "<dc:date>" not in text


def test_light_and_dark_differ_in_colours_only(problem):
    (figure,) = problem.figures
    light, dark = (ElementTree.fromstring(svg(figure, scheme)) for scheme in ("light", "dark"))
    assert [element.tag for element in light.iter()] == [element.tag for element in dark.iter()]
    assert "#1f2328" in svg(figure, "light").decode()
    assert "#e6edf3" in svg(figure, "dark").decode()
    assert "#1f2328" not in svg(figure, "dark").decode()


def test_fonts_are_paths_so_that_every_machine_shows_the_same(problem):
    (figure,) = problem.figures
    assert b"<text" not in svg(figure, "light")


def test_two_files_are_written_for_each_figure(problem, tmp_path):
    written = write_figures(problem, tmp_path / "figures")
    assert [path.name for path in written] == [
        "example_problem-parabola-light.svg",
        "example_problem-parabola-dark.svg",
    ]
    assert all(path.read_bytes().startswith(b"<?xml") for path in written)


def test_without_matplotlib_the_cure_is_named(problem, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(DrawingNotPossible, match=r'pip install "proofset\[docs\]"'):
        write_figures(problem, tmp_path)


def test_a_problem_without_figures_needs_no_matplotlib(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    problem = example_problem.build()
    problem.figures.clear()
    assert write_figures(problem, tmp_path) == []
