"""The grammar: a Pratt parser from tokens to a flat syntax tree, the same for both syntaxes.

The tree is a list of nodes, each a tuple ``(kind, position, ...)`` that refers to earlier nodes by index.  A list in
this order can be evaluated in one loop, so that no depth of nesting costs recursion there, and its size is its length.

From loose to tight: comma, and/or, relations, plus and minus, products (written or implied), signs, powers, postfix.
"""

from collections.abc import Callable
from typing import Any

from verify.errors import ReadingError
from verify.notation import commands, identifiers
from verify.notation.characters import FRACTIONS
from verify.notation.limits import Limits
from verify.notation.names import Names
from verify.notation.tokens import Token

Node = tuple[Any, ...]

RELATIONS = frozenset(["=", "<", "<=", ">", ">=", "!=", "∈"])
CLOSES = {"(": ")", "[": "]", "{": "}", "\\{": "\\}", "|": "|", "|(": "|)", "‖(": "‖)", "⌊": "⌋", "⌈": "⌉", "⟨": "⟩"}
_AFTER_FACTOR = frozenset(
    ["+", "-", "end", ")", "}", "]", ",", ";", "=", "\\}", "<", ">", "<=", ">=", "&", "\\\\", "|)"]
)
_PAIRING = {"⊙": "hadamard", "\\choose": "choose"}
_SUM_SIGNS = frozenset(["+", "-", "±", "∓"])
_STARTS = frozenset(
    [
        "name",
        "letters",
        "number",
        "(",
        "{",
        "command",
        "|(",
        "√",
        "∛",
        "∜",
        "fraction",
        "⌊",
        "⌈",
        "∑",
        "∏",
        "‖(",
        "⟨",
        "commas",
    ]
)
_SETS = {"∪": "union", "∩": "intersection", "∖": "difference"}
_FRACTION_COMMANDS = ("\\frac", "\\tfrac", "\\dfrac", "\\cfrac")


class Parser:
    """Reads one text; `nodes` is the tree, and `entire` returns its root."""

    __slots__ = (
        "bars", "bound", "depth", "has_two_signs", "index", "labels", "latex", "limits", "loose",
        "names", "nodes", "norms", "notes", "plain", "styled", "text", "tokens",
    )  # fmt: skip

    def __init__(self, text: str, tokens: list[Token], names: Names, limits: Limits, *, latex: bool) -> None:
        self.text, self.tokens, self.names, self.limits, self.latex = text, tokens, names, limits, latex
        self.index = self.depth = self.bars = self.norms = 0
        self.nodes: list[Node] = []
        self.bound: list[str] = []  # indices of the sums around this place
        self.notes: list[str] = []  # policies that were applied
        self.labels: dict[str, str] = {}  # spellings that may stand left of the first "="
        self.loose = ""  # why a factor that follows would be ambiguous
        self.plain: set[str] = set()
        self.has_two_signs = False
        self.styled: dict[str, str] = {}

    # ------------------------------------------------------------------ small tools

    def node(self, *parts: Any) -> int:
        """Add a node; returns its index."""
        self.nodes.append(parts)
        return len(self.nodes) - 1

    def error(self, message: str, position: int | None = None, allowed: str = "") -> ReadingError:
        """The error at a position, or at the token to be read next."""
        where = self.tokens[self.index][2] if position is None else position
        return ReadingError(message, where, self.text, allowed)

    def expect(self, kind: str, opened: int) -> None:
        """Pass over one token that must be there."""
        token = self.tokens[self.index]
        if token[0] != kind:
            shown = kind.lstrip("\\") if kind in ("\\{", "\\}") else kind
            if token[0] == "end":
                raise self.error(f"{self.text[opened : opened + 1]!r} is not closed", opened, f"{shown!r} is missing")
            raise self.error(f"expected {shown!r}, found {token[1]!r}")
        self.index += 1

    def slice(self, first: int, last: int) -> str:
        """The text from one token up to another, exclusive."""
        return self.text[self.tokens[first][2] : self.tokens[last - 1][3]].strip()

    # ------------------------------------------------------------------ loose levels

    def entire(self) -> int:
        """The root of the whole text."""
        if self.tokens[0][0] == "end":
            raise self.error("nothing was written", 0)
        root = self.sequence("end", 0, self.sum())
        if self.tokens[self.index][0] != "end":
            raise self.unexpected()
        for name, style in self.styled.items():
            if name in self.plain:
                raise self.error(f"{style} and {name} are both used, but only one {name} is known", 0)
        return root

    def unexpected(self) -> ReadingError:
        """The error for a token that cannot stand here."""
        kind, text, start, _ = self.tokens[self.index]
        if kind == "end":
            return self.error("the text ends where something was expected", max(0, start - 1))
        if kind in (")", "]", "}", "\\}"):
            return self.error(f"{text!r} without its opening bracket")
        if kind == ":=":
            return self.error("':=': assignments are not read", None, "write only the expression")
        if kind == "//":
            return self.error("'//' is not mathematics", None, "write / or floor(...)")
        if text in ("\\ldots", "\\dots", "\\cdots"):
            return self.error("an ellipsis leaves open what is meant", None, "write the terms out, or use a sum")
        return self.error(f"unexpected {text!r}")

    def sequence(self, close: str, opened: int, first: int) -> int:
        """One item, or items separated by commas or semicolons, up to a closing token that stays.

        The sum that `first` begins with is read by the caller, which saves a level of recursion.
        """
        first = self.item(first)
        kind = self.tokens[self.index][0]
        if kind not in (",", ";"):
            return first
        rows, row, separators = [], [first], set()
        while kind in (",", ";"):
            separators.add(kind)
            self.index += 1
            if kind == ";":
                rows.append(row)
                row = []
            if self.tokens[self.index][0] == close and close != "end":
                raise self.error("something is missing after the last separator")
            if self.tokens[self.index][0] == "and":  # as in "1, 2, and 3"
                self.index += 1
            row.append(self.item(self.sum()))
            kind = self.tokens[self.index][0]
        rows.append(row)
        if len(separators) == 1:
            items = [item for part in rows for item in part]
        else:
            items = [self.node("tuple", opened, "", tuple(part)) if len(part) > 1 else part[0] for part in rows]
        return self.node("tuple", opened, "", tuple(items))

    def item(self, left: int) -> int:
        """A relation, a combination of relations or sets, or simply an expression, after its first sum."""
        if self.tokens[self.index][0] in ("end", ")", ",", "}", "]"):
            return left
        return self.combination(self.comparison(left))

    def comparison(self, left: int) -> int:
        """The rest of a chain of relations after its first side."""
        left = self.set_operations(left)
        if self.tokens[self.index][0] not in RELATIONS:
            return left
        position = self.tokens[self.index][2]
        operators, sides = [], [left]
        while self.tokens[self.index][0] in RELATIONS:
            operators.append(self.tokens[self.index][0])
            self.index += 1
            sides.append(self.set_operations(self.sum()))
        return self.node("relation", position, tuple(operators), tuple(sides))

    def set_operations(self, left: int) -> int:
        """The rest of unions, intersections and differences, from left to right."""
        while self.tokens[self.index][0] in _SETS:
            kind, _, position, _ = self.tokens[self.index]
            self.index += 1
            left = self.node("set operation", position, _SETS[kind], left, self.sum())
        return left

    def combination(self, left: int) -> int:
        """The rest of statements joined by `and` and `or`; `and` binds tighter."""
        alternatives, conditions = [], [left]
        while self.tokens[self.index][0] in ("and", "or"):
            kind, _, position, _ = self.tokens[self.index]
            self.index += 1
            right = self.comparison(self.sum())
            if kind == "or":
                alternatives.append(self.joined("and", conditions, position))
                conditions = []
            conditions.append(right)
        position = self.nodes[left][1]
        return self.joined("or", [*alternatives, self.joined("and", conditions, position)], position)

    def joined(self, operator: str, parts: list[int], position: int) -> int:
        """One part as it is, several as a node."""
        return parts[0] if len(parts) == 1 else self.node("logic", position, operator, tuple(parts))

    # ------------------------------------------------------------------ sums and products

    def sum(self) -> int:
        """Terms joined by plus and minus."""
        tokens = self.tokens
        terms: list[int] = []
        start = tokens[self.index][2]
        while True:
            negative = False
            kind = tokens[self.index][0]
            while kind == "-" or kind == "+":
                negative ^= kind == "-"
                self.index += 1
                kind = tokens[self.index][0]
            sign = 0
            if kind == "±" or kind == "∓":
                sign = self.two_signs(kind)
            term = self.operand()
            kind = tokens[self.index][0]
            if kind not in _AFTER_FACTOR:
                term = self.product(term)
                kind = tokens[self.index][0]
            self.loose = ""
            if sign:
                term = self.node("multiply", start, (sign, term))
            terms.append(self.node("negate", start, term) if negative else term)
            if kind not in _SUM_SIGNS:
                break
        return terms[0] if len(terms) == 1 else self.node("add", start, tuple(terms))

    def two_signs(self, kind: str) -> int:
        """The node of ± or ∓; the whole text then has two readings."""
        position = self.tokens[self.index][2]
        self.index += 1
        self.has_two_signs = True
        return self.node("sign", position, 1 if kind == "±" else -1)

    def product(self, first: int) -> int:
        """Factors joined by signs or by nothing, after the first one."""
        tokens, start = self.tokens, self.nodes[first][1]
        first_token = self.index - 1
        factors = [first]
        divided = -1  # the token of the last "/", while its divisor is the last factor
        while True:
            kind = tokens[self.index][0]
            if kind == "*" or kind == "@":
                self.index += 1
                self.loose = ""
                factors.append(self.operand())
                divided = -1
            elif kind == "/":
                divided = self.index
                self.index += 1
                factors.append(self.node("reciprocal", tokens[divided][2], self.divisor(divided)))
            elif kind in _PAIRING:
                self.index += 1
                left = factors[0] if len(factors) == 1 else self.node("multiply", start, tuple(factors))
                factors = [self.node(_PAIRING[kind], start, left, self.operand())]
                divided = -1
            elif self.starts_factor(kind):
                mixed = self.mixed_number(factors[-1]) if self.may_be_mixed(kind, factors[-1]) else None
                if mixed is not None:
                    factors[-1] = mixed
                    continue
                self.check_implied(kind, factors[-1])
                at = self.index
                if divided >= 0 and self.names.division != "left":
                    self.tight_division(factors, divided, first_token)
                else:
                    factors.append(self.operand())
                self.check_progress(at)
            else:
                break
        return factors[0] if len(factors) == 1 else self.node("multiply", start, tuple(factors))

    def check_progress(self, at: int) -> None:
        """Every factor takes at least one token."""
        if self.index == at:
            raise self.unexpected()

    def divisor(self, slash: int) -> int:
        """The operand after a slash, refusing `sin x/2`."""
        if self.loose == "argument" and self.tokens[self.index][0] == "number":
            written = self.slice(max(0, slash - 2), slash)
            after = self.tokens[self.index][1]
            raise self.error(
                f"'{written}/{after}' can be read in two ways",
                self.tokens[slash][2],
                f"write ({written})/{after}, or put the whole argument in brackets",
            )
        self.loose = ""
        return self.operand()

    def tight_division(self, factors: list[int], slash: int, first_token: int) -> None:
        """A factor directly after a divisor, as in `1/2x`: ambiguous unless a convention was chosen."""
        if self.names.division == "ask":
            numerator = self.slice(max(0, min(first_token, slash - 1)), slash)
            below = self.slice(slash + 1, self.index)
            following = self.tokens[self.index][1]
            raise self.error(
                f"'{numerator}/{below}{following}' can be read in two ways",
                self.tokens[self.index][2],
                f"write ({numerator})/({below}){following}... or {numerator}/({below}{following}...)",
            )
        position = self.nodes[factors[-1]][1]
        divisor = self.nodes[factors[-1]][2]
        factors[-1] = self.node("reciprocal", position, self.node("multiply", position, (divisor, self.operand())))

    def starts_factor(self, kind: str) -> bool:
        """Whether a token can begin a factor without a sign before it."""
        if kind in _STARTS:
            return True
        if kind == "|":
            return not self.bars
        if kind == "‖":
            return not self.norms
        return kind == "[" and self.latex

    def check_implied(self, kind: str, left: int) -> None:
        """Refuse implied products that are more likely typing mistakes."""
        if self.loose not in ("", "argument"):
            raise self.error(self.loose)
        if kind in ("number", "commas", "fraction"):
            adjacent = self.tokens[self.index][2] == self.tokens[self.index - 1][3]
            if self.nodes[left][0] == "number" or adjacent or self.latex:
                found = self.tokens[self.index][1]
                raise self.error(f"the number {found} directly after another factor", None, "write * or ^ between them")
        if self.loose == "argument" and kind in ("(", "["):
            raise self.error("a bracket after an argument without brackets", None, "write sin(x)*(...) or sin(x*(...))")

    # ------------------------------------------------------------------ mixed numbers

    def may_be_mixed(self, kind: str, left: int) -> bool:
        """Whether a whole number and a fraction follow each other."""
        node = self.nodes[left]
        if node[0] != "number" or not node[2].isdigit() or left != len(self.nodes) - 1:
            return False
        token = self.tokens[self.index]
        return kind in ("fraction", "number") or (kind == "command" and token[1] in _FRACTION_COMMANDS)

    def mixed_number(self, left: int) -> int | None:
        """The mixed number that starts with a whole number, or None where it is a product."""
        start = self.index
        found = self.proper_fraction()
        if found is None:
            self.index = start
            return None
        numerator, denominator = found
        position = self.nodes[left][1]
        written = self.text[position : self.tokens[self.index - 1][3]]
        follows = self.tokens[self.index][0]
        if not self.names.mixed_numbers or self.starts_factor(follows) or follows in ("^", "!"):
            raise self.error(
                f"'{written}' can be a sum or a product",
                position,
                "write + or * between the whole number and the fraction",
            )
        self.notes.append(f"'{written}' read as a mixed number")
        fraction = self.node("ratio", position, numerator, denominator)
        return self.node("add", position, (left, fraction))

    def proper_fraction(self) -> tuple[int, int] | None:
        """The numbers of a fraction below one, written as `1/2`, ½ or \\frac{1}{2}."""
        kind, text, _, _ = self.tokens[self.index]
        parts: list[str] = []
        if kind == "fraction":
            parts = FRACTIONS[text].split("/")
            self.index += 1
        elif kind == "number":
            slash, below = (
                self.tokens[self.index + 1 : self.index + 3] if len(self.tokens) > self.index + 2 else (None, None)
            )
            if slash and below and slash[0] == "/" and below[0] == "number":
                parts = [text, below[1]]
                self.index += 3
        else:
            parts = commands.fraction_of_digits(self)
        if len(parts) != 2 or not all(part.isdigit() and len(part) < 10 for part in parts):
            return None
        numerator, denominator = int(parts[0]), int(parts[1])
        return (numerator, denominator) if 0 < numerator < denominator else None

    # ------------------------------------------------------------------ operands

    def operand(self) -> int:
        """A factor with its signs, powers and postfixes."""
        tokens = self.tokens
        self.depth += 1
        if self.depth > self.limits.depth:
            raise self.error(f"more than {self.limits.depth} levels inside one another")
        kind, text, position, _ = tokens[self.index]
        negative = False
        while kind == "-" or kind == "+":
            negative ^= kind == "-"
            self.index += 1
            kind, text, position, _ = tokens[self.index]
        if kind == "name":
            self.index += 1
            node = identifiers.name(self, text, position)
        elif kind == "number":
            self.index += 1
            node = self.node("number", position, text)
        elif kind == "(":
            self.index += 1
            node = self.group("(", position)
        else:
            node = self.primary(kind, text, position)
        kind = tokens[self.index][0]
        if kind == "^" or kind in _POSTFIXES:
            node = self.postfixes(node)
        self.depth -= 1
        return self.node("negate", position, node) if negative else node

    def primary(self, kind: str, text: str, position: int) -> int:
        """What begins with a bracket, a command or a special sign."""
        handler = _PRIMARY.get(kind)
        if handler is None:
            raise self.unexpected()
        self.index += 1
        return handler(self, text, position)

    def postfixes(self, node: int) -> int:
        """Powers, factorials, transposes, primes, percent and degree signs after an operand."""
        powered = False
        for _ in range(self.limits.depth):
            kind, _, position, _ = self.tokens[self.index]
            if kind == "^":
                if powered and self.latex:
                    raise self.error("a second exponent", None, "use braces to show which belongs where")
                self.index += 1
                node, powered = self.power(node, position), True
            elif kind in _POSTFIXES:
                node = _POSTFIXES[kind](self, node, position)
            else:
                return node
        raise self.error(f"more than {self.limits.depth} signs after one another")

    def power(self, base: int, position: int) -> int:
        """A base with what follows its `^`: an exponent, a transpose or a degree sign."""
        special = self.special_exponent(base)
        if special == "degree":
            return self.degrees(base, position)
        if special == "transpose" and (self.nodes[base][0] in _MATRIX_NODES or self.names.has_matrices):
            return self.node("transpose", position, base)
        if special == "inverse transpose" and self.names.has_matrices:
            return self.node("transpose", position, self.node("call", position, "inverse", (base,)))
        if special:
            raise self.error("a transpose of something that is not a matrix", position)
        signed = self.tokens[self.index][0] in ("-", "+")
        token = self.tokens[self.index]
        exponent = self.exponent()
        if signed and not self.latex and self.adjacent():
            self.loose = "a factor directly after a signed exponent can be read in two ways; use brackets"
        elif token[0] == "number" and not self.latex and self.nodes[base][:1] == ("constant",) and self.adjacent():
            self.loose = f"'e^{token[1]}{self.tokens[self.index][1]}' can be read in two ways; use brackets"
        return self.node("power", position, base, exponent)

    def adjacent(self) -> bool:
        """Whether the next token follows without a space."""
        return self.tokens[self.index][2] == self.tokens[self.index - 1][3]

    def special_exponent(self, base: int) -> str:
        """`transpose` or `degree` where the exponent is that sign rather than a value; passes over it."""
        tokens, at = self.tokens, self.index
        braced = self.latex and tokens[at][0] == "{"
        inverse = tokens[at + braced][0] == "-" and tokens[at + braced + 1][1] in ("T", "\\top")
        token = tokens[at + braced + inverse]
        meaning = ""
        letter = token[1] == "T" and not self.names.lookup("T")
        if token[0] in ("ᵀ", "transpose") or (
            letter and (self.names.has_matrices or self.nodes[base][0] in _MATRIX_NODES)
        ):
            meaning = "transpose"
        elif token[0] in ("°", "⊙") and token[1] in ("°", "\\degree", "\\circ"):
            meaning = "degree"
        if not meaning or (braced and tokens[at + 2 + inverse][0] != "}"):
            return ""
        self.index += (3 if braced else 1) + inverse
        return f"inverse {meaning}" if inverse else meaning

    def exponent(self) -> int:
        """What stands after `^`: in LaTeX one argument, else an operand with its sign, so that powers group right."""
        if not self.latex:
            return self.operand()
        kind, _, position, _ = self.tokens[self.index]
        if kind == "-" or kind == "+":
            self.index += 1
            node = self.argument()
            return self.node("negate", position, node) if kind == "-" else node
        return self.argument()

    def argument(self) -> int:
        """One LaTeX argument: a brace group, or a single digit, letter or command."""
        tokens = self.tokens
        kind, text, start, end = tokens[self.index]
        if kind == "{":
            self.index += 1
            return self.group("{", start)
        if kind in ("number", "letters") and len(text) > 1:
            if not text[0].isalnum():
                raise self.error("a number without braces here", None, "use braces")
            tokens[self.index : self.index + 1] = [(kind, text[0], start, start + 1), (kind, text[1:], start + 1, end)]
        kind, text, start, _ = tokens[self.index]
        self.depth += 1
        if self.depth > self.limits.depth:
            raise self.error(f"more than {self.limits.depth} levels inside one another")
        if kind == "number":
            self.index += 1
            node = self.node("number", start, text)
        elif kind == "letters":
            self.index += 1
            node = identifiers.single_letter(self, text, start)
        elif kind in ("command", "name", "∞"):
            node = self.primary(kind, text, start) if kind != "name" else self.operand()
        else:
            raise self.error("an argument is missing" if kind == "end" else f"unexpected {text!r}", None, "use braces")
        self.depth -= 1
        return node

    # ------------------------------------------------------------------ brackets

    def group(self, opening: str, position: int) -> int:
        """What stands in brackets, after the opening one."""
        bars, self.bars, norms, self.norms = self.bars, 0, self.norms, 0
        tokens = self.tokens
        if tokens[self.index][0] in (")", "]", "\\}", "}"):
            node = self.empty_group(opening, position)
        else:
            inner = self.sum()
            closing = tokens[self.index][0]
            if closing != CLOSES[opening]:
                inner = self.sequence(CLOSES[opening], position, inner)
                closing = tokens[self.index][0]
            node = self.closed_group(opening, closing, inner, position)
        self.bars, self.norms, self.loose = bars, norms, ""
        return node

    def empty_group(self, opening: str, position: int) -> int:
        """`()`, `[]`, `{}`."""
        if opening == "{" or (self.latex and opening == "("):
            raise self.error("nothing between the brackets", position)
        self.expect(CLOSES[opening], position)
        return (
            self.node("set", position, ())
            if opening == "\\{"
            else self.node("tuple", position, opening + CLOSES[opening], ())
        )

    def closed_group(self, opening: str, closing: str, inner: int, position: int) -> int:
        """The node of a bracket whose content has been read."""
        kind = self.nodes[inner][0]
        loose = kind == "tuple" and not self.nodes[inner][2]
        items = self.nodes[inner][3] if loose else (inner,)
        if opening in "([" and closing in ")]" and CLOSES[opening] != closing and len(items) == 2:
            self.index += 1
            return self.node("interval", position, *items, opening == "[", closing == "]")
        self.expect(CLOSES[opening], position)
        if opening == "\\{" or (opening == "{" and loose):
            return self.node("set", position, items)
        if loose:
            return self.node("tuple", position, opening + closing, items)
        if opening == "[" and (not self.latex or kind == "tuple"):
            return self.node("tuple", position, "[]", items)
        return inner

    def arguments(self, opening: str, position: int) -> tuple[int, ...]:
        """The arguments of a function, after the opening bracket."""
        inner = self.group(opening, position)
        node = self.nodes[inner]
        if node[0] == "tuple" and node[1] == position:
            return node[3]
        if node[0] == "set" and node[1] == position:
            return node[2]
        return (inner,)

    def degrees(self, node: int, position: int) -> int:
        """An angle in degrees, as a multiple of pi."""
        if not self.names.degrees:
            raise self.error("degrees are not used here", position, "write the angle in radians")
        ratio = self.node("ratio", position, 1, 180)
        return self.node("multiply", position, (node, ratio, self.node("constant", position, "pi")))


# ---------------------------------------------------------------------- handlers by kind of token

_MATRIX_NODES = frozenset(["rows", "matrix", "vector", "tuple", "transpose"])


def _open_bracket(opening: str) -> Callable[[Parser, str, int], int]:
    return lambda parser, _, position: parser.group(opening, position)


def _between(opening: str, function: str) -> Callable[[Parser, str, int], int]:
    def read(parser: Parser, _: str, position: int) -> int:
        is_bar, is_norm = opening == "|", opening == "‖"
        parser.bars += is_bar
        parser.norms += is_norm
        inner = parser.sum()
        parser.expect(CLOSES.get(opening, opening), position)
        parser.bars -= is_bar
        parser.norms -= is_norm
        return parser.node("call", position, function, (inner,))

    return read


def _root(degree: int) -> Callable[[Parser, str, int], int]:
    def read(parser: Parser, _: str, position: int) -> int:
        bare = parser.tokens[parser.index][0] in ("name", "number", "letters")
        inner = parser.argument() if parser.latex else parser.operand()
        if bare and parser.adjacent() and not parser.latex:
            parser.loose = "a factor directly after a root sign can be read in two ways; use brackets"
        if degree == 4:
            inner = parser.node("call", position, "sqrt", (inner,))
        return parser.node("call", position, "cbrt" if degree == 3 else "sqrt", (inner,))

    return read


def _fraction_character(parser: Parser, text: str, position: int) -> int:
    numerator, denominator = FRACTIONS[text].split("/")
    return parser.node("ratio", position, int(numerator), int(denominator))


def _digits_with_commas(parser: Parser, text: str, position: int) -> int:
    groups = text.split(",")
    unmistakable = any(group.startswith("0") for group in groups[1:]) and not groups[0].startswith("0")
    if parser.names.commas == "thousands" or (parser.names.commas == "ask" and (unmistakable or "." in text)):
        parser.notes.append(f"'{text}' read with thousands separators")
        return parser.node("number", position, text.replace(",", ""))
    if parser.names.commas == "list":
        return parser.node("tuple", position, "", tuple(parser.node("number", position, group) for group in groups))
    spaced = ", ".join(groups)
    raise parser.error(f"'{text}' can be one number or several", position, f"write {''.join(groups)} or {spaced}")


def _infinity(parser: Parser, _: str, position: int) -> int:
    return parser.node("infinity", position)


def _empty_set(parser: Parser, _: str, position: int) -> int:
    return parser.node("set", position, ())


def _partial(parser: Parser, text: str, position: int) -> int:
    parser.index -= 1
    return identifiers.derivative(parser, position) or _refuse_calculus(parser, text, position)


def _refuse_calculus(parser: Parser, text: str, position: int) -> int:
    raise parser.error(f"{text}: derivatives must be worked out", position, "write the result, not the operation")


def _inner_product(parser: Parser, _: str, position: int) -> int:
    inner = parser.sequence("⟩", position, parser.sum())
    parser.expect("⟩", position)
    node = parser.nodes[inner]
    if node[0] != "tuple" or len(node[3]) != 2:
        raise parser.error("an inner product has two vectors", position)
    return parser.node("dot", position, *node[3])


_PRIMARY: dict[str, Callable[[Parser, str, int], int]] = {
    "(": _open_bracket("("),
    "[": _open_bracket("["),
    "{": _open_bracket("{"),
    "\\{": _open_bracket("\\{"),
    "|": _between("|", "abs"),
    "|(": _between("|(", "abs"),
    "‖": _between("‖", "norm"),
    "‖(": _between("‖(", "norm"),
    "⌊": _between("⌊", "floor"),
    "⌈": _between("⌈", "ceiling"),
    "⟨": _inner_product,
    "√": _root(2),
    "∛": _root(3),
    "∜": _root(4),
    "fraction": _fraction_character,
    "commas": _digits_with_commas,
    "∞": _infinity,
    "∅": _empty_set,
    "∂": _partial,
    "∇": _refuse_calculus,
    "∑": commands.summation("sum"),
    "∏": commands.summation("product"),
    "letters": identifiers.letters,
    "command": commands.command,
}


def _factorial(parser: Parser, node: int, position: int) -> int:
    parser.index += 1
    if parser.tokens[parser.index][0] == "!":
        raise parser.error("'!!' can be a double or a repeated factorial", position, "use brackets")
    return parser.node("call", position, "factorial", (node,))


def _percent(parser: Parser, node: int, position: int) -> int:
    parser.index += 1
    if parser.nodes[node][0] != "number" or parser.starts_factor(parser.tokens[parser.index][0]):
        raise parser.error("'%' is read only directly after a number", position)
    parser.notes.append("percent read as hundredths")
    return parser.node("multiply", position, (node, parser.node("ratio", position, 1, 100)))


def _degree_sign(parser: Parser, node: int, position: int) -> int:
    parser.index += 1
    return parser.degrees(node, position)


def _transpose(parser: Parser, node: int, position: int) -> int:
    parser.index += 1
    return parser.node("transpose", position, node)


def _prime(parser: Parser, node: int, position: int) -> int:
    primes = 0
    while parser.tokens[parser.index][0] == "'":
        parser.index += 1
        primes += 1
    kind, _, name, *_ = (*parser.nodes[node], None)
    if kind in _MATRIX_NODES:
        return parser.node("transpose", position, node) if primes % 2 else node
    entry = parser.names.lookup(f"{name}{primes * chr(39)}") if kind == "variable" else None
    if entry is not None:
        return parser.node(entry[0], position, entry[1])
    if kind == "variable" and parser.names.undeclared and parser.tokens[parser.index][0] != "(":
        return parser.node("variable", position, f"{name}{primes * chr(39)}")
    if parser.names.has_matrices:
        return parser.node("transpose", position, node) if primes % 2 else node
    raise parser.error("a prime after something that is not a matrix", position, "derivatives must be worked out")


_POSTFIXES: dict[str, Callable[[Parser, int, int], int]] = {
    "!": _factorial,
    "%": _percent,
    "°": _degree_sign,
    "transpose": _transpose,
    "'": _prime,
}
