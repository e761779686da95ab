"""Reads the phone menus of config/ivr/ and the numbers that they answer; a menu is linted and rehearsed first."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

import ivr
from contactcenter.channels.voice.library import Library
from contactcenter.channels.voice.menus import checking
from contactcenter.configuration.contents import Menu, Written
from contactcenter.configuration.entries import Entry
from contactcenter.configuration.problems import Problem
from contactcenter.configuration.reading_hooks import Definition
from kb.articles import Audience

_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")


def known(
    queues: Collection[str],
    calendars: Collection[str],
    hooks: Mapping[str, Definition],
    articles: Mapping[str, Written] | None,
    audio: Collection[str],
) -> ivr.Known:
    """What a menu may name outside itself; without `articles` nobody looks at those."""
    seconds = {name: definition["timeout"] for name, definition in hooks.items()}
    public = (
        {
            name: frozenset(one.article.texts)
            for name, one in articles.items()
            if one.article.audience == Audience.PUBLIC
        }
        if articles is not None
        else None
    )
    return ivr.Known(
        frozenset(queues), frozenset(calendars), frozenset(hooks), seconds, articles=public, audio=frozenset(audio)
    )


def menus(
    files: Sequence[tuple[str, str]], known: ivr.Known, published: Library, problems: list[Problem]
) -> tuple[dict[str, Menu], tuple[Problem, ...]]:
    """The menus by name, and what the linter finds doubtful about them. They may run parts among the files."""
    around = checking.Around(known, published.beside(files))
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
        found[name], sources[name] = Menu(text, checked.flow.part), file
        if checked.flow.part:
            problems.extend(_taken(checked.flow, text, published))
    return found, tuple(doubts)


def answering(found: Mapping[str, Menu]) -> list[str]:
    """The menus that a number may lead to."""
    return [name for name, menu in found.items() if not menu.part]


def numbers(root: Entry, flows: Collection[str]) -> dict[str, str]:
    """Our numbers, and the menu that answers each."""
    answered: dict[str, str] = {}
    for number, entry in root.members().items():
        if not _NUMBER.fullmatch(number):
            entry.wrong(f'“{number}” is no phone number; write it in quotes with its country, such as "+14155550100".')
        answered[number] = entry.one_of(flows, "flow")
    return answered


def _taken(part: ivr.Flow, text: str, published: Library) -> Iterable[Problem]:
    """Menus name a part by its number, so its file cannot be published under any other than the one it says."""
    before = published.published(part.name)
    newest = max(before, default=0)
    if part.version <= newest and before.get(part.version) != text:
        told = (
            f"Up to {newest} the versions of this part are published with other texts; write “version: {newest + 1}”."
        )
        yield Problem(part.source, part.lines["version"], "version", told)


def _told(finding: ivr.Finding) -> Problem:
    key = f"step {finding.step}" if finding.step else "flow"
    return Problem(finding.source, finding.line, key, f"{finding.message} ({finding.rule}).")
