"""Leases: one holder at a time by the database's clock, and an epoch that tells a deposed holder apart."""

from datetime import timedelta

from races import at_once
from world import World

from contactcenter.foundation import leases
from contactcenter.foundation.leases import LIFE, Held


def acquire(world: World, holder: str) -> Held | None:
    return world.do(lambda session, now: leases.acquire(session, "router", holder, now))


def renew(world: World, held: Held) -> bool:
    return world.do(lambda session, now: leases.renew(session, held, now))


def is_current(world: World, held: Held) -> bool:
    return world.do(lambda session, _now: leases.is_current(session, held))


def wait_it_out(world: World) -> None:
    world.db.clock.ahead += LIFE + timedelta(milliseconds=1)


def test_one_of_many_standbys_becomes_the_holder(world: World) -> None:
    for epoch in range(1, 6):
        found = at_once(*[lambda n=n: acquire(world, f"host:{n}") for n in range(4)])
        assert [held.epoch for held in found if held] == [epoch]
        wait_it_out(world)


def test_a_lease_that_is_held_cannot_be_taken_not_even_by_its_holder(world: World) -> None:
    assert acquire(world, "one") is not None
    assert acquire(world, "two") is None
    assert acquire(world, "one") is None


def test_a_holder_who_renews_stays_and_the_epoch_with_them(world: World) -> None:
    held = acquire(world, "one")
    for _ in range(5):
        world.pass_time(LIFE.total_seconds() - 1)
        assert renew(world, held)
    assert acquire(world, "two") is None
    assert is_current(world, held)


def test_a_holder_who_slept_too_long_is_deposed_even_if_nobody_followed(world: World) -> None:
    held = acquire(world, "one")
    wait_it_out(world)
    assert not renew(world, held)


def test_a_deposed_holder_is_told_by_the_epoch_and_cannot_renew_or_release_the_successors_lease(world: World) -> None:
    deposed = acquire(world, "one")
    wait_it_out(world)
    successor = acquire(world, "one")
    assert successor.epoch == deposed.epoch + 1
    assert not is_current(world, deposed)
    assert not renew(world, deposed)
    world.do(lambda session, now: leases.release(session, deposed, now))
    assert is_current(world, successor)
    assert renew(world, successor)
    assert acquire(world, "two") is None


def test_a_released_lease_is_free_at_once(world: World) -> None:
    held = acquire(world, "one")
    world.do(lambda session, now: leases.release(session, held, now))
    assert not renew(world, held)
    assert acquire(world, "two").epoch == held.epoch + 1


def test_leases_of_different_names_do_not_meet(world: World) -> None:
    assert acquire(world, "one")
    other = world.do(lambda session, now: leases.acquire(session, "mail:box", "two", now, timedelta(seconds=90)))
    assert other.epoch == 1
    wait_it_out(world)
    assert world.do(lambda session, now: leases.acquire(session, "mail:box", "three", now)) is None
