"""What an agent can write in a case just now: a chat message, a mail, or only a note, and why."""

from dataclasses import dataclass
from typing import Literal

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from contactcenter.cases.status import OVER
from contactcenter.console.live import Live, watch
from contactcenter.foundation.permissions import Right, Who
from contactcenter.models import Case, Customer, Identity, MailMessage, Offer, User, WorkItem
from contactcenter.models.states import LIVE_WORK, Channel, IdentityKind, WorkState

KINDS = ("offer_accepted", "offer_released", "wrap_up_started", "work_completed", "case_changed")

Mode = Literal["chat", "email", "note", "nothing"]


@dataclass(frozen=True, slots=True)
class Writing:
    """`because` says why there is no reply: call, waiting, somebody_else, over, no_address, or nothing to say."""

    live: Live
    case_id: int
    mode: Mode
    to: str
    because: str
    holder: str
    item: WorkItem | None
    language: str


def of_case(session: Session, case: Case, customer: Customer, who: Who) -> Writing:
    """Where a reply would go: by the channel of the work I have here, else by mail."""
    live = watch(session, [f"agent:{who.id}", f"case:{case.id}"], url_for("console.composer", case_id=case.id), KINDS)
    mine, others = _items(session, case.id, who)
    mode, to, because = _decide(session, case, customer, mine, others)
    if not who.may(Right.WORK):
        mode, because = "nothing", "looking"
    holder = next((name for _, name in others if name), "")
    return Writing(live, case.id, mode, to, because, holder, mine, case.language)


def _decide(
    session: Session,
    case: Case,
    customer: Customer,
    mine: WorkItem | None,
    others: list[tuple[WorkItem, str]],
) -> tuple[Mode, str, str]:
    talking = mine.channel if mine is not None and mine.state == WorkState.ASSIGNED else None
    if talking == Channel.CHAT:
        return "chat", customer.name, ""
    if talking == Channel.VOICE:
        return "note", "", "call"
    because = "" if talking else _hindrance(case, others)
    address = "" if because else _mail_address(session, case)
    return ("email", address, "") if address else ("note", "", because or "no_address")


def _hindrance(case: Case, others: list[tuple[WorkItem, str]]) -> str:
    """Why somebody without work in this case should not write to the customer."""
    if any(name for _, name in others):
        return "somebody_else"
    if others:
        return "waiting"
    return "over" if case.status in OVER else ""


def _items(session: Session, case_id: int, who: Who) -> tuple[WorkItem | None, list[tuple[WorkItem, str]]]:
    """My own live work here, and everybody else's with the holder's name (empty while it waits)."""
    rows = session.execute(
        select(WorkItem, Offer.agent_id, User.name)
        .outerjoin(Offer, Offer.id == WorkItem.current_offer)
        .outerjoin(User, User.id == Offer.agent_id)
        .where(WorkItem.case_id == case_id, WorkItem.state.in_(LIVE_WORK))
        .order_by(WorkItem.id.desc())
        .execution_options(populate_existing=True)
    )
    mine: WorkItem | None = None
    others: list[tuple[WorkItem, str]] = []
    for item, agent_id, name in rows:
        held = item.state in {WorkState.ASSIGNED, WorkState.WRAP_UP}
        if held and agent_id == who.id:
            mine = _sooner(mine, item)
        else:
            others.append((item, name if held and name else ""))
    return mine, others


def _sooner(one: WorkItem | None, other: WorkItem) -> WorkItem:
    """A conversation that goes on outranks one to be wrapped up."""
    return one if one is not None and one.state == WorkState.ASSIGNED else other


def _mail_address(session: Session, case: Case) -> str:
    """Where `replying.reply` will send: to whoever wrote last in this case, else to the customer's own address."""
    sender = session.scalar(
        select(MailMessage.sender)
        .where(MailMessage.case_id == case.id, MailMessage.outgoing.is_(False))
        .order_by(MailMessage.id.desc())
        .limit(1)
    )
    owned = (
        select(Identity.value)
        .where(Identity.customer_id == case.customer_id, Identity.kind == IdentityKind.EMAIL)
        .order_by(Identity.id)
        .limit(1)
    )
    return sender or session.scalar(owned) or ""
