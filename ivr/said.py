"""What a flow says and asks, and what it notes down about a call: the parts that its verbs are made of."""

from collections.abc import Mapping
from dataclasses import dataclass

from ivr.markup import Mark


@dataclass(frozen=True, slots=True)
class Line:
    """What one language hears; the text is there even where a recording is played."""

    text: str
    audio: str | None = None
    marked: tuple[str | Mark, ...] = ()
    """The text with its marks, where it has any; `text` is without them."""


@dataclass(frozen=True, slots=True)
class Prompt:
    line: int
    lines: Mapping[str, Line]


@dataclass(frozen=True, slots=True)
class Voice:
    """Who speaks a language; `spoken` is the tongue agents need, which is not the script it is written in."""

    voice: str
    language: str
    spoken: str


@dataclass(frozen=True, slots=True)
class Tags:
    """What a step notes down about the call; None leaves the earlier note as it was."""

    skills: Mapping[str, int] | None = None
    intent: str | None = None
    priority: int | None = None
    language: str | None = None
    case: str | None = None
    """The value that names the open case which the call is about."""


@dataclass(frozen=True, slots=True)
class Asking:
    """How often and how patiently a question is asked, and where a caller who is stuck goes."""

    attempts: int
    timeout: int
    stuck: str
    no_human: str | None
    ask: Prompt
    ask_again: Prompt | None
    retry: Prompt | None
