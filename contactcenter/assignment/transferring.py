"""Transfer: the agent who has a conversation sends it on to another queue, with a word for whoever takes it there.

What the first agent did is over and counts for their queue; in the other one the same conversation is new work.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from contactcenter.assignment import line, wrap_up
from contactcenter.cases import interactions, timeline
from contactcenter.foundation.errors import BadInput, Conflict
from contactcenter.models import Queue, User, WorkItem
from contactcenter.models.states import Channel, EntryKind, WorkState

AHEAD = 1
"""Steps of priority in the other queue: whoever has waited before and told their story waits less the second time."""
LONGEST_NOTE = 1000
"""Characters."""
_SPOKEN = frozenset({Channel.VOICE, Channel.CHAT})


@dataclass(frozen=True, slots=True)
class Transfer:
    """Where it goes, and what the next agent should know."""

    queue: Queue
    note: str


def wish(session: Session, item: WorkItem, queue_id: int, note: str) -> Transfer:
    """The transfer that the item's agent asks for. Raises Conflict or BadInput where it cannot be."""
    if item.state != WorkState.ASSIGNED:
        raise Conflict("This work is not yours any more.")
    queue = session.scalar(select(Queue).where(Queue.id == queue_id, Queue.enabled))
    if queue is None or queue.id == item.queue_id:
        raise BadInput("Choose one of the other queues.")
    if item.channel in _SPOKEN and not line.has_agents(session, queue.id):
        raise Conflict("Nobody serves this queue: the customer would wait for ever.")
    return Transfer(queue, note.strip()[:LONGEST_NOTE])


def transfer_item(session: Session, item: WorkItem, transfer: Transfer, now: datetime) -> int:
    """Its agent sends it on; returns the new item. Raises Conflict when it is over or went elsewhere meanwhile."""
    agent = session.get_one(User, wrap_up.agent_of(session, item))
    if not wrap_up.pass_on(session, item, now):
        raise Conflict("This work is not yours any more.")
    queue = transfer.queue
    body = {"what": "transferred", "queue": queue.titles, "text": transfer.note}
    entry = timeline.Entry(EntryKind.ROUTING, body, Channel(item.channel), item.interaction_id, agent.id, agent.name)
    timeline.write(session, item.case_id, entry, now)
    request = line.Request(
        skills=line.spoken_skills(item.skills),
        priority=AHEAD,
        channel=Channel(item.channel),
        transferred=line.Transferred(agent.id, transfer.note),
    )
    return line.enqueue(session, interactions.load(session, item.interaction_id), queue, request, now)
