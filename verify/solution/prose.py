r"""Prose: the text of authors, Markdown with ``$mathematics$``, taken apart into words, formulas and code."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

SPAN = re.compile(
    r"(?P<fence>^```.*?^```[ \t]*$)|(?P<code>`[^`\n]+`)|\$\$(?P<display>.+?)\$\$|(?<!\\)\$(?P<inline>[^$]+?)(?<!\\)\$",
    re.DOTALL | re.MULTILINE,
)

Kind = Literal["words", "inline", "display", "code"]


@dataclass(frozen=True)
class Span:
    """A stretch of a text: words and code as they were written, mathematics without its dollars."""

    kind: Kind
    content: str


def spans(text: str) -> Iterator[Span]:
    """The text of an author in order, as words, inline and display mathematics, and code."""
    position = 0
    for match in SPAN.finditer(text):
        if match.start() > position:
            yield Span("words", text[position : match.start()])
        if match["inline"] is not None:
            yield Span("inline", " ".join(match["inline"].split()))
        elif match["display"] is not None:
            yield Span("display", match["display"].strip())
        else:
            yield Span("code", match.group())
        position = match.end()
    if position < len(text):
        yield Span("words", text[position:])


def _unchanged(content: str) -> str:
    return content


def rendered(
    text: str,
    *,
    words: Callable[[str], str] = _unchanged,
    inline: Callable[[str], str] = _unchanged,
    display: Callable[[str], str] = _unchanged,
    code: Callable[[str], str] = _unchanged,
) -> str:
    """The text with every span passed through the function for its kind."""
    functions: dict[Kind, Callable[[str], str]] = {"words": words, "inline": inline, "display": display, "code": code}
    return "".join(functions[span.kind](span.content) for span in spans(text))


def formulas(text: str) -> list[str]:
    """The mathematics in a text, without its dollars."""
    return [span.content for span in spans(text) if span.kind in ("inline", "display")]
