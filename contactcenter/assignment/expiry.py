"""What time does to offers and agents: an unanswered offer (RONA), an agent whose page fell silent."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from contactcenter.agents import presence
from contactcenter.assignment import line, offers
from contactcenter.cases import timeline
from contactcenter.foundation import events
from contactcenter.models import Offer, User, WorkItem
from contactcenter.models.states import Channel, EntryKind, OfferState, WorkState


def expire_offer(session: Session, offer_id: int, now: datetime) -> None:
    """Nobody answered in time: the work goes back to its old place and the agent is set to not ready."""
    offer = session.get(Offer, offer_id, populate_existing=True)
    if offer is None or offer.state != OfferState.PENDING:
        return
    if not offers.end_unanswered(session, offer, OfferState.EXPIRED, "no_answer", now):
        return
    item = line.load(session, offer.item_id)
    presence.set_not_ready(session, offer.agent_id, presence.MISSED, now)
    name = session.scalar(select(User.name).where(User.id == offer.agent_id))
    entry = timeline.Entry(EntryKind.ROUTING, {"what": "no_answer", "agent": name}, item.channel, item.interaction_id)
    timeline.write(session, item.case_id, entry, now)
    events.record(session, events.OfferExpired(item.id, offer.id, offer.agent_id, item.queue_id, item.case_id), now)


def end_lease(session: Session, agent_id: int, now: datetime) -> None:
    """The agent's page is gone: offers are taken back, chats return to the line, calls stay on the line."""
    for offer in session.scalars(
        select(Offer).where(Offer.agent_id == agent_id, Offer.state == OfferState.PENDING)
    ).all():
        if offers.end_unanswered(session, offer, OfferState.WITHDRAWN, "agent_gone", now):
            item = line.load(session, offer.item_id)
            told = events.OfferWithdrawn(item.id, offer.id, agent_id, item.queue_id, item.case_id)
            events.record(session, told, now)
    chats = session.scalars(
        select(WorkItem)
        .join(Offer, Offer.id == WorkItem.current_offer)
        .where(Offer.agent_id == agent_id, WorkItem.state == WorkState.ASSIGNED, WorkItem.channel == Channel.CHAT)
    ).all()
    for item in chats:
        line.release(session, item, "agent_gone", now)
    presence.set_not_ready(session, agent_id, presence.LEASE_ENDED, now)
