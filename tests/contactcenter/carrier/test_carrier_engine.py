"""Clock, timers and scripts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contactcenter.carrier.clock import RealClock, VirtualClock
from contactcenter.carrier.engine import Departure, Engine, Fetch, Running, Wait


@given(st.lists(st.floats(0, 100), max_size=20))
def test_timers_fire_in_the_order_of_their_time_and_then_of_their_making(delays):
    engine = Engine(VirtualClock())
    fired = []
    for number, delay in enumerate(delays):
        engine.at(delay, lambda number=number, delay=delay: fired.append((delay, number, engine.now())))
    engine.advance(100)
    assert fired == sorted((delay, number, delay) for number, delay in enumerate(delays))
    assert len(engine.timers) == 0


def test_a_cancelled_timer_is_neither_fired_nor_counted():
    engine = Engine(VirtualClock())
    fired = []
    engine.at(1, lambda: fired.append(1)).cancel()
    assert len(engine.timers) == 0
    engine.advance(2)
    assert fired == []


def test_time_stops_exactly_where_it_was_told_to():
    clock = VirtualClock()
    engine = Engine(clock)
    engine.at(5, lambda: None)
    engine.advance(3)
    assert clock.now() == 3
    assert len(engine.timers) == 1


def _run(engine, script):
    ends, lost = [], []
    return Running(engine, script, lost.append, ends.append), ends, lost


def test_a_script_is_woken_by_the_event_it_waits_for_and_loses_others():
    engine = Engine(VirtualClock())
    seen = []

    def script():
        seen.append((yield Wait(10, frozenset({"key"}))))

    running, ends, lost = _run(engine, script())
    engine.advance(1)
    running.happen("speech", "hello")
    running.happen("key", "1")
    engine.advance(0)
    assert [(one.kind, one.value) for one in seen] == [("key", "1")]
    assert [one.kind for one in lost] == ["speech"]
    assert ends == [""]
    assert len(engine.timers) == 0


def test_the_answer_to_a_step_that_is_over_does_nothing():
    engine = Engine(VirtualClock())
    seen = []

    class Elsewhere(Departure):
        pass

    def script():
        try:
            yield Fetch(lambda: "late")
        except Elsewhere:
            seen.append((yield Wait(1)).kind)

    running, ends, _ = _run(engine, script())
    with engine.acting():
        pass  # the script has asked, and the answer is under way
    running.interrupt(Elsewhere(), lambda: True)
    engine.advance(5)
    assert seen == ["timeout"]
    assert ends == [""]


def test_a_stopped_script_may_clean_up_but_not_wait():
    engine = Engine(VirtualClock())
    cleaned = []

    def script():
        try:
            yield Wait(None)
        finally:
            cleaned.append(True)
            yield Wait(5)

    running, ends, _ = _run(engine, script())
    engine.advance(0)
    running.stop(Departure())
    engine.advance(10)
    assert cleaned == [True]
    assert ends == []
    assert len(engine.timers) == 0


def test_what_happens_after_the_end_is_neither_done_nor_lost():
    engine = Engine(VirtualClock())

    def script():
        yield Wait(1, frozenset({"key"}))

    running, ends, lost = _run(engine, script())
    engine.advance(2)
    running.happen("key", "1")
    engine.advance(1)
    assert (ends, lost) == ([""], [])


def test_a_fault_in_a_script_ends_that_script_and_is_told():
    engine = Engine(VirtualClock())

    def script():
        yield Wait(1)
        raise ZeroDivisionError("oops")

    _, ends, _ = _run(engine, script())
    engine.advance(1)
    assert "oops" in ends[0]


def test_only_a_virtual_clock_can_be_advanced():
    with pytest.raises(TypeError, match="virtual"):
        Engine(RealClock()).advance(1)


def test_requests_without_end_at_one_instant_are_noticed():
    engine = Engine(VirtualClock())

    def again(_):
        engine.outside(lambda: None, again)

    again(None)
    with pytest.raises(RuntimeError, match="circle"):
        engine.advance(1)
