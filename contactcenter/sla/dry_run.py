"""A dry run of other promises: every promise of the last thirty days under other policies and calendars, with the pauses it had.

It reads and never writes: its transaction is one that PostgreSQL lets do nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from contactcenter.foundation.db import take_time
from contactcenter.models import Case, Queue, SlaClock
from contactcenter.models.states import ClockKind
from contactcenter.sla import promises
from contactcenter.sla.calendar_file import parse_calendar
from contactcenter.sla.calendars import Calendar
from contactcenter.sla.deadlines import DeadlineState, Target, deadline
from contactcenter.sla.editions import STANDARD_TIER
from contactcenter.sla.policies import About, Rules, fitting

LOOKS_BACK = timedelta(days=30)
_READ_ONLY = text("SET TRANSACTION READ ONLY")
Policies = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Difference:
    """One promise that would fall due at another instant. None is for a promise that stands still."""

    case_id: int
    kind: str
    before: datetime | None
    after: datetime | None
    was_broken: bool
    is_broken: bool


@dataclass(frozen=True, slots=True)
class DryRun:
    """`not_made` of the `promises` are of a kind that these policies do not promise."""

    since: datetime
    promises: int
    not_made: int
    differences: tuple[Difference, ...]


def dry_run(session: Session, policies: Policies, calendars: Mapping[str, Any], now: datetime) -> DryRun:
    """`policies` are tier → text, `calendars` name → text, as the tables hold them."""
    session.execute(_READ_ONLY)
    take_time(session)
    since = now - LOOKS_BACK
    hours = {name: parse_calendar(name, definition) for name, definition in calendars.items()}
    queues = dict(session.execute(select(Queue.id, Queue.name)).all())
    rows = session.execute(
        select(SlaClock, Case)
        .join(Case, Case.id == SlaClock.case_id)
        .where(SlaClock.started_at >= since, SlaClock.kind != ClockKind.CALLBACK)
        .order_by(SlaClock.id)
    ).all()
    found, not_made = [], 0
    for clock, case in rows:
        rules = _rules(policies, case, queues)
        if rules is None or clock.kind not in rules.targets:
            not_made += 1
        elif different := _difference(session, clock, rules, hours[rules.calendar], now):
            found.append(different)
    return DryRun(since, len(rows), not_made, tuple(found))


def _rules(policies: Policies, case: Case, queues: Mapping[int, str]) -> Rules | None:
    policy = policies.get(case.tier) or policies.get(STANDARD_TIER)
    if policy is None:
        return None
    return fitting(policy, About(case.channel, queues.get(case.queue_id or 0, ""), case.priority))


def _difference(session: Session, clock: SlaClock, rules: Rules, hours: Calendar, now: datetime) -> Difference | None:
    seen = promises.segments(session, clock.id)
    was = deadline(promises.hours(session, clock), promises.target(clock), seen, now)
    would = deadline(hours, Target(clock.kind, timedelta(seconds=rules.targets[clock.kind])), seen, now)
    if was.due == would.due:
        return None
    broken = (was.state is DeadlineState.BREACHED, would.state is DeadlineState.BREACHED)
    return Difference(clock.case_id, clock.kind, was.due, would.due, *broken)
