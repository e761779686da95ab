"""Carrying out what rules do. Each action stands alone: what one could not do is told, and the others are done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import insert
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from contactcenter.automation import actions
from contactcenter.automation.rules import Action
from contactcenter.cases import status
from contactcenter.channels.email.mailbox import Mailbox
from contactcenter.foundation.errors import Refusal
from contactcenter.foundation.languages import N_, Sentence
from contactcenter.foundation.permissions import Doer
from contactcenter.models import Moment, RuleRun
from contactcenter.models.states import ActionResult, RunOutcome

log = structlog.get_logger()
_BROKE = N_("It broke off: %(error)s")


@dataclass(frozen=True, slots=True)
class Order:
    """For whom, and because of what. `source` and `name` are the set and the rule, or a person and the macro they used.

    `title` is how other systems are told of it.
    """

    source: str
    name: str
    version: int
    title: str
    doer: Doer
    moment: Moment


def carry_out(
    session: Session, then: Sequence[Action], order: Order, mailbox: Mailbox, now: datetime
) -> list[dict[str, Any]]:
    """Do it all, and put it into the log. What each action came to: `{do, to, result, why}`."""
    found = actions.spread(session, then)
    done = [_do(session, action, (order, mailbox), number, now) for number, action in enumerate(found, 1)]
    refused = any(one["result"] == ActionResult.REFUSED for one in done)
    write(session, order, (RunOutcome.FAILED if refused else RunOutcome.ACTED, (), done), now)
    return done


def write(
    session: Session,
    order: Order,
    came: tuple[RunOutcome, Sequence[Sentence], list[dict[str, Any]]],
    now: datetime,
) -> None:
    """One line of the log."""
    outcome, why, done = came
    about = {"moment_id": order.moment.id, "case_id": order.moment.case_id, "at": now, "outcome": outcome}
    which = {"rule_set": order.source, "version": order.version, "rule": order.name}
    session.execute(insert(RuleRun).values(**about, **which, why=[one.kept for one in why], actions=done))


def do(session: Session, action: Action, given: tuple[Order, Mailbox], number: int, now: datetime) -> bool | Sentence:
    """The action by that number in its order: False when it was so already. Raises Refusal."""
    order, mailbox = given
    case = status.load(session, order.moment.case_id)
    key = f"{order.moment.id}:{order.title}:{number}"
    return actions.act(session, action, actions.About(case, order.title, order.doer, order.moment, mailbox, key, now))


def came_to(action: Action, acted: bool | Sentence) -> dict[str, Any]:
    """What the log says of an action that was done, or was so already."""
    remark = [acted.kept] if isinstance(acted, Sentence) else []
    result = ActionResult.DONE if acted else ActionResult.NOTHING
    return {"do": action["do"], "to": shown(action), "result": result, "why": remark}


def _do(session: Session, action: Action, given: tuple[Order, Mailbox], number: int, now: datetime) -> dict[str, Any]:
    order, _ = given
    told = {"do": action["do"], "to": shown(action)}
    try:
        with session.begin_nested():
            return came_to(action, do(session, action, given, number, now))
    except Refusal as refusal:
        return {**told, "result": ActionResult.REFUSED, "why": [Sentence(refusal.sentence, refusal.values).kept]}
    except OperationalError:
        raise  # a deadlock or a database that is away: the whole moment is judged again
    except Exception as error:
        log.exception("rule_action_failed", rule=order.title, action=action["do"], case=order.moment.case_id)
        broke = Sentence(_BROKE, {"error": f"{type(error).__name__}: {error}"[:300]})
        return {**told, "result": ActionResult.REFUSED, "why": [broke.kept]}


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
