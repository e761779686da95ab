"""Scripted calls that stand in a flow file: what the caller does and what has to come of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ivr.nodes import Plain


class Doing(StrEnum):
    HEAR = "hear"
    PRESS = "press"
    SAY = "say"
    WAIT = "wait"
    HANG_UP = "hangup"


@dataclass(frozen=True, slots=True)
class Cue:
    """One line of a script; `seconds` counts for waiting, `text` for the rest."""

    line: int
    doing: Doing
    text: str = ""
    seconds: int = 0


HookAnswer = str | Mapping[str, Plain | Mapping[str, Plain]]
"""What a hook is made to answer: missing, error, slow, or the values it found."""


@dataclass(frozen=True, slots=True)
class QueueSetting:
    """How the queue behaves in a script: nobody logged in, full, or answered after so many seconds."""

    open: bool = True
    full: bool = False
    answered_after: int | None = None
    position: int = 1
    minutes: int | tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Expectation:
    end: str | None = None
    queue: str | None = None
    steps: tuple[str, ...] | None = None
    tags: Mapping[str, Plain] = field(default_factory=dict)
    heard: tuple[str, ...] = ()
    not_heard: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Script:
    line: int
    name: str
    caller: str
    at: str
    language: str | None
    hours: str
    hooks: Mapping[str, HookAnswer]
    queue: QueueSetting
    article: str
    """Whether the knowledge base has an answer: found or missing."""
    callback: str
    """What comes of a callback that the caller confirms: booked, bad_number or refused."""
    transfer: str
    """How a transfer ends: answered, busy, no_answer or failed."""
    cues: tuple[Cue, ...]
    expect: Expectation
