"""One decision: are two scalar terms equal wherever both are defined?

The tiers run from cheap to dear: the same term; one point in ball arithmetic; the exact tier; algebraic numbers; more
points at higher precision; the domain cut into cases; images in a prime field.  Sampling may refute and never proves.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from random import Random
from time import process_time
from typing import TYPE_CHECKING

from verify.equality.assumptions import REAL, Assumptions
from verify.equality.domains import conditions, narrowed, open_conditions, special_values, survey
from verify.equality.guard import demand_easy, demand_time
from verify.equality.sampling import SYSTEM_RANDOM
from verify.equality.terms import Terms
from verify.errors import BudgetExceeded, Undecidable
from verify.evidence import Counterexample, Evidence, Verdict

DOMAIN_POLICIES = ("removable", "ignore", "require")
FIRST_PRECISION = (64,)
PRECISIONS = (128, 512, 4096, 16_384)
SEARCH_POINTS = 16
CONTRADICTION = "please report this: the counterexample contradicts a proof by the tier"
NEVER_DEFINED = "the two sides were never both defined at the points tried"


@dataclass(slots=True)
class _Outcome:
    """What the tiers found: the verdict, who found it, and why if nobody did."""

    verdict: Verdict
    method: str = ""
    reason: str = ""
    counterexample: Counterexample | None = None
    scope: str = ""


def decide(
    terms: Terms,
    left: int,
    right: int,
    assumptions: Assumptions | None = None,
    *,
    domain: str = "ignore",
    budget: float | None = None,
    random: Random | None = None,
    claim: str = "",
    search: bool = True,
) -> Evidence:
    """Whether two scalar terms are equal.

    - `assumptions`: the sets the variables range over; real where nothing is said.
    - `domain`: ``ignore`` compares where both sides are defined (and both must be defined somewhere); ``removable``
      leaves it undecided where only one side is defined on a whole region, not just at single points; ``require`` also
      demands that they are defined at the same points.
    - `budget`: seconds of this process's time after which no further tier is started.
    - `random`: the source of sample points, for tests; by default the operating system's.
    - `search`: whether a counterexample is looked for beyond the first point, where no proof was found.
    """
    if domain not in DOMAIN_POLICIES:
        raise ValueError(f"unknown domain policy {domain!r}; known are {', '.join(DOMAIN_POLICIES)}")
    decision = _Decision(terms, left, right, assumptions or Assumptions(), random or SYSTEM_RANDOM, budget, search)
    outcome = decision.run()
    if outcome.verdict is Verdict.PROVED:
        outcome = decision.with_domain(outcome, domain)
    return Evidence(
        claim,
        outcome.verdict,
        scope=outcome.scope or decision.scope(),
        method=outcome.method,
        reason=outcome.reason,
        counterexample=outcome.counterexample,
    )


if TYPE_CHECKING:
    from verify.equality.refute import Search
    from verify.equality.sampling import Point

Tier = Callable[[], "_Outcome | None"]


class _Decision:
    """The state of one decision, shared by its tiers."""

    def __init__(
        self,
        terms: Terms,
        left: int,
        right: int,
        assumptions: Assumptions,
        random: Random,
        budget: float | None,
        search: bool,
    ) -> None:
        from verify.equality.refute import Refuter

        self.terms, self.left, self.right = terms, left, right
        self.declared, self.random, self.search = assumptions, random, search
        self.seen = survey(terms, left, right)
        self.assumptions = narrowed(terms, (left, right), assumptions) if self.seen.narrowing else assumptions
        self.refuter = Refuter(terms, left, right, self.seen, self.assumptions, random)
        self.reasons: list[str] = []
        self.agreed = 0
        self.deadline = None if budget is None else process_time() + budget

    def scope(self) -> str:
        """``in general``, or the declared conditions on the variables that occur."""
        declared = [(name, self.declared.of(name)) for name in sorted(self.seen.names)]
        said = [assumption.describe(name) for name, assumption in declared if assumption != REAL]
        return "for " + ", ".join(said) if said else "in general"

    # ------------------------------------------------------------------ the tiers in order

    def run(self) -> _Outcome:
        """The first tier's verdict that settles the question."""
        if any(self.assumptions.of(name).is_empty for name in self.assumptions):
            return _Outcome(Verdict.UNDECIDED, reason="the two sides are nowhere both defined")
        for tier in self._tiers():
            demand_time()
            if self.deadline is not None and process_time() > self.deadline:
                return _Outcome(Verdict.UNDECIDED, reason="the time allowed for this decision is over")
            try:
                outcome = tier()
            except (Undecidable, BudgetExceeded) as obstacle:
                self.reasons.append(str(obstacle))
                continue
            if outcome is not None:
                return outcome
        return _Outcome(Verdict.UNDECIDED, reason=self._why())

    def _tiers(self) -> Iterator[Tier]:
        if self.left == self.right:
            yield self.structural
            return
        yield self.first_point
        demand_easy(self.terms, self.left, self.right)
        yield self.exact
        if self.refuter.constant:
            yield self.algebraic
        if self.search:
            yield self.more_points
        if self.seen.inverses:
            yield self.angles
        if self.seen.over_index:
            yield self.induction
        yield self.cases
        yield self.modular

    def _why(self) -> str:
        if not self.agreed:
            return NEVER_DEFINED
        told = "; ".join(dict.fromkeys(self.reasons)) or "no rule reduces the difference of the two sides to zero"
        return f"no counterexample at {self.agreed} points, and no proof: {told}"

    def structural(self) -> _Outcome | None:
        """The same term on both sides."""
        if self.terms.is_total(self.left) or self.is_defined_somewhere():
            return _Outcome(Verdict.PROVED, "structural")
        return _Outcome(Verdict.UNDECIDED, reason=NEVER_DEFINED)

    def first_point(self) -> _Outcome | None:
        """One readable point at low precision, where most wrong answers leave."""
        return self._searched(self.refuter.search(1, FIRST_PRECISION, small=True))

    def exact(self) -> _Outcome | None:
        """The difference as an element of a field of fractions."""
        from verify.equality.exact.attempts import prove

        method = prove(self.terms, self.left, self.right, self.seen, self.assumptions)
        return None if method is None else self._proved(method)

    def algebraic(self) -> _Outcome | None:
        """Both sides as algebraic numbers."""
        from verify.equality.algebraic import algebraic_equal

        if algebraic_equal(self.terms, self.left, self.right):
            return _Outcome(Verdict.PROVED, "algebraic")
        found = self.refuter.search(1, PRECISIONS).counterexample
        return _Outcome(Verdict.REFUTED, "algebraic", counterexample=found)

    def more_points(self) -> _Outcome | None:
        """Points where formulas switch, then points at several scales and rising precision."""
        if self.seen.switches or self.seen.partial:
            outcome = self._searched(self.refuter.search_special(self._special_values()))
            if outcome is not None:
                return outcome
        for small in (True, False):
            outcome = self._searched(self.refuter.search(SEARCH_POINTS, PRECISIONS[:2], small=small))
            if outcome is not None:
                return outcome
        return self._searched(self.refuter.search(2, PRECISIONS[2:]))

    def _special_values(self) -> list[tuple[str, Fraction]]:
        """Where a switch, or an expression that must not be zero, is zero."""
        nodes = self.terms.nodes
        looked_at = []
        for term in self.seen.order:
            node = nodes[term]
            if node[0] == "apply":
                looked_at += [*node[2:]] if len(node) == 3 else [self.terms.subtract(node[2], node[3])]
            elif node[0] == "relation":
                looked_at.append(self.terms.subtract(node[2], node[3]))
        return special_values(self.terms, self.seen.names, looked_at)

    def angles(self) -> _Outcome | None:
        """A sum of inverse functions that is a multiple of pi everywhere, and zero at one point."""
        from verify.equality.exact.attempts import angle_unit

        unit = angle_unit(self.terms, self.left, self.right, self.seen, self.assumptions)
        if self.refuter.differs_by_less_than(unit):
            return self._proved("angles")
        return None

    def induction(self) -> _Outcome | None:
        """One step along a whole variable that bounds a sum."""
        from verify.equality.induction import prove_by_induction

        name = prove_by_induction(self.terms, self.left, self.right, self.seen, self.assumptions)
        return None if name is None else replace(self._proved("induction"), reason=f"by induction over {name}")

    def cases(self) -> _Outcome | None:
        """The domain cut where absolute values, extrema, signs and conditions switch."""
        from verify.equality.cases import unproved_case

        whole = any(self.assumptions.of(name).integer for name in self.seen.names)
        if self.seen.over_index or not (self.seen.switches or whole):
            return None
        case = unproved_case(self.terms, self.left, self.right, self.assumptions)
        if case is None:
            return self._proved("cases")
        within = {name: case.assumptions.of(name) for name in self.seen.names}
        if any(assumption.is_empty for assumption in within.values()):
            return None
        return self._searched(
            self.refuter.within(Assumptions(within)).search(SEARCH_POINTS, PRECISIONS[:1], small=True)
        )

    def modular(self) -> _Outcome | None:
        """Images at random points of a prime field: agreement supports, and never proves."""
        from verify.equality.modular import TRIALS, error_exponent

        if self.assumptions.known and any(self.assumptions.of(name).integer for name in self.seen.names):
            return None
        exponent = error_exponent(self.terms, self.left, self.right, self.random)
        if exponent is None or not self.agreed:
            return None
        reason = (
            f"the same at {TRIALS} random points of random prime fields; wrong with probability below 2^-{exponent}"
        )
        return _Outcome(Verdict.SUPPORTED, "modular", reason, scope=f"{TRIALS} points of prime fields")

    # ------------------------------------------------------------------ shared

    def _searched(self, search: "Search") -> _Outcome | None:
        self.agreed += search.agreed
        if search.counterexample is None:
            return None
        return _Outcome(Verdict.REFUTED, "ball", counterexample=self.refuter.readable(search.counterexample))

    def is_defined_somewhere(self) -> bool:
        """Whether both sides were defined at a point tried so far or now."""
        if not self.agreed:
            self.agreed += self.refuter.search(24, (64, 512), small=True, wanted=1).agreed
        if not self.agreed:
            self.agreed += self.refuter.search(24, (64, 512), wanted=1).agreed
        return self.agreed > 0

    def _proved(self, method: str) -> _Outcome:
        """A formal proof counts where both sides are defined somewhere, and where no point contradicts it."""
        if not self.agreed and not all(self.terms.is_total(side) for side in (self.left, self.right)):
            for small in (True, False):
                outcome = self._searched(self.refuter.search(24, (64, 512), small=small, wanted=1))
                if outcome is not None:  # a proof never overrules a counterexample
                    return replace(outcome, reason=f"{CONTRADICTION} {method}")
                if self.agreed:
                    break
            else:
                return _Outcome(Verdict.UNDECIDED, reason=NEVER_DEFINED)
        return _Outcome(Verdict.PROVED, method)

    def with_domain(self, outcome: _Outcome, domain: str) -> _Outcome:
        """The proved outcome under the policy for points where only one side is defined."""
        if not self.seen.partial or self.left == self.right:
            return outcome
        left, right = (conditions(self.terms, side) for side in (self.left, self.right))
        if left == right:
            return outcome
        left, right = (open_conditions(self.terms, side, self.declared) for side in (self.left, self.right))
        if left == right:
            return outcome
        from verify.equality.definedness import defined_on_one_side, one_sided_region

        found = defined_on_one_side(self.terms, self.left, self.right, self.declared, self.random)
        if domain == "removable":
            region = one_sided_region(self.terms, self.left, self.right, self.declared, self.random)
            if region is not None:
                place, defined, _ = _one_sided(found or region)
                reason = f"equal wherever both sides are defined, but on a whole region, such as at {place}, only the "
                return _Outcome(Verdict.UNDECIDED, reason=f"{reason}{defined} side is")
        if found is None:
            if domain != "require":
                return outcome
            reason = "equal wherever both sides are defined; whether they are defined at the same points is not settled"
            return _Outcome(Verdict.UNDECIDED, reason=reason)
        place, defined, undefined = _one_sided(found)
        if domain != "require":
            note = f"equal wherever both sides are defined; at {place} only the {defined} side is"
            return replace(outcome, reason=note)
        at = {name: str(value) for name, value in sorted(found[0].values.items())}
        sides = ("defined", "undefined") if defined == "left" else ("undefined", "defined")
        reason = f"the {undefined} side is undefined at {place}, and both must be defined at the same points"
        return _Outcome(Verdict.REFUTED, "domain", reason, Counterexample(at, *sides))


def _one_sided(found: "tuple[Point, bool]") -> tuple[str, str, str]:
    """Where one side is defined and the other is not, in words: the place, the defined side, the undefined one."""
    point, on_left = found
    place = ", ".join(f"{name}={value}" for name, value in sorted(point.values.items()))
    return (place, "left", "right") if on_left else (place, "right", "left")
