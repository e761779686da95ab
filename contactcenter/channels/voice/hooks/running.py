"""Running hooks: outside any transaction, each in a thread of its own, and no request waits longer than it should."""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from time import monotonic

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from contactcenter.channels.voice.hooks import answers, breaker, declared, fakes, kind_http, kind_python, runs
from contactcenter.channels.voice.hooks.answers import HookFailed, Outcome
from contactcenter.channels.voice.hooks.asking import Lookup
from contactcenter.channels.voice.hooks.cache import Cache
from contactcenter.channels.voice.hooks.declared import Hook, InPython, InSql, OverHttp
from contactcenter.channels.voice.hooks.kind_sql import Databases
from contactcenter.channels.voice.hooks.surroundings import Surroundings
from contactcenter.foundation import clock
from contactcenter.foundation.db import Database
from contactcenter.models.states import HookSource, HookState

log = structlog.get_logger()
_AT_A_TIME = 16
"""Threads that one hook may have in one process: one that hangs for ever uses up its own, and no other's."""
_LOOK_EVERY = 0.1
_LAST_RUNS = 2.0
"""Seconds for which runs that are under way are waited for when the process ends."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A run that is ours. Without a hook it is over already, with the outcome `refused`."""

    id: int
    hook: Hook | None
    seconds: float
    refused: Outcome | None


class Hooks:
    """What runs hooks in one process."""

    def __init__(self, db: Database, cache: Cache | None, around: Surroundings) -> None:
        self.db = db
        self.cache = cache
        self.around = around
        self.databases = Databases(around.databases)
        self._threads: dict[str, threading.Semaphore] = {}
        self._running: set[threading.Thread] = set()
        self._closed = threading.Event()

    def answer(self, lookup: Lookup) -> None:
        """Have the hook run, unless it was or is already, and wait as long as the request may be held."""
        claim = self.db.run(partial(_claim, lookup=lookup))
        if claim is None:
            self._wait_for_another(lookup)
        elif claim.hook is None:
            self._finish(lookup, claim, claim.refused or answers.error("It was refused."), 0)
        else:
            finished = threading.Event()
            self._begin(lookup, claim, claim.hook, finished)
            finished.wait(min(lookup.patience, claim.seconds))

    def try_out(self, hook: Hook, given: Mapping[str, str]) -> Outcome:
        """Run it now, in this thread, and keep nothing of it."""
        return self._outcome(hook, given, hook.timeout)

    def close(self) -> None:
        """Runs that are about to end may; what ends later is not written down any more."""
        until = monotonic() + _LAST_RUNS
        for thread in list(self._running):
            thread.join(max(0.0, until - monotonic()))
        self._closed.set()
        self.databases.close()
        if self.cache is not None:
            self.cache.close()

    def _wait_for_another(self, lookup: Lookup) -> None:
        """Another request for the same turn runs it, or did."""
        until = monotonic() + lookup.patience
        while self.db.run(partial(_is_running, place=lookup.place)) and monotonic() < until:
            time.sleep(_LOOK_EVERY)

    def _begin(self, lookup: Lookup, claim: Claim, hook: Hook, finished: threading.Event) -> None:
        slots = self._threads.setdefault(hook.name, threading.Semaphore(_AT_A_TIME))
        if not slots.acquire(blocking=False):
            outcome = answers.error(f"{_AT_A_TIME} runs of it have not ended yet.", HookSource.REFUSED)
            self._finish(lookup, claim, outcome, 0)
            finished.set()
            return

        def work() -> None:
            try:
                begun = monotonic()
                outcome = self._outcome(hook, lookup.given, claim.seconds)
                if self._closed.is_set():
                    return
                self._finish(lookup, claim, outcome, round((monotonic() - begun) * 1000))
            except SQLAlchemyError as error:
                log.warning("hook_result_lost", hook=hook.name, error=type(error).__name__)
            finally:
                slots.release()
                self._running.discard(threading.current_thread())
                finished.set()

        # A daemon, because a program that hangs would otherwise keep the process from ending.
        thread = threading.Thread(target=work, name=f"hook {hook.name}", daemon=True)
        self._running.add(thread)
        thread.start()

    def _finish(self, lookup: Lookup, claim: Claim, outcome: Outcome, took_ms: int) -> None:
        never_log = claim.hook.never_log if claim.hook else frozenset[str]()
        kept = self.db.run(
            lambda session: runs.finish(session, claim.id, outcome, never_log, took_ms, clock.now(session))
        )
        told = log.warning if outcome.state is HookState.ERROR else log.info
        told(
            "hook_ran" if kept else "hook_ran_too_long",
            call=lookup.place.call_sid,
            step=lookup.place.step,
            flow=lookup.flow,
            version=lookup.version,
            hook=lookup.hook,
            result=str(outcome.state),
            source=str(outcome.source),
            took_ms=took_ms,
            cause=outcome.cause,
        )

    def _outcome(self, hook: Hook, given: Mapping[str, str], seconds: float) -> Outcome:
        if self.around.fake:
            if fakes.answer(hook, given) == fakes.SLOW:
                time.sleep(seconds)
            return fakes.outcome(hook, given)
        kept = self.cache.get(hook, given) if self.cache else None
        if kept is not None:
            return kept
        try:
            outcome = answers.judged(hook, self._document(hook, given, seconds))
        except HookFailed as failed:
            return answers.error(str(failed))
        except Exception as error:  # noqa: BLE001 — whatever goes wrong is an answer; a message may hold values
            return answers.error(f"It cannot be run: {type(error).__name__}.")
        if self.cache:
            self.cache.put(hook, given, outcome)
        return outcome

    def _document(self, hook: Hook, given: Mapping[str, str], seconds: float) -> object:
        deadline = monotonic() + seconds
        match hook.way:
            case OverHttp() as way:
                return kind_http.fetch(way, given, self.around, deadline)
            case InSql() as way:
                return self.databases.first_row(way, given, deadline)
            case InPython() as way:
                return kind_python.call(way, given, self.db, seconds)


def _claim(session: Session, lookup: Lookup) -> Claim | None:
    now = clock.now(session)
    hook = declared.find(session, lookup.hook)
    refused = _refused(session, lookup.hook, hook, now)
    seconds = min(lookup.seconds, hook.timeout) if hook else lookup.seconds
    run_id = runs.claim(
        session,
        lookup.place,
        {
            "flow": lookup.flow,
            "flow_version": lookup.version,
            "hook": lookup.hook,
            "state": HookState.RUNNING,
            "started_at": now,
            "until": now + timedelta(seconds=seconds),
        },
    )
    return None if run_id is None else Claim(run_id, None if refused else hook, seconds, refused)


def _refused(session: Session, name: str, hook: Hook | None, now: datetime) -> Outcome | None:
    if hook is None:
        return answers.error("config/hooks.yaml does not declare it.", HookSource.REFUSED)
    until = breaker.paused_until(session, name, now)
    if until is None:
        return None
    return answers.error(f"It failed {breaker.ERRORS} times in a minute and is paused for a while.", HookSource.REFUSED)


def _is_running(session: Session, place: runs.Place) -> bool:
    run = runs.find(session, place)
    return run is not None and run.state == HookState.RUNNING and run.until > clock.now(session)
