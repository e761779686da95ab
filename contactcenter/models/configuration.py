"""Tables that hold what the operator wrote in config/: skills, queues, calendars, promises, dispositions, flows."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from contactcenter.models.base import Base, Key, one_of
from contactcenter.models.states import TextOrigin


class Skill(Base):
    __tablename__ = "skill"
    name: Mapped[str] = mapped_column(primary_key=True)
    titles: Mapped[dict[str, Any]]


class Queue(Base):
    """A line of waiting work. Targets and durations are seconds."""

    __tablename__ = "queue"
    id: Mapped[Key]
    name: Mapped[str] = mapped_column(unique=True)
    titles: Mapped[dict[str, Any]]
    skills: Mapped[dict[str, Any]]
    steps: Mapped[list[Any]]
    priority: Mapped[int] = mapped_column(server_default="0")
    target_seconds: Mapped[int]
    service_level_percent: Mapped[int] = mapped_column(server_default="80")
    offer_seconds: Mapped[int]
    wrap_up_seconds: Mapped[int]
    longest_seconds: Mapped[int] = mapped_column(server_default="1800")
    reserve: Mapped[int] = mapped_column(server_default="0")
    """So many of the free agents who could take its work are kept for other work."""
    overflow: Mapped[dict[str, Any] | None]
    """`{"after": seconds, "to": name of a queue}`: where its work goes when it waited so long."""
    lead: Mapped[str | None]
    """The login of whoever answers for it; escalations call them `lead`."""
    enabled: Mapped[bool] = mapped_column(server_default=text("true"))


class CalendarText(Base):
    __tablename__ = "calendar"
    name: Mapped[str] = mapped_column(primary_key=True)
    definition: Mapped[dict[str, Any]]


class EmergencyNotice(Base):
    """While its one row is there, menus take the exit `emergency` during opening hours."""

    __tablename__ = "emergency_notice"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    since: Mapped[datetime]
    by_name: Mapped[str]
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)


class SlaPolicy(Base):
    """What is promised to customers of one tier; `targets` is kind → seconds of the calendar's open time.

    `narrower`: what holds instead for some channels, queues and priorities, the first that fits. `edition_id`: this text as it is
    in force, None until somebody makes a promise by it.
    """

    __tablename__ = "sla_policy"
    tier: Mapped[str] = mapped_column(primary_key=True)
    titles: Mapped[dict[str, Any]]
    calendar: Mapped[str] = mapped_column(ForeignKey("calendar.name"))
    targets: Mapped[dict[str, Any]]
    warnings: Mapped[list[Any]]
    reopen: Mapped[str] = mapped_column(server_default="restart")
    narrower: Mapped[list[Any]] = mapped_column(server_default="[]")
    priority: Mapped[int]
    edition_id: Mapped[int | None] = mapped_column(ForeignKey("sla_edition.id"))


class Disposition(Base):
    __tablename__ = "disposition"
    name: Mapped[str] = mapped_column(primary_key=True)
    titles: Mapped[dict[str, Any]]
    position: Mapped[int]
    enabled: Mapped[bool] = mapped_column(server_default=text("true"))


class PresenceReason(Base):
    __tablename__ = "presence_reason"
    name: Mapped[str] = mapped_column(primary_key=True)
    titles: Mapped[dict[str, Any]]
    position: Mapped[int]
    enabled: Mapped[bool] = mapped_column(server_default=text("true"))


class PublishedText:
    """One published version of a text. A trigger lets nothing but `current` change: what began on a version ends on it."""

    name: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    body: Mapped[str]
    current: Mapped[bool]
    published_at: Mapped[datetime]
    sha256: Mapped[str]
    origin: Mapped[str]
    by_name: Mapped[str]
    reason: Mapped[str] = mapped_column(server_default="")
    findings: Mapped[list[Any]] = mapped_column(server_default="[]")
    """The doubts that were accepted with `reason`, as sentences."""
    restores: Mapped[int | None]
    """The older version whose text this is again."""


class DraftText:
    """The text that may become the next version. Whoever saves it names the revision they changed, so nobody overwrites another."""

    name: Mapped[str] = mapped_column(primary_key=True)
    body: Mapped[str]
    base: Mapped[int]
    """The published version that it was begun from."""
    revision: Mapped[int]
    by_name: Mapped[str]
    at: Mapped[datetime]


class FlowText(PublishedText, Base):
    """A phone menu."""

    __tablename__ = "flow"
    __table_args__ = (
        Index("ix_flow_current", "name", unique=True, postgresql_where=text("current")),
        one_of("origin", TextOrigin),
    )


class FlowDraft(DraftText, Base):
    __tablename__ = "flow_draft"


class FlowTrial(Base):
    """A call on a draft in which everything outside the menu is pretended. Nothing else in the house knows of it."""

    __tablename__ = "flow_trial"
    id: Mapped[Key]
    token: Mapped[str] = mapped_column(unique=True)
    body: Mapped[str]
    pretended: Mapped[dict[str, Any]]
    position: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    turn: Mapped[int] = mapped_column(server_default="0")
    at: Mapped[datetime] = mapped_column(index=True)


class AudioFile(Base):
    """A file that a phone menu plays. A trigger lets nothing but `current` change: a document may still name an old one."""

    __tablename__ = "audio_file"
    name: Mapped[str] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(primary_key=True)
    content_type: Mapped[str]
    body: Mapped[bytes] = mapped_column(deferred=True)
    current: Mapped[bool]
    applied_at: Mapped[datetime]
    __table_args__ = (Index("ix_audio_file_current", "name", unique=True, postgresql_where=text("current")),)


class PhoneNumber(Base):
    """A number of ours and the flow that answers it."""

    __tablename__ = "phone_number"
    number: Mapped[str] = mapped_column(primary_key=True)
    flow: Mapped[str]


class HookText(Base):
    """A hook of the phone menus as it is declared; spans of time are seconds."""

    __tablename__ = "hook"
    name: Mapped[str] = mapped_column(primary_key=True)
    definition: Mapped[dict[str, Any]]


class ConfigApplied(Base):
    """Each applied configuration; the highest id is the version that decisions name."""

    __tablename__ = "config_applied"
    id: Mapped[Key]
    digest: Mapped[str]
    summary: Mapped[dict[str, Any]]
    at: Mapped[datetime]
