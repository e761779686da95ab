"""Workload: capacity that an offer takes and an ended item gives back, counted under guards."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, update
from sqlalchemy.orm import Session

from contactcenter.foundation.guards import changed
from contactcenter.models import Agent, AgentChannel
from contactcenter.models.states import Channel

WEIGHTS: dict[Channel, int] = {Channel.VOICE: 100, Channel.CHAT: 25, Channel.MESSAGING: 25, Channel.EMAIL: 20}
"""Units of an agent's 100 that one item of a channel takes. A call takes the whole person."""

INTERRUPTIBLE = frozenset({Channel.EMAIL, Channel.MESSAGING})
"""Nobody sits and waits for the next word there: once accepted, such work makes way for a call."""


def take(session: Session, agent_id: int, channel: str, weight: int, now: datetime, *, by_hand: bool = False) -> bool:
    """Reserve room for one item; False when the agent is full, not ready, or gone.

    A supervisor's choice (`by_hand`) may go to an agent who is not ready, never to one who is full.
    """
    guard = [] if by_hand else [Agent.ready, Agent.presence_until > now]
    return changed(
        session,
        update(Agent)
        .where(Agent.id == agent_id, Agent.enabled, _firm(channel) + weight <= Agent.capacity, *guard)
        .values(load=Agent.load + weight),
    ) and changed(
        session,
        update(AgentChannel)
        .where(
            AgentChannel.agent_id == agent_id,
            AgentChannel.channel == channel,
            AgentChannel.live < AgentChannel.most,
        )
        .values(live=AgentChannel.live + 1),
    )


def accept(session: Session, agent_id: int, channel: str, weight: int) -> None:
    """What was offered is accepted: from now on it makes way for a call, if its channel does."""
    if channel in INTERRUPTIBLE:
        session.execute(update(Agent).where(Agent.id == agent_id).values(yielding=Agent.yielding + weight))


def free(session: Session, agent_id: int, channel: str, weight: int, now: datetime, *, worked: bool = True) -> None:
    """Give the room of one item back. After work (not after a mere offer) the agent counts as idle from now."""
    values: dict[str, Any] = {"load": Agent.load - weight}
    if worked:
        values |= {"idle_since": now, "state_since": now}
        if channel in INTERRUPTIBLE:
            values |= {"yielding": Agent.yielding - weight}
    session.execute(update(Agent).where(Agent.id == agent_id).values(**values))
    session.execute(
        update(AgentChannel)
        .where(AgentChannel.agent_id == agent_id, AgentChannel.channel == channel)
        .values(live=AgentChannel.live - 1)
    )


def _firm(channel: str) -> ColumnElement[int]:
    """The units that stand in the way of one more item of this channel."""
    return Agent.load + 0 if channel in INTERRUPTIBLE else Agent.load - Agent.yielding
