"""Evidence: what one check found.

Plain data without NumPy or SymPy, because it is what every tier of the kernel returns and the only thing that
renderers may read.  A verdict never comes from an exit code, printed text or the absence of an exception.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

WITHHELD = "another value"
"""What stands for the right side of a counterexample that would be the answer itself."""


class Verdict(Enum):
    """How far one claim, or one response, is settled."""

    PROVED = "proved"  # an exact decision: both sides are the same element of a ring with decidable equality
    SUPPORTED = "supported"  # a search found no counterexample, and nothing was proved
    REFUTED = "refuted"  # a counterexample is on record
    UNDECIDED = "undecided"  # none of these within the budget; never a pass
    UNREADABLE = "unreadable"  # the response could not be read; not wrong, a person may correct it

    @property
    def passed(self) -> bool:
        """Whether a claim made by an author may stand."""
        return self in (Verdict.PROVED, Verdict.SUPPORTED)


@dataclass(frozen=True, slots=True)
class Counterexample:
    """Where two sides differ: the value of each variable, and what the two sides come to there.

    - `at`: name -> value.  Exact values are strings such as ``"1/2"``; numeric instances are numbers or nested lists.
    - `left`, `right`: the sides at that point; for a response, `left` is the response and `right` the reference.
    """

    at: Mapping[str, object]
    left: object
    right: object
    relation: str = "="


@dataclass(frozen=True, slots=True)
class Evidence:
    """The outcome of one check.

    - `claim`: identifier such as ``rnn_backprop/b/step-1``, or the part a response was checked against.
    - `verdict`: see `Verdict`.
    - `scope`: what the verdict covers: ``in general``, ``at H=2, D=3``, ``200 instances``.
    - `method`: the tier that decided: ``structural``, ``ball``, ``exact``, ``algebraic``, ``matrix``, ``search``, ...
    - `reason`: why it is undecided or unreadable, or which policy the verdict used; one sentence.
    - `counterexample`: for a refuted claim, the smallest one found.
    - `feedback`: what to tell the person who answered; never contains the answer.
    - `column`: 1-based column of what could not be read.
    - `accepts_supported`: whether ``supported`` counts as accepted here (an author's claim, or a part that says so).
    - `text`: what was claimed, in one line.
    - `worst`: the largest error seen, in units of the tolerance (1.0 is the limit).
    - `tried`: how many instances a search looked at.
    - `seconds`: how long it took; never part of a committed page.
    """

    claim: str
    verdict: Verdict
    scope: str = ""
    method: str = ""
    reason: str = ""
    counterexample: Counterexample | None = None
    feedback: str = ""
    column: int | None = None
    accepts_supported: bool = False
    text: str = ""
    worst: float | None = None
    tried: int = 0
    seconds: float = 0.0

    @property
    def accepted(self) -> bool | None:
        """True, False, or None where it was not decided."""
        if self.verdict is Verdict.PROVED or (self.verdict is Verdict.SUPPORTED and self.accepts_supported):
            return True
        return False if self.verdict is Verdict.REFUTED else None

    def __bool__(self) -> bool:
        return self.accepted is True

    def __str__(self) -> str:
        head = f"{self.verdict.value:<10} {self.claim}" + (f"  ({self.shown_scope})" if self.shown_scope else "")
        lines = [head]
        if self.verdict is not Verdict.PROVED or self.counterexample is not None:
            lines += [f"    {line}" for line in self.explanation()]
        return "\n".join(line.rstrip() for line in lines)

    @property
    def shown_scope(self) -> str:
        """The scope for people: a refutation says where by its counterexample, so it is not "in general"."""
        return "" if self.verdict is Verdict.REFUTED and self.scope == "in general" else self.scope

    @property
    def shows_counterexample(self) -> bool:
        """Whether there is a counterexample that tells something, and does not tell the answer."""
        return self.counterexample is not None and self.method != "shape" and self.counterexample.right != WITHHELD

    def explanation(self) -> list[str]:
        """What stands behind the verdict, one sentence or number to a line."""
        lines = [self.text] if self.text and self.verdict is Verdict.REFUTED else []
        lines += [text for text in (self.feedback, self.reason) if text]
        if self.counterexample is not None and self.shows_counterexample:
            found = self.counterexample
            at = ", ".join(f"{name} = {compact(value)}" for name, value in found.at.items())
            lines.append(f"at {at}:" if at else "compared:")
            lines.append(f"  {compact(found.left)}  should be  {found.relation}  {compact(found.right)}")
        return lines

    def to_json(self) -> dict[str, object]:
        """The stable JSON of a check: plain data, without NaN."""
        found = self.counterexample
        return {
            "part": self.claim,
            "verdict": self.verdict.value,
            "accepted": self.accepted,
            "method": self.method,
            "scope": self.scope,
            "reason": self.reason,
            "feedback": self.feedback,
            "counterexample": None
            if found is None
            else {
                "at": {name: _plain(value) for name, value in found.at.items()},
                "response": _plain(found.left),
                "relation": found.relation,
                "reference": _plain(found.right),
            },
            "column": self.column,
            "seconds": round(self.seconds, 6),
        }

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        from verify.cards import mime_bundle

        return mime_bundle(self)


def compact(value: object) -> str:
    """A number or nested list as a person would write it: at most six significant digits."""
    if isinstance(value, bool | str):
        return str(value)
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(compact(entry) for entry in value) + "]"
    return str(value)


def _plain(value: object) -> object:
    """The value as JSON can hold it: NaN and infinities become words, anything else unknown its text."""
    if isinstance(value, float):
        return value if value - value == 0 else str(value)
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    return value if value is None or isinstance(value, bool | int | str) else str(value)
