"""Words: evaluate an expression as words of matrices of any size, to prove it in general.

`Word` is a matrix of the kernel with Python's operators, so that the one interpreter of `verify.expressions` builds it;
the kernel's normal form then decides equality for every size at once.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

from verify.equality.matrices import Dimension, Matrices, Matrix, decide_matrices, gradient, substitute
from verify.errors import Undecidable, VerifyError
from verify.evidence import Evidence
from verify.expressions import Exact, ExactNumbers, Gradient, Scope, as_scalar, evaluate

if TYPE_CHECKING:
    from verify.equality.assumptions import Assumptions
    from verify.problem import Problem

FREE = "free'"  # a name that no problem can declare


class Word:
    """A matrix expression of any size, with the operators that the interpreter uses."""

    # NumPy must leave the operators below to this class.
    __array_ufunc__ = None

    def __init__(self, arithmetic: WordArithmetic, matrix: Matrix) -> None:
        self.arithmetic, self.matrix = arithmetic, matrix

    @property
    def shape(self) -> tuple[Dimension, Dimension]:
        return self.matrix.shape.rows, self.matrix.shape.columns

    @property
    def T(self) -> Word:  # noqa: N802 (as NumPy has it)
        return self._wrap(self.pool.transpose(self.matrix))

    @property
    def pool(self) -> Matrices:
        return self.arithmetic.matrices

    def _wrap(self, matrix: Matrix) -> Word:
        return Word(self.arithmetic, matrix)

    def __add__(self, other: Any) -> Word:
        return self._wrap(self.pool.add((self.matrix, _word(other).matrix)))

    def __matmul__(self, other: Any) -> Word:
        return self._wrap(self.pool.multiply((self.matrix, _word(other).matrix)))

    def __mul__(self, other: Any) -> Word:
        if isinstance(other, Word):
            return self._wrap(self.pool.hadamard((self.matrix, other.matrix)))
        return self._wrap(self.pool.scale(self.arithmetic.lift(other).node, self.matrix))

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Word:
        return self * (1 / self.arithmetic.lift(other))

    def __pow__(self, exponent: Any) -> Word:
        power = self.arithmetic.lift(exponent).node
        terms = self.pool.terms
        return self._wrap(self.pool.elementwise(lambda entry: terms.power(entry, power), self.matrix))

    def __getitem__(self, index: tuple[Any, Any]) -> Exact:
        row, column = (self.arithmetic.index(position) for position in index)
        return self.arithmetic.wrap(self.pool.entry(self.matrix, row, column))

    def map(self, function: Callable[[Any], Any]) -> Word:
        def body(entry: int) -> int:
            return self.arithmetic.lift(function(self.arithmetic.wrap(entry))).node

        return self._wrap(self.pool.elementwise(body, self.matrix))

    def trace(self) -> Exact:
        return self.arithmetic.wrap(self.pool.trace(self.matrix))

    def item(self) -> Any:
        """The entry of a 1x1 matrix; any other matrix as it is."""
        return self.arithmetic.wrap(self.pool.scalar(self.matrix)) if self.matrix.shape.is_scalar else self


def _word(value: Any) -> Word:
    if not isinstance(value, Word):
        raise Undecidable("a scalar where a matrix is expected")
    return value


class WordArithmetic(ExactNumbers):
    """Kernel terms for scalars, words for matrices."""

    def __init__(self) -> None:
        self.matrices = Matrices()
        super().__init__(self.matrices.terms)

    def lift(self, value: Any) -> Exact:
        return value if isinstance(value, Exact) else self.number(Fraction(value))

    def word(self, matrix: Matrix) -> Word:
        return Word(self, matrix)

    def index(self, value: Any) -> int | str:
        if isinstance(value, int | np.integer):
            return int(value)
        kind, content, *_ = self.terms.key(value.node)
        if kind == "variable":
            return str(content)
        return self.as_index(value)

    def dimension(self, size: Any) -> Dimension:
        """A size as the kernel's matrices want it: a number, a name, or a sum of these."""
        if isinstance(size, int):
            return Dimension.of(size)
        kind, content, *_ = self.terms.key(size.node)
        if kind == "number":
            return Dimension.of(int(content))
        if kind == "variable":
            return Dimension.of(str(content))
        raise Undecidable("a size that is neither a number nor a name")

    def inverse(self, array: Any) -> Any:
        return self.word(self.matrices.inverse(_word(array).matrix))

    def eye(self, size: Any) -> Any:
        return self.word(self.matrices.identity(self.dimension(size)))

    def filled(self, rows: Any, columns: Any, value: int) -> Any:
        extent = self.dimension(rows), self.dimension(columns)
        return self.word(self.matrices.ones(*extent) if value else self.matrices.zero(*extent))

    def diagonal(self, vector: Any) -> Any:
        return self.word(self.matrices.diagonal(_word(vector).matrix))

    def gradient(self, expression: Gradient, scope: Scope) -> Word:
        """The gradient by a given or a name: by a free matrix in its place, whose value is put back afterwards."""
        f, wrt = expression.args
        at = _word(scope[wrt])
        free = self.matrices.symbol(FREE, *at.shape)
        value = as_scalar(evaluate(f, scope.override(wrt, self.word(free))))
        if isinstance(value, Word):
            raise Undecidable("the gradient of something that is no scalar")
        derivative = gradient(self.matrices, self.lift(value).node, FREE)
        return self.word(substitute(self.matrices, derivative, {FREE: at.matrix}))


def decide_words(problem: Problem, left: sp.Basic, right: sp.Basic, assumptions: Assumptions) -> Evidence:
    """Whether two expressions over a problem's matrices are equal for every size; raises `Undecidable`."""
    arithmetic = WordArithmetic()
    scope = Scope(_values(problem, arithmetic), problem.definitions, arithmetic)
    try:
        sides = [arithmetic_matrix(arithmetic, evaluate(side, scope)) for side in (left, right)]
    except (AttributeError, TypeError) as error:  # an operation that words do not have
        raise Undecidable(f"not an expression of words: {error}") from error
    try:
        return decide_matrices(arithmetic.matrices, sides[0], sides[1], assumptions)
    except VerifyError as error:
        raise Undecidable(str(error)) from error


def arithmetic_matrix(arithmetic: WordArithmetic, value: Any) -> Matrix:
    """A value as a matrix; a scalar as 1x1."""
    if isinstance(value, Word):
        return value.matrix
    return arithmetic.matrices.scale(arithmetic.lift(value).node, arithmetic.matrices.identity(1))


def _values(problem: Problem, arithmetic: WordArithmetic) -> dict[sp.Basic, Any]:
    values: dict[sp.Basic, Any] = {symbol: arithmetic.variable(str(symbol)) for symbol in problem.given.size_symbols}
    for name, variable in problem.given.variables.items():
        if not variable.shape:
            values[variable.symbol] = arithmetic.variable(name)
            continue
        rows, columns = (str(side) for side in (*variable.shape, 1)[:2])
        values[variable.symbol] = arithmetic.word(
            arithmetic.matrices.symbol(name, Dimension.of(rows), Dimension.of(columns), variable.domain.properties)
        )
    return values
