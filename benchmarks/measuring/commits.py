"""What PostgreSQL's own commit times say: of completions, of the offers that followed, of bare changes and their echoes.

A commit's time is read when its record is written, before that reaches the disk. So the wait for the disk counts in the
completion, which nobody can see before, and not in the offer.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import text

from benchmarks.measuring.bare_changes import KIND
from benchmarks.measuring.companions import ECHO
from benchmarks.measuring.ground import Ground

_TOLD = text("""
    SELECT e.room, e.kind, e.item_id, pg_xact_commit_timestamp(e.xmin) AS committed, o.made_at
      FROM event e LEFT JOIN offer o ON e.kind = 'offer_made' AND o.id = e.ref
     WHERE e.room LIKE 'agent:%' AND e.kind IN ('work_completed', 'offer_made')
     ORDER BY e.room, e.room_seq
""")
_ECHOED = text("""
    SELECT bare.ref, pg_xact_commit_timestamp(answer.xmin) - pg_xact_commit_timestamp(bare.xmin) AS took
      FROM event bare JOIN event answer ON answer.room = bare.room AND answer.ref = bare.ref AND answer.kind = :echo
     WHERE bare.kind = :bare
""")
_SECOND = timedelta(seconds=1)


@dataclass(slots=True)
class Freed:
    """One completion, and in seconds after its commit what followed for its agent before the agent's next completion."""

    item: int
    decided: float | None = None
    """When the router began to write the first offer down."""
    offered: float | None = None
    """When that offer was committed."""
    offers: int = 0
    """How many there were: whoever put down a call has room for several chats."""


def freed_and_offered(here: Ground) -> list[Freed]:
    """Every completion there was."""
    found: list[Freed] = []
    freed: tuple[str, Any] | None = None
    with here.parts.db.transaction() as session:
        for room, kind, item, committed, made_at in session.execute(_TOLD):
            if kind == "work_completed":
                freed = room, committed
                found.append(Freed(item))
            elif freed is not None and freed[0] == room:
                one = found[-1]
                one.offers += 1
                if one.offered is None:
                    one.decided, one.offered = (made_at - freed[1]) / _SECOND, (committed - freed[1]) / _SECOND
    return found


def echoed(here: Ground) -> dict[int, float]:
    """Seconds from a bare change's commit to its echo's, by the change's number."""
    with here.parts.db.transaction() as session:
        return {ref: took / _SECOND for ref, took in session.execute(_ECHOED, {"bare": KIND, "echo": ECHO})}
