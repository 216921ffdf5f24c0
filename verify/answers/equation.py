"""Equation and Equations: ``lhs = rhs`` with the same solutions as the reference.

Two equations are the same when their residuals (left side minus right side) agree up to a nonzero factor; for matrices
also up to transposition.  Scalar equations that are linear in some variable are compared by solving for it, which
finds a solution of one that is none of the other wherever there is one.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import permutations
from typing import TYPE_CHECKING, Any, ClassVar

from verify.answers.answer import answer_kind, judge, response_text
from verify.errors import ProblemError, ReadingError, Undecidable, VerifyError
from verify.evidence import Counterexample, Evidence, Verdict

if TYPE_CHECKING:
    from verify.equality.assumptions import Assumptions
    from verify.equality.matrices import Matrices, Matrix
    from verify.equality.terms import Terms
    from verify.notation import Names

MOST_EQUATIONS = 5
POINTS = 5
_SCOPE = "up to a nonzero factor"
_MATRIX_SCOPE = "up to a nonzero factor and transposition"
_ALWAYS_TRUE = "This equation holds whatever the variables are, so it says nothing."
_NEVER_TRUE = "No values of the variables satisfy this equation."


@answer_kind
@dataclass(frozen=True)
class Equation:
    """An equation.  `Equation("y = 2*x + 1")` accepts ``2x - y + 1 = 0``.

    - `reference`: the equation as text.
    - `variables`: the scalars a response may use; those of the reference unless there are matrices.
    - `matrices`: name -> (rows, columns), or (rows, columns, "symmetric"), for an equation between matrices.
    - `assumptions`: what is known of the scalars, such as ``x > 0``; known nonzero factors may be multiplied in.
    - `definitions`: further names that a response may use, and what they stand for: ``{"C": "X*X.T"}``.
    """

    reference: str
    variables: tuple[str, ...] = ()
    matrices: Mapping[str, tuple[int | str, ...]] = field(default_factory=dict)
    assumptions: str = ""
    definitions: Mapping[str, str] = field(default_factory=dict)
    kind: ClassVar[str] = "equation"

    def __post_init__(self) -> None:
        object.__setattr__(self, "variables", tuple(self.variables))
        _require_readable(self.reference, self)

    def check(self, response: object, claim: str) -> Evidence:
        """Whether the response has the solutions of the reference."""
        return judge(claim, self, lambda: replace(self._decide(response_text(response)), claim=claim))

    def _decide(self, text: str) -> Evidence:
        return _Comparison.of(self).decide(text, self.reference)

    def expects(self) -> str:
        """One line that tells what to type."""
        return f"an equation such as left = right in {', '.join(sorted({*_allowed(self), *self.definitions}))}"

    def shown(self) -> str:
        """The reference."""
        return _shown(self.reference, self)

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {"kind": self.kind, "reference": self.reference, **_setting(self)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Equation":
        """The answer that `to_json` wrote."""
        return cls(data["reference"], *_from_setting(data))


@answer_kind
@dataclass(frozen=True)
class Equations:
    """Several equations, in any order, one of the response for each of the reference; see `Equation`."""

    references: tuple[str, ...]
    variables: tuple[str, ...] = ()
    matrices: Mapping[str, tuple[int | str, ...]] = field(default_factory=dict)
    assumptions: str = ""
    definitions: Mapping[str, str] = field(default_factory=dict)
    kind: ClassVar[str] = "equations"

    def __post_init__(self) -> None:
        object.__setattr__(self, "references", tuple(self.references))
        object.__setattr__(self, "variables", tuple(self.variables))
        if not 0 < len(self.references) <= MOST_EQUATIONS:
            raise ProblemError("Equations", f"{len(self.references)} equations", f"give 1 to {MOST_EQUATIONS}")
        for reference in self.references:
            _require_readable(reference, self)

    def check(self, response: object, claim: str) -> Evidence:
        """Whether the equations of the response can be paired with those of the reference."""
        return judge(claim, self, lambda: replace(self._decide(response), claim=claim))

    def _decide(self, response: object) -> Evidence:
        texts = _equation_texts(response)
        comparison = _Comparison.of(self)
        for text in texts:
            comparison.read(text)
        if len(texts) != len(self.references):
            found = "too many" if len(texts) > len(self.references) else "too few"
            return Evidence("", Verdict.REFUTED, method="equation", feedback=f"There are {found} equations.")
        table = [[comparison.decide(text, reference) for reference in self.references] for text in texts]
        return _best_pairing(table)

    def shares(self, response: object, wrong: object) -> bool:
        """Whether an equation of the response is one of the wrong ones, of those that are no references."""
        comparison = _Comparison.of(self)

        def same(text: str, others: Iterable[str]) -> bool:
            return any(comparison.decide(text, other).verdict is Verdict.PROVED for other in others)

        mistaken = [text for text in _equation_texts(wrong) if not same(text, self.references)]
        return any(same(text, mistaken) for text in _equation_texts(response))

    def expects(self) -> str:
        """One line that tells what to type."""
        return f"{len(self.references)} equations, one a line or separated by semicolons"

    def shown(self) -> str:
        """The references."""
        return "\n".join(f"- {_shown(reference, self)}" for reference in self.references)

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {"kind": self.kind, "references": list(self.references), **_setting(self)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Equations":
        """The answer that `to_json` wrote."""
        return cls(tuple(data["references"]), *_from_setting(data))


Setting = Equation | Equations


def _setting(answer: Setting) -> dict[str, Any]:
    matrices = {name: list(shape) for name, shape in answer.matrices.items()}
    return {
        "variables": list(answer.variables),
        "matrices": matrices,
        "assumptions": answer.assumptions,
        "definitions": dict(answer.definitions),
    }


def _from_setting(
    data: Mapping[str, Any],
) -> tuple[tuple[str, ...], dict[str, tuple[Any, ...]], str, Mapping[str, str]]:
    matrices = {name: tuple(shape) for name, shape in data["matrices"].items()}
    return tuple(data["variables"]), matrices, data["assumptions"], data["definitions"]


def _references(answer: Setting) -> tuple[str, ...]:
    return (answer.reference,) if isinstance(answer, Equation) else answer.references


def _allowed(answer: Setting) -> set[str]:
    """The names that a response may use."""
    from verify.equality.terms import Terms
    from verify.notation import read

    names = {*answer.variables, *answer.matrices}
    if answer.matrices or answer.variables:
        return names
    terms = Terms()
    for reference in _references(answer):
        for operand in read(reference, None, terms).value.operands:  # type: ignore[union-attr]
            names |= terms.variables(operand)  # type: ignore[arg-type]
    return names


def _names(answer: Setting) -> "Names":
    from verify.notation import Names

    variables = _allowed(answer) - set(answer.matrices)
    return Names(tuple(sorted(variables)), matrices=dict(answer.matrices), definitions=dict(answer.definitions))


def _require_readable(reference: str, answer: Setting) -> None:
    from verify.equality.terms import Terms

    names = _names(answer) if answer.matrices or answer.variables else None
    try:
        _sides(reference, names, Terms())
    except VerifyError as error:
        raise ProblemError(f"Equation({reference!r})", str(error), "write it as left = right") from None


def _shown(reference: str, answer: Setting) -> str:
    from verify.equality.terms import Terms
    from verify.notation import write

    terms = Terms()
    left, right = _sides(reference, _names(answer), terms)
    return f"${write(terms, left, 'latex')} = {write(terms, right, 'latex')}$"


def _sides(text: str, names: "Names | None", terms: "Terms", pool: "Matrices | None" = None) -> tuple[Any, Any]:
    """The values of both sides; raises `ReadingError` for what is not one equation."""
    from verify.notation import read
    from verify.notation.values import InfinityValue, TupleValue

    reading = read(text, names, terms, matrices=pool)
    operators = getattr(reading.value, "operators", None)
    if reading.kind != "relation" or operators != ("=",):
        raise ReadingError("one equation was expected", max(text.find("="), 0), text, "write it as left = right")
    left, right = reading.value.operands  # type: ignore[union-attr]
    if any(isinstance(side, InfinityValue | TupleValue) for side in (left, right)):
        raise ReadingError("a number or a matrix expression was expected on both sides", 0, text)
    return left, right


def _equation_texts(response: object) -> list[str]:
    if isinstance(response, list | tuple):
        if len(response) > MOST_EQUATIONS * 2:
            raise ReadingError(f"more than {MOST_EQUATIONS * 2} equations", 0, "")
        return [response_text(item) for item in response]
    text = response_text(response)
    pieces = [piece for line in text.splitlines() for piece in line.split(";") if piece.strip()]
    if len(pieces) == 1 and pieces[0].count("=") > 1 and pieces[0].count("=") == pieces[0].count(",") + 1:
        pieces = pieces[0].split(",")
    return pieces


def _best_pairing(table: Sequence[Sequence[Evidence]]) -> Evidence:
    """The evidence for the best assignment of responses to references: all proved, else undecided, else refuted."""
    best: tuple[Evidence, ...] = ()
    for chosen in permutations(range(len(table))):
        pairs = tuple(row[column] for row, column in zip(table, chosen, strict=True))
        if not best or _rank(pairs) > _rank(best):
            best = pairs
    if all(evidence.verdict is Verdict.PROVED for evidence in best):
        return Evidence("", Verdict.PROVED, scope=best[0].scope, method="equation")
    refuted = [evidence for evidence in best if evidence.verdict is Verdict.REFUTED]
    if refuted:
        right = sum(evidence.verdict is Verdict.PROVED for evidence in best)
        feedback = f"{right} of {len(best)} equations are right. {refuted[0].feedback}".strip()
        return replace(refuted[0], feedback=feedback)
    return next(evidence for evidence in best if evidence.verdict is not Verdict.PROVED)


def _rank(pairs: Sequence[Evidence]) -> tuple[int, int]:
    refuted = sum(evidence.verdict is Verdict.REFUTED for evidence in pairs)
    return -refuted, sum(evidence.verdict is Verdict.PROVED for evidence in pairs)


# ---------------------------------------------------------------------- comparing two equations


@dataclass(frozen=True)
class _Comparison:
    """Comparisons of equations in one table of names."""

    terms: "Terms"
    names: "Names"
    assumptions: "Assumptions"
    pool: "Matrices | None" = None

    @classmethod
    def of(cls, answer: Setting) -> "_Comparison":
        from verify.equality.assumptions import Assumptions
        from verify.equality.terms import Terms

        terms, pool = Terms(), None
        if answer.matrices:
            from verify.equality.matrices import Matrices

            pool = Matrices(terms)
        return cls(terms, _names(answer), Assumptions.parse(answer.assumptions), pool)

    def read(self, text: str) -> tuple[Any, Any]:
        """The two sides; raises `ReadingError` for what is no equation."""
        return _sides(text, self.names, self.terms, self.pool)

    def decide(self, text: str, reference: str) -> Evidence:
        """Whether the equation `text` has the solutions of the equation `reference`."""
        response, expected = self.read(text), self.read(reference)
        if all(isinstance(side, int) for side in expected):
            if not all(isinstance(side, int) for side in response):
                return _refuted("The equation is between numbers, not matrices.")
            return self._decide_scalars(self._difference(*response), self._difference(*expected))
        if all(isinstance(side, int) for side in response):
            return _refuted("The equation is between matrices, not numbers.")
        assert self.pool is not None
        sides = (_residual(self.pool, response), _residual(self.pool, expected))
        return _decide_matrices(self.pool, *sides, self.assumptions)

    def _difference(self, left: int, right: int) -> int:
        return self.terms.add((left, self.terms.negate(right)))

    def _equal(self, left: int, right: int) -> Evidence:
        from verify.equality.decide import decide

        return decide(self.terms, left, right, self.assumptions)

    def _decide_scalars(self, response: int, expected: int) -> Evidence:
        trivial = self._trivial(response)
        if trivial is not None:
            return trivial
        factor = self._constant_factor(response, expected)
        if factor is not None:
            scaled = self.terms.multiply((self.terms.number(factor), expected))
            evidence = self._equal(response, scaled)
            if evidence.verdict is Verdict.PROVED:
                return self._accepted(evidence)
        return self._compare_solutions(response, expected)

    def _trivial(self, residual: int) -> Evidence | None:
        """Refuses ``x = x`` and ``1 = 2``."""
        if self._equal(residual, self.terms.zero).verdict is Verdict.PROVED:
            return _refuted(_ALWAYS_TRUE)
        return _refuted(_NEVER_TRUE) if not self.terms.variables(residual) else None

    def _constant_factor(self, response: int, expected: int) -> Fraction | None:
        """The ratio of the residuals at a point where both are rational numbers other than zero."""
        for _ in range(POINTS):
            point = self._random_point(response, expected)
            values = [self._number_at(side, point) for side in (response, expected)]
            if values[0] and values[1]:
                return values[0] / values[1]
        return None

    def _random_point(self, *terms: int) -> dict[str, int]:
        from random import SystemRandom

        random = SystemRandom()  # a point that a response could aim at would be no evidence
        names = sorted(set().union(*(self.terms.variables(term) for term in terms)))
        return {name: self.terms.number(Fraction(random.randint(2, 10**6), 7)) for name in names}

    def _number_at(self, term: int, point: Mapping[str, int]) -> Fraction | None:
        node = self.terms.key(self.terms.substitute(term, point))
        return Fraction(node[1]) if node[0] == "number" else None

    # ------------------------------------------------------------------ solutions of one in the other

    def _compare_solutions(self, response: int, expected: int) -> Evidence:
        """Solves one equation for a variable and puts the solution into the other one."""
        slopes: dict[str, int] = {}
        for name, slope, solution in self._solved(expected):
            evidence = self._equal(self.terms.substitute(response, {name: solution}), self.terms.zero)
            if evidence.verdict is Verdict.REFUTED and self._admitted(evidence, name, solution):
                return self._not_a_solution(evidence, "the reference", name, solution)
            if evidence.verdict is Verdict.PROVED:
                slopes[name] = slope
        for name, slope, solution in self._solved(response):
            evidence = self._equal(self.terms.substitute(expected, {name: solution}), self.terms.zero)
            if evidence.verdict is Verdict.REFUTED and self._admitted(evidence, name, solution):
                return self._not_a_solution(evidence, "the response", name, solution)
            both_ways = name in slopes and evidence.verdict is Verdict.PROVED
            if both_ways and self._nonzero(slope) and self._nonzero(slopes[name]):
                return self._accepted(evidence)
            extra = self._further_solutions(slope, response, expected)
            if extra is not None:
                return extra
        reason = "it was not decided whether both have the same solutions"
        return Evidence("", Verdict.UNDECIDED, method="equation", reason=reason)

    def _solved(self, residual: int) -> Iterator[tuple[str, int, int]]:
        """For each variable in which the residual is linear: its name, its coefficient and the solution."""
        terms = self.terms
        for name in sorted(terms.variables(residual)):
            try:
                slope = terms.differentiate(residual, name)
            except Undecidable:
                continue
            if name in terms.variables(slope) or self._equal(slope, terms.zero).verdict is not Verdict.REFUTED:
                continue
            rest = terms.substitute(residual, {name: terms.zero})
            yield name, slope, terms.negate(terms.multiply((rest, terms.reciprocal(slope))))

    def _nonzero(self, term: int) -> bool:
        """Whether a term is proved to be a nonzero number times powers of variables declared nonzero."""
        point = self._random_point(term)
        value = self._number_at(term, point)
        if not value:
            return False
        monomial = [self.terms.number(value)]
        for name, number in point.items():
            doubled = self.terms.multiply((self.terms.number(2), number))
            power = _power_of_two((self._number_at(term, {**point, name: doubled}) or Fraction(0)) / value)
            if power is None or (power and not self.assumptions.of(name).is_nonzero):
                return False
            scaled = self.terms.multiply((self.terms.variable(name), self.terms.reciprocal(number)))
            monomial.append(self.terms.power(scaled, self.terms.number(power)))
        return self._equal(term, self.terms.multiply(monomial)).verdict is Verdict.PROVED

    def _further_solutions(self, slope: int, response: int, expected: int) -> Evidence | None:
        """Refutes ``x*y = x*g``: where x is zero every y is a solution of the response, though not of the reference."""
        zero = self.terms.zero
        for name in sorted(self.terms.variables(slope)):
            if not self.assumptions.of(name).admits(Fraction(0)):
                continue
            always, expected_there = (self.terms.substitute(side, {name: zero}) for side in (response, expected))
            if self._equal(always, zero).verdict is not Verdict.PROVED:
                continue
            evidence = self._equal(expected_there, zero)
            if evidence.verdict is Verdict.REFUTED:
                return self._not_a_solution(evidence, "the response", name, zero)
        return None

    @staticmethod
    def _accepted(evidence: Evidence) -> Evidence:
        """The evidence for an accepted response; where a side is undefined somewhere, it keeps saying so."""
        scope = _SCOPE if evidence.scope in ("", "in general") else f"{_SCOPE}, {evidence.scope}"
        return replace(evidence, scope=scope, method="equation")

    def _admitted(self, evidence: Evidence, name: str, solution: int) -> bool:
        """Whether the value that was solved for lies in the set declared for the variable."""
        from verify.equality.assumptions import REAL

        assumption = self.assumptions.of(name)
        if assumption == REAL:
            return True
        at = evidence.counterexample.at if evidence.counterexample else {}
        value = self._value_at(solution, at, name).get(name)
        return value is not None and assumption.admits(Fraction(str(value)))

    def _not_a_solution(self, evidence: Evidence, whose: str, name: str, solution: int) -> Evidence:
        """Refutation by values that satisfy one equation and leave a residual in the other."""
        found = evidence.counterexample or Counterexample({}, "not zero", "0")
        other = "the response" if whose == "the reference" else "the reference"
        at = {**found.at, **self._value_at(solution, found.at, name)}
        return Evidence(
            "",
            Verdict.REFUTED,
            scope="in general",
            method="equation",
            reason=f"a solution of {whose} is no solution of {other}",
            counterexample=Counterexample(at, found.left, "0"),
            feedback="This equation does not have the same solutions.",
        )

    def _value_at(self, solution: int, at: Mapping[str, object], name: str) -> dict[str, object]:
        """The variable that was solved for, where its value at the point is rational."""
        try:
            point = {other: self.terms.number(Fraction(str(value))) for other, value in at.items()}
        except ValueError:
            return {}
        value = self._number_at(solution, point)
        return {} if value is None else {name: str(value)}


def same_solutions(terms: "Terms", response: int, expected: int, assumptions: "Assumptions") -> Evidence:
    """Whether the equations `response` = 0 and `expected` = 0 have the same solutions."""
    from verify.notation import Names

    return _Comparison(terms, Names(), assumptions)._decide_scalars(response, expected)


def _power_of_two(value: Fraction) -> int | None:
    return next((power for power in range(-8, 9) if value == Fraction(2) ** power), None)


def _refuted(feedback: str) -> Evidence:
    return Evidence("", Verdict.REFUTED, scope="in general", method="equation", feedback=feedback)


# ---------------------------------------------------------------------- matrices


def _decide_matrices(pool: "Matrices", found: "Matrix", wanted: "Matrix", assumptions: "Assumptions") -> Evidence:
    """Whether the residuals agree up to a rational factor, as they are or transposed."""
    from verify.equality.matrices import decide_matrices

    zero = pool.zero(found.shape.rows, found.shape.columns)
    if decide_matrices(pool, found, zero, assumptions).verdict is Verdict.PROVED:
        return _refuted(_ALWAYS_TRUE)
    refusals = []
    for candidate in (found, pool.transpose(found)):
        if candidate.shape != wanted.shape:
            continue
        evidence = _same_up_to_a_factor(pool, candidate, wanted, assumptions)
        if evidence.verdict is not Verdict.REFUTED:
            return evidence
        refusals.append(evidence)
    if not refusals:
        return _refuted("The two sides do not have the shape that they should.")
    return replace(refusals[0], scope=_MATRIX_SCOPE, method="equation", feedback="This is another equation.")


def _same_up_to_a_factor(pool: "Matrices", found: "Matrix", wanted: "Matrix", assumptions: "Assumptions") -> Evidence:
    from verify.equality.matrices import decide_matrices

    evidence = decide_matrices(pool, found, wanted, assumptions)
    factor = _ratio(evidence.counterexample) if evidence.verdict is Verdict.REFUTED else None
    if factor is not None:
        scaled = pool.scale(pool.terms.number(factor), wanted)
        evidence = decide_matrices(pool, found, scaled, assumptions)
    if evidence.verdict is not Verdict.PROVED:
        return evidence
    scope = _MATRIX_SCOPE if evidence.scope == "in general" else f"{_MATRIX_SCOPE}, {evidence.scope}"
    return replace(evidence, scope=scope, method="equation")


def _ratio(counterexample: Counterexample | None) -> Fraction | None:
    """The one rational number by which the left values are multiples of the right ones; None if there is none."""
    if counterexample is None:
        return None
    sides = (counterexample.left, counterexample.right)
    rows = [side if isinstance(side, list) else [[side]] for side in sides]
    try:
        values = [[Fraction(str(entry)) for row in side for entry in row] for side in rows]
    except ValueError:
        return None
    ratios = {left / right for left, right in zip(*values, strict=True) if right}
    if len(ratios) != 1 or any(left and not right for left, right in zip(*values, strict=True)):
        return None
    return ratios.pop() or None


def _residual(pool: "Matrices", sides: tuple[Any, Any]) -> "Matrix":
    """Left side minus right side; a side may be the number 0, or a multiple of the identity."""
    from verify.notation.values import MatrixExpressionValue

    first = next((side.expression for side in sides if isinstance(side, MatrixExpressionValue)), None)
    if first is None:
        raise ReadingError("an equation between matrices was expected", 0, "")
    left, right = (_as_matrix(pool, side, first) for side in sides)
    return pool.subtract(left, right)


def _as_matrix(pool: "Matrices", side: Any, like: "Matrix") -> "Matrix":
    from verify.notation.matrix_expressions import IdentityValue
    from verify.notation.values import MatrixExpressionValue

    if isinstance(side, MatrixExpressionValue):
        return side.expression
    if side == pool.terms.zero:
        return pool.zero(like.shape.rows, like.shape.columns)
    if isinstance(side, IdentityValue):
        return pool.scale(side.factor, pool.identity(like.shape.rows))
    raise ReadingError("a matrix was expected on both sides", 0, "", "write the number times I")
