"""What a phone menu may look up, by name: the caller, an order. A hook finds, misses or fails; it never drops a call."""

from collections.abc import Callable, Mapping
from datetime import datetime

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

import ivr
from contactcenter.channels.voice import emergency
from contactcenter.customers import identity
from contactcenter.models import CustomerOrder
from contactcenter.sla import calendars, clocks

log = structlog.get_logger()
Found = Mapping[str, object] | None
Hook = Callable[[Session, Mapping[str, str]], Found]


def find_customer(session: Session, given: Mapping[str, str]) -> Found:
    """The caller by phone number: name and tier."""
    customer = identity.find(session, identity.phone(given.get("phone", "")))
    return None if customer is None else {"name": customer.name, "tier": customer.tier}


def find_order(session: Session, given: Mapping[str, str]) -> Found:
    """An order by its number: status in each language, and when it should arrive."""
    order = session.get(CustomerOrder, given.get("number", ""))
    return None if order is None else {"status": order.status, "eta": order.eta}


HOOKS: dict[str, Hook] = {"find_customer": find_customer, "find_order": find_order}


class HookBroken(Exception):  # noqa: N818 — what broke is said by the name it carries
    """A hook failed and took its transaction with it: the request is answered again without that hook."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def run(session: Session, name: str, given: Mapping[str, str]) -> ivr.LookupAnswered:
    """Run a hook. One that breaks costs the caller a moment, never the call."""
    if name in session.info.get("broken_hooks", ()) or name not in HOOKS:
        return ivr.LookupAnswered("error")
    try:
        values = HOOKS[name](session, given)
    except SQLAlchemyError as error:
        log.warning("hook_failed", hook=name, error=str(error))
        raise HookBroken(name) from error
    return ivr.LookupAnswered("missing") if values is None else ivr.LookupAnswered("found", values)


def hours(session: Session, calendar: str, now: datetime) -> ivr.HoursAnswered:
    """Whether we are open now. Who calls after hours hears that we are closed, emergency or not."""
    if not calendars.is_open(clocks.calendar(session, calendar), now):
        return ivr.HoursAnswered("closed")
    return ivr.HoursAnswered("open" if emergency.notice(session) is None else "emergency")
