"""Moments: what happens to a case, kept with the case as it stood, and handed on if a rule listens to it.

Facts are taken in the transaction of the fact itself, so a rule is judged by what was so then, however late a worker
comes to it, and a dry run judges the same facts again.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from contactcenter.automation import in_force
from contactcenter.automation.rules import Trigger
from contactcenter.foundation import events as e
from contactcenter.foundation import outbox
from contactcenter.models.states import EntryKind, WorkState

KEPT_FOR = timedelta(days=40)
"""A dry run looks back over thirty days, and a rule may wait for some before that."""
_MOST_FORGOTTEN = 5000
DEPTH = "automation_depth"
"""Under this name a session that carries out a rule knows how many rules led to it."""
_OF_CASE: dict[type, Trigger] = {
    e.CaseOpened: Trigger.CASE_OPENED,
    e.CaseQueued: Trigger.QUEUE_CHANGED,
    e.CaseAssigned: Trigger.ASSIGNEE_CHANGED,
    e.CasePromised: Trigger.TIER_CHANGED,
    e.CasePrioritised: Trigger.PRIORITY_CHANGED,
    e.CaseTagged: Trigger.TAGS_CHANGED,
}
_OF_WORK: dict[type, Trigger] = {
    e.WorkEnqueued: Trigger.WORK_ENQUEUED,
    e.WorkAbandoned: Trigger.WORK_ABANDONED,
    e.WorkMoved: Trigger.QUEUE_CHANGED,
    e.OfferAccepted: Trigger.WORK_ACCEPTED,
    e.WorkCompleted: Trigger.WORK_COMPLETED,
}
_ENTRIES = {
    EntryKind.MESSAGE_IN: Trigger.CUSTOMER_WROTE,
    EntryKind.MESSAGE_OUT: Trigger.WE_WROTE,
    EntryKind.NOTE: Trigger.NOTE_WRITTEN,
    EntryKind.VOICEMAIL: Trigger.VOICEMAIL_LEFT,
    EntryKind.STATUS: Trigger.STATUS_CHANGED,
}
_FORGET = text("""
    DELETE FROM moment WHERE id IN (
        SELECT m.id FROM moment m
         WHERE m.at < :before AND NOT EXISTS (SELECT FROM rule_wait w WHERE w.moment_id = m.id AND w.due_at > :now)
         ORDER BY m.at LIMIT :most)
""")
"""In portions, for a month's worth would take longer than a statement may; what a rule still waits for stays."""
_NOTE = text(f"""
    WITH told AS (
        SELECT case_id, detail, entry_id, nth,
               coalesce(interaction_id, (SELECT w.interaction_id FROM work_item w WHERE w.id = item_id)) AS interaction_id
          FROM ROWS FROM (jsonb_to_recordset(CAST(:told AS jsonb))
                          AS (case_id bigint, detail jsonb, entry_id bigint, interaction_id bigint, item_id bigint))
               WITH ORDINALITY AS told(case_id, detail, entry_id, interaction_id, item_id, nth)
    ), line AS MATERIALIZED (
        SELECT q.id, q.name,
               (SELECT count(*) FROM work_item w WHERE w.queue_id = q.id AND w.state = '{WorkState.WAITING}') AS waiting,
               (SELECT count(*) FROM agent_queue s JOIN agent a ON a.id = s.agent_id
                 WHERE s.queue_id = q.id AND s.after_seconds = 0 AND a.ready AND a.enabled) AS ready
          FROM queue q WHERE q.id IN (SELECT c.queue_id FROM cases c JOIN told ON told.case_id = c.id)
    )
    INSERT INTO moment (case_id, at, trigger, detail, facts, entry_id, interaction_id, depth)
    SELECT c.id, :at, :trigger, told.detail, jsonb_build_object(
             'status', c.status, 'priority', c.priority, 'tier', c.tier, 'channel', c.channel, 'language', c.language,
             'tags', c.tags, 'queue', q.name, 'assignee', u.login,
             'waiting', coalesce(q.waiting, 0), 'ready', coalesce(q.ready, 0), 'outcome', i.outcome, 'disposition', i.disposition
           ), told.entry_id, told.interaction_id, :depth
      FROM told
      JOIN cases c ON c.id = told.case_id LEFT JOIN line q ON q.id = c.queue_id LEFT JOIN users u ON u.id = c.assignee_id
      LEFT JOIN interaction i ON i.id = told.interaction_id
     WHERE told.entry_id IS NULL
        OR coalesce((SELECT t.body ->> 'automatic' FROM timeline_entry t WHERE t.id = told.entry_id), '') = ''
     ORDER BY told.nth
    RETURNING id
""")  # noqa: S608 — words of ours
"""What a machine wrote, ours or another, is kept and has no effect: no rule is asked about it."""


@dataclass(frozen=True, slots=True)
class Happened:
    """One moment about to be noted."""

    case_id: int
    detail: dict[str, Any] = field(default_factory=dict)
    entry_id: int | None = None
    interaction_id: int | None = None
    item_id: int | None = None
    """In whose conversation it happened, where that is not known yet."""

    @property
    def told(self) -> dict[str, Any]:
        return {
            "case_id": self.case_id,
            "detail": self.detail,
            "entry_id": self.entry_id,
            "interaction_id": self.interaction_id,
            "item_id": self.item_id,
        }


def note(session: Session, event: object, now: datetime) -> None:
    """Keep what happened, if rules can listen to such events."""
    found = _happened(event)
    if found is not None:
        write(session, *found, now)


def _happened(event: Any) -> tuple[Trigger, list[Happened]] | None:
    if type(event) in _OF_CASE:
        return _OF_CASE[type(event)], [Happened(event.case_id)]
    if type(event) in _OF_WORK:
        return _OF_WORK[type(event)], [Happened(event.case_id, item_id=event.item_id)]
    match event:
        case e.EntryAdded(case_id=case_id, entry_id=entry, interaction_id=talk, kind=kind) if kind in _ENTRIES:
            return _ENTRIES[EntryKind(kind)], [Happened(case_id, {}, entry, talk)]
        case e.PromisesWarned(promised):
            return Trigger.PROMISE_WARNED, _promised(promised)
        case e.PromisesBroken(promised):
            return Trigger.PROMISE_BROKEN, _promised(promised)
        case _:
            return None


def write(
    session: Session, trigger: Trigger, happened: list[Happened], now: datetime, depth: int | None = None
) -> list[int]:
    """Keep these moments; a worker is asked to judge each if a rule in force listens to this trigger. Their ids."""
    given = {
        "trigger": trigger,
        "at": now,
        "depth": session.info.get(DEPTH, 0) if depth is None else depth,
        "told": json.dumps([one.told for one in happened]),
    }
    ids = list(session.connection().execute(_NOTE, given).scalars())
    if ids and in_force.listens(session, trigger):
        have_judged(session, ids)
    return ids


def have_judged(session: Session, ids: list[int]) -> None:
    """Ask a worker to judge these moments: one parcel, for at closing time they come by the hundred."""
    outbox.post(session, outbox.Parcel("automation.judge", f"moments:{ids[0]}", {"moment_ids": ids}))


def forget_old(session: Session, now: datetime) -> None:
    """What the rules made of old moments goes with them."""
    session.execute(_FORGET, {"before": now - KEPT_FOR, "now": now, "most": _MOST_FORGOTTEN})


def _promised(promised: Iterable[e.Promised]) -> list[Happened]:
    return [Happened(one.case_id, {"promise": one.kind, "clock_id": one.clock_id}) for one in promised]
