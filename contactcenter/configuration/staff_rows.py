"""People as the configuration sees them, gathered from the five tables that hold a person."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from contactcenter.configuration.contents import Person
from contactcenter.configuration.tables import Row
from contactcenter.models import Agent, AgentChannel, AgentQueue, AgentSkill, Queue, User

USER_COLUMNS = ("name", "role", "language", "zone", "reach", "enabled")
"""What of a person stands in `users`; the rest makes them an agent: works, queues, helps, skills, most."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A person as stored, with the work in their hands, by channel."""

    id: int
    row: Row
    live: Mapping[str, int]


def desired_staff(staff: Mapping[str, Person], present: Mapping[str, Seen]) -> dict[str, Row]:
    """Everybody as they should be.

    Nobody's maximum falls below the work they hold at this moment: it comes down when the configuration is applied
    again after that work has ended.
    """
    return {login: _desired(person, present.get(login)) for login, person in staff.items()}


def present_staff(session: Session) -> dict[str, Seen]:
    """Everybody as they are, by login."""
    users = session.execute(
        select(User.id, User.login, User.name, User.role, User.language, User.zone, User.reach, User.enabled).order_by(
            User.login
        )
    ).all()
    works = dict(session.execute(select(Agent.id, Agent.enabled)).all())
    skills, queues, channels = _skills(session), _queues(session), _channels(session)
    return {
        user.login: Seen(
            user.id,
            {name: getattr(user, name) for name in USER_COLUMNS}
            | {
                "works": works.get(user.id, False),
                "queues": sorted(queue for queue, after in queues[user.id].items() if not after),
                "helps": {queue: after for queue, after in sorted(queues[user.id].items()) if after},
                "skills": skills[user.id],
                "most": {channel: most for channel, (most, _) in channels[user.id].items()},
            },
            {channel: live for channel, (_, live) in channels[user.id].items()},
        )
        for user in users
    }


def _desired(person: Person, present: Seen | None) -> dict[str, Any]:
    works = bool(person.queues)
    held = present.live if present else {}
    known: Row = present.row if present else {"most": {}}
    return {
        "name": person.name,
        "role": person.role,
        "language": person.language,
        "zone": person.zone,
        "reach": dict(person.reach),
        "enabled": True,
        "works": works,
        "queues": list(person.queues),
        "helps": dict(sorted(person.helps.items())),
        "skills": dict(person.skills) if works else {},
        "most": {c: max(most, held.get(c, 0)) for c, most in person.most.items()} if works else known["most"],
    }


def _skills(session: Session) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for agent, skill, level in session.execute(select(AgentSkill.agent_id, AgentSkill.skill, AgentSkill.level)).all():
        found[agent][skill] = level
    return found


def _queues(session: Session) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = defaultdict(dict)
    columns = select(AgentQueue.agent_id, Queue.name, AgentQueue.after_seconds)
    for agent, queue, after in session.execute(columns.join(Queue, Queue.id == AgentQueue.queue_id)).all():
        found[agent][queue] = after
    return found


def _channels(session: Session) -> dict[int, dict[str, tuple[int, int]]]:
    found: dict[int, dict[str, tuple[int, int]]] = defaultdict(dict)
    columns = select(AgentChannel.agent_id, AgentChannel.channel, AgentChannel.most, AgentChannel.live)
    for agent, channel, most, live in session.execute(columns).all():
        found[agent][channel] = (most, live)
    return found
