"""Matrix and Vector: rows of scalar entries, judged by shape first (and saying so), then entry by entry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar

from verify.answers.answer import answer_kind, judge
from verify.answers.expression import equal_terms, scalar_term
from verify.answers.known_mistake import KnownMistake, with_feedback
from verify.answers.vocabulary import Vocabulary
from verify.errors import ReadingError
from verify.evidence import Counterexample, Evidence, Verdict

if TYPE_CHECKING:
    from verify.equality.terms import Terms

Rows = tuple[tuple[str, ...], ...]
LARGEST = 4_096


@dataclass(frozen=True)
class _Entries:
    """What a response says: its entries, and whether it was written flat, as ``[1, 2, 3]``."""

    rows: tuple[tuple[int, ...], ...]
    flat: bool = False

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.rows), len(self.rows[0])


@answer_kind
@dataclass(frozen=True)
class Matrix:
    """A matrix of formulas or numbers; `reference` holds the entries as texts."""

    reference: Rows
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    latex: str = ""
    mistakes: tuple[KnownMistake, ...] = ()
    kind: ClassVar[str] = "matrix"

    def check(self, response: object, claim: str, *, syntax: str = "auto") -> Evidence:
        """The verdict on a text, nested list, array or SymPy matrix; never raises."""
        return judge(claim, self, lambda: _judged(self, response, claim, syntax))

    def expects(self) -> str:
        """One line that tells what to type."""
        rows, columns = len(self.reference), len(self.reference[0])
        return f"a {rows}x{columns} matrix, row by row, such as [[a, b], [c, d]]"

    def shown(self) -> str:
        """The reference in Markdown."""
        return f"${self.latex}$" if self.latex else f"`{[list(row) for row in self.reference]}`"

    def to_json(self) -> dict[str, Any]:
        """Plain data from which `from_json` rebuilds this."""
        return _json_of(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Matrix:
        """The answer that `to_json` wrote."""
        return cls(*_from_json(data))


@answer_kind
@dataclass(frozen=True)
class Vector:
    """A vector; written as a list, a column or a row."""

    reference: Rows
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    latex: str = ""
    mistakes: tuple[KnownMistake, ...] = ()
    kind: ClassVar[str] = "vector"

    def check(self, response: object, claim: str, *, syntax: str = "auto") -> Evidence:
        """The verdict on a text, list, array or SymPy matrix; never raises."""
        return judge(claim, self, lambda: _judged(self, response, claim, syntax))

    def expects(self) -> str:
        """One line that tells what to type."""
        return f"a vector of {len(self.reference)} entries, such as [a, b, c]"

    def shown(self) -> str:
        """The reference in Markdown."""
        return f"${self.latex}$" if self.latex else f"`{[row[0] for row in self.reference]}`"

    def to_json(self) -> dict[str, Any]:
        """Plain data from which `from_json` rebuilds this."""
        return _json_of(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Vector:
        """The answer that `to_json` wrote."""
        return cls(*_from_json(data))


def _json_of(answer: Matrix | Vector) -> dict[str, Any]:
    return {
        "kind": answer.kind,
        "reference": [list(row) for row in answer.reference],
        "vocabulary": answer.vocabulary.to_json(),
        "latex": answer.latex,
        "mistakes": [mistake.to_json() for mistake in answer.mistakes],
    }


def _from_json(data: Mapping[str, Any]) -> tuple[Any, ...]:
    reference = tuple(tuple(row) for row in data["reference"])
    mistakes = tuple(KnownMistake.from_json(each) for each in data["mistakes"])
    return reference, Vocabulary.from_json(data["vocabulary"]), data["latex"], mistakes


def _judged(answer: Matrix | Vector, response: object, claim: str, syntax: str) -> Evidence:
    from verify.equality.terms import Terms

    terms = Terms()
    given = _fitted(answer, _entries(response, answer.vocabulary, terms, syntax))
    evidence = _misshapen(answer, given, claim)
    if evidence is None:
        evidence = _compared(terms, given, answer.reference, answer.vocabulary, claim)
    return with_feedback(evidence, answer.mistakes, lambda mistake: _makes(terms, given, mistake, answer.vocabulary))


def _misshapen(answer: Matrix | Vector, given: _Entries, claim: str) -> Evidence | None:
    expected = len(answer.reference), len(answer.reference[0])
    if given.shape == expected:
        return None
    wanted, found = (f"a {rows}x{columns} matrix" for rows, columns in (expected, given.shape))
    if answer.kind == "vector":
        wanted = f"{expected[0]} entries"
        found = f"{given.shape[0]} entries" if given.shape[1] == 1 else f"{given.shape[0]}x{given.shape[1]}"
    reason = f"expected {wanted}, found {found}"
    return Evidence(
        claim, Verdict.REFUTED, method="shape", reason=reason, counterexample=Counterexample({}, found, wanted)
    )


def _makes(terms: Terms, given: _Entries, mistake: KnownMistake, vocabulary: Vocabulary) -> bool:
    wrong = tuple(tuple(row) for row in mistake.wrong)
    if (len(wrong), len(wrong[0])) != given.shape:
        return False
    return _compared(terms, given, wrong, vocabulary, "").verdict is Verdict.PROVED


def _compared(terms: Terms, given: _Entries, reference: Rows, vocabulary: Vocabulary, claim: str) -> Evidence:
    undecided: Evidence | None = None
    wrong: list[str] = []
    first: Evidence | None = None
    for i, row in enumerate(reference):
        for j, text in enumerate(row):
            right = vocabulary.read_scalar(text, terms, "python")
            evidence = equal_terms(terms, given.rows[i][j], right, vocabulary, claim)
            if evidence.verdict is Verdict.REFUTED:
                wrong.append(str(i + 1) if len(row) == 1 else f"({i + 1}, {j + 1})")
                first = evidence if first is None else first
            elif evidence.verdict is not Verdict.PROVED:
                undecided = evidence
    if first is not None:
        listed = ", ".join(wrong[:6]) + (", ..." if len(wrong) > 6 else "")
        total = sum(len(row) for row in reference)
        return replace(first, reason=f"{len(wrong)} of {total} entries differ: {listed}")
    if undecided is not None:  # not `or`: evidence that is undecided is false
        return undecided
    return Evidence(claim, Verdict.PROVED, "in general" if vocabulary.variables else "", "exact")


def _fitted(answer: Matrix | Vector, given: _Entries) -> _Entries:
    """A row given for a vector is turned into a column; nothing else is reshaped."""
    if answer.kind == "vector" and len(given.rows) == 1 and len(answer.reference) != 1:
        return _Entries(tuple((entry,) for entry in given.rows[0]))
    return given


def _entries(response: object, vocabulary: Vocabulary, terms: Terms, syntax: str) -> _Entries:
    if isinstance(response, str | bytes):
        return _entries_of_text(response, vocabulary, terms, syntax)
    return _entries_of_object(response, vocabulary, terms)


def _entries_of_text(text: str | bytes, vocabulary: Vocabulary, terms: Terms, syntax: str) -> _Entries:
    from verify.notation.values import MatrixValue, TupleValue

    reading = vocabulary.read(text, terms, syntax)
    value = reading.value
    if isinstance(value, MatrixValue):
        return _Entries(value.rows)
    if isinstance(value, TupleValue) and all(isinstance(item, int) for item in value.items):
        return _Entries((tuple(value.items),), flat=True)  # type: ignore[arg-type]
    if isinstance(value, int):
        return _Entries(((value,),), flat=True)
    raise ReadingError(f"a {reading.kind} where a matrix is expected", 0, reading.text)


def _entries_of_object(response: object, vocabulary: Vocabulary, terms: Terms) -> _Entries:
    rows = response.tolist() if hasattr(response, "tolist") else response
    if not isinstance(rows, list | tuple):
        return _Entries(((scalar_term(rows, vocabulary, terms),),), flat=True)
    if not rows:
        raise ReadingError("the list is empty", 0, "[]")
    nested = [isinstance(row, list | tuple) for row in rows]
    if not any(nested):
        return _Entries((_row(rows, vocabulary, terms),), flat=True)
    if not all(nested) or len({len(row) for row in rows}) != 1 or not len(rows[0]):
        raise ReadingError("the rows have different lengths", 0, str(rows)[:60])
    if len(rows) * len(rows[0]) > LARGEST:
        raise ReadingError(f"more than {LARGEST:,} entries", 0, "")
    return _Entries(tuple(_row(row, vocabulary, terms) for row in rows))


def _row(row: Iterable[object], vocabulary: Vocabulary, terms: Terms) -> tuple[int, ...]:
    return tuple(scalar_term(entry, vocabulary, terms) for entry in row)
