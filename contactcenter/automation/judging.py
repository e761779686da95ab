"""Judging a moment: every rule that listens is asked, its actions are done, and the log says what came of it.

All of it is one transaction. Each action stands alone in it: what one could not do is told, and the others are done. Rules
are judged by the facts of the moment; what a rule does is a moment of its own, one deeper, so the order of rules decides nothing
but whose word on the same thing comes last.
"""

from datetime import datetime, timedelta

import structlog
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from contactcenter.assignment import line
from contactcenter.automation import carrying_out, facts, in_force, waits
from contactcenter.automation.actions import ByRule
from contactcenter.automation.carrying_out import Order
from contactcenter.automation.moments import DEPTH
from contactcenter.automation.rules import Rule, Trigger, judge
from contactcenter.channels.email.mailbox import Mailbox
from contactcenter.foundation import clock, languages
from contactcenter.foundation.languages import LANGUAGES, N_, Sentence
from contactcenter.models import Moment, RuleRun, User
from contactcenter.models.states import Role, RunOutcome
from contactcenter.people import notices

log = structlog.get_logger()
DEEPEST = 5
"""So many rules may set each other off, one after another; then they are stopped, and supervisors are told."""
_CHASED = N_("Rules set each other off %(most)s times in a row, the last was %(rule)s. They were stopped.")
MOST_IN_AN_HOUR = 60
"""So often a rule may act on one case within an hour: it may chase something outside, such as an overflow."""
_ACTED = (RunOutcome.ACTED, RunOutcome.FAILED)
_TOO_OFTEN = N_("The rule %(rule)s acted %(most)s times on this case within an hour. It is stopped for a while.")


def judge_moment(session: Session, mailbox: Mailbox, moment_id: int) -> None:
    """Ask every rule that listens to this moment, once."""
    moment = session.get(Moment, moment_id, populate_existing=True, with_for_update=True)
    if moment is None or moment.judged_at is not None:
        return
    now = clock.now(session)
    session.execute(update(Moment).where(Moment.id == moment_id).values(judged_at=now))
    waits.begin(session, moment)
    listening = [rule for rule in in_force.rules(session) if _listens(rule, moment)]
    if not listening:
        return
    known = facts.of(session, moment, frozenset[str]().union(*(rule.asked for rule in listening)))
    verdicts = [(rule, judge(rule, known)) for rule in listening]
    session.info[DEPTH] = moment.depth + 1
    if any(verdict.matched for _, verdict in verdicts):
        line.hold_case(session, moment.case_id)
    for rule, verdict in verdicts:
        if not verdict.matched:
            carrying_out.write(session, _order(rule, moment), (RunOutcome.NOT_MATCHED, verdict.why, []), now)
        elif moment.depth >= DEEPEST:
            _stop(session, rule, moment, _CHASED, now)
        elif _lately(session, rule, moment, _ACTED, now) >= MOST_IN_AN_HOUR:
            _stop(session, rule, moment, _TOO_OFTEN, now)
        else:
            carrying_out.carry_out(session, rule.then, _order(rule, moment), mailbox, now)


def _listens(rule: Rule, moment: Moment) -> bool:
    if moment.trigger == Trigger.WAITED:
        return (rule.rule_set, rule.name) == (moment.detail["rule_set"], moment.detail["rule"])
    return rule.trigger == moment.trigger


def _order(rule: Rule, moment: Moment) -> Order:
    return Order(rule.rule_set, rule.name, rule.version, rule.title, ByRule(rule.title), moment)


def _lately(session: Session, rule: Rule, moment: Moment, outcomes: tuple[RunOutcome, ...], now: datetime) -> int:
    """How often the rule came to one of these outcomes on this case within an hour."""
    counted = (
        select(func.count())
        .select_from(RuleRun)
        .where(
            RuleRun.case_id == moment.case_id,
            RuleRun.rule_set == rule.rule_set,
            RuleRun.rule == rule.name,
            RuleRun.outcome.in_(outcomes),
            RuleRun.at > now - timedelta(hours=1),
        )
    )
    return session.scalar(counted) or 0


def _stop(session: Session, rule: Rule, moment: Moment, sentence: str, now: datetime) -> None:
    """Logged each time, and told to supervisors when it was not within the last hour."""
    values = {"most": DEEPEST if sentence is _CHASED else MOST_IN_AN_HOUR, "rule": rule.title}
    told_before = _lately(session, rule, moment, (RunOutcome.STOPPED,), now)
    log.warning("rules_stopped", rule=rule.title, case=moment.case_id, depth=moment.depth)
    carrying_out.write(session, _order(rule, moment), (RunOutcome.STOPPED, (Sentence(sentence, values),), []), now)
    if told_before:
        return
    words = {one: languages.gettext_for(one)(sentence, **values) for one in LANGUAGES}
    watching = select(User.id).where(User.enabled, User.role.in_((Role.SUPERVISOR, Role.ADMIN)))
    notices.give(session, session.scalars(watching).all(), notices.Told(moment.case_id, words), now)
