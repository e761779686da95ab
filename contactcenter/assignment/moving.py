"""What a supervisor does to waiting work and to cases: move to another queue, give to another agent, cancel."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from contactcenter.assignment import line, offers
from contactcenter.cases import interactions, timeline
from contactcenter.foundation import audit, events
from contactcenter.foundation.errors import BadInput, Conflict
from contactcenter.foundation.guards import change_one, changed
from contactcenter.foundation.permissions import Doer
from contactcenter.models import Case, Offer, Queue, User, WorkItem
from contactcenter.models.states import EntryKind, InteractionState, OfferState, WorkState


def move_item(session: Session, item: WorkItem, queue: Queue, who: Doer, now: datetime) -> None:
    """Put a waiting item into another queue, at the place that its waiting time has earned there."""
    if queue.id == item.queue_id:
        return
    _put_into(session, item, queue, now)
    audit.write(session, who.actor, f"work_item:{item.id}", "moved", now, queue=queue.name)
    entry = timeline.Entry(
        EntryKind.ROUTING, {"what": "moved", "queue": queue.titles}, item.channel, item.interaction_id, who.id, who.name
    )
    timeline.write(session, item.case_id, entry, now)


def overflow_item(session: Session, item_id: int, left: str, to: str, now: datetime) -> None:
    """It waited too long in queue `left`: it waits in queue `to` from now on. Raises Conflict when it moved meanwhile."""
    item = line.load(session, item_id)
    names = (left, to)
    queues = {queue.name: queue for queue in session.scalars(select(Queue).where(Queue.name.in_(names), Queue.enabled))}
    if to not in queues or left not in queues or item.queue_id != queues[left].id:
        raise Conflict("This is not waiting any more.")
    _put_into(session, item, queues[to], now)
    body = {"what": "overflowed", "queue": queues[to].titles, "from": queues[left].titles}
    timeline.write(
        session, item.case_id, timeline.Entry(EntryKind.ROUTING, body, item.channel, item.interaction_id), now
    )


def want_callback(session: Session, item_id: int, now: datetime) -> None:
    """It waited so long that its queue would rather call back: whoever speaks to the caller offers it once."""
    session.execute(
        update(WorkItem)
        .where(WorkItem.id == item_id, WorkItem.state == WorkState.WAITING, WorkItem.callback_due_at.is_(None))
        .values(callback_due_at=now)
    )


def _put_into(session: Session, item: WorkItem, queue: Queue, now: datetime) -> None:
    change_one(
        session,
        update(WorkItem)
        .where(WorkItem.id == item.id, WorkItem.state == WorkState.WAITING)
        .values(
            queue_id=queue.id,
            version=WorkItem.version + 1,
            skills={**queue.skills, **line.spoken_skills(item.skills)},
            steps=line.steps(queue, item.skills),
            target_us=queue.target_seconds * 1_000_000,
            order_key=WorkItem.order_key - item.target_us + queue.target_seconds * 1_000_000,
        ),
        Conflict("This is not waiting any more."),
    )
    session.execute(update(Case).where(Case.id == item.case_id).values(queue_id=queue.id))
    interactions.move(session, item.interaction_id, InteractionState.QUEUED, now, queue_id=queue.id)
    events.record(session, events.WorkMoved(item.id, queue.id, item.queue_id, item.case_id), now)


def move_case(session: Session, case: Case, queue: Queue, who: Doer, now: datetime) -> bool:
    """Put a case into another queue, with whatever of it waits or rings; False if it was all there. What an agent has in hand
    stays.
    """
    line.hold_case(session, case.id)
    here = (WorkItem.case_id == case.id, WorkItem.queue_id != queue.id)
    ringing = (
        select(Offer).join(WorkItem, WorkItem.current_offer == Offer.id).where(*here, Offer.state == OfferState.PENDING)
    )
    for offer in session.scalars(ringing.order_by(Offer.id)).all():
        offers.take_back(session, offer, "moved", now)
    waiting = select(WorkItem.id).where(*here, WorkItem.state == WorkState.WAITING)
    moved = session.scalars(waiting.order_by(WorkItem.id)).all()
    for item_id in moved:
        move_item(session, line.load(session, item_id), queue, who, now)
    left = session.scalar(select(Case.queue_id).where(Case.id == case.id))
    if left == queue.id:
        return bool(moved)
    session.execute(update(Case).where(Case.id == case.id).values(queue_id=queue.id, updated_at=now))
    audit.write(session, who.actor, f"case:{case.id}", "moved", now, queue=queue.name)
    entry = timeline.Entry(
        EntryKind.ROUTING, {"what": "moved", "queue": queue.titles}, actor_id=who.id, actor_name=who.name
    )
    timeline.write(session, case.id, entry, now)
    events.record(session, events.CaseQueued(case.id, queue.id, left), now)
    return True


def reassign_case(session: Session, case: Case, agent_id: int | None, who: Doer, now: datetime) -> None:
    """Make another agent responsible for the case, or nobody. Live conversations stay with whoever has them."""
    name = session.scalar(select(User.name).where(User.id == agent_id, User.enabled)) if agent_id else None
    if agent_id and name is None:
        raise BadInput("There is no such agent.")
    before = case.assignee_id
    if before == agent_id:
        return
    session.execute(update(Case).where(Case.id == case.id).values(assignee_id=agent_id, updated_at=now))
    audit.write(session, who.actor, f"case:{case.id}", "reassigned", now, agent=agent_id, before=before)
    entry = timeline.Entry(EntryKind.ROUTING, {"what": "case_reassigned", "agent": name}, actor_name=who.name)
    timeline.write(session, case.id, entry, now)
    events.record(session, events.CaseAssigned(case.id), now)
    watchers = tuple(agent for agent in (before, agent_id) if agent)
    events.record(session, events.CaseChanged(case.id, case.status_version, watchers), now)


def cancel_item(session: Session, item: WorkItem, who: Doer, now: datetime) -> None:
    """A supervisor takes work out of the line for good."""
    waiting = changed(
        session,
        update(WorkItem)
        .where(WorkItem.id == item.id, WorkItem.state == WorkState.WAITING)
        .values(state=WorkState.CANCELLED, version=WorkItem.version + 1, ended_at=now),
    )
    if not waiting:
        raise Conflict(
            "Only waiting work can be cancelled; this is %(state)s.", state=line.load(session, item.id).state
        )
    interactions.move(session, item.interaction_id, InteractionState.COMPLETED, now, outcome="cancelled")
    audit.write(session, who.actor, f"work_item:{item.id}", "cancelled", now)
    events.record(session, events.WorkCancelled(item.id, item.queue_id, item.case_id), now)
