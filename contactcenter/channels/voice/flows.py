"""Published phone menus, read once per version: a version never changes."""

from sqlalchemy import select
from sqlalchemy.orm import Session

import ivr
from contactcenter.channels.voice import library
from contactcenter.foundation.errors import NotFound
from contactcenter.foundation.remembering import Remembered
from contactcenter.models import FlowText, PhoneNumber

_SEEN_WITHIN = 2.0
"""Seconds after which a newly published version answers everywhere."""
_current: Remembered[tuple[str, int]] = Remembered(_SEEN_WITHIN)
_published: Remembered[ivr.Flow] = Remembered(float("inf"))


def answering(session: Session, number: str) -> ivr.Flow:
    """The flow that answers this number of ours, in its current version."""
    name, current = _current.get(session, number, lambda: _find(session, number))
    return version(session, name, current)


def numbers(session: Session) -> list[str]:
    """Our numbers that a flow answers."""
    published = select(PhoneNumber.number).join(FlowText, FlowText.name == PhoneNumber.flow).where(FlowText.current)
    return list(session.scalars(published.order_by(PhoneNumber.number)))


def version(session: Session, name: str, number: int) -> ivr.Flow:
    """One published version of a flow, with the parts that it runs."""
    return _published.get(session, (name, number), lambda: _read(session, name, number))


def _find(session: Session, number: str) -> tuple[str, int]:
    row = session.execute(
        select(FlowText.name, FlowText.version)
        .join(PhoneNumber, PhoneNumber.flow == FlowText.name)
        .where(PhoneNumber.number == number, FlowText.current)
    ).first()
    if row is None:
        raise NotFound("No flow answers the number %(number)s; add it to config/numbers.yaml and apply.", number=number)
    return row.name, row.version


def _read(session: Session, name: str, number: int) -> ivr.Flow:
    body = session.scalar(select(FlowText.body).where(FlowText.name == name, FlowText.version == number))
    if body is None:
        raise NotFound("There is no version %(version)s of the flow %(flow)s.", version=number, flow=name)

    def part(named: str, at: int) -> ivr.Flow | ivr.Missing:
        return library.published(session)(named, at)  # which most flows need not ask for

    return ivr.joined(ivr.parse(body, f"{name}@{number}"), part)
