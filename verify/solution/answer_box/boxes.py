"""Boxes: which parts can be answered on a page, how they are asked, and everything the page needs to judge them."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from verify.answers.answer import answer_from_json
from verify.references import find_reference
from verify.solution.answer_box.archive import page_archive
from verify.solution.answer_box.assets import read_asset, write_assets, write_runtime
from verify.solution.plain import plain_prose

if TYPE_CHECKING:
    from verify.part import Part
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
ANSWERS = "answers.json"
FORMULA = re.compile(r"\$[^$]+\$|`[^`]+`")
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


def compiled_answers(problem: Problem, seeds: Iterable[int] = ()) -> dict[str, dict[str, Any]]:
    """The answer of each part that can be judged on a page, as plain data, by identifier such as ``rnn_backprop/b``.

    Prose needs a reader and a function would have to be run, so these are not among them.  For each seed there are
    also those that a variant changes, as ``conv_filter_solve/a (variant 1)``.
    """
    found = {}
    for part in problem.parts.values():
        answer = _answer(problem, part)
        if not hasattr(answer, "to_json") or _kind(answer) == NEEDS_A_READER:
            continue
        found[part.identifier] = answer.to_json()
    for seed in seeds:
        found |= _of_variant(problem, seed, found)
    return found


def _of_variant(problem: Problem, seed: int, homework: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    from verify.answers.of_part import answer_of
    from verify.variant import draw

    instance = draw(problem, seed)
    asking = [part for part in problem.parts.values() if part.asks is not None and part.identifier in homework]
    found = {f"{part.identifier} (variant {seed})": answer_of(part, instance) for part in asking}
    return {name: answer.to_json() for name, answer in found.items() if hasattr(answer, "to_json")}


def _answer(problem: Problem, part: Part) -> Any:
    reference = find_reference(problem.path, part.name)
    if reference is not None:
        return reference[1]
    from verify.answers.of_part import answer_of

    return answer_of(part)


def read_answers(site: Path) -> dict[str, dict[str, Any]]:
    """The answers that `write_answer_box` wrote for a site; none where it has no boxes."""
    path = site / "_static" / "answer_box" / SCRIPT
    if not path.is_file():
        return {}
    data = json.loads(path.read_text(encoding="utf-8").partition(" = ")[2].strip().removesuffix(";"))
    answers: dict[str, dict[str, Any]] = json.loads(read_asset(site / "_static" / "pyodide", data["files"][ANSWERS]))
    return answers


def box_of(compiled: Mapping[str, Any]) -> Box:
    """How an answer that `compiled_answers` found is asked for."""
    answer: Any = answer_from_json(compiled)
    kind = _kind(answer)
    options = getattr(getattr(answer, "answer", answer), "options", {})
    return Box(kind, answer.expects(), INPUTS.get(kind, "line"), dict(options))


def _kind(answer: Any) -> str:
    return str(answer.answer.kind if answer.kind == "with_mistakes" else answer.kind)


def write_answer_box(site: Path, answers: Mapping[str, Mapping[str, Any]], *, seconds: float = SECONDS) -> None:
    """Write what the boxes of a site need to its folders ``_static/answer_box`` and ``_static/pyodide``.

    - `answers`: what `compiled_answers` found, of all problems; without any, nothing is written.
    - `seconds`: how long one check may run in a page.

    The names of the files under ``pyodide`` change with what they hold; those of an earlier build are removed.
    """
    runtime, own = site / "_static" / "pyodide", site / "_static" / "answer_box"
    shutil.rmtree(runtime, ignore_errors=True)
    if not answers:
        return
    runtime.mkdir(parents=True)
    own.mkdir(parents=True, exist_ok=True)
    text = json.dumps(answers, ensure_ascii=False)
    files = write_runtime(runtime)
    files |= write_assets(runtime, {"verify.zip": page_archive(), ANSWERS: text.encode()})
    for path in sorted(STATIC.iterdir()):
        shutil.copyfile(path, own / path.name)
    parts = {part: asdict(box_of(compiled)) for part, compiled in answers.items()}
    told = {"files": files, "seconds": seconds, "parts": parts, "formulas": _formulas(answers)}
    data = json.dumps(told, ensure_ascii=False)
    (own / SCRIPT).write_text(f"window.proofsetBoxes = {data};\n", encoding="utf-8")


def _formulas(compiled: Any) -> dict[str, str]:
    """The formulas in what readers may be told of their mistakes, as plain text: a page typesets nothing by itself."""
    if isinstance(compiled, Mapping):
        told = [value for key, value in compiled.items() if key in ("feedback", "name")]
        texts = [text for each in told for text in (each.values() if isinstance(each, Mapping) else [each])]
        found = {formula: plain_prose(formula) for text in texts for formula in FORMULA.findall(text)}
        return found | _formulas(list(compiled.values()))
    if isinstance(compiled, list):
        return {formula: plain for each in compiled for formula, plain in _formulas(each).items()}
    return {}
