"""Sending: an answer that stands in the case goes out by SMTP, under the Message-ID it was given there."""

import smtplib
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from contactcenter.channels.email.addresses import Address
from contactcenter.channels.email.composing import OutgoingReply, Quoted, compose
from contactcenter.channels.email.mailbox import Mailbox
from contactcenter.channels.email.notifying import ToStaff, mail
from contactcenter.channels.email.receiving import take_in
from contactcenter.channels.email.thread_keys import make_case_address, make_loop_mark, make_subject_token
from contactcenter.foundation import clock, events, languages
from contactcenter.foundation.db import Database
from contactcenter.foundation.outbox import Claim
from contactcenter.models import Case, Customer, MailMessage, Queue, TimelineEntry
from contactcenter.models.states import OutboxState

_TIMEOUT = 30
_ZONE = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Post:
    """Everything a job of this channel needs. `url` is smtp://user:password@host:port, or smtps:// for TLS."""

    db: Database
    mailbox: Mailbox
    url: str
    desk: str
    """Where people of ours open a case, with the place {case} for its number."""

    def carry_out(self, parcel: Claim) -> OutboxState:
        match parcel.topic:
            case "email.take_in":
                take_in(self.db, self.mailbox, parcel.payload["raw_mail_id"])
            case "email.send":
                self._send(parcel.payload["entry_id"])
            case "email.notify":
                self._notify(parcel.payload)
            case _:
                raise LookupError(f"Nobody carries out {parcel.topic}.")
        return OutboxState.DONE

    def _send(self, entry_id: int) -> None:
        with self.db.transaction() as session:
            reply = outgoing(session, self.mailbox, entry_id)
        raw = compose(reply)
        recipients = [address.address for address in (*reply.to, *reply.cc)]
        try:
            with closing(_connect(self.url)) as server:
                server.sendmail(self.mailbox.address, recipients, raw)
        except (smtplib.SMTPException, OSError) as error:
            self._mark(entry_id, "retrying", str(error)[:300])
            raise
        self._mark(entry_id, "sent", None)

    def _notify(self, told: dict[str, Any]) -> None:
        staff = ToStaff(
            told["to"],
            told["subject"],
            f"{told['text']}\n\n{self.desk.format(case=told['case_id'])}\n",
            told["key"],
            datetime.fromisoformat(told["at"]),
        )
        with closing(_connect(self.url)) as server:
            server.sendmail(
                "", [staff.to], mail(self.mailbox, staff)
            )  # nobody is told if it bounces: we would open a case

    def _mark(self, entry_id: int, delivery: str, why: str | None) -> None:
        """Show on the entry what became of it."""
        with self.db.transaction() as session:
            entry = session.get(TimelineEntry, entry_id, with_for_update=True)
            assert entry is not None
            body = {**entry.body, "delivery": delivery, "delivery_problem": why}
            session.execute(update(TimelineEntry).where(TimelineEntry.id == entry_id).values(body=body))
            events.record(session, events.EntryAdded(entry.case_id, entry_id, entry.interaction_id), clock.now(session))


def outgoing(session: Session, mailbox: Mailbox, entry_id: int) -> OutgoingReply:
    """The mail for one stored answer; the same rows give the same mail."""
    entry = session.get(TimelineEntry, entry_id)
    message = session.scalar(select(MailMessage).where(MailMessage.entry_id == entry_id))
    assert entry is not None
    assert message is not None
    case = session.get(Case, entry.case_id)
    assert case is not None
    rows = session.execute(
        select(MailMessage, TimelineEntry)
        .join(TimelineEntry, TimelineEntry.id == MailMessage.entry_id)
        .where(MailMessage.case_id == case.id, MailMessage.id < message.id)
        .order_by(MailMessage.id)
    )
    mails = [(message, line) for message, line in rows]
    incoming = next((one for one in reversed(mails) if not one[0].outgoing), None)
    return OutgoingReply(
        sender=Address(mailbox.address, _sender_name(session, case, entry)),
        to=tuple(Address(address, "") for address in entry.body["to"]),
        subject=message.subject,
        text=entry.body["text"],
        message_id=message.message_id,
        date=entry.at,
        reply_to=make_case_address(mailbox.keys, case.id, mailbox.address),
        in_reply_to=incoming[0].message_id if incoming else None,
        references=tuple(earlier.message_id for earlier, _ in mails),
        subject_token=make_subject_token(mailbox.keys, case.id, mailbox.domain),
        quoted=_quoted(session, case, incoming) if incoming else None,
        auto_submitted="auto-replied" if entry.body.get("automatic") else None,
        loop_mark=make_loop_mark(mailbox.keys, case.id, mailbox.domain),
    )


def _sender_name(session: Session, case: Case, entry: TimelineEntry) -> str:
    queue = session.get(Queue, case.queue_id) if case.queue_id else None
    title = (queue.titles.get(case.language) or queue.titles.get("en", "")) if queue else ""
    wrote = None if entry.body.get("automatic") else entry.actor_name
    return " · ".join(part for part in (wrote, title) if part)


def _quoted(session: Session, case: Case, incoming: tuple[MailMessage, TimelineEntry]) -> Quoted:
    customer = session.get(Customer, case.customer_id)
    _, line = incoming
    return Quoted(
        sender=line.actor_name or (customer.name if customer else ""),
        date=_written(line.at, case.language),
        text=line.body.get("whole") or line.body["text"],
        language=case.language,
    )


def _written(at: datetime, language: str) -> str:
    return languages.format_datetime(at, language, _ZONE, "full")


def _connect(url: str) -> smtplib.SMTP:
    parts = urlsplit(url)
    secure = parts.scheme == "smtps"
    kind = smtplib.SMTP_SSL if secure else smtplib.SMTP
    server = kind(parts.hostname or "localhost", parts.port or (465 if secure else 25), timeout=_TIMEOUT)
    if parts.username:
        if not secure:
            server.starttls()
        server.login(unquote(parts.username), unquote(parts.password or ""))
    return server
