"""Choice and Choices: one option, or a set of them, named by label or by text."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from fractions import Fraction
from typing import Any, ClassVar

from verify.answers.answer import answer_kind, folded, judge, response_text
from verify.errors import ProblemError, ReadingError
from verify.evidence import Evidence, Verdict

_SEPARATOR = re.compile(r"[,;\n]|\s&\s|\sand\s", re.IGNORECASE)


@answer_kind
@dataclass(frozen=True)
class Choice:
    """One option.  `Choice({"a": "BatchNorm", "b": "LayerNorm"}, correct="a", feedback={"b": "per sample"})`.

    - `options`: label -> text; a list of texts is labelled a, b, c.
    - `correct`: label of the right option.
    - `feedback`: label -> what to tell who chose that wrong option.
    """

    options: Mapping[str, str]
    correct: str
    feedback: Mapping[str, str] = field(default_factory=dict)
    kind: ClassVar[str] = "choice"

    def __post_init__(self) -> None:
        object.__setattr__(self, "options", labelled(self.options))
        _require_labels(self.options, (self.correct, *self.feedback))
        if self.correct in self.feedback:
            raise ProblemError("Choice", f"feedback on the right option {self.correct!r}", "give it to wrong ones only")

    def check(self, response: object, claim: str) -> Evidence:
        """Whether the response names the right option."""
        return judge(claim, self, lambda: self._decide(response, claim))

    def _decide(self, response: object, claim: str) -> Evidence:
        chosen = read_option(response, self.options)
        if chosen == self.correct:
            return Evidence(claim, Verdict.PROVED, scope="in general", method="choice", text=chosen)
        feedback = self.feedback.get(chosen, f"Option {chosen} is not right.")
        return Evidence(claim, Verdict.REFUTED, scope="in general", method="choice", feedback=feedback, text=chosen)

    def expects(self) -> str:
        """One line that tells what to type."""
        return f"one of the labels {', '.join(self.options)}, or an option's text"

    def shown(self) -> str:
        """The right option with its label."""
        return f"**{self.correct}**: {self.options[self.correct]}"

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "kind": self.kind,
            "options": dict(self.options),
            "correct": self.correct,
            "feedback": dict(self.feedback),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Choice":
        """The answer that `to_json` wrote."""
        return cls(data["options"], data["correct"], data["feedback"])


@answer_kind
@dataclass(frozen=True)
class Choices:
    """A set of options; accepted only when it is the right set.

    - `options`: label -> text; a list of texts is labelled a, b, c.
    - `correct`: labels of the right options.
    - `feedback`: label -> what to tell who marked that wrong option.

    Partial credit is not a verdict, so it stands in the reason of the evidence and in `credit`.
    """

    options: Mapping[str, str]
    correct: tuple[str, ...]
    feedback: Mapping[str, str] = field(default_factory=dict)
    kind: ClassVar[str] = "choices"

    def __post_init__(self) -> None:
        object.__setattr__(self, "options", labelled(self.options))
        _require_labels(self.options, (*self.correct, *self.feedback))
        if not self.correct:
            raise ProblemError("Choices", "no right option", "add an option 'none of these' and mark it right")
        chosen = set(self.correct)
        object.__setattr__(self, "correct", tuple(label for label in self.options if label in chosen))

    def check(self, response: object, claim: str) -> Evidence:
        """Whether the response is the right set of options."""
        return judge(claim, self, lambda: self._decide(response, claim))

    def _decide(self, response: object, claim: str) -> Evidence:
        chosen = read_options(response, self.options)
        right, wrong = chosen & set(self.correct), chosen - set(self.correct)
        noun = "mark" if len(wrong) == 1 else "marks"
        reason = f"credit {self._credit(chosen)}: {len(right)} right, {len(wrong)} wrong {noun}"
        verdict = Verdict.PROVED if chosen == set(self.correct) else Verdict.REFUTED
        text = ", ".join(sorted(chosen))
        feedback = "" if verdict is Verdict.PROVED else self._feedback(wrong)
        return Evidence(
            claim, verdict, scope="in general", method="choice", reason=reason, feedback=feedback, text=text
        )

    def _feedback(self, wrong: Iterable[str]) -> str:
        told = [self.feedback.get(label, "") for label in self.options if label in set(wrong)]
        lines = [line for line in told if line]
        return " ".join(lines) if lines else "This is not the right set of options."

    def credit(self, response: object) -> Fraction:
        """The share of right options marked, less the share of wrong options marked, never below 0.

        Marking everything earns nothing, and so does marking nothing.  Raises `ReadingError` for what is unreadable.
        """
        return self._credit(read_options(response, self.options))

    def _credit(self, chosen: set[str]) -> Fraction:
        right, wrong = len(chosen & set(self.correct)), len(chosen - set(self.correct))
        others = len(self.options) - len(self.correct)
        return max(Fraction(0), Fraction(right, len(self.correct)) - Fraction(wrong, max(others, 1)))

    def expects(self) -> str:
        """One line that tells what to type."""
        return f"the labels of all that apply, of {', '.join(self.options)}, separated by commas"

    def shown(self) -> str:
        """The right options with their labels."""
        return "\n".join(f"- **{label}**: {self.options[label]}" for label in self.correct)

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "kind": self.kind,
            "options": dict(self.options),
            "correct": list(self.correct),
            "feedback": dict(self.feedback),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Choices":
        """The answer that `to_json` wrote."""
        return cls(data["options"], tuple(data["correct"]), data["feedback"])


def labelled(options: Mapping[str, str] | Iterable[str]) -> dict[str, str]:
    """Label -> text; a plain list is labelled a, b, c.  A name that means two options is an error of the author."""
    if not isinstance(options, Mapping):
        options = {chr(ord("a") + number): text for number, text in enumerate(options)}
    owner: dict[str, str] = {}
    for label, text in options.items():
        for name in {_bare(label), _bare(text)}:
            if owner.setdefault(name, label) != label:
                raise ProblemError(
                    "Choice", f"{name!r} names both option {owner[name]} and {label}", "give distinct names"
                )
    if len(options) < 2:
        raise ProblemError("Choice", f"{len(options)} options", "give at least two")
    return dict(options)


def _require_labels(options: Mapping[str, str], labels: Iterable[str]) -> None:
    for label in labels:
        if label not in options:
            raise ProblemError("Choice", f"no option is labelled {label!r}", f"use one of {', '.join(options)}")


def _bare(text: str) -> str:
    """`text` folded, without brackets or a full stop around it: ``(A)``, ``a)`` and ``a.`` are one label."""
    inner = folded(str(text)).rstrip(".!")
    if inner.startswith("(") and inner.endswith(")"):
        inner = inner[1:-1]
    return inner.removesuffix(")").strip() if "(" not in inner else inner.strip()


def _label(text: str, options: Mapping[str, str]) -> str | None:
    bare = _bare(text)
    bare = bare if any(bare in (_bare(label), _bare(name)) for label, name in options.items()) else _unquoted(bare)
    return next((label for label, name in options.items() if bare in (_bare(label), _bare(name))), None)


def _unquoted(text: str) -> str:
    text = text.removeprefix("option ").strip("'\"` ")
    return _bare(text)


def read_option(response: object, options: Mapping[str, str]) -> str:
    """The label of the one option that a response names."""
    if isinstance(response, int) and not isinstance(response, bool):
        response = str(response) if abs(response) < 10**6 else ""
    text = response_text(response)
    label = _label(text, options)
    if label is None:
        raise _unknown(text, text.strip(), text.find(text.strip()), options)
    return label


def read_options(response: object, options: Mapping[str, str]) -> set[str]:
    """The labels of all options that a response names: a text with separators, a list or a set."""
    if isinstance(response, list | tuple | set | frozenset):
        if not 0 < len(response) <= len(options):
            raise ReadingError(f"between 1 and {len(options)} options were expected, not {len(response)}", 0, "")
        return {read_option(item, options) for item in response}
    text = response_text(response)
    whole = _label(text, options)
    if whole is not None:
        return {whole}
    return {label for piece, start in _pieces(text) for label in (_piece_label(piece, start, text, options),)}


def _pieces(text: str) -> list[tuple[str, int]]:
    blank = re.sub(r"^\s*[\[{]|[\]}]\s*$", lambda match: " " * len(match.group()), text)
    pieces, start = [], 0
    for match in [*_SEPARATOR.finditer(blank), None]:
        end = match.start() if match else len(blank)
        if blank[start:end].strip():
            pieces.append((blank[start:end], start))
        start = match.end() if match else end
    return pieces


def _piece_label(piece: str, start: int, text: str, options: Mapping[str, str]) -> str:
    label = _label(re.sub(r"^\s*and\s", "", piece, flags=re.IGNORECASE), options)
    if label is None:
        raise _unknown(text, piece.strip(), start + len(piece) - len(piece.lstrip()), options)
    return label


def _unknown(text: str, found: str, position: int, options: Mapping[str, str]) -> ReadingError:
    nearest = get_close_matches(folded(found)[:200], [folded(name) for name in options.values()], n=1, cutoff=0.7)
    hint = f"did you mean {nearest[0]!r}?" if nearest else f"the labels are {', '.join(options)}"
    return ReadingError(f"there is no option {found[:60]!r}", max(position, 0), text, hint)
