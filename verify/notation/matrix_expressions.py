"""Expressions over declared matrices and vectors, built in the pool of `verify.equality.matrices`.

Whatever comes out 1 x 1, such as `x^T A x`, is a scalar from there on.  `I` takes the size it needs.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from verify.equality.matrix_pool import Matrices, Matrix
from verify.notation.values import MatrixExpressionValue, MatrixValue

if TYPE_CHECKING:
    from verify.notation.evaluate import Evaluator

Node = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class IdentityValue:
    """A multiple of the identity whose size is not known yet."""

    factor: int


def pool_of(evaluator: "Evaluator") -> Matrices:
    """The pool of this reading, made when first needed."""
    if evaluator.matrices is None:
        evaluator.matrices = Matrices(evaluator.terms)
    return evaluator.matrices


def symbol(evaluator: "Evaluator", node: Node) -> Any:
    """The value of a declared matrix or vector."""
    kind, _, name = node
    pool = pool_of(evaluator)
    if name in pool.symbols:
        return _value(pool, pool.named(name))
    if kind == "vector":
        return _value(pool, pool.symbol(name, evaluator.names.vectors[name], 1))
    rows, columns, *properties = evaluator.names.matrices[name]
    return _value(pool, pool.symbol(name, rows, columns, [str(known) for known in properties]))


def identity(evaluator: "Evaluator", node: Node) -> Any:
    """`I`, or `I_n` with its size."""
    if node[2] is None:
        return IdentityValue(evaluator.terms.one)
    size = int(node[2]) if node[2].isdigit() else node[2]
    pool = pool_of(evaluator)
    return _value(pool, pool.identity(size))


def with_known_sizes(sides: tuple[Any, ...]) -> tuple[Any, ...]:
    """The sides of a relation such as `U^T U = I`, where `I` takes the size of a side that has one."""
    sized = next((side for side in sides if isinstance(side, MatrixExpressionValue)), None)
    if sized is None:
        return sides
    pool, size = sized.pool, sized.expression.shape.rows
    return tuple(
        _value(pool, pool.scale(side.factor, pool.identity(size))) if isinstance(side, IdentityValue) else side
        for side in sides
    )


def _value(pool: Matrices, matrix: Matrix) -> Any:
    """A matrix, or the scalar that a 1 x 1 one is."""
    return pool.scalar(matrix) if matrix.shape.is_scalar else MatrixExpressionValue(pool, matrix)


def apply(operation: str, evaluator: "Evaluator", node: Node, parts: list[Any]) -> Any:
    """The value of an operation in which a matrix expression or an identity takes part."""
    if any(isinstance(part, MatrixValue) for part in parts):
        raise evaluator.error("a matrix of numbers together with a declared one", node)
    if not all(type(part) is int or isinstance(part, MatrixExpressionValue | IdentityValue) for part in parts):
        raise evaluator.error(f"{operation} of a matrix and something that is neither matrix nor number", node)
    handler = _OPERATIONS.get(operation)
    if handler is not None:
        return handler(evaluator, node, parts)
    if len(parts) != 1 or isinstance(parts[0], IdentityValue) or operation == "abs":
        raise evaluator.error(f"{operation} of a matrix", node)
    pool = pool_of(evaluator)
    return _value(pool, pool.elementwise(operation, parts[0].expression))


def _add(evaluator: "Evaluator", node: Node, parts: list[Any]) -> Any:
    pool = pool_of(evaluator)
    matrices = [part.expression for part in parts if isinstance(part, MatrixExpressionValue)]
    if any(type(part) is int for part in parts):
        raise evaluator.error("a number added to a matrix", node, "write the number times I or a vector of ones")
    if not matrices:
        return IdentityValue(evaluator.terms.add([part.factor for part in parts]))
    size = matrices[0].shape.rows
    terms = [
        pool.scale(part.factor, pool.identity(size)) if isinstance(part, IdentityValue) else part.expression
        for part in parts
    ]
    return _value(pool, pool.add(terms))


def _multiply(evaluator: "Evaluator", _node: Node, parts: list[Any]) -> Any:
    pool = pool_of(evaluator)
    scalars = [
        part if type(part) is int else part.factor for part in parts if not isinstance(part, MatrixExpressionValue)
    ]
    factor = evaluator.terms.multiply(scalars)
    matrices = [part.expression for part in parts if isinstance(part, MatrixExpressionValue)]
    if not matrices:
        return IdentityValue(factor)
    product = _value(pool, pool.multiply(matrices))
    if type(product) is int:
        return evaluator.terms.multiply([factor, product])
    return _value(pool, pool.scale(factor, product.expression))


def _negate(evaluator: "Evaluator", node: Node, parts: list[Any]) -> Any:
    return _multiply(evaluator, node, [evaluator.terms.minus_one, parts[0]])


def _power(evaluator: "Evaluator", node: Node, parts: list[Any]) -> Any:
    base, exponent = parts
    if node[0] == "power" and evaluator.nodes[node[3]][0::2] in (("variable", "T"), ("definition", "T")):
        return _transpose(evaluator, node, parts)  # also where T is a number of steps: nobody means a power by it
    key = evaluator.terms.key(exponent) if type(exponent) is int else ("matrix",)
    if key[0] != "number" or not isinstance(key[1], int):
        raise evaluator.error("a power of a matrix needs a whole number", node)
    if isinstance(base, IdentityValue):
        return IdentityValue(evaluator.terms.power(base.factor, exponent))
    pool = pool_of(evaluator)
    return _value(pool, pool.power(base.expression, key[1]))


def _transpose(evaluator: "Evaluator", _node: Node, parts: list[Any]) -> Any:
    if type(parts[0]) is int or isinstance(parts[0], IdentityValue):
        return parts[0]
    pool = pool_of(evaluator)
    return _value(pool, pool.transpose(parts[0].expression))


def _inverse(evaluator: "Evaluator", node: Node, parts: list[Any]) -> Any:
    return _power(evaluator, node, [parts[0], evaluator.terms.minus_one])


def _reciprocal(evaluator: "Evaluator", node: Node, _parts: list[Any]) -> Any:
    raise evaluator.error("division by a matrix", node, "write its inverse as A^{-1}")


def _only_matrices(evaluator: "Evaluator", node: Node, parts: list[Any]) -> list[Matrix]:
    if not all(isinstance(part, MatrixExpressionValue) for part in parts):
        raise evaluator.error("a number where a matrix is needed", node)
    return [part.expression for part in parts]


def _hadamard(evaluator: "Evaluator", node: Node, parts: list[Any]) -> Any:
    if any(type(part) is int for part in parts):
        return _multiply(evaluator, node, parts)
    pool = pool_of(evaluator)
    return _value(pool, pool.hadamard(_only_matrices(evaluator, node, parts)))


def _norm(evaluator: "Evaluator", node: Node, parts: list[Any]) -> Any:
    pool = pool_of(evaluator)
    return evaluator.terms.apply("sqrt", [pool.frobenius(_only_matrices(evaluator, node, parts)[0])])


def _dot(evaluator: "Evaluator", node: Node, parts: list[Any]) -> Any:
    return pool_of(evaluator).dot(*_only_matrices(evaluator, node, parts))


def _outer(evaluator: "Evaluator", node: Node, parts: list[Any]) -> Any:
    pool = pool_of(evaluator)
    return _value(pool, pool.outer(*_only_matrices(evaluator, node, parts)))


def _trace(evaluator: "Evaluator", node: Node, parts: list[Any]) -> Any:
    return pool_of(evaluator).trace(_only_matrices(evaluator, node, parts)[0])


def _diagonal(evaluator: "Evaluator", node: Node, parts: list[Any]) -> Any:
    pool = pool_of(evaluator)
    matrix = _only_matrices(evaluator, node, parts)[0]
    is_vector = matrix.shape.columns.is_one or matrix.shape.rows.is_one
    return _value(pool, pool.diagonal(matrix) if is_vector else pool.diagonal_of(matrix))


def _total(evaluator: "Evaluator", node: Node, parts: list[Any]) -> Any:
    return pool_of(evaluator).total(_only_matrices(evaluator, node, parts)[0])


ARGUMENTS = {"trace": 1, "diag": 1, "inverse": 1, "transpose": 1, "norm": 1, "dot": 2, "outer": 2, "total": 1}
"""Functions of matrices -> number of arguments."""

_OPERATIONS: dict[str, Callable[["Evaluator", Node, list[Any]], Any]] = {
    "add": _add,
    "multiply": _multiply,
    "negate": _negate,
    "power": _power,
    "reciprocal": _reciprocal,
    "transpose": _transpose,
    "inverse": _inverse,
    "hadamard": _hadamard,
    "norm": _norm,
    "dot": _dot,
    "outer": _outer,
    "trace": _trace,
    "diag": _diagonal,
    "total": _total,
}
