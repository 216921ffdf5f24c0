"""Variant: another instance of a problem, drawn from a seed, fit to be asked and to be worked by the same lines.

The problem's `@problem.variant` rule proposes numbers; without a rule, small integers are proposed.  A proposal is
taken when it makes a fair question: the givens lie in their sets, the assumptions hold, answers are whole where the
rule says so, and no mistake leads to the answer or to the value of another mistake, so that feedback can name the slip.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

from verify.claim import Claim, Sides
from verify.claims import wrong_value
from verify.crosscheck import crosscheck
from verify.equality.sympy_border import from_term
from verify.equality.terms import Terms
from verify.errors import ProblemError, VerifyError
from verify.evidence import Verdict
from verify.expressions import ExactNumbers, Scope
from verify.given import Variable
from verify.instance import WorkedInstance
from verify.part import Mistake, Part
from verify.proof import exact_value

if TYPE_CHECKING:
    from verify.problem import Problem

PROPOSALS = 1_000
LARGEST = 5  # products of a few numbers of this size can be worked out by hand


def draw(problem: Problem, seed: int) -> WorkedInstance:
    """The variant of a problem for a whole number; the same seed always gives the same numbers.

    Raises `ProblemError` that names the demand which failed most often when no proposal makes a fair question.
    """
    place = f"{problem.path.name}, variant {seed}"
    rng = np.random.default_rng([abs(seed), int(seed < 0)])
    unmet: Counter[str] = Counter()
    for _ in range(PROPOSALS):
        instance = WorkedInstance(f"variant {seed}", problem.exact_values(place, _proposal(problem, place, rng)))
        demand = next(_unmet_demands(problem, instance), None)
        if demand is None:
            return instance
        unmet[demand] += 1
    demand, times = unmet.most_common(1)[0]
    cure = "Propose other numbers in the rule of `@problem.variant`."
    raise ProblemError(place, f"no fair question in {PROPOSALS:,} proposals; {times:,} times {demand}", cure)


def worked(part: Part, instance: WorkedInstance) -> tuple[sp.Basic | None, ...]:
    """The exact value of every line of a part's derivation at an instance: a SymPy number or matrix.

    None for a line that has no value there, because it depends on a given that the instance leaves out.
    """
    lines = part.derivation.lines if part.derivation is not None else ()
    return tuple(_exact_sympy(part.problem, line, instance) for line in lines)


def _exact_sympy(problem: Problem, expression: sp.Basic, instance: WorkedInstance) -> sp.Basic | None:
    try:
        array = exact_value(problem, expression, instance)
        rows = [[from_term(entry.terms, entry.node) for entry in row] for row in array]
    except VerifyError:
        return None
    return rows[0][0] if array.size == 1 else sp.ImmutableMatrix(rows)


# What is proposed -----------------------------------------------------------------------------------------------------


def _proposal(problem: Problem, place: str, rng: np.random.Generator) -> dict[str, Any]:
    if problem.variant_rule is None:
        return _small_integers(problem, rng)
    rule = problem.variant_rule.draw
    try:
        values = rule(rng)
    except Exception as error:  # whatever a rule does wrong is told with its name, not with a traceback of ours
        found = f"the rule {rule.__name__} failed: {type(error).__name__}: {error}"
        raise ProblemError(place, found, "Call it with numpy.random.default_rng(0) to see the whole error.") from error
    if not isinstance(values, dict):
        found = f"the rule {rule.__name__} returned a {type(values).__name__}"
        raise ProblemError(place, found, "Return the givens by name, as in {'x': [1, 2], 'y': [3, 4]}.")
    return values


def _small_integers(problem: Problem, rng: np.random.Generator) -> dict[str, Any]:
    sizes = _sizes(problem, rng)
    variables = {name: each for name, each in problem.given.variables.items() if not each.is_array}
    entries = {name: _entries(variable, sizes, rng) for name, variable in variables.items()}
    return {**{str(symbol): size for symbol, size in sizes.items()}, **entries}


def _sizes(problem: Problem, rng: np.random.Generator) -> dict[sp.Basic, int]:
    """The small distinct sizes, of which one may be larger: at some sizes two mistakes give the same."""
    sizes = problem.given.worked_sizes()
    for size in problem.given.sizes:
        if size.at_most is None and any(other.at_most == size.symbol for other in problem.given.sizes):
            sizes[size.symbol] += int(rng.integers(0, 3))
    return sizes


def _entries(variable: Variable, sizes: dict[sp.Basic, int], rng: np.random.Generator) -> Any:
    words = variable.domain.assumptions
    low = 1 if "positive" in words else 0 if "nonnegative" in words else -LARGEST
    array = rng.integers(low, LARGEST, variable.extent(sizes), endpoint=True)
    return (array[0, 0], array[:, 0], array)[len(variable.shape)]


# What is demanded -----------------------------------------------------------------------------------------------------


def _unmet_demands(problem: Problem, instance: WorkedInstance) -> Iterator[str]:
    """What keeps an instance from being a fair question, one sentence each."""
    for name in problem.given.outside(instance.values):
        yield f"{name} was outside the set it ranges over"
    if problem.given.conditions and not _admitted(problem, instance):
        assumed = " and ".join(condition.because for condition in problem.given.conditions)
        yield f"an assumption failed ({assumed})"
    integral = problem.variant_rule is not None and problem.variant_rule.integral
    for part in problem.parts.values():
        if part.answer_rule is not None:
            yield from _taken_for_right(part, instance)
        if part.derivation is None:
            continue
        if part.asks is not None:
            problem.refuse_open(part.place, part.answer, instance)
            if integral and not _is_whole(_rational(problem, part.answer, instance)):
                yield f"the answer of part ({part.name}) was not whole"
        yield from _confused(part, instance)


def _admitted(problem: Problem, instance: WorkedInstance) -> bool:
    try:
        return problem.admits(instance.floats())
    except VerifyError:
        return False


def _rational(problem: Problem, expression: Any, instance: WorkedInstance) -> np.ndarray | None:
    """The value of an expression as an array of fractions; None where it has none, and for a function."""
    if not isinstance(expression, sp.Basic):
        return None
    arithmetic = ExactNumbers(Terms())
    try:
        array = exact_value(problem, expression, instance, arithmetic)
    except VerifyError:
        return None
    numbers = [[arithmetic.as_number(entry) for entry in row] for row in array]
    return None if any(None in row for row in numbers) else np.array(numbers, dtype=object)


def _is_whole(value: np.ndarray | None) -> bool:
    return value is not None and all(number.denominator == 1 for number in value.flat)


def _taken_for_right(part: Part, instance: WorkedInstance) -> Iterator[str]:
    """The mistakes that the computed answer of another kind does not refute at an instance."""
    answer = part.answer_at(instance)
    for mistake in part.mistakes:
        if answer.check(part.response_at(mistake, instance), part.identifier).verdict is not Verdict.REFUTED:
            yield f"in part ({part.name}), {mistake.name!r} was not refuted"


def _confused(part: Part, instance: WorkedInstance) -> Iterator[str]:
    """The pairs among the answer and the mistakes of a part that have the same value, as far as can be told."""
    if part.asks is None and not set(instance.values) >= _givens_of(part):
        return  # the instance is not about this part
    candidates = [Mistake("the answer", part.answer, ""), *part.mistakes]
    values = [_rational(part.problem, candidate.wrong, instance) for candidate in candidates]
    for (first, value), (second, other) in combinations(zip(candidates, values, strict=True), 2):
        if first.wrong == second.wrong and first is not candidates[0]:
            continue  # one slip under two names
        if value is not None and other is not None:
            differ = not np.array_equal(value, other)
        else:
            differ = _shown_to_differ(part, first, second, instance)
        if not differ:
            yield f"in part ({part.name}), {first.name!r} and {second.name!r} could not be told apart"


def _givens_of(part: Part) -> set[sp.Basic]:
    return part.problem.expanded(part.answer) & set(part.problem.given.symbols().values())


def _shown_to_differ(part: Part, first: Mistake, second: Mistake, instance: WorkedInstance) -> bool:
    def sides(scope: Scope) -> Sides:
        return wrong_value(part, first, scope), "=", wrong_value(part, second, scope)

    both_symbolic = isinstance(first.wrong, sp.Basic) and isinstance(second.wrong, sp.Basic)
    symbolic = (first.wrong, "=", second.wrong) if both_symbolic else None
    text = f"{first.name} differs from {second.name}"
    claim = Claim(f"{part.name}/variant", "mistake", text, sides, symbolic, differs=True, fixed=instance)
    try:
        return crosscheck(part.problem, claim).verdict is Verdict.PROVED
    except VerifyError:
        return False
