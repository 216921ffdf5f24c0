"""Mutants: expressions with one small error, to see whether the check of a line would notice it.

A check that cannot fail is a defect.  Every line of a derivation is damaged in the ways people slip: a sign, a
coefficient or exponent off by one, a dropped term or factor, a transpose, a shifted index, another function; and the
line's own claim must refute each.  A mutant that is an equivalent rewriting (its equality is proved) is not counted;
any other that survives is a weakness of the check, and is reported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp
from sympy.matrices.expressions.matexpr import MatrixElement

from verify.claim import Claim, Sides
from verify.claims import claim_of_step
from verify.crosscheck import search
from verify.derivation import Step
from verify.errors import ProblemError, VerifyError
from verify.estimate import Estimate
from verify.evidence import Verdict
from verify.expressions import Gradient, PartialDerivative, Scope
from verify.proof import decide_expressions

if TYPE_CHECKING:
    from verify.problem import Problem

EXAMPLES = 50
DAMAGE = 1e-3  # what an equality must notice, relative to the right-hand side
NOISE = 0.25  # what a simulation must notice
SLACK = 0.1  # how loose an inequality may be at its tightest instance


@dataclass(frozen=True)
class Mutant:
    """One damaged line: where it stands, what was done to it, the expression, and whether the check noticed.

    - `outcome`: ``caught``, ``survived``, or ``equivalent`` where it was proved to be the same expression.
    """

    place: str
    operator: str
    expression: sp.Basic
    outcome: str = ""


@dataclass(frozen=True)
class MutationScore:
    """How many mutants of one problem were caught."""

    problem: str
    mutants: tuple[Mutant, ...]

    def count(self, outcome: str) -> int:
        return sum(mutant.outcome == outcome for mutant in self.mutants)

    @property
    def survivors(self) -> list[Mutant]:
        return [mutant for mutant in self.mutants if mutant.outcome == "survived"]

    @property
    def share(self) -> float:
        """The share caught of those that are not equivalent rewritings; 1.0 where there are none."""
        counted = self.count("caught") + self.count("survived")
        return self.count("caught") / counted if counted else 1.0

    def __str__(self) -> str:
        caught, survived = self.count("caught"), self.count("survived")
        equivalent = self.count("equivalent")
        return f"{self.problem}: {caught} of {caught + survived} mutants caught, {equivalent} equivalent left out"


def score(problem: Problem, *, part: str | None = None) -> MutationScore:
    """The mutation score of a problem, or of one part."""
    return MutationScore(problem.id, tuple(judged(problem, mutant) for mutant in mutants_of(problem, part=part)))


def mutants_of(problem: Problem, *, part: str | None = None) -> Iterator[tuple[Mutant, sp.Basic, Step]]:
    """Every mutant of every line, with the line above and the line itself."""
    for question in problem.parts.values():
        if question.derivation is None or (part is not None and question.name != part):
            continue
        previous = question.derivation.start
        for number, step in enumerate(question.derivation.steps, 1):
            seen = {step.expression}
            for operator, expression in mutations(step.expression):
                if expression not in seen:
                    seen.add(expression)
                    yield Mutant(f"{question.name}/step-{number}", operator, expression), previous, step
            previous = step.expression


def judged(problem: Problem, candidate: tuple[Mutant, sp.Basic, Step]) -> Mutant:
    """The mutant with its outcome."""
    mutant, previous, step = candidate
    wrong = claim_of_step(mutant.place, previous, replace(step, expression=mutant.expression))
    try:
        symbols = problem.expanded(previous, mutant.expression)
        found = search(
            problem, replace(wrong, needs=_with_conditions(problem, symbols)), examples=EXAMPLES, shrink=False
        )
    except (VerifyError, ValueError, TypeError):
        return replace(mutant, outcome="caught")  # an error is noticed as well: the file would not pass
    if found.verdict is not Verdict.SUPPORTED:  # undecided, as where it is defined nowhere, is no pass either
        return replace(mutant, outcome="caught")
    if step.relation != "=":
        return replace(mutant, outcome="survived")
    same = decide_expressions(problem, *(_read_symmetrically(problem, e) for e in (step.expression, mutant.expression)))
    equivalent = same is not None and same.verdict is Verdict.PROVED
    return replace(mutant, outcome="equivalent" if equivalent else "survived")


def _read_symmetrically(problem: Problem, expression: sp.Basic) -> sp.Basic:
    """The expression with one way of writing each entry of a given symmetric matrix: transposes change nothing."""
    symmetric = {
        each.symbol for each in problem.given.variables.values() if "symmetric" in each.domain.properties and each.shape
    }

    def entry(parent: Any, *place: sp.Expr) -> sp.Basic:
        return MatrixElement(parent, *sorted(place, key=sp.default_sort_key))

    for matrix in symmetric:
        expression = expression.replace(sp.Transpose(matrix), matrix)
        expression = expression.replace(
            lambda e, m=matrix: isinstance(e, MatrixElement) and e.args[0] == m, lambda e: entry(*e.args)
        )
    return expression


def _with_conditions(problem: Problem, symbols: set[sp.Basic]) -> frozenset[sp.Basic]:
    return frozenset(symbols | problem.expanded(*(condition.relation for condition in problem.given.conditions)))


# The mutations --------------------------------------------------------------------------------------------------------


def mutations(expression: sp.Basic) -> Iterator[tuple[str, sp.Basic]]:
    """Every expression that differs from this one by a single slip, with the name of the slip."""
    yield from _here(expression)
    if isinstance(expression, Gradient | PartialDerivative):
        f, wrt = expression.args
        for operator, changed in mutations(f):
            yield operator, expression.func(changed, wrt)
        return
    if isinstance(expression, sp.MatrixSymbol | sp.Symbol | sp.Number) or _is_random(expression):
        return
    for position, argument in enumerate(expression.args):
        if not isinstance(argument, sp.Basic):
            continue
        for operator, changed in mutations(argument):
            arguments = [*expression.args[:position], changed, *expression.args[position + 1 :]]
            rebuilt = _rebuilt(expression, arguments)
            if rebuilt is not None:
                yield operator, rebuilt


def _is_random(expression: sp.Basic) -> bool:
    return type(expression).__name__ == "RandomSymbol"


def _rebuilt(expression: sp.Basic, arguments: list[sp.Basic]) -> sp.Basic | None:
    """The expression with other arguments, or None where shapes no longer fit: such a slip is noticed on loading."""
    try:
        rebuilt = expression.func(*arguments)
    except (ValueError, TypeError, AttributeError, NotImplementedError, IndexError):
        return None
    finite = isinstance(rebuilt, sp.Basic) and not rebuilt.has(sp.nan, sp.zoo, sp.oo)
    return rebuilt if finite and _shape(rebuilt) == _shape(expression) else None


def _shape(expression: sp.Basic) -> Any:
    return getattr(expression, "shape", ())


def _here(expression: sp.Basic) -> Iterator[tuple[str, sp.Basic]]:
    for applies, operators in OPERATORS:
        if isinstance(expression, applies):
            for name, changed in operators(expression):
                if changed is not None and changed != expression and _shape(changed) == _shape(expression):
                    yield name, changed


def _sums(expression: Any) -> Iterator[tuple[str, Any]]:
    for position, term in enumerate(expression.args):
        others = [*expression.args[:position], *expression.args[position + 1 :]]
        yield "sign", _rebuilt(expression, [*others, -term])
        yield "dropped term", _rebuilt(expression, others) if len(others) > 1 else others[0]


def _products(expression: Any) -> Iterator[tuple[str, Any]]:
    yield "sign", -expression
    yield "coefficient", 2 * expression
    for position in range(len(expression.args)):
        others = [*expression.args[:position], *expression.args[position + 1 :]]
        if len(others) > 1:
            yield "dropped factor", _rebuilt(expression, others)
    if isinstance(expression, sp.MatMul):
        factors = list(expression.args)
        for position in range(len(factors) - 1):
            swapped = [*factors[:position], factors[position + 1], factors[position], *factors[position + 2 :]]
            yield "order of factors", _rebuilt(expression, swapped)


def _powers(expression: Any) -> Iterator[tuple[str, Any]]:
    base, exponent = expression.args
    yield "exponent", _rebuilt(expression, [base, exponent + 1])
    yield "exponent", _rebuilt(expression, [base, exponent - 1])


def _numbers(expression: Any) -> Iterator[tuple[str, Any]]:
    yield "coefficient", expression + 1
    yield "coefficient", expression - 1
    yield "sign", -expression


def _symbols(expression: Any) -> Iterator[tuple[str, Any]]:
    if not expression.is_integer:
        yield "sign", -expression


def _matrices(expression: Any) -> Iterator[tuple[str, Any]]:
    yield "sign", -expression
    if expression.shape[0] == expression.shape[1] and expression.shape[0] != 1:
        yield "transpose", sp.Transpose(expression)


def _transposes(expression: Any) -> Iterator[tuple[str, Any]]:
    yield "transpose", expression.arg


def _elements(expression: Any) -> Iterator[tuple[str, Any]]:
    parent, i, j = expression.args
    for shift in (1, -1):
        if parent.valid_index(i + shift, j):
            yield "index shift", MatrixElement(parent, i + shift, j)
    if parent.shape[1] != 1 and parent.valid_index(j, i):
        yield "transpose", _rebuilt(expression, [parent, j, i])


def _bounds(expression: Any) -> Iterator[tuple[str, Any]]:
    index, low, high = expression.limits[0]
    rest = expression.limits[1:]
    for name, bounds in (("lower bound", (low + 1, high)), ("upper bound", (low, high - 1))):
        yield name, expression.func(expression.function, (index, *bounds), *rest)


def _functions(expression: Any) -> Iterator[tuple[str, Any]]:
    yield "sign", -expression
    yield "dropped function", expression.args[0]


OPERATORS: tuple[tuple[Any, Callable[[Any], Iterator[tuple[str, Any]]]], ...] = (
    ((sp.Add, sp.MatAdd), _sums),
    ((sp.Mul, sp.MatMul), _products),
    (sp.Pow, _powers),
    (sp.Rational, _numbers),
    (sp.Symbol, _symbols),
    (sp.MatrixSymbol, _matrices),
    (sp.Transpose, _transposes),
    (MatrixElement, _elements),
    (sp.Sum, _bounds),
    (sp.Function, _functions),
)


# Damaged copies of any claim ------------------------------------------------------------------------------------------


def damaged(claim: Claim) -> Claim:
    """A copy of a claim with one side slightly off, which its own search must refute."""

    def sides(scope: Scope) -> Sides:
        return _damaged(*claim.sides(scope))

    return replace(claim, sides=sides, symbolic=None)


def _damaged(left: Any, relation: str, right: Any) -> Sides:
    if isinstance(right, Estimate) and not isinstance(left, Estimate):
        left, right = right, left
        relation = {"=": "=", "<=": ">=", ">=": "<="}[relation]
    amount = NOISE if isinstance(left, Estimate) else DAMAGE if relation == "=" else SLACK
    if isinstance(right, Estimate):
        moved: Any = Estimate(right.value * (1 + amount) + amount, right.standard_error)
        return left, relation, moved
    value = np.asarray(right)
    if value.dtype == object or not np.issubdtype(value.dtype, np.number):
        raise ProblemError("a claim", f"its right side is {right!r}", "Return numbers or arrays.")
    if relation == "=":
        return left, relation, value * (1 + amount) + amount
    shift = np.abs(value) * amount
    return left, relation, value - shift if relation == "<=" else value + shift
