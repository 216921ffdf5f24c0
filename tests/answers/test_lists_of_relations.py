"""`verify.equal` on lists of relations, joined by commas or by `and`."""

import pytest

import verify


@pytest.mark.parametrize("right", ["k = 45, n = 2", r"n = 2 \text{ and } k = 45", "n=2; k=45"])
def test_relations_may_be_listed_or_joined_by_and(right: str) -> None:
    assert verify.equal(r"k = 45 \text{ and } n = 2", right)


@pytest.mark.parametrize("right", ["n = 2, k = 45", "k = 45, n = 2"])
def test_a_list_of_relations_has_no_order(right: str) -> None:
    assert verify.equal("k = 45, n = 2", right)


def test_another_value_in_a_list_of_relations_is_not_accepted() -> None:
    assert verify.equal(r"k = 45 \text{ and } n = 2", "k = 45, n = 3").accepted is not True
    assert verify.equal("n = 3, k = 45", "k = 45, n = 2").accepted is not True
