"""Days played twice with the same customers: nobody is lost, nothing differs but what is asked, and theory agrees."""

from dataclasses import replace

import pytest
from reports_traffic import HOUR, RULES, SECOND, Theory, contact, there, traffic

from contactcenter.reports.changes import Change, Gift
from contactcenter.reports.differences import FIGURES, differences
from contactcenter.reports.hours import Span
from contactcenter.reports.plays import Day, Play, Record, Tally, plays
from contactcenter.reports.resampling import habits, resampled, rooms, seen
from contactcenter.reports.traffic import Attendance, Contact
from contactcenter.reports.what_if import answered
from routing.theory import erlang_a

TEXTBOOK = Theory(per_hour=30, service=300, patience=180, agents=4, hours=2)


def recording(*days: Day) -> Record:
    return Record(days, seen(one for day in days for one in day.traffic.contacts), RULES)


def morning(*contacts: Contact, people: tuple[Attendance, ...]) -> Day:
    """Three hours, of which the middle one counts."""
    known = traffic(*contacts, people=people, until=3 * 3600)
    return Day(known, Span(HOUR, 2 * HOUR), rooms(known))


def mixed() -> Day:
    calls = [contact(n, 100 * n, handling=200, patience=40 if n % 9 == 0 else None) for n in range(1, 100)]
    more = [contact(n, 100 * n, handling=90, queue="returns", waited=30) for n in range(1, 100)]
    mails = [contact(n, 300 * n, handling=900, channel="email") for n in range(1, 30)]
    people = (there(1), there(2, queues="orders returns"), there(3, queues="returns"))
    return morning(*sorted([*calls, *more, *mails], key=lambda one: one.work.enqueued_at), people=people)


def textbook(number: int) -> Record:
    return recording(*(TEXTBOOK.recorded(f"recorded {day}") for day in range(number)))


def test_in_both_worlds_everybody_is_counted_once_as_answered_left_or_still_waiting() -> None:
    record = recording(mixed())
    (day,) = record.days
    for number, play in enumerate(plays(record, Change(less=1), 5, 1)):
        name = f"1/{number}"
        came = resampled(day.traffic, day.rooms, habits(record.seen, name), f"{name}/0")
        calls = [
            one for one in came.contacts if day.counted.holds(one.work.enqueued_at) and one.work.channel == "voice"
        ]
        waits = answered(came, RULES)
        (staffed,), (asked,) = play.staffed, play.asked
        for queue in ("orders", "returns"):
            here = [one for one in calls if one.work.queue == queue]
            assert staffed[queue].received == asked[queue].received == len(here) > 10
            tally = staffed[queue]
            assert tally.received - tally.left - tally.waiting == sum(one.work.id in waits for one in here)
        for tally in (*staffed.values(), *asked.values()):
            assert tally.in_time <= tally.received - tally.left - tally.waiting <= tally.due <= tally.received


def test_without_a_change_both_worlds_are_the_same() -> None:
    for play in plays(recording(mixed()), Change(), 3, 1):
        assert play.staffed == play.asked


def test_whatever_is_asked_the_world_as_it_was_staffed_is_the_same() -> None:
    record = recording(mixed(), mixed())
    asked = [
        Change(),
        Change(less=1),
        Change(more=2, queue="returns"),
        Change(gifts={1: Gift(queues=frozenset({"returns"}))}),
    ]
    worlds = [[play.staffed for play in plays(record, change, 3, 1)] for change in asked]
    assert worlds[0] == worlds[1] == worlds[2] == worlds[3]
    assert worlds[0] != [play.staffed for play in plays(record, Change(), 3, 2)], "another seed, other customers"


def test_one_less_makes_them_wait_one_more_the_opposite_and_who_learns_the_skill_takes_the_work() -> None:
    record = recording(mixed())

    def wait(change: Change, queue: str) -> float:
        found = differences(list(plays(record, change, 10, 1)), queue)["mean wait, s"]
        assert found is not None
        return found.mean

    assert wait(Change(less=1, queue="returns"), "returns") > 1
    assert wait(Change(more=1), "orders") < -1
    assert wait(Change(gifts={3: Gift(queues=frozenset({"orders"}))}), "orders") < -1


def unserved(patience: float) -> tuple[Tally, list[tuple[float, float]]]:
    """A play in which nobody is there; and of each call in it the patience, and the time to the play's end, in seconds."""
    calls = [contact(n, 60 * n, patience=patience) for n in range(1, 179)]
    record = recording(morning(*calls, people=(there(1, ready=False),)))
    (play,) = plays(record, Change(), 1, 1)
    (day,) = record.days
    came = resampled(day.traffic, day.rooms, habits(record.seen, "1/0"), "1/0/0")
    within = [one for one in came.contacts if day.counted.holds(one.work.enqueued_at)]
    times = [((one.patience or 0) / SECOND, (came.until - one.work.enqueued_at) / SECOND) for one in within]
    return play.staffed[0]["orders"], times


def test_who_leaves_within_the_target_is_not_due() -> None:
    tally, times = unserved(patience=15)
    assert (tally.received, tally.left, tally.in_time) == (len(times), len(times), 0)
    assert tally.due == sum(patience > 20 for patience, _ in times)
    assert 0 < tally.due < tally.received / 2


def test_who_would_leave_after_the_play_ends_still_waits_then_and_is_late() -> None:
    tally, times = unserved(patience=7200)
    assert tally.left == sum(patience <= rest for patience, rest in times) > 5
    assert tally.waiting == len(times) - tally.left > 5
    assert sum(tally.waits) / SECOND == pytest.approx(sum(min(both) for both in times))
    assert tally.due == sum(min(both) > 20 for both in times)


def test_a_play_draws_as_many_days_as_were_recorded_one_of_them_perhaps_twice() -> None:
    quiet = morning(contact(1, 4000), people=(there(1),))
    record = recording(mixed(), quiet)
    busy_days = [sum(bool(world.get("returns")) for world in play.staffed) for play in plays(record, Change(), 20, 1)]
    assert {len(play.staffed) for play in plays(record, Change(), 3, 1)} == {2}
    assert set(busy_days) == {0, 1, 2}


def test_what_computing_leaves_open_narrows_with_more_plays_and_what_the_record_leaves_open_does_not() -> None:
    record = textbook(1)
    few, many = (
        differences(list(plays(record, Change(less=1), number, 1)), None)["mean wait, s"] for number in (40, 160)
    )
    assert few is not None
    assert many is not None
    assert many.computed == pytest.approx(few.computed / 2, rel=0.35)
    assert many.together[1] - many.together[0] > 0.7 * (few.together[1] - few.together[0])


def test_of_forty_plays_the_least_and_the_most_hold_95_of_100_cases() -> None:
    played = [Play(({"orders": Tally(waits=[0])},), ({"orders": Tally(waits=[n * SECOND])},)) for n in range(1, 41)]
    found = differences(played, "orders")["mean wait, s"]
    assert found is not None
    assert (found.staffed, found.asked, found.mean) == (0, 20.5, 20.5)
    assert found.together == (pytest.approx(1, abs=0.1), pytest.approx(40, abs=0.1))
    assert found.computed == pytest.approx(2.0227 * 11.690 / 40**0.5, rel=1e-3), (
        "Student's t with 39 degrees of freedom"
    )
    assert differences(played, "orders")["in time, %"] is None, "nobody is due, so there is no share"


def test_one_agent_less_is_what_erlang_a_says_it_is_within_the_interval() -> None:
    then, less = (erlang_a(agents, 30 / 3600, 300, 180) for agents in (4, 3))
    found = differences(list(plays(textbook(4), Change(less=1), 40, 1)), None)
    truth = {
        "in time, %": (100 * then.service_level(20), 100 * less.service_level(20)),
        "mean wait, s": (then.mean_wait, less.mean_wait),
        "left, a day": (60 * then.p_abandon, 60 * less.p_abandon),
    }
    for name, (before, after) in truth.items():
        one = found[name]
        assert one is not None
        assert one.together[0] <= after - before <= one.together[1], name
        assert not one.together[0] <= 0 <= one.together[1], f"{name}: an interval that holds everything says nothing"
        assert one.staffed == pytest.approx(before, rel=0.25), name
        assert one.asked == pytest.approx(after, rel=0.25), name


def test_new_days_of_the_same_kind_lie_where_95_of_100_are_said_to_lie() -> None:
    found = differences(list(plays(textbook(3), Change(less=1), 40, 1)), None)
    days = [_truly_lived(f"fresh {number}") for number in range(60)]
    for name, figure in FIGURES.items():
        one = found[name]
        assert one is not None
        apart = [(figure([asked]) or 0) - (figure([staffed]) or 0) for staffed, asked in days]
        inside = sum(one.single[0] <= difference <= one.single[1] for difference in apart)
        assert inside >= 51, name
        assert one.single[1] - one.single[0] < 1.8 * (max(apart) - min(apart)), (
            f"{name}: wider than the days themselves"
        )


def test_copies_in_clumps_would_wait_longer_than_people_do() -> None:
    sparse = Theory(per_hour=15, service=300, patience=180, agents=3, hours=300)
    found = differences(list(plays(recording(sparse.recorded("sparse")), Change(), 3, 1)), None)["mean wait, s"]
    assert found is not None
    truth = erlang_a(3, 15 / 3600, 300, 180).mean_wait
    assert found.staffed == pytest.approx(truth, rel=0.35)


def _truly_lived(seed: str) -> tuple[Tally, Tally]:
    """A day that the record knows nothing of, with everybody and with one less."""
    lived = TEXTBOOK.lived(seed)
    fewer = replace(lived, attendance=lived.attendance[1:])
    return tuple(_tally(world.contacts, answered(world, RULES)) for world in (lived, fewer))


def _tally(contacts: tuple[Contact, ...], waits: dict[int, int]) -> Tally:
    tally, target = Tally(), 20 * SECOND
    for one in contacts:
        if TEXTBOOK.counted.holds(one.work.enqueued_at):
            wait = waits.get(one.work.id)
            tally.waits.append(one.patience if wait is None else wait)
            tally.left += wait is None
            tally.in_time += wait is not None and wait <= target
            tally.due += wait is not None or one.patience > target
    return tally
