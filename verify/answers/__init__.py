"""Answer kinds: one file each.  Names are imported when first used, so that start-up stays short."""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from verify.answers.answer import Answer as Answer
    from verify.answers.answer import answer_from_json as answer_from_json
    from verify.answers.answer import answer_kind as answer_kind
    from verify.answers.choice import Choice as Choice
    from verify.answers.choice import Choices as Choices
    from verify.answers.equation import Equation as Equation
    from verify.answers.equation import Equations as Equations
    from verify.answers.explanation import Explanation as Explanation
    from verify.answers.feature_map import FeatureMap as FeatureMap
    from verify.answers.growth import Growth as Growth
    from verify.answers.number import Number as Number
    from verify.answers.tokens import ScoredSequences as ScoredSequences
    from verify.answers.tokens import Tokens as Tokens

_MODULES = {
    "Answer": "answer",
    "answer_from_json": "answer",
    "answer_kind": "answer",
    "Choice": "choice",
    "Choices": "choice",
    "Equation": "equation",
    "Equations": "equation",
    "Explanation": "explanation",
    "FeatureMap": "feature_map",
    "Function": "function",
    "Expression": "expression",
    "Growth": "growth",
    "Matrix": "matrix",
    "MatrixExpression": "matrix_expression",
    "Number": "number",
    "ScoredSequences": "tokens",
    "Tokens": "tokens",
    "Vector": "matrix",
}

__all__ = sorted(_MODULES)  # noqa: PLE0605


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)
