"""The exact tier's attempts at one pair: as it stands, with sums over an index closed, with intervals straightened."""

from fractions import Fraction
from itertools import product

from verify.equality.assumptions import Assumption, Assumptions
from verify.equality.domains import Survey, linear_in_one_variable, open_conditions
from verify.equality.exact.field import NeedMoreGenerators, NeedUnit, NowhereDefined
from verify.equality.exact.prove import difference
from verify.equality.terms import Terms
from verify.errors import BudgetExceeded, Undecidable

MAXIMUM_CROOKED = 4
"""Most variables with bounds other than zero that are straightened."""


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
    crooked = [name for name in sorted(seen.names) if _is_crooked(assumptions.of(name))]
    if not crooked or len(crooked) > MAXIMUM_CROOKED:
        return False
    choices = [_straightened(terms, name, assumptions.of(name)) for name in crooked]
    return all(_piece_is_equal(terms, left, right, assumptions, piece) for piece in product(*choices))


def _piece_is_equal(
    terms: Terms, left: int, right: int, assumptions: Assumptions, piece: tuple["_Substitution", ...]
) -> bool:
    known = assumptions
    values = {}
    for name, value, fresh, domain in piece:
        values[name] = value
        known = known.with_assumption(fresh, domain)
    left, right = terms.substitute(left, values), terms.substitute(right, values)
    try:
        return difference(terms, left, right, known).is_zero
    except NowhereDefined:
        if any(domain.lower == domain.upper for *_, domain in piece):
            return True  # nothing to compare at an end of an interval where a side has no value
        raise


def _is_crooked(assumption: Assumption) -> bool:
    """Whether bounds say more than the signs that the field knows about."""
    return assumption.upper is not None or (assumption.lower is not None and assumption.lower != 0)


_Substitution = tuple[str, int, str, Assumption]
"""A variable, the term it is replaced by, the fresh variable of that term, and the fresh variable's set."""


def _straightened(terms: Terms, name: str, assumption: Assumption) -> list[_Substitution]:
    """Substitutions that together cover the variable's set.

    Between two bounds a <= x < b, x = (a + b t)/(1 + t) for t >= 0; an attained upper bound is a piece of its own.
    """
    fresh = name + " from its bound"
    variable = terms.variable(fresh)
    lower, upper, integer = assumption.lower, assumption.upper, assumption.integer
    if lower is not None and (upper is None or integer):
        return [
            (name, terms.add((terms.number(lower), variable)), fresh, _half_line(assumption.lower_open, integer, lower))
        ]
    if lower is None or upper is None:
        bound = upper if upper is not None else Fraction(0)
        value = terms.subtract(terms.number(bound), variable)
        return [(name, value, fresh, _half_line(assumption.upper_open, integer, bound))]
    numerator = terms.add((terms.number(lower), terms.multiply((terms.number(upper), variable))))
    value = terms.divide(numerator, terms.add((terms.one, variable)))
    pieces: list[_Substitution] = [(name, value, fresh, _half_line(assumption.lower_open, False, lower))]
    if not assumption.upper_open:
        pieces.append((name, terms.number(upper), fresh, Assumption(lower=upper, upper=upper)))
    return pieces


def _half_line(is_open: bool, integer: bool, bound: Fraction) -> Assumption:
    return Assumption(lower=Fraction(0), lower_open=is_open, integer=integer and bound.denominator == 1)


def angle_unit(terms: Terms, left: int, right: int, seen: Survey, assumptions: Assumptions) -> Fraction:
    """m where left - right is a multiple of m*pi, the same one on the whole domain; else raises Undecidable."""
    from verify.equality.exact.angles import is_continuous, multiple_of_pi

    _demand_connected_domain(terms, (left, right), assumptions)
    crooked = [name for name in seen.names if _is_crooked(assumptions.of(name))]
    choices = [_straightened(terms, name, assumptions.of(name)) for name in crooked]
    pieces = [choice[0] for choice in choices if len(choice) == 1]
    values = {name: value for name, value, _, _ in pieces}
    known = assumptions
    for _, _, fresh, domain in pieces:
        known = known.with_assumption(fresh, domain)
    sides = terms.substitute(left, values), terms.substitute(right, values)
    found = difference(terms, *sides, known, square_roots=True)
    if not is_continuous(found.field):
        raise Undecidable("inverse functions on a domain that may fall into pieces")
    try:
        return multiple_of_pi(found)
    except (NeedUnit, NeedMoreGenerators):
        raise Undecidable("inverse functions of nested roots") from None


def _demand_connected_domain(terms: Terms, roots: tuple[int, int], assumptions: Assumptions) -> None:
    """Both sides exist on a product of intervals: every condition holds there, or is what made the interval."""
    for root in roots:
        for kind, term in open_conditions(terms, root, assumptions):
            node = terms.nodes[term]
            interval = kind == "defined" and node[:2] in (("apply", "asin"), ("apply", "acos"))
            if not (interval and linear_in_one_variable(terms, node[2]) is not None):
                raise Undecidable("inverse functions on a domain that may fall into pieces")
