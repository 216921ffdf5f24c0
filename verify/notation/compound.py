"""Arithmetic in which a matrix, an infinity or another compound value takes part."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from verify.errors import ReadingError
from verify.notation.evaluate import article
from verify.notation.values import InfinityValue, MatrixExpressionValue, MatrixValue, TupleValue

if TYPE_CHECKING:
    from verify.notation.evaluate import Evaluator

Node = tuple[Any, ...]


def apply(operation: str, evaluator: "Evaluator", node: Node, parts: list[Any]) -> Any:
    """The value of an operation on parts of which at least one is not a scalar."""
    parts = [_plain(part) for part in parts]
    if all(type(part) is int for part in parts) and operation in _SCALARS:
        return _SCALARS[operation](evaluator, parts)
    if any(isinstance(part, InfinityValue) for part in parts):
        raise evaluator.error("arithmetic with infinity", node, "infinity may only be an end of an interval")
    if evaluator.names.has_matrices and any(_is_matrix_expression(part) for part in parts):
        from verify.notation import matrix_expressions

        return matrix_expressions.apply(operation, evaluator, node, parts)
    columns = [_column(part) for part in parts] if operation in ("norm", "dot") else parts
    if operation in _MATRICES and all(type(part) is int or isinstance(part, MatrixValue) for part in columns):
        return _MATRICES[operation](evaluator, node, columns)
    strange = next(part for part in parts if type(part) is not int)
    raise evaluator.error(f"{article(strange)} cannot take part in arithmetic here", node)


def _is_matrix_expression(part: Any) -> bool:
    from verify.notation.matrix_expressions import IdentityValue

    return isinstance(part, MatrixExpressionValue | IdentityValue)


def symbol(evaluator: "Evaluator", node: Node) -> Any:
    """The value of a declared matrix or vector."""
    from verify.notation import matrix_expressions

    return matrix_expressions.symbol(evaluator, node)


def _plain(part: Any) -> Any:
    """`[x + 1]` inside an expression is only a bracket."""
    if isinstance(part, TupleValue) and part.brackets == "[]" and len(part.items) == 1 and type(part.items[0]) is int:
        return part.items[0]
    return part


def _column(part: Any) -> Any:
    if isinstance(part, TupleValue) and part.items and all(type(item) is int for item in part.items):
        return MatrixValue(tuple((item,) for item in part.items if type(item) is int))
    return part


_SCALARS: dict[str, Callable[["Evaluator", list[Any]], Any]] = {
    "add": lambda evaluator, parts: evaluator.terms.add(parts),
    "multiply": lambda evaluator, parts: evaluator.terms.multiply(parts),
    "negate": lambda evaluator, parts: evaluator.terms.negate(parts[0]),
    "power": lambda evaluator, parts: evaluator.terms.power(*parts),
    "norm": lambda evaluator, parts: evaluator.terms.apply("abs", parts),
    "abs": lambda evaluator, parts: evaluator.terms.apply("abs", parts),
    "reciprocal": lambda evaluator, parts: evaluator.terms.reciprocal(parts[0]),
    "trace": lambda _evaluator, parts: parts[0],
    "transpose": lambda _evaluator, parts: parts[0],
    "dot": lambda evaluator, parts: evaluator.terms.multiply(parts),
}


def _mismatch(evaluator: "Evaluator", node: Node, what: str, left: MatrixValue, right: MatrixValue) -> ReadingError:
    shapes = " and ".join(f"{rows}x{columns}" for rows, columns in (left.shape, right.shape))
    return evaluator.error(f"{what} of matrices of shapes {shapes}", node)


def _add(evaluator: "Evaluator", node: Node, parts: list[Any]) -> MatrixValue:
    first = parts[0]
    for part in parts:
        if type(part) is int or type(first) is int:
            raise evaluator.error("a number added to a matrix", node)
        if part.shape != first.shape:
            raise _mismatch(evaluator, node, "a sum", first, part)
    columns = range(first.shape[1])
    return MatrixValue(
        tuple(
            tuple(evaluator.terms.add([part.rows[row][column] for part in parts]) for column in columns)
            for row in range(first.shape[0])
        )
    )


def _scale(evaluator: "Evaluator", matrix: MatrixValue, factor: int) -> MatrixValue:
    return MatrixValue(tuple(tuple(evaluator.terms.multiply([factor, entry]) for entry in row) for row in matrix.rows))


def _multiply(evaluator: "Evaluator", node: Node, parts: list[Any]) -> Any:
    factor = evaluator.terms.multiply([part for part in parts if type(part) is int])
    matrices = [part for part in parts if type(part) is not int]
    product = matrices[0]
    for matrix in matrices[1:]:
        product = _times(evaluator, node, product, matrix)
    return product if factor == evaluator.terms.one else _scale(evaluator, product, factor)


def _times(evaluator: "Evaluator", node: Node, left: MatrixValue, right: MatrixValue) -> MatrixValue:
    if left.shape[1] != right.shape[0]:
        raise _mismatch(evaluator, node, "a product", left, right)
    if left.shape[0] * left.shape[1] * right.shape[1] > evaluator.limits.entries:
        raise evaluator.error("a product of matrices that is too large to read", node)
    terms = evaluator.terms
    columns = list(zip(*right.rows, strict=True))
    return MatrixValue(
        tuple(
            tuple(terms.add([terms.multiply(pair) for pair in zip(row, column, strict=True)]) for column in columns)
            for row in left.rows
        )
    )


def _negate(evaluator: "Evaluator", _node: Node, parts: list[Any]) -> MatrixValue:
    return _scale(evaluator, parts[0], evaluator.terms.minus_one)


def _transpose(_evaluator: "Evaluator", _node: Node, parts: list[Any]) -> Any:
    return parts[0] if type(parts[0]) is int else MatrixValue(tuple(zip(*parts[0].rows, strict=True)))


def _power(evaluator: "Evaluator", node: Node, parts: list[Any]) -> MatrixValue:
    base, exponent = parts
    key = evaluator.terms.key(exponent) if type(exponent) is int else ("matrix",)
    if type(base) is int or key[0] != "number" or not isinstance(key[1], int) or not 1 <= key[1] <= 8:
        raise evaluator.error("a power of a matrix needs a whole number from 1 to 8", node)
    product = base
    for _ in range(key[1] - 1):
        product = _times(evaluator, node, product, base)
    return product


def _hadamard(evaluator: "Evaluator", node: Node, parts: list[Any]) -> Any:
    left, right = parts
    if type(left) is int or type(right) is int or left.shape != right.shape:
        raise evaluator.error("an entrywise product needs two matrices of one shape", node)
    pairs = (zip(above, below, strict=True) for above, below in zip(left.rows, right.rows, strict=True))
    return MatrixValue(tuple(tuple(evaluator.terms.multiply(pair) for pair in row) for row in pairs))


def _norm(evaluator: "Evaluator", node: Node, parts: list[Any]) -> int:
    matrix = parts[0]
    if 1 not in matrix.shape:
        raise evaluator.error("the norm of a matrix that is not a vector", node)
    two = evaluator.terms.number(2)
    squares = [evaluator.terms.power(entry, two) for row in matrix.rows for entry in row]
    return evaluator.terms.apply("sqrt", [evaluator.terms.add(squares)])


def _dot(evaluator: "Evaluator", node: Node, parts: list[Any]) -> int:
    left, right = ([entry for row in part.rows for entry in row] for part in parts)
    if len(left) != len(right):
        raise evaluator.error("an inner product of vectors of different lengths", node)
    return evaluator.terms.add([evaluator.terms.multiply(pair) for pair in zip(left, right, strict=True)])


def _trace(evaluator: "Evaluator", node: Node, parts: list[Any]) -> int:
    rows, columns = parts[0].shape
    if rows != columns:
        raise evaluator.error(f"the trace of a matrix of shape {rows}x{columns}", node)
    return evaluator.terms.add([parts[0].rows[index][index] for index in range(rows)])


_MATRICES: dict[str, Callable[["Evaluator", Node, list[Any]], Any]] = {
    "add": _add,
    "multiply": _multiply,
    "negate": _negate,
    "power": _power,
    "transpose": _transpose,
    "hadamard": _hadamard,
    "norm": _norm,
    "dot": _dot,
    "trace": _trace,
}
