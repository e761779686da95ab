"""The router's process: a start that takes longer than the lease lives, and whoever took the lease meanwhile."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from races import somebody_waits_for_a_lock, wait_until
from sqlalchemy import text
from world import World

from contactcenter import running
from contactcenter.assignment.router import LEASE
from contactcenter.composition import Parts, compose
from contactcenter.foundation import db, leases
from contactcenter.foundation.leases import LIFE, Held
from contactcenter.models import Lease, Offer
from contactcenter.running import RouterProcess
from contactcenter.settings import Settings


@pytest.fixture
def parts(database_url: str, redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Parts]:
    """A process that waits for locks for as long as a busy machine needs to renew a lease ten times."""
    patient = db._SESSION_SETTINGS.replace("lock_timeout=3s", "lock_timeout=60s")
    assert patient != db._SESSION_SETTINGS
    monkeypatch.setattr(db, "_SESSION_SETTINGS", patient)
    settings = Settings(
        database_url=database_url, redis_url=redis_url, var=tmp_path, secret_key="a secret of this test"
    )
    made = compose(settings, name="router")
    yield made
    made.close()


@pytest.fixture
def floor(parts: Parts) -> World:
    """Somebody is free, and somebody waits."""
    world = World(parts.db)
    queue = world.queue("general")
    world.agent("ana", queue)
    world.waiting(queue)
    return world


@pytest.fixture
def process(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> RouterProcess:
    """Its beats follow at once, so that only the database's clock counts."""
    monkeypatch.setattr(running, "_RENEW_EVERY", 0.005)
    return RouterProcess(parts, "slow")


@contextmanager
def begins(world: World, deed: Callable[[], object]) -> Iterator[None]:
    """`deed` starts a router, which is held up in the middle of reading its memory until the block ends."""
    doing = threading.Thread(target=deed)
    with world.db.engine.begin() as lock:
        lock.execute(text("LOCK TABLE agent_queue IN ACCESS EXCLUSIVE MODE"))
        doing.start()
        wait_until(lambda: somebody_waits_for_a_lock(world.db), what="the start")
        yield


def lease(world: World) -> Lease:
    return world.get(Lease, LEASE)


def another(world: World) -> Held | None:
    return world.do(lambda session, now: leases.acquire(session, LEASE, "another", now, timedelta(hours=1)))


def is_ahead(world: World, until: datetime) -> bool:
    return lease(world).until >= until


def test_a_router_whose_start_takes_longer_than_a_lease_lives_keeps_it_all_the_while(
    floor: World, process: RouterProcess
) -> None:
    stop = threading.Event()
    step = LIFE / 4
    try:
        with begins(floor, lambda: process.run(stop)):
            for _ in range(10):
                expected = lease(floor).until + step
                floor.pass_time(step.total_seconds())
                wait_until(lambda expected=expected: is_ahead(floor, expected), what="the renewal")
                assert another(floor) is None
            assert process.router is None, "it has not started yet"
        wait_until(lambda: floor.count(Offer) == 1, what="the offer")
        assert lease(floor).epoch == 1, "nobody needed to take it again"
    finally:
        stop.set()
    wait_until(lambda: another(floor) is not None, what="giving the lease back")


def test_a_router_that_lost_its_lease_during_the_start_takes_it_again_if_nobody_has(
    floor: World, process: RouterProcess
) -> None:
    """The whole machine slept, so that nobody renewed anything."""
    turned = threading.Event()
    with begins(floor, lambda: (process.turn(), turned.set())):
        floor.pass_time(2 * LIFE.total_seconds())
    assert turned.wait(20)
    wait_until(lambda: bool(process.turn()) and lease(floor).epoch == 2, what="taking it again")
    assert process.router is not None
    assert another(floor) is None
    assert floor.count(Offer) == 1


def test_a_router_whose_lease_was_taken_during_the_start_offers_nothing_and_follows_when_it_is_free(
    floor: World, process: RouterProcess
) -> None:
    turned = threading.Event()
    with begins(floor, lambda: (process.turn(), turned.set())):
        floor.pass_time(2 * LIFE.total_seconds())
        successor = another(floor)
        assert successor is not None
    assert turned.wait(20)
    process.turn()
    assert process.router is None
    assert floor.count(Offer) == 0
    floor.do(lambda session, now: leases.release(session, successor, now))
    process.turn()
    assert process.router is not None
    assert lease(floor).epoch == successor.epoch + 1
    assert floor.count(Offer) == 1
