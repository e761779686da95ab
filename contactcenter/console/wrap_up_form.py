"""The wrap-up form of the work I have in a case: dispositions, the time left, and the next status."""

from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from contactcenter.cases.status import TRANSITIONS
from contactcenter.channels.voice import callback_tries
from contactcenter.console.live import Live, watch
from contactcenter.foundation.permissions import Who
from contactcenter.models import Case, Disposition, Offer, WorkItem
from contactcenter.models.states import CaseStatus, WorkState

KINDS = ("offer_accepted", "offer_released", "wrap_up_started", "work_completed", "case_changed")


@dataclass(frozen=True, slots=True)
class Choice:
    name: str
    titles: dict[str, str]


@dataclass(frozen=True, slots=True)
class Form:
    """`item_id` is None while I have no work in this case; `until` is None while the conversation goes on."""

    live: Live
    item_id: int | None
    channel: str
    over: bool
    is_callback: bool
    """A try of a promised call: who was not reached can be called again later."""
    until: datetime | None
    choices: list[Choice]
    statuses: list[str]


def form(session: Session, case: Case, who: Who) -> Form:
    """What is to be filled in for the work of this agent in this case."""
    url = url_for("console.context", case_id=case.id, tab="wrap-up")
    live = watch(session, [f"agent:{who.id}", f"case:{case.id}"], url, KINDS)
    item = session.scalar(
        select(WorkItem)
        .join(Offer, Offer.id == WorkItem.current_offer)
        .where(
            WorkItem.case_id == case.id,
            Offer.agent_id == who.id,
            WorkItem.state.in_([WorkState.ASSIGNED, WorkState.WRAP_UP]),
        )
        .order_by((WorkItem.state == WorkState.WRAP_UP).desc(), WorkItem.id.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )
    choices = session.scalars(select(Disposition).where(Disposition.enabled).order_by(Disposition.position))
    over = item is not None and item.state == WorkState.WRAP_UP
    return Form(
        live=live,
        item_id=item.id if item else None,
        channel=item.channel if item else "",
        over=over,
        is_callback=item is not None and callback_tries.was_reached(session, item.id),
        until=item.wrap_up_until if item and over else None,
        choices=[Choice(row.name, row.titles) for row in choices],
        statuses=next_statuses(case),
    )


def next_statuses(case: Case) -> list[str]:
    """The statuses that this case can change to, in the order of its life."""
    possible = TRANSITIONS[CaseStatus(case.status)]
    return [status for status in CaseStatus if status in possible]
