"""Every URL that the provider is told to call, in one place, because signatures cover them letter by letter."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

STEER = "#rt=4000&rc=2&rp=ct,rt,5xx"
"""On documents: an answer within four seconds, asked at most three times."""
NOTICE = "#rc=5&rp=all"
"""On notices: they are never sent again once given up, so they are worth five tries."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Absolute webhook addresses below our public one."""

    base: str
    audio: Mapping[str, str] = field(default_factory=dict, kw_only=True, hash=False)
    """The fingerprints of the audio files that menus may play, by name."""

    @property
    def begin(self) -> str:
        return f"{self.base}/twilio/voice{STEER}"

    def turn(self, flow: str, version: int, step: str, happened: str, turn: int) -> str:
        """Where the answer to one question of the menu goes."""
        return f"{self.base}/twilio/voice/ivr/{flow}@{version}/{quote(step)}/{happened}?n={turn}{STEER}"

    @property
    def wait(self) -> str:
        return f"{self.base}/twilio/voice/wait{STEER}"

    @property
    def wait_key(self) -> str:
        return f"{self.base}/twilio/voice/wait/key{STEER}"

    @property
    def room(self) -> str:
        return f"{self.base}/twilio/voice/room{STEER}"

    @property
    def line(self) -> str:
        return f"{self.base}/twilio/voice/line{STEER}"

    @property
    def talked(self) -> str:
        return f"{self.base}/twilio/voice/talked{STEER}"

    @property
    def hold(self) -> str:
        return f"{self.base}/twilio/voice/hold"

    @property
    def fallback(self) -> str:
        return f"{self.base}/twilio/voice/fallback"

    @property
    def status(self) -> str:
        return f"{self.base}/twilio/voice/status{NOTICE}"

    def trial(self, token: str) -> "TrialAddresses":
        """Where a trial of a draft is answered instead."""
        return TrialAddresses(self.base, token, audio=self.audio)

    def leg(self, offer_id: int) -> str:
        return f"{self.base}/twilio/voice/leg?offer={offer_id}{NOTICE}"

    def customer(self, call_id: int) -> str:
        """How the leg of a customer stands whom we call."""
        return f"{self.base}/twilio/voice/customer?call={call_id}{NOTICE}"

    def customer_answers(self, call_id: int) -> str:
        """What a customer hears whom we call: the room where the agent is."""
        return f"{self.base}/twilio/voice/customer/room?call={call_id}{STEER}"

    @property
    def transcript(self) -> str:
        return f"{self.base}/twilio/voice/transcript{NOTICE}"

    @property
    def conference(self) -> str:
        return f"{self.base}/twilio/voice/conference{NOTICE}"

    @property
    def music(self) -> str:
        return f"{self.base}/static/audio/hold.wav"

    def audio_file(self, name: str) -> str | None:
        """Where the audio file of this name is fetched, which changes with its content; None if there is none."""
        fingerprint = self.audio.get(name)
        return f"{self.base}/twilio/voice/audio/{fingerprint}/{quote(name)}" if fingerprint else None


@dataclass(frozen=True, slots=True)
class TrialAddresses(Addresses):
    """The same questions, answered by a trial that changes nothing in the house."""

    token: str

    @property
    def begin(self) -> str:
        return f"{self.base}/twilio/voice/trial/{self.token}{STEER}"

    def turn(self, flow: str, version: int, step: str, happened: str, turn: int) -> str:  # noqa: ARG002 — a trial knows its text
        return f"{self.base}/twilio/voice/trial/{self.token}/ivr/{quote(step)}/{happened}?n={turn}{STEER}"

    @property
    def wait(self) -> str:
        return f"{self.base}/twilio/voice/trial/{self.token}/wait{STEER}"

    @property
    def wait_key(self) -> str:
        return f"{self.base}/twilio/voice/trial/{self.token}/wait/key{STEER}"
