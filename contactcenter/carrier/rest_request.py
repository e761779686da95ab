"""A REST request and its answer, and the rules for what a request may ask, beyond what a schema can say."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from contactcenter.carrier.conferences import SUBSCRIPTIONS
from contactcenter.carrier.exchange import Exchange
from contactcenter.carrier.messages import Messages
from contactcenter.carrier.network import Network

CALL_EVENTS = frozenset({"initiated", "ringing", "answered", "completed"})
RECORDING_EVENTS = frozenset(
    {"in-progress", "completed", "absent", "started", "paused", "resumed", "stopped", "failed"}
)
EVENT_NAMES: Mapping[str, frozenset[str]] = {
    "StatusCallbackEvent": CALL_EVENTS,
    "ConferenceStatusCallbackEvent": SUBSCRIPTIONS,
    "RecordingStatusCallbackEvent": RECORDING_EVENTS,
    "ConferenceRecordingStatusCallbackEvent": RECORDING_EVENTS,
}
WORDS: Mapping[str, frozenset[str]] = {
    "PauseBehavior": frozenset({"silence", "skip"}),
    "MachineDetection": frozenset({"Enable", "DetectMessageEnd"}),
    "Beep": frozenset({"true", "false", "onEnter", "onExit"}),
    "Method": frozenset({"GET", "POST"}),
    **dict.fromkeys(
        ("Hold", "Muted", "Coaching", "EndConferenceOnExit", "StartConferenceOnEnter"), frozenset({"true", "false"})
    ),
}
RANGES: Mapping[str, tuple[int, int]] = {
    "Timeout": (5, 600),
    "TimeLimit": (1, 14_400),
    "MaxSize": (0, 5000),
    "MaxParticipants": (2, 250),
}
LONGEST: Mapping[str, int] = {"Twiml": 4000, "Body": 1600, "Label": 128, "SendDigits": 32}
LONGEST_CODES: Mapping[str, int] = {"Twiml": 32018, "Body": 21617}


class RestError(Exception):
    """A refusal in the words and numbers of the real surface."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


@dataclass(frozen=True, slots=True)
class RestRequest:
    method: str
    path: str
    query: Mapping[str, list[str]] = field(default_factory=dict)
    form: Mapping[str, list[str]] = field(default_factory=dict)
    user: str = ""
    password: str = field(default="", repr=False)

    def has(self, name: str) -> bool:
        return name in self.form

    def get(self, name: str, default: str = "") -> str:
        values = self.form.get(name)
        return values[0] if values else default

    def flag(self, name: str, default: bool) -> bool:
        return self.get(name, str(default)).lower() == "true"

    def words(self, name: str, default: str) -> frozenset[str]:
        """Lists come as repeated fields; some clients join them by spaces."""
        return frozenset(" ".join(self.form.get(name, [default])).split())

    def required(self, name: str) -> str:
        value = self.get(name)
        if not value:
            raise RestError(400, 21201 if name == "To" else 20001, f"The parameter {name!r} is required.")
        return value

    def asked(self, name: str) -> str:
        values = self.query.get(name)
        return values[0] if values else ""


@dataclass(frozen=True, slots=True)
class RestAnswer:
    status: int
    body: Any = None
    content: bytes = b""
    content_type: str = "application/json"


@dataclass(frozen=True, slots=True)
class Desk:
    """What the REST surface works on."""

    network: Network
    messages: Messages

    @property
    def exchange(self) -> Exchange:
        return self.network.exchange


Handler = Callable[..., RestAnswer]


def not_found(what: str) -> RestError:
    return RestError(404, 20404, f"The requested resource {what} was not found")


def check(request: RestRequest) -> None:
    """Names, words, ranges and addresses that Twilio's published schema leaves open."""
    for name, values in request.form.items():
        for problem in _problems(name, values):
            raise problem
    if request.flag("Coaching", False) and not request.get("CallSidToCoach"):
        raise RestError(400, 13240, "Coaching needs CallSidToCoach.")


def _problems(name: str, values: list[str]) -> Iterable[RestError]:
    for value in values:
        if name in EVENT_NAMES and set(value.split()) - EVENT_NAMES[name]:
            yield RestError(400, 21626, f"{name}: {value!r} is not an event that exists.")
        if name in WORDS and value not in WORDS[name]:
            yield RestError(400, 20001, f"{name}: {value!r} is not one of {', '.join(sorted(WORDS[name]))}.")
        if name in LONGEST and len(value) > LONGEST[name]:
            yield RestError(400, LONGEST_CODES.get(name, 20001), f"{name} is longer than {LONGEST[name]} characters.")
        if name in RANGES and not _within(value, RANGES[name]):
            yield RestError(400, 20001, f"{name}: {value!r} is outside {RANGES[name][0]}-{RANGES[name][1]}.")
        if _is_address(name) and value and not value.startswith(("http://", "https://")):
            yield RestError(400, 21205, f"{name}: {value!r} is not an absolute URL.")


def _is_address(name: str) -> bool:
    return name.endswith(("Url", "StatusCallback"))


def _within(value: str, allowed: tuple[int, int]) -> bool:
    return value.isdigit() and allowed[0] <= int(value) <= allowed[1]
