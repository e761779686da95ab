"""The rules the engine works by: channels, queues, policy and expected demand, as one immutable value with a version."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from routing.requirements import Requirement

SECOND = 1_000_000
"""Every instant and every duration in this package is an integer number of microseconds."""


class ItemOrder(StrEnum):
    DUE = "due"
    """By enqueued + target - boost x priority, smallest first: the default, which starves nobody."""
    FIFO = "fifo"
    STRICT = "strict"
    """By priority, then arrival; work that waited `late_after` times its target goes before all that did not."""
    ACCELERATION = "acceleration"
    """By age x the queue's acceleration + boost x priority, greatest first."""


class AgentOrder(StrEnum):
    LEAST_FLEXIBLE = "least_flexible"
    LONGEST_IDLE = "longest_idle"
    MOST_SKILLED = "most_skilled"
    LEAST_OCCUPIED = "least_occupied"
    """Nothing at hand before something, then the least time spent on accepted work so far."""
    ROUND_ROBIN = "round_robin"
    """Whoever was offered something longest ago, never before ever."""


@dataclass(frozen=True, slots=True)
class Channel:
    """`cost` is in units of an agent's capacity; with `rona` an unanswered offer makes the agent not ready.

    Accepted work of an `interruptible` channel makes way for work of one that is not, and goes on when there is room again.
    """

    name: str
    cost: int = 100
    max_per_agent: int = 1
    rona: bool = True
    interruptible: bool = False

    def __post_init__(self) -> None:
        if self.cost < 0 or self.max_per_agent < 1:
            raise ValueError(f"Channel {self.name!r} needs a cost of 0 or more and a maximum per agent of 1 or more.")


@dataclass(frozen=True, slots=True)
class Overflow:
    """After `after` microseconds of waiting the work goes over to queue `to`, or is to be called back when `to` is None."""

    after: int
    to: str | None = None

    def __post_init__(self) -> None:
        if self.after < 0:
            raise ValueError(f"An overflow after {self.after} microseconds lies before the work came; give 0 or more.")


@dataclass(frozen=True, slots=True)
class Queue:
    """`priority` counts for work that names none; `sla_target` counts for work that names no target of its own.

    Work of a queue with `reserve` n is offered only while more than n of the agents who could take it are free: the others
    are kept for other work. `acceleration` is in hundredths: at 200 a minute of waiting counts for two.
    """

    name: str
    sla_target: int = 20 * SECOND
    priority: int = 0
    offer_timeout: int = 20 * SECOND
    reserve: int = 0
    overflow: Overflow | None = None
    acceleration: int = 100

    def __post_init__(self) -> None:
        if self.sla_target < 0 or self.offer_timeout < 0 or self.reserve < 0 or self.acceleration < 0:
            raise ValueError(
                f"Queue {self.name!r} needs a target, an offer time, a reserve and an acceleration of 0 or more."
            )


@dataclass(frozen=True, slots=True)
class Demand:
    """Expected traffic of one kind of work, in thousandths of an erlang, and how many agents are there for it."""

    queue: str
    requirement: Requirement
    load: int
    agents: int

    def __post_init__(self) -> None:
        if self.agents < 1:
            raise ValueError(f"The demand on queue {self.queue!r} must be shared by at least one agent.")


@dataclass(frozen=True, slots=True)
class Staff:
    """What one or several agents of the staff serve and can do, whether they are signed in or not."""

    queues: frozenset[str]
    skills: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Policy:
    item_order: ItemOrder = ItemOrder.DUE
    agent_order: AgentOrder = AgentOrder.LEAST_FLEXIBLE
    boost: int = 60 * SECOND
    cool_off: int = 30 * SECOND
    late_after: int = 4
    """With strict priority: how many times its target work may wait before it goes first, whatever its priority."""
    hold_up: int | None = None
    """How long past its key (with the default order: past its target) work is held up at most by smaller work.

    From then on, whoever could take it but for room takes nothing that is smaller and less urgent. None: for ever.
    """
    at_risk: int = 60 * SECOND
    """How long before its deadline waiting work is told to be at risk."""

    def __post_init__(self) -> None:
        if self.hold_up is not None and self.item_order is ItemOrder.ACCELERATION:
            raise ValueError(
                "With acceleration the order changes by itself, so `hold_up` cannot be kept: leave it out."
            )
        if self.at_risk < 0 or (self.hold_up or 0) < 0:
            raise ValueError("`hold_up` and `at_risk` are durations: give 0 or more.")
        if self.late_after < 1:
            raise ValueError("Work cannot be late before its target: `late_after` is 1 or more.")


@dataclass(frozen=True, slots=True)
class Config:
    version: int
    channels: tuple[Channel, ...]
    queues: tuple[Queue, ...]
    policy: Policy = field(default_factory=Policy)
    demands: tuple[Demand, ...] = ()
    staff: tuple[Staff, ...] | None = None
    """Everybody who may ever sign in; None: not known, and then no work is called unroutable for want of people."""

    def __post_init__(self) -> None:
        _refuse_twice("channel", (channel.name for channel in self.channels))
        _refuse_twice("queue", (queue.name for queue in self.queues))
        known = {queue.name for queue in self.queues}
        for demand in self.demands:
            if demand.queue not in known:
                raise ValueError(f"A demand names queue {demand.queue!r}, which is not configured.")
        if self.staff is not None:
            self._refuse_unknown_skills({skill for kind in self.staff for skill in kind.skills})
        _refuse_circles({queue.name: queue.overflow.to for queue in self.queues if queue.overflow}, known)

    def _refuse_unknown_skills(self, held: set[str]) -> None:
        for demand in self.demands:
            for skill, _ in (*demand.requirement.all_of, *demand.requirement.any_of):
                if skill not in held:
                    raise ValueError(f"The demand on queue {demand.queue!r} names skill {skill!r}, which nobody has.")


def _refuse_twice(noun: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise ValueError(f"The {noun} {name!r} is configured twice; give each {noun} one entry.")
        seen.add(name)


def _refuse_circles(overflows: Mapping[str, str | None], known: set[str]) -> None:
    for start, to in overflows.items():
        if to is not None and to not in known:
            raise ValueError(f"Queue {start!r} overflows to {to!r}, which is not configured.")
        passed, following = [start], to
        while following is not None:
            if following in passed:
                raise ValueError(f"The overflows go round in a circle: {' -> '.join([*passed, following])}.")
            passed.append(following)
            following = overflows.get(following)
