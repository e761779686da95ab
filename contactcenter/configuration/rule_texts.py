"""The rules as they are changed on the screen: a text is checked against what is in force, and published when nothing is wrong."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

import ivr
from contactcenter.automation.in_force import RULES
from contactcenter.configuration.problems import Problem
from contactcenter.configuration.reading_automation import Names
from contactcenter.configuration.reading_rules import rule_set
from contactcenter.foundation.db import Database
from contactcenter.foundation.errors import BadInput
from contactcenter.foundation.shelves import Accepted, Wish
from contactcenter.models import CalendarText, EscalationPlan, Letter, Macro, Queue, Rota, SlaPolicy, User


@dataclass(frozen=True, slots=True)
class Checked:
    """A text with everything that is wrong with it, in reading order, and the rules that were read."""

    findings: tuple[ivr.Finding, ...]
    rules: tuple[Any, ...]
    source: str

    @property
    def errors(self) -> tuple[ivr.Finding, ...]:
        return self.findings

    @property
    def warnings(self) -> tuple[ivr.Finding, ...]:
        """A rule is right or wrong; there is nothing to accept."""
        return ()


def names(session: Session) -> Names:
    """What rules may name, as it is in force."""

    def of(column: Any) -> tuple[str, ...]:
        return tuple(session.scalars(select(column)))

    return Names(
        queues=tuple(session.scalars(select(Queue.name).where(Queue.enabled))),
        calendars=of(CalendarText.name),
        tiers=of(SlaPolicy.tier),
        people=tuple(session.scalars(select(User.login).where(User.enabled))),
        macros=of(Macro.name),
        letters=of(Letter.name),
        rotas=of(Rota.name),
        escalations=of(EscalationPlan.name),
    )


def check(name: str, body: str, known: Names) -> Checked:
    problems: list[Problem] = []
    read = rule_set(name, body, known, problems)
    found = [
        ivr.Finding("RULE", ivr.Severity.ERROR, name, one.line, one.key, one.message.rstrip(".")) for one in problems
    ]
    return Checked(tuple(sorted(found, key=lambda one: one.line)), read.rules, name)


def publish(db: Database, name: str, revision: int, wish: Wish) -> int:
    """Make this revision of the draft the next version; it is asked from the next moment on."""
    return RULES.publish_draft(db, name, revision, wish, partial(_judged, db))


def roll_back(db: Database, name: str, version: int, wish: Wish) -> int:
    """Publish an old version's text again, if what it names is still there."""
    return RULES.roll_back(db, name, version, wish, partial(_judged, db))


def _judged(db: Database, name: str, body: str) -> Accepted:
    with db.transaction() as session:
        checked = check(name, body, names(session))
    if checked.findings:
        first = checked.findings[0]
        raise BadInput(
            "These rules have mistakes (%(count)s); the first is in line %(line)s: %(message)s.",
            count=len(checked.findings),
            line=first.line,
            message=first.message,
        )
    return Accepted(columns={"rules": list(checked.rules)})
