"""Walking the phone menu: one answer of the caller in, the next thing to say and do out, the place stored."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import text, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

import ivr
from contactcenter.channels.voice import calls, flows, hours, waiting
from contactcenter.channels.voice.calls import Ring
from contactcenter.channels.voice.hooks import asking
from contactcenter.models import Interaction, PhoneCall
from ivr.flow import Menu


def begin(session: Session, ring: Ring, now: datetime) -> tuple[PhoneCall, ivr.Turn]:
    """The first turn of a call, which comes into being with it."""
    known = ring.customer.language if ring.customer else None
    caller = ivr.Caller(ring.caller, ring.called, known=ring.customer is not None, language=known)
    begun: list[PhoneCall] = []

    def enter(turn: ivr.Turn) -> ivr.QueueLeft | None:
        """A flow may lead straight into the line: then the call must be there before its first document."""
        if not begun:
            begun.append(calls.begin(session, ring, turn.state.language, {}, now))
        return waiting.enter(session, begun[0], turn, now)

    done = _settle(session, ring.sid, ring.flow, ivr.begin(ring.flow, caller), enter, now)
    if begun:
        _store(session, begun[0], done, [])
        return begun[0], done
    return calls.begin(session, ring, done.state.language, _position({}, done), now), done


def advance(session: Session, call: PhoneCall, event: ivr.Event, now: datetime) -> ivr.Turn:
    """The turn after `event`."""
    flow = flows.version(session, call.flow, call.flow_version)
    state = state_of(call)
    chosen = [choice for choice in [_choice(flow, state, event)] if choice]

    def enter(turn: ivr.Turn) -> ivr.QueueLeft | None:
        """Whoever picks up is told what was chosen, so it is stored before the line is entered."""
        _store_choice(session, call, chosen)
        chosen.clear()
        return waiting.enter(session, call, turn, now)

    done = _settle(session, call.call_sid, flow, ivr.advance(flow, state, event), enter, now)
    _store(session, call, done, chosen)
    return done


def wait_for_hook(session: Session, call: PhoneCall, now: datetime) -> ivr.Turn:
    """The turn after the answer that the caller waits for; while there is none, one that says nothing and waits on."""
    state = state_of(call)
    answered = asking.ask_again(session, call.call_sid, state, now)
    if answered is not None:
        return advance(session, call, answered, now)
    still = ivr.Turn(state, (), ivr.AskLookup("", {}, None, 0))
    _store(session, call, still, [])
    return still


def state_of(call: PhoneCall) -> ivr.State:
    return ivr.State.from_json(json.dumps(call.position["state"]))


def turn_number(call: PhoneCall) -> int:
    """How many answers this call has been given; the next one carries this number in its address."""
    return int(call.position.get("turn", 0))


def _settle(
    session: Session,
    call_sid: str,
    flow: ivr.Flow,
    turn: ivr.Turn,
    enter: Callable[[ivr.Turn], ivr.QueueLeft | None],
    now: datetime,
) -> ivr.Turn:
    """Answer what the machine asks of us, until it asks something of the caller, or a hook takes its time."""
    spoken = turn.speak
    while True:
        match turn.act:
            case ivr.AskHours(calendar):
                event: ivr.Event = hours.answer(session, calendar, now)
            case ivr.AskLookup() as act:
                answered = asking.ask(session, call_sid, turn, act, now)
                if answered is None:
                    break
                event = answered
            case ivr.WaitInQueue():
                refused = enter(turn)
                if refused is None:
                    break
                event = refused
            case _:
                break
        turn = ivr.advance(flow, turn.state, event)
        spoken += turn.speak
    return ivr.Turn(turn.state, spoken, turn.act, turn.entered)


def _position(before: Mapping[str, Any], turn: ivr.Turn) -> dict[str, Any]:
    """Where the call stands after this turn, as it is stored."""
    after = {**before, "state": turn.state.as_dict(), "turn": int(before.get("turn", 0)) + 1}
    if isinstance(turn.act, ivr.RecordMessage):
        after["message_queue"] = turn.act.queue
    return after


_STORE = text("""
    WITH moved AS (UPDATE phone_call SET position = CAST(:position AS jsonb) WHERE id = :call)
    UPDATE interaction SET language = :language, path = path || CAST(:chosen AS text[]) WHERE id = :interaction
""")


def _store(session: Session, call: PhoneCall, turn: ivr.Turn, chosen: list[str]) -> None:
    set_committed_value(call, "position", _position(call.position, turn))
    session.execute(
        _STORE,
        {
            "position": json.dumps(call.position),
            "call": call.id,
            "language": turn.state.language,
            "chosen": chosen,
            "interaction": call.interaction_id,
        },
    )


def _choice(flow: ivr.Flow, state: ivr.State, event: ivr.Event) -> str | None:
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
