"""Parallel: the claims of several problems, cross-checked by several processes.

The evidence is the same as from one process, in the same order: every claim's search starts from its own seed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from verify.evidence import Evidence

if TYPE_CHECKING:
    from verify.claim import Claim
    from verify.problem import Problem

CLAIMS_PER_PROCESS = 20  # fewer are checked sooner than a further process has started

Advance = Callable[[str], None]


def crosscheck_all(
    problems: Iterable[Problem],
    *,
    profile: str | None = None,
    advance: Advance = lambda _: None,
    jobs: int | None = None,
) -> dict[str, list[Evidence]]:
    """The evidence for every claim of the problems, by problem, in reading order.

    - `advance`: called with the identifier of each claim before its evidence is waited for.
    - `jobs`: how many processes; by default one for each processor, as far as there is work for them.
    """
    tasks = [
        (problem.id, problem.path, number, claim.name)
        for problem in problems
        for number, claim in enumerate(problem.claims())
    ]
    workers = min(jobs or os.cpu_count() or 1, max(1, len(tasks) // CLAIMS_PER_PROCESS))
    found: dict[str, list[Evidence]] = {identifier: [] for identifier, *_ in tasks}
    if workers == 1:
        for identifier, path, number, name in tasks:
            advance(f"{identifier}/{name}")
            found[identifier].append(_crosschecked(path, number, profile))
        return found
    # Spawned, not forked: a fork would copy the threads' locks of torch and BLAS in whatever state they are.
    with ProcessPoolExecutor(workers, get_context("spawn"), _use_one_thread) as pool:
        pending = [(task, pool.submit(_crosschecked, task[1], task[2], profile)) for task in tasks]
        try:
            for (identifier, _, _, name), future in pending:
                advance(f"{identifier}/{name}")
                found[identifier].append(future.result())
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return found


def _use_one_thread() -> None:
    # As many threads as processes would otherwise compete for the processors.
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"


def _crosschecked(path: Path, number: int, profile: str | None) -> Evidence:
    from verify.crosscheck import crosscheck

    problem, claims = _claims(path, path.stat().st_mtime_ns)
    return crosscheck(problem, claims[number], profile=profile)


@cache
def _claims(path: Path, changed: int) -> tuple[Problem, list[Claim]]:  # noqa: ARG001 (a changed file is another one)
    from verify.catalog import load

    problem = load(path)
    return problem, problem.claims()
