"""Matrices by entries, tuples, sets, intervals, relations, and what they may not be mixed with."""

import pytest
from notation_helpers import nodes, reading, refusal

from verify.equality.terms import Terms
from verify.notation import read
from verify.notation.values import (
    InfinityValue,
    IntervalValue,
    LogicValue,
    MatrixValue,
    RelationValue,
    SetValue,
    TupleValue,
    as_interval,
)


@pytest.mark.parametrize(
    "text",
    [
        "[[1,2],[3,4]]",
        "[[1, 2],\n [3, 4]]",
        "Matrix([[1,2],[3,4]])",
        r"\begin{pmatrix}1&2\\3&4\end{pmatrix}",
        r"\begin{bmatrix}1&2\\3&4\\\end{bmatrix}",
        r"\left[\begin{array}{cc}1&2\\3&4\end{array}\right]",
        r"\begin{pmatrix}2&4\\6&8\end{pmatrix}/2",
        r"\begin{pmatrix}1&3\\2&4\end{pmatrix}^T",
        r"\begin{pmatrix}0&1\\1&0\end{pmatrix}\begin{pmatrix}3&4\\1&2\end{pmatrix}",
    ],
)
def test_a_matrix_is_read_in_every_notation(text):
    terms = Terms()
    value = read(text, None, terms).value
    assert isinstance(value, MatrixValue)
    assert [[terms.key(entry)[1] for entry in row] for row in value.rows] == [[1, 2], [3, 4]]


@pytest.mark.parametrize(
    "text",
    [
        "[[1,2],[3]]",
        r"\begin{pmatrix}1&2\\3\end{pmatrix}",
        "[[nan,2],[3,4]]",
        "[[1,2],[3,4]] [[1,2],[3,4]] [[1]]",
        '{"0":[1,2]}',
        "[[1,2],[3,4]] + 1",
        "[[1,2]] + [[1],[2]]",
        "sin([[1,2]])",
    ],
)
def test_a_matrix_that_makes_no_sense_is_unreadable(text):
    assert refusal(text).reason


def test_the_lengths_of_ragged_rows_are_named():
    assert "different lengths (2, 1)" in refusal("[[1,2],[3]]").reason


def test_lists_tuples_and_nested_lists_stay_apart():
    assert reading("(1,2)").value == TupleValue((1, 3), "()")
    assert reading("[1,2]").value == TupleValue((1, 3), "[]")
    assert reading("1, 2").value == TupleValue((1, 3), "")
    assert reading("[[1,2],[3,4]]").kind == "matrix"
    assert reading("[[[1,2],[3,4]]]").kind == "tuple"
    assert reading("()").value == TupleValue((), "()")
    assert reading("(1)").kind == "scalar"


def test_semicolons_separate_as_commas_do_and_group_them():
    assert reading("(0;1;2)").value == reading("(0,1,2)").value
    grouped = reading("1,2;3,4").value
    assert [item.items for item in grouped.items] == [(1, 3), (4, 5)]


def test_sets_are_read():
    assert reading("{1,2}").value == SetValue((1, 3))
    assert reading(r"\{1,2\}").value == SetValue((1, 3))
    assert reading("∅").value == SetValue(())
    assert reading(r"\{1\}\cup[2,3)").kind == "set"


def test_intervals_are_read_with_their_ends():
    assert reading("[1,2)").value == IntervalValue(1, 3, True, False)
    assert reading(r"(-\infty, 2]").value == IntervalValue(InfinityValue(-1), 3, False, True)
    assert as_interval(reading("(0,1)").value) == IntervalValue(0, 1, False, False)
    assert as_interval(reading("[0,1]").value) == IntervalValue(0, 1, True, True)
    assert as_interval(reading("(0,1,2)").value) is None


def test_infinity_is_a_value_of_its_own_and_takes_no_part_in_arithmetic():
    assert reading("∞").value == InfinityValue(1)
    assert reading("-oo").value == InfinityValue(-1)
    assert "infinity" in refusal("oo + 1").reason
    assert "infinity" in refusal("2*oo").reason


def test_relations_are_read():
    x, y = nodes("x", "y")
    assert reading("x = y").value == RelationValue(("=",), (x, y))
    assert reading("x <= y").value == reading("x ≤ y").value == reading(r"x \leq y").value
    assert reading("0 < x <= 1").value.operators == ("<", "<=")
    assert reading("x=3 or x=4").value.operator == "or"
    assert isinstance(reading(r"x > 1 \text{ and } x < 5").value, LogicValue)


def test_and_binds_tighter_than_or():
    value = reading("x=1 or x=2 and y=3").value
    assert value.operator == "or"
    assert value.parts[1].operator == "and"


def test_plus_or_minus_means_both_values():
    terms = Terms()
    both = read(r"1 \pm x", None, terms).value
    assert both == SetValue((read("1 + x", None, terms).value, read("1 - x", None, terms).value))
    assert reading("x = ±2").value.operator == "or"


def test_nothing_is_said_by_an_identity():
    assert "says nothing" in refusal("x = x").reason
    assert "says nothing" in refusal("0 = 0").reason


@pytest.mark.parametrize(
    "text", ["(True, 1)", "{False}", "[1, True]", "x = True", "Interval(1, 2, True, True) ∪ {True}"]
)
def test_a_truth_value_is_not_read_inside_other_values(text):
    assert "truth value" in refusal(text).reason


def test_values_joined_by_and_are_a_list_without_order() -> None:
    terms = Terms()
    assert read("3 and 7", None, terms).value == SetValue((terms.number(3), terms.number(7)))
    assert reading(r"(1, 4) \text{ and } (5, 0)").kind == "set"


@pytest.mark.parametrize("text", ["3 or 7", "A and B", "x and (1, 2)", "1 and x = 2"])
def test_a_choice_and_letters_that_may_be_statements_are_no_list(text: str) -> None:
    assert "joins statements" in refusal(text).reason
