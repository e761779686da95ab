"""Whom a notice or a step of an escalation goes to: the people behind words such as assignee, lead or a rota."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from contactcenter.automation import rotas
from contactcenter.foundation.errors import Conflict
from contactcenter.models import Agent, AgentQueue, Case, Queue, Rota, User
from contactcenter.models.states import Presence, Role

ASSIGNEE, LEAD, QUEUE, SUPERVISORS = "assignee", "lead", "queue", "supervisors"
WORDS = (ASSIGNEE, LEAD, QUEUE, SUPERVISORS)
To = str | Mapping[str, Any]
"""One of the words, or `{person: login}` or `{rota: name}`."""


def found(session: Session, to: To, case: Case, now: datetime) -> list[User]:
    """Everybody it goes to. Raises Conflict, with the reason, where that is nobody."""
    people = list(session.scalars(select(User).where(User.enabled, _chosen(session, to, case, now)).order_by(User.id)))
    if not people:
        raise Conflict("Nobody is there to be told: %(to)s.", to=told(to))
    return people


def told(to: To) -> str:
    """How the log calls them."""
    return to if isinstance(to, str) else " ".join(f"{kind} {name}" for kind, name in to.items())


def _chosen(session: Session, to: To, case: Case, now: datetime) -> Any:
    match to:
        case "assignee":
            return User.id == case.assignee_id
        case "lead":
            return User.login.in_(select(Queue.lead).where(Queue.id == case.queue_id))
        case "queue":
            here = select(AgentQueue.agent_id).join(Agent, Agent.id == AgentQueue.agent_id)
            return User.id.in_(here.where(AgentQueue.queue_id == case.queue_id, Agent.chosen != Presence.OFFLINE))
        case "supervisors":
            return User.role == Role.SUPERVISOR
        case {"person": login}:
            return User.login == login
        case {"rota": name}:
            definition = session.scalar(select(Rota.definition).where(Rota.name == name))
            if definition is None:
                raise Conflict("There is no rota %(rota)s any more.", rota=name)
            return User.login == rotas.rota(definition).on_call(now)
        case _:
            raise AssertionError(f"{to} was not checked")
