"""The calls behind a figure of a phone menu, for whoever wants to know what it is made of."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, literal, select
from sqlalchemy.orm import Session

from contactcenter.models import Customer, Interaction, StepVisit
from contactcenter.reports.menu_calls import Asked, calls, of_menu

MOST = 100


@dataclass(frozen=True, slots=True)
class CallBehind:
    """One call. `case_id` is None for a caller who asked for no person; `outcome` as the call was closed."""

    answered_at: datetime
    caller: str
    customer: str | None
    language: str
    path: tuple[str, ...]
    outcome: str | None
    case_id: int | None


@dataclass(frozen=True, slots=True)
class Behind:
    """The newest of `count` calls."""

    count: int
    calls: tuple[CallBehind, ...]


def calls_behind(session: Session, asked: Asked, step: str | None = None, way: str | None = None) -> Behind:
    """The calls in question that were in this step, and left it, or any, by this exit; one that did so twice is there once."""
    those = calls(asked)
    found = select(
        those.c.answered_at,
        those.c.from_number,
        Customer.name,
        Interaction.language,
        Interaction.path,
        Interaction.outcome,
        Interaction.case_id,
        func.count().over(),
    ).select_from(those)
    asked_for = [column == name for column, name in ((StepVisit.step, step), (StepVisit.exit, way)) if name is not None]
    if asked_for:
        found = found.where(
            exists(literal(1)).where(of_menu(StepVisit, asked), StepVisit.call_id == those.c.id, *asked_for)
        )
    rows = session.execute(
        found.join(Interaction, Interaction.id == those.c.interaction_id)
        .outerjoin(Customer, Customer.id == Interaction.customer_id)
        .order_by(those.c.answered_at.desc(), those.c.id.desc())
        .limit(MOST)
    ).all()
    listed = tuple(
        CallBehind(at, caller, customer, language, tuple(path), outcome, case_id)
        for at, caller, customer, language, path, outcome, case_id, _count in rows
    )
    return Behind(rows[0][-1] if rows else 0, listed)
