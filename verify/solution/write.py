"""Write: the pages of problems as files: one Markdown page each, their figures, and an index."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from verify.solution.figures import write_figures
from verify.solution.index import to_index
from verify.solution.markdown import to_markdown
from verify.solution.page import Page, page_of

if TYPE_CHECKING:
    from verify.evidence import Evidence
    from verify.problem import Problem

FIGURES = "figures"
INDEX = "README.md"


def write_solutions(
    problems: Iterable[Problem], folder: Path | str, profile: str = "docs", handout: bool = False
) -> list[Path]:
    """Check every claim of the problems and write their pages to `folder`; the files written.

    - `profile`: how hard the claims are searched; not used for a handout, which checks nothing.
    - `handout`: leaves out whatever answers.
    """
    from verify.crosscheck import run

    chosen = list(problems)
    evidence = {} if handout else {problem.id: tuple(run(problem, profile=profile)) for problem in chosen}
    return write_pages(chosen, evidence, folder, handout=handout)


def write_pages(
    problems: Iterable[Problem],
    evidence: Mapping[str, Sequence[Evidence]],
    folder: Path | str,
    *,
    handout: bool = False,
) -> list[Path]:
    """The files written to `folder`: a page for each problem, its figures, and the index ``README.md``.

    `evidence` is what was found for the claims of each problem, by its identifier.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    pages: list[Page] = []
    written: list[Path] = []
    for problem in problems:
        page = page_of(problem, evidence.get(problem.id, ()), handout=handout)
        pages.append(page)
        written.append(_write(folder / f"{problem.id}.md", to_markdown(page, FIGURES)))
        written += write_figures(problem, folder / FIGURES, _drawn(page))
    written.append(_write(folder / INDEX, to_index(pages)))
    return written


def _drawn(page: Page) -> set[str]:
    drawings = [*page.drawings, *(drawing for section in page.sections for drawing in section.drawings)]
    return {drawing.name for drawing in drawings}


def _write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8", newline="\n")
    return path
