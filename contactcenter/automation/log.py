"""The run log: what each rule made of each moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contactcenter.foundation.languages import Sentence
from contactcenter.models import Moment, RuleRun
from contactcenter.models.states import RunOutcome


@dataclass(frozen=True, slots=True)
class Asked:
    """What to look for; empty is everything. `rule` is set/name, or a set alone."""

    case_id: int | None = None
    rule: str = ""
    outcome: str = ""
    before: int = 0
    """Only what is older than this line."""


@dataclass(frozen=True, slots=True)
class Line:
    id: int
    at: datetime
    case_id: int
    trigger: str
    rule: str
    version: int
    outcome: RunOutcome
    why: Sequence[Sentence]
    actions: Sequence[Mapping[str, Any]]
    """As the row holds them, but each `why` is sentences, too."""


def log(session: Session, asked: Asked, most: int) -> list[Line]:
    """The newest lines first."""
    rows = select(RuleRun, Moment.trigger).join(Moment, Moment.id == RuleRun.moment_id)
    rule_set, _, name = asked.rule.partition("/")
    if asked.case_id is not None:
        rows = rows.where(RuleRun.case_id == asked.case_id)
    if rule_set:
        rows = rows.where(RuleRun.rule_set == rule_set)
    if name:
        rows = rows.where(RuleRun.rule == name)
    if asked.outcome:
        rows = rows.where(RuleRun.outcome == asked.outcome)
    if asked.before:
        rows = rows.where(RuleRun.id < asked.before)
    return [
        Line(
            run.id,
            run.at,
            run.case_id,
            trigger,
            f"{run.rule_set}/{run.rule}",
            run.version,
            RunOutcome(run.outcome),
            _sentences(run.why),
            [{**one, "why": _sentences(one["why"])} for one in run.actions],
        )
        for run, trigger in session.execute(rows.order_by(RuleRun.id.desc()).limit(most))
    ]


def _sentences(kept: Sequence[Sequence[Any]]) -> list[Sentence]:
    return [Sentence(*one) for one in kept]


def counts(session: Session, since: datetime) -> dict[str, dict[str, int]]:
    """By the set, how often its rules came to each outcome since then."""
    rows = session.execute(
        select(RuleRun.rule_set, RuleRun.outcome, func.count())
        .where(RuleRun.at >= since)
        .group_by(RuleRun.rule_set, RuleRun.outcome)
    )
    found: dict[str, dict[str, int]] = {}
    for rule_set, outcome, number in rows:
        found.setdefault(rule_set, {})[outcome] = number
    return found
