"""Transactions: whole or not at all, repeated when PostgreSQL chose them as a victim, freed when a process stalls."""

import threading

import pytest
from races import at_once, wait_until
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from world import World

from contactcenter.foundation import inbox
from contactcenter.foundation.clock import Clock
from contactcenter.foundation.db import Database, add, fetch
from contactcenter.models import Customer, Inbox


def renamed(key: int, name: str):
    return update(Customer).where(Customer.id == key).values(name=name)


def test_a_deadlock_is_survived_by_both(world: World) -> None:
    one, other = world.customer("One").id, world.customer("Other").id
    both_hold_one = threading.Barrier(2)
    attempts = {"a": 0, "b": 0}

    def deed(name: str, first: int, second: int) -> None:
        def work(session) -> None:
            attempts[name] += 1
            session.execute(renamed(first, name))
            if attempts[name] == 1:
                both_hold_one.wait(10)
            session.execute(renamed(second, name))

        world.db.run(work)

    assert at_once(lambda: deed("a", one, other), lambda: deed("b", other, one)) == [None, None]
    assert sorted(attempts.values()) == [1, 2], "the victim was repeated, and only the victim"
    assert world.get(Customer, one).name == world.get(Customer, other).name


def test_a_race_between_two_consistent_views_is_repeated_and_counts_both(world: World) -> None:
    key = world.customer("0").id
    both_have_read = threading.Barrier(2)
    attempts: list[int] = []

    def count_up() -> None:
        def work(session) -> None:
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            customer = fetch(session, Customer, key)
            attempts.append(1)
            if len(attempts) <= 2:
                both_have_read.wait(10)
            session.execute(renamed(key, str(int(customer.name) + 1)))

        world.db.run(work)

    assert at_once(count_up, count_up) == [None, None]
    assert world.get(Customer, key).name == "2"
    assert len(attempts) == 3


def test_what_is_no_race_is_not_repeated(world: World) -> None:
    attempts = []

    def work(session) -> None:
        attempts.append(1)
        session.execute(text("SELECT 1/0"))

    with pytest.raises(DBAPIError, match="division by zero"):
        world.db.run(work)
    assert attempts == [1]


def test_a_race_that_is_always_lost_is_given_up_after_five_attempts(world: World) -> None:
    attempts = []

    def work(session) -> None:
        attempts.append(1)
        session.execute(text("DO $$ BEGIN RAISE EXCEPTION 'lost' USING ERRCODE = '40001'; END $$"))

    with pytest.raises(OperationalError, match="lost"):
        world.db.run(work)
    assert len(attempts) == 5


def test_a_failure_half_way_leaves_nothing_behind(world: World) -> None:
    def work(session, now):
        add(session, Customer, {"name": "Half", "facts": {}, "created_at": now})
        add(session, Customer, {"name": "Twice", "key": "same", "facts": {}, "created_at": now})
        add(session, Customer, {"name": "Twice", "key": "same", "facts": {}, "created_at": now})

    with pytest.raises(IntegrityError):
        world.do(work)
    assert world.count(Customer) == 0


def test_a_database_that_drops_its_connections_is_used_again_at_once(world: World) -> None:
    world.db.clock = Clock()  # one that runs
    assert at_once(*[world.now] * 4)
    other = Database(world.db.engine.url.render_as_string(hide_password=False), pool_size=1)
    with other.engine.connect() as connection:
        dropped = connection.execute(
            text("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                 "WHERE datname = current_database() AND pid <> pg_backend_pid()")
        ).scalar()  # fmt: skip
    other.dispose()
    assert dropped >= 1
    with pytest.raises(OperationalError):
        world.now()
    for _ in range(dropped + 1):
        world.now()


def test_a_fact_cut_off_before_its_commit_is_done_once_when_it_is_told_again(world: World) -> None:
    effects = []

    def take_in(*, cut: bool) -> None:
        with world.db.transaction() as session:
            if inbox.receive(session, "twilio", "turn:CA1:0").is_new:
                effects.append(add(session, Customer, {"name": "New", "facts": {}, "created_at": "2026-11-20T09:00Z"}))
            if cut:
                pid = session.execute(text("SELECT pg_backend_pid()")).scalar()
                world_of_another_process(world, pid)

    with pytest.raises(OperationalError):
        take_in(cut=True)
    take_in(cut=False)
    take_in(cut=False)
    assert (world.count(Inbox), world.count(Customer)) == (1, 1)


def world_of_another_process(world: World, pid: int) -> None:
    """An administrator ends this session between its last statement and its commit."""
    other = Database(world.db.engine.url.render_as_string(hide_password=False), pool_size=1)
    with other.engine.connect() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
    other.dispose()


def test_a_process_that_stalls_inside_a_transaction_does_not_keep_its_locks(world: World) -> None:
    key = world.customer("One").id
    freed = threading.Event()
    of_the_product = Database(world.db.engine.url.render_as_string(hide_password=False), pool_size=1)

    def stalls() -> None:
        with of_the_product.transaction() as session:
            session.execute(renamed(key, "stalled"))
            holds.set()
            freed.wait(10)

    def goes_on() -> None:
        world.do(lambda session, _now: session.execute(renamed(key, "went on")))
        freed.set()

    holds = threading.Event()
    stalled, other = at_once(stalls, lambda: (holds.wait(10), goes_on()))
    of_the_product.dispose()
    assert isinstance(stalled, DBAPIError), "its transaction was ended by the server"
    assert isinstance(other, tuple)
    assert world.get(Customer, key).name == "went on"


def test_a_row_is_read_as_it_is_now_not_as_the_session_once_saw_it(world: World) -> None:
    key = world.customer("Before").id
    with world.db.transaction() as session:
        assert fetch(session, Customer, key).name == "Before"
        world.do(lambda other, _now: other.execute(renamed(key, "After")))
        assert fetch(session, Customer, key).name == "After"


def test_time_comes_from_the_database_and_moves_on(world: World) -> None:
    world.db.clock = Clock()  # one that runs
    with world.db.transaction() as session:
        told = session.execute(text("SELECT clock_timestamp()")).scalar()
        assert abs((world.db.clock.now(session) - told).total_seconds()) < 5
    before = world.now()
    wait_until(lambda: world.now() > before)
