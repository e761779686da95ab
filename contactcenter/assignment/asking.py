"""Asks the engine about one piece of waiting work, from rows: any process may, not only the router."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

import routing
from contactcenter.assignment import facts
from contactcenter.foundation.clock import microseconds
from contactcenter.models import WorkItem
from contactcenter.models.states import LIVE_WORK, WorkState


def why_waiting(session: Session, item: WorkItem, now: datetime) -> dict[str, Any]:
    """The engine's own answer (`routing.Engine.why_waiting`), with agents by id and instants in microseconds."""
    engine = routing.Engine(facts.config(session))
    for agent in facts.agents(session, now):
        engine.apply(routing.AgentSignedIn(microseconds(now), agent))
    relevant = session.scalars(select(WorkItem.id).where(*_that_matters(item)))
    for work in facts.live_work(session, now, list(relevant)):
        engine.apply(work)
    return engine.why_waiting(item.id)


def _that_matters(item: WorkItem) -> tuple[ColumnElement[bool], ...]:
    """Itself, what agents hold, and the larger work that may keep agents free from it."""
    held = WorkItem.state != WorkState.WAITING
    larger = (WorkItem.weight > item.weight) & (WorkItem.order_key <= item.order_key)
    return WorkItem.state.in_(LIVE_WORK), or_(WorkItem.id == item.id, held, larger)
