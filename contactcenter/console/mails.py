"""What a mail brought beyond its text: attachments to be saved, and its HTML, made safe, for whoever asks for it."""

from sqlalchemy.orm import Session

from contactcenter.channels.email.bodies import Attachment
from contactcenter.channels.email.html import safe_html
from contactcenter.channels.email.parsing import ParsedMail, Unreadable, read
from contactcenter.foundation.errors import NotFound
from contactcenter.models import RawMail

_FRAME = """<!doctype html>
<html><head><meta charset="utf-8"><meta name="color-scheme" content="light"><title>E-mail</title>
<style>body {{ margin: 12px; font: 14px/1.5 sans-serif; color: #191d23; background: #fff; overflow-wrap: break-word; }}</style>
</head><body>{body}</body></html>
"""


def raw(session: Session, raw_id: int) -> bytes:
    """The mail as it came, if it belongs to a case."""
    mail = session.get(RawMail, raw_id)
    if mail is None or mail.case_id is None:
        raise NotFound("There is no such mail.")
    return mail.raw


def attachment(source: bytes, number: int) -> Attachment:
    """The attachment with this number, counted from 0 in the order of the mail."""
    attachments = _read(source).attachments
    if not 0 <= number < len(attachments):
        raise NotFound("This mail has no such attachment.")
    return attachments[number]


def page(source: bytes) -> str:
    """The mail's HTML as a page of its own that can load nothing and run nothing."""
    html = _read(source).html
    safe = safe_html(html) if html else None
    if safe is None:
        raise NotFound("This mail can only be shown as plain text.")
    return _FRAME.format(body=safe)


def _read(source: bytes) -> ParsedMail:
    try:
        return read(source)
    except Unreadable as error:
        raise NotFound("This mail cannot be read.") from error
