"""Tokens: what both syntaxes cut a text into, and the cutting of what looks the same in both.

A token is a tuple ``(kind, text, start, end)``.  Kinds are ``number``, ``name``, ``letters`` (a run of letters in
LaTeX), ``command``, ``fraction`` (a character such as ½), ``commas`` (digits such as
1,234), ``end``, or the sign itself.
"""

from collections.abc import Callable

from verify.errors import ReadingError
from verify.notation.characters import FRACTIONS, GREEK_LETTERS, SUBSCRIPTS, SUPERSCRIPTS
from verify.notation.limits import Limits

Token = tuple[str, str, int, int]

GREEK_CLASS = "".join(GREEK_LETTERS)
SUBSCRIPT_CLASS = "".join(SUBSCRIPTS)
SUPERSCRIPT_CLASS = "".join(SUPERSCRIPTS)
FRACTION_CLASS = "".join(FRACTIONS)

NUMBER = r"(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
COMMA_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d,])"
SIGN_KINDS = {
    "**": "^", "==": "=", "≤": "<=", "≥": ">=", "≠": "!=", "<>": "!=", "·": "*", "∧": "and", "∨": "or", "=<": "<=",
    "=>": ">=",
}  # fmt: skip
OPENING = frozenset(["(", "[", "\\{", "|("])
CLOSING = frozenset([")", "]", "\\}", "|)"])

Cut = Callable[[str], list[Token]]


def expand(kind: str, text: str, start: int, cut: Cut) -> list[Token]:
    """The tokens that a superscript, a fraction character or digits with commas stand for."""
    end = start + len(text)
    if kind == "superscript":
        if text == "ᵀ":
            return [("transpose", text, start, end)]
        plain = "".join(SUPERSCRIPTS[character] for character in text)
        inner = [(*token[:2], start, end) for token in cut(plain) if token[0] != "end"]
        return [("^", "^", start, start), ("(", "(", start, start), *inner, (")", ")", end, end)]
    tokens: list[Token] = []
    for part in text.split(","):
        tokens += [("number", part, start, start + len(part)), (",", ",", start + len(part), start + len(part) + 1)]
        start += len(part) + 1
    return tokens[:-1]


def check_tokens(tokens: list[Token], text: str, limits: Limits) -> None:
    """Refuse too many tokens, which bounds the tree, and numbers with too many digits."""
    if len(tokens) > limits.nodes:
        raise ReadingError(f"more than {limits.nodes:,} numbers, names and signs", tokens[limits.nodes][2], text)
    if len(text) > limits.digits:
        for kind, found, start, _ in tokens:
            if kind == "number" and len(found) > limits.digits:
                raise ReadingError(f"a number of more than {limits.digits:,} digits", start, text)


def unexpected(character: str, position: int, text: str) -> ReadingError:
    """The error for a character that means nothing in mathematics."""
    if character in "\"'`":
        return ReadingError("a quotation mark: strings are not mathematics", position, text)
    if character == "#":
        return ReadingError("'#': comments are not read", position, text, "write only the expression")
    if character == "\\":
        return ReadingError("a backslash without a command", position, text)
    return ReadingError(f"unexpected {character!r}", position, text)
