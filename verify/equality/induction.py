"""Proof by induction over a whole variable, for sums over an index that have no closed form of their own.

With D = left - right, D(least) = 0 and D(n + 1) = D(n) for every n from the least value on.  Both sides must certainly
be defined at every such n: where D is undefined the chain would break.
"""

from collections.abc import Iterable
from fractions import Fraction

from verify.equality.assumptions import Assumption, Assumptions
from verify.equality.domains import Survey, open_conditions
from verify.equality.exact.prove import difference
from verify.equality.sums import close
from verify.equality.terms import Terms
from verify.errors import Undecidable


def prove_by_induction(terms: Terms, left: int, right: int, seen: Survey, assumptions: Assumptions) -> str | None:
    """The name of the variable the induction runs over, or None."""
    for name in sorted(seen.names):
        assumption = assumptions.of(name)
        least = assumption.smallest_integer() if assumption.integer else None
        if least is None or assumption.upper is not None or assumption.nonzero:
            continue
        if not _always_defined(terms, (left, right), assumptions):
            raise Undecidable("induction needs both sides defined at every whole number of the range")
        if _holds(terms, left, right, name, least, assumptions):
            return name
    return None


def _holds(terms: Terms, left: int, right: int, name: str, least: int, assumptions: Assumptions) -> bool:
    start = {name: terms.number(least)}
    if not _is_zero(terms, [(1, left, start), (-1, right, start)], assumptions):
        return False
    after = {name: terms.add((terms.variable(name), terms.one))}
    steps: list[tuple[int, int, dict[str, int]]] = [
        (1, left, after),
        (-1, left, {}),
        (-1, right, after),
        (1, right, {}),
    ]
    return _is_zero(terms, steps, assumptions)


def _is_zero(terms: Terms, parts: Iterable[tuple[int, int, dict[str, int]]], assumptions: Assumptions) -> bool:
    total = [
        terms.multiply((terms.number(sign), close(terms, terms.substitute(term, values), assumptions)))
        for sign, term, values in parts
    ]
    return difference(terms, terms.add(total), terms.zero, assumptions).is_zero


def _always_defined(terms: Terms, roots: tuple[int, int], assumptions: Assumptions) -> bool:
    pending = list(roots)
    known = assumptions
    while pending:
        root = pending.pop()
        for kind, term in open_conditions(terms, root, known):
            node = terms.nodes[term]
            if kind != "defined" or node[0] not in ("summation", "product"):
                return False
            _, body, index, low, high = node
            bound = terms.nodes[low]
            if bound[0] != "number" or index in known.known:
                return False
            known = known.with_assumption(index, Assumption(lower=Fraction(bound[1]), integer=True))
            if not _reaches(terms, high, bound[1], known):
                return False
            pending.append(body)
    return True


def _reaches(terms: Terms, high: int, low: Fraction, assumptions: Assumptions) -> bool:
    """Whether the upper bound is certainly a whole number of at least low - 1."""
    from verify.equality.domains import is_whole, sign_of_term

    gap = terms.add((high, terms.number(1 - low)))
    return is_whole(terms, high, assumptions) and sign_of_term(terms, gap, assumptions)[0]
