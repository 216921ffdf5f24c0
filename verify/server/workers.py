"""Workers: warm processes that judge, and are ended and replaced when they take too long.

There are two lanes, so that answers that take long never hold up the others: whatever is not quick moves to the slow
lane, where only so many may wait.  Each has processes of its own, and a new one is started as soon as one was ended.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from verify.api import MEGABYTES, SECONDS
from verify.equality.budget import WorkerPool, run_within
from verify.errors import BudgetExceeded, VerifyError
from verify.evidence import Evidence, Verdict
from verify.server.judging import judge, judge_quickly

QUICK_LANE = 2
SLOW_LANE = 1
WAITING = 512
WAITING_SLOWLY = 32


class Busy(VerifyError):
    """More is waiting than can be served; the client may come back."""

    def __init__(self) -> None:
        super().__init__("the server is busy; send the answer again later")


class Workers:
    """Judges responses to the parts whose compiled answers it was given, several at a time."""

    def __init__(self, answers: Mapping[str, Mapping[str, Any]]) -> None:
        self.answers = answers
        self._quick = _Lane("quick", QUICK_LANE, WAITING)
        self._slow = _Lane("slow", SLOW_LANE, WAITING_SLOWLY)

    async def start(self) -> None:
        """Start every process, so that the first client does not wait."""
        lanes = (self._quick, self._slow)
        await asyncio.gather(*(lane.run(self._warm_up, lane) for lane in lanes for _ in range(lane.size)))

    def _warm_up(self, lane: _Lane) -> None:
        """Let a process judge one answer of each kind, by which it loads all that it will need."""
        for part in {data["kind"]: part for part, data in self.answers.items()}.values():
            with suppress(BudgetExceeded):
                self._judged(lane, judge, part, "1")

    @property
    def under_way(self) -> int:
        """How many checks are not answered yet."""
        return self._quick.waiting + self._slow.waiting

    async def check(self, part: str, response: str) -> Evidence:
        """The verdict on a response, within the budget of one check.  Raises `Busy`."""
        try:
            evidence = await self._quick.run(self._judged, self._quick, judge_quickly, part, response)
        except BudgetExceeded:
            evidence = None
            self._replace(self._quick)
        return evidence if evidence is not None else await self._check_slowly(part, response)

    async def _check_slowly(self, part: str, response: str) -> Evidence:
        try:
            evidence: Evidence = await self._slow.run(self._judged, self._slow, judge, part, response)
        except BudgetExceeded as error:
            self._replace(self._slow)
            return Evidence(part, Verdict.UNDECIDED, reason=f"budget exceeded: {error}")
        return evidence

    def _judged(
        self, lane: _Lane, function: Callable[..., Evidence | None], part: str, response: str
    ) -> Evidence | None:
        """What a function of `judging` returns in a process of a lane.  Raises `BudgetExceeded`, which ended it."""
        question = (part, self.answers[part], response)
        found: Evidence | None = run_within(function, question, seconds=SECONDS, megabytes=MEGABYTES, pool=lane.pool)
        return found

    def _replace(self, lane: _Lane) -> None:
        lane.threads.submit(self._warm_up, lane)

    async def stop(self) -> None:
        """Wait for what is being judged, and end every process."""
        for lane in (self._quick, self._slow):
            await asyncio.get_running_loop().run_in_executor(None, lane.close)


class _Lane:
    """Processes, as many threads that wait for them, and how much may wait for these."""

    def __init__(self, name: str, size: int, most_waiting: int) -> None:
        self.size, self.most_waiting, self.waiting = size, most_waiting, 0
        self.threads = ThreadPoolExecutor(size, name)
        self.pool = WorkerPool(maximum_idle=size)

    async def run(self, function: Callable[..., Any], *arguments: object) -> Any:
        """What a function returns in a thread of this lane.  Raises `Busy` where too much is waiting."""
        if self.waiting >= self.most_waiting:
            raise Busy
        self.waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self.threads, function, *arguments)
        finally:
            self.waiting -= 1

    def close(self) -> None:
        """Wait for what is running, drop what nobody waits for any more, and end the processes."""
        self.threads.shutdown(cancel_futures=True)
        self.pool.close()
