"""The corpus of pairs with known truth: none is decided wrongly, in either order, and hardly any is left undecided.

How it was made, and how its truth was checked, is in benchmarks/README.md.
"""

import importlib
import json
from collections import Counter
from itertools import accumulate
from pathlib import Path
from typing import Any

import pytest

import verify
from verify.equality.assumptions import Assumptions
from verify.equality.decide import decide
from verify.equality.terms import Terms
from verify.evidence import Evidence
from verify.notation import Limits, read

ROWS = [json.loads(line) for line in (Path(__file__).parent / "data" / "pairs.jsonl").read_text("utf-8").splitlines()]
AN_AUTHORS = Limits(characters=200_000, depth=210, nodes=60_000)
"""What a response may be is narrower: at most 64 levels."""


def verdict(row: dict[str, Any], left: str, right: str) -> Evidence:
    """The evidence on a row, by the public function where a response may be that deep, else by the tiers under it."""
    if max(depth(left), depth(right)) < 64:
        return verify.equal(left, right, row["given"], syntax="python")
    terms = Terms()
    sides = [read(text, None, terms, "python", limits=AN_AUTHORS).value for text in (left, right)]
    return decide(terms, *sides, Assumptions.parse(row["given"]))  # type: ignore[arg-type]


def depth(text: str) -> int:
    """How many brackets are open at once."""
    return max(accumulate((character == "(") - (character == ")") for character in text))


def test_no_pair_is_decided_wrongly_and_at_most_one_in_a_hundred_is_left_undecided() -> None:
    undecided = []
    for row in ROWS:
        for left, right in ((row["a"], row["b"]), (row["b"], row["a"])):
            evidence = verdict(row, left, right)
            if evidence.accepted is None:
                undecided.append((row["id"], left[:80], right[:80], str(evidence)))
            else:
                assert evidence.accepted == row["equal"], (row["id"], left, right, str(evidence))
    assert len(undecided) <= 2 * len(ROWS) / 100, undecided


def test_the_corpus_is_large_balanced_and_without_repetitions() -> None:
    assert len(ROWS) >= 400
    assert len({row["id"] for row in ROWS}) == len(ROWS)
    assert len({(row["a"], row["b"], row["given"]) for row in ROWS}) == len(ROWS)
    count = Counter(row["equal"] for row in ROWS)
    assert 0.9 < count[True] / count[False] < 1.1


def test_the_corpus_is_what_its_script_makes_and_an_independent_evaluator_confirms(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1] / "benchmarks"))
    assert importlib.import_module("corpus").corpus() == ROWS


def test_a_pair_is_refuted_at_every_size_of_a_near_miss() -> None:
    for size in (6, 12, 20, 30, 60):
        evidence = verify.equal(f"sigmoid(x) + 10^(-{size})", "1/(1+exp(-x))")
        assert evidence.accepted is False
        assert evidence.counterexample is not None
