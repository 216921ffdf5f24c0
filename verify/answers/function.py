"""Function: a callable of the givens by name, cross-checked against the part's answer on drawn instances."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from verify.claim import Claim, Sides
from verify.comparison import same_shape
from verify.crosscheck import crosscheck
from verify.errors import VerifyError
from verify.evidence import Evidence, Verdict
from verify.expressions import Scope, evaluate
from verify.given import RANDOMNESS
from verify.implementation import Implementation

if TYPE_CHECKING:
    from verify.part import Part


class Misbehaved(VerifyError):
    """A function under check did something that no right answer does; says what."""


@dataclass(frozen=True)
class Function:
    """The answer of a part as a function: `part` gives the reference and the instances."""

    part: Part
    kind: ClassVar[str] = "function"

    def check(self, response: object, claim: str, **_: object) -> Evidence:
        """The verdict on a callable; supported by instances at best, refuted by the smallest one found."""
        problem = self.part.problem
        if not callable(response):
            reason = f"a function was expected, not {type(response).__name__}"
            return Evidence(claim, Verdict.UNREADABLE, reason=reason, feedback=f"Expected {self.expects()}.")
        try:
            names = tuple(inspect.signature(response).parameters)
            problem.refuse_unknown_parameters(f"the function {_name(response)}", names)
        except (VerifyError, TypeError, ValueError) as error:
            return Evidence(claim, Verdict.UNREADABLE, reason=str(error), feedback=f"Expected {self.expects()}.")
        function = Implementation.of(response, "numpy")
        submitted = Claim(f"{self.part.name}/response", "implementation", "", self._sides(function), parameters=names)
        symbols = problem.expanded(self.part.answer, *(problem.symbol(name) for name in names if name != "rng"))
        needs = frozenset(symbols | ({RANDOMNESS} if "rng" in names else set()))
        try:
            evidence = crosscheck(problem, replace(submitted, needs=needs))
        except Misbehaved as error:
            return Evidence(claim, Verdict.REFUTED, method="search", feedback=str(error))
        except VerifyError as error:
            return Evidence(claim, Verdict.UNDECIDED, method="search", reason=str(error))
        return replace(evidence, claim=claim, text="", accepts_supported=True)

    def shown(self) -> str:
        """The reference, which is the last line of the derivation above it."""
        return "the last line of the derivation"

    def expects(self) -> str:
        """One line that tells what to pass."""
        return f"a function of {', '.join(self.part.problem.given.symbols())}, by name"

    def _sides(self, function: Implementation) -> Callable[[Scope], Sides]:
        def sides(scope: Scope) -> Sides:
            values = self.part.problem.arguments(function.parameters, scope)
            reference = evaluate(self.part.answer, scope)
            result = _called(function, values)
            if not same_shape(reference, result):
                raise Misbehaved(
                    f"It returned shape {np.shape(result)}; shape {np.shape(np.squeeze(reference))} is expected."
                )
            return reference, "=", result

        return sides


def _called(function: Implementation, values: dict[str, Any]) -> Any:
    before = {name: np.array(value, copy=True) for name, value in values.items() if isinstance(value, np.ndarray)}
    arguments = {name: before[name].copy() if name in before else value for name, value in values.items()}
    try:
        result = function.function(**arguments)
    except Exception as error:  # whatever a submitted function raises is its own fault, told without a traceback
        raise Misbehaved(f"It raised {type(error).__name__}: {error}") from error
    for name, value in before.items():
        if not np.array_equal(arguments[name], value):
            raise Misbehaved(f"It changed its argument {name} in place.")
    try:
        array = np.asarray(result.detach() if hasattr(result, "detach") else result, dtype=float)
    except (TypeError, ValueError) as error:
        raise Misbehaved(f"It returned a {type(result).__name__}; numbers or an array are expected.") from error
    if np.isnan(array).any():
        raise Misbehaved("It returned NaN.")
    return array


def _name(function: Callable[..., Any]) -> str:
    return getattr(function, "__name__", type(function).__name__)
