"""Matrix equations of any size: proved in general, or refuted by a small exact instance."""

from fractions import Fraction
from random import Random

import pytest

from verify.equality.assumptions import Assumptions
from verify.equality.matrices import (
    Dimension,
    Matrices,
    Matrix,
    NormalForms,
    ShapeError,
    decide_matrices,
    decide_scalars,
    gradient,
    substitute,
    substitute_in_scalar,
)
from verify.errors import BudgetExceeded, Undecidable, UnknownName, VerifyError
from verify.evidence import Verdict


def proved(evidence):
    return evidence.verdict is Verdict.PROVED and evidence.scope == "in general"


def refuted(evidence):
    return evidence.verdict is Verdict.REFUTED and evidence.counterexample is not None


class Linear:
    """Short names for a pool: the symbols below, and the operations that appear in every equation."""

    def __init__(self):
        self.pool = Matrices()
        self.terms = self.pool.terms
        for name in ("A", "B", "C"):
            setattr(self, name, self.pool.symbol(name, "n", "n"))
        self.X = self.pool.symbol("X", "N", "d")
        self.u, self.v = (self.pool.symbol(name, "n", 1) for name in "uv")
        self.S = self.pool.symbol("S", "n", "n", {"symmetric"})
        self.K = self.pool.symbol("K", "n", "n", {"skew"})
        self.D, self.E = (self.pool.symbol(name, "n", "n", {"diagonal"}) for name in "DE")
        self.Q = self.pool.symbol("Q", "n", "n", {"orthogonal"})
        self.P = self.pool.symbol("P", "n", "n", {"symmetric", "idempotent"})
        self.I = self.pool.identity("n")
        self.two = self.terms.number(2)

    def times(self, *factors: Matrix) -> Matrix:
        return self.pool.multiply(factors)

    def plus(self, *parts: Matrix) -> Matrix:
        return self.pool.add(parts)

    def minus(self, left: Matrix, right: Matrix) -> Matrix:
        return self.pool.subtract(left, right)

    def transpose(self, matrix: Matrix) -> Matrix:
        return self.pool.transpose(matrix)

    def inverse(self, matrix: Matrix) -> Matrix:
        return self.pool.inverse(matrix)

    def map(self, body, matrix: Matrix) -> Matrix:
        return self.pool.elementwise(body, matrix)

    def scaled(self, number, matrix: Matrix) -> Matrix:
        return self.pool.scale(self.terms.number(number), matrix)


# ---------------------------------------------------------------------- identities and their damaged copies

IDENTITIES = {
    "a product distributes": lambda a: (
        a.times(a.plus(a.A, a.B), a.C),
        a.plus(a.times(a.A, a.C), a.times(a.B, a.C)),
    ),
    "a transposed product turns around": lambda a: (
        a.transpose(a.times(a.A, a.B)),
        a.times(a.transpose(a.B), a.transpose(a.A)),
    ),
    "an inverse of a product turns around": lambda a: (
        a.inverse(a.times(a.A, a.B)),
        a.times(a.inverse(a.B), a.inverse(a.A)),
    ),
    "an inverse and a transpose commute": lambda a: (a.inverse(a.transpose(a.A)), a.transpose(a.inverse(a.A))),
    "the inverse of a sum, transposed": lambda a: (
        a.transpose(a.inverse(a.plus(a.A, a.scaled(2, a.B)))),
        a.inverse(a.plus(a.transpose(a.A), a.scaled(2, a.transpose(a.B)))),
    ),
    "an orthogonal inverse is the transpose": lambda a: (a.inverse(a.Q), a.transpose(a.Q)),
    "a symmetric matrix is its transpose": lambda a: (a.times(a.S, a.A), a.transpose(a.times(a.transpose(a.A), a.S))),
    "a skew matrix is minus its transpose": lambda a: (a.transpose(a.K), a.scaled(-1, a.K)),
    "diagonal matrices commute": lambda a: (a.times(a.D, a.E, a.A), a.times(a.E, a.D, a.A)),
    "a diagonal matrix and its inverse meet": lambda a: (a.times(a.D, a.E, a.inverse(a.D)), a.E),
    "a projection is its square": lambda a: (a.times(a.P, a.P, a.A), a.times(a.P, a.A)),
    "what a projection leaves is a projection": lambda a: (
        a.times(a.minus(a.I, a.P), a.minus(a.I, a.P)),
        a.minus(a.I, a.P),
    ),
    "Woodbury": lambda a: (
        a.inverse(a.plus(a.A, a.times(a.X_U, a.X_C, a.X_V))),
        a.minus(
            a.inverse(a.A),
            a.times(
                a.inverse(a.A),
                a.X_U,
                a.inverse(a.plus(a.inverse(a.X_C), a.times(a.X_V, a.inverse(a.A), a.X_U))),
                a.X_V,
                a.inverse(a.A),
            ),
        ),
    ),
    "a scalar in a product commutes": lambda a: (
        a.times(a.v, a.transpose(a.u), a.A, a.v),
        a.pool.scale(a.pool.dot(a.u, a.times(a.A, a.v)), a.v),
    ),
    "a diagonal matrix times a vector": lambda a: (
        a.times(a.pool.diagonal(a.u), a.v),
        a.pool.hadamard((a.v, a.u)),
    ),
    "a row times diagonal matrices": lambda a: (
        a.times(a.transpose(a.u), a.pool.diagonal(a.times(a.A, a.v)), a.pool.diagonal(a.v)),
        a.transpose(a.pool.hadamard((a.v, a.u, a.times(a.A, a.v)))),
    ),
    "an entrywise product with a matrix of rank one": lambda a: (
        a.pool.hadamard((a.times(a.u, a.transpose(a.v)), a.A)),
        a.times(a.pool.diagonal(a.u), a.A, a.pool.diagonal(a.v)),
    ),
    "an entrywise square expands": lambda a: (
        a.map(lambda x: a.terms.power(x, a.two), a.plus(a.A, a.B)),
        a.plus(a.pool.hadamard((a.A, a.A)), a.scaled(2, a.pool.hadamard((a.A, a.B))), a.pool.hadamard((a.B, a.B))),
    ),
    "a scalar coefficient is decided as a scalar": lambda a: (
        a.pool.scale(sine_squared_plus_cosine_squared(a.terms), a.A),
        a.A,
    ),
}


def sine_squared_plus_cosine_squared(terms):
    angle, two = terms.variable("t"), terms.number(2)
    return terms.add([terms.power(terms.apply(name, (angle,)), two) for name in ("sin", "cos")])


@pytest.fixture
def linear():
    pool = Linear()
    pool.X_U, pool.X_V = pool.pool.symbol("U", "n", "k"), pool.pool.symbol("V", "k", "n")
    pool.X_C = pool.pool.symbol("W", "k", "k", {"invertible"})
    return pool


@pytest.mark.parametrize("name", IDENTITIES)
def test_an_identity_holds_for_every_size(linear, name):
    left, right = IDENTITIES[name](linear)
    assert proved(decide_matrices(linear.pool, left, right))
    assert proved(decide_matrices(linear.pool, right, left))


@pytest.mark.parametrize("name", IDENTITIES)
def test_a_damaged_identity_is_refuted_with_an_instance(linear, name):
    left, right = IDENTITIES[name](linear)
    for damaged in (linear.scaled(-1, right), linear.scaled(Fraction(1001, 1000), right)):
        evidence = decide_matrices(linear.pool, left, damaged)
        assert refuted(evidence)
        assert evidence.counterexample.left != evidence.counterexample.right


@pytest.mark.parametrize(
    "sides",
    [
        lambda a: (a.times(a.A, a.B), a.times(a.B, a.A)),
        lambda a: (a.A, a.transpose(a.A)),
        lambda a: (a.Q, a.transpose(a.Q)),
        lambda a: (a.times(a.Q, a.A), a.times(a.A, a.Q)),
        lambda a: (a.times(a.P, a.A), a.times(a.A, a.P)),
        lambda a: (a.times(a.D, a.A), a.times(a.A, a.D)),
        lambda a: (a.P, a.I),
        lambda a: (a.inverse(a.plus(a.A, a.B)), a.plus(a.inverse(a.A), a.inverse(a.B))),
        lambda a: (a.pool.hadamard((a.A, a.B)), a.times(a.A, a.B)),
        lambda a: (a.map("relu", a.plus(a.A, a.B)), a.plus(a.map("relu", a.A), a.map("relu", a.B))),
        lambda a: (a.map("tanh", a.A), a.map("sin", a.A)),
        lambda a: (a.pool.ones("n", "n"), a.I),
    ],
)
def test_what_holds_only_for_some_matrices_is_refuted(linear, sides):
    assert refuted(decide_matrices(linear.pool, *sides(linear)))


SCALAR_IDENTITIES = {
    "a trace turns in a circle": lambda a: (
        a.pool.trace(a.times(a.A, a.B, a.C)),
        a.pool.trace(a.times(a.C, a.A, a.B)),
    ),
    "a trace does not mind a transpose": lambda a: (
        a.pool.trace(a.times(a.A, a.B)),
        a.pool.trace(a.times(a.transpose(a.A), a.transpose(a.B))),
    ),
    "a rectangular trace turns in a circle": lambda a: (
        a.pool.trace(a.times(a.X, a.transpose(a.X))),
        a.pool.trace(a.times(a.transpose(a.X), a.X)),
    ),
    "the sum of an entrywise product is a trace": lambda a: (
        a.pool.total(a.pool.hadamard((a.A, a.B))),
        a.pool.trace(a.times(a.transpose(a.A), a.B)),
    ),
    "a rotation keeps the norm": lambda a: (a.pool.frobenius(a.times(a.Q, a.A)), a.pool.frobenius(a.A)),
    "a bilinear form is its own transpose": lambda a: (
        a.pool.dot(a.u, a.times(a.A, a.v)),
        a.pool.dot(a.v, a.times(a.transpose(a.A), a.u)),
    ),
    "an entry of a transpose": lambda a: (a.pool.entry(a.A, "i", "j"), a.pool.entry(a.transpose(a.A), "j", "i")),
    "the trace of an outer product": lambda a: (a.pool.trace(a.pool.outer(a.u, a.v)), a.pool.dot(a.v, a.u)),
    "the trace of the identity": lambda a: (a.pool.trace(a.plus(a.I, a.A)), a.terms.add((a.pool.trace(a.A), a.n))),
    "a root and its square": lambda a: (
        a.terms.power(a.terms.apply("sqrt", (a.pool.frobenius(a.A),)), a.two),
        a.pool.frobenius(a.A),
    ),
    "traces multiply as numbers": lambda a: (
        a.terms.multiply((a.pool.trace(a.A), a.pool.dot(a.u, a.v))),
        a.pool.dot(a.v, a.pool.multiply((a.u, a.pool.scale(a.pool.trace(a.A), a.pool.identity(1))))),
    ),
}


@pytest.mark.parametrize("name", SCALAR_IDENTITIES)
def test_a_scalar_identity_holds_for_every_size_and_its_damaged_copies_do_not(linear, name):
    linear.n = linear.terms.variable("n")
    left, right = SCALAR_IDENTITIES[name](linear)
    assert proved(decide_scalars(linear.pool, left, right))
    assert proved(decide_scalars(linear.pool, right, left))
    for damaged in (linear.terms.negate(right), linear.terms.add((right, linear.terms.one))):
        assert refuted(decide_scalars(linear.pool, left, damaged))


@pytest.mark.parametrize(
    "form",
    [
        lambda a: a.pool.dot(a.v, a.times(a.K, a.v)),
        lambda a: a.pool.trace(a.times(a.K, a.S)),
        lambda a: a.pool.trace(a.K),
    ],
)
def test_a_skew_form_is_zero(linear, form):
    assert proved(decide_scalars(linear.pool, form(linear), linear.terms.zero))
    assert refuted(decide_scalars(linear.pool, form(linear), linear.terms.one))


@pytest.mark.parametrize(
    "sides",
    [
        lambda a: (a.pool.trace(a.times(a.A, a.A, a.B, a.B)), a.pool.trace(a.times(a.A, a.B, a.A, a.B))),
        lambda a: (a.pool.trace(a.times(a.A, a.B)), a.pool.trace(a.times(a.A, a.transpose(a.B)))),
        lambda a: (a.pool.entry(a.A, "i", "j"), a.pool.entry(a.A, "j", "i")),
        lambda a: (a.pool.entry(a.A, 0, 1), a.pool.entry(a.A, 1, 0)),
        lambda a: (a.pool.trace(a.Q), a.terms.variable("n")),
        lambda a: (a.terms.power(a.pool.trace(a.A), a.two), a.pool.trace(a.times(a.A, a.A))),
    ],
)
def test_scalars_that_agree_only_at_some_sizes_or_entries_are_refuted(linear, sides):
    assert refuted(decide_scalars(linear.pool, *sides(linear)))


# ---------------------------------------------------------------------- an autoencoder with linear maps


class Autoencoder(Linear):
    """The loss |X - W2 W1 X|^2, and a covariance C = U L U^T + (1 - U U^T) B B^T (1 - U U^T)."""

    def __init__(self):
        super().__init__()
        pool = self.pool
        self.X, self.W1, self.W2 = (
            pool.symbol("Z", "m", "N"),
            pool.symbol("W1", "k", "m"),
            pool.symbol("W2", "m", "k"),
        )
        self.one = pool.identity("m")
        self.error = self.minus(self.times(self.W2, self.W1), self.one)
        self.loss = pool.frobenius(self.minus(self.X, self.times(self.W2, self.W1, self.X)))
        self.U = pool.symbol("U", "m", "k", {"orthonormal columns"})
        self.L = pool.symbol("L", "k", "k", {"diagonal"})
        self.G = pool.symbol("G", "k", "k", {"invertible"})
        self.rest = self.minus(self.one, self.times(self.U, self.transpose(self.U)))
        noise = pool.symbol("F", "m", "N")
        self.covariance = self.plus(
            self.times(self.U, self.L, self.transpose(self.U)),
            self.times(self.rest, noise, self.transpose(noise), self.rest),
        )

    def first_order_conditions(self, W2, W1):
        error = self.minus(self.times(W2, W1), self.one)
        return self.times(error, self.covariance, self.transpose(W1)), self.times(
            self.transpose(W2), error, self.covariance
        )


@pytest.fixture
def autoencoder():
    return Autoencoder()


def test_the_gradient_by_the_decoder(autoencoder):
    a = autoencoder
    found = gradient(a.pool, a.loss, "W2")
    assert proved(
        decide_matrices(a.pool, found, a.scaled(2, a.times(a.error, a.X, a.transpose(a.X), a.transpose(a.W1))))
    )
    for wrong in (
        a.scaled(-2, a.times(a.error, a.X, a.transpose(a.X), a.transpose(a.W1))),
        a.times(a.error, a.X, a.transpose(a.X), a.transpose(a.W1)),
        a.scaled(2, a.times(a.transpose(a.error), a.X, a.transpose(a.X), a.transpose(a.W1))),
        a.scaled(2, a.times(a.X, a.transpose(a.X), a.error, a.transpose(a.W1))),
    ):
        assert refuted(decide_matrices(a.pool, found, wrong))


def test_the_gradient_by_the_encoder(autoencoder):
    a = autoencoder
    found = gradient(a.pool, a.loss, "W1")
    assert proved(
        decide_matrices(a.pool, found, a.scaled(2, a.times(a.transpose(a.W2), a.error, a.X, a.transpose(a.X))))
    )
    for wrong in (
        a.scaled(-2, a.times(a.transpose(a.W2), a.error, a.X, a.transpose(a.X))),
        a.scaled(3, a.times(a.transpose(a.W2), a.error, a.X, a.transpose(a.X))),
        a.scaled(2, a.times(a.transpose(a.W2), a.transpose(a.error), a.X, a.transpose(a.X))),
        a.scaled(2, a.times(a.transpose(a.W2), a.X, a.transpose(a.X), a.error)),
    ):
        assert refuted(decide_matrices(a.pool, found, wrong))


def test_at_a_tied_orthonormal_basis_the_encoder_is_stationary_for_any_data_but_the_decoder_is_not(autoencoder):
    a = autoencoder
    tied = {"W2": a.U, "W1": a.transpose(a.U)}
    by_encoder, by_decoder = (substitute(a.pool, gradient(a.pool, a.loss, name), tied) for name in ("W1", "W2"))
    assert proved(decide_matrices(a.pool, by_encoder, a.pool.zero("k", "m")))
    assert refuted(decide_matrices(a.pool, by_decoder, a.pool.zero("m", "k")))


def test_the_covariance_has_the_columns_of_u_as_eigenvectors(autoencoder):
    a = autoencoder
    product = a.times(a.covariance, a.U)
    assert proved(decide_matrices(a.pool, product, a.times(a.U, a.L)))
    assert refuted(decide_matrices(a.pool, product, a.times(a.U, a.L, a.L)))
    assert refuted(decide_matrices(a.pool, product, a.U))


@pytest.mark.parametrize(
    ("decoder", "encoder", "stationary"),
    [
        (lambda a: a.U, lambda a: a.transpose(a.U), True),
        (lambda a: a.times(a.U, a.G), lambda a: a.times(a.inverse(a.G), a.transpose(a.U)), True),
        (lambda a: a.times(a.U, a.G), lambda a: a.times(a.G, a.transpose(a.U)), False),
        (lambda a: a.times(a.U, a.G), lambda a: a.times(a.transpose(a.inverse(a.G)), a.transpose(a.U)), False),
        (lambda a: a.U, lambda a: a.scaled(-1, a.transpose(a.U)), False),
    ],
)
def test_the_principal_subspace_is_stationary_in_every_basis_and_nothing_near_it_is(
    autoencoder, decoder, encoder, stationary
):
    a = autoencoder
    for condition in a.first_order_conditions(decoder(a), encoder(a)):
        evidence = decide_matrices(a.pool, condition, a.pool.zero(condition.shape.rows, condition.shape.columns))
        assert proved(evidence) if stationary else refuted(evidence)


def test_the_loss_that_is_left_is_the_trace_that_is_left(autoencoder):
    a = autoencoder
    loss, total, kept = a.pool.trace(a.times(a.rest, a.covariance)), a.pool.trace(a.covariance), a.pool.trace(a.L)
    assert proved(decide_scalars(a.pool, loss, a.terms.subtract(total, kept)))
    assert refuted(decide_scalars(a.pool, loss, a.terms.add((total, kept))))
    assert refuted(decide_scalars(a.pool, loss, total))


# ---------------------------------------------------------------------- declared relations


def eigenvector_relation():
    a = Linear()
    pool = a.pool
    a.U = pool.symbol("U", "m", "k", {"orthonormal columns"})
    a.L = pool.symbol("L", "k", "k", {"diagonal"})
    a.M = pool.symbol("M", "m", "m", {"symmetric"})
    pool.relate(a.times(a.M, a.U), a.times(a.U, a.L))
    return a


def constructed_relation():
    a = eigenvector_relation()
    noise = a.pool.symbol("F", "m", "m")
    rest = a.minus(a.pool.identity("m"), a.times(a.U, a.transpose(a.U)))
    a.pool.construct("M", a.plus(a.times(a.U, a.L, a.transpose(a.U)), a.times(rest, noise, a.transpose(noise), rest)))
    return a


@pytest.mark.parametrize("make", [eigenvector_relation, constructed_relation])
def test_a_declared_relation_is_used_with_its_transpose(make):
    a = make()
    assert proved(decide_matrices(a.pool, a.times(a.transpose(a.U), a.M, a.U), a.L))
    assert proved(decide_matrices(a.pool, a.times(a.transpose(a.U), a.M), a.times(a.L, a.transpose(a.U))))
    assert proved(decide_matrices(a.pool, a.times(a.M, a.M, a.U), a.times(a.U, a.L, a.L)))


def test_instances_respect_a_declared_relation():
    a = constructed_relation()
    for size in range(20):
        evidence = decide_matrices(a.pool, a.times(a.M, a.U), a.times(a.U, a.L), random=Random(size))
        assert proved(evidence)
        assert evidence.tried > 0


def test_a_wrong_equation_is_refuted_at_an_instance_that_satisfies_the_relation():
    a = constructed_relation()
    assert refuted(decide_matrices(a.pool, a.times(a.M, a.U), a.U))
    assert refuted(decide_scalars(a.pool, a.pool.trace(a.M), a.pool.trace(a.L)))


def test_a_relation_without_end_is_refused():
    a = Linear()
    a.pool.relate(a.times(a.A, a.B), a.times(a.A, a.A, a.B))
    with pytest.raises(Undecidable):
        NormalForms(a.pool)
    same = a.minus(a.plus(a.A, a.B), a.B)
    assert decide_matrices(a.pool, same, a.A).verdict is Verdict.UNDECIDED


def test_contradictory_relations_prove_nothing_about_partial_expressions():
    a = Linear()
    a.pool.relate(a.A, a.plus(a.I, a.I))
    a.pool.relate(a.B, a.I)
    # No instance of A and B drawn at random satisfies these, so whether the inverse exists was never seen.
    evidence = decide_matrices(a.pool, a.inverse(a.minus(a.A, a.B)), a.I)
    assert evidence.verdict is not Verdict.REFUTED


# ---------------------------------------------------------------------- gradients


def test_the_rules_of_the_cookbook(linear):
    a = linear
    cases = {
        a.pool.trace(a.times(a.B, a.A, a.C)): a.times(a.transpose(a.B), a.transpose(a.C)),
        a.pool.trace(a.times(a.B, a.transpose(a.A), a.C)): a.times(a.C, a.B),
        a.pool.trace(a.times(a.A, a.A)): a.scaled(2, a.transpose(a.A)),
        a.pool.dot(a.u, a.times(a.inverse(a.A), a.v)): a.scaled(
            -1, a.times(a.transpose(a.inverse(a.A)), a.u, a.transpose(a.v), a.transpose(a.inverse(a.A)))
        ),
        a.pool.frobenius(a.A): a.scaled(2, a.A),
        a.pool.entry(a.A, "i", "j"): a.times(a.pool.basis("n", "i"), a.transpose(a.pool.basis("n", "j"))),
        a.terms.power(a.pool.trace(a.A), a.two): a.pool.scale(
            a.terms.multiply((a.two, a.pool.trace(a.A))), a.pool.identity("n")
        ),
        a.terms.apply("log", (a.pool.dot(a.u, a.times(a.A, a.v)),)): a.pool.scale(
            a.terms.reciprocal(a.pool.dot(a.u, a.times(a.A, a.v))), a.times(a.u, a.transpose(a.v))
        ),
    }
    for scalar, expected in cases.items():
        found = gradient(a.pool, scalar, "A")
        assert decide_matrices(a.pool, found, expected).verdict is Verdict.PROVED
        assert refuted(decide_matrices(a.pool, found, a.scaled(2, expected)))


def test_the_gradient_of_a_layer(linear):
    """d u^T tanh(A v) / dA = (u * (1 - tanh(A v)^2)) v^T."""
    a = linear
    before = a.times(a.A, a.v)
    found = gradient(a.pool, a.pool.dot(a.u, a.map("tanh", before)), "A")
    slope = a.map(lambda x: a.terms.subtract(a.terms.one, a.terms.power(a.terms.apply("tanh", (x,)), a.two)), before)
    assert proved(decide_matrices(a.pool, found, a.times(a.pool.hadamard((a.u, slope)), a.transpose(a.v))))
    assert proved(decide_matrices(a.pool, found, a.times(a.pool.diagonal(slope), a.u, a.transpose(a.v))))
    assert refuted(decide_matrices(a.pool, found, a.times(a.u, a.transpose(a.v))))
    assert refuted(
        decide_matrices(a.pool, found, a.times(a.pool.hadamard((a.u, a.map("tanh", before))), a.transpose(a.v)))
    )


def test_ridge_regression_from_gradient_to_dual_solution():
    a = Linear()
    pool, terms = a.pool, a.terms
    w, y = pool.symbol("w", "d", 1), pool.symbol("y", "N", 1)
    penalty = terms.variable("penalty")
    primal = a.plus(a.times(a.transpose(a.X), a.X), pool.scale(penalty, pool.identity("d")))
    dual = a.plus(a.times(a.X, a.transpose(a.X)), pool.scale(penalty, pool.identity("N")))
    residual = a.minus(a.times(a.X, w), y)
    loss = terms.add((pool.dot(residual, residual), terms.multiply((penalty, pool.dot(w, w)))))
    slope = gradient(pool, loss, "w")
    assert proved(decide_matrices(pool, slope, a.scaled(2, a.minus(a.times(primal, w), a.times(a.transpose(a.X), y)))))
    solution = a.times(a.inverse(primal), a.transpose(a.X), y)
    assumed = Assumptions.parse("penalty>0")
    assert proved(decide_matrices(pool, substitute(pool, slope, {"w": solution}), pool.zero("d", 1), assumed))
    kernel_solution = a.times(a.transpose(a.X), a.inverse(dual), y)
    assert proved(decide_matrices(pool, solution, kernel_solution, assumed))
    assert refuted(
        decide_matrices(pool, substitute(pool, slope, {"w": a.times(a.transpose(a.X), y)}), pool.zero("d", 1))
    )


def test_a_gradient_by_a_constrained_matrix_is_undecidable(linear):
    with pytest.raises(Undecidable, match="symmetric"):
        gradient(linear.pool, linear.pool.trace(linear.S), "S")


def test_a_gradient_by_a_matrix_that_does_not_occur_is_zero(linear):
    found = gradient(linear.pool, linear.pool.trace(linear.A), "B")
    assert proved(decide_matrices(linear.pool, found, linear.pool.zero("n", "n")))


def test_a_gradient_by_an_unknown_matrix_names_the_known_ones(linear):
    with pytest.raises(UnknownName, match="'AA'"):
        gradient(linear.pool, linear.pool.trace(linear.A), "AA")


def test_substitution_reaches_the_traces_inside_scalars(linear):
    a = linear
    scalar = a.terms.apply("log", (a.pool.trace(a.times(a.A, a.A)),))
    replaced = substitute_in_scalar(a.pool, scalar, {"A": a.B})
    expected = a.terms.apply("log", (a.pool.trace(a.times(a.B, a.B)),))
    assert proved(decide_scalars(a.pool, replaced, expected))
    assert refuted(decide_scalars(a.pool, replaced, scalar))


# ---------------------------------------------------------------------- shapes


def test_sides_of_different_shapes_are_refuted_with_both_shapes(linear):
    evidence = decide_matrices(linear.pool, linear.u, linear.transpose(linear.u))
    assert refuted(evidence)
    assert "n x 1" in evidence.reason
    assert "1 x n" in evidence.reason


@pytest.mark.parametrize(
    ("build", "expected"),
    [
        (lambda a: a.times(a.X, a.X), "as many rows on the right as columns on the left, d"),
        (lambda a: a.plus(a.X, a.A), "both N x d"),
        (lambda a: a.pool.hadamard((a.X, a.transpose(a.X))), "both N x d"),
        (lambda a: a.inverse(a.X), "a square matrix"),
        (lambda a: a.pool.trace(a.X), "a square matrix"),
        (lambda a: a.pool.diagonal(a.A), "a vector"),
        (lambda a: a.pool.scalar(a.A), "1 x 1"),
        (lambda a: a.pool.basis(3, 3), "an index from 0"),
        (lambda a: a.pool.symbol("Y", "n", "d", {"symmetric"}), "a square matrix"),
        (lambda a: substitute(a.pool, a.A, {"A": a.X}), "n x n"),
    ],
)
def test_shapes_that_do_not_fit_say_what_was_found_and_expected(linear, build, expected):
    with pytest.raises(ShapeError, match=expected) as caught:
        build(linear)
    assert caught.value.found


def test_a_dimension_is_read_from_a_sum():
    assert Dimension.of("m + 1") == Dimension.of("1+m")
    assert str(Dimension.of("2*m - n + 3")) == "2m - n + 3"
    assert Dimension.of("m+1").at({"m": 4}) == 5


@pytest.mark.parametrize("text", ["", "m*n", "m+", "0", "m n", "-"])
def test_what_is_no_dimension_is_refused(text):
    with pytest.raises(VerifyError):
        Dimension.of(text)


def test_dimensions_that_are_sums_are_matched():
    pool = Matrices()
    wide, tall = pool.symbol("A", "m", "n + 1"), pool.symbol("B", "n + 1", "m")
    assert proved(
        decide_scalars(pool, pool.trace(pool.multiply((wide, tall))), pool.trace(pool.multiply((tall, wide))))
    )
    with pytest.raises(ShapeError):
        pool.multiply((wide, pool.symbol("C", "n", "m")))


def test_a_name_is_declared_once(linear):
    with pytest.raises(VerifyError, match="twice"):
        linear.pool.symbol("A", "m", "n")
    with pytest.raises(UnknownName):
        linear.pool.symbol("Y", "n", "n", {"symetric"})


# ---------------------------------------------------------------------- what is not proved


def test_functions_that_cancel_keep_the_factors_of_their_argument(linear):
    """|y| (y / |y|) is y, whatever y is: once, a factor inside y was lost here."""
    a = linear
    terms = a.terms
    doubled = a.plus(a.A, a.A)
    sign = a.map(lambda x: terms.multiply((x, terms.reciprocal(terms.apply("abs", (x,))))), doubled)
    product = a.pool.hadamard((a.map("abs", doubled), sign))
    assert proved(decide_matrices(a.pool, product, doubled))
    assert refuted(decide_matrices(a.pool, product, a.A))
    forms = NormalForms(a.pool)
    assert forms.combination(product) == forms.combination(doubled) != forms.combination(a.A)
    mixed = a.pool.hadamard((product, a.map("tanh", a.plus(a.A, a.B)), a.C))
    assert forms.combination(mixed) == forms.combination(
        a.scaled(2, a.pool.hadamard((a.A, a.C, a.map("tanh", a.plus(a.A, a.B)))))
    )


FUNCTIONS_THAT_AGREE = {
    "tanh and sech": (
        lambda t, x: t.subtract(t.one, t.power(t.apply("tanh", (x,)), t.number(2))),
        lambda t, x: t.power(t.apply("sech", (x,)), t.number(2)),
    ),
    "two slopes of the sigmoid": (
        lambda t, x: t.multiply((t.apply("sigmoid", (x,)), t.apply("sigmoid", (t.negate(x),)))),
        lambda t, x: t.subtract(t.apply("sigmoid", (x,)), t.power(t.apply("sigmoid", (x,)), t.number(2))),
    ),
    "relu and the absolute value": (
        lambda t, x: t.apply("relu", (x,)),
        lambda t, x: t.multiply((t.number(Fraction(1, 2)), t.add((x, t.apply("abs", (x,)))))),
    ),
    "sine and cosine": (
        lambda t, x: t.power(t.apply("sin", (x,)), t.number(2)),
        lambda t, x: t.subtract(t.one, t.power(t.apply("cos", (x,)), t.number(2))),
    ),
}


@pytest.mark.parametrize("name", FUNCTIONS_THAT_AGREE)
def test_functions_that_agree_on_every_entry_agree_on_matrices_of_every_size(linear, name):
    a = linear
    first, second = (
        a.map(lambda x, f=function: f(a.terms, x), a.times(a.A, a.v)) for function in FUNCTIONS_THAT_AGREE[name]
    )
    assert proved(decide_matrices(a.pool, first, second))
    assert proved(decide_matrices(a.pool, a.times(a.pool.diagonal(first), a.u), a.pool.hadamard((a.u, second))))
    assert refuted(decide_matrices(a.pool, first, a.scaled(2, second)))
    assert refuted(decide_matrices(a.pool, first, a.plus(second, a.pool.ones("n"))))


def test_a_proof_at_a_size_says_so(linear):
    """exp(a_ij + b_ij) = exp(a_ij) exp(b_ij): no rule relates functions of different arguments."""
    a = linear
    product = a.pool.hadamard((a.map("exp", a.A), a.map("exp", a.B)))
    evidence = decide_matrices(a.pool, a.map("exp", a.plus(a.A, a.B)), product)
    assert (evidence.verdict, evidence.scope) == (Verdict.PROVED, "at n=2")
    assert "at this size only" in evidence.reason


def test_matrices_of_a_fixed_size_are_decided_entry_by_entry():
    """Cayley and Hamilton at 2 x 2, which is false at any other size."""
    for size, verdict in ((2, Verdict.PROVED), ("n", Verdict.REFUTED)):
        pool = Matrices()
        terms = pool.terms
        A = pool.symbol("A", size, size)
        trace, square = pool.trace(A), pool.power(A, 2)
        determinant = terms.multiply(
            (terms.number(Fraction(1, 2)), terms.subtract(terms.multiply((trace, trace)), pool.trace(square)))
        )
        expected = pool.subtract(pool.scale(trace, A), pool.scale(determinant, pool.identity(size)))
        assert decide_matrices(pool, square, expected).verdict is verdict


def test_two_sides_that_are_never_defined_are_not_equal(linear):
    a = linear
    nothing = a.inverse(a.minus(a.A, a.A))
    assert decide_matrices(a.pool, nothing, nothing).verdict is Verdict.UNDECIDED
    always_singular = a.inverse(a.times(a.u, a.transpose(a.v), a.minus(a.I, a.I)))
    assert decide_matrices(a.pool, always_singular, a.I).verdict is not Verdict.PROVED


def test_the_counterexample_is_the_smallest_found(linear):
    evidence = decide_matrices(linear.pool, linear.A, linear.scaled(2, linear.A))
    assert evidence.scope == "at n=1"
    assert evidence.counterexample.at["n"] == 1
    turned = linear.times(linear.A, linear.B), linear.times(linear.B, linear.A)
    commuting = decide_matrices(linear.pool, *turned, random=Random(1))
    assert commuting.scope == "at n=2", "one by one matrices commute"


def test_sizes_respect_what_is_assumed_of_them(linear):
    one_row, trace = Assumptions.parse("0<n<2"), linear.pool.trace(linear.I)
    assert refuted(decide_scalars(linear.pool, trace, linear.terms.one))
    assert decide_scalars(linear.pool, trace, linear.terms.one, one_row).verdict is not Verdict.REFUTED
    assert refuted(decide_scalars(linear.pool, trace, linear.two, one_row))


def test_a_huge_expression_is_undecided_or_refused_in_little_time(linear):
    a = linear
    grown = a.plus(a.A, a.B, a.C, a.S, a.K)
    for _ in range(6):
        grown = a.times(grown, grown)
    assert decide_matrices(a.pool, grown, a.plus(grown, a.minus(a.A, a.A))).verdict is not Verdict.REFUTED
    with pytest.raises(BudgetExceeded):
        a.pool.power(a.A, 1000)
    with pytest.raises(BudgetExceeded):
        a.pool.power(a.pool.power(a.pool.power(a.A, 60), 60), 60)


def test_a_deep_network_needs_no_recursion(linear):
    a = linear
    layer = a.A
    for _ in range(200):
        layer = a.map("tanh", a.times(a.B, layer))
    found = gradient(a.pool, a.pool.total(layer), "A")
    assert found.shape == a.A.shape
    assert decide_matrices(a.pool, a.transpose(layer), a.transpose(a.plus(layer, a.A))).verdict is Verdict.REFUTED


@pytest.mark.parametrize("exponent", [10**9, -(10**9), 63])
def test_towers_of_scalar_powers_are_bounded(linear, exponent):
    a = linear
    scalar = a.terms.add((a.pool.trace(a.A), a.terms.one))
    entries = a.plus(a.A, a.B)
    for _ in range(4):
        scalar = a.terms.power(a.terms.add((scalar, a.terms.one)), a.terms.number(exponent))
        entries = a.map(lambda x: a.terms.power(a.terms.add((x, a.two)), a.terms.number(exponent)), entries)
    assert decide_scalars(a.pool, scalar, a.two).verdict is not Verdict.PROVED
    assert decide_matrices(a.pool, entries, a.A).verdict is not Verdict.PROVED


def test_a_budget_of_no_time_decides_nothing(linear):
    a = linear
    assert decide_matrices(a.pool, a.A, a.B, budget=0.0).verdict is Verdict.UNDECIDED
    assert decide_matrices(a.pool, a.A, a.A, budget=0.0).verdict is Verdict.UNDECIDED
