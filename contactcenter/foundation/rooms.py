"""Rooms: numbered, gap-free streams of changes. What is announced in a transaction is written at its very end."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from contactcenter.models.foundation import Room

MOST_REPLAYED = 500


@dataclass(frozen=True, slots=True)
class Change:
    """One event in one room: what changed, never the changed data. `seq` is 0 until it is written."""

    room: str
    kind: str
    item_id: int | None = None
    ref: int | None = None
    version: int | None = None
    seq: int = 0

    def as_message(self) -> dict[str, object]:
        """The change as the browser and the router hear it."""
        return {"room": self.room, "seq": self.seq, "kind": self.kind, "item": self.item_id, "ref": self.ref}


def start(session: Session) -> None:
    session.info["rooms"] = []


def announce(session: Session, change: Change, now: datetime) -> None:
    """Remember a change for the end of the transaction: counter rows are hot and must be locked late and briefly."""
    session.info["rooms"].append((change, now))


_TELL = text("""
    WITH told AS (
        SELECT room, kind, item_id, ref, version, at, nth,
               row_number() OVER (PARTITION BY room ORDER BY nth) AS place, count(*) OVER (PARTITION BY room) AS n
          FROM unnest(CAST(:rooms AS text[]), CAST(:kinds AS text[]), CAST(:items AS bigint[]), CAST(:refs AS bigint[]),
                      CAST(:versions AS bigint[]), CAST(:moments AS timestamptz[]))
               WITH ORDINALITY AS t(room, kind, item_id, ref, version, at, nth)
    ), raised AS (
        INSERT INTO room (name, kind, seq)
        SELECT room, split_part(room, ':', 1), n FROM told WHERE place = 1 ORDER BY room
        ON CONFLICT (name) DO UPDATE SET seq = room.seq + excluded.seq
        RETURNING name, seq
    ), numbered AS (
        SELECT told.*, raised.seq - n + place AS room_seq FROM told JOIN raised ON raised.name = told.room
    ), stored AS (
        INSERT INTO event (room, room_seq, kind, item_id, ref, version, at)
        SELECT room, room_seq, kind, item_id, ref, version, at FROM numbered
    )
    SELECT room_seq FROM numbered ORDER BY nth
""")
"""Rooms are raised in order of their names, so that two transactions that speak in the same rooms cannot wait for each other."""


def write(session: Session) -> list[Change]:
    """Number the announced changes, in order of room name, and store them; returns them as numbered."""
    pending: list[tuple[Change, datetime]] = session.info["rooms"]
    if not pending:
        return []
    pending.sort(key=lambda told: told[0].room)
    changes = [change for change, _ in pending]
    numbers = session.connection().execute(
        _TELL,
        {
            "rooms": [change.room for change in changes],
            "kinds": [change.kind for change in changes],
            "items": [change.item_id for change in changes],
            "refs": [change.ref for change in changes],
            "versions": [change.version for change in changes],
            "moments": [at for _, at in pending],
        },
    )
    session.info["rooms"] = []
    return [replace(change, seq=seq) for change, seq in zip(changes, numbers.scalars(), strict=True)]


def counters(session: Session, names: Iterable[str]) -> dict[str, int]:
    """The last number of each room; a room nobody spoke in yet stands at 0."""
    wanted = list(names)
    known = dict(session.execute(select(Room.name, Room.seq).where(Room.name.in_(wanted))).all())
    return {name: known.get(name, 0) for name in wanted}


_MISSED = text("""
    SELECT e.room, e.kind, e.item_id, e.ref, e.version, e.room_seq
      FROM unnest(CAST(:names AS text[]), CAST(:seqs AS bigint[])) AS seen(name, seq)
      JOIN event e ON e.room = seen.name AND e.room_seq > seen.seq
     ORDER BY e.room, e.room_seq
""")


def missed(session: Session, seen: Mapping[str, int]) -> tuple[list[Change], list[str]]:
    """What happened after the given numbers, and the rooms where too much did to be told one by one."""
    now = counters(session, seen)
    behind = {name: seq for name, seq in seen.items() if now[name] > seq}
    resync = [name for name, seq in behind.items() if now[name] - seq > MOST_REPLAYED]
    told = sorted(set(behind) - set(resync))
    rows = session.execute(_MISSED, {"names": told, "seqs": [behind[name] for name in told]}) if told else ()
    changes = [Change(row.room, row.kind, row.item_id, row.ref, row.version, row.room_seq) for row in rows]
    return changes, resync
