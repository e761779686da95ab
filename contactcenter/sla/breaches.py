"""What happens when promises are about to be broken, and when they are: noted once, told to those who can act."""

from datetime import datetime

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from contactcenter.foundation import events
from contactcenter.models.states import ClockState

_WARN = text(f"""
    WITH reached AS (
        SELECT id, (SELECT count(*) FROM unnest(warns_at) at WHERE at <= :now) AS n
          FROM sla_clock WHERE id = ANY(:ids) ORDER BY id FOR UPDATE
    ), hit AS (
        UPDATE sla_clock c SET warned_at = :now, warned = reached.n FROM reached
         WHERE c.id = reached.id AND c.state = '{ClockState.RUNNING}' AND c.warned < reached.n
        RETURNING c.id, c.case_id, c.kind)
    SELECT hit.*, cases.queue_id FROM hit JOIN cases ON cases.id = hit.case_id ORDER BY hit.id
""")  # noqa: S608 — a word of ours
_BREAK = text(f"""
    WITH due AS (
        SELECT id FROM sla_clock WHERE id = ANY(:ids) AND state = '{ClockState.RUNNING}' AND breached_at IS NULL
         ORDER BY id FOR UPDATE
    ), hit AS (
        UPDATE sla_clock c SET breached_at = :now FROM due WHERE c.id = due.id RETURNING c.id, c.case_id, c.kind
    ), noted AS (
        INSERT INTO breach (clock_id, at) SELECT id, :now FROM hit ORDER BY id ON CONFLICT DO NOTHING)
    SELECT hit.*, cases.queue_id FROM hit JOIN cases ON cases.id = hit.case_id ORDER BY hit.id
""")  # noqa: S608 — a word of ours


def warn_promises(session: Session, clock_ids: list[int], now: datetime) -> None:
    """Warning instants came: note them where the promise still runs. Those of one promise that came together are told as one."""
    told = _told(session, _WARN, clock_ids, now)
    if told:
        events.record(session, events.PromisesWarned(told), now)


def break_promises(session: Session, clock_ids: list[int], now: datetime) -> None:
    """Due instants came: note each breach, once, where the promise still runs."""
    told = _told(session, _BREAK, clock_ids, now)
    if told:
        events.record(session, events.PromisesBroken(told), now)


def _told(session: Session, statement: TextClause, clock_ids: list[int], now: datetime) -> tuple[events.Promised, ...]:
    """In the order of their clocks, each with the queue in which its case is."""
    rows = session.connection().execute(statement, {"ids": clock_ids, "now": now})
    return tuple(events.Promised(*row) for row in rows)
