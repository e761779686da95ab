"""Guarded updates: a state changes only from the state we believed in, and losing that race is noticed."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import CursorResult, Update
from sqlalchemy.orm import Session

from contactcenter.foundation.errors import Refusal


def changed(session: Session, statement: Update) -> bool:
    """Whether the update hit exactly one row."""
    result = session.execute(statement.execution_options(synchronize_session=False))
    assert isinstance(result, CursorResult)
    return result.rowcount == 1


def made_change(session: Session, statement: Update, values: Mapping[str, Any]) -> bool:
    """The same for a statement on a table that was made once, with the values given beside it."""
    return session.connection().execute(statement, dict(values)).rowcount == 1


def change_one(session: Session, statement: Update, or_else: Refusal) -> None:
    """Update exactly one row, or refuse with the given sentence (the caller's transaction is rolled back)."""
    if not changed(session, statement):
        raise or_else
