"""Offers: made under guards, answered once. Whoever comes second is told what has happened."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from contactcenter.agents import presence, workload
from contactcenter.cases import interactions, timeline
from contactcenter.foundation import audit, events, timers
from contactcenter.foundation.db import add, table_of
from contactcenter.foundation.errors import Conflict, NotFound
from contactcenter.foundation.guards import change_one, changed
from contactcenter.foundation.languages import N_
from contactcenter.models import Case, Offer, User, WorkItem
from contactcenter.models.states import Channel, EntryKind, InteractionState, OfferState, WorkState


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the router wants: this item to this agent, for so long, for these reasons."""

    item_id: int
    agent_id: int
    expires_in: timedelta
    decision: dict[str, Any]
    epoch: int


class LostRace(Exception):  # noqa: N818 — not an error: the facts moved between thought and deed
    """A guard refused the proposal."""


_ITEM = table_of(WorkItem)
_CLAIM = (
    update(_ITEM)
    .where(_ITEM.c.id == bindparam("which"), _ITEM.c.state == WorkState.WAITING)
    .values(state=WorkState.OFFERED, version=_ITEM.c.version + 1)
    .returning(_ITEM.c.channel, _ITEM.c.weight, _ITEM.c.queue_id, _ITEM.c.case_id, _ITEM.c.interaction_id)
)
_POINT = update(_ITEM).where(_ITEM.c.id == bindparam("which")).values(current_offer=bindparam("offer"))


def make(session: Session, proposal: Proposal, now: datetime) -> int:
    """Commit a proposal: item claimed, capacity reserved, offer written, expiry armed. Raises LostRace."""
    item = session.connection().execute(_CLAIM, {"which": proposal.item_id}).first()
    if item is None or not workload.take(session, proposal.agent_id, item.channel, item.weight, now):
        raise LostRace
    expires_at = now + proposal.expires_in
    offer_id = add(
        session,
        Offer,
        {
            "item_id": proposal.item_id,
            "agent_id": proposal.agent_id,
            "made_at": now,
            "expires_at": expires_at,
            "epoch": proposal.epoch,
            "decision": proposal.decision,
        },
    )
    session.connection().execute(_POINT, {"which": proposal.item_id, "offer": offer_id})
    timers.arm(session, f"offer:{offer_id}", "expire_offer", expires_at)
    interactions.move(session, item.interaction_id, InteractionState.OFFERED, now)
    events.record(
        session, events.OfferMade(proposal.item_id, offer_id, proposal.agent_id, item.queue_id, item.case_id), now
    )
    return offer_id


def accept(session: Session, offer_id: int, agent_id: int, now: datetime) -> Offer:
    """The agent takes the work: one winner, everybody else gets a sentence."""
    offer = _of_agent(session, offer_id, agent_id)
    claimed = changed(
        session,
        update(WorkItem)
        .where(WorkItem.id == offer.item_id, WorkItem.state == WorkState.OFFERED, WorkItem.current_offer == offer_id)
        .values(state=WorkState.ASSIGNED, version=WorkItem.version + 1),
    )
    if not claimed:
        raise Conflict(_why_gone(session, offer))
    change_one(
        session,
        update(Offer)
        .where(Offer.id == offer_id, Offer.state == OfferState.PENDING, Offer.expires_at > now)
        .values(state=OfferState.ACCEPTED, decided_at=now),
        Conflict("This offer ran out before you answered. You are set to not ready; choose Available to go on."),
    )
    timers.cancel(session, f"offer:{offer_id}", now)
    item = _item(session, offer.item_id)
    workload.accept(session, agent_id, item.channel, item.weight)
    _give_case(session, item, agent_id, now)
    events.record(session, events.OfferAccepted(item.id, offer_id, agent_id, item.queue_id, item.case_id), now)
    return offer


def decline(session: Session, offer_id: int, agent_id: int, reason: str, now: datetime) -> None:
    """The agent says no; the work returns to its old place and is offered to somebody else."""
    offer = _of_agent(session, offer_id, agent_id)
    if not end_unanswered(session, offer, OfferState.DECLINED, reason, now):
        raise Conflict(_why_gone(session, offer))
    item = _item(session, offer.item_id)
    events.record(session, events.OfferDeclined(item.id, offer_id, agent_id, item.queue_id, item.case_id), now)


def end_unanswered(session: Session, offer: Offer, state: OfferState, reason: str, now: datetime) -> bool:
    """Put the item back to waiting and end its pending offer; False when somebody was faster."""
    hit = changed(
        session,
        update(WorkItem)
        .where(WorkItem.id == offer.item_id, WorkItem.state == WorkState.OFFERED, WorkItem.current_offer == offer.id)
        .values(state=WorkState.WAITING, current_offer=None, version=WorkItem.version + 1),
    )
    if not hit:
        return False
    item = _item(session, offer.item_id)
    workload.free(session, offer.agent_id, item.channel, item.weight, now, worked=False)
    due = [Offer.expires_at <= now] if state == OfferState.EXPIRED else []
    change_one(
        session,
        update(Offer)
        .where(Offer.id == offer.id, Offer.state == OfferState.PENDING, *due)
        .values(state=state, decided_at=now, reason=reason),
        Conflict("This offer is not due yet."),
    )
    timers.cancel(session, f"offer:{offer.id}", now)
    interactions.move(session, item.interaction_id, InteractionState.QUEUED, now)
    return True


def take_back(session: Session, offer: Offer, reason: str, now: datetime) -> bool:
    """What rings at an agent waits again, for it is to go elsewhere; False when somebody was faster."""
    if not end_unanswered(session, offer, OfferState.WITHDRAWN, reason, now):
        return False
    item = _item(session, offer.item_id)
    events.record(session, events.OfferWithdrawn(item.id, offer.id, offer.agent_id, item.queue_id, item.case_id), now)
    return True


def assign_by_hand(session: Session, item: WorkItem, agent_id: int, by: tuple[str, str], now: datetime) -> int:
    """A supervisor gives a waiting item to an agent, who has it at once. `by` is actor and name."""
    if item.channel == Channel.VOICE and not presence.is_here(session, agent_id, now):
        raise Conflict("%(name)s is not here; nobody would pick up.", name=_name(session, agent_id))
    claimed = changed(
        session,
        update(WorkItem)
        .where(WorkItem.id == item.id, WorkItem.state == WorkState.WAITING)
        .values(state=WorkState.ASSIGNED, version=WorkItem.version + 1),
    )
    if not claimed:
        raise Conflict("This is not waiting any more: %(state)s.", state=_item(session, item.id).state)
    if not workload.take(session, agent_id, item.channel, item.weight, now, by_hand=True):
        raise Conflict("%(name)s has no room for this now.", name=_name(session, agent_id))
    workload.accept(session, agent_id, item.channel, item.weight)
    decision = {"trigger": "by_hand", "by": by[0], "policy": "supervisor"}
    offer_id = add(
        session,
        Offer,
        {
            "item_id": item.id,
            "agent_id": agent_id,
            "state": OfferState.ACCEPTED,
            "made_at": now,
            "expires_at": now,
            "decided_at": now,
            "epoch": 0,
            "decision": decision,
        },
    )
    session.execute(update(WorkItem).where(WorkItem.id == item.id).values(current_offer=offer_id))
    _give_case(session, item, agent_id, now)
    audit.write(session, by[0], f"work_item:{item.id}", "assigned_by_hand", now, agent=agent_id)
    body = {"what": "assigned_by_hand", "agent": _name(session, agent_id)}
    entry = timeline.Entry(EntryKind.ROUTING, body, item.channel, item.interaction_id, actor_name=by[1])
    timeline.write(session, item.case_id, entry, now)
    events.record(session, events.OfferMade(item.id, offer_id, agent_id, item.queue_id, item.case_id), now)
    events.record(session, events.OfferAccepted(item.id, offer_id, agent_id, item.queue_id, item.case_id), now)
    return offer_id


def _give_case(session: Session, item: WorkItem, agent_id: int, now: datetime) -> None:
    session.execute(update(Case).where(Case.id == item.case_id).values(assignee_id=agent_id, updated_at=now))
    interactions.move(session, item.interaction_id, InteractionState.OFFERED, now, agent_id=agent_id)


def _of_agent(session: Session, offer_id: int, agent_id: int) -> Offer:
    offer = session.get(Offer, offer_id, populate_existing=True)
    if offer is None or offer.agent_id != agent_id:
        raise NotFound("There is no such offer for you.")
    return offer


def _item(session: Session, item_id: int) -> WorkItem:
    item = session.get(WorkItem, item_id, populate_existing=True)
    assert item is not None
    return item


def _why_gone(session: Session, offer: Offer) -> str:
    """The sentence for somebody who answered too late."""
    row = session.execute(select(Offer.state, Offer.reason).where(Offer.id == offer.id)).one()
    match row.state:
        case OfferState.ACCEPTED:
            return N_("You have taken this already.")
        case OfferState.WITHDRAWN:
            return N_("The customer left before you could answer.")
        case OfferState.EXPIRED:
            return N_("This offer ran out before you answered. You are set to not ready; choose Available to go on.")
        case OfferState.DECLINED:
            return N_("You have declined this already.")
        case _:
            return N_("This work has been given to somebody else.")


def _name(session: Session, user_id: int) -> str:
    return session.scalar(select(User.name).where(User.id == user_id)) or f"#{user_id}"
