"""Recorded days played again and again, each time twice with the same customers: as it was staffed, and as is asked.

A play draws as many days as were recorded, each with the others' chance, so that its figures differ from those of the
next play as one such record would from another.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import routing
from contactcenter.reports.changes import Change, changed
from contactcenter.reports.hours import Span
from contactcenter.reports.resampling import Habits, Room, Seen, habits, resampled, stream
from contactcenter.reports.service_level import LIVE
from contactcenter.reports.traffic import Contact, Traffic
from contactcenter.reports.what_if import answered


@dataclass(frozen=True, slots=True)
class Day:
    """One recorded time. What came during `counted` is counted; the traffic begins before that and ends after it."""

    traffic: Traffic
    counted: Span
    rooms: tuple[Room, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """All that is played from: days, what their customers are like, and the rules of today."""

    days: tuple[Day, ...]
    seen: Seen
    rules: routing.Config


@dataclass(slots=True)
class Tally:
    """Calls and chats of one queue on one day. `waits` are microseconds until the answer, or until the customer left.

    `due`: answered, left after the target, or in line for longer than that when the play ended (`waiting`).
    """

    in_time: int = 0
    due: int = 0
    left: int = 0
    waiting: int = 0
    waits: list[int] = field(default_factory=list)

    @property
    def received(self) -> int:
        return len(self.waits)


World: TypeAlias = Mapping[str, Tally]
"""By queue."""


@dataclass(frozen=True, slots=True)
class Play:
    """The same days in both worlds."""

    staffed: tuple[World, ...]
    asked: tuple[World, ...]


def plays(record: Record, change: Change, number: int, seed: int) -> Iterator[Play]:
    rules = replace(record.rules, staff=None)  # of who else might sign in nothing is asked
    for play in range(number):
        name = f"{seed}/{play}"
        drawn = stream(name, "days").choices(record.days, k=len(record.days))
        habit = habits(record.seen, name)
        worlds = [_both(day, habit, (change, rules), f"{name}/{place}") for place, day in enumerate(drawn)]
        yield Play(tuple(staffed for staffed, _ in worlds), tuple(asked for _, asked in worlds))


def together(tallies: Iterable[Tally]) -> Tally:
    total = Tally()
    for one in tallies:
        total.in_time += one.in_time
        total.due += one.due
        total.left += one.left
        total.waiting += one.waiting
        total.waits += one.waits
    return total


def is_counted(contact: Contact, span: Span) -> bool:
    """Where somebody waits while we are silent, as in the service level."""
    return contact.work.channel in LIVE and span.holds(contact.work.enqueued_at)


def _both(day: Day, habit: Habits, asked: tuple[Change, routing.Config], seed: str) -> tuple[World, World]:
    change, rules = asked
    traffic = resampled(day.traffic, day.rooms, habit, seed)
    other = changed(traffic, day.counted, change, stream(seed, "who"))
    return _world(traffic, day.counted, rules), _world(other, day.counted, rules)


def _world(traffic: Traffic, counted: Span, rules: routing.Config) -> World:
    waits = answered(traffic, rules)
    found: dict[str, Tally] = defaultdict(Tally)
    for contact in traffic.contacts:
        if is_counted(contact, counted):
            _count(found[contact.work.queue], contact, waits.get(contact.work.id), traffic.until)
    return dict(found)


def _count(tally: Tally, contact: Contact, waited: int | None, until: int) -> None:
    target, left = contact.work.target or 0, until - contact.work.enqueued_at
    if waited is not None:
        tally.in_time += waited <= target
        tally.due += 1
    elif contact.patience is not None and contact.patience <= left:
        waited = contact.patience
        tally.left += 1
        tally.due += waited > target
    else:
        waited = left
        tally.waiting += 1
        tally.due += waited > target
    tally.waits.append(waited)
