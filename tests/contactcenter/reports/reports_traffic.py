"""Traffic made by hand for tests of what-if questions, and traffic of which the theory knows the truth."""

from dataclasses import dataclass, replace
from random import Random

import routing
from contactcenter.reports.hours import Span
from contactcenter.reports.plays import Day
from contactcenter.reports.resampling import rooms
from contactcenter.reports.traffic import Attendance, Contact, Traffic
from contactcenter.reports.what_if import answered

SECOND = routing.SECOND
HOUR = 3600 * SECOND
TARGET = 20
RULES = routing.Config(
    1,
    (routing.Channel("voice", 100, 1), routing.Channel("email", 20, 5)),
    (routing.Queue("orders", TARGET * SECOND), routing.Queue("returns", TARGET * SECOND)),
)


def contact(
    number: int, at: float, handling: float = 60, waited: float | None = 0, patience: float | None = None, **facts
):
    """Times are seconds. Answered at once, unless said otherwise."""
    asked = {"queue": "orders", "channel": "voice", "target": TARGET * SECOND, **facts}
    work = routing.WorkFacts(number, enqueued_at=round(at * SECOND), **asked)
    times = (None if one is None else round(one * SECOND) for one in (patience, waited if patience is None else None))
    return Contact(work, "gold", round(handling * SECOND), *times)


def there(agent: int, at: float = 0, queues: str = "orders", ready: bool = True, **skills: int) -> Attendance:
    facts = routing.AgentFacts(agent, frozenset(queues.split()), skills, ready=ready)
    return Attendance(round(at * SECOND), agent, facts)


def traffic(*contacts: Contact, people: tuple[Attendance, ...] = (there(1),), until: float = 3600) -> Traffic:
    return Traffic(0, round(until * SECOND), contacts, people)


@dataclass(frozen=True)
class Theory:
    """Poisson arrivals, exponential service and patience (seconds), one queue: what Erlang A describes."""

    per_hour: float
    service: float
    patience: float
    agents: int
    hours: int

    def lived(self, seed: str) -> Traffic:
        """Everybody with the patience and the handling that they have, whether anybody learns it or not."""
        dice, at, contacts = Random(seed), 0.0, []
        while (at := at + dice.expovariate(self.per_hour / 3600)) < (self.hours + 2) * 3600:
            times = dice.expovariate(1 / self.service), dice.expovariate(1 / self.patience)
            contacts.append(contact(len(contacts) + 1, at, handling=times[0], patience=times[1]))
        people = tuple(there(agent) for agent in range(1, self.agents + 1))
        return traffic(*contacts, people=people, until=(self.hours + 2) * 3600)

    def recorded(self, seed: str) -> Day:
        """What the house knows of it: of who was answered no patience."""
        lived = self.lived(seed)
        waits = answered(lived, RULES)
        seen = tuple(
            replace(one, patience=None, waited=waits[one.work.id]) if one.work.id in waits else one
            for one in lived.contacts
        )
        known = replace(lived, contacts=seen)
        return Day(known, self.counted, rooms(known))

    @property
    def counted(self) -> Span:
        return Span(HOUR, (self.hours + 1) * HOUR)
