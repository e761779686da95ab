"""The clocks of a case's promises: started, paused, resumed, kept and continued, each with its segments and timers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from contactcenter.foundation import events, timers
from contactcenter.foundation.db import add, add_all
from contactcenter.foundation.guards import changed
from contactcenter.models import Case, Queue, SlaClock, SlaSegment
from contactcenter.models.states import ClockKind, ClockState
from contactcenter.sla import editions, policies, promises
from contactcenter.sla.deadlines import Deadline, Segment, deadline
from contactcenter.sla.editions import Edition

MOST_WARNINGS = 10
"""Warnings of one promise; each has its own generation of timers."""
_STOPPED = (ClockState.MET, ClockState.CANCELLED)


@dataclass(frozen=True, slots=True)
class Why:
    """Why a clock stands still or runs again, and who or what is the cause: a name, or a word such as customer."""

    reason: str
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Own:
    """A promise made to one customer in particular, in seconds of a calendar's open time."""

    kind: ClockKind
    calendar: str
    seconds: int
    warnings: tuple[str, ...]


def start(session: Session, case: Case, kinds: tuple[ClockKind, ...], now: datetime, *, is_new: bool = False) -> None:
    """Start promises, each unless one of its kind already runs or none was made for the case; a new case has none yet."""
    edition = editions.of_tier(session, case.tier, now)
    if edition is None:
        return
    rules = rules_for(session, edition, case)
    wanted = [kind for kind in kinds if kind in rules.targets]
    rounds = _rounds(session, case.id, kinds) if wanted and not is_new else {}
    begun = [
        _Start(kind, count, edition, Own(kind, rules.calendar, rules.targets[kind], tuple(rules.warnings)))
        for kind in wanted
        for count, is_live in [rounds.get(kind, (0, False))]
        if not is_live
    ]
    if begun:
        _begin(session, case.id, begun, now)


def rules_for(session: Session, edition: Edition, case: Case) -> policies.Rules:
    """What the edition promises for this case."""
    asks_for_queue = any("queue" in part["for"] for part in edition.policy["narrower"])
    queue = session.scalar(select(Queue.name).where(Queue.id == case.queue_id)) if asks_for_queue else ""
    return policies.fitting(edition.policy, policies.About(case.channel, queue or "", case.priority))


def promise(session: Session, case_id: int, own: Own, now: datetime) -> tuple[int, datetime]:
    """Start a promise that no policy makes; its clock's id, by which it is kept or dropped, and when it is due."""
    count, _ = _rounds(session, case_id, (own.kind,)).get(own.kind, (0, False))
    edition = editions.of_calendar(session, own.calendar, now)
    [(clock_id, stand)] = _begin(session, case_id, [_Start(own.kind, count, edition, own)], now)
    assert stand.due is not None, "a clock that has just begun is running"
    return clock_id, stand.due


def keep(session: Session, clock_id: int, now: datetime) -> None:
    """One promise, by the id of its clock, was kept."""
    _stop_one(session, clock_id, ClockState.MET, now)


def drop(session: Session, clock_id: int, now: datetime) -> None:
    """One promise, by the id of its clock, has no object any more."""
    _stop_one(session, clock_id, ClockState.CANCELLED, now)


def meet(session: Session, case_id: int, kinds: tuple[ClockKind, ...], now: datetime) -> None:
    """The promise was kept, or at last fulfilled after it was broken."""
    _stop(session, case_id, kinds, ClockState.MET, now)


def cancel(session: Session, case_id: int, kinds: tuple[ClockKind, ...], now: datetime) -> None:
    """The promise has no object any more."""
    _stop(session, case_id, kinds, ClockState.CANCELLED, now)


def pause(session: Session, case_id: int, kind: ClockKind, why: Why, now: datetime) -> None:
    """Stop counting while it is not our turn; a pause that goes on for another reason is told apart."""
    clock = _live(session, case_id, kind)
    if clock is None:
        return
    if _turn(session, clock, ClockState.RUNNING, ClockState.PAUSED):
        timers.cancel(session, _subject(clock.id), now)
        session.execute(update(SlaClock).where(SlaClock.id == clock.id).values(due_at=None, warn_at=None, warns_at=[]))
    elif not _turn(session, clock, ClockState.PAUSED, ClockState.PAUSED):
        return  # it was kept or dropped in this very moment
    elif promises.segments(session, clock.id)[-1].reason == why.reason:
        return
    _end_segment(session, clock.id, now)
    _begin_segment(session, clock.id, False, why, now)
    events.record(session, events.ClockChanged(clock.id, case_id), now)


def resume(session: Session, case_id: int, kind: ClockKind, why: Why, now: datetime) -> None:
    """Count on from where the pause began."""
    clock = _live(session, case_id, kind)
    if clock is None or not _turn(session, clock, ClockState.PAUSED, ClockState.RUNNING):
        return
    _end_segment(session, clock.id, now)
    _run_on(session, clock, why, now)


def reopen(session: Session, case: Case, kind: ClockKind, why: Why, now: datetime) -> None:
    """A kept promise is made again as its policy says: from the start, or with what was left of it."""
    clock = session.scalar(
        select(SlaClock)
        .where(SlaClock.case_id == case.id, SlaClock.kind == kind, SlaClock.state == ClockState.MET)
        .order_by(SlaClock.gen.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )
    if (
        clock is None
        or not _continues(session, clock, case)
        or not _turn(session, clock, ClockState.MET, ClockState.RUNNING)
    ):
        start(session, case, (kind,), now)
        return
    still = {"clock_id": clock.id, "from_at": clock.stopped_at, "to_at": now, "running": False, "reason": "resolved"}
    add(session, SlaSegment, still)
    session.execute(update(SlaClock).where(SlaClock.id == clock.id).values(stopped_at=None))
    _run_on(session, clock, why, now)


def first_response_given(session: Session, case_id: int) -> bool:
    """Whether nobody waits for a first answer on this case."""
    return _live(session, case_id, ClockKind.FIRST_RESPONSE) is None


def set_deadline(session: Session, clock_id: int, now: datetime) -> None:
    """Work out due and warning instants anew and arm their timers; one that has fired is not armed again."""
    clock = session.get(SlaClock, clock_id, populate_existing=True)
    assert clock is not None
    stand = promises.stand(session, clock, now)
    session.execute(update(SlaClock).where(SlaClock.id == clock_id).values(**_instants(stand)))
    for alarm in _alarms(clock_id, stand, clock.run):
        told = (
            clock.breached_at is not None if alarm.kind == "break_promise" else alarm.gen % MOST_WARNINGS < clock.warned
        )
        if not told:
            timers.arm(session, alarm.subject, alarm.kind, alarm.fire_at, alarm.gen)


@dataclass(frozen=True, slots=True)
class _Start:
    """A clock about to be started, in this round of its kind."""

    kind: ClockKind
    gen: int
    edition: Edition
    own: Own


def _begin(session: Session, case_id: int, begun: list[_Start], now: datetime) -> list[tuple[int, Deadline]]:
    made = [_first_row(case_id, one, now) for one in begun]
    ids = add_all(session, SlaClock, [row for row, _ in made])
    clocks = [(clock_id, stand) for clock_id, (_, stand) in zip(ids, made, strict=True)]
    started = [{"clock_id": clock_id, "from_at": now, "running": True, "reason": "started"} for clock_id, _ in clocks]
    add_all(session, SlaSegment, started)
    timers.arm_new(session, [alarm for clock_id, stand in clocks for alarm in _alarms(clock_id, stand, 0)])
    for clock_id, _ in clocks:
        events.record(session, events.ClockChanged(clock_id, case_id), now)
    return clocks


def _first_row(case_id: int, one: _Start, now: datetime) -> tuple[dict[str, Any], Deadline]:
    row = {
        "case_id": case_id,
        "kind": one.kind,
        "gen": one.gen,
        "edition_id": one.edition.id,
        "calendar": one.own.calendar,
        "target_seconds": one.own.seconds,
        "warn_after": policies.warn_after(one.own.warnings, one.own.seconds)[:MOST_WARNINGS],
        "started_at": now,
    }
    running = [Segment(now, None, running=True, reason="started")]
    stand = deadline(one.edition.calendar(one.own.calendar), promises.target(SlaClock(**row)), running, now)
    return {**row, **_instants(stand)}, stand


def _instants(stand: Deadline) -> dict[str, Any]:
    return {"due_at": stand.due, "warn_at": stand.warn, "warns_at": [at for at in stand.warns if at]}


def _alarms(clock_id: int, stand: Deadline, run: int) -> list[timers.Alarm]:
    """Each warning and the breach, in this run of the clock."""
    subject = _subject(clock_id)
    warnings = [("warn_promise", at, run * MOST_WARNINGS + n) for n, at in enumerate(stand.warns)]
    moments = [*warnings, ("break_promise", stand.due, run)]
    return [timers.Alarm(subject, kind, at, gen) for kind, at, gen in moments if at]


def _rounds(session: Session, case_id: int, kinds: tuple[ClockKind, ...]) -> dict[ClockKind, tuple[int, bool]]:
    """Per kind how many clocks there were, and whether one of them still runs or is paused."""
    rows = session.execute(
        select(SlaClock.kind, func.count(), func.bool_or(SlaClock.state.not_in(_STOPPED)))
        .where(SlaClock.case_id == case_id, SlaClock.kind.in_(kinds))
        .group_by(SlaClock.kind)
    )
    return {ClockKind(kind): (count, live) for kind, count, live in rows}


def _continues(session: Session, clock: SlaClock, case: Case) -> bool:
    edition = editions.of_id(session, clock.edition_id)
    return bool(edition.policy) and rules_for(session, edition, case).reopen is policies.Reopen.CONTINUE


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


def _run_on(session: Session, clock: SlaClock, why: Why, now: datetime) -> None:
    _begin_segment(session, clock.id, True, why, now)
    session.execute(update(SlaClock).where(SlaClock.id == clock.id).values(run=SlaClock.run + 1))
    set_deadline(session, clock.id, now)
    events.record(session, events.ClockChanged(clock.id, clock.case_id), now)


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


def _begin_segment(session: Session, clock_id: int, running: bool, why: Why, now: datetime) -> None:
    row = {"clock_id": clock_id, "from_at": now, "running": running, "reason": why.reason, "cause": why.cause}
    add(session, SlaSegment, row)


def _end_segment(session: Session, clock_id: int, now: datetime) -> None:
    session.execute(
        update(SlaSegment)
        .where(SlaSegment.clock_id == clock_id, SlaSegment.to_at.is_(None))
        .values(to_at=func.greatest(SlaSegment.from_at, now))
        .execution_options(synchronize_session=False)
    )


def _subject(clock_id: int) -> str:
    return f"sla_clock:{clock_id}"
