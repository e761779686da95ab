"""The call bar: the agent's own call as the provider last confirmed it, and what was asked of it meanwhile."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from flask import url_for
from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from contactcenter.channels.voice import commands
from contactcenter.console.live import Live, watch
from contactcenter.foundation.permissions import Who
from contactcenter.models import CallCommand, Case, Customer, Interaction, Offer, PhoneCall, Queue, WorkItem
from contactcenter.models.states import Channel, CommandState, LegState, WorkState

KINDS = ("call_changed", "offer_accepted", "offer_released", "wrap_up_started", "work_completed")

Phase = Literal["dialing", "joining", "calling", "connected", "held", "ended"]


@dataclass(frozen=True, slots=True)
class Call:
    """`asked` is the verb that is under way; `refused` the last one that failed, with the provider's reason."""

    call_id: int
    item_id: int
    case_id: int
    name: str
    number: str
    queue: dict[str, str]
    phase: Phase
    since: datetime | None
    held_since: datetime | None
    until: datetime | None
    asked: str
    refused: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class Bar:
    live: Live
    call: Call | None


def bar(session: Session, who: Who) -> Bar:
    """The call this agent has, or has just had; a person can talk on one phone only."""
    live = watch(session, [f"agent:{who.id}"], url_for("console.call_bar"), KINDS)
    row = session.execute(
        select(PhoneCall, WorkItem, Customer, Interaction, Queue)
        .join(WorkItem, WorkItem.interaction_id == PhoneCall.interaction_id)
        .join(Offer, Offer.id == WorkItem.current_offer)
        .join(Case, Case.id == WorkItem.case_id)
        .join(Customer, Customer.id == Case.customer_id)
        .join(Interaction, Interaction.id == WorkItem.interaction_id)
        .join(Queue, Queue.id == WorkItem.queue_id)
        .where(
            Offer.agent_id == who.id,
            WorkItem.channel == Channel.VOICE,
            WorkItem.state.in_([WorkState.ASSIGNED, WorkState.WRAP_UP]),
        )
        .order_by(WorkItem.id.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    ).first()
    return Bar(live, _call(session, who.id, row) if row else None)


def _call(session: Session, agent_id: int, row: Row[PhoneCall, WorkItem, Customer, Interaction, Queue]) -> Call:
    call, item, customer, interaction, queue = row
    latest = commands.latest(session, call.id, agent_id)
    phase = _phase(call, item)
    return Call(
        call_id=call.id,
        item_id=item.id,
        case_id=item.case_id,
        name=customer.name,
        number=interaction.address,
        queue=queue.titles,
        phase=phase,
        since=interaction.connected_at,
        held_since=_held_since(session, call.id) if phase == "held" else None,
        until=item.wrap_up_until,
        asked=latest.verb if latest and latest.state == CommandState.REQUESTED else "",
        refused=(latest.verb, latest.reason or "") if latest and latest.state == CommandState.FAILED else None,
    )


def _phase(call: PhoneCall, item: WorkItem) -> Phase:
    if item.state == WorkState.WRAP_UP:
        return "ended"
    match call.customer_leg:
        case LegState.HELD:
            return "held"
        case LegState.JOINED:
            return "connected"
        case LegState.DIALING:
            return "calling"
        case _:
            return "joining" if call.agent_leg == LegState.JOINED else "dialing"


def _held_since(session: Session, call_id: int) -> datetime | None:
    return session.scalar(
        select(CallCommand.decided_at)
        .where(CallCommand.call_id == call_id, CallCommand.verb == "hold", CallCommand.state == CommandState.CONFIRMED)
        .order_by(CallCommand.id.desc())
        .limit(1)
    )
