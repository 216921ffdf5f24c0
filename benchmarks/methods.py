"""The methods that are compared: how each reads a pair and says whether it is equal.

A method is a function of a row of the corpus that returns an `Answer`.  Reading and deciding are timed apart, in
seconds of CPU; what only serves to hand a method its favourite notation (LaTeX for Math-Verify) is not timed.
"""

import logging
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import accumulate
from time import process_time
from typing import Any

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Answer:
    """What a method said of a pair (None: undecided), and the CPU seconds it took to read and to decide."""

    equal: bool | None
    reading: float
    deciding: float

    @property
    def seconds(self) -> float:
        """From text to verdict."""
        return self.reading + self.deciding


# ---------------------------------------------------------------------- this toolkit


def proofset(row: Row) -> Answer:
    """`verify.equal` as anyone calls it; texts deeper than a response may be are read as an author's reference is."""
    import verify

    if max(_depth(row["a"]), _depth(row["b"])) >= 64:
        return _as_an_author(row)
    start = process_time()
    evidence = verify.equal(row["a"], row["b"], row["given"], syntax="python")
    total = process_time() - start
    reading = min(_reading_time(row), total)
    return Answer(evidence.accepted, reading, total - reading)


def _reading_time(row: Row) -> float:
    from verify.equality.terms import Terms
    from verify.notation import read

    start = process_time()
    terms = Terms()
    for side in ("a", "b"):
        read(row[side], None, terms, "python")
    return process_time() - start


def _as_an_author(row: Row) -> Answer:
    from verify.equality.assumptions import Assumptions
    from verify.equality.decide import decide
    from verify.equality.terms import Terms
    from verify.notation import Limits, read

    limits = Limits(characters=200_000, depth=210, nodes=60_000)
    start = process_time()
    terms = Terms()
    sides = [read(row[side], None, terms, "python", limits=limits).value for side in ("a", "b")]
    middle = process_time()
    evidence = decide(terms, *sides, Assumptions.parse(row["given"]))  # type: ignore[arg-type]
    return Answer(evidence.accepted, middle - start, process_time() - middle)


def _depth(text: str) -> int:
    return max(accumulate((character == "(") - (character == ")") for character in text))


# ---------------------------------------------------------------------- SymPy


def _sympy_names(row: Row) -> dict[str, Any]:
    """The functions of the corpus and the symbols of a row with what is given of them."""
    import sympy

    assumed: dict[str, dict[str, bool]] = {name: {"real": True} for name in row["symbols"]}
    for word in row["given"].split():
        name = word.split("<")[1] if word[0].isdigit() else word.split(">")[0].split(":")[0]
        positive = (">" in word and ">=0" not in word) or word.startswith("0<")
        assumed[name] |= {"positive": True} if positive else {"nonnegative": True} if ">=" in word else {}
        assumed[name] |= {"integer": True} if word.endswith(":integer") else {}
    names: dict[str, Any] = {name: sympy.Symbol(name, **facts) for name, facts in assumed.items()}
    names |= {
        "abs": sympy.Abs,
        "max": sympy.Max,
        "min": sympy.Min,
        "relu": lambda x: sympy.Max(x, 0),
        "sigmoid": lambda x: 1 / (1 + sympy.exp(-x)),
        "softplus": lambda x: sympy.log(1 + sympy.exp(x)),
        "cbrt": lambda x: sympy.real_root(x, 3),
    }
    return names


def _sympy_read(text: str, names: Mapping[str, Any]) -> Any:
    from sympy import Matrix
    from sympy.parsing.sympy_parser import parse_expr

    value = parse_expr(
        text.replace("^", "**"), dict(names)
    )  # the corpus is ours; SymPy's own reader executes its input
    return Matrix(value) if isinstance(value, list) else value


def _sympy_sides(row: Row) -> tuple[Any, Any, float]:
    start = process_time()
    names = _sympy_names(row)
    sides = [_sympy_read(row[side], names) for side in ("a", "b")]
    return sides[0], sides[1], process_time() - start


def simplify(row: Row) -> Answer:
    """`sympy.simplify(a - b) == 0`."""
    import sympy

    left, right, reading = _sympy_sides(row)
    start = process_time()
    difference = sympy.simplify(left - right)
    equal = difference.is_zero_matrix is True if isinstance(difference, sympy.MatrixBase) else difference == 0
    return Answer(bool(equal), reading, process_time() - start)


def equals(row: Row) -> Answer:
    """SymPy's `a.equals(b)`, which may say that it does not know."""
    left, right, reading = _sympy_sides(row)
    start = process_time()
    equal = left.equals(right)
    return Answer(None if equal is None else bool(equal), reading, process_time() - start)


def sampling(row: Row) -> Answer:
    """`lambdify` and `numpy.allclose` at five random points between -2 and 2, or of the declared signs."""
    import numpy
    import sympy

    left, right, reading = _sympy_sides(row)
    start = process_time()
    names = sorted((left.free_symbols if hasattr(left, "free_symbols") else set()) | right.free_symbols, key=str)
    functions = [sympy.lambdify(names, side, "numpy") for side in (left, right)]
    pick = random.Random(1)
    agreed = 0
    with numpy.errstate(all="ignore"):
        for _ in range(5):
            point = [_coordinate(pick, name) for name in names]
            values = [numpy.asarray(function(*point), dtype=complex) for function in functions]
            if not all(numpy.isfinite(value).all() for value in values):
                continue
            if values[0].shape != values[1].shape or not numpy.allclose(*values):
                return Answer(False, reading, process_time() - start)
            agreed += 1
    return Answer(True if agreed else None, reading, process_time() - start)


def _coordinate(pick: random.Random, symbol: Any) -> float:
    if symbol.is_integer:
        return float(pick.randrange(1, 6))
    return pick.uniform(0.1, 2) if symbol.is_nonnegative else pick.uniform(-2, 2)


# ---------------------------------------------------------------------- Math-Verify


def math_verify(row: Row) -> Answer:
    """Math-Verify on the two sides as LaTeX, which SymPy writes beforehand; it cannot be told what is given."""
    from math_verify import parse, verify

    logging.disable(logging.WARNING)
    texts = latex(row)
    start = process_time()
    sides = [parse(f"${text}$", parsing_timeout=None) for text in texts]
    middle = process_time()
    equal = verify(*sides, timeout_seconds=None)
    return Answer(bool(equal), middle - start, process_time() - middle)


def latex(row: Row) -> list[str]:
    """Both sides of a row in LaTeX, as SymPy writes them."""
    import sympy

    names = _sympy_names(row)
    return [sympy.latex(_sympy_read(row[side], names)) for side in ("a", "b")]


# ---------------------------------------------------------------------- readers of LaTeX alone


def read_latex(row: Row) -> Answer:
    """This toolkit's reader on both sides in LaTeX; `equal` says whether they could be read."""
    from verify.equality.terms import Terms
    from verify.notation import try_read

    texts = latex(row)
    start = process_time()
    readings = [try_read(text, None, Terms(), "latex") for text in texts]
    return Answer(all(readings), process_time() - start, 0)


def _sympy_latex(row: Row, backend: str) -> Answer:
    from sympy.parsing.latex import parse_latex

    texts = latex(row)
    start = process_time()
    try:
        for text in texts:
            parse_latex(text, backend=backend)
    except Exception:  # each backend has exceptions of its own
        return Answer(False, process_time() - start, 0)
    return Answer(True, process_time() - start, 0)


def sympy_antlr(row: Row) -> Answer:
    """SymPy's LaTeX parser, its default backend."""
    return _sympy_latex(row, "antlr")


def sympy_lark(row: Row) -> Answer:
    """SymPy's LaTeX parser, the newer backend."""
    return _sympy_latex(row, "lark")


def long_recurrence(row: Row) -> Answer:
    """The derivative of a recurrence of 200 steps, expanded and nested; the row does not matter."""
    from corpus import derivative, nested_derivative

    return _as_an_author(dict(row) | {"a": derivative(200), "b": nested_derivative(200), "given": ""})


DECIDERS: dict[str, tuple[str, Callable[[Row], Answer]]] = {
    "proofset": ("`verify.equal`", proofset),
    "simplify": ("`sympy.simplify(a - b) == 0`", simplify),
    "equals": ("`a.equals(b)` of SymPy", equals),
    "math_verify": ("Math-Verify", math_verify),
    "sampling": ("`lambdify`, five points", sampling),
}
READERS: dict[str, tuple[str, Callable[[Row], Answer]]] = {
    "read_latex": ("`verify.notation.read`", read_latex),
    "sympy_antlr": ("SymPy `parse_latex`, ANTLR", sympy_antlr),
    "sympy_lark": ("SymPy `parse_latex`, Lark", sympy_lark),
}
ALL = {name: function for name, (_, function) in (DECIDERS | READERS).items()} | {"long_recurrence": long_recurrence}
