"""A call from its first ring to its end: the row, what the provider's status tells, and who is to be told."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

import ivr
from contactcenter.assignment import line, wrap_up
from contactcenter.cases import interactions, timeline
from contactcenter.channels.voice import callbacks, commands, visits
from contactcenter.foundation import events, outbox
from contactcenter.foundation.errors import NotFound
from contactcenter.foundation.guards import changed
from contactcenter.models import Customer, Interaction, PhoneCall, WorkItem
from contactcenter.models.states import Channel, EntryKind, InteractionState, LegState, WorkState

RANKS = {
    "queued": 0,
    "initiated": 0,
    "ringing": 1,
    "in-progress": 2,
    "completed": 3,
    "busy": 3,
    "failed": 3,
    "no-answer": 3,
    "canceled": 3,
}
ENDED = 3
OVER = frozenset(status for status, rank in RANKS.items() if rank == ENDED)


@dataclass(frozen=True, slots=True)
class Ring:
    """A call as it came in: the provider's id, both numbers as the provider wrote them, who is calling if known."""

    sid: str
    caller: str
    called: str
    customer: Customer | None
    flow: ivr.Flow


_BEGIN = text("""
    WITH begun AS (
        INSERT INTO interaction (customer_id, channel, state, language, address, path, started_at)
        VALUES (:customer, 'voice', 'in_ivr', :language, :caller, CAST('{}' AS text[]), :now) RETURNING id
    )
    INSERT INTO phone_call (call_sid, interaction_id, from_number, to_number, flow, flow_version, position)
    SELECT :sid, id, :caller, :called, :flow, :version, CAST(:position AS jsonb) FROM begun
    RETURNING id, interaction_id
""")


def begin(session: Session, ring: Ring, language: str, position: dict[str, Any], now: datetime) -> PhoneCall:
    """A new call, with the interaction it is, at its first place in the menu."""
    known = ring.customer.id if ring.customer else None
    values = {"sid": ring.sid, "caller": ring.caller[:100], "called": ring.called[:100]}
    menu = {"flow": ring.flow.name, "version": ring.flow.version, "position": json.dumps(position)}
    row = session.execute(_BEGIN, {**values, **menu, "customer": known, "language": language, "now": now}).one()
    return PhoneCall(
        id=row.id,
        call_sid=ring.sid,
        interaction_id=row.interaction_id,
        from_number=values["caller"],
        to_number=values["called"],
        status_rank=0,
        flow=ring.flow.name,
        flow_version=ring.flow.version,
        position=position,
        customer_leg=LegState.NONE,
        agent_leg=LegState.NONE,
    )


def load(session: Session, sid: str) -> PhoneCall:
    """The call with this provider id."""
    call = find(session, sid)
    if call is None:
        raise NotFound("No call %(sid)s is known here.", sid=sid[:40])
    return call


def find(session: Session, sid: str) -> PhoneCall | None:
    return session.scalar(select(PhoneCall).where(PhoneCall.call_sid == sid).execution_options(populate_existing=True))


def status_changed(session: Session, call: PhoneCall, status: str, now: datetime) -> None:
    """The provider's word on the caller's leg. It only moves forward, and the end is the end."""
    rank = RANKS.get(status, 0)
    line.lock(session, call.interaction_id)
    moved = changed(
        session,
        update(PhoneCall).where(PhoneCall.id == call.id, PhoneCall.status_rank < rank).values(status_rank=rank),
    )
    if moved and rank == ENDED:
        _ended(session, call, now)


def _ended(session: Session, call: PhoneCall, now: datetime) -> None:
    """The caller is gone: whatever waited is abandoned, whoever talked wraps up, an agent's leg is ended."""
    session.execute(update(PhoneCall).where(PhoneCall.id == call.id).values(customer_leg=LegState.LEFT))
    visits.hang_up(session, call, now)
    item = line.live_item(session, call.interaction_id)
    if item is not None and item.channel == Channel.VOICE:
        if item.state == WorkState.ASSIGNED:
            conversation_ended(session, call, item, now)
        elif line.abandon(session, call.interaction_id, "caller_left", now):
            _write(session, call, "abandoned", now)
    else:
        left = "transferred" if call.position.get("transferring") else "gave_up"
        outcome = call.position.get("state", {}).get("ended") or left
        interactions.move(session, call.interaction_id, InteractionState.COMPLETED, now, outcome=outcome)
    commands.ended(session, call, now)
    hang_up_agent(session, call)
    callbacks.call_ended(session, call, now)
    interaction = interactions.load(session, call.interaction_id)
    events.record(session, events.CallChanged(call.id, interaction.case_id, None), now)


def conversation_ended(session: Session, call: PhoneCall, item: WorkItem, now: datetime) -> None:
    """Agent and caller have parted: the agent writes it up, a wish to hang up has come true, the agent's leg is ended."""
    agent_id = wrap_up.agent_of(session, item)
    if wrap_up.start(session, item, now):
        _write(session, call, "ended", now)
    commands.ended(session, call, now)
    hang_up_agent(session, call)
    events.record(session, events.CallChanged(call.id, item.case_id, agent_id), now)


def hang_up_agent(session: Session, call: PhoneCall) -> None:
    """End the agent's leg, if there is one."""
    if call.agent_sid and call.agent_leg in {LegState.DIALING, LegState.JOINED, LegState.HELD}:
        outbox.post(session, outbox.Parcel("voice.hang_up", f"hang_up:{call.agent_sid}", {"sid": call.agent_sid}))


def _write(session: Session, call: PhoneCall, what: str, now: datetime) -> None:
    interaction = interactions.load(session, call.interaction_id)
    if interaction.case_id is None:
        return
    begun = interaction.connected_at or interaction.queued_at or interaction.started_at
    body = {"what": what, "seconds": round((now - begun).total_seconds())}
    entry = timeline.Entry(EntryKind.CALL, body, Channel.VOICE, interaction.id)
    timeline.write(session, interaction.case_id, entry, now)


def of_interaction(session: Session, interaction_id: int) -> PhoneCall | None:
    return session.scalar(
        select(PhoneCall).where(PhoneCall.interaction_id == interaction_id).execution_options(populate_existing=True)
    )


def language_of(session: Session, call: PhoneCall) -> str:
    return session.scalar(select(Interaction.language).where(Interaction.id == call.interaction_id)) or "en"


def live(session: Session) -> int:
    """How many calls are going on."""
    return session.scalar(select(func.count()).select_from(PhoneCall).where(PhoneCall.status_rank < ENDED)) or 0
