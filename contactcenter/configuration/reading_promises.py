"""Reads calendars.yaml and sla.yaml: when the company works, and what it promises to whom."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contactcenter.configuration.contents import Promises
from contactcenter.configuration.entries import Entry, Fields
from contactcenter.configuration.titles import named, titles
from contactcenter.foundation import lengths
from contactcenter.models.states import Channel, ClockKind
from contactcenter.sla import ical
from contactcenter.sla.calendar_file import parse_calendar
from contactcenter.sla.clocks import MOST_WARNINGS
from contactcenter.sla.editions import STANDARD_TIER
from contactcenter.sla.policies import CONDITIONS, Reopen
from contactcenter.sla.windows import CalendarError, dates

_KINDS = tuple(str(kind) for kind in ClockKind if kind is not ClockKind.CALLBACK)
"""What a policy promises; a callback is promised by the menu in which it is asked for."""
_HIGHEST_PRIORITY = 9
_WHERE = "calendars"
_RULES = ("calendar", "targets", "warnings", "reopen")
_SHARE = re.compile(r"[1-9][0-9]?%")


def calendars(root: Entry) -> dict[str, dict[str, Any]]:
    """Each calendar as the mapping that the calendar parser reads, with dates as texts."""
    return {name: _calendar(name, named(name, entry)) for name, entry in root.members().items()}


def promises(root: Entry, calendars: Collection[str], queues: Collection[str]) -> dict[str, Promises]:
    tiers = root.members()
    if STANDARD_TIER not in tiers:
        root.wrong(f"The tier “{STANDARD_TIER}” is missing: it holds for everybody who has no other.")
    known = _Known(calendars, queues)
    return {name: _promises(named(name, entry), known) for name, entry in tiers.items()}


@dataclass(frozen=True, slots=True)
class _Known:
    calendars: Collection[str]
    queues: Collection[str]


def _calendar(name: str, entry: Entry) -> dict[str, Any]:
    raw = _with_imported(entry)
    try:
        parse_calendar(name, raw, _WHERE)
    except CalendarError as error:
        placed = _place(entry, str(error))
        placed.wrong(str(error).removeprefix(f"{_WHERE}.").removeprefix(f"{placed.key}: "))
    return raw if isinstance(raw, dict) else {}


def _with_imported(entry: Entry) -> Any:
    """The calendar with the days of its iCalendar files among its closed ones; a day that it names itself keeps its name."""
    raw = entry.plain()
    files = entry.members().get("ical") if entry.is_mapping() else None
    if files is None:
        return raw
    found: dict[str, str] = {}
    for file in files.items() if files.is_list() else [files]:
        found |= _imported(file)
    own = raw.get("closed") or {}
    named = own if isinstance(own, dict) else dict.fromkeys(map(str, own), "")
    try:
        days = {str(day) for one in named for day in dates(one, "closed")}
    except CalendarError:
        days = set()  # the calendar is read as a whole afterwards, and says what is wrong
    rest = {key: value for key, value in raw.items() if key != "ical"}
    return {**rest, "closed": {**{day: name for day, name in found.items() if day not in days}, **named}}


def _imported(entry: Entry) -> dict[str, str]:
    path = Path(entry.file).parent / entry.text()
    try:
        return {str(day): name for day, name in ical.closed_days(path.read_bytes()).items()}
    except OSError:
        entry.wrong(f"{path} cannot be read; put the file beside this one.")
    except CalendarError as error:
        entry.wrong(str(error))
    return {}


def _place(calendar: Entry, message: str) -> Entry:
    """The innermost entry whose key the message begins with."""
    hit = [entry for entry in calendar.below() if message.startswith(f"{_WHERE}.{entry.key}")]
    return max(hit, key=lambda entry: len(entry.key), default=calendar)


def _promises(entry: Entry, known: _Known) -> Promises:
    fields = entry.fields(("titles", "calendar", "targets", "warnings", "priority"), ("reopen", "narrower"))
    called = fields.get("titles")
    rules = _rules(fields, known)
    return Promises(
        titles=titles(called) if called else {},
        calendar=rules.get("calendar", ""),
        targets=rules.get("targets", {}),
        warnings=rules.get("warnings", ()),
        reopen=rules.get("reopen", Reopen.RESTART),
        narrower=[_part(part, known) for part in fields.items("narrower")],
        priority=fields.whole("priority", 0, _HIGHEST_PRIORITY),
    )


def _part(entry: Entry, known: _Known) -> dict[str, Any]:
    """What holds instead for some cases; it says for which, and at least one thing that is otherwise."""
    fields = entry.fields(("for",), _RULES)
    rules, asked = _rules(fields, known), fields.get("for")
    if not rules:
        entry.wrong(f"Say what holds instead: {', '.join(_RULES)}.")
    conditions = asked.fields((), CONDITIONS).entries if asked else {}
    if asked and not conditions:
        asked.wrong(f"Say for which cases: {', '.join(CONDITIONS)}.")
    return {"for": {name: _wanted(name, one, known) for name, one in conditions.items()}, **rules}


def _rules(fields: Fields, known: _Known) -> dict[str, Any]:
    """Those that are there."""
    found: dict[str, Any] = {}
    if fields.get("calendar"):
        found["calendar"] = fields.one_of("calendar", known.calendars, "calendar")
    if targets := fields.get("targets"):
        found["targets"] = {kind: length.seconds() for kind, length in targets.fields((), _KINDS).entries.items()}
    if fields.get("warnings"):
        found["warnings"] = _warnings(fields.items("warnings"))
    if fields.get("reopen"):
        found["reopen"] = fields.one_of("reopen", [str(one) for one in Reopen], "way to go on")
    return found


def _warnings(entries: list[Entry]) -> list[str]:
    if len(entries) > MOST_WARNINGS:
        entries[MOST_WARNINGS].wrong(f"There are at most {MOST_WARNINGS} warnings.")
    return [_warning(entry) for entry in entries]


def _warning(entry: Entry) -> str:
    written = entry.text()
    share = _SHARE.fullmatch(written)
    if written and not share and not lengths.seconds(written):
        entry.wrong(
            f"“{written}” is no warning; write a share of the target such as 75%, or how long before its end: 30m."
        )
    return written


def _wanted(name: str, entry: Entry, known: _Known) -> list[Any]:
    """One value or a list of them."""
    each = entry.items() if entry.is_list() else [entry]
    if name == "priority":
        return [one.whole(0, _HIGHEST_PRIORITY) for one in each]
    if name == "queue":
        return [one.one_of(known.queues, "queue") for one in each]
    return [one.one_of([str(channel) for channel in Channel], "channel") for one in each]
