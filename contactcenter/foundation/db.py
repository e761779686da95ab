"""The database: one transaction per business fact. Nothing outside this file commits."""

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import Any, TypeVar, cast

from sqlalchemy import Table, create_engine, event, insert, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session, sessionmaker

from contactcenter.foundation import realtime, rooms
from contactcenter.foundation.clock import Clock
from contactcenter.models.base import Base

_ATTEMPTS = 5
_RETRYABLE = frozenset({"40001", "40P01", "25P03"})
"""Serialization failure, deadlock, and a transaction that idled too long, for example while code was loaded."""
_SESSION_SETTINGS = (
    "-c idle_in_transaction_session_timeout={idle} -c lock_timeout=3s -c statement_timeout={statement}"
    " -c synchronous_commit=on -c timezone=UTC -c jit=off"
)

T = TypeVar("T")
Row = TypeVar("Row", bound=Base)

React = Callable[[Session, Any, datetime], None]
Published = Callable[[list[rooms.Change], list[int]], None]


def _react_to_nothing(_session: Session, _event: object, _now: datetime) -> None:
    """What a database does with events when nobody composed reactions for it."""


class Database:
    """An engine with its sessions; `react` answers events inside the transaction, `published` hears of them after."""

    def __init__(  # noqa: PLR0913 — named one by one where a process is composed
        self,
        url: str,
        *,
        clock: Clock | None = None,
        react: React = _react_to_nothing,
        published: Published | None = None,
        pool_size: int = 8,
        patient: bool = False,
        name: str = "contactcenter",
        idle: str = "1500ms",
    ) -> None:
        """`patient` lifts the short limits that protect web requests: for migrations, imports and reports."""
        self.clock = clock or Clock()
        self.react = react
        self.published = published
        limits = {"idle": "0", "statement": "0"} if patient else {"idle": idle, "statement": "5s"}
        self.engine = create_engine(
            with_driver(url),
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_timeout=5,
            pool_pre_ping=False,
            connect_args={
                "options": _SESSION_SETTINGS.format(**limits),
                "connect_timeout": 5,
                "application_name": name,
            },
        )
        event.listen(self.engine, "handle_error", _forget_dead_connections)
        self._sessions = sessionmaker(self.engine, autoflush=False, expire_on_commit=False)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session whose work is committed as one fact; room events are written last and published after."""
        with self._sessions() as session:
            session.info.update(clock=self.clock, react=self.react, changes=realtime.changes)
            rooms.start(session)
            session.info["posted"] = []
            yield session
            changes = rooms.write(session)
            session.commit()
        if self.published and (changes or session.info["posted"]):
            self.published(changes, session.info["posted"])

    def run(self, work: Callable[[Session], T]) -> T:
        """`work` in a transaction, repeated whole when PostgreSQL chose it as a deadlock's or a race's victim."""
        for attempt in range(_ATTEMPTS):
            try:
                with self.transaction() as session:
                    return work(session)
            except OperationalError as error:
                if attempt + 1 == _ATTEMPTS or getattr(error.orig, "sqlstate", None) not in _RETRYABLE:
                    raise
                time.sleep(random.uniform(0.005, 0.03) * (attempt + 1))  # noqa: S311 — jitter, not a secret
        raise AssertionError("unreachable")

    def dispose(self) -> None:
        self.engine.dispose()


def take_time(session: Session) -> None:
    """Lift, for this transaction, the limit on thinking between two statements that protects everybody from a web request."""
    session.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))


def add(session: Session, model: type[Base], values: Mapping[str, Any]) -> int:
    """Insert one row and return its id."""
    return int(session.connection().execute(_insertion(model), dict(values)).scalar_one())


def add_all(session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Insert rows that name the same columns and return their ids, in the order of the rows."""
    if not rows:
        return []
    return list(session.connection().execute(_insertion(model), [dict(row) for row in rows]).scalars())


def create(session: Session, model: type[Row], values: Mapping[str, Any]) -> Row:
    """Insert one row and return it whole, as the database has it."""
    row: Row = session.scalars(_whole_insertion(model), [dict(values)]).one()
    return row


def table_of(model: type[Base]) -> Table:
    """The model's table, for statements that are made once."""
    return cast("Table", model.__table__)


# Statements are made once, and the values given beside them: writing values into a statement costs more than running it.


@cache
def _insertion(model: type[Base]) -> Any:
    table = table_of(model)
    return insert(table).returning(table.c.id, sort_by_parameter_order=True)


@cache
def _whole_insertion(model: type[Row]) -> Any:
    return insert(model).returning(model)


def fetch(session: Session, model: type[Row], key: object, *, fresh: bool = True) -> Row | None:
    """The row with this key as it is now, not as this session once saw it."""
    return session.get(model, key, populate_existing=fresh)


def with_driver(url: str) -> URL:
    """The address under the one driver that is installed."""
    parsed = make_url(url)
    return parsed.set(drivername="postgresql+psycopg") if parsed.drivername in {"postgres", "postgresql"} else parsed


def _forget_dead_connections(context: Any) -> None:
    """Drop the whole pool on a fail-over: a read-only or vanished server answers all its connections alike."""
    error = context.original_exception
    state = getattr(error, "sqlstate", None) or ""
    if isinstance(context.sqlalchemy_exception, DBAPIError) and (state in {"57P01", "25006"} or state[:2] == "08"):
        context.is_disconnect = True
