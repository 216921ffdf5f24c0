# ruff: noqa: E501 (messages are compared whole)
"""A message names the place, says what was found and what to do; a broken problem file is refused when it is loaded."""

import pickle
from pathlib import Path
from textwrap import dedent

import pytest

from verify import load
from verify.errors import ProblemError, UnknownName

HEAD = '''
"""A title.

A statement.
"""
from sympy import Symbol, cos, sin, nan
from verify import Problem, gradient
problem = Problem(__doc__)
n = problem.size("n")
x, y = problem.scalar("x y")
A = problem.matrix("A", n, n)
v = problem.vector("v", n)
'''
GOOD = 'part = problem.part("a", "Simplify.", sin(x)**2, ("=", 1 - cos(x)**2, "Pythagoras"))\n'


def refusal(folder: Path, body: str, head: str = HEAD) -> str:
    """The message with which loading a file of this body is refused."""
    path = folder / "broken.py"
    path.write_text(head.lstrip() + dedent(body))
    with pytest.raises(ProblemError) as caught:
        load(path)
    return str(caught.value)


BROKEN = {
    "a relation that does not exist": (
        'problem.part("a", "Find.", x, ("is", x + 1, "why"))',
        'broken.py:12, part (a), line 1: found the relation \'is\'. Use one of =, <=, >=, as in ("=", expression, "reason").',
    ),
    "a line that is no triple": (
        'problem.part("a", "Find.", x, ("=", x + 1))',
        'broken.py:12, part (a), line 1: found (\'=\', x + 1). Write the line as ("=", expression, "reason").',
    ),
    "a missing reason": (
        'problem.part("a", "Find.", sin(x), ("=", x, "why"), ("=", y, " "))',
        'broken.py:12, part (a), line 2: the reason is missing. Name the fact that justifies the line: ("=", expression, "reason").',
    ),
    "a vacuous line": (
        'problem.part("a", "Find.", x + x, ("=", 2 * x, "SymPy does this by itself"))',
        "broken.py:12, part (a), line 1: it repeats the line above, 2*x: SymPy already treats the two as the same expression, "
        "so checking them would prove nothing. Drop the line, or name a subexpression with `problem.let`.",
    ),
    "an undeclared symbol": (
        'problem.part("a", "Find.", x, ("=", Symbol("z"), "why"))',
        "broken.py:12, part (a), line 1: z is not declared. Declared are A, n, v, x, y.",
    ),
    "text instead of an expression": (
        'problem.part("a", "Find.", x, ("=", "x + 0", "why"))',
        "broken.py:12, part (a), line 1: its expression is the text 'x + 0'. Write SymPy expressions, not strings.",
    ),
    "a value that is not finite": (
        'problem.part("a", "Find.", x, ("=", nan, "why"))',
        "broken.py:12, part (a), line 1: its expression is nan. It must be a finite expression.",
    ),
    "a mistake that is not finite": (
        GOOD + 'part.mistake("none", nan + x, "No value.")',
        "broken.py:13, part (a), mistake 'none': the wrong answer is nan. It must be a finite expression.",
    ),
    "a key that is not finite": (
        GOOD + 'part.key(problem.instance("one", x=1, y=1, n=1, A=[[1]], v=[1]), float("nan"))',
        "broken.py:13, part (a), key: found nan. Write integers or fractions.",
    ),
    "an instance that divides by zero": (
        GOOD + 'problem.instance("one", x="1/0", y=1, n=1, A=[[1]], v=[1])',
        "broken.py:13, instance 'one', x: '1/0' is not a number. Write integers, fractions, or \"1/2\".",
    ),
    "a line of another shape": (
        'problem.part("a", "Find.", A * v, ("=", v.T * A, "why"))',
        "broken.py:12, part (a), line 1: it has shape 1 x n, the line above n x 1. Both sides of a relation have the same "
        "shape; look for a missing transpose.",
    ),
    "two parts of one name": (
        GOOD + GOOD,
        "broken.py:13, part (a): there are two parts (a). Rename one of them.",
    ),
    "a part without lines": (
        'problem.part("a", "Find.", x)',
        'broken.py:12, part (a): nothing is derived. Add at least one line ("=", expression, "reason").',
    ),
    "a part without a prompt": (
        'problem.part("a", " ", x, ("=", y, "why"))',
        "broken.py:12, part (a): the prompt is missing. Say what is asked.",
    ),
    "a malformed part name": (
        'problem.part("A 1", "Find.", x, ("=", y, "why"))',
        "broken.py:12, part (A 1): the name 'A 1' is malformed. Write a letter, or a letter and a word: d.left.",
    ),
    "a name that is declared twice": (
        'problem.let("x", y)',
        "broken.py:12: 'x' is declared twice. Give each given and each name its own.",
    ),
    "an implementation asking for an unknown given": (
        GOOD + "@part.numpy\ndef rewrite(x, z):\n    return x",
        "broken.py:13, part (a), implementation rewrite: it asks for the unknown given 'z'. Known are n, x, y, A, v, rng.",
    ),
    "an implementation asking for a name of the solution": (
        GOOD + 'problem.let("s", sin(x))\n@part.numpy\ndef rewrite(s):\n    return s',
        "broken.py:14, part (a), implementation rewrite: it asks for the unknown given 's'. Known are n, x, y, A, v, rng.",
    ),
    "a gradient by something the loss does not take": (
        GOOD + "def loss(x):\n    return x\npart.autograd(loss, wrt=y)",
        "broken.py:15, part (a), implementation loss: it does not take y. A loss differentiated with respect to y must have "
        "an argument of that name.",
    ),
    "a mistake without feedback": (
        GOOD + 'part.mistake("sign", -sin(x)**2, "")',
        "broken.py:13, part (a), mistake 'sign': the feedback is missing. Say what went wrong.",
    ),
    "an instance with an inexact number": (
        'problem.instance("homework", x=0.1, y=2, A=[[1]], v=[1])',
        "broken.py:12, instance 'homework', x: 0.1 is not exact. Write integers, fractions, or strings such as \"1/2\".",
    ),
    "an instance whose shapes disagree": (
        'problem.instance("homework", x=1, y=2, A=[[1, 2], [3, 4]], v=[1])',
        "broken.py:12, instance 'homework': v has 1 entries on a side of length n. The sizes must agree.",
    ),
    "an error of Python": (
        "1 / 0",
        "broken.py:12: ZeroDivisionError: division by zero. Run the file with `python` to see the whole error.",
    ),
    "no parts": (
        "",
        "broken.py: the problem has no parts. Add at least one `problem.part(...)`.",
    ),
}


@pytest.mark.parametrize(("body", "message"), [pytest.param(*case, id=name) for name, case in BROKEN.items()])
def test_a_broken_file_is_refused_at_load_with_place_finding_and_cure(tmp_path: Path, body: str, message: str) -> None:
    assert refusal(tmp_path, body) == message


def test_a_file_without_a_problem_says_what_to_write(tmp_path: Path) -> None:
    assert refusal(tmp_path, "x = 1\n", head="") == (
        "broken.py: it builds no problem. Write `problem = Problem(__doc__)` at module level."
    )


def test_a_problem_without_a_title_is_refused(tmp_path: Path) -> None:
    message = refusal(tmp_path, "from verify import Problem\nproblem = Problem(__doc__)\n", head="")
    assert message == "broken.py:2: the problem has no title. Pass the file's docstring: Problem(__doc__)."


def test_a_syntax_error_is_told_with_its_line(tmp_path: Path) -> None:
    assert refusal(tmp_path, "x = (1\n", head="").startswith("broken.py:1: SyntaxError")


def test_an_unknown_problem_is_answered_with_the_nearest_names() -> None:
    with pytest.raises(UnknownName, match="there is no problem 'rnn_backprob'; did you mean rnn_backprop"):
        load("rnn_backprob")


def test_an_unknown_part_is_answered_with_the_nearest_names() -> None:
    with pytest.raises(
        UnknownName, match=r"there is no part 'rnn_backprop/d.middel'; did you mean rnn_backprop/d.middle"
    ):
        load("rnn_backprop").find_part("d.middel")


def test_an_error_of_a_problem_file_crosses_processes_whole() -> None:
    error = pickle.loads(pickle.dumps(ProblemError("rnn.py, part (a)", "found nothing", "Write something.")))
    assert str(error) == "rnn.py, part (a): found nothing. Write something."
    assert error.cure == "Write something."
