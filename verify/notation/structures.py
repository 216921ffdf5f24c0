"""Tuples, sets, intervals, relations, matrices given by their entries, and SymPy's ways to write them."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from verify.notation.evaluate import FALSEHOOD, TRUTH
from verify.notation.indexed import build_piecewise
from verify.notation.values import (
    InfinityValue,
    IntervalValue,
    LogicValue,
    MatrixValue,
    RelationValue,
    SetOperation,
    SetValue,
    TupleValue,
)

if TYPE_CHECKING:
    from verify.notation.evaluate import Evaluator

Node = tuple[Any, ...]


def build(evaluator: "Evaluator", node: Node) -> Any:
    """The value of a node of one of these kinds."""
    return _BUILDERS[node[0]](evaluator, node)


def _values(evaluator: "Evaluator", indices: tuple[int, ...]) -> tuple[Any, ...]:
    return tuple(evaluator.values[index] for index in indices)


def _tuple(evaluator: "Evaluator", node: Node) -> Any:
    _, _, brackets, indices = node
    items = _values(evaluator, indices)
    rows = [item for item in items if isinstance(item, TupleValue) and item.brackets == "[]"]
    if brackets == "[]" and items and len(rows) == len(items):
        return _matrix_of(evaluator, node, [row.items for row in rows])
    return TupleValue(items, brackets)


def _matrix_of(evaluator: "Evaluator", node: Node, rows: list[tuple[Any, ...]]) -> Any:
    """Rows of equal length as a matrix."""
    widths = {len(row) for row in rows}
    if len(widths) != 1:
        lengths = ", ".join(str(len(row)) for row in rows[:6])
        raise evaluator.error(f"the rows of a matrix have different lengths ({lengths})", node)
    if len(rows) * len(rows[0]) > evaluator.limits.entries:
        raise evaluator.error(f"a matrix of more than {evaluator.limits.entries:,} entries", node)
    if any(type(entry) is not int for row in rows for entry in row):
        raise evaluator.error("every entry of a matrix must be a number or expression", node)
    return MatrixValue(tuple(tuple(row) for row in rows))


def _rows(evaluator: "Evaluator", node: Node) -> Any:
    if not node[2]:
        raise evaluator.error("a matrix without entries", node)
    return _matrix_of(evaluator, node, [_values(evaluator, row) for row in node[2]])


def _set(evaluator: "Evaluator", node: Node) -> Any:
    return SetValue(_values(evaluator, node[2]))


def _interval(evaluator: "Evaluator", node: Node) -> Any:
    low, high = evaluator.values[node[2]], evaluator.values[node[3]]
    for end in (low, high):
        if type(end) is not int and not isinstance(end, InfinityValue):
            raise evaluator.error("the ends of an interval must be numbers", node)
    return IntervalValue(low, high, node[4], node[5])


def _set_operation(evaluator: "Evaluator", node: Node) -> Any:
    _, _, operation, left, right = node
    return _operate(evaluator, node, operation, [evaluator.values[left], evaluator.values[right]])


def _operate(evaluator: "Evaluator", node: Node, operation: str, parts: list[Any]) -> Any:
    for part in parts:
        if not isinstance(part, SetValue | IntervalValue | SetOperation | TupleValue):
            raise evaluator.error(f"the {operation} of something that is not a set", node)
    result = parts[0]
    for part in parts[1:]:
        result = SetOperation(operation, result, part)
    return result


def _relation(evaluator: "Evaluator", node: Node) -> Any:
    operands = _values(evaluator, node[3])
    if any(
        operand is TRUTH or operand is FALSEHOOD or isinstance(operand, RelationValue | LogicValue)
        for operand in operands
    ):
        raise evaluator.error("a relation between truth values", node)
    if evaluator.names.has_matrices:
        from verify.notation.matrix_expressions import with_known_sizes

        operands = with_known_sizes(operands)
    return RelationValue(node[2], operands)


def _logic(evaluator: "Evaluator", node: Node) -> Any:
    parts = _values(evaluator, node[3])
    return _joined(evaluator, node, node[2], parts)


def _joined(evaluator: "Evaluator", node: Node, operator: str, parts: tuple[Any, ...]) -> Any:
    if all(isinstance(part, RelationValue | LogicValue) for part in parts):
        return LogicValue(operator, parts)
    if operator == "and" and not any(_may_be_a_statement(evaluator, part) for part in parts):
        return SetValue(parts)  # "3 and 7" gives both; "3 or 7" would leave the choice to the reader
    raise evaluator.error(f"'{operator}' joins statements such as x = 1, not values", node, "give one answer")


def _may_be_a_statement(evaluator: "Evaluator", part: Any) -> bool:
    """Whether a part joined by `and` is a relation, a group of parts, or a letter, which may stand for a statement."""
    if isinstance(part, int):
        return evaluator.terms.key(part)[0] == "variable"
    return not (isinstance(part, TupleValue) and part.brackets)


# ---------------------------------------------------------------------- SymPy's spellings


def _construct(evaluator: "Evaluator", node: Node) -> Any:
    _, _, what, indices = node
    parts = list(_values(evaluator, indices))
    if what in _COMPARISONS:
        return _relation(evaluator, ("relation", node[1], (what,), _exactly(evaluator, node, indices, 2)))
    if what in ("and", "or"):
        return _joined(evaluator, node, what, tuple(parts))
    if what in ("union", "intersection"):
        if not parts:
            raise evaluator.error(f"a {what} of nothing", node)
        return _operate(evaluator, node, what, parts)
    return _CONSTRUCTORS[what](evaluator, node, parts)


_COMPARISONS = frozenset(["=", "!=", "<", "<=", ">", ">="])


def _exactly(evaluator: "Evaluator", node: Node, indices: tuple[int, ...], count: int) -> tuple[int, ...]:
    if len(indices) != count:
        raise evaluator.error(f"expected {count} argument{'s' * (count > 1)}, not {len(indices)}", node)
    return indices


def _construct_matrix(evaluator: "Evaluator", node: Node, parts: list[Any]) -> Any:
    if len(parts) == 1 and isinstance(parts[0], MatrixValue):
        return parts[0]
    if len(parts) == 1 and isinstance(parts[0], TupleValue) and parts[0].items:
        return _matrix_of(evaluator, node, [(item,) for item in parts[0].items])
    raise evaluator.error("a matrix is written Matrix([[1, 2], [3, 4]])", node)


def _construct_set(_evaluator: "Evaluator", _node: Node, parts: list[Any]) -> Any:
    return SetValue(tuple(parts))


def _construct_interval(evaluator: "Evaluator", node: Node, parts: list[Any]) -> Any:
    flags = [part is TRUTH for part in parts[2:]] + [False, False]
    if len(parts) < 2:
        raise evaluator.error("an interval has two ends", node)
    return IntervalValue(parts[0], parts[1], not flags[0], not flags[1])


def _construct_piecewise(evaluator: "Evaluator", node: Node, parts: list[Any]) -> Any:
    if not parts or not all(isinstance(part, TupleValue) and len(part.items) == 2 for part in parts):
        raise evaluator.error("cases are written Piecewise((value, condition), ..., (value, True))", node)
    return build_piecewise(evaluator, node, [(part.items[0], part.items[1]) for part in parts])


def _construct_ratio(evaluator: "Evaluator", node: Node, _parts: list[Any]) -> Any:
    _exactly(evaluator, node, node[3], 2)
    numerator, denominator = (evaluator.scalar(index, node) for index in node[3])
    if denominator == evaluator.terms.zero:
        raise evaluator.error("division by zero", node)
    return evaluator.terms.multiply([numerator, evaluator.terms.reciprocal(denominator)])


def _construct_same(evaluator: "Evaluator", node: Node, _parts: list[Any]) -> Any:
    _exactly(evaluator, node, node[3], 1)
    return evaluator.scalar(node[3][0], node)


def _construct_root(evaluator: "Evaluator", node: Node, _parts: list[Any]) -> Any:
    """The n-th root; `\\sqrt[3]{x}` is the real cube root, as ∛x is, any other root is a power of 1/n."""
    terms = evaluator.terms
    _exactly(evaluator, node, node[3], 2)
    base, degree = (evaluator.scalar(index, node) for index in node[3])
    key = terms.key(degree)
    if key[0] == "number" and key[1] == 0:
        raise evaluator.error("a root of degree zero", node)
    if key == ("number", 2):
        return terms.apply("sqrt", [base])
    if key == ("number", 3):
        return terms.apply("cbrt", [base])
    return terms.power(base, terms.reciprocal(degree))


def _construct_power(evaluator: "Evaluator", node: Node, _parts: list[Any]) -> Any:
    raise evaluator.error("write a power with ** or ^", node)


def _construct_remainder(evaluator: "Evaluator", node: Node, _parts: list[Any]) -> Any:
    """What is left of the first after whole multiples of the second, as SymPy and Python define it for negatives."""
    terms = evaluator.terms
    _exactly(evaluator, node, node[3], 2)
    left, right = (evaluator.scalar(index, node) for index in node[3])
    if right == terms.zero:
        raise evaluator.error("division by zero", node)
    quotient = terms.apply("floor", [terms.multiply([left, terms.reciprocal(right)])])
    return terms.add([left, terms.negate(terms.multiply([right, quotient]))])


_CONSTRUCTORS: dict[str, Callable[["Evaluator", Node, list[Any]], Any]] = {
    "matrix": _construct_matrix,
    "set": _construct_set,
    "interval": _construct_interval,
    "piecewise": _construct_piecewise,
    "rational": _construct_ratio,
    "same": _construct_same,
    "root": _construct_root,
    "power": _construct_power,
    "remainder": _construct_remainder,
}
_BUILDERS: dict[str, Callable[["Evaluator", Node], Any]] = {
    "tuple": _tuple,
    "rows": _rows,
    "set": _set,
    "interval": _interval,
    "set operation": _set_operation,
    "relation": _relation,
    "logic": _logic,
    "construct": _construct,
}
