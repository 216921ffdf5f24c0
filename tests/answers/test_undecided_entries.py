"""One entry that is not decided must never be lost among those that are."""

import pytest

import verify
from verify.answers import Matrix, Vector
from verify.answers.vocabulary import Vocabulary
from verify.evidence import Verdict

NEVER_DEFINED = "log(-1 - x^2)"


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (f"[{NEVER_DEFINED}, 1]", f"[2*{NEVER_DEFINED}, 1]"),
        (f"[1, {NEVER_DEFINED}]", f"[1, 2*{NEVER_DEFINED}]"),
        (f"[[1, 2], [3, {NEVER_DEFINED}]]", f"[[1, 2], [3, 2*{NEVER_DEFINED}]]"),
        (f"({NEVER_DEFINED}, 1)", f"(2*{NEVER_DEFINED}, 1)"),
    ],
)
def test_a_list_with_an_entry_that_is_nowhere_defined_is_undecided(left: str, right: str) -> None:
    assert verify.equal(left, right).verdict is Verdict.UNDECIDED


def test_a_matrix_answer_with_an_undecided_entry_is_undecided() -> None:
    answer = Matrix((("x", "1"), ("2", NEVER_DEFINED)), Vocabulary(("x",)))
    assert answer.check(f"[[x, 1], [2, 2*{NEVER_DEFINED}]]", "p/a").verdict is Verdict.UNDECIDED


def test_a_wrong_entry_is_shown_with_its_own_value_and_not_with_that_of_a_later_one() -> None:
    evidence = Vector((("2",), ("-1",), ("3",))).check("[3, -1, 2]", "p/a")
    assert evidence.verdict is Verdict.REFUTED
    assert evidence.counterexample is not None
    assert evidence.counterexample.left == "3"
