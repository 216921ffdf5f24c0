"""In the page: what the worker of a web page calls, in WebAssembly, with the compiled answers that the page carries.

Needs neither problem files nor SymPy.  The page ends the worker where a check takes too long.
"""

from __future__ import annotations

import json
from dataclasses import replace
from time import perf_counter

from verify.answers.answer import answer_from_json
from verify.answers.guarded import check_within
from verify.equality.guard import MEGABYTES, SECONDS
from verify.errors import UnknownName


class Checker:
    """Judges responses to the parts whose answers it was given, as JSON: part -> what `to_json` of an answer wrote."""

    def __init__(self, answers: str) -> None:
        self._answers = json.loads(answers)

    def check(self, part: str, response: str) -> str:
        """The document of ``verify check --json``; raises `UnknownName` for a part that it was not given."""
        start = perf_counter()
        if part not in self._answers:
            raise UnknownName("part", part, self._answers)
        answer = answer_from_json(self._answers[part])
        evidence = check_within(answer, response, part, {}, seconds=SECONDS, megabytes=MEGABYTES)
        return json.dumps(replace(evidence, seconds=perf_counter() - start).to_json(), ensure_ascii=False)
