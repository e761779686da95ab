"""Walking the phone menu: one answer of the caller in, the next thing to say and do out, the place stored."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import text, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

import ivr
from contactcenter.channels.voice import articles, callbacks, calls, flows, hours, surveys, visits, waiting
from contactcenter.channels.voice.calls import Ring
from contactcenter.channels.voice.hooks import asking
from contactcenter.customers import identity
from contactcenter.models import Interaction, PhoneCall
from ivr.flow import Menu

_ARRANGED = ivr.WaitInQueue | ivr.BookCallback


def begin(session: Session, ring: Ring, now: datetime) -> tuple[PhoneCall, ivr.Turn]:
    """The first turn of a call, which comes into being with it."""
    known = ring.customer.language if ring.customer else None
    number = (
        ring.caller if identity.phone(ring.caller) else ""
    )  # what stands for a withheld number is none to call back
    caller = ivr.Caller(number, ring.called, known=ring.customer is not None, language=known)
    begun: list[PhoneCall] = []

    def answer(turn: ivr.Turn) -> ivr.Event | None:
        """A flow may lead straight into the line: then the call must be there before its first document."""
        if not isinstance(turn.act, _ARRANGED):
            return _answer(session, ring.sid, turn, now)
        if not begun:
            begun.append(calls.begin(session, ring, turn.state.language, {}, now))
        return _arrange(session, begun[0], turn, now)

    first = ivr.begin(ring.flow, caller)
    over = [*ivr.visited_first(ring.flow, first)]
    done = _settle(ring.flow, first, answer, over)
    passage = visits.Passage(tuple(over), pressed=False, now=now)
    if begun:
        _store(session, begun[0], done, [], passage)
        return begun[0], done
    call = calls.begin(session, ring, done.state.language, _position({}, done, passage), now)
    visits.write(session, call, done, passage)
    return call, done


def advance(session: Session, call: PhoneCall, event: ivr.Event, now: datetime) -> ivr.Turn:
    """The turn after `event`."""
    flow = flows.version(session, call.flow, call.flow_version)
    state = state_of(call)
    chosen = [one for one in [choice(flow, state, event)] if one]

    def answer(turn: ivr.Turn) -> ivr.Event | None:
        """Whoever picks up is told what was chosen, so it is stored before the line is entered."""
        if not isinstance(turn.act, _ARRANGED):
            return _answer(session, call.call_sid, turn, now)
        _store_choice(session, call, chosen)
        chosen.clear()
        return _arrange(session, call, turn, now)

    surveys.note(session, call, flow.steps.get(state.step), event, now)
    first = ivr.advance(flow, state, event)
    over = [*ivr.visited(flow, state, event, first)]
    done = _settle(flow, first, answer, over)
    _store(session, call, done, chosen, visits.Passage(tuple(over), ivr.pressed(flow, state, event), now))
    return done


def wait_for_hook(session: Session, call: PhoneCall, now: datetime) -> ivr.Turn:
    """The turn after the answer that the caller waits for; while there is none, one that says nothing and waits on."""
    state = state_of(call)
    answered = asking.ask_again(session, call.call_sid, state, now)
    if answered is not None:
        return advance(session, call, answered, now)
    still = ivr.Turn(state, (), ivr.AskLookup("", {}, None, 0))
    _store(session, call, still, [], visits.Passage((), pressed=False, now=now))
    return still


def state_of(call: PhoneCall) -> ivr.State:
    return ivr.State.from_json(json.dumps(call.position["state"]))


def turn_number(call: PhoneCall) -> int:
    """How many answers this call has been given; the next one carries this number in its address."""
    return int(call.position.get("turn", 0))


def _settle(
    flow: ivr.Flow, turn: ivr.Turn, answer: Callable[[ivr.Turn], ivr.Event | None], over: list[ivr.Visit]
) -> ivr.Turn:
    """Answer what the machine asks of us until there is no answer; the visits that end meanwhile go into `over`."""
    spoken = turn.speak
    while (event := answer(turn)) is not None:
        before, turn = turn.state, ivr.advance(flow, turn.state, event)
        over += ivr.visited(flow, before, event, turn)
        spoken += turn.speak
    return ivr.Turn(turn.state, spoken, turn.act, turn.entered)


def _answer(session: Session, call_sid: str, turn: ivr.Turn, now: datetime) -> ivr.Event | None:
    """What we know by ourselves; None where the caller is asked something, or waits for a hook that takes its time."""
    match turn.act:
        case ivr.AskHours(calendar):
            return hours.answer(session, calendar, now)
        case ivr.AskLookup() as act:
            return asking.ask(session, call_sid, turn, act, now)
        case ivr.FindArticle() as wanted:
            return articles.answer(session, wanted, turn.state.language)
        case _:
            return None


def _arrange(session: Session, call: PhoneCall, turn: ivr.Turn, now: datetime) -> ivr.Event | None:
    """A place in line or the promise of a call; None when the caller waits now."""
    match turn.act:
        case ivr.BookCallback() as wanted:
            return callbacks.book(session, call, turn.state, wanted, now)
        case _:
            return waiting.enter(session, call, turn, now)


def _position(before: Mapping[str, Any], turn: ivr.Turn, passage: visits.Passage) -> dict[str, Any]:
    """Where the call stands after this turn, as it is stored."""
    counted = passage.counted(before, turn)
    after = {**before, **counted, "state": turn.state.as_dict(), "turn": int(before.get("turn", 0)) + 1}
    if isinstance(turn.act, ivr.RecordMessage):
        after["message_queue"] = turn.act.queue
    after["transferring"] = isinstance(turn.act, ivr.TransferCall)
    return after


_MOVE = f"""
    UPDATE phone_call SET position = CAST(:position AS jsonb) WHERE id = :call
    RETURNING status_rank < {calls.ENDED} AS live
"""  # noqa: S608 — a number of ours
_ALSO = "UPDATE interaction SET language = :language, path = path || CAST(:chosen AS text[]) WHERE id = :interaction"
_STORE = text(f"WITH moved AS ({_MOVE}) {_ALSO}")
_STORE_VISITS = text(f"WITH moved AS ({_MOVE}), passed AS ({visits.WRITE}) {_ALSO}")


def _store(session: Session, call: PhoneCall, turn: ivr.Turn, chosen: list[str], passage: visits.Passage) -> None:
    before = call.position
    set_committed_value(call, "position", _position(before, turn, passage))
    values = {
        "position": json.dumps(call.position),
        "call": call.id,
        "language": turn.state.language,
        "chosen": chosen,
        "interaction": call.interaction_id,
    }
    if passage.over:
        session.execute(_STORE_VISITS, {**passage.values(call, before, turn), **values})
    else:
        session.execute(_STORE, values)


def choice(flow: ivr.Flow, state: ivr.State, event: ivr.Event) -> str | None:
    """What the caller chose, in the menu's own words."""
    step = flow.steps.get(state.step)
    if not isinstance(event, ivr.KeysPressed) or step is None or not isinstance(step.verb, Menu):
        return None
    option = step.verb.options.get(event.digits)
    return option.means if option else None


def _store_choice(session: Session, call: PhoneCall, chosen: list[str]) -> None:
    if chosen:
        path = Interaction.path.concat(chosen)
        session.execute(update(Interaction).where(Interaction.id == call.interaction_id).values(path=path))
