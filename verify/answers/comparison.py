"""Comparison: whether two texts mean the same, for anyone: scalars, matrices, tuples, sets, intervals and relations.

Every letter is a real variable unless more is said.  The kinds must agree, up to the few spellings that one kind may
have (``[1, 2]`` is a list or an interval, ``1, 2`` a list or a set); then the parts are decided by the kernel.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from verify.answers.expression import exact_number
from verify.errors import BudgetExceeded, ReadingError, Undecidable, VerifyError
from verify.evidence import Counterexample, Evidence, Verdict

if TYPE_CHECKING:
    from verify.equality.assumptions import Assumptions
    from verify.equality.terms import Terms

LATEST_START = 0.5
"""Seconds of its budget that SymPy must still have to be asked at all."""


def compare(left: object, right: object, given: str = "", syntax: str = "auto", domain: str = "removable") -> Evidence:
    """The verdict on whether `left` equals `right`, within this process and without a limit of time.

    Raises BudgetExceeded where a caller's guard stops it, and nothing for any of the sides.
    """
    from verify.equality.terms import Terms

    terms = Terms()
    readings = _read_both(left, right, given, syntax, terms)
    if isinstance(readings, Evidence):
        return readings
    assumptions, values = readings
    try:
        return Comparison(terms, assumptions, domain).of(*values)
    except (BudgetExceeded, Undecidable) as error:
        return Evidence("", Verdict.UNDECIDED, reason=str(error))


def ask_sympy(left: object, right: object, given: str, syntax: str, undecided: Evidence, seconds: float) -> Evidence:
    """SymPy's opinion of two scalars on which the kernel is undecided, in a worker; `undecided` where it has none."""
    from verify.equality.sympy_border import simplify_tier
    from verify.equality.terms import Terms

    terms = Terms()
    readings = _read_both(left, right, given, syntax, terms)
    if seconds < LATEST_START or isinstance(readings, Evidence):
        return undecided
    assumptions, (first, second) = readings
    if not (isinstance(first, int) and isinstance(second, int)):
        return undecided
    found = simplify_tier(terms, first, second, assumptions, seconds=seconds)
    return found if found.verdict is Verdict.PROVED else undecided


def _read_both(
    left: object, right: object, given: str, syntax: str, terms: Terms
) -> tuple[Assumptions, tuple[Any, Any]] | Evidence:
    from verify.equality.assumptions import Assumptions

    try:
        assumptions = Assumptions.parse(given)
    except ReadingError as error:
        return _unreadable("given", error)
    values = []
    for side, text in (("left", left), ("right", right)):
        try:
            values.append(value_of(text, terms, syntax))
        except VerifyError as error:
            return _unreadable(side, error)
        except Exception as error:  # an object whose own methods fail is outside data, not our error
            return Evidence("", Verdict.UNREADABLE, reason=f"the {side} side failed with {type(error).__name__}")
    return assumptions, (values[0], values[1])


def _unreadable(side: str, error: VerifyError) -> Evidence:
    where = "the declaration of variables" if side == "given" else f"the {side} side"
    column = error.column if side == "left" and isinstance(error, ReadingError) else None
    return Evidence("", Verdict.UNREADABLE, reason=f"{where}: {error}", column=column)


def value_of(given: object, terms: Terms, syntax: str) -> Any:
    """The value of a text, a number or a SymPy expression; raises `ReadingError` for anything else."""
    from verify.notation import read

    if isinstance(given, str | bytes):
        return read(given, None, terms, syntax).value  # type: ignore[arg-type]
    number = exact_number(given)
    if number is not None:
        return terms.number(number)
    if type(given).__module__.partition(".")[0] == "sympy":
        from verify.equality.sympy_border import to_term

        return to_term(terms, given)
    raise ReadingError(f"text, a number or a SymPy expression was expected, not {type(given).__name__}", 0, "")


class Comparison:
    """One question: two values of a pool, with what is assumed of the variables."""

    def __init__(self, terms: Terms, assumptions: Assumptions, domain: str) -> None:
        self.terms, self.assumptions, self.domain = terms, assumptions, domain

    def of(self, left: Any, right: Any) -> Evidence:
        """The verdict on two values of any kind."""
        if isinstance(left, int) and isinstance(right, int):
            return self.scalars(left, right)
        from verify.notation.values import InfinityValue, MatrixValue, TupleValue, kind_of

        left, right = _alike(left, right)
        if isinstance(left, InfinityValue) and isinstance(right, InfinityValue):
            return _same("structural") if left.sign == right.sign else different(_named(left), _named(right))
        kinds = kind_of(left), kind_of(right)
        if isinstance(left, MatrixValue) and isinstance(right, MatrixValue):
            return self._matrices(left, right)
        if isinstance(left, TupleValue) and isinstance(right, TupleValue):
            return self._tuples(left, right)
        if set(kinds) <= {"set", "interval"}:
            from verify.answers.regions import Regions

            return Regions(self).of(left, right)
        if kinds == ("relation", "relation"):
            from verify.answers.relations import Relations

            return Relations(self).of(left, right)
        if kinds[0] != kinds[1]:
            return _other_kind(left, right)
        raise Undecidable(f"two of the kind {kinds[0]}")

    def scalars(self, left: int, right: int) -> Evidence:
        """The verdict on two terms."""
        from verify.equality.decide import decide

        return decide(self.terms, left, right, self.assumptions, domain=self.domain)

    def all_of(self, pairs: list[tuple[Any, Any]]) -> Evidence:
        """Proved when every pair is, refuted when one is, with every note that the pairs' verdicts make."""
        undecided: Evidence | None = None
        methods: dict[str, None] = {}
        notes: dict[str, None] = {}
        for left, right in pairs:
            evidence = self.of(left, right)
            if evidence.verdict is Verdict.REFUTED:
                return evidence
            if evidence.verdict is not Verdict.PROVED:
                undecided = evidence
            methods[evidence.method] = None
            notes |= {evidence.reason: None} if evidence.reason else {}
        if undecided is not None:  # not `or`: evidence that is undecided is false
            return undecided
        return Evidence("", Verdict.PROVED, "in general", " and ".join(methods), reason="; ".join(notes))

    def _matrices(self, left: Any, right: Any) -> Evidence:
        if left.shape != right.shape:
            return different(_named(left), _named(right))
        return self.all_of(
            [pair for rows in zip(left.rows, right.rows, strict=True) for pair in zip(*rows, strict=True)]
        )

    def _tuples(self, left: Any, right: Any) -> Evidence:
        if len(left.items) != len(right.items):
            return different(f"{len(left.items)} items", f"{len(right.items)} items")
        if not left.brackets and not right.brackets and all(map(is_relation, left.items + right.items)):
            from verify.answers.regions import Regions

            return Regions(self).members(left.items, right.items)  # each says what it is of, so order means nothing
        evidence = self.all_of(list(zip(left.items, right.items, strict=True)))
        if (
            evidence.verdict is Verdict.PROVED
            and len(left.items) == 2
            and {left.brackets, right.brackets} == {"()", "[]"}
        ):
            return undecided("the same as lists, and different as intervals, because one has round brackets")
        return evidence


def _alike(left: Any, right: Any) -> tuple[Any, Any]:
    """The two values where one spelling can mean two kinds, each read as the other one suggests."""
    return _read_as(left, right), _read_as(right, left)


def _read_as(value: Any, other: Any) -> Any:
    from verify.notation.values import (
        IntervalValue,
        LogicValue,
        MatrixValue,
        SetOperation,
        SetValue,
        TupleValue,
        as_interval,
    )

    if not isinstance(value, TupleValue):
        return value
    if isinstance(other, SetValue) and not value.brackets:
        return SetValue(value.items)
    if isinstance(other, LogicValue) and other.operator == "and" and not value.brackets:
        return LogicValue("and", value.items) if all(map(is_relation, value.items)) else value
    if isinstance(other, IntervalValue | SetOperation | SetValue):
        return as_interval(value) or value
    entries = tuple(item for item in value.items if isinstance(item, int))
    if isinstance(other, MatrixValue) and other.shape[1] == 1 and 0 < len(entries) == len(value.items):
        return MatrixValue(tuple((entry,) for entry in entries))  # a vector, written as a list
    return value


def is_relation(value: Any) -> bool:
    """Whether a value is a statement: a relation, or relations joined."""
    from verify.notation.values import kind_of

    return kind_of(value) == "relation"


def _other_kind(left: Any, right: Any) -> Evidence:
    """Refuted where values of different kinds cannot be the same thing written in another way."""
    from verify.notation.values import MatrixValue, TupleValue, as_interval, kind_of

    kinds = {kind_of(left), kind_of(right)}
    a_set = kinds & {"set", "interval"} or any(as_interval(side) is not None for side in (left, right))
    if "relation" in kinds and (a_set or any(_is_labelled(side) for side in (left, right))):
        return undecided(f"{_named(left)} is compared with {_named(right)}; write both in the same form")
    sizes = {
        len(side.items) if isinstance(side, TupleValue) else side.shape[0] * side.shape[1]
        for side in (left, right)
        if isinstance(side, TupleValue | MatrixValue)
    }
    rows = [side for side in (left, right) if isinstance(side, MatrixValue) and side.shape[0] == 1]
    if kinds == {"matrix", "tuple"} and rows and len(sizes) == 1:
        return undecided("a matrix of one row is compared with a list; write both in the same form")
    return different(_named(left), _named(right))


def _is_labelled(value: Any) -> bool:
    """Whether a relation is one equation, which may be a value with its name: ``x = 5``."""
    return getattr(value, "operators", None) == ("=",)


def _named(value: Any) -> str:
    from verify.notation.values import InfinityValue, MatrixValue, kind_of

    if isinstance(value, MatrixValue):
        rows, columns = value.shape
        return f"a {rows}x{columns} matrix"
    if isinstance(value, InfinityValue):
        return "infinity" if value.sign > 0 else "minus infinity"
    kind = kind_of(value)
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"


def _same(method: str) -> Evidence:
    return Evidence("", Verdict.PROVED, "in general", method)


def different(left: str, right: str) -> Evidence:
    """Refuted, because the two sides are what `left` and `right` say."""
    return Evidence("", Verdict.REFUTED, method="kind", counterexample=Counterexample({}, left, right))


def undecided(reason: str) -> Evidence:
    """Undecided, with the reason."""
    return Evidence("", Verdict.UNDECIDED, reason=reason)
