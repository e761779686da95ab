"""Traffic as it might as well have been: drawn from what was recorded, by a seed, and by nothing else.

How many come: each contact is taken a Poisson number of times with mean 1, so that every hour keeps its expected number.
When: moved among its neighbours, because copies at one instant, or in one clump, would wait longer than people do.
How long they are served: any recorded time of their queue and channel. How long they would wait: exponential, with a mean
that is itself drawn, because a few who left tell little of it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp
from random import Random
from typing import TypeAlias

import routing
from contactcenter.reports.attending import service
from contactcenter.reports.hours import Span
from contactcenter.reports.traffic import Contact, Traffic

Line: TypeAlias = tuple[str, str]
"""Queue and channel."""

ENOUGH = 20
"""Fewer handling times than these are not drawn from; then each contact keeps its own."""
_NEIGHBOURS = 30
"""A copy stays among so many contacts before and after; with fewer, the clumps of one day would count as its nature."""
_NEAREST, _FARTHEST = 600 * routing.SECOND, 1800 * routing.SECOND
_SOONEST = routing.SECOND // 1000


@dataclass(frozen=True, slots=True)
class Seen:
    """What the recorded contacts tell of each line. Times are microseconds.

    `gave_up`: how many left, and how long everybody waited together, those who were answered included.
    """

    handling: Mapping[Line, tuple[int, ...]]
    gave_up: Mapping[Line, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Habits:
    """What a play draws from. `patience` is its mean in microseconds; in a line that is not in it nobody leaves."""

    handling: Mapping[Line, tuple[int, ...]]
    patience: Mapping[Line, float]


@dataclass(frozen=True, slots=True)
class Room:
    """How far a copy of a contact may come from its instant, and between which instants. Microseconds."""

    farthest: int
    within: Span


def seen(contacts: Iterable[Contact]) -> Seen:
    handling: dict[Line, list[int]] = defaultdict(list)
    left: dict[Line, int] = defaultdict(int)
    waited: dict[Line, int] = defaultdict(int)
    for contact in contacts:
        line = line_of(contact)
        if contact.waited is not None:
            handling[line].append(contact.handling)
        left[line] += contact.patience is not None
        waited[line] += contact.waited if contact.waited is not None else contact.patience or 0
    return Seen(
        {line: tuple(times) for line, times in handling.items() if len(times) >= ENOUGH},
        {line: (number, waited[line]) for line, number in left.items() if number},
    )


def habits(found: Seen, seed: str) -> Habits:
    """The mean patience is all waiting per customer who left; how sure that is, their number says (a gamma's shape)."""
    patience = {}
    for line, (left, waited) in sorted(found.gave_up.items()):
        mean = max(_SOONEST, waited / left)
        patience[line] = mean * left / stream(seed, "patient", *line).gammavariate(left, 1)
    return Habits(found.handling, patience)


def rooms(traffic: Traffic) -> tuple[Room, ...]:
    """One for each contact: what came while its queue was served stays in that time, and what did not stays out of it."""
    whole, served = Span(traffic.since, traffic.until), service(traffic.attendance)
    instants: dict[Line, list[int]] = defaultdict(list)
    for contact in traffic.contacts:
        instants[line_of(contact)].append(contact.work.enqueued_at)
    places: dict[Line, int] = defaultdict(int)
    found = []
    for contact in traffic.contacts:
        line = line_of(contact)
        stretch = served.stretch(contact.work.queue, contact.work.enqueued_at, whole)
        found.append(Room(_farthest(instants[line], places[line]), stretch))
        places[line] += 1
    return tuple(found)


def resampled(traffic: Traffic, where: Sequence[Room], habit: Habits, seed: str) -> Traffic:
    """The same people of ours, other customers; they are numbered from 1 on in order of time."""
    served, patient = stream(seed, "handling"), stream(seed, "patience")
    contacts = []
    for number, (at, contact) in enumerate(_arrivals(traffic, where, seed), 1):
        line = line_of(contact)
        work = replace(contact.work, id=number, enqueued_at=at, excluded=(), seq=None)
        times = habit.handling.get(line)
        handling = contact.handling if times is None else served.choice(times)
        mean = habit.patience.get(line)
        patience = None if mean is None else round(patient.expovariate(1 / mean))
        contacts.append(Contact(work, contact.tier, handling, patience, None))
    return replace(traffic, contacts=tuple(contacts))


def line_of(contact: Contact) -> Line:
    return contact.work.queue, contact.work.channel


def _arrivals(traffic: Traffic, where: Sequence[Room], seed: str) -> list[tuple[int, Contact]]:
    taken, moved = stream(seed, "taken"), stream(seed, "moved")
    arrivals = [
        (_moved(contact.work.enqueued_at, room, moved), contact)
        for contact, room in zip(traffic.contacts, where, strict=True)
        for _ in range(_poisson(taken))
    ]
    return sorted(arrivals, key=lambda arrival: arrival[0])


def _poisson(dice: Random) -> int:
    """With mean 1, by adding up the chances of 0, 1, 2…"""
    chance = dice.random()
    number, term = 0, exp(-1)
    while chance >= term and term:
        chance -= term
        number += 1
        term /= number
    return number


def _moved(instant: int, room: Room, dice: Random) -> int:
    """Thrown back at the ends of the room, so that these keep their number too."""
    at = instant + round(dice.uniform(-room.farthest, room.farthest))
    first, last = room.within.since, room.within.until - 1
    at = 2 * first - at if at < first else 2 * last - at if at > last else at
    return min(max(at, first), last)


def _farthest(instants: Sequence[int], place: int) -> int:
    first, last = max(0, place - _NEIGHBOURS), min(len(instants) - 1, place + _NEIGHBOURS)
    if first == last:
        return _FARTHEST
    apart = (instants[last] - instants[first]) // (last - first)
    return min(max(_NEIGHBOURS * apart, _NEAREST), _FARTHEST)


def stream(seed: str, *purpose: str) -> Random:
    """Each purpose has its own numbers, so that what one of them draws leaves the others as they are."""
    return Random(f"{seed}/{'/'.join(purpose)}")  # noqa: S311 — a model of chance, not a secret
