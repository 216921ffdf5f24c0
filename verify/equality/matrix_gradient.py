"""Derivatives of scalars by a matrix, of any size, and substitution of matrices.

Reverse accumulation over the expression as written: every node passes the derivative by its value on to its arguments.
With the convention that the gradient G of f by W has df = tr(G^T dW), so that G has the shape of W.  The rules are
those of Magnus & Neudecker, Matrix Differential Calculus, and of Petersen & Pedersen, The Matrix Cookbook, section 2.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from verify.equality.matrix_normal import NormalForms
from verify.equality.matrix_pool import ELEMENT, Matrices, Matrix
from verify.equality.matrix_shapes import ShapeError
from verify.errors import BudgetExceeded, Undecidable

UNCONSTRAINED = frozenset({"invertible"})
"""Properties that leave a matrix free to vary in every direction."""


def gradient(matrices: Matrices, scalar: int, name: str) -> Matrix:
    """The derivative of a scalar term by every entry of a declared matrix, in normal form unless that is too large.

    `gradient(tr(A W B), "W")` is `A^T B^T`.  A matrix that is declared symmetric, diagonal or orthogonal cannot vary
    freely, so its gradient is a matter of convention: Undecidable is raised.
    """
    symbol = matrices.symbols[matrices.node(matrices.named(name))[1]]
    constrained = symbol.properties - UNCONSTRAINED
    if constrained:
        raise Undecidable(f"the derivative by {name!r}, which is declared {sorted(constrained)[0]}: declare it free")
    accumulation = _Accumulation(matrices)
    accumulation.add_scalar(scalar, matrices.terms.one)
    target = matrices.named(name)
    accumulation.run()
    found = accumulation.total(target.number)
    try:
        return NormalForms(matrices).normal(found)
    except (BudgetExceeded, Undecidable):  # the product of many factors 1 - tanh^2 must not be expanded
        return found


@dataclass(slots=True)
class _Accumulation:
    """The derivatives of one scalar by every expression it is built from."""

    matrices: Matrices
    contributions: dict[int, list[Matrix]] = field(default_factory=dict)

    def total(self, number: int) -> Matrix:
        """The derivative by one expression, as far as it has been passed on."""
        shape = self.matrices.at(number).shape
        found = self.contributions.get(number)
        return self.matrices.add(found) if found else self.matrices.zero(shape.rows, shape.columns)

    def run(self) -> None:
        """Pass every derivative on, results before arguments."""
        for number in reversed(self.matrices.reachable(self.contributions)):
            if number in self.contributions:
                node = self.matrices.node(number)
                rule = RULES.get(node[0])
                if rule is not None:
                    rule(self, number, self.total(number))

    def add_matrix(self, number: int, derivative: Matrix) -> None:
        """One more summand of the derivative by an expression."""
        self.contributions.setdefault(number, []).append(derivative)

    def add_scalar(self, term: int, derivative: int) -> None:
        """Pass the derivative by a scalar term on to the traces in it."""
        terms = self.matrices.terms
        for name, matrix in self.matrices.traced(term).items():
            factor = terms.multiply((derivative, terms.differentiate(term, name)))
            self.add_matrix(matrix.number, self.matrices.scale(factor, self.matrices.identity(matrix.shape.rows)))

    # ------------------------------------------------------------------ one rule for every operation

    def of_add(self, number: int, derivative: Matrix) -> None:
        for child in self.matrices.node(number)[1]:
            self.add_matrix(child, derivative)

    def of_multiply(self, number: int, derivative: Matrix) -> None:
        matrices = self.matrices
        factors = [matrices.at(child) for child in matrices.node(number)[1]]
        for place, factor in enumerate(factors):
            before = [matrices.transpose(each) for each in reversed(factors[:place])]
            after = [matrices.transpose(each) for each in reversed(factors[place + 1 :])]
            self.add_matrix(factor.number, _product(matrices, [*before, derivative, *after]))

    def of_scale(self, number: int, derivative: Matrix) -> None:
        matrices = self.matrices
        _, factor, child = matrices.node(number)
        self.add_matrix(child, matrices.scale(factor, derivative))
        if matrices.traced(factor):
            inner = matrices.trace(_product(matrices, [matrices.transpose(derivative), matrices.at(child)]))
            self.add_scalar(factor, inner)

    def of_transpose(self, number: int, derivative: Matrix) -> None:
        self.add_matrix(self.matrices.node(number)[1], self.matrices.transpose(derivative))

    def of_inverse(self, number: int, derivative: Matrix) -> None:
        """d(A^{-1}) = -A^{-1} dA A^{-1}."""
        matrices = self.matrices
        mirrored = matrices.transpose(matrices.at(number))
        product = _product(matrices, [mirrored, derivative, mirrored])
        self.add_matrix(matrices.node(number)[1], matrices.negate(product))

    def of_hadamard(self, number: int, derivative: Matrix) -> None:
        matrices = self.matrices
        factors = [matrices.at(child) for child in matrices.node(number)[1]]
        for place, factor in enumerate(factors):
            others = factors[:place] + factors[place + 1 :]
            self.add_matrix(factor.number, matrices.hadamard([derivative, *others]))

    def of_elementwise(self, number: int, derivative: Matrix) -> None:
        matrices = self.matrices
        _, body, child = matrices.node(number)
        if matrices.traced(body):
            raise Undecidable("the derivative of an elementwise function whose parameters are traces")
        slope = matrices.terms.differentiate(body, ELEMENT)
        slopes = matrices.elementwise(slope, matrices.at(child))
        self.add_matrix(child, matrices.hadamard((derivative, slopes)))

    def of_diagonal(self, number: int, derivative: Matrix) -> None:
        self.add_matrix(self.matrices.node(number)[1], self.matrices.diagonal_of(derivative))


RULES: Mapping[str, Callable[[_Accumulation, int, Matrix], None]] = {
    "add": _Accumulation.of_add,
    "multiply": _Accumulation.of_multiply,
    "scale": _Accumulation.of_scale,
    "transpose": _Accumulation.of_transpose,
    "inverse": _Accumulation.of_inverse,
    "hadamard": _Accumulation.of_hadamard,
    "elementwise": _Accumulation.of_elementwise,
    "diagonal": _Accumulation.of_diagonal,
}


def _product(matrices: Matrices, factors: list[Matrix]) -> Matrix:
    """The product without factors that are the identity, which reverse accumulation produces at every trace."""
    kept = [factor for factor in factors if matrices.node(factor)[0] != "identity"]
    return matrices.multiply(kept or factors[:1])


def substitute(matrices: Matrices, matrix: Matrix, values: Mapping[str, Matrix]) -> Matrix:
    """The matrix with declared symbols replaced by matrices of the same shape, all at once."""
    replaced = _Substitution(matrices, values)
    return replaced.matrix(matrix.number)


def substitute_in_scalar(matrices: Matrices, term: int, values: Mapping[str, Matrix]) -> int:
    """The scalar term with declared symbols replaced by matrices of the same shape, all at once."""
    replaced = _Substitution(matrices, values)
    for traced in matrices.traced(term).values():
        replaced.matrix(traced.number)
    return replaced.term(term)


@dataclass(slots=True)
class _Substitution:
    matrices: Matrices
    values: Mapping[str, Matrix]
    done: dict[int, Matrix] = field(default_factory=dict)

    def matrix(self, root: int) -> Matrix:
        for number in self.matrices.reachable((root,)):
            if number not in self.done:
                self.done[number] = self._of_node(number)
        return self.done[root]

    def term(self, term: int) -> int:
        matrices = self.matrices
        traces = {name: matrices.trace(self.done[m.number]) for name, m in matrices.traced(term).items()}
        return matrices.terms.substitute(term, traces)

    def _of_node(self, number: int) -> Matrix:
        matrices, done = self.matrices, self.done
        node, original = matrices.node(number), matrices.at(number)
        kind = node[0]
        if kind == "symbol":
            value = self.values.get(node[1], original)
            if value.shape != original.shape:
                raise ShapeError(f"a value for {node[1]}", (value.shape,), str(original.shape))
            return value
        if kind in ("add", "multiply", "hadamard"):
            combine = {"add": matrices.add, "multiply": matrices.multiply, "hadamard": matrices.hadamard}[kind]
            return combine([done[child] for child in node[1]])
        if kind in ("transpose", "inverse", "diagonal"):
            change = {"transpose": matrices.transpose, "inverse": matrices.inverse, "diagonal": matrices.diagonal}[kind]
            return change(done[node[1]])
        if kind == "scale":
            return matrices.scale(self.term(node[1]), done[node[2]])
        if kind == "elementwise":
            return matrices.elementwise(self.term(node[1]), done[node[2]])
        return original
