"""Telling the engine again what it was told: does it decide the same, and what did it decide?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

import routing
from contactcenter.assignment.journal import FIRST, decisions, following
from contactcenter.foundation.clock import instant, microseconds
from contactcenter.foundation.errors import BadInput
from contactcenter.models import RoutingLog
from routing.journal import decode, decode_config

_PAGE = 500


@dataclass(frozen=True, slots=True)
class Told:
    """One event told again: what the log says was decided, and what was decided now."""

    at: datetime
    event: routing.Event
    then: list[list[int]]
    now: list[list[int]]

    @property
    def differs(self) -> bool:
        return self.then != self.now


@dataclass(frozen=True, slots=True)
class Page:
    """One row of the log told again. `digest` is that of now; `noted` is the log's; a start has no events."""

    epoch: int
    at: datetime
    begins: bool
    told: tuple[Told, ...]
    digest: str
    noted: str
    started: tuple[routing.Event, ...] = ()
    """A start as events: who was there then."""

    @property
    def differs(self) -> bool:
        return self.digest != self.noted or any(one.differs for one in self.told)


def replay(session: Session, since: datetime, until: datetime) -> Iterator[Page]:
    """Every page between the instants, each epoch from the last start before it. Raises BadInput without such a start."""
    epochs = session.scalars(
        select(RoutingLog.epoch)
        .where(RoutingLog.at.between(since, until))
        .group_by(RoutingLog.epoch)
        .order_by(func.min(RoutingLog.id))
    ).all()
    if not epochs:
        raise BadInput("Nothing was routed in this time, or it is longer ago than the log is kept.")
    for epoch in epochs:
        yield from _epoch(session, epoch, since, until)


def _epoch(session: Session, epoch: int, since: datetime, until: datetime) -> Iterator[Page]:
    engine: routing.Engine | None = None
    digest = FIRST
    for row in _rows(session, epoch, _first(session, epoch, since), until):
        if row.start is not None:
            engine = routing.Engine.load(decode_config(row.start["config"]), row.start["engine"])
            digest = FIRST
            yield Page(epoch, row.at, True, (), digest, row.digest, tuple(engine.signed_in(microseconds(row.at))))
            continue
        assert engine is not None, "the first row of an epoch is a start"
        told = [_tell(engine, heard, row.at) for heard in row.heard]
        for one in told:
            digest = following(digest, one.now)
        yield Page(epoch, row.at, False, tuple(told), digest, row.digest)


def _tell(engine: routing.Engine, heard: list[Any], noted_at: datetime) -> Told:
    event = decode(heard[0])
    now = decisions(engine.apply(event))
    return Told(instant(event.now) if event.now else noted_at, event, heard[1], now)


def _first(session: Session, epoch: int, since: datetime) -> int:
    """The start from which the rows after `since` can be told."""
    of_epoch = select(func.max(RoutingLog.id)).where(RoutingLog.epoch == epoch, RoutingLog.start.is_not(None))
    before = session.scalar(of_epoch.where(RoutingLog.at <= since))
    if before is not None:
        return before
    first = session.scalar(
        select(func.min(RoutingLog.id)).where(RoutingLog.epoch == epoch, RoutingLog.start.is_not(None))
    )
    if first is None:
        raise BadInput("The log of this time has no beginning any more; choose a later one.")
    return first


def _rows(session: Session, epoch: int, first: int, until: datetime) -> Iterator[RoutingLog]:
    after = first - 1
    while True:
        rows = session.scalars(
            select(RoutingLog)
            .where(RoutingLog.epoch == epoch, RoutingLog.id > after, RoutingLog.at <= until)
            .order_by(RoutingLog.id)
            .limit(_PAGE)
        ).all()
        yield from rows
        if len(rows) < _PAGE:
            return
        after = rows[-1].id
        session.expunge_all()
