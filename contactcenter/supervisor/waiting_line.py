"""The waiting line: every customer who waits for an agent, in the order in which they will be served, and why they still do."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, true
from sqlalchemy.orm import Session

from contactcenter.models import Callback, Case, Customer, Offer, Queue, User, WorkItem
from contactcenter.supervisor.floor import Floor
from contactcenter.supervisor.queue_tiles import WAITING
from contactcenter.supervisor.watching import Live, floor_rooms
from contactcenter.supervisor.why_waiting import Why, why

MOST = 100


@dataclass(frozen=True, slots=True)
class Waiting:
    """`place` counts in its queue. `ringing` names the agent whose telephone rings for it now."""

    item_id: int
    case_id: int
    place: int
    customer: str
    channel: str
    queue: dict[str, str]
    since: datetime
    ringing: str
    why: Why
    is_callback: bool


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """`count` is all there are; `restless` says that mere time will widen some request."""

    live: Live
    rows: tuple[Waiting, ...]
    count: int
    restless: bool


def waiting(session: Session, floor: Floor) -> WaitingLine:
    """The first hundred."""
    placed = (
        select(
            WorkItem.id,
            func.row_number()
            .over(partition_by=WorkItem.queue_id, order_by=(WorkItem.order_key, WorkItem.id))
            .label("place"),
        )
        .where(WorkItem.state.in_(WAITING))
        .subquery()
    )
    rows = session.execute(
        select(WorkItem, placed.c.place, Customer.name, Queue.titles, User.name, Callback.id, func.count().over())
        .join(placed, placed.c.id == WorkItem.id)
        .join(Queue, Queue.id == WorkItem.queue_id)
        .join(Case, Case.id == WorkItem.case_id)
        .join(Customer, Customer.id == Case.customer_id)
        .outerjoin(Offer, Offer.id == WorkItem.current_offer)
        .outerjoin(User, User.id == Offer.agent_id)
        .outerjoin(Callback, Callback.item_id == WorkItem.id)
        .where(true() if floor.queue_id is None else WorkItem.queue_id == floor.queue_id)
        .order_by(WorkItem.order_key, WorkItem.id)
        .limit(MOST)
    )
    found: list[Waiting] = []
    count = 0
    for item, place, customer, titles, agent, callback, counted in rows:
        count = counted
        answer = why(floor, item)
        found.append(
            Waiting(
                item.id,
                item.case_id,
                place,
                customer,
                item.channel,
                titles,
                item.enqueued_at,
                agent or "",
                answer,
                is_callback=callback is not None,
            )
        )
    return WaitingLine(floor_rooms(floor), tuple(found), count, any(one.why.widens_at for one in found))
