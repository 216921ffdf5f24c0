"""Judging: what the processes of the server's workers run.  Plain data goes in; code of a client never does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from verify.answers.answer import Answer, answer_from_json
from verify.equality.guard import attempt_quickly
from verify.evidence import Evidence

_answers: dict[str, Answer] = {}


def judge(part: str, data: Mapping[str, Any], response: str) -> Evidence:
    """The verdict of a compiled answer, for as long as it takes."""
    return _answer(part, data).check(response, part)


def judge_quickly(part: str, data: Mapping[str, Any], response: str) -> Evidence | None:
    """The verdict of a compiled answer, or None where it is predicted, or turns out, to take long."""
    quick, evidence = attempt_quickly(lambda: judge(part, data, response))
    return evidence if quick else None


def _answer(part: str, data: Mapping[str, Any]) -> Answer:
    """The answer of a part; a worker serves one server, whose answers never change."""
    if part not in _answers:
        _answers[part] = answer_from_json(data)
    return _answers[part]
