r"""Prose: the Markdown of authors as Typst's markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import takewhile
from typing import TYPE_CHECKING

from verify.errors import VerifyError
from verify.solution.prose import rendered
from verify.solution.typst.formulas import Formulas, string

if TYPE_CHECKING:
    from markdown_it.token import Token

SPECIAL = re.compile(r"[\\#$*_`<>@=\-+/~\[\]]")
ENUMERATED = re.compile(r"(\d+)([.)])(?=\s)")
ADDRESS = re.compile(r"https?://[^\s,;)]+")
BRACKETS = {"em_open": "#emph[", "strong_open": "#strong[", "em_close": "];", "strong_close": "];"}
BREAKS = {"softbreak": "\n", "hardbreak": " \\\n"}
LISTS = {"bullet_list_open": "list", "ordered_list_open": "enum"}


class MarkdownNotTypeset(VerifyError):
    """Markdown of a kind that a printed page has no form for, such as a picture in the text."""

    def __init__(self, place: str, kind: str) -> None:
        super().__init__(
            f"{place}: cannot typeset Markdown of the kind {kind!r}; use paragraphs, lists, emphasis, code"
        )


def markup(text: str, place: str, formulas: Formulas) -> str:
    """The text of an author, its paragraphs, lists, emphasis, code and mathematics, as Typst's markup."""
    from markdown_it import MarkdownIt

    marked = rendered(
        text,
        inline=lambda tex: formulas.inline(tex, place),
        display=lambda tex: f"\n\n{formulas.shown(tex, place)}\n\n",
    )
    parser = MarkdownIt("commonmark", {"html": False})
    return "".join(_blocks(iter(parser.parse(marked)), place)).strip()


def line(text: str, place: str, formulas: Formulas) -> str:
    """The text of an author that stands within a line."""
    return " ".join(markup(text, place, formulas).split())


def escaped(text: str) -> str:
    """Words as markup that shows them; addresses become links."""
    pieces, position = [], 0
    for match in ADDRESS.finditer(text):
        pieces += [_escaped_words(text[position : match.start()]), f"#link({string(match.group())});"]
        position = match.end()
    return "".join([*pieces, _escaped_words(text[position:])])


def _escaped_words(text: str) -> str:
    return ENUMERATED.sub(r"\1\\\2", SPECIAL.sub(r"\\\g<0>", text))


def _blocks(tokens: Iterator[Token], place: str) -> Iterator[str]:
    for token in tokens:
        if token.type == "inline":
            yield _inline(token.children or (), place)
        elif token.type in LISTS:
            inside = _until(tokens, token)
            yield f"#{LISTS[token.type]}(\n{''.join(_items(inside, place))});\n\n"
        elif token.type in ("fence", "code_block"):
            language = f"lang: {string(token.info.strip())}, " if token.info.strip() else ""
            yield f"#raw(block: true, {language}{string(token.content.rstrip())});\n\n"
        elif token.type == "paragraph_close":
            yield "\n\n"
        elif token.type != "paragraph_open":
            raise MarkdownNotTypeset(place, token.type.removesuffix("_open"))


def _items(tokens: list[Token], place: str) -> Iterator[str]:
    remaining = iter(tokens)
    for token in remaining:
        content = "".join(_blocks(iter(_until(remaining, token)), place)).strip()
        yield f"[{content}],\n"


def _until(tokens: Iterator[Token], opening: Token) -> list[Token]:
    """The tokens up to the one that closes what `opening` opens."""
    closing = opening.type.replace("_open", "_close")
    return list(takewhile(lambda token: not (token.type == closing and token.level == opening.level), tokens))


def _inline(tokens: Iterable[Token], place: str) -> str:
    pieces, links = [], 0
    for token in tokens:
        if token.type == "text":
            pieces.append(escaped(token.content) if not links else _escaped_words(token.content))
        elif token.type == "code_inline":
            pieces.append(f"#raw({string(token.content)});")
        elif token.type == "link_open":
            links += 1
            pieces.append(f"#link({string(str(token.attrs['href']))})[")
        elif token.type == "link_close":
            links -= 1
            pieces.append("];")
        elif token.type in BRACKETS or token.type in BREAKS:
            pieces.append(BRACKETS.get(token.type) or BREAKS[token.type])
        else:
            raise MarkdownNotTypeset(place, token.type)
    return "".join(pieces)
