"""What the engine decides besides offers, written into the rows: work goes to another queue, makes way, goes on."""

from typing import TypeAlias

from sqlalchemy.orm import Session

import routing
from contactcenter.assignment import interruption, moving
from contactcenter.foundation import clock

Move: TypeAlias = routing.Overflowed | routing.Interrupt | routing.Resume


def write_down(session: Session, move: Move) -> None:
    """Raises Conflict when the work was taken, moved or left meanwhile."""
    now = clock.now(session)
    match move:
        case routing.Overflowed(work, left, to):
            if to is None:
                moving.want_callback(session, work, now)
            else:
                moving.overflow_item(session, work, left, to, now)
        case routing.Interrupt(work, agent):
            interruption.interrupt_item(session, work, agent, now)
        case routing.Resume(work, agent):
            interruption.resume_item(session, work, agent, now)
