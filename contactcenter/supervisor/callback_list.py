"""Everybody to whom a call is promised, the next promise first."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from contactcenter.models import Callback, Case, Customer, Queue, SlaClock
from contactcenter.models.states import LIVE_CALLBACK, CallbackState, ClockState
from contactcenter.supervisor.floor import Floor
from contactcenter.supervisor.watching import Live, callback_rooms

MOST = 50


@dataclass(frozen=True, slots=True)
class Promised:
    """`clock` is how the promise stands: running, warning, breached or met; `next_try` the one that has not begun."""

    callback_id: int
    case_id: int
    customer: str
    number: str
    queue: dict[str, str]
    state: str
    made: int
    tries: int
    next_try: datetime | None
    due: datetime
    warn: datetime | None
    clock_id: int
    clock: str
    can_cancel: bool


@dataclass(frozen=True, slots=True)
class CallbackList:
    live: Live
    rows: tuple[Promised, ...]


def callbacks(session: Session, floor: Floor) -> CallbackList:
    """The fifty whose promises fall due first."""
    rows = session.execute(
        select(Callback, Case.id, Customer.name, Queue.titles, SlaClock)
        .join(Queue, Queue.id == Callback.queue_id)
        .join(Case, Case.id == Callback.case_id)
        .join(Customer, Customer.id == Case.customer_id)
        .join(SlaClock, SlaClock.id == Callback.clock_id)
        .where(Callback.state.in_(LIVE_CALLBACK))
        .where(true() if floor.queue_id is None else Callback.queue_id == floor.queue_id)
        .order_by(Callback.promised_at, Callback.id)
        .limit(MOST)
        .execution_options(populate_existing=True)
    )
    shown = tuple(_promised(row, case_id, name, titles, clock) for row, case_id, name, titles, clock in rows)
    return CallbackList(callback_rooms(floor), shown)


def _promised(row: Callback, case_id: int, customer: str, queue: dict[str, str], clock: SlaClock) -> Promised:
    resting = row.state == CallbackState.RESTING
    return Promised(
        callback_id=row.id,
        case_id=case_id,
        customer=customer,
        number="" if customer == row.number else row.number,
        queue=queue,
        state=row.state,
        made=row.tries_made,
        tries=row.tries,
        next_try=row.next_try_at if resting else None,
        due=row.promised_at,
        warn=clock.warn_at,
        clock_id=clock.id,
        clock=_standing(clock),
        can_cancel=row.state != CallbackState.CALLING,
    )


def _standing(clock: SlaClock) -> str:
    if clock.state == ClockState.MET:
        return "met"
    if clock.breached_at:
        return "breached"
    return "warning" if clock.warned_at else "running"
