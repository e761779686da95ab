"""Opening a case, or joining the one that the customer's contact is about."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from contactcenter.cases import status
from contactcenter.foundation import audit, events
from contactcenter.foundation.db import create
from contactcenter.models import Case, Customer, Queue
from contactcenter.models.states import CaseStatus, Channel, ClockKind
from contactcenter.sla import clocks, editions

JOIN_WITHIN = timedelta(days=14)
_ONE_AT_A_TIME = text("SELECT 1 FROM customer WHERE id = :customer FOR UPDATE")


@dataclass(frozen=True, slots=True)
class Contact:
    """What a customer's contact says about itself, enough to open a case for it."""

    channel: Channel
    subject: str
    language: str
    queue: Queue | None = None
    actor: str = "system"


def open_or_join(session: Session, customer: Customer, contact: Contact, now: datetime) -> tuple[Case, bool]:
    """The customer's open case that this contact is about, else a new one; True when it is new.

    A contact joins the newest open case that was touched within fourteen days and waits in the same queue, or in none.
    The customer's row is locked meanwhile: a call and a mail in the same second must not open two.
    """
    session.execute(_ONE_AT_A_TIME, {"customer": customer.id})
    queue_id = contact.queue.id if contact.queue else None
    candidates = session.scalars(
        select(Case)
        .where(
            Case.customer_id == customer.id,
            Case.status.not_in(status.OVER),
            Case.updated_at > now - JOIN_WITHIN,
        )
        .order_by(Case.updated_at.desc())
        .execution_options(populate_existing=True)
    )
    for case in candidates:
        if queue_id is None or case.queue_id in {None, queue_id}:
            return case, False
    return open_case(session, customer, contact, now), True


def newest_open(session: Session, customer_id: int, now: datetime) -> int | None:
    """The id of the customer's open case that moved last, if that was within fourteen days."""
    return session.scalar(
        select(Case.id)
        .where(Case.customer_id == customer_id, Case.status.not_in(status.OVER), Case.updated_at > now - JOIN_WITHIN)
        .order_by(Case.updated_at.desc())
        .limit(1)
    )


def open_case(session: Session, customer: Customer, contact: Contact, now: datetime) -> Case:
    """A new case, with its promises started."""
    made = editions.policy(session, customer.tier)
    queue_id = contact.queue.id if contact.queue else None
    case = create(
        session,
        Case,
        {
            "customer_id": customer.id,
            "subject": contact.subject[:300],
            "tier": customer.tier,
            "priority": made.priority if made else 0,
            "language": contact.language,
            "channel": contact.channel,
            "queue_id": queue_id,
            "opened_at": now,
            "updated_at": now,
        },
    )
    audit.write(session, contact.actor, f"case:{case.id}", "opened", now, channel=contact.channel)
    events.record(session, events.CaseOpened(case.id, queue_id), now)
    kinds = (ClockKind.FIRST_RESPONSE, ClockKind.RESOLUTION, ClockKind.PERIODIC_UPDATE)
    clocks.start(session, case, kinds, now, is_new=True)
    return case


def customer_spoke(session: Session, case: Case, now: datetime) -> None:
    """The customer turned to us again: a waiting or resolved case opens, and the next answer is promised."""
    if case.status in {CaseStatus.PENDING, *status.OVER}:
        status.change_status(session, case, CaseStatus.OPEN, ("customer", None), now)
    if clocks.first_response_given(session, case.id):
        clocks.start(session, case, (ClockKind.NEXT_RESPONSE,), now)


def we_answered(session: Session, case: Case, now: datetime) -> None:
    """A person of ours answered: the promised responses are kept, and a new case becomes open."""
    clocks.meet(session, case.id, (ClockKind.FIRST_RESPONSE, ClockKind.NEXT_RESPONSE, ClockKind.PERIODIC_UPDATE), now)
    if case.status not in status.OVER:
        clocks.start(session, case, (ClockKind.PERIODIC_UPDATE,), now)
    if case.status == CaseStatus.NEW:
        status.change_status(session, case, CaseStatus.OPEN, ("system", None), now)
