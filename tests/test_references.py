"""Compiled references: the same verdicts as the problem files, current, and much faster to load."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from verify import load
from verify.answers.of_part import answer_of
from verify.catalog import paths
from verify.references import compiled, find_reference, write_references

FOLDER = Path(__file__).parents[1] / "problems"


def test_the_committed_references_are_current() -> None:
    committed = json.loads((FOLDER / "references.json").read_text(encoding="utf-8"))
    fresh = compiled(load(path) for path in sorted(FOLDER.glob("*.py")))
    assert committed == json.loads(json.dumps(fresh)), "run `verify compile` and commit problems/references.json"


@pytest.mark.parametrize("name", sorted(paths()))
def test_a_compiled_answer_gives_the_verdict_of_its_part(name: str) -> None:
    for part in load(name).parts.values():
        reference = find_reference(FOLDER / f"{name}.py", part.name)
        if reference is None:
            continue
        right, answer = answer_of(part), reference[1]
        responses = [getattr(right, "reference", "1"), "0", "x +"]
        for response in responses:
            text = [list(row) for row in response] if isinstance(response, tuple) else response
            assert answer.check(text, "").verdict is right.check(text, "").verdict


def test_a_changed_problem_file_is_loaded_instead_of_its_old_reference(tmp_path: Path) -> None:
    path = tmp_path / "rnn_backprop.py"
    path.write_text((FOLDER / "rnn_backprop.py").read_text())
    write_references(tmp_path, [load(path)])
    assert find_reference(path, "b") is not None
    path.write_text(path.read_text() + "\n")
    assert find_reference(path, "b") is None


def test_a_compiled_choice_keeps_the_order_of_its_options(tmp_path: Path) -> None:
    path = tmp_path / "argmax_attention.py"
    path.write_text((FOLDER / "argmax_attention.py").read_text())
    problem = load(path)
    write_references(tmp_path, [problem])
    part = problem.find_part("b.learners")
    found = find_reference(path, part.name)
    assert found is not None
    assert list(found[1].answer.options) == list(answer_of(part).answer.options)
    assert list(found[1].answer.options) != sorted(found[1].answer.options)


def test_judging_a_written_answer_loads_neither_sympy_nor_numpy() -> None:
    code = (
        "import sys, verify; assert verify.check('rnn_backprop/b', 'u3 + 2wu_2 + 3w^2u_1'); "
        "print(sorted({'sympy', 'numpy', 'torch', 'hypothesis'} & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
