"""Tables of the waiting line: work items and the offers made for them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from contactcenter.models.base import Base, Key, one_of
from contactcenter.models.states import Channel, OfferState, WorkState

_LIVE = text("state IN ('waiting','offered','assigned','wrap_up')")


class WorkItem(Base):
    """Something that needs an agent. `order_key` is microseconds: enqueued + target − boost, constant for life."""

    __tablename__ = "work_item"
    id: Mapped[Key]
    interaction_id: Mapped[int] = mapped_column(ForeignKey("interaction.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    queue_id: Mapped[int] = mapped_column(ForeignKey("queue.id"))
    channel: Mapped[str]
    state: Mapped[str] = mapped_column(server_default=WorkState.WAITING)
    current_offer: Mapped[int | None]
    version: Mapped[int] = mapped_column(server_default="0")
    weight: Mapped[int]
    priority: Mapped[int] = mapped_column(server_default="0")
    target_us: Mapped[int]
    order_key: Mapped[int]
    skills: Mapped[dict[str, Any]]
    steps: Mapped[list[Any]]
    preferred_agent: Mapped[int | None]
    enqueued_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    wrap_up_until: Mapped[datetime | None]
    interrupted_at: Mapped[datetime | None]
    """Since when assigned work makes way for a call; it says nothing of work in another state."""
    callback_due_at: Mapped[datetime | None]
    """Since when it has waited so long that its queue wants the caller to be offered a call back."""
    transferred_by: Mapped[int | None]
    """The agent who sent the conversation on into this queue."""
    transfer_note: Mapped[str | None]
    __table_args__ = (
        one_of("channel", Channel),
        one_of("state", WorkState),
        CheckConstraint("state <> 'waiting' OR current_offer IS NULL", name="waiting_has_no_offer"),
        Index("uq_work_item_live", "interaction_id", unique=True, postgresql_where=_LIVE),
        Index("ix_work_item_live", "queue_id", "state", "order_key", "id", postgresql_where=_LIVE),
        Index("ix_work_item_case", "case_id"),
    )


class Offer(Base):
    """One agent asked to take one item. `decision` is the engine's explain record."""

    __tablename__ = "offer"
    id: Mapped[Key]
    item_id: Mapped[int] = mapped_column(ForeignKey("work_item.id"))
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    state: Mapped[str] = mapped_column(server_default=OfferState.PENDING)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    epoch: Mapped[int]
    decision: Mapped[dict[str, Any]]
    __table_args__ = (
        one_of("state", OfferState),
        Index("uq_offer_live", "item_id", unique=True, postgresql_where=text("state IN ('pending','accepted')")),
        Index("ix_offer_agent", "agent_id", "state"),
        Index("ix_offer_item", "item_id"),
    )


class RoutingLog(Base):
    """What the active router's engine was told, in the order of `id` within one `epoch`.

    `start` is the whole engine with its configuration, from which the rows after it can be told again; `heard` is a list of
    [event, [[work, agent], …]]; `digest` runs over the decisions since the last start.
    """

    __tablename__ = "routing_log"
    id: Mapped[Key]
    epoch: Mapped[int]
    at: Mapped[datetime]
    config_version: Mapped[int]
    start: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """Text, not JSONB: nobody looks inside, and taking fifty megabytes apart would cost a second of the router's start."""
    heard: Mapped[list[Any]]
    digest: Mapped[str]
    __table_args__ = (Index("ix_routing_log_at", "at"),)
