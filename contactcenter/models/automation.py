"""Tables of automation: the rules as published, what happened to cases, what the rules made of it, escalations and notices."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from contactcenter.models.base import Base, Key, one_of
from contactcenter.models.configuration import DraftText, PublishedText
from contactcenter.models.states import EscalationState, RunOutcome, TextOrigin


class RuleText(PublishedText, Base):
    """A set of rules; `rules` is what was read from its text."""

    __tablename__ = "rule_text"
    rules: Mapped[list[Any]]
    __table_args__ = (
        Index("ix_rule_text_current", "name", unique=True, postgresql_where=text("current")),
        one_of("origin", TextOrigin),
    )


class RuleDraft(DraftText, Base):
    __tablename__ = "rule_draft"


class Macro(Base):
    """A list of actions under a name, for many rules."""

    __tablename__ = "macro"
    name: Mapped[str] = mapped_column(primary_key=True)
    actions: Mapped[list[Any]]


class Letter(Base):
    """A text that rules send to customers; `definition` is language → subject and text."""

    __tablename__ = "letter"
    name: Mapped[str] = mapped_column(primary_key=True)
    definition: Mapped[dict[str, Any]]


class Rota(Base):
    """Who is on call when."""

    __tablename__ = "rota"
    name: Mapped[str] = mapped_column(primary_key=True)
    definition: Mapped[dict[str, Any]]


class EscalationPlan(Base):
    """Whom to tell after how long, step by step, until somebody acknowledges it."""

    __tablename__ = "escalation_plan"
    name: Mapped[str] = mapped_column(primary_key=True)
    definition: Mapped[dict[str, Any]]


class Moment(Base):
    """Something that happened to a case, with the case as it stood then: what rules are judged by, now and in a dry run.

    `depth` counts the rules that led to it, one after another, since a person or a customer last did something.
    """

    __tablename__ = "moment"
    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    at: Mapped[datetime]
    trigger: Mapped[str]
    detail: Mapped[dict[str, Any]]
    facts: Mapped[dict[str, Any]]
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("timeline_entry.id"))
    interaction_id: Mapped[int | None] = mapped_column(ForeignKey("interaction.id"))
    depth: Mapped[int] = mapped_column(server_default="0")
    judged_at: Mapped[datetime | None]
    __table_args__ = (Index("ix_moment_at", "at"), Index("ix_moment_case", "case_id", "id"))


class RuleRun(Base):
    """What one rule made of one moment: which condition failed, or what each action did. It is never changed."""

    __tablename__ = "rule_run"
    id: Mapped[Key]
    moment_id: Mapped[int] = mapped_column(ForeignKey("moment.id", ondelete="CASCADE"))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    at: Mapped[datetime]
    rule_set: Mapped[str]
    version: Mapped[int]
    rule: Mapped[str]
    outcome: Mapped[str]
    why: Mapped[list[Any]]
    """Sentences, each `[English, values]`, so that every reader is told in their language."""
    actions: Mapped[list[Any]]
    """`{do, to, result, why}` in their order, each `why` as above."""
    __table_args__ = (
        one_of("outcome", RunOutcome),
        UniqueConstraint("moment_id", "rule_set", "rule"),
        Index("ix_rule_run_case", "case_id", "id"),
        Index("ix_rule_run_rule", "rule_set", "rule", "id"),
    )


class RuleWait(Base):
    """A rule that looks again when so much time has gone by since a moment; its timer is `rule_wait:<id>`."""

    __tablename__ = "rule_wait"
    id: Mapped[Key]
    moment_id: Mapped[int] = mapped_column(ForeignKey("moment.id", ondelete="CASCADE"))
    rule_set: Mapped[str]
    rule: Mapped[str]
    due_at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("moment_id", "rule_set", "rule"),)


class Escalation(Base):
    """One case that is brought before more and more people. `plan` is the plan as it was when it began."""

    __tablename__ = "escalation"
    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    name: Mapped[str]
    plan: Mapped[dict[str, Any]]
    clock_id: Mapped[int | None] = mapped_column(ForeignKey("sla_clock.id"))
    """The promise it is about: once that is kept, nobody is told any more."""
    state: Mapped[str] = mapped_column(server_default=EscalationState.RUNNING)
    step: Mapped[int] = mapped_column(server_default="0")
    """How many steps were taken."""
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    acknowledged_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    __table_args__ = (
        one_of("state", EscalationState),
        Index("uq_escalation_running", "case_id", "name", unique=True, postgresql_where=text("state = 'running'")),
    )


class Notice(Base):
    """Something that one person is told, on every page until they have seen it. `words` is language → text."""

    __tablename__ = "notice"
    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    escalation_id: Mapped[int | None] = mapped_column(ForeignKey("escalation.id"))
    at: Mapped[datetime]
    words: Mapped[dict[str, Any]]
    seen_at: Mapped[datetime | None]
    __table_args__ = (Index("ix_notice_unseen", "user_id", "id", postgresql_where=text("seen_at IS NULL")),)
