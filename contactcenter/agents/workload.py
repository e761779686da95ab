"""Workload: capacity that an offer takes and an ended item gives back, counted under guards."""

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Update, bindparam, update
from sqlalchemy.orm import Session

from contactcenter.foundation.db import table_of
from contactcenter.foundation.guards import made_change
from contactcenter.models import Agent, AgentChannel
from contactcenter.models.states import Channel

WEIGHTS: dict[Channel, int] = {Channel.VOICE: 100, Channel.CHAT: 25, Channel.MESSAGING: 25, Channel.EMAIL: 20}
"""Units of an agent's 100 that one item of a channel takes. A call takes the whole person."""

INTERRUPTIBLE = frozenset({Channel.EMAIL, Channel.MESSAGING})
"""Nobody sits and waits for the next word there: once accepted, such work makes way for a call."""


_AGENT, _WAY = table_of(Agent), table_of(AgentChannel)
_COUNT = (
    update(_WAY)
    .where(_WAY.c.agent_id == bindparam("whose"), _WAY.c.channel == bindparam("way"), _WAY.c.live < _WAY.c.most)
    .values(live=_WAY.c.live + 1)
)
_DISCOUNT = (
    update(_WAY)
    .where(_WAY.c.agent_id == bindparam("whose"), _WAY.c.channel == bindparam("way"))
    .values(live=_WAY.c.live - 1)
)


def take(session: Session, agent_id: int, channel: str, weight: int, now: datetime, *, by_hand: bool = False) -> bool:
    """Reserve room for one item; False when the agent is full, not ready, or gone.

    A supervisor's choice (`by_hand`) may go to an agent who is not ready, never to one who is full.
    """
    given = {"whose": agent_id, "units": weight} | ({} if by_hand else {"at": now})
    return made_change(session, _taking(channel in INTERRUPTIBLE, by_hand), given) and made_change(
        session, _COUNT, {"whose": agent_id, "way": channel}
    )


def accept(session: Session, agent_id: int, channel: str, weight: int) -> None:
    """What was offered is accepted: from now on it makes way for a call, if its channel does."""
    if channel in INTERRUPTIBLE:
        session.execute(update(Agent).where(Agent.id == agent_id).values(yielding=Agent.yielding + weight))


def free(session: Session, agent_id: int, channel: str, weight: int, now: datetime, *, worked: bool = True) -> None:
    """Give the room of one item back. After work (not after a mere offer) the agent counts as idle from now."""
    given = {"whose": agent_id, "units": weight} | ({"at": now} if worked else {})
    made_change(session, _freeing(channel in INTERRUPTIBLE, worked), given)
    made_change(session, _DISCOUNT, {"whose": agent_id, "way": channel})


@cache
def _taking(interruptible: bool, by_hand: bool) -> Update:
    """What stands in the way of one more item: everything for an interruptible one, for the others what does not yield."""
    firm = _AGENT.c.load + 0 if interruptible else _AGENT.c.load - _AGENT.c.yielding
    guard = () if by_hand else (_AGENT.c.ready, _AGENT.c.presence_until > bindparam("at"))
    return (
        update(_AGENT)
        .where(_AGENT.c.id == bindparam("whose"), _AGENT.c.enabled)
        .where(firm + bindparam("units") <= _AGENT.c.capacity, *guard)
        .values(load=_AGENT.c.load + bindparam("units"))
    )


@cache
def _freeing(interruptible: bool, worked: bool) -> Update:
    values: dict[str, Any] = {"load": _AGENT.c.load - bindparam("units")}
    if worked:
        values |= {"idle_since": bindparam("at"), "state_since": bindparam("at")}
        if interruptible:
            values |= {"yielding": _AGENT.c.yielding - bindparam("units")}
    return update(_AGENT).where(_AGENT.c.id == bindparam("whose")).values(**values)
