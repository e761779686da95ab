"""Reads the phone menus of config/ivr/ and the numbers that they answer; a menu is linted and rehearsed first."""

import re
from collections.abc import Collection, Iterable, Mapping

import ivr
from contactcenter.channels.voice.menus import checking
from contactcenter.configuration.contents import Menu
from contactcenter.configuration.entries import Entry
from contactcenter.configuration.problems import Problem
from contactcenter.configuration.reading_hooks import Definition

_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")


def known(
    queues: Collection[str], calendars: Collection[str], hooks: Mapping[str, Definition], audio: Collection[str]
) -> ivr.Known:
    """What a menu may name outside itself."""
    seconds = {name: definition["timeout"] for name, definition in hooks.items()}
    return ivr.Known(frozenset(queues), frozenset(calendars), frozenset(hooks), seconds, frozenset(audio))


def menus(
    files: Iterable[tuple[str, str]], around: ivr.Known, problems: list[Problem]
) -> tuple[dict[str, Menu], tuple[Problem, ...]]:
    """The menus by name, and what the linter finds doubtful about them."""
    found: dict[str, Menu] = {}
    sources: dict[str, str] = {}
    doubts: list[Problem] = []
    for file, text in files:
        checked = checking.check(text, file, around)
        problems.extend(map(_told, checked.errors))
        doubts.extend(map(_told, checked.warnings))
        if checked.flow is None:
            continue
        name = checked.flow.name
        if name in found:
            problems.append(Problem(file, 1, "flow", f"“{name}” is already the name of {sources[name]}."))
        found[name], sources[name] = Menu(text), file
    return found, tuple(doubts)


def numbers(root: Entry, flows: Collection[str]) -> dict[str, str]:
    """Our numbers, and the menu that answers each."""
    answered: dict[str, str] = {}
    for number, entry in root.members().items():
        if not _NUMBER.fullmatch(number):
            entry.wrong(f'“{number}” is no phone number; write it in quotes with its country, such as "+14155550100".')
        answered[number] = entry.one_of(flows, "flow")
    return answered


def _told(finding: ivr.Finding) -> Problem:
    key = f"step {finding.step}" if finding.step else "flow"
    return Problem(finding.source, finding.line, key, f"{finding.message} ({finding.rule}).")
