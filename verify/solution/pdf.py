"""PDF: one document for each page and a book of all, made by Typst; the same bytes on every run."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from verify.errors import VerifyError
from verify.solution.figures import svg
from verify.solution.page import Page
from verify.solution.typst.document import DESIGN, Source, documents
from verify.solution.typst.formulas import FormulaRefused, called, converted

if TYPE_CHECKING:
    from verify.problem import Problem

STANDARD = "ua-1"  # PDF/UA-1: tagged, with a title, a language, and words for every figure and formula


class TypstMissing(VerifyError):
    """Typst is not installed."""

    def __init__(self) -> None:
        super().__init__('PDF files are made by Typst, which is not installed: pip install "proofset[docs]"')


class TypstRefused(VerifyError):
    """Typst cannot make a document, or warns of something in it; carries what it said."""

    def __init__(self, name: str, said: str) -> None:
        self.name, self.said = name, said
        super().__init__(f"{name}: Typst cannot make the document:\n{said.strip()}")


def write_pdf(pages: Sequence[Page], problems: Iterable[Problem], folder: Path | str) -> list[Path]:
    """The files written to `folder`: ``<problem>.pdf`` for each page, and ``book.pdf``.

    - `problems`: those of the pages, for their figures.

    Raises `FormulaRefused` for a formula that cannot be typeset, with its problem and part.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    with TemporaryDirectory() as name:
        workshop = Path(name)
        shutil.copy(DESIGN, workshop)
        _draw(pages, problems, workshop / "figures")
        for source in documents(pages):
            path = folder / f"{source.name}.pdf"
            path.write_bytes(compiled(source, workshop))
            written.append(path)
    return written


def compiled(source: Source, workshop: Path, **options: Any) -> Any:
    """What Typst makes of a source, in a folder with the design and the figures; a PDF unless `options` say otherwise.

    Raises `FormulaRefused` and `TypstRefused`.
    """
    typst = _typst()
    path = workshop / f"{source.name}.typ"
    path.write_text(source.text, encoding="utf-8", newline="\n")
    options = options or {"pdf_standards": [STANDARD]}
    try:
        made, warnings = typst.compile_with_warnings(
            path, root=workshop, ignore_system_fonts=True, timestamp=0, **options
        )
    except typst.TypstError as error:
        _find_refused(source, workshop)
        raise TypstRefused(source.name, error.diagnostic) from error
    if warnings:
        raise TypstRefused(source.name, "\n".join(warning.diagnostic for warning in warnings))
    return made


def _find_refused(source: Source, workshop: Path) -> None:
    """Raise `FormulaRefused` for the first formula that Typst refuses on its own."""
    typst = _typst()
    for formula, text in zip(source.formulas, converted(source.formulas), strict=True):
        path = workshop / "formula.typ"
        path.write_text(f'#import "design.typ": *\n{called(formula, text)}\n', encoding="utf-8")
        try:
            typst.compile(path, root=workshop, ignore_system_fonts=True, format="svg")
        except typst.TypstError as error:
            raise FormulaRefused(formula.place, formula.latex, error.message) from error


def _draw(pages: Iterable[Page], problems: Iterable[Problem], folder: Path) -> None:
    """The figures of the pages as they are on light paper."""
    folder.mkdir()
    drawings = {problem.id: {figure.name: figure for figure in problem.figures} for problem in problems}
    for page in pages:
        for drawing in page.all_drawings:
            path = folder / f"{page.identifier}-{drawing.name}-light.svg"
            path.write_bytes(svg(drawings[page.identifier][drawing.name], "light"))


def _typst() -> Any:
    try:
        import typst
    except ImportError as error:
        raise TypstMissing from error
    return typst
