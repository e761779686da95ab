"""Which calls a question about a phone menu is about; every figure of the answer counts these and no others."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, and_, exists, func, literal, select
from sqlalchemy.orm import Session, aliased

from contactcenter.channels.voice.calls import ENDED
from contactcenter.models import PhoneCall, StepVisit
from ivr.visiting import PASSED_BY

_CAME_IN = PhoneCall.callback_id.is_(None)
"""A call that we make goes through no menu but for the question at its end."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Calls that one version of a menu answered from `since` up to `until`; with `language`, those that ended in it."""

    flow: str
    version: int
    since: datetime
    until: datetime
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many, for a figure that can be opened to what is in it."""

    part: int = 0
    whole: int = 0

    @property
    def value(self) -> float | None:
        """None of nothing."""
        return self.part / self.whole if self.whole else None


@dataclass(frozen=True, slots=True)
class Measured:
    """A version that answered calls, and how many."""

    flow: str
    version: int
    calls: int


def calls(asked: Asked) -> CTE:
    """The calls in question, with when the menu answered them and when they were last in it.

    A call counts where it came in, whenever it ended. Calls that are still going on are not counted.
    """
    before = aliased(StepVisit)
    found = (
        select(
            StepVisit.call_id.label("id"),
            func.min(StepVisit.entered_at).label("answered_at"),
            PhoneCall.interaction_id,
            PhoneCall.from_number,
        )
        .join(PhoneCall, and_(PhoneCall.id == StepVisit.call_id, PhoneCall.status_rank == ENDED, _CAME_IN))
        .where(of_menu(StepVisit, asked), StepVisit.entered_at >= asked.since, StepVisit.entered_at < asked.until)
        .where(
            ~exists(literal(1)).where(
                of_menu(before, asked), before.call_id == StepVisit.call_id, before.entered_at < asked.since
            )
        )
        .group_by(StepVisit.call_id, PhoneCall.interaction_id, PhoneCall.from_number)
    )
    if asked.language is not None:
        last = aliased(StepVisit)
        spoken = (
            select(last.language)
            .where(of_menu(last, asked), last.call_id == StepVisit.call_id)
            .order_by(last.number.desc())
            .limit(1)
            .correlate(StepVisit)
            .scalar_subquery()
        )
        found = found.where(spoken == asked.language)
    return found.cte("calls")


def stays(asked: Asked, *columns: Any) -> Select[Any]:
    """Of the stays of these calls in the menu, these columns; steps that were only passed by are none."""
    return passages(asked, *columns).where(StepVisit.exit != PASSED_BY)


def passages(asked: Asked, *columns: Any) -> Select[Any]:
    """The stays, and the ways past steps that had been visited often enough."""
    those = calls(asked)
    return (
        select(*columns)
        .select_from(StepVisit)
        .join(those, those.c.id == StepVisit.call_id)
        .where(of_menu(StepVisit, asked))
    )


def of_menu(visit: Any, asked: Asked) -> ColumnElement[bool]:
    return and_(visit.flow == asked.flow, visit.version == asked.version)


def number_of_calls(session: Session, asked: Asked) -> int:
    """Calls: how many came in during the time and are over."""
    return session.scalar(select(func.count()).select_from(calls(asked))) or 0


def measured(session: Session, since: datetime, until: datetime) -> list[Measured]:
    """Every version that calls were answered with in this time, the newest of each flow first."""
    rows = session.execute(
        select(StepVisit.flow, StepVisit.version)
        .where(StepVisit.entered_at >= since, StepVisit.entered_at < until)
        .distinct()
        .order_by(StepVisit.flow, StepVisit.version.desc())
    )
    return [
        Measured(flow, version, number_of_calls(session, Asked(flow, version, since, until))) for flow, version in rows
    ]
