"""What tests of single topics of the application may ask for."""

import pytest
from world import World

from contactcenter.foundation.db import Database


@pytest.fixture
def world(db: Database) -> World:
    """A small floor in a fresh database, without reactions."""
    return World(db)
