"""Walking the phone menu: one answer of the caller in, the next thing to say and do out, the place stored."""

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

import ivr
from contactcenter.channels.voice import flows, hooks, waiting
from contactcenter.models import Interaction, PhoneCall
from ivr.flow import Menu


def begin(session: Session, call: PhoneCall, flow: ivr.Flow, language: str | None, now: datetime) -> ivr.Turn:
    """The first turn of a call."""
    known = language is not None
    caller = ivr.Caller(call.from_number, call.to_number, known=known, language=language)
    return _settle(session, call, flow, ivr.begin(flow, caller), now)


def advance(session: Session, call: PhoneCall, event: ivr.Event, now: datetime) -> ivr.Turn:
    """The turn after `event`."""
    flow = flows.version(session, call.flow, call.flow_version)
    state = state_of(call)
    _note_choice(session, call, flow, state, event)
    return _settle(session, call, flow, ivr.advance(flow, state, event), now)


def state_of(call: PhoneCall) -> ivr.State:
    return ivr.State.from_json(json.dumps(call.position["state"]))


def turn_number(call: PhoneCall) -> int:
    """How many answers this call has been given; the next one carries this number in its address."""
    return int(call.position.get("turn", 0))


def _settle(session: Session, call: PhoneCall, flow: ivr.Flow, turn: ivr.Turn, now: datetime) -> ivr.Turn:
    """Answer what the machine asks of us, until it asks something of the caller; then store the place."""
    spoken = turn.speak
    while True:
        match turn.act:
            case ivr.AskHours(calendar):
                event: ivr.Event = hooks.hours(session, calendar, now)
            case ivr.AskLookup():
                event = hooks.run(session, turn.act.hook, turn.act.with_)
            case ivr.WaitInQueue():
                refused = waiting.enter(session, call, turn, now)
                if refused is None:
                    break
                event = refused
            case _:
                break
        turn = ivr.advance(flow, turn.state, event)
        spoken += turn.speak
    turn = ivr.Turn(turn.state, spoken, turn.act, turn.entered)
    _store(session, call, turn)
    return turn


def _store(session: Session, call: PhoneCall, turn: ivr.Turn) -> None:
    position: Mapping[str, object] = {
        **call.position,
        "state": json.loads(turn.state.to_json()),
        "turn": turn_number(call) + 1,
    }
    if isinstance(turn.act, ivr.RecordMessage):
        position = {**position, "message_queue": turn.act.queue}
    call.position = dict(position)
    session.execute(update(PhoneCall).where(PhoneCall.id == call.id).values(position=call.position))
    session.execute(
        update(Interaction).where(Interaction.id == call.interaction_id).values(language=turn.state.language)
    )


def _note_choice(session: Session, call: PhoneCall, flow: ivr.Flow, state: ivr.State, event: ivr.Event) -> None:
    """Keep what the caller chose, in the menu's own words, for the agent who will pick up."""
    step = flow.steps.get(state.step)
    if not isinstance(event, ivr.KeysPressed) or step is None or not isinstance(step.verb, Menu):
        return
    option = step.verb.options.get(event.digits)
    if option:
        path = Interaction.path.concat([option.means])
        session.execute(update(Interaction).where(Interaction.id == call.interaction_id).values(path=path))
