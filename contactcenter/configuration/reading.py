"""Reads the folder config/ into one Config, or says everything that is wrong with it.

The files are read in the order in which they refer to one another: skills, queues, calendars, promises, lists, hooks,
audio files, menus, numbers, people, articles, letters, rotas, escalations, macros, rules.
"""

from collections.abc import Callable, Collection
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import ivr
from contactcenter.channels.voice.hooks.declared import Hook, hook
from contactcenter.channels.voice.library import Library
from contactcenter.configuration import (
    reading_audio,
    reading_automation,
    reading_hooks,
    reading_menus,
    reading_promises,
    reading_queues,
    reading_rules,
    reading_staff,
)
from contactcenter.configuration.contents import Config, Person, Promises, Queue, RuleSet, Written
from contactcenter.configuration.entries import Entry, read_yaml
from contactcenter.configuration.problems import ConfigError, Problem
from contactcenter.configuration.reading_articles import articles
from contactcenter.configuration.reading_automation import Names
from contactcenter.configuration.titles import titled
from contactcenter.foundation import shelves

STAFF = "agents.yaml"
HOOKS = "hooks.yaml"
CALENDARS = "calendars.yaml"
QUEUES = "queues.yaml"
PROMISES = "sla.yaml"
LETTERS, ROTAS, ESCALATIONS, MACROS = "letters.yaml", "rotas.yaml", "escalations.yaml", "macros.yaml"
RULES = "automation"
AUDIO = Path("ivr", "audio")
KB = "kb"
"""Without this folder, articles are kept elsewhere, and nobody looks whether a menu names one that is there."""
T = TypeVar("T")
OFFLINE = Library(told="a file holds one version of a part, and older ones are in the database only")


def read(folder: Path, published: Library = OFFLINE) -> Config:
    """The configuration in `folder`, whose menus may run its parts and those published; raises ConfigError."""
    reader = _Reader(folder)
    if not folder.is_dir():
        raise ConfigError([Problem(str(folder), 1, "folder", "There is no such folder.")])
    skills = reader.file("skills.yaml", titled)
    queues = reader.file(QUEUES, lambda root: reading_queues.queues(root, skills))
    calendars = reader.file(CALENDARS, reading_promises.calendars)
    hooks = reader.optional(HOOKS, reading_hooks.hooks) or {}
    articles = _articles(reader, queues)
    audio = reading_audio.audio(folder / AUDIO, reader.problems)
    known = reading_menus.known(
        queues, calendars, hooks, articles if (folder / KB).is_dir() else None, reading_audio.names(folder / AUDIO)
    )
    menus, doubts = reading_menus.menus(reader.texts("ivr", "*.yaml"), known, published, reader.problems)
    promises = reader.file(PROMISES, lambda root: reading_promises.promises(root, calendars, queues))
    staff = reader.optional(STAFF, lambda root: reading_staff.staff(root, queues, skills))
    _refuse_strange_leads(reader, queues, staff)
    names, referred_to = _referred_to(reader, Names(queues, calendars, promises, staff))
    config = Config(
        skills=skills,
        queues=queues,
        calendars=calendars,
        promises=promises,
        dispositions=reader.file("dispositions.yaml", titled),
        presence_reasons=reader.file("presence.yaml", titled),
        hooks=hooks,
        audio=audio,
        menus=menus,
        numbers=reader.file("numbers.yaml", lambda root: reading_menus.numbers(root, reading_menus.answering(menus))),
        staff=staff,
        articles=articles,
        rules=_rules(reader, names),
        **referred_to,
        doubts=doubts,
    )
    if reader.problems:
        raise ConfigError(reader.problems)
    return config


def names_for_menus(folder: Path) -> ivr.Known:
    """What menus of this folder may name; mistakes in the other files are not looked for."""
    reader = _Reader(folder)
    queues, calendars = (reader.file(name, Entry.members) for name in (QUEUES, CALENDARS))
    hooks = reader.optional(HOOKS, reading_hooks.hooks) or {}
    articles = _articles(reader, queues) if (folder / KB).is_dir() else None
    return reading_menus.known(queues, calendars, hooks, articles, reading_audio.names(folder / AUDIO))


def read_hooks(folder: Path) -> dict[str, Hook]:
    """The hooks that this folder declares, none without the file; raises ConfigError for mistakes in it."""
    reader = _Reader(folder)
    found = reader.optional(HOOKS, reading_hooks.hooks) or {}
    if reader.problems:
        raise ConfigError(reader.problems)
    return {name: hook(name, definition) for name, definition in found.items()}


def read_promises(path: Path) -> tuple[dict[str, dict[str, Any]], dict[str, Promises]]:
    """The calendars and what is promised by them; of other files only the names of queues. Raises ConfigError.

    `path` is a folder, or a file of promises with those others beside it.
    """
    reader = _Reader(path.parent if path.is_file() else path)
    written = path.name if path.is_file() else PROMISES
    calendars = reader.file(CALENDARS, reading_promises.calendars)
    queues = reader.file(QUEUES, Entry.members)
    promises = reader.file(written, lambda root: reading_promises.promises(root, calendars, queues))
    if reader.problems:
        raise ConfigError(reader.problems)
    return calendars, promises


def _referred_to(reader: "_Reader", names: Names) -> tuple[Names, dict[str, dict[str, Any]]]:
    """What rules may name, and what stands in the files of letters, rotas, escalations and macros; none need be there."""
    letters = reader.optional(LETTERS, reading_automation.letters) or {}
    rotas = reader.optional(ROTAS, lambda root: reading_automation.rotas(root, names.people)) or {}
    names = replace(names, letters=letters, rotas=rotas)
    escalations = reader.optional(ESCALATIONS, lambda root: reading_automation.escalations(root, names)) or {}
    names = replace(names, escalations=escalations)
    macros = reader.optional(MACROS, lambda root: reading_rules.macros(root, names)) or {}
    found: dict[str, dict[str, Any]] = {
        "letters": letters,
        "rotas": rotas,
        "escalations": escalations,
        "macros": macros,
    }
    return replace(names, macros=macros), found


def _rules(reader: "_Reader", names: Names) -> dict[str, RuleSet]:
    """Each file of rules under its own name."""
    found = {}
    for file, text in reader.texts(RULES, "*.yaml"):
        name = Path(file).stem
        if not shelves.is_name(name):
            reader.problems.append(Problem(file, 1, "file", "Name the file with small letters, digits and -."))
        found[name] = reading_rules.rule_set(file, text, names, reader.problems)
    return found


def _refuse_strange_leads(reader: "_Reader", queues: dict[str, Queue], staff: dict[str, Person] | None) -> None:
    for name, queue in queues.items():
        if staff is not None and queue.lead is not None and queue.lead not in staff:
            told = f"There is no person “{queue.lead}” in {STAFF}."
            reader.problems.append(Problem(str(reader.folder / QUEUES), 1, f"{name}.lead", told))


def read_rules(folder: Path) -> dict[str, RuleSet]:
    """The rules with all that they refer to; of other files only the names. Raises ConfigError."""
    reader = _Reader(folder)
    if not folder.is_dir():
        raise ConfigError([Problem(str(folder), 1, "folder", "There is no such folder.")])
    queues, calendars, tiers = (reader.file(name, Entry.members) for name in (QUEUES, CALENDARS, PROMISES))
    staff = reader.optional(STAFF, lambda root: root.fields(("people",), ("most", "demo")).members("people"))
    names, _ = _referred_to(reader, Names(queues, calendars, tiers, staff))
    found = _rules(reader, names)
    if reader.problems:
        raise ConfigError(reader.problems)
    return found


class _Reader:
    """Hands out the files of one folder, under the names by which their author knows them, and keeps the problems."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[Problem] = []

    def file(self, name: str, interpret: Callable[[Entry], dict[str, T]]) -> dict[str, T]:
        path = self.folder / name
        if not path.is_file():
            self.problems.append(Problem(str(path), 1, "file", "This file is missing."))
            return {}
        root = read_yaml(str(path), self._text(path), self.problems)
        return interpret(root) if root else {}

    def optional(self, name: str, interpret: Callable[[Entry], dict[str, T]]) -> dict[str, T] | None:
        return self.file(name, interpret) if (self.folder / name).exists() else None

    def texts(self, inside: str, pattern: str) -> list[tuple[str, str]]:
        """Pairs of file name and text, in order of name; a folder that is not there holds none."""
        return [(str(path), self._text(path)) for path in sorted((self.folder / inside).glob(pattern))]

    def _text(self, path: Path) -> str:
        try:
            return path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            self.problems.append(Problem(str(path), line, "file", "This is not UTF-8; save the file as UTF-8."))
            return ""


def _articles(reader: _Reader, queues: Collection[str]) -> dict[str, Written]:
    return articles(reader.texts("kb", "*.md"), queues, reader.problems)
