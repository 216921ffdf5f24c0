"""No verdict may contradict an independent evaluator, on random, rewritten and mutated pairs."""

import itertools
import random
from collections import Counter, defaultdict
from collections.abc import Callable
from fractions import Fraction

import pytest
from independent import MANY_DIGITS, agree, value

from verify.equality.assumptions import Assumptions
from verify.equality.decide import decide
from verify.equality.functions import FUNCTIONS
from verify.equality.terms import Terms
from verify.evidence import Evidence, Verdict

REALS = Assumptions()
POSITIVES = Assumptions.parse("x>0 y>0")
UNARY = tuple(name for name in FUNCTIONS if FUNCTIONS[name] == (1, 1) and name not in ("gamma", "factorial"))
NUMBERS = (0, 1, 2, 3, -1, -2, Fraction(1, 2), Fraction(-3, 2))


class Sampler:
    """Random terms over x and y."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.terms = Terms()

    def term(self, depth: int) -> int:
        terms, pick = self.terms, self.random
        kind = pick.random()
        if depth == 0 or kind < 0.1:
            leaves = [terms.variable("x"), terms.variable("y"), terms.number(pick.choice(NUMBERS))]
            return pick.choice([*leaves, leaves[0], terms.constant("pi")])
        if kind < 0.45:
            return terms.apply(pick.choice(UNARY), (self.term(depth - 1),))
        if kind < 0.6:
            exponent = pick.choice((2, 3, -1, -2, Fraction(1, 2), Fraction(3, 2), Fraction(-1, 2), Fraction(1, 3), 4))
            return terms.power(self.term(depth - 1), terms.number(exponent))
        if kind < 0.63:
            return terms.power(self.term(depth - 1), self.term(depth - 1))
        left, right = self.term(depth - 1), self.term(depth - 1)
        operations: tuple[Callable[[], int], ...] = (
            lambda: terms.add((left, right)),
            lambda: terms.subtract(left, right),
            lambda: terms.multiply((left, right)),
            lambda: terms.divide(left, right),
            lambda: terms.apply("max", (left, right)),
        )
        return pick.choice(operations)()

    def points(self, positive: bool, count: int) -> list[dict[str, Fraction]]:
        pick = self.random
        signs = [(1, 1)] if positive else list(itertools.product((1, -1), repeat=2))
        return [
            {
                name: sign * Fraction(pick.randrange(1, 2_000_000), 1_000_000 if step % 2 else pick.randrange(1, 9))
                if step
                else Fraction(sign * pick.randrange(1, 4))
                for name, sign in zip("xy", signs[step % len(signs)], strict=True)
            }
            for step in range(count)
        ]


def contradiction(terms: Terms, left: int, right: int, evidence: Evidence, points: list[dict[str, Fraction]]) -> str:
    """What is wrong with a verdict, or nothing."""
    if evidence.verdict is Verdict.PROVED:
        for point in points:
            a, b = value(terms, left, point), value(terms, right, point)
            if a is not None and b is not None and not agree(a, b) and differ(terms, left, right, point):
                return f"proved, but {a} and {b} at {point}"
    if evidence.verdict is Verdict.REFUTED and evidence.counterexample is not None:
        point = {"x": Fraction(1), "y": Fraction(1)}
        point |= {name: Fraction(str(at)) for name, at in evidence.counterexample.at.items()}
        if not differ(terms, left, right, point):
            return f"refuted, but the same at {point}"
    return ""


def differ(terms: Terms, left: int, right: int, point: dict[str, Fraction]) -> bool:
    """Whether two terms differ at a point, as far as 600 digits tell; unknown counts as differing."""
    a, b = (value(terms, side, point, MANY_DIGITS) for side in (left, right))
    return a is None or b is None or not agree(a, b, MANY_DIGITS)


# ---------------------------------------------------------------------- random pairs that agree at a point


def candidates(sampler: Sampler, positive: bool, count: int) -> tuple[list[tuple[int, int]], list[dict[str, Fraction]]]:
    """Pairs of random terms that agree at one point at least, and some that need not."""
    points = sampler.points(positive, 8)
    found: dict[int, list[object]] = {}
    while len(found) < count:
        term = sampler.term(sampler.random.choice((1, 2, 2, 3)))
        if term not in found:
            values = [value(sampler.terms, term, point) for point in points]
            if sum(each is not None for each in values) >= 2:
                found[term] = values
    pairs = set()
    for position in range(len(points)):
        buckets = defaultdict(list)
        for term, values in found.items():
            if values[position] is not None:
                buckets[str(values[position])[:25]].append(term)
        for bucket in buckets.values():
            pairs.update(itertools.combinations(sorted(bucket)[:12], 2))
    chosen = sorted(pairs)
    sampler.random.shuffle(chosen)
    everything = sorted(found)
    return chosen[:count] + [tuple(sampler.random.sample(everything, 2)) for _ in range(count // 4)], points


@pytest.mark.parametrize("positive", [False, True])
@pytest.mark.parametrize("seed", [1, 2])
def test_no_verdict_on_random_pairs_contradicts_an_independent_evaluator(seed: int, positive: bool) -> None:
    sampler = Sampler(seed)
    pairs, points = candidates(sampler, positive, 500)
    points += sampler.points(positive, 6)
    count: Counter[Verdict] = Counter()
    for left, right in pairs:
        evidence = decide(sampler.terms, left, right, POSITIVES if positive else REALS)
        count[evidence.verdict] += 1
        wrong = contradiction(sampler.terms, left, right, evidence, points)
        assert not wrong, (show(sampler.terms, left), show(sampler.terms, right), wrong)
    assert count[Verdict.PROVED] > 50
    assert count[Verdict.REFUTED] > 50


def show(terms: Terms, term: int) -> str:
    """A term as text, for messages."""
    node = terms.key(term)
    if node[0] in ("number", "variable", "constant"):
        return str(node[1])
    if node[0] in ("add", "multiply"):
        return "(" + (" + " if node[0] == "add" else " * ").join(show(terms, child) for child in node[1]) + ")"
    if node[0] == "power":
        return f"({show(terms, node[1])})^({show(terms, node[2])})"
    return f"{node[1]}({', '.join(show(terms, child) for child in node[2:])})"
