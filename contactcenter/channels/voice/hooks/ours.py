"""The hooks that come with the house: who is calling, and how an order stands. pyproject.toml names them."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from contactcenter.customers import identity
from contactcenter.models import CustomerOrder


def find_customer(given: Mapping[str, str], session: Session) -> Mapping[str, object] | None:
    """The caller by phone number: name and tier."""
    customer = identity.find(session, identity.phone(given.get("phone", "")))
    return None if customer is None else {"name": customer.name, "tier": customer.tier}


def find_order(given: Mapping[str, str], session: Session) -> Mapping[str, object] | None:
    """An order by its number: status in each language, and when it should arrive."""
    order = session.get(CustomerOrder, given.get("number", ""))
    return None if order is None else {"status": order.status, "eta": order.eta}
