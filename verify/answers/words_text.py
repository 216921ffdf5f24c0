"""Words as text: a SymPy matrix expression in the notation that responses are read in."""

from __future__ import annotations

from collections.abc import Mapping
from functools import singledispatch

import sympy as sp
from sympy.matrices.expressions.diagonal import DiagMatrix
from sympy.matrices.expressions.hadamard import HadamardPower, HadamardProduct

from verify.errors import Undecidable

Definitions = Mapping[sp.Basic, sp.Basic]

MOST_FACTORS = 4  # of an entrywise power, which is written out


@singledispatch
def words_text(expression: sp.Basic, definitions: Definitions) -> str:  # noqa: ARG001 (the rules below need it)
    """The expression as text with definitions expanded; raises `Undecidable` for a node without a notation."""
    raise Undecidable(f"{type(expression).__name__} has no notation in words")


@words_text.register(sp.Number)
def _(expression: sp.Basic, _definitions: Definitions) -> str:
    return f"({expression})"


@words_text.register(sp.Symbol)
@words_text.register(sp.MatrixSymbol)
def _(expression: sp.Basic, definitions: Definitions) -> str:
    if expression in definitions:
        return f"({words_text(definitions[expression], definitions)})"
    return str(expression)


@words_text.register(sp.Add)
@words_text.register(sp.MatAdd)
def _(expression: sp.Basic, definitions: Definitions) -> str:
    return "(" + " + ".join(words_text(argument, definitions) for argument in expression.args) + ")"


@words_text.register(sp.Mul)
@words_text.register(sp.MatMul)
def _(expression: sp.Basic, definitions: Definitions) -> str:
    return "*".join(words_text(argument, definitions) for argument in expression.args)


@words_text.register(sp.Pow)
@words_text.register(sp.MatPow)
def _(expression: sp.Basic, definitions: Definitions) -> str:
    base, exponent = (words_text(argument, definitions) for argument in expression.args)
    return f"({base})^({exponent})"


@words_text.register
def _(expression: sp.Transpose, definitions: Definitions) -> str:
    return f"({words_text(expression.arg, definitions)})^T"


@words_text.register
def _(expression: sp.Inverse, definitions: Definitions) -> str:
    return f"({words_text(expression.arg, definitions)})^(-1)"


@words_text.register
def _(expression: sp.Trace, definitions: Definitions) -> str:
    return f"tr({words_text(expression.arg, definitions)})"


@words_text.register(sp.Identity)
def _(_identity: sp.Basic, _definitions: Definitions) -> str:
    return "I"


@words_text.register
def _(expression: DiagMatrix, definitions: Definitions) -> str:
    return f"diag({words_text(expression.args[0], definitions)})"


@words_text.register
def _(expression: HadamardProduct, definitions: Definitions) -> str:
    return _entrywise([words_text(argument, definitions) for argument in expression.args])


@words_text.register
def _(expression: HadamardPower, definitions: Definitions) -> str:
    if not (expression.exp.is_Integer and 0 < expression.exp <= MOST_FACTORS):
        raise Undecidable(f"an entrywise power of {expression.exp} has no notation in words")
    return _entrywise([words_text(expression.base, definitions)] * int(expression.exp))


def _entrywise(factors: list[str]) -> str:
    return "(" + " ⊙ ".join(f"({factor})" for factor in factors) + ")"
