"""Wrap-up: after the conversation, on the server, with its own timer; then the work is done."""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from contactcenter.agents import workload
from contactcenter.cases import interactions, status, timeline
from contactcenter.foundation import events, timers
from contactcenter.foundation.errors import BadInput, Conflict
from contactcenter.foundation.guards import changed
from contactcenter.foundation.permissions import Who
from contactcenter.models import Disposition, Interaction, Offer, Queue, WorkItem
from contactcenter.models.states import CaseStatus, EntryKind, InteractionState, WorkState


def start(session: Session, item: WorkItem, now: datetime) -> bool:
    """The conversation is over; the agent writes down what it was about. False when it was not going on."""
    seconds = session.scalar(select(Queue.wrap_up_seconds).where(Queue.id == item.queue_id)) or 0
    until = now + timedelta(seconds=seconds)
    hit = changed(
        session,
        update(WorkItem)
        .where(WorkItem.id == item.id, WorkItem.state == WorkState.ASSIGNED)
        .values(state=WorkState.WRAP_UP, version=WorkItem.version + 1, wrap_up_until=until),
    )
    if not hit:
        return False
    interactions.move(session, item.interaction_id, InteractionState.WRAP_UP, now)
    timers.arm(session, f"work_item:{item.id}", "end_wrap_up", until)
    told = events.WrapUpStarted(item.id, item.queue_id, item.case_id, agent_of(session, item))
    events.record(session, told, now)
    return True


def complete(
    session: Session, item: WorkItem, who: Who, words: tuple[str, str, CaseStatus | None], now: datetime
) -> None:
    """The agent ends wrap-up with a disposition, a summary and, if wished, the case's next status."""
    disposition, summary, next_status = words
    if agent_of(session, item) != who.id:
        raise Conflict("This work belongs to somebody else.")
    if not session.scalar(select(Disposition.name).where(Disposition.name == disposition, Disposition.enabled)):
        raise BadInput("Choose one of the listed dispositions.")
    # Before the end is announced: whoever hears of it may ask what it was about.
    session.execute(update(Interaction).where(Interaction.id == item.interaction_id).values(disposition=disposition))
    if not _end(session, item, now):
        raise Conflict("This work is finished already.")
    entry = timeline.Entry(
        EntryKind.WRAP_UP,
        {"disposition": disposition, "text": summary[:2000]},
        item.channel,
        item.interaction_id,
        who.id,
        who.name,
    )
    timeline.write(session, item.case_id, entry, now)
    if next_status:
        case = status.load(session, item.case_id)
        status.change_status(session, case, next_status, (who.actor, who.name), now)


def end_wrap_up(session: Session, item_id: int, now: datetime) -> None:
    """The time for wrap-up is over: the agent is free again, the disposition stays open."""
    item = session.get(WorkItem, item_id, populate_existing=True)
    if item and item.state == WorkState.WRAP_UP:
        _end(session, item, now)


def skip(session: Session, item: WorkItem, outcome: str, now: datetime) -> bool:
    """There was no conversation, so there is nothing to write down: the agent is free at once."""
    session.execute(update(Interaction).where(Interaction.id == item.interaction_id).values(outcome=outcome))
    return _end(session, item, now)


def pass_on(session: Session, item: WorkItem, now: datetime) -> bool:
    """The conversation goes on with somebody else: this agent is free at once. False when it was not going on."""
    return _done(session, item, (WorkState.ASSIGNED,), now)


def agent_of(session: Session, item: WorkItem) -> int:
    """Who holds the item."""
    agent_id = session.scalar(select(Offer.agent_id).where(Offer.id == item.current_offer))
    assert agent_id is not None
    return agent_id


def _end(session: Session, item: WorkItem, now: datetime) -> bool:
    ended = _done(session, item, (WorkState.ASSIGNED, WorkState.WRAP_UP), now)
    if ended:
        interactions.move(session, item.interaction_id, InteractionState.COMPLETED, now)
    return ended


def _done(session: Session, item: WorkItem, expected: tuple[WorkState, ...], now: datetime) -> bool:
    """The agent has nothing more to do with this item."""
    hit = changed(
        session,
        update(WorkItem)
        .where(WorkItem.id == item.id, WorkItem.state.in_(expected), WorkItem.current_offer == item.current_offer)
        .values(state=WorkState.DONE, version=WorkItem.version + 1, ended_at=now),
    )
    if not hit:
        return False
    agent_id = agent_of(session, item)
    workload.free(session, agent_id, item.channel, item.weight, now)
    timers.cancel(session, f"work_item:{item.id}", now)
    told = events.WorkCompleted(item.id, item.queue_id, item.case_id, agent_id)
    events.record(session, told, now)
    return True
