"""Macros by hand: whoever works on a case does at once what stands under a name, with the verbs of rules, as themselves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from contactcenter.assignment import line
from contactcenter.automation import moments
from contactcenter.automation.carrying_out import Order, carry_out
from contactcenter.automation.moments import Happened
from contactcenter.automation.rules import Action, Trigger
from contactcenter.channels.email.mailbox import Mailbox
from contactcenter.foundation.errors import NotFound
from contactcenter.foundation.permissions import Who
from contactcenter.models import Macro, Moment


@dataclass(frozen=True, slots=True)
class Known:
    """A macro with what it would do, in its order."""

    name: str
    actions: Sequence[Action]


def all_of_them(session: Session) -> list[Known]:
    """By name."""
    rows = session.execute(select(Macro.name, Macro.actions).order_by(Macro.name))
    return [Known(name, actions) for name, actions in rows]


def use(
    session: Session, case_id: int, name: str, who: Who, mailbox: Mailbox, now: datetime
) -> list[Mapping[str, Any]]:
    """Do it all, as this person. What each action came to; rules hear of it as `macro_used`. Raises NotFound."""
    line.hold_case(session, case_id)
    actions = session.scalar(select(Macro.actions).where(Macro.name == name))
    if actions is None:
        raise NotFound("There is no macro %(name)s any more.", name=name)
    [moment_id] = moments.write(session, Trigger.MACRO_USED, [Happened(case_id, {"macro": name})], now)
    order = Order(f"user:{who.login}", name, 0, who, session.get_one(Moment, moment_id))
    return list(carry_out(session, actions, order, mailbox, now))
