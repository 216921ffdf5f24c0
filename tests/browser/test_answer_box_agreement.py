"""A page, the command line and the API cannot disagree: the same rows through each, and the same verdicts."""

import json
import re
import sys
from pathlib import Path
from typing import Any

import attack_rows
import pytest

import verify
from verify import check_many
from verify.answers.comparison import compare
from verify.equality.guard import attempt_quickly
from verify.errors import UnknownName
from verify.in_page import Checker
from verify.references import find_reference
from verify.solution.answer_box.archive import page_archive, page_modules
from verify.solution.answer_box.wheel import flint_wheel
from verify.solution.npm import node

HERE = Path(__file__).parent
SCRIPT = HERE / "run_checker.mjs"
PROBLEMS = Path(verify.__file__).parents[1] / "problems"
REFERENCES = json.loads((PROBLEMS / "references.json").read_text(encoding="utf-8"))
ANSWERS = {
    f"{problem}/{name}": answer
    for problem, compiled in REFERENCES.items()
    for name, answer in compiled["parts"].items()
    if answer["kind"] != "explanation" and find_reference(PROBLEMS / f"{problem}.py", name)
}
"""All but those of a problem file that has changed since, which the API loads instead."""
TOLD = ("part", "verdict", "accepted", "method", "scope", "reason", "feedback", "column")
"""What does not depend on the points that are drawn, or on the clock."""


def text_of(answer: Any) -> str:
    """A response as a person types it; rows are written in brackets."""
    if isinstance(answer, list):
        return f"[{', '.join(text_of(each) for each in answer)}]"
    return str(answer)


def responses_to(answer: dict[str, Any]) -> list[str]:
    """To one part: right, mistaken, incomplete and unreadable."""
    mistakes = [text_of(mistake["wrong"]) for mistake in answer.get("mistakes", ())[:1]]
    return [text_of(answer.get("reference", "1")), *mistakes, "x +"]


ATTACKS = [row["answer"] for row in attack_rows.rows("attacks") if isinstance(row["answer"], str)][::8]
ROWS = [(part, text) for part, answer in ANSWERS.items() for text in responses_to(answer)]
ROWS += [("rnn_backprop/b", text) for text in ATTACKS]


def told(document: dict[str, Any]) -> dict[str, Any]:
    """What two ways of judging must agree on; a scope may name sizes that were drawn."""
    return {**{key: document[key] for key in TOLD}, "scope": re.sub(r"\d+", "0", document["scope"])}


@pytest.fixture(scope="module")
def in_page(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The documents of all rows from Pyodide, and the modules that it has loaded by then."""
    folder = tmp_path_factory.mktemp("page")
    (folder / "verify.zip").write_bytes(page_archive())
    (folder / "flint.whl").write_bytes(flint_wheel())
    question = {"archive": str(folder / "verify.zip"), "wheel": str(folder / "flint.whl"), "rows": ROWS}
    found: dict[str, Any] = json.loads(node(SCRIPT, json.dumps({**question, "answers": json.dumps(ANSWERS)})))
    return found


def test_a_page_gives_the_verdicts_of_the_api_on_right_mistaken_hostile_and_unreadable_answers(
    in_page: dict[str, Any],
) -> None:
    by_part: dict[str, list[str]] = {}
    for part, response in ROWS:
        by_part.setdefault(part, []).append(response)
    expected = {part: iter(check_many(part, responses)) for part, responses in by_part.items()}
    wanted = [next(expected[part]).to_json() for part, _ in ROWS]
    assert len(ROWS) > 100
    assert {document["verdict"] for document in wanted} >= {"proved", "refuted", "unreadable"}
    assert [told(found) for found in in_page["documents"]] == [told(each) for each in wanted]


def test_a_page_shows_a_counterexample_where_the_api_shows_one(in_page: dict[str, Any]) -> None:
    for (part, response), found in zip(ROWS, in_page["documents"], strict=True):
        wanted = verify.check(part, response).counterexample
        assert (found["counterexample"] is None) == (wanted is None), (part, response)


def test_a_page_needs_neither_sympy_nor_numpy(in_page: dict[str, Any]) -> None:
    assert not {"sympy", "numpy", "torch", "hypothesis"} & {name.partition(".")[0] for name in in_page["loaded"]}
    assert "verify.answers.growth" in in_page["loaded"]


def test_the_archive_is_the_same_every_time_and_holds_only_what_a_page_can_import() -> None:
    assert page_archive() == page_archive()
    modules = page_modules()
    assert {"in_page.py", "answers/expression.py", "notation/read.py", "equality/decide.py"} <= set(modules)
    assert not {"answers/of_part.py", "answers/function.py", "problem.py", "catalog.py"} & set(modules)


def test_the_checker_of_a_page_judges_as_the_api_does_and_names_unknown_parts() -> None:
    checker = Checker(json.dumps(ANSWERS))
    found = json.loads(checker.check("rnn_backprop/b", "u3 + 2*w*u2 + 3*w^2*u1"))
    assert found["accepted"] is True
    assert set(found) == set(verify.check("rnn_backprop/b", "u3").to_json())
    with pytest.raises(UnknownName, match="did you mean rnn_backprop/b"):
        checker.check("rnn_backprop/bb", "1")


def test_without_processes_everything_is_decided_in_place(monkeypatch: pytest.MonkeyPatch) -> None:
    long = r"\sum_{i=1}^{40}\sum_{j=1}^{40}\Gamma(i j x^2+1/3)"
    assert attempt_quickly(lambda: compare(long, f"{long}+y", "", "auto", "removable"))[0] is False
    monkeypatch.setattr(sys, "platform", "emscripten")
    assert verify.equal(long, f"{long}+y").verdict.value == "refuted"
