"""Signing in and out: a random token in the browser, its hash in the database."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from contactcenter.foundation import audit, clock
from contactcenter.foundation.db import Database
from contactcenter.foundation.permissions import Who
from contactcenter.models import SignIn, User
from contactcenter.models.states import Role
from contactcenter.people import passwords

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
_NOTED_EVERY = timedelta(minutes=1)
_BY_TOKEN = (
    select(SignIn.created_at, SignIn.seen_at, User.id, User.login, User.name, User.role, User.language, User.zone)
    .join(User, User.id == SignIn.user_id)
    .where(SignIn.token_hash == bindparam("hashed"), SignIn.ended_at.is_(None), User.enabled)
)
"""Asked by every page and every beat of a page, hence made once."""


def sign_in(db: Database, login: str, password: str) -> tuple[str, Who] | None:
    """A new browser token and the person, or None when login and password do not fit.

    The password is checked between two transactions: hashing is slow on purpose, and nothing may be held meanwhile.
    """
    with db.transaction() as session:
        user = session.scalar(select(User).where(User.login == login.strip().lower(), User.enabled))
    fits = passwords.fits(password, user.password_hash if user else None)
    with db.transaction() as session:
        now = clock.now(session)
        if user is None or not fits:
            audit.write(session, "nobody", "sign_in", "refused", now, login=login[:100])
            return None
        return _admit(session, user, now), _who(user)


def _admit(session: Session, user: User, now: datetime) -> str:
    token = secrets.token_urlsafe(32)
    session.execute(insert(SignIn).values(token_hash=_hash(token), user_id=user.id, created_at=now, seen_at=now))
    audit.write(session, f"user:{user.id}", "sign_in", "signed_in", now)
    return token


def person(session: Session, token: str, now: datetime) -> Who | None:
    """Whom the token stands for; None when it ended, was idle for half an hour, or is twelve hours old."""
    hashed = _hash(token)
    found = session.execute(_BY_TOKEN, {"hashed": hashed}).first()
    if found is None:
        return None
    created_at, seen_at, user_id, login, name, role, language, zone = found
    if now - seen_at > IDLE or now - created_at > LONGEST:
        return None
    if now - seen_at > _NOTED_EVERY:
        session.execute(update(SignIn).where(SignIn.token_hash == hashed).values(seen_at=now))
    return Who(user_id, login, name, Role(role), language, zone)


def sign_out(session: Session, token: str, now: datetime) -> None:
    session.execute(update(SignIn).where(SignIn.token_hash == _hash(token)).values(ended_at=now))


def choose_language(session: Session, who: Who, language: str) -> None:
    session.execute(update(User).where(User.id == who.id).values(language=language))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _who(user: User) -> Who:
    return Who(user.id, user.login, user.name, Role(user.role), user.language, user.zone)
