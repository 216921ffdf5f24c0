"""Notebook: what the cells of a solution's notebook call: a derivation checked line by line, and the figures.

Every line is proved where it can be, and searched for a counterexample among instances of the problem's givens: the
same crosscheck as that of the lines in problem files.
"""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from typing import Any

from verify.cards import card, verdict_html
from verify.catalog import load
from verify.claims import claim_of_step, needs_of
from verify.crosscheck import crosscheck
from verify.derivation import Derivation
from verify.errors import UnknownName
from verify.evidence import Evidence, compact
from verify.instance import WorkedInstance
from verify.problem import Problem
from verify.solution.figures import SCHEMES, svg
from verify.solution.latex import latex
from verify.solution.numbers import value_latex
from verify.solution.page import SIGNS, badge_of
from verify.solution.plain import plain, plain_prose
from verify.solution.prose import rendered

VERTICAL = r"\vert "
EMPHASIS = re.compile(r"\*([^*]+)\*")


def check_lines(problem: str | Path, *chain: Any) -> Lines:
    """The lines of a derivation over the givens of a problem, each with the evidence for it.

    - `problem`: the identifier of a problem, or the path of its file.
    - `chain`: the first expression, then ``("=", expression, "reason")`` for each line, as in problem files.

    Raises `ProblemError` for a malformed line or a symbol that the problem does not know.
    """
    loaded = load(problem)
    derivation = Derivation.parse(loaded.id, chain, loaded.known_symbols())
    declared = [*loaded.given.symbols().values(), *loaded.definitions]
    rows, previous = [Row(latex(derivation.start, declared))], derivation.start
    for number, step in enumerate(derivation.steps, 1):
        claim = claim_of_step(f"line-{number}", previous, step)
        formula = f"{SIGNS[step.relation]} {latex(step.expression, declared)}"
        evidence = crosscheck(loaded, replace(claim, needs=needs_of(loaded, claim)))
        rows.append(Row(formula, step.because, evidence))
        previous = step.expression
    return Lines(tuple(rows), loaded, derivation)


def figure(problem: str | Path, name: str) -> Drawn:
    """A figure of a problem, in the colours of the page it is shown on.

    Raises `UnknownName` where the problem has no figure of that name.
    """
    loaded = load(problem)
    figures = {each.name: each for each in loaded.figures}
    if name not in figures:
        raise UnknownName("figure", name, figures)
    chosen = figures[name]
    return Drawn(chosen.caption, chosen.alternative, tuple(svg(chosen, scheme) for scheme in SCHEMES))


@dataclass(frozen=True)
class Row:
    """A line as it is shown: its formula as LaTeX, what stands beside it, and the evidence where there is some."""

    latex: str
    note: str = ""
    evidence: Evidence | None = None


@dataclass(frozen=True)
class Lines:
    """The lines of a derivation with what was found for each; true where every line stands."""

    rows: tuple[Row, ...]
    problem: Problem
    derivation: Derivation

    def __bool__(self) -> bool:
        return all(row.evidence.verdict.passed for row in self.rows if row.evidence is not None)

    def at(self, **values: Any) -> Lines:
        """The exact value of every line for some numbers: integers, fractions as ``"1/2"``, nested lists.

        Raises `ProblemError` for a name that the problem does not declare, and for numbers that are not exact.
        """
        exact = self.problem.exact_values(f"{self.problem.id}, the numbers", values)
        instance = WorkedInstance("numbers", exact)
        found = (value_latex(self.problem, line, instance) for line in self.derivation.lines)
        rows = (
            Row(row.latex, "has no value for these numbers" if value is None else f"$= {value}$")
            for row, value in zip(self.rows, found, strict=True)
        )
        return replace(self, rows=tuple(rows))

    def __str__(self) -> str:
        cells = [(plain(row.latex), plain_prose(row.note), _told(row.evidence)) for row in self.rows]
        return "\n".join("   ".join(filter(None, cell)) for cell in cells)

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        return {"text/plain": str(self), "text/markdown": self.markdown(), "text/html": self.html()}

    def markdown(self) -> str:
        """A table, its mathematics in dollars."""
        rows = [
            f"| {_cell(f'${row.latex}$')} | {_cell(row.note)} | {_cell(_told(row.evidence))} |" for row in self.rows
        ]
        return "\n".join(["| | | |", "| :-- | :-- | :-- |", *rows])

    def html(self) -> str:
        """A card with a table; the notebook typesets what stands in dollars."""
        rows = "".join(
            f"<tr><td>{_math(row.latex)}</td>"
            f'<td class="verify-faint">{_html(row.note)}</td><td>{_badge(row.evidence)}</td></tr>'
            for row in self.rows
        )
        return card(f"<table>{rows}</table>")


@dataclass(frozen=True)
class Drawn:
    """A figure as a notebook shows it: two drawings, for light and dark pages, and words for what they show."""

    caption: str
    alternative: str
    drawings: tuple[bytes, ...]

    def __str__(self) -> str:
        return f"{plain_prose(self.caption)}\n{self.alternative}"

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        return {"text/plain": str(self), "image/svg+xml": self.drawings[0].decode(), "text/html": self.html()}

    def html(self) -> str:
        """A card with the drawing for the scheme of the page."""
        images = "".join(
            f'<img class="verify-{scheme}" alt="{escape(self.alternative)}" '
            f'src="data:image/svg+xml;base64,{b64encode(drawing).decode()}">'
            for scheme, drawing in zip(SCHEMES, self.drawings, strict=True)
        )
        return card(f"{images}<p>{_html(self.caption)}</p>")


def _told(evidence: Evidence | None) -> str:
    """The verdict in words, and where a line does not hold."""
    badge = badge_of(evidence)
    return "" if badge is None else ": ".join(filter(None, [plain_prose(badge.text), _where(evidence)]))


def _where(evidence: Evidence | None) -> str:
    """The counterexample of a line that does not hold."""
    found = evidence.counterexample if evidence is not None and not evidence.verdict.passed else None
    if found is None:
        return ""
    at = ", ".join(f"{name} = {compact(value)}" for name, value in found.at.items())
    return f"at {at} the line above is {compact(found.left)}, this one {compact(found.right)}"


def _badge(evidence: Evidence | None) -> str:
    badge = badge_of(evidence)
    if badge is None:
        return ""
    where = _where(evidence)
    return verdict_html(badge.verdict, plain_prose(badge.text)) + (f"<br>{escape(where)}" if where else "")


def _html(text: str) -> str:
    """The prose of an author; the notebook typesets what stands in dollars."""
    return rendered(
        text,
        words=lambda words: EMPHASIS.sub(r"<em>\1</em>", escape(words)),
        inline=lambda tex: f"${escape(tex)}$",
        display=lambda tex: f"$${escape(tex)}$$",
        code=lambda code: f"<code>{escape(code.strip('`'))}</code>",
    )


def _math(latex: str) -> str:
    tall = rf"\displaystyle {latex}"
    return f"${escape(tall)}$"


def _cell(text: str) -> str:
    """A text within a table of Markdown, whose cells a vertical bar would end."""
    return rendered(
        text, words=lambda words: words.replace("|", r"\|"), inline=lambda tex: f"${tex.replace('|', VERTICAL)}$"
    )
