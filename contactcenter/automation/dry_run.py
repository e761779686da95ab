"""A dry run: rules judged by what has really happened, and every case told in which they would have done something else.

It reads and never writes: its transaction is one that PostgreSQL lets do nothing else. What rules of the text would set off
in turn is not followed, for it has not happened; what the rules in force set off has, and is judged like everything else.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from contactcenter.automation import actions, facts, waits
from contactcenter.automation.carrying_out import shown
from contactcenter.automation.judging import DEEPEST
from contactcenter.automation.rules import Action, Facts, Rule, Trigger, Wait, judge
from contactcenter.foundation.db import take_time
from contactcenter.models import Case, Customer, Interaction, Moment, RuleRun, TimelineEntry
from contactcenter.models.states import ActionResult

LOOKS_BACK = timedelta(days=30)
_AT_ONCE = 500
_PLAIN = {
    "priority": "case.priority",
    "status": "case.status",
    "queue": "case.queue",
    "promise": "case.tier",
    "assign": "case.assignee",
}
"""Actions that do nothing where this fact is what they make it."""
_READ_ONLY = text("SET TRANSACTION READ ONLY")
Deeds = frozenset[str]


@dataclass(frozen=True, slots=True)
class Difference:
    """One moment of a case: what was done there by the rules in force, and what would be done instead."""

    case_id: int
    at: datetime
    trigger: str
    rules: tuple[str, ...]
    done: tuple[str, ...]
    would: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DryRun:
    """`moments` of `cases` were judged; the differences are in order of time."""

    since: datetime
    until: datetime
    moments: int
    cases: int
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class _Actual:
    """What the log says was done at a moment, and what was tried there and was so already."""

    deeds: Deeds
    in_vain: Deeds


@dataclass(frozen=True, slots=True)
class _Look:
    """A rule set at one moment; `key` is the moment under which the log tells of it."""

    moment: Moment
    rules: tuple[Rule, ...]
    key: tuple[int, str]


def dry_run(session: Session, rule_set: str, rules: Sequence[Rule], now: datetime) -> DryRun:
    """The rules of one set against the last thirty days. The session must not have written anything before."""
    session.execute(_READ_ONLY)
    take_time(session)
    since = now - LOOKS_BACK
    actual = _actual(session, rule_set, since)
    spread = {rule.name: actions.spread(session, rule.then) for rule in rules}
    asked = frozenset[str]().union(*(rule.asked for rule in rules))
    judged: set[int] = set()
    cases: set[int] = set()
    found: list[Difference] = []
    for look in _looks(session, rules, since, now):
        judged.add(look.moment.id or look.key[0])
        cases.add(look.moment.case_id)
        known = facts.of(session, look.moment, asked)
        matched = [rule for rule in look.rules if look.moment.depth < DEEPEST and judge(rule, known).matched]
        was = actual.pop(look.key, _Actual(frozenset(), frozenset()))
        would = _would(matched, spread, known) - was.in_vain
        if would != was.deeds:
            found.append(_difference(look.moment, matched, was.deeds, would))
    found += _gone(session, actual)
    return DryRun(since, now, len(judged), len(cases), tuple(sorted(found, key=lambda one: (one.at, one.case_id))))


def _looks(session: Session, rules: Sequence[Rule], since: datetime, now: datetime) -> Iterator[_Look]:
    triggers = {rule.trigger for rule in rules if rule.trigger}
    for moment in _moments(session, triggers, since, now):
        listening = tuple(rule for rule in rules if rule.trigger == moment.trigger)
        yield _Look(moment, listening, (moment.id, ""))
    for rule in rules:
        if rule.wait is not None:
            for base, due in _waited(session, rule.wait, since, now):
                yield _Look(_as_it_stood(session, base, due), (rule,), (base.id, rule.name))


def _moments(session: Session, triggers: set[Trigger], since: datetime, until: datetime) -> Iterator[Moment]:
    """In portions, with everything that their facts are read from."""
    last = 0
    while True:
        wanted = select(Moment).where(
            Moment.id > last, Moment.at >= since, Moment.at <= until, Moment.trigger.in_(triggers)
        )
        portion = session.scalars(wanted.order_by(Moment.id).limit(_AT_ONCE)).all()
        if not portion:
            return
        _read_ahead(session, portion)
        yield from portion
        last = portion[-1].id
        session.expunge_all()


def _read_ahead(session: Session, portion: Sequence[Moment]) -> None:
    cases = session.scalars(select(Case).where(Case.id.in_({one.case_id for one in portion}))).all()
    session.scalars(select(Customer).where(Customer.id.in_({case.customer_id for case in cases}))).all()
    session.scalars(select(TimelineEntry).where(TimelineEntry.id.in_({one.entry_id for one in portion}))).all()
    session.scalars(select(Interaction).where(Interaction.id.in_({one.interaction_id for one in portion}))).all()


def _waited(session: Session, wait: Wait, since: datetime, now: datetime) -> Iterator[tuple[Moment, datetime]]:
    """Each moment after which this much time went by before it happened again, with the instant at which it had."""
    latest: dict[int, tuple[Moment, datetime]] = {}
    for moment in _moments(session, {wait.since}, since - LOOKS_BACK, now):
        before = latest.get(moment.case_id)
        if before and since <= before[1] <= moment.at:
            yield before
        latest[moment.case_id] = (moment, waits.due_at(session, wait, moment.at))
    yield from ((moment, due) for moment, due in latest.values() if since <= due <= now)


def _as_it_stood(session: Session, base: Moment, due: datetime) -> Moment:
    """The moment at which the wait ends, with the case as the last moment before that tells it."""
    last = session.scalar(
        select(Moment)
        .where(Moment.case_id == base.case_id, Moment.at <= due)
        .order_by(Moment.at.desc(), Moment.id.desc())
        .limit(1)
    )
    return Moment(
        case_id=base.case_id,
        at=due,
        trigger=Trigger.WAITED,
        detail={**base.detail, "since": base.trigger},
        facts=last.facts if last else base.facts,
        entry_id=base.entry_id,
        interaction_id=base.interaction_id,
        depth=base.depth,
    )


def _actual(session: Session, rule_set: str, since: datetime) -> dict[tuple[int, str], _Actual]:
    """What the log tells of this set, by the moment, or by the moment waited from and the rule that waited."""
    rows = session.execute(
        select(Moment.id, Moment.trigger, Moment.detail, RuleRun.rule, RuleRun.actions)
        .join(Moment, Moment.id == RuleRun.moment_id)
        .where(RuleRun.rule_set == rule_set, Moment.at >= since)
    )
    deeds: dict[tuple[int, str], set[str]] = defaultdict(set)
    in_vain: dict[tuple[int, str], set[str]] = defaultdict(set)
    for moment_id, trigger, detail, rule, told in rows:
        key = (detail.get("base", moment_id), rule) if trigger == Trigger.WAITED else (moment_id, "")
        for one in told:
            kept = in_vain if one["result"] == ActionResult.NOTHING else deeds
            kept[key].add(f"{one['do']} {one['to']}")
    return {key: _Actual(frozenset(deeds[key]), frozenset(in_vain[key] - deeds[key])) for key in {*deeds, *in_vain}}


def _would(matched: Sequence[Rule], spread: Mapping[str, Sequence[Action]], known: Facts) -> Deeds:
    found = (action for rule in matched for action in spread[rule.name] if _changes(action, known))
    return frozenset(f"{action['do']} {shown(action)}" for action in found)


def _changes(action: Action, known: Facts) -> bool:
    """Whether it would do anything to a case that stands like this, as far as that can be told."""
    match action:
        case {"do": "tag" | "untag" as verb, "tags": named}:
            has = known.get("case.tags")
            there = set(named) & set(has if isinstance(has, tuple) else ())
            return there != set(named) if verb == "tag" else bool(there)
        case {"do": verb, "to": to} if verb in _PLAIN and to != actions.LAST_AGENT:
            return bool(known.get(_PLAIN[verb], actions.NOBODY) != to)
        case _:
            return True


def _difference(moment: Moment, matched: Sequence[Rule], done: Deeds, would: Deeds) -> Difference:
    names = tuple(rule.name for rule in matched)
    return Difference(moment.case_id, moment.at, moment.trigger, names, tuple(sorted(done)), tuple(sorted(would)))


def _gone(session: Session, left: Mapping[tuple[int, str], _Actual]) -> Iterator[Difference]:
    """Where the rules in force did something at a moment to which these do not even listen."""
    for (moment_id, _), was in left.items():
        moment = session.get(Moment, moment_id)
        if moment is not None and was.deeds:
            yield _difference(moment, (), was.deeds, frozenset())
