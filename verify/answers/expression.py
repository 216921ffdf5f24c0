"""Expression: one scalar formula, judged by exact equality over the part's givens, definitions substituted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

from verify.answers.answer import answer_kind, judge
from verify.answers.known_mistake import KnownMistake, with_feedback
from verify.answers.vocabulary import Vocabulary
from verify.errors import ReadingError
from verify.evidence import WITHHELD, Counterexample, Evidence, Verdict

if TYPE_CHECKING:
    from verify.equality.terms import Terms


@answer_kind
@dataclass(frozen=True)
class Expression:
    """A formula in the names of a vocabulary.

    - `reference`: the answer as text in these names, definitions expanded.
    - `latex`: the answer as the page shows it.
    """

    reference: str
    vocabulary: Vocabulary
    latex: str = ""
    mistakes: tuple[KnownMistake, ...] = ()
    kind: ClassVar[str] = "expression"

    def check(self, response: object, claim: str, *, syntax: str = "auto") -> Evidence:
        """The verdict on a text, number or SymPy expression; never raises."""
        return judge(claim, self, lambda: self._judged(response, claim, syntax))

    def expects(self) -> str:
        """One line that tells what to type."""
        names = [*self.vocabulary.variables, *self.vocabulary.matrices, *self.vocabulary.definitions]
        names += [f"d{key.replace('/', '/d')}" for key in self.vocabulary.derivatives]
        return f"an expression in {', '.join(names)}" if names else "a number"

    def shown(self) -> str:
        """The reference in Markdown."""
        return f"${self.latex}$" if self.latex else f"`{self.reference}`"

    def to_json(self) -> dict[str, Any]:
        """Plain data from which `from_json` rebuilds this."""
        return {
            "kind": self.kind,
            "reference": self.reference,
            "vocabulary": self.vocabulary.to_json(),
            "latex": self.latex,
            "mistakes": [mistake.to_json() for mistake in self.mistakes],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Expression:
        """The answer that `to_json` wrote."""
        mistakes = tuple(KnownMistake.from_json(each) for each in data["mistakes"])
        return cls(data["reference"], Vocabulary.from_json(data["vocabulary"]), data["latex"], mistakes)

    def _judged(self, response: object, claim: str, syntax: str) -> Evidence:
        from verify.equality.terms import Terms

        terms = Terms()
        given = scalar_term(response, self.vocabulary, terms, syntax)
        reference = self.read(self.reference, terms)
        evidence = equal_terms(terms, given, reference, self.vocabulary, claim)
        if evidence.verdict is not Verdict.PROVED and self.vocabulary.indexed and isinstance(response, str | bytes):
            counted = self.vocabulary.read_scalar(response, terms, syntax, first_index=1)
            other = equal_terms(terms, counted, reference, self.vocabulary, claim)
            if other.verdict is Verdict.PROVED:
                return replace(other, reason="entries counted from 1")
            if other.verdict is not Verdict.REFUTED:  # it may be right when read that way
                return replace(other, reason=f"with entries counted from 1: {other.reason}")
        return with_feedback(
            evidence,
            self.mistakes,
            lambda mistake: (
                equal_terms(terms, given, self.read(mistake.wrong, terms), self.vocabulary, claim).verdict
                is Verdict.PROVED
            ),
        )

    def read(self, text: str, terms: Terms) -> int:
        """The term of one of our own texts: every name of the vocabulary is allowed in it."""
        return self.vocabulary.read_scalar(text, terms, "python")


def scalar_term(response: object, vocabulary: Vocabulary, terms: Terms, syntax: str = "auto") -> int:
    """The term of a response that is one expression: text, bytes, a number or a SymPy expression.

    Raises `ReadingError` for anything else.
    """
    if isinstance(response, str | bytes):
        return vocabulary.read_scalar(response, terms, syntax)
    number = exact_number(response)
    if number is not None:
        return terms.number(number)
    if type(response).__module__.partition(".")[0] == "sympy":
        from verify.equality.sympy_border import to_term

        return vocabulary._expanded(_known(to_term(terms, response), vocabulary, terms), terms)
    raise ReadingError(f"an expression was expected, not {type(response).__name__}", 0, "")


def exact_number(value: object) -> Any:
    """The exact rational value of a Python or NumPy number, or None for anything else; nan and infinity are refused."""
    from fractions import Fraction

    if isinstance(value, bool):
        return None
    if isinstance(value, int | float | Fraction):
        if isinstance(value, float) and value - value != 0:
            raise ReadingError(f"{value} is not a number", 0, str(value))
        return Fraction(value)
    if type(value).__module__.partition(".")[0] in ("numpy", "torch") and getattr(value, "ndim", None) == 0:
        return exact_number(value.item())  # type: ignore[attr-defined]
    return None


def _known(term: int, vocabulary: Vocabulary, terms: Terms) -> int:
    """The term with definitions expanded; raises `ReadingError` for a symbol that is not allowed."""
    values = {}
    for name in sorted(terms.variables(term)):
        if name in vocabulary.definitions:
            values[name] = vocabulary.read_scalar(name, terms, "python")
        elif name not in vocabulary.variables:
            raise ReadingError(f"unknown symbol {name!r}", 0, name, vocabulary.names.nearest(name))
    return terms.substitute(term, values) if values else term


def equal_terms(terms: Terms, given: int, reference: int, vocabulary: Vocabulary, claim: str) -> Evidence:
    """The verdict on a response against the reference, by every tier; a constant reference is not given away."""
    from verify.equality.decide import decide

    evidence = decide(terms, given, reference, vocabulary.assumed, domain="removable", claim=claim)
    found = evidence.counterexample
    if found is not None and not terms.variables(reference):
        # With nothing to vary the right side would be the answer itself.
        evidence = replace(evidence, counterexample=Counterexample(found.at, found.left, WITHHELD))
    return evidence
