"""Everything that is done because time passes: one table of timers, one of regular duties.

Any router process may fire a timer; the guarded `fired_at` lets exactly one act. A timer is a question, never an order:
each function looks again whether its moment still means anything.
"""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy.orm import Session

from contactcenter.agents import presence
from contactcenter.assignment import expiry, journal, wrap_up
from contactcenter.automation import escalations, moments, waits
from contactcenter.channels.voice import callbacks, pickup
from contactcenter.channels.voice.hooks import runs
from contactcenter.channels.voice.menus import trials
from contactcenter.foundation import audit, clock, timers
from contactcenter.foundation.db import Database
from contactcenter.sla import breaches

log = structlog.get_logger()

TIMERS: dict[str, Callable[[Session, int, datetime], None]] = {
    "expire_offer": expiry.expire_offer,
    "end_wrap_up": wrap_up.end_wrap_up,
    "check_pickup": pickup.check_pickup,
    "begin_callback": callbacks.begin_callback,
    "rest_callback": callbacks.rest_callback,
    "end_wait": waits.end_wait,
    "escalate": escalations.take_step,
}

TOGETHER: dict[str, Callable[[Session, list[int], datetime], set[int]]] = {
    "warn_promise": breaches.warn_promises,
    "break_promise": breaches.break_promises,
}
"""Timers that fall due by the thousand, at closing time or after a night: many in one transaction. It holds the rows of hundreds
of cases, so it waits for no row that somebody else holds: each function tells what it has seen to, the rest is due again.
"""
AT_ONCE = 400


def _end_leases(session: Session, now: datetime) -> None:
    for agent_id in presence.ended_leases(session, now):
        expiry.end_lease(session, agent_id, now)


def _link_audit(session: Session, _now: datetime) -> None:
    audit.link(session)


DUTIES: dict[str, tuple[timedelta, Callable[[Session, datetime], None]]] = {
    "end_leases": (timedelta(seconds=1), _end_leases),
    "link_audit": (timedelta(seconds=5), _link_audit),
    "forget_old_journals": (timedelta(hours=1), journal.forget_old),
    "tidy_hook_runs": (timedelta(minutes=1), runs.tidy),
    "forget_old_trials": (timedelta(hours=1), trials.forget_old),
    "forget_old_moments": (timedelta(hours=1), moments.forget_old),
}


def fire_due(db: Database) -> int:
    """Fire every due timer, oldest first, each in a transaction of its own, and some of each kind that is fired together; a
    failing one does not stop the others.
    """
    fired = sum(_fire_alone(db, timer) for timer in _due(db, TOGETHER))
    return fired + sum(_fire_together(db, kind) for kind in TOGETHER)


def do_duties(db: Database, done: dict[str, datetime], now: datetime | None = None) -> None:
    """Do each duty whose time has come; `done` is this process's memory of when it did them last."""
    if now is None:
        with db.transaction() as session:
            now = clock.now(session)
    for name, (every, duty) in DUTIES.items():
        if name in done and now - done[name] < every:
            continue
        done[name] = now
        db.run(partial(_do, duty=duty))


def _do(session: Session, duty: Callable[[Session, datetime], None]) -> None:
    duty(session, clock.now(session))


def _due(db: Database, without: Collection[str]) -> list[timers.Due]:
    with db.transaction() as session:
        return timers.due(session, clock.now(session), without)


def _fire_together(db: Database, kind: str) -> int:
    """Some of what is due of this kind; if one of them fails, each by itself, so that the others are not held up."""
    try:
        return db.run(partial(_fire_many, kind=kind, most=AT_ONCE))
    except Exception:
        log.exception("timers_failed_together", kind=kind)
    return sum(_fire_alone(db, timer) for timer in _due(db, {*TIMERS, *TOGETHER} - {kind}))


def _fire_many(session: Session, kind: str, most: int) -> int:
    now = clock.now(session)
    taken = timers.take(session, kind, now, most)
    if not taken:
        return 0
    seen_to = TOGETHER[kind](session, [timer.subject_id for timer in taken], now)
    done = [timer for timer in taken if timer.subject_id in seen_to]
    timers.fire_all(session, done, now)
    return len(done)


def _fire_alone(db: Database, timer: timers.Due) -> bool:
    try:
        return db.run(partial(_fire, timer=timer))
    except Exception:
        log.exception("timer_failed", kind=timer.kind, subject=timer.subject)
        db.run(partial(_put_off, timer=timer))
        return False


def _fire(session: Session, timer: timers.Due) -> bool:
    now = clock.now(session)
    if timer.kind in TOGETHER:
        return bool(TOGETHER[timer.kind](session, [timer.subject_id], now)) and timers.fire(session, timer, now)
    if not timers.fire(session, timer, now):
        return False
    TIMERS[timer.kind](session, timer.subject_id, now)
    return True


def _put_off(session: Session, timer: timers.Due) -> None:
    """A timer whose deed fails is tried again in an hour, so that it cannot hold up the others for ever."""
    timers.arm(session, timer.subject, timer.kind, clock.now(session) + timedelta(hours=1), timer.gen)
