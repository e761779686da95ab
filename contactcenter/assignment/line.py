"""The waiting line: how work enters it, leaves it unserved, and returns to its old place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from contactcenter.agents import workload
from contactcenter.cases import interactions
from contactcenter.foundation import events, timers
from contactcenter.foundation.clock import microseconds
from contactcenter.foundation.db import add
from contactcenter.foundation.errors import NotFound
from contactcenter.foundation.guards import changed
from contactcenter.models import AgentQueue, Case, Interaction, Offer, Queue, WorkItem
from contactcenter.models.states import LIVE_WORK, Channel, InteractionState, OfferState, WorkState

BOOST = timedelta(seconds=60)
"""How much earlier one step of priority counts; bounded, so that nobody starves."""

CALLBACK = "callback"
"""In the place of a queue to which work overflows: its caller is offered a call back."""

LANGUAGE_SKILL = "lang-"
"""How the names of skills begin that say which language somebody speaks."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in line that somebody had: since when they wait, and the key by which they are served (microseconds)."""

    since: datetime
    order_key: int


@dataclass(frozen=True, slots=True)
class Transferred:
    """Who sent the conversation on into this queue, with which word for whoever takes it."""

    by: int
    note: str


@dataclass(frozen=True, slots=True)
class Request:
    """What the work needs beyond its queue: skill → least level, extra priority, the agent who knows the customer."""

    skills: Mapping[str, int] = field(default_factory=dict)
    priority: int = 0
    preferred_agent: int | None = None
    channel: Channel | None = None
    """How the work is carried, where that is not the conversation's own channel: a voicemail is no call."""
    place: Place | None = None
    """Where it stood in this queue before; None puts it at the end."""
    transferred: Transferred | None = None


def enqueue(session: Session, interaction: Interaction, queue: Queue, request: Request, now: datetime) -> int:
    """Put a conversation in line; returns its work item, the live one if it is in line already."""
    live = live_item(session, interaction.id)
    if live:
        return live.id
    assert interaction.case_id is not None
    case = session.get(Case, interaction.case_id)
    assert case is not None
    priority = queue.priority + request.priority + case.priority
    channel = request.channel or Channel(interaction.channel)
    target_us = queue.target_seconds * 1_000_000
    last = microseconds(now) + target_us - priority * (BOOST // timedelta(microseconds=1))
    place = request.place or Place(now, last)
    item_id = add(
        session,
        WorkItem,
        {
            "interaction_id": interaction.id,
            "case_id": case.id,
            "queue_id": queue.id,
            "channel": channel,
            "weight": workload.WEIGHTS[channel],
            "priority": priority,
            "target_us": target_us,
            "order_key": place.order_key,
            "skills": {**queue.skills, **request.skills},
            "steps": steps(queue, request.skills),
            "preferred_agent": request.preferred_agent,
            "enqueued_at": place.since,
            "transferred_by": request.transferred.by if request.transferred else None,
            "transfer_note": request.transferred.note if request.transferred else None,
        },
    )
    interactions.move(session, interaction.id, InteractionState.QUEUED, now, queue_id=queue.id, agent_id=None)
    if case.queue_id != queue.id:
        session.execute(update(Case).where(Case.id == case.id).values(queue_id=queue.id))
    events.record(session, events.WorkEnqueued(item_id, queue.id, case.id), now)
    return item_id


def steps(queue: Queue, skills: Mapping[str, int]) -> list[dict[str, Any]]:
    """The queue's relaxation steps. Whatever they give up, the customer's language stays: an answer nobody understands
    is none.
    """
    spoken = spoken_skills(skills)
    return [{**step, "skills": {**step.get("skills", {}), **spoken}} for step in queue.steps]


def spoken_skills(skills: Mapping[str, int]) -> dict[str, int]:
    return {skill: level for skill, level in skills.items() if skill.startswith(LANGUAGE_SKILL)}


def abandon(session: Session, interaction_id: int, reason: str, now: datetime) -> bool:
    """The customer left before anybody answered. A ringing offer is withdrawn and its agent told why."""
    item = live_item(session, interaction_id)
    if item is None or not _end(session, item, (WorkState.WAITING, WorkState.OFFERED), WorkState.ABANDONED, now):
        return False
    if item.state == WorkState.OFFERED:
        withdraw(session, item, reason, now)
    interactions.move(session, interaction_id, InteractionState.ABANDONED, now, outcome=reason)
    events.record(session, events.WorkAbandoned(item.id, item.queue_id, item.case_id), now)
    return True


def leave(session: Session, interaction_id: int, now: datetime) -> bool:
    """The caller steps out of the line but stays on the phone; False when an agent has just taken the work."""
    item = live_item(session, interaction_id)
    if item is None or not _end(session, item, (WorkState.WAITING, WorkState.OFFERED), WorkState.CANCELLED, now):
        return False
    if item.state == WorkState.OFFERED:
        withdraw(session, item, "left_queue", now)
    interactions.move(session, interaction_id, InteractionState.IN_IVR, now)
    events.record(session, events.WorkCancelled(item.id, item.queue_id, item.case_id), now)
    return True


def withdraw(session: Session, item: WorkItem, reason: str, now: datetime) -> None:
    """End the pending offer of an item that has just been taken out of `offered` in this transaction."""
    assert item.current_offer is not None
    agent_id = session.scalar(select(Offer.agent_id).where(Offer.id == item.current_offer))
    assert agent_id is not None
    workload.free(session, agent_id, item.channel, item.weight, now, worked=False)
    ended = changed(
        session,
        update(Offer)
        .where(Offer.id == item.current_offer, Offer.state == OfferState.PENDING)
        .values(state=OfferState.WITHDRAWN, decided_at=now, reason=reason),
    )
    assert ended, "an offered item has a pending offer"
    timers.cancel(session, f"offer:{item.current_offer}", now)
    events.record(
        session, events.OfferWithdrawn(item.id, item.current_offer, agent_id, item.queue_id, item.case_id), now
    )


def release(session: Session, item: WorkItem, reason: str, now: datetime) -> bool:
    """Take an assigned item from its agent and put it back at its old place in line."""
    hit = changed(
        session,
        update(WorkItem)
        .where(
            WorkItem.id == item.id,
            WorkItem.state == WorkState.ASSIGNED,
            WorkItem.current_offer == item.current_offer,
        )
        .values(state=WorkState.WAITING, current_offer=None, interrupted_at=None, version=WorkItem.version + 1),
    )
    if not hit:
        return False
    assert item.current_offer is not None
    agent_id = session.scalar(select(Offer.agent_id).where(Offer.id == item.current_offer))
    assert agent_id is not None
    workload.free(session, agent_id, item.channel, item.weight, now)
    session.execute(
        update(Offer)
        .where(Offer.id == item.current_offer, Offer.state == OfferState.ACCEPTED)
        .values(state=OfferState.RELEASED, reason=reason)
    )
    interactions.move(session, item.interaction_id, InteractionState.QUEUED, now, agent_id=None)
    events.record(
        session, events.OfferReleased(item.id, item.current_offer, agent_id, item.queue_id, item.case_id), now
    )
    events.record(session, events.WorkRequeued(item.id, item.queue_id, item.case_id), now)
    return True


def live_item(session: Session, interaction_id: int) -> WorkItem | None:
    return session.scalar(
        select(WorkItem)
        .where(WorkItem.interaction_id == interaction_id, WorkItem.state.in_(LIVE_WORK))
        .execution_options(populate_existing=True)
    )


def lock(session: Session, interaction_id: int) -> None:
    """Hold the conversation's live item before anything else of it is changed.

    A provider's notice changes the call first and the work afterwards; an agent's click the other way round. Both take
    the item's row first, or they would wait for each other.
    """
    session.execute(
        select(WorkItem.id)
        .where(WorkItem.interaction_id == interaction_id, WorkItem.state.in_(LIVE_WORK))
        .with_for_update()
    )


def hold_case(session: Session, case_id: int) -> None:
    """Hold everything live of a case and then the case: what is decided from it stays so until the transaction ends.

    In this order, because an offer takes its item first and writes on the case afterwards.
    """
    live = select(WorkItem.id).where(WorkItem.case_id == case_id, WorkItem.state.in_(LIVE_WORK))
    session.execute(live.order_by(WorkItem.id).with_for_update())
    session.execute(select(Case.id).where(Case.id == case_id).with_for_update())


def load(session: Session, item_id: int) -> WorkItem:
    item = session.get(WorkItem, item_id, populate_existing=True)
    if item is None:
        raise NotFound("There is no such work item.")
    return item


def place(session: Session, item: WorkItem) -> int:
    """How many are to be served before this one in its queue, plus one."""
    ahead = session.scalar(
        select(func.count())
        .select_from(WorkItem)
        .where(
            WorkItem.queue_id == item.queue_id,
            WorkItem.state.in_([WorkState.WAITING, WorkState.OFFERED]),
            (WorkItem.order_key < item.order_key) | ((WorkItem.order_key == item.order_key) & (WorkItem.id < item.id)),
        )
    )
    return (ahead or 0) + 1


def has_agents(session: Session, queue_id: int) -> bool:
    """Whether anybody at all serves this queue."""
    return session.scalar(select(AgentQueue.agent_id).where(AgentQueue.queue_id == queue_id).limit(1)) is not None


def _end(
    session: Session, item: WorkItem, expected: tuple[WorkState, ...], state: WorkState, now: datetime, **values: Any
) -> bool:
    return changed(
        session,
        update(WorkItem)
        .where(WorkItem.id == item.id, WorkItem.state.in_(expected), WorkItem.version == item.version)
        .values(state=state, version=WorkItem.version + 1, ended_at=now, **values),
    )
