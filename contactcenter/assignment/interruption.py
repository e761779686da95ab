"""Accepted mails and messages make way for a call, stay with their agent, and go on when there is room again.

Which ones do follows from the room there is: the engine says so, and this writes it down. The customer's clocks go on.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from contactcenter.foundation import events
from contactcenter.foundation.errors import Conflict
from contactcenter.foundation.guards import change_one
from contactcenter.models import Offer, WorkItem
from contactcenter.models.states import OfferState, WorkState

_GONE = "This is not going on any more."


def interrupt_item(session: Session, item_id: int, agent_id: int, now: datetime) -> None:
    """The agent has accepted a call: this waits beside it. Raises Conflict when the agent does not have it any more."""
    change_one(
        session,
        update(WorkItem)
        .where(*_held(item_id, agent_id), WorkItem.interrupted_at.is_(None))
        .values(interrupted_at=now, version=WorkItem.version + 1),
        Conflict(_GONE),
    )
    item = session.get_one(WorkItem, item_id, populate_existing=True)
    events.record(session, events.WorkInterrupted(item.id, item.queue_id, item.case_id, agent_id), now)


def resume_item(session: Session, item_id: int, agent_id: int, now: datetime) -> None:
    """There is room for it again. Raises Conflict when the agent does not have it any more."""
    change_one(
        session,
        update(WorkItem)
        .where(*_held(item_id, agent_id), WorkItem.interrupted_at.is_not(None))
        .values(interrupted_at=None, version=WorkItem.version + 1),
        Conflict(_GONE),
    )
    item = session.get_one(WorkItem, item_id, populate_existing=True)
    events.record(session, events.WorkResumed(item.id, item.queue_id, item.case_id, agent_id), now)


def _held(item_id: int, agent_id: int) -> tuple[ColumnElement[bool], ...]:
    accepted = select(Offer.id).where(Offer.agent_id == agent_id, Offer.state == OfferState.ACCEPTED)
    return (WorkItem.id == item_id, WorkItem.state == WorkState.ASSIGNED, WorkItem.current_offer.in_(accepted))
