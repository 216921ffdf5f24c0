"""Derivatives of terms, in one forward sweep over the shared subterms."""

from collections.abc import Callable
from fractions import Fraction

from verify.equality.terms import Terms
from verify.errors import Undecidable

Rule = Callable[[Terms, int], int]


def differentiate(terms: Terms, term: int, variable: str) -> int:
    """The derivative of a term by a variable; shared subterms are differentiated once."""
    derivative: dict[int, int] = {}
    inside_binders = _below_binders(terms, term)
    for part in terms.reachable((term,)):
        if part in inside_binders:
            continue
        derivative[part] = _one(terms, part, variable, derivative)
    return derivative[term]


def _below_binders(terms: Terms, term: int) -> set[int]:
    """Terms that occur only inside sums over an index, which are differentiated with their sum."""
    outside: set[int] = set()
    stack = [term]
    while stack:
        part = stack.pop()
        if part in outside:
            continue
        outside.add(part)
        if terms.key(part)[0] not in ("summation", "product", "relation"):
            stack.extend(terms.children(part))
    return set(terms.reachable((term,))) - outside


def _one(terms: Terms, part: int, variable: str, derivative: dict[int, int]) -> int:
    node = terms.key(part)
    kind = node[0]
    if kind == "variable":
        return terms.one if node[1] == variable else terms.zero
    if kind in ("number", "constant", "relation"):
        return terms.zero
    if kind == "add":
        return terms.add([derivative[child] for child in node[1]])
    if kind == "multiply":
        return _product_rule(terms, node[1], derivative)
    if kind == "power":
        return _power_rule(terms, node[1], node[2], derivative)
    if kind == "apply":
        return _chain_rule(terms, part, derivative)
    if kind == "piecewise":
        branches = [(derivative[value], condition) for value, condition in node[1]]
        return terms.piecewise(branches, derivative[node[2]])
    return _of_binder(terms, part, variable)


def _of_binder(terms: Terms, part: int, variable: str) -> int:
    if variable not in terms.variables(part):
        return terms.zero
    node = terms.key(part)
    if node[0] == "summation" and variable not in terms.variables(node[3]) | terms.variables(node[4]):
        return terms.summation(differentiate(terms, node[1], variable), node[2], node[3], node[4])
    raise Undecidable(f"no rule for the derivative of a {node[0]} by {variable}")


def _product_rule(terms: Terms, factors: tuple[int, ...], derivative: dict[int, int]) -> int:
    parts = []
    for position, factor in enumerate(factors):
        if derivative[factor] != terms.zero:
            parts.append(terms.multiply((*factors[:position], derivative[factor], *factors[position + 1 :])))
    return terms.add(parts)


def _power_rule(terms: Terms, base: int, exponent: int, derivative: dict[int, int]) -> int:
    exponent_node = terms.key(exponent)
    if exponent_node[0] == "number":
        lower = terms.power(base, terms.number(exponent_node[1] - 1))
        return terms.multiply((exponent, lower, derivative[base]))
    parts = []
    if derivative[base] != terms.zero:
        lower = terms.power(base, terms.subtract(exponent, terms.one))
        parts.append(terms.multiply((exponent, lower, derivative[base])))
    if derivative[exponent] != terms.zero:
        growth = terms.multiply((terms.power(base, exponent), terms.apply("log", (base,))))
        parts.append(terms.multiply((growth, derivative[exponent])))
    return terms.add(parts)


def _chain_rule(terms: Terms, part: int, derivative: dict[int, int]) -> int:
    _, function, *arguments = terms.key(part)
    if all(derivative[argument] == terms.zero for argument in arguments):
        return terms.zero
    if function in ("max", "min"):
        return _derivative_of_extremum(terms, function, arguments, derivative)
    if function == "log" and len(arguments) == 2:
        if derivative[arguments[1]] != terms.zero:
            raise Undecidable("no rule for the derivative of a logarithm by its base")
        scale = terms.multiply((arguments[0], terms.apply("log", arguments[1:])))
        return terms.divide(derivative[arguments[0]], scale)
    rule = RULES.get(function)
    if rule is None:
        raise Undecidable(f"no rule for the derivative of {function}")
    return terms.multiply((rule(terms, arguments[0]), derivative[arguments[0]]))


def _derivative_of_extremum(terms: Terms, function: str, arguments: list[int], derivative: dict[int, int]) -> int:
    """Through max(a, b) = (a + b + |a - b|)/2, so that the derivative is undefined exactly at a tie."""
    best, slope = arguments[0], derivative[arguments[0]]
    side = terms.one if function == "max" else terms.minus_one
    half = terms.number(Fraction(1, 2))
    for other in arguments[1:]:
        gap = terms.subtract(best, other)
        unit = terms.divide(gap, terms.apply("abs", (gap,)))
        change = terms.subtract(slope, derivative[other])
        slope = terms.multiply((half, terms.add((slope, derivative[other], terms.multiply((side, unit, change))))))
        best = terms.apply(function, (best, other))
    return slope


def _square(terms: Terms, term: int) -> int:
    return terms.power(term, terms.number(2))


def _one_plus(terms: Terms, term: int) -> int:
    return terms.add((terms.one, term))


def _one_minus(terms: Terms, term: int) -> int:
    return terms.subtract(terms.one, term)


def _inverse_root(terms: Terms, radicand: int) -> int:
    return terms.power(radicand, terms.number(Fraction(-1, 2)))


def _minus_product(terms: Terms, left: str, right: str, x: int) -> int:
    return terms.multiply((terms.minus_one, terms.apply(left, (x,)), terms.apply(right, (x,))))


def _sigmoid_slope(terms: Terms, x: int) -> int:
    value = terms.apply("sigmoid", (x,))
    return terms.multiply((value, _one_minus(terms, value)))


def _sign_without_zero(terms: Terms, x: int) -> int:
    return terms.divide(x, terms.apply("abs", (x,)))


def _scaled_reciprocal(terms: Terms, x: int, base: int) -> int:
    return terms.reciprocal(terms.multiply((x, terms.apply("log", (terms.number(base),)))))


def _bell(terms: Terms, x: int) -> int:
    scale = terms.multiply((terms.number(2), terms.power(terms.constant("pi"), terms.number(Fraction(-1, 2)))))
    return terms.multiply((scale, terms.apply("exp", (terms.negate(_square(terms, x)),))))


RULES: dict[str, Rule] = {
    "exp": lambda t, x: t.apply("exp", (x,)),
    "log": lambda t, x: t.reciprocal(x),
    "log2": lambda t, x: _scaled_reciprocal(t, x, 2),
    "log10": lambda t, x: _scaled_reciprocal(t, x, 10),
    "cbrt": lambda t, x: t.reciprocal(t.multiply((t.number(3), _square(t, t.apply("cbrt", (x,)))))),
    "sin": lambda t, x: t.apply("cos", (x,)),
    "cos": lambda t, x: t.negate(t.apply("sin", (x,))),
    "tan": lambda t, x: t.power(t.apply("cos", (x,)), t.number(-2)),
    "sec": lambda t, x: t.multiply((t.apply("sec", (x,)), t.apply("tan", (x,)))),
    "csc": lambda t, x: _minus_product(t, "csc", "cot", x),
    "cot": lambda t, x: t.negate(t.power(t.apply("sin", (x,)), t.number(-2))),
    "sinh": lambda t, x: t.apply("cosh", (x,)),
    "cosh": lambda t, x: t.apply("sinh", (x,)),
    "tanh": lambda t, x: _one_minus(t, _square(t, t.apply("tanh", (x,)))),
    "sech": lambda t, x: _minus_product(t, "sech", "tanh", x),
    "csch": lambda t, x: _minus_product(t, "csch", "coth", x),
    "coth": lambda t, x: t.negate(t.power(t.apply("sinh", (x,)), t.number(-2))),
    "asin": lambda t, x: _inverse_root(t, _one_minus(t, _square(t, x))),
    "acos": lambda t, x: t.negate(_inverse_root(t, _one_minus(t, _square(t, x)))),
    "atan": lambda t, x: t.reciprocal(_one_plus(t, _square(t, x))),
    "asinh": lambda t, x: _inverse_root(t, _one_plus(t, _square(t, x))),
    "acosh": lambda t, x: _inverse_root(t, t.subtract(_square(t, x), t.one)),
    "atanh": lambda t, x: t.reciprocal(_one_minus(t, _square(t, x))),
    "abs": _sign_without_zero,
    "sign": lambda t, x: t.multiply((t.zero, t.reciprocal(x))),
    "sigmoid": _sigmoid_slope,
    "softplus": lambda t, x: t.apply("sigmoid", (x,)),
    "relu": lambda t, x: t.multiply((t.number(Fraction(1, 2)), _one_plus(t, _sign_without_zero(t, x)))),
    "erf": _bell,
}
"""Function -> derivative of the function at its argument."""
