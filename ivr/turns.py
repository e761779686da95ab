"""What the machine is told (events) and what it asks for in return (acts)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ivr.flow import Announce
from ivr.markup import Mark
from ivr.state import State


@dataclass(frozen=True, slots=True)
class Speech:
    """Something to be said, or played with its text beside it; `unset` names values that were needed and missing."""

    language: str
    text: str
    audio: str | None = None
    unset: tuple[str, ...] = ()
    marked: tuple[str | Mark, ...] = ()
    """The same text with its marks, where it has any."""


# --- acts ---


@dataclass(frozen=True, slots=True)
class AskKeys:
    prompt: tuple[Speech, ...]
    max_digits: int | None
    finish: str
    timeout: int
    words: tuple[str, ...] = ()
    """What the caller may say instead, as hints for a recogniser."""
    listens: bool = False
    """Whether the caller may speak as well."""


@dataclass(frozen=True, slots=True)
class AskHours:
    calendar: str


@dataclass(frozen=True, slots=True)
class AskLookup:
    hook: str
    with_: Mapping[str, str]
    wait: Speech | None
    timeout: int


@dataclass(frozen=True, slots=True)
class WaitInQueue:
    queue: str
    skills: Mapping[str, int]
    priority: int
    intent: str | None
    announce: Announce
    keys: tuple[str, ...]
    longest_seconds: int
    music: str


@dataclass(frozen=True, slots=True)
class RecordMessage:
    prompt: tuple[Speech, ...]
    longest_seconds: int
    queue: str
    transcribe: bool = False


@dataclass(frozen=True, slots=True)
class FindArticle:
    """`article` names it; without a name it is the best one for what the caller has asked. `longest`: seconds of reading."""

    article: str | None
    question: str
    longest: int


@dataclass(frozen=True, slots=True)
class BookCallback:
    """The caller has confirmed the number; times are seconds, `within` is promised in hours of the calendar `window`."""

    number: str
    queue: str
    skills: Mapping[str, int]
    priority: int
    intent: str | None
    keep_place: bool
    within: int
    window: str
    tries: int
    between_tries: int


@dataclass(frozen=True, slots=True)
class TransferCall:
    prompt: tuple[Speech, ...]
    number: str
    timeout: int
    caller_id: str
    """The number that is shown; empty for the caller's own."""


@dataclass(frozen=True, slots=True)
class HangUp:
    outcome: str


Act = AskKeys | AskHours | AskLookup | FindArticle | WaitInQueue | BookCallback | RecordMessage | TransferCall | HangUp


# --- events ---


@dataclass(frozen=True, slots=True)
class KeysPressed:
    digits: str


@dataclass(frozen=True, slots=True)
class WordsSpoken:
    text: str


@dataclass(frozen=True, slots=True)
class Silence:
    pass


@dataclass(frozen=True, slots=True)
class HoursAnswered:
    answer: Literal["open", "closed", "emergency"]


@dataclass(frozen=True, slots=True)
class LookupAnswered:
    result: Literal["found", "missing", "error"]
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class QueueLeft:
    reason: Literal["answered", "waited_too_long", "nobody_logged_in", "full", "key"]
    key: str | None = None


@dataclass(frozen=True, slots=True)
class MessageRecorded:
    seconds: int
    hung_up: bool = False


@dataclass(frozen=True, slots=True)
class ArticleAnswered:
    """The text to be read in the caller's language, plain; missing where there is none in it."""

    result: Literal["found", "missing"]
    text: str = ""


@dataclass(frozen=True, slots=True)
class CallbackAnswered:
    """Whether the call back was booked; `promised` is the local time by which, as ISO text."""

    result: Literal["booked", "bad_number", "refused"]
    promised: str = ""


@dataclass(frozen=True, slots=True)
class TransferEnded:
    result: Literal["answered", "busy", "no_answer", "failed"]


@dataclass(frozen=True, slots=True)
class Lost:
    """Nobody knows any more where the call stood: it goes to the human step, in the caller's language."""


Event = (
    KeysPressed
    | WordsSpoken
    | Silence
    | HoursAnswered
    | LookupAnswered
    | ArticleAnswered
    | QueueLeft
    | CallbackAnswered
    | MessageRecorded
    | TransferEnded
    | Lost
)


@dataclass(frozen=True, slots=True)
class Turn:
    """One answer of the machine: say `speak`, then do `act`; `entered` lists the steps gone through."""

    state: State
    speak: tuple[Speech, ...]
    act: Act
    entered: tuple[str, ...] = ()
