"""Proof: decide a claim's two expressions exactly, in general where a route exists, else at worked sizes.

The routes, best scope first:

1. scalars over scalar variables: in general;
2. sums with symbolic bounds, over the entries of vectors: in general, for every size;
3. words of matrices of any size: in general, for every size;
4. entries written out at small distinct sizes: proved at those sizes, and the scope says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import sympy as sp

from verify.claim import Claim
from verify.equality.assumptions import Assumptions
from verify.errors import BudgetExceeded, Undecidable, VerifyError
from verify.evidence import Counterexample, Evidence, Verdict
from verify.expressions import Entries, Exact, ExactNumbers, General, Scope, as_scalar, evaluate
from verify.instance import WorkedInstance

if TYPE_CHECKING:
    from verify.problem import Problem

Route = Callable[..., "Evidence | None"]


def prove(problem: Problem, claim: Claim) -> Evidence | None:
    """The exact evidence for a symbolic equality, or None where no route decides it."""
    if claim.symbolic is None or claim.symbolic[1] != "=":
        return None
    return decide_expressions(problem, claim.symbolic[0], claim.symbolic[2], dict(claim.sizes))


def decide_expressions(
    problem: Problem, left: sp.Basic, right: sp.Basic, sizes: Mapping[sp.Basic, int] | None = None
) -> Evidence | None:
    """The exact evidence that two expressions over a problem's symbols are equal or not, by the best route.

    Where `sizes` are given, the question is about these sizes only.
    """
    symbols = problem.expanded(left, right)
    has_matrices = any(isinstance(symbol, sp.MatrixSymbol) for symbol in symbols)
    at_sizes = partial(_at_worked_sizes, fixed=sizes or {})
    routes: tuple[Route, ...] = (_by_scalars, _by_sums)
    if has_matrices:
        routes = (at_sizes,) if sizes else (_by_sums, _by_words, at_sizes)
    binding = not problem.given.conditions and all(
        variable.domain.independent for variable in problem.given.variables.values() if variable.symbol in symbols
    )
    for route in routes:
        try:
            evidence = route(problem, left, right)
        except (Undecidable, BudgetExceeded):
            continue
        if evidence is None:
            continue
        if evidence.verdict is Verdict.PROVED or (evidence.verdict is Verdict.REFUTED and binding):
            return evidence
    return None


def assumptions_of(problem: Problem) -> Assumptions:
    """What the kernel may assume of every scalar: signs and wholeness of givens and sizes, and of entries by name."""
    words: dict[str, str] = {str(size.symbol): "positive,integer" for size in problem.given.sizes}
    for name, variable in problem.given.variables.items():
        words[name] = ",".join(variable.domain.assumptions)
    return Assumptions.parse(" ".join(f"{name}:{kinds}" for name, kinds in words.items() if kinds != "real"))


def entry_assumptions(problem: Problem, sizes: Mapping[sp.Basic, int]) -> Assumptions:
    """The same for the entries ``u_0``, ``W_0_1`` of vectors and matrices at given sizes."""
    declared = []
    for variable in problem.given.variables.values():
        words = ",".join(variable.domain.assumptions)
        if words != "real":
            declared += [f"{name}:{words}" for row in variable.entry_names(sizes) for name in row]
    return Assumptions.parse(" ".join(declared))


def _by_scalars(problem: Problem, left: sp.Basic, right: sp.Basic) -> Evidence:
    arithmetic = _exact()
    values = {symbol: arithmetic.variable(name) for name, symbol in problem.given.symbols().items()}
    scope = Scope(values, problem.definitions, arithmetic)
    first, second = (as_scalar(evaluate(side, scope)) for side in (left, right))
    if isinstance(first, np.ndarray) and isinstance(second, np.ndarray):  # matrices that are written out
        return replace(_decide_entries(arithmetic, first, second, assumptions_of(problem)), scope="in general")
    return replace(_decide(arithmetic, first, second, assumptions_of(problem)), scope="in general")


def _by_sums(problem: Problem, left: sp.Basic, right: sp.Basic) -> Evidence:
    arithmetic = General(_exact().terms)
    scope = Scope(symbolic_values(problem, arithmetic), problem.definitions, arithmetic)
    sides = [evaluate(side, scope) for side in (left, right)]
    if any(isinstance(side, Entries) for side in sides):
        row, column = arithmetic.variable("row"), arithmetic.variable("column")
        sides = [side[row, column] if isinstance(side, Entries) else side for side in sides]
    assumptions = assumptions_of(problem).merge(Assumptions.parse("row:natural column:natural"))
    # Whether it fails somewhere was searched before, on numbers: points of sums at symbolic sizes cost seconds.
    evidence = _decide(arithmetic, as_scalar(sides[0]), as_scalar(sides[1]), assumptions, search=False)
    if evidence.verdict is Verdict.REFUTED:
        raise Undecidable("a counterexample in sums over symbolic bounds is left to the search")
    return replace(evidence, scope="in general")


def symbolic_values(problem: Problem, arithmetic: ExactNumbers) -> dict[sp.Basic, Any]:
    """A value for every given, sizes included, that stays a symbol: terms, and `Entries` for vectors and matrices."""
    sizes: dict[sp.Basic, Any] = {symbol: arithmetic.variable(str(symbol)) for symbol in problem.given.size_symbols}
    scope = Scope(sizes, {}, arithmetic)
    values = dict(sizes)
    for name, variable in problem.given.variables.items():
        if not variable.shape:
            values[variable.symbol] = arithmetic.variable(name)
            continue
        rows, columns = (evaluate(sp.sympify(side), scope) for side in (*variable.shape, 1)[:2])
        assert isinstance(arithmetic, General), "vectors and matrices need the arithmetic of symbolic sizes"
        values[variable.symbol] = arithmetic.entries(name, rows, columns, vector=len(variable.shape) == 1)
    return values


def _by_words(problem: Problem, left: sp.Basic, right: sp.Basic) -> Evidence | None:
    from verify.words import decide_words

    return replace(decide_words(problem, left, right, assumptions_of(problem)), scope="in general")


def _at_worked_sizes(
    problem: Problem, left: sp.Basic, right: sp.Basic, fixed: Mapping[sp.Basic, int] = MappingProxyType({})
) -> Evidence:
    sizes = {**problem.given.worked_sizes(), **fixed}
    arithmetic = _exact()
    values: dict[sp.Basic, Any] = {symbol: arithmetic.number(Fraction(size)) for symbol, size in sizes.items()}
    for variable in problem.given.variables.values():
        names = variable.entry_names(sizes)
        array = np.empty((len(names), len(names[0])), dtype=object)
        for position in np.ndindex(array.shape):
            array[position] = arithmetic.variable(names[position[0]][position[1]])
        values[variable.symbol] = array if variable.shape else array[0, 0]
    scope = Scope(values, problem.definitions, arithmetic)
    sides = [np.atleast_2d(np.asarray(evaluate(side, scope), dtype=object)) for side in (left, right)]
    evidence = _decide_entries(arithmetic, sides[0], sides[1], entry_assumptions(problem, sizes))
    used = _sizes_of(problem, left, right)
    listed = ", ".join(f"{symbol}={size}" for symbol, size in sizes.items() if symbol in used)
    return replace(evidence, scope=f"at {listed}" if listed else "in general")


def _sizes_of(problem: Problem, *expressions: sp.Basic) -> set[sp.Basic]:
    """The sizes that expressions depend on, directly or through the shapes of their givens."""
    symbols = problem.expanded(*expressions)
    given = (each for each in problem.given.variables.values() if each.symbol in symbols)
    shapes = {symbol for variable in given for side in variable.shape for symbol in sp.sympify(side).free_symbols}
    return (symbols | shapes) & set(problem.given.size_symbols)


def prove_at(problem: Problem, claim: Claim, instance: WorkedInstance) -> Evidence:
    """The exact evidence for a symbolic claim at one instance; undecided where it cannot be evaluated exactly."""
    assert claim.symbolic is not None
    place = f"at the instance {instance.name!r}"
    try:
        arithmetic = _exact()
        left, right = (
            exact_value(problem, side, instance, arithmetic) for side in (claim.symbolic[0], claim.symbolic[2])
        )
    except VerifyError as error:
        return Evidence(claim.name, Verdict.UNDECIDED, place, "exact", reason=str(error))
    evidence = _decide_entries(arithmetic, left, right, Assumptions())
    return replace(evidence, claim=claim.name, scope=place, tried=1)


def exact_value(
    problem: Problem, expression: sp.Basic, instance: WorkedInstance, arithmetic: ExactNumbers | None = None
) -> np.ndarray:
    """The exact value of an expression at an instance: a 2-d array of constant `Exact` terms."""
    arithmetic = arithmetic or _exact()

    def lifted(value: Any) -> Any:
        if isinstance(value, np.ndarray):
            array = np.empty(value.shape, dtype=object)
            for position in np.ndindex(value.shape):
                array[position] = arithmetic.number(cast(Fraction, value[position]))
            return array
        return arithmetic.number(Fraction(value))

    values = {symbol: lifted(value) for symbol, value in instance.values.items()}
    value = evaluate(expression, Scope(values, problem.definitions, arithmetic))
    array = np.atleast_2d(np.asarray(value, dtype=object))
    for position in np.ndindex(array.shape):
        entry: Any = array[position]
        if not isinstance(entry, Exact):
            array[position] = arithmetic.number(Fraction(entry))
    return array


def _exact() -> ExactNumbers:
    from verify.equality.terms import Terms

    return ExactNumbers(Terms())


def _decide(
    arithmetic: ExactNumbers, left: Any, right: Any, assumptions: Assumptions, *, search: bool = True
) -> Evidence:
    from verify.equality.decide import decide

    nodes = [side.node if isinstance(side, Exact) else arithmetic.number(side).node for side in (left, right)]
    return decide(arithmetic.terms, nodes[0], nodes[1], assumptions, search=search)


def _decide_entries(
    arithmetic: ExactNumbers, left: np.ndarray, right: np.ndarray, assumptions: Assumptions
) -> Evidence:
    """One verdict for all entries: proved when every entry is, refuted when one is."""
    left, right = _aligned(left), _aligned(right)
    if left.shape != right.shape:
        counterexample = Counterexample({}, _shape_text(left), _shape_text(right))
        return Evidence("", Verdict.REFUTED, method="shape", counterexample=counterexample)
    undecided = None
    methods: list[str] = []
    for position in np.ndindex(left.shape):
        evidence = _decide(arithmetic, left[position], right[position], assumptions)
        if evidence.verdict is Verdict.REFUTED:
            return evidence
        if evidence.verdict is not Verdict.PROVED:
            undecided = evidence
        elif evidence.method not in methods:
            methods.append(evidence.method)
    strongest = [method for method in methods if method != "structural"] or methods
    # Not `or`: evidence that is undecided is false.
    return Evidence("", Verdict.PROVED, method=" and ".join(strongest)) if undecided is None else undecided


def _aligned(array: np.ndarray) -> np.ndarray:
    """A row of one entry and a column of one entry are the same scalar."""
    return array.reshape(1, 1) if array.size == 1 else array


def _shape_text(array: np.ndarray) -> str:
    return f"a {array.shape[0]}x{array.shape[1]} matrix"
