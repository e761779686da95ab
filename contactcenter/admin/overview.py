"""The state of the house at one glance: configuration, counts, mailboxes, hooks, duties, and effects that did not go out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contactcenter.cases.status import OVER
from contactcenter.channels.voice.hooks.standing import Standing, standings
from contactcenter.foundation import clock
from contactcenter.models import (
    Agent,
    Case,
    ConfigApplied,
    Customer,
    KbArticle,
    Lease,
    MailCursor,
    Outbox,
    Queue,
    RawMail,
    User,
    WorkItem,
)
from contactcenter.models.states import LIVE_WORK, OutboxState

MOST_STUCK = 50


@dataclass(frozen=True, slots=True)
class Applied:
    """The configuration in force. `changes`: how many there were of each kind and noun."""

    version: int
    digest: str
    at: datetime
    changes: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Counts:
    customers: int
    open_cases: int
    live_work: int
    queues: int
    agents: int
    users: int
    articles: int


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One way by which mail comes in. A door that is spoken to fetches nothing and cannot fail by itself."""

    name: str
    last_mail_at: datetime | None
    last_success_at: datetime | None = None
    failures: int = 0
    last_error: str = ""


@dataclass(frozen=True, slots=True)
class Duty:
    """A piece of work that one process does for all; `held` while somebody does."""

    name: str
    holder: str
    epoch: int
    until: datetime
    held: bool


@dataclass(frozen=True, slots=True)
class Stuck:
    """An effect that did not get out, or of which nobody knows whether it did."""

    id: int
    topic: str
    state: str
    attempts: int
    error: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Effects:
    waiting: int
    oldest_at: datetime | None
    unknown: int
    dead: int
    stuck: tuple[Stuck, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    now: datetime
    applied: Applied | None
    counts: Counts
    mailboxes: tuple[Mailbox, ...]
    duties: tuple[Duty, ...]
    effects: Effects
    hooks: tuple[Standing, ...]


def overview(session: Session) -> Overview:
    """Everything on the first page."""
    now = clock.now(session)
    return Overview(
        now,
        _applied(session),
        _counts(session),
        _mailboxes(session),
        _duties(session, now),
        _effects(session),
        standings(session, now),
    )


def _applied(session: Session) -> Applied | None:
    row = session.scalar(select(ConfigApplied).order_by(ConfigApplied.id.desc()).limit(1))
    if row is None:
        return None
    changes: dict[str, int] = {}
    for kind, noun, _name in row.summary.get("changes", ()):
        said = f"{kind} {noun}"
        changes[said] = changes.get(said, 0) + 1
    return Applied(row.id, row.digest, row.at, changes)


def _counts(session: Session) -> Counts:
    row = session.execute(
        select(
            _count(Customer),
            _count(Case, Case.status.not_in(OVER)),
            _count(WorkItem, WorkItem.state.in_(LIVE_WORK)),
            _count(Queue, Queue.enabled),
            _count(Agent, Agent.enabled),
            _count(User, User.enabled),
            _count(KbArticle, KbArticle.enabled),
        )
    ).one()
    return Counts(*row)


def _count(model: type[Any], *where: Any) -> Any:
    return select(func.count()).select_from(model).where(*where).scalar_subquery()


def _mailboxes(session: Session) -> tuple[Mailbox, ...]:
    """Mailboxes that are fetched, and doors through which mail has come."""
    arrived = dict(session.execute(select(RawMail.door, func.max(RawMail.received_at)).group_by(RawMail.door)).all())
    fetched = [
        Mailbox(
            row.mailbox,
            arrived.pop(f"imap:{row.mailbox}", None),
            row.last_success_at,
            row.failures,
            row.last_error or "",
        )
        for row in session.scalars(select(MailCursor).order_by(MailCursor.mailbox))
    ]
    return (*fetched, *(Mailbox(door, at) for door, at in sorted(arrived.items())))


def _duties(session: Session, now: datetime) -> tuple[Duty, ...]:
    rows = session.scalars(select(Lease).order_by(Lease.name))
    return tuple(Duty(row.name, row.holder, row.epoch, row.until, row.until > now) for row in rows)


def _effects(session: Session) -> Effects:
    under_way = Outbox.state.in_([OutboxState.NEW, OutboxState.SENDING])
    unknown, dead = Outbox.state == OutboxState.UNKNOWN, Outbox.state == OutboxState.DEAD
    waiting, oldest, unsure, given_up = session.execute(
        select(
            func.count().filter(under_way),
            func.min(Outbox.created_at).filter(under_way),
            func.count().filter(unknown),
            func.count().filter(dead),
        ).where(Outbox.state != OutboxState.DONE)
    ).one()
    rows = session.scalars(
        select(Outbox)
        .where(unknown | dead | (under_way & Outbox.error.is_not(None)))
        .order_by(Outbox.id.desc())
        .limit(MOST_STUCK)
    )
    stuck = (Stuck(row.id, row.topic, row.state, row.attempts, row.error or "", row.created_at) for row in rows)
    return Effects(waiting, oldest, unsure, given_up, tuple(stuck))
