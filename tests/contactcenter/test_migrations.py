"""The migrations and the models say the same, on an empty database, after going back and forth, and run twice at once."""

import json
from collections.abc import Iterator

import psycopg
import pytest
from alembic import command
from races import at_once
from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.engine import make_url

from contactcenter.foundation.db import Database
from contactcenter.migrations.run import _config, differences, upgrade
from contactcenter.sla.calendar_file import parse_calendar


@pytest.fixture
def empty(servers: dict[str, str]) -> Iterator[str]:
    """The address of a database without a single table."""
    name = "empty_for_migrations"
    with psycopg.connect(servers["database"], autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        yield make_url(servers["database"]).set(database=name).render_as_string(hide_password=False)
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def connection(empty: str) -> Iterator[Connection]:
    engine = create_engine(make_url(empty).set(drivername="postgresql+psycopg"))
    with engine.connect() as opened:
        yield opened
    engine.dispose()


def tables(connection: Connection) -> set[str]:
    connection.rollback()
    return set(inspect(connection).get_table_names()) - {"alembic_version"}


def loose_ends(connection: Connection) -> list[str]:
    """What a step back has forgotten: functions and types of our own."""
    found = connection.execute(
        text("SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace UNION ALL "
             "SELECT typname FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typtype = 'e'")
    )  # fmt: skip
    return [row[0] for row in found]


def test_an_empty_database_is_brought_to_what_the_models_say(empty: str, connection: Connection) -> None:
    assert differences(connection), "an empty database differs from the models"
    connection.rollback()
    upgrade(empty)
    assert differences(connection) == []


def test_bringing_it_up_to_date_twice_or_by_two_at_once_is_harmless(empty: str, connection: Connection) -> None:
    assert at_once(lambda: upgrade(empty), lambda: upgrade(empty)) == [None, None]
    upgrade(empty)
    assert differences(connection) == []


def test_every_step_can_be_taken_back_and_again(empty: str, connection: Connection) -> None:
    upgrade(empty)
    full = tables(connection)
    downgrade(empty, "base")
    assert (tables(connection), loose_ends(connection)) == (set(), [])
    upgrade(empty)
    assert tables(connection) == full
    connection.rollback()
    assert differences(connection) == []


def test_calendars_are_told_in_the_new_words_and_in_the_old_ones_again(empty: str, connection: Connection) -> None:
    hours = {"mon-fri": ["09:00-17:00"]}
    old = {
        "plain": {"zone": "UTC", "hours": hours},
        "own": {"zone": "UTC", "hours": hours, "holidays": {"country": "CN", "extra": {"2026-12-24": "Eve"}}},
        "always": {"hours": "24x7"},
    }
    upgrade(empty)
    downgrade(empty, "0013")
    for name, definition in old.items():
        put = text("INSERT INTO calendar (name, definition) VALUES (:name, CAST(:definition AS jsonb))")
        connection.execute(put, {"name": name, "definition": json.dumps(definition)})
    connection.commit()
    upgrade(empty)
    assert definitions(connection) == {
        "plain": {"zone": "UTC", "weekly": hours},
        "own": {"zone": "UTC", "weekly": hours, "holidays": {"country": "CN"}, "closed": {"2026-12-24": "Eve"}},
        "always": {"weekly": "24x7"},
    }
    assert all(parse_calendar(name, definition) for name, definition in definitions(connection).items())
    downgrade(empty, "0013")
    assert definitions(connection) == old


def downgrade(url: str, to: str) -> None:
    db = Database(url, patient=True, pool_size=1)
    with db.engine.begin() as patient:
        command.downgrade(_config(patient), to)
    db.dispose()


def definitions(connection: Connection) -> dict[str, object]:
    connection.rollback()
    found = {row.name: row.definition for row in connection.execute(text("SELECT name, definition FROM calendar"))}
    connection.rollback()
    return found


def test_a_column_that_only_the_models_know_is_noticed(empty: str, connection: Connection) -> None:
    upgrade(empty)
    connection.execute(text("ALTER TABLE customer DROP COLUMN tier"))
    connection.execute(text("DROP INDEX ix_offer_agent"))
    assert len(differences(connection)) == 2
