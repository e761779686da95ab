"""One rule: when it is asked, what must hold, what it does. Judging is pure: facts in, verdict out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from contactcenter.foundation.languages import N_, Sentence
from ivr.conditions import Comparison, Known, condition

Facts = Mapping[str, Known]
Action = Mapping[str, Any]
"""`{"do": verb, …}` with whatever that verb needs, as reading_rules has checked it."""
_OTHER = N_("%(condition)s does not hold: %(fact)s is %(found)s.")
_EMPTY = N_("%(condition)s does not hold: %(fact)s is empty.")


class Trigger(StrEnum):
    """What can happen to a case."""

    CASE_OPENED = "case_opened"
    CUSTOMER_WROTE = "customer_wrote"
    WE_WROTE = "we_wrote"
    NOTE_WRITTEN = "note_written"
    VOICEMAIL_LEFT = "voicemail_left"
    STATUS_CHANGED = "status_changed"
    PRIORITY_CHANGED = "priority_changed"
    TAGS_CHANGED = "tags_changed"
    QUEUE_CHANGED = "queue_changed"
    ASSIGNEE_CHANGED = "assignee_changed"
    TIER_CHANGED = "tier_changed"
    WORK_ENQUEUED = "work_enqueued"
    WORK_ACCEPTED = "work_accepted"
    WORK_ABANDONED = "work_abandoned"
    WORK_COMPLETED = "work_completed"
    MACRO_USED = "macro_used"
    PROMISE_WARNED = "promise_warned"
    PROMISE_BROKEN = "promise_broken"
    WAITED = "waited"
    """So much time has gone by since one of the others; rules say `since` and `after` instead of this word."""


@dataclass(frozen=True, slots=True)
class Wait:
    """So many seconds after the last moment of its kind, by a calendar or around the clock."""

    since: Trigger
    seconds: int
    calendar: str | None = None


@dataclass(frozen=True, slots=True)
class Clause:
    """Conditions of which one must hold; mostly there is only one."""

    any_of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """`rule_set` and `version` say which text it stands in. A rule has a trigger or a wait."""

    rule_set: str
    version: int
    name: str
    trigger: Trigger | None
    wait: Wait | None
    when: tuple[Clause, ...]
    then: tuple[Action, ...]

    @property
    def asked(self) -> frozenset[str]:
        """The names of the facts that its conditions ask for."""
        return frozenset(part.path for clause in self.when for one in clause.any_of for part in condition(one).parts)

    @property
    def title(self) -> str:
        """How the timeline, the audit log and the run log call it."""
        return f"{self.rule_set}/{self.name}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """`why` names what did not hold, with what was there instead."""

    matched: bool
    why: tuple[Sentence, ...] = ()


def rule(rule_set: str, version: int, told: Mapping[str, Any]) -> Rule:
    """A rule from its definition as the table holds it."""
    trigger = told["trigger"]
    wait = None
    if isinstance(trigger, Mapping):
        wait = Wait(Trigger(trigger["since"]), trigger["after"], trigger.get("by"))
    return Rule(
        rule_set,
        version,
        told["name"],
        None if wait else Trigger(trigger),
        wait,
        tuple(Clause(tuple(any_of)) for any_of in told["when"]),
        tuple(told["then"]),
    )


def judge(rule: Rule, facts: Facts) -> Verdict:
    """Every clause must hold; the first that does not is the reason."""
    for clause in rule.when:
        if not any(_unmet(text, facts) is None for text in clause.any_of):
            return Verdict(False, _told(clause.any_of, facts))
    return Verdict(True)


def _unmet(text: str, facts: Facts) -> Comparison | None:
    """The first part of the condition that does not hold."""
    return next((part for part in condition(text).parts if not part.holds(facts.get(part.path))), None)


def _told(any_of: Sequence[str], facts: Facts) -> tuple[Sentence, ...]:
    parts = [part for text in any_of if (part := _unmet(text, facts)) is not None]
    return tuple(_unmatched(part, facts.get(part.path)) for part in parts)


def _unmatched(part: Comparison, found: Known) -> Sentence:
    if found in {None, "", ()}:
        return Sentence(_EMPTY, {"condition": str(part), "fact": part.path})
    return Sentence(_OTHER, {"condition": str(part), "fact": part.path, "found": _shown(found)})


def _shown(value: Known) -> str:
    match value:
        case tuple():
            return ", ".join(value)
        case str():
            return f"“{value[:80]}”"
        case _:
            return str(value).lower() if isinstance(value, bool) else f"{value:g}"
