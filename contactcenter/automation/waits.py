"""Rules that look again when time has gone by: each wait is a row with a timer, and begins anew when it happens again."""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from contactcenter.automation import carrying_out, in_force, moments
from contactcenter.automation.actions import ByRule
from contactcenter.automation.carrying_out import Order
from contactcenter.automation.rules import Rule, Trigger, Wait
from contactcenter.foundation import timers
from contactcenter.foundation.languages import N_, Sentence
from contactcenter.models import Moment, RuleWait
from contactcenter.models.states import RunOutcome
from contactcenter.sla import timetables

_CHANGED = N_("The rule was changed or taken out meanwhile.")
_AGAIN = N_("It happened again at %(time)s UTC.")


def begin(session: Session, moment: Moment) -> None:
    """Set the timer of every rule that waits from such a moment on."""
    for rule in in_force.rules(session):
        if rule.wait is not None and rule.wait.since == moment.trigger:
            due = due_at(session, rule.wait, moment.at)
            values = {"moment_id": moment.id, "rule_set": rule.rule_set, "rule": rule.name, "due_at": due}
            row = upsert(RuleWait).values(**values).on_conflict_do_nothing().returning(RuleWait.id)
            wait_id = session.scalar(row)
            if wait_id is not None:
                timers.arm(session, f"rule_wait:{wait_id}", "end_wait", due)


def due_at(session: Session, wait: Wait, start: datetime) -> datetime:
    length = timedelta(seconds=wait.seconds)
    return timetables.calendar(session, wait.calendar).add(start, length) if wait.calendar else start + length


def end_wait(session: Session, wait_id: int, now: datetime) -> None:
    """The time is over: the rule is asked, unless the same has happened again since, or the rule is another by now."""
    wait = session.get(RuleWait, wait_id, populate_existing=True)
    moment = session.get(Moment, wait.moment_id) if wait else None
    if wait is None or moment is None:
        return  # it was forgotten meanwhile
    rule = _rule(session, wait)
    if rule is None or rule.wait is None or rule.wait.since != moment.trigger:
        _note(session, wait, moment, rule.version if rule else 0, Sentence(_CHANGED), now)
    elif (due := due_at(session, rule.wait, moment.at)) > now:
        _wait_on(session, wait, due)
    elif again := _again(session, moment):
        _note(session, wait, moment, rule.version, Sentence(_AGAIN, {"time": f"{again:%Y-%m-%d %H:%M}"}), now)
    else:
        detail = {
            **moment.detail,
            "rule_set": wait.rule_set,
            "rule": wait.rule,
            "since": moment.trigger,
            "base": moment.id,
        }
        happened = moments.Happened(moment.case_id, detail, moment.entry_id, moment.interaction_id)
        written = moments.write(session, Trigger.WAITED, [happened], now, moment.depth)
        if written:
            moments.have_judged(session, written)


def _wait_on(session: Session, wait: RuleWait, due: datetime) -> None:
    """The rule waits longer by now, or its calendar was changed. A timer that has fired is never set again, so it is a new one."""
    session.execute(update(RuleWait).where(RuleWait.id == wait.id).values(due_at=due))
    timers.arm(session, f"rule_wait:{wait.id}", "end_wait", due, int(due.timestamp()))


def _rule(session: Session, wait: RuleWait) -> Rule | None:
    here = (wait.rule_set, wait.rule)
    return next((one for one in in_force.rules(session) if (one.rule_set, one.name) == here), None)


def _again(session: Session, moment: Moment) -> datetime | None:
    later = select(Moment.at).where(
        Moment.case_id == moment.case_id, Moment.trigger == moment.trigger, Moment.id > moment.id
    )
    return session.scalar(later.order_by(Moment.id).limit(1))


def _note(session: Session, wait: RuleWait, moment: Moment, version: int, why: Sentence, now: datetime) -> None:
    title = f"{wait.rule_set}/{wait.rule}"
    order = Order(wait.rule_set, wait.rule, version, title, ByRule(title), moment)
    carrying_out.write(session, order, (RunOutcome.NOT_MATCHED, (why,), []), now)
