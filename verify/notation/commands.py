"""LaTeX commands: one short reader for each, in a table.  A command that is not in the table is refused."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from verify.notation import identifiers
from verify.notation.names import ACCENTS, GREEK_NAMES, accented

if TYPE_CHECKING:
    from verify.notation.grammar import Parser

Reader = Callable[["Parser", str, int], int]

_GREEK_COMMANDS = GREEK_NAMES - {"omicron"} | {"ell", "hbar"}
_STYLES = (
    "mathrm", "mathbf", "boldsymbol", "bm", "mathit", "mathsf", "mathtt", "mathcal", "pmb", "vec", "operatorname",
    "text", "textbf", "textit", "textrm", "mathfrak", "mathscr", "operatorname*", "variable",
)  # fmt: skip
_UPRIGHT = frozenset(["mathrm", "mathit", "operatorname", "operatorname*", "text", "textrm", "mathsf", "variable"])
_REFUSED = {
    "int": "an integral", "iint": "an integral", "oint": "an integral", "lim": "a limit", "det": "a determinant",
    "limsup": "a limit", "liminf": "a limit",
}  # fmt: skip


def command(parser: "Parser", text: str, position: int) -> int:
    """The node of a command whose token has been read."""
    plain = text[1:]
    reader = _READERS.get(plain)
    if reader is not None:
        return reader(parser, plain, position)
    if plain in _GREEK_COMMANDS:
        return _greek(parser, plain, position)
    if parser.names.function(plain) is not None and parser.names.lookup(plain) is None:
        return identifiers.call(parser, parser.names.function(plain) or plain, position)
    if plain in _REFUSED:
        raise parser.error(
            f"{text}: {_REFUSED[plain]} must be worked out", position, "write the result, not the operation"
        )
    if plain in ("ldots", "dots", "cdots", "vdots", "ddots"):
        raise parser.error("an ellipsis leaves open what is meant", position, "write the terms out, or use a sum")
    if parser.names.lookup(plain) is not None:
        return identifiers.name(parser, plain, position)
    raise parser.error(f"unknown command {text}", position, _nearest_command(plain))


def _nearest_command(plain: str) -> str:
    from difflib import get_close_matches

    from verify.notation.names import FUNCTION_SPELLINGS

    known = sorted({*_READERS, *_GREEK_COMMANDS, *FUNCTION_SPELLINGS, "cdot", "times", "left", "right", "infty"})
    close = get_close_matches(plain, known, n=1, cutoff=0.6)
    return f"did you mean \\{close[0]}?" if close else "it is not a command of mathematics that is read here"


def _greek(parser: "Parser", plain: str, position: int) -> int:
    following = parser.tokens[parser.index][0]
    if plain == "pi" and following != "_" and parser.names.lookup("pi"):
        return identifiers.name(parser, "pi", position)
    if plain == "Gamma" and following == "(" and parser.names.lookup("Gamma") is None:
        return identifiers.call(parser, "gamma", position)
    if plain == "gamma" and parser.names.undeclared:
        subscript = identifiers.read_subscript(parser, plain)
        if subscript == "":
            return parser.node("variable", position, "gamma")
        return subscript if isinstance(subscript, int) else parser.node("variable", position, f"gamma_{subscript}")
    return _named(parser, plain, position)


def _named(parser: "Parser", plain: str, position: int) -> int:
    """A name of several letters, with the subscript that follows."""
    subscript = identifiers.read_subscript(parser, plain)
    if isinstance(subscript, int):
        return subscript
    if not subscript and parser.tokens[parser.index][0] == "subscript":
        subscript = parser.tokens[parser.index][1]
        parser.index += 1
    return identifiers.name(parser, f"{plain}_{{{subscript}}}" if subscript else plain, position)


# ---------------------------------------------------------------------- fractions, roots, binomials


def _fraction(parser: "Parser", _: str, position: int) -> int:
    found = identifiers.derivative(parser, position)
    if found is not None:
        return found
    if _DIFFERENTIAL_QUOTIENT.match(parser.text, position) and parser.names.declared.get("d") is None:
        raise parser.error("a derivative must be worked out", position, "write the result, not the operation")
    numerator = parser.argument()
    denominator = parser.argument()
    parser.loose = ""
    if _is_one(parser, numerator):
        return parser.node("reciprocal", position, denominator)
    return parser.node("multiply", position, (numerator, parser.node("reciprocal", position, denominator)))


_DIFFERENTIAL_QUOTIENT = re.compile(
    r"\\[dtc]?frac\s*\{?\s*(?:d|\\partial|\\mathrm\s*\{\s*d\s*\})(?![a-ce-zA-Z]{3})[^{}]*\}?\s*\{\s*(?:d|\\partial|\\mathrm\s*\{\s*d\s*\})\s*\\?[A-Za-z]"
)


def _is_one(parser: "Parser", node: int) -> bool:
    found = parser.nodes[node]
    return found[0] == "number" and found[2] == "1"


def fraction_of_digits(parser: "Parser") -> list[str]:
    """The two numbers of `\\frac{1}{2}` or `\\frac12`, or less where it holds anything else."""
    parts: list[str] = []
    parser.index += 1
    for _ in range(2):
        kind, text, start, end = parser.tokens[parser.index]
        if kind == "number" and len(parts) == 0 and len(text) == 2 and text.isdigit():
            parser.tokens[parser.index : parser.index + 1] = [
                ("number", text[0], start, start + 1),
                ("number", text[1], start + 1, end),
            ]
            kind, text = "number", text[0]
        if kind == "{" and parser.tokens[parser.index + 1][0] == "number" and parser.tokens[parser.index + 2][0] == "}":
            parts.append(parser.tokens[parser.index + 1][1])
            parser.index += 3
        elif kind == "number" and len(text) == 1:
            parts.append(text)
            parser.index += 1
    return parts


def _square_root(parser: "Parser", _: str, position: int) -> int:
    degree = None
    if parser.tokens[parser.index][0] == "[":
        opened = parser.tokens[parser.index][2]
        parser.index += 1
        degree = parser.sum()
        parser.expect("]", opened)
    inner = parser.argument()
    parser.loose = ""
    if degree is None:
        return parser.node("call", position, "sqrt", (inner,))
    return parser.node("construct", position, "root", (inner, degree))


def _binomial(parser: "Parser", _: str, position: int) -> int:
    upper = parser.argument()
    return parser.node("call", position, "binomial", (upper, parser.argument()))


# ---------------------------------------------------------------------- names in another style


def _raw_argument(parser: "Parser") -> str:
    """The text of a brace group, as written."""
    kind, text, start, _ = parser.tokens[parser.index]
    if kind != "{":
        if kind not in ("letters", "name"):
            raise parser.error("an argument in braces is missing")
        raw = parser.text[start : start + 1]
        parser.tokens[parser.index : parser.index + 1] = (
            [(kind, text[1:], start + 1, start + len(text))] if len(text) > 1 else []
        )
        return raw
    depth = 0
    for index in range(parser.index, len(parser.tokens)):
        kind = parser.tokens[index][0]
        depth += (kind == "{") - (kind == "}")
        if depth == 0:
            parser.index = index + 1
            return parser.text[start + 1 : parser.tokens[index][2]]
    raise parser.error("'{' is not closed")


def _styled_name(parser: "Parser", style: str, position: int) -> int:
    """`\\mathbf{W}`, `\\operatorname{softmax}`: the name inside, where no distinction is lost by that."""
    raw = _raw_argument(parser).strip()
    plain = re.sub(r"[{}\s\\]|\\(?:mathrm|mathbf)", "", raw)
    if not re.fullmatch(r"[^\W\d_]\w*(?:[,\w]*)|\d+(?:\.\d+)?", plain) or len(plain) > 40:
        raise parser.error(f"\\{style}{{{raw[:40]}}} is not a name", position, "words are not read")
    if plain[0].isdigit():
        if style not in _UPRIGHT and style != "text":
            raise parser.error(f"\\{style}{{{plain}}}: a vector of numbers is not read", position, "write it out")
        return parser.node("number", position, plain)
    function = parser.names.function(plain) if style in _UPRIGHT else None
    if function is not None and parser.names.lookup(plain) is None:
        return identifiers.call(parser, function, position)
    if style in ("text", "textbf", "textrm", "textit") and parser.names.lookup(plain) is None:
        raise parser.error(f"words such as {plain!r} are not read", position, "write only the expression")
    known = set(parser.plain)
    node = _named(parser, plain, position)
    found = parser.nodes[node]
    if style not in _UPRIGHT and found[0] in ("variable", "matrix", "vector"):
        parser.plain &= known
        parser.styled[found[2]] = f"\\{style}{{{plain}}}"
    return node


def _accented_name(parser: "Parser", accent: str, position: int) -> int:
    """`\\hat{y}` is the name `yhat`."""
    raw = re.sub(r"[{}\s\\]", "", _raw_argument(parser))
    if not re.fullmatch(r"[^\W\d_]\w*", raw) or len(raw) > 20:
        raise parser.error(f"\\{accent} over something that is not a name", position)
    return _named(parser, accented(accent, raw), position)


# ---------------------------------------------------------------------- sums and products over an index


def summation(kind: str) -> Reader:
    """The reader of ∑ or ∏ with its index and bounds; the body is the product that follows."""

    def read(parser: "Parser", text: str, position: int) -> int:
        bounds: dict[str, int] = {}
        index = ""
        for _ in range(2):
            sign = parser.tokens[parser.index][0]
            if sign == "_" and "low" not in bounds:
                parser.index += 1
                index, bounds["low"] = _index_and_low(parser, text)
            elif sign == "^" and "high" not in bounds:
                parser.index += 1
                bounds["high"] = parser.argument()
        if len(bounds) != 2:
            raise parser.error(f"{text} needs both bounds", position, f"write {text}_{{i=1}}^{{n}}")
        marker = parser.node("skip", position, 0)
        parser.bound.append(index)
        first = parser.operand()
        body = parser.product(first)
        parser.bound.pop()
        parser.nodes[marker] = ("skip", position, body)
        return parser.node(kind, position, index, bounds["low"], bounds["high"], marker + 1, body)

    return read


def _index_and_low(parser: "Parser", text: str) -> tuple[str, int]:
    """The index and its first value in `_{i=1}`."""
    tokens, opened = parser.tokens, parser.tokens[parser.index][2]
    shape = [token[0] for token in tokens[parser.index : parser.index + 3]]
    if shape != ["{", "letters", "="] or len(tokens[parser.index + 1][1]) != 1:
        raise parser.error(
            f"the index of {text} must be given with its first value", None, f"write {text}_{{i=1}}^{{n}}"
        )
    index = tokens[parser.index + 1][1]
    parser.index += 3
    low = parser.sum()
    parser.expect("}", opened)
    return index, low


# ---------------------------------------------------------------------- environments


def _environment(parser: "Parser", _: str, position: int) -> int:
    name = _raw_argument(parser).strip()
    if name in ("cases", "dcases", "rcases"):
        return _cases(parser, name, position)
    if name not in ("matrix", "pmatrix", "bmatrix", "Bmatrix", "vmatrix", "smallmatrix", "array"):
        raise parser.error(f"the environment {name[:20]!r} is not read", position, "use pmatrix, bmatrix or cases")
    if name == "vmatrix":
        raise parser.error("a determinant must be worked out", position)
    if name == "array":
        _raw_argument(parser)
    rows = _rows(parser, name)
    return parser.node("rows", position, rows)


def _rows(parser: "Parser", name: str) -> tuple[tuple[int, ...], ...]:
    rows: list[tuple[int, ...]] = []
    row: list[int] = []
    while True:
        kind = parser.tokens[parser.index][0]
        if kind == "\\end":
            break
        row.append(parser.sum())
        kind, text, _, _ = parser.tokens[parser.index]
        if kind == "&":
            parser.index += 1
            continue
        rows.append(tuple(row))
        row = []
        if kind == "\\\\":
            parser.index += 1
        elif kind != "\\end":
            raise parser.error(f"expected & or \\\\ or \\end{{{name}}}, found {text!r}")
    if row:
        raise parser.error("an entry is missing after &")
    _end(parser, name)
    return tuple(rows)


def _end(parser: "Parser", name: str) -> None:
    parser.index += 1
    closed = _raw_argument(parser).strip()
    if closed != name:
        raise parser.error(f"\\begin{{{name}}} is closed by \\end{{{closed[:20]}}}")


def _cases(parser: "Parser", name: str, position: int) -> int:
    """Branches of value and condition; the last may be `otherwise`."""
    branches: list[tuple[int, int]] = []
    otherwise = None
    while parser.tokens[parser.index][0] != "\\end":
        value = parser.sum()
        while parser.tokens[parser.index][0] in ("&", "if", ","):
            parser.index += 1
        if parser.tokens[parser.index][0] == "otherwise":
            parser.index += 1
            otherwise = value
        else:
            branches.append((value, parser.comparison(parser.sum())))
        if parser.tokens[parser.index][0] == "\\\\":
            parser.index += 1
        elif parser.tokens[parser.index][0] != "\\end":
            raise parser.error("expected \\\\ or the end of the cases")
    _end(parser, name)
    return parser.node("piecewise", position, tuple(branches), otherwise)


def _boxed(parser: "Parser", _: str, position: int) -> int:
    opened = parser.tokens[parser.index][2]
    if parser.tokens[parser.index][0] != "{":
        raise parser.error("\\boxed needs braces", position)
    before = parser.tokens[parser.index - 2][0] if parser.index > 1 else ""
    parser.index += 1
    node = parser.group("{", opened)
    if before not in _BEFORE_BOX or parser.tokens[parser.index][0] not in _AFTER_BOX:
        raise parser.error("a box inside an expression", position, "box the whole answer, once")
    return node


_BEFORE_BOX = frozenset(["", "{", "(", "=", ",", ";", "∈", "and", "or"])
_AFTER_BOX = frozenset(["end", "}", ")", ",", ";", "and", "or"])


_READERS: dict[str, Reader] = {
    **dict.fromkeys(("frac", "dfrac", "tfrac", "cfrac"), _fraction),
    **dict.fromkeys(("binom", "dbinom", "tbinom"), _binomial),
    **dict.fromkeys(_STYLES, _styled_name),
    **dict.fromkeys((accent for accent in ACCENTS if accent != "vec"), _accented_name),
    **dict.fromkeys(("boxed", "fbox"), _boxed),
    "sqrt": _square_root,
    "begin": _environment,
}
