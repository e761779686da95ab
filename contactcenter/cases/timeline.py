"""The timeline: one numbered line for everything that was said, done or decided about a case."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from contactcenter.foundation import events
from contactcenter.foundation.db import add, table_of
from contactcenter.models import Case, Interaction, TimelineEntry
from contactcenter.models.states import EntryKind


@dataclass(frozen=True, slots=True)
class Entry:
    """A line to be written. `ext_id` is the sender's own id, by which a repetition is recognised."""

    kind: EntryKind
    body: dict[str, Any] = field(default_factory=dict)
    channel: str | None = None
    interaction_id: int | None = None
    actor_id: int | None = None
    actor_name: str | None = None
    ext_id: str | None = None
    for_visitor: bool = False
    agent_id: int | None = None


_CASE = table_of(Case)
_NEXT = (
    update(_CASE)
    .where(_CASE.c.id == bindparam("which"))
    .values(entry_seq=_CASE.c.entry_seq + 1, updated_at=bindparam("at"))
    .returning(_CASE.c.entry_seq)
)


def write(session: Session, case_id: int, entry: Entry, now: datetime) -> int:
    """Add the line to the case's timeline, under the next number, and announce it."""
    seq = session.connection().execute(_NEXT, {"which": case_id, "at": now}).scalar_one()
    entry_id = add(
        session,
        TimelineEntry,
        {
            "case_id": case_id,
            "seq": seq,
            "at": now,
            "kind": entry.kind,
            "channel": entry.channel,
            "interaction_id": entry.interaction_id,
            "actor_id": entry.actor_id,
            "actor_name": entry.actor_name,
            "body": entry.body,
            "ext_id": entry.ext_id,
        },
    )
    added = events.EntryAdded(case_id, entry_id, entry.interaction_id, entry.for_visitor, entry.agent_id)
    events.record(session, added, now)
    return entry_id


def of_customer(session: Session, customer_id: int, most: int = 300) -> list[TimelineEntry]:
    """The customer's whole history over all cases and channels, oldest first, the newest `most` lines."""
    rows = session.scalars(
        select(TimelineEntry)
        .join(Case, Case.id == TimelineEntry.case_id)
        .where(Case.customer_id == customer_id)
        .order_by(TimelineEntry.at.desc(), TimelineEntry.id.desc())
        .limit(most)
    ).all()
    return list(reversed(rows))


def of_interaction(session: Session, interaction_id: int, after_seq: int = 0) -> list[TimelineEntry]:
    """The lines of one conversation, in order, after the given number."""
    return list(
        session.scalars(
            select(TimelineEntry)
            .where(TimelineEntry.interaction_id == interaction_id, TimelineEntry.seq > after_seq)
            .order_by(TimelineEntry.seq)
        )
    )


def calls_without_case(session: Session, customer_id: int, most: int = 20) -> list[Interaction]:
    """Calls that the phone menu answered by itself: no case, but part of the history."""
    return list(
        session.scalars(
            select(Interaction)
            .where(Interaction.customer_id == customer_id, Interaction.case_id.is_(None))
            .order_by(Interaction.started_at.desc())
            .limit(most)
        )
    )
