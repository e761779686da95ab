"""Finding and remembering who somebody is by phone number, mail address or visitor key."""

import re
from dataclasses import dataclass
from datetime import datetime

import phonenumbers
from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from contactcenter.foundation.db import create
from contactcenter.models import Customer, Identity
from contactcenter.models.states import IdentityKind

_LONGEST = 320
WITHHELD = frozenset({"+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253"})
"""What the provider writes for a caller it knows nothing of: ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN, UNAVAILABLE on a
telephone's keys. Many people would share such a number."""
_NO_TELEPHONE = re.compile(r"\s*(?!tel:)[a-z]+:", re.IGNORECASE)
"""The start of `client:name` or `sip:name@host`, whose digits are no number."""


@dataclass(frozen=True, slots=True)
class Address:
    """One way to reach a person, in the form in which it is stored and compared."""

    kind: IdentityKind
    value: str


def phone(number: str, region: str = "US") -> Address | None:
    """An address from whatever a carrier calls From; None for a withheld or unreadable number."""
    if number.strip() in WITHHELD or _NO_TELEPHONE.match(number):
        return None
    try:
        parsed = phonenumbers.parse(number, None if number.startswith("+") else region)
    except phonenumbers.NumberParseException:
        return None
    if not parsed.national_number or not phonenumbers.is_possible_number(parsed):
        return None
    return Address(IdentityKind.PHONE, phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))


def email(value: str) -> Address | None:
    """A mail address, compared without regard to case; None when it is none."""
    cleaned = value.strip().lower()
    local, at, domain = cleaned.rpartition("@")
    usable = at and local and "." in domain and len(cleaned) <= _LONGEST and not any(c.isspace() for c in cleaned)
    return Address(IdentityKind.EMAIL, cleaned) if usable else None


def visitor(key: str) -> Address:
    return Address(IdentityKind.VISITOR, key)


def find(session: Session, address: Address | None) -> Customer | None:
    """The customer who owns the address."""
    if address is None:
        return None
    return session.scalar(_OWNER, {"kind": address.kind, "value": address.value})


_OWNER = (
    select(Customer)
    .join(Identity, Identity.customer_id == Customer.id)
    .where(Identity.kind == bindparam("kind"), Identity.value == bindparam("value"))
)
"""Built once: every call, mail and chat begins with it."""


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What is known of somebody who contacts us for the first time."""

    name: str
    language: str
    proof: str


def find_or_create(session: Session, address: Address | None, newcomer: Newcomer, now: datetime) -> Customer:
    """The owner of the address, or a new customer who then owns it.

    Two first contacts at once (a call and a mail in the same moment) end with one owner: the identity is unique, and
    the loser of that race takes the winner.
    """
    known = find(session, address)
    if known:
        return known
    created = create(
        session,
        Customer,
        {"name": newcomer.name, "language": newcomer.language, "facts": {}, "created_at": now},
    )
    if address and not link(session, created.id, address, newcomer.proof, now):
        session.execute(delete(Customer).where(Customer.id == created.id))
        owner = find(session, address)
        assert owner is not None
        return owner
    return created


def link(session: Session, customer_id: int, address: Address, proof: str, now: datetime) -> bool:
    """Give the address to the customer; False when somebody owns it already."""
    row = session.execute(
        insert(Identity)
        .values(customer_id=customer_id, kind=address.kind, value=address.value, proof=proof, created_at=now)
        .on_conflict_do_nothing(index_elements=["kind", "value"])
        .returning(Identity.id)
    ).scalar()
    return row is not None


def addresses(session: Session, customer_id: int) -> list[Identity]:
    return list(session.scalars(select(Identity).where(Identity.customer_id == customer_id).order_by(Identity.id)))
