"""The customer beside the case: addresses, tier, what else is known, other cases, orders."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from contactcenter.cases.status import OVER
from contactcenter.console.live import Live, watch
from contactcenter.console.ringing import Tier, tier_of
from contactcenter.customers import identity
from contactcenter.models import Case, Customer, CustomerOrder
from contactcenter.models.states import IdentityKind

MOST_PAST = 20
KINDS = ("case_changed", "case_opened")


@dataclass(frozen=True, slots=True)
class Address:
    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class CaseLine:
    id: int
    subject: str
    status: str
    channel: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Card:
    live: Live
    name: str
    tier: Tier | None
    language: str
    since: datetime
    addresses: list[Address]
    facts: list[tuple[str, str]]
    open_cases: list[CaseLine]
    past_cases: list[CaseLine]
    orders: list[CustomerOrder]


def card(session: Session, case: Case, customer: Customer) -> Card:
    """Everything known about this case's customer."""
    live = watch(session, [f"case:{case.id}"], url_for("console.context", case_id=case.id, tab="customer"), KINDS)
    others = session.scalars(
        select(Case)
        .where(Case.customer_id == customer.id, Case.id != case.id)
        .order_by(Case.updated_at.desc())
        .execution_options(populate_existing=True)
    )
    lines = [(row.status in OVER, _line(row)) for row in others]
    orders = session.scalars(
        select(CustomerOrder).where(CustomerOrder.customer_id == customer.id).order_by(CustomerOrder.placed_on.desc())
    )
    return Card(
        live=live,
        name=customer.name,
        tier=tier_of(session, customer.tier),
        language=customer.language,
        since=customer.created_at,
        addresses=[
            Address(row.kind, row.value)
            for row in identity.addresses(session, customer.id)
            if row.kind != IdentityKind.VISITOR
        ],
        facts=[(name, _said(value)) for name, value in customer.facts.items() if _said(value)],
        open_cases=[line for over, line in lines if not over],
        past_cases=[line for over, line in lines if over][:MOST_PAST],
        orders=list(orders),
    )


def _line(case: Case) -> CaseLine:
    return CaseLine(case.id, case.subject, case.status, case.channel, case.updated_at)


def _said(value: Any) -> str:
    return ", ".join(str(one) for one in value) if isinstance(value, list) else str(value if value is not None else "")
