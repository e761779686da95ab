"""How calls, conferences and the rest look as JSON in the REST surface."""

from datetime import datetime
from email.utils import format_datetime
from typing import Any

from contactcenter.carrier.call import API_VERSION, Call, CallStatus
from contactcenter.carrier.conference import Conference, Participant
from contactcenter.carrier.exchange import Account
from contactcenter.carrier.messages import Message, segments
from contactcenter.carrier.queues import Member, Queues, WaitingLine
from contactcenter.carrier.recordings import Recording, RecordingStatus, whole_seconds

Json = dict[str, Any]
PARTICIPANT_STATUS = {
    CallStatus.QUEUED: "queued",
    CallStatus.INITIATED: "connecting",
    CallStatus.RINGING: "ringing",
    CallStatus.IN_PROGRESS: "connected",
    CallStatus.COMPLETED: "complete",
}


def account_path(account: Account) -> str:
    return f"/{API_VERSION}/Accounts/{account.sid}"


def date(moment: datetime | None) -> str | None:
    return format_datetime(moment) if moment is not None else None


def call_json(account: Account, call: Call, now: float) -> Json:
    uri = f"{account_path(account)}/Calls/{call.sid}"
    # The REST vocabulary has no word for a call that is dialled but does not ring yet.
    status = "queued" if call.status is CallStatus.INITIATED else call.status.value
    return _common(account) | {
        "sid": call.sid,
        "parent_call_sid": call.parent_sid or None,
        "from": call.from_,
        "from_formatted": call.from_,
        "to": call.to,
        "to_formatted": call.to,
        "status": status,
        "direction": call.direction.value,
        "date_created": date(call.created),
        "date_updated": date(call.ended or call.answered or call.created),
        "start_time": date(call.answered),
        "end_time": date(call.ended),
        "duration": str(call.duration(now)) if call.over else None,
        "queue_time": str(call.queue_time),
        "answered_by": None,
        "caller_name": None,
        "forwarded_from": None,
        "group_sid": None,
        "phone_number_sid": None,
        "price": None,
        "price_unit": "USD",
        "trunk_sid": None,
        "uri": f"{uri}.json",
        "subresource_uris": {"recordings": f"{uri}/Recordings.json"},
    }


def conference_json(account: Account, conference: Conference) -> Json:
    uri = f"{account_path(account)}/Conferences/{conference.sid}"
    return _common(account) | {
        "sid": conference.sid,
        "friendly_name": conference.name,
        "status": conference.status.value,
        "region": "us1",
        "date_created": date(conference.created),
        "date_updated": date(conference.created),
        "reason_conference_ended": conference.reason_ended or None,
        "call_sid_ending_conference": conference.call_sid_ending or None,
        "uri": f"{uri}.json",
        "subresource_uris": {"participants": f"{uri}/Participants.json", "recordings": f"{uri}/Recordings.json"},
    }


def participant_json(account: Account, participant: Participant) -> Json:
    call, conference = participant.call, participant.conference
    status = PARTICIPANT_STATUS.get(call.status, "failed")
    return {
        "account_sid": account.sid,
        "call_sid": call.sid,
        "conference_sid": conference.sid,
        "label": participant.entry.label or None,
        "muted": participant.muted,
        "hold": participant.hold,
        "coaching": participant.coaching,
        "call_sid_to_coach": participant.coach_sid or None,
        "end_conference_on_exit": participant.end_on_exit,
        "start_conference_on_enter": participant.entry.start_on_enter,
        "status": status,
        "queue_time": str(call.queue_time),
        "date_created": date(participant.created),
        "date_updated": date(participant.created),
        "uri": f"{account_path(account)}/Conferences/{conference.sid}/Participants/{call.sid}.json",
    }


def recording_json(account: Account, recording: Recording) -> Json:
    uri = f"{account_path(account)}/Recordings/{recording.sid}"
    done = recording.status is RecordingStatus.COMPLETED
    return _common(account) | {
        "sid": recording.sid,
        "call_sid": recording.call.sid if recording.call else None,
        "conference_sid": recording.conference_sid or None,
        "status": recording.status.value,
        "source": recording.source,
        "channels": recording.channels,
        "duration": str(whole_seconds(recording)) if done else None,
        "start_time": date(recording.created),
        "date_created": date(recording.created),
        "date_updated": date(recording.created),
        "error_code": None,
        "price": None,
        "price_unit": "USD",
        "encryption_details": None,
        "uri": f"{uri}.json",
        "media_url": f"{account.api_base}{uri}",
        "subresource_uris": {},
    }


def queue_json(account: Account, queues: Queues, line: WaitingLine) -> Json:
    return {
        "account_sid": account.sid,
        "sid": line.sid,
        "friendly_name": line.name,
        "max_size": line.max_size,
        "current_size": len(line.members),
        "average_wait_time": queues.average(line),
        "date_created": date(line.created),
        "date_updated": date(line.created),
        "uri": f"{account_path(account)}/Queues/{line.sid}.json",
    }


def member_json(account: Account, queues: Queues, line: WaitingLine, member: Member) -> Json:
    return {
        "queue_sid": line.sid,
        "call_sid": member.call.sid,
        "position": line.members.index(member) + 1 if member in line.members else 0,
        "wait_time": queues.seconds(member),
        "date_enqueued": date(member.enqueued),
        "uri": f"{account_path(account)}/Queues/{line.sid}/Members/{member.call.sid}.json",
    }


def message_json(account: Account, message: Message) -> Json:
    uri = f"{account_path(account)}/Messages/{message.sid}"
    return _common(account) | {
        "sid": message.sid,
        "from": message.from_,
        "to": message.to,
        "body": message.body,
        "status": message.status,
        "direction": message.direction.value,
        "messaging_service_sid": message.service_sid or None,
        "num_media": str(len(message.media)),
        "num_segments": str(segments(message.body)),
        "error_code": message.error_code,
        "error_message": None,
        "price": None,
        "price_unit": "USD",
        "date_created": date(message.created),
        "date_updated": date(message.created),
        "date_sent": date(message.created),
        "uri": f"{uri}.json",
        "subresource_uris": {"media": f"{uri}/Media.json"},
    }


def _common(account: Account) -> Json:
    return {"account_sid": account.sid, "api_version": API_VERSION}
