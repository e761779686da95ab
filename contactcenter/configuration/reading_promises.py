"""Reads calendars.yaml and sla.yaml: when the company works, and what it promises to whom."""

from collections.abc import Collection
from typing import Any

from contactcenter.configuration.contents import Promises
from contactcenter.configuration.entries import Entry
from contactcenter.configuration.titles import named, titles
from contactcenter.models.states import ClockKind
from contactcenter.sla.calendar_file import parse_calendar
from contactcenter.sla.clocks import STANDARD_TIER
from contactcenter.sla.windows import CalendarError

_KINDS = tuple(str(kind) for kind in ClockKind if kind is not ClockKind.CALLBACK)
"""What a policy promises; a callback is promised by the menu in which it is asked for."""
_HIGHEST_PRIORITY = 9
_WHERE = "calendars"


def calendars(root: Entry) -> dict[str, dict[str, Any]]:
    """Each calendar as the mapping that the calendar parser reads, with dates as texts."""
    return {name: _calendar(name, named(name, entry)) for name, entry in root.members().items()}


def promises(root: Entry, known: Collection[str]) -> dict[str, Promises]:
    tiers = root.members()
    if STANDARD_TIER not in tiers:
        root.wrong(f"The tier “{STANDARD_TIER}” is missing: it holds for everybody who has no other.")
    return {name: _promises(named(name, entry), known) for name, entry in tiers.items()}


def _calendar(name: str, entry: Entry) -> dict[str, Any]:
    raw = entry.plain()
    try:
        parse_calendar(name, raw, _WHERE)
    except CalendarError as error:
        placed = _place(entry, str(error))
        placed.wrong(str(error).removeprefix(f"{_WHERE}.").removeprefix(f"{placed.key}: "))
    return raw if isinstance(raw, dict) else {}


def _place(calendar: Entry, message: str) -> Entry:
    """The innermost entry whose key the message begins with."""
    hit = [entry for entry in calendar.below() if message.startswith(f"{_WHERE}.{entry.key}")]
    return max(hit, key=lambda entry: len(entry.key), default=calendar)


def _promises(entry: Entry, known: Collection[str]) -> Promises:
    fields = entry.fields(("titles", "calendar", "targets", "warn_at_percent", "priority"))
    called = fields.get("titles")
    targets = fields.get("targets")
    kinds = targets.fields((), _KINDS).entries if targets else {}
    return Promises(
        titles=titles(called) if called else {},
        calendar=fields.one_of("calendar", known, "calendar"),
        targets={kind: length.seconds() for kind, length in kinds.items()},
        warn_at_percent=fields.whole("warn_at_percent", 1, 99),
        priority=fields.whole("priority", 0, _HIGHEST_PRIORITY),
    )
