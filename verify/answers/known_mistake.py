"""KnownMistake: a wrong answer with a name, as plain data beside a compiled reference."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from verify.evidence import Evidence, Verdict


@dataclass(frozen=True)
class KnownMistake:
    """The wrong answer as text (or rows of texts), its name, and what to tell the student."""

    name: str
    wrong: Any
    feedback: str

    def to_json(self) -> dict[str, Any]:
        """Plain data from which `from_json` rebuilds this."""
        # The words of a scored sequence are a tuple, which cannot be a key of a JSON object.
        wrong = [[key, value] for key, value in self.wrong.items()] if isinstance(self.wrong, Mapping) else self.wrong
        return {"name": self.name, "wrong": wrong, "feedback": self.feedback}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> KnownMistake:
        """The mistake that `to_json` wrote."""
        return cls(data["name"], data["wrong"], data["feedback"])


def with_feedback(
    evidence: Evidence, mistakes: Iterable[KnownMistake], equals: Callable[[KnownMistake], bool]
) -> Evidence:
    """Refuted evidence with the name and feedback of every mistake that the response equals."""
    if evidence.verdict is not Verdict.REFUTED:
        return evidence
    made = [mistake for mistake in mistakes if equals(mistake)]
    if not made:
        return evidence
    # Two mistakes may lead to the same expression; then both are named, since nothing tells which one was made.
    names = " or ".join(mistake.name for mistake in made)
    feedback = " Or: ".join(dict.fromkeys(mistake.feedback for mistake in made))
    return replace(evidence, feedback=f"{_capitalised(names)}. {feedback}")


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]
