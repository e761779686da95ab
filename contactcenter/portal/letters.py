"""Letters of the demonstration: a real mail composed and handed to our own door, and what came back to the customer."""

import smtplib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from uuid import uuid4

from contactcenter.customers import identity
from contactcenter.foundation.errors import BadInput, Unavailable

_PATIENCE = 10
_MOST_SHOWN = 20
_LONGEST_SUBJECT = 200
_LONGEST_TEXT = 20_000
_LONGEST_THREAD = 20


@dataclass(frozen=True, slots=True)
class Letter:
    """What a customer writes; `answers` is the file of the mail that it is an answer to, or empty."""

    sender: str
    subject: str
    text: str
    answers: str = ""


@dataclass(frozen=True, slots=True)
class Arrived:
    """A mail that the demonstration's mailbox took in, ready to be read."""

    name: str
    sender: str
    to: str
    subject: str
    at: datetime | None
    text: str
    message_id: str
    references: tuple[str, ...]


def composed(letter: Letter, to: str, folder: Path, now: datetime) -> EmailMessage:
    """The letter as a mail that any mail program could have sent."""
    sender = identity.email(letter.sender)
    if sender is None:
        raise BadInput("This does not look like an e-mail address: %(email)s", email=letter.sender[:100])
    if not letter.text.strip():
        raise BadInput("Please write something first.")
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"] = sender.value
    mail["To"] = to
    mail["Subject"] = " ".join(letter.subject.split())[:_LONGEST_SUBJECT]
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{uuid4()}@{sender.value.partition('@')[2]}>"
    answered = found(folder, letter.answers) if letter.answers else None
    if answered and answered.message_id:
        mail["In-Reply-To"] = answered.message_id
        mail["References"] = " ".join([*answered.references, answered.message_id][-_LONGEST_THREAD:])
    mail.set_content(letter.text[:_LONGEST_TEXT])
    return mail


def post(mail: EmailMessage, host: str, port: int) -> None:
    """Hand the mail to our SMTP door, as a mail server would."""
    try:
        with smtplib.SMTP(host, port, timeout=_PATIENCE) as door:
            door.send_message(mail)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise Unavailable("The mail door does not answer at the moment. Please try again in a few seconds.") from error


def arrived(folder: Path) -> list[Arrived]:
    """The newest mails in the folder, newest first."""
    files = sorted(_files(folder), key=lambda file: (file.stat().st_mtime_ns, file.name), reverse=True)
    return [_read(file) for file in files[:_MOST_SHOWN]]


def found(folder: Path, name: str) -> Arrived | None:
    """One mail of the folder by the name of its file."""
    return next((_read(file) for file in _files(folder) if file.name == name), None)


def example(to: str) -> str:
    """A mail ready to be saved as message.eml."""
    return (
        "From: Sofia Carter <sofia.carter@example.net>\n"
        f"To: {to}\n"
        "Subject: Where is my parcel?\n"
        "Message-ID: <my-first-mail@example.net>\n"
        "Content-Type: text/plain; charset=utf-8\n"
        "\n"
        "Hello,\n\nmy order 12345678 should have come on Monday. Can you tell me where it is?\n\nSofia\n"
    )


def _files(folder: Path) -> Iterable[Path]:
    return (file for part in ("new", "cur") for file in (folder / part).glob("*") if file.is_file())


def _read(file: Path) -> Arrived:
    mail = message_from_bytes(file.read_bytes(), policy=policy.default)
    date = mail["Date"]
    return Arrived(
        file.name,
        str(mail["From"] or ""),
        str(mail["To"] or ""),
        str(mail["Subject"] or ""),
        date.datetime if date else None,
        _text(mail),
        str(mail["Message-ID"] or "").strip(),
        tuple(str(mail["References"] or "").split()),
    )


def _text(mail: EmailMessage) -> str:
    body = mail.get_body(preferencelist=("plain",))
    if body is None:
        return ""
    try:
        text = str(body.get_content())
    except (LookupError, ValueError):
        payload = body.get_payload(decode=True)
        text = payload.decode(errors="replace") if isinstance(payload, bytes) else ""
    return "\n".join(text.splitlines()).strip()
