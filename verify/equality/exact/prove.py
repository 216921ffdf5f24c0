"""Reduces the difference of two terms to lowest form; zero is a proof."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import lcm
from typing import Any

from verify.equality.assumptions import Assumptions
from verify.equality.exact import exponentials, roots, special, trigonometry
from verify.equality.exact.field import Field, NeedMoreGenerators, NeedUnit, Value
from verify.equality.terms import Terms
from verify.errors import BudgetExceeded, Undecidable

MAXIMUM_GENERATORS = 4096
MAXIMUM_UNIT = 360
Rule = Callable[..., Value]


def _sigmoid(field: Field, value: Value) -> Value:
    growth = exponentials.exponential(field, value)
    return field.divide(growth, field.add((growth, field.constant(1))))


def _softplus(field: Field, value: Value) -> Value:
    growth = exponentials.exponential(field, value)
    return exponentials.logarithm(field, field.add((growth, field.constant(1))))


def _relu(field: Field, value: Value) -> Value:
    return field.multiply(field.constant(trigonometry.HALF), field.add((value, roots.absolute_value(field, value))))


def _extremum(side: int) -> Rule:
    """max(a, b) = (a + b + |a - b|)/2, and min with the other sign."""

    def fold(field: Field, first: Value, *others: Value) -> Value:
        for other in others:
            gap = roots.absolute_value(field, field.subtract(first, other))
            total = field.add((first, other, field.scale(gap, side)))
            first = field.multiply(field.constant(trigonometry.HALF), total)
        return first

    return fold


def _logarithm(field: Field, value: Value, base: Value | None = None) -> Value:
    result = exponentials.logarithm(field, value)
    return result if base is None else field.divide(result, exponentials.logarithm(field, base))


def _reciprocal_of(rule: Rule) -> Rule:
    return lambda field, value: field.invert(rule(field, value))


RULES: Mapping[str, Rule] = {
    "exp": exponentials.exponential,
    "log": _logarithm,
    "log2": lambda field, value: _logarithm(field, value, field.constant(2)),
    "log10": lambda field, value: _logarithm(field, value, field.constant(10)),
    "cbrt": roots.cube_root,
    "abs": roots.absolute_value,
    "sign": roots.sign,
    "sigmoid": _sigmoid,
    "softplus": _softplus,
    "relu": _relu,
    "max": _extremum(1),
    "min": _extremum(-1),
    "sin": trigonometry.sine,
    "cos": trigonometry.cosine,
    "tan": trigonometry.tangent,
    "cot": trigonometry.cotangent,
    "sec": _reciprocal_of(trigonometry.cosine),
    "csc": _reciprocal_of(trigonometry.sine),
    "sinh": trigonometry.hyperbolic_sine,
    "cosh": trigonometry.hyperbolic_cosine,
    "tanh": trigonometry.hyperbolic_tangent,
    "sech": _reciprocal_of(trigonometry.hyperbolic_cosine),
    "csch": _reciprocal_of(trigonometry.hyperbolic_sine),
    "coth": _reciprocal_of(trigonometry.hyperbolic_tangent),
    "asin": trigonometry.arcsine,
    "acos": trigonometry.arccosine,
    "atan": trigonometry.arctangent,
    "asinh": trigonometry.inverse_hyperbolic_sine,
    "acosh": trigonometry.inverse_hyperbolic_cosine,
    "atanh": trigonometry.inverse_hyperbolic_tangent,
    "erf": trigonometry.odd_function("erf"),
    "gamma": special.gamma,
    "factorial": special.factorial,
    "binomial": special.binomial,
    "floor": special.floor,
    "ceiling": special.ceiling,
}
"""Function -> its value as a fraction of the field."""


@dataclass(frozen=True, slots=True)
class Difference:
    """The difference of two terms as a fraction, and the field it lives in."""

    field: Field
    value: Value

    @property
    def is_zero(self) -> bool:
        """Whether it reduced to zero: a proof of equality wherever both sides are defined."""
        return bool(self.value[0].is_zero())


def difference(
    terms: Terms,
    left: int,
    right: int,
    assumptions: Assumptions,
    order: list[int] | None = None,
    *,
    square_roots: bool = False,
) -> Difference:
    """left - right in lowest form; raises Undecidable or BudgetExceeded where it cannot be formed.

    `square_roots` prepares the field for roots, and for generators, that the terms themselves do not contain.
    """
    order = order or outside_binders(terms, (left, right))
    size = _first_size(terms, order) * (4 if square_roots else 1)
    units = {"exponent": 1, "angle": 1, "root": lcm(_root_unit(terms, order), 2 if square_roots else 1)}
    while size <= MAXIMUM_GENERATORS:
        field = Field(size, units)
        try:
            values = _Reduction(terms, field, assumptions, order).run()
            total = field.subtract(values[left], values[right])
            return Difference(field, (field.reduce(total[0]), total[1]))
        except NeedMoreGenerators:
            size *= 4
        except NeedUnit as finer:
            if finer.multiple > MAXIMUM_UNIT:
                raise BudgetExceeded("fractional exponents with too many denominators") from None
            units = {**units, finer.kind: finer.multiple}
        except (ArithmeticError, ValueError) as error:  # FLINT: division by zero, exponents beyond its range
            raise Undecidable(f"the exact tier met {error}") from None
    raise BudgetExceeded("too many different functions and variables")


def outside_binders(terms: Terms, roots: tuple[int, int]) -> list[int]:
    """The terms of the roots except those only inside sums and products over an index."""
    seen: set[int] = set()
    stack = list(roots)
    while stack:
        term = stack.pop()
        if term not in seen:
            seen.add(term)
            if terms.nodes[term][0] not in ("summation", "product"):
                stack.extend(terms.children(term))
    return sorted(seen)


def _first_size(terms: Terms, order: list[int]) -> int:
    """One of few sizes, not below the number of generators that the terms will probably need."""
    needed = 4
    nodes = terms.nodes
    for term in order:
        node = nodes[term]
        kind = node[0]
        if kind == "variable":
            needed += 1
        elif kind == "apply":
            needed += 2
        elif kind == "power":
            exponent = nodes[node[2]]
            needed += exponent[0] != "number" or exponent[1].denominator != 1
    if needed > 64:
        return (needed + 31) // 32 * 32
    size = 8
    while size < needed:
        size *= 2
    return size


def _root_unit(terms: Terms, order: list[int]) -> int:
    unit = 1
    for term in order:
        node = terms.nodes[term]
        if node[0] == "power" and terms.nodes[node[2]][0] == "number":
            unit = lcm(unit, terms.nodes[node[2]][1].denominator)
        elif node[:2] == ("apply", "cbrt"):
            unit = lcm(unit, 3)
    if unit > MAXIMUM_UNIT:
        raise BudgetExceeded("fractional exponents with too many denominators")
    return unit


class _Reduction:
    """One sweep over the terms of a proof."""

    def __init__(self, terms: Terms, field: Field, assumptions: Assumptions, order: list[int]) -> None:
        self.terms, self.field, self.assumptions, self.order = terms, field, assumptions, order
        self.powered = self._powered_variables()

    def _powered_variables(self) -> frozenset[str]:
        """Variables of at least zero that occur when roots do: each is written as a power, so its roots are plain."""
        if self.field.units["root"] == 1:
            return frozenset()
        nodes = self.terms.nodes
        names = (nodes[term][1] for term in self.order if nodes[term][0] == "variable")
        known = ((name, self.assumptions.of(name)) for name in names)
        return frozenset(name for name, assumption in known if assumption.nonnegative and not assumption.integer)

    def run(self) -> dict[int, Value]:
        nodes, field = self.terms.nodes, self.field
        values: dict[int, Value] = {}
        for term in self.order:
            node = nodes[term]
            kind = node[0]
            if kind == "multiply":
                result = None
                for child in node[1]:
                    result = values[child] if result is None else field.multiply(result, values[child])
            elif kind == "add":
                result = field.add([values[child] for child in node[1]])
            elif kind == "number":
                result = field.constant(node[1])
            elif kind == "power":
                result = self._power(node, values)
            elif kind == "apply":
                result = RULES[node[1]](field, *(values[child] for child in node[2:]))
            else:
                result = self._leaf(node, values)
            values[term] = result  # type: ignore[assignment]
        return values

    def _power(self, node: tuple[Any, ...], values: dict[int, Value]) -> Value:
        base, exponent = values[node[1]], self.terms.nodes[node[2]]
        if exponent[0] != "number":
            return exponentials.symbolic_power(self.field, base, values[node[2]])
        if exponent[1].denominator == 1:
            return self.field.power(base, int(exponent[1]))
        return roots.root(self.field, base, exponent[1])

    def _leaf(self, node: tuple[Any, ...], values: dict[int, Value]) -> Value:
        field = self.field
        if node[0] == "variable":
            index = field.variable(node[1], self.assumptions.of(node[1]))
            if node[1] in self.powered:
                return field.generators[index] ** field.units["root"], {}
            return field.of_generator(index)
        if node[0] == "constant":
            if node[1] == "pi":
                return field.of_generator(trigonometry.pi(field))
            return exponentials.exponential(field, field.constant(1))
        if node[0] in ("summation", "product"):
            return field.of_generator(field.generator(("over an index", node)))
        if node[0] == "indexed":
            return trigonometry.opaque(field, f"element of {node[1]}", *(values[index] for index in node[2]))
        raise Undecidable(f"the exact tier has no rule for a {node[0]}")
