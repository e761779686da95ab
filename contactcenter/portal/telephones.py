"""The telephones of the simulated network as pages use them: the carrier's control API, and its events in our words."""

import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import requests
import structlog

from contactcenter.carrier.control import TOKEN_HEADER
from contactcenter.foundation.errors import BadInput, Conflict, NotFound, Unavailable

log = structlog.get_logger()
LONGEST_WAIT = 20
"""Seconds for which a question for events is kept open."""
_PATIENCE = 5.0
_ANSWERS_AFTER = 0.4
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
_KEYS = re.compile(r"[0-9*#]{1,40}")
_LONGEST_SPEECH = 500

Event = dict[str, Any]
Verb = Literal["press", "say", "hangup"]
Reply = Literal["answer", "decline"]
_CALLER_HEARS = {
    "ringing": "ringing",
    "in-progress": "connected",
    "caption": "caption",
    "waiting": "waiting",
    "music": "music",
    "joined": "joined",
    "talking": "talking",
    "connected": "talking",
    "held": "held",
    "unheld": "unheld",
    "beep": "beep",
    "recording": "recording",
    "lost-key": "lost_key",
    "lost-speech": "lost_speech",
    "ended": "ended",
}
_RINGS = {"incoming": "ringing", "in-progress": "connected", "ended": "ended"}
_AGENT_HEARS = {
    "incoming": "ringing",
    "in-progress": "connected",
    "unheld": "connected",
    "caption": "caption",
    "held": "held",
    "ended": "ended",
}


@dataclass(frozen=True, slots=True)
class Telephones:
    """Everybody's telephone, by way of the carrier's control API at `url`."""

    url: str
    token: str

    def dial(self, from_: str, to: str, answered_by: str = "") -> str:
        """Call one of our numbers, or whatever answers at the address `answered_by`; the name of the call."""
        if not _NUMBER.fullmatch(from_):
            raise BadInput("Write the caller's number with its country, such as +1 415 555 0142.")
        call = self._ask(
            "POST",
            "/calls",
            {"from": from_, "to": to, "url": answered_by},
            NotFound("Nobody has the number %(to)s.", to=to),
        )
        return str(call["sid"])

    def caller_does(self, sid: str, verb: Verb, words: str = "") -> None:
        self._ask("POST", f"/calls/{sid}/{verb}", _said(verb, words), NotFound("This call is not known any more."))

    def caller_events(self, sid: str, after: int) -> Event:
        return self._events(f"/calls/{sid}/events", after, for_caller, NotFound("This call is not known any more."))

    def attend(self, number: str) -> Event:
        """The telephone of this number is watched for a while; it rings until somebody answers."""
        return self._register({"identity": number, "auto_answer": False})

    def ringing_events(self, number: str, after: int) -> Event:
        return self._events(f"/devices/{number}/events", after, for_owner, _away())

    def owner_does(self, number: str, reply: Reply) -> str:
        """Answer what rings at this number, or do not; the name of the call."""
        call = self._ask("POST", f"/devices/{number}/{reply}", {}, Conflict("Nobody calls this number any more."))
        return str(call["sid"])

    def register(self, identity: str) -> Event:
        """The telephone is there for a while; it answers by itself, because its agent has accepted already."""
        return self._register({"identity": identity, "auto_answer": True, "answer_seconds": _ANSWERS_AFTER})

    def agent_does(self, identity: str, verb: Verb, words: str = "") -> None:
        self._ask("POST", f"/devices/{identity}/{verb}", _said(verb, words), Conflict("You are in no call."))

    def agent_events(self, identity: str, after: int) -> Event:
        return self._events(f"/devices/{identity}/events", after, for_agent, _away())

    def _register(self, said: Event) -> Event:
        known = self._ask("POST", "/devices", said, _away())
        return {"lease_seconds": known["lease_seconds"], "last": known["last"]}

    def _events(self, path: str, after: int, told: Callable[[Event], Event | None], gone: Exception) -> Event:
        asked = f"{path}?after={max(0, after)}&wait={LONGEST_WAIT}"
        answer = self._ask("GET", asked, None, gone, _PATIENCE + LONGEST_WAIT)
        events = [event for event in map(told, answer["events"]) if event]
        return {"events": events, "last": answer["last"], "over": answer["over"]}

    def _ask(self, method: str, path: str, said: Event | None, gone: Exception, patience: float = _PATIENCE) -> Event:
        """One request. What the simulator does not know becomes `gone`; no answer at all is said as that."""
        try:
            answer = requests.request(
                method,
                f"{self.url}/control{path}",
                json=said,
                headers={TOKEN_HEADER: self.token},
                timeout=(2, patience),
            )
            if answer.status_code == 404:
                raise gone
            answer.raise_for_status()
            known: Event = answer.json()
        except (requests.RequestException, ValueError) as error:
            log.warning("carrier_away", path=path, error=str(error))
            raise _away() from error
        return known


def for_caller(event: Event) -> Event | None:
    """What the caller's page is told of an event of its call; None for what no caller notices."""
    return _told(event, _CALLER_HEARS)


def for_owner(event: Event) -> Event | None:
    """What the page of whoever owns a number is told of calls to it."""
    return _from(event, _told(event, _RINGS))


def for_agent(event: Event) -> Event | None:
    """What the agent's page is told of an event of its telephone."""
    return _from(event, _told(event, _AGENT_HEARS))


def ticket(secret: str, name: str) -> str:
    """The name under which a page knows its call or its number. Those can be guessed, this cannot."""
    return f"{name}.{_seal(secret, name)}"


def opened(secret: str, given: str) -> str:
    """The call or the number that a ticket opens."""
    name, _, seal = given.partition(".")
    if not hmac.compare_digest(seal.encode(), _seal(secret, name).encode()):
        raise NotFound("This call is not known any more.")
    return name


def _said(verb: Verb, words: str) -> Event:
    match verb:
        case "press":
            if not _KEYS.fullmatch(words):
                raise BadInput("A telephone has the keys 0 to 9, * and #.")
            return {"digits": words}
        case "say":
            if not words.strip():
                raise BadInput("Please write something first.")
            return {"text": words.strip()[:_LONGEST_SPEECH]}
        case _:
            return {}


def _told(event: Event, words: dict[str, str]) -> Event | None:
    kind = words.get(event["kind"])
    if kind is None:
        return None
    text = event.get("text") or event.get("key") or event.get("status") or ""
    return {"n": event["n"], "kind": kind, "text": str(text), "who": _who(str(event.get("speaker", "")))}


def _from(event: Event, told: Event | None) -> Event | None:
    """Whose number is shown while it rings."""
    if told and told["kind"] == "ringing":
        told["who"] = str(event.get("from", ""))
    return told


def _who(speaker: str) -> str:
    """A speaker's label in the conference, or their number, as one of three."""
    if not speaker or speaker == "system":
        return "system"
    return "agent" if speaker.removeprefix("client:").startswith("agent") else "customer"


def _seal(secret: str, name: str) -> str:
    return hmac.new(secret.encode(), b"telephone:" + name.encode(), hashlib.sha256).hexdigest()[:32]


def _away() -> Unavailable:
    return Unavailable("The phone simulator does not answer at the moment. Please try again in a few seconds.")
