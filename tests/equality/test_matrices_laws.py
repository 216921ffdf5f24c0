"""Laws of the matrix tier on expressions built at random: what the normal form says is what the instances say."""

from fractions import Fraction
from random import Random

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from verify.equality.assumptions import Assumptions
from verify.equality.ball import fmpq
from verify.equality.matrices import Matrices, NormalForms, decide_matrices, gradient
from verify.equality.matrix_instances import Instance, draw_instance, scope_of
from verify.equality.matrix_pool import ELEMENT
from verify.errors import BudgetExceeded, Undecidable
from verify.evidence import Verdict

PROPERTIES = [
    (),
    ("symmetric",),
    ("skew",),
    ("diagonal",),
    ("orthogonal",),
    ("invertible",),
    ("idempotent",),
    ("positive definite",),
    ("symmetric", "idempotent"),
    ("diagonal", "orthogonal"),
]
SIZES = ({"n": 1, "m": 1}, {"n": 3, "m": 2})
MANY = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
RANDOMS = st.integers(0, 2**32).map(Random)


class Builder:
    """Random well-shaped expressions over n x n, n x m, m x n, m x m matrices and vectors."""

    def __init__(self, random: Random, functions: tuple[str, ...], properties=PROPERTIES):
        self.random, self.functions = random, functions
        self.pool = Matrices()
        self.terms = self.pool.terms
        self.symbols = {
            ("n", "n"): [self.pool.symbol(f"A{i}", "n", "n", random.choice(properties)) for i in range(3)],
            ("m", "m"): [self.pool.symbol("B", "m", "m", random.choice(properties))],
            ("n", "m"): [self.pool.symbol("R", "n", "m"), self.pool.symbol("U", "n", "m", ("orthonormal columns",))],
            ("n", 1): [self.pool.symbol("u", "n", 1), self.pool.symbol("v", "n", 1)],
            ("m", 1): [self.pool.symbol("w", "m", 1)],
        }

    def expression(self):
        rows, columns = self.random.choice("nm1"), self.random.choice("nm1")
        sides = [1 if side == "1" else side for side in (rows, columns)]
        return self.matrix(*sides, self.random.choice((2, 3, 4)))

    def matrix(self, rows, columns, depth):
        kinds = ["leaf", "multiply", "multiply", "multiply", "add", "scale", "transpose", "hadamard", "elementwise"]
        if rows == columns and rows != 1:
            kinds += ["diagonal", "inverse"]
        kind = self.random.choice(kinds) if depth else "leaf"
        return getattr(self, kind)(rows, columns, depth - 1)

    def leaf(self, rows, columns, _depth):
        if (rows, columns) in self.symbols and self.random.random() < 0.7:
            return self.random.choice(self.symbols[rows, columns])
        if (columns, rows) in self.symbols:
            return self.pool.transpose(self.random.choice(self.symbols[columns, rows]))
        if rows == columns and self.random.random() < 0.7:
            return self.pool.identity(rows)
        return self.pool.ones(rows, columns)

    def multiply(self, rows, columns, depth):
        middle = self.random.choice(("n", "m", 1))
        return self.pool.multiply((self.matrix(rows, middle, depth), self.matrix(middle, columns, depth)))

    def add(self, rows, columns, depth):
        return self.pool.add((self.matrix(rows, columns, depth), self.matrix(rows, columns, depth)))

    def hadamard(self, rows, columns, depth):
        return self.pool.hadamard((self.matrix(rows, columns, depth), self.matrix(rows, columns, depth)))

    def transpose(self, rows, columns, depth):
        return self.pool.transpose(self.matrix(columns, rows, depth))

    def inverse(self, rows, columns, depth):
        return self.pool.inverse(self.matrix(rows, columns, depth))

    def diagonal(self, rows, _columns, depth):
        return self.pool.diagonal(self.matrix(rows, 1, depth))

    def elementwise(self, rows, columns, depth):
        function = self.random.choice(self.functions)
        terms, bodies = self.terms, {"square": self.square, "unit": self.unit}
        body = bodies[function](terms.variable(ELEMENT)) if function in bodies else function
        return self.pool.elementwise(body, self.matrix(rows, columns, depth))

    def square(self, entry):
        return self.terms.power(entry, self.terms.number(2))

    def unit(self, entry):
        """x / |x|, which cancels against the absolute value."""
        return self.terms.multiply((entry, self.terms.reciprocal(self.terms.apply("abs", (entry,)))))

    def scale(self, rows, columns, depth):
        choice = self.random.randrange(4)
        if choice == 0:
            factor = self.terms.number(Fraction(self.random.choice((-3, -1, 2, 5)), 2))
        elif choice == 1:
            factor = self.terms.variable("t")
        elif choice == 2:
            factor = self.pool.trace(self.matrix("n", "n", max(depth, 0)))
        else:
            factor = self.terms.add((self.pool.scalar(self.matrix(1, 1, max(depth, 0))), self.terms.one))
        return self.pool.scale(factor, self.matrix(rows, columns, depth))


def instances(pool, roots, random) -> list[Instance]:
    scope = scope_of(pool, roots)
    found = []
    for sizes in SIZES:
        instance = draw_instance(pool, scope, {name: sizes[name] for name in scope.sizes}, Assumptions(), random)
        if instance is not None:
            found.append(instance)
    return found


def value(instance, matrix):
    """Its entries, or None where it is undefined."""
    try:
        return instance.evaluation.grids([matrix.number])[matrix.number]
    except ZeroDivisionError:
        return None


@MANY
@given(RANDOMS)
def test_the_normal_form_has_the_same_value_at_every_instance(random):
    builder = Builder(random, ("square", "relu", "abs", "unit"))
    written = builder.expression()
    try:
        normal = NormalForms(builder.pool).normal(written)
    except (Undecidable, BudgetExceeded):
        assume(False)
    for instance in instances(builder.pool, (written, normal), random):
        before, after = value(instance, written), value(instance, normal)
        assert before is None or after is None or before == after


@MANY
@given(RANDOMS)
def test_an_expression_is_never_refuted_against_itself_nor_proved_against_a_damaged_copy(random):
    builder = Builder(random, ("square", "relu", "tanh"))
    written = builder.expression()
    scaled = builder.pool.scale(builder.terms.number(Fraction(1001, 1000)), written)
    assert decide_matrices(builder.pool, written, written, random=random).verdict is not Verdict.REFUTED
    zero = builder.pool.zero(written.shape.rows, written.shape.columns)
    if decide_matrices(builder.pool, written, zero, random=random).verdict is Verdict.REFUTED:
        forth = decide_matrices(builder.pool, written, scaled, random=random)
        back = decide_matrices(builder.pool, scaled, written, random=random)
        assert Verdict.PROVED not in (forth.verdict, back.verdict)


@MANY
@given(RANDOMS)
def test_a_gradient_agrees_with_differences(random):
    builder = Builder(random, ("square",), properties=[(), ("invertible",)])
    pool = builder.pool
    scalar = pool.total(builder.expression())
    one_by_one = pool.scale(scalar, pool.identity(1))
    names = [symbol.name for symbol in scope_of(pool, (one_by_one,)).symbols if symbol.name != "U"]
    assume(names)
    name = random.choice(names)
    try:
        slope = gradient(pool, scalar, name)
    except (Undecidable, BudgetExceeded):
        assume(False)
    for instance in instances(pool, (one_by_one, slope), random):
        given_slope = value(instance, slope)
        base = instance.entries[name]
        step = [[fmpq(random.randrange(-2, 3)) for _ in row] for row in base]
        differences = [_moved_value(instance, name, step, sign, one_by_one) for sign in (1, -1)]
        instance.entries[name] = base
        if given_slope is None or None in differences:
            continue
        measured = (differences[0] - differences[1]) / (2 * STEP)
        expected = sum(
            (g * d for row in zip(given_slope, step, strict=True) for g, d in zip(*row, strict=True)), fmpq(0)
        )
        assert abs(float(measured - expected)) <= 1e-9 * (1 + abs(float(expected)))


STEP = fmpq(1, 10**15)


def _moved_value(instance, name, step, sign, scalar):
    before = instance.entries[name]
    instance.entries[name] = [
        [entry + sign * STEP * change for entry, change in zip(*rows, strict=True)]
        for rows in zip(before, step, strict=True)
    ]
    found = value(instance, scalar)
    instance.entries[name] = before
    return None if found is None else found[0][0]


@pytest.mark.parametrize("properties", PROPERTIES)
def test_instances_have_what_is_declared(properties):
    pool = Matrices()
    A = pool.symbol("A", "n", "n", properties)
    one = pool.identity("n")
    for instance in instances(pool, (A, one), Random(7)):
        entries = instance.entries["A"]
        mirrored = [list(row) for row in zip(*entries, strict=True)]
        square = value(instance, pool.multiply((A, A)))
        if {"symmetric", "diagonal", "positive definite"} & set(properties):
            assert entries == mirrored
        if "orthogonal" in properties:
            assert value(instance, pool.multiply((A, pool.transpose(A)))) == value(instance, one)
        if "idempotent" in properties:
            assert square == entries
        if "skew" in properties:
            assert all(
                first == -second
                for rows in zip(entries, mirrored, strict=True)
                for first, second in zip(*rows, strict=True)
            )
