"""Guarded: comparisons and checks that end within their budget, whatever they are asked.

Easy rows are decided in this process; the others start again in a worker that is ended when its time or memory is
over.  What comes back is always a verdict: ``undecided``, with a reason that begins ``budget exceeded``, where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from time import perf_counter
from typing import Any

from verify.errors import BudgetExceeded
from verify.evidence import Evidence, Verdict

PLAIN = (str, bytes, int, float, complex, bool, Fraction, type(None))
DEEPEST = 8


def equal_within(
    left: object, right: object, given: str, syntax: str, domain: str, *, seconds: float, megabytes: int, sympy: bool
) -> Evidence:
    """The verdict on two sides within the budget; with `sympy`, SymPy is asked last, in what is left of the time."""
    from verify.answers.comparison import ask_sympy, compare

    started = perf_counter()
    question = (left, right, given, syntax, domain)
    evidence = _within(compare, question, "", seconds=seconds, megabytes=megabytes)
    if not sympy or not _may_be_asked(evidence, domain):
        return evidence
    rest = seconds - (perf_counter() - started)
    return _caught("", lambda: ask_sympy(left, right, given, syntax, evidence, rest))


def _may_be_asked(evidence: Evidence, domain: str) -> bool:
    """SymPy knows nothing of where a side is defined, so it is asked only where points of both sides agreed."""
    return (
        evidence.verdict is Verdict.UNDECIDED
        and domain != "require"
        and evidence.reason.startswith("no counterexample at ")
    )


def check_within(
    answer: Any, response: object, claim: str, options: Mapping[str, Any], *, seconds: float, megabytes: int
) -> Evidence:
    """The verdict of an answer on a response within the budget; a function of the caller's is run here, unguarded."""
    if not hasattr(answer, "to_json") or not _can_travel(response):
        return answer.check(response, claim, **options)
    question = (_Lazy(answer), response, claim, dict(options))
    return _within(
        check_in_worker,
        question,
        claim,
        here=lambda: answer.check(response, claim, **options),
        seconds=seconds,
        megabytes=megabytes,
    )


class _Lazy:
    """An answer that is written as plain data only when it is sent to a worker."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer

    def __reduce__(self) -> tuple[Any, ...]:
        from verify.answers.answer import answer_from_json

        return answer_from_json, (self.answer.to_json(),)


def check_in_worker(answer: Any, response: object, claim: str, options: Mapping[str, Any]) -> Evidence:
    """What an answer says of a response; called in a worker."""
    return answer.check(response, claim, **options)


def _can_travel(value: object, depth: int = 0) -> bool:
    """Whether a response is data that may be sent to another process: a caller's own objects are not."""
    if isinstance(value, list | tuple):
        return depth < DEEPEST and all(_can_travel(each, depth + 1) for each in value)
    if isinstance(value, dict):
        return depth < DEEPEST and all(_can_travel(each, depth + 1) for pair in value.items() for each in pair)
    return type(value) in PLAIN or type(value).__module__.partition(".")[0] in ("numpy", "sympy")


def _within(
    function: Callable[..., Evidence],
    question: tuple[Any, ...],
    claim: str,
    *,
    here: Callable[[], Evidence] | None = None,
    seconds: float,
    megabytes: int,
) -> Evidence:
    from verify.equality.guard import run_guarded

    return _caught(claim, lambda: run_guarded(function, question, here=here, seconds=seconds, megabytes=megabytes))


def _caught(claim: str, decide: Callable[[], Evidence]) -> Evidence:
    """What `decide` returns, or the verdict that stands for its error: a row of a batch never raises."""
    try:
        return decide()
    except (BudgetExceeded, MemoryError, RecursionError) as error:
        reason = f"budget exceeded: {str(error) or 'no memory is left'}"
    except Exception as error:
        reason = f"an error in this program ({type(error).__name__}: {error}); please report it"
    return Evidence(claim, Verdict.UNDECIDED, reason=reason)
