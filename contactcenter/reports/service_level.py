"""Service level: which share of the people who waited on the line was answered within their queue's target."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Interval, cast, func, select
from sqlalchemy.orm import Session

from contactcenter.models import Offer, WorkItem
from contactcenter.models.states import Channel, OfferState, WorkState

LIVE = (Channel.VOICE, Channel.CHAT)
"""Where somebody waits while we are silent. A mail or a message has its promise instead (sla/)."""


@dataclass(frozen=True, slots=True)
class ServiceLevel:
    """The counts behind one figure, so that it can be opened to what is in it."""

    in_time: int = 0
    answered: int = 0
    abandoned_late: int = 0
    abandoned_soon: int = 0

    @property
    def share(self) -> float | None:
        """None while nobody has come."""
        counted = self.answered + self.abandoned_late
        return self.in_time / counted if counted else None


def service_level(session: Session, since: datetime) -> dict[int, ServiceLevel]:
    """By queue, for the calls and chats that came in at or after `since`:

        answered within target ÷ (answered + abandoned after target)

    Answered: an agent took it and kept it; the wait ends when the offer was accepted. Target: what the queue promised
    when the work came, inclusive. Not counted: who hung up within the target, who left the line for something else
    (voicemail, a supervisor's cancellation), who still waits, and what went back to the line until it is taken again.
    Work that was moved counts for the queue in which it ended.
    """
    waited = func.coalesce(Offer.decided_at, WorkItem.ended_at) - WorkItem.enqueued_at
    in_time = waited <= WorkItem.target_us * cast("1 microsecond", Interval)
    answered = Offer.id.is_not(None)
    abandoned = WorkItem.state == WorkState.ABANDONED
    rows = session.execute(
        select(
            WorkItem.queue_id,
            func.count().filter(answered, in_time),
            func.count().filter(answered),
            func.count().filter(abandoned, ~in_time),
            func.count().filter(abandoned, in_time),
        )
        .outerjoin(Offer, (Offer.id == WorkItem.current_offer) & (Offer.state == OfferState.ACCEPTED))
        .where(WorkItem.enqueued_at >= since, WorkItem.channel.in_(LIVE))
        .group_by(WorkItem.queue_id)
    )
    return {queue: ServiceLevel(*counts) for queue, *counts in rows}


def local_midnight(now: datetime, zone: str) -> datetime:
    """When this day began by the clock of a place."""
    return now.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
