"""The status of a case: which changes are possible, and what each does to its promises."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from contactcenter.cases import timeline
from contactcenter.foundation import audit, events
from contactcenter.foundation.errors import Conflict, NotFound
from contactcenter.foundation.guards import changed
from contactcenter.models import Case
from contactcenter.models.states import CaseStatus, ClockKind, EntryKind
from contactcenter.sla import clocks

TRANSITIONS: dict[CaseStatus, frozenset[CaseStatus]] = {
    CaseStatus.NEW: frozenset({CaseStatus.OPEN, CaseStatus.PENDING, CaseStatus.ON_HOLD, CaseStatus.RESOLVED, CaseStatus.CLOSED}),
    CaseStatus.OPEN: frozenset({CaseStatus.PENDING, CaseStatus.ON_HOLD, CaseStatus.RESOLVED, CaseStatus.CLOSED}),
    CaseStatus.PENDING: frozenset({CaseStatus.OPEN, CaseStatus.ON_HOLD, CaseStatus.RESOLVED, CaseStatus.CLOSED}),
    CaseStatus.ON_HOLD: frozenset({CaseStatus.OPEN, CaseStatus.PENDING, CaseStatus.RESOLVED, CaseStatus.CLOSED}),
    CaseStatus.RESOLVED: frozenset({CaseStatus.OPEN, CaseStatus.CLOSED}),
    CaseStatus.CLOSED: frozenset({CaseStatus.OPEN}),
}  # fmt: skip
OVER = (CaseStatus.RESOLVED, CaseStatus.CLOSED)
KEPT_BY_THE_END = (ClockKind.FIRST_RESPONSE, ClockKind.NEXT_RESPONSE, ClockKind.RESOLUTION)
PAUSED = {CaseStatus.PENDING: "waiting_for_customer", CaseStatus.ON_HOLD: "waiting_for_third_party"}


def change_status(session: Session, case: Case, wanted: CaseStatus, by: tuple[str, str | None], now: datetime) -> None:
    """Move the case to another status; `by` is the actor for the audit log and the name shown on the timeline."""
    before = CaseStatus(case.status)
    if wanted == before:
        return
    if wanted not in TRANSITIONS[before]:
        raise Conflict("A case that is %(before)s cannot become %(wanted)s.", before=before, wanted=wanted)
    version = case.status_version + 1
    hit = changed(
        session,
        update(Case)
        .where(Case.id == case.id, Case.status == before, Case.status_version == case.status_version)
        .values(
            status=wanted,
            status_version=version,
            updated_at=now,
            resolved_at=now if wanted in OVER else None,
        ),
    )
    if not hit:
        raise Conflict("Somebody else has just changed this case. Look at its new status and try again.")
    actor, name = by
    _move_clocks(session, case, before, wanted, name or actor, now)
    audit.write(session, actor, f"case:{case.id}", "status", now, version=version, before=before, after=wanted)
    timeline.write(
        session,
        case.id,
        timeline.Entry(EntryKind.STATUS, {"before": before, "after": wanted}, actor_name=name),
        now,
    )
    events.record(session, events.CaseChanged(case.id, version, _watchers(case)), now)
    session.refresh(case)


def load(session: Session, case_id: int) -> Case:
    """The case as it is now."""
    case = session.get(Case, case_id, populate_existing=True)
    if case is None:
        raise NotFound("There is no case %(case)s.", case=case_id)
    return case


def _move_clocks(
    session: Session, case: Case, before: CaseStatus, wanted: CaseStatus, cause: str, now: datetime
) -> None:
    """Waiting pauses the resolution; only waiting for the customer spares us telling them how it stands."""
    if before == CaseStatus.ON_HOLD:
        clocks.meet(session, case.id, (ClockKind.THIRD_PARTY,), now)
    if wanted in OVER:
        clocks.meet(session, case.id, KEPT_BY_THE_END, now)
        clocks.cancel(session, case.id, (ClockKind.PERIODIC_UPDATE,), now)
    elif wanted in PAUSED:
        why = clocks.Why(PAUSED[wanted], cause)
        clocks.pause(session, case.id, ClockKind.RESOLUTION, why, now)
        if wanted == CaseStatus.PENDING:
            clocks.pause(session, case.id, ClockKind.PERIODIC_UPDATE, why, now)
        else:
            clocks.start(session, case, (ClockKind.THIRD_PARTY,), now)
            clocks.resume(session, case.id, ClockKind.PERIODIC_UPDATE, why, now)
    elif before in OVER:
        clocks.reopen(session, case, ClockKind.RESOLUTION, clocks.Why("reopened", cause), now)
        clocks.start(session, case, (ClockKind.PERIODIC_UPDATE,), now)
    else:
        for kind in (ClockKind.RESOLUTION, ClockKind.PERIODIC_UPDATE):
            clocks.resume(session, case.id, kind, clocks.Why("our_turn", cause), now)


def _watchers(case: Case) -> tuple[int, ...]:
    return (case.assignee_id,) if case.assignee_id else ()
