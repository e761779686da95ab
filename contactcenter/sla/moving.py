"""Moving promises that still run to what is in force now: only when somebody asks for it, and told clock by clock."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVarTuple

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from contactcenter.foundation import audit, events, timers
from contactcenter.models import Case, SlaClock, SlaEdition, SlaPolicy
from contactcenter.models.states import ClockKind, ClockState
from contactcenter.sla import clocks, editions, policies

Asked = TypeVarTuple("Asked")
_LIVE = (ClockState.RUNNING, ClockState.PAUSED)


@dataclass(frozen=True, slots=True)
class Moved:
    """One clock with the instants at which it was and is due; None while it stands still."""

    clock_id: int
    case_id: int
    kind: str
    seconds: int
    before: datetime | None
    after: datetime | None


def behind(session: Session) -> int:
    """How many promises that still run were made under what is not in force any more."""
    counted = select(func.count()).select_from(SlaClock)
    return (session.scalar(_older(counted)) or 0) + (session.scalar(_unbound(counted)) or 0)


def move(session: Session, tier: str | None, actor: str, now: datetime) -> list[Moved]:
    """Bind each of them to what is in force, of one tier or of all. What has been kept is never touched."""
    both = select(SlaClock, Case).join(Case, Case.id == SlaClock.case_id)
    wanted = _older(both)
    if tier:
        wanted = wanted.where(SlaPolicy.tier == tier)
    rows = [*_held(session, wanted), *(row for row in _held(session, _unbound(both)) if _is_of(session, row[1], tier))]
    rows.sort(key=lambda row: row[0].id)
    return [moved for clock, case in rows if (moved := _move(session, clock, case, actor, now))]


def _held(session: Session, wanted: Select[SlaClock, Case]) -> list[tuple[SlaClock, Case]]:
    locked = wanted.order_by(SlaClock.id).with_for_update(of=SlaClock).execution_options(populate_existing=True)
    return [(row[0], row[1]) for row in session.execute(locked).all()]


def _is_of(session: Session, case: Case, tier: str | None) -> bool:
    made = editions.policy(session, case.tier)
    return made is not None and (tier is None or made.tier == tier)


def change_tier(session: Session, case: Case, tier: str, actor: str, now: datetime) -> bool:
    """Promise this case what customers of another tier are promised, from now on and for what runs; False if it is so already."""
    if case.tier == tier:
        return False
    session.execute(update(Case).where(Case.id == case.id).values(tier=tier, updated_at=now))
    case = session.get_one(Case, case.id, populate_existing=True)
    live = select(SlaClock).where(SlaClock.case_id == case.id, SlaClock.state.in_(_LIVE)).order_by(SlaClock.id)
    for clock in session.scalars(live.with_for_update().execution_options(populate_existing=True)).all():
        if editions.of_id(session, clock.edition_id).policy:
            _move(session, clock, case, actor, now)
    audit.write(session, actor, f"case:{case.id}", "tier", now, after=tier)
    events.record(session, events.CasePromised(case.id), now)
    return True


def _older(asked: Select[*Asked]) -> Select[*Asked]:
    """Only clocks that are live, and bound to another edition than their policy."""
    older = (SlaEdition.name == SlaPolicy.tier) & (SlaClock.edition_id != SlaPolicy.edition_id)
    return (
        asked.join(SlaEdition, SlaEdition.id == SlaClock.edition_id)
        .join(SlaPolicy, older)
        .where(SlaClock.state.in_(_LIVE))
    )


def _unbound(asked: Select[*Asked]) -> Select[*Asked]:
    """Only clocks that are live and were promised by a policy before its text was kept: they are bound to a calendar alone."""
    return asked.join(SlaEdition, SlaEdition.id == SlaClock.edition_id).where(
        SlaEdition.name.startswith("calendar:"), SlaClock.kind != ClockKind.CALLBACK, SlaClock.state.in_(_LIVE)
    )


def _move(session: Session, clock: SlaClock, case: Case, actor: str, now: datetime) -> Moved | None:
    """None for a promise that is not made any more: it is kept as it was made."""
    edition = editions.of_tier(session, case.tier, now)
    rules = clocks.rules_for(session, edition, case) if edition else None
    if edition is None or rules is None or clock.kind not in rules.targets:
        return None
    before, seconds = clock.due_at, rules.targets[clock.kind]
    warn_after = policies.warn_after(rules.warnings, seconds)[: clocks.MOST_WARNINGS]
    session.execute(
        update(SlaClock)
        .where(SlaClock.id == clock.id)
        .values(
            edition_id=edition.id,
            calendar=rules.calendar,
            target_seconds=seconds,
            warn_after=warn_after,
            warned=min(clock.warned, len(warn_after)),
        )
    )
    if clock.state == ClockState.RUNNING:
        timers.cancel(session, f"sla_clock:{clock.id}", now, "warn_promise")
        clocks.set_deadline(session, clock.id, now)
    after = session.scalar(select(SlaClock.due_at).where(SlaClock.id == clock.id))
    told = {"before": before and before.isoformat(), "after": after and after.isoformat()}
    audit.write(session, actor, f"sla_clock:{clock.id}", "moved", now, edition=edition.id, **told)
    events.record(session, events.ClockChanged(clock.id, case.id), now)
    return Moved(clock.id, case.id, clock.kind, seconds, before, after)
