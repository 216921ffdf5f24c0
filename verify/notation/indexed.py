"""Indexed names, sums and products over an index, and values by cases."""

from typing import TYPE_CHECKING, Any

from verify.notation.evaluate import TRUTH
from verify.notation.values import RelationValue

if TYPE_CHECKING:
    from verify.notation.evaluate import Evaluator

Node = tuple[Any, ...]
MAXIMUM_UNROLLED = 200
"""Most terms of a sum with whole-number bounds that are written out."""


def indexed_term(evaluator: "Evaluator", node: Node) -> int:
    """`u_i`: with whole-number indices the declared variable, else a symbolic index."""
    _, _, base, indices = node
    terms = [evaluator.scalar(index, node, "an index") for index in indices]
    keys = [evaluator.terms.key(term) for term in terms]
    if all(key[0] == "number" and isinstance(key[1], int) for key in keys):
        text = base + "_" + "_".join(str(key[1]) for key in keys)
        entry = evaluator.names.lookup(text) or evaluator.names.free(text)
        if entry is not None and entry[0] == "variable":
            return evaluator.terms.variable(entry[1])
        known = evaluator.names.lookup(base)
        if not evaluator.names.takes_index(known):
            raise evaluator.error(f"unknown name {text!r}", node, evaluator.names.nearest(text))
    entry = evaluator.names.lookup(base)
    if entry is not None and evaluator.names.takes_index(entry):
        return evaluator.terms.indexed(entry[1], terms)
    if evaluator.names.undeclared:
        return evaluator.terms.indexed(base, terms)
    raise evaluator.error(f"{base!r} does not take an index here", node, evaluator.names.nearest(base))


def summation_term(evaluator: "Evaluator", node: Node) -> int:
    """A sum or product: written out between small whole numbers, else kept with its bounds."""
    kind, _, index, low, high, first, last = node
    low_term = evaluator.scalar(low, node, "a bound")
    high_term = evaluator.scalar(high, node, "a bound")
    low_key, high_key = evaluator.terms.key(low_term), evaluator.terms.key(high_term)
    whole = all(key[0] == "number" and isinstance(key[1], int) for key in (low_key, high_key))
    if whole and high_key[1] - low_key[1] < MAXIMUM_UNROLLED:
        return _unrolled(evaluator, node, range(low_key[1], high_key[1] + 1))
    outer = evaluator.bound
    evaluator.bound = {name: term for name, term in outer.items() if name != index}
    evaluator.run(first, last)
    body = evaluator.scalar(last, node, "the body")
    evaluator.bound = outer
    build = evaluator.terms.summation if kind == "sum" else evaluator.terms.product_over
    return build(body, index, low_term, high_term)


def _unrolled(evaluator: "Evaluator", node: Node, values: range) -> int:
    kind, _, index, _, _, first, last = node
    if len(values) * (last - first + 1) > evaluator.limits.nodes:
        raise evaluator.error(f"a sum of more than {evaluator.limits.nodes:,} nodes when written out", node)
    outer = evaluator.bound
    parts = []
    for value in values:
        evaluator.bound = {**outer, index: evaluator.terms.number(value)}
        evaluator.run(first, last)
        parts.append(evaluator.scalar(last, node, "the body"))
    evaluator.bound = outer
    return evaluator.terms.add(parts) if kind == "sum" else evaluator.terms.multiply(parts)


def piecewise_term(evaluator: "Evaluator", node: Node) -> int:
    """A value by cases; without a last branch for all other points it cannot be read."""
    _, _, branches, otherwise = node
    pairs = [(evaluator.values[value], evaluator.values[condition]) for value, condition in branches]
    if otherwise is not None:
        pairs.append((evaluator.values[otherwise], TRUTH))
    return build_piecewise(evaluator, node, pairs)


def build_piecewise(evaluator: "Evaluator", node: Node, pairs: list[tuple[Any, Any]]) -> int:
    """The term of branches (value, condition); the last condition must cover the rest."""
    terms = evaluator.terms
    if not pairs:
        raise evaluator.error("cases without a branch", node)
    built: list[tuple[int, int]] = []
    for value, condition in pairs[:-1]:
        built.append((_scalar(evaluator, node, value), _condition(evaluator, node, condition)))
    value, condition = pairs[-1]
    otherwise = _scalar(evaluator, node, value)
    if condition is not TRUTH and not _completes(evaluator, [pair[1] for pair in pairs]):
        raise evaluator.error("the cases leave some points open", node, "end with 'otherwise'")
    return terms.piecewise(built, otherwise) if built else otherwise


def _scalar(evaluator: "Evaluator", node: Node, value: Any) -> int:
    if type(value) is not int:
        raise evaluator.error("the value of a case must be an expression", node)
    return value


def _condition(evaluator: "Evaluator", node: Node, condition: Any) -> int:
    if not isinstance(condition, RelationValue) or len(condition.operators) != 1 or condition.operators[0] == "∈":
        raise evaluator.error("the condition of a case must be one relation", node)
    left, right = condition.operands
    return evaluator.terms.relation(
        condition.operators[0], _scalar(evaluator, node, left), _scalar(evaluator, node, right)
    )


_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "=": "!=", "!=": "="}
_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}


def _completes(_evaluator: "Evaluator", conditions: list[Any]) -> bool:
    """Whether two conditions are opposites, as in `x` where x > 0 and `0` where x <= 0."""
    if len(conditions) != 2 or not all(
        isinstance(part, RelationValue) and len(part.operators) == 1 for part in conditions
    ):
        return False
    first, second = conditions
    wanted = _OPPOSITE.get(first.operators[0])
    same = second.operators[0] == wanted and second.operands == first.operands
    turned = _FLIPPED.get(second.operators[0]) == wanted and second.operands == first.operands[::-1]
    return same or turned
