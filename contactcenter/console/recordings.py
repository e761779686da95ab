"""Voicemail: the sound stays with the provider; whoever may read the case listens to it through us."""

import re

import requests
from sqlalchemy import select
from sqlalchemy.orm import Session

from contactcenter.foundation.errors import NotFound, Unavailable
from contactcenter.models import TimelineEntry
from contactcenter.models.states import Channel, EntryKind
from contactcenter.settings import Settings

MOST_BYTES = 20 * 1024 * 1024
_HOST = "https://api.twilio.com"
_SID = re.compile(r"RE[0-9a-f]{32}")
_PATIENCE = (3, 15)


def check(session: Session, sid: str) -> None:
    """Refuse whatever is no recording of a case of ours."""
    known = select(TimelineEntry.id).where(
        TimelineEntry.channel == Channel.VOICE,
        TimelineEntry.kind == EntryKind.VOICEMAIL,
        TimelineEntry.ext_id == sid,
    )
    if not _SID.fullmatch(sid) or session.scalar(known) is None:
        raise NotFound("There is no such recording.")


def sound(settings: Settings, sid: str) -> bytes:
    """The recording as WAV, fetched from the provider."""
    account, token = settings.twilio_account_sid, settings.twilio_auth_token
    host = (settings.twilio_api_base or _HOST).rstrip("/")
    url = f"{host}/2010-04-01/Accounts/{account}/Recordings/{sid}.wav"
    try:
        with requests.get(url, auth=(account, token), timeout=_PATIENCE, stream=True) as answer:
            if answer.status_code == requests.codes.not_found:
                raise NotFound("The provider does not keep this recording any more.")
            answer.raise_for_status()
            return _read(answer)
    except requests.RequestException as error:
        raise Unavailable("The recording cannot be fetched at the moment. Please try again.") from error


def _read(answer: requests.Response) -> bytes:
    kept = bytearray()
    for chunk in answer.iter_content(65536):
        kept += chunk
        if len(kept) > MOST_BYTES:
            raise Unavailable("This recording is too long to be played here.")
    return bytes(kept)
