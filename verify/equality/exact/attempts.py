"""The exact tier's attempts at one pair: as it stands, with sums over an index closed, with intervals straightened."""

from verify.equality.assumptions import Assumption, Assumptions
from verify.equality.domains import Survey
from verify.equality.exact.field import NowhereDefined
from verify.equality.exact.prove import difference
from verify.equality.terms import Terms
from verify.errors import BudgetExceeded, Undecidable


def prove(terms: Terms, left: int, right: int, seen: Survey, assumptions: Assumptions) -> str | None:
    """The name of the method that proves two terms equal wherever both are defined, or None.

    Raises Undecidable or BudgetExceeded, with the first obstacle met, where no attempt could be carried out.
    """
    if seen.over_index:
        return _prove_sums(terms, left, right, assumptions)
    obstacle: Undecidable | BudgetExceeded | None = None
    for attempt in (_as_it_stands, _with_straightened_intervals):
        try:
            if attempt(terms, left, right, seen, assumptions):
                return "exact"
        except (Undecidable, BudgetExceeded) as problem:
            obstacle = obstacle or problem
    if obstacle is not None:
        raise obstacle
    return None


def _prove_sums(terms: Terms, left: int, right: int, assumptions: Assumptions) -> str | None:
    from verify.equality.sums import close

    left, right = close(terms, left, assumptions), close(terms, right, assumptions)
    try:
        return "sums" if difference(terms, left, right, assumptions).is_zero else None
    except NowhereDefined as obstacle:  # closing a sum may divide by zero where the sum itself does not
        raise Undecidable(str(obstacle)) from None


def _as_it_stands(terms: Terms, left: int, right: int, seen: Survey, assumptions: Assumptions) -> bool:
    return difference(terms, left, right, assumptions, seen.order).is_zero


def _with_straightened_intervals(terms: Terms, left: int, right: int, seen: Survey, assumptions: Assumptions) -> bool:
    """Each variable of an interval written through one of at least zero: x < b as x = b - t, and so on."""
    values: dict[str, int] = {}
    known = assumptions
    for name in sorted(seen.names):
        assumption = assumptions.of(name)
        if assumption.is_empty or not _is_crooked(assumption):
            continue
        straight = name + " from its bound"
        values[name], domain = _straightened(terms, assumption, terms.variable(straight))
        known = known.with_assumption(straight, domain)
    if not values:
        return False
    return difference(terms, terms.substitute(left, values), terms.substitute(right, values), known).is_zero


def _is_crooked(assumption: Assumption) -> bool:
    """Whether bounds say more than the signs that the field knows about."""
    return assumption.upper is not None or (assumption.lower is not None and assumption.lower != 0)


def _straightened(terms: Terms, assumption: Assumption, fresh: int) -> tuple[int, Assumption]:
    """(the variable as a term in a fresh one, the domain of the fresh one).

    Between two bounds a <= x < b, x = (a + b t)/(1 + t).  An upper bound that is attained is left out here: every
    function of the exact tier but sign, floor and ceiling is continuous where it is defined, and those are refused.
    """
    from fractions import Fraction

    lower, upper, integer = assumption.lower, assumption.upper, assumption.integer
    zero = Fraction(0)
    if lower is not None and (upper is None or integer):
        domain = Assumption(lower=zero, lower_open=assumption.lower_open, integer=integer and lower.denominator == 1)
        return terms.add((terms.number(lower), fresh)), domain
    if lower is None and upper is not None:
        domain = Assumption(lower=zero, lower_open=assumption.upper_open, integer=integer and upper.denominator == 1)
        return terms.subtract(terms.number(upper), fresh), domain
    assert lower is not None
    assert upper is not None
    domain = Assumption(lower=zero, lower_open=assumption.lower_open)
    numerator = terms.add((terms.number(lower), terms.multiply((terms.number(upper), fresh))))
    return terms.divide(numerator, terms.add((terms.one, fresh))), domain
