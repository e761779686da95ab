"""Tables of the people who contact us: customers and the identities that tell them apart."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from contactcenter.models.base import Base, Key, one_of
from contactcenter.models.states import IdentityKind


class Customer(Base):
    __tablename__ = "customer"
    id: Mapped[Key]
    key: Mapped[str | None] = mapped_column(unique=True)
    """The name under which config/ or another system knows this person."""
    name: Mapped[str]
    tier: Mapped[str] = mapped_column(server_default="standard")
    language: Mapped[str] = mapped_column(server_default="en")
    facts: Mapped[dict[str, Any]]
    """What else is known: city, since, lifetime value, last order."""
    created_at: Mapped[datetime]


class Identity(Base):
    """One address of a customer; a value belongs to one customer only."""

    __tablename__ = "identity"
    id: Mapped[Key]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    kind: Mapped[str]
    value: Mapped[str]
    proof: Mapped[str]
    """Where the knowledge comes from: imported, call, mail, chat, agent."""
    created_at: Mapped[datetime]
    __table_args__ = (
        one_of("kind", IdentityKind),
        UniqueConstraint("kind", "value"),
        Index("ix_identity_customer", "customer_id"),
    )


class CustomerOrder(Base):
    """An order of the sample shop, what the phone menu's `find_order` looks up."""

    __tablename__ = "customer_order"
    number: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    status: Mapped[dict[str, Any]]
    eta: Mapped[str]
    total: Mapped[str]
    placed_on: Mapped[str]
    __table_args__ = (Index("ix_customer_order_customer", "customer_id"),)
