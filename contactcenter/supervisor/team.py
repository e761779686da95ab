"""The team: what everybody is doing now, since when, and what they hold."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from contactcenter.agents import presence
from contactcenter.models import Case, Customer, Interaction, Offer, WorkItem
from contactcenter.models.states import Presence, WorkState
from contactcenter.reports.service_level import LIVE
from contactcenter.supervisor.floor import Floor, Line, Person
from contactcenter.supervisor.watching import Live, floor_rooms

_HELD = (WorkState.OFFERED, WorkState.ASSIGNED, WorkState.WRAP_UP)


class Doing(StrEnum):
    """What a person is seen doing, the first that holds."""

    CONTACT = "contact"
    WRITING = "writing"
    """In contact, by mail or message only."""
    WRAP_UP = "wrap_up"
    INCOMING = "incoming"
    AUX = "aux"
    NOT_READY = "not_ready"
    AVAILABLE = "available"
    OFFLINE = "offline"


@dataclass(frozen=True, slots=True)
class Held:
    """One piece of work in somebody's hands; `since` is when this state of it began."""

    item_id: int
    case_id: int
    channel: str
    state: str
    since: datetime
    customer: str


@dataclass(frozen=True, slots=True)
class Member:
    person: Person
    doing: Doing
    since: datetime
    holds: tuple[Held, ...]
    queues: tuple[Line, ...]

    @property
    def held_back(self) -> str:
        """Why an available person gets nothing: the machine's reason, or that their page fell silent just now."""
        if self.doing is not Doing.NOT_READY:
            return ""
        return self.person.not_ready or presence.LEASE_ENDED


@dataclass(frozen=True, slots=True)
class Team:
    live: Live
    members: tuple[Member, ...]
    staffed: int
    """How many of them are signed in to work."""


def team(session: Session, floor: Floor) -> Team:
    """Everybody who serves what is shown, by name: whoever is here or holds something, then whoever is gone."""
    held = _held(session)
    members = [_member(floor, person, held[person.id]) for person in floor.shown_people]
    members.sort(key=lambda member: not (member.person.staffed or member.holds))
    staffed = sum(person.staffed for person in floor.shown_people)
    return Team(floor_rooms(floor), tuple(members), staffed)


def doing(person: Person, holds: Sequence[Held]) -> tuple[Doing, datetime]:
    """What this person is doing and since when: work in hand outranks what they chose, and that what the machine set."""
    for state, name in ((WorkState.ASSIGNED, Doing.CONTACT), (WorkState.WRAP_UP, Doing.WRAP_UP)):
        of_state = [one for one in holds if one.state == state]
        if of_state:
            return _by_channel(name, of_state), min(one.since for one in of_state)
    if holds:
        return Doing.INCOMING, min(one.since for one in holds)
    return _idle(person), person.since


def _idle(person: Person) -> Doing:
    match person.chosen:
        case Presence.AUX:
            return Doing.AUX
        case Presence.AVAILABLE:
            return Doing.AVAILABLE if person.may_ring else Doing.NOT_READY
        case _:
            return Doing.OFFLINE


def _by_channel(name: Doing, holds: Sequence[Held]) -> Doing:
    writes = name is Doing.CONTACT and not any(one.channel in LIVE for one in holds)
    return Doing.WRITING if writes else name


def _member(floor: Floor, person: Person, holds: Sequence[Held]) -> Member:
    now_doing, since = doing(person, holds)
    queues = tuple(line for line in floor.lines if line.id in person.queues)
    return Member(person, now_doing, since, tuple(holds), queues)


def _held(session: Session) -> dict[int, list[Held]]:
    rows = session.execute(
        select(WorkItem, Offer.agent_id, Offer.made_at, Offer.decided_at, Interaction.ended_at, Customer.name)
        .join(Offer, Offer.id == WorkItem.current_offer)
        .join(Interaction, Interaction.id == WorkItem.interaction_id)
        .join(Case, Case.id == WorkItem.case_id)
        .join(Customer, Customer.id == Case.customer_id)
        .where(WorkItem.state.in_(_HELD))
        .order_by(WorkItem.id)
    )
    found: dict[int, list[Held]] = defaultdict(list)
    for item, agent, made_at, decided_at, over_at, customer in rows:
        since = {WorkState.OFFERED: made_at, WorkState.WRAP_UP: over_at}.get(WorkState(item.state)) or decided_at
        found[agent].append(Held(item.id, item.case_id, item.channel, item.state, since or made_at, customer))
    return found
