"""Text messages in both directions, with the status notices of those that go out."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial

from contactcenter.carrier.call import API_VERSION
from contactcenter.carrier.exchange import Ask, Exchange

STEPS = ("sent", "delivered")
STEP_SECONDS = 0.5


class MessageDirection(StrEnum):
    INBOUND = "inbound"
    OUTBOUND_API = "outbound-api"


@dataclass(slots=True, eq=False)
class Message:
    sid: str
    from_: str
    to: str
    body: str
    direction: MessageDirection
    created: datetime
    status: str
    callback: str = ""
    service_sid: str = ""
    media: tuple[str, ...] = ()
    error_code: int | None = None


class Messages:
    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self.all: dict[str, Message] = {}

    def receive(self, from_: str, to: str, body: str, media: tuple[str, ...] = ()) -> Message:
        """Somebody writes to one of the public numbers."""
        message = self._new(from_, to, body, MessageDirection.INBOUND)
        message.media = media
        number = self._exchange.numbers[to]
        if number.sms_url:
            self._exchange.report(Ask(number.sms_url, "POST", _incoming(message)))
        return message

    def send(self, from_: str, to: str, body: str, callback: str = "", service_sid: str = "") -> Message:
        message = self._new(from_, to, body, MessageDirection.OUTBOUND_API)
        message.callback = callback
        message.service_sid = service_sid
        for turn, status in enumerate(STEPS, start=1):
            self._exchange.engine.at(turn * STEP_SECONDS, partial(self._move, message, status))
        return message

    def fail(self, message: Message, error_code: int) -> None:
        """The network gives a message back; later steps no longer count."""
        message.error_code = error_code
        self._move(message, "undelivered")

    def _new(self, from_: str, to: str, body: str, direction: MessageDirection) -> Message:
        status = "received" if direction is MessageDirection.INBOUND else "queued"
        created = self._exchange.engine.clock.instant()
        message = Message(self._exchange.new_sid("SM"), from_, to, body, direction, created, status)
        self.all[message.sid] = message
        return message

    def _move(self, message: Message, status: str) -> None:
        if message.status == "undelivered":
            return
        message.status = status
        if message.callback:
            params = _names(message) | {"MessageStatus": status, "SmsStatus": status}
            if message.error_code is not None:
                params["ErrorCode"] = str(message.error_code)
            self._exchange.report(Ask(message.callback, "POST", params))


def _names(message: Message) -> dict[str, str]:
    return {
        "MessageSid": message.sid,
        "SmsSid": message.sid,
        "From": message.from_,
        "To": message.to,
        "ApiVersion": API_VERSION,
    }


def _incoming(message: Message) -> dict[str, str]:
    fields = _names(message) | {
        "SmsMessageSid": message.sid,
        "SmsStatus": message.status,
        "Body": message.body,
        "NumMedia": str(len(message.media)),
        "NumSegments": str(segments(message.body)),
    }
    if message.from_.startswith("whatsapp:"):
        fields |= {"WaId": message.from_.removeprefix("whatsapp:+"), "ProfileName": "", "MessageType": "text"}
    for number, url in enumerate(message.media):
        fields |= {f"MediaUrl{number}": url, f"MediaContentType{number}": "image/png"}
    return fields


def segments(body: str) -> int:
    """160 characters a piece in Latin, 70 as soon as one character is anything else."""
    size = 160 if body.isascii() else 70
    return max(1, -(-len(body) // size))
