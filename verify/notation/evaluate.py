"""From the flat syntax tree to values: one loop over the nodes, one short function for each kind.

Scalars are built here as terms; everything else is handed on, so that reading a scalar imports neither matrices nor
sets.
"""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from verify.equality.functions import FUNCTIONS
from verify.errors import ReadingError, VerifyError
from verify.notation.limits import Limits
from verify.notation.names import INVERSES_BY_RECIPROCAL, Names

if TYPE_CHECKING:
    from verify.equality.matrix_pool import Matrices
    from verify.equality.terms import Terms
    from verify.notation.values import InfinityValue, Value

Node = tuple[Any, ...]
TRUTH = object()
FALSEHOOD = object()


class Evaluator:
    """Evaluates the nodes of one text into `terms`."""

    __slots__ = ("bound", "defined", "limits", "matrices", "names", "nodes", "sign", "terms", "text", "values")

    def __init__(self, nodes: list[Node], terms: "Terms", names: Names, limits: Limits, text: str) -> None:
        self.nodes, self.terms, self.names, self.limits, self.text = nodes, terms, names, limits, text
        self.values: list[Any] = [None] * len(nodes)
        self.bound: Mapping[str, int] = {}
        self.sign = 1
        self.defined: dict[str, Any] = {}
        self.matrices: Matrices | None = None

    def run(self, first: int, last: int) -> Any:
        """The value of the last of these nodes."""
        nodes, values = self.nodes, self.values
        index = first
        while index <= last:
            node = nodes[index]
            if node[0] == "skip":
                index = node[2] + 1
                continue
            try:
                values[index] = _HANDLERS[node[0]](self, node)
            except ReadingError:
                raise
            except (VerifyError, ValueError) as error:
                raise ReadingError(str(error), node[1], self.text) from None
            index += 1
        return values[last]

    def error(self, message: str, node: Node, allowed: str = "") -> ReadingError:
        """The error at a node."""
        return ReadingError(message, node[1], self.text, allowed)

    def scalar(self, index: int, node: Node, role: str = "this") -> int:
        """The value of a node that must be one expression."""
        value = self.values[index]
        if type(value) is int:
            return value
        from verify.notation.values import TupleValue

        if isinstance(value, TupleValue) and value.brackets == "[]" and len(value.items) == 1:
            inner = value.items[0]
            if type(inner) is int:
                return inner
        raise self.error(f"{role} must be a number or expression, not {article(value)}", node)

    def term_of(self, name: str) -> int:
        """The term of a variable, or of the number that an unrolled sum puts in its place."""
        return self.bound[name] if name in self.bound else self.terms.variable(name)


def article(value: Any) -> str:
    """A value's kind in words, for messages."""
    if value is TRUTH or value is FALSEHOOD:
        return "a truth value"
    from verify.notation.values import kind_of

    kind = kind_of(value)
    return f"an {kind}" if kind[0] in "aei" else f"a {kind}"


# ---------------------------------------------------------------------- scalars


def _number(evaluator: Evaluator, node: Node) -> int:
    text = node[2]
    if text.isdigit():
        return evaluator.terms.number(int(text))
    mantissa, _, exponent = text.lower().partition("e")
    whole, _, decimals = mantissa.partition(".")
    if exponent and (len(exponent) > 6 or abs(int(exponent)) + len(mantissa) > evaluator.limits.digits):
        raise evaluator.error(f"a number of more than {evaluator.limits.digits:,} digits", node)
    shift = (int(exponent) if exponent else 0) - len(decimals)
    digits = int(whole + decimals)
    return evaluator.terms.number(Fraction(digits * 10**shift) if shift >= 0 else Fraction(digits, 10**-shift))


def _ratio(evaluator: Evaluator, node: Node) -> int:
    return evaluator.terms.number(Fraction(node[2], node[3]))


def _variable(evaluator: Evaluator, node: Node) -> int:
    return evaluator.term_of(node[2])


def _constant(evaluator: Evaluator, node: Node) -> int:
    return evaluator.terms.constant(node[2])


def _definition(evaluator: Evaluator, node: Node) -> Any:
    from verify.notation.read import read_definition

    return read_definition(evaluator, node)


def _add(evaluator: Evaluator, node: Node) -> Any:
    values = evaluator.values
    parts = [values[index] for index in node[2]]
    for part in parts:
        if type(part) is not int:
            return _compound("add", evaluator, node, parts)
    return evaluator.terms.add(parts)


def _multiply(evaluator: Evaluator, node: Node) -> Any:
    values = evaluator.values
    parts = [values[index] for index in node[2]]
    for part in parts:
        if type(part) is not int:
            return _compound("multiply", evaluator, node, parts)
    return evaluator.terms.multiply(parts)


def _negate(evaluator: Evaluator, node: Node) -> Any:
    value = evaluator.values[node[2]]
    if type(value) is int:
        return evaluator.terms.negate(value)
    from verify.notation.values import InfinityValue

    if isinstance(value, InfinityValue):
        return InfinityValue(-value.sign)
    return _compound("negate", evaluator, node, [value])


def _reciprocal(evaluator: Evaluator, node: Node) -> int:
    value = evaluator.values[node[2]]
    if type(value) is not int:
        return _compound("reciprocal", evaluator, node, [value])
    if _is_zero(evaluator, value):
        raise evaluator.error("division by zero", node)
    return evaluator.terms.reciprocal(value)


def _is_zero(evaluator: Evaluator, term: int) -> bool:
    return term == evaluator.terms.zero


def _power(evaluator: Evaluator, node: Node) -> Any:
    base, exponent = evaluator.values[node[2]], evaluator.values[node[3]]
    if type(base) is not int:
        return _compound("power", evaluator, node, [base, exponent])
    exponent = evaluator.scalar(node[3], node, "an exponent")
    if base == evaluator.terms.zero:
        key = evaluator.terms.key(exponent)
        if key[0] == "number" and key[1] <= 0:
            raise evaluator.error("zero to a power that is zero or negative", node)
    return evaluator.terms.power(base, exponent)


def _call(evaluator: Evaluator, node: Node) -> Any:
    _, _, function, indices = node
    if function not in FUNCTIONS and function in _MATRIX_ARGUMENTS:
        return _function_of_matrices(evaluator, node)
    if function == "norm" or (function == "abs" and type(evaluator.values[indices[0]]) is not int):
        return _compound(function, evaluator, node, [evaluator.values[index] for index in indices])
    arguments = [_argument(evaluator, index, node) for index in indices]
    if any(type(argument) is not int for argument in arguments):
        return _compound(function, evaluator, node, arguments)
    if function in ("max", "min") and len(indices) == 1 and type(arguments[0]) is int:
        return arguments[0]
    if function in INVERSES_BY_RECIPROCAL and len(arguments) == 1:
        function, arguments = INVERSES_BY_RECIPROCAL[function], [evaluator.terms.reciprocal(arguments[0])]
    least, most = _arity(function)
    if not least <= len(arguments) <= most:
        wanted = f"{least}" if least == most else f"{least} to {most}"
        raise evaluator.error(f"{function} takes {wanted} argument{'s' * (most > 1)}, not {len(arguments)}", node)
    return evaluator.terms.apply(function, arguments)


_MATRIX_ARGUMENTS = {"trace": 1, "diag": 1, "inverse": 1, "transpose": 1, "dot": 2, "outer": 2}


def _function_of_matrices(evaluator: Evaluator, node: Node) -> Any:
    _, _, function, indices = node
    wanted = _MATRIX_ARGUMENTS[function]
    if len(indices) != wanted:
        raise evaluator.error(f"{function} takes {wanted} argument{'s' * (wanted > 1)}, not {len(indices)}", node)
    return _compound(function, evaluator, node, [evaluator.values[index] for index in indices])


def _argument(evaluator: Evaluator, index: int, node: Node) -> Any:
    value = evaluator.values[index]
    if type(value) is int:
        return value
    from verify.notation.values import TupleValue

    is_list = isinstance(value, TupleValue) and len(value.items) == 1
    return evaluator.scalar(index, node, "an argument") if is_list else value


def _arity(function: str) -> tuple[int, int]:
    return FUNCTIONS.get(function, (1, 1))


def _indexed(evaluator: Evaluator, node: Node) -> int:
    from verify.notation.indexed import indexed_term

    return indexed_term(evaluator, node)


def _summation(evaluator: Evaluator, node: Node) -> int:
    from verify.notation.indexed import summation_term

    return summation_term(evaluator, node)


def _piecewise(evaluator: Evaluator, node: Node) -> int:
    from verify.notation.indexed import piecewise_term

    return piecewise_term(evaluator, node)


def _choose(evaluator: Evaluator, node: Node) -> int:
    return evaluator.terms.apply(
        "binomial", [evaluator.scalar(index, node, "a binomial's part") for index in node[2:4]]
    )


# ---------------------------------------------------------------------- everything else


def _compound(operation: str, evaluator: Evaluator, node: Node, parts: list[Any]) -> Any:
    from verify.notation import compound

    return compound.apply(operation, evaluator, node, parts)


def _structure(evaluator: Evaluator, node: Node) -> Any:
    from verify.notation import structures

    return structures.build(evaluator, node)


def _matrix_operation(evaluator: Evaluator, node: Node) -> Any:
    parts = [evaluator.values[index] for index in node[2:]]
    return _compound(node[0], evaluator, node, parts)


def _matrix_name(evaluator: Evaluator, node: Node) -> Any:
    from verify.notation import compound

    return compound.symbol(evaluator, node)


def _identity(evaluator: Evaluator, node: Node) -> Any:
    from verify.notation import matrix_expressions

    return matrix_expressions.identity(evaluator, node)


def _infinity(_evaluator: Evaluator, _node: Node) -> "InfinityValue":
    from verify.notation.values import InfinityValue

    return InfinityValue(1)


def _truth(_evaluator: Evaluator, node: Node) -> Any:
    return TRUTH if node[2] else FALSEHOOD


def _sign(evaluator: Evaluator, node: Node) -> int:
    """What ± or ∓ stands for in this one of the two readings."""
    return evaluator.terms.number(evaluator.sign * node[2])


def _label(evaluator: Evaluator, node: Node) -> "Value":
    raise evaluator.error(f"{node[2]!r} is what is asked for; write its value", node)


def _pair(_evaluator: Evaluator, _node: Node) -> None:
    return None


_HANDLERS: dict[str, Callable[[Evaluator, Node], Any]] = {
    "number": _number,
    "ratio": _ratio,
    "variable": _variable,
    "constant": _constant,
    "definition": _definition,
    "add": _add,
    "multiply": _multiply,
    "negate": _negate,
    "reciprocal": _reciprocal,
    "power": _power,
    "call": _call,
    "indexed": _indexed,
    "sum": _summation,
    "product": _summation,
    "piecewise": _piecewise,
    "choose": _choose,
    "infinity": _infinity,
    "truth": _truth,
    "sign": _sign,
    "label": _label,
    "identity": _identity,
    "pair": _pair,
    "matrix": _matrix_name,
    "vector": _matrix_name,
    "transpose": _matrix_operation,
    "hadamard": _matrix_operation,
    "dot": _matrix_operation,
    **dict.fromkeys(
        ("tuple", "set", "interval", "set operation", "relation", "logic", "rows", "construct"), _structure
    ),
}
