"""Exact decision for real algebraic numbers, in FLINT's field of algebraic numbers (qqbar)."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from verify.equality.flint_import import flint  # noqa: F401 - the plain error, if it is missing
from verify.equality.terms import Terms
from verify.errors import BudgetExceeded, Undecidable

MAXIMUM_DEGREE = 64
MAXIMUM_EXPONENT = 200


def algebraic_equal(terms: Terms, left: int, right: int) -> bool:
    """Whether two terms without variables are the same algebraic number; raises Undecidable for other numbers."""
    from flint.types._gr import gr_real_qqbar_ctx

    order = terms.reachable((left, right))
    _bound_degree(terms, order)
    context = gr_real_qqbar_ctx.new()
    values: dict[int, Any] = {}
    try:
        for term in order:
            values[term] = _value(terms, term, values, context)
    except (ZeroDivisionError, ValueError, ArithmeticError) as error:
        raise Undecidable(f"not a real algebraic number ({error})") from None
    return bool(values[left] == values[right])


def _bound_degree(terms: Terms, order: Sequence[int]) -> None:
    """The product of the roots' degrees bounds the degree of the field they generate."""
    degree = 1
    for term in order:
        node = terms.nodes[term]
        if node[0] == "power" and terms.nodes[node[2]][0] == "number":
            exponent = terms.nodes[node[2]][1]
            degree *= exponent.denominator
            if abs(exponent.numerator) > MAXIMUM_EXPONENT:
                raise BudgetExceeded("an algebraic number to a high power")
        elif node[:2] == ("apply", "cbrt"):
            degree *= 3
    if degree > MAXIMUM_DEGREE:
        raise BudgetExceeded(f"algebraic numbers of a degree above {MAXIMUM_DEGREE}")


def _value(terms: Terms, term: int, values: dict[int, Any], context: Any) -> Any:
    node = terms.nodes[term]
    kind = node[0]
    if kind == "number":
        return context(node[1].numerator) / context(node[1].denominator)
    if kind in ("add", "multiply"):
        result = values[node[1][0]]
        for child in node[1][1:]:
            result = result + values[child] if kind == "add" else result * values[child]
        return result
    if kind == "power" and terms.nodes[node[2]][0] == "number":
        return _power(values[node[1]], Fraction(terms.nodes[node[2]][1]), context)
    if kind == "apply":
        return _function(node, values, context)
    raise Undecidable(f"a {kind} is not an algebraic number")


def _power(base: Any, exponent: Fraction, context: Any) -> Any:
    if exponent.denominator == 1:
        power = base ** abs(exponent.numerator)
    elif base.sgn() == context(-1):
        raise Undecidable("a root of a negative number")
    elif exponent.denominator == 2:
        power = base.sqrt() ** abs(exponent.numerator)
    elif base.is_zero():
        power = base
    else:
        return context.pow(base, context(exponent.numerator) / context(exponent.denominator))
    if exponent > 0:
        return power
    if power.is_zero():
        raise Undecidable("a division by zero")
    return context(1) / power


def _function(node: tuple[Any, ...], values: dict[int, Any], context: Any) -> Any:
    name = node[1]
    arguments = [values[child] for child in node[2:]]
    first = arguments[0]
    sign = first.sgn()
    if name == "abs":
        return -first if sign == context(-1) else first
    if name == "sign":
        return sign
    if name == "relu":
        return first if sign == context(1) else context(0)
    if name == "cbrt":
        third = context(1) / context(3)
        if sign == context(0):
            return first
        return context.pow(first, third) if sign == context(1) else -context.pow(-first, third)
    if name in ("max", "min"):
        better = context(1 if name == "max" else -1)
        for other in arguments[1:]:
            if (other - first).sgn() == better:
                first = other
        return first
    raise Undecidable(f"{name} of a number need not be algebraic")
