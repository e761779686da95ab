"""Writes a person into the five tables that hold one, and tells the router to read them again."""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, literal, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from contactcenter.configuration.contents import Config, Person
from contactcenter.configuration.planning import Change, Kind
from contactcenter.configuration.staff_rows import USER_COLUMNS
from contactcenter.foundation import events
from contactcenter.foundation.db import add
from contactcenter.models import Agent, AgentChannel, AgentQueue, AgentSkill, Queue, User
from contactcenter.people import passwords


def demo_password(login: str) -> str:
    """The password of a person of the sample company, known to everybody who reads this."""
    return f"{login}-demo"


def apply_person(session: Session, config: Config, change: Change, now: datetime) -> None:
    """Create, update or disable one person; `change.after` holds what differs."""
    assert config.staff is not None
    person_id = _user(session, change, config.staff.get(change.name))
    works = change.after.get("works")
    if change.kind is Kind.DISABLE:
        works = False
    if works:
        session.execute(
            upsert(Agent)
            .values(id=person_id, enabled=True)
            .on_conflict_do_update(index_elements=["id"], set_={"enabled": True})
        )
    elif works is not None:
        session.execute(update(Agent).where(Agent.id == person_id).values(enabled=False))
    if session.get(Agent, person_id, populate_existing=True) is None:
        return
    _links(session, person_id, change.after)
    events.record(session, events.PresenceChanged(person_id), now)


def _user(session: Session, change: Change, person: Person | None) -> int:
    values = {name: change.after[name] for name in USER_COLUMNS if name in change.after}
    if change.kind is Kind.CREATE:
        assert person is not None
        # Without a demo password nobody knows this one: the person cannot sign in until one is given.
        password = demo_password(change.name) if person.demo_password else secrets.token_urlsafe(32)
        hashed = passwords.hashed(password)
        return add(session, User, {"login": change.name, "password_hash": hashed, **values})
    if values:
        session.execute(update(User).where(User.login == change.name).values(**values))
    return session.execute(select(User.id).where(User.login == change.name)).scalar_one()


def _links(session: Session, agent_id: int, after: Any) -> None:
    """Replace skills and queues as a whole; the work in hand (`live`) is the machine's and stays."""
    if "skills" in after:
        session.execute(delete(AgentSkill).where(AgentSkill.agent_id == agent_id))
        rows = [{"agent_id": agent_id, "skill": skill, "level": level} for skill, level in after["skills"].items()]
        if rows:
            session.execute(insert(AgentSkill), rows)
    _serve(session, agent_id, after)
    for channel, most in after.get("most", {}).items():
        row = upsert(AgentChannel).values(agent_id=agent_id, channel=channel, most=most)
        kept = func.greatest(row.excluded.most, AgentChannel.live)
        session.execute(row.on_conflict_do_update(index_elements=["agent_id", "channel"], set_={"most": kept}))


def _serve(session: Session, agent_id: int, after: Any) -> None:
    """Both kinds are taken away first: a queue may go from the one to the other."""
    served: dict[str, int] = {}
    if "queues" in after:
        session.execute(delete(AgentQueue).where(AgentQueue.agent_id == agent_id, AgentQueue.after_seconds == 0))
        served |= dict.fromkeys(after["queues"], 0)
    if "helps" in after:
        session.execute(delete(AgentQueue).where(AgentQueue.agent_id == agent_id, AgentQueue.after_seconds > 0))
        served |= after["helps"]
    for name, seconds in served.items():
        chosen = select(literal(agent_id), Queue.id, literal(seconds)).where(Queue.name == name)
        session.execute(insert(AgentQueue).from_select(["agent_id", "queue_id", "after_seconds"], chosen))
