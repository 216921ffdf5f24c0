"""What a text can mean besides one expression: matrices, tuples, sets, intervals, relations and their combinations.

Entries and sides that are scalars are terms (ints) of the `Terms` that the text was read into.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from verify.equality.matrix_pool import Matrices, Matrix


@dataclass(frozen=True, slots=True)
class MatrixValue:
    """A matrix given by its entries."""

    rows: tuple[tuple[int, ...], ...]

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns)."""
        return len(self.rows), len(self.rows[0]) if self.rows else 0


@dataclass(frozen=True, slots=True)
class MatrixExpressionValue:
    """An expression over declared matrices: a `Matrix` and the `Matrices` it belongs to."""

    pool: "Matrices"
    expression: "Matrix"


@dataclass(frozen=True, slots=True)
class TupleValue:
    """Several values in order.  `brackets` is ``()``, ``[]`` or empty, as written; `[1, 2]` may also be an interval."""

    items: "tuple[Value, ...]"
    brackets: str = ""


@dataclass(frozen=True, slots=True)
class SetValue:
    """Several values without order; repeated ones are kept as written."""

    items: "tuple[Value, ...]"


@dataclass(frozen=True, slots=True)
class IntervalValue:
    """The numbers between two ends."""

    low: "Value"
    high: "Value"
    low_closed: bool
    high_closed: bool


@dataclass(frozen=True, slots=True)
class SetOperation:
    """``union``, ``intersection`` or ``difference`` of two sets or intervals."""

    operation: str
    left: "Value"
    right: "Value"


@dataclass(frozen=True, slots=True)
class RelationValue:
    """A chain such as ``x = 2`` or ``0 < x <= 1``; there is one more operand than operators.  ``∈`` is membership."""

    operators: tuple[str, ...]
    operands: "tuple[Value, ...]"


@dataclass(frozen=True, slots=True)
class LogicValue:
    """Relations joined by ``and`` or ``or``."""

    operator: str
    parts: "tuple[Value, ...]"


@dataclass(frozen=True, slots=True)
class InfinityValue:
    """Plus or minus infinity standing alone: an end of an interval, or an answer that says so; never in arithmetic."""

    sign: int = 1


Value = (
    int
    | MatrixValue
    | MatrixExpressionValue
    | TupleValue
    | SetValue
    | IntervalValue
    | SetOperation
    | RelationValue
    | LogicValue
    | InfinityValue
)

_KINDS = {
    int: "scalar",
    MatrixValue: "matrix",
    MatrixExpressionValue: "matrix expression",
    TupleValue: "tuple",
    SetValue: "set",
    IntervalValue: "interval",
    SetOperation: "set",
    RelationValue: "relation",
    LogicValue: "relation",
    InfinityValue: "infinity",
}


def kind_of(value: Value) -> str:
    """``scalar``, ``matrix``, ``matrix expression``, ``tuple``, ``set``, ``interval``, ``relation`` or ``infinity``."""
    return _KINDS.get(type(value), "unknown")


def parts_of(value: Value) -> tuple["Value", ...]:
    """The values directly inside another; none for an expression or matrix."""
    if isinstance(value, TupleValue | SetValue):
        return value.items
    if isinstance(value, RelationValue):
        return value.operands
    if isinstance(value, LogicValue):
        return value.parts
    if isinstance(value, IntervalValue):
        return value.low, value.high
    return (value.left, value.right) if isinstance(value, SetOperation) else ()


def as_interval(value: Value) -> IntervalValue | None:
    """A pair in brackets as the interval that it may also mean; None where it cannot."""
    if isinstance(value, IntervalValue):
        return value
    if isinstance(value, TupleValue) and len(value.items) == 2 and value.brackets:
        closed = value.brackets == "[]"
        return IntervalValue(value.items[0], value.items[1], closed, closed)
    return None
