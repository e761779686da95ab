"""What came in during a time and who was there to take it, as rows and the routing log tell: input for what-if questions."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import func, select
from sqlalchemy.orm import Session

import routing
from contactcenter.assignment import facts, line, replaying
from contactcenter.foundation.clock import microseconds
from contactcenter.models import Case, Offer, Queue, RoutingLog, WorkItem
from contactcenter.models.states import OfferState, WorkState

UNKNOWN_HANDLING = 180 * routing.SECOND
"""Where nothing of a queue was ever finished."""


@dataclass(frozen=True, slots=True)
class Contact:
    """One piece of work as it came. Times are microseconds.

    `patience`: after how long the customer left; None when they were answered, and would have waited longer than they did.
    `waited`: what really happened until an answer; None when nobody answered.
    """

    work: routing.WorkFacts
    tier: str
    handling: int
    patience: int | None
    waited: int | None


@dataclass(frozen=True, slots=True)
class Attendance:
    """An agent at an instant: signed in like this from now on, or gone when `facts` is None."""

    at: int
    agent: int
    facts: routing.AgentFacts | None


@dataclass(frozen=True, slots=True)
class Traffic:
    """Everything between two instants, in order of time."""

    since: int
    until: int
    contacts: tuple[Contact, ...]
    attendance: tuple[Attendance, ...]


def recorded(session: Session, since: datetime, until: datetime) -> Traffic:
    """The time as it was. Raises BadInput where the routing log does not reach."""
    attended = tuple(attendance(session, since, until))
    return Traffic(microseconds(since), microseconds(until), tuple(contacts(session, since, until)), attended)


def under(traffic: Traffic, queues: Mapping[str, facts.QueueRules], skills: Mapping[str, Mapping[str, int]]) -> Traffic:
    """The same customers asking for what these queues ask of them; their language they keep. `skills` is by queue."""
    contacts = []
    for contact in traffic.contacts:
        work, rules = contact.work, queues.get(contact.work.queue)
        if rules is not None:
            spoken = line.spoken_skills(dict(work.requirement.all_of))
            asked = routing.Requirement.of({**skills.get(work.queue, {}), **spoken})
            work = replace(work, requirement=asked, target=rules.target_seconds * routing.SECOND)
        contacts.append(replace(contact, work=work))
    return replace(traffic, contacts=tuple(contacts))


def staffed(traffic: Traffic, profiles: Mapping[int, tuple[frozenset[str], Mapping[str, int]]]) -> Traffic:
    """The same people at the same hours, with these queues and skills; who is not named keeps theirs."""
    there = []
    for one in traffic.attendance:
        profile = profiles.get(one.agent)
        if one.facts is None or profile is None:
            there.append(one)
        else:
            there.append(replace(one, facts=replace(one.facts, queues=profile[0], skills=dict(profile[1]))))
    return replace(traffic, attendance=tuple(there))


def contacts(session: Session, since: datetime, until: datetime) -> list[Contact]:
    """What came in from the one instant up to the other, in order of time."""
    rows = session.execute(
        select(WorkItem, Queue.name, Case.tier, Offer.decided_at)
        .join(Queue, Queue.id == WorkItem.queue_id)
        .join(Case, Case.id == WorkItem.case_id)
        .outerjoin(Offer, (Offer.id == WorkItem.current_offer) & (Offer.state == OfferState.ACCEPTED))
        .where(WorkItem.enqueued_at >= since, WorkItem.enqueued_at < until)
        .order_by(WorkItem.enqueued_at, WorkItem.id)
    ).all()
    known: dict[str, list[int]] = defaultdict(list)
    for item, queue, _tier, accepted in rows:
        if accepted and item.ended_at:
            known[queue].append((item.ended_at - accepted) // timedelta(microseconds=1))
    usual = {queue: round(median(times)) for queue, times in known.items()}
    found = []
    for item, queue, tier, accepted in rows:
        left = item.ended_at if item.state == WorkState.ABANDONED else None
        handled = _between(accepted, item.ended_at)
        found.append(
            Contact(
                facts.work_facts(item, queue),
                tier,
                usual.get(queue, UNKNOWN_HANDLING) if handled is None else handled,
                _between(item.enqueued_at, left),
                _between(item.enqueued_at, accepted),
            )
        )
    return found


def _between(begin: datetime | None, end: datetime | None) -> int | None:
    return (end - begin) // timedelta(microseconds=1) if begin and end else None


def attendance(session: Session, since: datetime, until: datetime) -> list[Attendance]:
    """Who was there, from the one instant up to the other. Raises BadInput where the routing log does not reach."""
    begin, here = microseconds(since), set[int]()
    found = []
    for page in replaying.replay(session, since, until):
        for event in _left_unseen(page, here) if page.begins else [one.event for one in page.told]:
            match event:
                case routing.AgentSignedIn(now, told_of):
                    here.add(told_of.id)
                    found.append(Attendance(max(now, begin), told_of.id, told_of))
                case routing.AgentSignedOut(now, agent):
                    here.discard(agent)
                    found.append(Attendance(max(now, begin), agent, None))
                case _:
                    pass
    return sorted(found, key=lambda one: one.at)


def _left_unseen(page: replaying.Page, here: set[int]) -> list[routing.Event]:
    """Who is here at this start, and before that, who went while no router was there to hear of it."""
    still = {event.facts.id for event in page.started if isinstance(event, routing.AgentSignedIn)}
    gone = [routing.AgentSignedOut(microseconds(page.at), agent) for agent in sorted(here - still)]
    return [*gone, *page.started]


def log_begins(session: Session) -> datetime | None:
    """The first instant of which the routing log can still tell who was there."""
    return session.scalar(select(func.min(RoutingLog.at)).where(RoutingLog.start.is_not(None)))
