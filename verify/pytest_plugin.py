"""pytest plugin: every claim of a problem file becomes a test item.

``pytest problems/rnn_backprop.py`` collects one item per claim, ``problems/rnn_backprop.py::b/step-1``; a refuted one
prints the smallest instance that breaks it, without a traceback; the run ends with counts by verdict, the same with and
without xdist.  It costs nothing until a problem file is met.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from verify.claim import Claim
    from verify.problem import Problem

PROPERTY = "proofset_verdict"


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("proofset")
    group.addoption("--verify-profile", default=None, help="how hard a search looks: dev, docs, ci or thorough")


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> Generator[None, list[Any], list[Any]]:
    collected = yield
    if file_path.suffix != ".py" or file_path.name.startswith(("_", "test_", "conftest")):
        return collected
    # Instead of the module that pytest makes of a file named on its command line, which would import it.
    return [ProblemFile.from_parent(parent, path=file_path)] if _builds_a_problem(file_path) else collected


def _builds_a_problem(path: Path) -> bool:
    """Whether the file says `problem = Problem(...)`; told by its text, since importing it would load SymPy."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False
    return "\nproblem = Problem(" in text and "from verify import" in text


class ProblemFile(pytest.File):
    """A file of claims."""

    def collect(self) -> Iterator[ClaimItem]:
        from verify.catalog import load
        from verify.errors import VerifyError

        try:
            problem = load(self.path)
        except VerifyError as error:
            raise self.CollectError(str(error)) from error
        for claim in problem.claims():
            yield ClaimItem.from_parent(self, name=claim.name, problem=problem, claim=claim)


class ClaimItem(pytest.Item):
    """One claim; it passes when it is proved or supported."""

    def __init__(self, *, problem: Problem, claim: Claim, **keywords: Any) -> None:
        super().__init__(**keywords)
        self.problem, self.claim = problem, claim

    def runtest(self) -> None:
        from verify.crosscheck import crosscheck

        evidence = crosscheck(self.problem, self.claim, profile=self.config.getoption("--verify-profile"))
        self.user_properties.append((PROPERTY, evidence.verdict.value))
        if not evidence.verdict.passed:
            raise ClaimFailed(str(evidence))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, ClaimFailed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, None, f"{self.problem.id}::{self.claim.name}"


class ClaimFailed(Exception):
    """A claim that was refuted or not decided; its text is the whole report."""


def pytest_terminal_summary(terminalreporter: Any) -> None:
    reports = [
        report for group in terminalreporter.stats.values() for report in group if getattr(report, "when", "") == "call"
    ]
    verdicts = Counter(
        value for report in reports for name, value in getattr(report, "user_properties", ()) if name == PROPERTY
    )
    if verdicts:
        terminalreporter.section("claims")
        terminalreporter.line(", ".join(f"{count} {verdict}" for verdict, count in sorted(verdicts.items())))
