"""The floor under everything that is told live: a bare change in a room, committed and published by a script."""

import time
from collections.abc import Sequence
from random import Random

from benchmarks.measuring.ground import Ground
from contactcenter.foundation import clock, rooms

KIND = "benchmark"
_SEED = 1


def change_rooms(here: Ground, names: Sequence[str], count: int, pause: float, first: int = 0) -> dict[int, float]:
    """Speak in these rooms; returns when each change began to be told, by its number."""
    random, told = Random(_SEED + first), {}
    for number in range(first, first + count):
        time.sleep(pause)
        name = random.choice(names)
        told[number] = time.monotonic()
        with here.parts.db.transaction() as session:
            rooms.announce(session, rooms.Change(name, KIND, ref=number), clock.now(session))
    return told
