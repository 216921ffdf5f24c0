"""Reading a text: characters, tokens, tree, bounds, values; and the two public ways to ask for it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from verify.errors import ReadingError, VerifyError
from verify.notation.characters import plain_text
from verify.notation.evaluate import FALSEHOOD, TRUTH, Evaluator
from verify.notation.grammar import Parser
from verify.notation.limits import DEFAULT_LIMITS, Limits
from verify.notation.names import Names, spelling_key
from verify.notation.sizes import check_sizes, needs_check
from verify.notation.tokens import Token, check_tokens
from verify.notation.wrapping import unwrap, without_punctuation

if TYPE_CHECKING:
    from verify.equality.matrix_pool import Matrices
    from verify.equality.terms import Terms
    from verify.notation.values import Value

_DEFINITION_LIMITS = Limits(characters=100_000, depth=200, nodes=20_000)
"""What an author defines may be longer than what a respondent writes."""

Syntax = Literal["auto", "python", "latex"]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text says.

    - `kind`: ``scalar``, ``matrix``, ``matrix expression``, ``tuple``, ``set``, ``interval``, ``relation`` or
      ``infinity``.
    - `value`: a term of `terms` for a scalar, else one of the values in `verify.notation.values`.
    - `notes`: policies that were applied, such as "'2 1/2' read as a mixed number".
    """

    kind: str
    value: "Value"
    terms: "Terms"
    text: str
    syntax: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a text could not be read; false, so that `if reading:` works."""

    reason: str
    column: int
    caret: str

    def __bool__(self) -> bool:
        return False


def read(
    text: str | bytes,
    names: Names | None,
    terms: "Terms",
    syntax: Syntax = "auto",
    *,
    labels: Iterable[str] | Literal[True] = (),
    limits: Limits = DEFAULT_LIMITS,
    matrices: "Matrices | None" = None,
) -> Reading:
    """What a text says, in the names allowed; raises ReadingError with the column and the cure.

    Without names every letter and identifier is a variable.  `labels` are names that may stand before an equals sign,
    as in `y = 2x`; True allows any variable there.  `matrices` is the pool of declared matrices, where there are any.
    """
    plain = plain_text(text, limits)
    inner, cut = unwrap(plain)
    shortened = without_punctuation(inner)
    chosen = _chosen_syntax(plain, syntax)
    try:
        return _read_plain(shortened, names or _anything(), terms, chosen, labels, limits, matrices)
    except ReadingError as error:
        if cut or len(plain) != len(shortened):
            raise ReadingError(error.message, error.position + cut, plain, error.allowed) from None
        raise
    except RecursionError:  # the caller had already used up most of the stack
        raise ReadingError("too many levels inside one another for this stack", 0, plain) from None


def try_read(
    text: str | bytes,
    names: Names | None,
    terms: "Terms",
    syntax: Syntax = "auto",
    *,
    labels: Iterable[str] | Literal[True] = (),
    limits: Limits = DEFAULT_LIMITS,
    matrices: "Matrices | None" = None,
) -> Reading | Unreadable:
    """Like `read`, but a text that cannot be read gives an `Unreadable` instead of an error."""
    try:
        return read(text, names, terms, syntax, labels=labels, limits=limits, matrices=matrices)
    except ReadingError as error:
        return Unreadable(str(error), error.column, error.caret())
    except VerifyError as error:
        return Unreadable(str(error), 1, "")


@lru_cache(maxsize=1)
def _anything() -> Names:
    return Names.anything()


def _chosen_syntax(text: str, syntax: Syntax) -> str:
    if syntax != "auto":
        return syntax
    return "latex" if any(sign in text for sign in ("\\", "$", "^{", "{,}")) else "python"


def _read_plain(
    text: str,
    names: Names,
    terms: "Terms",
    syntax: str,
    labels: Iterable[str] | Literal[True],
    limits: Limits,
    matrices: "Matrices | None",
    defined: dict[str, Any] | None = None,
) -> Reading:
    is_latex = syntax == "latex"
    tokens = _tokens(text, is_latex)
    check_tokens(tokens, text, limits)
    parser = Parser(text, tokens, names, limits, latex=is_latex)
    if labels and labels is not True:
        parser.labels = {spelling_key(label): label for label in labels}
    root = _without_label(parser, parser.entire(), labels)
    if needs_check(parser.nodes):
        check_sizes(parser.nodes, text, limits)
    evaluator = Evaluator(parser.nodes, terms, names, limits, text)
    evaluator.matrices = matrices
    evaluator.defined = {} if defined is None else defined
    value = _evaluate(evaluator, root, two_signs=parser.has_two_signs)
    return Reading(_kind(value), value, terms, text, syntax, tuple(parser.notes))


def _tokens(text: str, is_latex: bool) -> list[Token]:
    if is_latex:
        from verify.notation.latex import tokenise
    else:
        from verify.notation.python import tokenise
    return tokenise(text)


def _without_label(parser: Parser, root: int, labels: Iterable[str] | Literal[True]) -> int:
    """The right side of `y = ...` where the label may be there; the label itself is no longer evaluated."""
    node = parser.nodes[root]
    if not labels or node[0] != "relation" or node[2][0] != "=" or len(node[2]) != 1:
        return root
    left = parser.nodes[node[3][0]]
    if left[0] not in ("label", "variable"):
        return root
    if labels is not True and left[2] not in labels:
        return root
    for index in (root, node[3][0]):
        parser.nodes[index] = ("pair", node[1])
    return node[3][1]


def _evaluate(evaluator: Evaluator, root: int, *, two_signs: bool) -> "Value":
    """The value of a tree; with ± in it, both values."""
    evaluator.run(0, root)
    value, node = evaluator.values[root], evaluator.nodes[root]
    if two_signs:
        evaluator.sign = -1
        evaluator.run(0, root)
        return _both(value, evaluator.values[root], node, evaluator.text)
    return _answer(value, node, evaluator.text)


def _kind(value: "Value") -> str:
    if type(value) is int:
        return "scalar"
    from verify.notation.values import kind_of

    return kind_of(value)


def _answer(value: Any, node: tuple[Any, ...], text: str) -> "Value":
    """A value that can stand for itself."""
    if type(value) is int:
        return value
    from verify.notation.values import RelationValue, parts_of

    remaining = [value]
    while remaining:
        part = remaining.pop()
        if part is TRUTH or part is FALSEHOOD:
            raise ReadingError("a truth value is not an answer", node[1], text)
        if type(part) is not int and _kind(part) == "unknown":
            raise ReadingError("the size of I is not known", node[1], text, "write I_n")
        remaining += parts_of(part)
    if isinstance(value, RelationValue) and value.operators == ("=",) and value.operands[0] == value.operands[1]:
        raise ReadingError("both sides are the same, which says nothing", node[1], text)
    return value


def _both(plus: Any, minus: Any, node: tuple[Any, ...], text: str) -> "Value":
    """The two readings of a text with ±: a set of values, or two relations joined by `or`."""
    from verify.notation.values import LogicValue, RelationValue, SetValue

    if type(plus) is int and type(minus) is int:
        return SetValue((plus, minus))
    if isinstance(plus, SetValue) and isinstance(minus, SetValue):
        return SetValue(tuple(dict.fromkeys(plus.items + minus.items)))
    if isinstance(plus, RelationValue | LogicValue):
        return LogicValue("or", (_answer(plus, node, text), _answer(minus, node, text)))
    raise ReadingError("± inside this is not read", node[1], text, "write both values")


def read_definition(evaluator: Evaluator, node: tuple[Any, ...]) -> "Value":
    """The value of a name that the problem defines by a text; each is read once for a response."""
    names, wanted = evaluator.names, node[2]
    if wanted not in evaluator.defined:
        order = list(names.definitions)
        earlier = {name: names.definitions[name] for name in order[: order.index(wanted)]}
        text = plain_text(names.definitions[wanted], _DEFINITION_LIMITS)
        table = replace(names, definitions=earlier)
        syntax = _chosen_syntax(text, "auto")
        reading = _read_plain(
            text, table, evaluator.terms, syntax, (), _DEFINITION_LIMITS, evaluator.matrices, evaluator.defined
        )
        evaluator.defined[wanted] = reading.value
    return evaluator.defined[wanted]
