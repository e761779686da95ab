"""What a whole configuration says, as plain immutable facts whose names refer to things that exist."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from contactcenter.channels.voice.audio import Audio
from contactcenter.configuration.problems import Problem
from kb.articles import Article

Titles = Mapping[str, str]
Levels = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Queue:
    """Seconds and whole numbers, as the table holds them."""

    titles: Titles
    skills: Levels
    steps: tuple[Mapping[str, Any], ...]
    priority: int
    target_seconds: int
    service_level_percent: int
    offer_seconds: int
    wrap_up_seconds: int
    longest_seconds: int
    reserve: int = 0
    overflow: Mapping[str, Any] | None = None
    lead: str | None = None


@dataclass(frozen=True, slots=True)
class Promises:
    """What is promised to one tier; `targets` is kind → seconds of the calendar's open time. `narrower`: what holds instead for
    some channels, queues and priorities, the first that fits.
    """

    titles: Titles
    calendar: str
    targets: Mapping[str, int]
    warnings: Sequence[str]
    reopen: str
    narrower: Sequence[Mapping[str, Any]]
    priority: int


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who works here. Who serves no queue takes no work, like an administrator."""

    name: str
    role: str
    language: str
    zone: str
    demo_password: bool
    queues: tuple[str, ...]
    helps: Mapping[str, int]
    """Queue to the seconds after which its work reaches somebody who only helps out there."""
    skills: Levels
    most: Levels
    reach: Mapping[str, str] = field(default_factory=dict)
    """`email` and `phone`, for whoever is told of things away from the screen."""


@dataclass(frozen=True, slots=True)
class Menu:
    """A phone menu as it is written; it was read and rehearsed without complaint."""

    body: str
    part: bool = False
    """Run by other menus only; its number is the one in its text."""


@dataclass(frozen=True, slots=True)
class RuleSet:
    """A text of rules as it was read: `rules` are the definitions that the table holds."""

    body: str
    rules: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Written:
    """An article, and a fingerprint of its file."""

    article: Article
    digest: str


@dataclass(frozen=True, slots=True)
class Config:
    """Everything by its name. `staff` is None when people are not kept in the configuration."""

    skills: Mapping[str, Titles]
    queues: Mapping[str, Queue]
    calendars: Mapping[str, Mapping[str, Any]]
    promises: Mapping[str, Promises]
    dispositions: Mapping[str, Titles]
    presence_reasons: Mapping[str, Titles]
    hooks: Mapping[str, Mapping[str, Any]]
    audio: Mapping[str, Audio]
    """The audio files of the menus by the names of their files."""
    menus: Mapping[str, Menu]
    numbers: Mapping[str, str]
    staff: Mapping[str, Person] | None
    articles: Mapping[str, Written]
    rules: Mapping[str, RuleSet] = field(default_factory=dict)
    """What is done without anybody doing it, by the names of the files, and below it what rules refer to."""
    macros: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    letters: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    rotas: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    escalations: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    doubts: tuple[Problem, ...] = ()
    """What is not wrong, but wants a second look."""

    def digest(self) -> str:
        """The same for the same configuration, whatever its comments; the order matters only where a list is shown."""
        facts = {name: getattr(self, name) for name in self.__slots__ if name not in {"articles", "audio", "doubts"}}
        for shown in ("dispositions", "presence_reasons"):
            facts[shown] = list(facts[shown].items())
        facts["audio"] = {name: audio.sha256 for name, audio in self.audio.items()}
        facts["articles"] = {name: written.digest for name, written in self.articles.items()}
        canonical = json.dumps(facts, sort_keys=True, ensure_ascii=False, default=asdict)
        return hashlib.sha256(canonical.encode()).hexdigest()
