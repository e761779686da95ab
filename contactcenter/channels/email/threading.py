"""Which case a mail belongs to, and why; a thread key joins a mail to a case and never shows the case to anyone."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from contactcenter.cases import status
from contactcenter.channels.email.mailbox import Mailbox
from contactcenter.channels.email.parsing import ParsedMail
from contactcenter.channels.email.subjects import base_subject
from contactcenter.channels.email.thread_keys import KeyKind, foreign_ids, search_keys
from contactcenter.models import Case, Customer, MailMessage

REOPEN_WITHIN = timedelta(days=7)
_SAME_SUBJECT_WITHIN = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Thread:
    """Where a mail goes. `case` None: a new one, after `follows` if that is set."""

    case: Case | None
    reason: str
    participant: bool = True
    follows: int | None = None


def thread(session: Session, mail: ParsedMail, mailbox: Mailbox, customer: Customer | None, now: datetime) -> Thread:
    """First match wins: our address, our id, a known id, the subject's token, the same open subject."""
    found = search_keys(mail, mailbox.keys, mailbox.domain).key
    if found is not None and found.kind is not KeyKind.SUBJECT:
        return _join(session, session.get(Case, found.case_id), found.kind, mail, customer, now)
    known = _by_known_id(session, mail, mailbox)
    if known is not None:
        return _join(session, known, "known_id", mail, customer, now)
    if found is not None:
        case = session.get(Case, found.case_id)
        if case is not None and takes_part(session, case, mail, customer):
            return _join(session, case, found.kind, mail, customer, now)
    same = _by_subject(session, mail, customer, now)
    return Thread(same, "same_subject") if same else Thread(None, "new")


def takes_part(session: Session, case: Case, mail: ParsedMail, customer: Customer | None) -> bool:
    """Whether the sender is the case's customer or wrote in it before."""
    if customer is not None and customer.id == case.customer_id:
        return True
    wrote = select(MailMessage.id).where(
        MailMessage.case_id == case.id, MailMessage.sender == mail.from_address.lower()
    )
    return session.scalar(wrote.limit(1)) is not None


def _join(
    session: Session, case: Case | None, reason: str, mail: ParsedMail, customer: Customer | None, now: datetime
) -> Thread:
    if case is None:
        return Thread(None, "new")
    session.refresh(case)
    if case.status in status.OVER:
        late = case.resolved_at is not None and now - case.resolved_at > REOPEN_WITHIN
        if late or base_subject(mail.subject) != base_subject(case.subject):
            return Thread(None, "follow_up", follows=case.id)
    return Thread(case, str(reason), takes_part(session, case, mail, customer))


def _by_known_id(session: Session, mail: ParsedMail, mailbox: Mailbox) -> Case | None:
    ids = foreign_ids(mail)
    if not ids:
        return None
    rows = session.execute(
        select(MailMessage.message_id, MailMessage.case_id).where(
            MailMessage.mailbox == mailbox.address, MailMessage.message_id.in_(ids)
        )
    )
    cases: dict[str, int] = dict(iter(rows))
    first = next((cases[one] for one in ids if one in cases), None)
    return session.get(Case, first) if first else None


def _by_subject(session: Session, mail: ParsedMail, customer: Customer | None, now: datetime) -> Case | None:
    """The customer's newest open case with the same subject: a reply whose client lost every thread header."""
    wanted = base_subject(mail.subject)
    if customer is None or not wanted:
        return None
    rows = session.scalars(
        select(Case)
        .where(
            Case.customer_id == customer.id,
            Case.status.not_in(status.OVER),
            Case.updated_at > now - _SAME_SUBJECT_WITHIN,
        )
        .order_by(Case.updated_at.desc())
        .limit(20)
    )
    return next((case for case in rows if base_subject(case.subject) == wanted), None)
