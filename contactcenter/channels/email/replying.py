"""An agent's answer by mail: written to the case first, sent by the worker afterwards, under one lasting Message-ID."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from contactcenter.cases import opening, status, timeline
from contactcenter.channels.email.mailbox import Mailbox
from contactcenter.channels.email.subjects import reply_subject
from contactcenter.channels.email.thread_keys import make_message_id
from contactcenter.foundation import outbox
from contactcenter.foundation.db import add
from contactcenter.foundation.errors import BadInput, Conflict
from contactcenter.foundation.permissions import Who
from contactcenter.models import Case, Identity, MailMessage, TimelineEntry
from contactcenter.models.states import CaseStatus, Channel, EntryKind, IdentityKind

LONGEST = 100_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What the agent wrote. `seen` is the case's last line on their screen: somebody may have written meanwhile."""

    text: str
    client_id: str
    seen: int | None = None


def reply(
    session: Session, case: Case, interaction_id: int | None, answer: Answer, by: tuple[Mailbox, Who], now: datetime
) -> int:
    """Write the answer down and have it sent; pending until the customer writes again."""
    mailbox, who = by
    text = answer.text.strip()
    if not text or len(text) > LONGEST:
        raise BadInput("Write an answer of at most %(most)s characters.", most=LONGEST)
    ext_id = f"reply:{case.id}:{answer.client_id}"
    earlier = session.scalar(
        select(TimelineEntry.id).where(TimelineEntry.channel == Channel.EMAIL, TimelineEntry.ext_id == ext_id)
    )
    if earlier:
        return earlier
    if answer.seen is not None and _somebody_wrote(session, case.id, answer.seen):
        raise Conflict("Somebody has written in this case since you opened it. Read it, then send again.")
    to = _recipient(session, case)
    subject = reply_subject(_newest_subject(session, case))
    body = {"text": text, "to": [to], "subject": subject, "delivery": "waiting"}
    entry = timeline.Entry(EntryKind.MESSAGE_OUT, body, Channel.EMAIL, interaction_id, who.id, who.name, ext_id=ext_id)
    entry_id = timeline.write(session, case.id, entry, now)
    send_out(session, mailbox, entry_id, Outgoing(case.id, subject, text, "reply"))
    opening.we_answered(session, case, now)
    fresh = status.load(session, case.id)
    if fresh.status == CaseStatus.OPEN:
        status.change_status(session, fresh, CaseStatus.PENDING, (who.actor, who.name), now)
    return entry_id


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A mail that stands in a case as a line; `reason` says why it belongs there."""

    case_id: int
    subject: str
    text: str
    reason: str


def send_out(session: Session, mailbox: Mailbox, entry_id: int, mail: Outgoing) -> None:
    """Give the line its lasting Message-ID, and have it sent."""
    values = {
        "entry_id": entry_id,
        "case_id": mail.case_id,
        "mailbox": mailbox.address,
        "message_id": make_message_id(mailbox.keys, mail.case_id, entry_id, mailbox.domain),
        "outgoing": True,
        "sender": mailbox.address,
        "subject": mail.subject,
        "body_sha256": sha256(mail.text.encode()).hexdigest(),
        "attachments": [],
        "thread_reason": mail.reason,
    }
    add(session, MailMessage, values)
    outbox.post(session, outbox.Parcel("email.send", f"email:{entry_id}", {"entry_id": entry_id}))


def _recipient(session: Session, case: Case) -> str:
    """Whoever of the case's participants wrote last, else the customer's own address."""
    sender = session.scalar(
        select(MailMessage.sender)
        .where(MailMessage.case_id == case.id, MailMessage.outgoing.is_(False))
        .order_by(MailMessage.id.desc())
        .limit(1)
    )
    address = sender or session.scalar(
        select(Identity.value)
        .where(Identity.customer_id == case.customer_id, Identity.kind == IdentityKind.EMAIL)
        .order_by(Identity.id)
        .limit(1)
    )
    if address is None:
        raise Conflict("No mail address of this customer is known.")
    return address


def _newest_subject(session: Session, case: Case) -> str:
    subject = session.scalar(
        select(MailMessage.subject)
        .where(MailMessage.case_id == case.id, MailMessage.outgoing.is_(False))
        .order_by(MailMessage.id.desc())
        .limit(1)
    )
    return subject or case.subject


def _somebody_wrote(session: Session, case_id: int, seen: int) -> bool:
    newer = select(TimelineEntry.id).where(
        TimelineEntry.case_id == case_id,
        TimelineEntry.seq > seen,
        TimelineEntry.kind.in_([EntryKind.MESSAGE_IN, EntryKind.MESSAGE_OUT, EntryKind.NOTE]),
    )
    return session.scalar(newer.limit(1)) is not None
