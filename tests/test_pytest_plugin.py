"""The pytest plugin: one item for each claim, a report without a traceback, counts by verdict."""

from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

GOOD = '''"""Pythagoras."""
from sympy import cos, sin
from verify import Problem

problem = Problem(__doc__)
x = problem.scalar("x")
problem.part("a", "Simplify.", sin(x) ** 2, ("=", 1 - cos(x) ** 2, "Pythagoras"))
'''
BAD = GOOD.replace("1 - cos(x) ** 2", "1 - cos(x)")


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    """A course repository with one right and one wrong problem file."""
    pytester.makeini("[pytest]\naddopts = -p no:cacheprovider\n")
    folder = pytester.mkdir("problems")
    (folder / "right.py").write_text(GOOD)
    (folder / "wrong.py").write_text(BAD)
    return pytester


def test_every_claim_is_an_item_with_a_readable_identifier(project: pytest.Pytester) -> None:
    result = project.runpytest_subprocess("--collect-only", "-q", "problems/right.py")
    result.stdout.fnmatch_lines(["problems/right.py::a/step-1"])


def test_a_refuted_claim_shows_its_smallest_instance_and_no_traceback(project: pytest.Pytester) -> None:
    result = project.runpytest_subprocess("problems/wrong.py")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["*refuted*wrong/a/step-1*", "*at x = *", "*should be*", "*1 refuted*"])
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*crosscheck.py*")


def test_the_counts_are_the_same_with_and_without_xdist(project: pytest.Pytester) -> None:
    def counts(*arguments: str) -> list[str]:
        lines = project.runpytest_subprocess(*arguments, "problems").outlines
        position = next(number for number, line in enumerate(lines) if "claims" in line and "===" in line)
        return lines[position + 1 : position + 2]

    alone = counts()
    assert alone == ["1 proved, 1 refuted"]
    assert counts("-n", "2") == alone


def test_a_file_that_builds_no_problem_is_left_to_pytest(project: pytest.Pytester) -> None:
    (Path(project.path) / "problems" / "helper.py").write_text("VALUE = 1\n")
    result = project.runpytest_subprocess("--collect-only", "-q", "problems/helper.py")
    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_a_broken_problem_file_is_a_collection_error_with_its_message(project: pytest.Pytester) -> None:
    (Path(project.path) / "problems" / "broken.py").write_text(GOOD.replace('"Pythagoras"', '""'))
    result = project.runpytest_subprocess("problems/broken.py")
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(["*broken.py:7, part (a), line 1: the reason is missing*"])
