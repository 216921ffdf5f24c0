"""Whether two matrix expressions, or two scalars built from them, are equal for every size.

Search first, prove second: what was written is evaluated at random exact instances of several sizes, and one
difference refutes.  Only then are normal forms compared; equal ones prove equality in general.  Last, the entries at
one worked size are decided as scalar terms, which proves equality there and nowhere else.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from random import Random
from time import perf_counter

from verify.equality import matrix_polynomials as polynomials
from verify.equality.assumptions import Assumptions
from verify.equality.ball import _PRECISION_LOCK, fmpq
from verify.equality.flint_import import flint
from verify.equality.guard import demand_time
from verify.equality.matrix_evaluation import Evaluation, Grid, TermArithmetic, as_ball
from verify.equality.matrix_functions import with_fewer_functions
from verify.equality.matrix_instances import Instance, Scope, draw_instance, scope_of, size_choices
from verify.equality.matrix_normal import NormalForms
from verify.equality.matrix_polynomials import MINUS_UNIT, Polynomial
from verify.equality.matrix_pool import Matrices, Matrix, Symbol
from verify.equality.matrix_words import Combination, thaw
from verify.equality.sampling import SYSTEM_RANDOM
from verify.errors import BudgetExceeded, Undecidable
from verify.evidence import Counterexample, Evidence, Verdict

BUDGET_SECONDS = 10.0
PRECISION = 192
WRITTEN_DIGITS = 12
DRAWS_PER_SIZE = 2
REWRITING_ROUNDS = 12
MAXIMUM_ENTRIES = 30
WRITABLE = frozenset({"symmetric", "diagonal", "skew", "invertible"})
"""Properties of a symbol whose entries can be written as independent variables."""

METHOD = "matrix"
Side = Matrix | int


@dataclass(frozen=True, slots=True)
class _Question:
    """Two sides of one shape: matrices, or scalar terms as 1 x 1 matrices."""

    matrices: Matrices
    left: Matrix
    right: Matrix
    assumptions: Assumptions
    deadline: float

    def remaining(self) -> float:
        """Seconds that are left; raises BudgetExceeded where there are none."""
        demand_time()
        left = self.deadline - perf_counter()
        if left <= 0:
            raise BudgetExceeded("no time is left to compare matrix expressions")
        return left


def decide_matrices(
    matrices: Matrices,
    left: Matrix,
    right: Matrix,
    assumptions: Assumptions | None = None,
    *,
    claim: str = "",
    budget: float = BUDGET_SECONDS,
    random: Random = SYSTEM_RANDOM,
) -> Evidence:
    """Whether two matrix expressions are equal for all sizes and all entries that respect the declarations.

    `budget`: seconds after which no further step is begun.
    """
    started = perf_counter()
    question = _Question(matrices, left, right, assumptions or Assumptions(), started + budget)
    evidence = _decide(question, claim, random)
    return replace(evidence, seconds=perf_counter() - started)


def decide_scalars(
    matrices: Matrices,
    left: int,
    right: int,
    assumptions: Assumptions | None = None,
    *,
    claim: str = "",
    budget: float = BUDGET_SECONDS,
    random: Random = SYSTEM_RANDOM,
) -> Evidence:
    """Whether two scalar terms with traces, entries or dot products are equal for all sizes and entries."""
    one = matrices.identity(1)
    sides = matrices.scale(left, one), matrices.scale(right, one)
    return decide_matrices(matrices, *sides, assumptions, claim=claim, budget=budget, random=random)


def _decide(question: _Question, claim: str, random: Random) -> Evidence:
    if question.left.shape != question.right.shape:
        return _refuted_by_shape(question, claim)
    try:
        scope = scope_of(question.matrices, (question.left, question.right))
        choices = size_choices(scope, random, question.assumptions)
    except (Undecidable, BudgetExceeded) as error:
        return Evidence(claim, Verdict.UNDECIDED, method=METHOD, reason=str(error))
    try:
        counterexample, tried = _search(question, scope, choices, random)
    except (Undecidable, BudgetExceeded) as error:
        counterexample, tried, unevaluated = None, 0, str(error)
    else:
        unevaluated = ""
    if counterexample is not None:
        scope_text = _scope_text(counterexample.at, scope)
        return Evidence(claim, Verdict.REFUTED, scope_text, METHOD, counterexample=counterexample, tried=tried)
    return _prove(question, scope, claim, tried, unevaluated)


def _refuted_by_shape(question: _Question, claim: str) -> Evidence:
    left, right = question.left.shape, question.right.shape
    return Evidence(
        claim,
        Verdict.REFUTED,
        scope="in general",
        method=METHOD,
        reason=f"the shapes differ: {left} and {right}",
        counterexample=Counterexample({}, str(left), str(right)),
    )


def _scope_text(at: object, scope: Scope) -> str:
    assert isinstance(at, dict)
    return "at " + ", ".join(f"{name}={at[name]}" for name in scope.sizes) if scope.sizes else "at one instance"


# ---------------------------------------------------------------------- search


def _search(
    question: _Question, scope: Scope, choices: Sequence[dict[str, int]], random: Random
) -> tuple[Counterexample | None, int]:
    """The first, hence smallest, instance at which the sides differ, and how many defined ones were looked at."""
    tried = 0
    with _working_precision():
        for sizes in choices:
            for _ in range(DRAWS_PER_SIZE if scope.sizes else 1):
                question.remaining()
                instance = draw_instance(question.matrices, scope, sizes, question.assumptions, random)
                sides = None if instance is None else _values(question, instance)
                if instance is None or sides is None:
                    continue
                tried += 1
                if _differ(*sides):
                    left, right = (_written(grid) for grid in sides)
                    return Counterexample(instance.described(), left, right), tried
    return None, tried


@contextmanager
def _working_precision() -> Iterator[None]:
    with _PRECISION_LOCK:
        before = flint.ctx.prec
        flint.ctx.prec = PRECISION
        try:
            yield
        finally:
            flint.ctx.prec = before


def _values(question: _Question, instance: Instance) -> tuple[Grid, Grid] | None:
    """Both sides, or None where one of them is undefined."""
    try:
        grids = instance.evaluation.grids((question.left.number, question.right.number))
    except ZeroDivisionError:
        return None
    left, right = grids[question.left.number], grids[question.right.number]
    defined = all(
        isinstance(value, fmpq) or value.is_finite() for grid in (left, right) for row in grid for value in row
    )
    return (left, right) if defined else None


def _differ(left: Grid, right: Grid) -> bool:
    pairs = [pair for rows in zip(left, right, strict=True) for pair in zip(*rows, strict=True)]
    return any(_values_differ(first, second) for first, second in pairs)


def _values_differ(first: object, second: object) -> bool:
    if isinstance(first, fmpq) and isinstance(second, fmpq):
        return bool(first != second)
    return not as_ball(first).overlaps(as_ball(second))


def _written(grid: Grid) -> object:
    rows = [[str(value) if isinstance(value, fmpq) else value.str(WRITTEN_DIGITS) for value in row] for row in grid]
    return rows[0][0] if len(rows) == 1 and len(rows[0]) == 1 else rows


# ---------------------------------------------------------------------- proof


def _prove(question: _Question, scope: Scope, claim: str, tried: int, unevaluated: str) -> Evidence:
    reason = unevaluated or "the normal forms differ, and no instance tells them apart"
    try:
        question.remaining()
        if tried or _is_total(question):
            if question.left == question.right or _normal_forms_agree(question):
                unseen = "" if tried else "no instance that satisfies all that is declared was drawn"
                return Evidence(claim, Verdict.PROVED, "in general", METHOD, unseen, tried=tried)
        else:
            reason = unevaluated or "no instance at which both sides are defined was found"
        at_size = _prove_at_size(question, scope, claim, tried) if tried else None
        if at_size is not None:
            return at_size
    except RecursionError:
        reason = "the expression is nested too deeply"
    except (Undecidable, BudgetExceeded) as error:
        reason = str(error)
    return Evidence(claim, Verdict.UNDECIDED, f"{tried} instances", METHOD, reason=reason, tried=tried)


def _is_total(question: _Question) -> bool:
    """Whether both sides are defined at every instance, so that equality cannot hold for want of any."""
    matrices = question.matrices
    for number in matrices.reachable((question.left.number, question.right.number)):
        node = matrices.node(number)
        if node[0] == "inverse" or (node[0] in ("scale", "elementwise") and not matrices.terms.is_total(node[1])):
            return False
    return True


def _normal_forms_agree(question: _Question) -> bool:
    forms = NormalForms(question.matrices)
    words = forms.words
    difference = words.add(
        (forms.combination(question.left), words.scale(MINUS_UNIT, forms.combination(question.right)))
    )
    for _ in range(REWRITING_ROUNDS):
        question.remaining()
        difference = _without_zero_coefficients(question, difference)
        if not difference:
            return True
        simpler = _cleared(forms, difference)
        if simpler is None:
            simpler = with_fewer_functions(forms, difference, question.assumptions)
        if simpler is None:
            return False
        difference = simpler
    return not difference


def _without_zero_coefficients(question: _Question, difference: Combination) -> Combination:
    return {word: value for word, value in difference.items() if not _is_zero(question, value)}


def _is_zero(question: _Question, coefficient: Polynomial) -> bool:
    """Whether a coefficient that is no zero polynomial is zero all the same, such as sin^2 + cos^2 - 1."""
    terms = question.matrices.terms
    generators = [pair for monomial in coefficient for pair in monomial]
    if all(terms.key(term)[0] == "variable" and degree > 0 for term, degree in generators):
        return False
    from verify.equality.decide import decide

    term = polynomials.to_term(terms, coefficient)
    return decide(terms, term, terms.zero, question.assumptions, budget=question.remaining()).verdict is Verdict.PROVED


def _cleared(forms: NormalForms, difference: Combination) -> Combination | None:
    """The difference times an inverted sum that stands at an end of one of its words; zero only if it is zero."""
    words = forms.words
    for word in sorted(difference):
        for place, on_the_left in ((0, True), (-1, False)):
            letter = words.letters[word[place]] if word else None
            if letter is not None and letter.kind == "inverse":
                inverted = thaw(letter.data)
                pair = (inverted, difference) if on_the_left else (difference, inverted)
                return words.multiply(*pair)
    return None


# ---------------------------------------------------------------------- proof at one size


def _prove_at_size(question: _Question, scope: Scope, claim: str, tried: int) -> Evidence | None:
    """The verdict on every entry at one worked size, or None where the entries cannot be written as terms."""
    sizes = _worked_size(scope, question.assumptions)
    if sizes is None or scope.relations or scope.indices or question.matrices.constructions:
        return None
    if any(not symbol.properties <= WRITABLE for symbol in scope.symbols):
        return None
    from verify.equality.decide import decide

    terms = question.matrices.terms
    for left, right in _entries_at(question, sizes):
        if left == right:
            continue
        evidence = decide(terms, left, right, question.assumptions, budget=question.remaining())
        if evidence.verdict is not Verdict.PROVED:
            return None
    if not scope.sizes:
        return Evidence(claim, Verdict.PROVED, "in general", METHOD, tried=tried)
    scope_text = "at " + ", ".join(f"{name}={size}" for name, size in sizes.items())
    return Evidence(claim, Verdict.PROVED, scope_text, METHOD, "decided entry by entry at this size only", tried=tried)


def _worked_size(scope: Scope, assumptions: Assumptions) -> dict[str, int] | None:
    """Distinct sizes of at least two where the number of entries permits, so that a transpose cannot hide."""
    choices = size_choices(scope, SYSTEM_RANDOM, assumptions)
    ranked = sorted(
        choices,
        key=lambda choice: (min(choice.values(), default=0) < 2, -len(set(choice.values())), sum(choice.values())),
    )
    for choice in ranked:
        entries = sum(symbol.shape.rows.at(choice) * symbol.shape.columns.at(choice) for symbol in scope.symbols)
        if entries <= MAXIMUM_ENTRIES:
            return choice
    return None


def _entries_at(question: _Question, sizes: dict[str, int]) -> list[tuple[int, int]]:
    matrices, terms = question.matrices, question.matrices.terms
    symbols = {
        name: _entries_of(matrices, symbol, sizes)
        for name, symbol in matrices.symbols.items()
        if symbol.shape.rows.names | symbol.shape.columns.names <= set(sizes)
    }
    scalars = {name: terms.number(size) for name, size in sizes.items()}
    evaluation = Evaluation(matrices, TermArithmetic(terms), sizes, scalars, lambda name: symbols[name])
    grids = evaluation.grids((question.left.number, question.right.number))
    left, right = grids[question.left.number], grids[question.right.number]
    return [pair for rows in zip(left, right, strict=True) for pair in zip(*rows, strict=True)]


def _entries_of(matrices: Matrices, symbol: Symbol, sizes: dict[str, int]) -> Grid:
    rows, columns = symbol.shape.rows.at(sizes), symbol.shape.columns.at(sizes)
    return [[_entry(matrices, symbol, i, j) for j in range(columns)] for i in range(rows)]


def _entry(matrices: Matrices, symbol: Symbol, row: int, column: int) -> int:
    terms = matrices.terms
    if "diagonal" in symbol.properties and row != column:
        return terms.zero
    if "skew" in symbol.properties:
        if row == column:
            return terms.zero
        entry = terms.variable(f"{symbol.name}[{min(row, column)},{max(row, column)}]")
        return entry if row < column else terms.negate(entry)
    if "symmetric" in symbol.properties:
        row, column = min(row, column), max(row, column)
    return terms.variable(f"{symbol.name}[{row},{column}]")
