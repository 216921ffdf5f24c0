"""Comparison: whether two texts mean the same, for anyone: scalars, matrices, tuples, sets, intervals and relations.

Every letter is a real variable unless more is said; the kinds must agree, and then the parts are decided by the kernel.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from verify.answers.expression import exact_number
from verify.errors import BudgetExceeded, ReadingError, Undecidable, VerifyError
from verify.evidence import Counterexample, Evidence, Verdict

if TYPE_CHECKING:
    from verify.equality.assumptions import Assumptions
    from verify.equality.terms import Terms


def compare(left: object, right: object, given: str = "", syntax: str = "auto", domain: str = "ignore") -> Evidence:
    """The verdict on whether `left` equals `right`; never raises for any of them."""
    from verify.equality.assumptions import Assumptions
    from verify.equality.terms import Terms

    terms = Terms()
    try:
        assumptions = Assumptions.parse(given)
    except ReadingError as error:
        return _unreadable("given", error)
    values = []
    for side, given_side in (("left", left), ("right", right)):
        try:
            values.append(_value(given_side, terms, syntax))
        except ReadingError as error:
            return _unreadable(side, error)
        except VerifyError as error:
            return Evidence("", Verdict.UNREADABLE, reason=f"the {side} side: {error}")
    try:
        return _Comparison(terms, assumptions, domain).of(*values)
    except (BudgetExceeded, Undecidable) as error:
        return Evidence("", Verdict.UNDECIDED, reason=str(error))


def _unreadable(side: str, error: ReadingError) -> Evidence:
    where = "the declaration of variables" if side == "given" else f"the {side} side"
    column = error.column if side == "left" else None
    return Evidence("", Verdict.UNREADABLE, reason=f"{where}: {error}", column=column)


def _value(given: object, terms: Terms, syntax: str) -> Any:
    from verify.notation import read
    from verify.notation.values import InfinityValue

    if isinstance(given, str | bytes):
        reading = read(given, None, terms, syntax)  # type: ignore[arg-type]
        if isinstance(reading.value, InfinityValue):
            raise ReadingError("infinity is not a value that can be compared", 0, reading.text)
        return reading.value
    number = exact_number(given)
    if number is not None:
        return terms.number(number)
    if type(given).__module__.partition(".")[0] == "sympy":
        from verify.equality.sympy_border import to_term

        return to_term(terms, given)  # type: ignore[arg-type]
    raise ReadingError(f"text, a number or a SymPy expression was expected, not {type(given).__name__}", 0, "")


class _Comparison:
    """One question: two values of a pool, with what is assumed of the variables."""

    def __init__(self, terms: Terms, assumptions: Assumptions, domain: str) -> None:
        self.terms, self.assumptions, self.domain = terms, assumptions, domain

    def of(self, left: Any, right: Any) -> Evidence:
        """The verdict on two values of any kind."""
        from verify.notation.values import MatrixValue, SetValue, TupleValue, kind_of

        if isinstance(left, int) and isinstance(right, int):
            return self._scalars(left, right)
        if kind_of(left) != kind_of(right):
            return _different(f"a {kind_of(left)}", f"a {kind_of(right)}")
        if isinstance(left, MatrixValue):
            if left.shape != right.shape:
                return _different(*(f"a {rows}x{columns} matrix" for rows, columns in (left.shape, right.shape)))
            pairs = [pair for rows in zip(left.rows, right.rows, strict=True) for pair in zip(*rows, strict=True)]
            return self._all(pairs)
        if isinstance(left, TupleValue):
            if len(left.items) != len(right.items):
                return _different(f"{len(left.items)} items", f"{len(right.items)} items")
            return self._all(list(zip(left.items, right.items, strict=True)))
        if isinstance(left, SetValue):
            return self._sets(left.items, right.items)
        raise Undecidable(f"two of the kind {kind_of(left)}")

    def _scalars(self, left: int, right: int) -> Evidence:
        from verify.equality.decide import decide

        return decide(self.terms, left, right, self.assumptions, domain=self.domain)

    def _all(self, pairs: list[tuple[Any, Any]]) -> Evidence:
        undecided: Evidence | None = None
        methods: dict[str, None] = {}
        for left, right in pairs:
            evidence = self.of(left, right)
            if evidence.verdict is Verdict.REFUTED:
                return evidence
            if evidence.verdict is not Verdict.PROVED:
                undecided = evidence
            methods[evidence.method] = None
        if undecided is not None:  # not `or`: evidence that is undecided is false
            return undecided
        return Evidence("", Verdict.PROVED, "in general", " and ".join(methods))

    def _sets(self, left: tuple[Any, ...], right: tuple[Any, ...]) -> Evidence:
        """Equal when every member of each is proved equal to one of the other; refuted when one differs from all."""
        undecided: Evidence | None = None
        for here, there in ((left, right), (right, left)):
            for member in here:
                found = [self.of(member, other) for other in there]
                if any(evidence.verdict is Verdict.PROVED for evidence in found):
                    continue
                if all(evidence.verdict is Verdict.REFUTED for evidence in found):
                    return _different("a member that the other set has not", "only common members")
                undecided = next(evidence for evidence in found if evidence.verdict is not Verdict.REFUTED)
        if undecided is not None:
            return replace(undecided, verdict=Verdict.UNDECIDED)
        return Evidence("", Verdict.PROVED, "in general", "exact")


def _different(left: str, right: str) -> Evidence:
    return Evidence("", Verdict.REFUTED, method="kind", counterexample=Counterexample({}, left, right))
