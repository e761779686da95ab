"""What another configuration would have done with the same traffic: the same engine, the same people, played again.

Customers come when they came, are served for as long as they were, and leave when they left unless they are answered
before. An offer counts as accepted at once, under either configuration, so compare the two plays with each other.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from typing import Any

import routing
from contactcenter.reports.service_level import ServiceLevel
from contactcenter.reports.traffic import Attendance, Contact, Traffic


@dataclass(slots=True)
class Figures:
    """Of one queue or one tier. Waits are microseconds, of those who were answered."""

    received: int = 0
    abandoned: int = 0
    in_time: int = 0
    abandoned_late: int = 0
    waits: list[int] = field(default_factory=list)

    @property
    def level(self) -> ServiceLevel:
        return ServiceLevel(self.in_time, len(self.waits), self.abandoned_late, self.abandoned - self.abandoned_late)

    @property
    def mean(self) -> float:
        return sum(self.waits) / len(self.waits) if self.waits else 0.0

    @property
    def p95(self) -> int:
        return p95(self.waits)

    @property
    def longest(self) -> int:
        return max(self.waits, default=0)


@dataclass(frozen=True, slots=True)
class Outcome:
    """By queue and by tier; `occupancy` is the share of the time agents were there in which they had work in hand."""

    queues: dict[str, Figures]
    tiers: dict[str, Figures]
    occupancy: float


def as_it_was(traffic: Traffic) -> Outcome:
    """The figures of what really happened."""
    tally = _Tally()
    for contact in traffic.contacts:
        tally.count(contact, contact.waited, contact.patience)
    return tally.outcome(sum(contact.handling for contact in traffic.contacts if contact.waited is not None), traffic)


def played(traffic: Traffic, config: routing.Config) -> Outcome:
    """The figures of the same traffic under this configuration."""
    return _Play(traffic, config).outcome()


def answered(traffic: Traffic, config: routing.Config) -> dict[int, int]:
    """How long each contact waits for an answer under this configuration, in microseconds, by the number of its work.

    Who is not in it gets none before the traffic ends.
    """
    play = _Play(traffic, config)
    play.outcome()
    return play.waited


def p95(waits: Sequence[int]) -> int:
    ordered = sorted(waits)
    return ordered[round(0.95 * (len(ordered) - 1))] if ordered else 0


class _Tally:
    def __init__(self) -> None:
        self.queues: dict[str, Figures] = defaultdict(Figures)
        self.tiers: dict[str, Figures] = defaultdict(Figures)

    def count(self, contact: Contact, waited: int | None, patience: int | None) -> None:
        target = contact.work.target or 0
        for figures in (self.queues[contact.work.queue], self.tiers[contact.tier]):
            figures.received += 1
            if waited is not None:
                figures.waits.append(waited)
                figures.in_time += waited <= target
            elif patience is not None:
                figures.abandoned += 1
                figures.abandoned_late += patience > target

    def outcome(self, busy: int, traffic: Traffic) -> Outcome:
        there = _time_there(traffic)
        return Outcome(dict(self.queues), dict(self.tiers), busy / there if there else 0.0)


class _Play:
    """One pass through the traffic. An event of the agenda is (instant, number, what, about what)."""

    def __init__(self, traffic: Traffic, config: routing.Config) -> None:
        self.traffic = traffic
        self.engine = routing.Engine(config)
        self.contacts = {contact.work.id: contact for contact in traffic.contacts}
        self.agenda: list[tuple[int, int, str, Any]] = []
        self.numbers = count()
        self.known: set[int] = set()
        self.waited: dict[int, int] = {}
        self.busy = 0
        for attendance in traffic.attendance:
            self._plan(attendance.at, "attend", attendance)
        for contact in traffic.contacts:
            self._plan(contact.work.enqueued_at, "arrive", contact)

    def outcome(self) -> Outcome:
        while self.agenda and self.agenda[0][0] <= self.traffic.until:
            self._wake_before(self.agenda[0][0])
            now, _, what, about = heappop(self.agenda)
            self._happen(now, what, about)
        tally = _Tally()
        for contact in self.traffic.contacts:
            waited = self.waited.get(contact.work.id)
            tally.count(contact, waited, contact.patience if waited is None else None)
        return tally.outcome(self.busy, self.traffic)

    def _happen(self, now: int, what: str, about: Any) -> None:
        match what:
            case "attend":
                self._attend(now, about)
            case "arrive":
                if about.patience is not None:
                    self._plan(now + about.patience, "leave", about.work.id)
                self._tell(routing.WorkEnqueued(now, about.work))
            case "leave" if about not in self.waited:
                self._tell(routing.WorkAbandoned(now, about))
            case "finish":
                self._tell(routing.WorkCompleted(now, about))
            case _:
                pass

    def _attend(self, now: int, attendance: Attendance) -> None:
        agent, facts = attendance.agent, attendance.facts
        if facts is None:
            self.known.discard(agent)
            self._tell(routing.AgentSignedOut(now, agent))
        elif agent in self.known:
            self._tell(routing.AgentPresence(now, agent, facts.ready, facts.reason))
        else:
            self.known.add(agent)
            self._tell(routing.AgentSignedIn(now, facts))

    def _tell(self, event: routing.Event) -> None:
        for effect in self.engine.apply(event):
            if isinstance(effect, routing.OfferMade):
                self._accept(event.now, effect)

    def _accept(self, now: int, offer: routing.OfferMade) -> None:
        contact = self.contacts[offer.work]
        self.engine.apply(routing.OfferAccepted(now, offer.work, offer.agent))
        self.waited[offer.work] = now - contact.work.enqueued_at
        self.busy += min(contact.handling, self.traffic.until - now)
        self._plan(now + contact.handling, "finish", offer.work)

    def _wake_before(self, next_event: int) -> None:
        while (at := self.engine.next_wakeup()) is not None and at < next_event:
            self._tell(routing.Tick(at))

    def _plan(self, at: int, what: str, about: Any) -> None:
        heappush(self.agenda, (at, next(self.numbers), what, about))


def _time_there(traffic: Traffic) -> int:
    """Microseconds that agents were ready, over all of them."""
    ready_since: dict[int, int] = {}
    total = 0
    for one in [*traffic.attendance, *_everybody_leaves(traffic.attendance, traffic.until)]:
        if one.agent in ready_since:
            total += one.at - ready_since.pop(one.agent)
        if one.facts is not None and one.facts.ready:
            ready_since[one.agent] = one.at
    return total


def _everybody_leaves(attendance: Iterable[Attendance], at: int) -> list[Attendance]:
    return [Attendance(at, agent, None) for agent in sorted({one.agent for one in attendance})]
