"""Instances of matrix expressions: sizes and exact rational entries that respect what is declared.

Orthogonal matrices come from Cayley's transform of a rational skew matrix, (1 - S)^{-1} (1 + S), which reaches every
rotation without the eigenvalue -1; signs of its columns reach the others.  Whatever is declared is verified on the
entries drawn, so an instance that breaks a declaration is never used.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from random import Random

from verify.equality.assumptions import Assumptions
from verify.equality.ball import fmpq
from verify.equality.flint_import import flint
from verify.equality.matrix_evaluation import Evaluation, Grid, NumberArithmetic
from verify.equality.matrix_pool import Matrices, Matrix, Symbol
from verify.equality.matrix_shapes import Dimension
from verify.equality.sampling import Point
from verify.errors import Undecidable

MAXIMUM_SIZE_NAMES = 6
ATTEMPTS = 8


@dataclass(frozen=True, slots=True)
class Scope:
    """What must be drawn for some expressions: symbols, sizes, and the constraints between sizes."""

    roots: tuple[int, ...]
    symbols: tuple[Symbol, ...]
    sizes: tuple[str, ...]
    indices: dict[str, tuple[Dimension, ...]]
    not_negative: tuple[Dimension, ...]
    relations: tuple[tuple[Matrix, Matrix], ...]

    def admits(self, sizes: dict[str, int]) -> bool:
        """Whether the sizes make every dimension positive and every declaration possible."""
        return all(dimension.at(sizes) >= 0 for dimension in self.not_negative)


@dataclass(slots=True)
class Instance:
    """One assignment: sizes, scalar values, and the entries of every symbol."""

    sizes: dict[str, int]
    evaluation: Evaluation
    point: Point
    entries: dict[str, Grid] = field(default_factory=dict)

    def described(self) -> dict[str, object]:
        """Name -> value, numbers as text."""
        described: dict[str, object] = dict(self.sizes)
        described |= {name: str(value) for name, value in self.point.values.items()}
        described |= {name: [[str(value) for value in row] for row in grid] for name, grid in self.entries.items()}
        return described


def scope_of(matrices: Matrices, roots: Sequence[Matrix]) -> Scope:
    """Everything that some expressions depend on, constructions and relations included."""
    reached = set(matrices.reachable([root.number for root in roots]))
    relations: list[tuple[Matrix, Matrix]] = []
    while True:
        before = len(reached), len(relations)
        names = {matrices.node(number)[1] for number in reached if matrices.node(number)[0] == "symbol"}
        added = [matrices.constructions[name] for name in names if name in matrices.constructions]
        for pair in matrices.relations:
            if pair not in relations and names & _symbols_below(matrices, pair):
                relations.append(pair)
        added += [side for pair in relations for side in pair]
        reached |= set(matrices.reachable([matrix.number for matrix in added]))
        if (len(reached), len(relations)) == before:
            return _scope(matrices, roots, reached, relations)


def _symbols_below(matrices: Matrices, sides: Sequence[Matrix]) -> set[str]:
    nodes = [matrices.node(number) for number in matrices.reachable([side.number for side in sides])]
    return {node[1] for node in nodes if node[0] == "symbol"}


def _scope(
    matrices: Matrices, roots: Sequence[Matrix], reached: set[int], relations: list[tuple[Matrix, Matrix]]
) -> Scope:
    symbols: dict[str, Symbol] = {}
    indices: dict[str, list[Dimension]] = {}
    constraints: set[Dimension] = set()
    for number in reached:
        node, shape = matrices.node(number), matrices.at(number).shape
        constraints |= {shape.rows + -1, shape.columns + -1}
        if node[0] == "symbol":
            symbols[node[1]] = matrices.symbols[node[1]]
        elif node[0] == "basis" and isinstance(node[1], int):
            constraints.add(shape.rows + -(node[1] + 1))
        elif node[0] == "basis":
            indices.setdefault(node[1], []).append(shape.rows)
    for symbol in symbols.values():
        if "orthonormal columns" in symbol.properties:
            difference = Dimension(0, tuple((name, -factor) for name, factor in symbol.shape.columns.parts))
            constraints.add(symbol.shape.rows + difference + -symbol.shape.columns.constant)
    return Scope(
        roots=tuple(root.number for root in roots),
        symbols=tuple(symbols[name] for name in sorted(symbols)),
        sizes=tuple(sorted({name for dimension in constraints for name in dimension.names})),
        indices={name: tuple(dimensions) for name, dimensions in indices.items()},
        not_negative=tuple(constraints),
        relations=tuple(relations),
    )


def size_choices(scope: Scope, random: Random, assumptions: Assumptions) -> list[dict[str, int]]:
    """Sizes to try, smallest first: few rows, then distinct ones in several orders."""
    names = scope.sizes
    if len(names) > MAXIMUM_SIZE_NAMES:
        raise Undecidable(f"{len(names)} different sizes")
    if not names:
        return [{}] * ATTEMPTS
    limit = 5 if len(names) <= 3 else 3
    choices = [dict(zip(names, values, strict=True)) for values in product(range(1, limit), repeat=len(names))]
    valid = [choice for choice in choices if scope.admits(choice) and _admitted(choice, assumptions)]
    valid.sort(key=lambda choice: sum(choice.values()))
    distinct = [choice for choice in valid if len(set(choice.values())) == len(names) and min(choice.values()) > 1]
    chosen = valid[:6] + random.sample(distinct or valid[6:], min(3, len(distinct or valid[6:])))
    chosen += [choice for choice in valid if min(choice.values()) > 1][:2]
    if not valid:
        chosen = _larger_sizes(scope, assumptions)
    return sorted(chosen, key=lambda choice: sum(choice.values()))


def _admitted(sizes: dict[str, int], assumptions: Assumptions) -> bool:
    return all(assumptions.of(name).admits(Fraction(size)) for name, size in sizes.items())


def _larger_sizes(scope: Scope, assumptions: Assumptions) -> list[dict[str, int]]:
    """Sizes for constraints that small ones do not satisfy, such as an entry in row 7."""
    found = []
    for base in range(4, 13):
        choice = dict.fromkeys(scope.sizes, base)
        if scope.admits(choice) and _admitted(choice, assumptions):
            found.append(choice)
    return found[:3]


def draw_instance(
    matrices: Matrices, scope: Scope, sizes: dict[str, int], assumptions: Assumptions, random: Random
) -> Instance | None:
    """One instance of those sizes, or None where none that respects the declarations was found."""
    for _ in range(ATTEMPTS):
        instance = _draw_once(matrices, scope, sizes, assumptions, random)
        if instance is not None and _satisfies_relations(instance, scope):
            return instance
    return None


def _draw_once(
    matrices: Matrices, scope: Scope, sizes: dict[str, int], assumptions: Assumptions, random: Random
) -> Instance | None:
    point = Point(assumptions, random, small=True)
    numbers = dict(sizes)
    for name, dimensions in scope.indices.items():
        numbers[name] = random.randrange(min(dimension.at(sizes) for dimension in dimensions))
    entries: dict[str, Grid] = {}
    scalars = {name: fmpq(value) for name, value in numbers.items()}
    evaluation = Evaluation(
        matrices, NumberArithmetic(matrices.terms, point.value), numbers, scalars, lambda name: entries[name]
    )
    instance = Instance(numbers, evaluation, point, entries)
    for symbol in scope.symbols:
        if symbol.name in matrices.constructions:
            continue
        grid = _draw_symbol(symbol, sizes, random)
        if grid is None:
            return None
        entries[symbol.name] = grid
    return instance if _construct(matrices, scope, instance) else None


def _construct(matrices: Matrices, scope: Scope, instance: Instance) -> bool:
    """Evaluate the constructions, those that use others after them; false where one is undefined."""
    pending = [symbol for symbol in scope.symbols if symbol.name not in instance.entries]
    while pending:
        ready = [
            symbol
            for symbol in pending
            if _symbols_below(matrices, [matrices.constructions[symbol.name]]) <= set(instance.entries)
        ]
        if not ready:
            raise Undecidable("constructions of matrices that depend on each other in a circle")
        for symbol in ready:
            number = matrices.constructions[symbol.name].number
            try:
                grid = instance.evaluation.grids([number])[number]
            except ZeroDivisionError:
                return False
            if not _is_rational(grid) or not _satisfies(grid, symbol.properties):
                return False
            instance.entries[symbol.name] = grid
        pending = [symbol for symbol in pending if symbol.name not in instance.entries]
    return True


def _is_rational(grid: Grid) -> bool:
    return all(isinstance(value, fmpq) for row in grid for value in row)


def _satisfies_relations(instance: Instance, scope: Scope) -> bool:
    try:
        for left, right in scope.relations:
            grids = instance.evaluation.grids([left.number, right.number])
            first, second = grids[left.number], grids[right.number]
            if not (_is_rational(first) and _is_rational(second) and first == second):
                return False
    except ZeroDivisionError:
        return False
    return True


# ---------------------------------------------------------------------- symbols


def _draw_symbol(symbol: Symbol, sizes: dict[str, int], random: Random) -> Grid | None:
    rows, columns = symbol.shape.rows.at(sizes), symbol.shape.columns.at(sizes)
    for _ in range(ATTEMPTS):
        grid = _to_grid(_draw_matrix(symbol.properties, rows, columns, random))
        if _satisfies(grid, symbol.properties):
            return grid
    return None


def _draw_matrix(properties: frozenset[str], rows: int, columns: int, random: Random) -> flint.fmpq_mat:
    if "diagonal" in properties:
        return _diagonal([_diagonal_entry(properties, random) for _ in range(rows)])
    if "orthogonal" in properties:
        rotation = _draw_orthogonal(rows, random)
        signs = _diagonal([random.choice((-1, 1)) for _ in range(rows)])
        return rotation * signs * rotation.transpose() if "symmetric" in properties else rotation
    if "orthonormal columns" in properties:
        return _first_columns(_draw_orthogonal(rows, random), columns)
    if "idempotent" in properties:
        kept = _diagonal([1 if "invertible" in properties else random.choice((0, 1)) for _ in range(rows)])
        if "symmetric" in properties:
            rotation = _draw_orthogonal(rows, random)
            return rotation * kept * rotation.transpose()
        basis = _draw_regular(rows, random)
        return basis * kept * basis.inv()
    general = _draw_entries(rows, columns, random)
    if "positive definite" in properties:
        return general * general.transpose() + _diagonal([1] * rows)
    if "skew" in properties:
        return general - general.transpose()
    return general + general.transpose() if "symmetric" in properties else general


def _diagonal_entry(properties: frozenset[str], random: Random) -> Fraction | int:
    if "orthogonal" in properties:
        return random.choice((-1, 1))
    if "idempotent" in properties:
        return 1 if "invertible" in properties else random.choice((0, 1))
    size = Fraction(random.randrange(1, 6), random.choice((1, 1, 2, 3)))
    return size if "positive definite" in properties or random.random() < 0.5 else -size


def _draw_entries(rows: int, columns: int, random: Random) -> flint.fmpq_mat:
    """Small numbers, fractions among them, so that a counterexample can be read and powers are told apart.

    A lone entry is not zero, where most wrong equations hold.
    """
    numbers = (-3, -2, -1, 1, 2, 3, 5) if rows * columns == 1 else (-3, -2, -1, 0, 1, 2, 3, 5)
    values = [fmpq(random.choice(numbers), random.choice((1, 1, 2))) for _ in range(rows * columns)]
    return flint.fmpq_mat(rows, columns, values)


def _draw_regular(size: int, random: Random) -> flint.fmpq_mat:
    drawn = _draw_entries(size, size, random)
    while drawn.det() == 0:
        drawn = drawn + _diagonal([random.randrange(1, 4) for _ in range(size)])
    return drawn


def _draw_orthogonal(size: int, random: Random) -> flint.fmpq_mat:
    general = flint.fmpq_mat(size, size, [random.randrange(-2, 3) for _ in range(size * size)])
    skew, one = general - general.transpose(), _diagonal([1] * size)
    rotation = (one - skew).inv() * (one + skew)
    return rotation * _diagonal([random.choice((-1, 1)) for _ in range(size)])


def _diagonal(values: Sequence[Fraction | int]) -> flint.fmpq_mat:
    matrix = flint.fmpq_mat(len(values), len(values))
    for place, value in enumerate(values):
        matrix[place, place] = fmpq(value.numerator, value.denominator)
    return matrix


def _first_columns(matrix: flint.fmpq_mat, columns: int) -> flint.fmpq_mat:
    rows = matrix.nrows()
    return flint.fmpq_mat(rows, columns, [matrix[i, j] for i in range(rows) for j in range(columns)])


def _to_grid(matrix: flint.fmpq_mat) -> Grid:
    return [[matrix[i, j] for j in range(matrix.ncols())] for i in range(matrix.nrows())]


def _satisfies(grid: Grid, properties: frozenset[str]) -> bool:
    """Whether the entries have every declared property, exactly."""
    matrix = flint.fmpq_mat(len(grid), len(grid[0]), [value for row in grid for value in row])
    return all(HOLDS[name](matrix) for name in properties)


def _is_diagonal(matrix: flint.fmpq_mat) -> bool:
    size = matrix.nrows()
    return all(matrix[i, j] == 0 for i in range(size) for j in range(size) if i != j)


def _has_orthonormal_columns(matrix: flint.fmpq_mat) -> bool:
    return bool(matrix.transpose() * matrix == _diagonal([1] * matrix.ncols()))


def _is_positive_definite(matrix: flint.fmpq_mat) -> bool:
    minors = [_leading_minor(matrix, size) for size in range(1, matrix.nrows() + 1)]
    return bool(matrix == matrix.transpose()) and all(minor > 0 for minor in minors)


HOLDS: Mapping[str, Callable[[flint.fmpq_mat], bool]] = {
    "symmetric": lambda matrix: bool(matrix == matrix.transpose()),
    "skew": lambda matrix: bool(matrix == matrix.transpose() * fmpq(-1)),
    "diagonal": _is_diagonal,
    "orthogonal": _has_orthonormal_columns,
    "orthonormal columns": _has_orthonormal_columns,
    "invertible": lambda matrix: bool(matrix.det() != 0),
    "idempotent": lambda matrix: bool(matrix * matrix == matrix),
    "positive definite": _is_positive_definite,
}


def _leading_minor(matrix: flint.fmpq_mat, size: int) -> fmpq:
    return flint.fmpq_mat(size, size, [matrix[i, j] for i in range(size) for j in range(size)]).det()
