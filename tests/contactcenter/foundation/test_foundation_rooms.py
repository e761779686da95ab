"""Rooms: every change has its number, no number is left out, and whoever was away hears what they missed."""

import threading

import pytest
from races import at_once
from world import World

from contactcenter.foundation import rooms
from contactcenter.foundation.db import Database
from contactcenter.foundation.rooms import MOST_REPLAYED, Change
from contactcenter.models import Event, Room


def announce(world: World, room: str, times: int = 1) -> None:
    def work(session, now):
        for ref in range(times):
            rooms.announce(session, Change(room, "entry_added", ref=ref), now)

    world.do(work)


def missed(world: World, **seen: int) -> tuple[list[Change], list[str]]:
    return world.do(
        lambda session, _now: rooms.missed(session, {name.replace("_", ":"): n for name, n in seen.items()})
    )


def test_eight_writers_in_one_room_leave_no_gap_and_a_reader_skips_nothing(world: World) -> None:
    writers, each = 8, 12
    heard: list[int] = []
    done = threading.Event()

    def writer() -> None:
        for _ in range(each):
            announce(world, "case:1")

    def reader() -> None:
        while True:
            last_look = done.is_set()
            changes, resync = missed(world, case_1=heard[-1] if heard else 0)
            assert not resync
            heard.extend(change.seq for change in changes)
            if last_look:
                return

    listening = threading.Thread(target=reader)
    listening.start()
    assert at_once(*[writer] * writers) == [None] * writers
    done.set()
    listening.join(20)
    assert heard == list(range(1, writers * each + 1))
    assert world.get(Room, "case:1").seq == writers * each
    assert world.violated() == []


def test_two_who_speak_in_the_same_rooms_in_opposite_order_do_not_block_each_other(world: World) -> None:
    attempts = []

    def speak(*names: str) -> None:
        for _ in range(15):

            def work(session, now):
                attempts.append(names)
                for name in names:
                    rooms.announce(session, Change(name, "case_changed"), now)

            world.do(work)

    assert at_once(lambda: speak("case:1", "queue:1"), lambda: speak("queue:1", "case:1")) == [None, None]
    assert len(attempts) == 30, "no transaction had to be repeated"


def test_what_is_announced_in_one_transaction_keeps_its_order(world: World) -> None:
    announce(world, "case:1", times=5)
    changes, _ = missed(world, case_1=0)
    assert [(change.seq, change.ref) for change in changes] == [(1, 0), (2, 1), (3, 2), (4, 3), (5, 4)]


def test_a_transaction_that_fails_uses_no_number(world: World) -> None:
    def fails(session, now):
        rooms.announce(session, Change("case:1", "entry_added"), now)
        rooms.write(session)
        raise RuntimeError

    announce(world, "case:1")
    with pytest.raises(RuntimeError):
        world.do(fails)
    announce(world, "case:1")
    assert [event.room_seq for event in world.all(Event)] == [1, 2]


def test_a_page_that_was_away_hears_what_it_missed_in_each_of_its_rooms_and_no_other(world: World) -> None:
    for room in ("case:1", "case:2", "agent:1", "case:1"):
        announce(world, room)
    changes, resync = missed(world, case_1=1, agent_1=0, case_9=0)
    assert [(change.room, change.seq) for change in changes] == [("agent:1", 1), ("case:1", 2)]
    assert resync == []


def test_a_page_that_missed_too_much_is_told_to_start_afresh(world: World) -> None:
    announce(world, "case:1", times=MOST_REPLAYED + 1)
    announce(world, "case:2")
    changes, resync = missed(world, case_1=0, case_2=0)
    assert resync == ["case:1"]
    assert [change.room for change in changes] == ["case:2"]
    changes, resync = missed(world, case_1=1)
    assert (len(changes), resync) == (MOST_REPLAYED, [])


def test_a_room_nobody_spoke_in_stands_at_zero(world: World) -> None:
    announce(world, "case:1")
    counted = world.do(lambda session, _now: rooms.counters(session, ["case:1", "case:2"]))
    assert counted == {"case:1": 1, "case:2": 0}


def test_listeners_are_told_after_the_commit_and_with_the_numbers(database_url: str) -> None:
    told: list[list[tuple[str, int]]] = []
    seen_by_others: list[int] = []

    def published(changes: list[Change], _posted: list[int]) -> None:
        told.append([(change.room, change.seq) for change in changes])
        seen_by_others.append(other.count(Event))

    speaker, other = World(Database(database_url, published=published)), World(Database(database_url))
    announce(speaker, "case:1", times=2)
    with pytest.raises(RuntimeError):
        speaker.do(_announce_and_fail)
    speaker.do(lambda _session, _now: None)
    assert told == [[("case:1", 1), ("case:1", 2)]]
    assert seen_by_others == [2]
    speaker.db.dispose()
    other.db.dispose()


def _announce_and_fail(session, now):
    rooms.announce(session, Change("case:1", "entry_added"), now)
    raise RuntimeError
