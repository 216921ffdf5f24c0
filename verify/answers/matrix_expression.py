"""MatrixExpression: a formula over matrices of any size, judged by the kernel's normal form of words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import SystemRandom
from typing import TYPE_CHECKING, Any, ClassVar

from verify.answers.answer import answer_kind, judge
from verify.answers.known_mistake import KnownMistake, with_feedback
from verify.answers.vocabulary import Vocabulary
from verify.errors import ReadingError
from verify.evidence import Evidence, Verdict

if TYPE_CHECKING:
    from verify.equality.matrices import Matrices, Matrix

Numbers = Mapping[str, int]

DRAWS = 4
LARGEST_EXPONENT = 8


@answer_kind
@dataclass(frozen=True)
class MatrixExpression:
    """A formula in declared matrices and scalars.

    - `reference`: text in these names.
    - `exponents`: sizes that stand in exponents of matrices, none larger than the next: the formula is judged at whole
      numbers that are drawn anew each time, since a word of matrices has a known length.
    """

    reference: str
    vocabulary: Vocabulary
    latex: str = ""
    mistakes: tuple[KnownMistake, ...] = ()
    exponents: tuple[str, ...] = ()
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
            "exponents": list(self.exponents),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> MatrixExpression:
        """The answer that `to_json` wrote."""
        mistakes = tuple(KnownMistake.from_json(each) for each in data["mistakes"])
        vocabulary = Vocabulary.from_json(data["vocabulary"])
        return cls(data["reference"], vocabulary, data["latex"], mistakes, tuple(data.get("exponents", ())))

    def _judged(self, response: object, claim: str, syntax: str) -> Evidence:
        drawn = self._drawn()
        evidence = self._against(self.reference, response, claim, syntax, drawn)

        def equals(mistake: KnownMistake) -> bool:
            return self._against(mistake.wrong, response, claim, syntax, drawn).verdict is Verdict.PROVED

        return with_feedback(evidence, self.mistakes, equals)

    def _drawn(self) -> list[Numbers]:
        """Whole numbers for the exponents: all alike, one after the other, and drawn at random in order."""
        if not self.exponents:
            return [{}]
        random = SystemRandom()
        count = len(self.exponents)
        rows = [[3] * count, list(range(2, 2 * count + 1, 2))]
        rows += [sorted(random.sample(range(1, LARGEST_EXPONENT + 1), count)) for _ in range(DRAWS)]
        return [dict(zip(self.exponents, row, strict=True)) for row in rows]

    def _against(self, reference: str, response: object, claim: str, syntax: str, drawn: list[Numbers]) -> Evidence:
        """The verdict on a response against one formula, at all numbers for the exponents."""
        scopes = []
        for numbers in drawn:
            evidence = self._at(numbers, reference, response, claim, syntax)
            if evidence.verdict is not Verdict.PROVED:
                return _told_where(evidence, numbers)
            scopes.append(", ".join(f"{name} = {number}" for name, number in numbers.items()))
        return replace(evidence, scope="at " + "; ".join(dict.fromkeys(scopes))) if self.exponents else evidence

    def _at(self, numbers: Numbers, reference: str, response: object, claim: str, syntax: str) -> Evidence:
        from verify.equality.matrices import Matrices, decide_matrices

        pool = Matrices()
        given = self._matrix(response, pool, syntax, numbers)
        expected = self._matrix(reference, pool, "python", numbers)
        evidence = decide_matrices(pool, given, expected, self.vocabulary.assumed, claim=claim)
        if given.shape != expected.shape:
            shapes = f"expected shape {expected.shape}, found {given.shape}"
            evidence = replace(evidence, reason=f"{shapes}; look for a missing transpose or another order of factors")
        return evidence

    def _matrix(self, response: object, pool: Matrices, syntax: str, numbers: Numbers) -> Matrix:
        from verify.notation.values import MatrixExpressionValue

        if type(response).__module__.partition(".")[0] == "sympy":
            from verify.equality.sympy_border import to_matrices

            for name, (rows, columns, kinds) in self.vocabulary.matrices.items():
                pool.symbol(name, rows, columns, kinds)
            return to_matrices(pool, _with_numbers(response, numbers))
        if not isinstance(response, str | bytes):
            raise ReadingError(f"a matrix expression was expected, not {type(response).__name__}", 0, "")
        reading = self._vocabulary_at(numbers).read(response, pool.terms, syntax, matrices=pool)
        if isinstance(reading.value, MatrixExpressionValue):
            return reading.value.expression
        if isinstance(reading.value, int):
            return pool.scale(reading.value, pool.identity(1))
        raise ReadingError(f"a {reading.kind} where a matrix expression is expected", 0, reading.text)

    def _vocabulary_at(self, numbers: Numbers) -> Vocabulary:
        if not numbers:
            return self.vocabulary
        variables = tuple(name for name in self.vocabulary.variables if name not in numbers)
        known = {name: str(number) for name, number in numbers.items()}
        return replace(self.vocabulary, variables=variables, definitions={**known, **self.vocabulary.definitions})


def _with_numbers(expression: Any, numbers: Numbers) -> Any:
    named = {symbol: numbers[str(symbol)] for symbol in expression.free_symbols if str(symbol) in numbers}
    return expression.subs(named) if named else expression


def _told_where(evidence: Evidence, numbers: Numbers) -> Evidence:
    """Evidence whose counterexample names the numbers that stand in exponents."""
    if evidence.counterexample is None or not numbers:
        return evidence
    at = {**numbers, **evidence.counterexample.at}
    return replace(evidence, counterexample=replace(evidence.counterexample, at=at))
