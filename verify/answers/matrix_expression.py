"""MatrixExpression: a formula over matrices of any size, judged by the kernel's normal form of words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

from verify.answers.answer import answer_kind, judge
from verify.answers.known_mistake import KnownMistake, with_feedback
from verify.answers.vocabulary import Vocabulary
from verify.errors import ReadingError
from verify.evidence import Evidence, Verdict

if TYPE_CHECKING:
    from verify.equality.matrices import Matrices, Matrix


@answer_kind
@dataclass(frozen=True)
class MatrixExpression:
    """A formula in declared matrices and scalars; `reference` is text in these names."""

    reference: str
    vocabulary: Vocabulary
    latex: str = ""
    mistakes: tuple[KnownMistake, ...] = ()
    kind: ClassVar[str] = "matrix_expression"

    def check(self, response: object, claim: str, *, syntax: str = "auto") -> Evidence:
        """The verdict on a text or SymPy expression; never raises."""
        return judge(claim, self, lambda: self._judged(response, claim, syntax))

    def expects(self) -> str:
        """One line that tells what to type."""
        shapes = [f"{name} ({rows} x {columns})" for name, (rows, columns, _) in self.vocabulary.matrices.items()]
        names = [*shapes, *self.vocabulary.variables, *self.vocabulary.definitions]
        return f"a matrix expression such as A^T B in {', '.join(names)}"

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
    def from_json(cls, data: Mapping[str, Any]) -> MatrixExpression:
        """The answer that `to_json` wrote."""
        mistakes = tuple(KnownMistake.from_json(each) for each in data["mistakes"])
        return cls(data["reference"], Vocabulary.from_json(data["vocabulary"]), data["latex"], mistakes)

    def _judged(self, response: object, claim: str, syntax: str) -> Evidence:
        from verify.equality.matrices import Matrices, decide_matrices

        pool = Matrices()
        given = self._matrix(response, pool, syntax)

        def against(reference: str) -> Evidence:
            right = self._matrix(reference, pool, "python")
            return decide_matrices(pool, given, right, self.vocabulary.assumed, claim=claim)

        expected = self._matrix(self.reference, pool, "python")
        evidence = against(self.reference)
        if given.shape != expected.shape:
            shapes = f"expected shape {expected.shape}, found {given.shape}"
            evidence = replace(evidence, reason=f"{shapes}; look for a missing transpose or another order of factors")
        return with_feedback(evidence, self.mistakes, lambda each: against(each.wrong).verdict is Verdict.PROVED)

    def _matrix(self, response: object, pool: Matrices, syntax: str) -> Matrix:
        from verify.notation.values import MatrixExpressionValue

        if type(response).__module__.partition(".")[0] == "sympy":
            from verify.equality.sympy_border import to_matrices

            for name, (rows, columns, kinds) in self.vocabulary.matrices.items():
                pool.symbol(name, rows, columns, kinds)
            return to_matrices(pool, response)
        if not isinstance(response, str | bytes):
            raise ReadingError(f"a matrix expression was expected, not {type(response).__name__}", 0, "")
        reading = self.vocabulary.read(response, pool.terms, syntax, matrices=pool)
        if isinstance(reading.value, MatrixExpressionValue):
            return reading.value.expression
        if isinstance(reading.value, int):
            return pool.scale(reading.value, pool.identity(1))
        raise ReadingError(f"a {reading.kind} where a matrix expression is expected", 0, reading.text)
