"""A case's promises as badges, the next deadline of many cases at once, and the working behind one deadline."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from contactcenter.foundation.errors import NotFound
from contactcenter.models import Case, SlaClock
from contactcenter.models.states import ClockKind, ClockState
from contactcenter.sla import editions
from contactcenter.sla import promises as kept
from contactcenter.sla.deadlines import Deadline, DeadlineState
from contactcenter.sla.stretches import Stretch

_ORDER = [
    ClockKind.CALLBACK, ClockKind.FIRST_RESPONSE, ClockKind.NEXT_RESPONSE, ClockKind.PERIODIC_UPDATE, ClockKind.RESOLUTION,
    ClockKind.THIRD_PARTY,
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Badge:
    """One promise as it stands. `spare` is set once it has stopped: what was left, below zero what was missing."""

    clock_id: int
    kind: str
    state: DeadlineState
    due: datetime | None = None
    warn: datetime | None = None
    paused_for: str = ""
    paused_since: datetime | None = None
    spare: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Working:
    """Why a deadline is what it is."""

    case_id: int
    kind: str
    tier: dict[str, str]
    calendar: str
    edition: int
    within: timedelta
    deadline: Deadline
    stopped: bool
    stretches: list[Stretch]


def of_case(session: Session, case_id: int, now: datetime) -> list[Badge]:
    """Every promise of the case, the first response first."""
    promises = sorted(kept.of_case(session, case_id, now), key=lambda one: _ORDER.index(ClockKind(one.clock.kind)))
    return [_badge(session, promise) for promise in promises]


def next_of(session: Session, case_ids: Collection[int], now: datetime) -> dict[int, Badge]:
    """For each case the promise that falls due first; a paused one where nothing runs."""
    rows = session.scalars(
        select(SlaClock)
        .where(SlaClock.case_id.in_(case_ids), SlaClock.state.in_([ClockState.RUNNING, ClockState.PAUSED]))
        .order_by(SlaClock.case_id, SlaClock.due_at.nulls_last(), SlaClock.id)
        .execution_options(populate_existing=True)
    )
    found: dict[int, Badge] = {}
    for row in rows:
        found.setdefault(row.case_id, _at_a_glance(row, now))
    return found


def working(session: Session, clock_id: int, now: datetime) -> Working:
    """The stretches of time that made the deadline."""
    clock = session.get(SlaClock, clock_id, populate_existing=True)
    if clock is None:
        raise NotFound("There is no such promise.")
    stand = next(one for one in _all(session, clock, now) if one.clock.id == clock_id)
    case = session.get_one(Case, clock.case_id)
    policy = editions.policy(session, case.tier)
    return Working(
        case_id=clock.case_id,
        kind=clock.kind,
        tier=policy.titles if policy else {"en": case.tier},
        calendar=clock.calendar,
        edition=editions.of_id(session, clock.edition_id).number,
        within=timedelta(seconds=clock.target_seconds),
        deadline=stand.deadline,
        stopped=clock.stopped_at is not None,
        stretches=kept.working(session, clock, now),
    )


def _all(session: Session, clock: SlaClock, now: datetime) -> list[kept.Promise]:
    """The case's promises, together with this one when it is an earlier round."""
    found = kept.of_case(session, clock.case_id, now)
    if any(one.clock.id == clock.id for one in found):
        return found
    raise NotFound("This promise belongs to an earlier round; the case shows the present one.")


def _badge(session: Session, promise: kept.Promise) -> Badge:
    clock, stand = promise.clock, promise.deadline
    if clock.stopped_at is not None:
        return Badge(clock.id, clock.kind, stand.state, spare=stand.remaining)
    if stand.state is DeadlineState.PAUSED:
        last = kept.segments(session, clock.id)[-1]
        return Badge(clock.id, clock.kind, stand.state, paused_for=last.reason, paused_since=last.start)
    return Badge(clock.id, clock.kind, stand.state, due=stand.due, warn=stand.warn)


def _at_a_glance(clock: SlaClock, now: datetime) -> Badge:
    """The stored instants are enough for a list; no calendar has to be read."""
    if clock.due_at is None:
        return Badge(clock.id, clock.kind, DeadlineState.PAUSED)
    if clock.due_at <= now:
        state = DeadlineState.BREACHED
    elif clock.warn_at is not None and clock.warn_at <= now:
        state = DeadlineState.WARNING
    else:
        state = DeadlineState.RUNNING
    return Badge(clock.id, clock.kind, state, clock.due_at, clock.warn_at)
