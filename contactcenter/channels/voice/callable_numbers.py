"""Which numbers we call back: a caller's own, and others where our own numbers are and a call costs no more than usual."""

import phonenumbers
from sqlalchemy import select
from sqlalchemy.orm import Session

from contactcenter.customers import identity
from contactcenter.models import PhoneNumber

_TOO_DEAR = frozenset(
    {
        phonenumbers.PhoneNumberType.PREMIUM_RATE,
        phonenumbers.PhoneNumberType.SHARED_COST,
        phonenumbers.PhoneNumberType.UAN,
        phonenumbers.PhoneNumberType.PAGER,
    }
)
_ANYWHERE = "US"


def to_call_back(session: Session, caller: str, written: str) -> str | None:
    """The number as it is dialled (E.164), None for one that we do not call. `caller` is who asks for it, as the carrier wrote it.

    Without a country in front, the number is taken as one of the caller's country.
    """
    own = identity.phone(caller)
    ours = _countries(session)
    home = _country(own.value) if own else None
    address = identity.phone(written, home or next(iter(sorted(ours)), _ANYWHERE))
    if address is None or address == own:
        return address.value if address else None
    parsed = phonenumbers.parse(address.value)
    allowed = phonenumbers.is_valid_number(parsed) and phonenumbers.number_type(parsed) not in _TOO_DEAR
    return address.value if allowed and _country(address.value) in ours | {home} else None


def _countries(session: Session) -> set[str]:
    """Where our own numbers are: calls to anywhere else are how telephone fraud earns its money."""
    numbers = (identity.phone(number) for number in session.scalars(select(PhoneNumber.number)))
    return {country for one in numbers if one and (country := _country(one.value))}


def _country(number: str) -> str | None:
    return phonenumbers.region_code_for_number(phonenumbers.parse(number))
