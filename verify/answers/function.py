"""Function: a callable of the givens by name, cross-checked against a reference on drawn instances.

The reference is a NumPy function that the problem names, or the last line of a part's derivation.  A response runs in
the process of whoever calls: it is their own code, in their own notebook, and is never read from a text.
"""

from __future__ import annotations

import inspect
import sys
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from verify.claim import Claim, Sides
from verify.crosscheck import crosscheck, plain, profile_of, search
from verify.errors import VerifyError
from verify.evidence import Counterexample, Evidence, Verdict
from verify.expressions import Scope, evaluate
from verify.given import RANDOMNESS
from verify.implementation import Implementation, parameters_of
from verify.outputs import (
    Misbehaved,
    Outputs,
    as_precise_as,
    first_difference,
    joined,
    outputs_of,
)

if TYPE_CHECKING:
    from verify.part import Mistake, Part

TWICE = 3  # so many instances are computed twice, to notice what differs from call to call


class Unsettled(VerifyError):
    """A class cannot be run in a way that would tell whether it is right; says why."""


@dataclass(frozen=True)
class Function:
    """A function of the givens by name, or code that `adapt` knows how to run.

    - `reference`: computes the answer with NumPy from givens by name: a number, an array, or a tuple of them.  Without
      it the last line of the part's derivation is the reference.
    - `outputs`: the names of what it returns, where that is a tuple.
    - `adapt`: runs a response that is a class, such as a torch module: ``adapt(response, **givens)`` returns what the
      reference returns, or raises `ValueError` with what is wrong with the class, or `NotImplementedError` with the
      reason where it cannot tell: the verdict is then undecided.
    - `arguments`: lets `adapt` run functions as well whose arguments are no givens, such as a training loop: what each
      argument is -> the names it may have.
    - `example`: such a function as a student would write it, shown as the answer instead of the reference; let an
      implementation of the part run it.
    - `part`: set by the problem that asks for it.
    """

    reference: Callable[..., Any] | None = None
    outputs: tuple[str, ...] = ()
    adapt: Callable[..., Any] | None = None
    arguments: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    example: Callable[..., Any] | None = None
    part: Part | None = field(default=None, repr=False, compare=False)
    kind: ClassVar[str] = "function"

    def bound(self, part: Part) -> Function:
        """The same answer, as that of a part."""
        return replace(self, part=part)

    def check(self, response: object, claim: str, **_: object) -> Evidence:
        """The verdict on a callable; supported by instances at best, refuted by the smallest one found."""
        if not callable(response):
            reason = f"a function was expected, not {type(response).__name__}"
            return self._unreadable(claim, reason)
        try:
            submitted = self._submission(response)
        except (VerifyError, TypeError, ValueError) as error:
            return self._unreadable(claim, str(error))
        try:
            evidence = crosscheck(self._part.problem, self._compared(submitted, self._referred))
        except VerifyError as error:
            evidence = Evidence(claim, Verdict.UNDECIDED, method="search", reason=str(error))
        if evidence.verdict is Verdict.REFUTED:
            evidence = self._explained(evidence, submitted)
        return replace(evidence, claim=claim, text="", accepts_supported=True)

    def shown(self) -> str:
        """The code of the reference, in Markdown."""
        if self.reference is None:
            return "the last line of the derivation"
        source = inspect.cleandoc("\n" + inspect.getsource(self.example or self.reference))
        return f"\n\n```python\n{source}\n```"

    def expects(self) -> str:
        """One line that tells what to pass."""
        given = ", ".join(self.arguments or self._names())
        returned = f" that returns {', '.join(self.outputs)}" if self.outputs else ""
        if self.arguments:
            return f"a function of some of {given}, by these names"
        return f"a function of {given}, by name{returned}" + (", or a class" if self.adapt else "")

    def _names(self) -> tuple[str, ...]:
        if self.reference is not None:
            return parameters_of(self.reference)
        return tuple(self._part.problem.given.symbols())

    @property
    def _part(self) -> Part:
        assert self.part is not None, "an answer is judged as that of a part"
        return self.part

    def _unreadable(self, claim: str, reason: str) -> Evidence:
        return Evidence(claim, Verdict.UNREADABLE, reason=reason, feedback=f"Expected {self.expects()}.")

    # Running ----------------------------------------------------------------------------------------------------------

    def _submission(self, response: Callable[..., Any]) -> _Submission:
        if self.adapt is not None and (inspect.isclass(response) or self._takes_arguments(response)):
            adapt = self.adapt

            def run(**values: Any) -> Any:
                try:
                    return adapt(response, **values)
                except NotImplementedError as error:
                    raise Unsettled(str(error)) from error

            return _Submission(run, parameters_of(adapt)[1:], self.outputs)
        uses = getattr(getattr(response, "__code__", None), "co_names", ())
        if _takes_any_arguments(response):
            return _Submission(_in_order(response), self._names(), self.outputs, tensors="torch" in uses)
        given = self._part.problem.given.symbols()
        names = tuple(
            name for name, each in inspect.signature(response).parameters.items() if name in given or _is_required(each)
        )
        self._part.problem.refuse_unknown_parameters(f"the function {_name(response)}", names)
        return _Submission(response, names, self.outputs, tensors="torch" in uses)

    def _takes_arguments(self, response: Callable[..., Any]) -> bool:
        """Whether a function has arguments that `adapt` passes, and no others."""
        known = {name for names in self.arguments.values() for name in names}
        parameters = inspect.signature(response).parameters
        names = {name.lower() for name, each in parameters.items() if _is_required(each)}
        return bool(names) and names <= known

    def _referred(self, scope: Scope) -> Outputs:
        if self.reference is None:
            return {"": np.squeeze(np.asarray(evaluate(self._part.answer, scope), dtype=float))}
        implementation = Implementation.of(self.reference, "numpy")
        return outputs_of(implementation(self._part.problem.arguments(implementation.parameters, scope)), self.outputs)

    def _compared(self, submitted: _Submission, referred: Callable[[Scope], Outputs]) -> Claim:
        """The claim that a submission returns what `referred` does, on every instance."""
        problem = self._part.problem

        def sides(scope: Scope) -> Sides:
            expected = referred(scope)
            left = joined(expected)
            try:
                returned = submitted(problem.arguments(submitted.names, scope), expected)
            except Misbehaved as error:
                submitted.last = (expected, error)
                return left, "=", np.full(left.size + 1, np.nan)
            submitted.last = (expected, returned)
            return left, "=", joined(returned)

        names = {*submitted.names, *(parameters_of(self.reference) if self.reference is not None else ())} - {"rng"}
        answer = [] if self.reference is not None else [self._part.answer]
        symbols = problem.expanded(*answer, *(problem.symbol(name) for name in names))
        needs = frozenset(symbols | ({RANDOMNESS} if "rng" in submitted.names else set()))
        name = f"{self._part.name}/response"
        return Claim(name, "implementation", "", sides, parameters=submitted.names, needs=needs)

    # Explaining -------------------------------------------------------------------------------------------------------

    def _explained(self, evidence: Evidence, submitted: _Submission) -> Evidence:
        """A refutation in shapes and numbers of one output, with the mistake named where the response makes one."""
        assert submitted.last is not None
        expected, returned = submitted.last
        feedback = [self._difference(expected, returned)]
        counterexample = evidence.counterexample
        if isinstance(returned, Misbehaved) or first_difference(expected, returned) is not None:
            assert counterexample is not None
            counterexample = None
        elif counterexample is not None:
            name = _worst(expected, returned)
            left, right = plain(returned[name]), plain(expected[name])
            counterexample = Counterexample(counterexample.at, left, right, "=")
        feedback += [f"{mistake.name}: {mistake.feedback}" for mistake in self._mistakes_made(submitted)]
        told = " ".join(text for text in feedback if text)
        return replace(evidence, counterexample=counterexample, feedback=told)

    def _difference(self, expected: Outputs, returned: Outputs | Misbehaved) -> str:
        sizes = self._sizes(expected)
        if isinstance(returned, Misbehaved):
            return str(returned)
        differing = first_difference(expected, returned)
        if differing is not None:
            name, left, right = differing
            what = f"{name} of shape" if name else "shape"
            return f"It returned {what} {right.shape}; shape {left.shape} is expected{sizes}."
        name = _worst(expected, returned)
        return f"The output {name} differs{sizes}." if name else ""

    def _sizes(self, expected: Outputs) -> str:
        shapes = ", ".join(f"{name} {array.shape}" for name, array in expected.items() if name and array.ndim)
        return f" (shapes: {shapes})" if shapes else ""

    def _mistakes_made(self, submitted: _Submission) -> list[Mistake]:
        """The mistakes whose function returns what the submission does, on every instance tried."""
        made = []
        for mistake in self._part.mistakes:
            if not callable(mistake.wrong):
                continue
            wrong = Implementation.of(mistake.wrong, "numpy")

            def referred(scope: Scope, wrong: Implementation = wrong) -> Outputs:
                return outputs_of(wrong(self._part.problem.arguments(wrong.parameters, scope)), self.outputs)

            try:
                claim = self._compared(submitted.fresh(), referred)
                # Whether they differ is all that is asked, so no smaller instance is looked for.
                found = search(self._part.problem, claim, examples=profile_of().examples, shrink=False)
                if found.verdict is Verdict.SUPPORTED:
                    made.append(mistake)
            except (VerifyError, TypeError, ValueError, ArithmeticError):
                continue  # the mistake's own function is not defined on what the response needs
        return made


def _worst(expected: Outputs, returned: Outputs) -> str:
    return max(expected, key=lambda name: float(np.max(np.abs(returned[name] - expected[name]), initial=0.0)))


@dataclass
class _Submission:
    """A response that can be called, and what it did last."""

    function: Callable[..., Any]
    names: tuple[str, ...]
    outputs: tuple[str, ...]
    calls: int = 0
    tensors: bool = False
    unsteady: bool = False
    last: tuple[Outputs, Outputs | Misbehaved] | None = None

    def fresh(self) -> _Submission:
        return _Submission(self.function, self.names, self.outputs, TWICE, self.tensors, self.unsteady)

    def __call__(self, values: Mapping[str, Any], expected: Outputs) -> Outputs:
        """What it returns, by output; raises `Misbehaved`."""
        returned = self._outputs(values)
        if self.calls < TWICE:
            self.calls += 1
            again = self._outputs(values)
            self.unsteady |= not all(np.array_equal(returned[name], again[name]) for name in returned)
        if self.unsteady:
            raise Misbehaved("It returned different numbers for the same arguments; is something drawn at random?")
        if first_difference(expected, returned) is not None:
            return returned
        return {name: as_precise_as(array, expected[name]) for name, array in returned.items()}

    def _outputs(self, values: Mapping[str, Any]) -> Outputs:
        return outputs_of(self._result(values), self.outputs)

    def _result(self, values: Mapping[str, Any]) -> Any:
        """What it returns for NumPy arrays, or for torch tensors where its code can only take those."""
        if self.tensors:
            return _called(self.function, _as_tensors(values))
        try:
            return _called(self.function, _as_arrays(values))
        except Misbehaved as error:
            if "torch" not in sys.modules or not isinstance(error.__cause__, TypeError | AttributeError):
                raise
            result = _called(self.function, _as_tensors(values))
            self.tensors = True
            return result


def _as_arrays(values: Mapping[str, Any]) -> dict[str, Any]:
    arrays = {name: value.copy() if isinstance(value, np.ndarray) else value for name, value in values.items()}
    if "rng" in arrays:
        arrays["rng"] = np.random.default_rng(arrays["rng"])
    return arrays


def _as_tensors(values: Mapping[str, Any]) -> dict[str, Any]:
    import torch

    return {
        name: torch.from_numpy(value) if isinstance(value, np.ndarray) else value
        for name, value in _as_arrays(values).items()
    }


def _called(function: Callable[..., Any], arguments: dict[str, Any]) -> Any:
    before = {name: _numbers(value).copy() for name, value in arguments.items() if _is_array(value)}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what a student's own code warns of is no verdict
            result = function(**arguments)
    except Unsettled:
        raise
    except Exception as error:  # whatever a submitted function raises is its own fault, told without a traceback
        raise Misbehaved(f"It raised {type(error).__name__}: {error}") from error
    for name, value in before.items():
        if not np.array_equal(_numbers(arguments[name]), value):
            raise Misbehaved(f"It changed its argument {name} in place.")
    return result


def _takes_any_arguments(function: Callable[..., Any]) -> bool:
    """Whether a function is written as ``f(*values)``: then it gets what the reference gets, in its order."""
    kinds = [parameter.kind for parameter in inspect.signature(function).parameters.values()]
    return kinds == [inspect.Parameter.VAR_POSITIONAL]


def _in_order(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda **values: function(*values.values())


def _is_required(parameter: inspect.Parameter) -> bool:
    """Whether a call has to give it: what has a default and is no given keeps its default."""
    return parameter.default is parameter.empty


def _is_array(value: Any) -> bool:
    return isinstance(value, np.ndarray) or hasattr(value, "detach")


def _numbers(value: Any) -> np.ndarray:
    array: np.ndarray = value.detach().cpu().numpy() if hasattr(value, "detach") else value
    return array


def _name(function: Callable[..., Any]) -> str:
    return getattr(function, "__name__", type(function).__name__)
