"""The loops of the processes that are not the web: router, worker, mail."""

import os
import signal
import socket
import threading
import time
from collections import deque
from contextlib import suppress
from datetime import datetime, timedelta
from types import FrameType
from typing import Any

import structlog
from rq import SimpleWorker
from rq.serializers import JSONSerializer
from sqlalchemy.exc import SQLAlchemyError

from contactcenter import jobs, schedule
from contactcenter.assignment import router
from contactcenter.channels.email.door import demo_mailbox, mail_door
from contactcenter.channels.email.fetching import fetch_forever
from contactcenter.composition import JOBS, Parts
from contactcenter.foundation import clock, leases, timers
from contactcenter.foundation.leases import Held
from contactcenter.foundation.processing import spare_the_collector

log = structlog.get_logger()
_LONGEST_SLEEP = 0.25
_RENEW_EVERY = 1.0
_SWEEP_EVERY = 2.0


def run_router(parts: Parts) -> None:
    """Hold the lease or wait for it; fire timers and do duties either way; route while holding it."""
    parts.warm()
    spare_the_collector()
    RouterProcess(parts).run(_until_asked_to_stop())


class RouterProcess:
    """One router process. `turn` is one round of its loop, which tests drive by hand."""

    def __init__(self, parts: Parts, holder: str | None = None) -> None:
        self.parts = parts
        self.db = parts.db
        self.holder = holder or f"{socket.gethostname()}:{os.getpid()}"
        self.router: router.Router | None = None
        self.held: Held | None = None
        """The lease, from before the memory is built until it is given up or lost."""
        self.duties: dict[str, datetime] = {}
        self._renewed = 0.0
        self._looked = 0.0
        self._listens = False
        self._hinted: deque[str] = deque()

    def run(self, stop: threading.Event) -> None:
        """Until asked to stop; then give the lease back, so that a standby follows at once."""
        woken = threading.Event()
        threading.Thread(target=self._keep_lease, args=(stop,), name="lease", daemon=True).start()
        self._listens = True
        self.parts.nudges.listen(lambda changes: self._hear(changes, woken), stop)
        while not stop.is_set():
            try:
                sleep = self.turn()
            except SQLAlchemyError as error:
                log.warning("router_without_database", error=str(error)[:300])
                self._forget()
                sleep = 1.0
            woken.wait(sleep)
            woken.clear()
        self.give_up()

    def _hear(self, changes: list[dict[str, Any]], woken: threading.Event) -> None:
        """Whoever stands by has nothing to hear: it looks at timers and the lease on its own beat.

        An offer is the router's own doing, and no reason to look at once.
        """
        if self.router is None:
            return
        followed = [change for change in changes if router.follows(change["room"])]
        self._hinted.extend(change["room"] for change in followed)
        if any(change["kind"] != router.OFFER_MADE for change in followed):
            woken.set()

    def turn(self) -> float:
        """One round; returns how many seconds nothing is due."""
        self._hold_lease()
        self._route()
        now, next_timer = self._look()
        if next_timer is not None and next_timer <= now:
            if schedule.fire_due(self.db):
                self._route()
            now, next_timer = self._look()
        schedule.do_duties(self.db, self.duties, now)
        return self._sleep(now, next_timer)

    def _route(self) -> None:
        """Somebody may be waiting: what was heard is decided before anything else is done."""
        if self.router is None:
            return
        try:
            self.router.step(self._rooms())
        except router.Deposed:
            log.warning("router_deposed", epoch=self.router.held.epoch)
            self._forget()

    def _rooms(self) -> set[str] | None:
        """Those that nudges have named since the last time; None, for all, on the beat that needs no nudge."""
        hinted = {self._hinted.popleft() for _ in range(len(self._hinted))}
        if self._listens and time.monotonic() - self._looked < _LONGEST_SLEEP:
            return hinted
        self._looked = time.monotonic()
        return None

    def give_up(self) -> None:
        held = self.held
        self._forget()
        if held is not None:
            with suppress(SQLAlchemyError), self.db.transaction() as session:
                leases.release(session, held, clock.now(session))

    def _forget(self) -> None:
        self.router = self.held = None

    def _hold_lease(self) -> None:
        if self.router is None:
            self.held = self._acquire()
            if self.held is not None:
                self.router = router.Router.rebuilt(self.db, self.held)
                self._renewed = time.monotonic()
            return
        if time.monotonic() - self._renewed < _RENEW_EVERY:
            return
        self._renewed = time.monotonic()
        with self.db.transaction() as session:
            kept = leases.renew(session, self.router.held, clock.now(session))
        if not kept:
            log.warning("router_deposed", epoch=self.router.held.epoch)
            self._forget()

    def _keep_lease(self, stop: threading.Event) -> None:
        """Renew beside the work, however long one round of it takes, and while the memory is being built: at a hundred
        thousand pieces of work that takes longer than a lease lives. Every commit of the work checks the epoch itself.
        """
        while not stop.wait(_RENEW_EVERY):
            held = self.held
            if held is None:
                continue
            try:
                with self.db.transaction() as session:
                    leases.renew(session, held, clock.now(session))
            except SQLAlchemyError as error:
                log.warning("lease_not_renewed", error=str(error)[:300])

    def _acquire(self) -> Held | None:
        with self.db.transaction() as session:
            return leases.acquire(session, router.LEASE, self.holder, clock.now(session))

    def _look(self) -> tuple[datetime, datetime | None]:
        """The present, and when the next timer fires."""
        with self.db.transaction() as session:
            return clock.now(session), timers.next_due(session)

    def _sleep(self, now: datetime, next_timer: datetime | None) -> float:
        """Until the next timer or the engine's own wish, never longer than the poll behind every nudge."""
        wishes = [next_timer, self.router.wakes_at() if self.router else None]
        left = [(wish - now) / timedelta(seconds=1) for wish in wishes if wish]
        return min([_LONGEST_SLEEP, *(max(0.005, seconds) for seconds in left)])


def run_worker(parts: Parts) -> None:
    """Carry out what is outside: woken by RQ, and looking for itself in case nobody wakes it."""
    parts.warm()
    stop = threading.Event()
    jobs.use(parts)
    sweeper = threading.Thread(target=_sweep, args=(parts, stop), name="sweeper", daemon=True)
    sweeper.start()
    worker = SimpleWorker([JOBS], connection=parts.jobs.connection, serializer=JSONSerializer)
    worker.work(logging_level="WARNING", with_scheduler=False)
    stop.set()


def run_mail(parts: Parts) -> None:
    """The doors for mail: SMTP on loopback, the demo mailbox when no mail server is set, IMAP when one is."""
    stop = _until_asked_to_stop()
    doors = [mail_door(parts.db, parts.settings.host, parts.settings.mail_door_port)]
    if not parts.settings.smtp_url:
        folder = parts.settings.var / "demo-mailbox"
        doors.append(demo_mailbox(folder, parts.settings.host, parts.settings.demo_mailbox_port))
    for door in doors:
        door.start()
    if parts.settings.imap_url:
        fetch_forever(parts.db, parts.settings.imap_url, stop)
    stop.wait()
    for door in doors:
        door.stop()


def _sweep(parts: Parts, stop: threading.Event) -> None:
    while not stop.wait(_SWEEP_EVERY):
        try:
            jobs.carry_out_due(parts)
        except SQLAlchemyError as error:
            log.warning("sweep_without_database", error=str(error)[:300])


def _until_asked_to_stop() -> threading.Event:
    stop = threading.Event()

    def asked(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, asked)
    return stop
