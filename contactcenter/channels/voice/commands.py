"""What an agent asks of a call: hold, unhold, hang up. Each is shown as requested until the provider confirms it."""

from datetime import datetime
from typing import Literal

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from contactcenter.assignment import line, wrap_up
from contactcenter.foundation import audit, events, outbox
from contactcenter.foundation.db import add
from contactcenter.foundation.errors import Conflict
from contactcenter.foundation.guards import changed
from contactcenter.foundation.permissions import Who
from contactcenter.models import CallCommand, PhoneCall
from contactcenter.models.states import CommandState, LegState, WorkState

Verb = Literal["hold", "unhold", "hang_up"]
_NEEDS = {"hold": LegState.JOINED, "unhold": LegState.HELD}


def request(session: Session, call: PhoneCall, verb: Verb, who: Who, now: datetime) -> None:
    """Ask the provider for it; refused when the call is not in a state for it."""
    item = line.live_item(session, call.interaction_id)
    if item is None or item.state != WorkState.ASSIGNED or wrap_up.agent_of(session, item) != who.id:
        raise Conflict("This call is not yours any more.")
    if verb in _NEEDS and call.customer_leg != _NEEDS[verb]:
        raise Conflict("The caller is not on the line in a way that allows this now.")
    if verb != "hang_up" and call.conference_sid is None:
        raise Conflict("The call is still being connected.")
    command_id = add(session, CallCommand, {"call_id": call.id, "verb": verb, "by_id": who.id, "requested_at": now})
    payload = {"command_id": command_id, "call_id": call.id, "verb": verb}
    outbox.post(session, outbox.Parcel("voice.command", f"command:{command_id}", payload))
    audit.write(session, who.actor, f"phone_call:{call.id}", verb, now)
    events.record(session, events.CallChanged(call.id, item.case_id, who.id), now)


def confirm(session: Session, call: PhoneCall, verb: Verb, leg: LegState, now: datetime) -> None:
    """The provider says it is so."""
    session.execute(
        update(PhoneCall)
        .where(PhoneCall.id == call.id, PhoneCall.customer_leg != LegState.LEFT)
        .values(customer_leg=leg)
    )
    _decide(session, call.id, verb, CommandState.CONFIRMED, None, now)
    _tell(session, call, now)


def fail(session: Session, command_id: int, reason: str, now: datetime) -> None:
    """The provider refused, with its reason."""
    command = session.get(CallCommand, command_id, populate_existing=True)
    if command is None:
        return
    hit = changed(
        session,
        update(CallCommand)
        .where(CallCommand.id == command_id, CallCommand.state == CommandState.REQUESTED)
        .values(state=CommandState.FAILED, reason=reason, decided_at=now),
    )
    call = session.get(PhoneCall, command.call_id, populate_existing=True)
    if hit and call is not None:
        _tell(session, call, now)


def is_requested(session: Session, call_id: int, verb: Verb) -> bool:
    """Whether this wish is under way."""
    found = session.scalar(
        select(CallCommand.id).where(
            CallCommand.call_id == call_id, CallCommand.verb == verb, CallCommand.state == CommandState.REQUESTED
        )
    )
    return found is not None


def latest(session: Session, call_id: int) -> CallCommand | None:
    """The newest wish, for the call bar."""
    return session.scalar(
        select(CallCommand)
        .where(CallCommand.call_id == call_id)
        .order_by(CallCommand.id.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )


def ended(session: Session, call: PhoneCall, now: datetime) -> None:
    """The call is over, so a wish to hang up came true and every other one has no object."""
    _decide(session, call.id, "hang_up", CommandState.CONFIRMED, None, now)
    for verb in ("hold", "unhold"):
        _decide(session, call.id, verb, CommandState.FAILED, "call_over", now)


def _decide(session: Session, call_id: int, verb: str, state: CommandState, reason: str | None, now: datetime) -> None:
    session.execute(
        update(CallCommand)
        .where(CallCommand.call_id == call_id, CallCommand.verb == verb, CallCommand.state == CommandState.REQUESTED)
        .values(state=state, reason=reason, decided_at=now)
        .execution_options(synchronize_session=False)
    )


def _tell(session: Session, call: PhoneCall, now: datetime) -> None:
    item = line.live_item(session, call.interaction_id)
    agent = wrap_up.agent_of(session, item) if item and item.current_offer else None
    case_id = item.case_id if item else None
    events.record(session, events.CallChanged(call.id, case_id, agent), now)
