"""The people of a run while it goes on: customers on their way, agents of a group, and what is noted about both."""

from collections.abc import Mapping


class Bucket:
    """What happened to the customers of one class who arrived in one period."""

    __slots__ = ("blocked", "lost", "offered", "repeated", "served", "waiting")

    def __init__(self) -> None:
        self.offered = self.repeated = self.blocked = 0
        # Waits: of those served, of those who gave up, and so far of those who were still waiting when the run ended.
        self.served: list[float] = []
        self.lost: list[float] = []
        self.waiting: list[float] = []


class Customer:
    """One customer; service time and patience are theirs from the start, so that no routing changes what others bring."""

    __slots__ = (
        "agent",
        "arrived",
        "bucket",
        "group",
        "kind",
        "number",
        "patience",
        "service",
        "service_by",
        "waiting",
    )

    def __init__(self, kind: int, arrived: float, service: float, patience: float, bucket: Bucket) -> None:
        self.kind = kind
        self.arrived = arrived
        self.service = service
        self.patience = patience
        self.bucket = bucket
        self.service_by: Mapping[int, float] | None = None
        self.waiting = False
        self.group = self.agent = self.number = -1


class Staff:
    """The agents of one group: how many are there, how many busy, and both summed over time.

    A sum over time is kept as `mark`, so that the sum up to `now` is mark + level × now: it costs one addition for a change.
    """

    __slots__ = ("_busy_mark", "_over", "_over_mark", "_size_mark", "busy", "size")

    def __init__(self) -> None:
        self.size = self.busy = self._over = 0
        self._busy_mark = self._over_mark = self._size_mark = 0.0

    def take(self, now: float) -> None:
        self.busy += 1
        self._busy_mark -= now

    def give_back(self, now: float) -> None:
        self.busy -= 1
        self._busy_mark += now
        if self._over:
            self._measure_over(now)

    def resize(self, size: int, now: float) -> None:
        self._size_mark -= (size - self.size) * now
        self.size = size
        self._measure_over(now)

    def until(self, now: float) -> tuple[float, float]:
        """Agent time so far: busy, and there; who finishes a customer after going off is there until then."""
        there = self._size_mark + self.size * now + self._over_mark + self._over * now
        return self._busy_mark + self.busy * now, there

    def _measure_over(self, now: float) -> None:
        over = max(0, self.busy - self.size)
        self._over_mark -= (over - self._over) * now
        self._over = over
