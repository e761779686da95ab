"""Letters: mails that nobody of us wrote by hand, sent only where a machine may answer, and marked as what they are."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from contactcenter.cases import timeline
from contactcenter.channels.email import automatic, replying
from contactcenter.channels.email.automatic import Circumstances
from contactcenter.channels.email.mailbox import Mailbox
from contactcenter.channels.email.parsing import Unreadable, parse
from contactcenter.channels.email.thread_keys import find_key, make_case_address
from contactcenter.foundation.errors import Conflict
from contactcenter.foundation.languages import N_, Sentence
from contactcenter.models import Case, Identity, MailMessage, RawMail, TimelineEntry
from contactcenter.models.states import Channel, EntryKind, IdentityKind

LETTER = "letter"
"""What stands under `automatic` in the timeline's line of such a mail."""
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(7005, hashtext(:address))")
"""Two rules at once count each other's letters to an address."""
_DAY, _MOMENT = timedelta(days=1), timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Letter:
    """Filled in and in the customer's language. `key` makes sending it twice harmless."""

    key: str
    subject: str
    text: str
    by: str


def send(session: Session, mailbox: Mailbox, case: Case, letter: Letter, now: datetime) -> None:
    """Write it on the case and have it sent. Raises Conflict where there is nobody to send it to, or a machine may not."""
    last = session.scalar(
        select(MailMessage)
        .where(MailMessage.case_id == case.id, MailMessage.outgoing.is_(False))
        .order_by(MailMessage.id.desc())
        .limit(1)
    )
    to = last.sender if last else _own_address(session, case)
    session.execute(_ONE_AT_A_TIME, {"address": to})
    around = _circumstances(session, mailbox, case, to, last, now)
    refusal = _refusal(session, mailbox, last, to, around)
    if refusal:
        raise Conflict(refusal.text, **refusal.values)
    ext_id = f"letter:{case.id}:{letter.key}"
    body = {
        "text": letter.text,
        "to": [to],
        "subject": letter.subject,
        "delivery": "waiting",
        "automatic": LETTER,
    }
    entry = timeline.Entry(EntryKind.MESSAGE_OUT, body, Channel.EMAIL, actor_name=letter.by, ext_id=ext_id)
    entry_id = timeline.write(session, case.id, entry, now)
    replying.send_out(session, mailbox, entry_id, replying.Outgoing(case.id, letter.subject, letter.text, LETTER))


def _own_address(session: Session, case: Case) -> str:
    address = session.scalar(
        select(Identity.value)
        .where(Identity.customer_id == case.customer_id, Identity.kind == IdentityKind.EMAIL)
        .order_by(Identity.id)
        .limit(1)
    )
    if address is None:
        raise Conflict("No mail address of this customer is known.")
    return address


def _refusal(
    session: Session, mailbox: Mailbox, last: MailMessage | None, to: str, around: Circumstances
) -> Sentence | None:
    """Why a machine may not write."""
    if last is not None and _is_stranger(session, last):
        return Sentence(N_("The last mail came from an address that had not written in this case before."))
    raw = session.scalar(select(RawMail.raw).where(RawMail.id == last.raw_mail_id)) if last else None
    if raw is None:  # nobody wrote to us by mail, so that nothing but the number of letters speaks against one
        return automatic.about_the_address(to, around) or automatic.too_often(around)
    try:
        mail = parse(raw)
    except Unreadable as unreadable:
        return Sentence(N_("The last mail cannot be read: %(why)s."), {"why": str(unreadable).rstrip(".")})
    answers_us = find_key(mail, mailbox.keys, mailbox.domain) is not None
    kind = automatic.classify(mail, answers_us=answers_us)
    return automatic.may_answer_automatically(mail, kind, around).refusal


def _is_stranger(session: Session, mail: MailMessage) -> bool:
    body = session.scalar(select(TimelineEntry.body).where(TimelineEntry.id == mail.entry_id))
    return bool(body and body.get("unverified_sender"))


def _circumstances(
    session: Session, mailbox: Mailbox, case: Case, to: str, last: MailMessage | None, now: datetime
) -> Circumstances:
    letters = (
        select(func.count())
        .select_from(TimelineEntry)
        .where(
            TimelineEntry.channel == Channel.EMAIL,
            TimelineEntry.body["automatic"].astext == LETTER,
            TimelineEntry.body["to"].contains([to]),
        )
    )
    same_body = (
        select(func.count()).select_from(MailMessage).join(TimelineEntry, TimelineEntry.id == MailMessage.entry_id)
    )
    from_machines = (
        select(MailMessage.id)
        .join(TimelineEntry, TimelineEntry.id == MailMessage.entry_id)
        .where(
            MailMessage.sender == to,
            MailMessage.outgoing.is_(False),
            TimelineEntry.body["automatic"].astext.is_not(None),
        )
    )
    same = same_body.where(
        MailMessage.body_sha256 == last.body_sha256 if last else MailMessage.id < 0,
        MailMessage.sender.endswith(to[to.rfind("@") :], autoescape=True),
        TimelineEntry.at > now - _MOMENT,
    )
    case_address = make_case_address(mailbox.keys, case.id, mailbox.address)
    return Circumstances(
        our_addresses=frozenset({mailbox.address, case_address.lower()}),
        answers_in_case=session.scalar(letters.where(TimelineEntry.case_id == case.id)) or 0,
        answers_today=session.scalar(letters.where(TimelineEntry.at > now - _DAY)) or 0,
        sender_is_automatic=session.scalar(from_machines.limit(1)) is not None,
        same_body_recently=session.scalar(same) or 0,
    )
