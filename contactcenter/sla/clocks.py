"""The clocks of a case's promises as rows: started, paused, resumed, kept, each with its timers."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from contactcenter.foundation import events, timers
from contactcenter.foundation.db import add, add_all
from contactcenter.foundation.guards import changed
from contactcenter.foundation.remembering import Remembered
from contactcenter.models import CalendarText, Case, SlaClock, SlaPolicy, SlaSegment
from contactcenter.models.states import ClockKind, ClockState
from contactcenter.sla.calendar_file import parse_calendar
from contactcenter.sla.calendars import Calendar
from contactcenter.sla.deadlines import Deadline, Segment, Target, deadline
from contactcenter.sla.stretches import Stretch, folded, stretches

STANDARD_TIER = "standard"
_SEEN_WITHIN = 2.0
"""Seconds after which a changed calendar or policy counts everywhere."""
_calendars: Remembered[Calendar] = Remembered(_SEEN_WITHIN)
_policies: Remembered[SlaPolicy | None] = Remembered(_SEEN_WITHIN)
_STOPPED = (ClockState.MET, ClockState.CANCELLED)


@dataclass(frozen=True, slots=True)
class Promise:
    """A clock together with how it stands now."""

    clock: SlaClock
    deadline: Deadline


def policy(session: Session, tier: str) -> SlaPolicy | None:
    """The promises made to customers of this tier, or else those made to everybody."""
    return _policies.get(session, tier, lambda: session.get(SlaPolicy, tier) or session.get(SlaPolicy, STANDARD_TIER))


def start(session: Session, case: Case, kinds: tuple[ClockKind, ...], now: datetime, *, is_new: bool = False) -> None:
    """Start promises, each unless one of its kind already runs or none was made for the tier; a new case has none yet."""
    made = policy(session, case.tier)
    rounds = _rounds(session, case.id, kinds) if made and not is_new else {}
    wanted = [kind for kind in kinds if made and kind in made.targets and rounds.get(kind, (0, False))[1] is False]
    if made is None or not wanted:
        return
    warn = made.warn_at_percent
    begun = [_Start(kind, rounds.get(kind, (0, False))[0], made.targets[kind], made.calendar, warn) for kind in wanted]
    _begin(session, case.id, begun, now)


@dataclass(frozen=True, slots=True)
class Own:
    """A promise made to one customer in particular, in seconds of a calendar's open time."""

    kind: ClockKind
    calendar: str
    seconds: int
    warn_at_percent: int


def promise(session: Session, case_id: int, own: Own, now: datetime) -> tuple[int, datetime]:
    """Start a promise that no policy makes; its clock's id, by which it is kept or dropped, and when it is due."""
    count, _ = _rounds(session, case_id, (own.kind,)).get(own.kind, (0, False))
    begun = _Start(own.kind, count, own.seconds, own.calendar, own.warn_at_percent)
    [(clock_id, stand)] = _begin(session, case_id, [begun], now)
    assert stand.due is not None, "a clock that has just begun is running"
    return clock_id, stand.due


def keep(session: Session, clock_id: int, now: datetime) -> None:
    """One promise, by the id of its clock, was kept."""
    _stop_one(session, clock_id, ClockState.MET, now)


def drop(session: Session, clock_id: int, now: datetime) -> None:
    """One promise, by the id of its clock, has no object any more."""
    _stop_one(session, clock_id, ClockState.CANCELLED, now)


@dataclass(frozen=True, slots=True)
class _Start:
    """A clock about to be started: its round, and its target in seconds of the calendar's open time."""

    kind: ClockKind
    gen: int
    seconds: int
    calendar: str
    warn_at_percent: int


def _begin(session: Session, case_id: int, begun: list[_Start], now: datetime) -> list[tuple[int, Deadline]]:
    stands = [_first_stand(session, one, now) for one in begun]
    rows = [_first_row(case_id, one, stand, now) for one, stand in zip(begun, stands, strict=True)]
    clocks = list(zip(add_all(session, SlaClock, rows), stands, strict=True))
    started = [{"clock_id": clock_id, "from_at": now, "running": True, "reason": "started"} for clock_id, _ in clocks]
    add_all(session, SlaSegment, started)
    timers.arm_new(session, [alarm for clock_id, stand in clocks for alarm in _alarms(clock_id, stand)])
    for clock_id, _ in clocks:
        events.record(session, events.ClockChanged(clock_id, case_id), now)
    return clocks


def _rounds(session: Session, case_id: int, kinds: tuple[ClockKind, ...]) -> dict[ClockKind, tuple[int, bool]]:
    """Per kind how many clocks there were, and whether one of them still runs or is paused."""
    rows = session.execute(
        select(SlaClock.kind, func.count(), func.bool_or(SlaClock.state.not_in(_STOPPED)))
        .where(SlaClock.case_id == case_id, SlaClock.kind.in_(kinds))
        .group_by(SlaClock.kind)
    )
    return {ClockKind(kind): (count, live) for kind, count, live in rows}


def _first_stand(session: Session, one: _Start, now: datetime) -> Deadline:
    target = Target(one.kind, timedelta(seconds=one.seconds), one.warn_at_percent / 100)
    return deadline(calendar(session, one.calendar), target, [Segment(now, None, True, "started")], now)


def _first_row(case_id: int, one: _Start, stand: Deadline, now: datetime) -> dict[str, Any]:
    return {
        "case_id": case_id,
        "kind": one.kind,
        "gen": one.gen,
        "calendar": one.calendar,
        "target_seconds": one.seconds,
        "warn_at_percent": one.warn_at_percent,
        "started_at": now,
        "due_at": stand.due,
        "warn_at": stand.warn,
    }


def _alarms(clock_id: int, stand: Deadline) -> list[timers.Alarm]:
    moments = (("warn_promise", stand.warn), ("break_promise", stand.due))
    return [timers.Alarm(_subject(clock_id), kind, at) for kind, at in moments if at]


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


def working(session: Session, clock: SlaClock, now: datetime) -> list[Stretch]:
    """Why the deadline is what it is: each stretch of time and what of it counted."""
    told = stretches(calendar(session, clock.calendar), _target(clock), segments(session, clock.id), now)
    return folded(told)


def calendar(session: Session, name: str) -> Calendar:
    """The business calendar of this name."""
    return _calendars.get(session, name, lambda: _read_calendar(session, name))


def _read_calendar(session: Session, name: str) -> Calendar:
    definition = session.scalar(select(CalendarText.definition).where(CalendarText.name == name))
    if definition is None:
        raise LookupError(f"There is no calendar {name!r}; add it to config/calendars.yaml and apply.")
    return parsed(name, json.dumps(definition, sort_keys=True))


def calendars_in_use(session: Session) -> list[tuple[str, str]]:
    """Every calendar's name and text, as `parsed` wants them."""
    rows = session.execute(select(CalendarText.name, CalendarText.definition).order_by(CalendarText.name))
    return [(name, json.dumps(definition, sort_keys=True)) for name, definition in rows]


@lru_cache(maxsize=64)
def parsed(name: str, definition: str) -> Calendar:
    """The calendar that this JSON text describes; understood once per process."""
    return parse_calendar(name, json.loads(definition))


def _stand(session: Session, clock: SlaClock, now: datetime) -> Deadline:
    return deadline(calendar(session, clock.calendar), _target(clock), segments(session, clock.id), now)


def _target(clock: SlaClock) -> Target:
    return Target(clock.kind, timedelta(seconds=clock.target_seconds), clock.warn_at_percent / 100)


def segments(session: Session, clock_id: int) -> list[Segment]:
    """What the clock has seen, in order."""
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
        if clock is not None:
            _stop_one(session, clock.id, state, now)


def _stop_one(session: Session, clock_id: int, state: ClockState, now: datetime) -> None:
    case_id = session.scalar(
        update(SlaClock)
        .where(SlaClock.id == clock_id, SlaClock.state.not_in(_STOPPED))
        .values(state=state, stopped_at=now)
        .returning(SlaClock.case_id)
    )
    if case_id is not None:
        _end_segment(session, clock_id, now)
        timers.cancel(session, _subject(clock_id), now)
        events.record(session, events.ClockChanged(clock_id, case_id), now)


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
