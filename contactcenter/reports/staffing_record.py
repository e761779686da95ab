"""From a what-if question to all that it is played from: which days were recorded, who was there, who came."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from contactcenter.assignment import facts
from contactcenter.foundation import clock
from contactcenter.foundation.clock import instant, microseconds
from contactcenter.foundation.errors import BadInput
from contactcenter.models import Agent, Queue, Skill, User
from contactcenter.reports import traffic
from contactcenter.reports.attending import ready_times
from contactcenter.reports.changes import Change, Gift
from contactcenter.reports.hours import Span, midnight_after, midnight_before, spans
from contactcenter.reports.plays import Day, Record
from contactcenter.reports.resampling import rooms, seen
from contactcenter.reports.staffing_options import Question
from contactcenter.reports.traffic import Contact, Traffic

USUAL = timedelta(weeks=4)
"""How far back is looked, unless the question says it."""
_AROUND = timedelta(hours=1)
"""Played before the hours in question, so that they begin with calls in hand, and after them, so that waits end."""
_MOST_NAMED = 20


class NothingToTell(Exception):  # noqa: N818 — an answer, not a fault
    """There is no record, or too little of one; the sentence says so."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was found. `left_out` counts the times of the question in which nobody was ready or nothing was routed."""

    record: Record
    change: Change
    left_out: int


def recorded(session: Session, question: Question) -> Recorded:
    """Raises NothingToTell, or click's errors where the question names what is not there."""
    now = clock.now(session)
    queues = {row.name: row for row in session.scalars(select(Queue).where(Queue.enabled))}
    change = _change(session, question, queues)
    since, until = question.since or (question.until or now) - USUAL, min(question.until or now, now)
    log_begins = traffic.log_begins(session)
    if log_begins is None or log_begins >= until:
        raise NothingToTell("Nothing was routed in this time, or it is longer ago than the routing log is kept.")
    wanted = _times(question, max(since, log_begins), until)
    came = [
        one for one in traffic.contacts(session, since - _AROUND, min(now, until + _AROUND)) if one.work.queue in queues
    ]
    reach = Span(microseconds(log_begins), microseconds(now))
    played = [day for span in wanted if (day := _day(session, span, reach, came)) is not None]
    days = [_today(day, queues) for day in played if ready_times(day.traffic.attendance, day.counted, question.queue)]
    if not days:
        raise NothingToTell(
            f"Nobody was ready, or nothing was routed, at any time in question: {question.hours.words()}."
        )
    _refuse_impossible(question, change, days)
    asked_until = microseconds(until)
    known = seen(one for one in came if one.work.enqueued_at < asked_until)
    return Recorded(Record(tuple(days), known, facts.config(session)), change, len(wanted) - len(days))


def _times(question: Question, since: datetime, until: datetime) -> list[Span]:
    """Days that are there in part count only for whoever names the instants."""
    begin, end, hours = since, until, question.hours
    if hours.whole:
        begin = since if question.since else midnight_after(since, hours.zone)
        end = until if question.until else midnight_before(until, hours.zone)
    found = spans(hours, begin, end) if begin < end else []
    if not found:
        raise NothingToTell(
            f"None of these times is recorded from its beginning to its end: {hours.words()}. What is known goes from "
            f"{since:%Y-%m-%d %H:%M} to {until:%Y-%m-%d %H:%M} UTC; --from and --to choose parts of days."
        )
    return found


def _day(session: Session, span: Span, reach: Span, came: Iterable[Contact]) -> Day | None:
    around = _AROUND // timedelta(microseconds=1)
    begin, end = max(reach.since, span.since - around), min(reach.until, span.until + around)
    try:
        there = traffic.attendance(session, instant(begin), instant(end))
    except BadInput:
        return None
    contacts = tuple(one for one in came if begin <= one.work.enqueued_at < end)
    return Day(Traffic(begin, end, contacts, tuple(there)), span, ())


def _today(day: Day, queues: Mapping[str, Queue]) -> Day:
    """With what today's queues ask of their work."""
    asked = traffic.under(day.traffic, queues, {name: queue.skills for name, queue in queues.items()})
    return replace(day, traffic=asked, rooms=rooms(asked))


def _change(session: Session, question: Question, queues: Collection[str]) -> Change:
    skills = session.scalars(select(Skill.name)).all()
    ids = dict(session.execute(select(User.login, User.id).join(Agent, Agent.id == User.id).where(Agent.enabled)).all())
    if question.queue is not None:
        _known("queue", "--queue", question.queue, queues)
    gifts: dict[int, Gift] = {}
    for login, (skill, level) in question.gifts:
        _known("agent", "--give", login, ids)
        _known("skill", "--give", skill, skills)
        gift = gifts.get(ids[login], Gift())
        gifts[ids[login]] = replace(gift, skills={**gift.skills, skill: level})
    for login, queue in question.serves:
        _known("agent", "--serve", login, ids)
        _known("queue", "--serve", queue, queues)
        gift = gifts.get(ids[login], Gift())
        gifts[ids[login]] = replace(gift, queues=gift.queues | {queue})
    return Change(question.less, question.more, question.queue, gifts)


def _known(noun: str, option: str, name: str, there: Collection[str]) -> None:
    if name not in there:
        names = sorted(there)
        rest = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
        listed = ", ".join(names[:_MOST_NAMED]) or "none yet"
        raise click.BadParameter(f"There is no {noun} {name!r}; there is {listed}{rest}.", param_hint=option)


def _refuse_impossible(question: Question, change: Change, days: Iterable[Day]) -> None:
    present: set[int] = set()
    for day in days:
        present |= ready_times(day.traffic.attendance, day.counted).keys()
        there = len(ready_times(day.traffic.attendance, day.counted, change.queue))
        if there < change.less:
            serve = f" who serve {change.queue}" if change.queue else ""
            raise click.ClickException(
                f"On {day.counted.date(question.hours.zone)} there were {there} agents{serve}; "
                f"{change.less} cannot be missing."
            )
    for login, agent in _gifted(question, change):
        if agent not in present:
            raise click.ClickException(f"{login} was not ready in any of these times, so it would change nothing.")


def _gifted(question: Question, change: Change) -> Iterable[tuple[str, int]]:
    """Gifts stand in the order in which their agents were named first."""
    logins = dict.fromkeys([login for login, _ in question.gifts] + [login for login, _ in question.serves])
    return zip(logins, change.gifts, strict=True)
