"""Answer: what a part expects, and how a response to it is read and judged.

An answer kind is a frozen dataclass in a file of its own; the file is named as the kind, and registering is one line,
the decorator `answer_kind`.  Nothing here imports SymPy, NumPy or torch, so that a compiled reference can be kept as
plain data and judged anywhere.
"""

import importlib
import importlib.util
from collections.abc import Callable, Mapping
from dataclasses import replace
from time import perf_counter
from typing import Any, ClassVar, Protocol, TypeVar, runtime_checkable

from verify.errors import BudgetExceeded, ReadingError, Undecidable, UnknownName, VerifyError
from verify.evidence import Evidence, Verdict

LONGEST_RESPONSE = 4_000
UNUSUAL_SPACES = "\u00a0\u2007\u2009\u200a\u202f"  # no-break, figure, thin, hair, narrow no-break


@runtime_checkable
class Answer(Protocol):
    """What every answer kind offers."""

    kind: ClassVar[str]

    def check(self, response: object, claim: str) -> Evidence:
        """The verdict on `response`, with evidence; never raises, whatever the response is."""

    def expects(self) -> str:
        """One line that tells what to type."""

    def shown(self) -> str:
        """The reference for the worked solution, in Markdown with ``$math$``."""

    def to_json(self) -> dict[str, Any]:
        """Plain data from which `answer_from_json` rebuilds this answer."""

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Answer":
        """The answer that `to_json` wrote."""


Kind = TypeVar("Kind", bound=type)
_registry: dict[str, type] = {}
_FILE_OF = {"choices": "choice", "equations": "equation", "scored_sequences": "tokens", "vector": "matrix"}


def answer_kind(cls: Kind) -> Kind:
    """The class itself, registered under its `kind`."""
    _registry[cls.kind] = cls  # type: ignore[attr-defined]
    return cls


def find_kind(kind: str) -> type:
    """The class registered as `kind`; the file ``verify/answers/<kind>.py`` is imported when it is first needed."""
    file = _FILE_OF.get(kind, kind)
    if kind not in _registry and file.isidentifier() and importlib.util.find_spec(f"verify.answers.{file}"):
        importlib.import_module(f"verify.answers.{file}")
    if kind not in _registry:
        raise UnknownName("answer kind", kind, _registry)
    return _registry[kind]


def answer_from_json(data: Mapping[str, Any]) -> Answer:
    """The answer that `to_json` of any kind wrote."""
    return find_kind(data["kind"]).from_json(data)  # type: ignore[attr-defined]


def judge(claim: str, answer: Answer, decide: Callable[[], Evidence]) -> Evidence:
    """What `decide` returns, or the verdict that stands for the error it raised, with the time it took."""
    start = perf_counter()
    try:
        evidence = decide()
    except ReadingError as error:
        evidence = unreadable(claim, str(error), answer.expects(), error.column)
    except (BudgetExceeded, Undecidable) as error:
        evidence = Evidence(claim, Verdict.UNDECIDED, reason=str(error))
    except VerifyError as error:
        evidence = unreadable(claim, str(error), answer.expects())
    except Exception as error:  # a response is outside data: an object whose own methods fail must not stop a run
        evidence = unreadable(claim, f"could not be read ({type(error).__name__})", answer.expects())
    return replace(evidence, seconds=perf_counter() - start)


def unreadable(claim: str, reason: str, expected: str, column: int | None = None) -> Evidence:
    """Evidence that a response could not be read: why, where, and what to type instead."""
    return Evidence(claim, Verdict.UNREADABLE, reason=reason, feedback=f"Expected {expected}.", column=column)


def response_text(response: object, longest: int = LONGEST_RESPONSE) -> str:
    """The text of a response; raises `ReadingError` for what is not text, too long, empty, or has hidden characters."""
    if isinstance(response, bytes | bytearray):
        response = _decoded(bytes(response[: 4 * longest + 1]))
    if not isinstance(response, str):
        raise ReadingError(f"text was expected, not {type(response).__name__}", 0, "")
    if len(response) > longest:
        raise ReadingError(f"longer than {longest:,} characters", longest, response[: longest + 1])
    if not response.strip():
        raise ReadingError("empty", 0, response)
    for position, character in enumerate(response):
        if not (character.isprintable() or character in "\t\n\r" or character in UNUSUAL_SPACES):
            raise ReadingError(f"hidden character U+{ord(character):04X}", position, response)
    return response


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8", errors="strict")
    except UnicodeDecodeError as error:
        raise ReadingError("not UTF-8", error.start, "") from None


def folded(text: str) -> str:
    """`text` without regard to case and to how much space stands between words."""
    return " ".join(text.split()).casefold()
