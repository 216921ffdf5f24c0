"""Matrix expressions of any size over declared symbols: building, deciding equality, gradients.

matrices = Matrices()
A, B = matrices.symbol("A", "m", "n"), matrices.symbol("B", "n", "m")
product = matrices.multiply((A, B))
decide_scalars(matrices, matrices.trace(product), matrices.trace(matrices.multiply((B, A)))).verdict    # PROVED
"""

from verify.equality.matrix_decide import decide_matrices, decide_scalars
from verify.equality.matrix_gradient import gradient, substitute, substitute_in_scalar
from verify.equality.matrix_normal import NormalForms
from verify.equality.matrix_pool import PROPERTIES, Matrices, Matrix, Symbol
from verify.equality.matrix_shapes import Dimension, Shape, ShapeError

__all__ = [
    "PROPERTIES",
    "Dimension",
    "Matrices",
    "Matrix",
    "NormalForms",
    "Shape",
    "ShapeError",
    "Symbol",
    "decide_matrices",
    "decide_scalars",
    "gradient",
    "substitute",
    "substitute_in_scalar",
]
