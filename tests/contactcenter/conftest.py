"""What tests of single topics of the application may ask for."""

from collections.abc import Iterator

import pytest
from world import StandingClock, World

from contactcenter.foundation.db import Database


@pytest.fixture
def world(db: Database) -> World:
    """A small floor in a fresh database, without reactions."""
    return World(db)


@pytest.fixture
def still(database_url: str) -> Iterator[World]:
    """A floor on which time stands unless the test moves it."""
    database = Database(database_url, clock=StandingClock())
    yield World(database)
    database.dispose()
