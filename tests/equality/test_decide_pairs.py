"""The corpus of pairs with known truth: none wrong, at most one in a hundred undecided, in either direction."""

import json
from collections import Counter
from pathlib import Path

from reading import term

from verify.equality.assumptions import Assumptions
from verify.equality.decide import decide
from verify.equality.terms import Terms
from verify.evidence import Verdict

ROWS = [json.loads(line) for line in (Path(__file__).parents[1] / "data" / "pairs.jsonl").read_text().splitlines()]


def test_no_pair_is_decided_wrongly_and_hardly_any_is_left_undecided() -> None:
    count: Counter[str] = Counter()
    for row in ROWS:
        terms = Terms()
        variables = " ".join(row["symbols"])
        left, right = term(terms, row["a"], variables), term(terms, row["b"], variables)
        assumptions = Assumptions.parse(" ".join(f"{name}>0" for name in row["positive"]))
        found = decide(terms, left, right, assumptions).verdict
        assert decide(terms, right, left, assumptions).verdict is found, row["id"]
        if found in (Verdict.PROVED, Verdict.REFUTED):
            assert (found is Verdict.PROVED) == row["equal"], row["id"]
        count[found.value] += 1
    assert count["undecided"] + count["supported"] <= len(ROWS) / 100
