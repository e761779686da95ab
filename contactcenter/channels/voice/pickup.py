"""Pickup: the agent's leg is dialled first; only when it stands is the caller led into the room.

Accepting is one guarded update in our database; the provider hears of it afterwards. A leg that does not come up gives
the caller back to the line, at the old place, and tells the agent what failed.
"""

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from contactcenter.agents import presence
from contactcenter.assignment import line, wrap_up
from contactcenter.cases import interactions, opening, status, timeline
from contactcenter.channels.voice import callback_tries, calls, commands, transfers, visits
from contactcenter.foundation import events, outbox, timers
from contactcenter.foundation.guards import changed
from contactcenter.models import Offer, PhoneCall, User, WorkItem
from contactcenter.models.states import Channel, EntryKind, InteractionState, LegState, OutboxClass, WorkState

ANSWER_WITHIN = timedelta(seconds=20)
UNREACHABLE = "phone_unreachable"
_LEG_FAILURES = frozenset({"busy", "no-answer", "failed", "canceled"})


def room_name(call_id: int) -> str:
    """The conference's name: our own id, because names are account-wide and must not hold personal data."""
    return f"call-{call_id}"


def begin(session: Session, item: WorkItem, offer_id: int, agent_id: int, now: datetime) -> None:
    """An agent accepted a call, or one that we are to make: have their leg dialled."""
    call = callback_tries.take(session, item) or calls.of_interaction(session, item.interaction_id)
    if call is None or item.channel != Channel.VOICE or call.status_rank >= calls.ENDED:
        return
    session.execute(
        update(PhoneCall)
        .where(PhoneCall.id == call.id)
        .values(agent_leg=LegState.DIALING, agent_offer=offer_id, agent_sid=None, agent_leg_reason=None)
    )
    payload = {"call_id": call.id, "offer_id": offer_id, "agent_id": agent_id}
    outbox.post(session, outbox.Parcel("voice.dial_agent", f"dial:{offer_id}", payload, OutboxClass.ONCE))
    timers.arm(session, f"offer:{offer_id}", "check_pickup", now + ANSWER_WITHIN)
    events.record(session, events.CallChanged(call.id, item.case_id, agent_id), now)


def leg_created(session: Session, call_id: int, offer_id: int, sid: str) -> bool:
    """The provider made the agent's leg; False when nobody wants it any more."""
    return changed(
        session,
        update(PhoneCall)
        .where(PhoneCall.id == call_id, PhoneCall.agent_offer == offer_id, PhoneCall.status_rank < calls.ENDED)
        .values(agent_sid=sid),
    )


def leg_changed(session: Session, offer_id: int, sid: str, provider_status: str, now: datetime) -> None:
    """The provider's word on the agent's leg."""
    offer = session.get(Offer, offer_id, populate_existing=True)
    if offer is None:
        return
    item = line.load(session, offer.item_id)
    call = calls.of_interaction(session, item.interaction_id)
    if call is None or call.agent_offer != offer_id:
        return
    line.lock(session, call.interaction_id)
    if provider_status == "in-progress":
        _answered(session, call, offer, sid, now)
    elif provider_status in _LEG_FAILURES or (provider_status == "completed" and call.agent_leg == LegState.DIALING):
        fail(session, offer, provider_status, now)  # an end may overtake the word that the leg was answered
    elif provider_status == "completed":
        _leg_ended(session, call, item, now)


def fail(session: Session, offer: Offer, reason: str, now: datetime) -> None:
    """The agent's phone did not come up: the caller waits on at the old place, the agent learns why."""
    line.lock(session, line.load(session, offer.item_id).interaction_id)
    item = line.load(session, offer.item_id)
    call = calls.of_interaction(session, item.interaction_id)
    if call is None or item.current_offer != offer.id or call.agent_leg != LegState.DIALING:
        return
    session.execute(
        update(PhoneCall)
        .where(PhoneCall.id == call.id)
        .values(agent_leg=LegState.FAILED, agent_leg_reason=reason, agent_offer=None)
    )
    callback_tries.agent_lost(session, call, item)
    if line.release(session, item, reason, now):
        presence.set_not_ready(session, offer.agent_id, UNREACHABLE, now)
        name = session.get(User, offer.agent_id)
        body = {"what": "leg_failed", "agent": name.name if name else "", "reason": reason}
        entry = timeline.Entry(EntryKind.ROUTING, body, Channel.VOICE, item.interaction_id)
        timeline.write(session, item.case_id, entry, now)
    calls.hang_up_agent(session, call)


def check_pickup(session: Session, offer_id: int, now: datetime) -> None:
    """Long enough: a leg that still rings has failed, told or not."""
    offer = session.get(Offer, offer_id, populate_existing=True)
    if offer is not None:
        fail(session, offer, "no-answer", now)


def joined(session: Session, call: PhoneCall, sid: str, conference_sid: str, now: datetime) -> None:
    """Somebody entered the room. With the caller in it, the conversation has begun."""
    line.lock(session, call.interaction_id)
    session.execute(update(PhoneCall).where(PhoneCall.id == call.id).values(conference_sid=conference_sid))
    if not _is_customer(session, call, sid):
        return
    hit = changed(
        session,
        update(PhoneCall)
        .where(PhoneCall.id == call.id, PhoneCall.customer_leg.not_in([LegState.JOINED, LegState.HELD]))
        .values(customer_leg=LegState.JOINED),
    )
    item = line.live_item(session, call.interaction_id)
    if not hit or item is None or item.state != WorkState.ASSIGNED:
        return
    visits.answer(session, call, now)
    interactions.move(session, call.interaction_id, InteractionState.CONNECTED, now)
    opening.we_answered(session, status.load(session, item.case_id), now)
    agent_id = wrap_up.agent_of(session, item)
    user = session.get(User, agent_id)
    entry = timeline.Entry(
        EntryKind.CALL,
        {"what": "connected", "waited": round((now - item.enqueued_at).total_seconds())},
        Channel.VOICE,
        call.interaction_id,
        agent_id,
        user.name if user else None,
    )
    timeline.write(session, item.case_id, entry, now)
    callback_tries.reached(session, call, now)
    events.record(session, events.CallChanged(call.id, item.case_id, agent_id), now)


def _is_customer(session: Session, call: PhoneCall, sid: str) -> bool:
    """In a call that we make, the room may tell of the customer before the provider's answer has told us their leg."""
    ours = call.callback_id is not None and sid != call.agent_sid
    return sid == call.call_sid or (ours and callback_tries.leg_created(session, call.id, sid))


def left(session: Session, call: PhoneCall, sid: str, now: datetime) -> None:
    """Somebody left the room: an agent whose line broke, or a customer whose conversation is over by that."""
    line.lock(session, call.interaction_id)
    item = line.live_item(session, call.interaction_id)
    if item is None:
        return
    if sid == call.agent_sid:
        _leg_ended(session, call, item, now)
    elif sid == call.call_sid and not commands.requested(session, call.id, "transfer"):
        _customer_left(session, call, item, now)


def _customer_left(session: Session, call: PhoneCall, item: WorkItem, now: datetime) -> None:
    """The caller may stay on the phone, for the menu has something to ask; the agent is through."""
    hit = changed(
        session,
        update(PhoneCall)
        .where(PhoneCall.id == call.id, PhoneCall.customer_leg.in_([LegState.JOINED, LegState.HELD]))
        .values(customer_leg=LegState.LEFT),
    )
    if hit and item.state == WorkState.ASSIGNED:
        calls.conversation_ended(session, call, item, now)


def _answered(session: Session, call: PhoneCall, offer: Offer, sid: str, now: datetime) -> None:
    hit = changed(
        session,
        update(PhoneCall)
        .where(PhoneCall.id == call.id, PhoneCall.agent_offer == offer.id, PhoneCall.agent_leg == LegState.DIALING)
        .values(agent_leg=LegState.JOINED, agent_sid=sid),
    )
    if not hit:
        return
    timers.cancel(session, f"offer:{offer.id}", now, "check_pickup")
    if callback_tries.is_to_be_called(call):
        callback_tries.agent_answered(session, call, offer.id)
    else:
        outbox.post(session, outbox.Parcel("voice.join_caller", f"join:{offer.id}", {"sid": call.call_sid}))
    events.record(session, events.CallChanged(call.id, None, offer.agent_id), now)


def _leg_ended(session: Session, call: PhoneCall, item: WorkItem, now: datetime) -> None:
    """The agent's leg is over while the caller is still there: back to the line, unless the agent hung up."""
    hit = changed(
        session,
        update(PhoneCall)
        .where(PhoneCall.id == call.id, PhoneCall.agent_leg.in_([LegState.JOINED, LegState.HELD]))
        .values(agent_leg=LegState.LEFT),
    )
    caller_there = call.status_rank < calls.ENDED
    if not hit or not caller_there or item.state != WorkState.ASSIGNED or _hanging_up(session, call):
        return
    if transfers.carry_through(session, call, now):
        _lead_back(session, call, item)
        return
    agent_id = wrap_up.agent_of(session, item)
    unreached = callback_tries.agent_lost(session, call, item)
    session.execute(
        update(PhoneCall).where(PhoneCall.id == call.id).values(customer_leg=LegState.NONE, agent_offer=None)
    )
    commands.parted(session, call, now)
    if line.release(session, item, "agent_dropped", now):
        visits.wait_again(session, call, now)
        presence.set_not_ready(session, agent_id, UNREACHABLE, now)
        if unreached:
            return
        _lead_back(session, call, item)


def _lead_back(session: Session, call: PhoneCall, item: WorkItem) -> None:
    key = f"line:{call.id}:{item.version}"
    outbox.post(session, outbox.Parcel("voice.back_in_line", key, {"sid": call.call_sid}))


def _hanging_up(session: Session, call: PhoneCall) -> bool:
    return commands.requested(session, call.id, "hang_up") is not None
