"""Tables of promises: clocks, the segments they ran and paused, what was warned of and broken."""

from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, DateTime, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from contactcenter.models.base import Base, Key, one_of
from contactcenter.models.states import ClockKind, ClockState


class SlaEdition(Base):
    """What was in force when promises were made, word for word: a policy of a tier with its calendars, or one calendar."""

    __tablename__ = "sla_edition"
    id: Mapped[Key]
    name: Mapped[str]
    number: Mapped[int]
    digest: Mapped[str]
    body: Mapped[dict[str, Any]]
    since: Mapped[datetime]
    __table_args__ = (UniqueConstraint("name", "digest"),)


class SlaClock(Base):
    """One promise on one case. A paused clock has no due instant; `gen` counts the rounds of its kind."""

    __tablename__ = "sla_clock"
    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    kind: Mapped[str]
    gen: Mapped[int] = mapped_column(server_default="0")
    run: Mapped[int] = mapped_column(server_default="0")
    """Grows with every resume: the generation of its timers."""
    state: Mapped[str] = mapped_column(server_default=ClockState.RUNNING)
    edition_id: Mapped[int] = mapped_column(ForeignKey("sla_edition.id"))
    calendar: Mapped[str] = mapped_column(ForeignKey("calendar.name"))
    """Its name; the hours that count are those of the edition."""
    target_seconds: Mapped[int]
    warn_after: Mapped[list[Any]]
    """Seconds of open time after which to warn, in order; `warned` of them have been told."""
    warned: Mapped[int] = mapped_column(server_default="0")
    started_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    warn_at: Mapped[datetime | None]
    warns_at: Mapped[list[datetime]] = mapped_column(ARRAY(DateTime(timezone=True)), server_default="{}")
    """Every instant at which to warn, none while the clock stands still; `warn_at` is the first."""
    warned_at: Mapped[datetime | None]
    breached_at: Mapped[datetime | None]
    __table_args__ = (
        one_of("kind", ClockKind),
        one_of("state", ClockState),
        UniqueConstraint("case_id", "kind", "gen"),
        Index("ix_sla_clock_due", "due_at", postgresql_where=text("state IN ('running','paused')")),
    )


class SlaSegment(Base):
    __tablename__ = "sla_segment"
    id: Mapped[Key]
    clock_id: Mapped[int] = mapped_column(ForeignKey("sla_clock.id"))
    from_at: Mapped[datetime]
    to_at: Mapped[datetime | None]
    running: Mapped[bool]
    reason: Mapped[str]
    cause: Mapped[str] = mapped_column(server_default="")
    """Who or what: the name of a person, or a word such as customer or system."""
    __table_args__ = (
        Index("ix_sla_segment_clock", "clock_id", "from_at"),
        Index("uq_sla_segment_open", "clock_id", unique=True, postgresql_where=text("to_at IS NULL")),
    )


class Breach(Base):
    """A promise that was broken, once."""

    __tablename__ = "breach"
    id: Mapped[Key]
    clock_id: Mapped[int] = mapped_column(ForeignKey("sla_clock.id"), unique=True)
    at: Mapped[datetime]
