"""A deadline and its working as lines of text, for the command line."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from contactcenter.sla.stretches import Kind, Stretch

_CLOSED = {Kind.BREAK: "break", Kind.NIGHT: "night", Kind.CLOSED_DAYS: "closed days"}


def strip(told: Sequence[Stretch], zone: ZoneInfo) -> str:
    """The whole working in one line: `Mon 16:40–18:00 (1 h 20) | night | Tue 08:00–09:10 paused: waiting for customer`."""
    return " | ".join(_pieces([one for one in told if one.start < one.end], zone))


def length(amount: timedelta) -> str:
    """Hours, minutes and, where there is less than an hour, seconds: `26 h`, `1 h 20`, `4 min`, `1 min 30 s`."""
    seconds = round(abs(amount).total_seconds())
    sign = "−" if amount < timedelta(0) else ""
    hours, minutes, rest = seconds // 3600, seconds // 60 % 60, seconds % 60
    if hours:
        return f"{sign}{hours} h" + (f" {minutes:02}" if minutes else "")
    words = [f"{minutes} min"] * bool(minutes) + [f"{rest} s"] * bool(rest or not minutes)
    return sign + " ".join(words)


def moment(at: datetime, zone: ZoneInfo) -> str:
    """An instant on the wall clock of the place, with its zone's name for that time of the year."""
    return f"{at.astimezone(zone):%a %Y-%m-%d %H:%M %Z}"


def _pieces(told: Sequence[Stretch], zone: ZoneInfo) -> Iterator[str]:
    for n, one in enumerate(told):
        if one.ahead and n and not told[n - 1].ahead:
            yield "now"
        yield _piece(one, zone)


def _piece(one: Stretch, zone: ZoneInfo) -> str:
    match one.kind:
        case Kind.COUNTED:
            return f"{_from_to(one, zone)} ({length(one.counted)})"
        case Kind.PAUSED:
            by = f" ({one.cause})" if one.cause else ""
            return f"{_from_to(one, zone)} paused: {one.why.replace('_', ' ')}{by}"
        case Kind.HOLIDAY:
            return f"holiday: {one.why}"
        case Kind.SKIPPED:
            return f"… {one.why} stretches ({length(one.counted)}) …"
        case closed:
            return _CLOSED[closed]


def _from_to(one: Stretch, zone: ZoneInfo) -> str:
    start, end = one.start.astimezone(zone), one.end.astimezone(zone)
    until = f"{end:%H:%M}" if start.date() == end.date() else f"{end:%a %H:%M}"
    return f"{start:%a %H:%M}–{until}"
