"""What an agent says of themself and what the system holds of it, for the menu at the top of the page."""

from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from contactcenter.console.live import Live, watch
from contactcenter.foundation.permissions import Who
from contactcenter.models import Agent, PresenceReason
from contactcenter.models.states import Presence

KINDS = ("presence_changed", "offer_accepted", "offer_released", "work_completed")


@dataclass(frozen=True, slots=True)
class Reason:
    name: str
    titles: dict[str, str]


@dataclass(frozen=True, slots=True)
class Menu:
    """`not_ready` is the machine's reason for holding back work although the agent said to be available."""

    live: Live
    chosen: str
    reason: str
    not_ready: str
    ready: bool
    load: int
    capacity: int
    since: datetime
    reasons: list[Reason]


def menu(session: Session, who: Who) -> Menu | None:
    """None for somebody who takes no work."""
    live = watch(session, [f"agent:{who.id}"], url_for("console.presence"), KINDS)
    agent = session.get(Agent, who.id, populate_existing=True)
    if agent is None:
        return None
    reasons = session.scalars(select(PresenceReason).where(PresenceReason.enabled).order_by(PresenceReason.position))
    held_back = agent.chosen == Presence.AVAILABLE and not agent.ready
    return Menu(
        live=live,
        chosen=agent.chosen,
        reason=agent.chosen_reason or "",
        not_ready=(agent.not_ready_reason or "") if held_back else "",
        ready=agent.ready,
        load=agent.load,
        capacity=agent.capacity,
        since=agent.state_since,
        reasons=[Reason(row.name, row.titles) for row in reasons],
    )
