"""A router rebuilt from the rows in a process of its own; the floor, the same rows read by a bare driver; a real take-over."""

import multiprocessing as mp
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import psycopg
from sqlalchemy import text

from benchmarks.measuring.cpu import spent
from benchmarks.measuring.ground import Ground
from contactcenter.assignment import facts, router
from contactcenter.composition import Parts, compose
from contactcenter.foundation import clock, leases
from contactcenter.foundation.logs import begin_logging
from contactcenter.settings import Settings

_LONGEST = 120.0
_TAKES_OVER_WITHIN = 30.0
_ROWS = """
    SELECT w.*, q.name, o.agent_id, o.expires_at FROM work_item w JOIN queue q ON q.id = w.queue_id
      LEFT JOIN offer o ON o.id = w.current_offer
     WHERE w.state IN ('waiting', 'offered', 'assigned', 'wrap_up') ORDER BY w.id
"""


_STANDING = text("""
    SELECT lease.holder, lease.epoch, lease.until > clock_timestamp()
           AND EXISTS (SELECT FROM routing_log l WHERE l.epoch = lease.epoch AND l.start IS NOT NULL) AS routes
      FROM lease WHERE lease.name = :name
""")
"""Who holds the lease, and whether it has its memory already: writing that down is the last thing before it routes."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """Seconds by the wall and of the process's own CPU; `why` is set instead when it could not be done."""

    wall: float = 0.0
    cpu: float = 0.0
    database: float = 0.0
    stages: tuple[tuple[str, float], ...] = ()
    first_step: float = 0.0
    """The first round after it, in which what waits is compared with who is free."""
    live: int = 0
    why: str = ""


def rebuild(here: Ground) -> Rebuilt:
    """In a fresh process; its start and its imports do not count."""
    context = mp.get_context("spawn")
    out: Any = context.Queue()
    before = spent([], here.postgres)
    process = context.Process(target=_rebuild, args=(here.settings, out), daemon=True)
    process.start()
    wall, cpu, stages, first_step, live, why = out.get(timeout=_LONGEST)
    process.join(10)
    return Rebuilt(wall, cpu, spent([], here.postgres).since(before).database, stages, first_step, live, why)


@dataclass(frozen=True, slots=True)
class TakenOver:
    """Seconds until the first of two router processes routed, then from the killing of it until the other one did."""

    first: float | None
    after_kill: float | None
    epochs: int
    """How often the lease was taken, where two times are enough."""


def take_over(here: Ground) -> TakenOver:
    """Two real processes, started at once."""
    with here.parts.db.transaction() as session:
        before = session.execute(_STANDING, {"name": router.LEASE}).one().epoch
    began = time.monotonic()
    routers = [here.start("router"), here.start("router")]
    first, (holder, epoch) = _until_routing(here, began, before)
    killed = time.monotonic()
    active = next((child for child in routers if str(child.pid) == holder.rpartition(":")[2]), routers[0])
    active.kill()
    after_kill, (_, epochs) = _until_routing(here, killed, epoch)
    for child in routers:
        child.stop(5.0)
    return TakenOver(first, after_kill, epochs - before)


def _until_routing(here: Ground, began: float, after: int) -> tuple[float | None, tuple[str, int]]:
    """Seconds until somebody routes under a later epoch, None when nobody does in time; holder and epoch then."""
    while True:
        with here.parts.db.transaction() as session:
            row = session.execute(_STANDING, {"name": router.LEASE}).first()
        took = time.monotonic() - began
        if row is not None and row.routes and row.epoch > after:
            return took, (row.holder, row.epoch)
        if took > _TAKES_OVER_WITHIN:
            return None, (row.holder, row.epoch) if row is not None else ("", 0)
        time.sleep(0.05)


def bare_reading(here: Ground) -> tuple[float, int]:
    """Seconds to fetch the live work with what hangs on it as plain tuples, and how much there is."""
    with psycopg.connect(here.settings.database_url) as connection:
        began = time.perf_counter()
        rows = connection.execute(_ROWS).fetchall()
        return time.perf_counter() - began, len(rows)


def _rebuild(settings: Settings, out: Any) -> None:
    begin_logging(settings.log_level)
    parts = compose(settings, name="router")
    parts.warm()
    with parts.db.transaction() as session:
        held = leases.acquire(session, router.LEASE, "benchmark", clock.now(session))
    assert held is not None, "nobody else routes here"
    stages = _Stages()
    try:
        out.put(_timed(parts, held, stages))
    except Exception as error:  # noqa: BLE001 — told by whoever waits for us
        why = f"{type(error).__name__}: {error}".split("\n", 1)[0]
        out.put((0.0, 0.0, tuple(stages.took.items()), 0.0, 0, why))
    finally:
        with parts.db.transaction() as session:
            leases.release(session, held, clock.now(session))
        parts.close()


def _timed(parts: Parts, held: leases.Held, stages: "_Stages") -> tuple[Any, ...]:
    stages.watch(facts, "agents", "reading agents")
    stages.watch(facts, "live_work", "reading work")
    stages.watch(router.Router, "_begin_journal", "writing the engine down")
    began, used = time.perf_counter(), time.process_time()
    new = router.Router.rebuilt(parts.db, held)
    wall, cpu = time.perf_counter() - began, time.process_time() - used
    stages.took["the rest, mostly telling the engine"] = wall - sum(stages.took.values())
    began = time.perf_counter()
    new.step()
    first_step = time.perf_counter() - began
    return wall, cpu, tuple(stages.took.items()), first_step, len(new.work), ""


class _Stages:
    """How long some functions took, by the words for what they do."""

    def __init__(self) -> None:
        self.took: dict[str, float] = {}

    def watch(self, home: Any, name: str, words: str) -> None:
        real: Callable[..., Any] = getattr(home, name)

        def timed(*given: Any, **named: Any) -> Any:
            began = time.perf_counter()
            try:
                return real(*given, **named)
            finally:
                self.took[words] = self.took.get(words, 0.0) + time.perf_counter() - began

        setattr(home, name, timed)
