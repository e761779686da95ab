"""Deeds done in the same instant by several threads, and waiting for a condition instead of for a time."""

import threading
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import text

from contactcenter.foundation.db import Database

_BLOCKED = text("SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database OR l.locktype = 'transactionid' "
                "WHERE NOT l.granted AND d.datname = current_database() AND l.pid IN "
                "(SELECT pid FROM pg_stat_activity WHERE datname = current_database())")  # fmt: skip


def at_once(*deeds: Callable[[], Any]) -> list[Any]:
    """Do all deeds in the same instant, each in a thread of its own; an exception is a result."""
    gate = threading.Barrier(len(deeds))
    results: list[Any] = [None] * len(deeds)

    def run(number: int, deed: Callable[[], Any]) -> None:
        gate.wait(30)
        try:
            results[number] = deed()
        except Exception as error:
            results[number] = error

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads), "a deed did not end"
    return results


def wait_until(true: Callable[[], bool], seconds: float = 20, what: str = "it") -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"{what} did not happen within {seconds} s"
        threading.Event().wait(0.01)


def somebody_waits_for_a_lock(db: Database) -> bool:
    """Whether a session of this database is held up by another one."""
    with db.engine.connect() as connection:
        return bool(connection.execute(_BLOCKED).scalar())
