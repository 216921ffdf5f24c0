"""Cross-check: turn a claim into evidence, by proof where possible and by search in any case.

Search first, prove second: a proof never overrules a counterexample.
"""

from __future__ import annotations

import os
import random
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import product
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

from verify.claim import Claim
from verify.comparison import STEP, NotComparable, excess
from verify.errors import ProblemError, UnknownName
from verify.estimate import Estimate
from verify.evidence import Counterexample, Evidence, Verdict
from verify.given import RANDOMNESS, Instance
from verify.instance import WorkedInstance
from verify.proof import prove, prove_at

if TYPE_CHECKING:
    from verify.problem import Problem

PERTURBATIONS = 3
SMALLER_SIZES = 12  # so many smaller sizes are tried for a smaller counterexample
EXAMPLES_AT_A_SIZE = 30
SEED = 182  # every search starts here, so that two runs on one machine look at the same instances


@dataclass(frozen=True)
class Profile:
    """How hard a search looks; profiles differ in numbers only."""

    name: str
    examples: int


PROFILES = {
    profile.name: profile
    for profile in (Profile("dev", 50), Profile("docs", 100), Profile("ci", 200), Profile("thorough", 5_000))
}


def profile_of(name: str | None = None) -> Profile:
    """The profile of that name, of the variable ``VERIFY_PROFILE``, or ``dev``; raises `UnknownName`."""
    chosen = name or os.environ.get("VERIFY_PROFILE", "dev")
    if chosen not in PROFILES:
        raise UnknownName("profile", chosen, PROFILES)
    return PROFILES[chosen]


def run(problem: Problem, *, profile: str | None = None) -> Iterator[Evidence]:
    """The evidence for every claim of a problem, one after the other, in reading order."""
    for claim in problem.claims():
        yield crosscheck(problem, claim, profile=profile)


def crosscheck(problem: Problem, claim: Claim, *, profile: str | None = None) -> Evidence:
    """The evidence for one claim."""
    start = perf_counter()
    evidence = _settled(problem, claim, profile_of(profile))
    identifier = f"{problem.id}/{claim.name}"
    return replace(evidence, claim=identifier, text=claim.text, accepts_supported=True, seconds=perf_counter() - start)


def _settled(problem: Problem, claim: Claim, profile: Profile) -> Evidence:
    if claim.judge is not None:
        values = {RANDOMNESS: SEED, **(claim.fixed.floats() if claim.fixed is not None else {})}
        scope = f"at the instance {claim.fixed.name!r}" if claim.fixed is not None else "one computation"
        judged = claim.judge(problem.scope(values))
        return (
            judged if judged.verdict is Verdict.PROVED or claim.kind == "experiment" else replace(judged, scope=scope)
        )
    if claim.fixed is not None:
        return _at_fixed_instance(problem, claim, claim.fixed)
    # No page shows where a mistake was noticed, and shrinking would take most of the time of a run.
    searched = search(problem, claim, examples=profile.examples, shrink=claim.kind != "mistake")
    if claim.differs:
        return _turned(searched)
    if searched.verdict is Verdict.REFUTED:
        return searched
    proved = prove(problem, claim)
    if proved is None or proved.verdict not in (Verdict.PROVED, Verdict.REFUTED):
        return searched
    if proved.verdict is Verdict.PROVED:
        scope = f"{proved.scope}; {searched.scope}" if searched.tried else proved.scope
        return replace(searched, verdict=Verdict.PROVED, scope=scope, method=proved.method, reason=proved.reason)
    return proved


def _turned(searched: Evidence) -> Evidence:
    """The evidence that two sides differ, from the search for an instance where they do."""
    if searched.verdict is Verdict.REFUTED:
        assert searched.counterexample is not None
        return replace(searched, verdict=Verdict.PROVED, scope="by a counterexample", method="counterexample")
    if searched.verdict is Verdict.SUPPORTED:
        return replace(
            searched,
            verdict=Verdict.REFUTED,
            reason=f"no instance tells the two sides apart ({searched.scope})",
        )
    return searched


def _at_fixed_instance(problem: Problem, claim: Claim, instance: WorkedInstance) -> Evidence:
    """A claim about one instance: decided exactly where both sides are symbolic, else compared in float64."""
    if claim.symbolic is not None:
        evidence = prove_at(problem, claim, instance)
    else:
        found = _excess(problem, claim, instance.floats())
        verdict = Verdict.UNDECIDED if found is None else Verdict.REFUTED if found > 1 else Verdict.SUPPORTED
        reason = "the reference is not defined there" if found is None else ""
        evidence = Evidence(claim.name, verdict, f"at the instance {instance.name!r}", "search", reason, tried=1)
    if not claim.differs:
        return evidence
    if evidence.verdict is Verdict.REFUTED:
        return replace(evidence, verdict=Verdict.PROVED, scope=f"at the instance {instance.name!r}")
    reason = f"the instance {instance.name!r} cannot tell the two apart"
    turned = Verdict.REFUTED if evidence.verdict.passed else evidence.verdict
    return replace(evidence, verdict=turned, reason=evidence.reason if turned is evidence.verdict else reason)


def search(problem: Problem, claim: Claim, *, examples: int, shrink: bool = True) -> Evidence:
    """Look for an instance that refutes `claim`; the smallest one, with `shrink`."""
    hunt = _Hunt(problem, claim)
    instance = hunt.find(examples, shrink=False, sizes=dict(claim.sizes))
    if instance is None:
        if not hunt.tried:
            return Evidence(claim.name, Verdict.UNDECIDED, method="search", reason="no instance could be tried")
        scope = _scope(hunt.tried, hunt.resolutions)
        return Evidence(claim.name, Verdict.SUPPORTED, scope, "search", worst=hunt.worst, tried=hunt.tried)
    tried = hunt.tried
    if shrink:
        instance = _smallest(hunt, instance, examples)
    return Evidence(
        claim.name,
        Verdict.REFUTED,
        f"after {tried} instances",
        "search",
        counterexample=counterexample(instance, _sides(problem, claim, instance)),
        worst=hunt.worst,
        tried=tried,
    )


@dataclass
class _Hunt:
    """A search for an instance that refutes one claim, and what it has seen."""

    problem: Problem
    claim: Claim
    tried: int = 0
    worst: float = 0.0
    resolutions: list[float] = field(default_factory=list)  # of simulations: the relative errors they would notice

    def find(self, examples: int, *, shrink: bool, sizes: dict[sp.Basic, int]) -> Instance | None:
        """An instance that refutes the claim, at some fixed sizes; None where none was found."""
        from hypothesis import HealthCheck, Phase, find, settings
        from hypothesis.errors import NoSuchExample, Unsatisfiable

        options = settings(
            max_examples=examples,
            deadline=None,
            database=None,
            phases=[Phase.generate, Phase.shrink] if shrink else [Phase.generate],
            derandomize=False,
            suppress_health_check=list(HealthCheck),
        )
        admits = self.problem.admits if self.problem.given.conditions else None
        strategy = self.problem.given.instances(admits, sizes, self.claim.needs)
        try:
            return find(strategy, self._refutes, settings=options, random=random.Random(SEED))
        except (NoSuchExample, Unsatisfiable):
            return None

    def _refutes(self, instance: Instance) -> bool:
        found = _excess(self.problem, self.claim, instance, self.resolutions)
        if found is None:
            return False
        self.tried, self.worst = self.tried + 1, max(self.worst, found)
        return found > 1


def _smallest(hunt: _Hunt, instance: Instance, examples: int) -> Instance:
    """The smallest instance that refutes the claim, of smaller sizes if one turns up.

    Shrinking alone rarely lowers a size, because all numbers behind it would have to move at once; and it takes long
    where there are many numbers, so that smaller sizes come first.
    """
    given = hunt.problem.given
    found = {symbol: instance[symbol] for symbol in given.size_symbols if symbol in instance}
    fixed = dict(hunt.claim.sizes)
    smaller = [
        dict(zip(found, sizes, strict=True))
        for sizes in product(*(range(1, size + 1) for size in found.values()))
        if sizes != tuple(found.values())
    ]
    candidates = [sizes for sizes in smaller if given.allows(sizes) and all(sizes[s] == n for s, n in fixed.items())]
    for sizes in sorted(candidates, key=lambda sizes: sum(sizes.values()))[:SMALLER_SIZES]:
        other = hunt.find(EXAMPLES_AT_A_SIZE, shrink=True, sizes=sizes)
        if other is not None:
            return other
    shrunk = hunt.find(examples, shrink=True, sizes={**fixed, **found})
    return instance if shrunk is None else shrunk


def _scope(tried: int, resolutions: list[float]) -> str:
    scope = f"{tried} instance{'s' if tried > 1 else ''}"
    return f"{scope}, each to ±{100 * median(resolutions):.2g} %" if resolutions else scope


def _sides(problem: Problem, claim: Claim, instance: Instance) -> Any:
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return claim.sides(problem.scope(instance))


def _excess(problem: Problem, claim: Claim, instance: Instance, resolutions: list[float] | None = None) -> float | None:
    """How far the claim fails at an instance (at most 1 is fine), or None where the instance says nothing."""
    try:
        sides = _sides(problem, claim, instance)
        if resolutions is not None:
            resolutions.extend(side.resolution for side in sides if isinstance(side, Estimate))
        return excess(
            sides,
            lambda: (_sides(problem, claim, other) for other in problem.given.perturbed(instance, STEP, PERTURBATIONS)),
        )
    except (NotComparable, ZeroDivisionError, OverflowError, np.linalg.LinAlgError):
        return None  # the reference is not defined there
    except (TypeError, ValueError) as error:
        raise ProblemError(
            f"{problem.path.name}, {claim.name}", f"it failed on an instance: {error}", "Run it on one by hand."
        ) from error


def counterexample(instance: Instance, sides: Any) -> Counterexample:
    """The instance by name, and what the two sides came to there, as plain numbers and lists."""
    left, relation, right = sides
    return Counterexample(
        {str(symbol): plain(value) for symbol, value in instance.items() if str(symbol) != "rng"},
        plain(left),
        plain(right),
        relation,
    )


def plain(value: Any) -> Any:
    """Numbers and nested lists instead of arrays; a column becomes a flat list, a 1x1 matrix its entry."""
    if isinstance(value, Estimate):
        return str(value)
    array = np.asarray(value)
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.size == 1:
        return array.reshape(()).item()
    return array.tolist()
