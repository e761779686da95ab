"""Reads what rules refer to: macros.yaml, letters.yaml, rotas.yaml and escalations.yaml."""

import re
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from contactcenter.automation import telling
from contactcenter.automation.letters import HOLE, HOLES
from contactcenter.automation.recipients import WORDS
from contactcenter.configuration.entries import Entry, Fields
from contactcenter.configuration.titles import named, titles
from contactcenter.foundation.languages import LANGUAGES

_LONGEST_TURN = 90
_LONGEST_LETTER = 4000
"""Characters, as many as a chat takes."""
_LOCAL = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}")
_KINDS = ("person", "rota")


@dataclass(frozen=True, slots=True)
class Names:
    """What a rule may name. `people` is None where people are not kept in the configuration: then nobody looks."""

    queues: Collection[str]
    calendars: Collection[str]
    tiers: Collection[str]
    people: Collection[str] | None
    macros: Collection[str] = ()
    letters: Collection[str] = ()
    rotas: Collection[str] = ()
    escalations: Collection[str] = ()


def letters(root: Entry) -> dict[str, dict[str, Any]]:
    """Each letter in all three languages, with subject and text."""
    return {name: _letter(named(name, entry)) for name, entry in root.members().items()}


def rotas(root: Entry, people: Collection[str] | None) -> dict[str, dict[str, Any]]:
    return {name: _rota(named(name, entry), people) for name, entry in root.members().items()}


def escalations(root: Entry, names: Names) -> dict[str, dict[str, Any]]:
    """Each plan with its steps; lengths of time are seconds after its beginning."""
    return {name: _plan(named(name, entry), names) for name, entry in root.members().items()}


def recipients(entry: Entry, names: Names) -> Any:
    """A word such as supervisors, or person: login, or rota: name."""
    if not entry.is_mapping():
        return entry.one_of(WORDS, "recipient")
    fields = entry.fields((), _KINDS)
    if len(fields.entries) != 1:
        entry.wrong(f"Write one of {', '.join(WORDS)}, or {{person: login}}, or {{rota: name}}.")
        return ""
    kind, told = next(iter(fields.entries.items()))
    if kind == "rota":
        return {kind: told.one_of(names.rotas, "rota")}
    return {kind: login(told, names.people)}


def login(entry: Entry, people: Collection[str] | None) -> str:
    return entry.text() if people is None else entry.one_of(people, "person")


def ways(entry: Entry | None) -> list[str]:
    """How people are told; on their screens where nothing is said."""
    return [telling.SCREEN] if entry is None else [one.one_of(telling.WAYS, "way to tell") for one in entry.items()]


def words(entry: Entry) -> dict[str, str]:
    """A text in each language."""
    return titles(entry)


def _letter(entry: Entry) -> dict[str, Any]:
    said = entry.fields(LANGUAGES).entries
    return {language: _said(one) for language, one in said.items() if language in LANGUAGES}


def _said(entry: Entry) -> dict[str, str]:
    fields = entry.fields(("subject", "text"))
    found = {name: one.block() for name, one in fields.entries.items()}
    for name, text in found.items():
        strange = sorted(set(HOLE.findall(text)) - set(HOLES))
        if strange:
            fields.entries[name].wrong(
                f"There is no value {{{strange[0]}}}; there is {', '.join(f'{{{one}}}' for one in HOLES)}."
            )
        if len(text) > _LONGEST_LETTER:
            fields.entries[name].wrong(f"A letter may have {_LONGEST_LETTER} characters.")
    if "\n" in found.get("subject", ""):
        fields.entries["subject"].wrong("A subject is one line.")
    return found


def _rota(entry: Entry, people: Collection[str] | None) -> dict[str, Any]:
    fields = entry.fields(("zone", "start", "days", "people"), ("swaps",))
    taking_turns = [login(one, people) for one in fields.items("people")]
    if "people" in fields.entries and not taking_turns:
        fields.entries["people"].wrong("Somebody has to be on call; list one person at least.")
    return {
        "zone": _zone(fields),
        "start": _local(fields, "start"),
        "days": fields.whole("days", 1, _LONGEST_TURN, default=1),
        "people": taking_turns,
        "swaps": [_swap(one, people) for one in fields.items("swaps")],
    }


def _swap(entry: Entry, people: Collection[str] | None) -> dict[str, str]:
    fields = entry.fields(("from", "to", "person"))
    start, end = _local(fields, "from"), _local(fields, "to")
    if start and end and end <= start:
        entry.wrong("A swap ends after it begins.")
    who = fields.get("person")
    return {"from": start, "to": end, "person": login(who, people) if who else ""}


def _local(fields: Fields, name: str) -> str:
    """An instant by the clock of the rota's zone, in ISO form."""
    entry = fields.get(name)
    written = entry.text() if entry else ""
    if entry is None or not written:
        return ""
    if _LOCAL.fullmatch(written):
        with suppress(ValueError):
            return datetime.fromisoformat(written).isoformat()
    entry.wrong(f'“{written}” is no instant; write it in quotes, such as "2026-11-23 09:00".')
    return ""


def _zone(fields: Fields) -> str:
    zone = fields.text("zone")
    try:
        return ZoneInfo(zone).key if zone else "UTC"
    except (ZoneInfoNotFoundError, ValueError, OSError):
        fields.entries["zone"].wrong(f"“{zone}” is no time zone; use a name such as Asia/Shanghai.")
        return "UTC"


def _plan(entry: Entry, names: Names) -> dict[str, Any]:
    fields = entry.fields(("titles", "steps"))
    called = fields.get("titles")
    steps = fields.items("steps")
    read = [_step(one, names) for one in steps]
    if "steps" in fields.entries and not steps:
        fields.entries["steps"].wrong("An escalation has one step at least.")
    for one, step, before in zip(steps[1:], read[1:], read, strict=False):
        if step["after"] <= before["after"]:
            one.wrong("Write the steps in the order of their times, each later than the one before.")
    return {"titles": titles(called) if called else {}, "steps": read}


def _step(entry: Entry, names: Names) -> dict[str, Any]:
    fields = entry.fields(("after", "to", "say"), ("by",))
    after, to, say = fields.get("after"), fields.get("to"), fields.get("say")
    return {
        "after": _after(after) if after else 0,
        "to": recipients(to, names) if to else "",
        "by": ways(fields.get("by")),
        "say": words(say) if say else {},
    }


def _after(entry: Entry) -> int:
    """A length of time, or nothing at all for at once."""
    return 0 if entry.is_word("0m", "0s", "0h") else entry.seconds()
