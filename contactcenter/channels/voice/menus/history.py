"""The published versions of a phone menu: which is in force, which were, by whom and why."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contactcenter.foundation.errors import NotFound
from contactcenter.models import FlowDraft, FlowText, PhoneNumber

_NAME = re.compile(r"[a-z][a-z0-9-]{0,60}")


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


def named(name: str) -> str:
    """The name, if a menu can have it. Raises NotFound for the others, of which the database need not be asked."""
    if not _NAME.fullmatch(name):
        raise _unknown(name[:60])
    return name


def numbers(session: Session, name: str) -> tuple[str, ...]:
    """The numbers of ours that lead to a menu."""
    led = select(PhoneNumber.number).where(PhoneNumber.flow == name).order_by(PhoneNumber.number)
    return tuple(session.scalars(led))


def versions(session: Session, name: str) -> Sequence[FlowText]:
    """All versions of a menu, the newest first."""
    found = session.scalars(select(FlowText).where(FlowText.name == name).order_by(FlowText.version.desc())).all()
    if not found:
        raise _unknown(name)
    return found


def current(session: Session, name: str) -> FlowText:
    """The version in force. Raises NotFound for a menu that answers nobody."""
    row = session.scalar(
        select(FlowText).where(FlowText.name == name, FlowText.current).execution_options(populate_existing=True)
    )
    if row is None:
        raise _unknown(name)
    return row


def version(session: Session, name: str, number: int) -> FlowText:
    row = session.get(FlowText, (name, number))
    if row is None:
        raise NotFound("There is no version %(version)s of the flow %(flow)s.", version=number, flow=name)
    return row


def _unknown(name: str) -> NotFound:
    return NotFound("There is no phone menu %(flow)s in force; write config/ivr/%(flow)s.yaml and apply.", flow=name)
