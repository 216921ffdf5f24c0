"""Write: the pages of problems as files, in every format; an edition is all that a format may read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from verify.solution import coverage
from verify.solution.edition import Edition, edition_of
from verify.solution.index import to_index
from verify.solution.markdown import to_markdown

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
    from verify.parallel import crosscheck_all

    chosen = list(problems)
    evidence = {} if handout else crosscheck_all(chosen, profile=profile)
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
    made = [edition_of(problem, evidence.get(problem.id, ()), handout=handout) for problem in problems]
    return write_markdown(made, Path(folder))


def write_markdown(editions: Sequence[Edition], folder: Path) -> list[Path]:
    """The files written to `folder`: a page for each problem, its figures, the index ``README.md`` and the coverage.

    A handout has no coverage: which kinds of answers and mistakes there are says something of the answers.
    """
    from verify.solution.site.documents import documents_folder, mutants_of
    from verify.solution.site.sources import row_of

    written: list[Path] = []
    for edition in editions:
        page = edition.page
        written.append(_write(folder / f"{page.identifier}.md", to_markdown(page, FIGURES)))
        written += [_write(folder / FIGURES / name, text) for name, text in edition.figures.items()]
    written.append(_write(folder / INDEX, to_index([edition.page for edition in editions])))
    if not any(edition.page.handout for edition in editions):
        mutants = mutants_of(documents_folder())
        rows = [row_of(edition.solution, mutants.get(edition.page.identifier)) for edition in editions]
        written.append(_write(folder / coverage.NAME, coverage.to_coverage(rows)))
    return written


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


# Formats --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Format:
    """A format of the worked solutions: where it is written by default, and which file to open first."""

    folder: Path
    what: str
    first: str
    write: Callable[[Sequence[Edition], Path], list[Path]]


def _site(editions: Sequence[Edition], folder: Path) -> list[Path]:
    from verify.solution.site import write_site
    from verify.solution.site.documents import documents_folder, mutants_of

    documents = documents_folder()
    figures = {name: text.encode() for edition in editions for name, text in edition.figures.items()}
    solutions = [edition.solution for edition in editions]
    answers = {part: answer for edition in editions for part, answer in edition.answers.items()}
    return write_site(solutions, figures, folder, answers=answers, documents=documents, mutants=mutants_of(documents))


def _pdf(editions: Sequence[Edition], folder: Path) -> list[Path]:
    from verify.solution.pdf import write_pdf

    return write_pdf([edition.page for edition in editions], _problems(editions), folder)


def _notebooks(editions: Sequence[Edition], folder: Path) -> list[Path]:
    from verify.solution.notebook import write_notebooks

    return write_notebooks([edition.page for edition in editions], _problems(editions), folder)


def _problems(editions: Sequence[Edition]) -> list[Problem]:
    from verify.catalog import load

    return [load(edition.path) for edition in editions]


FORMATS = {
    "markdown": Format(Path("docs/solutions"), "worked solutions are", INDEX, write_markdown),
    "site": Format(Path("build/site"), "site is", "index.html", _site),
    "pdf": Format(Path("build/pdf"), "PDF files are", "book.pdf", _pdf),
    "notebook": Format(Path("build/notebooks"), "notebooks are", "", _notebooks),
}
HANDOUTS = Path("build/handouts")


def folders_of(names: Sequence[str], out: Path | None, *, handout: bool = False) -> dict[str, Path]:
    """Where each format is written: in `out`, in a folder of its own where there are several, or by default."""
    if out is not None:
        return {name: out / name if len(names) > 1 else out for name in names}
    return {name: HANDOUTS / name if handout else FORMATS[name].folder for name in names}
