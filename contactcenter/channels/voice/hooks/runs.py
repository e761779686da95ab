"""Runs of hooks: claimed before they begin, so that a repeated webhook runs none twice; kept as the log of what came of them.

What must never be logged stays in `secret` only until the turn that asked has it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from contactcenter.channels.voice.hooks.answers import Outcome
from contactcenter.foundation.guards import changed
from contactcenter.models import HookRun
from contactcenter.models.states import HookSource, HookState

log = structlog.get_logger()
LATE = "It took longer than the time-out."
_SECRETS_KEPT = timedelta(minutes=10)
_KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Place:
    """One visit of one call to one step: all that may run a hook, and once."""

    call_sid: str
    step: str
    visit: int


@dataclass(frozen=True, slots=True)
class Run:
    """`found` is everything, what is never logged included."""

    id: int
    place: Place
    hook: str
    state: HookState
    until: datetime
    found: Mapping[str, Any]


def claim(session: Session, place: Place, told: Mapping[str, Any]) -> int | None:
    """The id of a new run with these columns; None if the hook was or is being run for this place already."""
    row = insert(HookRun).values(call_sid=place.call_sid, step=place.step, visit=place.visit, **told)
    return session.scalar(row.on_conflict_do_nothing().returning(HookRun.id))


def find(session: Session, place: Place) -> Run | None:
    row = session.execute(
        select(HookRun.id, HookRun.hook, HookRun.state, HookRun.until, HookRun.values, HookRun.secret).where(
            *_at(place)
        )
    ).first()
    if row is None:
        return None
    return Run(row.id, place, row.hook, HookState(row.state), row.until, {**(row.values or {}), **(row.secret or {})})


def finish(
    session: Session, run_id: int, outcome: Outcome, never_log: frozenset[str], took_ms: int, now: datetime
) -> bool:
    """Write down what came of it; False if it was given up meanwhile."""
    secret = {name: value for name, value in outcome.values.items() if name in never_log}
    return changed(
        session,
        update(HookRun)
        .where(HookRun.id == run_id, HookRun.state == HookState.RUNNING)
        .values(
            state=outcome.state,
            source=outcome.source,
            cause=outcome.cause,
            values={name: value for name, value in outcome.values.items() if name not in never_log},
            secret=secret or None,
            took_ms=took_ms,
            finished_at=now,
        ),
    )


def give_up(session: Session, run: Run) -> Run | None:
    """End a run whose time is over; the run as it is now, whoever ended it."""
    _give_up(session, HookRun.id == run.id)
    return find(session, run.place)


def take(session: Session, run: Run) -> None:
    """The turn has the answer: forget what must not stay."""
    session.execute(update(HookRun).where(HookRun.id == run.id, HookRun.secret.is_not(None)).values(secret=None))


def tidy(session: Session, now: datetime) -> None:
    """End what nobody waits for any more, forget what no turn took, and drop old runs."""
    _give_up(session, HookRun.until < now)
    session.execute(
        update(HookRun)
        .where(HookRun.secret.is_not(None), HookRun.started_at < now - _SECRETS_KEPT)
        .values(secret=None)
        .execution_options(synchronize_session=False)
    )
    session.execute(delete(HookRun).where(HookRun.started_at < now - _KEPT))


def _give_up(session: Session, which: Any) -> None:
    """It ended when its time did, whenever that is noticed."""
    ended = session.execute(
        update(HookRun)
        .where(HookRun.state == HookState.RUNNING, which)
        .values(
            state=HookState.ERROR,
            source=HookSource.RAN,
            cause=LATE,
            finished_at=HookRun.until,
        )
        .returning(HookRun.call_sid, HookRun.step, HookRun.hook)
        .execution_options(synchronize_session=False)
    )
    for row in ended:
        log.warning("hook_given_up", call=row.call_sid, step=row.step, hook=row.hook, cause=LATE)


def _at(place: Place) -> tuple[Any, ...]:
    return HookRun.call_sid == place.call_sid, HookRun.step == place.step, HookRun.visit == place.visit
