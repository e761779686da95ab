"""Mailers: each writes one mail, as any mail program delivers it, and looks for the answer in their mailbox."""

import smtplib
from contextlib import closing
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from pathlib import Path

from contactcenter.floor.ledger import Fate
from contactcenter.floor.people import Person
from contactcenter.floor.stage import Stage
from contactcenter.models.states import Channel

_PATIENCE = 30


def write(stage: Stage, person: Person) -> None:
    """Deliver the mail; whoever gets a 250 may forget it."""
    mail = composed(stage, person)
    settings = stage.settings
    with closing(smtplib.SMTP(settings.host, settings.mail_door_port, timeout=_PATIENCE)) as door:
        door.sendmail(person.address, [settings.mail_address], mail)
    stage.ledger.received(Channel.EMAIL, person.number)


def composed(stage: Stage, person: Person) -> bytes:
    mail = EmailMessage()
    mail["From"] = formataddr((person.name, person.address))
    mail["To"] = stage.settings.mail_address
    mail["Subject"] = person.subject
    mail["Date"] = format_datetime(stage.began)
    mail["Message-ID"] = f"<{person.number}.{stage.mark}@mail.example.com>"
    mail.set_content(f"{person.lines[0]}\n\n{person.name}\n")
    return bytes(mail)


def look_for_answers(stage: Stage, people: list[Person]) -> None:
    """Whoever finds a letter to them in the demo mailbox has been answered, by whomever."""
    recipients = _recipients(stage.settings.var / "demo-mailbox")
    for person in people:
        if person.channel is Channel.EMAIL and person.address in recipients:
            stage.ledger.became(Channel.EMAIL, person.number, Fate.ANSWERED)


def _recipients(folder: Path) -> set[str]:
    """The addresses in the To lines of all letters; those of the play are plain ASCII."""
    found: set[str] = set()
    for letter in folder.glob("new/*"):
        for line in letter.read_bytes()[:8000].splitlines():
            if line.lower().startswith(b"to:"):
                found |= {word.strip("<>,").lower() for word in line[3:].decode("ascii", "replace").split()}
    return found
