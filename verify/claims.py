"""What there is to check in a problem: one claim for each line, implementation, mistake, published key and property."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

from verify.claim import Claim, Kind, Sides
from verify.derivation import Step
from verify.errors import ProblemError
from verify.evidence import Evidence, Verdict
from verify.expressions import Scope, evaluate
from verify.given import RANDOMNESS
from verify.implementation import Implementation, parameters_of
from verify.outputs import Outputs, first_difference, joined, outputs_of

if TYPE_CHECKING:
    from verify.experiment import Experiment, Finding
    from verify.part import Mistake, Part
    from verify.problem import Problem, Property


def claims_of(problem: Problem) -> list[Claim]:
    """Every claim of a problem, in reading order; names are unique."""
    claims: list[Claim] = []
    for part in problem.parts.values():
        claims += claims_of_part(part)
    claims += [_claim_of_property(problem, stated) for stated in problem.properties]
    claims += [
        _claim_of_experiment(experiment, finding)
        for experiment in problem.experiments
        for finding in experiment.findings
    ]
    return [replace(claim, needs=needs_of(problem, claim)) for claim in claims]


def needs_of(problem: Problem, claim: Claim) -> frozenset[sp.Basic] | None:
    """The givens that a claim depends on, its conditions among them; only these need to be drawn."""
    expressions = [] if claim.symbolic is None else [claim.symbolic[0], claim.symbolic[2]]
    if claim.kind in ("implementation", "mistake") and claim.judge is None and problem.parts[claim.part].derivation:
        expressions.append(problem.parts[claim.part].answer)
    names = [name for name in claim.parameters if name != "rng"]
    symbols = problem.expanded(*expressions, *(problem.symbol(name) for name in names))
    # The conditions restrict which instances are drawn, so what they speak of is drawn with them.
    conditions = problem.expanded(*(condition.relation for condition in problem.given.conditions))
    return frozenset(symbols | conditions | ({RANDOMNESS} if "rng" in claim.parameters else set()))


def claims_of_part(part: Part) -> list[Claim]:
    """The claims of one part: lines, implementations, published keys, mistakes."""
    return _claims_of_lines(part) + _claims_of_answer(part)


def _claims_of_lines(part: Part) -> list[Claim]:
    claims = []
    if part.derivation is not None:
        previous = part.derivation.start
        for number, step in enumerate(part.derivation.steps, 1):
            claims.append(claim_of_step(f"{part.name}/step-{number}", previous, step))
            previous = step.expression
    return claims


def _claims_of_answer(part: Part) -> list[Claim]:
    if part.function is not None:
        claims = [_claim_of_code(part, implementation) for implementation in part.implementations]
        return claims + [_claim_of_wrong_code(part, mistake) for mistake in part.mistakes]
    if part.answer_kind is not None:
        claims = [_claim_of_computation(part, implementation) for implementation in part.implementations]
        return claims + [_claim_of_wrong_response(part, mistake) for mistake in part.mistakes]
    claims = [_claim_of_implementation(part, implementation) for implementation in part.implementations]
    claims += [_claim_of_key(part, name, value) for name, value in part.keys.items()]
    claims += [_claim_of_mistake(part, mistake) for mistake in part.mistakes]
    return claims


def claim_of_step(name: str, previous: sp.Basic, step: Step) -> Claim:
    """The claim that a line relates to the line above as it says."""

    def sides(scope: Scope) -> Sides:
        return evaluate(previous, scope), step.relation, evaluate(step.expression, scope)

    text = f"{previous}  {step.relation}  {step.expression},  because {step.because}"
    return Claim(name, "step", text, sides, (previous, step.relation, step.expression))


def _claim_of_implementation(part: Part, implementation: Implementation) -> Claim:
    def sides(scope: Scope) -> Sides:
        values = part.problem.arguments(implementation.parameters, scope)
        return evaluate(part.answer, scope), "=", implementation(values)

    text = f"{part.answer}  agrees with {implementation.backend}: {implementation.description}"
    name = f"{part.name}/{implementation.name}"
    return Claim(name, "implementation", text, sides, parameters=implementation.parameters)


def _claim_of_computation(part: Part, implementation: Implementation) -> Claim:
    """What an implementation computes is accepted as a response; for an answer that is no expression."""

    def judge(scope: Scope) -> Evidence:
        result = implementation(part.problem.arguments(implementation.parameters, scope))
        evidence: Evidence = part.answer_kind.check(result, part.identifier)
        if evidence.accepted is None:
            return replace(evidence, verdict=Verdict.UNDECIDED)
        # The computation may be right by chance on these givens: it supports the answer and proves nothing.
        return replace(evidence, verdict=Verdict.SUPPORTED if evidence.accepted else Verdict.REFUTED)

    text = f"the answer agrees with {implementation.backend}: {implementation.description}"
    name = f"{part.name}/{implementation.name}"
    parameters = implementation.parameters
    return Claim(name, "implementation", text, _no_sides, judge=judge, parameters=parameters, fixed=part.asks)


def _claim_of_code(part: Part, implementation: Implementation) -> Claim:
    """An implementation returns what the reference of a function does."""
    text = f"the reference agrees with {implementation.backend}: {implementation.description}"
    return _claim_of_outputs(part, implementation, f"{part.name}/{implementation.name}", "implementation", text)


def _claim_of_wrong_code(part: Part, mistake: Mistake) -> Claim:
    """The function of a mistake returns something else."""
    wrong = Implementation.of(mistake.wrong, "numpy")
    text = f"the mistake {mistake.name!r} returns something else"
    return replace(_claim_of_outputs(part, wrong, f"{part.name}/mistake-{mistake.slug}", "mistake", text), differs=True)


def _claim_of_outputs(part: Part, implementation: Implementation, name: str, kind: Kind, text: str) -> Claim:
    reference = Implementation.of(part.function.reference, "numpy")
    names = part.function.outputs

    def outputs(function: Implementation, scope: Scope) -> Outputs:
        return outputs_of(function(part.problem.arguments(function.parameters, scope)), names)

    def sides(scope: Scope) -> Sides:
        expected, found = outputs(reference, scope), outputs(implementation, scope)
        differing = first_difference(expected, found)
        if differing is not None:
            return differing[1], "=", differing[2]
        return joined(expected), "=", joined(found)

    parameters = tuple(dict.fromkeys((*reference.parameters, *implementation.parameters)))
    return Claim(name, kind, text, sides, parameters=parameters)


def _claim_of_wrong_response(part: Part, mistake: Mistake) -> Claim:
    """The part's own check refutes the mistake; for an answer that is no expression."""

    def judge(_: Scope) -> Evidence:
        evidence: Evidence = part.answer_kind.check(part.response_at(mistake, part.asks), part.identifier)
        if evidence.verdict is not Verdict.REFUTED:
            reason = f"the check says {evidence.verdict.value} to this mistake"
            return Evidence(part.identifier, Verdict.REFUTED, reason=reason)
        return Evidence(part.identifier, Verdict.PROVED, "by the check of this part", evidence.method)

    text = f"the mistake {mistake.name!r} is refuted"
    return Claim(f"{part.name}/mistake-{mistake.slug}", "mistake", text, _no_sides, judge=judge)


def _no_sides(_: Scope) -> Sides:
    raise AssertionError("this claim is judged, not compared")


def _claim_of_key(part: Part, name: str, value: Any) -> Claim:
    instance = part.problem.instances[name]
    key = sp.ImmutableMatrix(value) if isinstance(value, list) else sp.sympify(value)

    def sides(scope: Scope) -> Sides:
        return evaluate(part.answer, scope), "=", evaluate(key, scope)

    text = f"{part.answer}  =  {value}  at the instance {name!r}"
    return Claim(f"{part.name}/{name}", "instance", text, sides, (part.answer, "=", key), fixed=instance)


def _claim_of_mistake(part: Part, mistake: Mistake) -> Claim:
    def sides(scope: Scope) -> Sides:
        return evaluate(part.answer, scope), "=", wrong_value(part, mistake, scope)

    symbolic = (part.answer, "=", mistake.wrong) if isinstance(mistake.wrong, sp.Basic) else None
    return Claim(
        f"{part.name}/mistake-{mistake.slug}",
        "mistake",
        f"the mistake {mistake.name!r} gives another value",
        sides,
        symbolic,
        differs=True,
        fixed=part.asks,
        parameters=() if symbolic else parameters_of(mistake.wrong),
    )


def wrong_value(part: Part, mistake: Mistake, scope: Scope) -> Any:
    """The wrong answer of a mistake at an instance."""
    if isinstance(mistake.wrong, sp.Basic):
        return evaluate(mistake.wrong, scope)
    implementation = Implementation.of(mistake.wrong, "numpy")
    return implementation(part.problem.arguments(implementation.parameters, scope))


def _claim_of_property(problem: Problem, stated: Property) -> Claim:
    words = stated.because or stated.name.replace("_", " ")
    if stated.symbolic is not None:
        left, relation, right = stated.symbolic

        def symbolic_sides(scope: Scope) -> Sides:
            return evaluate(left, scope), relation, evaluate(right, scope)

        return Claim(
            stated.name, "property", words, symbolic_sides, stated.symbolic, stated.differs, sizes=stated.sizes
        )
    assert stated.function is not None
    implementation = Implementation.of(stated.function, stated.backend)

    def sides(scope: Scope) -> Sides:
        result = implementation(problem.arguments(implementation.parameters, scope))
        if not (isinstance(result, tuple) and len(result) == 3):
            raise ProblemError(
                f"{problem.path.name}, claim {stated.name}",
                f"it returned {_kind(result)}",
                'A claim returns both sides, as in `return left, "<=", right`.',
            )
        return _as_array(result[0]), result[1], _as_array(result[2])

    return Claim(stated.name, "property", words, sides, differs=stated.differs, parameters=implementation.parameters)


def _claim_of_experiment(experiment: Experiment, finding: Finding) -> Claim:
    def judge(_: Scope) -> Evidence:
        return experiment.judge(finding)

    words = finding.because or finding.name.replace("_", " ")
    return Claim(finding.name, "experiment", words, _no_sides, judge=judge)


def _kind(result: Any) -> str:
    return "nothing" if result is None else f"a {type(result).__name__}"


def _as_array(value: Any) -> Any:
    return (
        value.detach().cpu().numpy()
        if hasattr(value, "detach")
        else np.asarray(value)
        if isinstance(value, list)
        else value
    )
