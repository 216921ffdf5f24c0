"""Sums and products over an index in closed or canonical form, for symbolic bounds.

Constant, polynomial and geometric bodies are summed (Faulhaber; Q(i+1) r^(i+1) - Q(i) r^i telescopes).  What is left is
a sum over a body with index-free factors pulled out, its index shifted and its bounds freed of constants, so that equal
sums become the same term.  All rules hold for every pair of whole bounds under Karr's convention (a sum from a to b is
minus the sum from b+1 to a-1 where b < a-1), which extends the usual one; so what they prove holds wherever both sides
are defined.  Source: M. Karr, "Summation in finite terms", J. ACM 28 (1981).
"""

from fractions import Fraction
from math import comb

from verify.equality.assumptions import Assumptions
from verify.equality.expansion import Expansion, Monomial
from verify.equality.terms import Terms
from verify.errors import BudgetExceeded, Undecidable

MAXIMUM_UNROLLED = 200
MAXIMUM_SPLIT = 16
MAXIMUM_DEGREE = 24


def close(terms: Terms, root: int, assumptions: Assumptions) -> int:
    """The term with every sum and product over an index replaced by its closed or canonical form."""
    done: dict[int, int] = {}
    for part in terms.reachable((root,)):
        node = terms.nodes[part]
        if node[0] in ("summation", "product"):
            rule = close_sum if node[0] == "summation" else close_product
            done[part] = rule(terms, done[node[1]], node[2], done[node[3]], done[node[4]], assumptions)
        else:
            done[part] = terms.remake(part, done)
    return done[root]


def close_sum(terms: Terms, body: int, index: str, low: int, high: int, assumptions: Assumptions) -> int:
    """The closed or canonical form of one sum."""
    explicit = _explicit(terms, body, index, low, high)
    if explicit is not None:
        return terms.add(explicit)
    expansion = Expansion(terms, index, assumptions)
    parts = []
    for monomial in expansion.collected(expansion.monomials(body)):
        if not monomial.atoms:
            total = _telescoped(terms, monomial, low, high)
        else:
            total = _canonical(expansion, monomial, low, high)
        parts.append(terms.multiply((monomial.coefficient, total)))
    return terms.add(parts)


def _whole(terms: Terms, term: int) -> int | None:
    node = terms.nodes[term]
    return int(node[1]) if node[0] == "number" and node[1].denominator == 1 else None


def _explicit(terms: Terms, body: int, index: str, low: int, high: int) -> list[int] | None:
    """The bodies at every index where both bounds are numbers; None where they are not, or far apart."""
    first, last = _whole(terms, low), _whole(terms, high)
    if first is None or last is None or last - first >= MAXIMUM_UNROLLED:
        return None
    if last < first - 1:
        raise Undecidable("a sum or product whose upper bound is below its lower one")
    return [terms.substitute(body, {index: terms.number(position)}) for position in range(first, last + 1)]


# ---------------------------------------------------------------------- closed forms


def _telescoped(terms: Terms, monomial: Monomial, low: int, high: int) -> int:
    """The sum of i^p r^i: Q(high + 1) r^(high + 1) - Q(low) r^low where r Q(i+1) - Q(i) = i^p."""
    if monomial.degree > MAXIMUM_DEGREE:
        raise BudgetExceeded("a power sum of high degree")
    after = terms.add((high, terms.one))
    if monomial.ratio is None or monomial.ratio == terms.one:
        coefficients = [terms.number(each) for each in _faulhaber(monomial.degree)]
        return terms.subtract(_polynomial(terms, coefficients, after), _polynomial(terms, coefficients, low))
    ratio = monomial.ratio
    coefficients = _geometric(terms, monomial.degree, ratio)
    top = terms.multiply((_polynomial(terms, coefficients, after), terms.power(ratio, after)))
    bottom = terms.multiply((_polynomial(terms, coefficients, low), terms.power(ratio, low)))
    return terms.subtract(top, bottom)


def _faulhaber(degree: int) -> list[Fraction]:
    """Coefficients, lowest first, of Q with Q(i+1) - Q(i) = i^degree and Q(0) = 0."""
    found = [Fraction(0)] * (degree + 2)
    for power in range(degree, -1, -1):
        known = sum((comb(above, power) * found[above] for above in range(power + 2, degree + 2)), Fraction(0))
        found[power + 1] = (Fraction(int(power == degree)) - known) / (power + 1)
    return found


def _geometric(terms: Terms, degree: int, ratio: int) -> list[int]:
    """Coefficients, lowest first, of Q with r Q(i+1) - Q(i) = i^degree."""
    scale = terms.reciprocal(terms.subtract(ratio, terms.one))
    found: dict[int, int] = {degree: scale}
    for power in range(degree - 1, -1, -1):
        above = [
            terms.multiply((terms.number(comb(other, power)), found[other])) for other in range(power + 1, degree + 1)
        ]
        found[power] = terms.multiply((terms.minus_one, ratio, scale, terms.add(above)))
    return [found[power] for power in range(degree + 1)]


def _polynomial(terms: Terms, coefficients: list[int], at: int) -> int:
    return terms.add(
        [
            terms.multiply((c, terms.power(at, terms.number(power)) if power else terms.one))
            for power, c in enumerate(coefficients)
        ]
    )


# ---------------------------------------------------------------------- canonical form


def _canonical(expansion: Expansion, monomial: Monomial, low: int, high: int) -> int:
    """The sum without its coefficient: index shifted so that atoms hold it bare, bounds freed of constants."""
    terms = expansion.terms
    body = expansion.term(monomial, without_coefficient=True)
    shift = expansion.offset(monomial)
    if shift:
        number = terms.number(shift)
        moved = terms.subtract(terms.variable(expansion.index), number)
        body = terms.substitute(body, {expansion.index: moved})
        low, high = terms.add((low, number)), terms.add((high, number))
        # The shift may have split a power of the index, and left factors free of it: r^(i - s) is r^-s r^i.
        parts = expansion.collected(expansion.monomials(body))
        totals = [
            _unshifted(expansion, part, low, high) if part.atoms else _telescoped(terms, part, low, high)
            for part in parts
        ]
        return terms.add([terms.multiply((p.coefficient, t)) for p, t in zip(parts, totals, strict=True)])
    return _split(terms, body, expansion.index, low, high)


def _unshifted(expansion: Expansion, monomial: Monomial, low: int, high: int) -> int:
    body = expansion.term(monomial, without_coefficient=True)
    return _split(expansion.terms, body, expansion.index, low, high)


def _split(terms: Terms, body: int, index: str, low: int, high: int) -> int:
    """Sum over the constant-free range, and the bodies at the few positions before and after it."""
    extra = []
    first = _whole(terms, low)
    if first is not None and -MAXIMUM_SPLIT < first < 1:
        extra += [_at(terms, body, index, terms.number(position)) for position in range(first, 1)]
        low = terms.one
    constant = _constant_part(terms, high)
    if constant and abs(constant) <= MAXIMUM_SPLIT:
        high = terms.subtract(high, terms.number(constant))
        for step in range(abs(constant)):
            position = terms.add((high, terms.number(step + 1 if constant > 0 else -step)))
            value = _at(terms, body, index, position)
            extra.append(value if constant > 0 else terms.negate(value))
    name = f"index {_depth(terms, body)}"
    renamed = terms.substitute(body, {index: terms.variable(name)})
    return terms.add([terms.summation(renamed, name, low, high), *extra])


def _at(terms: Terms, body: int, index: str, value: int) -> int:
    return terms.substitute(body, {index: value})


def _constant_part(terms: Terms, term: int) -> int:
    node = terms.nodes[term]
    if node[0] != "add":
        return 0
    numbers = [terms.nodes[child][1] for child in node[1] if terms.nodes[child][0] == "number"]
    return int(numbers[0]) if numbers and numbers[0].denominator == 1 else 0


def _depth(terms: Terms, body: int) -> int:
    depth: dict[int, int] = {}
    for part in terms.reachable((body,)):
        inside = max((depth[child] for child in terms.children(part)), default=0)
        depth[part] = inside + (terms.nodes[part][0] in ("summation", "product"))
    return depth[body]


# ---------------------------------------------------------------------- products


def close_product(terms: Terms, body: int, index: str, low: int, high: int, assumptions: Assumptions) -> int:
    """The closed or canonical form of one product."""
    explicit = _explicit(terms, body, index, low, high)
    if explicit is not None:
        return terms.multiply(explicit)
    expansion = Expansion(terms, index, assumptions)
    monomials = expansion.collected(expansion.monomials(body))
    if len(monomials) != 1:
        return _opaque_product(terms, body, index, low, high)
    monomial = monomials[0]
    count = terms.add((high, terms.negate(low), terms.one))
    parts = [terms.power(monomial.coefficient, count)]
    if monomial.degree:
        parts.append(terms.power(_rising(terms, index, low, high), terms.number(monomial.degree)))
    if monomial.ratio is not None:
        total = close_sum(terms, terms.variable(index), index, low, high, assumptions)
        parts.append(terms.power(monomial.ratio, total))
    for atom, exponent in monomial.atoms:
        node = terms.nodes[atom]
        if node[:2] == ("apply", "exp"):
            each = terms.apply("exp", (close_sum(terms, node[2], index, low, high, assumptions),))
        else:
            each = _opaque_product(terms, atom, index, low, high)
        parts.append(terms.power(each, terms.number(exponent)))
    return terms.multiply(parts)


def _rising(terms: Terms, index: str, low: int, high: int) -> int:
    """The product of the index itself: high!/(low - 1)! from a positive whole lower bound."""
    first = _whole(terms, low)
    if first is None or first < 1:
        return _opaque_product(terms, terms.variable(index), index, low, high)
    below = terms.apply("factorial", (terms.number(first - 1),))
    return terms.divide(terms.apply("factorial", (high,)), below)


def _opaque_product(terms: Terms, body: int, index: str, low: int, high: int) -> int:
    name = f"index {_depth(terms, body)}"
    return terms.product_over(terms.substitute(body, {index: terms.variable(name)}), name, low, high)
