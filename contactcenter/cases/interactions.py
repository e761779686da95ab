"""Interactions: one conversation on one channel, and the states it goes through."""

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Update, bindparam, func, select, update
from sqlalchemy.orm import Session

from contactcenter.foundation.db import create, table_of
from contactcenter.foundation.guards import made_change
from contactcenter.models import Interaction
from contactcenter.models.states import InteractionState

OVER = (InteractionState.COMPLETED, InteractionState.ABANDONED, InteractionState.FAILED)
_STAMPS = {
    InteractionState.QUEUED: "queued_at",
    InteractionState.CONNECTED: "connected_at",
    InteractionState.WRAP_UP: "ended_at",
    InteractionState.COMPLETED: "ended_at",
    InteractionState.ABANDONED: "ended_at",
    InteractionState.FAILED: "ended_at",
}


def begin(session: Session, values: dict[str, Any], now: datetime) -> Interaction:
    """A new conversation; `values` are columns of Interaction."""
    return create(session, Interaction, {"started_at": now, "path": [], **values})


def load(session: Session, interaction_id: int) -> Interaction:
    row = session.get(Interaction, interaction_id, populate_existing=True)
    assert row is not None
    return row


def move(session: Session, interaction_id: int, state: InteractionState, now: datetime, **values: Any) -> bool:
    """Bring a conversation that is not over into another state; False when it is over. First instants stay."""
    given = {"which": interaction_id, **{f"new_{name}": value for name, value in values.items()}}
    if state in _STAMPS:
        given["at"] = now
    return made_change(session, _moving(state, tuple(values)), given)


@cache
def _moving(state: InteractionState, names: tuple[str, ...]) -> Update:
    """The statement that goes into this state and sets these columns beside it."""
    table = table_of(Interaction)
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
    stamp = _STAMPS.get(state)
    if stamp:
        values[stamp] = func.coalesce(table.c[stamp], bindparam("at"))
    return (
        update(table).where(table.c.id == bindparam("which"), table.c.state.not_in(OVER)).values(state=state, **values)
    )


def live_of_case(session: Session, case_id: int) -> list[Interaction]:
    return list(
        session.scalars(
            select(Interaction)
            .where(Interaction.case_id == case_id, Interaction.state.not_in(OVER))
            .order_by(Interaction.id)
        )
    )
