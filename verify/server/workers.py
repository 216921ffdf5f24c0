"""Workers: warm processes that judge, and are ended and replaced when they take too long.

There are two lanes, so that answers that take long never hold up the others: whatever is not quick moves to the slow
lane, where only so many may wait.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from verify.api import MEGABYTES, SECONDS
from verify.equality.budget import close_workers, keep_workers, run_within
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
        self._quick = ThreadPoolExecutor(QUICK_LANE, "quick")
        self._slow = ThreadPoolExecutor(SLOW_LANE, "slow")
        self._waiting = self._waiting_slowly = 0

    async def start(self) -> None:
        """Start every process and let it judge one answer of each kind, so that the first client does not wait."""
        keep_workers(QUICK_LANE + SLOW_LANE)
        parts = list({data["kind"]: part for part, data in self.answers.items()}.values())
        lanes = [self._quick] * QUICK_LANE + [self._slow] * SLOW_LANE
        await asyncio.gather(*(_in_lane(lane, self._warm_up, parts) for lane in lanes))

    def _warm_up(self, parts: list[str]) -> None:
        for part in parts or [""]:
            if part:
                self._judged(judge, part, "1")

    async def check(self, part: str, response: str) -> Evidence:
        """The verdict on a response, within the budget of one check.  Raises `Busy`."""
        if self._waiting >= WAITING:
            raise Busy
        self._waiting += 1
        try:
            evidence = await _in_lane(self._quick, self._judged, judge_quickly, part, response)
        finally:
            self._waiting -= 1
        return evidence if evidence is not None else await self._check_slowly(part, response)

    async def _check_slowly(self, part: str, response: str) -> Evidence:
        if self._waiting_slowly >= WAITING_SLOWLY:
            raise Busy
        self._waiting_slowly += 1
        try:
            evidence = await _in_lane(self._slow, self._judged, judge, part, response)
        finally:
            self._waiting_slowly -= 1
        assert evidence is not None  # only what is judged quickly may be given up
        return evidence

    def _judged(self, function: Callable[..., Evidence | None], part: str, response: str) -> Evidence | None:
        """What a function of `judging` returns in a worker; None where only the slow lane can tell."""
        try:
            found: Evidence | None = run_within(
                function, (part, self.answers[part], response), seconds=SECONDS, megabytes=MEGABYTES
            )
        except BudgetExceeded as error:
            if function is judge_quickly:
                return None
            return Evidence(part, Verdict.UNDECIDED, reason=f"budget exceeded: {error}")
        return found

    async def stop(self) -> None:
        """Wait for what is being judged, and end every process."""
        for lane in (self._quick, self._slow):
            await asyncio.get_running_loop().run_in_executor(None, lane.shutdown)
        close_workers()


async def _in_lane(lane: ThreadPoolExecutor, function: Callable[..., Any], *arguments: object) -> Any:
    return await asyncio.get_running_loop().run_in_executor(lane, function, *arguments)
