"""What a conference is, who is in it, and who hears whom."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from contactcenter.carrier.call import Call
from contactcenter.carrier.engine import Departure
from contactcenter.carrier.exchange import Ask
from contactcenter.carrier.recordings import RecordingNotice

MOST_PARTICIPANTS = 250


class ConferenceStatus(StrEnum):
    INIT = "init"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"


class Left(StrEnum):
    HUNG_UP = "participant_hung_up"
    UPDATED = "participant_updated_via_api"
    CONFERENCE_ENDED = "conference_ended_via_api"
    MODERATOR_ENDED = "moderator_ended_conference"
    ADD_FAILED = "participant_add_failed"


class PhaseChanged(Departure):
    """Something about this participant is different now: the conference started, a hold, an announcement."""


class Ejected(Departure):
    """The participant is out; the call goes on with what follows the conference."""


class JoinRefusedError(Exception):
    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class ConferenceNotice:
    url: str = ""
    method: str = "POST"
    events: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Entry:
    """How somebody wants to join; from a <Conference> or from a REST command."""

    label: str = ""
    muted: bool = False
    coach_sid: str = ""
    start_on_enter: bool = True
    end_on_exit: bool = False
    beep: str = "true"
    wait: Ask | None = None
    most: int = MOST_PARTICIPANTS
    notice: ConferenceNotice = field(default_factory=ConferenceNotice)
    record: bool = False
    recording_notice: RecordingNotice = field(default_factory=RecordingNotice)


@dataclass(slots=True, eq=False)
class Conference:
    sid: str
    name: str
    created: datetime
    first: Entry
    status: ConferenceStatus = ConferenceStatus.INIT
    participants: list["Participant"] = field(default_factory=list)
    sequence: int = 0
    reason_ended: str = ""
    call_sid_ending: str = ""

    @property
    def started(self) -> bool:
        return self.status is ConferenceStatus.IN_PROGRESS

    @property
    def present(self) -> list["Participant"]:
        return [participant for participant in self.participants if participant.joined]


@dataclass(slots=True, eq=False)
class Participant:
    call: Call
    conference: Conference
    entry: Entry
    created: datetime
    muted: bool
    coach_sid: str
    end_on_exit: bool
    hold: bool = False
    joined: bool = False
    hold_document: Ask | None = None
    announcements: list[Ask] = field(default_factory=list)

    @property
    def coaching(self) -> bool:
        return bool(self.coach_sid)


def hears(listener: Participant, speaker: Participant) -> bool:
    """The whole of hold, mute, whisper and barge in one sentence."""
    return (
        listener is not speaker
        and listener.conference is speaker.conference
        and listener.conference.started
        and listener.joined
        and speaker.joined
        and not (listener.hold or speaker.hold or speaker.muted)
        and (not speaker.coaching or speaker.coach_sid == listener.call.sid)
    )
