"""Cases by slack: for each open case the promise that falls due first, in lanes by how soon, with what it waits for."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, Select, String, Subquery, case, cast, func, literal, select, true
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, aliased

from contactcenter.cases.status import OVER
from contactcenter.models import Case, Customer, Offer, Queue, Room, SlaClock, SlaSegment, User, WorkItem
from contactcenter.models.states import LIVE_WORK, ClockState, WorkState
from contactcenter.reports.service_level import local_midnight
from contactcenter.sla.deadlines import DeadlineState
from contactcenter.supervisor.floor import Floor
from contactcenter.supervisor.watching import Live, promise_rooms

SOON = timedelta(minutes=15)
MOST = 20
"""Rows shown in a lane; the lane's count says how many there are."""


class Lane(StrEnum):
    BREACHED = "breached"
    SOON = "soon"
    TODAY = "today"
    PAUSED = "paused"
    LATER = "later"
    """Counted, not listed."""


class Waits(StrEnum):
    """What a case waits for."""

    IN_LINE = "in_line"
    RINGING = "ringing"
    WITH = "with"
    NOBODY = "nobody"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Promise:
    """The case's nearest promise."""

    clock_id: int
    kind: str
    state: DeadlineState
    due: datetime | None
    warn: datetime | None


@dataclass(frozen=True, slots=True)
class Slack:
    case_id: int
    subject: str
    customer: str
    channel: str
    promise: Promise
    waits: Waits
    queue: dict[str, str] | None
    name: str
    reason: str
    since: datetime | None


@dataclass(frozen=True, slots=True)
class LaneRows:
    lane: Lane
    count: int
    rows: tuple[Slack, ...]


@dataclass(frozen=True, slots=True)
class Deadlines:
    live: Live
    lanes: tuple[LaneRows, ...]
    later: int


def deadlines(session: Session, floor: Floor) -> Deadlines:
    """The four lanes, the least slack first."""
    found: dict[str, list[Slack]] = {lane: [] for lane in Lane}
    counts: dict[str, int] = dict.fromkeys(Lane, 0)
    numbers: dict[int, int] = {}
    for row in session.execute(_rows(floor)):
        counts[row.lane] = row.counted
        if row.lane != Lane.LATER:
            found[row.lane].append(_slack(row, floor.now))
            numbers[row.case_id] = row.room_seq or 0
    listed = [lane for lane in Lane if lane is not Lane.LATER]
    lanes = tuple(LaneRows(lane, counts[lane], tuple(found[lane])) for lane in listed)
    return Deadlines(promise_rooms(floor, numbers), lanes, counts[Lane.LATER])


def _rows(floor: Floor) -> Select[Any]:
    ranked, work, agent, assignee = _ranked(floor), _work(), aliased(User), aliased(User)
    room = func.concat("case:", cast(ranked.c.case_id, String))
    return (
        select(
            ranked,
            Case.subject,
            Case.channel,
            Customer.name.label("customer"),
            Queue.titles,
            work.c.state.label("work_state"),
            work.c.enqueued_at,
            work.c.made_at,
            work.c.decided_at,
            agent.name.label("agent"),
            assignee.name.label("assignee"),
            SlaSegment.reason,
            SlaSegment.from_at,
            Room.seq.label("room_seq"),
        )
        .join(Case, Case.id == ranked.c.case_id)
        .join(Customer, Customer.id == Case.customer_id)
        .outerjoin(Room, Room.name == room)
        .outerjoin(SlaSegment, (SlaSegment.clock_id == ranked.c.clock_id) & SlaSegment.to_at.is_(None))
        .outerjoin(work, work.c.case_id == ranked.c.case_id)
        .outerjoin(Queue, Queue.id == work.c.queue_id)
        .outerjoin(agent, agent.id == work.c.agent_id)
        .outerjoin(assignee, assignee.id == Case.assignee_id)
        .where((ranked.c.place <= MOST) & (ranked.c.lane != Lane.LATER) | (ranked.c.place == 1))
        .order_by(ranked.c.due_at.nulls_last(), ranked.c.case_id)
    )


def _ranked(floor: Floor) -> Subquery:
    """Every open case with its nearest promise, its lane, and its place in the lane."""
    wanted = true() if floor.queue_id is None else Case.queue_id == floor.queue_id
    nearest = (
        select(SlaClock.case_id, SlaClock.id.label("clock_id"), SlaClock.kind, SlaClock.due_at, SlaClock.warn_at)
        .join(Case, Case.id == SlaClock.case_id)
        .where(SlaClock.state.in_([ClockState.RUNNING, ClockState.PAUSED]), Case.status.not_in(OVER), wanted)
        .ext(distinct_on(SlaClock.case_id))
        .order_by(SlaClock.case_id, SlaClock.due_at.nulls_last(), SlaClock.id)
        .subquery()
    )
    due = nearest.c.due_at
    tomorrow = local_midnight(local_midnight(floor.now, floor.zone) + timedelta(hours=36), floor.zone)
    lane = case(
        (due.is_(None), literal(Lane.PAUSED)),
        (due <= floor.now, literal(Lane.BREACHED)),
        (due <= floor.now + SOON, literal(Lane.SOON)),
        (due < tomorrow, literal(Lane.TODAY)),
        else_=literal(Lane.LATER),
    )
    laned = select(nearest, lane.label("lane")).subquery()
    nearest_first = (laned.c.due_at, laned.c.case_id)
    return select(
        laned,
        func.row_number().over(partition_by=laned.c.lane, order_by=nearest_first).label("place"),
        func.count().over(partition_by=laned.c.lane).label("counted"),
    ).subquery()


def _work() -> Subquery:
    """A case's live work, one piece each: what an agent holds before what rings, and that before what waits."""
    rank = case({WorkState.ASSIGNED: 0, WorkState.WRAP_UP: 1, WorkState.OFFERED: 2}, value=WorkItem.state, else_=3)
    return (
        select(
            WorkItem.case_id, WorkItem.state, WorkItem.queue_id, WorkItem.enqueued_at,
            Offer.agent_id, Offer.made_at, Offer.decided_at,
        )
        .outerjoin(Offer, Offer.id == WorkItem.current_offer)
        .where(WorkItem.state.in_(LIVE_WORK))
        .ext(distinct_on(WorkItem.case_id))
        .order_by(WorkItem.case_id, rank, WorkItem.id)
        .subquery()
    )  # fmt: skip


def _slack(row: Row[Any], now: datetime) -> Slack:
    waits, name, since = _waits(row)
    return Slack(
        case_id=row.case_id,
        subject=row.subject,
        customer=row.customer,
        channel=row.channel,
        promise=_promise(row, now),
        waits=waits,
        queue=row.titles,
        name=name,
        reason=(row.reason or "") if waits is Waits.PAUSED else "",
        since=since,
    )


def _waits(row: Row[Any]) -> tuple[Waits, str, datetime | None]:
    """What for, who has it, since when."""
    match row.work_state:
        case WorkState.ASSIGNED | WorkState.WRAP_UP:
            return Waits.WITH, row.agent or "", row.decided_at
        case WorkState.OFFERED:
            return Waits.RINGING, row.agent or "", row.made_at
        case WorkState.WAITING:
            return Waits.IN_LINE, "", row.enqueued_at
        case _:
            return _without_work(row)


def _without_work(row: Row[Any]) -> tuple[Waits, str, datetime | None]:
    if row.lane == Lane.PAUSED:
        return Waits.PAUSED, row.assignee or "", row.from_at
    return (Waits.WITH, row.assignee, None) if row.assignee else (Waits.NOBODY, "", None)


def _promise(row: Row[Any], now: datetime) -> Promise:
    """The stored instants are enough; no calendar has to be read."""
    if row.due_at is None:
        state = DeadlineState.PAUSED
    elif row.due_at <= now:
        state = DeadlineState.BREACHED
    elif row.warn_at is not None and row.warn_at <= now:
        state = DeadlineState.WARNING
    else:
        state = DeadlineState.RUNNING
    return Promise(row.clock_id, row.kind, state, row.due_at, row.warn_at)
