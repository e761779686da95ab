"""Open time counted and added per second, beside a walk over the days as one would write it first, on the same calendars.

A target of thirty working days from starts all over two years; answers of both are compared before anything is timed. CPU time
of this process. The first question about a year works that year out; what this costs is told apart.
"""

import random
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from time import process_time
from zoneinfo import ZoneInfo

from contactcenter.sla.calendars import Calendar

ZONE = "Europe/Paris"
ROWS = ((9 * 60, 12 * 60 + 30), (13 * 60 + 30, 18 * 60))
CLOSED = [f"{year}-{day}" for year in (2025, 2026, 2027) for day in ("01-01", "05-01", "07-14", "12-25")]
DAY_LENGTH = timedelta(hours=8)
TARGET = 30 * DAY_LENGTH
STARTS, ROUNDS, AIM = 2_000, 5, 20
_DAY = timedelta(days=1)


def main() -> None:
    made, dice = calendar(), random.Random(1)
    begins = datetime(2025, 1, 1, tzinfo=UTC)
    starts = [begins + timedelta(seconds=dice.randrange(2 * 365 * 86_400)) for _ in range(STARTS)]
    began = process_time()
    ends = [made.add(start, TARGET) for start in starts]
    first = process_time() - began
    assert ends[:200] == [walked_add(start, TARGET) for start in starts[:200]], "not the same deadlines"
    counted = [made.elapsed(start, end) for start, end in zip(starts, ends, strict=True)]
    assert counted[:200] == [walked_elapsed(start, end) for start, end in zip(starts[:200], ends, strict=False)]
    compare("add", lambda: [made.add(start, TARGET) for start in starts],
            lambda: [walked_add(start, TARGET) for start in starts[:200]])  # fmt: skip
    compare("elapsed", lambda: [made.elapsed(*pair) for pair in zip(starts, ends, strict=True)],
            lambda: [walked_elapsed(*pair) for pair in zip(starts[:200], ends, strict=False)])  # fmt: skip
    again = calendar()
    began = process_time()
    again.add(starts[0], TARGET)
    print(
        f"a year is worked out in {1e3 * (process_time() - began):.1f} ms; the first {STARTS:,} adds: {1e3 * first:.0f} ms"
    )


def calendar() -> Calendar:
    rows = [f"{a // 60:02}:{a % 60:02}-{b // 60:02}:{b % 60:02}" for a, b in ROWS]
    return Calendar(ZONE, {"mon-fri": rows}, CLOSED)


def compare(what: str, ours: Callable[[], list[object]], theirs: Callable[[], list[object]]) -> None:
    """In turns, so that both see the same machine."""
    spent, walked = [0.0, 0], [0.0, 0]
    for _ in range(ROUNDS):
        for work, tally in ((ours, spent), (theirs, walked)):
            began = process_time()
            done = len(work())
            tally[0] += process_time() - began
            tally[1] += done
    fast, slow = spent[1] / spent[0], walked[1] / walked[0]
    print(
        f"{what}: {fast:,.0f}/s, {1e6 / fast:.1f} µs each; a walk over the days {slow:,.0f}/s: {fast / slow:.0f} × (aim ≥ {AIM})"
    )


def walked_add(start: datetime, amount: timedelta) -> datetime:
    left = amount
    for opens, closes in walked(start):
        if left <= closes - opens:
            return opens + left
        left -= closes - opens
    raise AssertionError("the walk never ends")


def walked_elapsed(start: datetime, end: datetime) -> timedelta:
    counted = timedelta(0)
    for opens, closes in walked(start):
        if opens >= end:
            return counted
        counted += min(closes, end) - opens
    raise AssertionError("the walk never ends")


def walked(start: datetime) -> Iterator[tuple[datetime, datetime]]:
    """What is open from `start` on, day by day."""
    zone, closed = ZoneInfo(ZONE), {date.fromisoformat(day) for day in CLOSED}
    day = start.astimezone(zone).date()
    while True:
        if day.weekday() < 5 and day not in closed:
            midnight = datetime.combine(day, datetime.min.time(), zone)
            for row in ROWS:
                opens, closes = ((midnight + timedelta(minutes=minutes)).astimezone(UTC) for minutes in row)
                if closes > start:
                    yield max(opens, start), closes
        day += _DAY


if __name__ == "__main__":
    main()
