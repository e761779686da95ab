"""What the engine is told about agents and work: values that the application can always read again from its rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from routing.requirements import ANYONE, HIGHEST, LOWEST, Requirement, Step

Id: TypeAlias = int
"""Work and agents are named by integers; queues, channels and skills by strings."""

NEVER = 2**63 - 1
"""An instant that does not come: the end of an exclusion for good."""


class WorkState(StrEnum):
    WAITING = "waiting"
    OFFERED = "offered"
    ASSIGNED = "assigned"
    INTERRUPTED = "interrupted"
    """With its agent, but making way for other work: it takes no capacity, and goes on before anything new begins."""
    WRAP_UP = "wrap_up"


@dataclass(frozen=True, slots=True)
class AgentFacts:
    """One agent. `order` breaks ties between equal idle stamps (the id does, when it is not given).

    `idle_since` is the later of: became ready, and gave back the last piece of work that was accepted. It is stamped with the
    `now` of the event that says so, and an application that writes the same instant to its row can rebuild the engine exactly.
    """

    id: Id
    queues: frozenset[str] = frozenset()
    skills: Mapping[str, int] = field(default_factory=dict)
    ready: bool = True
    reason: str = ""
    capacity: int = 100
    channel_max: Mapping[str, int] = field(default_factory=dict)
    idle_since: int | None = None
    order: int | None = None
    worked: int | None = None
    """Microseconds spent on accepted work that is over; None keeps what the engine counted."""
    offered_at: int | None = None
    """The instant of the newest offer; None keeps what the engine knows."""
    interruptible_capacity: int | None = None
    """Units that work of interruptible channels may take together, within `capacity`; None: all of it."""
    delays: Mapping[str, int] = field(default_factory=dict)
    """Queue to microseconds: the agent helps out there, with work that has waited for so long."""

    def __post_init__(self) -> None:
        # Copies, because the engine's indexes rest on these not changing under it.
        object.__setattr__(self, "queues", frozenset(self.queues))
        object.__setattr__(self, "skills", dict(self.skills))
        object.__setattr__(self, "channel_max", dict(self.channel_max))
        object.__setattr__(self, "delays", {queue: after for queue, after in self.delays.items() if after})
        for queue, after in self.delays.items():
            if after < 0:
                raise ValueError(
                    f"Agent {self.id} helps out in queue {queue!r} after {after} microseconds; give 0 or more."
                )
        for skill, level in self.skills.items():
            if not LOWEST <= level <= HIGHEST:
                raise ValueError(
                    f"Agent {self.id} has {skill!r} at level {level}; levels run from {LOWEST} to {HIGHEST}."
                )


@dataclass(frozen=True, slots=True)
class Exclusion:
    """The agent is not offered the work again before `until` (`NEVER`: not at all)."""

    agent: Id
    until: int


@dataclass(frozen=True, slots=True)
class Preferred:
    """Only these agents, in this order of preference, for `lasts` microseconds after enqueueing; then everyone.

    It ends early when each of them has had the work and given it back.
    """

    agents: tuple[Id, ...]
    lasts: int


@dataclass(frozen=True, slots=True)
class WorkFacts:
    """One piece of work. `seq` breaks ties between equal keys (the id does, when it is not given).

    `excluded` lists every ended offer of this work, also those whose cool-off is over: a preferred agent who gave it back
    once no longer holds the others up.
    """

    id: Id
    queue: str
    channel: str
    enqueued_at: int
    requirement: Requirement = ANYONE
    steps: tuple[Step, ...] = ()
    priority: int | None = None
    target: int | None = None
    preferred: Preferred | None = None
    excluded: tuple[Exclusion, ...] = ()
    seq: int | None = None
    overflowed: bool = False
    """A call back was asked for already."""
    deadline: int | None = None
    """The instant by which somebody was promised; the engine only warns of it."""
