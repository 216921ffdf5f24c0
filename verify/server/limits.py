"""Limits: how much one client may ask of the server."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """What the server allows.

    - `body`: bytes of a request.  A response of 4,000 characters, each written as an escape, fits.
    - `burst`: checks at once from one client, and `per_second`: after that.
    - `clients`: how many clients are remembered.
    - `receiving`: seconds that a request's body may take to arrive.
    """

    body: int = 32_768
    burst: int = 40
    per_second: float = 10.0
    clients: int = 4096
    receiving: float = 10.0


class TokenBuckets:
    """One bucket of tokens for each client: a check takes one, and time brings them back."""

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits, self._clock = limits, clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, client: str) -> int:
        """0 where the client may go ahead, else the seconds after which to come back."""
        now = self._clock()
        tokens, since = self._buckets.pop(client, (float(self._limits.burst), now))
        tokens = min(self._limits.burst, tokens + (now - since) * self._limits.per_second)
        allowed = tokens >= 1
        self._buckets[client] = (tokens - 1 if allowed else tokens, now)
        if len(self._buckets) > self._limits.clients:
            self._buckets.popitem(last=False)  # the one that was silent longest, whose bucket is the fullest
        return 0 if allowed else max(1, math.ceil((1 - tokens) / self._limits.per_second))
