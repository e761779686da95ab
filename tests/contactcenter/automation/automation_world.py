"""The sample company with rules of a test's own, cases to try them on, and the log of what they did."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from house import House
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from contactcenter.assignment import line
from contactcenter.automation.in_force import RULES
from contactcenter.cases import interactions, opening, status, timeline
from contactcenter.configuration import rule_texts
from contactcenter.foundation import clock
from contactcenter.foundation.languages import Sentence
from contactcenter.foundation.shelves import Accepted, Edition
from contactcenter.models import (
    Case,
    Chat,
    Customer,
    Identity,
    Moment,
    Notice,
    Outbox,
    Queue,
    RuleRun,
    RuleText,
    TimelineEntry,
)
from contactcenter.models.states import Channel, EntryKind, InteractionState, TextOrigin

T = TypeVar("T")


class Run(NamedTuple):
    rule_set: str
    rule: str
    case_id: int
    outcome: str
    why: str
    actions: list[dict[str, str]]


NAME = "service"
MAIL = "dana@example.org"


@dataclass
class Automation:
    house: House

    def do(self, work: Callable[[Session, datetime], T]) -> T:
        return self.house.db.run(lambda session: work(session, clock.now(session)))

    def publish(self, rules: str, name: str = NAME) -> None:
        """In force instead of the sample's rules; `rules` are the lines below `rules:`."""
        body = f"version: 1\nrules:\n{rules}"
        with self.house.db.transaction() as session:
            checked = rule_texts.check(name, body, rule_texts.names(session))
            assert checked.findings == (), [str(one) for one in checked.findings]
            current = session.scalar(select(RuleText.version).where(RuleText.name == name, RuleText.current))
            accepted = Accepted(columns={"rules": list(checked.rules)})
            edition = Edition(name, body, TextOrigin.SCREEN, "Ada Wells", "user:1", accepted=accepted)
            RULES.put_in_force(session, edition, current, clock.now(session))

    def open(self, tier: str = "standard", queue: str = "orders", channel: Channel = Channel.EMAIL, **of: Any) -> int:
        """A case of a new customer; its id."""

        def work(session: Session, now: datetime) -> int:
            values = {"name": "Dana Reed", "tier": tier, "facts": {"orders": 7}, "created_at": now, **of}
            customer = session.scalars(insert(Customer).values(**values).returning(Customer)).one()
            row = session.scalars(select(Queue).where(Queue.name == queue)).one()
            contact = opening.Contact(channel, "Where is my order?", "en", row)
            return opening.open_case(session, customer, contact, now).id

        return self.do(work)

    def address(self, case_id: int, value: str = MAIL, kind: str = "email") -> None:
        def work(session: Session, now: datetime) -> None:
            customer_id = self.case(case_id).customer_id
            values = {"customer_id": customer_id, "kind": kind, "value": value, "proof": "imported", "created_at": now}
            session.execute(insert(Identity).values(**values))

        self.do(work)

    def wrote(self, case_id: int, text: str = "Hello?", kind: EntryKind = EntryKind.MESSAGE_IN, **body: Any) -> None:
        """A line in the case, by the customer or, as MESSAGE_OUT, by us."""
        entry = timeline.Entry(kind, {"text": text, **body}, Channel.EMAIL)
        self.do(lambda session, now: timeline.write(session, case_id, entry, now))

    def change_status(self, case_id: int, wanted: Any) -> None:
        self.do(
            lambda session, now: status.change_status(
                session, status.load(session, case_id), wanted, ("user:1", "Ana Lim"), now
            )
        )

    def settle(self) -> None:
        self.house.settle(3)

    def case(self, case_id: int) -> Case:
        with self.house.db.transaction() as session:
            return session.get_one(Case, case_id)

    def runs(self, rule: str | None = None) -> list[Run]:
        """The log, oldest first, with its reasons in English."""
        wanted = select(RuleRun).order_by(RuleRun.id)
        with self.house.db.transaction() as session:
            rows = session.scalars(wanted.where(RuleRun.rule == rule) if rule else wanted)
            return [Run(one.rule_set, one.rule, one.case_id, one.outcome, read(one.why), told(one)) for one in rows]

    def moments(self, case_id: int) -> list[str]:
        wanted = select(Moment.trigger).where(Moment.case_id == case_id).order_by(Moment.id)
        with self.house.db.transaction() as session:
            return list(session.scalars(wanted))

    def story(self, case_id: int) -> list[dict[str, Any]]:
        wanted = select(TimelineEntry.body).where(TimelineEntry.case_id == case_id).order_by(TimelineEntry.seq)
        with self.house.db.transaction() as session:
            return list(session.scalars(wanted))

    def notices(self, login: str) -> list[str]:
        """What this person has not seen yet, in English, oldest first."""
        user_id = self.house.user_id(login)
        wanted = select(Notice.words).where(Notice.user_id == user_id, Notice.seen_at.is_(None)).order_by(Notice.id)
        with self.house.db.transaction() as session:
            return [words["en"] for words in session.scalars(wanted)]


def told(run: RuleRun) -> list[dict[str, str]]:
    return [{**one, "why": read(one["why"])} for one in run.actions]


def read(sentences: Sequence[Sequence[Any]]) -> str:
    return " ".join(str(Sentence(*one)) for one in sentences)


def rule(*actions: str, trigger: str = "note_written") -> str:
    """One rule without conditions."""
    done = "".join(f"  - {action}\n" for action in actions)
    return f"- name: tried\n  trigger: {trigger}\n  then:\n{done}"


def tried(automation: Automation, case_id: int) -> list[tuple[str, str, str]]:
    """Something happens to the case; what each action of the rule came to, with the reason."""
    automation.wrote(case_id, "A word", kind="note")
    automation.settle()
    return [(one["do"], one["result"], one["why"]) for one in automation.runs("tried")[-1].actions]


def waits(automation: Automation, case_id: int) -> int:
    """A chat of this case in the line of its queue; the work item."""

    def work(session, now) -> int:
        case = session.get_one(Case, case_id)
        values = {"case_id": case_id, "customer_id": case.customer_id, "channel": Channel.CHAT, "address": "Dana"}
        talk = interactions.begin(session, {**values, "state": InteractionState.QUEUED, "language": "en"}, now)
        chat = {"interaction_id": talk.id, "token_hash": "x", "visitor_name": "Dana Reed", "seen_at": now}
        session.execute(insert(Chat).values(**chat))
        return line.enqueue(session, talk, session.get_one(Queue, case.queue_id), line.Request(), now)

    return automation.do(work)


def posted(automation: Automation, topic: str) -> list[dict]:
    wanted = select(Outbox.payload).where(Outbox.topic == topic).order_by(Outbox.id)
    return automation.do(lambda session, _now: list(session.scalars(wanted)))
