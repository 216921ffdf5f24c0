"""Images of rational functions at random points of a random prime field.

Different images prove that the functions differ; equal ones only support equality, with an error bound.  Source:
J. T. Schwartz, "Fast probabilistic algorithms for verification of polynomial identities", J. ACM 27 (1980).
"""

from math import log2
from random import Random
from typing import Any

from verify.equality.flint_import import flint
from verify.equality.terms import Terms
from verify.errors import Undecidable

PRIME_BITS = 62
TRIALS = 3
Degrees = tuple[int, int]


def error_exponent(terms: Terms, left: int, right: int, random: Random) -> int | None:
    """k such that two different rational functions would have agreed with probability below 2^-k; None if they differ.

    Raises Undecidable for anything but rational functions with whole exponents.
    """
    order = terms.reachable((left, right))
    degrees = _degrees(terms, order)
    for _ in range(TRIALS):
        images = _images(terms, order, _random_prime(random), random)
        if images[left] != images[right]:
            return None
    top = degrees[left][0] + degrees[right][1], degrees[right][0] + degrees[left][1]
    return int(TRIALS * (PRIME_BITS - 1 - log2(max(1, *top))))


def _random_prime(random: Random) -> int:
    while True:
        candidate = random.getrandbits(PRIME_BITS) | 1 | 1 << (PRIME_BITS - 1)
        if flint.fmpz(candidate).is_prime():
            return candidate


def _images(terms: Terms, order: list[int], prime: int, random: Random) -> dict[int, int]:
    images: dict[int, int] = {}
    for term in order:
        node = terms.nodes[term]
        kind = node[0]
        if kind == "number":
            images[term] = node[1].numerator * _inverse(node[1].denominator, prime) % prime
        elif kind == "variable":
            images[term] = random.randrange(prime)
        elif kind == "add":
            images[term] = sum(images[child] for child in node[1]) % prime
        elif kind == "multiply":
            result = 1
            for child in node[1]:
                result = result * images[child] % prime
            images[term] = result
        else:
            exponent = int(terms.nodes[node[2]][1])
            base = images[node[1]] if exponent > 0 else _inverse(images[node[1]], prime)
            images[term] = pow(base, abs(exponent), prime)
    return images


def _inverse(value: int, prime: int) -> int:
    if value % prime == 0:
        raise Undecidable("a denominator vanishes in the prime field")
    return pow(value, -1, prime)


def _degrees(terms: Terms, order: list[int]) -> dict[int, Degrees]:
    """Bounds for the degrees of each term's numerator and denominator."""
    degrees: dict[int, Degrees] = {}
    for term in order:
        degrees[term] = _degrees_of_node(terms, terms.nodes[term], degrees)
    return degrees


def _degrees_of_node(terms: Terms, node: tuple[Any, ...], degrees: dict[int, Degrees]) -> Degrees:
    kind = node[0]
    if kind in ("number", "variable"):
        return (0 if kind == "number" else 1), 0
    if kind in ("add", "multiply"):
        parts = [degrees[child] for child in node[1]]
        below = sum(part[1] for part in parts)
        if kind == "multiply":
            return sum(part[0] for part in parts), below
        return max(part[0] + below - part[1] for part in parts), below
    exponent = terms.nodes[node[2]] if kind == "power" else ("", 0)
    if exponent[0] != "number" or exponent[1].denominator != 1:
        raise Undecidable("not a rational function")
    above, below = degrees[node[1]]
    count = int(exponent[1])
    return (above * count, below * count) if count >= 0 else (below * -count, above * -count)
