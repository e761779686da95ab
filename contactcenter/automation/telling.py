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
_ADDRESS = {EMAIL: "email", SMS: "phone"}
"""Under which word of a person's `reach` the address for each way stands."""
_LONGEST_SMS = 300


@dataclass(frozen=True, slots=True)
class Message:
    """`words` is language → text; `key` makes telling twice harmless."""

    words: Mapping[str, str]
    ways: Sequence[str]
    key: str
    escalation_id: int | None = None


def tell(session: Session, people: Sequence[User], case: Case, message: Message, now: datetime) -> list[str]:
    """Each of them by each way; who of them cannot be reached by one of the ways. Raises Conflict where that is everybody."""
    if SCREEN in message.ways:
        told = notices.Told(case.id, message.words, message.escalation_id)
        notices.give(session, [one.id for one in people], told, now)
    outside = [way for way in message.ways if way != SCREEN]
    missed = [f"{one.name} ({way})" for one in people for way in outside if _ADDRESS[way] not in one.reach]
    if len(missed) == len(people) * len(message.ways):
        raise Conflict(
            "Nobody can be reached this way: %(names)s. Write reach in agents.yaml.", names=", ".join(missed)
        )
    for person in people:
        words = message.words.get(person.language) or message.words["en"]
        for way in outside:
            if _ADDRESS[way] in person.reach:
                _send(session, way, (person, case, words), f"{message.key}:{person.id}", now)
    return missed


def _send(session: Session, way: str, told: tuple[User, Case, str], key: str, now: datetime) -> None:
    person, case, words = told
    about = {"to": person.reach[_ADDRESS[way]], "case_id": case.id, "at": now.isoformat()}
    if way == EMAIL:
        payload = {**about, "subject": f"#{case.id} {case.subject}", "text": words, "key": key}
        outbox.post(session, outbox.Parcel("email.notify", f"notify-mail:{key}", payload))
    else:
        payload = {**about, "text": f"#{case.id} {words}"[:_LONGEST_SMS]}
        outbox.post(session, outbox.Parcel("messaging.send", f"notify-sms:{key}", payload, OutboxClass.ONCE))
