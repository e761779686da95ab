"""Who is missing, who comes on top, and what somebody learns: nothing else changes."""

from collections import Counter
from random import Random

import pytest
from reports_traffic import RULES, SECOND, contact, there, traffic

import routing
from contactcenter.reports.attending import ready_times, service
from contactcenter.reports.changes import Change, Gift, changed, given, joined, without
from contactcenter.reports.hours import Span
from contactcenter.reports.traffic import Attendance
from contactcenter.reports.what_if import answered

TEN = Span(600 * SECOND, 1200 * SECOND)
WHOLE = Span(0, 3600 * SECOND)
SHIFT = [there(1), there(2, queues="returns"), there(3, 900), there(3, 1100, ready=False), there(1, 2000, ready=False)]


def minutes(attendance: list[Attendance], span: Span, queue: str | None = None) -> dict[int, float]:
    return {agent: time / SECOND for agent, time in ready_times(attendance, span, queue).items()}


def test_time_ready_is_counted_within_the_span_and_for_the_queue() -> None:
    assert minutes(SHIFT, TEN) == {1: 600, 2: 600, 3: 200}
    assert minutes(SHIFT, TEN, "orders") == {1: 600, 3: 200}
    assert minutes(SHIFT, WHOLE) == {1: 2000, 2: 3600, 3: 200}
    assert minutes([*SHIFT, Attendance(800 * SECOND, 2, None)], TEN)[2] == 200


def test_who_is_missing_is_away_for_the_span_and_back_afterwards_as_they_were() -> None:
    gone = without(SHIFT, [1, 3], TEN)
    assert minutes(gone, TEN) == {2: 600}
    assert minutes(gone, Span(0, TEN.since)) == minutes(SHIFT, Span(0, TEN.since))
    after = Span(TEN.until, WHOLE.until)
    assert minutes(gone, after) == minutes(SHIFT, after)
    assert without(SHIFT, [], TEN) == sorted(SHIFT, key=lambda one: one.at)


def test_who_is_missing_finishes_what_they_have_in_hand() -> None:
    seen = traffic(
        contact(1, 590, handling=100), contact(2, 650, handling=10), people=tuple(without(SHIFT[:1], [1], TEN))
    )
    assert {number: wait / SECOND for number, wait in answered(seen, RULES).items()} == {1: 0, 2: 550}


def test_doubles_are_new_and_come_rest_and_go_with_those_they_double() -> None:
    more = joined(SHIFT, [3, 1, 1], TEN)
    assert minutes(more, TEN) == {1: 600, 2: 600, 3: 200, 4: 200, 5: 600, 6: 600}
    assert minutes(more, Span(0, TEN.since)) == minutes(SHIFT, Span(0, TEN.since))
    assert minutes(more, Span(TEN.until, WHOLE.until)) == minutes(SHIFT, Span(TEN.until, WHOLE.until))
    assert {one.agent: one.facts.queues for one in more if one.facts}[4] == {"orders"}


def test_gifts_are_added_to_what_somebody_has_from_the_beginning_on() -> None:
    (ken, other) = given([there(1, zh=5, fr=1), there(2)], {1: Gift({"fr": 3}, frozenset({"returns"}))})
    assert ken.facts is not None
    assert (dict(ken.facts.skills), ken.facts.queues) == ({"zh": 5, "fr": 3}, {"orders", "returns"})
    assert other == there(2)


def test_who_only_helped_out_in_a_queue_serves_it_as_their_own_when_it_is_given() -> None:
    helps = routing.AgentFacts(1, frozenset({"orders", "returns"}), delays={"orders": 9, "returns": 9})
    (ken,) = given([Attendance(0, 1, helps)], {1: Gift(queues=frozenset({"returns"}))})
    assert ken.facts is not None
    assert ken.facts.delays == {"orders": 9}


def missing(change: Change, seed: int) -> list[int]:
    """Who is no longer ready."""
    asked = changed(traffic(people=tuple(SHIFT)), TEN, change, Random(seed))
    return sorted(minutes(SHIFT, TEN).keys() - minutes(list(asked.attendance), TEN).keys())


def test_who_is_missing_is_drawn_by_the_time_they_were_there() -> None:
    drawn = Counter(missing(Change(less=1), seed)[0] for seed in range(1400))
    assert drawn == {1: pytest.approx(600, abs=75), 2: pytest.approx(600, abs=75), 3: pytest.approx(200, abs=50)}


def test_of_a_queue_only_those_who_serve_it_are_missing_and_nobody_twice() -> None:
    assert {tuple(missing(Change(less=1, queue="orders"), seed)) for seed in range(50)} == {(1,), (3,)}
    assert {tuple(missing(Change(less=2, queue="orders"), seed)) for seed in range(50)} == {(1, 3)}
    assert missing(Change(less=3), 1) == [1, 2, 3]


def test_the_same_numbers_draw_the_same_and_no_change_changes_nothing() -> None:
    people = traffic(people=tuple(SHIFT))
    assert len({tuple(missing(Change(less=1), 7)) for _ in range(30)}) == 1
    assert ready_times(changed(people, TEN, Change(), Random(7)).attendance, WHOLE) == ready_times(SHIFT, WHOLE)


def test_a_queue_is_served_from_the_first_who_comes_to_the_last_who_goes() -> None:
    times = service([there(1, 100), there(2, 200), there(1, 300, ready=False), Attendance(400 * SECOND, 2, None)])
    assert times.turns == {"orders": (100 * SECOND, 400 * SECOND)}
    assert times.stretch("orders", 250 * SECOND, WHOLE) == Span(100 * SECOND, 400 * SECOND)
    assert times.stretch("orders", 400 * SECOND, WHOLE) == Span(400 * SECOND, WHOLE.until)
    assert times.stretch("returns", 250 * SECOND, WHOLE) == WHOLE
