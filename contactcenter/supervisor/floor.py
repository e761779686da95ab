"""The floor: the queues and the people on it, read once for everything that the desk shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contactcenter.agents.workload import INTERRUPTIBLE, WEIGHTS
from contactcenter.foundation import clock
from contactcenter.models import Agent, AgentChannel, AgentQueue, AgentSkill, PresenceReason, Queue, Room, User
from contactcenter.models.states import Channel, Presence

_ROOMS = ("queue", "agent")


@dataclass(frozen=True, slots=True)
class Line:
    """A queue, as far as a supervisor looks at it."""

    id: int
    titles: dict[str, str]
    target_seconds: int
    service_level_percent: int
    overflows: bool
    """What waits too long goes over to another queue."""


@dataclass(frozen=True, slots=True)
class Person:
    """An agent as the rows say; `channels` holds how many conversations of each are live, and how many may be."""

    id: int
    name: str
    chosen: str
    reason: dict[str, str] | None
    ready: bool
    not_ready: str
    present: bool
    since: datetime
    load: int
    yielding: int
    capacity: int
    queues: frozenset[int]
    skills: Mapping[str, int]
    channels: Mapping[str, tuple[int, int]]

    @property
    def staffed(self) -> bool:
        """Signed in to work, at whatever."""
        return self.chosen != Presence.OFFLINE and self.present

    @property
    def may_ring(self) -> bool:
        return self.ready and self.present

    def has_room(self, channel: str) -> bool:
        """Whether one more conversation of this channel fits beside what they have."""
        live, most = self.channels.get(channel, (0, 0))
        taken = self.load if channel in INTERRUPTIBLE else self.load - self.yielding
        return live < most and taken + WEIGHTS[Channel(channel)] <= self.capacity


@dataclass(frozen=True, slots=True)
class Floor:
    """`numbers` is where the rooms of queues and agents stood when all this was read. `queue_id`: only this queue is shown."""

    now: datetime
    zone: str
    numbers: Mapping[str, int]
    lines: tuple[Line, ...]
    people: tuple[Person, ...]
    queue_id: int | None = None

    @property
    def shown_lines(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if self.queue_id in {None, line.id})

    @property
    def shown_people(self) -> tuple[Person, ...]:
        return tuple(one for one in self.people if self.queue_id is None or self.queue_id in one.queues)

    def overflows(self, queue_id: int) -> bool:
        return any(line.overflows for line in self.lines if line.id == queue_id)

    def serving(self, queue_id: int) -> list[Person]:
        return [person for person in self.people if queue_id in person.queues]


def look(session: Session, zone: str, queue_id: int | None = None) -> Floor:
    """What is on the floor now, or around one queue of it.

    It is the first thing read in its transaction, which from then on sees one consistent moment: so the rooms' numbers
    fit what is shown, whatever is committed meanwhile.
    """
    session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    now = clock.now(session)
    numbers = session.execute(select(Room.name, Room.seq).where(Room.kind.in_(_ROOMS)))
    lines = _lines(session)
    known = queue_id if any(line.id == queue_id for line in lines) else None
    return Floor(now, zone, dict(numbers.all()), lines, _people(session, now), known)


def _lines(session: Session) -> tuple[Line, ...]:
    rows = session.scalars(select(Queue).where(Queue.enabled).order_by(Queue.id))
    return tuple(
        Line(row.id, row.titles, row.target_seconds, row.service_level_percent, row.overflow is not None)
        for row in rows
    )


def _people(session: Session, now: datetime) -> tuple[Person, ...]:
    queues = (
        select(func.array_agg(AgentQueue.queue_id)).where(AgentQueue.agent_id == Agent.id).scalar_subquery().label("q")
    )
    skills = (
        select(func.jsonb_object_agg(AgentSkill.skill, AgentSkill.level))
        .where(AgentSkill.agent_id == Agent.id)
        .scalar_subquery()
    )
    channels = (
        select(
            func.jsonb_object_agg(AgentChannel.channel, func.jsonb_build_array(AgentChannel.live, AgentChannel.most))
        )
        .where(AgentChannel.agent_id == Agent.id)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Agent, User.name, PresenceReason.titles, queues, skills, channels)
        .join(User, User.id == Agent.id)
        .outerjoin(PresenceReason, PresenceReason.name == Agent.chosen_reason)
        .where(Agent.enabled, User.enabled)
        .order_by(User.name, Agent.id)
    )
    return tuple(
        Person(
            id=agent.id,
            name=name,
            chosen=agent.chosen,
            reason=reason,
            ready=agent.ready,
            not_ready=agent.not_ready_reason or "",
            present=agent.presence_until > now,
            since=agent.state_since,
            load=agent.load,
            yielding=agent.yielding,
            capacity=agent.capacity,
            queues=frozenset(own_queues or ()),
            skills=own_skills or {},
            channels={channel: (live, most) for channel, (live, most) in (own_channels or {}).items()},
        )
        for agent, name, reason, own_queues, own_skills, own_channels in rows
    )
