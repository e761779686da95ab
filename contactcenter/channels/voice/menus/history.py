"""The shelf of the phone menus: which are in force, the numbers that lead to them, whose drafts there are."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contactcenter.foundation import events
from contactcenter.foundation.languages import N_
from contactcenter.foundation.shelves import Shelf
from contactcenter.models import FlowDraft, FlowText, PhoneNumber

MENUS = Shelf(
    FlowText,
    FlowDraft,
    "flow",
    unknown=N_("There is no phone menu %(name)s in force; write config/ivr/%(name)s.yaml and apply."),
    no_version=N_("There is no version %(version)s of the flow %(name)s."),
    published=events.MenuPublished,
)


@dataclass(frozen=True, slots=True)
class Standing:
    """One menu in the list: what is in force, the numbers that lead to it, and whose draft there is."""

    current: FlowText
    draft_by: str | None
    draft_at: datetime | None
    numbers: tuple[str, ...]


def menus(session: Session) -> tuple[Standing, ...]:
    """Every menu that is in force."""
    led = select(func.array_agg(PhoneNumber.number)).where(PhoneNumber.flow == FlowText.name).scalar_subquery()
    rows = session.execute(
        select(FlowText, FlowDraft.by_name, FlowDraft.at, led)
        .outerjoin(FlowDraft, FlowDraft.name == FlowText.name)
        .where(FlowText.current)
        .order_by(FlowText.name)
    )
    return tuple(Standing(flow, by_name, at, tuple(sorted(numbers or ()))) for flow, by_name, at, numbers in rows)


def numbers(session: Session, name: str) -> tuple[str, ...]:
    """The numbers of ours that lead to a menu."""
    led = select(PhoneNumber.number).where(PhoneNumber.flow == name).order_by(PhoneNumber.number)
    return tuple(session.scalars(led))
