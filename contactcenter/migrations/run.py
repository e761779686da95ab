"""Bringing a database to the newest schema; harmless to run twice, or by two processes at once."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from contactcenter.foundation.db import Database

_LOCK = text("SELECT pg_advisory_xact_lock(7003)")
_PATIENCE = text("SET LOCAL lock_timeout = 0")
_IMPATIENCE = text("SET LOCAL lock_timeout TO DEFAULT")
"""A step that waits for a table holds up whoever comes to that table after it."""


def upgrade(url: str) -> None:
    """Apply every step that is missing, in one transaction."""
    db = Database(url, patient=True, pool_size=1)
    with db.engine.begin() as connection:
        # Whoever comes second waits for the first, however long that takes.
        connection.execute(_PATIENCE)
        connection.execute(_LOCK)
        connection.execute(_IMPATIENCE)
        command.upgrade(_config(connection), "head")
    db.dispose()


def differences(connection: Connection) -> list[object]:
    """What the models say and the database does not; empty when they agree."""
    from alembic.autogenerate import compare_metadata  # noqa: PLC0415 — only the test of the migrations needs it
    from alembic.migration import MigrationContext  # noqa: PLC0415

    from contactcenter.models import Base  # noqa: PLC0415

    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, Base.metadata))


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    return config
