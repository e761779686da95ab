"""Tables of the foundation: inbox, outbox, timers, rooms with their events, leases, audit."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from contactcenter.models.base import Base, Key, one_of
from contactcenter.models.states import OutboxClass, OutboxState


class Inbox(Base):
    """One row per message a provider sent us; the stored reply is what a repetition gets."""

    __tablename__ = "inbox"
    id: Mapped[Key]
    provider: Mapped[str]
    ext_id: Mapped[str]
    case_id: Mapped[int | None]
    reply: Mapped[str | None]
    at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    __table_args__ = (UniqueConstraint("provider", "ext_id"),)


class Outbox(Base):
    """An effect to be carried out outside; class A may be repeated by its key, class B must be looked up first."""

    __tablename__ = "outbox"
    id: Mapped[Key]
    dedupe_key: Mapped[str] = mapped_column(unique=True)
    repeat_class: Mapped[str]
    topic: Mapped[str]
    payload: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(server_default=OutboxState.NEW)
    attempts: Mapped[int] = mapped_column(server_default="0")
    lock_until: Mapped[datetime] = mapped_column(server_default=text("'epoch'"))
    token: Mapped[str | None]
    error: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    __table_args__ = (
        one_of("state", OutboxState),
        one_of("repeat_class", OutboxClass),
        Index("ix_outbox_due", "lock_until", postgresql_where=text("state IN ('new','sending')")),
    )


class Timer(Base):
    """Something that becomes due; `gen` counts restarts of one timer."""

    __tablename__ = "timer"
    id: Mapped[Key]
    subject: Mapped[str]
    kind: Mapped[str]
    gen: Mapped[int] = mapped_column(server_default="0")
    fire_at: Mapped[datetime]
    fired_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint("subject", "kind", "gen"),
        Index("ix_timer_due", "fire_at", postgresql_where=text("fired_at IS NULL AND cancelled_at IS NULL")),
    )


class Room(Base):
    """A stream of changes that somebody watches; `seq` is the number of its last event."""

    __tablename__ = "room"
    name: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    seq: Mapped[int] = mapped_column(server_default="0")
    __table_args__ = (Index("ix_room_kind", "kind"),)
    """Each case has a room for ever; a router looks several times a second at those of queues and agents."""


class Event(Base):
    """One change in one room: what changed, never the changed data."""

    __tablename__ = "event"
    id: Mapped[Key]
    room: Mapped[str]
    room_seq: Mapped[int]
    kind: Mapped[str]
    item_id: Mapped[int | None]
    ref: Mapped[int | None]
    version: Mapped[int | None]
    at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("room", "room_seq"),
        Index("ix_event_item", "item_id", postgresql_where=text("item_id IS NOT NULL")),
    )


class Lease(Base):
    """Who does a piece of work that only one should do; `epoch` grows with every change of holder."""

    __tablename__ = "lease"
    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str] = mapped_column(server_default="")
    epoch: Mapped[int] = mapped_column(server_default="0")
    until: Mapped[datetime] = mapped_column(server_default=text("'epoch'"))


class Audit(Base):
    """What was done by whom; rows are linked into a hash chain right after their commit and never change again."""

    __tablename__ = "audit"
    id: Mapped[Key]
    at: Mapped[datetime]
    actor: Mapped[str]
    subject: Mapped[str]
    action: Mapped[str]
    version: Mapped[int | None]
    body: Mapped[dict[str, Any]]
    seq: Mapped[int | None] = mapped_column(unique=True)
    prev_hash: Mapped[str | None] = mapped_column(unique=True)
    hash: Mapped[str | None] = mapped_column(unique=True)
    __table_args__ = (
        CheckConstraint("(seq IS NULL) = (hash IS NULL)", name="linked_whole"),
        Index("ix_audit_unlinked", "id", postgresql_where=text("seq IS NULL")),
        Index("ix_audit_subject", "subject"),
    )
