"""What was asked, answered, refused and heard: the record that a failing test prints."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from contactcenter.carrier.clock import Clock


@dataclass(frozen=True, slots=True)
class TraceEntry:
    """One HTTP request, in either direction; status 0 means that no answer came."""

    at: float
    kind: str
    method: str
    url: str
    params: Mapping[str, str]
    status: int
    token: str = ""
    attempt: int = 1
    reply: str = ""


@dataclass(frozen=True, slots=True)
class ErrorNote:
    """Something a real carrier would complain about, or would let pass although it is wrong (code 0)."""

    at: float
    code: int
    place: str
    message: str


@dataclass(slots=True)
class Journal:
    clock: Clock
    trace: list[TraceEntry] = field(default_factory=list)
    errors: list[ErrorNote] = field(default_factory=list)
    unsupported: list[str] = field(default_factory=list)

    def note(self, code: int, place: str, message: str) -> None:
        self.errors.append(ErrorNote(self.clock.now(), code, place, message))


@dataclass(slots=True)
class EventLog:
    """What a person with a phone sees and hears, numbered from 1 so that a page can ask for what it missed."""

    clock: Clock
    events: list[dict[str, Any]] = field(default_factory=list)

    def add(self, kind: str, **facts: object) -> None:
        at = self.clock.instant().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        self.events.append({"n": len(self.events) + 1, "at": at, "kind": kind, **facts})

    def after(self, number: int) -> list[dict[str, Any]]:
        return self.events[max(0, number) :]
