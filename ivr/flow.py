"""A phone menu as data: the flow, its steps and the fourteen verbs a step may have."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ivr.conditions import Condition
from ivr.said import Asking, Prompt, Tags, Voice
from ivr.scripts import Script

HUMAN = "human"
REPEAT = "repeat"
BACK = "back"
"""Where a part goes when it is through: on in the flow that runs it."""
MOST_STEPS = 500
MOST_AUTOMATIC_STEPS = 50


class End(StrEnum):
    """How a call may end; what the metrics count."""

    SOLVED = "solved"
    AGENT = "agent"
    VOICEMAIL = "voicemail"
    CALLBACK = "callback"
    CLOSED = "closed"
    GAVE_UP = "gave_up"


@dataclass(frozen=True, slots=True)
class Option:
    line: int
    means: str
    to: str
    tags: Tags
    words: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Say:
    prompt: Prompt


@dataclass(frozen=True, slots=True)
class Menu:
    asking: Asking
    options: Mapping[str, Option]
    each_language: bool = False


class Check(StrEnum):
    LUHN = "luhn"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Collect:
    asking: Asking
    shortest: int
    longest: int
    finish: str
    save: str
    check: Check | None = None
    speech: bool = False
    """The digits may be spoken as well."""
    secret: bool = False
    """Kept only until a hook has had it: never spoken, stored or recorded."""


@dataclass(frozen=True, slots=True)
class Hours:
    calendar: str


@dataclass(frozen=True, slots=True)
class Lookup:
    hook: str
    with_: Mapping[str, str]
    save: str
    wait: Prompt | None
    timeout: int


@dataclass(frozen=True, slots=True)
class Case:
    line: int
    condition: Condition
    to: str


@dataclass(frozen=True, slots=True)
class Branch:
    """The first case whose condition holds decides; where none does, the exit else."""

    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class Tag:
    tags: Tags


@dataclass(frozen=True, slots=True)
class Announce:
    """What a waiting caller is told, every so many seconds: True speaks the house sentence, a prompt its own."""

    every: int = 60
    position: bool | Prompt = False
    wait: bool | Prompt = False


@dataclass(frozen=True, slots=True)
class QueueKey:
    line: int
    to: str
    say: Prompt
    when: Condition | None


@dataclass(frozen=True, slots=True)
class Queue:
    name: str
    skills: Mapping[str, int]
    announce: Announce
    music: str
    say: Prompt | None
    keys: Mapping[str, QueueKey]
    longest: int


@dataclass(frozen=True, slots=True)
class Voicemail:
    ask: Prompt
    longest: int
    transcribe: bool
    queue: str


@dataclass(frozen=True, slots=True)
class Answer:
    """An article of the knowledge base, named or found by what the caller asks, read aloud for `longest` seconds at most.

    `helped` asks whether that was it: 1 says so, 2 says no.
    """

    helped: Asking
    ask: Asking | None
    article: str | None
    longest: int


@dataclass(frozen=True, slots=True)
class Callback:
    """A promise to call: `confirm` reads the number back, `other` asks for one where another is wanted. Times are seconds."""

    confirm: Asking
    other: Asking
    number: str
    queue: str
    skills: Mapping[str, int]
    keep_place: bool
    within: int
    window: str
    tries: int
    between_tries: int


@dataclass(frozen=True, slots=True)
class Survey:
    """One question that is answered by one key between `lowest` and `highest`."""

    asking: Asking
    lowest: int
    highest: int
    save: str

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(str(key) for key in range(self.lowest, self.highest + 1))


class CallerId(StrEnum):
    """Whose number a transferred call shows."""

    CALLER = "caller"
    CALLED = "called"


@dataclass(frozen=True, slots=True)
class Transfer:
    number: str
    say: Prompt | None
    timeout: int
    caller_id: CallerId


@dataclass(frozen=True, slots=True)
class Subflow:
    """A part that is run here; `joining` puts its steps in this one's place before anybody else looks at the flow."""

    name: str
    version: int


@dataclass(frozen=True, slots=True)
class Finish:
    """The verb of a step that does nothing but end the call."""


Question = Menu | Collect | Answer | Callback | Survey
"""The verbs that ask the caller for keys, where the house keys hold."""
Verb = Question | Say | Hours | Lookup | Branch | Tag | Queue | Voicemail | Transfer | Subflow | Finish


def asking_of(verb: Question) -> Asking:
    """How the question is put first."""
    match verb:
        case Callback():
            return verb.confirm
        case Answer():
            return verb.ask or verb.helped
        case _:
            return verb.asking


@dataclass(frozen=True, slots=True)
class Step:
    name: str
    line: int
    verb: Verb
    exits: Mapping[str, str]
    end: End | None = None
    at_most: int | None = None
    after: str | None = None
    source: str | None = None
    """The text that it stands in, where that is not the flow's own."""


@dataclass(frozen=True, slots=True)
class Defaults:
    timeout: int = 5
    attempts: int = 3
    keys: Mapping[str, str] = field(default_factory=lambda: {"0": HUMAN, "*": REPEAT})


@dataclass(frozen=True, slots=True)
class Flow:
    name: str
    version: int
    title: Mapping[str, str]
    languages: tuple[str, ...]
    voices: Mapping[str, Voice]
    start: str
    human: str
    defaults: Defaults
    steps: Mapping[str, Step]
    tests: tuple[Script, ...]
    source: str
    lines: Mapping[str, int]
    part: bool = False
    """Run by other flows only, whose human step, voices and further keys it has."""

    def resolve(self, target: str) -> str:
        """The step a target names; the word human stands for the flow's human step."""
        return self.human if target == HUMAN else target

    def keys_at(self, step: Step) -> Mapping[str, str]:
        """The house keys that hold while this step asks: 0 leads nowhere in the start step or where a reason is given."""
        if not isinstance(step.verb, Question):
            return {}
        without_zero = step.name == self.start or asking_of(step.verb).no_human is not None
        return {key: to for key, to in self.defaults.keys.items() if not (key == "0" and without_zero)}
