"""The tiles: for each queue who waits, how long, how well it was served today, and who could serve it."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contactcenter.models import WorkItem
from contactcenter.models.states import WorkState
from contactcenter.reports.service_level import LIVE, ServiceLevel, local_midnight, service_level
from contactcenter.supervisor.floor import Floor, Line
from contactcenter.supervisor.watching import Live, floor_rooms

WAITING = (WorkState.WAITING, WorkState.OFFERED)
"""A ringing telephone has not been answered: the customer still waits."""
_TOO_LONG = 2
"""So many times its target is more than a moment's delay."""

Alert = Literal["", "nobody", "too_long", "over_target", "below_level"]
Tone = Literal["", "warn", "bad"]
_TONES: dict[Alert, Tone] = {
    "": "", "nobody": "bad", "too_long": "bad", "over_target": "warn", "below_level": "warn"
}  # fmt: skip
_FIGURES: dict[Alert, str] = {
    "": "", "nobody": "available", "too_long": "longest", "over_target": "longest", "below_level": "service_level"
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Waits:
    """What waits on one channel of a queue, and since when the first of it."""

    channel: str
    count: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Tile:
    """`longest_since` is the first on the line; where nobody is on the line, the oldest of anything."""

    line: Line
    waiting: int
    longest_since: datetime | None
    channels: tuple[Waits, ...]
    level: ServiceLevel
    staffed: int
    available: int
    alert: Alert

    @property
    def tone(self) -> Tone:
        return _TONES[self.alert]

    @property
    def hot(self) -> str:
        """The figure that the alert is about."""
        return _FIGURES[self.alert]


@dataclass(frozen=True, slots=True)
class Tiles:
    live: Live
    tiles: tuple[Tile, ...]
    restless: bool
    """Somebody is on the line and mere time may turn a tile: it has to be looked at again."""


def tiles(session: Session, floor: Floor) -> Tiles:
    """Every queue, whichever of them is chosen: the tiles are also how another is chosen."""
    waits = _waits(session)
    levels = service_level(session, local_midnight(floor.now, floor.zone))
    found = tuple(_tile(floor, line, waits[line.id], levels.get(line.id, ServiceLevel())) for line in floor.lines)
    restless = any(_on_the_line(tile.channels) and tile.tone != "bad" for tile in found)
    return Tiles(floor_rooms(floor), found, restless)


def _tile(floor: Floor, line: Line, waits: list[Waits], level: ServiceLevel) -> Tile:
    serving = floor.serving(line.id)
    staffed = sum(person.staffed for person in serving)
    on_the_line = _on_the_line(waits)
    return Tile(
        line=line,
        waiting=sum(one.count for one in waits),
        longest_since=on_the_line or min((one.since for one in waits), default=None),
        channels=tuple(waits),
        level=level,
        staffed=staffed,
        available=sum(person.may_ring and person.load < person.capacity for person in serving),
        alert=_alert(line, level, (floor.now - on_the_line).total_seconds() if on_the_line else 0, staffed),
    )


def _alert(line: Line, level: ServiceLevel, waited: float, staffed: int) -> Alert:
    """The worst of what is wrong; `waited` is 0 when nobody is on the line."""
    if waited and not staffed:
        return "nobody"
    if waited > line.target_seconds * _TOO_LONG:
        return "too_long"
    if waited > line.target_seconds:
        return "over_target"
    missed = level.share is not None and level.share * 100 < line.service_level_percent
    return "below_level" if missed else ""


def _on_the_line(waits: tuple[Waits, ...] | list[Waits]) -> datetime | None:
    return min((one.since for one in waits if one.channel in LIVE), default=None)


def _waits(session: Session) -> dict[int, list[Waits]]:
    rows = session.execute(
        select(WorkItem.queue_id, WorkItem.channel, func.count(), func.min(WorkItem.enqueued_at))
        .where(WorkItem.state.in_(WAITING))
        .group_by(WorkItem.queue_id, WorkItem.channel)
        .order_by(WorkItem.queue_id, WorkItem.channel.desc())
    )
    found: dict[int, list[Waits]] = defaultdict(list)
    for queue, channel, count, since in rows:
        found[queue].append(Waits(channel, count, since))
    return found
