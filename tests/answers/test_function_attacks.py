"""Code that students and cheats hand in, each row run in a process of its own: honest rows pass, no other one does.

The rows are executed as a notebook executes its cells, and define the function that is passed to `verify.check`.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROWS = Path(__file__).parents[1] / "data" / "code_attacks.jsonl"
RUNNER = Path(__file__).parent / "code_rows.py"
MUST = {row["id"]: row["must"] for row in map(json.loads, ROWS.read_text().splitlines())}


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    folder = tmp_path_factory.mktemp("notebook")  # what rows write lands here
    command = [sys.executable, str(RUNNER), str(ROWS)]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True, timeout=600)
    return {row["id"]: row for row in map(json.loads, run.stdout.splitlines())}


def rows(must):
    return [row for row, verdict in MUST.items() if verdict == must]


def test_every_row_has_an_outcome(outcomes):
    assert set(outcomes) == set(MUST)
    assert len(MUST) == 47


@pytest.mark.parametrize("row", rows("accept"))
def test_honest_code_is_accepted(outcomes, row):
    assert outcomes[row]["outcome"] == "supported"
    assert outcomes[row]["accepted"]


@pytest.mark.parametrize("row", rows("refuted"))
def test_wrong_code_is_refuted(outcomes, row):
    assert outcomes[row]["outcome"] == "refuted", outcomes[row]


@pytest.mark.parametrize("row", rows("error"))
def test_code_that_breaks_off_is_never_accepted(outcomes, row):
    assert not outcomes[row].get("accepted")
    assert outcomes[row]["outcome"] in ("refuted", "no function", "raised", "ended", "hangs"), outcomes[row]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("code-010", "shape (2, 1) is expected"),
        ("code-012", "float16, which is too coarse"),
        ("code-017", "changed its argument h0 in place"),
        ("code-024", "raised ValueError: no"),
        ("code-040", "returned as count"),
        ("code-061", "NaN"),
        ("code-064", "returned shape ()"),
        ("code-066", "real numbers are expected"),
    ],
)
def test_what_is_wrong_with_the_code_is_told(outcomes, row, told):
    assert told in outcomes[row]["told"]
