"""Terminal: a page as ``verify show`` prints it, with mathematics on one line each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from verify.evidence import Evidence, Verdict
from verify.solution.arrangement import what_agrees, what_was_got
from verify.solution.markdown import MARKS
from verify.solution.numbers import exact_sympy
from verify.solution.page import Badge, Page, Section, Statement, Worked, numbers_asked, page_of
from verify.solution.plain import plain, plain_prose

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from verify.instance import WorkedInstance
    from verify.problem import Problem

COLOURS = {
    Verdict.PROVED: "green",
    Verdict.SUPPORTED: "cyan",
    Verdict.REFUTED: "red",
    Verdict.UNDECIDED: "yellow",
    Verdict.UNREADABLE: "yellow",
}
FENCE = "```python"
INDENT = 4
SHORT = 28  # characters that fit beside the right-hand side in one row


def print_solution(problem: Problem, evidence: Iterable[Evidence], *, handout: bool = False) -> None:
    """Print the worked solution of a problem, or its handout."""
    show(page_of(problem, evidence, handout=handout))


def print_variant(problem: Problem, instance: WorkedInstance, seed: int, *, solution: bool = False) -> None:
    """Print the questions of a problem with the numbers of a variant, and their solution where it is asked for."""
    page = page_of(problem, handout=not solution, variant=instance)
    show(replace(page, identifier=f"{problem.id}, variant {seed}"))


def variant_json(problem: Problem, instance: WorkedInstance, seed: int, *, solution: bool = False) -> dict[str, Any]:
    """The questions of a variant as plain data, each with the numbers it depends on; with the answers if asked for."""
    asking = [part for part in problem.parts.values() if part.asks is not None] or list(problem.parts.values())
    # A given that no question with numbers depends on may be an answer, such as the filter that made the output.
    values = {symbol: value for part in asking for symbol, value in numbers_asked(part, instance).items()}
    parts = []
    for part in problem.parts.values():
        row: dict[str, Any] = {"part": part.identifier, "prompt": part.prompt}
        if solution:
            answer = exact_sympy(problem, part.answer, instance) if part.derivation is not None else None
            kind = part.answer_at(instance)
            row["answer"] = kind.shown() if kind is not None else None if answer is None else _as_json(answer)
        parts.append(row)
    plain_values = {str(symbol): _as_json(value) for symbol, value in values.items()}
    return {"problem": problem.id, "seed": seed, "values": plain_values, "parts": parts}


def _as_json(value: Any) -> Any:
    """An exact value as JSON has it: a whole number, a fraction as text, or nested lists; a column is a flat list."""
    rows = value.tolist() if hasattr(value, "tolist") else value
    if isinstance(rows, list):
        flat = all(len(row) == 1 for row in rows)
        return [_as_json(row[0]) for row in rows] if flat else [[_as_json(entry) for entry in row] for row in rows]
    return int(rows) if str(rows).lstrip("-").isdigit() else str(rows)


def show(page: Page, console: Console | None = None) -> None:
    """Print the page; colours and width are those of the console, by default standard output."""
    from rich.console import Console

    out = console or Console(highlight=False)
    for block in renderables(page):
        out.print(block)


def renderables(page: Page) -> Iterable[RenderableType]:
    """The page as Rich renderables, top to bottom."""
    from rich.padding import Padding
    from rich.text import Text

    yield Text(plain_prose(page.title), style="bold")
    yield Text(page.identifier, style="dim")
    yield Text(f"\n{_flowing(page.statement)}\n")
    given = [*page.declarations, *page.conditions]
    for declared in given:
        note = f"   ({plain_prose(declared.note)})" if declared.note else ""
        yield Padding.indent(Text(f"{plain(declared.latex)}{note}"), INDENT)
    for definition in page.definitions:
        yield Padding.indent(Text(plain(definition)), INDENT)
    for section in page.sections:
        yield from _section(section, handout=page.handout)
    for definition in page.later_definitions:
        yield Padding.indent(Text(f"write {plain(definition)}"), INDENT)
    for statement in page.statements:
        yield from _statement(statement)
    if page.badges:
        counts = ", ".join(f"{count} {verdict.value}" for verdict, count in page.counts.items())
        yield Text(f"\n{len(page.badges)} claims: {counts}", style="bold")


def badge_text(badge: Badge | None) -> str:
    """A verdict with its mark."""
    return "" if badge is None else f"{MARKS[badge.verdict]} {plain_prose(badge.text)}"


def _section(section: Section, *, handout: bool) -> Iterable[RenderableType]:
    from rich.padding import Padding
    from rich.text import Text

    yield Text(f"\n({section.name})  {_flowing(section.prompt)}", style="bold")
    for label, text in section.options:
        yield Padding.indent(Text(f"{label}: {plain_prose(text)}"), INDENT)
    if section.asked is not None:
        numbers = ", ".join(map(plain, section.asked.values))
        yield Padding.indent(Text(f"{plain_prose(section.asked.text)} {numbers}".strip()), INDENT)
    if handout:
        return
    for definition in section.definitions:
        yield Padding.indent(Text(f"write {plain(definition)}"), INDENT)
    if section.answer:
        yield Padding.indent(_answer(section.answer), INDENT)
    if section.lines:
        yield Padding.indent(_derivation(section), INDENT)
    for worked in section.worked:
        yield Padding.indent(Text(_worked(worked)), INDENT)
    for agreement in section.agreements:
        told = plain_prose(what_agrees(agreement))
        yield Padding.indent(_with_verdict(f"agrees with {told}", agreement.badge), INDENT)
    for wrong in section.wrong_answers:
        got = plain_prose(what_was_got([wrong])) or "If you made this mistake:"
        told = f"{got} {plain_prose(wrong.name)}. {_flowing(wrong.feedback)}"
        yield Padding.indent(Text(told, style="dim"), INDENT)


def _answer(answer: str) -> RenderableType:
    """An answer in words, or the code between its fences, which is not prose."""
    from rich.syntax import Syntax
    from rich.text import Text

    code = answer.strip()
    if not (code.startswith(FENCE) and code.endswith("```")):
        return Text(plain_prose(answer))
    return Syntax(code.removeprefix(FENCE).removesuffix("```").strip(), "python", theme="ansi_light", word_wrap=True)


def _derivation(section: Section) -> RenderableType:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    for justify in ("right", "left", "left", "left"):
        table.add_column(justify=justify)
    first, *rest = section.lines
    left = plain(first.latex)
    if len(left) > SHORT or not rest:
        table.add_row("", Text(left), "", "")
        left = ""
    for line in rest:
        table.add_row(
            Text(left),
            Text(plain(f"{line.relation} {line.latex}"), style="bold"),
            Text(_flowing(line.because), style="italic"),
            _verdict(line.badge),
        )
        left = ""
    return table


def _verdict(badge: Badge | None) -> RenderableType:
    from rich.text import Text

    return Text(badge_text(badge), style="" if badge is None else COLOURS[badge.verdict])


def _with_verdict(text: str, badge: Badge | None) -> RenderableType:
    from rich.text import Text

    style = "" if badge is None else COLOURS[badge.verdict]
    return Text.assemble(text, "  ", (badge_text(badge), style))


def _worked(worked: Worked) -> str:
    numbers = ", ".join(map(plain, worked.values))
    forms = [line.substituted for line in worked.lines if line.substituted]
    chain = [*dict.fromkeys(map(plain, forms)), *([plain(worked.lines[-1].value)] if worked.lines else [])]
    return f"with {numbers}: {' = '.join(chain)}" if numbers else " = ".join(chain)


def _statement(statement: Statement) -> Iterable[RenderableType]:
    from rich.padding import Padding
    from rich.text import Text

    belief = "Believed, but false: " if statement.believed_false else ""
    yield Text(f"\n{belief}{statement.sentence}", style="bold")
    if statement.because:
        yield Padding.indent(Text(_flowing(statement.because)), INDENT)
    if statement.latex:
        yield Padding.indent(Text(plain(statement.latex), style="bold"), INDENT)
    if statement.refutation is not None:
        found = statement.refutation
        where = plain(f"{found.left} {found.relation} {found.right}")
        yield Padding.indent(Text(f"at {', '.join(map(plain, found.at))}: {where}" if found.at else where), INDENT)
    yield Padding.indent(_verdict(statement.badge), INDENT)


def _flowing(text: str) -> str:
    """The text of an author with its line breaks left to the terminal; blank lines and displays stay."""
    paragraphs = plain_prose(text).split("\n\n")
    lines = ["\n".join(_joined(paragraph)) for paragraph in paragraphs]
    return "\n\n".join(filter(None, lines)).strip()


def _joined(paragraph: str) -> list[str]:
    result: list[str] = []
    for line in filter(str.strip, paragraph.splitlines()):
        apart = line.startswith((" ", "-", "*")) or (result and result[-1].startswith(" "))
        if result and not apart:
            result[-1] += f" {line}"
        else:
            result.append(line)
    return result
