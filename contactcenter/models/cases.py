"""Tables of the problem and its conversations: cases, interactions, the timeline."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from contactcenter.models.base import Base, Key, one_of
from contactcenter.models.states import CaseStatus, Channel, EntryKind, InteractionState


class Case(Base):
    """A problem of a customer, over all channels. `entry_seq` numbers its timeline without gaps."""

    __tablename__ = "cases"
    id: Mapped[Key]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    subject: Mapped[str]
    status: Mapped[str] = mapped_column(server_default=CaseStatus.NEW)
    status_version: Mapped[int] = mapped_column(server_default="0")
    priority: Mapped[int] = mapped_column(server_default="0")
    tier: Mapped[str]
    language: Mapped[str] = mapped_column(server_default="en")
    channel: Mapped[str]
    queue_id: Mapped[int | None] = mapped_column(ForeignKey("queue.id"))
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    tags: Mapped[list[str]] = mapped_column(server_default="{}")
    entry_seq: Mapped[int] = mapped_column(server_default="0")
    opened_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    __table_args__ = (
        one_of("status", CaseStatus),
        one_of("channel", Channel),
        Index("ix_cases_customer", "customer_id"),
        Index("ix_cases_assignee", "assignee_id", postgresql_where=text("status NOT IN ('resolved','closed')")),
        Index("ix_cases_open", "status", postgresql_where=text("status NOT IN ('resolved','closed')")),
    )


class Interaction(Base):
    """One conversation on one channel. A call that never asked for a person has no case."""

    __tablename__ = "interaction"
    id: Mapped[Key]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))
    channel: Mapped[str]
    state: Mapped[str]
    queue_id: Mapped[int | None] = mapped_column(ForeignKey("queue.id"))
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    language: Mapped[str] = mapped_column(server_default="en")
    address: Mapped[str]
    """Where the other side is: E.164 number, mail address, visitor key."""
    path: Mapped[list[str]] = mapped_column(server_default="{}")
    """What the caller chose in the phone menu, or the visitor in the form, in words."""
    outcome: Mapped[str | None]
    disposition: Mapped[str | None]
    started_at: Mapped[datetime]
    queued_at: Mapped[datetime | None]
    connected_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        one_of("channel", Channel),
        one_of("state", InteractionState),
        Index("ix_interaction_case", "case_id"),
        Index("ix_interaction_customer", "customer_id"),
        Index("ix_interaction_queued", "queue_id", "queued_at"),
    )


class TimelineEntry(Base):
    """One line of a case's history; `body` holds the words, `ext_id` the provider's or client's own id."""

    __tablename__ = "timeline_entry"
    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    seq: Mapped[int]
    at: Mapped[datetime]
    kind: Mapped[str]
    channel: Mapped[str | None]
    interaction_id: Mapped[int | None] = mapped_column(ForeignKey("interaction.id"))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    actor_name: Mapped[str | None]
    body: Mapped[dict[str, Any]]
    ext_id: Mapped[str | None]
    __table_args__ = (
        one_of("kind", EntryKind),
        UniqueConstraint("case_id", "seq"),
        Index("uq_timeline_entry_ext", "channel", "ext_id", unique=True, postgresql_where=text("ext_id IS NOT NULL")),
        Index("ix_timeline_entry_interaction", "interaction_id", "seq"),
    )
