"""The rules the engine works by: channels, queues, policy and expected demand, as one immutable value with a version."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from routing.requirements import Requirement

SECOND = 1_000_000
"""Every instant and every duration in this package is an integer number of microseconds."""


class ItemOrder(StrEnum):
    DUE = "due"
    FIFO = "fifo"


class AgentOrder(StrEnum):
    LEAST_FLEXIBLE = "least_flexible"
    LONGEST_IDLE = "longest_idle"
    MOST_SKILLED = "most_skilled"


@dataclass(frozen=True, slots=True)
class Channel:
    """`cost` is in units of an agent's capacity; with `rona` an unanswered offer makes the agent not ready."""

    name: str
    cost: int = 100
    max_per_agent: int = 1
    rona: bool = True

    def __post_init__(self) -> None:
        if self.cost < 0 or self.max_per_agent < 1:
            raise ValueError(f"Channel {self.name!r} needs a cost of 0 or more and a maximum per agent of 1 or more.")


@dataclass(frozen=True, slots=True)
class Queue:
    """`priority` counts for work that names none; `sla_target` counts for work that names no target of its own."""

    name: str
    sla_target: int = 20 * SECOND
    priority: int = 0
    offer_timeout: int = 20 * SECOND


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
class Policy:
    item_order: ItemOrder = ItemOrder.DUE
    agent_order: AgentOrder = AgentOrder.LEAST_FLEXIBLE
    boost: int = 60 * SECOND
    cool_off: int = 30 * SECOND


@dataclass(frozen=True, slots=True)
class Config:
    version: int
    channels: tuple[Channel, ...]
    queues: tuple[Queue, ...]
    policy: Policy = field(default_factory=Policy)
    demands: tuple[Demand, ...] = ()

    def __post_init__(self) -> None:
        _refuse_twice("channel", (channel.name for channel in self.channels))
        _refuse_twice("queue", (queue.name for queue in self.queues))


def _refuse_twice(noun: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise ValueError(f"The {noun} {name!r} is configured twice; give each {noun} one entry.")
        seen.add(name)
