"""Ten thousand promises that fall due within one second: how late each is told, with the active router killed in the middle.

Two router processes and a private PostgreSQL whose writes reach the disk; half a second into that second the active router is
killed, and a third is started. Lateness runs from the due instant of a clock to the commit of its breach, by PostgreSQL's own
record of commits. The floor, in the same run: as many bare rows inserted and committed in pieces of the same size by a script.
"""

import os
import signal
import time
from datetime import datetime, timedelta
from typing import Any

import psycopg
from sqlalchemy import Row, select, text

from benchmarks.measuring.ground import Ground, ground, wait_until
from benchmarks.measuring.table import percentile
from contactcenter import invariants, schedule
from contactcenter.assignment import router
from contactcenter.foundation import clock
from contactcenter.models import Lease
from contactcenter.sla import editions

PROMISES = 10_000
BEGINS_IN = 12.0
"""Seconds from now to the first due instant."""
AIM = {0.5: 0.1, 0.99: 1.0}
_FILL = """
    CREATE TEMP TABLE due ON COMMIT DROP AS
    SELECT nextval(pg_get_serial_sequence('cases', 'id')) AS case_id, nextval(pg_get_serial_sequence('sla_clock', 'id')) AS clock_id,
           CAST(:begins AS timestamptz) + n * interval '1 second' / :promises AS due_at
      FROM generate_series(0, :promises - 1) AS n;
"""
_ROWS = (
    """INSERT INTO cases (id, customer_id, subject, tier, channel, queue_id, opened_at, updated_at) OVERRIDING SYSTEM VALUE
       SELECT case_id, :customer, 'A question', 'standard', 'email', :queue, :now, :now FROM due""",
    """INSERT INTO sla_clock (id, case_id, kind, edition_id, calendar, target_seconds, warn_after, started_at, due_at)
       OVERRIDING SYSTEM VALUE
       SELECT clock_id, case_id, 'first_response', :edition, 'always', 60, '[]', due_at - interval '60 s', due_at FROM due""",
    """INSERT INTO sla_segment (clock_id, from_at, running, reason)
       SELECT clock_id, due_at - interval '60 s', true, 'started' FROM due""",
    "INSERT INTO timer (subject, kind, fire_at) SELECT 'sla_clock:' || clock_id, 'break_promise', due_at FROM due",
)
_LATE = """
    SELECT extract(epoch FROM pg_xact_commit_timestamp(b.xmin) - c.due_at) FROM breach b JOIN sla_clock c ON c.id = b.clock_id
     ORDER BY 1
"""
_TOLD = """
    SELECT (SELECT count(*) FROM breach), (SELECT count(DISTINCT clock_id) FROM breach),
           (SELECT count(*) FROM event WHERE kind = 'promises_broken' AND room LIKE 'case:%'),
           (SELECT count(*) FROM timeline_entry WHERE body ->> 'what' = 'broken')
"""


def main() -> None:
    with ground(commit_times=True) as here:
        active, standby = here.start("router"), here.start("router")
        wait_until(lambda: holder(here) in {active.pid, standby.pid}, "an active router")
        begins = fill(here)
        wait_for(here, begins + timedelta(seconds=0.5))
        killed = holder(here)
        os.kill(killed, signal.SIGKILL)
        here.start("router")
        wait_until(lambda: told(here)[0] >= PROMISES, f"{PROMISES} breaches")
        breaches, different, events, lines = told(here)
        with psycopg.connect(here.settings.database_url) as connection:
            late = [float(row[0]) for row in connection.execute(_LATE)]
        print(
            f"{PROMISES:,} promises due within one second, the active router killed after half of it, in pieces of {schedule.AT_ONCE}:"
        )
        for share, aim in AIM.items():
            print(f"  p{round(100 * share)} {1000 * percentile(late, share):,.0f} ms late (aim < {1000 * aim:,.0f})")
        print(
            f"  latest {1000 * late[-1]:,.0f} ms; breaches {breaches:,}, of {different:,} clocks; told in {events:,} rooms and {lines:,} lines"
        )
        print(
            f"  the floor, {PROMISES:,} bare rows in pieces of {schedule.AT_ONCE}: {1000 * floor(here):,.0f} ms in all"
        )
        with here.parts.db.transaction() as session:
            wrong = [one.line() for one in invariants.check(session) if one.violations]
        print(f"  invariants violated: {wrong or 'none'}")


def fill(here: Ground) -> datetime:
    """The cases, clocks and timers; returns the first due instant."""
    with here.parts.db.transaction() as session:
        now = clock.now(session)
        begins = now + timedelta(seconds=BEGINS_IN)
        customer = session.scalar(
            text("INSERT INTO customer (name, facts, created_at) VALUES ('Somebody', '{}', now()) RETURNING id")
        )
        given = {
            "begins": begins, "promises": PROMISES, "now": now, "customer": customer,
            "queue": session.scalar(text("SELECT min(id) FROM queue")),
            "edition": editions.of_calendar(session, "always", now).id,
        }  # fmt: skip
        session.execute(text(_FILL.strip().rstrip(";")), {"begins": begins, "promises": PROMISES})
        for statement in _ROWS:
            session.execute(text(statement), given)
    here.parts.db.run(lambda session: session.execute(text("ANALYZE timer")))
    return begins


def holder(here: Ground) -> int:
    with here.parts.db.transaction() as session:
        written = session.scalar(select(Lease.holder).where(Lease.name == router.LEASE))
    return int(written.rpartition(":")[2]) if written else 0


def wait_for(here: Ground, instant: datetime) -> None:
    with here.parts.db.transaction() as session:
        left = (instant - clock.now(session)).total_seconds()
    assert left > 0, "filling took too long: let it begin later"
    time.sleep(left)


def told(here: Ground) -> Row[Any]:
    with here.parts.db.transaction() as session:
        return session.execute(text(_TOLD)).one()


def floor(here: Ground) -> float:
    with psycopg.connect(here.settings.database_url) as connection:
        connection.execute("CREATE TABLE bare (id bigint PRIMARY KEY, at timestamptz)")
        connection.commit()
        began = time.monotonic()
        for start in range(0, PROMISES, schedule.AT_ONCE):
            connection.execute(
                f"INSERT INTO bare SELECT n, now() FROM generate_series({start}, {start + schedule.AT_ONCE - 1}) n"
            )
            connection.commit()
        return time.monotonic() - began


if __name__ == "__main__":
    main()
