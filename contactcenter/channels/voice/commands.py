"""What an agent asks of a call: hold, unhold, transfer, hang up. Each is shown as requested until the provider confirms it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

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

Verb = Literal["hold", "unhold", "transfer", "hang_up"]
_NEEDS = {"hold": {LegState.JOINED}, "unhold": {LegState.HELD}, "transfer": {LegState.JOINED, LegState.HELD}}


def request(
    session: Session, call: PhoneCall, verb: Verb, who: Who, now: datetime, about: Mapping[str, Any] | None = None
) -> None:
    """Ask the provider for it; refused when the call is not in a state for it. `about`: what else the wish says."""
    item = line.live_item(session, call.interaction_id)
    if item is None or item.state != WorkState.ASSIGNED or wrap_up.agent_of(session, item) != who.id:
        raise Conflict("This call is not yours any more.")
    if verb in _NEEDS and call.customer_leg not in _NEEDS[verb]:
        raise Conflict("The caller is not on the line in a way that allows this now.")
    if verb != "hang_up" and call.conference_sid is None:
        raise Conflict("The call is still being connected.")
    if verb != "hang_up" and requested(session, call.id, "transfer"):
        raise Conflict("The caller is being transferred.")
    wish = {"call_id": call.id, "verb": verb, "by_id": who.id, "requested_at": now}
    command_id = add(session, CallCommand, {**wish, **(about or {})})
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


def transferred(session: Session, call: PhoneCall, now: datetime) -> None:
    """The caller is back in line, for the other queue."""
    _decide(session, call.id, "transfer", CommandState.CONFIRMED, None, now)
    parted(session, call, now)
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


def requested(session: Session, call_id: int, verb: Verb) -> CallCommand | None:
    """The wish of this kind that is under way; asked twice, the later one."""
    return session.scalar(
        select(CallCommand)
        .where(CallCommand.call_id == call_id, CallCommand.verb == verb, CallCommand.state == CommandState.REQUESTED)
        .order_by(CallCommand.id.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )


def is_undecided(session: Session, command_id: int) -> bool:
    """Whether the provider is still to be asked for it."""
    state = session.scalar(select(CallCommand.state).where(CallCommand.id == command_id))
    return state == CommandState.REQUESTED


def latest(session: Session, call_id: int, agent_id: int) -> CallCommand | None:
    """The newest wish of this agent, for the call bar."""
    return session.scalar(
        select(CallCommand)
        .where(CallCommand.call_id == call_id, CallCommand.by_id == agent_id)
        .order_by(CallCommand.id.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )


def ended(session: Session, call: PhoneCall, now: datetime) -> None:
    """The call is over, so a wish to hang up came true and every other one has no object."""
    _decide(session, call.id, "hang_up", CommandState.CONFIRMED, None, now)
    parted(session, call, now)


def parted(session: Session, call: PhoneCall, now: datetime) -> None:
    """Agent and caller are together no more, so nothing is left that could be held or sent on."""
    for verb in ("hold", "unhold", "transfer"):
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
