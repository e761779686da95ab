"""Sparing a hook that fails again and again: callers are not made to wait for what will not come.

Nothing is kept for it but the runs themselves, so that all processes see the same.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from contactcenter.models import HookRun
from contactcenter.models.states import HookSource, HookState

ERRORS = 5
WITHIN = timedelta(seconds=60)
PAUSE = timedelta(seconds=30)


def paused_until(session: Session, hook: str, now: datetime) -> datetime | None:
    """Until when the hook is not run and answers “error” at once; None while it is run."""
    failed = (
        select(HookRun.finished_at)
        .where(HookRun.hook == hook, HookRun.state == HookState.ERROR, HookRun.source == HookSource.RAN)
        .order_by(HookRun.finished_at.desc())
        .limit(ERRORS)
    )
    until = pause_after([at for at in session.scalars(failed) if at is not None])
    return until if until is not None and until > now else None


def pause_after(errors: Sequence[datetime]) -> datetime | None:
    """The end of the pause that the latest of these errors (newest first) began, if it began one.

    After the pause the hook is run again; if it fails again within the minute, that is the next pause.
    """
    if len(errors) < ERRORS or errors[0] - errors[ERRORS - 1] > WITHIN:
        return None
    return errors[0] + PAUSE
