"""Vector sums: dot products and norms of declared vectors as sums over their entries.

A student writes ``mu^T mu`` or ``sum of mu_i^2``; both become the same sum with symbolic bounds, which the kernel
decides for every length.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import TYPE_CHECKING, Any

from verify.errors import Undecidable

if TYPE_CHECKING:
    from verify.equality.matrix_pool import Matrices, Matrix
    from verify.equality.matrix_shapes import Dimension

Entry = Callable[[int, int], int]


def as_sums(pool: Matrices, term: int) -> int:
    """The term with every 1x1 product of vectors written as a sum; raises `Undecidable` for other matrices."""
    sums = _Sums(pool)
    while traced := pool.traced(term):
        values = {name: sums.trace(matrix) for name, matrix in traced.items()}
        term = pool.terms.substitute(term, values)
    return term


class _Sums:
    """Entries of matrix expressions at symbolic indices."""

    def __init__(self, pool: Matrices) -> None:
        self.pool, self.terms = pool, pool.terms
        self._names = count()

    def trace(self, matrix: Matrix) -> int:
        """The sum of the diagonal entries."""
        if matrix.shape.is_scalar:
            return self._entry(matrix)(self.terms.zero, self.terms.zero)
        entry = self._entry(matrix)
        return self._total(matrix.shape.rows, lambda index: entry(index, index))

    def _total(self, extent: Dimension, body: Callable[[int], int]) -> int:
        if extent.is_one:
            return body(self.terms.zero)
        name = f"entry{next(self._names)}"
        last = self.terms.add((self.pool.term_of_dimension(extent), self.terms.minus_one))
        return self.terms.summation(body(self.terms.variable(name)), name, self.terms.zero, last)

    def _entry(self, matrix: Matrix) -> Entry:
        kind, *content = self.pool.node(matrix)
        rule = {
            "symbol": self._symbol,
            "add": self._add,
            "multiply": self._multiply,
            "scale": self._scale,
            "transpose": self._transpose,
            "hadamard": self._hadamard,
            "ones": self._ones,
        }.get(kind)
        if rule is None:
            raise Undecidable(f"entries of a {kind} at symbolic size")
        return rule(matrix, content)

    def _symbol(self, matrix: Matrix, content: list[Any]) -> Entry:
        name = content[0]
        if matrix.shape.columns.is_one:
            return lambda i, _j: self.terms.indexed(name, (i,))
        return lambda i, j: self.terms.indexed(name, (i, j))

    def _add(self, _matrix: Matrix, content: list[Any]) -> Entry:
        parts = [self._entry(self.pool.at(number)) for number in content[0]]
        return lambda i, j: self.terms.add([part(i, j) for part in parts])

    def _hadamard(self, _matrix: Matrix, content: list[Any]) -> Entry:
        parts = [self._entry(self.pool.at(number)) for number in content[0]]
        return lambda i, j: self.terms.multiply([part(i, j) for part in parts])

    def _scale(self, _matrix: Matrix, content: list[Any]) -> Entry:
        factor, inner = content[0], self._entry(self.pool.at(content[1]))
        return lambda i, j: self.terms.multiply((factor, inner(i, j)))

    def _transpose(self, _matrix: Matrix, content: list[Any]) -> Entry:
        inner = self._entry(self.pool.at(content[0]))
        return lambda i, j: inner(j, i)

    def _ones(self, _matrix: Matrix, _content: list[Any]) -> Entry:
        return lambda _i, _j: self.terms.one

    def _multiply(self, _matrix: Matrix, content: list[Any]) -> Entry:
        first, *rest = (self.pool.at(number) for number in content[0])
        left, extent = self._entry(first), first.shape.columns
        for factor in rest:
            left = self._product(left, extent, self._entry(factor))
            extent = factor.shape.columns
        return left

    def _product(self, left: Entry, extent: Dimension, right: Entry) -> Entry:
        def entry(i: int, j: int) -> int:
            return self._total(extent, lambda k: self.terms.multiply((left(i, k), right(k, j))))

        return entry
