"""My work: what rings, what goes on, what is to be wrapped up, and the cases in hand, the most urgent first."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import url_for
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from contactcenter.cases.status import OVER
from contactcenter.console import promises
from contactcenter.console.live import Live, watch
from contactcenter.console.promises import Badge
from contactcenter.foundation.permissions import Who
from contactcenter.models import Case, Customer, Interaction, Offer, TimelineEntry, WorkItem
from contactcenter.models.states import EntryKind, WorkState

MOST_CASES = 100
_SPOKEN = (EntryKind.MESSAGE_IN, EntryKind.MESSAGE_OUT, EntryKind.NOTE, EntryKind.VOICEMAIL)
_ANSWERS = (EntryKind.MESSAGE_OUT, EntryKind.NOTE, EntryKind.WRAP_UP)
_LATE = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Said:
    """The last thing said in a case, and how many messages of the customer nobody has answered."""

    kind: str
    text: str
    unanswered: int


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list: a work item that is mine, or a case that is mine."""

    case_id: int
    item_id: int | None
    name: str
    channel: str
    at: datetime
    subject: str
    status: str
    last: Said | None
    badge: Badge | None
    until: datetime | None = None
    interrupted: bool = False


@dataclass(frozen=True, slots=True)
class Work:
    live: Live
    current: int | None
    ringing: list[Row]
    active: list[Row]
    wrap_up: list[Row]
    cases: list[Row]

    @property
    def is_empty(self) -> bool:
        return not (self.ringing or self.active or self.wrap_up or self.cases)


def my_work(session: Session, who: Who, current: int | None, now: datetime) -> Work:
    """Everything this agent has in hand; `current` is the case that is open in the middle."""
    url = url_for("console.work", case=current)
    live = watch(session, [f"agent:{who.id}"], url)
    items = _items(session, who.id)
    taken = {case.id for _, case, *_ in items}
    cases = _cases(session, who.id, taken)
    every = taken | {case.id for case, _ in cases}
    badges, said = promises.next_of(session, every, now), _said(session, every)
    rows: dict[str, list[Row]] = {state: [] for state in WorkState}
    for item, case, customer, interaction in items:
        rows[item.state].append(
            Row(
                case.id, item.id, customer.name, item.channel, interaction.queued_at or item.enqueued_at,
                case.subject, case.status, said.get(case.id), badges.get(case.id), item.wrap_up_until,
                item.interrupted_at is not None,
            )
        )  # fmt: skip
    open_cases = [
        Row(
            case.id, None, customer.name, case.channel, case.updated_at,
            case.subject, case.status, said.get(case.id), badges.get(case.id),
        )
        for case, customer in cases
    ]  # fmt: skip
    return Work(
        live=live,
        current=current,
        ringing=rows[WorkState.OFFERED],
        active=rows[WorkState.ASSIGNED],
        wrap_up=rows[WorkState.WRAP_UP],
        cases=sorted(open_cases, key=_slack),
    )


def _items(session: Session, agent_id: int) -> list[tuple[WorkItem, Case, Customer, Interaction]]:
    rows = session.execute(
        select(WorkItem, Case, Customer, Interaction)
        .join(Offer, Offer.id == WorkItem.current_offer)
        .join(Case, Case.id == WorkItem.case_id)
        .join(Customer, Customer.id == Case.customer_id)
        .join(Interaction, Interaction.id == WorkItem.interaction_id)
        .where(
            Offer.agent_id == agent_id,
            WorkItem.state.in_([WorkState.OFFERED, WorkState.ASSIGNED, WorkState.WRAP_UP]),
        )
        .order_by(WorkItem.id)
        .execution_options(populate_existing=True)
    )
    return list(rows)


def _cases(session: Session, agent_id: int, without: Collection[int]) -> list[tuple[Case, Customer]]:
    rows = session.execute(
        select(Case, Customer)
        .join(Customer, Customer.id == Case.customer_id)
        .where(Case.assignee_id == agent_id, Case.status.not_in(OVER), Case.id.not_in(without))
        .order_by(Case.updated_at.desc())
        .limit(MOST_CASES)
        .execution_options(populate_existing=True)
    )
    return list(rows)


def _said(session: Session, cases: Collection[int]) -> dict[int, Said]:
    latest = session.scalars(
        select(TimelineEntry)
        .ext(distinct_on(TimelineEntry.case_id))
        .where(TimelineEntry.case_id.in_(cases), TimelineEntry.kind.in_(_SPOKEN))
        .order_by(TimelineEntry.case_id, TimelineEntry.seq.desc())
    )
    unanswered = _unanswered(session, cases)
    return {row.case_id: Said(row.kind, _words(row.body), unanswered.get(row.case_id, 0)) for row in latest}


def _unanswered(session: Session, cases: Collection[int]) -> dict[int, int]:
    answered = (
        select(TimelineEntry.case_id, func.max(TimelineEntry.seq).label("seq"))
        .where(TimelineEntry.case_id.in_(cases), TimelineEntry.kind.in_(_ANSWERS))
        .group_by(TimelineEntry.case_id)
        .subquery()
    )
    rows = session.execute(
        select(TimelineEntry.case_id, func.count())
        .outerjoin(answered, answered.c.case_id == TimelineEntry.case_id)
        .where(
            TimelineEntry.case_id.in_(cases),
            TimelineEntry.kind == EntryKind.MESSAGE_IN,
            TimelineEntry.seq > func.coalesce(answered.c.seq, 0),
        )
        .group_by(TimelineEntry.case_id)
    )
    return dict(rows.all())


def _words(body: dict[str, Any]) -> str:
    return " ".join(str(body.get("text") or "").split())[:160]


def _slack(row: Row) -> tuple[datetime, int]:
    """What falls due first comes first; what waits for somebody else comes last."""
    return (row.badge.due if row.badge and row.badge.due else _LATE, row.case_id)
