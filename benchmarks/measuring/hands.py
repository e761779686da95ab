"""What the hands of many agents do in their consoles: complete work when it is time, and accept what rings."""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any
from urllib.parse import urlencode

from benchmarks.measuring.desks import Desk
from benchmarks.measuring.ground import Ground
from benchmarks.measuring.load import HttpLine, post

ANSWERS_AFTER = 1.0
"""Seconds that an offer rings."""
_LINES = 8
_WRAP_UP = {"disposition": "solved", "summary": "Sent once more; the customer knows when it will be there."}


@dataclass(slots=True)
class Completion:
    """One piece of work to be completed at an instant of the monotonic clock, and how that went."""

    desk: Desk
    item: int
    due: float = 0.0
    asked: float = 0.0
    answered: float = 0.0
    status: int = 0


@dataclass(frozen=True, slots=True)
class Ring:
    """An offer, as whoever listens to the changes hears of it."""

    agent: int
    offer: int
    item: int
    at: float


class Hands:
    """All agents' hands: `rings` is what they heard, `answers` the statuses of their acceptances."""

    def __init__(self, here: Ground, desks: Sequence[Desk]) -> None:
        self.rings: list[Ring] = []
        self.answers: list[int] = []
        self._base, self._port = here.settings.base_url, here.settings.port
        self._desks = {desk.agent_id: desk for desk in desks}
        self._ringing: SimpleQueue[Ring | None] = SimpleQueue()

    def hear(self, changes: list[dict[str, Any]]) -> None:
        at = time.monotonic()
        for change in changes:
            kind, _, name = change["room"].partition(":")
            if kind == "agent" and change["kind"] == "offer_made":
                ring = Ring(int(name), change["ref"], change["item"], at)
                self.rings.append(ring)
                self._ringing.put(ring)

    def complete(self, work: Sequence[Completion], per_second: float) -> None:
        """At even steps, whether or not earlier ones have been answered."""
        start = time.monotonic() + 0.2
        for number, one in enumerate(work):
            one.due = start + number / per_second
        lock, left = threading.Lock(), iter(work)

        def run() -> None:
            with HttpLine(self._port) as line:
                while True:
                    with lock:
                        one = next(left, None)
                    if one is None:
                        return
                    self._complete(line, one)

        _in_threads(run)

    def accept(self) -> None:
        """Until `rest`."""

        def run() -> None:
            with HttpLine(self._port) as line:
                while ring := self._ringing.get():
                    time.sleep(max(0.0, ring.at + ANSWERS_AFTER - time.monotonic()))
                    path = f"/console/offers/{ring.offer}/accept"
                    self.answers.append(line.ask(self._form(self._desks[ring.agent], path, {}))[0])

        _in_threads(run)

    def rest(self) -> None:
        for _ in range(_LINES):
            self._ringing.put(None)

    def _complete(self, line: HttpLine, one: Completion) -> None:
        request = self._form(one.desk, f"/console/items/{one.item}/complete", _WRAP_UP)
        time.sleep(max(0.0, one.due - time.monotonic()))
        one.asked = time.monotonic()
        one.status, _ = line.ask(request)
        one.answered = time.monotonic()

    def _form(self, desk: Desk, path: str, form: dict[str, str]) -> bytes:
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": desk.cookie,
            "X-CSRFToken": desk.form_token,
        }
        return post(self._base + path, urlencode(form).encode(), headers)


@contextmanager
def hands(here: Ground, desks: Sequence[Desk]) -> Iterator[Hands]:
    """Hands that accept what rings while the block runs; after it the last of it is accepted too."""
    own, stop = Hands(here, desks), threading.Event()
    here.parts.nudges.listen(own.hear, stop)
    accepting = threading.Thread(target=own.accept)
    accepting.start()
    try:
        yield own
        time.sleep(2 * ANSWERS_AFTER)
    finally:
        stop.set()
        own.rest()
        accepting.join()


def _in_threads(run: Any) -> None:
    threads = [threading.Thread(target=run) for _ in range(_LINES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
