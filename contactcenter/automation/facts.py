"""What a rule can ask about: the case as it stood, the customer, the conversation, the line, the calendars, the promise.

What changes during a case is taken from the moment; what does not (subject, texts, what is known of the customer) is read
when the rule is judged. A dry run sees the customer's data as they are now.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contactcenter.automation.rules import Facts
from contactcenter.models import CalendarText, Case, Customer, Interaction, Moment, TimelineEntry
from contactcenter.models.states import EntryKind
from contactcenter.sla import timetables
from ivr.conditions import Known

CALENDAR, CUSTOMER_FACT = "calendar.", "customer.fact."
"""How the names of facts begin of which there is one for each calendar, and for each thing known of customers."""
NAMES: Mapping[str, str] = {
    "case.status": "new, open, pending, on_hold, resolved or closed",
    "case.priority": "a number; more is more urgent",
    "case.tier": "the customer's tier when the case was opened",
    "case.channel": "voice, email, chat or messaging: how it was opened",
    "case.language": "en, zh-Hans or zh-Hant",
    "case.queue": "the name of its queue",
    "case.assignee": "the login of whoever is responsible, or empty",
    "case.tags": "words; ask with has",
    "case.subject": "a text; ask with has",
    "case.last_word": "customer, us, or empty: who wrote last, machines left aside",
    "case.minutes": "since it was opened",
    "customer.name": "a text",
    "customer.tier": "their tier now",
    "customer.language": "en, zh-Hans or zh-Hant",
    "customer.cases": "how many cases they have had, this one included",
    "interaction.channel": "how this conversation was held",
    "interaction.outcome": "how it ended",
    "interaction.disposition": "what the agent said it was about",
    "interaction.minutes": "how long it has lasted",
    "message.text": "what was written; ask with has",
    "status.before": "at status_changed",
    "status.after": "at status_changed",
    "queue.waiting": "how many wait in the case's queue",
    "queue.ready": "how many agents of the queue are ready",
    "macro.name": "at macro_used",
    "promise.kind": "at promise_warned and promise_broken: first_response, resolution, …",
}
"""Every fact with what it holds; beside these there is calendar.<name> (open or closed) and customer.fact.<name>."""
_WRITTEN = (EntryKind.MESSAGE_IN, EntryKind.MESSAGE_OUT)


@dataclass(frozen=True, slots=True)
class _Rows:
    case: Case
    customer: Customer
    talk: Interaction | None
    entry: TimelineEntry | None


def of(session: Session, moment: Moment, asked: Collection[str] | None = None) -> Facts:
    """All facts of this moment; what there is nothing of is missing, which conditions read as empty.

    Of those that have to be searched for, only the ones in `asked` are found out, if it is given.
    """
    rows = _rows(session, moment)
    told = moment.facts
    body = rows.entry.body if rows.entry else {}
    found: dict[str, Known] = {
        **{f"case.{name}": told[name] for name in ("status", "priority", "tier", "channel", "language", "queue")},
        "case.assignee": told["assignee"],
        "case.tags": tuple(told["tags"]),
        "case.subject": rows.case.subject,
        "case.minutes": (moment.at - rows.case.opened_at).total_seconds() / 60,
        "customer.name": rows.customer.name,
        "customer.tier": rows.customer.tier,
        "customer.language": rows.customer.language,
        "queue.waiting": told["waiting"],
        "queue.ready": told["ready"],
        "macro.name": moment.detail.get("macro"),
        "promise.kind": moment.detail.get("promise"),
        "message.text": body.get("text"),
        "status.before": body.get("before"),
        "status.after": body.get("after"),
        **_conversation(rows.talk, moment),
        **{f"{CUSTOMER_FACT}{key}": value for key, value in rows.customer.facts.items() if _plain(value)},
    }
    if asked is None or "case.last_word" in asked:
        found["case.last_word"] = _last_word(session, moment)
    if asked is None or "customer.cases" in asked:
        found["customer.cases"] = _cases(session, rows.customer.id, moment)
    if asked is None or any(name.startswith(CALENDAR) for name in asked):
        found |= _calendars(session, moment)
    return {name: value for name, value in found.items() if value is not None}


def calendar_fact(name: str) -> str:
    """A condition's names have no hyphens."""
    return CALENDAR + name.replace("-", "_")


def _rows(session: Session, moment: Moment) -> _Rows:
    case = session.get_one(Case, moment.case_id)
    return _Rows(
        case,
        session.get_one(Customer, case.customer_id),
        session.get(Interaction, moment.interaction_id) if moment.interaction_id else None,
        session.get(TimelineEntry, moment.entry_id) if moment.entry_id else None,
    )


def _conversation(talk: Interaction | None, moment: Moment) -> dict[str, Known]:
    if talk is None:
        return {}
    over = min(talk.ended_at or moment.at, moment.at)
    return {
        "interaction.channel": talk.channel,
        "interaction.outcome": moment.facts["outcome"],
        "interaction.disposition": moment.facts["disposition"],
        "interaction.minutes": max((over - talk.started_at).total_seconds(), 0.0) / 60,
    }


def _last_word(session: Session, moment: Moment) -> str | None:
    kind = session.scalar(
        select(TimelineEntry.kind)
        .where(TimelineEntry.case_id == moment.case_id, TimelineEntry.kind.in_(_WRITTEN), TimelineEntry.at <= moment.at)
        .where(func.coalesce(TimelineEntry.body["automatic"].astext, "") == "")
        .order_by(TimelineEntry.seq.desc())
        .limit(1)
    )
    return None if kind is None else "customer" if kind == EntryKind.MESSAGE_IN else "us"


def _cases(session: Session, customer_id: int, moment: Moment) -> int:
    opened = select(Case.id).where(Case.customer_id == customer_id, Case.opened_at <= moment.at)
    return len(session.scalars(opened).all())


def _calendars(session: Session, moment: Moment) -> dict[str, Known]:
    """Each is asked about the instant of the moment."""
    names = session.scalars(select(CalendarText.name))
    open_now = {name: timetables.calendar(session, name).is_open(moment.at) for name in names}
    return {calendar_fact(name): "open" if is_open else "closed" for name, is_open in open_now.items()}


def _plain(value: Any) -> bool:
    return isinstance(value, str | int | float | bool)
