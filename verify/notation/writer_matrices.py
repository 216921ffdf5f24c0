"""Writing expressions over declared matrices, and scalars built from them such as traces."""

from typing import Any

from verify.equality.matrix_pool import ELEMENT, Matrices, Matrix
from verify.errors import BudgetExceeded
from verify.notation.writer import ATOM, MAXIMUM_LENGTH, NEGATIVE, PRODUCT, SUM, Style, Written, write_term


def matrix_text(pool: Matrices, matrix: Matrix, style: Style) -> str:
    """The text of a matrix expression."""
    return _write_matrix(pool, matrix.number, style)[0]


def scalar_text(pool: Matrices, term: int, style: Style) -> Written:
    """A scalar with the traces in it written as what they are traces of."""
    return write_term(
        pool.terms, term, style, {name: _trace(pool, matrix, style) for name, matrix in pool.traced(term).items()}
    )


def _trace(pool: Matrices, matrix: Matrix, style: Style) -> Written:
    written = _write_matrix(pool, matrix.number, style)
    if matrix.shape.is_scalar:
        opening, closing = ("\\left(", "\\right)") if style.syntax == "latex" else ("(", ")")
        return (f"{opening}{written[0]}{closing}", ATOM) if written[1] < ATOM else written
    return style.matrix("trace", None, [written])


def _write_matrix(pool: Matrices, number: int, style: Style) -> Written:
    written: dict[int, Written] = {}
    for part in pool.reachable([number]):
        written[part] = _write_node(pool, part, written, style)
        if len(written[part][0]) > MAXIMUM_LENGTH:
            raise BudgetExceeded(f"an expression of more than {MAXIMUM_LENGTH:,} characters")
    return written[number]


def _write_node(pool: Matrices, number: int, written: dict[int, Written], style: Style) -> Written:
    node: tuple[Any, ...] = pool.node(number)
    kind = node[0]
    shape = pool.at(number).shape
    if kind == "symbol":
        return style.variable(node[1]), ATOM
    if kind in ("identity", "ones", "zero"):
        return style.matrix(kind, [str(shape.rows), str(shape.columns)], [])
    if kind == "basis":
        return style.matrix(kind, [str(node[1]), str(shape.rows)], [])
    if kind == "add":
        return _sum([written[part] for part in node[1]])
    if kind == "scale":
        return _scaled(pool, node, written, style)
    if kind == "elementwise":
        return _elementwise(pool, node, written, style)
    parts = node[1] if isinstance(node[1], tuple) else (node[1],)
    return style.matrix(kind, None, [written[part] for part in parts])


def _sum(parts: list[Written]) -> Written:
    text = parts[0][0] if parts[0][1] != SUM else f"({parts[0][0]})"
    for part, level in parts[1:]:
        if level == NEGATIVE:
            text += f" - {part[1:]}"
        else:
            text += f" + {part}" if level != SUM else f" + ({part})"
    return text, SUM


def _scaled(pool: Matrices, node: tuple[Any, ...], written: dict[int, Written], style: Style) -> Written:
    minus = pool.terms.minus_one
    if node[1] == minus and written[node[2]][1] >= PRODUCT:
        return f"-{written[node[2]][0]}", NEGATIVE
    factor = scalar_text(pool, node[1], style)
    if factor[1] == NEGATIVE:
        return f"-{style.matrix('scale', None, [(factor[0][1:], PRODUCT), written[node[2]]])[0]}", NEGATIVE
    return style.matrix("scale", None, [factor, written[node[2]]])


def _elementwise(pool: Matrices, node: tuple[Any, ...], written: dict[int, Written], style: Style) -> Written:
    """A named function of every entry as `tanh(A)`; any other term with the matrix in the entry's place."""
    key = pool.terms.key(node[1])
    if key[0] == "apply" and len(key) == 3 and key[2] == pool.terms.variable(ELEMENT):
        return style.matrix("elementwise", key[1], [written[node[2]]])
    text, level = written[node[2]]
    return write_term(pool.terms, node[1], style, {ELEMENT: (text, level)})
