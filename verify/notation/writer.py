"""Writing terms and values back as text that `read` understands and a person likes to read.

`read(write(e))` is the same node as `e`, in both syntaxes.  A term is written bottom-up in one loop, so that depth
costs no recursion; what differs between the syntaxes is in `writer_python` and `writer_latex`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from verify.errors import BudgetExceeded
from verify.notation.values import Value

if TYPE_CHECKING:
    from verify.equality.matrix_pool import Matrices
    from verify.equality.terms import Terms

MAXIMUM_LENGTH = 200_000
"""Longest text that is written; shared subexpressions can make a small graph very long."""

_NOTHING: Mapping[str, tuple[str, int]] = MappingProxyType({})
SUM, NEGATIVE, PRODUCT, POWER, ATOM = range(1, 6)
Written = tuple[str, int]
"""A text and how tightly it binds."""


@dataclass(frozen=True, slots=True)
class Style:
    """How one syntax writes each kind of node from its parts, already written."""

    syntax: str
    number: Callable[[Fraction | int], Written]
    variable: Callable[[str], str]
    constant: Callable[[str], str]
    product: Callable[[int | Fraction, list["Factor"], list["Factor"]], Written]
    power: Callable[[Written, Written, Fraction | int | None], Written]
    apply: Callable[[str, Sequence[Written], frozenset[str]], Written]
    relation: Callable[[str, str, str], str]
    piecewise: Callable[[Sequence[tuple[str, str]], str], Written]
    indexed: Callable[[str, Sequence[str]], str]
    over_index: Callable[[str, Written, str, str, str], Written]
    compound: Callable[[str, Any, Sequence[str]], str]
    matrix: Callable[[str, Any, Sequence[Written]], Written]


@dataclass(frozen=True, slots=True)
class Factor:
    """A factor of a product: its text, how it binds, and what it is (``variable``, ``number``, ...)."""

    text: str
    level: int
    kind: str


def style_of(syntax: str) -> Style:
    """The style of a syntax."""
    if syntax == "latex":
        from verify.notation.writer_latex import LATEX

        return LATEX
    if syntax == "python":
        from verify.notation.writer_python import PYTHON

        return PYTHON
    raise ValueError(f"unknown syntax {syntax!r}; known are 'python' and 'latex'")


def write(
    terms: "Terms",
    value: Value,
    syntax: Literal["python", "latex"] = "python",
    *,
    matrices: "Matrices | None" = None,
) -> str:
    """The text of a term, or of a matrix, tuple, set, interval or relation of terms.

    `matrices` is the pool that scalars such as traces belong to.
    """
    style = style_of(syntax)
    if type(value) is not int:
        return _write_compound(terms, value, style, matrices)
    if matrices is not None:
        from verify.notation.writer_matrices import scalar_text

        return scalar_text(matrices, value, style)[0]
    return write_term(terms, value, style)[0]


def _write_compound(terms: "Terms", value: Any, style: Style, matrices: "Matrices | None") -> str:
    from verify.notation import values

    syntax: Literal["python", "latex"] = "latex" if style.syntax == "latex" else "python"

    def text(part: Value) -> str:
        return write(terms, part, syntax, matrices=matrices)

    if isinstance(value, values.MatrixValue):
        return style.compound(
            "matrix", [len(row) for row in value.rows], [text(entry) for row in value.rows for entry in row]
        )
    if isinstance(value, values.TupleValue):
        return style.compound("tuple", value.brackets, [text(item) for item in value.items])
    if isinstance(value, values.SetValue):
        return style.compound("set", None, [text(item) for item in value.items])
    if isinstance(value, values.IntervalValue):
        return style.compound("interval", (value.low_closed, value.high_closed), [text(value.low), text(value.high)])
    if isinstance(value, values.SetOperation):
        return style.compound("set operation", value.operation, [text(value.left), text(value.right)])
    if isinstance(value, values.RelationValue):
        return style.compound("relation", value.operators, [text(operand) for operand in value.operands])
    if isinstance(value, values.LogicValue):
        return style.compound("logic", value.operator, [text(part) for part in value.parts])
    if isinstance(value, values.InfinityValue):
        return style.compound("infinity", value.sign, [])
    from verify.notation.writer_matrices import matrix_text

    return matrix_text(value.pool, value.expression, style)


def write_term(terms: "Terms", term: int, style: Style, replacements: Mapping[str, Written] = _NOTHING) -> Written:
    """A term written, with the variables named in `replacements` as given there."""
    written: dict[int, Written] = {}
    variables = frozenset(terms.variables(term))
    length = 0
    for part in terms.reachable([term]):
        key = terms.key(part)
        if key[0] == "variable" and key[1] in replacements:
            written[part] = replacements[key[1]]
        else:
            written[part] = _write_node(terms, part, written, style, variables)
        length = len(written[part][0])
        if length > MAXIMUM_LENGTH:
            raise BudgetExceeded(f"an expression of more than {MAXIMUM_LENGTH:,} characters")
    return written[term]


def _write_node(
    terms: "Terms", term: int, written: dict[int, Written], style: Style, variables: frozenset[str]
) -> Written:
    node = terms.key(term)
    writer = _WRITERS.get(node[0])
    if writer is not None:
        return writer(terms, node, written, style)
    kind = node[0]
    if kind == "apply":
        return style.apply(node[1], [written[part] for part in node[2:]], variables)
    if kind == "relation":
        return style.relation(node[1], written[node[2]][0], written[node[3]][0]), SUM
    if kind == "piecewise":
        branches = [(written[value][0], written[condition][0]) for value, condition in node[1]]
        return style.piecewise(branches, written[node[2]][0])
    if kind in ("summation", "product"):
        return style.over_index(kind, written[node[1]], node[2], written[node[3]][0], written[node[4]][0])
    raise ValueError(f"unknown kind of term {kind!r}")


def _leaf(_terms: "Terms", node: Any, _written: dict[int, Written], style: Style) -> Written:
    if node[0] == "variable":
        return style.variable(node[1]), ATOM
    return style.constant(node[1]), ATOM


def _number(_terms: "Terms", node: Any, _written: dict[int, Written], style: Style) -> Written:
    return style.number(node[1])


def _indexed(_terms: "Terms", node: Any, written: dict[int, Written], style: Style) -> Written:
    return style.indexed(node[1], [written[index][0] for index in node[2]]), ATOM


def _sum(terms: "Terms", node: Any, written: dict[int, Written], _style: Style) -> Written:
    """Terms in their order, a positive one first, and a number last if it can be: `x + 1`, `1 - h`."""
    parts = sorted(node[1], key=lambda part: terms.key(part)[0] == "number")
    signed = [written[part] for part in parts]
    first = next((index for index, part in enumerate(signed) if part[1] != NEGATIVE), 0)
    signed.insert(0, signed.pop(first))
    text = signed[0][0]
    for part, level in signed[1:]:
        text += f" - {part[1:]}" if level == NEGATIVE else f" + {part}"
    return text, SUM


def _product(terms: "Terms", node: Any, written: dict[int, Written], style: Style) -> Written:
    coefficient: int | Fraction = 1
    above: list[tuple[int, Factor]] = []
    below: list[Factor] = []
    for part in node[1]:
        key = terms.key(part)
        if key[0] == "number":
            coefficient = key[1]
        elif _is_reciprocal(terms, key):
            below.append(_denominator(terms, key, written, style))
        else:
            above.append((_rank(terms, key), Factor(*written[part], key[0])))
    above.sort(key=lambda ranked: ranked[0])
    size = coefficient if coefficient >= 0 else -coefficient
    text, level = style.product(size, [factor for _, factor in above], below)
    return (f"-{text}", NEGATIVE) if coefficient < 0 else (text, level)


_RANKS = {"constant": 0, "variable": 1, "indexed": 1, "apply": 2, "add": 3}


def _rank(terms: "Terms", key: Any) -> int:
    """Where a factor stands: constants, then variables, then functions, then sums."""
    if key[0] == "power":
        key = terms.key(key[1])
    return _RANKS.get(key[0], 4)


def _is_reciprocal(terms: "Terms", key: Any) -> bool:
    """Whether a power is written below a fraction bar: a negative whole exponent that reads back as the same node."""
    if key[0] != "power":
        return False
    exponent, base = terms.key(key[2]), terms.key(key[1])
    if exponent[0] != "number" or exponent[1].denominator != 1 or exponent[1] >= 0:
        return False
    return exponent[1] == -1 or base[0] != "power" or terms.key(base[2])[0] != "number"


def _denominator(terms: "Terms", key: Any, written: dict[int, Written], style: Style) -> Factor:
    exponent: int = -terms.key(key[2])[1]
    base = written[key[1]]
    if exponent == 1:
        return Factor(*base, terms.key(key[1])[0])
    return Factor(*style.power(base, style.number(exponent), exponent), "power")


def _power(terms: "Terms", node: Any, written: dict[int, Written], style: Style) -> Written:
    if _is_reciprocal(terms, node):
        return style.product(1, [], [_denominator(terms, node, written, style)])
    exponent = terms.key(node[2])
    return style.power(written[node[1]], written[node[2]], exponent[1] if exponent[0] == "number" else None)


_WRITERS: dict[str, Callable[["Terms", Any, dict[int, Written], Style], Written]] = {
    "number": _number,
    "variable": _leaf,
    "constant": _leaf,
    "indexed": _indexed,
    "add": _sum,
    "multiply": _product,
    "power": _power,
}


def bracketed(part: Written, least: int, opening: str = "(", closing: str = ")") -> str:
    """The text, in brackets where it binds more loosely than needed."""
    return part[0] if part[1] >= least else f"{opening}{part[0]}{closing}"
