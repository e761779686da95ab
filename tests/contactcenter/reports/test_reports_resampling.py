"""Resampled traffic: as many as came, when they came, served as long as they were, and the same for the same seed."""

from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reports_traffic import HOUR, SECOND, contact, there, traffic

from contactcenter.reports.hours import Span
from contactcenter.reports.resampling import ENOUGH, habits, line_of, resampled, rooms, seen
from contactcenter.reports.traffic import Contact, Traffic

PEOPLE = (there(1, queues="orders returns"),)


def again(played: Traffic, seed: str = "1", record: tuple[Contact, ...] | None = None) -> Traffic:
    known = seen(played.contacts if record is None else record)
    return resampled(played, rooms(played), habits(known, seed), seed)


def busy(number: int, **facts) -> tuple[Contact, ...]:
    """Calls each minute, each handled for another time."""
    return tuple(contact(n, 60 * n, handling=30 + n, **facts) for n in range(1, number + 1))


CONTACTS = st.lists(
    st.builds(
        contact,
        st.just(1),
        st.integers(0, 7000),
        st.integers(1, 900),
        st.integers(0, 50),
        st.none() | st.integers(0, 90),
        queue=st.sampled_from(["orders", "returns"]),
        channel=st.sampled_from(["voice", "chat"]),
    ),
    max_size=60,
).map(lambda found: tuple(sorted(found, key=lambda one: one.work.enqueued_at)))


def test_each_hour_keeps_the_number_that_is_expected() -> None:
    played = traffic(*(contact(n, 60 * n) for n in range(180)), until=10800)
    drawn = [again(played, str(seed)).contacts for seed in range(300)]
    for hour in range(3):
        numbers = [sum(one.work.enqueued_at // HOUR == hour for one in contacts) for contacts in drawn]
        assert fmean(numbers) == pytest.approx(60, abs=4 * (60 / 300) ** 0.5), hour


def test_the_number_of_one_play_varies_as_a_poisson_number_does() -> None:
    numbers = [len(again(traffic(*busy(50)), str(seed)).contacts) for seed in range(400)]
    variance = fmean((number - 50) ** 2 for number in numbers)
    assert 38 < variance < 64


@given(CONTACTS, st.integers(0, 99))
def test_what_is_drawn_was_recorded_in_the_same_line_and_comes_in_order(
    contacts: tuple[Contact, ...], seed: int
) -> None:
    played = traffic(*contacts, people=PEOPLE, until=7200)
    drawn = again(played, str(seed)).contacts
    recorded = {(line_of(one), one.handling) for one in contacts}
    assert {(line_of(one), one.handling) for one in drawn} <= recorded
    assert [one.work.id for one in drawn] == list(range(1, len(drawn) + 1))
    instants = [one.work.enqueued_at for one in drawn]
    assert instants == sorted(instants)
    assert all(0 <= at < played.until for at in instants)


@given(CONTACTS, st.integers(0, 99))
def test_the_same_seed_draws_the_same(contacts: tuple[Contact, ...], seed: int) -> None:
    played = traffic(*contacts, people=PEOPLE, until=7200)
    assert again(played, str(seed)) == again(played, str(seed))


def test_another_seed_draws_something_else() -> None:
    played = traffic(*busy(50))
    assert again(played, "1") != again(played, "2")


def numbered(number: int) -> tuple[Contact, ...]:
    """Each handled for its own time, and known by its priority."""
    return tuple(contact(n, 60 * n, handling=n, priority=n) for n in range(1, number + 1))


def own(contacts: tuple[Contact, ...]) -> list[bool]:
    return [one.handling == (one.work.priority or 0) * SECOND for one in contacts]


def test_handling_is_that_of_others_once_there_are_enough_and_ones_own_before() -> None:
    assert all(own(again(traffic(*numbered(ENOUGH - 1))).contacts))
    assert not any(own(again(traffic(*numbered(ENOUGH))).contacts[:3]))


def test_handling_is_drawn_from_the_recorded_ones_of_the_same_line() -> None:
    lines = [(queue, channel) for queue in ("orders", "returns") for channel in ("voice", "chat")]
    contacts = [
        contact(n, 60 * n, handling=100 * place + n, queue=queue, channel=channel)
        for place, (queue, channel) in enumerate(lines)
        for n in range(1, 40)
    ]
    recorded = {(line_of(one), one.handling) for one in contacts}
    ordered = sorted(contacts, key=lambda one: one.work.enqueued_at)
    drawn = {(line_of(one), one.handling) for one in again(traffic(*ordered)).contacts}
    assert drawn <= recorded
    assert len(drawn) > 60


def test_the_handling_of_who_was_never_answered_is_drawn_for_nobody() -> None:
    left = tuple(contact(n, 60 * n, handling=9999, patience=5) for n in range(1, 40))
    drawn = again(traffic(*busy(50), *left), record=(*busy(50), *left)).contacts
    assert all(one.handling < 9999 * SECOND for one in drawn)


def test_patience_respects_those_who_were_answered_before_they_would_have_left() -> None:
    answered = [contact(n, n, waited=90) for n in range(80)]
    left = [contact(n, n, patience=30) for n in range(80, 100)]
    known = seen([*answered, *left])
    means = [habits(known, str(seed)).patience["orders", "voice"] / SECOND for seed in range(400)]
    assert 1 / fmean(1 / mean for mean in means) == pytest.approx((80 * 90 + 20 * 30) / 20, rel=0.05)
    spread = fmean((1 / mean - 1 / 390) ** 2 for mean in means) ** 0.5 * 390
    assert spread == pytest.approx(20**-0.5, rel=0.15), "twenty who left tell it to about a fifth"


def test_where_nobody_ever_left_nobody_leaves() -> None:
    assert {one.patience for one in again(traffic(*busy(50))).contacts} == {None}


def test_patience_of_one_line_is_not_that_of_another() -> None:
    mails = [contact(n, n, waited=7200, channel="email") for n in range(50)]
    record = (*mails, *(contact(n, n, patience=30) for n in range(50)))
    patience = habits(seen(record), "1").patience
    assert patience.keys() == {("orders", "voice")}
    assert patience["orders", "voice"] < 60 * SECOND


def test_a_copy_stays_in_the_time_in_which_its_queue_was_served_or_out_of_it() -> None:
    people = (there(1, 1800), there(1, 5400, ready=False))
    early, late = busy(25), tuple(contact(n, 1800 + 60 * n) for n in range(40))
    played = traffic(*early, *late, people=people, until=7200)
    where = rooms(played)
    assert {room.within for room in where[:25]} == {Span(0, 1800 * SECOND)}
    assert {room.within for room in where[25:]} == {Span(1800 * SECOND, 5400 * SECOND)}
    for seed in range(20):
        drawn = [one.work.enqueued_at for one in again(played, str(seed)).contacts]
        assert max(drawn) < 5400 * SECOND


def test_copies_do_not_come_at_one_instant_and_few_neighbours_are_farther_apart() -> None:
    drawn = again(traffic(*busy(50))).contacts
    assert len({one.work.enqueued_at for one in drawn}) == len(drawn)
    dense = tuple(contact(n, 30 * n) for n in range(100))
    sparse = tuple(contact(n, 600 * n) for n in range(12))
    assert rooms(traffic(*dense))[25].farthest == 900 * SECOND
    assert {room.farthest for room in rooms(traffic(*sparse, until=7200))} == {1800 * SECOND}
