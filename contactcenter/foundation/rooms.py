"""Rooms: numbered, gap-free streams of changes. What is announced in a transaction is written at its very end."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
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


_RAISE = text("""
    INSERT INTO room (name, kind, seq)
    SELECT name, split_part(name, ':', 1), n FROM unnest(CAST(:names AS text[]), CAST(:counts AS bigint[])) AS r(name, n)
    ORDER BY name
    ON CONFLICT (name) DO UPDATE SET seq = room.seq + excluded.seq
    RETURNING name, seq
""")


_STORE = text("""
    INSERT INTO event (room, room_seq, kind, item_id, ref, version, at)
    SELECT * FROM unnest(CAST(:rooms AS text[]), CAST(:seqs AS bigint[]), CAST(:kinds AS text[]),
                         CAST(:items AS bigint[]), CAST(:refs AS bigint[]), CAST(:versions AS bigint[]),
                         CAST(:moments AS timestamptz[]))
""")


def write(session: Session) -> list[Change]:
    """Number the announced changes, in order of room name, and store them; returns them as numbered."""
    pending: list[tuple[Change, datetime]] = session.info["rooms"]
    if not pending:
        return []
    by_room: dict[str, list[tuple[Change, datetime]]] = defaultdict(list)
    for change, at in pending:
        by_room[change.room].append((change, at))
    names = sorted(by_room)
    counts = [len(by_room[name]) for name in names]
    last: dict[str, int] = dict(session.execute(_RAISE, {"names": names, "counts": counts}).all())
    written, moments = [], []
    for name in names:
        first = last[name] - len(by_room[name]) + 1
        for seq, (change, at) in enumerate(by_room[name], first):
            written.append(Change(name, change.kind, change.item_id, change.ref, change.version, seq))
            moments.append(at)
    session.execute(
        _STORE,
        {
            "rooms": [change.room for change in written],
            "seqs": [change.seq for change in written],
            "kinds": [change.kind for change in written],
            "items": [change.item_id for change in written],
            "refs": [change.ref for change in written],
            "versions": [change.version for change in written],
            "moments": moments,
        },
    )
    session.info["rooms"] = []
    return written


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
