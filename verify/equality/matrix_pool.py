"""Matrix expressions with symbolic dimensions, stored once each, beside a pool of scalar terms.

A `Matrix` is kept exactly as it was written, because instances are evaluated from what was written and never from the
normal form: the search for a counterexample must not share a mistake with the proof.

Scalars built from matrices (traces, entries, 1 x 1 products) are terms of the scalar pool: variables with reserved
names that stand for the trace of a matrix.  So `log(tr(A))` or `lambda / (v^T v)` need nothing new.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from verify.equality.matrix_shapes import ONE, Dimension, Shape, ShapeError
from verify.equality.terms import Terms
from verify.errors import BudgetExceeded, UnknownName, VerifyError

Size = int | str | Dimension
Node = tuple[Any, ...]

ELEMENT = "[x]"
"""Name of the variable for which an elementwise function's term stands; cannot be typed by a user."""

MAXIMUM_NODES = 100_000
MAXIMUM_POWER = 64
MAXIMUM_FACTORS = 256

PROPERTIES: Mapping[str, frozenset[str]] = {
    "symmetric": frozenset(),
    "skew": frozenset(),
    "diagonal": frozenset({"symmetric"}),
    "orthogonal": frozenset({"orthonormal columns", "invertible"}),
    "orthonormal columns": frozenset(),
    "invertible": frozenset(),
    "idempotent": frozenset(),
    "positive definite": frozenset({"symmetric", "invertible"}),
}
"""Property -> the properties it implies."""


@dataclass(frozen=True, slots=True)
class Matrix:
    """One matrix expression of a pool: its number and its shape."""

    number: int
    shape: Shape


@dataclass(frozen=True, slots=True)
class Symbol:
    """A declared matrix: its shape and what is known of it."""

    name: str
    shape: Shape
    properties: frozenset[str]


@dataclass(slots=True, eq=False, repr=False)
class Matrices:
    """A pool of matrix expressions over declared symbols; scalars are terms of `terms`."""

    terms: Terms = field(default_factory=Terms)
    symbols: dict[str, Symbol] = field(default_factory=dict)
    relations: list[tuple[Matrix, Matrix]] = field(default_factory=list)
    constructions: dict[str, Matrix] = field(default_factory=dict)
    _nodes: list[Node] = field(default_factory=list)
    _shapes: list[Shape] = field(default_factory=list)
    _number_of: dict[tuple[Node, Shape], int] = field(default_factory=dict)
    _traced: dict[str, Matrix] = field(default_factory=dict)

    # ------------------------------------------------------------------ declarations

    def symbol(self, name: str, rows: Size, columns: Size, properties: Iterable[str] = frozenset()) -> Matrix:
        """The matrix of that name, declared now; `properties` are keys of `PROPERTIES`.

        A second declaration must agree with the first.
        """
        shape = Shape(Dimension.of(rows), Dimension.of(columns))
        known = _with_implied(properties)
        if known - {"orthonormal columns"} and not shape.is_square:
            raise ShapeError(f"{name} is declared {sorted(known)[0]}", (shape,), "a square matrix")
        declared = self.symbols.setdefault(name, Symbol(name, shape, known))
        if declared != Symbol(name, shape, known):
            raise VerifyError(f"matrix {name!r} is declared twice with different shapes or properties")
        return self._intern(("symbol", name), shape)

    def named(self, name: str) -> Matrix:
        """The declared matrix of that name."""
        if name not in self.symbols:
            raise UnknownName("matrix", name, self.symbols)
        return self._intern(("symbol", name), self.symbols[name].shape)

    def relate(self, left: Matrix, right: Matrix) -> None:
        """Assume `left = right`, used from left to right: `left` is one product of symbols, such as `C U` for `U L`.

        Its transposed version is assumed with it.  Instances must satisfy it: see `construct`.
        """
        _same_shape("a relation", left, right)
        self.relations.append((left, right))

    def construct(self, name: str, value: Matrix) -> None:
        """Draw instances of a symbol by evaluating `value`, so that the declared relations hold in them."""
        _same_shape(f"the construction of {name}", self.named(name), value)
        self.constructions[name] = value

    # ------------------------------------------------------------------ leaves

    def identity(self, size: Size) -> Matrix:
        """The identity of that size."""
        dimension = Dimension.of(size)
        return self._intern(("identity",), Shape(dimension, dimension))

    def zero(self, rows: Size, columns: Size) -> Matrix:
        """The zero matrix."""
        return self._intern(("zero",), Shape(Dimension.of(rows), Dimension.of(columns)))

    def ones(self, rows: Size, columns: Size = 1) -> Matrix:
        """The matrix of ones; by default a column."""
        return self._intern(("ones",), Shape(Dimension.of(rows), Dimension.of(columns)))

    def basis(self, size: Size, index: int | str) -> Matrix:
        """The column with a one in row `index`, counted from 0, and zeros elsewhere; the index may be a name."""
        dimension = Dimension.of(size)
        if isinstance(index, int) and (index < 0 or (not dimension.parts and index >= dimension.constant)):
            raise ShapeError("an entry", (Shape(dimension, ONE),), f"an index from 0 to {dimension} - 1, not {index}")
        return self._intern(("basis", index), Shape(dimension, ONE))

    # ------------------------------------------------------------------ operations

    def add(self, matrices: Iterable[Matrix]) -> Matrix:
        """The sum of matrices of one shape."""
        parts = list(matrices)
        for part in parts[1:]:
            _same_shape("a sum", parts[0], part)
        if len(parts) == 1:
            return parts[0]
        return self._intern(("add", tuple(part.number for part in parts)), parts[0].shape)

    def subtract(self, left: Matrix, right: Matrix) -> Matrix:
        """The difference."""
        return self.add((left, self.negate(right)))

    def negate(self, matrix: Matrix) -> Matrix:
        """Minus the matrix."""
        return self.scale(self.terms.minus_one, matrix)

    def multiply(self, matrices: Iterable[Matrix]) -> Matrix:
        """The product, from left to right; a 1 x 1 factor that does not fit as a matrix acts as a scalar."""
        factors = list(matrices)
        product = factors[0]
        for factor in factors[1:]:
            product = self._multiply_two(product, factor)
        return product

    def _multiply_two(self, left: Matrix, right: Matrix) -> Matrix:
        if left.shape.columns == right.shape.rows:
            factors = (*self._factors(left), *self._factors(right))
            if len(factors) > MAXIMUM_FACTORS:
                raise BudgetExceeded(f"a product of more than {MAXIMUM_FACTORS} matrices")
            return self._intern(("multiply", factors), Shape(left.shape.rows, right.shape.columns))
        if left.shape.is_scalar:
            return self.scale(self.scalar(left), right)
        if right.shape.is_scalar:
            return self.scale(self.scalar(right), left)
        expected = f"as many rows on the right as columns on the left, {left.shape.columns}"
        raise ShapeError("a product", (left.shape, right.shape), expected)

    def _factors(self, matrix: Matrix) -> tuple[int, ...]:
        node = self._nodes[matrix.number]
        return node[1] if node[0] == "multiply" else (matrix.number,)

    def scale(self, factor: int, matrix: Matrix) -> Matrix:
        """A scalar term times a matrix."""
        return matrix if factor == self.terms.one else self._intern(("scale", factor, matrix.number), matrix.shape)

    def transpose(self, matrix: Matrix) -> Matrix:
        """The transpose."""
        node = self._nodes[matrix.number]
        if node[0] == "transpose":
            return self.at(node[1])
        return self._intern(("transpose", matrix.number), matrix.shape.transposed)

    def inverse(self, matrix: Matrix) -> Matrix:
        """The inverse; an equation that contains it speaks of those values at which it exists."""
        _require_square("an inverse", matrix)
        return self._intern(("inverse", matrix.number), matrix.shape)

    def power(self, matrix: Matrix, exponent: int) -> Matrix:
        """A whole power of a square matrix, of at most 64 factors; negative powers of its inverse."""
        _require_square("a power", matrix)
        if abs(exponent) > MAXIMUM_POWER:
            raise BudgetExceeded(f"a matrix power above {MAXIMUM_POWER}")
        if exponent == 0:
            return self.identity(matrix.shape.rows)
        return self.multiply([matrix if exponent > 0 else self.inverse(matrix)] * abs(exponent))

    def hadamard(self, matrices: Iterable[Matrix]) -> Matrix:
        """The entry by entry product."""
        parts = list(matrices)
        for part in parts[1:]:
            _same_shape("an elementwise product", parts[0], part)
        if len(parts) == 1:
            return parts[0]
        return self._intern(("hadamard", tuple(part.number for part in parts)), parts[0].shape)

    def elementwise(self, function: str | int | Callable[[int], int], matrix: Matrix) -> Matrix:
        """A function of every entry: a name from `FUNCTIONS`, a map of the entry's term, or a term in `ELEMENT`."""
        element = self.terms.variable(ELEMENT)
        if isinstance(function, str):
            function = self.terms.apply(function, (element,))
        body = function if isinstance(function, int) else function(element)
        return self._intern(("elementwise", body, matrix.number), matrix.shape)

    def diagonal(self, vector: Matrix) -> Matrix:
        """The diagonal matrix of a column (or row)."""
        column = self._column("a diagonal matrix", vector)
        return self._intern(("diagonal", column.number), Shape(column.shape.rows, column.shape.rows))

    def diagonal_of(self, matrix: Matrix) -> Matrix:
        """The column of a square matrix's diagonal entries."""
        _require_square("a diagonal", matrix)
        size = matrix.shape.rows
        return self.multiply((self.hadamard((self.identity(size), matrix)), self.ones(size)))

    def outer(self, left: Matrix, right: Matrix) -> Matrix:
        """The outer product of two vectors."""
        column, row = self._column("an outer product", left), self._column("an outer product", right)
        return self.multiply((column, self.transpose(row)))

    # ------------------------------------------------------------------ scalars

    def trace(self, matrix: Matrix) -> int:
        """The trace, a term."""
        _require_square("a trace", matrix)
        name = f"tr[{matrix.number}]"
        self._traced[name] = matrix
        return self.terms.variable(name)

    def scalar(self, matrix: Matrix) -> int:
        """The one entry of a 1 x 1 matrix, a term."""
        if not matrix.shape.is_scalar:
            raise ShapeError("a scalar", (matrix.shape,), "1 x 1")
        return self.trace(matrix)

    def dot(self, left: Matrix, right: Matrix) -> int:
        """The dot product of two vectors, a term."""
        column, other = self._column("a dot product", left), self._column("a dot product", right)
        return self.scalar(self.multiply((self.transpose(column), other)))

    def frobenius(self, matrix: Matrix) -> int:
        """The sum of the squares of the entries, a term."""
        return self.trace(self.multiply((matrix, self.transpose(matrix))))

    def entry(self, matrix: Matrix, row: int | str, column: int | str) -> int:
        """One entry, a term; indices count from 0 and may be names."""
        left = self.transpose(self.basis(matrix.shape.rows, row))
        return self.scalar(self.multiply((left, matrix, self.basis(matrix.shape.columns, column))))

    def total(self, matrix: Matrix) -> int:
        """The sum of all entries, a term."""
        left = self.transpose(self.ones(matrix.shape.rows))
        return self.scalar(self.multiply((left, matrix, self.ones(matrix.shape.columns))))

    # ------------------------------------------------------------------ questions

    def at(self, number: int) -> Matrix:
        """The matrix of that number."""
        return Matrix(number, self._shapes[number])

    def node(self, matrix: Matrix | int) -> Node:
        """The node of a matrix.

        One of ``("symbol", name)``, ``("identity",)``, ``("zero",)``, ``("ones",)``, ``("basis", index)``,
        ``("add", numbers)``, ``("multiply", numbers)``, ``("scale", term, number)``, ``("transpose", number)``,
        ``("inverse", number)``, ``("hadamard", numbers)``, ``("elementwise", term in ELEMENT, number)``,
        ``("diagonal", number)``.
        """
        return self._nodes[matrix.number if isinstance(matrix, Matrix) else matrix]

    def traced(self, term: int) -> dict[str, Matrix]:
        """The variables of a term that stand for traces, and the matrices they are traces of."""
        return {name: self._traced[name] for name in self.terms.variables(term) if name in self._traced}

    def term_of_dimension(self, dimension: Dimension) -> int:
        """A dimension as a term; sizes are variables."""
        parts = [
            self.terms.multiply((self.terms.number(factor), self.terms.variable(name)))
            for name, factor in dimension.parts
        ]
        return self.terms.add([self.terms.number(dimension.constant), *parts])

    def children(self, number: int) -> list[int]:
        """The numbers of the matrices directly below one, those inside its scalar factor included."""
        node = self._nodes[number]
        if node[0] in ("add", "multiply", "hadamard"):
            return list(node[1])
        if node[0] in ("transpose", "inverse", "diagonal"):
            return [node[1]]
        if node[0] in ("scale", "elementwise"):
            return [node[2], *(matrix.number for matrix in self.traced(node[1]).values())]
        return []

    def reachable(self, roots: Iterable[int]) -> list[int]:
        """Every matrix at or below the roots, children before parents."""
        seen: set[int] = set()
        stack = list(roots)
        while stack:
            number = stack.pop()
            if number not in seen:
                seen.add(number)
                stack.extend(self.children(number))
        return sorted(seen)

    # ------------------------------------------------------------------ inside

    def _intern(self, node: Node, shape: Shape) -> Matrix:
        number = self._number_of.get((node, shape))
        if number is None:
            if len(self._nodes) >= MAXIMUM_NODES:
                raise BudgetExceeded(f"more than {MAXIMUM_NODES} matrix expressions")
            number = self._number_of[node, shape] = len(self._nodes)
            self._nodes.append(node)
            self._shapes.append(shape)
        return Matrix(number, shape)

    def _column(self, operation: str, vector: Matrix) -> Matrix:
        if vector.shape.columns.is_one:
            return vector
        if vector.shape.rows.is_one:
            return self.transpose(vector)
        raise ShapeError(operation, (vector.shape,), "a vector: one column or one row")


def _with_implied(properties: Iterable[str]) -> frozenset[str]:
    names = frozenset(properties)
    for name in names:
        if name not in PROPERTIES:
            raise UnknownName("property", name, PROPERTIES)
    return names.union(*(PROPERTIES[name] for name in names))


def _same_shape(operation: str, left: Matrix, right: Matrix) -> None:
    if left.shape != right.shape:
        raise ShapeError(operation, (left.shape, right.shape), f"both {left.shape}")


def _require_square(operation: str, matrix: Matrix) -> None:
    if not matrix.shape.is_square:
        raise ShapeError(operation, (matrix.shape,), "a square matrix")
