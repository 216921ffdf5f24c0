"""Expressions over declared matrices and vectors of any size."""

import pytest
from notation_helpers import refusal

from verify.equality.matrices import Matrices, decide_matrices, decide_scalars
from verify.equality.terms import Terms
from verify.evidence import Verdict
from verify.notation import Names, read, write
from verify.notation.values import MatrixExpressionValue

NAMES = Names(
    variables=["lambda", "c"],
    matrices={"W": ("m", "n"), "A": ("n", "n", "symmetric"), "B": ("n", "n", "invertible"), "X": ("k", "n")},
    vectors={"x": "n", "z": "n", "y": "m", "t": "k"},
)


def verdict(left, right):
    """Whether two texts are equal for every size."""
    terms = Terms()
    pool = Matrices(terms)
    values = [read(text, NAMES, terms, matrices=pool).value for text in (left, right)]
    if all(isinstance(value, MatrixExpressionValue) for value in values):
        return decide_matrices(pool, values[0].expression, values[1].expression).verdict
    assert all(type(value) is int for value in values)
    return decide_scalars(pool, *values).verdict


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (r"W^\top W x", "W'*W*x"),
        (r"W^T W x", "W.T @ W @ x"),
        (r"\mathbf{W}\mathbf{x}", "Wx"),
        (r"(Wx)^\top y", r"x^\top W^\top y"),
        (r"x^\top A x", "x' A x"),
        (r"\langle x, z\rangle", r"x^\top z"),
        ("dot(x, z)", "z'x"),
        (r"\|x\|^2", "x^T x"),
        (r"\operatorname{tr}(W^\top W)", "tr(W W^T)"),
        (r"(X^\top X + \lambda I)^{-1} X^\top t", "inv(X.T@X + lambda*I_n)@X.T@t"),
        (r"2Ax", "(A + A^T)x"),
        (r"\tanh(Wx)\odot y", "y ⊙ tanh(W@x)"),
        (r"B^{-\top} x", r"(B^\top)^{-1} x"),
        (r"\frac{1}{2} x^\top x", "x'x/2"),
        (r"x x^\top z", "outer(x, x) z"),
        ("tr(x^T z)", "x^T z"),  # 1 x 1, so a scalar from there on
        ("y / tr(x^T z)", "y dot(1, (z^T x)^{-1})"),
        ("A^2 x", "A A x"),
        ("I A", "A"),
    ],
)
def test_ways_to_write_one_expression_are_equal_in_general(left, right):
    assert verdict(left, right) is Verdict.PROVED


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (r"B^\top x", "Bx"),
        ("AB", "BA"),
        (r"x^\top z", r"2 x^\top z"),
        ("x z^T", "z x^T"),
        (r"\exp(x)", "x"),
        ("A + I", "A"),
    ],
)
def test_different_expressions_are_told_apart(left, right):
    assert verdict(left, right) is Verdict.REFUTED


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("W + x", "found m x n and n x 1"),
        ("xW", "a product: found"),
        ("A + 1", "a number added to a matrix"),
        ("A/x", "division by a matrix"),
        ("True@A", "neither matrix nor number"),
        ("(1, 2) A", "neither matrix nor number"),
        ("(I, A)", "the size of I is not known"),
        ("I", "the size of I is not known"),
        ("W^{-1}", "a square matrix"),
        ("A^x", "whole number"),
        ("tr(A, B)", "takes 1 argument"),
        ("|x|", "abs of a matrix"),
        ("Wv", "unknown name 'Wv'"),
        (r"\mathbf{1}^\top x", "a vector of numbers is not read"),
        (r"\mathbf{x} + x", "both used"),
        ("A + [[1]]", "together with a declared one"),
    ],
)
def test_what_fits_no_shape_is_refused(text, reason):
    assert reason in refusal(text, NAMES).reason


@pytest.mark.parametrize("syntax", ["python", "latex"])
@pytest.mark.parametrize(
    "source",
    [
        r"W^\top W x", "2Ax - x", "-(A+A)x", "c(2A)x", r"(X^\top X + \lambda I)^{-1} X^\top t", r"\tanh(Wx)\odot y",
        "tr(A)^2 + x^T A x", "-2 x^T x", "diag(x)A", "A^T", "(AB)^T", "(A+B)C".replace("C", "A"), "inv(A)'",
    ],
)  # fmt: skip
def test_what_is_written_reads_back_as_the_same_expression(source, syntax):
    terms = Terms()
    pool = Matrices(terms)
    value = read(source, NAMES, terms, matrices=pool).value
    text = write(terms, value, syntax, matrices=pool)
    assert read(text, NAMES, terms, syntax, matrices=pool).value == value, text


def test_a_product_of_one_by_one_shape_is_a_scalar():
    terms = Terms()
    assert read("x^T x", NAMES, terms).kind == "scalar"
    assert read("x x^T", NAMES, terms).kind == "matrix expression"


def test_the_identity_takes_its_size_from_the_other_side_of_an_equation():
    terms = Terms()
    pool = Matrices(terms)
    left, right = (read(text, NAMES, terms, matrices=pool).value for text in ("A A = I", "A A = I_n"))
    assert left == right
