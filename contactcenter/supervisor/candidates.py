"""Who could take it: every agent beside one piece of waiting work or one case, with how well they fit, the best first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

import routing
from contactcenter.assignment import line
from contactcenter.cases import status
from contactcenter.foundation.errors import Conflict
from contactcenter.models import Case, Customer, Queue, Skill, WorkItem
from contactcenter.models.states import WorkState
from contactcenter.reports.service_level import LIVE
from contactcenter.supervisor.floor import Floor, Person
from contactcenter.supervisor.why_waiting import Why, in_force, why


class Fit(StrEnum):
    """The first thing that stands in the way, the gravest first; an agent without any is who the router would ask."""

    FULL = "full"
    AWAY = "away"
    NOT_READY = "not_ready"
    NO_SKILL = "no_skill"
    OTHER_QUEUE = "other_queue"
    GOOD = "good"


_STOPS = frozenset({Fit.FULL, Fit.AWAY})
"""What nobody can be given work in spite of: no room, or nobody there to talk."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One skill the work asks for, and what this agent has of it."""

    titles: dict[str, str]
    has: int
    needs: int

    @property
    def enough(self) -> bool:
        return self.has >= self.needs


@dataclass(frozen=True, slots=True)
class Candidate:
    person: Person
    fit: Fit
    skills: tuple[Asked, ...]

    @property
    def possible(self) -> bool:
        return self.fit not in _STOPS


@dataclass(frozen=True, slots=True)
class Choice:
    """What the dialog about one waiting item shows."""

    item_id: int
    case_id: int
    customer: str
    channel: str
    subject: str
    queue_id: int
    queue: dict[str, str]
    since: datetime
    why: Why
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class CaseChoice:
    """What the dialog about one case shows; whoever has it now is not offered."""

    case_id: int
    subject: str
    customer: str
    holder: str
    people: tuple[Person, ...]


def for_item(session: Session, floor: Floor, item_id: int) -> Choice:
    """The agents beside a waiting item. What nobody waits for any more is refused."""
    item = line.load(session, item_id)
    if item.state != WorkState.WAITING:
        raise Conflict("This is not waiting any more: %(state)s.", state=item.state)
    case, customer = _case(session, item.case_id)
    queue = session.get_one(Queue, item.queue_id)
    needed, _ = in_force(item, floor.now)
    skills = {**dict(needed.any_of), **dict(needed.all_of)}
    rows = session.execute(select(Skill.name, Skill.titles).where(Skill.name.in_(skills)))
    titles: dict[str, dict[str, str]] = dict(rows.all())
    people = [_candidate(item, person, needed, titles) for person in floor.people]
    people.sort(key=lambda one: (-list(Fit).index(one.fit), one.person.load, one.person.name))
    return Choice(
        item_id=item.id,
        case_id=item.case_id,
        customer=customer.name,
        channel=item.channel,
        subject=case.subject,
        queue_id=queue.id,
        queue=queue.titles,
        since=item.enqueued_at,
        why=why(floor, item),
        candidates=tuple(people),
    )


def for_case(session: Session, floor: Floor, case_id: int) -> CaseChoice:
    """The agents who could become responsible: those of the case's queue first, whoever is here before whoever is not."""
    case, customer = _case(session, case_id)
    holder = next((person for person in floor.people if person.id == case.assignee_id), None)
    others = [person for person in floor.people if person is not holder]
    others.sort(key=lambda one: (case.queue_id not in one.queues, not one.staffed, one.load, one.name))
    return CaseChoice(case.id, case.subject, customer.name, holder.name if holder else "", tuple(others))


def _candidate(
    item: WorkItem, person: Person, needed: routing.Requirement, titles: Mapping[str, dict[str, str]]
) -> Candidate:
    asked = (*needed.all_of, *needed.any_of)
    skills = (Asked(titles.get(name, {"en": name}), person.skills.get(name, 0), level) for name, level in asked)
    return Candidate(person, _fit(item, person, needed), tuple(skills))


def _fit(item: WorkItem, person: Person, needed: routing.Requirement) -> Fit:
    if not person.has_room(item.channel):
        return Fit.FULL
    if not person.staffed and item.channel in LIVE:
        return Fit.AWAY
    if not person.may_ring:
        return Fit.NOT_READY
    if not needed.met_by(person.skills):
        return Fit.NO_SKILL
    return Fit.GOOD if item.queue_id in person.queues else Fit.OTHER_QUEUE


def _case(session: Session, case_id: int) -> tuple[Case, Customer]:
    case = status.load(session, case_id)
    return case, session.get_one(Customer, case.customer_id)
