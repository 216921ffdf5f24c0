"""Notebooks: a page as a Jupyter notebook that runs from top to bottom.

The givens and every line of the derivations are SymPy code, checked where they stand; each question has a cell for an
answer.  A handout has the statement, the givens, the questions and those cells.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from verify.derivation import Derivation
from verify.errors import VerifyError
from verify.solution.arrangement import by_answer, families, family_sentence, what_agrees, what_was_got
from verify.solution.markdown import LEGEND, MARKS
from verify.solution.page import (
    Agreement,
    Badge,
    Declaration,
    Drawing,
    Page,
    Section,
    Statement,
    Worked,
    WrongAnswer,
    numbers_asked,
)
from verify.solution.sympy_code import Names, NoCode, symbols_of

if TYPE_CHECKING:
    from verify.instance import WorkedInstance
    from verify.part import Part
    from verify.problem import Problem

METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"},
}


class NotebooksNotPossible(VerifyError):
    """nbformat is not installed."""

    def __init__(self) -> None:
        super().__init__('writing notebooks needs nbformat, which is not installed: pip install "proofset[docs]"')


def write_notebooks(pages: Sequence[Page], problems: Iterable[Problem], folder: Path | str) -> list[Path]:
    """The files written to `folder`: ``<problem>.ipynb`` for each page, without outputs.

    - `problems`: those of the pages, for their expressions.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    by_name = {problem.id: problem for problem in problems}
    written = []
    for page in pages:
        path = folder / f"{page.identifier}.ipynb"
        document = notebook(page, by_name[page.identifier])
        path.write_text(
            json.dumps(document, indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8", newline="\n"
        )
        written.append(path)
    return written


def notebook(page: Page, problem: Problem) -> dict[str, Any]:
    """The notebook of a page, in nbformat 4.5; the same page gives the same cells with the same identifiers."""
    try:
        import nbformat
    except ImportError as error:
        raise NotebooksNotPossible from error
    cells = [_as_cell(page.identifier, number, cell) for number, cell in enumerate(_Writer(page, problem).cells())]
    document = {"cells": cells, "metadata": METADATA, "nbformat": 4, "nbformat_minor": 5}
    nbformat.validate(document)
    return document


@dataclass(frozen=True)
class Cell:
    """A cell in the making: its kind, ``markdown`` or ``code``, and its text."""

    kind: str
    source: str


def _as_cell(identifier: str, number: int, cell: Cell) -> dict[str, Any]:
    content = sha256(f"{identifier} {number} {cell.source}".encode()).hexdigest()
    common = {"cell_type": cell.kind, "id": content[:12], "metadata": {}, "source": cell.source}
    return common if cell.kind == "markdown" else {**common, "execution_count": None, "outputs": []}


def _text(*blocks: str) -> Iterator[Cell]:
    """One Markdown cell of the blocks that say something; none where none does."""
    source = "\n\n".join(filter(None, (block.strip() for block in blocks)))
    if source:
        yield Cell("markdown", source)


def _code(*lines: str) -> Iterator[Cell]:
    if lines:
        yield Cell("code", "\n".join(lines))


@dataclass
class _Writer:
    """The cells of one page."""

    page: Page
    problem: Problem
    names: Names = field(default_factory=Names)

    def cells(self) -> list[Cell]:
        opening, *rest = self.body()
        return [opening, *_code(*self.imports("\n".join(cell.source for cell in rest if cell.kind == "code"))), *rest]

    def body(self) -> Iterator[Cell]:
        page = self.page
        yield from _text(f"# {page.title}", self.summary(), page.statement)
        yield from _text(*self.given())
        yield from _code(*self.givens_as_code())
        yield from self.drawings(page.drawings)
        for section in page.sections:
            yield from self.section(section, self.problem.parts[section.name])
        yield from self.statements()
        if not page.handout:
            yield from _text(_evidence(page.badges))
        if page.source:
            yield from _text(f"*Source: {page.source}.*")

    def imports(self, code: str) -> list[str]:
        """The imports that the code of the other cells needs."""
        called = [name for name in ("check_lines", "figure") if f"{name}(" in code]
        wanted = [
            ("sp.", "import sympy as sp"),
            ("sp.stats.", "import sympy.stats"),
            ("", "\nimport verify"),
            ("gradient(", "from verify import gradient"),
            ("figure(" if called == ["figure"] else "check_lines(", f"from verify.notebook import {', '.join(called)}"),
        ]
        return [*(line for mark, line in wanted if mark in code), "", "%load_ext verify"]

    def summary(self) -> str:
        counts = self.page.counts
        if not counts:
            return ""
        listed = ", ".join(f"{MARKS[verdict]} {count} {verdict.value}" for verdict, count in counts.items())
        return f"{sum(counts.values())} claims checked: {listed}."

    # Given ------------------------------------------------------------------------------------------------------------

    def given(self) -> list[str]:
        page = self.page
        lines = [_declaration(each) for each in page.declarations]
        if page.definitions:
            lines.append(f"- {_listed(page.definitions)}")
        lines += [_declaration(each) for each in page.conditions]
        return ["**Given**", "\n".join(lines)] if lines else []

    def givens_as_code(self) -> list[str]:
        given = self.problem.given
        visible = [symbol for symbol in self.problem.definitions if symbol not in self.problem.spoilers]
        symbols = [*given.size_symbols, *(each.symbol for each in given.variables.values() if not each.is_array)]
        lines = self.names.declarations(symbols)
        if self.problem.definitions:
            lines.append("names = {}  # what names stand for")
        return [*lines, *self.definitions(visible)]

    def definitions(self, symbols: Sequence[Any]) -> list[str]:
        """The declarations of names, and what they stand for; nothing for one whose expression is not code."""
        lines = []
        for symbol in symbols:
            expression = self.problem.definitions[symbol]
            try:
                before = self.names.declarations(symbols_of(expression, symbol))
                lines += [*before, f"names[{self.names[symbol]}] = {self.names.code(expression)}"]
            except NoCode:
                continue
        return lines

    # Questions --------------------------------------------------------------------------------------------------------

    def section(self, section: Section, part: Part) -> Iterator[Cell]:
        options = "\n".join(f"- **{label}**: {text}" for label, text in section.options)
        asked = _asked(section.asked) if section.asked is not None else ""
        yield from _text(f"## ({section.name})", section.prompt, options, asked)
        yield from self.answer_cell(section)
        if not self.page.handout:
            yield from self.solution(section, part)

    def answer_cell(self, section: Section) -> Iterator[Cell]:
        if section.kind == "explanation":
            yield from _text("*Your answer:*")
            return
        hint = section.expects or "as text: Python or LaTeX"
        yield from _code(f'answer = ""  # {hint}', f'verify.check("{section.identifier}", answer)')

    def solution(self, section: Section, part: Part) -> Iterator[Cell]:
        definitions = f"Write {_listed(section.definitions)}." if section.definitions else ""
        lead = "**A full answer says**" if section.kind == "explanation" else "**Answer.**"
        spaced = "\n\n" if section.answer.startswith("- ") else " "
        answer = f"{lead}{spaced}{section.answer}" if section.answer else ""
        yield from _text("### Solution", definitions, answer)
        if part.derivation is not None:
            yield from self.derivation(section, part, part.derivation)
        yield from _text(_agreements(section.agreements))
        yield from _text(_mistakes(section.wrong_answers))
        yield from self.drawings(section.drawings)

    def derivation(self, section: Section, part: Part, derivation: Derivation) -> Iterator[Cell]:
        used = self.problem.expanded(*derivation.lines)
        new = [symbol for symbol in self.problem.definitions if symbol in used and symbol not in self.names]
        name = f"part_{part.name.replace('.', '_')}"
        try:
            lines = [*self.definitions(new), *self.names.declarations(symbols_of(*derivation.lines))]
            chain = [self.names.code(derivation.start)]
            chain += [
                f"({_quoted(step.relation)}, {self.names.code(step.expression)}, {_quoted(step.because)})"
                for step in derivation.steps
            ]
        except NoCode:
            yield from _text(_formulas(section))
            return
        call = [f"{name} = check_lines(", f"    {_quoted(self.page.identifier)},", *(f"    {line}," for line in chain)]
        yield from _code(*lines, *([""] if lines else []), *call, ")", name)
        for worked in section.worked:
            yield from self.worked(worked, part, name)

    def worked(self, worked: Worked, part: Part, name: str) -> Iterator[Cell]:
        instance = self.problem.instances.get(worked.name) or part.asks
        if not worked.lines or instance is None:
            return
        agrees = ""
        if worked.key is not None:
            agrees = f" The stated answer: {_badge(worked.key)}."
        yield from _text(f"**In numbers.**{agrees}")
        yield from _code(f"{name}.at({_values(part, instance)})")

    def drawings(self, drawings: Iterable[Drawing]) -> Iterator[Cell]:
        for drawing in drawings:
            yield from _code(f'figure("{self.page.identifier}", "{drawing.name}")')

    # The whole problem ------------------------------------------------------------------------------------------------

    def statements(self) -> Iterator[Cell]:
        true = [each for each in self.page.statements if not each.believed_false]
        false = [each for each in self.page.statements if each.believed_false]
        later = self.page.later_definitions
        written = f"Write {_listed(later)}." if later else ""
        if true:
            yield from _text("## What else holds", written, *map(_family, families(true)))
        if false:
            yield from _text("## Believed, but false", *map(_family, families(false)))


# Code -----------------------------------------------------------------------------------------------------------------


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False) if "\\" not in text or '"' in text else f'r"{text}"'


def _values(part: Part, instance: WorkedInstance) -> str:
    """The numbers that a part depends on, by name, as `Lines.at` reads them."""
    given = part.problem.given
    used = numbers_asked(part, instance) or instance.values
    sizes = {str(symbol) for symbol in given.size_symbols}
    named = {str(symbol): value for symbol, value in used.items()}
    shapes = {name for name, variable in given.variables.items() if variable.shape and name in named}
    listed = {name: _value(value, part, name) for name, value in named.items()}
    # A size follows from the shapes, where there are any.
    kept = {name: text for name, text in listed.items() if name not in sizes or not shapes}
    return ", ".join(f"{name}={text}" for name, text in kept.items())


def _value(value: Any, part: Part, name: str) -> str:
    if not isinstance(value, np.ndarray):
        return _number(value)
    rows = [[_number(entry) for entry in row] for row in value]
    if len(part.problem.given.variables[name].shape) == 1:
        return f"[{', '.join(row[0] for row in rows)}]"
    return f"[{', '.join('[' + ', '.join(row) + ']' for row in rows)}]"


def _number(value: Any) -> str:
    fraction = Fraction(value)
    return str(fraction.numerator) if fraction.denominator == 1 else f'"{fraction}"'


# Words ----------------------------------------------------------------------------------------------------------------


def _listed(formulas: Iterable[str]) -> str:
    return ", ".join(f"${formula}$" for formula in formulas)


def _declaration(declared: Declaration) -> str:
    return f"- ${declared.latex}$" + (f" ({declared.note})" if declared.note else "")


def _asked(asked: Worked) -> str:
    return f"{asked.text} {f'Take {_listed(asked.values)}.' if asked.values else ''}".strip()


def _badge(badge: Badge | None) -> str:
    return "not checked" if badge is None else f"{MARKS[badge.verdict]} {badge.text}"


def _formulas(section: Section) -> str:
    """A derivation whose lines are not code."""
    rows = [f"| ${line.relation} {line.latex}$ | {line.because} | {_badge(line.badge)} |" for line in section.lines[1:]]
    head = [f"| ${section.lines[0].latex}$ | because | checked |", "| :-- | :-- | :-- |"]
    return "\n".join([*head, *rows])


def _agreements(agreements: Sequence[Agreement]) -> str:
    lines = [f"- {what_agrees(each)} ({_badge(each.badge)})" for each in agreements]
    return "\n\n".join(["The same, computed independently:", "\n".join(lines)]) if lines else ""


def _mistakes(wrong: Sequence[WrongAnswer]) -> str:
    lines = [_mistake(slips) for slips in by_answer(wrong)]
    return _folded("If you got something else", "\n".join(lines)) if lines else ""


def _mistake(slips: Sequence[WrongAnswer]) -> str:
    got = f"{what_was_got(slips)} ".lstrip()
    return f"- {got}{' Or '.join(f'*{slip.name}*. {slip.feedback}' for slip in slips)}"


def _folded(summary: str, body: str) -> str:
    return f"<details>\n<summary>{html.escape(summary, quote=False)}</summary>\n\n{body}\n\n</details>"


def _family(statements: Sequence[Statement]) -> str:
    because = statements[0].because
    head = f"**{family_sentence(statements)}.** {because[:1].upper() + because[1:]}".strip()
    lead = head if head.endswith((".", "!", "?", ":", "*", "$$")) else f"{head}."
    if len(statements) > 1 and len({each.latex for each in statements}) > 1:
        return "\n\n".join([lead, *(f"$${each.latex}$$\n\n{_badge(each.badge)}" for each in statements)])
    formula = f"$${statements[0].latex}$$" if statements[0].latex else ""
    badges = ", ".join(dict.fromkeys(_badge(each.badge) for each in statements))
    return "\n\n".join(filter(None, [lead, formula, _counterexample(statements[0]), badges]))


def _counterexample(statement: Statement) -> str:
    found = statement.refutation
    if found is None:
        return ""
    at = f"{_listed(found.at)}, where " if found.at else ""
    return f"A counterexample: {at}${found.left} {found.relation} {found.right}$."


def _evidence(badges: Sequence[Badge]) -> str:
    if not badges:
        return ""
    rows = [
        f"| `{badge.claim}` | {MARKS[badge.verdict]} {badge.full_text} | {badge.method} | {badge.reason} |"
        for badge in badges
    ]
    head = "| claim | verdict | by | note |\n| :-- | :-- | :-- | :-- |"
    return _folded("How every claim was checked", "\n".join([LEGEND, "", head, *rows]))
