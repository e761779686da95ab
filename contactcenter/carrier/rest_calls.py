"""The REST resources of calls and of their recordings."""

from contactcenter.carrier.call import Call, CallStatus, Direction, Notify
from contactcenter.carrier.exchange import Ask
from contactcenter.carrier.payloads import call_json, recording_json
from contactcenter.carrier.recordings import Recording, RecordingNotice, RecordingStatus, sound
from contactcenter.carrier.rest_request import Desk, RestAnswer, RestError, RestRequest, not_found
from contactcenter.carrier.ringing import drop, queue_for_a_slot
from contactcenter.carrier.verbs import follow, follow_given, place

CURRENT = "Twilio.CURRENT"


def create_call(desk: Desk, request: RestRequest) -> RestAnswer:
    if not (request.has("Url") or request.has("Twiml") or request.has("ApplicationSid")):
        raise RestError(400, 21205, "A call needs a Url, a Twiml or an ApplicationSid.")
    if request.has("ApplicationSid"):
        raise RestError(400, 20001, "The simulator knows no applications: give a Url.")
    network = desk.network
    call = outgoing(desk, request)
    call.fallback_url = request.get("FallbackUrl")
    call.fallback_method = request.get("FallbackMethod", "POST")
    if request.has("Url"):
        then = follow(network, call, Ask(request.get("Url"), request.get("Method", "POST")))
    else:
        then = follow_given(network, call, request.get("Twiml"))
    desk.exchange.start(call, place(network, call, float(request.get("Timeout", "60")), then))
    return RestAnswer(201, _shown(desk, call))


def outgoing(desk: Desk, request: RestRequest) -> Call:
    """A new leg of ours; it does not ring yet."""
    to, from_ = request.required("To"), request.required("From")
    exchange = desk.exchange
    if not to.startswith(("+", "client:", "sip:")):
        raise RestError(400, 21211, f"{to!r} is not a telephone number or client.")
    if from_ not in exchange.numbers and not from_.startswith("client:"):
        raise RestError(400, 21210, f"{from_!r} is not a number of this account.")
    if request.has("MachineDetection"):
        exchange.journal.unsupported.append("MachineDetection")
    notify = Notify(
        request.get("StatusCallback"),
        request.get("StatusCallbackMethod", "POST"),
        request.words("StatusCallbackEvent", "completed"),
    )
    call = exchange.new_call(from_, to, Direction.OUTBOUND_API, notify)
    call.longest = float(request.get("TimeLimit", str(call.longest)))
    queue_for_a_slot(exchange, call)
    return call


def list_calls(desk: Desk, request: RestRequest) -> list[object]:
    wanted = {"to": request.asked("To"), "from_": request.asked("From"), "parent_sid": request.asked("ParentCallSid")}
    return [
        shown
        for call in reversed(desk.exchange.calls.values())
        if all(not value or getattr(call, name) == value for name, value in wanted.items())
        and request.asked("Status") in {"", (shown := _shown(desk, call))["status"]}
    ]


def read_call(desk: Desk, request: RestRequest, sid: str) -> RestAnswer:  # noqa: ARG001 - one shape for all handlers
    return RestAnswer(200, _shown(desk, find_call(desk, sid)))


def update_call(desk: Desk, request: RestRequest, sid: str) -> RestAnswer:
    call = find_call(desk, sid)
    if request.has("Url") and request.has("Twiml"):
        raise RestError(400, 21218, "Give either Url or Twiml.")
    if call.over:
        raise RestError(400, 21220, "Call is not in-progress. Cannot redirect.")
    if request.has("FallbackUrl"):
        call.fallback_url = request.get("FallbackUrl")
    if request.has("Status"):
        _change_status(desk, call, request.get("Status"))
    elif request.has("Url") or request.has("Twiml"):
        _redirect(desk, call, request)
    return RestAnswer(200, _shown(desk, call))


def find_call(desk: Desk, sid: str) -> Call:
    call = desk.exchange.calls.get(sid)
    if call is None:
        raise not_found(f"/Calls/{sid}.json")
    return call


def record_call(desk: Desk, request: RestRequest, call_sid: str) -> RestAnswer:
    call = find_call(desk, call_sid)
    if not call.live:
        raise RestError(400, 21220, "Requested resource is not eligible for recording: the call is not in progress.")
    notice = RecordingNotice(
        request.get("RecordingStatusCallback"),
        request.get("RecordingStatusCallbackMethod", "POST"),
        request.words("RecordingStatusCallbackEvent", "completed"),
    )
    recording = desk.network.recordings.begin("StartCallRecordingAPI", notice, call)
    recording.channels = 2 if request.get("RecordingChannels") == "dual" else 1
    return RestAnswer(201, recording_json(desk.exchange.account, recording))


def update_recording(
    desk: Desk, request: RestRequest, sid: str, call_sid: str = "", conference_sid: str = ""
) -> RestAnswer:
    recordings = desk.network.recordings
    if sid == CURRENT:
        call = find_call(desk, call_sid) if call_sid else None
        recording = recordings.current(call, conference_sid)
    else:
        recording = recordings.all.get(sid)
    if recording is None:
        raise not_found(f"/Recordings/{sid}.json")
    try:
        status = RecordingStatus(request.required("Status"))
    except ValueError as error:
        raise RestError(400, 20001, "Status must be in-progress, paused or stopped.") from error
    recordings.change(recording, status)
    return RestAnswer(200, recording_json(desk.exchange.account, recording))


def list_recordings(desk: Desk, request: RestRequest, call_sid: str = "", conference_sid: str = "") -> list[object]:
    call_sid = call_sid or request.asked("CallSid")
    conference_sid = conference_sid or request.asked("ConferenceSid")
    return [
        recording_json(desk.exchange.account, recording)
        for recording in reversed(desk.network.recordings.all.values())
        if (not call_sid or (recording.call is not None and recording.call.sid == call_sid))
        and (not conference_sid or recording.conference_sid == conference_sid)
    ]


def read_recording(desk: Desk, request: RestRequest, sid: str) -> RestAnswer:  # noqa: ARG001 - one shape for all
    return RestAnswer(200, recording_json(desk.exchange.account, _find_recording(desk, sid)))


def delete_recording(desk: Desk, request: RestRequest, sid: str) -> RestAnswer:  # noqa: ARG001 - one shape for all
    _find_recording(desk, sid)
    del desk.network.recordings.all[sid]
    return RestAnswer(204)


def read_sound(desk: Desk, request: RestRequest, sid: str) -> RestAnswer:  # noqa: ARG001 - one shape for all handlers
    recording = _find_recording(desk, sid)
    if recording.status is not RecordingStatus.COMPLETED:
        raise not_found(f"/Recordings/{sid}: the sound is not ready yet")
    return RestAnswer(200, content=sound(recording), content_type="audio/x-wav")


def _find_recording(desk: Desk, sid: str) -> Recording:
    recording = desk.network.recordings.all.get(sid)
    if recording is None:
        raise not_found(f"/Recordings/{sid}.json")
    return recording


def _change_status(desk: Desk, call: Call, status: str) -> None:
    match status:
        case "completed":
            if call.direction is Direction.INBOUND:
                desk.exchange.end(call)
            else:
                drop(desk.exchange, call)
        case "canceled" if call.live:
            raise RestError(400, 21220, "Call is in-progress. Cannot cancel: end it with Status=completed.")
        case "canceled":
            desk.exchange.end(call, CallStatus.CANCELED, 487)
        case _:
            raise RestError(400, 20001, f"Status {status!r} is neither completed nor canceled.")


def _redirect(desk: Desk, call: Call, request: RestRequest) -> None:
    if not call.live:
        raise RestError(400, 21220, "Call is not in-progress. Cannot redirect.")
    network = desk.network
    if request.has("Url"):
        script = follow(network, call, Ask(request.get("Url"), request.get("Method", "POST")))
    else:
        script = follow_given(network, call, request.get("Twiml"))
    desk.exchange.redirect(call, script)


def _shown(desk: Desk, call: Call) -> dict[str, object]:
    return call_json(desk.exchange.account, call, desk.exchange.engine.now())
