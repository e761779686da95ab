"""One try of a callback: an agent takes it, their phone is called first, the customer's next; reached, or missed.

The call that we make goes through the same room and the same menu as one that comes in, so that hold, a lost line and the
survey afterwards are what they always are.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from contactcenter.assignment import line, wrap_up
from contactcenter.channels.voice import callbacks, calls, flows, menu
from contactcenter.foundation import audit, events, outbox
from contactcenter.foundation.db import create
from contactcenter.foundation.errors import Conflict
from contactcenter.foundation.guards import changed
from contactcenter.foundation.permissions import Who
from contactcenter.models import Callback, PhoneCall, WorkItem
from contactcenter.models.states import CallbackState, LegState, OutboxClass, WorkState
from contactcenter.sla import clocks, timetables
from ivr.flow import Queue as QueueVerb

_OF_OUR_MAKING = "callback-"
"""How the sid of a call begins that the provider has not yet heard of."""
_FAILURES = frozenset({"busy", "no-answer", "failed", "canceled"})
_RANG = frozenset({"busy", "no-answer", "not_reached"})
"""Ways to miss somebody that keep the promise all the same: their phone has rung."""


def of_item(session: Session, item_id: int) -> Callback | None:
    """The callback that this work is about; None for any other work."""
    return session.scalar(select(Callback).where(Callback.item_id == item_id).execution_options(populate_existing=True))


def was_reached(session: Session, item_id: int) -> bool:
    """Whether somebody answered at the number that was promised a call."""
    callback = of_item(session, item_id)
    return callback is not None and callback.state == CallbackState.DONE


def take(session: Session, item: WorkItem) -> PhoneCall | None:
    """An agent has it: the call that will be made. None for work that is no callback."""
    callback = of_item(session, item.id)
    if callback is None:
        return None
    session.execute(
        update(Callback)
        .where(Callback.id == callback.id, Callback.state == CallbackState.WAITING)
        .values(state=CallbackState.CALLING)
    )
    made = calls.of_interaction(session, item.interaction_id)
    if made is not None:
        return made
    booked_by = session.get(PhoneCall, callback.booked_by)
    assert booked_by is not None
    values = {
        "call_sid": f"{_OF_OUR_MAKING}{item.interaction_id}",
        "interaction_id": item.interaction_id,
        "from_number": callback.number,
        "to_number": booked_by.to_number,
        "flow": booked_by.flow,
        "flow_version": booked_by.flow_version,
        "position": _in_line(session, booked_by),
        "callback_id": callback.id,
    }
    return create(session, PhoneCall, values)


def _in_line(session: Session, booked_by: PhoneCall) -> dict[str, object]:
    """Where the menu goes on after the talk: as if the caller had been answered in the queue they left."""
    flow = flows.version(session, booked_by.flow, booked_by.flow_version)
    state = menu.state_of(booked_by)
    left = (booked_by.position.get("left") or {}).get("step")
    queues = [step.name for step in flow.steps.values() if isinstance(step.verb, QueueVerb)]
    step = left if left in queues else next(iter(queues), None)
    state = replace(state, step=step or state.step, ended=None if step else "callback", phase="", silences=0, wrong=0)
    return {"state": state.as_dict(), "turn": menu.turn_number(booked_by)}


def is_to_be_called(call: PhoneCall) -> bool:
    """Whether the customer of a call that we make is not on the line yet."""
    return call.callback_id is not None and call.call_sid.startswith(_OF_OUR_MAKING)


def agent_answered(session: Session, call: PhoneCall, offer_id: int) -> None:
    """The agent is on the line: now the customer's phone may ring."""
    dialling = update(PhoneCall).where(PhoneCall.id == call.id).values(customer_leg=LegState.DIALING)
    session.execute(dialling)
    parcel = outbox.Parcel("voice.dial_customer", f"customer:{offer_id}", {"call_id": call.id}, OutboxClass.ONCE)
    outbox.post(session, parcel)


def leg_created(session: Session, call_id: int, sid: str) -> bool:
    """The provider made the customer's leg; False when nobody wants it any more."""
    return changed(
        session,
        update(PhoneCall)
        .where(PhoneCall.id == call_id, PhoneCall.customer_leg == LegState.DIALING)
        .where(PhoneCall.call_sid.startswith(_OF_OUR_MAKING) | (PhoneCall.call_sid == sid))
        .values(call_sid=sid),
    )


def leg_changed(session: Session, call_id: int, sid: str, status: str, now: datetime) -> None:
    """The provider's word on the customer's leg."""
    call = session.get(PhoneCall, call_id, populate_existing=True)
    if call is None or call.callback_id is None:
        return
    leg_created(session, call_id, sid)
    call = session.get(PhoneCall, call_id, populate_existing=True)
    if call is None or call.call_sid != sid:
        return
    if status in _FAILURES or (status == "completed" and call.customer_leg == LegState.DIALING):
        _not_reached(session, call, "no-answer" if status == "completed" else status, now)
    elif status == "completed":
        calls.status_changed(session, call, status, now)


def _not_reached(session: Session, call: PhoneCall, reason: str, now: datetime) -> None:
    """The agent is free at once; the customer is tried again, or given up."""
    line.lock(session, call.interaction_id)
    hit = changed(
        session,
        update(PhoneCall)
        .where(PhoneCall.id == call.id, PhoneCall.customer_leg == LegState.DIALING)
        .values(customer_leg=LegState.FAILED, status_rank=calls.ENDED),
    )
    item = line.live_item(session, call.interaction_id)
    if not hit or item is None or call.callback_id is None:
        return
    agent_id = wrap_up.agent_of(session, item) if item.current_offer else None
    wrap_up.skip(session, item, "not_reached", now)
    missed(session, callbacks.load(session, call.callback_id), reason, now)
    calls.hang_up_agent(session, call)
    events.record(session, events.CallChanged(call.id, item.case_id, agent_id), now)


def agent_lost(session: Session, call: PhoneCall, item: WorkItem) -> bool:
    """The agent's line broke before the customer answered: the try is off, the callback waits on. False for other calls."""
    rings = call.customer_leg == LegState.DIALING
    if call.callback_id is None or not (rings or is_to_be_called(call)):
        return False
    session.execute(
        update(Callback)
        .where(Callback.item_id == item.id, Callback.state == CallbackState.CALLING)
        .values(state=CallbackState.WAITING)
    )
    if not is_to_be_called(call):
        outbox.post(session, outbox.Parcel("voice.hang_up", f"hang_up:{call.call_sid}", {"sid": call.call_sid}))
    values = {"call_sid": f"{_OF_OUR_MAKING}{call.interaction_id}:{item.version}", "customer_leg": LegState.NONE}
    session.execute(update(PhoneCall).where(PhoneCall.id == call.id).values(values))
    return True


def reached(session: Session, call: PhoneCall, now: datetime) -> None:
    """The customer is on the phone: the promise is kept."""
    if call.callback_id is None:
        return
    callback = callbacks.load(session, call.callback_id)
    if callbacks.end(session, callback, CallbackState.DONE, "reached", now):
        clocks.keep(session, callback.clock_id, now)


def missed(session: Session, callback: Callback, reason: str, now: datetime) -> None:
    """A try that reached nobody: the next one comes later, the last one gives up. `reason` is the provider's word."""
    made = callback.tries_made + 1
    session.execute(update(Callback).where(Callback.id == callback.id).values(tries_made=made))
    if reason in _RANG:
        clocks.keep(session, callback.clock_id, now)
    if made >= callback.tries:
        callbacks.end(session, callback, CallbackState.GIVEN_UP, reason, now)
        clocks.drop(session, callback.clock_id, now)
        callbacks.write(session, callback, "callback_given_up", now, tries=made, reason=reason)
        return
    calendar = timetables.calendar(session, callback.calendar)
    again = now + timedelta(seconds=callback.between_seconds)
    again = calendar.next_opening(again) or again
    told = {"made": made, "tries": callback.tries, "reason": reason, "next_try_at": again.isoformat()}
    callbacks.write(session, callback, "callback_missed", now, **told)
    callbacks.rest(session, callback, again, now)


def try_again(session: Session, item: WorkItem, who: Who, now: datetime) -> None:
    """The agent heard a machine, or somebody else: this was no conversation. Raises Conflict where none can follow."""
    callback = of_item(session, item.id)
    mine = item.state in {WorkState.ASSIGNED, WorkState.WRAP_UP} and wrap_up.agent_of(session, item) == who.id
    if callback is None or not mine:
        raise Conflict("This is no callback of yours.")
    if callbacks.live(session, callback.number, callback.queue_id) is not None:
        raise Conflict("This customer has asked for another call already.")
    reopened = changed(
        session,
        update(Callback)
        .where(Callback.id == callback.id, Callback.state == CallbackState.DONE)
        .values(state=CallbackState.CALLING, ended_at=None, ended_by=None),
    )
    if not reopened:
        raise Conflict("This callback is settled already.")
    audit.write(session, who.actor, f"callback:{callback.id}", "not_reached", now)
    wrap_up.skip(session, item, "not_reached", now)
    missed(session, callbacks.load(session, callback.id), "not_reached", now)
    call = calls.of_interaction(session, item.interaction_id)
    if call is not None and call.status_rank < calls.ENDED:
        outbox.post(session, outbox.Parcel("voice.hang_up", f"hang_up:{call.call_sid}", {"sid": call.call_sid}))
        calls.hang_up_agent(session, call)
