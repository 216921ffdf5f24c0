"""No verdict may contradict an independent evaluator, on random, rewritten and mutated pairs."""

import itertools
import os
import random
from collections import Counter, defaultdict
from collections.abc import Callable
from fractions import Fraction

import pytest
from independent import MANY_DIGITS, agree, value

from verify.equality.assumptions import Assumptions
from verify.equality.decide import CONTRADICTION, decide
from verify.equality.functions import FUNCTIONS
from verify.equality.terms import Terms
from verify.evidence import Evidence, Verdict

PAIRS = int(os.environ.get("FUZZ_PAIRS", "1000"))
"""Pairs for each of the tests below; raise it for a longer run."""

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
    if CONTRADICTION in evidence.reason:
        return evidence.reason
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
@pytest.mark.parametrize("seed", range(1, 2 + PAIRS // 1000))
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
    assert count[Verdict.PROVED] > 20
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


# ---------------------------------------------------------------------- pairs equal by rewriting, unequal by mutation

Rule = Callable[[Sampler, int, tuple], int | None]


def same_plus_and_minus(sampler: Sampler, term: int, node: tuple) -> int | None:
    terms, other = sampler.terms, sampler.term(1)
    return terms.subtract(terms.add((term, other)), other)


def same_times_and_over(sampler: Sampler, term: int, node: tuple) -> int | None:
    terms, other = sampler.terms, sampler.term(1)
    return terms.multiply((term, other, terms.reciprocal(other)))


def times_one_by_pythagoras(sampler: Sampler, term: int, node: tuple) -> int | None:
    terms, angle, two = sampler.terms, sampler.term(1), sampler.terms.number(2)
    squares = [terms.power(terms.apply(name, (angle,)), two) for name in ("sin", "cos")]
    return terms.multiply((term, terms.add(squares)))


def by_squares(sampler: Sampler, term: int, node: tuple) -> int | None:
    terms, two = sampler.terms, sampler.terms.number(2)
    larger = terms.power(terms.add((term, terms.one)), two)
    rest = terms.add((terms.power(term, two), terms.one))
    return terms.divide(terms.subtract(larger, rest), two)


def undone_root(sampler: Sampler, term: int, node: tuple) -> int | None:
    terms = sampler.terms
    inverse = sampler.random.choice(("sqrt", "cbrt", "log", "asinh", "sinh"))
    inside = terms.apply(inverse, (term,))
    if inverse in ("sqrt", "cbrt"):
        return terms.power(inside, terms.number(2 if inverse == "sqrt" else 3))
    return terms.apply({"log": "exp", "asinh": "sinh", "sinh": "asinh"}[inverse], (inside,))


def by_definition(sampler: Sampler, term: int, node: tuple) -> int | None:
    if node[0] != "apply" or len(node) != 3:
        return None
    terms, x = sampler.terms, node[2]
    half, two, minus = terms.number(Fraction(1, 2)), terms.number(2), terms.negate(x)

    def apply(name: str, argument: int = x) -> int:
        return terms.apply(name, (argument,))

    grown, shrunk = apply("exp"), apply("exp", minus)
    halved = terms.multiply((half, x))
    definitions = {
        "exp": lambda: terms.power(apply("exp", halved), two),
        "log": lambda: terms.multiply((two, terms.apply("log", (apply("sqrt"),)))),
        "abs": lambda: terms.apply("max", (x, minus)),
        "relu": lambda: terms.apply("max", (x, terms.zero)),
        "sigmoid": lambda: terms.subtract(terms.one, apply("sigmoid", minus)),
        "softplus": lambda: terms.add((x, apply("softplus", minus))),
        "sinh": lambda: terms.multiply((half, terms.subtract(grown, shrunk))),
        "cosh": lambda: terms.multiply((half, terms.add((grown, shrunk)))),
        "tanh": lambda: terms.divide(terms.subtract(grown, shrunk), terms.add((grown, shrunk))),
        "sin": lambda: terms.multiply((two, apply("sin", halved), apply("cos", halved))),
        "cos": lambda: terms.subtract(terms.one, terms.multiply((two, terms.power(apply("sin", halved), two)))),
        "tan": lambda: terms.divide(apply("sin"), apply("cos")),
        "atan": lambda: terms.negate(apply("atan", minus)),
        "asin": lambda: terms.negate(apply("asin", minus)),
        "acos": lambda: terms.subtract(terms.multiply((half, terms.constant("pi"))), apply("asin")),
        "sign": lambda: terms.negate(apply("sign", minus)),
        "floor": lambda: terms.negate(apply("ceiling", minus)),
        "erf": lambda: terms.negate(apply("erf", minus)),
        "log2": lambda: terms.divide(apply("log"), apply("log", two)),
    }
    return definitions[node[1]]() if node[1] in definitions else None


RULES: tuple[Rule, ...] = (
    same_plus_and_minus,
    same_times_and_over,
    times_one_by_pythagoras,
    by_squares,
    undone_root,
    by_definition,
    by_definition,
    by_definition,
)


def rewritten(sampler: Sampler, root: int, times: int) -> int:
    """A term equal to the root wherever both are defined."""
    for _ in range(times):
        terms, rule = sampler.terms, sampler.random.choice(RULES)
        chosen = sampler.random.choice(terms.reachable((root,)))
        if terms.key(chosen)[0] == "number":
            chosen = root  # exponents must stay numbers
        replacement = rule(sampler, chosen, terms.key(chosen))
        if replacement is not None:
            root = replace_term(terms, root, chosen, replacement)
    return root


def replace_term(terms: Terms, root: int, old: int, new: int) -> int:
    """The root with one subterm replaced."""
    return terms.rebuild(root, lambda part: new if part == old else None)


def mutated(sampler: Sampler, root: int) -> int:
    """The root with one subterm damaged, a little or a lot."""
    terms, pick = sampler.terms, sampler.random
    chosen = pick.choice(terms.reachable((root,)))
    if terms.key(chosen)[0] == "number":
        chosen = root
    damages = (
        terms.negate(chosen),
        terms.add((chosen, terms.number(pick.choice((1, -1, Fraction(1, 10**6), Fraction(1, 10**30)))))),
        terms.multiply((chosen, terms.number(pick.choice((2, Fraction(1, 2), 1 + Fraction(1, 10**12)))))),
        terms.power(chosen, terms.number(2)),
        terms.apply("abs", (chosen,)),
        terms.apply(pick.choice(("sin", "tanh", "exp")), (chosen,)),
    )
    return replace_term(terms, root, chosen, pick.choice(damages))


@pytest.mark.parametrize("positive", [False, True])
def test_pairs_equal_by_rewriting_are_never_refuted_and_mostly_proved(positive: bool) -> None:
    sampler = Sampler(random.SystemRandom().randrange(10**9))
    count: Counter[Verdict] = Counter()
    while sum(count.values()) < PAIRS:
        left = sampler.term(2)
        right = rewritten(sampler, left, sampler.random.choice((1, 2)))
        if left == right:
            continue
        evidence = decide(sampler.terms, left, right, POSITIVES if positive else REALS)
        assert evidence.verdict is not Verdict.REFUTED, (
            show(sampler.terms, left),
            show(sampler.terms, right),
            evidence,
        )
        count[evidence.verdict] += 1
    assert count[Verdict.PROVED] > PAIRS / 2


@pytest.mark.parametrize("positive", [False, True])
def test_pairs_made_unequal_by_mutation_are_never_proved_and_mostly_refuted(positive: bool) -> None:
    sampler = Sampler(random.SystemRandom().randrange(10**9))
    points = sampler.points(positive, 6)
    count: Counter[Verdict] = Counter()
    while sum(count.values()) < PAIRS:
        left = sampler.term(2)
        right = mutated(sampler, rewritten(sampler, left, 1))
        if not any(certainly_differ(sampler.terms, left, right, point) for point in points):
            continue
        evidence = decide(sampler.terms, left, right, POSITIVES if positive else REALS)
        assert evidence.verdict is not Verdict.PROVED, (show(sampler.terms, left), show(sampler.terms, right), evidence)
        count[evidence.verdict] += 1
    assert count[Verdict.REFUTED] > 0.95 * PAIRS


def certainly_differ(terms: Terms, left: int, right: int, point: dict[str, Fraction]) -> bool:
    """Whether two terms differ at a point by the same amount at two precisions, so not by rounding."""
    gaps = []
    for digits in (120, MANY_DIGITS):
        a, b = (value(terms, side, point, digits) for side in (left, right))
        if a is None or b is None or agree(a, b, 120):
            return False
        gaps.append(a - b)
    return bool(abs(gaps[0] - gaps[1]) < abs(gaps[1]) / 1000)
