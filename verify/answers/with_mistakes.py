"""WithMistakes: an answer of any kind together with the wrong answers that have a name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from verify.answers.answer import Answer, answer_from_json, answer_kind
from verify.answers.known_mistake import KnownMistake, with_feedback
from verify.errors import VerifyError
from verify.evidence import Evidence

REFERENCE_FIELDS = {
    "choice": "correct",
    "choices": "correct",
    "equation": "reference",
    "growth": "reference",
    "number": "value",
    "scored_sequences": "scores",
    "tokens": "sequence",
}
"""Kind -> the field that holds the reference: a mistake is recognised by an answer that has the mistake there."""
OPTIONS_OF_THE_REFERENCE: dict[str, dict[str, Any]] = {
    "choice": {"feedback": {}},
    "growth": {"tighter_accepted": ()},
    "number": {"interval": None},
}
"""Kind -> what is said of the right answer beside it, and cleared when a mistake stands in its place."""


@answer_kind
@dataclass(frozen=True)
class WithMistakes:
    """`answer`, which names the mistake in the feedback when a response makes one of `mistakes`."""

    answer: Any
    mistakes: tuple[KnownMistake, ...]
    kind: ClassVar[str] = "with_mistakes"

    def check(self, response: object, claim: str) -> Evidence:
        """The verdict of the answer, with the feedback of a mistake that the response makes."""
        evidence = self.answer.check(response, claim)
        return with_feedback(evidence, self.mistakes, lambda mistake: self.makes(response, mistake))

    def makes(self, response: object, mistake: KnownMistake) -> bool:
        """Whether a response makes a mistake: an answer that has the mistake for its reference accepts it.

        A feature map has a kernel for its reference, so there the response and the mistake are compared themselves. Of
        several equations one is enough, whatever the others are.
        """
        if self.answer.kind == "equations":
            try:
                return bool(self.answer.shares(response, mistake.wrong))
            except VerifyError:
                return False
        if self.answer.kind == "feature_map":
            try:
                return bool(self.answer.agree(response, mistake.wrong))
            except VerifyError:
                return False
        wrong = with_mistake(self.answer, mistake.wrong)
        return wrong is not None and bool(wrong.check(response, ""))

    def expects(self) -> str:
        """One line that tells what to type."""
        return str(self.answer.expects())

    def shown(self) -> str:
        """The reference in Markdown."""
        return str(self.answer.shown())

    def to_json(self) -> dict[str, Any]:
        """Plain data from which `from_json` rebuilds this."""
        mistakes = [mistake.to_json() for mistake in self.mistakes]
        return {"kind": self.kind, "answer": self.answer.to_json(), "mistakes": mistakes}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> WithMistakes:
        """The answer that `to_json` wrote."""
        answer: Answer = answer_from_json(data["answer"])
        return cls(answer, tuple(KnownMistake.from_json(each) for each in data["mistakes"]))


def with_mistake(answer: Any, wrong: Any) -> Any:
    """The answer that has `wrong` for its reference; None for a kind that has none, or where `wrong` is unreadable."""
    field = REFERENCE_FIELDS.get(answer.kind)
    if field is None:
        return None
    try:
        return replace(answer, **{field: wrong, **_without_options(answer)})
    except (VerifyError, TypeError, ValueError):
        return None


def _without_options(answer: Answer) -> dict[str, Any]:
    """What else must change with the reference, because it belongs to the right one only."""
    return OPTIONS_OF_THE_REFERENCE.get(answer.kind, {})
