"""The parts of the simulated network together, and where a call stands while a document is being performed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urljoin

from contactcenter.carrier.call import Call
from contactcenter.carrier.conferences import Conferences
from contactcenter.carrier.devices import Devices
from contactcenter.carrier.engine import Script
from contactcenter.carrier.exchange import Ask, Exchange
from contactcenter.carrier.queues import Queues
from contactcenter.carrier.recordings import Recordings
from contactcenter.carrier.twiml import Node


@dataclass(frozen=True, slots=True)
class Network:
    exchange: Exchange
    recordings: Recordings
    conferences: Conferences
    queues: Queues
    devices: Devices
    sounds: dict[str, float] = field(default_factory=dict)
    """How long each sound file plays, once it has been loaded."""


@dataclass(frozen=True, slots=True)
class Goto:
    """The rest of the document is dropped; this one comes next."""

    ask: Ask


@dataclass(frozen=True, slots=True)
class Leave:
    """A wait document lets the caller out of the line."""


@dataclass(frozen=True, slots=True)
class HangUp:
    """The document ends the call."""


@dataclass(frozen=True, slots=True)
class Broken:
    """No document could be had, not even the fallback."""


Outcome = Goto | Leave | HangUp | Broken | None


def nothing_more() -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class Here:
    """One call performing one document. `extra` are fields that every further request carries."""

    network: Network
    call: Call
    url: str
    extra: Callable[[], Mapping[str, str]] = nothing_more
    absolute_only: bool = False
    """A document given by REST has no address that a relative URL could be resolved against."""

    @property
    def exchange(self) -> Exchange:
        return self.network.exchange

    def resolve(self, url: str) -> str:
        if self.absolute_only and "://" not in url:
            self.exchange.journal.note(11100, self.call.sid, f"{url!r} must be absolute: its document has no address.")
        return urljoin(self.url, url)

    def ask(self, url: str, method: str, params: Mapping[str, str] | None = None) -> Ask:
        return Ask(self.resolve(url), method, {**self.extra(), **(params or {})})

    def unsupported(self, what: str) -> None:
        self.exchange.journal.unsupported.append(what)
        self.call.tell("unsupported", what=what)


Verb = Callable[[Here, Node], Script[Outcome]]
Verbs = Mapping[str, Verb]
