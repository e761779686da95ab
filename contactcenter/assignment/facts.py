"""From rows to what the routing engine knows. Whatever is not in a row may not influence a decision."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Protocol

from sqlalchemy import BigInteger, any_, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

import routing
from contactcenter.agents import workload
from contactcenter.assignment.line import CALLBACK
from contactcenter.foundation.clock import microseconds
from contactcenter.models import Agent, AgentChannel, AgentQueue, AgentSkill, ConfigApplied, Offer, Queue, WorkItem
from contactcenter.models.states import LIVE_WORK, OfferState, Presence, WorkState

COOL_OFF = timedelta(seconds=30)
HOLD_UP = timedelta(seconds=30)
"""So long past its target a call is held up at most by chats and mails that go on being given to whoever could take it."""
PREFERRED_FOR = timedelta(seconds=20)
_SECOND = 1_000_000
_MOST_PER_CHANNEL = 10
_GAVE_BACK = (OfferState.DECLINED, OfferState.EXPIRED, OfferState.WITHDRAWN, OfferState.RELEASED)
_ENGINE_STATES: dict[str, routing.WorkState] = {
    WorkState.WAITING: routing.WorkState.WAITING,
    WorkState.OFFERED: routing.WorkState.OFFERED,
    WorkState.ASSIGNED: routing.WorkState.ASSIGNED,
    WorkState.WRAP_UP: routing.WorkState.WRAP_UP,
}
_ENDING = (routing.WorkState.OFFERED, routing.WorkState.WRAP_UP)


def config(session: Session) -> routing.Config:
    """The queues and channels as the engine wants them, under the version that decisions name."""
    version = session.scalar(select(func.max(ConfigApplied.id))) or 0
    rows = session.scalars(select(Queue).where(Queue.enabled).order_by(Queue.name)).all()
    return rules(version, {row.name: row for row in rows}, _staff(session))


class QueueRules(Protocol):
    """What of a queue matters to routing, whether it stands in a row or in a file."""

    @property
    def target_seconds(self) -> int: ...
    @property
    def priority(self) -> int: ...
    @property
    def offer_seconds(self) -> int: ...
    @property
    def reserve(self) -> int: ...
    @property
    def overflow(self) -> Mapping[str, Any] | None: ...


def rules(version: int, queues: Mapping[str, QueueRules], staff: tuple[routing.Staff, ...] | None) -> routing.Config:
    """The engine's configuration with these queues."""
    return routing.Config(
        version=version,
        channels=tuple(
            routing.Channel(
                str(channel),
                cost=weight,
                max_per_agent=_MOST_PER_CHANNEL,
                interruptible=channel in workload.INTERRUPTIBLE,
            )
            for channel, weight in workload.WEIGHTS.items()
        ),
        queues=tuple(
            routing.Queue(
                name,
                q.target_seconds * _SECOND,
                q.priority,
                q.offer_seconds * _SECOND,
                reserve=q.reserve,
                overflow=_overflow(q.overflow, queues),
            )
            for name, q in sorted(queues.items())
        ),
        policy=routing.Policy(
            cool_off=int(COOL_OFF.total_seconds()) * _SECOND, hold_up=int(HOLD_UP.total_seconds()) * _SECOND
        ),
        staff=staff,
    )


def _overflow(written: Mapping[str, Any] | None, enabled: Iterable[str]) -> routing.Overflow | None:
    """A queue that was disabled since takes nothing in any more."""
    if written is None or written["to"] not in {*enabled, CALLBACK}:
        return None
    return routing.Overflow(written["after"] * _SECOND, None if written["to"] == CALLBACK else written["to"])


def _staff(session: Session) -> tuple[routing.Staff, ...]:
    """Each combination of queues and skills that somebody has who may sign in, once."""
    ids = list(session.scalars(select(Agent.id).where(Agent.enabled).order_by(Agent.id)))
    queues, skills = _queues(session, ids), _skills(session, ids)
    kinds = {(frozenset(queues[one]), tuple(sorted(skills[one].items()))) for one in ids}
    ordered = sorted(kinds, key=lambda kind: (sorted(kind[0]), kind[1]))
    return tuple(routing.Staff(served, dict(levels)) for served, levels in ordered)


def agents(session: Session, now: datetime, ids: Iterable[int] | None = None) -> list[routing.AgentFacts]:
    """Whoever has signed in to work, with queues, skills and readiness, in order of id."""
    wanted = [] if ids is None else [Agent.id == any_of(ids)]
    here = (Agent.enabled, Agent.chosen != Presence.OFFLINE)
    rows = session.scalars(
        select(Agent).where(*here, *wanted).order_by(Agent.id).execution_options(populate_existing=True)
    ).all()
    known = [row.id for row in rows]
    queues, skills, most = _queues(session, known), _skills(session, known), _maxima(session, known)
    return [
        routing.AgentFacts(
            id=row.id,
            queues=frozenset(queues[row.id]),
            delays=queues[row.id],
            skills=skills[row.id],
            ready=row.ready and row.presence_until > now,
            reason=row.not_ready_reason or row.chosen_reason or "",
            capacity=row.capacity,
            channel_max=most[row.id],
            idle_since=microseconds(row.idle_since),
        )
        for row in rows
    ]


class Request(Protocol):
    """What of a work item matters to routing."""

    @property
    def id(self) -> int: ...
    @property
    def channel(self) -> str: ...
    @property
    def skills(self) -> Mapping[str, Any]: ...
    @property
    def steps(self) -> Sequence[Any]: ...
    @property
    def priority(self) -> int: ...
    @property
    def target_us(self) -> int: ...
    @property
    def preferred_agent(self) -> int | None: ...
    @property
    def enqueued_at(self) -> datetime: ...
    @property
    def callback_due_at(self) -> datetime | None: ...


_LIVE = (
    select(
        WorkItem.id,
        WorkItem.channel,
        WorkItem.state,
        WorkItem.skills,
        WorkItem.steps,
        WorkItem.priority,
        WorkItem.target_us,
        WorkItem.preferred_agent,
        WorkItem.enqueued_at,
        WorkItem.wrap_up_until,
        WorkItem.interrupted_at,
        WorkItem.callback_due_at,
        WorkItem.transferred_by,
        Queue.name.label("queue"),
        Offer.agent_id,
        Offer.expires_at,
    )
    .join(Queue, Queue.id == WorkItem.queue_id)
    .outerjoin(Offer, Offer.id == WorkItem.current_offer)
    .where(WorkItem.state.in_(LIVE_WORK))
    .order_by(WorkItem.id)
)
_GIVEN_BACK = (
    select(Offer.item_id, Offer.agent_id, Offer.decided_at)
    .join(WorkItem, WorkItem.id == Offer.item_id)
    .where(WorkItem.state.in_(LIVE_WORK), Offer.state.in_(_GAVE_BACK), Offer.decided_at.is_not(None))
    .order_by(Offer.id)
)


def live_work(session: Session, now: datetime, ids: Iterable[int] | None = None) -> list[routing.WorkRestored]:
    """Every live item as it stands, in order of id. Columns, not objects: there may be a hundred thousand."""
    wanted = [] if ids is None else [WorkItem.id == any_of(ids)]
    rows = session.execute(_LIVE.where(*wanted)).all()
    excluded = _exclusions(session, wanted)
    at = microseconds(now)
    return [_restored(row, _sender(row) + excluded.get(row.id, ()), at) for row in rows]


def requirement(skills: Mapping[str, Any]) -> routing.Requirement:
    """The same object for the same skills: there are few kinds of requests, however many wait."""
    return _requirement(tuple(skills.items()))


@lru_cache(maxsize=10_000)
def _requirement(skills: tuple[tuple[str, Any], ...]) -> routing.Requirement:
    return routing.Requirement.of({name: int(level) for name, level in skills})


@lru_cache(maxsize=10_000)
def _steps(steps: tuple[tuple[int, tuple[tuple[str, Any], ...]], ...]) -> tuple[routing.Step, ...]:
    return tuple(routing.Step(after * _SECOND, _requirement(skills)) for after, skills in steps)


def any_of(ids: Iterable[int]) -> Any:
    """One parameter for however many ids: the statement stays the same, and PostgreSQL keeps its plan."""
    return any_(literal(list(ids), ARRAY(BigInteger)))


def _restored(row: Any, excluded: tuple[routing.Exclusion, ...], at: int) -> routing.WorkRestored:
    work = work_facts(row, row.queue, excluded)
    state = _ENGINE_STATES[row.state]
    if state is routing.WorkState.WAITING:
        return routing.WorkRestored(at, work, state)
    if state is routing.WorkState.ASSIGNED and row.interrupted_at is not None:
        state = routing.WorkState.INTERRUPTED
    until = row.wrap_up_until if state is routing.WorkState.WRAP_UP else row.expires_at
    return routing.WorkRestored(
        at, work, state, row.agent_id, microseconds(until) if until and state in _ENDING else None
    )


def work_facts(item: Request, queue: str, excluded: tuple[routing.Exclusion, ...] = ()) -> routing.WorkFacts:
    """What the item asks for, since when."""
    preferred = None
    if item.preferred_agent:
        lasts = int(PREFERRED_FOR.total_seconds()) * _SECOND
        preferred = routing.Preferred((item.preferred_agent,), lasts)
    return routing.WorkFacts(
        id=item.id,
        queue=queue,
        channel=item.channel,
        enqueued_at=microseconds(item.enqueued_at),
        requirement=requirement(item.skills),
        steps=_steps(tuple((step["after"], tuple(step.get("skills", {}).items())) for step in item.steps)),
        priority=item.priority,
        target=item.target_us,
        preferred=preferred,
        excluded=excluded,
        overflowed=item.callback_due_at is not None,
    )


def _exclusions(session: Session, wanted: list[Any]) -> dict[int, tuple[routing.Exclusion, ...]]:
    latest: dict[int, dict[int, int]] = defaultdict(dict)
    for item, agent, decided in session.execute(_GIVEN_BACK.where(*wanted)):
        assert decided is not None
        latest[item][agent] = microseconds(decided + COOL_OFF)
    return {
        item: tuple(routing.Exclusion(agent, until) for agent, until in sorted(agents.items()))
        for item, agents in latest.items()
    }


def _sender(row: Any) -> tuple[routing.Exclusion, ...]:
    """Whoever sent it on is not the next to be asked, though they have just become free."""
    if row.transferred_by is None:
        return ()
    return (routing.Exclusion(row.transferred_by, microseconds(row.enqueued_at + COOL_OFF)),)


def _queues(session: Session, ids: list[int]) -> dict[int, dict[str, int]]:
    """By agent, the queues served, and after how many microseconds of waiting."""
    found: dict[int, dict[str, int]] = defaultdict(dict)
    rows = session.execute(
        select(AgentQueue.agent_id, Queue.name, AgentQueue.after_seconds)
        .join(Queue, Queue.id == AgentQueue.queue_id)
        .where(AgentQueue.agent_id == any_of(ids))
    )
    for agent, queue, after in rows:
        found[agent][queue] = after * _SECOND
    return found


def _skills(session: Session, ids: list[int]) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = defaultdict(dict)
    rows = session.execute(
        select(AgentSkill.agent_id, AgentSkill.skill, AgentSkill.level).where(AgentSkill.agent_id == any_of(ids))
    )
    for agent, skill, level in rows:
        found[agent][skill] = level
    return found


def _maxima(session: Session, ids: list[int]) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = defaultdict(dict)
    rows = session.execute(
        select(AgentChannel.agent_id, AgentChannel.channel, AgentChannel.most).where(
            AgentChannel.agent_id == any_of(ids)
        )
    )
    for agent, channel, most in rows:
        found[agent][channel] = most
    return found
