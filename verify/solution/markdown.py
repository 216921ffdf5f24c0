r"""Markdown: a page as GitHub renders it.

Inline mathematics is written ``$`...`$``, the form that GitHub does not parse as Markdown first: no underscore, star,
backslash or neighbouring punctuation can break it.  Display mathematics stands in fenced blocks.  In a table a vertical
bar would end the cell, so it is written ``\vert``.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence

from verify.evidence import Verdict
from verify.solution.arrangement import by_answer, families, family_sentence, number_rows, what_agrees, what_was_got
from verify.solution.page import (
    Agreement,
    Badge,
    Declaration,
    Drawing,
    Line,
    Page,
    Section,
    Statement,
    Worked,
    WrongAnswer,
)
from verify.solution.plain import plain
from verify.solution.prose import rendered

MARKS = {
    Verdict.PROVED: "●",
    Verdict.SUPPORTED: "○",
    Verdict.REFUTED: "✗",
    Verdict.UNDECIDED: "?",
    Verdict.UNREADABLE: "?",
}
LEGEND = (
    "● proved: decided exactly, for what the words beside it say. "
    "○ supported: a search for a counterexample found none, and nothing was proved. "
    "✗ refuted: a counterexample is on record. ? undecided."
)
SHORT = 24  # characters in plain text that fit beside the right-hand side in one row
TALL = (r"\frac", r"\sum", r"\prod", r"\begin")


def to_markdown(page: Page, figures: str = "figures") -> str:
    """The page in GitHub's Markdown; `figures` is the folder of its drawings, relative to the page."""
    blocks = [f"# {prose(page.title)}"]
    if not page.handout:
        blocks.append(_summary(page))
    blocks += [prose(page.statement), *_given(page)]
    blocks += [_drawing(page, drawing, figures) for drawing in page.drawings]
    for section in page.sections:
        blocks += _section(page, section, figures)
    blocks += _statements(page)
    if not page.handout:
        blocks.append(_evidence(page.badges))
    blocks.append(f'Check an answer of yours: `verify check {page.sections[0].identifier} "your answer"`.')
    if page.source:
        blocks.append(f"*Source: {prose(page.source)}.*")
    return "\n\n".join(filter(None, blocks)) + "\n"


# Mathematics ----------------------------------------------------------------------------------------------------------


def inline(tex: str) -> str:
    """Mathematics within a line."""
    return f"$`{' '.join(tex.split())}`$"


def display(tex: str) -> str:
    """Mathematics on lines of its own."""
    return f"```math\n{tex}\n```"


def prose(text: str) -> str:
    """The text of an author, its mathematics in the form that GitHub cannot misread."""
    converted = rendered(text, inline=inline, display=lambda tex: f"\n\n{display(tex)}\n\n")
    return re.sub(r"\n[ \t]*\n\s*\n", "\n\n", converted).strip()


def cell(text: str) -> str:
    """A text that stands in a table: on one line, without a vertical bar."""
    converted = rendered(text, inline=_inline_cell, display=_inline_cell)
    return " ".join(_escaped_bars(converted).split())


def _inline_cell(tex: str) -> str:
    return inline(_without_bars(tex))


def _math_cell(tex: str) -> str:
    if not tex:
        return ""
    tex = _without_bars(tex)
    return inline(rf"\displaystyle {tex}" if any(mark in tex for mark in TALL) else tex)


def _without_bars(tex: str) -> str:
    return tex.replace(r"\|", r"\Vert ").replace("|", r"\vert ")


def _escaped_bars(text: str) -> str:
    return re.sub(r"(?<!\\)\|", r"\\|", text)


def _table(header: Sequence[str], rows: Iterable[Sequence[str]], alignment: str = "") -> str:
    rules = {"l": ":--", "r": "--:", "c": ":-:"}
    marks = [rules[letter] for letter in alignment or "l" * len(header)]
    lines = [header, marks, *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _folded(summary: str, body: str) -> str:
    return f"<details>\n<summary>{html.escape(summary, quote=False)}</summary>\n\n{body}\n\n</details>"


def badge_text(badge: Badge | None) -> str:
    """The mark and the words for a verdict."""
    return "not checked" if badge is None else f"{MARKS[badge.verdict]} {cell(badge.text)}"


# The parts of a page --------------------------------------------------------------------------------------------------


def _summary(page: Page) -> str:
    total = len(page.badges)
    if not total:
        return ""
    listed = ", ".join(f"{MARKS[verdict]} {count} {verdict.value}" for verdict, count in page.counts.items())
    return f"{total} claims checked: {listed}."


def _given(page: Page) -> list[str]:
    lines = [_declaration(each) for each in page.declarations]
    if page.definitions:
        lines.append(f"- {', '.join(map(inline, page.definitions))}")
    lines += [_declaration(each) for each in page.conditions]
    return ["**Given**", "\n".join(lines)] if lines else []


def _declaration(declared: Declaration) -> str:
    return f"- {inline(declared.latex)}{f' ({prose(declared.note)})' if declared.note else ''}"


def _section(page: Page, section: Section, figures: str) -> list[str]:
    blocks = [f"## ({section.name})", prose(section.prompt)]
    if section.options:
        blocks.append("\n".join(f"- **{label}**: {prose(text)}" for label, text in section.options))
    if section.asked is not None:
        blocks.append(_numbers_asked(section.asked))
    if page.handout:
        return blocks
    blocks.append(_written(section.definitions))
    if section.answer:
        lead = "**A full answer says**" if section.kind == "explanation" else "**Answer.**"
        blocks.append(f"{lead}{_spaced_answer(section.answer)}")
    blocks += [_derivation(section.lines)]
    blocks += [_worked(worked) for worked in section.worked]
    blocks += [_agreements(section.agreements), _wrong_answers(section.wrong_answers)]
    blocks += [_drawing(page, drawing, figures) for drawing in section.drawings]
    return blocks


def _written(definitions: Sequence[str]) -> str:
    return f"Write {', '.join(map(inline, definitions))}." if definitions else ""


def _spaced_answer(answer: str) -> str:
    text = prose(answer)
    return f"\n\n{text}" if text.startswith(("- ", "```")) else f" {text}"


def _numbers_asked(asked: Worked) -> str:
    numbers = ", ".join(map(inline, asked.values))
    text = prose(asked.text)
    return f"{text} {f'Take {numbers}.' if numbers else ''}".strip()


def _derivation(lines: Sequence[Line]) -> str:
    if not lines:
        return ""
    first, *rest = lines
    if not rest:
        return display(first.latex)
    beside = [
        (_math_cell(f"{line.relation} {line.latex}"), cell(line.because), badge_text(line.badge)) for line in rest
    ]
    if len(plain(first.latex)) > SHORT:
        return _table(("", "because", "checked"), [(_math_cell(first.latex), "", ""), *beside])
    left = [_math_cell(first.latex), *("" for _ in rest[1:])]
    rows = [(start, *others) for start, others in zip(left, beside, strict=True)]
    return _table(("", "", "because", "checked"), rows, "rlll")


def _worked(worked: Worked) -> str:
    if not worked.lines:
        return ""
    numbers = ", ".join(map(inline, worked.values))
    lead = f"**In numbers**{f', with {numbers}' if numbers else ''}:"
    return "\n\n".join(filter(None, [lead, display(number_chain(worked)), _published(worked)]))


def _published(worked: Worked) -> str:
    if worked.key is None:
        return ""
    if worked.key.verdict.passed:
        return f"The stated answer agrees ({MARKS[worked.key.verdict]} {worked.key.verdict.value})."
    return f"The stated answer: {badge_text(worked.key)}."


def number_chain(worked: Worked) -> str:
    """The lines of a derivation in numbers: one chain down to the value where all lines come to the same."""
    rows = number_rows(worked)
    if len(rows) == 1:
        return rows[0]
    body = " \\\\\n".join(f"&{row}" for row in rows)
    return f"\\begin{{aligned}}\n{body}\n\\end{{aligned}}"


def _agreements(agreements: Sequence[Agreement]) -> str:
    if not agreements:
        return ""
    listed = "\n".join(f"- {prose(what_agrees(each))} ({badge_text(each.badge)})" for each in agreements)
    return f"The same, computed independently:\n\n{listed}"


def _wrong_answers(wrong: Sequence[WrongAnswer]) -> str:
    if not wrong:
        return ""
    return _folded("If you got something else", "\n".join(map(_wrong_answer, by_answer(wrong))))


def _wrong_answer(slips: Sequence[WrongAnswer]) -> str:
    got = f"{prose(what_was_got(slips))} ".lstrip()
    told = " Or ".join(f"*{prose(slip.name)}*. {prose(slip.feedback)}" for slip in slips)
    return f"- {got}{told}"


def _statements(page: Page) -> list[str]:
    true = [each for each in page.statements if not each.believed_false]
    false = [each for each in page.statements if each.believed_false]
    blocks = []
    if true:
        blocks += ["## What else holds", _written(page.later_definitions), *_families(true)]
    if false:
        blocks += ["## Believed, but false", *_families(false)]
    return blocks


def _families(statements: Sequence[Statement]) -> list[str]:
    """Statements one by one; those of a family share one table."""
    return [_family(group) if len(group) > 1 else _statement(group[0]) for group in families(statements)]


def _family(statements: Sequence[Statement]) -> str:
    lead = _lead(family_sentence(statements), statements[0].because)
    if len({each.latex for each in statements}) == 1:
        badges = ", ".join(dict.fromkeys(badge_text(each.badge) for each in statements))
        return "\n\n".join(filter(None, [lead, display(statements[0].latex) if statements[0].latex else "", badges]))
    rows = [(_math_cell(each.latex), badge_text(each.badge)) for each in statements]
    return f"{lead}\n\n{_table(('', 'checked'), rows)}"


def _lead(sentence: str, because: str) -> str:
    text = prose(because)
    head = f"**{sentence}.** {text[:1].upper() + text[1:]}".strip()
    return head if head.endswith((".", "!", "?", ":", "*", "```")) else f"{head}."


def _statement(statement: Statement) -> str:
    blocks = [_lead(statement.sentence, statement.because), display(statement.latex) if statement.latex else ""]
    if statement.refutation is not None:
        found = statement.refutation
        at = f"{', '.join(map(inline, found.at))}, where " if found.at else ""
        blocks.append(f"A counterexample: {at}{inline(f'{found.left} {found.relation} {found.right}')}.")
    blocks.append(badge_text(statement.badge))
    return "\n\n".join(filter(None, blocks))


def _drawing(page: Page, drawing: Drawing, figures: str) -> str:
    stem = f"{figures}/{page.identifier}-{drawing.name}"
    alternative = html.escape(" ".join(drawing.alternative.split()))
    return (
        f'<picture>\n  <source media="(prefers-color-scheme: dark)" srcset="{stem}-dark.svg">\n'
        f'  <img alt="{alternative}" src="{stem}-light.svg">\n</picture>\n\n{prose(drawing.caption)}'
    )


def _evidence(badges: Sequence[Badge]) -> str:
    if not badges:
        return ""
    rows = [
        (f"`{badge.claim}`", f"{MARKS[badge.verdict]} {cell(badge.full_text)}", cell(badge.method), cell(badge.reason))
        for badge in badges
    ]
    table = _table(("claim", "verdict", "by", "note"), rows)
    return _folded("How every claim was checked", f"{LEGEND}\n\n{table}")
