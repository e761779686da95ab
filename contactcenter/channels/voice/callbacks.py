"""Callbacks: the promise to call somebody at their old place in line, kept as a clock of its case.

A callback rests until its next try may begin, waits in line like any other work, is in an agent's hands (callback_tries),
and is done, given up or cancelled. It waits in opening hours only; whoever rings us meanwhile takes its place over.
"""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

import ivr
from contactcenter.assignment import line
from contactcenter.cases import interactions, timeline
from contactcenter.channels.voice import callers, places
from contactcenter.channels.voice.callable_numbers import to_call_back
from contactcenter.customers import identity
from contactcenter.foundation import audit, events, timers
from contactcenter.foundation.db import create
from contactcenter.foundation.errors import Conflict
from contactcenter.foundation.guards import changed
from contactcenter.foundation.permissions import Who
from contactcenter.models import Callback, Case, Interaction, PhoneCall, Queue, WorkItem
from contactcenter.models.states import LIVE_CALLBACK, CallbackState, Channel, ClockKind, EntryKind, InteractionState
from contactcenter.sla import clocks, timetables

_AT_THE_LATEST = timedelta(minutes=2)
"""After this a callback begins although nobody told us that the call in which it was asked for is over."""
_WARNINGS = ("75%",)


def book(
    session: Session, call: PhoneCall, state: ivr.State, wanted: ivr.BookCallback, now: datetime
) -> ivr.CallbackAnswered:
    """Promise the call; a number that waits for one in this queue already keeps the promise it has."""
    number = to_call_back(session, call.from_number, wanted.number)
    if number is None:
        return ivr.CallbackAnswered("bad_number")
    queue = session.scalar(select(Queue).where(Queue.name == wanted.queue, Queue.enabled))
    if queue is None or not line.has_agents(session, queue.id):
        return ivr.CallbackAnswered("refused")
    standing = live(session, number, queue.id)
    if standing is None:
        case_id = callers.case_of(session, call, state, queue, now)
        standing = _promise(session, case_id, call, wanted, (number, queue), now)
    there = standing.promised_at.astimezone(timetables.calendar(session, wanted.window).zone)
    return ivr.CallbackAnswered("booked", there.replace(tzinfo=None).isoformat(timespec="minutes"))


def book_for_case(session: Session, case: Case, wanted: ivr.BookCallback, now: datetime) -> bool:
    """Promise a call to the customer of a case who rang us once; False when that number waits for one in this queue already.

    Raises Conflict where there is no such call, no number to call, or nobody to make it.
    """
    last = select(PhoneCall).join(Interaction, Interaction.id == PhoneCall.interaction_id)
    call = session.scalar(
        last.where(Interaction.customer_id == case.customer_id).order_by(PhoneCall.id.desc()).limit(1)
    )
    if call is None:
        raise Conflict("This customer has never called us.")
    number = to_call_back(session, call.from_number, wanted.number or call.from_number)
    queue = session.scalar(select(Queue).where(Queue.name == wanted.queue, Queue.enabled))
    if number is None:
        raise Conflict("This customer's number cannot be called.")
    if queue is None or not line.has_agents(session, queue.id):
        raise Conflict("Nobody serves this queue: the customer would wait for ever.")
    if live(session, number, queue.id) is not None:
        return False
    _promise(session, case.id, call, wanted, (number, queue), now)
    return True


def _promise(
    session: Session, case_id: int, call: PhoneCall, wanted: ivr.BookCallback, to: tuple[str, Queue], now: datetime
) -> Callback:
    number, queue = to
    place = places.kept(call, queue.id) if wanted.keep_place else None
    target = clocks.Own(ClockKind.CALLBACK, wanted.window, wanted.within, _WARNINGS)
    clock_id, promised = clocks.promise(session, case_id, target, now)
    values = {
        "queue_id": queue.id,
        "case_id": case_id,
        "booked_by": call.id,
        "number": number,
        "clock_id": clock_id,
        "calendar": wanted.window,
        "skills": dict(wanted.skills),
        "priority": wanted.priority,
        "tries": wanted.tries,
        "between_seconds": wanted.between_tries,
        "enqueued_at": place.since if place else now,
        "order_key": place.order_key if place else None,
        "booked_at": now,
        "next_try_at": now + _AT_THE_LATEST,
        "promised_at": promised,
    }
    made = create(session, Callback, values)
    timers.arm(session, _subject(made.id), "begin_callback", now + _AT_THE_LATEST, _gen(now + _AT_THE_LATEST))
    write(session, made, "callback_booked", now, promised_at=promised.isoformat())
    _tell(session, made, now)
    return made


def live(session: Session, number: str, queue_id: int) -> Callback | None:
    """The promise that this number waits for in this queue; its row stays locked until the transaction ends."""
    return session.scalar(
        select(Callback)
        .where(Callback.number == number, Callback.queue_id == queue_id, Callback.state.in_(LIVE_CALLBACK))
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def call_ended(session: Session, call: PhoneCall, now: datetime) -> None:
    """The call in which callbacks were asked for is over: the phone is free, so the first try may begin."""
    untried = (Callback.booked_by == call.id, Callback.state == CallbackState.RESTING, Callback.tries_made == 0)
    for callback_id in session.scalars(select(Callback.id).where(*untried)).all():
        _begin(session, load(session, callback_id), now)


def begin_callback(session: Session, callback_id: int, now: datetime) -> None:
    """The time for the next try has come."""
    callback = _find(session, callback_id)
    if callback is not None and callback.next_try_at <= now:
        _begin(session, callback, now)


def _begin(session: Session, callback: Callback, now: datetime) -> None:
    """Put the callback in line, or, outside its hours, let it rest until they open."""
    if callback.state != CallbackState.RESTING:
        return
    calendar = timetables.calendar(session, callback.calendar)
    if not calendar.is_open(now):
        rest(session, callback, calendar.next_opening(now) or callback.promised_at, now)
        return
    values = {"state": CallbackState.WAITING, "item_id": _enqueue(session, callback, now), "next_try_at": now}
    session.execute(update(Callback).where(Callback.id == callback.id).values(values))
    timers.cancel(session, _subject(callback.id), now, "begin_callback")
    closing = calendar.closing_after(now)
    if closing is not None:
        timers.arm(session, _subject(callback.id), "rest_callback", closing, _gen(closing))
    _tell(session, callback, now)


def _enqueue(session: Session, callback: Callback, now: datetime) -> int:
    """Each try is a conversation of its own in the case's history, in line where the first one was."""
    case = session.get(Case, callback.case_id, populate_existing=True)
    queue = session.get(Queue, callback.queue_id)
    booked_by = session.get(PhoneCall, callback.booked_by)
    assert case is not None
    assert queue is not None
    assert booked_by is not None
    asked_in = interactions.load(session, booked_by.interaction_id)
    values = {
        "case_id": case.id,
        "customer_id": case.customer_id,
        "channel": Channel.VOICE,
        "state": InteractionState.IN_IVR,
        "language": asked_in.language,
        "address": callback.number,
        "path": asked_in.path,
    }
    interaction = interactions.begin(session, values, now)
    place = None if callback.order_key is None else line.Place(callback.enqueued_at, callback.order_key)
    request = line.Request(skills=callback.skills, priority=callback.priority, place=place)
    item = line.load(session, line.enqueue(session, interaction, queue, request, now))
    if place is None:
        kept = {"order_key": item.order_key, "enqueued_at": item.enqueued_at}
        session.execute(update(Callback).where(Callback.id == callback.id).values(kept))
    return item.id


def rest_callback(session: Session, callback_id: int, now: datetime) -> None:
    """The hours are over: a callback that nobody has taken waits for the next opening, at its place."""
    callback = _find(session, callback_id)
    if (
        callback is not None
        and callback.state == CallbackState.WAITING
        and _take_out(session, callback, "outside_hours", now)
    ):
        calendar = timetables.calendar(session, callback.calendar)
        rest(session, callback, calendar.next_opening(now) or callback.promised_at, now)


def rest(session: Session, callback: Callback, until: datetime, now: datetime) -> None:
    """Nothing happens before `until`; then the next try begins."""
    values = {"state": CallbackState.RESTING, "item_id": None, "next_try_at": until}
    session.execute(update(Callback).where(Callback.id == callback.id).values(values))
    timers.cancel(session, _subject(callback.id), now)
    timers.arm(session, _subject(callback.id), "begin_callback", until, _gen(until))
    _tell(session, callback, now)


def cancel(session: Session, callback_id: int, who: Who, now: datetime) -> None:
    """Nobody is to be called any more. Raises Conflict while an agent has it, and when it is over."""
    callback = load(session, callback_id)
    if callback.state not in {CallbackState.RESTING, CallbackState.WAITING}:
        raise Conflict("This callback is with an agent, or over.")
    if not _take_out(session, callback, "cancelled", now):
        raise Conflict("An agent has just taken this callback.")
    end(session, callback, CallbackState.CANCELLED, "by_hand", now)
    clocks.drop(session, callback.clock_id, now)
    audit.write(session, who.actor, f"callback:{callback_id}", "cancelled", now)
    write(session, callback, "callback_cancelled", now, by_name=who.name)


def take_over(session: Session, number: str, queue_id: int, now: datetime) -> line.Place | None:
    """Somebody who waits for a call rings us themselves: they get the place of their callback, which is over by that."""
    address = identity.phone(number)
    callback = live(session, address.value, queue_id) if address else None
    if callback is None or callback.state == CallbackState.CALLING:
        return None
    if not _take_out(session, callback, "called_us", now):
        return None
    end(session, callback, CallbackState.CANCELLED, "called_us", now)
    clocks.drop(session, callback.clock_id, now)
    write(session, callback, "callback_taken_over", now)
    return None if callback.order_key is None else line.Place(callback.enqueued_at, callback.order_key)


def _take_out(session: Session, callback: Callback, outcome: str, now: datetime) -> bool:
    """Out of the line, if it is in it; False when an agent was faster."""
    if callback.item_id is None:
        return True
    interaction_id = session.scalars(select(WorkItem.interaction_id).where(WorkItem.id == callback.item_id)).one()
    if not line.leave(session, interaction_id, now):
        return False
    interactions.move(session, interaction_id, InteractionState.COMPLETED, now, outcome=outcome)
    return True


def end(session: Session, callback: Callback, state: CallbackState, why: str, now: datetime) -> bool:
    """Over, one way or another; False when it was over before."""
    hit = changed(
        session,
        update(Callback)
        .where(Callback.id == callback.id, Callback.state.in_(LIVE_CALLBACK))
        .values(state=state, ended_at=now, ended_by=why),
    )
    if hit:
        timers.cancel(session, _subject(callback.id), now)
        _tell(session, callback, now)
    return hit


def load(session: Session, callback_id: int) -> Callback:
    """The callback, locked until the transaction ends."""
    callback = _find(session, callback_id)
    if callback is None:
        raise Conflict("There is no such callback.")
    return callback


def _find(session: Session, callback_id: int) -> Callback | None:
    return session.get(Callback, callback_id, populate_existing=True, with_for_update=True)


def write(session: Session, callback: Callback, what: str, now: datetime, **body: object) -> None:
    """One line of the case's timeline about a callback."""
    entry = timeline.Entry(EntryKind.CALL, {"what": what, "number": callback.number, **body}, Channel.VOICE)
    timeline.write(session, callback.case_id, entry, now)


def _tell(session: Session, callback: Callback, now: datetime) -> None:
    events.record(session, events.CallbackChanged(callback.id, callback.queue_id, callback.case_id), now)


def _gen(at: datetime) -> int:
    """A timer that has fired is never armed again, so that each instant is a timer of its own."""
    return int(at.timestamp())


def _subject(callback_id: int) -> str:
    return f"callback:{callback_id}"
