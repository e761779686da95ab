"""Sounds and files of a case. What strangers sent is saved or framed, never run as a page of ours."""

from io import BytesIO

from flask import Response, send_file

from contactcenter.composition import Parts
from contactcenter.console import mails, recordings
from contactcenter.foundation.doors import Door
from contactcenter.foundation.permissions import Right

_NOTHING = "default-src 'none'; sandbox"
_FRAMED = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self'"


def add(door: Door, parts: Parts) -> None:
    @door.route("/recordings/<sid>", methods=["GET"], allow=Right.READ_CASES)
    def recording(sid: str) -> Response:
        with parts.db.transaction() as session:
            recordings.check(session, sid)
        sound = recordings.sound(parts.settings, sid)
        return send_file(BytesIO(sound), mimetype="audio/wav", conditional=True, etag=False)

    @door.route("/mails/<int:raw_id>/attachments/<int:number>", methods=["GET"], allow=Right.READ_CASES)
    def attachment(raw_id: int, number: int) -> Response:
        with parts.db.transaction() as session:
            source = mails.raw(session, raw_id)
        found = mails.attachment(source, number)
        name = found.name or f"attachment-{number + 1}"
        response = send_file(
            BytesIO(found.content), mimetype="application/octet-stream", as_attachment=True, download_name=name
        )
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Content-Security-Policy"] = _NOTHING
        return response

    @door.route("/mails/<int:raw_id>/html", methods=["GET"], allow=Right.READ_CASES)
    def mail_html(raw_id: int) -> Response:
        with parts.db.transaction() as session:
            source = mails.raw(session, raw_id)
        response = Response(mails.page(source), mimetype="text/html")
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Content-Security-Policy"] = _FRAMED
        return response
