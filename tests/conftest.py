"""What every test may ask for: real servers shared by the run, and a fresh database of its own."""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import argon2
import in_memory
import psycopg
import pytest
from hypothesis import settings as hypothesis_settings
from pytest_socket import socket_allow_hosts
from sqlalchemy.engine import make_url

from contactcenter.foundation import embedded
from contactcenter.foundation.db import Database
from contactcenter.migrations.run import upgrade
from contactcenter.people import passwords

# The parameters for people's own passwords would take a tenth of the run.
passwords.HASHER = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)

hypothesis_settings.register_profile("default", deadline=None, print_blob=True)
hypothesis_settings.register_profile("fuzz", deadline=None, max_examples=5000)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


if TYPE_CHECKING:
    from house import House
    from playwright.sync_api import Browser


@pytest.fixture(autouse=True)
def _only_loopback() -> None:
    """No test talks to anything outside this machine."""
    socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A private PostgreSQL (without fsync) and Valkey for this worker of the run, and a migrated template."""
    with (
        in_memory.directory(tmp_path_factory.mktemp("servers")) as var,
        embedded.servers(var, need_postgres=True, need_valkey=True, fsync=False) as urls,
    ):
        database, redis = urls.database, urls.redis
        _execute(database, "CREATE DATABASE template_cc")
        upgrade(named(database, "template_cc"))
        yield {"database": database, "redis": redis}


@pytest.fixture
def database_url(servers: dict[str, str]) -> Iterator[str]:
    """A fresh database, cloned from the template."""
    yield from _cloned(servers["database"], "template_cc")


@pytest.fixture
def redis_url(servers: dict[str, str]) -> str:
    """The run's Valkey, emptied."""
    import redis

    client = redis.Redis.from_url(servers["redis"])
    client.flushall()
    client.close()
    return servers["redis"]


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    """A database without reactions, on which time stands unless the test moves it: for topics on their own."""
    from world import StandingClock

    database = Database(database_url, clock=StandingClock(), idle="30s")
    yield database
    database.dispose()


def _cloned(url: str, template: str) -> Iterator[str]:
    name = f"t_{uuid.uuid4().hex[:12]}"
    _execute(url, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield named(url, name)
    _execute(url, f"DROP DATABASE {name} WITH (FORCE)")


def named(url: str, database: str) -> str:
    """The same server, another database."""
    return make_url(url).set(database=database).render_as_string(hide_password=False)


def _execute(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)


@pytest.fixture(scope="session")
def furnished(servers: dict[str, str]) -> str:
    """A template with the sample company in it."""
    from house import furnish

    _execute(servers["database"], "CREATE DATABASE template_house TEMPLATE template_cc")
    furnish(named(servers["database"], "template_house"))
    return "template_house"


@pytest.fixture
def house_url(servers: dict[str, str], furnished: str) -> Iterator[str]:
    """A fresh database with the sample company."""
    yield from _cloned(servers["database"], furnished)


@pytest.fixture
def house(house_url: str, redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator["House"]:
    """The whole product in this process, on a fresh database with the sample company, time in the test's hands."""
    from house import build

    from contactcenter.channels.voice.hooks import asking

    # However busy the machine: what looks something up is waited for inside the request, up to its own time-out.
    monkeypatch.setattr(asking, "_AT_ONCE", 60.0)
    yield from build(house_url, redis_url, tmp_path)


@pytest.fixture(scope="session")
def chromium() -> Iterator["Browser"]:
    """One browser for this worker of the run: a second Playwright cannot live in the process beside the first."""
    from chromium import MISSING, launched
    from playwright.sync_api import sync_playwright

    if MISSING:
        pytest.skip(MISSING)
    with sync_playwright() as playwright, launched(playwright) as browser:
        yield browser
