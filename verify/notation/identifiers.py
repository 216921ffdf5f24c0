"""What a name stands for: a variable, constant or function, a product of names, a derivative that has a name.

Declared names come first.  A name that is not known is refused with the nearest one that is.
"""

import re
from typing import TYPE_CHECKING

from verify.notation import names as names_module
from verify.notation.names import FUNCTIONS_ONLY_BEFORE_BRACKETS, GREEK_NAMES, INFINITIES, spelling_key
from verify.notation.sympy_names import CONSTRUCTORS

if TYPE_CHECKING:
    from verify.notation.grammar import Parser

_INVERSES = {
    **{name: "a" + name for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh")},
    **{name: "a" + name for name in ("sec", "csc", "sech", "csch", "coth")},
}
_LOGARITHM_BASE = re.compile(r"log(?:_\{?(\d+|[a-z])\}?|(\d+))$")
_DIFFERENTIAL = r"(?:\\partial(?![A-Za-z])|∂|\\mathrm\s*\{\s*d\s*\}|d)\s*"
_NAME = r"(\\?[A-Za-z]+(?:_\{[^{}]*\}|_\w+|\d+)?|[^\W\d_][\d₀-₉]*)"
_DERIVATIVE = (
    rf"\\[dtc]?frac\s*\{{\s*{_DIFFERENTIAL}{_NAME}\s*\}}\s*\{{\s*{_DIFFERENTIAL}{_NAME}\s*\}}"
    rf"|{_DIFFERENTIAL}{_NAME}\s*/\s*{_DIFFERENTIAL}{_NAME}"
)
_READ_AS_VARIABLES = {
    "i": "the imaginary unit",
    "I": "the imaginary unit",
    "E": "Euler's number, which is e",
}
_FRACTIONS_AND_ROOTS = frozenset(["\\frac", "\\tfrac", "\\dfrac", "\\cfrac", "\\sqrt"])


def name(parser: "Parser", text: str, position: int) -> int:
    """The node of a Python-like name whose token has been read."""
    names = parser.names
    if names.derivatives and text[0] == "d" and len(text) > 1 and parser.tokens[parser.index][0] == "/":
        parser.index -= 1
        found = derivative(parser, position)
        if found is not None:
            return found
        parser.index += 1
    if parser.bound or names.indexed:
        index = _with_index(parser, text, position)
        if index is not None:
            return index
    entry = names.lookup(text)
    if entry is not None:
        if text == "sigma" and parser.tokens[parser.index][0] == "(" and entry[0] == "constant":
            return call(parser, "sigmoid", position)
        parser.plain.add(entry[1])
        return parser.node(entry[0], position, entry[1])
    return _undeclared(parser, text, position)


def _undeclared(parser: "Parser", text: str, position: int) -> int:
    """A name that no declaration has: a function, a product of names, or an error."""
    names = parser.names
    following = parser.tokens[parser.index][0]
    before_bracket = following == "("
    if text in ("sigma", "σ", "\\sigma") and before_bracket:
        return call(parser, "sigmoid", position)
    if before_bracket and text in CONSTRUCTORS:
        return _constructor(parser, text, position)
    function = names.function(text)
    if function is not None and (before_bracket or (text not in FUNCTIONS_ONLY_BEFORE_BRACKETS and following != "_")):
        return call(parser, function, position)
    if names.has_matrices and text[0] == "I" and len(text) < 20:
        size = re.fullmatch(r"I(?:_\{?(\w+)\}?)?", text)
        if size is not None:
            return parser.node("identity", position, size[1])
    logarithm = _LOGARITHM_BASE.match(text)
    if logarithm and following not in ("^",) and not (names.undeclared and following not in ("(", "name", "number")):
        return _logarithm_with_base(parser, logarithm[1] or logarithm[2], position)
    if text in INFINITIES:
        return parser.node("infinity", position)
    if text in ("True", "true", "False", "false"):
        return parser.node("truth", position, text in ("True", "true"))
    label = parser.labels.get(spelling_key(text)) if parser.labels else None
    if label is not None:
        return parser.node("label", position, label)
    if text.endswith("'"):
        return _primed(parser, text, position)
    return _product_or_free(parser, text, position)


def _product_or_free(parser: "Parser", text: str, position: int) -> int:
    names = parser.names
    before_bracket = parser.tokens[parser.index][0] == "("
    ways = (
        []
        if len(text) == 1
        else names.splits(text, function_last=before_bracket or parser.tokens[parser.index][0] in ("name", "number"))
    )
    if len(ways) > 1:
        readings = " or ".join("*".join(way) for way in ways)
        raise parser.error(f"{text!r} can be read in two ways", position, f"write {readings}")
    if ways and not (names.undeclared and names.free(text) and not before_bracket):
        return _replaced(parser, ways[0], position)
    entry = names.free(text)
    if entry is None:
        raise parser.error(f"unknown name {text!r}", position, names.nearest(text))
    if before_bracket and parser.adjacent():
        _check_not_applied(parser, text, entry[1], position)
    if text in _READ_AS_VARIABLES:
        parser.notes.append(f"'{text}' read as a variable, not as {_READ_AS_VARIABLES[text]}")
    parser.plain.add(entry[1])
    return parser.node(entry[0], position, entry[1])


def _check_not_applied(parser: "Parser", text: str, variable: str, position: int) -> None:
    """Refuse `name(` where it more likely applies a function that is not known."""
    base = variable.rstrip("0123456789").partition("_")[0]
    if names_module.is_function_letter(base):
        raise parser.error(f"'{text}(' can apply a function or multiply", position, f"write {text}*( for a product")
    if len(base) > 1 and base not in GREEK_NAMES:
        raise parser.error(f"unknown function {text!r}", position, parser.names.nearest(text))


def _replaced(parser: "Parser", pieces: list[str], position: int) -> int:
    """Put the names of a product in the place of the run they were written as, and read the first."""
    at = parser.index - 1
    tokens, start = [], position
    for piece in pieces:
        tokens.append(("name", piece, start, start + len(piece)))
        start += len(piece)
    end = parser.tokens[at][3]
    tokens[-1] = ("name", pieces[-1], tokens[-1][2], max(end, tokens[-1][2]))
    parser.tokens[at : at + 1] = tokens
    return name(parser, pieces[0], position)


def _primed(parser: "Parser", text: str, position: int) -> int:
    """`x'`: the transpose of a declared matrix, or in free text a name of its own."""
    base = text.rstrip("'")
    entry = parser.names.lookup(base)
    if entry is not None and entry[0] in ("matrix", "vector"):
        node = parser.node(entry[0], position, entry[1])
        return parser.node("transpose", position, node) if (len(text) - len(base)) % 2 else node
    free = parser.names.free(text)
    if free is None or parser.tokens[parser.index][0] == "(":
        raise parser.error(f"unknown name {text!r}", position, "derivatives must be worked out")
    return parser.node("variable", position, free[1])


def _takes_index(parser: "Parser", base: str) -> bool:
    return parser.names.takes_index(parser.names.lookup(base))


def _with_index(parser: "Parser", text: str, position: int) -> int | None:
    """The index of a sum around this place, or a name that carries one as in `u_i` and `u[i + 1]`."""
    if text in parser.bound:
        return parser.node("variable", position, text)
    kind, _, opened, _ = parser.tokens[parser.index]
    if kind == "[" and not parser.latex and (parser.bound or _takes_index(parser, text)):
        parser.index += 1
        group = parser.group("[", opened)
        return parser.node("indexed", position, text, parser.nodes[group][3])
    base, underscore, subscript = text.partition("_")
    parts = [part.strip() for part in subscript.strip("{}").split(",")]
    if not underscore or not (_takes_index(parser, base) or any(part in parser.bound for part in parts)):
        if (parser.names.lookup(text) or ("",))[0] == "indexed":
            raise parser.error(f"{text!r} needs an index", position, f"write {text}_i or {text}[i]")
        return None
    return parser.node("indexed", position, base, tuple(_index(parser, part, position) for part in parts))


def _index(parser: "Parser", plain: str, position: int) -> int:
    if plain.isdigit():
        return parser.node("number", position, plain)
    if plain in parser.bound or parser.names.undeclared:
        return parser.node("variable", position, plain)
    entry = parser.names.lookup(plain)
    if entry is None or entry[0] != "variable":
        raise parser.error(f"unknown index {plain!r}", position, parser.names.nearest(plain))
    return parser.node("variable", position, entry[1])


# ---------------------------------------------------------------------- LaTeX


def letters(parser: "Parser", run: str, position: int) -> int:
    """The node of a run of letters in LaTeX: declared names, a function, or single letters multiplied."""
    subscript = read_subscript(parser, run[-1])
    if isinstance(subscript, int):
        if len(run) == 1:
            return subscript
        raise parser.error(f"'{run}' with an index", position, "put a space between the factors")
    return resolve_run(parser, run, subscript, position)


def resolve_run(parser: "Parser", run: str, subscript: str, position: int) -> int:
    """A run of letters with the subscript of its last one."""
    names = parser.names
    following = parser.tokens[parser.index]
    if not subscript and following[0] == "number" and parser.adjacent() and following[1].isdigit():
        subscript = _digits_of_name(parser, run, following[1], position)
    if not subscript and following[0] == "subscript":
        subscript = following[1]
        parser.index += 1
    text = f"{run}_{{{subscript}}}" if subscript else run
    if len(run) == 1 or names.lookup(text) is not None or names.function(text) or text in INFINITIES:
        return name(parser, text, position)
    if names.derivatives and run[0] == "d" and following[0] == "/":
        return name(parser, run, position)
    ways = names.splits(
        run + "_" + subscript if subscript else run, function_last=following[0] in ("(", "{", "letters")
    )
    if len(ways) > 1:
        raise parser.error(
            f"{run!r} can be read in two ways", position, f"write {' or '.join('*'.join(way) for way in ways)}"
        )
    if ways:
        return _replaced(parser, ways[0], position)
    if names.undeclared and names.free(run) is not None:
        pieces = [*run[:-1], f"{run[-1]}_{{{subscript}}}" if subscript else run[-1]]
        return _replaced(parser, pieces, position)
    return name(parser, text, position)


def _digits_of_name(parser: "Parser", run: str, digits: str, start: int) -> str:
    """The digits after a letter, where they belong to a declared name: `u3`."""
    names = parser.names
    if names.lookup(run + digits) is None and not names.splits(run + digits):
        if not names.undeclared:
            raise parser.error(f"unknown name {run + digits!r}", start, names.nearest(run + digits))
        raise parser.error(
            f"'{run}{digits}' is neither a known name nor a product", None, f"write {run}_{digits} or {digits}{run}"
        )
    parser.index += 1
    return digits


def single_letter(parser: "Parser", letter: str, position: int) -> int:
    """A letter that is one LaTeX argument, such as the exponent of `e^x`."""
    return name(parser, letter, position)


def read_subscript(parser: "Parser", base: str) -> str | int:
    """The plain text of a subscript after a name ("" where there is none), or the node of an indexed name."""
    tokens = parser.tokens
    if tokens[parser.index][0] != "_":
        return ""
    start = tokens[parser.index][2]
    parser.index += 1
    kind, text, first, last = tokens[parser.index]
    if kind == "{":
        begin = parser.index
        depth = 0
        while True:
            kind = tokens[parser.index][0]
            if kind == "end":
                raise parser.error("'{' is not closed", first)
            depth += (kind == "{") - (kind == "}")
            parser.index += 1
            if depth == 0:
                break
        raw = parser.text[first + 1 : tokens[parser.index - 1][2]]
        if _takes_index(parser, base) or set(re.findall(r"[A-Za-z]", raw)) & set(parser.bound):
            return _indexed(parser, base, begin, start)
    elif kind in ("letters", "number"):
        raw = text[0]
        tokens[parser.index : parser.index + 1] = [(kind, text[1:], first + 1, last)] if len(text) > 1 else []
        if raw in parser.bound or _takes_index(parser, base):
            return parser.node("indexed", start, base, (_index(parser, raw, first),))
    elif kind in ("command", "name", "*", "∞"):
        raw = text
        parser.index += 1
    else:
        raise parser.error("a subscript is missing")
    return _plain_subscript(parser, raw, start)


def _plain_subscript(parser: "Parser", raw: str, position: int) -> str:
    plain = re.sub(r"\\(?:mathrm|text|textrm|mathbf|mathit|rm|operatorname|,|;|!)|[{}\s\\]", "", raw)
    if not plain or len(plain) > 30 or not re.fullmatch(r"[\w,+\-*'^]+", plain):
        raise parser.error(f"the subscript {raw.strip()!r} is not a name or number", position)
    return plain.replace("^", "")


def _indexed(parser: "Parser", base: str, begin: int, position: int) -> int:
    """`u_{i+1}` where `i` is the index of a sum."""
    parser.index = begin + 1
    indices = [parser.sum()]
    while parser.tokens[parser.index][0] == ",":
        parser.index += 1
        indices.append(parser.sum())
    parser.expect("}", position)
    return parser.node("indexed", position, base, tuple(indices))


# ---------------------------------------------------------------------- derivatives that have a name


def derivative(parser: "Parser", position: int) -> int | None:
    """The variable declared for a derivative written here, such as `\\frac{\\partial y}{\\partial q}`."""
    if not parser.names.derivatives:
        return None
    match = re.compile(_DERIVATIVE).match(parser.text, position)
    if match is None:
        return None
    above, below = (spelling_key(part) for part in (group for group in match.groups() if group))
    for (quantity, variable), entry in parser.names.derivatives.items():
        if spelling_key(quantity) == above and spelling_key(variable) == below:
            while parser.tokens[parser.index][0] != "end" and parser.tokens[parser.index][2] < match.end():
                parser.index += 1
            return parser.node("variable", position, entry)
    raise parser.error(f"unknown derivative {match.group()!r}", position, "write its value")


# ---------------------------------------------------------------------- functions


def call(parser: "Parser", function: str, position: int) -> int:
    """The application of a function whose name has been read: `sin(x)`, `sin^2 x`, `\\log_2 x`, `max(a, b)`."""
    power = base = None
    for _ in range(2):
        kind = parser.tokens[parser.index][0]
        if kind == "^" and power is None:
            parser.index += 1
            power = parser.exponent()
            parser.loose = ""
        elif kind == "_" and base is None:
            if function != "log":
                raise parser.error(f"a subscript after {function}")
            parser.index += 1
            base = parser.argument()
    if power is not None and _is_minus_one(parser, power):
        inverse = _INVERSES.get(function)
        if inverse is None:
            raise parser.error(
                f"{function}^-1 can be the inverse or the reciprocal", position, "write which one you mean"
            )
        function, power = inverse, None
    arguments = _arguments(parser, function, position)
    if base is not None:
        arguments = (*arguments, base)
    node = parser.node("call", position, function, arguments)
    return node if power is None else parser.node("power", position, node, power)


def _is_minus_one(parser: "Parser", node: int) -> bool:
    found = parser.nodes[node]
    return found[0] == "negate" and parser.nodes[found[2]][0] == "number" and parser.nodes[found[2]][2] == "1"


def _arguments(parser: "Parser", function: str, position: int) -> tuple[int, ...]:
    kind, _, start, _ = parser.tokens[parser.index]
    if kind == "(" or (parser.latex and kind in ("[", "{", "\\{")):
        parser.index += 1
        return parser.arguments(kind, start)
    if kind in ("|", "|("):
        return (parser.operand(),)
    if kind in ("end", ")", "}", ",", "=", "*", "/", "+", "^", "]", ";"):
        raise parser.error(f"the function {function} needs an argument", position, f"write {function}(...)")
    return (_bare_argument(parser, function, position),)


def _bare_argument(parser: "Parser", function: str, position: int) -> int:
    """The argument of a function written without brackets: factors up to a sign, a bracket or another function.

    `\\sin 2x` and `\\sin \\omega t` are usual; where the argument could as well have ended before, it is refused.
    """
    kind, text, _, _ = parser.tokens[parser.index]
    factors = [parser.operand()]
    was_call = parser.nodes[factors[0]][0] == "call" and kind != "number"
    was_fraction = kind == "fraction" or text in _FRACTIONS_AND_ROOTS
    while not was_call and _continues_argument(parser):
        unclear = was_fraction or parser.tokens[parser.index][1] in _FRACTIONS_AND_ROOTS
        last = parser.operand()
        factors.append(last)
        head = parser.nodes[last]
        if unclear or (head[0] == "power" and parser.nodes[head[2]][0] == "constant"):
            raise parser.error(f"the argument of {function} can end here or later", None, "write it in brackets")
    parser.loose = "argument"
    return factors[0] if len(factors) == 1 else parser.node("multiply", position, tuple(factors))


def _continues_argument(parser: "Parser") -> bool:
    kind, text, _, _ = parser.tokens[parser.index]
    if kind == "command":
        plain = text[1:]
        return text in _FRACTIONS_AND_ROOTS or parser.names.lookup(plain) is not None or plain in GREEK_NAMES
    if kind in ("name", "letters"):
        return parser.names.lookup(text) is not None or parser.names.function(text) is None
    return False


def _logarithm_with_base(parser: "Parser", base: str, position: int) -> int:
    node = parser.node("number", position, base) if base.isdigit() else name(parser, base, position)
    arguments = _arguments(parser, "log", position)
    return parser.node("call", position, "log", (*arguments, node))


def _constructor(parser: "Parser", text: str, position: int) -> int:
    """A call of SymPy's way to write a value, such as `Matrix([[1, 2]])`; it becomes that value, nothing is called."""
    start = len(parser.nodes)
    marker = parser.node("skip", position, 0) if text in ("Sum", "Product", "summation") else None
    if marker is not None:
        parser.bound.append(_index_of_sum(parser))
    at = parser.tokens[parser.index][2]
    parser.index += 1
    arguments = parser.arguments("(", at)
    if marker is not None:
        index = parser.bound.pop()
        return _sum_of_tuple(parser, text, position, start, arguments, index)
    return parser.node("construct", position, CONSTRUCTORS[text], arguments)


def _index_of_sum(parser: "Parser") -> str:
    """The name of the index in `Sum(body, (k, 1, n))`, found by looking ahead."""
    depth = 0
    for index in range(parser.index, len(parser.tokens) - 3):
        kind = parser.tokens[index][0]
        depth += (kind == "(") - (kind == ")")
        if depth == 1 and kind == "," and parser.tokens[index + 1][0] == "(" and parser.tokens[index + 2][0] == "name":
            return parser.tokens[index + 2][1]
        if depth == 0:
            break
    raise parser.error("a sum is written Sum(body, (k, 1, n))")


def _sum_of_tuple(
    parser: "Parser", text: str, position: int, start: int, arguments: tuple[int, ...], index: str
) -> int:
    limits = parser.nodes[arguments[-1]]
    if len(arguments) != 2 or limits[0] != "tuple" or len(limits[3]) != 3:
        raise parser.error("a sum is written Sum(body, (k, 1, n))", position)
    body = arguments[0]
    parser.nodes[start] = ("skip", position, body)
    parser.nodes[arguments[-1]] = ("pair", position, limits[3][1:])
    kind = "product" if text == "Product" else "sum"
    return parser.node(kind, position, index, limits[3][1], limits[3][2], start + 1, body)
