"""Every figure of a phone menu is what its formula says, counted again by hand over histories of chance."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from menu_history import START, Call, Oracle, Stay, any_calls, keep, quantile

from contactcenter.reports import menu_containment, menu_routing, menu_steps, menu_times
from contactcenter.reports.menu_calls import Asked, Measured, Share, measured, number_of_calls
from contactcenter.reports.menu_steps import DropOff, Retries

WEEK = timedelta(days=7)


@given(
    seed=st.integers(0, 10**6),
    begins=st.integers(0, 15 * 24),
    hours=st.integers(1, 20 * 24),
    later=st.integers(0, 25),
    version=st.sampled_from([1, 1, 2]),
    language=st.sampled_from([None, None, "en", "zh-Hans"]),
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_figure_is_what_a_count_by_hand_finds(db, seed, begins, hours, later, version, language):
    calls = any_calls(seed)
    keep(db, calls)
    since = START + timedelta(hours=begins)
    until, now = since + timedelta(hours=hours), since + timedelta(days=later)
    asked, oracle = (
        Asked("line", version, since, until, language),
        Oracle(calls, "line", version, since, until, language),
    )
    with db.transaction() as session:
        assert number_of_calls(session, asked) == len(oracle.counted())
        assert menu_containment.apparent_containment(session, asked) == Share(*oracle.apparent())
        assert menu_containment.true_containment(session, asked, now) == Share(*oracle.true(now))
        assert menu_routing.mis_routed(session, asked) == Share(*oracle.mis_routed())
        drops = menu_steps.drop_off(session, asked)
        assert drops == {step: DropOff(*counts) for step, counts in oracle.drop_off().items()}
        zeros = menu_steps.zero_out(session, asked)
        assert zeros == {step: Share(*counts) for step, counts in oracle.zero_out().items()}
        tries = menu_steps.retries(session, asked)
        assert tries == {step: Retries(*counts) for step, counts in oracle.retries().items()}
        assert menu_steps.waterfall(session, asked) == oracle.waterfall()
        stayed = menu_steps.time_in_step(session, asked)
        assert {step: one.mean for step, one in stayed.items()} == pytest.approx(
            {step: sum(times) / len(times) for step, times in oracle.in_steps().items()}
        )
        assert {step: one.most for step, one in stayed.items()} == pytest.approx(
            {step: quantile(times, 0.9) for step, times in oracle.in_steps().items()}
        )
        for took, times in (
            (menu_times.time_in_menu(session, asked), oracle.in_menu()),
            (menu_times.time_to_a_person(session, asked), oracle.to_a_person()),
        ):
            assert took.calls == len(times)
            assert (took.median, took.most) == pytest.approx((quantile(times, 0.5), quantile(times, 0.9)))


def a_call(at, *exits, number="+14155550101", seconds=10, over=True):
    call = Call(number, at, over, queued=None)
    for place, name in enumerate(exits):
        entered = at + timedelta(seconds=seconds * place)
        call.stays.append(
            Stay("line", 1, f"step {place}", "en", entered, entered + timedelta(seconds=seconds), name, 0, 0, True)
        )
    return call


def ask(since=START, until=START + WEEK):
    return Asked("line", 1, since, until)


def test_who_calls_again_was_not_helped_and_who_cannot_be_known_is_not_counted(db):
    hidden = a_call(START, "end solved", number="anonymous")
    helped = a_call(START, "end solved", number="+14155550102")
    first = a_call(START, "end solved")
    again = a_call(START + timedelta(days=6), "hangup")
    keep(db, [hidden, helped, first, again])
    with db.transaction() as session:
        assert menu_containment.apparent_containment(session, ask()) == Share(3, 4)
        in_a_week, in_two = START + WEEK, START + 2 * WEEK
        assert menu_containment.true_containment(session, ask(), in_a_week) == Share(1, 2)
        assert menu_containment.true_containment(session, ask(), in_two) == Share(1, 3)
        assert menu_containment.true_containment(session, ask(), in_a_week - timedelta(seconds=1)).value is None


def test_who_calls_again_only_later_was_helped(db):
    keep(db, [a_call(START, "end solved"), a_call(START + WEEK + timedelta(seconds=1), "hangup")])
    with db.transaction() as session:
        assert menu_containment.true_containment(session, ask(), START + 2 * WEEK) == Share(1, 1)


def test_who_was_answered_twice_waited_until_the_first_answer(db):
    keep(db, [a_call(START, "key 1", "answered", "answered")])
    with db.transaction() as session:
        took = menu_times.time_to_a_person(session, ask())
    assert (took.calls, took.median, took.most) == (1, 20, 20)


def test_a_call_counts_where_it_came_in_and_only_when_it_is_over(db):
    keep(db, [a_call(START - timedelta(seconds=15), "key 1", "key 1", "hangup"), a_call(START, "key 1", over=False)])
    with db.transaction() as session:
        assert number_of_calls(session, ask()) == 0
        assert number_of_calls(session, ask(START - timedelta(seconds=15))) == 1
        assert menu_steps.drop_off(session, ask(START - timedelta(seconds=15), START))["step 2"] == DropOff(1, 0, 1)
        assert measured(session, START, START + WEEK) == [Measured("line", 1, 0)]
