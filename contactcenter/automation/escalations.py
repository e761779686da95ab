"""Escalations: a case is brought before one circle of people after the other, until somebody says that they see to it.

Each step is a timer. It asks again whether the matter is still open: a promise that was kept meanwhile, or a case that is
over, ends the escalation, and nobody is woken for nothing.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from contactcenter.automation import recipients, telling
from contactcenter.cases import status, timeline
from contactcenter.foundation import audit, events, timers
from contactcenter.foundation.errors import Conflict, NotFound
from contactcenter.foundation.guards import changed
from contactcenter.foundation.permissions import Doer, Who
from contactcenter.models import Case, Escalation, EscalationPlan, SlaClock
from contactcenter.models.states import ClockState, EntryKind, EscalationState
from contactcenter.people import notices

_OVER = (ClockState.MET, ClockState.CANCELLED)
_UNANSWERED = (EscalationState.RUNNING, EscalationState.EXHAUSTED)


def begin(session: Session, case: Case, name: str, clock_id: int | None, doer: Doer, now: datetime) -> bool:
    """Start the plan on this case; False when it runs there already. Its first step may be due at once."""
    plan = session.scalar(select(EscalationPlan.definition).where(EscalationPlan.name == name))
    if plan is None:
        raise Conflict("There is no escalation %(name)s any more.", name=name)
    values = {"case_id": case.id, "name": name, "plan": plan, "clock_id": clock_id, "started_at": now}
    begun = (
        insert(Escalation)
        .values(**values)
        .on_conflict_do_nothing(
            index_elements=["case_id", "name"], index_where=Escalation.state == EscalationState.RUNNING
        )
    )
    escalation_id = session.scalar(begun.returning(Escalation.id))
    if escalation_id is None:
        return False
    audit.write(session, doer.actor, f"escalation:{escalation_id}", "begun", now, case=case.id, plan=name)
    _write(session, case.id, {"what": "escalated", "plan": plan["titles"]}, doer.name, now)
    _arm(session, escalation_id, plan, 0, now, now)
    events.record(session, events.EscalationChanged(escalation_id, case.id), now)
    return True


def take_step(session: Session, escalation_id: int, now: datetime) -> None:
    """The next step is due: tell its people, unless the matter is closed. What cannot be told is told to the timeline."""
    escalation = _held(session, escalation_id)
    if escalation is None or escalation.state != EscalationState.RUNNING:
        return
    case = status.load(session, escalation.case_id)
    closed = _closed(session, escalation, case)
    if closed:
        _end(session, escalation, EscalationState.ENDED, closed, now)
        return
    number, steps = escalation.step, escalation.plan["steps"]
    step = steps[number]
    came = _tell(session, escalation, case, step, now)
    body = {"what": "escalation_step", "plan": escalation.plan["titles"], "to": recipients.told(step["to"])}
    _write(session, case.id, {**body, "number": number + 1, "of": len(steps), **came}, None, now)
    session.execute(update(Escalation).where(Escalation.id == escalation_id).values(step=number + 1))
    if number + 1 == len(steps):
        _end(session, escalation, EscalationState.EXHAUSTED, "", now)
    else:
        _arm(session, escalation_id, escalation.plan, number + 1, escalation.started_at, now)
        events.record(session, events.EscalationChanged(escalation_id, case.id), now)


def acknowledge(session: Session, escalation_id: int, who: Who, now: datetime) -> None:
    """Whoever asks sees to it: nobody else is told. Raises Conflict when it is over or somebody was faster."""
    escalation = _held(session, escalation_id)
    if escalation is None:
        raise NotFound("There is no such escalation.")
    hit = changed(
        session,
        update(Escalation)
        .where(Escalation.id == escalation_id, Escalation.state.in_(_UNANSWERED))
        .values(
            state=EscalationState.ACKNOWLEDGED,
            ended_at=func.coalesce(Escalation.ended_at, now),
            acknowledged_by=who.id,
        ),
    )
    if not hit:
        raise Conflict("This escalation is over, or somebody sees to it already.")
    timers.cancel(session, _subject(escalation_id), now)
    notices.see_all(session, escalation_id, now)
    audit.write(session, who.actor, f"escalation:{escalation_id}", "acknowledged", now)
    _write(session, escalation.case_id, {"what": "acknowledged", "plan": escalation.plan["titles"]}, who.name, now)
    events.record(session, events.EscalationChanged(escalation_id, escalation.case_id), now)


def of_case(session: Session, case_id: int) -> list[Escalation]:
    """Those that nobody has acknowledged, while what they are about is open."""
    wanted = select(Escalation).where(Escalation.case_id == case_id, Escalation.state.in_(_UNANSWERED))
    found = session.scalars(wanted.order_by(Escalation.id).execution_options(populate_existing=True)).all()
    case = status.load(session, case_id) if found else None
    return [one for one in found if case is not None and not _closed(session, one, case)]


def _end(session: Session, escalation: Escalation, state: EscalationState, why: str, now: datetime) -> None:
    session.execute(update(Escalation).where(Escalation.id == escalation.id).values(state=state, ended_at=now))
    timers.cancel(session, _subject(escalation.id), now)
    if state is EscalationState.ENDED:
        notices.see_all(session, escalation.id, now)
        body = {"what": "escalation_ended", "plan": escalation.plan["titles"], "why": why}
        _write(session, escalation.case_id, body, None, now)
    events.record(session, events.EscalationChanged(escalation.id, escalation.case_id), now)


def _closed(session: Session, escalation: Escalation, case: Case) -> str:
    """Why nobody needs to be told any more; empty while somebody does."""
    if case.status in status.OVER:
        return "case_over"
    if escalation.clock_id is None:
        return ""
    state = session.scalar(select(SlaClock.state).where(SlaClock.id == escalation.clock_id))
    return "promise_kept" if state in _OVER else ""


def _tell(
    session: Session, escalation: Escalation, case: Case, step: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """Who of them was not reached, or why nobody could be told; the escalation goes on to its next step all the same."""
    key = f"escalation:{escalation.id}:{escalation.step}"
    message = telling.Message(step["say"], step["by"], key, escalation.id)
    try:
        with session.begin_nested():
            people = recipients.found(session, step["to"], case, now)
            missed = telling.tell(session, people, case, message, now)
    except Conflict as refusal:
        return {"refused": {"sentence": refusal.sentence, "values": refusal.values}}
    return {"missed": missed}


def _arm(
    session: Session, escalation_id: int, plan: Mapping[str, Any], number: int, started: datetime, now: datetime
) -> None:
    due = started + timedelta(seconds=plan["steps"][number]["after"])
    timers.arm(session, _subject(escalation_id), "escalate", max(due, now), number)


def _held(session: Session, escalation_id: int) -> Escalation | None:
    return session.get(Escalation, escalation_id, populate_existing=True, with_for_update=True)


def _write(session: Session, case_id: int, body: dict[str, Any], name: str | None, now: datetime) -> None:
    timeline.write(session, case_id, timeline.Entry(EntryKind.ROUTING, body, actor_name=name), now)


def _subject(escalation_id: int) -> str:
    return f"escalation:{escalation_id}"
