"""Explanation: prose that a person must read.  A program that pretended to grade it would issue false verdicts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from verify.answers.answer import answer_kind, judge, response_text
from verify.evidence import Evidence, Verdict

LONGEST_EXPLANATION = 20_000


@answer_kind
@dataclass(frozen=True)
class Explanation:
    """Prose, never judged by a program: the verdict is undecided and carries the rubric.

    - `rubric`: what a reader looks for, one sentence each.
    - `graded`: where False, any text that is not empty is accepted; its format is all that is looked at.
    - `fewest_words`: what is shorter is unreadable.
    """

    rubric: Sequence[str] = ()
    graded: bool = True
    fewest_words: int = 1
    kind: ClassVar[str] = "explanation"

    def check(self, response: object, claim: str) -> Evidence:
        """Undecided with the rubric; unreadable where there is nothing to read."""
        return judge(claim, self, lambda: self._decide(response, claim))

    def _decide(self, response: object, claim: str) -> Evidence:
        text = response_text(response, LONGEST_EXPLANATION)
        words = sum(any(character.isalnum() for character in word) for word in text.split())
        if words < self.fewest_words:
            reason = f"{words} words, fewer than {self.fewest_words}"
            return Evidence(claim, Verdict.UNREADABLE, reason=reason, feedback=f"Expected {self.expects()}.", column=1)
        if not self.graded:
            return Evidence(
                claim, Verdict.SUPPORTED, scope="format only; not graded", method="format", accepts_supported=True
            )
        listed = "; ".join(self.rubric)
        reason = f"needs a reader: {listed}" if listed else "needs a reader"
        return Evidence(claim, Verdict.UNDECIDED, scope="prose", method="rubric", reason=reason)

    def expects(self) -> str:
        """One line that tells what to type."""
        least = f", at least {self.fewest_words} words" if self.fewest_words > 1 else ""
        return f"an explanation in your own words{least}"

    def shown(self) -> str:
        """The rubric as a list."""
        return "\n".join(f"- {line}" for line in self.rubric) if self.rubric else "Not graded."

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "kind": self.kind,
            "rubric": list(self.rubric),
            "graded": self.graded,
            "fewest_words": self.fewest_words,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Explanation":
        """The answer that `to_json` wrote."""
        return cls(tuple(data["rubric"]), data["graded"], data["fewest_words"])
