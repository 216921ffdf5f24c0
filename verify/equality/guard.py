"""Budgets that hold: easy work is done here, and work that may run away in a process that can be ended.

Whoever answers to the outside calls `run_guarded`.  While it runs a function here, the kernel asks `demand_easy`
before a decision's exact arithmetic and `demand_time` between steps.  When either says no, everything stops and the
function starts again in a worker under the full budget, whatever became of the first attempt.  Without `run_guarded`
around them the questions are always answered yes: in the worker itself, and for authors' own proofs.

In a browser there are no processes.  There everything is decided in place, and the page ends the interpreter itself.
"""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from verify.equality.terms import Terms
from verify.errors import BudgetExceeded

SECONDS = 2.0
MEGABYTES = 1024
PATIENCE = 0.3
"""Seconds of processor time in this process after which even easy steps move to a worker."""


def has_processes() -> bool:
    """Whether a worker can be started at all."""
    return sys.platform not in ("emscripten", "wasi") and bool(sys.executable)


@dataclass(slots=True)
class _Watch:
    """One attempt in this process: when its patience ends, and whether it was given up."""

    deadline: float
    given_up: bool = False

    def give_up(self, reason: str) -> None:
        self.given_up = True
        raise BudgetExceeded(reason)


_watch: ContextVar[_Watch | None] = ContextVar("_watch", default=None)


def demand_easy(terms: Terms, left: int, right: int) -> None:
    """Raises BudgetExceeded where this decision belongs in a worker and is not made in one."""
    watch = _watch.get()
    if watch is None:
        return
    demand_time()
    from verify.equality.hardness import is_easy

    if not is_easy(terms, left, right):
        watch.give_up("this decision is predicted to be long")


def demand_time() -> None:
    """Raises BudgetExceeded where the patience for work in this process is over."""
    watch = _watch.get()
    if watch is not None and (watch.given_up or time.thread_time() > watch.deadline):
        watch.give_up("the work takes longer than predicted")


@contextmanager
def _watched() -> Iterator[_Watch]:
    watch = _Watch(time.thread_time() + PATIENCE)
    token = _watch.set(watch)
    try:
        yield watch
    finally:
        _watch.reset(token)


def run_guarded(
    function: Callable[..., Any],
    arguments: Sequence[object] = (),
    *,
    here: Callable[[], Any] | None = None,
    seconds: float = SECONDS,
    megabytes: int = MEGABYTES,
) -> Any:
    """What a function at module level returns, computed here if that is quick, else in a worker within the limits.

    The function must give the same answer when it is called again, and its arguments must be plain data.  `here` is
    what to call in this process, where that saves work.  Raises what the function raises, and BudgetExceeded.
    """
    attempt = here or (lambda: function(*arguments))
    if not has_processes():
        return attempt()
    quick, result = attempt_quickly(attempt)
    if quick:
        return result
    from verify.equality.budget import run_within

    return run_within(function, arguments, seconds=seconds, megabytes=megabytes)


def attempt_quickly(function: Callable[[], Any]) -> tuple[bool, Any]:
    """Whether a function is done within the patience for work in this process, and what it returned if it is.

    Raises what the function raises.
    """
    result = None
    with _watched() as watch:
        try:
            result = function()
        except Exception:  # whatever an attempt that was given up ended with says nothing
            if not watch.given_up:
                raise
    return not watch.given_up, result
