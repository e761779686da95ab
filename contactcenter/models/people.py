"""Tables of people who work here: users, their sign-ins, agents with presence, load and skills."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from contactcenter.models.base import Base, Key, one_of
from contactcenter.models.states import Channel, Presence, Role


class User(Base):
    __tablename__ = "users"
    id: Mapped[Key]
    login: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str]
    role: Mapped[str]
    language: Mapped[str] = mapped_column(server_default="en")
    zone: Mapped[str] = mapped_column(server_default="UTC")
    reach: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    """`email` and `phone`, where somebody on call is reached who is not at a screen."""
    enabled: Mapped[bool] = mapped_column(server_default=text("true"))
    __table_args__ = (one_of("role", Role),)


class SignIn(Base):
    """A browser that is signed in; only the hash of its token is stored."""

    __tablename__ = "sign_in"
    token_hash: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    __table_args__ = (Index("ix_sign_in_user", "user_id"),)


class Agent(Base):
    """A user who takes work. `chosen` is what the person said; `ready` is the machine's and never overwrites it."""

    __tablename__ = "agent"
    id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True, autoincrement=False)
    capacity: Mapped[int] = mapped_column(server_default="100")
    load: Mapped[int] = mapped_column(server_default="0")
    yielding: Mapped[int] = mapped_column(server_default="0")
    """Units of `load` that were accepted and make way for a call."""
    chosen: Mapped[str] = mapped_column(server_default=Presence.OFFLINE)
    chosen_reason: Mapped[str | None]
    ready: Mapped[bool] = mapped_column(server_default=text("false"))
    not_ready_reason: Mapped[str | None]
    presence_until: Mapped[datetime] = mapped_column(server_default=text("'epoch'"))
    idle_since: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    state_since: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    enabled: Mapped[bool] = mapped_column(server_default=text("true"))
    __table_args__ = (
        one_of("chosen", Presence),
        CheckConstraint(
            "yielding >= 0 AND yielding <= load AND load - yielding <= capacity", name="load_within_capacity"
        ),
    )


class AgentChannel(Base):
    """How many live items of one channel an agent may hold, and how many there are."""

    __tablename__ = "agent_channel"
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), primary_key=True, autoincrement=False)
    channel: Mapped[str] = mapped_column(primary_key=True)
    most: Mapped[int]
    live: Mapped[int] = mapped_column(server_default="0")
    __table_args__ = (
        one_of("channel", Channel),
        CheckConstraint("live >= 0 AND live <= most", name="live_within_most"),
    )


class AgentSkill(Base):
    __tablename__ = "agent_skill"
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), primary_key=True, autoincrement=False)
    skill: Mapped[str] = mapped_column(ForeignKey("skill.name"), primary_key=True)
    level: Mapped[int]
    __table_args__ = (CheckConstraint("level BETWEEN 1 AND 10", name="level_in_range"),)


class AgentQueue(Base):
    """Which agents take a queue's work, and after how much waiting: those who only help out are asked later."""

    __tablename__ = "agent_queue"
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), primary_key=True, autoincrement=False)
    queue_id: Mapped[int] = mapped_column(ForeignKey("queue.id"), primary_key=True, autoincrement=False)
    after_seconds: Mapped[int] = mapped_column(server_default="0")
