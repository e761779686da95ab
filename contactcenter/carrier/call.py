"""One telephone call as the carrier knows it: its states, its standard fields and what its person hears."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from contactcenter.carrier.clock import Timer
from contactcenter.carrier.door import Cookies
from contactcenter.carrier.engine import Running
from contactcenter.carrier.journal import EventLog

API_VERSION = "2010-04-01"


class CallStatus(StrEnum):
    QUEUED = "queued"
    INITIATED = "initiated"
    RINGING = "ringing"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    BUSY = "busy"
    NO_ANSWER = "no-answer"
    FAILED = "failed"
    CANCELED = "canceled"


FINAL = frozenset({CallStatus.COMPLETED, CallStatus.BUSY, CallStatus.NO_ANSWER, CallStatus.FAILED, CallStatus.CANCELED})
TRANSITIONS: Mapping[CallStatus, frozenset[CallStatus]] = {
    CallStatus.QUEUED: frozenset({CallStatus.INITIATED}) | FINAL,
    CallStatus.INITIATED: frozenset({CallStatus.RINGING, CallStatus.IN_PROGRESS}) | FINAL,
    CallStatus.RINGING: frozenset({CallStatus.IN_PROGRESS}) | FINAL,
    CallStatus.IN_PROGRESS: frozenset({CallStatus.COMPLETED, CallStatus.FAILED}),
    **dict.fromkeys(FINAL, frozenset[CallStatus]()),
}


class Direction(StrEnum):
    INBOUND = "inbound"
    OUTBOUND_API = "outbound-api"
    OUTBOUND_DIAL = "outbound-dial"


@dataclass(frozen=True, slots=True)
class Notify:
    """Where the progress of a call is told, and which of `initiated ringing answered completed`."""

    url: str = ""
    method: str = "POST"
    events: frozenset[str] = frozenset({"completed"})


@dataclass(slots=True, eq=False)
class Call:
    sid: str
    from_: str
    to: str
    direction: Direction
    log: EventLog
    created: datetime
    status: CallStatus = CallStatus.QUEUED
    parent_sid: str = ""
    fallback_url: str = ""
    fallback_method: str = "POST"
    notify: Notify = field(default_factory=Notify)
    notices_sent: int = 0
    sip_code: int = 200
    queue_time: int = 0
    longest: float = 4 * 3600.0
    answered: datetime | None = None
    answered_at: float = 0.0
    ended: datetime | None = None
    ended_at: float = 0.0
    running: Running | None = None
    partner: "Call | None" = None
    heard: list[tuple[float, str]] = field(default_factory=list)
    inputs: int = 0
    lost: list[str] = field(default_factory=list)
    spoken: list[str] = field(default_factory=list)
    cookies: Cookies = field(default_factory=dict)
    device_log: EventLog | None = None
    limit: Timer | None = None
    documents_at: tuple[float, int] = (0.0, 0)

    @property
    def over(self) -> bool:
        return self.status in FINAL

    @property
    def live(self) -> bool:
        return self.status is CallStatus.IN_PROGRESS

    def happen(self, kind: str, value: object = None) -> None:
        if self.running is not None:
            self.running.happen(kind, value)

    def tell(self, kind: str, **facts: object) -> None:
        """Put it into what the person on this line sees, on the caller's page and on the device it rings."""
        self.log.add(kind, **facts)
        if self.device_log is not None:
            self.device_log.add(kind, call=self.sid, **facts)

    def duration(self, now: float) -> int:
        if self.answered is None:
            return 0
        return int((self.ended_at if self.over else now) - self.answered_at)


def standard_fields(call: Call, account_sid: str) -> dict[str, str]:
    """What every request about a call carries."""
    fields = {
        "CallSid": call.sid,
        "AccountSid": account_sid,
        "From": call.from_,
        "To": call.to,
        "Caller": call.from_,
        "Called": call.to,
        "CallStatus": call.status.value,
        "ApiVersion": API_VERSION,
        "Direction": call.direction.value,
    }
    if call.parent_sid:
        fields["ParentCallSid"] = call.parent_sid
    for side, number in (("From", call.from_), ("To", call.to)):
        fields |= _geography(side, number)
    return fields


def _geography(side: str, number: str) -> dict[str, str]:
    """Real requests carry these with empty values too, and the signature covers empty values."""
    countries = {"+1": "US", "+86": "CN", "+852": "HK"}
    country = next((country for prefix, country in countries.items() if number.startswith(prefix)), "")
    if not country:
        return {}
    return {f"{side}Country": country, f"{side}State": "", f"{side}City": "", f"{side}Zip": ""}
