"""The people who may sign in: who they are, what they may do, what they serve and can, and when they were last here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contactcenter.foundation import clock
from contactcenter.models import Agent, AgentQueue, AgentSkill, Queue, SignIn, Skill, User


@dataclass(frozen=True, slots=True)
class Colleague:
    """A user; `takes_work` when there is an agent behind the name. Skills are title and level, the strongest first."""

    id: int
    login: str
    name: str
    role: str
    language: str
    zone: str
    enabled: bool
    takes_work: bool
    queues: tuple[dict[str, str], ...]
    skills: tuple[tuple[dict[str, str], int], ...]
    seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class Staff:
    now: datetime
    people: tuple[Colleague, ...]


def staff(session: Session) -> Staff:
    """Everybody, whoever may sign in before whoever may not any more."""
    now = clock.now(session)
    queues: dict[int, dict[str, str]] = dict(session.execute(select(Queue.id, Queue.titles)).all())
    skills: dict[str, dict[str, str]] = dict(session.execute(select(Skill.name, Skill.titles)).all())
    serves = select(func.array_agg(AgentQueue.queue_id)).where(AgentQueue.agent_id == User.id).scalar_subquery()
    can = (
        select(func.jsonb_object_agg(AgentSkill.skill, AgentSkill.level))
        .where(AgentSkill.agent_id == User.id)
        .scalar_subquery()
    )
    seen = select(func.max(SignIn.seen_at)).where(SignIn.user_id == User.id).scalar_subquery()
    rows = session.execute(
        select(User, Agent.enabled, serves, can, seen)
        .outerjoin(Agent, Agent.id == User.id)
        .order_by(User.enabled.desc(), User.role, User.name)
    )
    people = (
        Colleague(
            id=user.id,
            login=user.login,
            name=user.name,
            role=user.role,
            language=user.language,
            zone=user.zone,
            enabled=user.enabled,
            takes_work=bool(takes_work),
            queues=tuple(queues[queue] for queue in sorted(own_queues or ())),
            skills=_strongest(own_skills or {}, skills),
            seen_at=seen_at,
        )
        for user, takes_work, own_queues, own_skills, seen_at in rows
    )
    return Staff(now, tuple(people))


def _strongest(
    levels: Mapping[str, int], titles: Mapping[str, dict[str, str]]
) -> tuple[tuple[dict[str, str], int], ...]:
    ordered = sorted(levels.items(), key=lambda one: (-one[1], one[0]))
    return tuple((titles[name], level) for name, level in ordered)
