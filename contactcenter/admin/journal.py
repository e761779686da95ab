"""The audit log, newest first, and whether what is shown still fits its chain."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contactcenter.foundation import audit, clock
from contactcenter.models import Audit, User

MOST = 200


class Link(StrEnum):
    """How a row stands in the chain."""

    FITS = "fits"
    FRESH = "fresh"
    """Committed a moment ago and not linked yet."""
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Deed:
    id: int
    seq: int | None
    at: datetime
    actor: str
    subject: str
    action: str
    body: dict[str, Any]
    link: Link


@dataclass(frozen=True, slots=True)
class Journal:
    """`linked` is how many rows the whole chain has; only the ones shown were verified."""

    now: datetime
    deeds: tuple[Deed, ...]
    linked: int
    fresh: int
    broken: int


def journal(session: Session) -> Journal:
    """The newest rows, each checked against its own content and against the row before it."""
    now = clock.now(session)
    rows = session.scalars(select(Audit).order_by(Audit.seq.desc().nulls_first(), Audit.id.desc()).limit(MOST)).all()
    linked = session.scalar(select(func.max(Audit.seq))) or 0
    names = _names(session, rows)
    links = _links(rows)
    deeds = tuple(
        Deed(row.id, row.seq, row.at, names.get(row.actor, row.actor), row.subject, row.action, row.body, links[row.id])
        for row in rows
    )
    found = list(links.values())
    return Journal(now, deeds, linked, found.count(Link.FRESH), found.count(Link.BROKEN))


def _links(rows: Sequence[Audit]) -> dict[int, Link]:
    """A row is broken when its content does not make its hash, or when it does not go on from the row before."""
    linked = [row for row in rows if row.seq is not None]
    found = {row.id: Link.FRESH for row in rows if row.seq is None}
    for row, older in zip(linked, [*linked[1:], None], strict=False):
        whole = row.hash == audit.digest(row.prev_hash or "", row)
        follows = older is None or (older.seq == (row.seq or 0) - 1 and older.hash == row.prev_hash)
        found[row.id] = Link.FITS if whole and follows else Link.BROKEN
    return found


def _names(session: Session, rows: Sequence[Audit]) -> dict[str, str]:
    """Who an actor of the form user:3 is."""
    ids = {int(key) for row in rows for kind, _, key in [row.actor.partition(":")] if kind == "user" and key.isdigit()}
    people = session.execute(select(User.id, User.name).where(User.id.in_(ids)))
    return {f"user:{user_id}": name for user_id, name in people}
