"""The timeline: one numbered line for everything that was said, done or decided about a case."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, text, update
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
    added = events.EntryAdded(case_id, entry_id, entry.interaction_id, entry.for_visitor, entry.agent_id, entry.kind)
    events.record(session, added, now)
    return entry_id


_TELL = text("""
    WITH told AS (
        SELECT t.*, row_number() OVER (PARTITION BY case_id ORDER BY nth) AS place, count(*) OVER (PARTITION BY case_id) AS n
          FROM ROWS FROM (jsonb_to_recordset(CAST(:lines AS jsonb)) AS (case_id bigint, kind text, body jsonb))
               WITH ORDINALITY AS t(case_id, kind, body, nth)
    ), locked AS (
        SELECT id FROM cases WHERE id IN (SELECT case_id FROM told) ORDER BY id FOR UPDATE
    ), raised AS (
        UPDATE cases c SET entry_seq = c.entry_seq + told.n, updated_at = :at
          FROM told JOIN locked ON locked.id = told.case_id WHERE c.id = told.case_id AND told.place = 1
        RETURNING c.id, c.entry_seq - told.n AS before
    )
    INSERT INTO timeline_entry (case_id, seq, at, kind, body)
    SELECT case_id, before + place, :at, kind, body FROM told JOIN raised ON raised.id = case_id ORDER BY nth
""")
"""Cases are locked in order of their ids, so that two transactions that write on the same ones cannot wait for each other."""


def write_many(session: Session, told: Sequence[tuple[int, Entry]], now: datetime) -> None:
    """Lines of many cases, in this order where a case has several. Whoever writes them announces why: at closing time, one
    change for each line beside the one that it tells of would be half the work.
    """
    lines = [{"case_id": case_id, "kind": entry.kind, "body": entry.body} for case_id, entry in told]
    session.connection().execute(_TELL, {"lines": json.dumps(lines), "at": now})


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
