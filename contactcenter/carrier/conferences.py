"""All conferences: joining and leaving, the rules of start and end, and what the application is told about them."""

from collections.abc import Iterator, Mapping

from contactcenter.carrier.call import Call
from contactcenter.carrier.conference import (
    Conference,
    ConferenceStatus,
    Ejected,
    Entry,
    JoinRefusedError,
    Left,
    Participant,
    PhaseChanged,
    hears,
)
from contactcenter.carrier.exchange import Ask, Exchange
from contactcenter.carrier.recordings import Recordings

NOTICES: Mapping[str, str] = {
    "conference-start": "start",
    "conference-end": "end",
    "participant-join": "join",
    "participant-leave": "leave",
    "participant-mute": "mute",
    "participant-unmute": "mute",
    "participant-hold": "hold",
    "participant-unhold": "hold",
    "participant-modify": "modify",
    "announcement-end": "announcement",
    "announcement-fail": "announcement",
}
SEEN_AS: Mapping[str, str] = {"hold": "held", "unhold": "unheld", "mute": "muted", "unmute": "unmuted"}
SUBSCRIPTIONS = frozenset(NOTICES.values()) | {"speaker"}


class Conferences:
    def __init__(self, exchange: Exchange, recordings: Recordings) -> None:
        self._exchange = exchange
        self._recordings = recordings
        self.all: dict[str, Conference] = {}
        self._by_call: dict[str, Participant] = {}

    def of(self, call: Call) -> Participant | None:
        return self._by_call.get(call.sid)

    def running(self, name: str) -> Conference | None:
        over = ConferenceStatus.COMPLETED
        return next((one for one in self.all.values() if one.name == name and one.status is not over), None)

    def open(self, name: str, entry: Entry) -> Conference:
        """The first to come decides the callbacks; what later ones bring is ignored."""
        conference = self.running(name)
        if conference is None:
            conference = Conference(self._exchange.new_sid("CF"), name, self._exchange.engine.clock.instant(), entry)
            self.all[conference.sid] = conference
        return conference

    def invite(self, conference: Conference, call: Call, entry: Entry) -> Participant:
        others = conference.participants
        if entry.label and any(entry.label == other.entry.label for other in others):
            raise JoinRefusedError(16025, f"The label {entry.label!r} is in use in this conference.")
        if len(others) >= min(entry.most, conference.first.most):
            raise JoinRefusedError(16020, "The conference is full.")
        if entry.coach_sid and not any(entry.coach_sid == other.call.sid for other in others):
            raise JoinRefusedError(13240, "The call to coach is not in this conference.")
        now = self._exchange.engine.clock.instant()
        participant = Participant(call, conference, entry, now, entry.muted, entry.coach_sid, entry.end_on_exit)
        others.append(participant)
        self._by_call[call.sid] = participant
        return participant

    def join(self, participant: Participant) -> None:
        conference = participant.conference
        participant.joined = True
        participant.call.tell("joined", conference=conference.sid)
        self._tell_about(participant, "participant-join")
        if conference.started:
            self._beep(participant, "onEnter")
        elif len(conference.present) > 1 and any(one.entry.start_on_enter for one in conference.present):
            self._start(conference)

    def leave(self, participant: Participant, reason: Left, kicked: bool = False) -> None:
        conference = participant.conference
        if participant not in conference.participants:
            return
        conference.participants.remove(participant)
        self._by_call.pop(participant.call.sid, None)
        participant.joined = False
        participant.call.tell("left", conference=conference.sid)
        left = {"ParticipantCallStatus": _status_after(participant.call, reason), "ReasonParticipantLeft": reason.value}
        self._tell_about(participant, "participant-leave", left)
        self._beep(participant, "onExit")
        if conference.status is ConferenceStatus.COMPLETED:
            return
        how = "kicked" if kicked else "left"
        if participant.end_on_exit and conference.started:
            self._close(conference, f"participant-with-end-conference-on-exit-{how}", participant)
        elif not conference.present and (conference.started or not conference.participants):
            self._close(conference, f"last-participant-{how}", participant)

    def kick(self, participant: Participant, reason: Left = Left.UPDATED) -> None:
        if participant.call.running is not None and participant.joined:
            participant.call.running.interrupt(Ejected(), lambda: not participant.call.over)
        self.leave(participant, reason, kicked=True)

    def end(self, conference: Conference) -> None:
        """By command. Refused by the REST surface unless the conference is in progress."""
        self._close(conference, "conference-ended-via-api", None)

    def set_muted(self, participant: Participant, muted: bool) -> None:
        if participant.muted != muted:
            participant.muted = muted
            self._changed(participant, "mute" if muted else "unmute")

    def set_hold(self, participant: Participant, hold: bool, document: Ask | None) -> None:
        if participant.hold != hold:
            participant.hold = hold
            participant.hold_document = document
            self._changed(participant, "hold" if hold else "unhold")
            self.wake(participant)

    def set_coach(self, participant: Participant, call_sid: str) -> None:
        if participant.coach_sid != call_sid:
            participant.coach_sid = call_sid
            self._changed(participant, "modify")

    def set_end_on_exit(self, participant: Participant, end_on_exit: bool) -> None:
        """Has no effect on a participant who is on hold, and nobody says so."""
        if not participant.hold and participant.end_on_exit != end_on_exit:
            participant.end_on_exit = end_on_exit
            self._changed(participant, "modify")

    def announce(self, participants: list[Participant], ask: Ask) -> None:
        for participant in participants:
            participant.announcements.append(ask)
            self.wake(participant)

    def wake(self, participant: Participant) -> None:
        if participant.call.running is not None and participant.joined:
            participant.call.running.interrupt(PhaseChanged(), lambda: participant.joined)

    def announced(self, participant: Participant, event: str) -> None:
        self._tell_about(participant, event)

    def listeners(self, speaker: Call) -> Iterator[Call]:
        participant = self.of(speaker)
        if participant is not None:
            yield from (one.call for one in participant.conference.present if hears(one, participant))

    def _start(self, conference: Conference) -> None:
        conference.status = ConferenceStatus.IN_PROGRESS
        self._tell(conference, "conference-start", {})
        if conference.first.record:
            self._recordings.begin("Conference", conference.first.recording_notice, conference_sid=conference.sid)
        for participant in conference.present:
            participant.call.tell("talking", conference=conference.sid)
            self.wake(participant)

    def _close(self, conference: Conference, reason: str, last: Participant | None) -> None:
        began = conference.started
        conference.status = ConferenceStatus.COMPLETED
        conference.reason_ended = reason
        conference.call_sid_ending = last.call.sid if last else ""
        rest = Left.CONFERENCE_ENDED if last is None else Left.MODERATOR_ENDED
        for participant in list(conference.present):
            self.kick(participant, rest)
        self._recordings.finish_all(conference_sid=conference.sid)
        if began:
            label = last.entry.label if last else ""
            ending = {"CallSidEndingConference": conference.call_sid_ending, "ParticipantLabelEndingConference": label}
            self._tell(conference, "conference-end", ending | {"ReasonConferenceEnded": reason})

    def _changed(self, participant: Participant, what: str) -> None:
        participant.call.tell(SEEN_AS.get(what, what))
        self._tell_about(participant, f"participant-{what}")

    def _beep(self, participant: Participant, moment: str) -> None:
        if participant.conference.started and participant.entry.beep in {"true", moment}:
            for other in participant.conference.present:
                if not other.hold:
                    other.call.tell("beep")

    def _tell_about(self, participant: Participant, event: str, more: Mapping[str, str] | None = None) -> None:
        fields = {
            "CallSid": participant.call.sid,
            "ParticipantLabel": participant.entry.label,
            "Muted": _spelled(participant.muted),
            "Hold": _spelled(participant.hold),
            "Coaching": _spelled(participant.coaching),
            "EndConferenceOnExit": _spelled(participant.end_on_exit),
            "StartConferenceOnEnter": _spelled(participant.entry.start_on_enter),
        }
        self._tell(participant.conference, event, fields | dict(more or {}))

    def _tell(self, conference: Conference, event: str, fields: Mapping[str, str]) -> None:
        notice = conference.first.notice
        if not notice.url or NOTICES[event] not in notice.events:
            return
        conference.sequence += 1
        params = {
            "ConferenceSid": conference.sid,
            "FriendlyName": conference.name,
            "StatusCallbackEvent": event,
            "SequenceNumber": str(conference.sequence),
            "Timestamp": self._exchange.timestamp(),
            **fields,
        }
        self._exchange.report(Ask(notice.url, notice.method, params))


def _spelled(flag: bool) -> str:
    return "true" if flag else "false"


def _status_after(call: Call, reason: Left) -> str:
    """What the call has become, or is about to become, by leaving."""
    if call.over:
        return call.status.value
    match reason:
        case Left.HUNG_UP:
            return "completed"
        case Left.ADD_FAILED if not call.live:
            return "canceled"
        case _:
            return call.status.value
