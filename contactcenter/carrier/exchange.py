"""The telephone exchange: it knows every call, moves it from state to state and tells the application about it."""

import random
import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from email.utils import format_datetime
from urllib.parse import urldefrag

from contactcenter.carrier.call import FINAL, TRANSITIONS, Call, CallStatus, Direction, Notify, standard_fields
from contactcenter.carrier.door import Door, Reply, Webhook
from contactcenter.carrier.engine import Departure, Engine, Fetch, Happening, Running, Script
from contactcenter.carrier.journal import EventLog, Journal

NOTICE_NAMES: Mapping[CallStatus, str] = {
    CallStatus.INITIATED: "initiated",
    CallStatus.RINGING: "ringing",
    CallStatus.IN_PROGRESS: "answered",
    **dict.fromkeys(FINAL, "completed"),
}


class HungUp(Departure):
    """The person on this line, or a command, has ended the call."""


class Redirected(Departure):
    """A REST command has given the call another document."""


@dataclass(slots=True)
class Account:
    sid: str
    token: str = field(repr=False)
    api_base: str = "https://api.twilio.com"


@dataclass(frozen=True, slots=True)
class Number:
    """A public number and the addresses that the application gave for it."""

    voice_url: str
    voice_method: str = "POST"
    fallback_url: str = ""
    status_callback: str = ""
    sms_url: str = ""


@dataclass(slots=True)
class Habits:
    """How the simulated network behaves; everything unpleasant is off until it is asked for."""

    setup_seconds: float = 0.1
    calls_per_second: float = 0.0
    notice_twice: float = 0.0
    notice_delay: float = 0.0
    document_twice: float = 0.0


@dataclass(frozen=True, slots=True)
class Ask:
    """A request that a call wants to make for its next instructions."""

    url: str
    method: str = "POST"
    params: Mapping[str, str] = field(default_factory=dict)


class Exchange:
    def __init__(self, account: Account, engine: Engine, door: Door, journal: Journal, seed: int) -> None:
        self.account = account
        self.engine = engine
        self.journal = journal
        self.habits = Habits()
        self.calls: dict[str, Call] = {}
        self.numbers: dict[str, Number] = {}
        self.next_slot = 0.0
        self._door = door
        self._seed = seed
        self._rng = random.Random(seed)  # noqa: S311 - repeatable on purpose, nothing is kept secret by it
        self._sids: Counter[str] = Counter()

    def new_sid(self, prefix: str) -> str:
        """Counted, so that two runs with the same seed have the same names; another seed has others."""
        self._sids[prefix] += 1
        return f"{prefix}{self._seed % 2**64:016x}{self._sids[prefix]:016x}"

    def new_call(self, from_: str, to: str, direction: Direction, notify: Notify) -> Call:
        clock = self.engine.clock
        call = Call(self.new_sid("CA"), from_, to, direction, EventLog(clock), clock.instant(), notify=notify)
        self.calls[call.sid] = call
        return call

    def start(self, call: Call, script: Script[None]) -> None:
        call.running = Running(
            self.engine, script, lambda happening: self._lose(call, happening), lambda fault: self._run_out(call, fault)
        )

    def redirect(self, call: Call, script: Script[None]) -> None:
        self._stop(call, Redirected())
        self.start(call, script)

    def end(self, call: Call, status: CallStatus = CallStatus.COMPLETED, sip_code: int = 200) -> None:
        """Hang up from outside its script. Its last requests go out before the final status does."""
        if not call.over:
            self._stop(call, HungUp())
            self.conclude(call, status, sip_code)

    def conclude(self, call: Call, status: CallStatus, sip_code: int = 200) -> None:
        """Set the final state; from inside a script, which then returns."""
        self.unbridge(call)
        call.sip_code = sip_code
        self.progress(call, status)
        if call.limit is not None:
            call.limit.cancel()

    def answer(self, call: Call) -> None:
        if call.live or call.over:
            return
        self.progress(call, CallStatus.IN_PROGRESS)
        call.limit = self.engine.at(call.longest, lambda: self.end(call))

    def progress(self, call: Call, status: CallStatus) -> None:
        if status not in TRANSITIONS[call.status]:
            raise ValueError(f"Call {call.sid} cannot go from {call.status} to {status}.")
        never_dialled = call.status is CallStatus.QUEUED and status is CallStatus.CANCELED
        call.status = status
        clock = self.engine.clock
        if status is CallStatus.IN_PROGRESS:
            call.answered, call.answered_at = clock.instant(), clock.now()
        if call.over:
            call.ended, call.ended_at = clock.instant(), clock.now()
            call.tell("ended", status=status.value, sip_code=call.sip_code)
        else:
            call.tell(status.value)
        if not never_dialled:
            self._tell_progress(call, NOTICE_NAMES[status])

    def bridge(self, one: Call, other: Call) -> None:
        one.partner, other.partner = other, one
        for call in (one, other):
            call.tell("connected")

    def hear(self, call: Call, text: str, speaker: str = "system") -> None:
        call.heard.append((self.engine.now(), text))
        call.tell("caption", speaker=speaker, text=text)

    def webhook(self, call: Call, ask: Ask, kind: str = "document") -> Webhook:
        standing = standard_fields(call, self.account.sid)
        params = standing | dict(ask.params)
        return Webhook(kind, ask.method, ask.url, params, self._token(), standing, call.cookies)

    def fetch(self, webhook: Webhook) -> Fetch:
        door = self._door
        if self._by_chance(self.habits.document_twice):
            self.engine.outside(lambda: door.send(replace(webhook, kind="duplicate")), lambda _: None)
        return Fetch(lambda: door.send(webhook))

    def notice(self, call: Call, ask: Ask) -> None:
        """Tell the application and do not wait for what it says."""
        self.post(self.webhook(call, ask, "notice"))

    def report(self, ask: Ask) -> None:
        """A notice that is not about one call."""
        params = {"AccountSid": self.account.sid, **ask.params}
        self.post(Webhook("notice", ask.method, ask.url, params, self._token(), params))

    def post(self, webhook: Webhook) -> None:
        copies = 2 if self._by_chance(self.habits.notice_twice) else 1
        for _ in range(copies):
            if self.habits.notice_delay:
                self.engine.at(self._rng.uniform(0, self.habits.notice_delay), lambda: self._send(webhook))
            else:
                self._send(webhook)

    def timestamp(self) -> str:
        return format_datetime(self.engine.clock.instant())

    def _send(self, webhook: Webhook) -> None:
        self.engine.outside(lambda: self._door.send(webhook), lambda reply: self._judge(webhook, reply))

    def _judge(self, webhook: Webhook, reply: Reply) -> None:
        place = urldefrag(webhook.url).url
        if reply.problem is not None:
            self.journal.note(reply.problem.code, place, f"Notice not accepted: {reply.problem.message}")
        elif reply.body.strip() and "xml" not in reply.content_type:
            self.journal.note(
                12300, place, f"A notice wants no answer, or an empty <Response/>, not {reply.content_type}."
            )

    def _tell_progress(self, call: Call, name: str) -> None:
        if not call.notify.url or name not in call.notify.events:
            return
        params = {
            "Timestamp": self.timestamp(),
            "CallbackSource": "call-progress-events",
            "SequenceNumber": str(call.notices_sent),
        }
        if call.over:
            seconds = call.duration(self.engine.now())
            params |= {"CallDuration": str(seconds), "Duration": str(-(-seconds // 60))}
            params |= {"SipResponseCode": str(call.sip_code)}
        call.notices_sent += 1
        self.notice(call, Ask(call.notify.url, call.notify.method, params))

    def _stop(self, call: Call, departure: Departure) -> None:
        running, call.running = call.running, None
        if running is not None:
            running.stop(departure)
        self.unbridge(call)

    def unbridge(self, call: Call) -> None:
        partner, call.partner = call.partner, None
        if partner is not None:
            partner.partner = None
            partner.happen("bridge-over")

    def _run_out(self, call: Call, fault: str) -> None:
        """The script has come to its end, and with it the call."""
        if fault:
            self.journal.note(0, call.sid, f"The simulator itself failed: {fault}")
        if not call.over:
            self.conclude(call, CallStatus.COMPLETED)

    def _lose(self, call: Call, happening: Happening) -> None:
        """There is no type-ahead: what nobody asked for is gone."""
        if happening.kind == "key":
            call.lost.append(str(happening.value))
            call.tell("lost-key", key=str(happening.value))
        elif happening.kind == "speech":
            call.tell("lost-speech", text=str(happening.value))

    def _by_chance(self, probability: float) -> bool:
        return probability > 0 and self._rng.random() < probability

    def _token(self) -> str:
        return str(uuid.UUID(int=self._rng.getrandbits(128), version=4))
