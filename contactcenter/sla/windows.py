"""Opening hours as people write them: "09:00-12:30", "mon-fri", "2026-12-25"; and as minutes of a day to count with."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_MINUTES = 1440
Window = tuple[int, int]
"""Minutes after midnight at which it opens and closes; the second exceeds 1440 when it closes on the next day."""
Windows = tuple[Window, ...]
ROUND_THE_CLOCK: Mapping[str, Sequence[str]] = {"mon-sun": ["00:00-24:00"]}

_WINDOW = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})")
_LONGEST_RANGE = 366


class CalendarError(ValueError):
    """A calendar that cannot be read, or a question it has no answer to. The sentence says what to write instead."""


def week(weekly: Mapping[str, Sequence[str]], here: str) -> dict[int, Windows]:
    """The windows of each weekday, 0 for Monday. What is written for a day and for a range such as mon-fri adds up."""
    found: dict[int, list[str]] = {}
    for key, written in weekly.items():
        windows(written, f"{here}.{key}")
        for weekday in _weekdays(key, f"{here}.{key}"):
            found.setdefault(weekday, []).extend(written)
    return {weekday: windows(written, f"{here}.{WEEKDAYS[weekday]}") for weekday, written in sorted(found.items())}


def windows(written: object, here: str) -> Windows:
    """The windows of one day in order. Those that overlap are refused: one of them must be a slip."""
    if isinstance(written, str) or not isinstance(written, Sequence):
        raise CalendarError(
            f'{here} must be a list of windows such as ["09:00-12:00", "13:00-18:00"], not {written!r}.'
        )
    read = sorted((_window(one, here), str(one).strip()) for one in written)
    for ((_, closes), first), ((opens, _), second) in pairwise(read):
        if opens < closes:
            raise CalendarError(
                f"{here}: {first!r} and {second!r} overlap; write one window, or end the first earlier."
            )
    return tuple(window for window, _ in read)


def dates(written: object, here: str) -> Iterator[date]:
    """The dates of "2026-12-25", or of a range such as "2026-12-24..2026-12-31"; YAML may have read one date already."""
    if type(written) is date:
        yield written
        return
    first, dots, last = written.partition("..") if isinstance(written, str) else ("", "", "")
    begins, ends = _date(first or written, here), _date(last if dots else first or written, here)
    if ends < begins:
        raise CalendarError(f"{here}: {written!r} ends before it starts; write the earlier date first.")
    if (ends - begins).days >= _LONGEST_RANGE:
        raise CalendarError(f"{here}: {written!r} is longer than a year; change the weekly hours instead.")
    yield from (begins + timedelta(days=n) for n in range((ends - begins).days + 1))


def closed_days(written: Iterable[object] | Mapping[Any, str], here: str) -> dict[date, str]:
    """Dates that are closed, each with its name if it has one. A date that stands there twice is refused."""
    named = written.items() if isinstance(written, Mapping) else ((one, "") for one in written)
    found: dict[date, str] = {}
    for one, name in named:
        for day in dates(one, here):
            if day in found:
                raise CalendarError(f"{here}: {day} stands here twice; leave one of them out.")
            found[day] = name
    return found


def special_days(written: Mapping[Any, Sequence[str]], here: str) -> dict[date, Windows]:
    """Dates with windows of their own, none for closed. A date that stands there twice is refused."""
    found: dict[date, Windows] = {}
    for one, rows in written.items():
        read = windows(rows, f"{here}.{one}")
        for day in dates(one, here):
            if day in found:
                raise CalendarError(f"{here}: {day} stands here twice; leave one of them out.")
            found[day] = read
    return found


def _weekdays(key: object, here: str) -> Iterator[int]:
    """The days a key such as `mon-fri`, `sat` or `mon, wed, fri-sun` stands for; a range may run over the weekend."""
    for part in str(key).lower().split(","):
        first, dash, last = (word.strip() for word in part.partition("-"))
        last = last if dash else first
        if first not in WEEKDAYS or last not in WEEKDAYS:
            raise CalendarError(f"{here}: {part.strip()!r} is no weekday or range of them; use mon … sun or mon-fri.")
        start = WEEKDAYS.index(first)
        length = (WEEKDAYS.index(last) - start) % 7 + 1
        yield from ((start + n) % 7 for n in range(length))


def _window(written: object, here: str) -> Window:
    found = _WINDOW.fullmatch(written.strip()) if isinstance(written, str) else None
    if found is None:
        raise CalendarError(f'{here}: {written!r} is no window of hours; write it in quotes as "09:00-18:00".')
    opens_hour, opens_minute, closes_hour, closes_minute = map(int, found.groups())
    opens, closes = opens_hour * 60 + opens_minute, closes_hour * 60 + closes_minute
    if max(opens_minute, closes_minute) > 59 or opens >= DAY_MINUTES or closes > DAY_MINUTES:
        raise CalendarError(
            f"{here}: {written!r} is not on the clock; a window opens before 24:00 and closes by 24:00."
        )
    if opens == closes:
        raise CalendarError(f'{here}: {written!r} opens and closes at once; for a whole day write "00:00-24:00".')
    return opens, closes if closes > opens else closes + DAY_MINUTES


def _date(written: object, here: str) -> date:
    try:
        return date.fromisoformat(written.strip() if isinstance(written, str) else "")
    except ValueError:
        raise CalendarError(f"{here}: {written!r} is no date; write it as 2026-12-24.") from None
