"""`verify.equal` on lists of relations, joined by commas or by `and`."""

import pytest

import verify


@pytest.mark.parametrize("right", ["p = 12, q = 5", r"q = 5 \text{ and } p = 12", "q=5; p=12"])
def test_relations_may_be_listed_or_joined_by_and(right: str) -> None:
    assert verify.equal(r"p = 12 \text{ and } q = 5", right)


@pytest.mark.parametrize("right", ["q = 5, p = 12", "p = 12, q = 5"])
def test_a_list_of_relations_has_no_order(right: str) -> None:
    assert verify.equal("p = 12, q = 5", right)


def test_another_value_in_a_list_of_relations_is_not_accepted() -> None:
    assert verify.equal(r"p = 12 \text{ and } q = 5", "p = 12, q = 6").accepted is not True
    assert verify.equal("q = 6, p = 12", "p = 12, q = 5").accepted is not True
