"""Why one piece of work still waits: who is left after each test of the engine, and what would help, by name."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from contactcenter.assignment import asking, line
from contactcenter.foundation import clock
from contactcenter.foundation.errors import Conflict
from contactcenter.models import Case, Customer, PresenceReason, Queue, Skill, User
from contactcenter.models.states import WorkState

Titles = dict[str, str]


@dataclass(frozen=True, slots=True)
class Stage:
    """One test of the engine, and how many of the agents who passed those before pass it too."""

    name: str
    left: int
    of: int


@dataclass(frozen=True, slots=True)
class Helper:
    """`reason` is why somebody is not ready, when it is one of those that agents choose from."""

    name: str
    reason: Titles | None = None


@dataclass(frozen=True, slots=True)
class Fix:
    """`kind` is the engine's word; `more` are as many again who are not named."""

    kind: str
    people: tuple[Helper, ...]
    more: int = 0
    at: datetime | None = None
    to: Titles | None = None


@dataclass(frozen=True, slots=True)
class Still:
    item_id: int
    customer: str
    subject: str
    channel: str
    queue: Titles
    since: datetime
    place: int
    unroutable: bool
    about_to_ring: bool
    stages: tuple[Stage, ...]
    fixes: tuple[Fix, ...]


@dataclass(frozen=True, slots=True)
class _Names:
    people: dict[int, str]
    reasons: dict[str, Titles]
    queues: dict[str, Titles]
    skills: dict[str, Titles]


def why_still_waiting(session: Session, item_id: int, now: datetime) -> Still:
    """The engine's answer in names. What waits no more is refused."""
    item = line.load(session, item_id)
    answer = asking.why_waiting(session, item, now) if item.state == WorkState.WAITING else {}
    if "funnel" not in answer:
        raise Conflict("This is not waiting any more: %(state)s.", state=item.state)
    case, queue = session.get_one(Case, item.case_id), session.get_one(Queue, item.queue_id)
    names = _names(session, answer)
    return Still(
        item_id=item.id,
        customer=session.get_one(Customer, case.customer_id).name,
        subject=case.subject,
        channel=item.channel,
        queue=queue.titles,
        since=item.enqueued_at,
        place=line.place(session, item),
        unroutable=answer["unroutable"] is not None,
        about_to_ring=answer["funnel"]["candidates"] > 0,
        stages=_stages(answer["funnel"]),
        fixes=tuple(_fix(fix, names) for fix in answer["fixes"]),
    )


def _stages(funnel: dict[str, int]) -> tuple[Stage, ...]:
    """The tests that turned somebody away, after the number of all."""
    found, before = [], None
    for name, left in funnel.items():
        if before is None or left < before:
            found.append(Stage(name, left, left if before is None else before))
        before = left
    return tuple(found)


def _fix(fix: dict[str, Any], names: _Names) -> Fix:
    reasons = fix.get("reasons", [""] * len(fix.get("agents", [])))
    people = tuple(
        Helper(names.people.get(agent, "?"), names.reasons.get(reason))
        for agent, reason in zip(fix.get("agents", []), reasons, strict=True)
    )
    to = names.queues.get(fix["to"]) if fix.get("to") else names.skills.get(fix.get("skill", ""))
    at = clock.instant(fix["at"]) if "at" in fix else None
    return Fix(fix["fix"], people, fix.get("count", 0) - len(people), at, to)


def _names(session: Session, answer: dict[str, Any]) -> _Names:
    agents = {agent for fix in answer["fixes"] for agent in fix.get("agents", [])}
    return _Names(
        dict(session.execute(select(User.id, User.name).where(User.id.in_(agents))).all()),
        dict(session.execute(select(PresenceReason.name, PresenceReason.titles)).all()),
        dict(session.execute(select(Queue.name, Queue.titles)).all()),
        dict(session.execute(select(Skill.name, Skill.titles)).all()),
    )
