"""How the hooks stand: which are paused just now, what they did in the last hour, and what went wrong last."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from contactcenter.channels.voice.hooks import breaker, declared
from contactcenter.models import HookRun
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
    recent = HookRun.started_at > now - _LOOKED_AT
    failed = (HookRun.state == HookState.ERROR) & (HookRun.source != HookSource.REFUSED)
    counted = session.execute(
        select(HookRun.hook, func.count().label("runs"), func.count().filter(failed).label("errors"))
        .where(recent)
        .group_by(HookRun.hook)
    )
    counts = {row.hook: row for row in counted}
    latest = session.execute(
        select(HookRun.hook, HookRun.cause, HookRun.finished_at)
        .where(recent, failed)
        .ext(distinct_on(HookRun.hook))
        .order_by(HookRun.hook, HookRun.finished_at.desc())
    )
    errors = {row.hook: row for row in latest}
    return tuple(
        Standing(
            name=hook.name,
            kind=hook.kind,
            timeout=hook.timeout,
            paused_until=breaker.paused_until(session, hook.name, now),
            runs=counts[hook.name].runs if hook.name in counts else 0,
            errors=counts[hook.name].errors if hook.name in counts else 0,
            last_error=(errors[hook.name].cause or "") if hook.name in errors else "",
            last_error_at=errors[hook.name].finished_at if hook.name in errors else None,
        )
        for hook in declared.all_in_force(session)
    )
