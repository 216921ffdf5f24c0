"""What ``import verify`` offers: check a response, decide an equality, run the claims of a problem."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from verify.errors import UnknownName, VerifyError
from verify.evidence import Evidence

if TYPE_CHECKING:
    from verify.problem import Problem


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
    options = {"syntax": syntax} if syntax != "auto" and isinstance(response, str | bytes) else {}
    evidence = answer.check(response, claim, **options)
    return replace(evidence, seconds=perf_counter() - start)


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
    if callable(response) and type(response).__module__.partition(".")[0] != "sympy":
        from verify.answers.function import Function

        return Function(part), claim
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


def equal(left: object, right: object, given: str = "", *, syntax: str = "auto", domain: str = "ignore") -> Evidence:
    """Whether two expressions are equal, such as ``equal("sqrt(x^2)", "x", given="x>0")``.

    - `left`, `right`: text, numbers or SymPy expressions; every letter is a real variable.
    - `given`: what is known of the variables, such as ``"x y>0 n:integer 0<p<1"``.
    - `domain`: ``ignore`` compares where both sides are defined; ``require`` also wants the same domain.

    Unreadable input is a verdict; raises nothing for any text on either side.
    """
    start = perf_counter()
    evidence = _equal(left, right, given, syntax, domain)
    return replace(evidence, seconds=perf_counter() - start)


def _equal(left: object, right: object, given: str, syntax: str, domain: str) -> Evidence:
    from verify.answers.comparison import compare

    return compare(left, right, given, syntax, domain)


def run(problem: str | Path | Problem, *, profile: str | None = None) -> Iterator[Evidence]:
    """The evidence for every claim of a problem, by name or path, one after the other."""
    from verify.catalog import load
    from verify.crosscheck import run as run_claims

    yield from run_claims(load(problem) if isinstance(problem, str | Path) else problem, profile=profile)
