"""Tokens of the Python-like syntax, which is also what people type without thinking of a syntax: `2wu_2 + sin x^2`."""

import re
from itertools import pairwise

from verify.errors import ReadingError
from verify.notation.tokens import (
    CLOSING,
    COMMA_DIGITS,
    FRACTION_CLASS,
    GREEK_CLASS,
    NUMBER,
    OPENING,
    SIGN_KINDS,
    SUBSCRIPT_CLASS,
    SUPERSCRIPT_CLASS,
    Token,
    expand,
    unexpected,
)

_SUBSCRIPT = rf"(?:_\{{[^{{}}]*\}}|_[A-Za-z0-9{GREEK_CLASS}]+|[{SUBSCRIPT_CLASS}]+)*"
_TOKEN = re.compile(
    rf"""\s*(?:
    ([A-Za-z][A-Za-z0-9]*{_SUBSCRIPT}'*|[{GREEK_CLASS}][0-9]*{_SUBSCRIPT}'*)
    |({COMMA_DIGITS})
    |({NUMBER})
    |(\*\*|[<>=!]=|:=|->|//|<>|=<|=>|&&|\.T(?![A-Za-z0-9_])|(?<=[)\]])'
        |[-+*/^(){{}}\[\]|,;=<>!%@≤≥≠√∛∜∞±∓∪∩∖∅∈∂∇⊙∘°‖⌊⌋⌈⌉⟨⟩∧∨∑∏])
    |([{SUPERSCRIPT_CLASS}]+)
    |([{FRACTION_CLASS}])
    |([^\s])
    )""",
    re.VERBOSE,
)
_KINDS = (None, "name", "commas", "number", "sign", "superscript", "fraction", "other")
_WORDS = {"and": "and", "or": "or", "AND": "and", "OR": "or"}
_SIGNS = SIGN_KINDS | {"{": "\\{", "}": "\\}", ".T": "transpose", "//": "//", "&&": "and"}
_RADIX = re.compile(r"0[xXbBoO][0-9a-fA-F]|\d_\d")


def tokenise(text: str) -> list[Token]:
    """The tokens of a Python-like text, ending with one of kind ``end``."""
    radix = _RADIX.search(text)
    if radix and not text[: radix.start()][-1:].isalnum():
        raise ReadingError(f"{radix.group()!r}: only decimal numbers are read", radix.start(), text)
    tokens: list[Token] = []
    append = tokens.append
    depth = 0
    for match in _TOKEN.finditer(text):
        index = match.lastindex or 0
        first, last = match.span(index)
        found = match.group(index)
        if index == 4:
            kind = _SIGNS.get(found, found)
            depth += (kind in OPENING) - (kind in CLOSING)
            append((kind, found, first, last))
        elif index == 1:
            append((_WORDS.get(found, "name"), found, first, last))
        elif index == 3:
            append(("number", found, first, last))
        elif index == 7:
            raise unexpected(found, first, text)
        elif index == 2 and depth <= 0:
            append(("commas", found, first, last))
        elif index == 6:
            append(("fraction", found, first, last))
        else:
            tokens += expand(_KINDS[index] or "", found, first, tokenise)
    append(("end", "", len(text), len(text)))
    if "\n" in text or "\r" in text:
        _check_line_breaks(tokens, text)
    return tokens


def _check_line_breaks(tokens: list[Token], text: str) -> None:
    """Refuse a second line outside brackets: it is a second statement, or a forged row of a table."""
    depth = 0
    for before, after in pairwise(tokens):
        depth += (before[0] in OPENING) - (before[0] in CLOSING)
        gap = text[before[3] : after[2]]
        if depth <= 0 and after[0] != "end" and ("\n" in gap or "\r" in gap):
            raise ReadingError("a line break outside brackets", before[3], text, "write the answer on one line")
