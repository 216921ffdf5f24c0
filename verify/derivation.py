"""Derivation: a chain of expressions, each related to the one before, each with a reason.

The shape is Lean's `calc` block: what is written here is what is rendered *and* what is checked, line by line, so that
a wrong line is found where it stands.  The whole chain is validated when the file is loaded.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy as sp

from verify.errors import ProblemError

RELATIONS = ("=", "<=", ">=")
SHAPE = '("=", expression, "reason")'


@dataclass(frozen=True)
class Step:
    """One line: how it relates to the line above, the expression, and the fact that justifies it."""

    relation: str
    expression: sp.Basic
    because: str


@dataclass(frozen=True)
class Derivation:
    """The first expression and the lines below it."""

    start: sp.Basic
    steps: tuple[Step, ...]

    @property
    def answer(self) -> sp.Basic:
        """The last line."""
        return self.steps[-1].expression if self.steps else self.start

    @property
    def lines(self) -> tuple[sp.Basic, ...]:
        return (self.start, *(step.expression for step in self.steps))

    @classmethod
    def parse(cls, place: str, chain: tuple[Any, ...], known: set[sp.Basic]) -> Derivation:
        """The derivation written as ``start, ("=", expression, "reason"), ...``.

        Raises `ProblemError` for a malformed line, an undeclared symbol, a shape that changes, or a vacuous line.
        """
        start = _expression(place, "the first expression", chain[0])
        _refuse_unknown_symbols(f"{place}, the first expression", start, known)
        steps: list[Step] = []
        previous = start
        for number, line in enumerate(chain[1:], 1):
            step = _step(f"{place}, line {number}", line)
            _refuse_unknown_symbols(f"{place}, line {number}", step.expression, known)
            _refuse_other_shape(f"{place}, line {number}", previous, step.expression)
            if step.relation == "=" and step.expression == previous:
                raise ProblemError(
                    f"{place}, line {number}",
                    f"it repeats the line above, {previous}: SymPy already treats the two as the same expression, so "
                    "checking them would prove nothing",
                    "Drop the line, or name a subexpression with `problem.let`.",
                )
            steps.append(step)
            previous = step.expression
        return cls(start, tuple(steps))


def _step(place: str, line: Any) -> Step:
    if not (isinstance(line, tuple) and len(line) == 3):
        raise ProblemError(place, f"found {line!r}", f"Write the line as {SHAPE}.")
    relation, expression, because = line
    if relation not in RELATIONS:
        raise ProblemError(
            place, f"found the relation {relation!r}", f"Use one of {', '.join(RELATIONS)}, as in {SHAPE}."
        )
    if not (isinstance(because, str) and because.strip()):
        raise ProblemError(place, "the reason is missing", f"Name the fact that justifies the line: {SHAPE}.")
    return Step(relation, _expression(place, "its expression", expression), because.strip())


def _expression(place: str, what: str, value: Any) -> sp.Basic:
    if isinstance(value, str):
        raise ProblemError(place, f"{what} is the text {value!r}", "Write SymPy expressions, not strings.")
    expression = sp.sympify(value)
    if isinstance(expression, sp.MatrixBase):
        expression = expression.as_immutable()
    refuse_infinite(place, what, expression)
    return expression


def refuse_infinite(place: str, what: str, expression: Any) -> None:
    """Raises `ProblemError` for nan and infinities, also inside an expression, and for what is no expression."""
    if not isinstance(expression, sp.Basic) or expression.has(sp.nan, sp.zoo, sp.oo, -sp.oo):
        raise ProblemError(place, f"{what} is {expression!r}", "It must be a finite expression.")


def _refuse_unknown_symbols(place: str, expression: sp.Basic, known: set[sp.Basic]) -> None:
    unknown = sorted(str(symbol) for symbol in free_symbols(expression) - known)
    if unknown:
        names = ", ".join(sorted(map(str, known))) or "none yet"
        raise ProblemError(place, f"{', '.join(unknown)} is not declared", f"Declared are {names}.")


def free_symbols(expression: sp.Basic) -> set[sp.Basic]:
    """The declared symbols an expression depends on: without bound indices and without random variables.

    SymPy's own `free_symbols` counts the indices of a `FunctionMatrix` or a sum inside a random variable as free.
    """
    if isinstance(expression, sp.Sum | sp.Product):
        bound = {limit[0] for limit in expression.limits}
        inside = free_symbols(expression.function)
        bounds = {symbol for limit in expression.limits for end in limit[1:] for symbol in free_symbols(end)}
        return (inside - bound) | (bounds - bound)
    if isinstance(expression, sp.Lambda):
        return free_symbols(expression.expr) - set(expression.variables)
    if type(expression).__name__ == "RandomSymbol":
        distribution = expression.pspace.distribution
        return set().union(*(free_symbols(argument) for argument in distribution.args))
    if isinstance(expression, sp.Symbol):
        return {expression}
    if isinstance(expression, sp.MatrixSymbol):
        return {expression}
    return set().union(*(free_symbols(argument) for argument in expression.args if isinstance(argument, sp.Basic)))


def _shape(expression: sp.Basic) -> tuple[sp.Expr, sp.Expr]:
    """Rows and columns; a scalar counts as 1x1, as in a textbook."""
    return expression.shape if getattr(expression, "is_Matrix", False) else (sp.Integer(1), sp.Integer(1))


def _refuse_other_shape(place: str, previous: sp.Basic, expression: sp.Basic) -> None:
    above, here = _shape(previous), _shape(expression)
    if any(sp.simplify(sp.sympify(a) - sp.sympify(b)) != 0 for a, b in zip(above, here, strict=True)):
        raise ProblemError(
            place,
            f"it has shape {here[0]} x {here[1]}, the line above {above[0]} x {above[1]}",
            "Both sides of a relation have the same shape; look for a missing transpose.",
        )
