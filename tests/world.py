"""A small floor for tests of single topics: queues, people and work made by the house's own functions."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from contactcenter.assignment import line, offers
from contactcenter.cases import interactions, opening
from contactcenter.foundation import clock, events
from contactcenter.foundation.db import Database, add
from contactcenter.foundation.permissions import Who
from contactcenter.invariants import check
from contactcenter.models import (
    Agent,
    AgentChannel,
    AgentQueue,
    AgentSkill,
    Base,
    CalendarText,
    Case,
    Customer,
    Disposition,
    Offer,
    PresenceReason,
    Queue,
    Skill,
    SlaPolicy,
    User,
    WorkItem,
)
from contactcenter.models.states import Channel, Role

T = TypeVar("T")
MOST = {"voice": 1, "chat": 3, "email": 5, "messaging": 5}


class StandingClock(clock.Clock):
    """The database's time when it was first asked, plus `ahead`: two looks at one state see the same instant.

    A test of what takes real time, or in which other processes take part, lets it run.
    """

    since: datetime | None = None
    runs = False

    def at(self, told: datetime) -> datetime:
        if self.since is None or self.runs:
            self.since = told
        return self.since + self.ahead


@dataclass
class World:
    db: Database
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def do(self, work: Callable[[Session, datetime], T]) -> T:
        """`work` in one transaction of its own, at the database's time."""
        return self.db.run(lambda session: work(session, clock.now(session)))

    def now(self) -> datetime:
        return self.do(lambda _session, now: now)

    def pass_time(self, seconds: float) -> None:
        self.db.clock.ahead += timedelta(seconds=seconds)

    def get(self, model: type[T], key: object) -> T:
        return self.do(lambda session, _now: session.get_one(model, key))

    def all(self, model: type[T], *where: Any) -> list[T]:
        ordered = model.__table__.primary_key.columns.values()  # type: ignore[attr-defined]
        return self.do(lambda session, _now: list(session.scalars(select(model).where(*where).order_by(*ordered))))

    def count(self, model: type[Base], *where: Any) -> int:
        return self.do(lambda session, _now: session.scalar(select(func.count()).select_from(model).where(*where))) or 0

    def violated(self) -> list[str]:
        """The invariants that do not hold."""
        return self.do(lambda session, _now: [one.line() for one in check(session) if one.violations])

    # --- what an operator sets up ---

    def promises(self, warn_at_percent: int = 75, hours: Any = "24x7", tier: str = "standard", **targets: int) -> None:
        def work(session: Session, _now: datetime) -> None:
            name = f"calendar of {tier}"
            session.execute(insert(CalendarText).values(name=name, definition={"weekly": hours}))
            values = {"calendar": name, "targets": targets, "warnings": [f"{warn_at_percent}%"], "priority": 0}
            session.execute(insert(SlaPolicy).values(tier=tier, titles={"en": tier.title()}, **values))

        self.do(work)

    def queue(self, name: str, skills: dict[str, int] | None = None, **values: Any) -> Queue:
        def work(session: Session, _now: datetime) -> Queue:
            _know_skills(session, skills or {})
            usual = {"steps": [], "target_seconds": 20, "offer_seconds": 20, "wrap_up_seconds": 60}
            made = {"name": name, "titles": {"en": name.title()}, "skills": skills or {}, **usual, **values}
            return session.get_one(Queue, add(session, Queue, made))

        return self.do(work)

    def agent(self, login: str, *queues: Queue, skills: dict[str, int] | None = None, **values: Any) -> int:
        """An agent who is there and available, unless `values` says otherwise."""

        def work(session: Session, now: datetime) -> int:
            user = {"login": login, "name": login.title(), "password_hash": "", "role": Role.AGENT}
            user_id = add(session, User, user)
            state = {"chosen": "available", "ready": True, "presence_until": now + timedelta(hours=12), **values}
            session.execute(insert(Agent).values(id=user_id, **state))
            for channel, most in MOST.items():
                session.execute(insert(AgentChannel).values(agent_id=user_id, channel=channel, most=most))
            for queue in queues:
                session.execute(insert(AgentQueue).values(agent_id=user_id, queue_id=queue.id))
            _know_skills(session, skills or {})
            for skill, level in (skills or {}).items():
                session.execute(insert(AgentSkill).values(agent_id=user_id, skill=skill, level=level))
            events.record(session, events.PresenceChanged(user_id), now)
            return user_id

        return self.do(work)

    def who(self, user_id: int) -> Who:
        user = self.get(User, user_id)
        return Who(user.id, user.login, user.name, Role(user.role), user.language, user.zone)

    def words(self) -> None:
        """A disposition and a reason for a break."""

        def work(session: Session, _now: datetime) -> None:
            session.execute(insert(Disposition).values(name="solved", titles={"en": "Solved"}, position=1))
            session.execute(insert(PresenceReason).values(name="lunch", titles={"en": "Lunch"}, position=1))

        self.do(work)

    # --- what customers do ---

    def customer(self, name: str = "Kim Vale", **values: Any) -> Customer:
        def work(session: Session, now: datetime) -> Customer:
            made = {"name": name, "facts": {}, "created_at": now, **values}
            return session.get_one(Customer, add(session, Customer, made))

        return self.do(work)

    def case(self, customer: Customer | None = None, queue: Queue | None = None, subject: str = "A question") -> Case:
        asks = customer or self.customer()
        contact = opening.Contact(Channel.EMAIL, subject, "en", queue)
        return self.do(lambda session, now: opening.open_case(session, asks, contact, now))

    def waiting(
        self, queue: Queue, channel: Channel = Channel.CHAT, request: line.Request | None = None, ago: float = 0
    ) -> WorkItem:
        """A new customer who came so many seconds ago and waits."""
        number = next(self.numbers)
        customer = self.customer(f"Customer {number}")

        def work(session: Session, now: datetime) -> WorkItem:
            then = now - timedelta(seconds=ago)
            contact = opening.Contact(channel, f"Question {number}", "en", queue)
            case = opening.open_case(session, customer, contact, then)
            values = {"case_id": case.id, "customer_id": customer.id, "channel": channel, "state": "queued"}
            talk = interactions.begin(session, {**values, "address": f"+1415555{number:04}"}, then)
            return line.load(session, line.enqueue(session, talk, queue, request or line.Request(), then))

        return self.do(work)

    def ring(self, item: WorkItem, agent_id: int, seconds: float = 20) -> int:
        proposal = offers.Proposal(item.id, agent_id, timedelta(seconds=seconds), {"trigger": "test"}, 1)
        return self.do(lambda session, now: offers.make(session, proposal, now))

    def accept(self, offer_id: int) -> Offer:
        agent_id = self.get(Offer, offer_id).agent_id
        return self.do(lambda session, now: offers.accept(session, offer_id, agent_id, now))

    def give(self, item: WorkItem, agent_id: int) -> int:
        """The agent has the work."""
        offer_id = self.ring(item, agent_id)
        self.accept(offer_id)
        return offer_id

    def item(self, item: WorkItem) -> WorkItem:
        """The item as it is now."""
        return self.get(WorkItem, item.id)


def _know_skills(session: Session, names: dict[str, int]) -> None:
    for name in names:
        if session.get(Skill, name) is None:
            session.execute(insert(Skill).values(name=name, titles={"en": name.title()}))
