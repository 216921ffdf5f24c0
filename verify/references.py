"""References: the answers of problem files, compiled to plain data beside them.

Judging a written answer then needs neither the problem file nor SymPy, which takes longer to start than to decide.  A
reference counts only for the very file it was compiled from, told by its hash; any other file is loaded instead.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from verify.answers.answer import Answer
    from verify.problem import Problem

FILE = "references.json"


def find_reference(path: Path, part: str) -> tuple[str, Answer] | None:
    """The name and answer of a part of the problem file at `path`, or None where it has to be loaded.

    `part` may be empty for a problem that has only one.
    """
    compiled = _of_folder(path.parent).get(path.stem)
    if compiled is None or compiled["sha256"] != _hash(path):
        return None
    parts = compiled["parts"]
    name = part or (next(iter(parts)) if len(parts) == compiled["count"] == 1 else "")
    if name not in parts:
        return None
    from verify.answers.answer import answer_from_json

    return name, answer_from_json(parts[name])


def write_references(folder: Path, problems: Iterable[Problem]) -> Path:
    """The path of the compiled references of the problems of one folder; a problem's file must lie in it."""
    path = folder / FILE
    # Only the problems are sorted: the order of options, for one, is the author's.
    text = json.dumps(dict(sorted(compiled(problems).items())), ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")
    _cache.clear()
    return path


def compiled(problems: Iterable[Problem]) -> dict[str, Any]:
    """What `write_references` writes."""
    return {problem.id: _compiled(problem) for problem in problems}


def _compiled(problem: Problem) -> dict[str, Any]:
    from verify.answers.of_part import answer_of

    parts = {}
    for part in problem.parts.values():
        answer = answer_of(part)
        if hasattr(answer, "to_json"):  # a function is judged by running it, which needs the file
            parts[part.name] = answer.to_json()
    return {"sha256": _hash(problem.path), "count": len(problem.parts), "parts": parts}


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


_cache: dict[Path, tuple[int, dict[str, Any]]] = {}


def _of_folder(folder: Path) -> dict[str, Any]:
    path = folder / FILE
    try:
        stamp = path.stat().st_mtime_ns
        if path not in _cache or _cache[path][0] != stamp:
            _cache[path] = (stamp, json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}
    return _cache[path][1]
