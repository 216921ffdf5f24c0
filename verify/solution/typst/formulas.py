r"""Formulas: LaTeX as Typst's mathematics, all formulas of a document in one run of Node.

While a document is written its formulas are marks; `Formulas.settled` puts Typst in their place.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from verify.errors import VerifyError
from verify.solution.npm import node
from verify.solution.plain import plain

SCRIPT = Path(__file__).parent / "formulas.mjs"
MARK = re.compile("\ue000(\\d+)\ue001")
# What the converter does not know, or sets otherwise, in terms of what it does.  An upright word is an operator.
REWRITTEN = (
    (re.compile(r"(?:\\left)?\s*\\lVert(?![A-Za-z])"), r"\\left\\|"),
    (re.compile(r"(?:\\right)?\s*\\rVert(?![A-Za-z])"), r"\\right\\|"),
    (re.compile(r"(?:\\left)?\s*\\lvert(?![A-Za-z])"), r"\\left|"),
    (re.compile(r"(?:\\right)?\s*\\rvert(?![A-Za-z])"), r"\\right|"),
    (re.compile(r"(?<!\\)(?<!\\left)(?<!\\right)\|([^|]+)(?<!\\)(?<!\\left)(?<!\\right)\|"), r"\\left|\1\\right|"),
    (re.compile(r"\\mathrm\s*\{([A-Za-z]{2,})\}"), r"\\operatorname{\1}"),
)

# What Typst does not know, or sets otherwise: the d of dy/dw with a gap before it, symbols by the names they had once,
# and an interval after a symbol, as in x in(0, 1], taken for the arguments of a function.
MENDED = (
    (re.compile(r"\bdif\b"), "upright(d)"),
    (re.compile(r"\b(plus|minus|times|dot)\.circle\b"), r"\1.o"),
    (re.compile(r"\b(in|in\.not|subset|subset\.eq|union|inter|without|times|times\.o|plus\.minus)(?=\()"), r"\1 "),
)


class FormulaRefused(VerifyError):
    """A formula that cannot be typeset: where it stands, its LaTeX, and what the converter or Typst said."""

    def __init__(self, place: str, latex: str, said: str) -> None:
        self.place, self.latex, self.said = place, latex, said
        super().__init__(
            f"{place}: cannot typeset ${latex}$: {said.strip()}. Write it with macros that KaTeX and tex2typst know"
        )


@dataclass(frozen=True)
class Formula:
    """A formula of a document: its LaTeX, the function of ``design.typ`` that sets it, and where it stands."""

    latex: str
    style: str
    place: str


@dataclass
class Formulas:
    """The formulas of one document, in order."""

    found: list[Formula] = field(default_factory=list)

    def inline(self, latex: str, place: str) -> str:
        """The mark of a formula within a line."""
        return self._mark(Formula(latex, "inlined", place))

    def display(self, latex: str, place: str) -> str:
        """The mark of a formula with tall fractions and sums."""
        return self._mark(Formula(latex, "displayed", place))

    def shown(self, latex: str, place: str) -> str:
        """The mark of a formula on lines of its own."""
        return self._mark(Formula(latex, "shown", place))

    def _mark(self, formula: Formula) -> str:
        self.found.append(formula)
        return f"\ue000{len(self.found) - 1}\ue001"

    def settled(self, texts: Iterable[str]) -> list[str]:
        """The texts with Typst in the place of marks; raises `FormulaRefused`."""
        different = list(dict.fromkeys(self.found))
        typst = dict(zip(different, map(called, different, converted(different)), strict=True))
        return [MARK.sub(lambda match: typst[self.found[int(match[1])]], text) for text in texts]


def converted(formulas: Iterable[Formula]) -> list[str]:
    """Typst's mathematics for each formula, without dollars; raises `FormulaRefused`."""
    listed = list(formulas)
    texts = json.dumps([_replaced(each.latex, REWRITTEN) for each in listed])
    answers = json.loads(node(SCRIPT, texts))
    for formula, answer in zip(listed, answers, strict=True):
        if "error" in answer:
            raise FormulaRefused(formula.place, formula.latex, answer["error"])
    return [_replaced(" ".join(answer["typst"].split()), MENDED) for answer in answers]


def called(formula: Formula, typst: str) -> str:
    """The formula as markup, with its words for those who listen."""
    return f"#{formula.style}({string(plain(formula.latex))}, ${typst}$);"


def string(text: str) -> str:
    """A text as a string literal of Typst."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'


def _replaced(text: str, replacements: tuple[tuple[re.Pattern[str], str], ...]) -> str:
    for pattern, replacement in replacements:
        text = pattern.sub(replacement, text)
    return text
