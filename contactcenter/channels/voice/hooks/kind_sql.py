"""Hooks in SQL: the first row of a query, read from a database the operator named."""

import threading
from collections.abc import Mapping
from time import monotonic
from typing import Any

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from contactcenter.channels.voice.hooks.answers import HookFailed
from contactcenter.channels.voice.hooks.declared import InSql
from contactcenter.foundation.db import with_driver

_CONNECTIONS = 4
_STOPPED_BY_TIME = "57014"


class Databases:
    """The databases of the setting HOOK_DATABASES, each connected to when a hook first needs it."""

    def __init__(self, urls: Mapping[str, str]) -> None:
        self._urls = urls
        self._engines: dict[str, Engine] = {}
        self._lock = threading.Lock()

    def first_row(self, way: InSql, given: Mapping[str, str], deadline: float) -> dict[str, Any] | None:
        """The first row by column names; None when there is none. Raises HookFailed, and never says any value."""
        query = text(way.query)
        lacking = sorted(set(query.compile().params) - given.keys())
        if lacking:
            raise HookFailed(f"The menu gives no {lacking[0]}, which the query needs.")
        try:
            with self._engine(way.database).connect() as connection:
                milliseconds = str(max(int((deadline - monotonic()) * 1000), 1))
                connection.execute(_LIMIT, {"milliseconds": milliseconds})
                row = connection.execute(query, {name: given[name] for name in query.compile().params}).first()
        except PoolTimeout:
            raise HookFailed("All connections to the database are in use.") from None
        except DBAPIError as error:
            raise HookFailed(_told(way.database, error)) from None
        except SQLAlchemyError as error:
            raise HookFailed(f"The query cannot be run: {type(error).__name__}.") from None
        return None if row is None else dict(row._mapping)  # noqa: SLF001 — the documented way to a row's names

    def close(self) -> None:
        for engine in self._engines.values():
            engine.dispose()

    def _engine(self, name: str) -> Engine:
        if name not in self._urls:
            raise HookFailed(f"HOOK_DATABASES has no {name}.")
        with self._lock:
            if name not in self._engines:
                self._engines[name] = create_engine(
                    with_driver(self._urls[name]),
                    pool_size=_CONNECTIONS,
                    max_overflow=0,
                    pool_timeout=2,
                    pool_pre_ping=True,
                    connect_args={"connect_timeout": 2, "application_name": "contactcenter hooks"},
                    execution_options={"postgresql_readonly": True},
                )
            return self._engines[name]


_LIMIT = text("SELECT set_config('statement_timeout', :milliseconds, true)")


def _told(database: str, error: DBAPIError) -> str:
    state = getattr(error.orig, "sqlstate", None)
    if state is None and isinstance(error, OperationalError):
        return f"The database {database} cannot be reached."
    if state == _STOPPED_BY_TIME:
        return "The query took longer than the time-out."
    return f"The database refuses the query: {type(error.orig).__name__} ({state})."
