"""Prose: the text of authors, Markdown with ``$mathematics$``, as nodes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from docutils import nodes  # type: ignore[import-untyped]
from docutils.utils import new_document  # type: ignore[import-untyped]
from myst_parser.parsers.sphinx_ import MystParser

from verify.solution.prose import rendered

MATHEMATICS = (nodes.math, nodes.math_block)


@dataclass(frozen=True)
class Prose:
    """Turns texts into nodes; `settings` are those of the document they become part of."""

    settings: Any

    def blocks(self, text: str, place: str) -> list[nodes.Node]:
        """Paragraphs, lists and displayed mathematics; `place` is named when a formula cannot be typeset."""
        source = rendered(text, inline=_inline, display=_display)
        document = new_document(place, self.settings)
        MystParser().parse(re.sub(r"\n[ \t]*\n\s*\n", "\n\n", source).strip(), document)
        for node in document.findall(lambda each: isinstance(each, MATHEMATICS)):
            assert isinstance(node, nodes.Element)
            node["place"] = place
        return list(document.children)

    def line(self, text: str, place: str) -> list[nodes.Node]:
        """A text that stands within a line: the paragraph's content without the paragraph."""
        found: list[nodes.Node] = []
        for block in self.blocks(" ".join(text.split("\n")), place):
            found += block.children if isinstance(block, nodes.paragraph) else [block]
        return found


def _inline(latex: str) -> str:
    return f"${latex.strip()}$"


def _display(latex: str) -> str:
    return f"\n\n$$\n{latex.strip()}\n$$\n\n"
