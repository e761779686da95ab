"""A small floor for the supervisor's tests: queues, people and work made by the house's own functions."""

import itertools
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import insert, update

from contactcenter.assignment import line, offers
from contactcenter.cases import interactions, opening
from contactcenter.foundation import clock
from contactcenter.foundation.db import Database, add
from contactcenter.models import (
    Agent,
    AgentChannel,
    AgentQueue,
    AgentSkill,
    CalendarText,
    Case,
    Customer,
    Queue,
    Skill,
    SlaPolicy,
    User,
    WorkItem,
)
from contactcenter.models.states import Channel

MOST = {"voice": 1, "chat": 3, "email": 5, "messaging": 5}


@dataclass
class World:
    db: Database
    numbers: itertools.count = field(default_factory=lambda: itertools.count(1))

    def now(self) -> datetime:
        with self.db.transaction() as session:
            return clock.now(session)

    def promises(self, **targets: int) -> None:
        with self.db.transaction() as session:
            session.execute(insert(CalendarText).values(name="always", definition={"weekly": "24x7"}))
            made = {"calendar": "always", "targets": targets, "warnings": ["75%"], "priority": 0}
            session.execute(insert(SlaPolicy).values(tier="standard", titles={"en": "Standard"}, **made))

    def queue(self, name: str, skills: dict | None = None, steps: list | None = None, target: int = 20) -> int:
        with self.db.transaction() as session:
            for skill in skills or {}:
                session.execute(insert(Skill).values(name=skill, titles={"en": skill.title()}))
            return add(
                session,
                Queue,
                {
                    "name": name,
                    "titles": {"en": name.title()},
                    "skills": skills or {},
                    "steps": steps or [],
                    "target_seconds": target,
                    "offer_seconds": 20,
                    "wrap_up_seconds": 120,
                },
            )

    def agent(self, name: str, *queues: int, skills: dict | None = None, here: bool = True, **values: object) -> int:
        state = {"chosen": "available", "ready": True, **values} if here else {"chosen": "offline", **values}
        with self.db.transaction() as session:
            now = clock.now(session)
            login = name.lower().replace(" ", ".")
            user = add(session, User, {"login": login, "name": name, "password_hash": "", "role": "agent"})
            until = now + timedelta(seconds=3600 if here else -60)
            session.execute(insert(Agent).values(id=user, presence_until=until, **state))
            for channel, most in MOST.items():
                session.execute(insert(AgentChannel).values(agent_id=user, channel=channel, most=most))
            for queue in queues:
                session.execute(insert(AgentQueue).values(agent_id=user, queue_id=queue))
            for skill, level in (skills or {}).items():
                session.execute(insert(AgentSkill).values(agent_id=user, skill=skill, level=level))
        return user

    def set(self, agent: int, **values: object) -> None:
        with self.db.transaction() as session:
            session.execute(update(Agent).where(Agent.id == agent).values(**values))

    def waiting(self, queue: int, who: str = "Kim Vale", channel: str = "voice", ago: float = 10) -> int:
        """A customer who came so many seconds ago and waits; returns the work item."""
        with self.db.transaction() as session:
            then = clock.now(session) - timedelta(seconds=ago)
            number = next(self.numbers)
            customer_id = add(session, Customer, {"name": who, "facts": {}, "created_at": then})
            customer, place = session.get_one(Customer, customer_id), session.get_one(Queue, queue)
            contact = opening.Contact(Channel(channel), f"About order {number}", "en", place)
            case = opening.open_case(session, customer, contact, then)
            values = {"case_id": case.id, "customer_id": customer_id, "channel": channel, "state": "queued"}
            talk = interactions.begin(session, {**values, "address": f"+1415555{number:04}"}, then)
            return line.enqueue(session, talk, place, line.Request(), then)

    def give(self, item_id: int, agent: int, after: float = 0) -> int:
        """An agent has taken the item so many seconds after it came; returns the offer."""
        with self.db.transaction() as session:
            item = line.load(session, item_id)
            then = item.enqueued_at + timedelta(seconds=after)
            return offers.assign_by_hand(session, item, agent, ("user:0", "Test"), then)

    def ring(self, item_id: int, agent: int) -> int:
        with self.db.transaction() as session:
            proposal = offers.Proposal(item_id, agent, timedelta(seconds=20), {}, 1)
            return offers.make(session, proposal, clock.now(session))

    def leave(self, item_id: int, after: float) -> None:
        """The customer hung up so many seconds after they came."""
        with self.db.transaction() as session:
            item = line.load(session, item_id)
            line.abandon(session, item.interaction_id, "hung_up", item.enqueued_at + timedelta(seconds=after))

    def item(self, item_id: int) -> WorkItem:
        with self.db.transaction() as session:
            return line.load(session, item_id)

    def case(self, item_id: int) -> Case:
        with self.db.transaction() as session:
            return session.get_one(Case, line.load(session, item_id).case_id)
