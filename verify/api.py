"""What ``import verify`` offers: check responses, decide equalities, read a text, run the claims of a problem.

Checks and decisions on text end within `SECONDS` and `MEGABYTES` (a verdict within a second more), in any thread: what
is predicted to be long, or turns out to be, goes to a process that can be ended.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from verify.errors import UnknownName, VerifyError
from verify.evidence import Evidence

if TYPE_CHECKING:
    from verify.answers.read_text import ReadText
    from verify.problem import Problem

SECONDS = 2.0
"""Processor time that one check or decision may take."""
MEGABYTES = 1024
"""Memory that one check or decision may take."""


def check(part: str, response: object, *, syntax: str = "auto", variant: int | None = None) -> Evidence:
    """The verdict on a response to a part, such as ``check("rnn_backprop/b", "u3 + 2*w*u2 + 3*w^2*u1")``.

    - `part`: ``problem/part``; the problem alone where it has only one part; the problem may be a path.
    - `response`: text (Python-like or LaTeX), a number, nested lists, an array, a SymPy expression, or a function of
      the givens by name.
    - `variant`: the seed of another instance, for a part that asks for an instance's numbers.

    Raises `UnknownName`, with the nearest names, for a part that does not exist; nothing for any response.
    """
    start = perf_counter()
    answer, claim = _answer(part, response, variant)
    return _checked(answer, claim, response, syntax, start)


def check_many(
    part: str, responses: Iterable[object], *, syntax: str = "auto", variant: int | None = None
) -> list[Evidence]:
    """The verdict on each response to a part, in order; the part is loaded once, and no response raises.

    See `check`.  Raises `UnknownName` for a part that does not exist.
    """
    answer, claim = _answer(part, "", variant)
    verdicts = []
    for response in responses:
        start = perf_counter()
        judged_by = _answer(part, response, variant)[0] if _is_function(response) else answer
        verdicts.append(_checked(judged_by, claim, response, syntax, start))
    return verdicts


def _checked(answer: Any, claim: str, response: object, syntax: str, start: float) -> Evidence:
    from verify.answers.guarded import check_within

    options = {"syntax": syntax} if syntax != "auto" and isinstance(response, str | bytes) else {}
    evidence = check_within(answer, response, claim, options, seconds=SECONDS, megabytes=MEGABYTES)
    return replace(evidence, seconds=perf_counter() - start)


def _is_function(response: object) -> bool:
    return callable(response) and type(response).__module__.partition(".")[0] != "sympy"


def _answer(name: str, response: object, variant: int | None) -> tuple[Any, str]:
    from verify.catalog import find, load

    problem_name, part_name = _split(name)
    path = find(problem_name)
    if variant is None and not callable(response):
        from verify.references import find_reference

        reference = find_reference(path, part_name)
        if reference is not None:
            return reference[1], f"{path.stem}/{reference[0]}"
    problem = load(path)
    part = problem.find_part(part_name or _only_part(problem))
    claim = part.identifier if variant is None else f"{part.identifier} (variant {variant})"
    if _is_function(response):
        from verify.answers.function import Function

        if part.function is not None:
            return part.function, claim
        if part.answer_kind is None:
            return Function(part=part), claim
    from verify.answers.of_part import answer_of

    if variant is None:
        return answer_of(part), claim
    if part.asks is None:
        raise VerifyError(f"{part.identifier} asks for a formula, which is the same in every variant")
    from verify.variant import draw

    return answer_of(part, draw(problem, variant)), claim


def _split(name: str) -> tuple[str, str]:
    """Problem and part of ``problem/part``; the problem may be a path, ``problems/x.py/a``."""
    if ".py" in name:
        path, _, part = name.rpartition(".py")
        return f"{path}.py", part.removeprefix("/")
    problem, _, part = name.partition("/")
    return problem, part


def _only_part(problem: Problem) -> str:
    if len(problem.parts) == 1:
        return next(iter(problem.parts))
    raise UnknownName("part", problem.id, [part.identifier for part in problem.parts.values()])


def equal(left: object, right: object, given: str = "", *, syntax: str = "auto", domain: str = "removable") -> Evidence:
    """Whether two expressions are equal, such as ``equal("sqrt(x^2)", "x", given="x>0")``.

    - `left`, `right`: text, numbers or SymPy expressions; every letter is a real variable.  Matrices, tuples, sets,
      intervals, equations and inequalities are compared as well, each with its own kind.
    - `given`: what is known of the variables, such as ``"x y>0 n:integer 0<p<1"``.
    - `domain`: ``removable`` compares where both sides are defined and accepts a difference at single points;
      ``ignore`` accepts it anywhere; ``require`` nowhere.

    Unreadable input is a verdict; raises nothing for any text on either side.  Where the kernel finds neither proof nor
    counterexample, SymPy is asked in what is left of the time; the method then says ``sympy``.
    """
    return _equal(left, right, given, syntax, domain, sympy=True)


def equal_many(
    pairs: Iterable[tuple[object, object]],
    given: str = "",
    *,
    syntax: str = "auto",
    domain: str = "removable",
    sympy: bool = False,
) -> list[Evidence]:
    """The verdict on each pair, in order; no pair raises, and one that is no pair is unreadable.

    See `equal`.  With `sympy`, undecided pairs are given to SymPy too, which takes seconds for each.
    """
    return [_equal(*_pair(pair), given, syntax, domain, sympy=sympy) for pair in pairs]


def _pair(pair: object) -> tuple[object, object]:
    """Both sides of a row of a batch; None, which is unreadable, for what is no pair."""
    if isinstance(pair, list | tuple) and len(pair) == 2:
        return pair[0], pair[1]
    return None, None


def _equal(left: object, right: object, given: str, syntax: str, domain: str, *, sympy: bool) -> Evidence:
    from verify.answers.guarded import equal_within

    _require_option("syntax", syntax, ("auto", "python", "latex"))
    _require_option("domain", domain, ("removable", "ignore", "require"))
    start = perf_counter()
    evidence = equal_within(left, right, given, syntax, domain, seconds=SECONDS, megabytes=MEGABYTES, sympy=sympy)
    return replace(evidence, seconds=perf_counter() - start)


def _require_option(name: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise UnknownName(name, value, known)


def read(text: str | bytes, given: str = "", *, syntax: str = "auto") -> ReadText:
    """What a text says: its kind, how Python and LaTeX write it, its variables; or why and where it is unreadable.

    ``read("x^2/2").latex`` is ``\\frac{x^{2}}{2}``; a text that cannot be read is false and says why.
    """
    from verify.answers.read_text import read_text

    _require_option("syntax", syntax, ("auto", "python", "latex"))
    return read_text(text, given, syntax)


def run(problem: str | Path | Problem, *, profile: str | None = None) -> Iterator[Evidence]:
    """The evidence for every claim of a problem, by name or path, one after the other."""
    from verify.catalog import load
    from verify.crosscheck import run as run_claims

    yield from run_claims(load(problem) if isinstance(problem, str | Path) else problem, profile=profile)
