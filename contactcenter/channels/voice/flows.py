"""Published phone menus, read once per version: a version never changes."""

from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

import ivr
from contactcenter.foundation.errors import NotFound
from contactcenter.models import FlowText, PhoneNumber


def answering(session: Session, number: str) -> ivr.Flow:
    """The flow that answers this number of ours, in its current version."""
    row = session.execute(
        select(FlowText.name, FlowText.version)
        .join(PhoneNumber, PhoneNumber.flow == FlowText.name)
        .where(PhoneNumber.number == number, FlowText.current)
    ).first()
    if row is None:
        raise NotFound("No flow answers the number %(number)s; add it to config/numbers.yaml and apply.", number=number)
    return version(session, row.name, row.version)


def version(session: Session, name: str, number: int) -> ivr.Flow:
    """One published version of a flow."""
    body = session.scalar(select(FlowText.body).where(FlowText.name == name, FlowText.version == number))
    if body is None:
        raise NotFound("There is no version %(version)s of the flow %(flow)s.", version=number, flow=name)
    return _parse(body, f"{name}@{number}")


@lru_cache(maxsize=64)
def _parse(body: str, source: str) -> ivr.Flow:
    return ivr.parse(body, source)
