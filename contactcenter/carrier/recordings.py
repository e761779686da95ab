"""What was recorded: voice messages, calls and conferences. The sound is silence of the right length."""

import io
import wave
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from contactcenter.carrier.call import API_VERSION, Call
from contactcenter.carrier.exchange import Ask, Exchange

READY_SECONDS = 2.0
SAMPLES_PER_SECOND = 8000
LONGEST_SOUND = 600


class RecordingStatus(StrEnum):
    IN_PROGRESS = "in-progress"
    PAUSED = "paused"
    STOPPED = "stopped"
    PROCESSING = "processing"
    COMPLETED = "completed"
    ABSENT = "absent"


RUNNING = frozenset({RecordingStatus.IN_PROGRESS, RecordingStatus.PAUSED})


@dataclass(frozen=True, slots=True)
class RecordingNotice:
    url: str = ""
    method: str = "POST"
    events: frozenset[str] = frozenset({"completed"})


@dataclass(slots=True, eq=False)
class Recording:
    sid: str
    source: str
    created: datetime
    began_at: float
    notice: RecordingNotice
    call: Call | None = None
    conference_sid: str = ""
    status: RecordingStatus = RecordingStatus.IN_PROGRESS
    channels: int = 1
    seconds: float = 0.0
    words: list[str] = field(default_factory=list)


class Recordings:
    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self.all: dict[str, Recording] = {}

    def begin(
        self, source: str, notice: RecordingNotice, call: Call | None = None, conference_sid: str = ""
    ) -> Recording:
        engine = self._exchange.engine
        recording = Recording(
            self._exchange.new_sid("RE"), source, engine.clock.instant(), engine.now(), notice, call, conference_sid
        )
        self.all[recording.sid] = recording
        self._tell(recording, "in-progress")
        return recording

    def change(self, recording: Recording, status: RecordingStatus) -> None:
        """Pause, resume or stop on command."""
        if status is RecordingStatus.STOPPED:
            self.finish(recording)
        elif recording.status is not status:
            self._count(recording)
            recording.status = status
            self._tell(recording, "paused" if status is RecordingStatus.PAUSED else "resumed")

    def finish(self, recording: Recording) -> None:
        """The sound is ready only some seconds later: after every action request, as in reality."""
        if recording.status not in RUNNING:
            return
        self._count(recording)
        recording.status = RecordingStatus.PROCESSING
        self._exchange.engine.at(READY_SECONDS, lambda: self._complete(recording))

    def finish_all(self, call: Call | None = None, conference_sid: str = "") -> None:
        for recording in list(self.all.values()):
            if (call is not None and recording.call is call) or (
                conference_sid and recording.conference_sid == conference_sid
            ):
                self.finish(recording)

    def current(self, call: Call | None = None, conference_sid: str = "") -> Recording | None:
        """What `Twilio.CURRENT` means."""
        for recording in reversed(self.all.values()):
            same = recording.call is call if call is not None else recording.conference_sid == conference_sid
            if same and recording.status in RUNNING:
                return recording
        return None

    def url(self, recording: Recording) -> str:
        account = self._exchange.account
        return f"{account.api_base}/{API_VERSION}/Accounts/{account.sid}/Recordings/{recording.sid}"

    def fields(self, recording: Recording) -> dict[str, str]:
        """How a verb's action learns of it."""
        return {
            "RecordingUrl": self.url(recording),
            "RecordingSid": recording.sid,
            "RecordingDuration": str(whole_seconds(recording)),
        }

    def _complete(self, recording: Recording) -> None:
        recording.status = RecordingStatus.COMPLETED
        self._tell(recording, "completed")

    def _count(self, recording: Recording) -> None:
        now = self._exchange.engine.now()
        if recording.status is RecordingStatus.IN_PROGRESS:
            recording.seconds += now - recording.began_at
        recording.began_at = now

    def _tell(self, recording: Recording, event: str) -> None:
        notice = recording.notice
        if not notice.url or event not in notice.events:
            return
        params = self.fields(recording) | {
            "RecordingStatus": event,
            "RecordingChannels": str(recording.channels),
            "RecordingStartTime": recording.created.strftime("%a, %d %b %Y %H:%M:%S +0000"),
            "RecordingSource": recording.source,
            "RecordingTrack": "both",
        }
        if recording.conference_sid:
            params["ConferenceSid"] = recording.conference_sid
        if recording.call is not None:
            params["CallSid"] = recording.call.sid
        self._exchange.report(Ask(notice.url, notice.method, params))


def whole_seconds(recording: Recording) -> int:
    return round(recording.seconds)


def sound(recording: Recording) -> bytes:
    """A wave file; longer ones are cut, silence teaches nothing."""
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(SAMPLES_PER_SECOND)
        file.writeframes(b"\x80" * SAMPLES_PER_SECOND * min(max(1, whole_seconds(recording)), LONGEST_SOUND))
    return target.getvalue()
