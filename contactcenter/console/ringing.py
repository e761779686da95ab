"""Ring cards: everything worth knowing before answering an offer, at one glance."""

from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contactcenter.cases.status import OVER
from contactcenter.channels.voice import callback_tries
from contactcenter.console import why_you
from contactcenter.console.live import Live, watch
from contactcenter.foundation.permissions import Who
from contactcenter.models import Case, Customer, Interaction, Offer, Queue, SlaPolicy, User, WorkItem
from contactcenter.models.states import OfferState

KINDS = ("offer_made", "offer_accepted", "offer_declined", "offer_expired", "offer_withdrawn", "offer_released")


@dataclass(frozen=True, slots=True)
class Contact:
    """An earlier conversation, in one line."""

    channel: str
    at: datetime
    subject: str


@dataclass(frozen=True, slots=True)
class Tier:
    name: dict[str, str]
    is_top: bool


@dataclass(frozen=True, slots=True)
class CallBack:
    """The work is to call somebody, by when, and how often that was tried before."""

    by: datetime
    made: int
    tries: int


@dataclass(frozen=True, slots=True)
class Sent:
    """Another agent has sent it on, with this word for the next one."""

    by: str
    note: str


@dataclass(frozen=True, slots=True)
class Card:
    offer_id: int
    who: str
    number: str
    channel: str
    queue: dict[str, str]
    path: str
    language: str
    tier: Tier | None
    other_cases: int
    last: Contact | None
    waiting_since: datetime
    expires_at: datetime
    seconds: int
    why: str
    call_back: CallBack | None
    sent: Sent | None


@dataclass(frozen=True, slots=True)
class Rings:
    live: Live
    cards: list[Card]


def rings(session: Session, who: Who) -> Rings:
    """The offers that wait for this agent's answer."""
    live = watch(session, [f"agent:{who.id}"], url_for("console.ringing"), KINDS)
    rows = session.execute(
        select(Offer, WorkItem, Interaction, Customer, Queue)
        .join(WorkItem, WorkItem.current_offer == Offer.id)
        .join(Interaction, Interaction.id == WorkItem.interaction_id)
        .join(Case, Case.id == WorkItem.case_id)
        .join(Customer, Customer.id == Case.customer_id)
        .join(Queue, Queue.id == WorkItem.queue_id)
        .where(Offer.agent_id == who.id, Offer.state == OfferState.PENDING)
        .order_by(Offer.id)
        .execution_options(populate_existing=True)
    )
    return Rings(live, [_card(session, *row) for row in rows])


def tier_of(session: Session, tier: str) -> Tier | None:
    """What the company calls this tier, and whether it is the highest; None for the tier everybody has."""
    policies = list(session.scalars(select(SlaPolicy).order_by(SlaPolicy.priority)))
    mine = next((policy for policy in policies if policy.tier == tier), None)
    if mine is None or mine.priority == 0:
        return None
    return Tier(mine.titles, is_top=mine is policies[-1])


def _card(
    session: Session, offer: Offer, item: WorkItem, interaction: Interaction, customer: Customer, queue: Queue
) -> Card:
    return Card(
        offer_id=offer.id,
        who=customer.name,
        number="" if interaction.address == customer.name else interaction.address,
        channel=item.channel,
        queue=queue.titles,
        path=" › ".join(interaction.path),
        language=interaction.language,
        tier=tier_of(session, customer.tier),
        other_cases=_open_cases(session, customer.id, item.case_id),
        last=_last_contact(session, customer.id, interaction.id),
        waiting_since=item.enqueued_at,
        expires_at=offer.expires_at,
        seconds=round((offer.expires_at - offer.made_at).total_seconds()),
        why=why_you.sentence(offer.decision, why_you.names(session, offer.decision)),
        call_back=_call_back(session, item.id),
        sent=_sent(session, item),
    )


def _call_back(session: Session, item_id: int) -> CallBack | None:
    callback = callback_tries.of_item(session, item_id)
    return CallBack(callback.promised_at, callback.tries_made, callback.tries) if callback else None


def _sent(session: Session, item: WorkItem) -> Sent | None:
    name = session.scalar(select(User.name).where(User.id == item.transferred_by)) if item.transferred_by else None
    return Sent(name, item.transfer_note or "") if name else None


def _open_cases(session: Session, customer_id: int, without: int) -> int:
    others = (Case.customer_id == customer_id, Case.status.not_in(OVER), Case.id != without)
    return session.scalar(select(func.count()).select_from(Case).where(*others)) or 0


def _last_contact(session: Session, customer_id: int, without: int) -> Contact | None:
    row = session.execute(
        select(Interaction.channel, Interaction.started_at, Interaction.outcome, Case.subject)
        .outerjoin(Case, Case.id == Interaction.case_id)
        .where(Interaction.customer_id == customer_id, Interaction.id != without)
        .order_by(Interaction.started_at.desc())
        .limit(1)
    ).first()
    return Contact(row.channel, row.started_at, row.subject or "") if row else None
