"""What happens when promises are about to be broken, and when they are: noted once, told to those who can act."""

from datetime import datetime

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from contactcenter.foundation import events
from contactcenter.models.states import ClockState

_HOLD = text("""
    SELECT c.id FROM sla_clock c JOIN cases ON cases.id = c.case_id WHERE c.id = ANY(:ids)
     ORDER BY c.id FOR UPDATE OF c, cases SKIP LOCKED
""")
_SEGMENTS = """
    (SELECT jsonb_agg(jsonb_build_object('from', from_at, 'to', to_at, 'running', running, 'reason', reason, 'cause', cause)
                      ORDER BY from_at, id) FROM sla_segment WHERE clock_id = hit.id)
"""
_WARN = text(f"""
    WITH reached AS (
        SELECT id, (SELECT count(*) FROM unnest(warns_at) at WHERE at <= :now) AS n FROM sla_clock WHERE id = ANY(:ids)
    ), hit AS (
        UPDATE sla_clock c SET warned_at = :now, warned = reached.n FROM reached
         WHERE c.id = reached.id AND c.state = '{ClockState.RUNNING}' AND c.warned < reached.n
        RETURNING c.id, c.case_id, c.kind)
    SELECT hit.*, cases.queue_id, {_SEGMENTS} FROM hit JOIN cases ON cases.id = hit.case_id ORDER BY hit.id
""")  # noqa: S608 — words of ours
_BREAK = text(f"""
    WITH hit AS (
        UPDATE sla_clock SET breached_at = :now
         WHERE id = ANY(:ids) AND state = '{ClockState.RUNNING}' AND breached_at IS NULL RETURNING id, case_id, kind
    ), noted AS (
        INSERT INTO breach (clock_id, at) SELECT id, :now FROM hit ORDER BY id ON CONFLICT DO NOTHING)
    SELECT hit.*, cases.queue_id, {_SEGMENTS} FROM hit JOIN cases ON cases.id = hit.case_id ORDER BY hit.id
""")  # noqa: S608 — words of ours


def warn_promises(session: Session, clock_ids: list[int], now: datetime) -> set[int]:
    """Warning instants came: note them where the promise still runs. Those of one promise that came together are told as one.

    Returns the clocks that were seen to; those that somebody else holds at the moment are not among them.
    """
    held = _hold(session, clock_ids)
    if told := _told(session, _WARN, held, now):
        events.record(session, events.PromisesWarned(told), now)
    return held


def break_promises(session: Session, clock_ids: list[int], now: datetime) -> set[int]:
    """Due instants came: note each breach, once, where the promise still runs. Returns the clocks that were seen to."""
    held = _hold(session, clock_ids)
    if told := _told(session, _BREAK, held, now):
        events.record(session, events.PromisesBroken(told), now)
    return held


def _hold(session: Session, clock_ids: list[int]) -> set[int]:
    """Clocks whose rows and cases nobody else holds: whoever holds so many may wait for nobody, or all would wait in a circle."""
    return set(session.connection().execute(_HOLD, {"ids": clock_ids}).scalars())


def _told(session: Session, statement: TextClause, held: set[int], now: datetime) -> tuple[events.Promised, ...]:
    """In the order of their clocks, each with the queue in which its case is, and with what its clock has seen."""
    rows = session.connection().execute(statement, {"ids": sorted(held), "now": now})
    return tuple(events.Promised(*row) for row in rows)
