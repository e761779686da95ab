"""The simulator as tests and the carrier process use it: dial in, press, say, hang up, and look at everything."""

import re
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any

from twilio.http import HttpClient
from twilio.rest import Client

from contactcenter.carrier.call import Call, CallStatus, Direction, Notify
from contactcenter.carrier.clock import Clock, VirtualClock
from contactcenter.carrier.conference import hears
from contactcenter.carrier.conferences import Conferences
from contactcenter.carrier.devices import Device, Devices, address_of
from contactcenter.carrier.door import Door
from contactcenter.carrier.engine import Engine
from contactcenter.carrier.exchange import Account, Ask, Exchange, Habits, Number
from contactcenter.carrier.journal import ErrorNote, EventLog, Journal, TraceEntry
from contactcenter.carrier.messages import Message, Messages
from contactcenter.carrier.network import Network
from contactcenter.carrier.queues import Queues
from contactcenter.carrier.recordings import Recordings
from contactcenter.carrier.rest import RestSurface
from contactcenter.carrier.rest_client import InProcessHttpClient
from contactcenter.carrier.rest_request import Desk
from contactcenter.carrier.ringing import drop
from contactcenter.carrier.transport import Transport
from contactcenter.carrier.verbs import follow

SIMULATED_ACCOUNT_PREFIX = "ACc0ffee"
SIMULATED_ACCOUNT_SID = SIMULATED_ACCOUNT_PREFIX + "0" * 26
THREADS = 32
SECONDS_WITHOUT_MEDIA = 60.0
"""A leg whose telephone is gone is cut after this long, unless the telephone comes back."""


class Simulator:
    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        transport: Transport,
        clock: Clock | None = None,
        numbers: Mapping[str, Number | Mapping[str, str]] | None = None,
        seed: int = 0,
    ) -> None:
        refuse_real_credentials(account_sid)
        clock = clock or VirtualClock()
        pool = None if isinstance(clock, VirtualClock) else ThreadPoolExecutor(THREADS, "carrier")
        self.engine = Engine(clock, pool)
        self.journal = Journal(clock)
        account = Account(account_sid, auth_token)
        exchange = Exchange(account, self.engine, Door(auth_token, transport, self.journal), self.journal, seed)
        recordings = Recordings(exchange)
        conferences = Conferences(exchange, recordings)
        self.network = Network(exchange, recordings, conferences, Queues(exchange), Devices(clock))
        self.messages = Messages(exchange)
        self.rest = RestSurface(Desk(self.network, self.messages))
        for number, settings in (numbers or {}).items():
            exchange.numbers[number] = settings if isinstance(settings, Number) else Number(**settings)

    # --- what can be looked at ---

    @property
    def exchange(self) -> Exchange:
        return self.network.exchange

    @property
    def habits(self) -> Habits:
        """Everything unpleasant that can be switched on."""
        return self.exchange.habits

    @property
    def trace(self) -> list[TraceEntry]:
        return self.journal.trace

    @property
    def errors(self) -> list[ErrorNote]:
        return self.journal.errors

    @property
    def calls(self) -> list[Call]:
        return list(self.exchange.calls.values())

    @property
    def live(self) -> list[Call]:
        return [call for call in self.exchange.calls.values() if not call.over]

    def leg(self, address: str) -> Call:
        """The newest call to or from this number or client that is not over."""
        wanted = address_of(address)
        for call in reversed(self.live):
            if wanted in {address_of(call.to), call.from_}:
                return call
        raise LookupError(f"No call to or from {address} is going on.")

    def hears(self, listener: Call, speaker: Call) -> bool:
        if listener.partner is speaker:
            return True
        conferences = self.network.conferences
        one, other = conferences.of(listener), conferences.of(speaker)
        return one is not None and other is not None and hears(one, other)

    # --- what people with telephones do ---

    def dial_in(self, from_: str, to: str, answered_by: str = "") -> Call:
        """Somebody calls one of the public numbers; `answered_by` is another address to answer this one call from."""
        number = Number(answered_by) if answered_by else self.exchange.numbers.get(to)
        if number is None:
            raise LookupError(f"{to} is not one of the simulator's numbers: {', '.join(self.exchange.numbers)}.")
        with self._acting():
            call = self.exchange.new_call(from_, to, Direction.INBOUND, Notify(number.status_callback))
            call.fallback_url = number.fallback_url
            call.status = CallStatus.INITIATED
            self.exchange.progress(call, CallStatus.RINGING)
            self.exchange.start(call, follow(self.network, call, Ask(number.voice_url, number.voice_method)))
        return call

    def press(self, call: Call, keys: str) -> None:
        for key in keys:
            if key not in "0123456789*#":
                raise ValueError(f"A telephone has no key {key!r}.")
            with self._acting():
                call.inputs += 1
                call.happen("key", key)

    def say(self, call: Call, text: str) -> None:
        """To the people who hear this call, else to the machine it is connected with."""
        with self._acting():
            call.inputs += 1
            call.spoken.append(text)
            participant = self.network.conferences.of(call)
            if call.partner is not None:
                self.exchange.hear(call.partner, text, self._name(call))
            elif participant is not None and participant.joined:
                for listener in self.network.conferences.listeners(call):
                    self.exchange.hear(listener, text, self._name(call))
            else:
                call.happen("speech", text)

    def hangup(self, call: Call) -> None:
        with self._acting():
            if call.live or call.over:
                self.exchange.end(call)
            elif call.direction is Direction.INBOUND:
                self.exchange.end(call, CallStatus.CANCELED, 487)
            else:
                call.happen("decline")

    def answer(self, call: Call) -> None:
        with self._acting():
            call.happen("answer")

    def decline(self, call: Call) -> None:
        with self._acting():
            call.happen("decline")

    def text_in(self, from_: str, to: str, body: str, media: tuple[str, ...] = ()) -> Message:
        with self._acting():
            return self.messages.receive(from_, to, body, media)

    # --- telephones that ring ---

    def register(
        self, identity: str, auto_answer: bool = True, answer_seconds: float = 1.0, lease: float | None = None
    ) -> Device:
        """A telephone is there; with a lease it must say so again before the lease is over."""
        with self._acting():
            device = self.network.devices.register(identity, auto_answer, answer_seconds)
            if lease is not None:
                device.lease = self.engine.at(lease, lambda: self._vanish(identity))
            return device

    def unregister(self, identity: str) -> None:
        with self._acting():
            self._vanish(identity)

    # --- time and the REST side ---

    def advance(self, seconds: float = 0.0) -> None:
        """Let virtual time pass; with 0, let everything happen that is due now."""
        self.engine.advance(seconds)

    def client(self) -> Client:
        """The real Twilio client, wired to this simulator."""
        account = self.exchange.account
        return Client(account.sid, account.token, http_client=self.http_client())

    def http_client(self) -> HttpClient:
        return InProcessHttpClient(self.rest)

    def wait_for_events(self, log: EventLog, after: int, seconds: float) -> list[dict[str, Any]]:
        """What happened after event number `after`; on a real clock, wait for it."""
        deadline = time.monotonic() + seconds
        with self.engine.changed:
            while not (events := log.after(after)) and (left := deadline - time.monotonic()) > 0:
                self.engine.changed.wait(left)
            return events

    def close(self) -> None:
        self.engine.stop()

    @contextmanager
    def _acting(self) -> Iterator[None]:
        with self.engine.acting():
            yield
        if isinstance(self.engine.clock, VirtualClock):
            self.engine.advance(0)

    def _name(self, call: Call) -> str:
        participant = self.network.conferences.of(call)
        if participant is not None and participant.entry.label:
            return participant.entry.label
        return call.from_ if call.direction is Direction.INBOUND else address_of(call.to)

    def _vanish(self, identity: str) -> None:
        device = self.network.devices.unregister(identity)
        if device is None:
            return
        for call in self.live:
            if address_of(call.to) == device.address:
                call.happen("gone")
                if call.live:
                    self.engine.at(SECONDS_WITHOUT_MEDIA, partial(self._cut, call))

    def _cut(self, call: Call) -> None:
        if self.network.devices.find(call.to) is None:
            drop(self.exchange, call)


def refuse_real_credentials(account_sid: str) -> None:
    """Real credentials and a simulated network must never meet."""
    if not re.fullmatch(SIMULATED_ACCOUNT_PREFIX + "[0-9a-f]{26}", account_sid):
        raise ValueError(
            f"The phone simulator works only with an account SID that begins with {SIMULATED_ACCOUNT_PREFIX} "
            "and has 26 more digits; unset the real credentials, or do not start the simulator."
        )
