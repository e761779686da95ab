"""The engine's log: what the active router told its engine and what that decided, kept so that it can be told again."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

import routing
from contactcenter.foundation.db import add
from contactcenter.models import RoutingLog
from routing.journal import encode, encode_config

BEGINS_ANEW = timedelta(hours=1)
"""So often the whole engine is written down, which is where telling it again may begin."""
KEPT = timedelta(days=14)
FIRST = hashlib.sha256(b"").hexdigest()


@dataclass(slots=True)
class Journal:
    """One router's pages, written with its other rows. `digest` runs over all decisions since the last beginning."""

    epoch: int
    pending: list[list[Any]] = field(default_factory=list)
    begun: datetime | None = None
    digest: str = FIRST
    ticked: bool = False

    def hear(self, event: routing.Event, effects: Iterable[routing.Effect]) -> None:
        """Note an event with the offers that followed. Of ticks that change nothing only the first is noted: telling few
        ticks or many comes to the same.
        """
        decided = decisions(effects)
        idle = isinstance(event, routing.Tick) and all(isinstance(effect, routing.WakeAt) for effect in effects)
        if not (idle and self.ticked):
            self.pending.append([encode(event), decided])
            self.digest = following(self.digest, decided)
        self.ticked = idle

    def begin(self, session: Session, engine: routing.Engine, config: routing.Config, now: datetime) -> None:
        """Write the whole engine down: nothing that was heard before is needed from here on."""
        self.write(session, config.version, now)
        self.begun, self.digest, self.ticked = now, FIRST, False
        start = {"config": encode_config(config), "engine": engine.dump()}
        self._add(session, config.version, now, start, [])

    def write(self, session: Session, version: int, now: datetime) -> None:
        """Write what was heard since the last time."""
        if self.pending and self.begun is not None:
            heard, self.pending = self.pending, []
            self._add(session, version, now, None, heard)

    def is_due(self, now: datetime) -> bool:
        return self.begun is None or now - self.begun > BEGINS_ANEW

    def _add(self, session: Session, version: int, now: datetime, start: Any, heard: list[Any]) -> None:
        row = {"epoch": self.epoch, "at": now, "config_version": version, "heard": heard, "digest": self.digest}
        add(session, RoutingLog, row if start is None else {**row, "start": start})


def decisions(effects: Iterable[routing.Effect]) -> list[list[int]]:
    """Work and agent of each offer."""
    return [[effect.work, effect.agent] for effect in effects if isinstance(effect, routing.OfferMade)]


def following(digest: str, decided: list[list[int]]) -> str:
    """The digest after these decisions; the same while nothing is decided."""
    return hashlib.sha256(f"{digest}{json.dumps(decided)}".encode()).hexdigest() if decided else digest


def forget_old(session: Session, now: datetime) -> None:
    session.execute(delete(RoutingLog).where(RoutingLog.at < now - KEPT))
