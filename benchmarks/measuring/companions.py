"""Two small programs beside a benchmark: one that answers a bare change by another, and one that beats for open pages."""

import multiprocessing as mp
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.synchronize import Event
from typing import Any

from benchmarks.measuring.bare_changes import KIND
from benchmarks.measuring.ground import Ground
from contactcenter.agents import presence
from contactcenter.composition import Parts, compose
from contactcenter.foundation import clock, rooms
from contactcenter.settings import Settings

ECHO = "echo"
BEATS_EVERY = 10.0
"""Seconds between two heartbeats of one page."""
_STARTS_WITHIN = 60.0


@contextmanager
def companion(here: Ground, play: Callable[..., None], *given: object) -> Iterator[None]:
    """`play(settings, ready, stop, *given)` in a process of its own while the block runs."""
    context = mp.get_context("spawn")
    ready, stop = context.Event(), context.Event()
    process = context.Process(target=play, args=(here.settings, ready, stop, *given), daemon=True)
    process.start()
    if not ready.wait(_STARTS_WITHIN):
        raise SystemExit(f"{play.__name__} did not start.")
    try:
        yield
    finally:
        stop.set()
        process.join(10)


def echo(settings: Settings, ready: Event, stop: Event) -> None:
    """The least that somebody can do who hears of a change and commits an answer: no reading, no deciding, one row."""
    parts = compose(settings, name=ECHO)
    with parts.db.transaction() as session:
        clock.now(session)
    ended = threading.Event()
    parts.nudges.listen(lambda changes: _answer(parts, changes), ended)
    ready.set()
    stop.wait()
    ended.set()
    parts.close()


def _answer(parts: Parts, changes: list[dict[str, Any]]) -> None:
    for change in changes:
        if change["kind"] == KIND:
            with parts.db.transaction() as session:
                rooms.announce(session, rooms.Change(change["room"], ECHO, ref=change["ref"]), clock.now(session))


def beat(settings: Settings, ready: Event, stop: Event, agents: Sequence[int]) -> None:
    """The heartbeats of all agents' pages, evenly spread, each in its own transaction as at the socket."""
    parts = compose(settings, name="beats")
    ready.set()
    due = time.monotonic()
    while True:
        for agent in agents:
            due += BEATS_EVERY / len(agents)
            if stop.wait(max(0.0, due - time.monotonic())):
                parts.close()
                return
            with parts.db.transaction() as session:
                presence.heartbeat(session, agent, clock.now(session))
