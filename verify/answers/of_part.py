"""The answer a part expects: the kind it declares, or the one its derivation leads to, compiled to plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import sympy as sp

from verify.answers.answer import Answer
from verify.answers.expression import Expression
from verify.answers.function import Function
from verify.answers.known_mistake import KnownMistake
from verify.answers.matrix import Matrix, Vector
from verify.answers.matrix_expression import MatrixExpression
from verify.answers.vocabulary import Vocabulary
from verify.answers.with_mistakes import WithMistakes
from verify.answers.words_text import words_text
from verify.derivation import free_symbols
from verify.errors import Undecidable
from verify.expressions import Exact, ExactNumbers, General, Numbers, Scope, as_scalar, evaluate
from verify.instance import WorkedInstance
from verify.proof import assumptions_of, exact_value

if TYPE_CHECKING:
    from verify.part import Mistake, Part
    from verify.problem import Problem


@lru_cache(maxsize=1024)
def answer_of(part: Part, instance: WorkedInstance | None = None) -> Answer | Function:
    """The answer of a part; for a part that asks for an instance's numbers, at `instance` or at the homework's own."""
    at = instance if instance is not None and part.asks is not None else part.asks
    if part.function is not None:
        return part.function
    if part.answer_kind is not None:
        answer: Answer = part.answer_at(at)
        mistakes = tuple(KnownMistake(each.name, part.response_at(each, at), each.feedback) for each in part.mistakes)
        return WithMistakes(answer, mistakes) if mistakes else answer
    return _at_instance(part, at) if at is not None else _in_general(part)


# Numbers at an instance -----------------------------------------------------------------------------------------------


def _at_instance(part: Part, instance: WorkedInstance) -> Answer:
    rows = _constant_rows(part.problem, part.answer, instance)
    mistakes = []
    for mistake in part.mistakes:
        wrong = _wrong_rows(part, mistake, instance)
        if wrong is not None:
            mistakes.append(KnownMistake(mistake.name, wrong, mistake.feedback))
    latex = _latex_of_rows(rows)
    if len(rows) == 1 and len(rows[0]) == 1:
        single = tuple(KnownMistake(each.name, each.wrong[0][0], each.feedback) for each in mistakes)
        return Expression(rows[0][0], Vocabulary(), latex, single)
    kind = Vector if len(rows[0]) == 1 else Matrix
    return kind(rows, Vocabulary(), latex, tuple(mistakes))


def _constant_rows(problem: Problem, expression: sp.Basic, instance: WorkedInstance) -> tuple[tuple[str, ...], ...]:
    from verify.notation import write

    array = exact_value(problem, expression, instance)
    return tuple(tuple(write(entry.terms, entry.node, "python") for entry in row) for row in array)


def _wrong_rows(part: Part, mistake: Mistake, instance: WorkedInstance) -> Any:
    if isinstance(mistake.wrong, sp.Basic):
        return [list(row) for row in _constant_rows(part.problem, mistake.wrong, instance)]
    from verify.claims import wrong_value
    from verify.crosscheck import plain

    value = plain(wrong_value(part, mistake, Scope(instance.floats(), part.problem.definitions, Numbers())))
    rows = value if isinstance(value, list) else [value]
    return [[repr(entry) for entry in (row if isinstance(row, list) else [row])] for row in rows]


def _latex_of_rows(rows: tuple[tuple[str, ...], ...]) -> str:
    from verify.equality.terms import Terms
    from verify.notation import write

    terms = Terms()
    written = [
        [write(terms, Vocabulary().read_scalar(entry, terms, "python"), "latex") for entry in row] for row in rows
    ]
    if len(written) == 1 and len(written[0]) == 1:
        return written[0][0]
    return r"\begin{bmatrix} " + r" \\ ".join(" & ".join(row) for row in written) + r" \end{bmatrix}"


# Formulas -------------------------------------------------------------------------------------------------------------


def _in_general(part: Part) -> Answer | Function:
    """By entries where the answer is a scalar or a matrix written out, else by words of matrices.

    An answer without a notation, such as a matrix given by a rule for its entries, is expected as a function.
    """
    if isinstance(part.answer, sp.MatrixBase):
        return _written_out(part)
    for compiled in (_expression, _matrix_expression):
        if compiled is _expression and not _is_scalar(part.answer):
            continue
        try:
            return compiled(part)
        except Undecidable:
            continue
    return Function(part=part)


def _written_out(part: Part) -> Answer:
    arithmetic = _arithmetic(part.problem)

    def rows(matrix: sp.MatrixBase) -> tuple[tuple[str, ...], ...]:
        return tuple(tuple(_text(part.problem, entry, arithmetic) for entry in row) for row in matrix.tolist())

    mistakes = tuple(
        KnownMistake(mistake.name, rows(mistake.wrong), mistake.feedback)
        for mistake in part.mistakes
        if isinstance(mistake.wrong, sp.MatrixBase)
    )
    kind = Vector if part.answer.shape[1] == 1 else Matrix
    return kind(rows(part.answer), vocabulary_of(part), _latex(part), mistakes)


def _is_scalar(expression: sp.Basic) -> bool:
    return tuple(getattr(expression, "shape", (1, 1))) == (1, 1)


def _expression(part: Part) -> Expression:
    arithmetic = _arithmetic(part.problem)
    text = _text(part.problem, part.answer, arithmetic)
    mistakes = []
    for mistake in part.mistakes:
        if isinstance(mistake.wrong, sp.Basic) and _is_scalar(mistake.wrong):
            wrong = _text(part.problem, mistake.wrong, arithmetic)
            mistakes.append(KnownMistake(mistake.name, wrong, mistake.feedback))
    return Expression(text, vocabulary_of(part), _latex(part), tuple(mistakes))


def _matrix_expression(part: Part) -> MatrixExpression:
    definitions = {
        symbol: expression for symbol, expression in part.problem.definitions.items() if _has_words(expression)
    }
    reference = words_text(part.answer, definitions)
    mistakes = [
        KnownMistake(mistake.name, words_text(mistake.wrong, definitions), mistake.feedback)
        for mistake in part.mistakes
        if isinstance(mistake.wrong, sp.Basic)
    ]
    known = {
        str(symbol): words_text(expression, definitions)
        for symbol, expression in definitions.items()
        if symbol in (set(part.in_terms_of) or part.visible - _asked(part))
    }
    vocabulary = _with_opaque(part, vocabulary_of(part), definitions)
    vocabulary = replace(vocabulary, definitions={**vocabulary.definitions, **known}, indexed=())
    return MatrixExpression(reference, vocabulary, _latex(part), tuple(mistakes), _exponents(part))


def _with_opaque(part: Part, vocabulary: Vocabulary, definitions: Mapping[sp.Basic, sp.Basic]) -> Vocabulary:
    """The vocabulary with names that no words can stand for, such as a sum over time: they stay names.

    Then a response may use no other names than those the part restricts itself to, and what these are made of; the
    author sees to it that no opaque name follows from the others: what is equal only because of that would be refuted.
    """
    reached = _reached(set(part.in_terms_of) | free_symbols(part.answer), definitions)
    opaque = [symbol for symbol in part.problem.definitions if symbol in reached and symbol not in definitions]
    if not opaque:
        return vocabulary
    if not free_symbols(part.answer) <= set(part.in_terms_of):
        raise Undecidable(f"{opaque[0]} has no notation in words, and the part does not say what to answer in")
    names = {str(symbol) for symbol in reached}
    shapes = {str(symbol): symbol.shape for symbol in opaque if isinstance(symbol, sp.MatrixSymbol)}
    scalars = {str(symbol) for symbol in opaque} - set(shapes)
    declared: dict[str, tuple[str, str, tuple[str, ...]]] = {
        name: (str(rows), str(columns), ()) for name, (rows, columns) in shapes.items()
    }
    declared |= {name: each for name, each in _declared(part.problem, reached).items() if name in names}
    return replace(
        vocabulary,
        variables=tuple(dict.fromkeys(name for name in (*vocabulary.variables, *sorted(scalars)) if name in names)),
        definitions={name: text for name, text in vocabulary.definitions.items() if name in names - scalars},
        derivatives={},
        matrices=declared,
        indexed=(),
    )


def _reached(symbols: set[sp.Basic], definitions: Mapping[sp.Basic, sp.Basic]) -> set[sp.Basic]:
    """Symbols and what they are made of, as far as there are words for it."""
    found: set[sp.Basic] = set()
    waiting = list(symbols)
    while waiting:
        symbol = waiting.pop()
        if symbol not in found:
            found.add(symbol)
            waiting += free_symbols(definitions[symbol]) if symbol in definitions else ()
    return found


def _exponents(part: Part) -> tuple[str, ...]:
    """The sizes in exponents of matrices, each before the one that bounds it."""
    powers = [power for power in part.answer.atoms(sp.MatPow) if power.exp.free_symbols]
    used = {symbol for power in powers for symbol in power.exp.free_symbols}
    sizes = [size for size in part.problem.given.sizes if size.symbol in used]
    return tuple(str(size.symbol) for size in sorted(sizes, key=lambda size: size.at_most is None))


def _has_words(expression: sp.Basic) -> bool:
    """Whether a definition can be written in words at all."""
    try:
        words_text(expression, {})
    except Undecidable:
        return False
    return True


def _arithmetic(problem: Problem) -> ExactNumbers:
    from verify.equality.terms import Terms

    matrices = any(variable.shape for variable in problem.given.variables.values())
    return General(Terms()) if matrices else ExactNumbers(Terms())


def _scope(problem: Problem, arithmetic: ExactNumbers) -> Scope:
    from verify.proof import symbolic_values

    return Scope(symbolic_values(problem, arithmetic), problem.definitions, arithmetic)


def _text(problem: Problem, expression: sp.Basic, arithmetic: ExactNumbers) -> str:
    from verify.notation import write

    value = as_scalar(evaluate(expression, _scope(problem, arithmetic)))
    if not isinstance(value, Exact):
        value = arithmetic.number(value)
    return write(value.terms, value.node, "python")


def _latex(part: Part) -> str:
    from verify.solution.latex import latex

    return latex(part.answer)


def vocabulary_of(part: Part) -> Vocabulary:
    """The names that a response to this part may use: those declared before it, or those it restricts itself to."""
    problem = part.problem
    allowed = set(part.in_terms_of) or part.visible - _asked(part)
    symbols = {symbol for symbol in allowed if not isinstance(symbol, sp.MatrixSymbol)}
    arithmetic = _arithmetic(problem)
    needed = problem.expanded(part.answer) | symbols
    variables = [
        name
        for name, symbol in problem.given.symbols().items()
        if symbol in needed and not isinstance(symbol, sp.MatrixSymbol)
    ]
    definitions, derivatives = {}, {}
    for symbol, expression in problem.definitions.items():
        if symbol not in symbols:
            continue
        name = str(symbol)
        try:
            text = _text(problem, expression, arithmetic)
        except Undecidable:
            continue
        if "/" in name:
            derivatives["/".join(side.removeprefix("d") for side in name.split("/"))] = text
        else:
            definitions[name] = text
    indexed = tuple(
        name
        for name, variable in problem.given.variables.items()
        if len(variable.shape) == 1 and variable.symbol in needed
    )
    assumed = assumptions_of(problem)
    known = " ".join(assumed.of(name).describe(name) for name in variables if name in set(assumed))
    labels = tuple(str(symbol) for symbol in _asked(part) if isinstance(symbol, sp.Symbol))
    return Vocabulary(tuple(variables), known, definitions, derivatives, _declared(problem, needed), indexed, labels)


def _declared(problem: Problem, needed: set[sp.Basic]) -> dict[str, tuple[str, str, tuple[str, ...]]]:
    """The vectors and matrices a response may use, with their shapes and properties."""
    declared = {}
    for name, variable in problem.given.variables.items():
        if variable.shape and variable.symbol in needed:
            rows, columns = (str(side) for side in (*variable.shape, 1)[:2])
            declared[name] = (rows, columns, tuple(sorted(variable.domain.properties)))
    return declared


def _asked(part: Part) -> set[sp.Basic]:
    """What the part asks for, which therefore cannot be the answer."""
    assert part.derivation is not None
    start = part.derivation.start
    return {start} & free_symbols(start)
