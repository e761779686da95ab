"""What an agent sees before sending a conversation on: the other queues, who waits there and who could take it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contactcenter.foundation.permissions import Who
from contactcenter.models import Agent, AgentQueue, Queue, WorkItem
from contactcenter.models.states import WorkState


@dataclass(frozen=True, slots=True)
class Line:
    """A queue it could go to. `longest_since`: since when the first of its `waiting` waits. `ready`: agents whom it may ring."""

    queue_id: int
    titles: dict[str, str]
    waiting: int
    longest_since: datetime | None
    ready: int


@dataclass(frozen=True, slots=True)
class Form:
    item_id: int
    channel: str
    lines: tuple[Line, ...]


def form(session: Session, item: WorkItem, who: Who) -> Form:
    """The other queues; of their agents, this one is not counted."""
    ready = (
        select(func.count())
        .select_from(AgentQueue)
        .join(Agent, Agent.id == AgentQueue.agent_id)
        .where(AgentQueue.queue_id == Queue.id, Agent.ready, Agent.id != who.id)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Queue.id, Queue.titles, func.count(WorkItem.id), func.min(WorkItem.enqueued_at), ready)
        .outerjoin(
            WorkItem,
            (WorkItem.queue_id == Queue.id) & WorkItem.state.in_([WorkState.WAITING, WorkState.OFFERED]),
        )
        .where(Queue.enabled, Queue.id != item.queue_id)
        .group_by(Queue.id)
        .order_by(Queue.id)
    )
    return Form(item.id, item.channel, tuple(Line(*row) for row in rows))
