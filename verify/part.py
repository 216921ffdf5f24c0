"""Part: one lettered question: prompt, derivation, implementations, mistakes, and how a response is judged."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import sympy as sp

from verify.derivation import Derivation, refuse_infinite
from verify.errors import ProblemError
from verify.implementation import Implementation, gradient_of, parameters_of

if TYPE_CHECKING:
    from verify.instance import WorkedInstance
    from verify.problem import Problem


@dataclass(frozen=True)
class Mistake:
    """A wrong answer that students give.

    - `name`: what went wrong, in a few words; shown with the feedback.
    - `wrong`: the wrong answer: an expression over the part's symbols, or a function of the givens by name; for an
      answer of another kind, a response of that kind, or where that is computed a function that computes the response.
    - `feedback`: what to tell the student; never contains the answer.
    """

    name: str
    wrong: Any
    feedback: str

    @property
    def slug(self) -> str:
        return re.sub(r"[^a-z0-9]+", "-", self.name.lower()).strip("-")


@dataclass(eq=False)
class Part:
    """One question.  Identifier ``<problem>/<name>``, permanent once published."""

    problem: Problem
    name: str
    prompt: str
    derivation: Derivation | None
    answer_kind: Any = None  # an answer of `verify.answers` for what is not a derived expression
    answer_rule: Callable[..., Any] | None = None  # the same, computed from the numbers of an instance
    asks: WorkedInstance | None = None
    in_terms_of: tuple[sp.Basic, ...] = ()
    visible: frozenset[sp.Basic] = frozenset()  # the names declared before this part
    atom: bool = True
    implementations: list[Implementation] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)
    keys: dict[str, Any] = field(default_factory=dict)

    @property
    def identifier(self) -> str:
        return f"{self.problem.id}/{self.name}"

    @property
    def answer(self) -> sp.Basic:
        """The last line of the derivation."""
        if self.derivation is None:
            raise ProblemError(self.identifier, "it has no derivation", "Its answer is of another kind.")
        return self.derivation.answer

    @property
    def function(self) -> Any:
        """The answer where it is a function with a reference of its own; else None."""
        is_function = getattr(self.answer_kind, "kind", "") == "function" and self.answer_kind.reference is not None
        return self.answer_kind if is_function else None

    def answer_at(self, instance: WorkedInstance | None) -> Any:
        """The answer of another kind, computed at an instance where the part has a rule for it; None for a formula."""
        if self.answer_rule is None or instance is None:
            return self.answer_kind
        return self.computed(self.answer_rule, instance)

    def response_at(self, mistake: Mistake, instance: WorkedInstance | None) -> Any:
        """The response of another kind that makes a mistake, computed at an instance where it is a function."""
        if not callable(mistake.wrong) or self.function is not None:
            return mistake.wrong
        return self.computed(mistake.wrong, instance if instance is not None else self.asks)

    def computed(self, function: Callable[..., Any], instance: WorkedInstance | None) -> Any:
        """What a function of the givens by name returns at an instance."""
        implementation = Implementation.of(function, "numpy")
        values = instance.floats() if instance is not None else {}
        return implementation(self.problem.arguments(implementation.parameters, self.problem.scope(values)))

    @property
    def place(self) -> str:
        return f"{self.problem.path.name}, part ({self.name})"

    def numpy(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Register a function of the givens by name that computes the answer with NumPy.

        Vectors arrive as 1-d arrays, scalars as floats, sizes as integers, ``rng`` as a `numpy.random.Generator`.
        """
        self._implement(function, "numpy")
        return function

    def torch(self, function: Callable[..., Any], *, name: str | None = None) -> Callable[..., Any]:
        """Register a function of the givens by name that computes the answer with torch, in float64 tensors."""
        self._implement(function, "torch", name)
        return function

    def autograd(self, loss: Callable[..., Any], *, wrt: sp.Basic, name: str = "autograd") -> None:
        """Register the gradient of a torch `loss` with respect to the given `wrt`, by torch's autograd."""
        if str(wrt) not in Implementation.of(loss, "torch").parameters:
            raise ProblemError(
                f"{self.place}, implementation {loss.__name__}",
                f"it does not take {wrt}",
                f"A loss differentiated with respect to {wrt} must have an argument of that name.",
            )
        self._implement(gradient_of(loss, str(wrt)), "torch", name)

    def mistake(self, name: str, wrong: Any, feedback: str) -> None:
        """Name a wrong answer that students give; it must be refuted by this part's own check."""
        if not feedback.strip():
            raise ProblemError(f"{self.place}, mistake {name!r}", "the feedback is missing", "Say what went wrong.")
        if any(mistake.name == name for mistake in self.mistakes):
            raise ProblemError(
                f"{self.place}, mistake {name!r}", "the name is taken", "Give each mistake its own name."
            )
        if self.answer_kind is not None:  # the wrong answer is a response of that kind
            if self.function is not None and not callable(wrong):
                place = f"{self.place}, mistake {name!r}"
                raise ProblemError(place, f"found {type(wrong).__name__}", "Give a function of the givens by name.")
            if callable(wrong):
                self.problem.refuse_unknown_parameters(f"{self.place}, mistake {name!r}", parameters_of(wrong))
            self.mistakes.append(Mistake(name, wrong, feedback))
            return
        expression = wrong if callable(wrong) and not isinstance(wrong, sp.Basic) else _sympified(wrong)
        if isinstance(expression, sp.Basic):
            refuse_infinite(f"{self.place}, mistake {name!r}", "the wrong answer", expression)
            self.problem.refuse_unknown(f"{self.place}, mistake {name!r}", expression)
        self.mistakes.append(Mistake(name, expression, feedback))

    def key(self, instance: WorkedInstance, value: Any) -> None:
        """State the published answer at an instance: integers, fractions, or nested lists of them; checked exactly."""
        self.problem.refuse_open(f"{self.place}, key", self.answer, instance)
        if any(word in repr(value) for word in ("nan", "inf", "oo")):
            raise ProblemError(f"{self.place}, key", f"found {value!r}", "Write integers or fractions.")
        self.keys[instance.name] = value

    def _implement(self, function: Callable[..., Any], backend: str, name: str | None = None) -> None:
        implementation = Implementation.of(function, backend, name)
        place = f"{self.place}, implementation {implementation.name}"
        self.problem.refuse_unknown_parameters(place, implementation.parameters)
        if any(other.name == implementation.name for other in self.implementations):
            raise ProblemError(place, "the name is taken", "Give each implementation its own name.")
        self.implementations.append(implementation)


def _sympified(value: Any) -> sp.Basic:
    if isinstance(value, list):
        return sp.ImmutableMatrix(value)
    return value if isinstance(value, sp.Basic) else sp.sympify(value, strict=True)
