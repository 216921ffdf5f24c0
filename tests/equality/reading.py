"""Short ways to build and decide terms from text, for the tests of this directory."""

from verify.equality.assumptions import Assumptions
from verify.equality.decide import decide
from verify.equality.terms import Terms
from verify.evidence import Evidence
from verify.notation import Names, read
from verify.notation.limits import Limits

WIDE = Limits(characters=200_000, depth=210, nodes=60_000)


def term(terms: Terms, text: str, variables: str) -> int:
    """The term a text in Python-like syntax stands for; `variables` are separated by spaces."""
    names = Names(variables=tuple(variables.split()))
    reading = read(text, names, terms, "python", limits=WIDE)
    assert reading.kind == "scalar"
    return reading.value


def verdict(left: str, right: str, variables: str = "x", assume: str = "", **options: object) -> Evidence:
    """The decision on two texts."""
    terms = Terms()
    sides = term(terms, left, variables), term(terms, right, variables)
    return decide(terms, *sides, Assumptions.parse(assume), **options)
