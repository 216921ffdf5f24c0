"""What is special to `homework_process`: any text is let through, no text is not, and nothing is graded."""

from pathlib import Path

import pytest

from verify.api import check
from verify.catalog import load
from verify.crosscheck import crosscheck
from verify.evidence import Verdict

FILE = Path(__file__).parents[2] / "problems" / "homework_process.py"
problem = load(FILE)
PARTS = list(problem.parts)


@pytest.mark.parametrize("claim", problem.claims(), ids=lambda claim: claim.name)
def test_every_claim_stands(claim):
    assert crosscheck(problem, claim).verdict is Verdict.SUPPORTED


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("response", ["None", "about 6 hours", "With Ada, on problems 1 and 2.\nAnd a textbook."])
def test_any_text_is_accepted_as_ungraded(part, response):
    evidence = check(f"{FILE}/{part}", response)
    assert evidence.accepted
    assert evidence.scope == "format only; not graded"


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("response", ["", "   ", "...", b"\xff", None])
def test_nothing_to_read_is_unreadable(part, response):
    assert check(f"{FILE}/{part}", response).verdict is Verdict.UNREADABLE
