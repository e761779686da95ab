"""What moves calls along: scripts are generators, and one engine feeds them timers, events and answers."""

import logging
import threading
import traceback
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from contactcenter.carrier.clock import Clock, Timer, Timers, VirtualClock

T = TypeVar("T")

LOG = logging.getLogger(__name__)
MOST_REQUESTS_AT_ONE_INSTANT = 20_000


@dataclass(frozen=True, slots=True)
class Wait:
    """A script's wish to be woken: after some seconds (None: never by time) or by one of the named events."""

    seconds: float | None
    events: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Fetch:
    """A script's wish that slow work be done outside; it is woken with the result."""

    work: Callable[[], Any]


@dataclass(frozen=True, slots=True)
class Happening:
    kind: str
    value: Any = None


TIMEOUT = Happening("timeout")

Script = Generator[Wait | Fetch, Happening, T]


class Departure(BaseException):
    """Thrown into a script to take its call elsewhere. Like GeneratorExit, it must pass every `except Exception`."""


class Engine:
    """One lock, one heap, one list of things to do next. Slow work runs without the lock."""

    def __init__(self, clock: Clock, pool: Executor | None = None) -> None:
        self.clock = clock
        self.timers = Timers()
        self.changed = threading.Condition(threading.RLock())
        self._pool = pool
        self._soon: deque[Callable[[], None]] = deque()
        self._jobs: deque[tuple[Callable[[], Any], Callable[[Any], None]]] = deque()
        self._pumping = False
        self._stopping = False

    def now(self) -> float:
        return self.clock.now()

    @contextmanager
    def acting(self) -> Iterator[None]:
        """Someone outside (a REST client, a person with a phone) touches the calls."""
        with self.changed:
            try:
                yield
            finally:
                self._pump()
                self.changed.notify_all()

    def at(self, seconds: float, action: Callable[[], None]) -> Timer:
        with self.changed:
            self.changed.notify_all()
            return self.timers.add(self.now() + seconds, action)

    def soon(self, action: Callable[[], None]) -> None:
        """Do it after the script that is running now has come to rest: scripts never enter each other."""
        self._soon.append(action)

    def outside(self, work: Callable[[], T], then: Callable[[T], None]) -> None:
        if self._pool is None:
            self._jobs.append((work, then))
        elif not self._stopping:
            self._pool.submit(self._work_outside, work, then).add_done_callback(_show_fault)

    def advance(self, seconds: float) -> None:
        """Move a virtual clock, doing everything that falls due on the way, in order."""
        clock = self.clock
        if not isinstance(clock, VirtualClock):
            raise TypeError("Only a virtual clock can be advanced; a real one moves by itself.")
        target = clock.now() + seconds
        self._settle()
        while (due := self.timers.next_due()) is not None and due <= target:
            clock.move_to(due)
            with self.acting():
                self.timers.pop().action()
            self._settle()
        clock.move_to(target)

    def start(self) -> threading.Thread:
        """Let a thread fire the timers of a real clock."""
        thread = threading.Thread(target=self._follow_the_clock, name="carrier-clock", daemon=True)
        thread.start()
        return thread

    def stop(self) -> None:
        with self.changed:
            self._stopping = True
            self.changed.notify_all()
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def _follow_the_clock(self) -> None:
        with self.changed:
            while not self._stopping:
                due = self.timers.next_due()
                if due is None or due > self.now():
                    self.changed.wait(None if due is None else self.clock.real_seconds_until(due))
                    continue
                try:
                    with self.acting():
                        self.timers.pop().action()
                except Exception:
                    LOG.exception("A timer of the phone simulator failed; the others go on.")

    def _settle(self) -> None:
        for _ in range(MOST_REQUESTS_AT_ONE_INSTANT):
            with self.acting():
                pass
            if not self._jobs:
                return
            work, then = self._jobs.popleft()
            self._work_outside(work, then)
        raise RuntimeError(
            f"More than {MOST_REQUESTS_AT_ONE_INSTANT} requests at one instant: the calls run in a circle."
        )

    def _work_outside(self, work: Callable[[], T], then: Callable[[T], None]) -> None:
        result = work()
        with self.acting():
            if not self._stopping:
                then(result)

    def _pump(self) -> None:
        if self._pumping:
            return
        self._pumping = True
        try:
            while self._soon:
                self._soon.popleft()()
        finally:
            self._pumping = False


def _show_fault(job: "Future[None]") -> None:
    fault = None if job.cancelled() else job.exception()
    if fault is not None:
        LOG.error("A request failed by the phone simulator's own fault.", exc_info=fault)


class Running:
    """One script being driven. Every step has a number, so that a late answer to an old step does nothing."""

    def __init__(
        self, engine: Engine, script: Script[None], lost: Callable[[Happening], None], over: Callable[[str], None]
    ) -> None:
        self._engine = engine
        self._script = script
        self._lost = lost
        self._over = over
        self._step = 0
        self._timer: Timer | None = None
        self._listening: frozenset[str] = frozenset()
        self.done = False
        engine.soon(lambda: self._drive(lambda: next(script)))

    def happen(self, kind: str, value: object = None) -> None:
        self._engine.soon(lambda: self._deliver(Happening(kind, value)))

    def interrupt(self, departure: Departure, still: Callable[[], bool]) -> None:
        """Throw it into the script, unless what it is about is over by then."""
        self._engine.soon(lambda: self._drive(lambda: self._script.throw(departure)) if still() else None)

    def stop(self, departure: Departure) -> None:
        """End the script now; its clean-up may still send a last request, but not wait for anything."""
        if self.done:
            return
        self.done = True
        self._next_step()
        with suppress(StopIteration, type(departure)):
            self._script.throw(departure)
        self._script.close()

    def _deliver(self, happening: Happening) -> None:
        if self.done:
            return
        if happening.kind in self._listening:
            self._drive(lambda: self._script.send(happening))
        else:
            self._lost(happening)

    def _resume(self, step: int, happening: Happening) -> None:
        if step == self._step:
            self._drive(lambda: self._script.send(happening))

    def _drive(self, push: Callable[[], Wait | Fetch]) -> None:
        if self.done:
            return
        step = self._next_step()
        try:
            wish = push()
        except StopIteration:
            self._finish("")
        except Exception:  # noqa: BLE001 - a fault of the simulator ends one call and is shown; the others go on
            self._finish(traceback.format_exc())
        else:
            self._grant(wish, step)

    def _grant(self, wish: Wait | Fetch, step: int) -> None:
        match wish:
            case Fetch(work):
                self._engine.outside(work, lambda answer: self._resume(step, Happening("answer", answer)))
            case Wait(seconds, events):
                self._listening = events
                if seconds is not None:
                    self._timer = self._engine.at(seconds, lambda: self._resume(step, TIMEOUT))

    def _next_step(self) -> int:
        self._step += 1
        self._listening = frozenset()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        return self._step

    def _finish(self, fault: str) -> None:
        self.done = True
        self._over(fault)
