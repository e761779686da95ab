"""The REST resources of conferences and their participants."""

from contactcenter.carrier.conference import (
    Conference,
    ConferenceNotice,
    ConferenceStatus,
    Entry,
    JoinRefusedError,
    Left,
    Participant,
)
from contactcenter.carrier.exchange import Ask
from contactcenter.carrier.payloads import conference_json, participant_json
from contactcenter.carrier.recordings import RecordingNotice
from contactcenter.carrier.rest_calls import outgoing
from contactcenter.carrier.rest_request import Desk, RestAnswer, RestError, RestRequest, not_found
from contactcenter.carrier.ringing import drop
from contactcenter.carrier.verbs import ring_into


def list_conferences(desk: Desk, request: RestRequest) -> list[object]:
    return [
        conference_json(desk.exchange.account, conference)
        for conference in reversed(desk.network.conferences.all.values())
        if request.asked("FriendlyName") in {"", conference.name}
        and request.asked("Status") in {"", conference.status.value}
    ]


def read_conference(desk: Desk, request: RestRequest, sid: str) -> RestAnswer:  # noqa: ARG001 - one shape for all
    return RestAnswer(200, conference_json(desk.exchange.account, _find(desk, sid)))


def update_conference(desk: Desk, request: RestRequest, sid: str) -> RestAnswer:
    conference = _find(desk, sid)
    if not conference.started:
        raise RestError(400, 20001, f"Conference {sid} is not in progress.")
    if request.get("Status") == "completed":
        desk.network.conferences.end(conference)
    elif request.has("Status"):
        raise RestError(400, 20001, "A conference can only be set to completed.")
    elif request.has("AnnounceUrl"):
        desk.network.conferences.announce(conference.present, _announcement(request))
    return RestAnswer(200, conference_json(desk.exchange.account, conference))


def create_participant(desk: Desk, request: RestRequest, conference: str) -> RestAnswer:
    """By friendly name (which creates the conference when there is none) or by CF…"""
    conferences, exchange = desk.network.conferences, desk.exchange
    entry = _entry(request)
    named = conferences.all.get(conference)
    if named is not None and named.status is ConferenceStatus.COMPLETED:
        raise RestError(400, 20001, f"Conference {conference} is over.")
    call = outgoing(desk, request)
    target = named or conferences.open(conference, entry)
    try:
        participant = conferences.invite(target, call, entry)
    except JoinRefusedError as refusal:
        del exchange.calls[call.sid]
        if not target.participants and target.status is ConferenceStatus.INIT:
            del conferences.all[target.sid]
        raise RestError(400, refusal.code, str(refusal)) from refusal
    exchange.start(call, ring_into(desk.network, participant, float(request.get("Timeout", "60"))))
    return RestAnswer(201, participant_json(exchange.account, participant) | {"status": "queued"})


def list_participants(desk: Desk, request: RestRequest, conference: str) -> list[object]:
    flags = {"Muted": "muted", "Hold": "hold", "Coaching": "coaching"}
    return [
        participant_json(desk.exchange.account, participant)
        for participant in _find(desk, conference).participants
        if all(request.asked(name) in {"", str(getattr(participant, field)).lower()} for name, field in flags.items())
    ]


def read_participant(desk: Desk, request: RestRequest, conference: str, who: str) -> RestAnswer:  # noqa: ARG001
    return RestAnswer(200, participant_json(desk.exchange.account, _participant(desk, conference, who)))


def update_participant(desk: Desk, request: RestRequest, conference: str, who: str) -> RestAnswer:
    conferences = desk.network.conferences
    participant = _participant(desk, conference, who)
    if not participant.joined:
        raise RestError(400, 21220, "The participant has not joined yet.")
    if request.has("EndConferenceOnExit"):
        conferences.set_end_on_exit(participant, request.flag("EndConferenceOnExit", False))
    if request.has("Hold"):
        hold_url = request.get("HoldUrl")
        document = Ask(hold_url, request.get("HoldMethod", "GET")) if hold_url else None
        conferences.set_hold(participant, request.flag("Hold", False), document)
    if request.has("Muted"):
        conferences.set_muted(participant, request.flag("Muted", False))
    if request.has("Coaching"):
        conferences.set_coach(participant, _coached(participant, request))
    if request.has("AnnounceUrl"):
        conferences.announce([participant], _announcement(request))
    return RestAnswer(200, participant_json(desk.exchange.account, participant))


def delete_participant(desk: Desk, request: RestRequest, conference: str, who: str) -> RestAnswer:  # noqa: ARG001
    participant = _participant(desk, conference, who)
    if participant.joined:
        desk.network.conferences.kick(participant, Left.UPDATED)
    else:
        drop(desk.exchange, participant.call)
    return RestAnswer(204)


def _coached(participant: Participant, request: RestRequest) -> str:
    if not request.flag("Coaching", False):
        return ""
    sid = request.get("CallSidToCoach")
    if not any(sid == other.call.sid for other in participant.conference.participants):
        raise RestError(400, 13240, "The call to coach is not in this conference.")
    return sid


def _announcement(request: RestRequest) -> Ask:
    return Ask(request.get("AnnounceUrl"), request.get("AnnounceMethod", "POST"))


def _find(desk: Desk, sid: str) -> Conference:
    """Only by CF…: a friendly name is refused here, as in reality."""
    conference = desk.network.conferences.all.get(sid)
    if conference is None:
        raise not_found(f"/Conferences/{sid}.json")
    return conference


def _participant(desk: Desk, conference: str, who: str) -> Participant:
    for participant in _find(desk, conference).participants:
        if who in {participant.call.sid, participant.entry.label} and who:
            return participant
    raise not_found(f"/Conferences/{conference}/Participants/{who}.json")


def _entry(request: RestRequest) -> Entry:
    wait_url = request.get("WaitUrl")
    return Entry(
        label=request.get("Label"),
        muted=request.flag("Muted", False),
        coach_sid=request.get("CallSidToCoach") if request.flag("Coaching", False) else "",
        start_on_enter=request.flag("StartConferenceOnEnter", True),
        end_on_exit=request.flag("EndConferenceOnExit", False),
        beep=request.get("Beep", "true"),
        wait=Ask(wait_url, request.get("WaitMethod", "POST")) if wait_url else None,
        most=int(request.get("MaxParticipants", "250")),
        notice=ConferenceNotice(
            request.get("ConferenceStatusCallback"),
            request.get("ConferenceStatusCallbackMethod", "POST"),
            request.words("ConferenceStatusCallbackEvent", ""),
        ),
        record=request.get("ConferenceRecord") in {"true", "record-from-start"},
        recording_notice=RecordingNotice(
            request.get("ConferenceRecordingStatusCallback"),
            request.get("ConferenceRecordingStatusCallbackMethod", "POST"),
            request.words("ConferenceRecordingStatusCallbackEvent", "completed"),
        ),
    )
