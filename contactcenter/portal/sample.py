"""What the portal tells of the sample company: who can sign in with a password that everybody knows, and who may call."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers
from sqlalchemy import case, select
from sqlalchemy.orm import Session

from contactcenter.configuration.applying_staff import demo_password
from contactcenter.models import Customer, Identity, PhoneNumber, User
from contactcenter.models.states import IdentityKind, Role
from contactcenter.people import passwords

_OF_EACH_LANGUAGE = 3
_ONE_AT_A_TIME = threading.Lock()
_BY_ROLE = case({Role.AGENT: 0, Role.SUPERVISOR: 1, Role.ADMIN: 2}, value=User.role)


@dataclass(frozen=True, slots=True)
class Login:
    """A person of the sample company and the password that still opens their account."""

    login: str
    password: str
    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class Known:
    """A customer of the sample company, reached by one address."""

    name: str
    address: str
    tier: str
    language: str


def people(session: Session) -> Sequence[User]:
    """Everybody who may sign in, agents first."""
    return session.scalars(select(User).where(User.enabled).order_by(_BY_ROLE, User.id)).all()


def logins(everybody: Sequence[User]) -> list[Login]:
    """Those who can sign in with their demonstration password; a changed password takes a person off the list.

    This takes long the first time, so it is not for the inside of a transaction.
    """
    with _ONE_AT_A_TIME:
        return [
            Login(person.login, demo_password(person.login), person.name, Role(person.role))
            for person in everybody
            if _fits(demo_password(person.login), person.password_hash)
        ]


def customers(session: Session, kind: IdentityKind) -> list[Known]:
    """A few customers that the sample company knows, some for each language."""
    rows = session.execute(
        select(Customer.name, Identity.value, Customer.tier, Customer.language)
        .join(Identity, Identity.customer_id == Customer.id)
        .where(Identity.kind == kind, Customer.key.is_not(None))
        .order_by(Customer.language, Customer.id, Identity.id)
    )
    chosen: dict[str, list[Known]] = {}
    for row in rows:
        of_language = chosen.setdefault(row.language, [])
        if len(of_language) < _OF_EACH_LANGUAGE and row.name not in {one.name for one in of_language}:
            of_language.append(Known(*row))
    return [one for of_language in chosen.values() for one in of_language]


def numbers(session: Session) -> Sequence[str]:
    """The numbers that a phone menu answers."""
    return session.scalars(select(PhoneNumber.number).order_by(PhoneNumber.number)).all()


def shown(number: str) -> str:
    """A number in groups, as people read it."""
    parsed = phonenumbers.parse(number)
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


@lru_cache(maxsize=256)
def _fits(password: str, stored: str) -> bool:
    """Checking is slow on purpose, so the answer for a stored hash is remembered; another password has another hash."""
    return passwords.fits(password, stored)
