"""Effects outside the house: posted with their fact, carried out by one worker at a time, never forgotten."""

from datetime import timedelta

import pytest
from races import at_once
from world import World

from contactcenter.foundation import outbox
from contactcenter.foundation.outbox import LOCKED_FOR, MOST_ATTEMPTS, Claim, Parcel
from contactcenter.models import Outbox
from contactcenter.models.states import OutboxClass, OutboxState


def post(world: World, key: str, repeat_class: OutboxClass = OutboxClass.REPEATABLE) -> int | None:
    parcel = Parcel("voice.hang_up", key, {"sid": key}, repeat_class)
    return world.do(lambda session, _now: outbox.post(session, parcel))


def claim(world: World, outbox_id: int) -> Claim | None:
    return world.do(lambda session, now: outbox.claim(session, outbox_id, now))


def give_back(world: World, taken: Claim) -> OutboxState:
    return world.do(lambda session, now: outbox.give_back(session, taken, "TimeoutError: no answer", now))


def test_posting_with_the_same_key_twice_makes_one_parcel(world: World) -> None:
    assert post(world, "hang_up:CA1") is not None
    assert post(world, "hang_up:CA1") is None
    assert world.count(Outbox) == 1


def test_a_fact_that_was_rolled_back_wants_no_effect(world: World) -> None:
    def work(session, _now):
        outbox.post(session, Parcel("voice.hang_up", "hang_up:CA1", {}))
        raise RuntimeError

    with pytest.raises(RuntimeError):
        world.do(work)
    assert world.count(Outbox) == 0


def test_of_many_workers_who_want_a_parcel_one_gets_it(world: World) -> None:
    for number in range(10):
        posted = post(world, f"hang_up:CA{number}")
        claims = at_once(*[lambda posted=posted: claim(world, posted)] * 4)
        assert sum(taken is not None for taken in claims) == 1


def test_workers_who_look_for_anything_due_never_meet(world: World) -> None:
    for number in range(24):
        post(world, f"hang_up:CA{number}")

    def worker() -> list[int]:
        found = []
        while taken := world.do(outbox.claim_due):
            found.append(taken.id)
        return found

    shares = at_once(*[worker] * 3)
    carried = [one for share in shares for one in share]
    assert sorted(carried) == sorted(set(carried))
    assert len(carried) == 24


def test_parcels_leave_in_the_order_they_were_posted(world: World) -> None:
    posted = [post(world, f"hang_up:CA{number}") for number in range(5)]
    assert [world.do(outbox.claim_due).id for _ in posted] == posted


def test_a_parcel_whose_worker_died_is_taken_over_as_uncertain_and_the_dead_worker_changes_nothing(
    world: World,
) -> None:
    posted = post(world, "dial:1", OutboxClass.ONCE)
    first = claim(world, posted)
    assert (first.uncertain, first.attempt) == (False, 1)
    world.pass_time(LOCKED_FOR.total_seconds() - 1)
    assert claim(world, posted) is None
    world.pass_time(2)
    second = claim(world, posted)
    assert (second.uncertain, second.attempt) == (True, 2)
    assert second.token != first.token

    assert not world.do(lambda session, _now: outbox.finish(session, first, OutboxState.DEAD))
    give_back(world, first)
    assert world.get(Outbox, posted).state == OutboxState.SENDING
    assert world.do(lambda session, _now: outbox.finish(session, second, OutboxState.DONE))
    assert world.get(Outbox, posted).state == OutboxState.DONE
    world.pass_time(3600)
    assert claim(world, posted) is None


def test_a_parcel_given_back_waits_longer_each_time_and_is_dead_at_last(world: World) -> None:
    posted = post(world, "email:1")
    patience = []
    for attempt in range(1, MOST_ATTEMPTS + 1):
        taken = claim(world, posted)
        assert taken.attempt == attempt
        state = give_back(world, taken)
        row = world.get(Outbox, posted)
        assert row.error == "TimeoutError: no answer"
        patience.append(round((row.lock_until - world.now()).total_seconds()))
        if attempt < MOST_ATTEMPTS:
            assert claim(world, posted) is None, "it must not be tried again at once"
            world.db.clock.ahead += row.lock_until - world.now() + timedelta(milliseconds=50)
    assert patience == sorted(patience)
    assert patience[-1] <= 300
    assert (state, world.get(Outbox, posted).state) == (OutboxState.DEAD, OutboxState.DEAD)
    world.pass_time(3600)
    assert claim(world, posted) is None


def test_a_parcel_that_always_fails_does_not_hold_up_the_others(world: World) -> None:
    poisoned, healthy = post(world, "email:1"), post(world, "email:2")
    give_back(world, world.do(outbox.claim_due))
    assert world.do(outbox.claim_due).id == healthy
    assert world.get(Outbox, poisoned).attempts == 1


def test_an_effect_that_must_not_be_repeated_is_uncertain_after_any_failed_attempt(world: World) -> None:
    """A timeout may come after the call was made: the next attempt has to look before it dials again."""
    posted = post(world, "dial:1", OutboxClass.ONCE)
    give_back(world, claim(world, posted))
    world.pass_time(10)
    assert claim(world, posted).uncertain


def test_an_effect_that_may_be_repeated_is_simply_tried_again(world: World) -> None:
    posted = post(world, "email:1")
    give_back(world, claim(world, posted))
    world.pass_time(10)
    assert not claim(world, posted).uncertain
