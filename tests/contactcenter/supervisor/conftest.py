"""The floor on a fresh database."""

import pytest
from supervisor_world import World

from contactcenter.foundation.db import Database


@pytest.fixture
def world(db: Database) -> World:
    return World(db)
