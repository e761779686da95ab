"""Macros by hand: whoever works on a case does at once what stands under a name, with the verbs of rules, as themselves.

Whole or not at all: who presses a button watches, and a customer who was not written to is not waited for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from contactcenter.assignment import line
from contactcenter.automation import carrying_out, moments
from contactcenter.automation.carrying_out import Order
from contactcenter.automation.moments import Happened
from contactcenter.automation.rules import Action, Trigger
from contactcenter.channels.email.mailbox import Mailbox
from contactcenter.foundation.errors import NotFound, Refusal
from contactcenter.foundation.languages import Sentence
from contactcenter.foundation.permissions import Who
from contactcenter.models import Macro, Moment
from contactcenter.models.states import RunOutcome

_TO_THE_CUSTOMER = frozenset({"send", "callback"})


@dataclass(frozen=True, slots=True)
class Known:
    """A macro with what it would do, in its order."""

    name: str
    actions: Sequence[Action]

    @property
    def reaches_the_customer(self) -> bool:
        return any(action["do"] in _TO_THE_CUSTOMER for action in self.actions)


class Stopped(Exception):  # noqa: N818 — an answer, not a fault
    """One action could not be done, so that none is."""

    def __init__(self, action: Action, refusal: Refusal) -> None:
        super().__init__(str(refusal))
        self.action = action
        self.refusal = refusal


def all_of_them(session: Session) -> list[Known]:
    """By name."""
    rows = session.execute(select(Macro.name, Macro.actions).order_by(Macro.name))
    return [Known(name, actions) for name, actions in rows]


def find(session: Session, name: str) -> Known:
    actions = session.scalar(select(Macro.actions).where(Macro.name == name))
    if actions is None:
        raise NotFound("There is no macro %(name)s any more.", name=name)
    return Known(name, actions)


def use(
    session: Session, case_id: int, macro: Known, client_id: str, given: tuple[Mailbox, Who], now: datetime
) -> list[tuple[Action, bool | Sentence]]:
    """Do it all, once however often the page sends it; rules hear of it as `macro_used`.

    What each action came to: False when it was so already, a sentence where there is something to say of it; nothing at all
    for a repetition. Raises Stopped.
    """
    mailbox, who = given
    line.hold_case(session, case_id)
    if _was_used(session, case_id, client_id):
        return []
    detail = {"macro": macro.name, "client_id": client_id}
    [moment_id] = moments.write(session, Trigger.MACRO_USED, [Happened(case_id, detail)], now)
    moment = session.get_one(Moment, moment_id)
    order = Order(f"user:{who.login}", macro.name, 0, f"macro/{macro.name}", who, moment)
    came = []
    for number, action in enumerate(macro.actions, 1):
        try:
            came.append((action, carrying_out.do(session, action, (order, mailbox), number, now)))
        except Refusal as refusal:
            raise Stopped(action, refusal) from refusal
    done = [carrying_out.came_to(action, acted) for action, acted in came]
    carrying_out.write(session, order, (RunOutcome.ACTED, (), done), now)
    return came


def _was_used(session: Session, case_id: int, client_id: str) -> bool:
    used = select(Moment.id).where(
        Moment.case_id == case_id,
        Moment.trigger == Trigger.MACRO_USED,
        Moment.detail["client_id"].astext == client_id,
    )
    return bool(session.scalar(select(exists(used))))
