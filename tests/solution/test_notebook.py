"""Notebooks: what they hold, that they run, and that their code builds what the problem file says."""

import json
import subprocess
import sys
from functools import cache

import example_problem
import nbformat
import pytest
import sympy as sp
from nbclient import NotebookClient
from sympy import MatrixSymbol, symbols
from sympy.stats import Expectation, Normal

from verify import gradient
from verify.catalog import load, paths
from verify.errors import ProblemError, UnknownName
from verify.notebook import check_lines, figure
from verify.solution.notebook import NotebooksNotPossible, notebook, write_notebooks
from verify.solution.page import page_of
from verify.solution.sympy_code import Names, NoCode, symbols_of

PROBLEMS = sorted(paths())
RUN = ("rnn_backprop", "scaled_dot_product")


@cache
def made(name: str, handout: bool = False):
    problem = load(name)
    return notebook(page_of(problem, handout=handout), problem)


def sources(document, kind="code"):
    return [cell["source"] for cell in document["cells"] if cell["cell_type"] == kind]


# Run ------------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=RUN)
def executed(request, tmp_path_factory):
    """The cells of a notebook after a run from top to bottom; an error in one of them stops the test."""
    document = nbformat.from_dict(made(request.param))
    folder = tmp_path_factory.mktemp("kernel")
    NotebookClient(
        document, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    ).execute()
    return document.cells


def shown(cells, call):
    """The plain text of the outputs of the cells that contain a call."""
    found = [cell for cell in cells if cell.cell_type == "code" and call in cell.source]
    assert found, call
    return [cell.outputs[-1].data["text/plain"] for cell in found]


def test_every_line_of_every_derivation_stands_in_a_run_from_top_to_bottom(executed):
    for text in shown(executed, "check_lines("):
        assert "proved" in text or "supported" in text
        assert "refuted" not in text
        assert "undecided" not in text


def test_an_answer_cell_nobody_has_written_in_yet_says_so_and_is_no_error(executed):
    for text in shown(executed, "verify.check("):
        assert text.startswith("unreadable")
        assert "nothing was written" in text


def test_every_line_has_a_value_at_the_numbers_of_the_sheet(executed):
    for text in shown(executed, ".at("):
        assert "= " in text
        assert "no value" not in text


# Content --------------------------------------------------------------------------------------------------------------


def test_a_notebook_has_statement_givens_questions_code_and_folded_mistakes():
    words, code = "\n".join(sources(made("rnn_backprop"), "markdown")), "\n".join(sources(made("rnn_backprop")))
    assert "# Backpropagation through a linear recurrent network" in words
    assert "- $w, u_1, u_2, u_3 \\in \\mathbb{R}$" in words
    assert "<details>\n<summary>If you got something else</summary>" in words
    assert 'w, u1, u2, u3 = sp.symbols("w u1 u2 u3", real=True)' in code
    assert '    ("=", u3 + w*(u1*w + u2), "$r = u_2 + q$, where $q = w p$ and $p = u_1$"),' in code
    assert "part_b.at(w=3, u1=2, u2=5, u3=11)" in code
    assert 'figure("rnn_backprop", "weight_of_an_input")' in code


def test_a_handout_asks_and_does_not_solve():
    document = made("rnn_backprop", handout=True)
    code, words = "\n".join(sources(document)), "\n".join(sources(document, "markdown"))
    assert 'verify.check("rnn_backprop/b", answer)' in code
    assert "check_lines" not in code
    assert "Solution" not in words
    assert "<details>" not in words
    assert "claims checked" not in words


def test_a_question_for_prose_has_room_for_words_and_nothing_to_check():
    document = made("homework_process", handout=True)
    assert "*Your answer:*" in sources(document, "markdown")


@pytest.mark.parametrize("name", PROBLEMS)
def test_every_notebook_is_valid_and_tells_its_cells_apart(name):
    document = made(name)
    nbformat.validate(document)
    identifiers = [cell["id"] for cell in document["cells"]]
    assert len(set(identifiers)) == len(identifiers)


def test_the_same_page_gives_the_same_bytes(tmp_path):
    problem = example_problem.build()
    page = page_of(problem, example_problem.evidence())
    first, second = (
        write_notebooks([page], [example_problem.build()], tmp_path / name)[0].read_bytes() for name in ("one", "two")
    )
    assert first == second
    assert json.loads(first)["nbformat_minor"] == 5
    assert b"seconds" not in first


def test_without_nbformat_the_cure_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "nbformat", None)
    with pytest.raises(NotebooksNotPossible, match=r'pip install "proofset\[docs\]"'):
        notebook(page_of(example_problem.build()), example_problem.build())


# Lines typed in a cell ------------------------------------------------------------------------------------------------

w, u1, u2, u3, y, t = symbols("w u1 u2 u3 y t", real=True)
RIGHT = (gradient(y, w), ("=", t + w * gradient(t, w), "product rule for $y = w t$"))


def test_right_lines_are_proved_and_true():
    lines = check_lines("rnn_backprop", *RIGHT)
    assert lines
    assert "proved in general" in str(lines)


def test_a_wrong_line_is_refuted_where_it_stands_with_numbers_that_show_it():
    lines = check_lines("rnn_backprop", *RIGHT, ("=", u3 + 3 * w * u2, "a *slip*"))
    assert not lines
    first, second, third = str(lines).splitlines()
    assert "refuted" not in first + second
    assert "refuted after" in third
    assert "the line above is" in third
    assert "<em>slip</em>" in lines.html()


def test_other_numbers_go_through_every_line():
    lines = check_lines("rnn_backprop", *RIGHT).at(w="1/2", u1=0, u2=4, u3=1)
    assert [row.note for row in lines.rows] == ["$= 5$", "$= 5$"]


def test_a_symbol_that_the_problem_does_not_know_is_named():
    with pytest.raises(ProblemError, match="strange"):
        check_lines("rnn_backprop", y, ("=", symbols("strange", real=True), "whatever"))


def test_lines_are_a_table_whatever_shows_them():
    bundle = check_lines("rnn_backprop", *RIGHT)._repr_mimebundle_()
    assert (
        r"| $= t + w \frac{\partial t}{\partial w}$ | product rule for $y = w t$ | proved in general |"
        in (bundle["text/markdown"])
    )
    assert "<td>$\\displaystyle = t + w" in bundle["text/html"]
    assert "= t + w ∂t/∂w   product rule for y = w t   proved in general" in bundle["text/plain"]


def test_a_figure_is_shown_for_light_and_dark_pages_with_words_for_what_it_shows():
    shown = figure("rnn_backprop", "weight_of_an_input")._repr_mimebundle_()["text/html"]
    assert shown.count('alt="Three curves over the number of steps') == 2
    assert 'class="verify-light"' in shown
    assert 'class="verify-dark"' in shown


def test_a_figure_that_does_not_exist_is_named_with_the_nearest():
    with pytest.raises(UnknownName, match="did you mean weight_of_an_input"):
        figure("rnn_backprop", "weight_of_input")


# Code -----------------------------------------------------------------------------------------------------------------


def code_of(*expressions):
    names = Names()
    declared = names.declarations(symbols_of(*expressions))
    return declared, [names.code(expression) for expression in expressions]


def test_symbols_are_declared_with_what_is_assumed_of_them_and_shapes_first():
    n = symbols("n", integer=True, positive=True)
    declared, (code,) = code_of(MatrixSymbol("lambda", n, 1).T * MatrixSymbol("x", n, 1))
    assert declared == [
        'n = sp.Symbol("n", integer=True, positive=True)',
        'lambda_2 = sp.MatrixSymbol("lambda", n, 1)',
        'x = sp.MatrixSymbol("x", n, 1)',
    ]
    assert code == "lambda_2.T*x"


def test_two_random_variables_of_one_name_get_two_names_in_python():
    first, second = Normal("q_i", 0, 1), Normal("q_i", 2, 1)
    declared, (code,) = code_of(Expectation(first * second))
    assert sorted(declared) == ['q_i = sp.stats.Normal("q_i", 0, 1)', 'q_i_2 = sp.stats.Normal("q_i", 2, 1)']
    assert "q_i*q_i_2" in code


def test_a_fraction_stays_exact_in_python():
    x = symbols("x", real=True)
    assert code_of(sp.Rational(1, 3) + x ** sp.Rational(3, 2))[1] == ["x**(sp.Rational(3, 2)) + sp.Rational(1, 3)"]


def test_an_expression_of_an_unknown_kind_is_shown_as_a_formula_instead():
    unknown = type("Unknown", (sp.Expr,), {})(symbols("x"))
    with pytest.raises(NoCode, match="SymPy code for Unknown is not known"):
        code_of(unknown)


COMPARED = """
import sympy as sp
import sympy.stats
from verify import gradient, load

def renamed(expression):
    '''Indices that SymPy made up, numbered in order: two of one name are not equal.'''
    made_up = [node for node in sp.preorder_traversal(expression) if isinstance(node, sp.Dummy)]
    numbered = {symbol: sp.Symbol(f"index_{n}") for n, symbol in enumerate(dict.fromkeys(made_up))}
    return sp.srepr(expression.xreplace(numbered)) if numbered else expression

def compare(name, built, expected):
    for one, other in zip(map(sp.sympify, built), expected, strict=True):
        assert one == other or renamed(one) == renamed(other), (name, one, other)
"""


def test_the_code_of_every_notebook_builds_the_expressions_of_the_problem_files(tmp_path):
    """Runs the code as a student would, in a process of its own, and compares it with what the files built."""
    script = [COMPARED]
    for name in PROBLEMS:
        problem, names = load(name), Names()
        lines = [line for part in problem.parts.values() if part.derivation for line in part.derivation.lines]
        expressions = [*problem.definitions.values(), *lines]
        script += names.declarations(symbols_of(*problem.definitions, *expressions))
        script += [
            f"problem = load({name!r})",
            "lines = [line for part in problem.parts.values() if part.derivation for line in part.derivation.lines]",
            "expected = [*problem.definitions.values(), *lines]",
            f"built = [{', '.join(map(names.code, expressions))}]",
            f"compare({name!r}, built, expected)",
        ]
    path = tmp_path / "built.py"
    path.write_text("\n".join([*script, 'print("all built")']))
    ended = subprocess.run(
        [sys.executable, str(path)], capture_output=True, encoding="utf-8", check=False, cwd=tmp_path
    )
    assert ended.stdout == "all built\n", ended.stderr[-2000:]
