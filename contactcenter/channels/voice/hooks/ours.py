"""The hooks that come with the house: who is calling, and how an order stands. pyproject.toml names them."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from contactcenter.cases import opening
from contactcenter.customers import identity
from contactcenter.foundation import clock
from contactcenter.models import CustomerOrder


def find_customer(given: Mapping[str, str], session: Session) -> Mapping[str, object] | None:
    """The caller by phone number: name, tier and, if there is one, the number of their open case that moved last."""
    customer = identity.find(session, identity.phone(given.get("phone", "")))
    if customer is None:
        return None
    case = opening.newest_open(session, customer.id, clock.now(session))
    return {"name": customer.name, "tier": customer.tier, **({"case": str(case)} if case else {})}


def find_order(given: Mapping[str, str], session: Session) -> Mapping[str, object] | None:
    """An order by its number: status in each language, and when it should arrive."""
    order = session.get(CustomerOrder, given.get("number", ""))
    return None if order is None else {"status": order.status, "eta": order.eta}
