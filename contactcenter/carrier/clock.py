"""The time that calls live in: a virtual clock for tests, a real one for people, and the heap of timers over either."""

import heapq
import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol

DEFAULT_START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


class Clock(Protocol):
    def now(self) -> float:
        """Seconds since the clock was started."""

    def instant(self) -> datetime:
        """The same moment as a date."""

    def real_seconds_until(self, moment: float) -> float:
        """How long a person would wait for it."""


class VirtualClock:
    """Stands still until it is moved; two runs with the same moves are the same run."""

    def __init__(self, start: datetime = DEFAULT_START) -> None:
        self._start = start
        self._elapsed = 0.0

    def now(self) -> float:
        return self._elapsed

    def instant(self) -> datetime:
        return self._start + timedelta(seconds=self._elapsed)

    def real_seconds_until(self, moment: float) -> float:  # noqa: ARG002 - nobody waits for a virtual clock
        return 0.0

    def move_to(self, moment: float) -> None:
        self._elapsed = max(self._elapsed, moment)


class RealClock:
    """Follows the wall; a speed of 60 lets an hour of calls pass in a minute."""

    def __init__(self, speed: float = 1.0) -> None:
        self._speed = speed
        self._origin = time.monotonic()
        # A telephone network has its own clock: the application must not rely on the two agreeing.
        self._start = datetime(*time.gmtime()[:6], tzinfo=UTC)

    def now(self) -> float:
        return (time.monotonic() - self._origin) * self._speed

    def instant(self) -> datetime:
        return self._start + timedelta(seconds=self.now())

    def real_seconds_until(self, moment: float) -> float:
        return max(0.0, (moment - self.now()) / self._speed)


@dataclass(slots=True)
class Timer:
    due: float
    action: Callable[[], None]
    cancelled: bool = field(default=False)

    def cancel(self) -> None:
        self.cancelled = True


class Timers:
    """One heap; timers of the same moment fire in the order in which they were set."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Timer]] = []
        self._order = itertools.count()

    def add(self, due: float, action: Callable[[], None]) -> Timer:
        timer = Timer(due, action)
        heapq.heappush(self._heap, (due, next(self._order), timer))
        return timer

    def next_due(self) -> float | None:
        while self._heap and self._heap[0][2].cancelled:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def pop(self) -> Timer:
        return heapq.heappop(self._heap)[2]

    def __len__(self) -> int:
        return sum(not timer.cancelled for _, _, timer in self._heap)
