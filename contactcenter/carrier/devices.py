"""The telephones that can ring: agents' browser phones (`client:agent_7`) and ordinary numbers."""

from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from contactcenter.carrier.clock import Clock, Timer
from contactcenter.carrier.journal import EventLog

CLIENT = "client:"


@dataclass(slots=True, eq=False)
class Device:
    address: str
    log: EventLog
    auto_answer: bool = True
    answer_seconds: float = 1.0
    lease: Timer | None = field(default=None)


class Devices:
    """Logs outlive registrations, so that a page that reconnects misses nothing."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._registered: dict[str, Device] = {}
        self._logs: dict[str, EventLog] = {}

    def register(self, identity: str, auto_answer: bool, answer_seconds: float) -> Device:
        address = address_of(identity)
        device = self._registered.get(address)
        if device is None:
            device = self._registered[address] = Device(address, self.log(address))
        if device.lease is not None:
            device.lease.cancel()
            device.lease = None
        device.auto_answer = auto_answer
        device.answer_seconds = answer_seconds
        return device

    def unregister(self, identity: str) -> Device | None:
        device = self._registered.pop(address_of(identity), None)
        if device is not None and device.lease is not None:
            device.lease.cancel()
        return device

    def find(self, dialled: str) -> Device | None:
        return self._registered.get(address_of(dialled))

    def log(self, identity: str) -> EventLog:
        return self._logs.setdefault(address_of(identity), EventLog(self._clock))


def address_of(dialled: str) -> str:
    """`agent_7`, `client:agent_7` and `client:agent_7?interaction=9` are one telephone."""
    address = dialled.partition("?")[0]
    return address if address.startswith((CLIENT, "+", "sip:")) else CLIENT + address


def parameters_of(dialled: str) -> dict[str, str]:
    """What the application sends along to a browser phone."""
    return dict(parse_qsl(dialled.partition("?")[2]))
