"""Boxes: which parts can be answered on a page, how they are asked, and everything the page needs to judge them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from verify.references import find_reference
from verify.solution.answer_box.archive import page_archive
from verify.solution.answer_box.assets import write_assets, write_runtime

if TYPE_CHECKING:
    from verify.problem import Problem

STATIC = Path(__file__).parent / "static"
SECONDS = 10
"""How long a check may run in a page.  WebAssembly takes about four times as long as the processor itself."""
INPUTS = {
    "choice": "radio",
    "choices": "checkbox",
    "equations": "lines",
    "matrix": "lines",
    "scored_sequences": "lines",
}
NEEDS_A_READER = "explanation"
SCRIPT = "boxes.js"
"""Tells a page its boxes and the files to load; a server that judges answers itself says so in one more line of it."""


@dataclass(frozen=True)
class Box:
    """How a part is answered on a page.

    - `input`: ``line``, ``lines``, ``radio`` or ``checkbox``.
    - `options`: label -> text in Markdown, for the last two.
    """

    kind: str
    expects: str
    input: str
    options: dict[str, str]


def answer_boxes(problem: Problem) -> dict[str, Box]:
    """The box of each part that can be judged on a page, by identifier such as ``rnn_backprop/b``.

    Prose needs a reader and a function would have to be run, so these have none.
    """
    return {f"{problem.id}/{name}": _box(answer) for name, answer in _answers(problem).items()}


def write_answer_box(site: Path, problems: Iterable[Problem], *, seconds: float = SECONDS) -> None:
    """Write what the boxes of a site need to its folders ``_static/answer_box`` and ``_static/pyodide``.

    The names of the files under ``pyodide`` change with what they hold; those of an earlier build are removed.
    """
    answers, boxes = {}, {}
    for problem in problems:
        answers.update({f"{problem.id}/{name}": answer.to_json() for name, answer in _answers(problem).items()})
        boxes.update(answer_boxes(problem))
    if not boxes:
        return
    runtime, own = site / "_static" / "pyodide", site / "_static" / "answer_box"
    shutil.rmtree(runtime, ignore_errors=True)
    runtime.mkdir(parents=True)
    own.mkdir(parents=True, exist_ok=True)
    text = json.dumps(answers, ensure_ascii=False, sort_keys=True)
    files = write_runtime(runtime)
    files |= write_assets(runtime, {"verify.zip": page_archive(), "answers.json": text.encode()})
    for path in sorted(STATIC.iterdir()):
        shutil.copyfile(path, own / path.name)
    data = {"files": files, "seconds": seconds, "parts": {part: asdict(box) for part, box in boxes.items()}}
    script = f"window.proofsetBoxes = {json.dumps(data, ensure_ascii=False, sort_keys=True)};\n"
    (own / SCRIPT).write_text(script, encoding="utf-8")


def _answers(problem: Problem) -> dict[str, Any]:
    """The answers of the parts that can be judged from text, by name."""
    found = {}
    for name, part in problem.parts.items():
        reference = find_reference(problem.path, name)
        if reference is not None:
            answer: Any = reference[1]
        else:
            from verify.answers.of_part import answer_of

            answer = answer_of(part)
        if hasattr(answer, "to_json") and _kind(answer) != NEEDS_A_READER:
            found[name] = answer
    return found


def _kind(answer: Any) -> str:
    return str(answer.answer.kind if answer.kind == "with_mistakes" else answer.kind)


def _box(answer: Any) -> Box:
    kind = _kind(answer)
    options = getattr(getattr(answer, "answer", answer), "options", {})
    return Box(kind, answer.expects(), INPUTS.get(kind, "line"), dict(options))
