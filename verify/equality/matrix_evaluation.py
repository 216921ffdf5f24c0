"""Matrix expressions evaluated at given sizes, with entries that are exact numbers, balls, or terms."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol

from verify.equality.ball import FUNCTION_OF_BALLS, MAXIMUM_RANGE, arb, compare, evaluation_order, fmpq
from verify.equality.flint_import import flint
from verify.equality.matrix_pool import ELEMENT, Matrices
from verify.equality.terms import Terms
from verify.errors import BudgetExceeded, Undecidable

Value = Any
"""An entry: fmpq or arb for numbers, int for terms."""

Grid = list[list[Value]]

MAXIMUM_EXPONENT = 64
LARGEST_BALL_EXPONENT = 1_000_000
MAXIMUM_BITS = 40_000
MAXIMUM_TERM_INVERSE = 3
MAXIMUM_TERMS = 200_000


class Arithmetic(Protocol):
    """What evaluation needs of the entries."""

    def number(self, value: int) -> Value: ...

    def add(self, values: Sequence[Value]) -> Value: ...

    def multiply(self, values: Sequence[Value]) -> Value: ...

    def inverse(self, grid: Grid) -> Grid: ...

    def term(self, term: int, values: Mapping[str, Value]) -> Value: ...

    def check(self, grid: Grid, /) -> None: ...


@dataclass(slots=True)
class Evaluation:
    """Values of the expressions of one pool at one instance: `symbol` gives a symbol's entries.

    `scalars` are the values of scalar variables that are already fixed, sizes and indices among them.
    """

    matrices: Matrices
    arithmetic: Arithmetic
    sizes: Mapping[str, int]
    scalars: Mapping[str, Value]
    symbol: Callable[[str], Grid]

    def grids(self, roots: Sequence[int]) -> dict[int, Grid]:
        """The entries of every expression at or below the roots; raises ZeroDivisionError where one is undefined."""
        known: dict[int, Grid] = {}
        for number in self.matrices.reachable(roots):
            known[number] = self._of_node(number, known)
            self.arithmetic.check(known[number])
        return known

    def term(self, term: int) -> Value:
        """The value of a scalar term with its traces."""
        traced = self.matrices.traced(term)
        return self._term(term, self.grids([matrix.number for matrix in traced.values()]))

    def _term(self, term: int, known: Mapping[int, Grid], element: Value = None) -> Value:
        values = dict(self.scalars)
        for name, matrix in self.matrices.traced(term).items():
            grid = known[matrix.number]
            values[name] = self.arithmetic.add([grid[i][i] for i in range(len(grid))])
        if element is not None:
            values[ELEMENT] = element
        return self.arithmetic.term(term, values)

    def _of_node(self, number: int, known: Mapping[int, Grid]) -> Grid:
        node, arithmetic = self.matrices.node(number), self.arithmetic
        kind = node[0]
        if kind == "multiply":
            result = known[node[1][0]]
            for child in node[1][1:]:
                result = _multiplied(arithmetic, result, known[child])
            return result
        if kind in ("add", "hadamard"):
            combine = arithmetic.add if kind == "add" else arithmetic.multiply
            return _combined(combine, [known[child] for child in node[1]])
        if kind == "transpose":
            return [list(row) for row in zip(*known[node[1]], strict=True)]
        if kind == "inverse":
            return arithmetic.inverse(known[node[1]])
        if kind == "scale":
            factor = self._term(node[1], known)
            return [[arithmetic.multiply((factor, value)) for value in row] for row in known[node[2]]]
        if kind == "elementwise":
            return [[self._term(node[1], known, value) for value in row] for row in known[node[2]]]
        if kind == "symbol":
            return self.symbol(node[1])
        return self._pattern(node, number, known)

    def _pattern(self, node: tuple[Any, ...], number: int, known: Mapping[int, Grid]) -> Grid:
        shape = self.matrices.at(number).shape
        rows, columns = range(shape.rows.at(self.sizes)), range(shape.columns.at(self.sizes))
        zero, one = self.arithmetic.number(0), self.arithmetic.number(1)
        if node[0] == "diagonal":
            vector = known[node[1]]
            return [[vector[i][0] if i == j else zero for j in columns] for i in rows]
        if node[0] == "identity":
            return [[one if i == j else zero for j in columns] for i in rows]
        if node[0] == "basis":
            place = node[1] if isinstance(node[1], int) else self.sizes[node[1]]
            return [[one if i == place else zero] for i in rows]
        value = one if node[0] == "ones" else zero
        return [[value for _ in columns] for _ in rows]


def _multiplied(arithmetic: Arithmetic, left: Grid, right: Grid) -> Grid:
    columns = [list(column) for column in zip(*right, strict=True)]
    return [
        [arithmetic.add([arithmetic.multiply(pair) for pair in zip(row, column, strict=True)]) for column in columns]
        for row in left
    ]


def _combined(combine: Callable[[Sequence[Value]], Value], grids: list[Grid]) -> Grid:
    return [[combine(values) for values in zip(*rows, strict=True)] for rows in zip(*grids, strict=True)]


class NumberArithmetic:
    """Exact rationals, and balls from the first function on that leaves them."""

    __slots__ = ("draw", "terms")

    def __init__(self, terms: Terms, draw: Callable[[str], Fraction]) -> None:
        self.terms = terms
        self.draw = draw

    def number(self, value: int) -> Value:
        """The entry of a whole number."""
        return fmpq(value)

    def add(self, values: Sequence[Value]) -> Value:
        """The sum."""
        total = fmpq(0)
        for value in values:
            total = total + value
        return total

    def multiply(self, values: Sequence[Value]) -> Value:
        """The product."""
        total = fmpq(1)
        for value in values:
            total = total * value
        return total

    def inverse(self, grid: Grid) -> Grid:
        """The inverse; a singular matrix, or one not known to be regular, raises ZeroDivisionError."""
        size = len(grid)
        flat = [value for row in grid for value in row]
        inverted: Any
        if all(isinstance(value, fmpq) for value in flat):
            inverted = flint.fmpq_mat(size, size, flat).inv()
        else:
            inverted = flint.arb_mat(size, size, [as_ball(value) for value in flat]).inv()
        return [[inverted[i, j] for j in range(size)] for i in range(size)]

    def check(self, grid: Grid) -> None:
        """Raise BudgetExceeded where the numbers have grown too long."""
        for row in grid:
            for value in row:
                if isinstance(value, fmpq) and value.height_bits() > MAXIMUM_BITS:
                    raise BudgetExceeded(f"a number of more than {MAXIMUM_BITS} bits")

    def term(self, term: int, values: Mapping[str, Value]) -> Value:
        """The value of a scalar term."""
        known: dict[int, Value] = {}
        for part in evaluation_order(self.terms, (term,)):
            known[part] = self._of_node(self.terms.key(part), known, values)
        return known[term]

    def _of_node(self, node: tuple[Any, ...], known: Mapping[int, Value], values: Mapping[str, Value]) -> Value:
        kind = node[0]
        if kind == "number":
            return fmpq(node[1].numerator, node[1].denominator)
        if kind == "variable":
            if node[1] in values:
                return values[node[1]]
            drawn = self.draw(node[1])
            return fmpq(drawn.numerator, drawn.denominator)
        if kind == "add":
            return self.add([known[child] for child in node[1]])
        if kind == "multiply":
            return self.multiply([known[child] for child in node[1]])
        if kind == "constant":
            return arb.pi() if node[1] == "pi" else arb.const_e()
        if kind == "power":
            return self._power(known[node[1]], known[node[2]])
        if kind == "apply":
            return _apply(node[1], [known[child] for child in node[2:]])
        if kind == "piecewise":
            return self._piecewise(node, values)
        if kind in ("summation", "product"):
            return self._over_index(node, known, values)
        raise Undecidable(f"a {kind} inside a matrix expression has no numeric rule")

    def _piecewise(self, node: tuple[Any, ...], values: Mapping[str, Value]) -> Value:
        """Only the branch that applies is evaluated, so that the others may be undefined."""
        for branch, condition in node[1]:
            _, operator, left, right = self.terms.key(condition)
            holds = compare(operator, as_ball(self.term(left, values)), as_ball(self.term(right, values)))
            if holds is None:
                return arb.nan()
            if holds:
                return self.term(branch, values)
        return self.term(node[2], values)

    def _over_index(self, node: tuple[Any, ...], known: Mapping[int, Value], values: Mapping[str, Value]) -> Value:
        kind, body, index, low, high = node
        first, last = known[low], known[high]
        whole = all(isinstance(bound, fmpq) and bound.q == 1 for bound in (first, last))
        if not whole or last < first - 1 or last - first > MAXIMUM_RANGE:
            return arb.nan()
        places = range(int(first.p), int(last.p) + 1)
        parts = [self.term(body, {**values, index: fmpq(place)}) for place in places]
        return self.add(parts) if kind == "summation" else self.multiply(parts)

    def _power(self, base: Value, exponent: Value) -> Value:
        if isinstance(exponent, fmpq) and exponent.q == 1:
            return self._whole_power(base, int(exponent.p))
        if isinstance(exponent, fmpq) and exponent == fmpq(1, 2):
            return as_ball(base).sqrt()
        base = as_ball(base)
        return base ** as_ball(exponent) if base > 0 else arb.nan()

    def _whole_power(self, base: Value, exponent: int) -> Value:
        if exponent < 0 and base == 0:
            raise ZeroDivisionError
        exact = isinstance(base, fmpq) and abs(exponent) * base.height_bits() <= MAXIMUM_BITS
        if exact and abs(exponent) <= MAXIMUM_EXPONENT:
            return base**exponent
        return as_ball(base) ** exponent if abs(exponent) <= LARGEST_BALL_EXPONENT else arb.nan()


def as_ball(value: Value) -> Value:
    """The value as a ball."""
    return arb(value) if isinstance(value, fmpq) else value


def _apply(function: str, arguments: list[Value]) -> Value:
    if all(isinstance(argument, fmpq) for argument in arguments):
        first = arguments[0]
        if function in ("max", "min"):
            return max(arguments) if function == "max" else min(arguments)
        if function == "abs":
            return abs(first)
        if function == "relu":
            return max(first, fmpq(0))
        if function == "sign":
            return fmpq((first > 0) - (first < 0))
    return FUNCTION_OF_BALLS[function](*[as_ball(argument) for argument in arguments])


class TermArithmetic:
    """Entries that are scalar terms."""

    __slots__ = ("terms",)

    def __init__(self, terms: Terms) -> None:
        self.terms = terms

    def number(self, value: int) -> Value:
        """The term of a whole number."""
        return self.terms.number(value)

    def add(self, values: Sequence[Value]) -> Value:
        """The sum."""
        return self.terms.add(values)

    def multiply(self, values: Sequence[Value]) -> Value:
        """The product."""
        return self.terms.multiply(values)

    def inverse(self, grid: Grid) -> Grid:
        """The inverse by cofactors, of matrices up to 3 x 3."""
        size = len(grid)
        if size > MAXIMUM_TERM_INVERSE:
            raise Undecidable(f"the inverse of a {size} x {size} matrix of terms")
        reciprocal = self.terms.reciprocal(self._determinant(grid))
        return [
            [self.terms.multiply((reciprocal, self._cofactor(grid, column, row))) for column in range(size)]
            for row in range(size)
        ]

    def _determinant(self, grid: Grid) -> int:
        if not grid:
            return self.terms.one
        return self.terms.add(
            [self.terms.multiply((grid[0][column], self._cofactor(grid, 0, column))) for column in range(len(grid))]
        )

    def _cofactor(self, grid: Grid, row: int, column: int) -> int:
        minor = [[v for j, v in enumerate(values) if j != column] for i, values in enumerate(grid) if i != row]
        determinant = self._determinant(minor)
        return determinant if (row + column) % 2 == 0 else self.terms.negate(determinant)

    def check(self, _grid: Grid, /) -> None:
        """Raise BudgetExceeded where the pool of terms has grown too large."""
        if len(self.terms) > MAXIMUM_TERMS:
            raise BudgetExceeded(f"more than {MAXIMUM_TERMS} terms")

    def term(self, term: int, values: Mapping[str, Value]) -> Value:
        """The term with its traces, sizes and entry replaced."""
        return self.terms.substitute(term, values)
