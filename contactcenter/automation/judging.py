"""Judging a moment: every rule that listens is asked, its actions are done, and the log says what came of it.

All of it is one transaction. Each action stands alone in it: what one could not do is told, and the others are done. Rules
are judged by the facts of the moment; what a rule does is a moment of its own, one deeper, so the order of rules decides nothing
but whose word on the same thing comes last.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from contactcenter.assignment import line
from contactcenter.automation import actions, facts, in_force, waits
from contactcenter.automation.moments import DEPTH
from contactcenter.automation.rules import Action, Rule, Trigger, judge
from contactcenter.cases import status
from contactcenter.channels.email.mailbox import Mailbox
from contactcenter.foundation import clock, languages
from contactcenter.foundation.errors import Refusal
from contactcenter.foundation.languages import LANGUAGES, N_, Sentence
from contactcenter.models import Moment, RuleRun, User
from contactcenter.models.states import ActionResult, Role, RunOutcome
from contactcenter.people import notices

log = structlog.get_logger()
DEEPEST = 5
"""So many rules may set each other off, one after another; then they are stopped, and supervisors are told."""
_CHASED = N_("Rules set each other off %(most)s times in a row, the last was %(rule)s. They were stopped.")
MOST_IN_AN_HOUR = 60
"""So often a rule may act on one case within an hour: it may chase something outside, such as an overflow."""
_ACTED = (RunOutcome.ACTED, RunOutcome.FAILED)
_BROKE = N_("It broke off: %(error)s")
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
            _log(session, rule, moment, (RunOutcome.NOT_MATCHED, verdict.why, []), now)
        elif moment.depth >= DEEPEST:
            _stop(session, rule, moment, _CHASED, now)
        elif _lately(session, rule, moment, _ACTED, now) >= MOST_IN_AN_HOUR:
            _stop(session, rule, moment, _TOO_OFTEN, now)
        else:
            done = [_do(session, action, (rule, moment, mailbox), n, now) for n, action in _actions(session, rule)]
            refused = any(one["result"] == ActionResult.REFUSED for one in done)
            _log(session, rule, moment, (RunOutcome.FAILED if refused else RunOutcome.ACTED, (), done), now)


def _listens(rule: Rule, moment: Moment) -> bool:
    if moment.trigger == Trigger.WAITED:
        return (rule.rule_set, rule.name) == (moment.detail["rule_set"], moment.detail["rule"])
    return rule.trigger == moment.trigger


def _actions(session: Session, rule: Rule) -> Iterable[tuple[int, Action]]:
    return enumerate(actions.spread(session, rule.then), 1)


def _do(
    session: Session, action: Action, given: tuple[Rule, Moment, Mailbox], number: int, now: datetime
) -> dict[str, Any]:
    rule, moment, mailbox = given
    told = {"do": action["do"], "to": shown(action)}
    try:
        with session.begin_nested():
            case = status.load(session, moment.case_id)
            key = f"{moment.id}:{rule.title}:{number}"
            acted = actions.act(session, action, actions.About(case, rule, moment, mailbox, key, now))
    except Refusal as refusal:
        return {**told, "result": ActionResult.REFUSED, "why": [Sentence(refusal.sentence, refusal.values).kept]}
    except OperationalError:
        raise  # a deadlock or a database that is away: the whole moment is judged again
    except Exception as error:
        log.exception("rule_action_failed", rule=rule.title, action=action["do"], case=moment.case_id)
        broke = Sentence(_BROKE, {"error": f"{type(error).__name__}: {error}"[:300]})
        return {**told, "result": ActionResult.REFUSED, "why": [broke.kept]}
    remark = [acted.kept] if isinstance(acted, Sentence) else []
    return {**told, "result": ActionResult.DONE if acted else ActionResult.NOTHING, "why": remark}


def shown(action: Action) -> str:
    """What an action is about, in short, for the log."""
    rest = {name: value for name, value in action.items() if name not in {"do", "say", "secret"}}
    return ", ".join(
        f"{name} {_short(value)}" if name not in {"to", "tags", "text"} else _short(value)
        for name, value in rest.items()
    )


def _short(value: Any) -> str:
    match value:
        case dict():
            return " ".join(f"{name} {inner}" for name, inner in value.items())
        case list():
            return " ".join(map(str, value))
        case _:
            return str(value)


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
    _log(session, rule, moment, (RunOutcome.STOPPED, (Sentence(sentence, values),), []), now)
    if told_before:
        return
    words = {one: languages.gettext_for(one)(sentence, **values) for one in LANGUAGES}
    watching = select(User.id).where(User.enabled, User.role.in_((Role.SUPERVISOR, Role.ADMIN)))
    notices.give(session, session.scalars(watching).all(), notices.Told(moment.case_id, words), now)


def _log(
    session: Session,
    rule: Rule,
    moment: Moment,
    came: tuple[RunOutcome, Sequence[Sentence], list[dict[str, Any]]],
    now: datetime,
) -> None:
    outcome, why, done = came
    values = {
        "moment_id": moment.id,
        "case_id": moment.case_id,
        "at": now,
        "outcome": outcome,
        "why": [one.kept for one in why],
    }
    which = {"rule_set": rule.rule_set, "version": rule.version, "rule": rule.name, "actions": done}
    session.execute(insert(RuleRun).values(**values, **which))
