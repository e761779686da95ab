"""Presence: what the agent chose, whether the machine holds them ready, and the lease that shows they are there."""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from contactcenter.foundation import audit, events
from contactcenter.foundation.errors import BadInput
from contactcenter.foundation.guards import changed
from contactcenter.foundation.permissions import Who
from contactcenter.models import Agent, PresenceReason
from contactcenter.models.states import Presence

LEASE = timedelta(seconds=30)
MISSED = "missed_offer"
LEASE_ENDED = "lease_ended"


def choose(session: Session, who: Who, chosen: str, reason: str | None, now: datetime) -> None:
    """The agent says available, aux with a reason, or offline."""
    if chosen not in set(Presence):
        raise BadInput("Choose available, a break with its reason, or offline.")
    if chosen == Presence.AUX and not _known(session, reason):
        raise BadInput("Choose one of the listed reasons.")
    available = chosen == Presence.AVAILABLE
    session.execute(
        update(Agent)
        .where(Agent.id == who.id)
        .values(
            chosen=chosen,
            chosen_reason=reason if chosen == Presence.AUX else None,
            ready=available,
            not_ready_reason=None,
            presence_until=now + LEASE,
            state_since=now,
            **({"idle_since": now} if available else {}),
        )
    )
    audit.write(session, who.actor, f"agent:{who.id}", "presence", now, chosen=chosen, reason=reason)
    events.record(session, events.PresenceChanged(who.id), now)


def is_here(session: Session, agent_id: int, now: datetime) -> bool:
    """Whether the agent works, at whatever, in a page that is open."""
    agent = session.get(Agent, agent_id, populate_existing=True)
    return agent is not None and agent.chosen != Presence.OFFLINE and agent.presence_until > now


def heartbeat(session: Session, agent_id: int, now: datetime) -> None:
    """The agent's page is alive. An agent whose lease had ended comes back as they had chosen to be."""
    back = changed(
        session,
        update(Agent)
        .where(
            Agent.id == agent_id,
            Agent.chosen == Presence.AVAILABLE,
            (Agent.not_ready_reason == LEASE_ENDED) | (Agent.ready & (Agent.presence_until <= now)),
        )
        .values(ready=True, not_ready_reason=None, presence_until=now + LEASE, idle_since=now, state_since=now),
    )
    if back:
        events.record(session, events.PresenceChanged(agent_id), now)
        return
    session.execute(update(Agent).where(Agent.id == agent_id).values(presence_until=now + LEASE))


def set_not_ready(session: Session, agent_id: int, reason: str, now: datetime) -> None:
    """The machine stops offering work to this agent, for a reason that the agent is shown."""
    hit = changed(
        session,
        update(Agent)
        .where(Agent.id == agent_id, Agent.ready)
        .values(ready=False, not_ready_reason=reason, state_since=now),
    )
    if hit:
        events.record(session, events.PresenceChanged(agent_id), now)


def ended_leases(session: Session, now: datetime) -> list[int]:
    """Ready agents whose page has fallen silent."""
    return list(session.scalars(select(Agent.id).where(Agent.ready, Agent.presence_until <= now)))


def _known(session: Session, reason: str | None) -> bool:
    return bool(
        session.scalar(select(PresenceReason.name).where(PresenceReason.name == reason, PresenceReason.enabled))
    )
