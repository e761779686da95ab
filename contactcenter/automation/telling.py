"""Telling people of ours: on their screen, by mail, by text message."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from contactcenter.foundation import outbox
from contactcenter.foundation.errors import Conflict
from contactcenter.models import Case, User
from contactcenter.models.states import OutboxClass
from contactcenter.people import notices

SCREEN, EMAIL, SMS = "screen", "email", "sms"
WAYS = (SCREEN, EMAIL, SMS)
_LONGEST_SMS = 300


@dataclass(frozen=True, slots=True)
class Message:
    """`words` is language → text; `key` makes telling twice harmless."""

    words: Mapping[str, str]
    ways: Sequence[str]
    key: str
    escalation_id: int | None = None


def tell(session: Session, people: Sequence[User], case: Case, message: Message, now: datetime) -> None:
    """Each of them by each way. Raises Conflict where somebody cannot be reached by a way that was asked for."""
    if SCREEN in message.ways:
        told = notices.Told(case.id, message.words, message.escalation_id)
        notices.give(session, [one.id for one in people], told, now)
    for person in people:
        words = message.words.get(person.language) or message.words["en"]
        key = f"{message.key}:{person.id}"
        if EMAIL in message.ways:
            _mail(session, person, case, words, key, now)
        if SMS in message.ways:
            _text(session, person, case, words, key)


def _mail(session: Session, person: User, case: Case, words: str, key: str, now: datetime) -> None:
    about = {"case_id": case.id, "subject": f"#{case.id} {case.subject}", "text": words}
    payload = {"to": _address(person, "email"), **about, "key": key, "at": now.isoformat()}
    outbox.post(session, outbox.Parcel("email.notify", f"notify-mail:{key}", payload))


def _text(session: Session, person: User, case: Case, words: str, key: str) -> None:
    payload = {"to": _address(person, "phone"), "case_id": case.id, "text": f"#{case.id} {words}"[:_LONGEST_SMS]}
    outbox.post(session, outbox.Parcel("messaging.send", f"notify-sms:{key}", payload, OutboxClass.ONCE))


def _address(person: User, way: str) -> str:
    address: str | None = person.reach.get(way)
    if address is None:
        raise Conflict(
            "%(name)s cannot be reached this way; write reach: {%(way)s: …} in agents.yaml.", name=person.name, way=way
        )
    return address
