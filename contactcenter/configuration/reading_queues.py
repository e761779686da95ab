"""Reads queues.yaml: what each line of waiting work needs, how it widens, and how long things may take in it."""

from collections.abc import Collection
from typing import Any

import routing
from contactcenter.assignment import line
from contactcenter.configuration.contents import Queue
from contactcenter.configuration.entries import Entry
from contactcenter.configuration.titles import named, titles

HIGHEST_LEVEL = 10
_HIGHEST_PRIORITY = 9
_HOUR = 3600
_DAY = 24 * _HOUR
_NEEDED = ("titles", "target_seconds", "service_level_percent", "offer_seconds", "wrap_up_seconds", "longest_seconds")
_OPTIONAL = ("skills", "steps", "priority", "reserve", "overflow", "lead")
_MOST_RESERVED = 100


def queues(root: Entry, skills: Collection[str]) -> dict[str, Queue]:
    entries = root.members()
    found = {name: _queue(named(name, entry), skills, entries) for name, entry in entries.items()}
    _refuse_circles(found, entries)
    return found


def levels(entry: Entry | None, skills: Collection[str]) -> dict[str, int]:
    """Skill → level, for a person or for a piece of work."""
    found = {} if entry is None else entry.members()
    for name, level in found.items():
        if name not in skills:
            level.wrong(f"There is no skill “{name}”; there is {', '.join(sorted(skills)) or 'none yet'}.")
    return {name: level.whole(1, HIGHEST_LEVEL) for name, level in found.items()}


def _queue(entry: Entry, skills: Collection[str], queues: Collection[str]) -> Queue:
    fields = entry.fields(_NEEDED, _OPTIONAL)
    needed = levels(fields.get("skills"), skills)
    called = fields.get("titles")
    return Queue(
        titles=titles(called) if called else {},
        skills=needed,
        steps=_steps(fields.items("steps"), needed, skills),
        priority=fields.whole("priority", 0, _HIGHEST_PRIORITY),
        target_seconds=fields.whole("target_seconds", 1, _DAY),
        service_level_percent=fields.whole("service_level_percent", 1, 100),
        offer_seconds=fields.whole("offer_seconds", 5, _HOUR),
        wrap_up_seconds=fields.whole("wrap_up_seconds", 0, _HOUR),
        longest_seconds=fields.whole("longest_seconds", 60, _DAY),
        reserve=fields.whole("reserve", 0, _MOST_RESERVED),
        overflow=_overflow(fields.get("overflow"), queues),
        lead=fields.text("lead") or None,
    )


def _overflow(entry: Entry | None, queues: Collection[str]) -> dict[str, Any] | None:
    if entry is None:
        return None
    fields = entry.fields(("after", "to"))
    return {"after": fields.whole("after", 1, _DAY), "to": fields.one_of("to", [*queues, line.CALLBACK], "queue")}


def _refuse_circles(found: dict[str, Queue], entries: dict[str, Entry]) -> None:
    """Work that goes round in a circle would never be found where anybody looks for it."""
    for start, queue in found.items():
        passed, overflow = [start], queue.overflow
        while overflow is not None and overflow["to"] in found:
            if overflow["to"] in passed:
                entries[start].wrong(f"The overflows go round in a circle: {' → '.join([*passed, overflow['to']])}.")
                break
            passed.append(overflow["to"])
            overflow = found[overflow["to"]].overflow


def _steps(entries: list[Entry], needed: dict[str, int], skills: Collection[str]) -> tuple[dict[str, Any], ...]:
    steps = [_step(entry, skills) for entry in entries]
    for entry, step, before in zip(entries[1:], steps[1:], steps, strict=False):
        if step["after"] <= before["after"]:
            entry.wrong("Write the steps in the order of their seconds, each later than the one before.")
    routed = [routing.Step(step["after"], routing.Requirement.of(step["skills"])) for step in steps]
    refused = routing.narrowing_steps(routing.Requirement.of(needed), tuple(routed))
    for entry, widening in zip(entries, routed, strict=True):
        if any(widening is narrowing for narrowing in refused):
            entry.wrong("A step may only widen what was asked before it: fewer skills, or lower levels of the same.")
    return tuple(steps)


def _step(entry: Entry, skills: Collection[str]) -> dict[str, Any]:
    fields = entry.fields(("after", "skills"))
    return {"after": fields.whole("after", 1, _DAY), "skills": levels(fields.get("skills"), skills)}
