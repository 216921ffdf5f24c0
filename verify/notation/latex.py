"""Tokens of LaTeX mathematics: spacing, sizes and delimiters go; commands that are signs become those signs."""

import re

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

_SPACE = (
    r"(?:\s|~|\\[,;:!>\s]|\\m?(?:left|right)\s*\.|\\(?:q?quad|displaystyle|textstyle|limits|nolimits|thinspace|medspace|thickspace|negthickspace|"
    r"negthinspace|m?left(?!\s*(?:\||\\vert|\\\|))|m?right(?!\s*(?:\||\\vert|\\\|))|middle|[bB]ig+[lmr]?|"
    r"notag|rm|bf|it|boldmath|hfill|null)(?![A-Za-z]))*"
)
_TOKEN = re.compile(
    rf"""{_SPACE}(?:
    ([A-Za-z]+)
    |(\d{{1,3}}(?:(?:\{{,\}}|\\,|,\\!\s*)\d{{3}})+(?:\.\d+)?(?!\d)|{NUMBER})
    |({COMMA_DIGITS})
    |(\\(?:text|mathrm|textbf|textrm|mbox|textnormal)\s*\{{\s*(?:and|or|if|for|when|otherwise|else)[\s,]*\}})
    |(\\m?(?:left|right)\s*(?:\||\\vert|\\\|))
    |(\\[A-Za-z]+\*?|\\[{{}}|%$\\])
    |([<>=!]=|:=|&&?|\*\*|[-+*/^(){{}}\[\]|,;=<>!@_'≤≥≠√∛∜∞±∓∪∩∖∅∈∂∇⊙∘°‖⌊⌋⌈⌉⟨⟩∧∨∑∏])
    |([{GREEK_CLASS}][{SUBSCRIPT_CLASS}]*)
    |([{SUPERSCRIPT_CLASS}]+)
    |([{FRACTION_CLASS}])
    |([{SUBSCRIPT_CLASS}]+)
    |([^\s])
    |(\Z)
    )""",
    re.VERBOSE,
)
(
    _LETTERS, _NUMBER, _COMMAS, _WORD, _BAR, _COMMAND, _SIGN, _GREEK, _SUPERSCRIPT, _FRACTION, _SUBSCRIPT, _OTHER, _END,
) = range(1, 14)  # fmt: skip
_COMMAND_KINDS = {
    **dict.fromkeys(("\\cdot", "\\times", "\\ast", "\\bullet"), "*"),
    **dict.fromkeys(("\\le", "\\leq", "\\leqslant"), "<="),
    **dict.fromkeys(("\\ge", "\\geq", "\\geqslant"), ">="),
    **dict.fromkeys(("\\ne", "\\neq"), "!="),
    **dict.fromkeys(("\\cup", "\\bigcup"), "∪"),
    **dict.fromkeys(("\\cap", "\\bigcap"), "∩"),
    **dict.fromkeys(("\\setminus", "\\smallsetminus", "\\backslash"), "∖"),
    **dict.fromkeys(("\\emptyset", "\\varnothing"), "∅"),
    **dict.fromkeys(("\\land", "\\wedge"), "and"),
    **dict.fromkeys(("\\lor", "\\vee"), "or"),
    **dict.fromkeys(("\\lvert",), "|("),
    **dict.fromkeys(("\\rvert",), "|)"),
    **dict.fromkeys(("\\vert", "\\mid"), "|"),
    **dict.fromkeys(("\\Vert", "\\|"), "‖"),
    **dict.fromkeys(("\\lbrace", "\\{"), "\\{"),
    **dict.fromkeys(("\\rbrace", "\\}"), "\\}"),
    **dict.fromkeys(("\\lparen", "\\lgroup"), "("),
    **dict.fromkeys(("\\rparen", "\\rgroup"), ")"),
    **dict.fromkeys(("\\odot", "\\circ"), "⊙"),
    **dict.fromkeys(("\\top", "\\intercal"), "ᵀ"),
    "\\div": "/", "\\lt": "<", "\\gt": ">", "\\in": "∈", "\\lbrack": "[", "\\rbrack": "]", "\\infty": "∞", "\\pm": "±",
    "\\mp": "∓", "\\lVert": "‖(", "\\rVert": "‖)", "\\lfloor": "⌊", "\\rfloor": "⌋", "\\lceil": "⌈", "\\rceil": "⌉",
    "\\langle": "⟨", "\\rangle": "⟩", "\\degree": "°", "\\%": "%", "\\partial": "∂", "\\nabla": "∇", "\\sum": "∑",
    "\\prod": "∏", "\\prime": "'", "\\end": "\\end", "\\choose": "\\choose", "\\\\": "\\\\", "\\cr": "\\\\",
    "\\ulcorner": "⌈", "\\urcorner": "⌉", "\\llcorner": "⌊", "\\lrcorner": "⌋",
}  # fmt: skip
_SUBSCRIPT_AFTER_POWER = re.compile(r"\^\s*(?:\{[^{}]*\}|\\[A-Za-z]+|[A-Za-z0-9])\s*_|'+\s*_")
_THOUSANDS = re.compile(r"[^\d.eE+-]")


def tokenise(text: str) -> list[Token]:
    """The tokens of a LaTeX text, ending with one of kind ``end``."""
    tokens: list[Token] = []
    append = tokens.append
    depth = 0
    for match in _TOKEN.finditer(text):
        index = match.lastindex or 0
        first, last = match.span(index)
        found = match.group(index)
        if index == _SIGN:
            kind = SIGN_KINDS.get(found, found)
            depth += (kind in OPENING) - (kind in CLOSING)
            append((kind, found, first, last))
        elif index == _LETTERS:
            append(("letters", found, first, last))
        elif index == _NUMBER:
            append(("number", _THOUSANDS.sub("", found) if "," in found else found, first, last))
        elif index == _END:
            break
        elif index == _COMMAND:
            kind = _COMMAND_KINDS.get(found, "command")
            depth += (kind in OPENING) - (kind in CLOSING)
            append((kind, found, first, last))
        else:
            tokens += _rare(index, found, first, last, depth, text)
    append(("end", "", len(text), len(text)))
    if _SUBSCRIPT_AFTER_POWER.search(text):
        return _subscripts_first(tokens, text)
    return tokens


def _rare(index: int, found: str, first: int, last: int, depth: int, text: str) -> list[Token]:
    """The tokens that seldom occur."""
    if index == _WORD:
        word = found[found.index("{") + 1 : -1].strip(" ,\t\n")
        return [({"for": "if", "when": "if", "else": "otherwise"}.get(word, word), found, first, last)]
    if index == _BAR:
        sign = "‖" if "\\|" in found else "|"
        return [(sign + ("(" if "left" in found else ")"), found, first, last)]
    if index == _GREEK:
        return [("name", found, first, last)]
    if index == _FRACTION:
        return [("fraction", found, first, last)]
    if index == _SUBSCRIPT:
        return [("subscript", found, first, last)]
    if index == _COMMAS and depth <= 0:
        return [("commas", found, first, last)]
    if index == _OTHER:
        raise unexpected(found, first, text)
    return expand("superscript" if index == _SUPERSCRIPT else "commas", found, first, tokenise)


def closing_braces(tokens: list[Token], text: str) -> dict[int, int]:
    """Index of each opening brace -> index of the brace that closes it."""
    open_braces: list[int] = []
    pairs: dict[int, int] = {}
    for index, token in enumerate(tokens):
        if token[0] == "{":
            open_braces.append(index)
        elif token[0] == "}" and open_braces:
            pairs[open_braces.pop()] = index
    if open_braces:
        raise ReadingError("'{' is not closed", tokens[open_braces[-1]][2], text)
    return pairs


def _subscripts_first(tokens: list[Token], text: str) -> list[Token]:
    """The tokens with `x^2_1` and `x'_1` written as `x_1^2` and `x_1'`, which mean the same."""
    pairs = closing_braces(tokens, text)
    ordered: list[Token] = []
    index, last = 0, len(tokens) - 1
    while index <= last:
        kind = tokens[index][0]
        middle = index + 1
        if kind == "^":
            middle = min(pairs.get(index + 1, index + 1) + 1, last)
        while kind == "'" and tokens[middle][0] == "'":
            middle += 1
        if kind in ("^", "'") and tokens[middle][0] == "_" and _is_letter_before(ordered):
            end = min(pairs.get(middle + 1, middle + 1) + 1, last)
            ordered += tokens[middle:end] + tokens[index:middle]
            index = end
        else:
            ordered.append(tokens[index])
            index += 1
    return ordered


def _is_letter_before(tokens: list[Token]) -> bool:
    return bool(tokens) and tokens[-1][0] in ("letters", "name", "command", "}")
