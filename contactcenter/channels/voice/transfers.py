"""A call is sent on: asked of the provider, and carried through once the caller comes out of the room.

The caller goes back into line, for the other queue; an agent who hangs up right after asking has still sent them on.
"""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from contactcenter.assignment import line, transferring
from contactcenter.channels.voice import calls, commands, visits
from contactcenter.foundation.permissions import Who
from contactcenter.models import PhoneCall, Queue, WorkItem
from contactcenter.models.states import LegState, WorkState


def ask(session: Session, item: WorkItem, transfer: transferring.Transfer, who: Who, now: datetime) -> None:
    """Ask the provider to lead the caller out of the room. Raises Conflict where the call allows it no more."""
    call = calls.of_interaction(session, item.interaction_id)
    assert call is not None
    about = {"queue_id": transfer.queue.id, "note": transfer.note}
    commands.request(session, call, "transfer", who, now, about)


def carry_through(session: Session, call: PhoneCall, now: datetime) -> bool:
    """The caller is out of the room, or soon will be: their agent is free, the other queue has them.

    False when nobody asked for it, or when it has been done.
    """
    line.lock(session, call.interaction_id)
    command = commands.requested(session, call.id, "transfer")
    item = line.live_item(session, call.interaction_id)
    if command is None or item is None or item.state != WorkState.ASSIGNED:
        return False
    queue = session.get_one(Queue, command.queue_id)
    visits.transfer(session, call, now)
    transferring.transfer_item(session, item, transferring.Transfer(queue, command.note or ""), now)
    session.execute(
        update(PhoneCall).where(PhoneCall.id == call.id).values(customer_leg=LegState.NONE, agent_offer=None)
    )
    commands.transferred(session, call, now)
    calls.hang_up_agent(session, call)
    return True
