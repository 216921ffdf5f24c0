"""ReadText: what a text says: its kind, how it is written back, and its variables; or why it is unreadable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from verify.errors import ReadingError, VerifyError
from verify.evidence import Evidence, Verdict

if TYPE_CHECKING:
    from verify.equality.terms import Terms


@dataclass(frozen=True)
class ReadText:
    """What a text says; true where it was read, so that ``if read(text):`` works.

    - `kind`: ``scalar``, ``matrix``, ``tuple``, ``set``, ``interval``, ``relation``, ``infinity``; empty if unreadable.
    - `python`, `latex`: the text written back in both syntaxes.
    - `variables`: the names that occur, sorted.
    - `notes`: policies that were applied, such as "'2 1/2' read as a mixed number".
    - `evidence`: where it is unreadable, the verdict with the reason and the column.
    - `caret`: where it is unreadable, the text around the place and a caret below it.
    """

    kind: str = ""
    python: str = ""
    latex: str = ""
    variables: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    evidence: Evidence | None = None
    caret: str = ""

    def __bool__(self) -> bool:
        return self.evidence is None

    def __str__(self) -> str:
        return self.python if self.evidence is None else f"{self.evidence}\n{self.caret}".rstrip()

    def _repr_latex_(self) -> str | None:
        return f"${self.latex}$" if self.latex else None


def read_text(text: str | bytes, given: str = "", syntax: str = "auto") -> ReadText:
    """What a text says; a text that cannot be read, or is not text, gives the reason and never raises."""
    try:
        return _read(text, given, syntax)
    except ReadingError as error:
        evidence = Evidence("", Verdict.UNREADABLE, reason=str(error), column=error.column)
        return ReadText(evidence=evidence, caret=error.caret())
    except VerifyError as error:
        return ReadText(evidence=Evidence("", Verdict.UNREADABLE, reason=str(error)))


def _read(text: str | bytes, given: str, syntax: str) -> ReadText:
    from verify.equality.assumptions import Assumptions
    from verify.equality.terms import Terms
    from verify.notation import read, write

    Assumptions.parse(given)
    if not isinstance(text, str | bytes):
        raise ReadingError(f"text was expected, not {type(text).__name__}", 0, "")
    terms = Terms()
    reading = read(text, None, terms, syntax)  # type: ignore[arg-type]
    return ReadText(
        reading.kind,
        write(terms, reading.value, "python"),
        write(terms, reading.value, "latex"),
        tuple(sorted(_variables(terms, reading.value))),
        reading.notes,
    )


def _variables(terms: Terms, value: Any) -> set[str]:
    """The variables in a value of any kind: in a term, or in the parts of anything else."""
    if isinstance(value, bool | str) or value is None:
        return set()
    if isinstance(value, int):
        return terms.variables(value)
    parts = value if isinstance(value, tuple) else [getattr(value, name, None) for name in _parts(value)]
    return set().union(*(_variables(terms, part) for part in parts)) if parts else set()


def _parts(value: Any) -> list[str]:
    from dataclasses import fields, is_dataclass

    from verify.notation.values import InfinityValue

    if not is_dataclass(value) or isinstance(value, InfinityValue):
        return []
    return [field.name for field in fields(value)]
