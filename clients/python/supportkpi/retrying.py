"""When something is tried again. gRPC itself retries calls that found no server or were cut off by one that stopped, by the
service config; this adds what gRPC does not know, by the same numbers: RetryInfo in the details, and streams that broke.
No I/O here: clients sleep."""

from __future__ import annotations

import dataclasses
import functools
import json
import random
import time

import grpc

from supportkpi.connection import service_config
from supportkpi.errors import SupportKpiError


@dataclasses.dataclass(frozen=True)
class RetryPolicy:
    """How often and how fast."""

    attempts_max: int
    initial_backoff_seconds: float
    max_backoff_seconds: float
    backoff_multiplier: float

    def backoff_seconds(self, failures: int) -> float:
        """The pause after so many failures in a row, 1 or more."""
        backoff = self.initial_backoff_seconds * self.backoff_multiplier ** (failures - 1)
        return min(backoff, self.max_backoff_seconds) * random.uniform(0.8, 1.2)


# gRPC retries these itself: there is no server, or it stopped in the middle.
CONNECTION_LOST = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED)
# What an asynchronous stream of grpcio says, with INTERNAL, where the connection breaks in the middle of a write (seen with 1.85).
BROKEN_WRITE = "Internal error from Core"

ONE_ATTEMPT = RetryPolicy(1, 1.0, 1.0, 1.0)


@functools.lru_cache(maxsize=None)
def shared_policy() -> RetryPolicy:
    """That of the service config."""
    policy = json.loads(service_config())["methodConfig"][0]["retryPolicy"]
    return RetryPolicy(policy["maxAttempts"], float(policy["initialBackoff"].rstrip("s")),
                       float(policy["maxBackoff"].rstrip("s")), policy["backoffMultiplier"])


class Attempts:
    """The tries of one unary call within its deadline."""

    def __init__(self, timeout_seconds: float | None, policy: RetryPolicy) -> None:
        self._end = None if timeout_seconds is None else time.monotonic() + timeout_seconds
        self._left = policy.attempts_max

    def remaining_seconds(self) -> float | None:
        """What is left for the next try; None: without an end."""
        return None if self._end is None else max(self._end - time.monotonic(), 0.001)

    def pause_seconds(self, error: SupportKpiError) -> float | None:
        """How long to wait before the next try, up to a fifth more than the server asks for, so that those it sent away
        together do not come back together; None: there is no next try."""
        self._left -= 1
        asked = error.retry_after_seconds
        if asked is None or self._left <= 0 or error.code() in CONNECTION_LOST:
            return None
        pause = asked * random.uniform(1.0, 1.2)
        if self._end is not None and time.monotonic() + pause >= self._end:
            return None
        return pause


class Reconnects:
    """The tries of a stream that can go on where it broke: so many in a row without progress."""

    def __init__(self, policy: RetryPolicy) -> None:
        self._policy = policy
        self._failures = 0

    def progressed(self) -> None:
        """Something new arrived."""
        self._failures = 0

    def pause_seconds(self, error: SupportKpiError) -> float | None:
        """How long to wait before opening it again; None: it cannot go on."""
        self._failures += 1
        asked = error.retry_after_seconds
        if self._failures >= self._policy.attempts_max:
            return None
        is_lost = error.code() in CONNECTION_LOST or error.message == BROKEN_WRITE
        if not is_lost and asked is None:
            return None
        return max(self._policy.backoff_seconds(self._failures), asked or 0.0)
