"""Workload: capacity that an offer takes and an ended item gives back, counted under guards."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from contactcenter.foundation.guards import changed
from contactcenter.models import Agent, AgentChannel
from contactcenter.models.states import Channel

WEIGHTS: dict[Channel, int] = {Channel.VOICE: 100, Channel.CHAT: 25, Channel.MESSAGING: 25, Channel.EMAIL: 20}
"""Units of an agent's 100 that one item of a channel takes. A call takes the whole person."""


def take(session: Session, agent_id: int, channel: str, weight: int, now: datetime, *, by_hand: bool = False) -> bool:
    """Reserve room for one item; False when the agent is full, not ready, or gone.

    A supervisor's choice (`by_hand`) may go to an agent who is not ready, never to one who is full.
    """
    guard = [] if by_hand else [Agent.ready, Agent.presence_until > now]
    return changed(
        session,
        update(Agent)
        .where(Agent.id == agent_id, Agent.enabled, Agent.load + weight <= Agent.capacity, *guard)
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


def free(session: Session, agent_id: int, channel: str, weight: int, now: datetime, *, worked: bool = True) -> None:
    """Give the room of one item back. After work (not after a mere offer) the agent counts as idle from now."""
    stamps = {"idle_since": now, "state_since": now} if worked else {}
    session.execute(update(Agent).where(Agent.id == agent_id).values(load=Agent.load - weight, **stamps))
    session.execute(
        update(AgentChannel)
        .where(AgentChannel.agent_id == agent_id, AgentChannel.channel == channel)
        .values(live=AgentChannel.live - 1)
    )
