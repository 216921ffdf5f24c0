"""The rows of attacks and of good answers: what must be refused is, nothing is executed, every good answer is read."""

import base64
import json
import subprocess
import sys
from pathlib import Path

import pytest

from verify.equality.assumptions import Assumptions
from verify.equality.decide import decide
from verify.equality.terms import Terms
from verify.evidence import Verdict
from verify.notation import Reading, try_read
from verify.notation.values import MatrixValue, SetValue

DATA = Path(__file__).parents[1] / "data"
OTHER_READERS = ("tokens", "bigo")
"""Kinds of answer that are not read as an expression."""


def rows(name):
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


def answer_of(row):
    if row.get("answer_b64"):
        return base64.b64decode(row["answer_b64"])
    if row["answer"] is None:
        return "".join(part * count for part, count in row["answer_parts"])
    return row["answer"]


def syntax_of(row):
    return "latex" if row["syntax"] == "latex" else "python"


ATTACKS = [row for row in rows("attacks.jsonl") if row["syntax"] not in OTHER_READERS]
WRITTEN = [row for row in rows("controls.jsonl") if row["syntax"] not in OTHER_READERS]

READABLE = {
    "bomb-039": "sin(exp(exp(exp(5)))) is a small expression; deciding about it is bounded elsewhere",
    "bomb-040": "floor(exp(exp(exp(4)))) is a small expression; deciding about it is bounded elsewhere",
    "bomb-068": "a small radical; deciding about it is bounded elsewhere",
    "bomb-size-036": "a matrix of 2 x 301 entries, which is within the limit and of another shape than the reference",
    "bomb-tex-010": "a product over an index with its bounds; it is not written out",
    "inject-078": "a word is a free variable, and no reference",
    "inject-080": "a word is a free variable, and no reference",
    "inject-output-003": "{{7*7}} is a set in a set, and no expression",
    "inject-output-023": "a word is a free variable, and no reference",
    "inject-output-026": "a word is a free variable, and no reference",
    "semantic-tex-007": "1/(x-x) is defined nowhere, which deciding has to find",
    "semantic-tex-047": "x^2 < 4 is a relation, and no interval",
}
"""Rows that can be read although they must not be accepted, and why."""


@pytest.mark.parametrize(
    "row", [row for row in ATTACKS if row["must"] in ("reject", "error")], ids=lambda row: row["id"]
)
def test_an_answer_that_must_be_refused_is_unreadable(row):
    found = try_read(answer_of(row), None, Terms(), syntax_of(row))
    assert isinstance(found, Reading) == (row["id"] in READABLE), found


@pytest.mark.parametrize(
    "row", [row for row in ATTACKS if row["must"] in ("refuted", "undecided")], ids=lambda row: row["id"]
)
def test_a_wrong_answer_does_not_read_as_the_reference(row):
    terms = Terms()
    reference = try_read(row["against"], None, terms, syntax_of(row))
    found = try_read(answer_of(row), None, terms, syntax_of(row))
    conventions = {
        "semantic-064",  # log(exp(x)) for a complex x: variables are real here
        "semantic-113",  # x^0 is 1, as terms are built
    }
    if found and reference and row["id"] not in conventions:
        assert found.value != reference.value


def equal(terms, left, right, assumptions):
    """Whether two values are equal, entry by entry for matrices and in any order for sets."""
    if isinstance(left, MatrixValue):
        pairs = zip(sum(left.rows, ()), sum(right.rows, ()), strict=True)
        return left.shape == right.shape and all(equal(terms, *pair, assumptions) for pair in pairs)
    if isinstance(left, SetValue):
        return set(left.items) == set(right.items)
    if type(left) is int:
        return decide(terms, left, right, assumptions).verdict is Verdict.PROVED
    return left == right


@pytest.mark.parametrize("row", WRITTEN, ids=lambda row: row["id"])
def test_a_good_answer_is_read_and_equals_its_reference(row):
    declared = " ".join(
        f"{name}>0" if kind == "positive" else f"{name}:{kind}" for name, kind in row.get("assume", {}).items()
    )
    terms = Terms()
    left, right = (try_read(text, None, terms, syntax_of(row)) for text in (row["answer"], row["against"]))
    assert left, left
    assert right, right
    assert equal(terms, left.value, right.value, Assumptions.parse(declared))


WATCHER = """
import base64, json, sys
from verify.notation import try_read
from verify.equality.terms import Terms
WARM = ["1 + ½ x", "[[1]]", "x = ±1", r"\\frac{\\hat y}{2}", "u4 $", "[1,2)", "f(x)", "\\u200b", "Sum(k,(k,1,n))"]
WARM += ["aab", r"\\foo", r"\\begin{cases}1 & x>0\\\\ 2 & \\text{otherwise}\\end{cases}", "9**9**9"]
for warm in [*WARM, "(1,2)+3", "oo+1", "-oo", "sin((1,2))"]:
    try_read(warm, None, Terms())
FORBIDDEN = ("exec", "compile", "open", "import", "socket.", "subprocess.", "os.", "marshal.", "ctypes.")
seen = []
watching = False
def watch(event, arguments):
    if watching and event.startswith(FORBIDDEN):
        seen.append((event, repr(arguments)[:80]))
sys.addaudithook(watch)
rows = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
for row in rows:
    text = base64.b64decode(row["answer_b64"]) if row.get("answer_b64") else row["answer"]
    if text is None:
        text = "".join(part * count for part, count in row["answer_parts"])
    for syntax in ("python", "latex", "auto"):
        watching = True
        try_read(text, None, Terms(), syntax)
        watching = False
if len(sys.argv) > 2:
    watching = True
    eval("1")
    watching = False
print(json.dumps(seen))
"""


def events_while_reading(*arguments):
    command = [sys.executable, "-c", WATCHER, str(DATA / "attacks.jsonl"), *arguments]
    finished = subprocess.run(
        command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2], timeout=60
    )
    return json.loads(finished.stdout)


def test_reading_attacks_executes_imports_and_opens_nothing():
    assert events_while_reading() == []


def test_the_watcher_would_notice_an_execution():
    assert events_while_reading("with one eval")
