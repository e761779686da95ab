"""One case in the middle of the page: its head with every promise, and the parts around it."""

from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from sqlalchemy.orm import Session

from contactcenter.cases import status, tags
from contactcenter.console import customer_card, promises, story, suggestions, wrap_up_form, writing
from contactcenter.console.escalations import Raised, raised
from contactcenter.console.live import Live, watch
from contactcenter.console.promises import Badge
from contactcenter.console.ringing import Tier, tier_of
from contactcenter.foundation.permissions import Who
from contactcenter.models import Case, Customer, Queue, User

HEAD_KINDS = (
    "case_changed", "clock_changed", "promises_warned", "promises_broken", "work_moved", "work_enqueued",
    "offer_accepted", "offer_released", "wrap_up_started", "work_completed", "case_prioritised", "case_tagged", "case_queued",
    "escalation_changed",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Head:
    """What the case is, whose it is, and what is promised."""

    live: Live
    id: int
    subject: str
    status: str
    channel: str
    priority: int
    tier: Tier | None
    customer: str
    language: str
    queue: dict[str, str]
    assignee: str
    opened_at: datetime
    resolved_at: datetime | None
    badges: list[Badge]
    statuses: list[str]
    tags: list[str]
    tags_in_use: list[str]
    escalations: list[Raised]


@dataclass(frozen=True, slots=True)
class Open:
    """An open case with everything that stands around it."""

    id: int
    head: Head
    details: Head
    story: story.Story
    writing: writing.Writing
    customer: customer_card.Card
    wrap_up: wrap_up_form.Form
    knowledge: suggestions.Shelf


def whole(session: Session, case_id: int, who: Who, now: datetime) -> Open:
    """The case with all its parts, read in one transaction."""
    case, customer = load(session, case_id)
    return Open(
        id=case.id,
        head=head(session, case, now),
        details=details(session, case, now),
        story=story.of_case(session, case, customer.name),
        writing=writing.of_case(session, case, customer, who),
        customer=customer_card.card(session, case, customer),
        wrap_up=wrap_up_form.form(session, case, who),
        knowledge=suggestions.shelf(session, case),
    )


def load(session: Session, case_id: int) -> tuple[Case, Customer]:
    case = status.load(session, case_id)
    return case, session.get_one(Customer, case.customer_id)


def head(session: Session, case: Case, now: datetime) -> Head:
    """The line above the timeline."""
    return _head(session, case, url_for("console.header", case_id=case.id), now)


def details(session: Session, case: Case, now: datetime) -> Head:
    """The same facts for the tab that changes them."""
    return _head(session, case, url_for("console.context", case_id=case.id, tab="case"), now, with_tags=True)


def _head(session: Session, case: Case, url: str, now: datetime, *, with_tags: bool = False) -> Head:
    live = watch(session, [f"case:{case.id}"], url, HEAD_KINDS)
    case = status.load(session, case.id)
    queue = session.get(Queue, case.queue_id) if case.queue_id else None
    assignee = session.get(User, case.assignee_id) if case.assignee_id else None
    customer = session.get_one(Customer, case.customer_id)
    return Head(
        live=live,
        id=case.id,
        subject=case.subject,
        status=case.status,
        channel=case.channel,
        priority=case.priority,
        tier=tier_of(session, case.tier),
        customer=customer.name,
        language=case.language,
        queue=queue.titles if queue else {},
        assignee=assignee.name if assignee else "",
        opened_at=case.opened_at,
        resolved_at=case.resolved_at,
        badges=promises.of_case(session, case.id, now),
        statuses=wrap_up_form.next_statuses(case),
        tags=case.tags,
        tags_in_use=tags.in_use(session) if with_tags else [],
        escalations=raised(session, case.id),
    )
