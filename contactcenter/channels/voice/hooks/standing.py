"""How the hooks stand: which are paused just now, what they did in the last hour, and what went wrong last."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from contactcenter.channels.voice.hooks import breaker
from contactcenter.models import HookRun, HookText
from contactcenter.models.states import HookSource, HookState

_LOOKED_AT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Standing:
    """`runs` and `errors` are those of the last hour; `last_error` is what failed last in it, cause and time."""

    name: str
    kind: str
    timeout: int
    paused_until: datetime | None
    runs: int
    errors: int
    last_error: str
    last_error_at: datetime | None


def standings(session: Session, now: datetime) -> tuple[Standing, ...]:
    """Every hook in force, by name."""
    failed = (HookRun.state == HookState.ERROR) & (HookRun.source == HookSource.RAN)
    causes = func.array_agg(aggregate_order_by(HookRun.cause, HookRun.finished_at.desc())).filter(failed)
    failures = func.array_agg(aggregate_order_by(HookRun.finished_at, HookRun.finished_at.desc())).filter(failed)
    rows = session.execute(
        select(
            HookText.name,
            HookText.definition,
            func.count(HookRun.id).label("runs"),
            func.count().filter(failed).label("errors"),
            causes[1].label("cause"),
            failures[1 : breaker.ERRORS].label("latest"),
        )
        .outerjoin(HookRun, (HookRun.hook == HookText.name) & (HookRun.started_at > now - _LOOKED_AT))
        .group_by(HookText.name)
        .order_by(HookText.name)
    )
    return tuple(_standing(row, now) for row in rows)


def _standing(row: Any, now: datetime) -> Standing:
    latest = row.latest or ()
    until = breaker.pause_after(latest)
    return Standing(
        name=row.name,
        kind=row.definition["kind"],
        timeout=row.definition["timeout"],
        paused_until=until if until is not None and until > now else None,
        runs=row.runs,
        errors=row.errors,
        last_error=row.cause or "",
        last_error_at=latest[0] if latest else None,
    )
