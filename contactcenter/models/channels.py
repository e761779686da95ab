"""Tables of the channels: phone calls and their legs, runs of hooks, raw mail and mail messages, chats."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from contactcenter.models.base import Base, Key, one_of
from contactcenter.models.states import CallbackState, CommandState, HookSource, HookState, LegState, MailState


class PhoneCall(Base):
    """One caller's call: where it stands in the menu, and both legs as the provider confirmed them."""

    __tablename__ = "phone_call"
    id: Mapped[Key]
    call_sid: Mapped[str] = mapped_column(unique=True)
    interaction_id: Mapped[int] = mapped_column(ForeignKey("interaction.id"), unique=True)
    from_number: Mapped[str]
    to_number: Mapped[str]
    status_rank: Mapped[int] = mapped_column(server_default="0")
    flow: Mapped[str]
    flow_version: Mapped[int]
    position: Mapped[dict[str, Any]]
    """The menu machine's state; empty until the first answer."""
    callback_id: Mapped[int | None]
    """Set on a call that we make; its `call_sid` is of our making until the provider has given it one."""
    conference_sid: Mapped[str | None]
    customer_leg: Mapped[str] = mapped_column(server_default=LegState.NONE)
    agent_sid: Mapped[str | None]
    agent_offer: Mapped[int | None]
    agent_leg: Mapped[str] = mapped_column(server_default=LegState.NONE)
    agent_leg_reason: Mapped[str | None]
    __table_args__ = (
        one_of("customer_leg", LegState),
        one_of("agent_leg", LegState),
        Index("ix_phone_call_agent_sid", "agent_sid"),
    )


class Callback(Base):
    """Somebody who is to be called, at their old place in line; one for each number and queue. Times are seconds."""

    __tablename__ = "callback"
    id: Mapped[Key]
    queue_id: Mapped[int] = mapped_column(ForeignKey("queue.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    booked_by: Mapped[int] = mapped_column(ForeignKey("phone_call.id"))
    """The call in which it was asked for; its menu goes on when the caller has been talked to."""
    number: Mapped[str]
    state: Mapped[str] = mapped_column(server_default=CallbackState.RESTING)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("work_item.id"))
    clock_id: Mapped[int] = mapped_column(ForeignKey("sla_clock.id"))
    calendar: Mapped[str]
    skills: Mapped[dict[str, Any]]
    priority: Mapped[int]
    tries: Mapped[int]
    tries_made: Mapped[int] = mapped_column(server_default="0")
    between_seconds: Mapped[int]
    enqueued_at: Mapped[datetime]
    order_key: Mapped[int | None]
    """The place in line that is kept; None takes one at the end."""
    booked_at: Mapped[datetime]
    next_try_at: Mapped[datetime]
    promised_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]
    __table_args__ = (
        one_of("state", CallbackState),
        Index(
            "uq_callback_live",
            "number",
            "queue_id",
            unique=True,
            postgresql_where=text("state IN ('resting','waiting','calling')"),
        ),
        Index("ix_callback_item", "item_id"),
        Index("ix_callback_case", "case_id"),
    )


class SurveyAnswer(Base):
    """What a caller pressed when asked how it was."""

    __tablename__ = "survey_answer"
    id: Mapped[Key]
    interaction_id: Mapped[int] = mapped_column(ForeignKey("interaction.id"))
    question: Mapped[str]
    answer: Mapped[int]
    lowest: Mapped[int]
    highest: Mapped[int]
    at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("interaction_id", "question"),)


class StepVisit(Base):
    """One caller's stay at one step of a phone menu, written when it is over and never changed but by a late message."""

    __tablename__ = "step_visit"
    call_id: Mapped[int] = mapped_column(ForeignKey("phone_call.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Which stay of the call it was, from 1: what is told twice is written once."""
    flow: Mapped[str]
    version: Mapped[int]
    step: Mapped[str]
    language: Mapped[str]
    """What the caller was spoken to in while there."""
    entered_at: Mapped[datetime]
    left_at: Mapped[datetime]
    """The same instant for a step that runs by itself; of a queue, when an agent was joined."""
    exit: Mapped[str]
    """The exit's name in the menu; `hangup`, `end solved` and the other outcomes, `lost`, or `after` where it was passed by."""
    silences: Mapped[int]
    wrong_keys: Mapped[int]
    keyed: Mapped[bool]
    """The caller had pressed a key by then, here or before."""
    transferred_at: Mapped[datetime | None]
    """Of a queue: when the agent who was joined sent the caller on to another one."""
    __table_args__ = (Index("ix_step_visit_flow", "flow", "version", "entered_at"),)


class HookRun(Base):
    """One run of a hook for one visit of a call to a step, from before it begins; the log of all runs."""

    __tablename__ = "hook_run"
    id: Mapped[Key]
    call_sid: Mapped[str]
    step: Mapped[str]
    visit: Mapped[int]
    flow: Mapped[str]
    flow_version: Mapped[int]
    hook: Mapped[str]
    state: Mapped[str]
    source: Mapped[str | None]
    cause: Mapped[str | None]
    values: Mapped[dict[str, Any] | None]
    secret: Mapped[dict[str, Any] | None]
    """What was found and must never be logged; only until the turn that asked has it."""
    took_ms: Mapped[int | None]
    started_at: Mapped[datetime]
    until: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    __table_args__ = (
        one_of("state", HookState),
        one_of("source", HookSource),
        UniqueConstraint("call_sid", "step", "visit"),
        Index("ix_hook_run_failed", "hook", "finished_at", postgresql_where=text("state = 'error' AND source = 'ran'")),
        Index("ix_hook_run_started_at", "started_at"),
        Index("ix_hook_run_running", "until", postgresql_where=text("state = 'running'")),
    )


class CallCommand(Base):
    """A wish about a call (hold, unhold, transfer, hang up) until the provider confirms it or says why not."""

    __tablename__ = "call_command"
    id: Mapped[Key]
    call_id: Mapped[int] = mapped_column(ForeignKey("phone_call.id"))
    verb: Mapped[str]
    state: Mapped[str] = mapped_column(server_default=CommandState.REQUESTED)
    reason: Mapped[str | None]
    by_id: Mapped[int | None]
    queue_id: Mapped[int | None] = mapped_column(ForeignKey("queue.id"))
    """Where a transfer goes."""
    note: Mapped[str | None]
    requested_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    __table_args__ = (one_of("state", CommandState), Index("ix_call_command_call", "call_id", "id"))


class RawMail(Base):
    """A mail exactly as it came, stored before anything looks inside."""

    __tablename__ = "raw_mail"
    id: Mapped[Key]
    door: Mapped[str]
    sha256: Mapped[str]
    size: Mapped[int]
    raw: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(server_default=MailState.STORED)
    problem: Mapped[str | None]
    case_id: Mapped[int | None]
    attempts: Mapped[int] = mapped_column(server_default="0")
    received_at: Mapped[datetime]
    __table_args__ = (one_of("state", MailState), Index("ix_raw_mail_state", "state"))


class MailMessage(Base):
    """A mail of a case, in or out, with the ids that later mails will refer to."""

    __tablename__ = "mail_message"
    id: Mapped[Key]
    entry_id: Mapped[int] = mapped_column(ForeignKey("timeline_entry.id"), unique=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    raw_mail_id: Mapped[int | None] = mapped_column(ForeignKey("raw_mail.id"))
    mailbox: Mapped[str]
    message_id: Mapped[str]
    outgoing: Mapped[bool]
    sender: Mapped[str]
    subject: Mapped[str]
    body_sha256: Mapped[str]
    attachments: Mapped[list[Any]]
    thread_reason: Mapped[str]
    __table_args__ = (
        UniqueConstraint("mailbox", "message_id", "body_sha256"),
        Index("ix_mail_message_case", "case_id"),
        Index("ix_mail_message_message_id", "message_id"),
    )


class MailCursor(Base):
    """How far one IMAP folder has been read."""

    __tablename__ = "mail_cursor"
    mailbox: Mapped[str] = mapped_column(primary_key=True)
    uid_validity: Mapped[int]
    highest_uid: Mapped[int]
    last_success_at: Mapped[datetime | None]
    last_error: Mapped[str | None]
    failures: Mapped[int] = mapped_column(server_default="0")


class Chat(Base):
    """A chat and the secret that lets its visitor, and nobody else, go on with it."""

    __tablename__ = "chat"
    id: Mapped[Key]
    interaction_id: Mapped[int] = mapped_column(ForeignKey("interaction.id"), unique=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    visitor_name: Mapped[str]
    seen_at: Mapped[datetime]
