"""Relations: whether two equations, inequalities or lists of solutions hold for the same values of the variables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from verify.errors import BudgetExceeded, Undecidable
from verify.evidence import Evidence, Verdict
from verify.notation.values import LogicValue, RelationValue, SetValue, TupleValue

if TYPE_CHECKING:
    from verify.answers.comparison import Comparison

UNSETTLED = "it was not decided whether both relations hold for the same values"
SAYS_NOTHING = "neither side restricts the variables"
_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}
Solutions = tuple[str, SetValue]
"""A variable, and the values that it may have."""


class Relations:
    """Comparisons of relations within one comparison."""

    def __init__(self, comparison: Comparison) -> None:
        self.comparison, self.terms = comparison, comparison.terms
        self.total = True

    def of(self, left: Any, right: Any) -> Evidence:
        """The verdict on two relations, or combinations of relations by `and` and `or`."""
        solutions = self._solutions(left), self._solutions(right)
        if solutions[0] and solutions[1] and any(len(each.items) > 1 for _, each in solutions):  # type: ignore[misc]
            return self._same_solutions(*solutions)
        if self._is_equation(left) and self._is_equation(right):
            evidence = self._equations(left, right)
        else:
            try:
                evidence = self._as_statements(left, right)
            except Undecidable:
                evidence = self._part_by_part(left, right)
        if evidence.accepted is not None:
            return evidence
        found = self._in_one_variable(left, right)
        return evidence if found is None else found  # not `or`: a refutation is false

    def _in_one_variable(self, left: Any, right: Any) -> Evidence | None:
        from verify.answers.one_variable import same_statements

        try:
            return same_statements(self.terms, left, right, self.comparison.assumptions)
        except (Undecidable, BudgetExceeded):
            return None

    # ------------------------------------------------------------------ lists of solutions

    def _solutions(self, value: Any) -> Solutions | None:
        """The values of the one variable in ``x = 2``, ``x = 2 or x = 3``, ``x = 2, 3``, ``x ∈ {2, 3}``."""
        if isinstance(value, LogicValue):
            parts = [self._solutions(part) for part in value.parts]
            if value.operator != "or" or None in parts or len({part[0] for part in parts if part}) != 1:
                return None
            return parts[0][0], SetValue(tuple(item for part in parts if part for item in part[1].items))  # type: ignore[index]
        if not isinstance(value, RelationValue) or len(value.operands) != 2 or value.operators[0] not in ("=", "∈"):
            return None
        node = self.terms.key(value.operands[0]) if isinstance(value.operands[0], int) else ("",)
        items = self._listed(value.operands[1])
        if node[0] != "variable" or items is None or any(node[1] in self.terms.variables(item) for item in items):
            return None
        return node[1], SetValue(items)

    @staticmethod
    def _listed(value: Any) -> tuple[int, ...] | None:
        if isinstance(value, int):
            return (value,)
        is_list = isinstance(value, SetValue) or (isinstance(value, TupleValue) and not value.brackets)
        if is_list and all(isinstance(item, int) for item in value.items):
            return value.items
        return None

    def _same_solutions(self, left: Solutions | None, right: Solutions | None) -> Evidence:
        assert left is not None
        assert right is not None
        if left[0] != right[0]:
            return _undecided(f"solutions for {left[0]} are compared with solutions for {right[0]}")
        from verify.answers.regions import Regions

        return Regions(self.comparison).of(left[1], right[1])

    # ------------------------------------------------------------------ equations

    @staticmethod
    def _is_equation(value: Any) -> bool:
        return (
            isinstance(value, RelationValue)
            and value.operators == ("=",)
            and all(isinstance(operand, int) for operand in value.operands)
        )

    def _equations(self, left: RelationValue, right: RelationValue) -> Evidence:
        """The same residual up to a constant factor, or solutions of one tried in the other."""
        from verify.answers.equation import same_solutions

        residuals = [self.terms.subtract(*each.operands) for each in (left, right)]  # type: ignore[arg-type]
        zero = [self.comparison.scalars(each, self.terms.zero).verdict for each in residuals]
        if not all(self.terms.variables(each) for each in residuals) or zero == [Verdict.PROVED] * 2:
            return _undecided(SAYS_NOTHING)
        return same_solutions(self.terms, residuals[0], residuals[1], self.comparison.assumptions)

    # ------------------------------------------------------------------ statements that are true or false

    def _as_statements(self, left: Any, right: Any) -> Evidence:
        """Both as functions that are 1 where the statement holds, else 0."""
        from verify.equality.decide import decide

        self.total = True
        first, second = self._indicator(left), self._indicator(right)
        # Where an operand has no value the statement does not hold, which the function does not say.
        domain = "ignore" if self.total else "require"
        evidence = decide(self.terms, first, second, self.comparison.assumptions, domain=domain)
        if evidence.verdict is Verdict.REFUTED and evidence.method == "domain":
            return _undecided(UNSETTLED)
        return evidence

    def _indicator(self, value: Any) -> int:
        if isinstance(value, LogicValue):
            parts = [self._indicator(part) for part in value.parts]
            return self.terms.multiply(parts) if value.operator == "and" else self._any_of(parts)
        if not isinstance(value, RelationValue) or not all(isinstance(operand, int) for operand in value.operands):
            raise Undecidable("a relation between values that are not numbers")
        links = zip(value.operands, value.operators, value.operands[1:], strict=False)
        return self.terms.multiply([self._holds(operator, first, second) for first, operator, second in links])  # type: ignore[arg-type]

    def _holds(self, operator: str, first: int, second: int) -> int:
        if operator not in _FLIPPED:
            raise Undecidable(f"the relation {operator}")
        terms = self.terms
        self.total = self.total and terms.is_total(first) and terms.is_total(second)
        condition = terms.relation(operator, terms.subtract(first, second), terms.zero)
        return terms.piecewise([(terms.one, condition)], terms.zero)

    def _any_of(self, parts: list[int]) -> int:
        none = [self.terms.subtract(self.terms.one, part) for part in parts]
        return self.terms.subtract(self.terms.one, self.terms.multiply(none))

    # ------------------------------------------------------------------ other operands

    def _part_by_part(self, left: Any, right: Any) -> Evidence:
        """Proved where the same relations are written between equal operands; never refuted."""
        same_shape = type(left) is type(right) and isinstance(left, RelationValue) and left.operators == right.operators
        if not same_shape:
            return _undecided(UNSETTLED)
        evidence = self.comparison.all_of(list(zip(left.operands, right.operands, strict=True)))
        return evidence if evidence.verdict is Verdict.PROVED else _undecided(UNSETTLED)


def _undecided(reason: str) -> Evidence:
    return Evidence("", Verdict.UNDECIDED, reason=reason)
