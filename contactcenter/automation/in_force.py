"""The rules in force, and the shelf on which their texts stand."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from contactcenter.automation.rules import Rule, Trigger, rule
from contactcenter.foundation import events
from contactcenter.foundation.languages import N_
from contactcenter.foundation.remembering import Remembered
from contactcenter.foundation.shelves import Shelf
from contactcenter.models import RuleDraft, RuleText

RULES = Shelf(
    RuleText,
    RuleDraft,
    "rules",
    unknown=N_("There are no rules %(name)s in force; write config/automation/%(name)s.yaml and apply."),
    no_version=N_("There is no version %(version)s of the rules %(name)s."),
    published=events.RulesPublished,
)
_SEEN_WITHIN = 2.0
"""Seconds after which changed rules count everywhere."""
_remembered: Remembered[tuple[Rule, ...]] = Remembered(_SEEN_WITHIN)


def rules(session: Session) -> tuple[Rule, ...]:
    """All of them, in order of their sets and as they stand there."""
    return _remembered.get(session, "all", lambda: _read(session))


def listens(session: Session, trigger: Trigger) -> bool:
    """Whether any rule is to be asked when this happens, at once or later."""
    return any(trigger in {one.trigger, one.wait and one.wait.since} for one in rules(session))


def _read(session: Session) -> tuple[Rule, ...]:
    texts = session.execute(
        select(RuleText.name, RuleText.version, RuleText.rules).where(RuleText.current).order_by(RuleText.name)
    )
    return tuple(rule(name, version, told) for name, version, rules in texts for told in rules)
