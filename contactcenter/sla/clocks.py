"""The clocks of a case's promises as rows: started, paused, resumed, kept, each with its timers."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from contactcenter.foundation import events, timers
from contactcenter.foundation.db import add
from contactcenter.foundation.guards import changed
from contactcenter.models import CalendarText, Case, SlaClock, SlaPolicy, SlaSegment
from contactcenter.models.states import ClockKind, ClockState
from contactcenter.sla.calendar_file import parse_calendar
from contactcenter.sla.calendars import Calendar
from contactcenter.sla.deadlines import Deadline, Line, Segment, Target, deadline, explain

STANDARD_TIER = "standard"
_STOPPED = (ClockState.MET, ClockState.CANCELLED)


@dataclass(frozen=True, slots=True)
class Promise:
    """A clock together with how it stands now."""

    clock: SlaClock
    deadline: Deadline


def policy(session: Session, tier: str) -> SlaPolicy | None:
    """The promises made to customers of this tier, or else those made to everybody."""
    return session.get(SlaPolicy, tier) or session.get(SlaPolicy, STANDARD_TIER)


def start(session: Session, case: Case, kind: ClockKind, now: datetime) -> None:
    """Start a promise unless one of this kind already runs, or none was made for the tier."""
    made = policy(session, case.tier)
    if made is None or kind not in made.targets or _live(session, case.id, kind):
        return
    rounds = session.scalar(
        select(func.count()).select_from(SlaClock).where(SlaClock.case_id == case.id, SlaClock.kind == kind)
    )
    clock_id = add(
        session,
        SlaClock,
        {
            "case_id": case.id,
            "kind": kind,
            "gen": rounds,
            "calendar": made.calendar,
            "target_seconds": made.targets[kind],
            "warn_at_percent": made.warn_at_percent,
            "started_at": now,
        },
    )
    _begin_segment(session, clock_id, True, "started", now)
    _set_deadline(session, clock_id, now)
    events.record(session, events.ClockChanged(clock_id, case.id), now)


def meet(session: Session, case_id: int, kinds: tuple[ClockKind, ...], now: datetime) -> None:
    """The promise was kept, or at last fulfilled after it was broken."""
    _stop(session, case_id, kinds, ClockState.MET, now)


def cancel(session: Session, case_id: int, kinds: tuple[ClockKind, ...], now: datetime) -> None:
    """The promise has no object any more."""
    _stop(session, case_id, kinds, ClockState.CANCELLED, now)


def pause(session: Session, case_id: int, kind: ClockKind, reason: str, now: datetime) -> None:
    """Stop counting while it is not our turn."""
    clock = _live(session, case_id, kind)
    if clock is None or not _turn(session, clock, ClockState.RUNNING, ClockState.PAUSED):
        return
    _end_segment(session, clock.id, now)
    _begin_segment(session, clock.id, False, reason, now)
    timers.cancel(session, _subject(clock.id), now)
    session.execute(update(SlaClock).where(SlaClock.id == clock.id).values(due_at=None, warn_at=None))
    events.record(session, events.ClockChanged(clock.id, case_id), now)


def resume(session: Session, case_id: int, kind: ClockKind, reason: str, now: datetime) -> None:
    """Count on from where the pause began."""
    clock = _live(session, case_id, kind)
    if clock is None or not _turn(session, clock, ClockState.PAUSED, ClockState.RUNNING):
        return
    _end_segment(session, clock.id, now)
    _begin_segment(session, clock.id, True, reason, now)
    session.execute(update(SlaClock).where(SlaClock.id == clock.id).values(run=SlaClock.run + 1))
    _set_deadline(session, clock.id, now)
    events.record(session, events.ClockChanged(clock.id, case_id), now)


def first_response_given(session: Session, case_id: int) -> bool:
    """Whether nobody waits for a first answer on this case."""
    return _live(session, case_id, ClockKind.FIRST_RESPONSE) is None


def of_case(session: Session, case_id: int, now: datetime) -> list[Promise]:
    """Every promise of the case, newest round of each kind, as it stands."""
    rows = session.scalars(
        select(SlaClock)
        .where(SlaClock.case_id == case_id, SlaClock.state != ClockState.CANCELLED)
        .order_by(SlaClock.kind, SlaClock.gen)
        .execution_options(populate_existing=True)
    )
    newest = {row.kind: row for row in rows}
    return [Promise(clock, _stand(session, clock, now)) for clock in newest.values()]


def working(session: Session, clock: SlaClock, now: datetime) -> list[Line]:
    """Why the deadline is what it is: each stretch of time and what of it counted."""
    return explain(calendar(session, clock.calendar), _target(clock), _segments(session, clock.id), now)


def calendar(session: Session, name: str) -> Calendar:
    """The business calendar of this name."""
    definition = session.scalar(select(CalendarText.definition).where(CalendarText.name == name))
    if definition is None:
        raise LookupError(f"There is no calendar {name!r}; add it to config/calendars.yaml and apply.")
    return _parsed(name, json.dumps(definition, sort_keys=True))


@lru_cache(maxsize=64)
def _parsed(name: str, definition: str) -> Calendar:
    return parse_calendar(name, json.loads(definition))


def _stand(session: Session, clock: SlaClock, now: datetime) -> Deadline:
    return deadline(calendar(session, clock.calendar), _target(clock), _segments(session, clock.id), now)


def _target(clock: SlaClock) -> Target:
    return Target(clock.kind, timedelta(seconds=clock.target_seconds), clock.warn_at_percent / 100)


def _segments(session: Session, clock_id: int) -> list[Segment]:
    rows = session.scalars(
        select(SlaSegment)
        .where(SlaSegment.clock_id == clock_id)
        .order_by(SlaSegment.from_at, SlaSegment.id)
        .execution_options(populate_existing=True)
    )
    return [Segment(row.from_at, row.to_at, row.running, row.reason) for row in rows]


def _live(session: Session, case_id: int, kind: ClockKind) -> SlaClock | None:
    return session.scalar(
        select(SlaClock)
        .where(SlaClock.case_id == case_id, SlaClock.kind == kind, SlaClock.state.not_in(_STOPPED))
        .execution_options(populate_existing=True)
    )


def _turn(session: Session, clock: SlaClock, expected: ClockState, wanted: ClockState) -> bool:
    return changed(
        session, update(SlaClock).where(SlaClock.id == clock.id, SlaClock.state == expected).values(state=wanted)
    )


def _stop(session: Session, case_id: int, kinds: tuple[ClockKind, ...], state: ClockState, now: datetime) -> None:
    for kind in kinds:
        clock = _live(session, case_id, kind)
        if clock is None:
            continue
        stopped = changed(
            session,
            update(SlaClock)
            .where(SlaClock.id == clock.id, SlaClock.state.not_in(_STOPPED))
            .values(state=state, stopped_at=now),
        )
        if stopped:
            _end_segment(session, clock.id, now)
            timers.cancel(session, _subject(clock.id), now)
            events.record(session, events.ClockChanged(clock.id, case_id), now)


def _set_deadline(session: Session, clock_id: int, now: datetime) -> None:
    """Work out due and warning instants anew and arm their timers; one that has fired is not armed again."""
    clock = session.get(SlaClock, clock_id, populate_existing=True)
    assert clock is not None
    stand = _stand(session, clock, now)
    session.execute(update(SlaClock).where(SlaClock.id == clock_id).values(due_at=stand.due, warn_at=stand.warn))
    if stand.warn and clock.warned_at is None:
        timers.arm(session, _subject(clock_id), "warn_promise", stand.warn, clock.run)
    if stand.due and clock.breached_at is None:
        timers.arm(session, _subject(clock_id), "break_promise", stand.due, clock.run)


def _begin_segment(session: Session, clock_id: int, running: bool, reason: str, now: datetime) -> None:
    add(session, SlaSegment, {"clock_id": clock_id, "from_at": now, "running": running, "reason": reason})


def _end_segment(session: Session, clock_id: int, now: datetime) -> None:
    session.execute(
        update(SlaSegment)
        .where(SlaSegment.clock_id == clock_id, SlaSegment.to_at.is_(None))
        .values(to_at=func.greatest(SlaSegment.from_at, now))
        .execution_options(synchronize_session=False)
    )


def _subject(clock_id: int) -> str:
    return f"sla_clock:{clock_id}"
