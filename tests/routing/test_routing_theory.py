"""The formulas against rational arithmetic, against the chains they stand for, and against published values."""

from fractions import Fraction
from itertools import pairwise
from math import exp, inf, lgamma, log

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from routing import theory
from routing.theory import erlang_a, erlang_b, erlang_c, finite_queue

servers = st.integers(1, 9)
loads = st.fractions(Fraction(1, 8), 12, max_denominator=8)
times = st.floats(0.01, 5)


def exactly(value):
    return pytest.approx(float(value), rel=1e-9, abs=1e-12)


def lost(count, load):
    """All in whole numbers: load^c ÷ Σ load^k · c!/k!."""
    states = 1
    for server in range(1, count + 1):
        states = server * states + Fraction(load) ** server
    return Fraction(load) ** count / states


def chain(count, load, ease, longest):
    """Stationary shares of a birth-death chain that refuses who would be beyond `longest`; unit: mean service time."""
    weights = [Fraction(1)]
    for state in range(1, longest + 1):
        weights.append(weights[-1] * load / (min(state, count) + max(0, state - count) * ease))
    return [weight / sum(weights) for weight in weights]


@pytest.mark.parametrize(
    ("count", "load", "expected"),
    [(1, 5, 0.833333333333), (10, 5, 0.018384570337), (10, 20, 0.537963168632), (190, 200, 0.088696843869)],
)
def test_known_values_of_erlang_b(count, load, expected):
    assert erlang_b(count, load) == pytest.approx(expected, abs=1e-9)
    assert erlang_b(count, load) == exactly(lost(count, load))


@pytest.mark.parametrize(
    ("count", "load", "expected"),
    [
        (2, 1, 0.333333333333),
        (8, 5, 0.167266506662),
        (10, 8, 0.409180150796),
        (12, 8.4, 0.183888630393),
        (55, 50, 0.384547317933),
        (100, 90, 0.216940480906),
    ],
)
def test_known_values_of_erlang_c(count, load, expected):
    assert erlang_c(count, load) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    ("count", "load"), [(5, 1.3608), (10, 4.461), (20, 12.031), (50, 37.901), (100, 84.064)]
)  # fmt: skip
def test_the_traffic_table_for_one_percent(count, load):
    assert round(erlang_b(count, load), 4) == 0.0100
    assert theory.agents_for_blocking(load, 0.01001) == count


@pytest.mark.parametrize(("count", "load"), [(1000, 950), (2000, 2100), (3000, 3000)])
def test_thousands_of_servers_keep_every_digit(count, load):
    blocked = lost(count, load)
    assert erlang_b(count, load) == exactly(blocked)
    if load < count:
        assert erlang_c(count, load) == exactly(blocked / (1 - Fraction(load, count) * (1 - blocked)))


def test_one_call_a_minute_of_five_minutes_each_and_eight_agents():
    assert 60 * theory.mean_wait(8, 1, 5) == pytest.approx(16.727, abs=5e-4)
    assert theory.service_level(8, 1, 5, 1 / 3) == pytest.approx(0.86305, abs=5e-6)


def test_the_published_example_of_customers_who_give_up():
    """48 calls a minute, 1 minute each, 50 agents, 2 minutes of patience (Garnett, Mandelbaum, Reiman)."""
    patient, given_up = theory.erlang_a(50, 48, 1, inf), erlang_a(50, 48, 1, 2)
    assert given_up.p_abandon == pytest.approx(0.030912, abs=5e-7)
    assert 60 * given_up.mean_wait == pytest.approx(3.7095, abs=5e-5)
    assert given_up.mean_queue == pytest.approx(2.9676, abs=5e-5)
    assert given_up.occupancy == pytest.approx(0.93032, abs=5e-6)
    assert (60 * patient.mean_wait, patient.mean_queue) == pytest.approx((20.8337, 16.667), abs=5e-4)
    assert patient.occupancy == pytest.approx(0.96)
    thinned = erlang_a(50, 48 * (1 - 0.031), 1, inf)
    assert (60 * thinned.mean_wait, thinned.mean_queue) == pytest.approx((8.8131, 6.832), abs=5e-4)
    assert thinned.occupancy == pytest.approx(0.93024, abs=5e-6)


def test_the_steady_state_beside_published_day_simulations():
    plain, impatient = erlang_a(12, 4.2, 2, inf), erlang_a(12, 4.2, 2, 1)
    assert (plain.service_level(1 / 3), plain.mean_wait) == pytest.approx((0.89908, 0.10216), abs=5e-6)
    assert (impatient.p_abandon, impatient.occupancy) == pytest.approx((0.0296789, 0.67922), abs=5e-6)
    short = finite_queue(12, 5, 4.2, 2)
    assert (short.p_blocked, short.mean_wait) == pytest.approx((0.00947688, 0.061124), abs=5e-7)
    assert short.service_level(1 / 3) == pytest.approx(0.927558, abs=5e-7)


@given(servers, loads)
def test_erlang_b_and_c_are_their_definitions(count, load):
    blocked = lost(count, load)
    assert erlang_b(count, float(load)) == exactly(blocked)
    full = blocked / (1 - load / count * (1 - blocked)) if load < count else 1
    assert erlang_c(count, float(load)) == exactly(full)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 9), loads, st.fractions(Fraction(1, 4), 4, max_denominator=4))
def test_erlang_a_is_the_stationary_state_of_its_chain(count, load, ease):
    shares = chain(count, load, ease, 110)
    found = erlang_a(count, float(load), 1, float(1 / ease))
    queue = sum((state - count) * share for state, share in enumerate(shares) if state > count)
    assert found.p_wait == exactly(sum(shares[count:]))
    assert found.mean_queue == exactly(queue)
    assert found.mean_wait == exactly(queue / load)
    assert found.p_abandon == exactly(ease * queue / load)
    busy = sum(min(state, count) * share for state, share in enumerate(shares))
    assert found.occupancy == exactly(busy / count if count else 0)


@settings(max_examples=25, deadline=None)
@given(servers, loads, st.fractions(Fraction(1, 4), 4, max_denominator=4), times)
def test_who_is_served_in_time_is_who_moves_up_before_giving_up(count, load, ease, within):
    """The way of one customer through the places of the line, step by step at the pace of the fastest (uniformisation)."""
    shares = [float(share) for share in chain(count, load, ease, 110)]
    places, served = shares[count:], sum(shares[:count])
    fastest = count + (len(places) + 1) * float(ease)
    waiting_then = served_then = 0.0
    steps = fastest * within
    for step in range(int(steps + 12 * steps**0.5 + 40)):
        chance = exp(step * log(steps) - steps - lgamma(step + 1))
        waiting_then += chance * sum(places)
        served_then += chance * served
        rates = [count + ahead * float(ease) for ahead in range(len(places))]
        served += places[0] * rates[0] / fastest
        stay = [share * (1 - (rate + float(ease)) / fastest) for share, rate in zip(places, rates, strict=True)]
        moved = [share * rate / fastest for share, rate in zip(places[1:], rates[1:], strict=True)]
        places = [one + other for one, other in zip(stay, [*moved, 0.0], strict=True)]
    found = erlang_a(count, float(load), 1, float(1 / ease))
    assert found.served_within(within) == pytest.approx(served_then, abs=1e-9)
    assert found.waiting_after(within) == pytest.approx(waiting_then, abs=1e-9)
    assert found.service_level(within) == pytest.approx(served_then / (served_then + waiting_then), abs=1e-9)


@given(servers, loads, st.integers(0, 30))
def test_a_line_with_an_end_is_the_stationary_state_of_its_chain(count, load, places):
    shares = chain(count, load, Fraction(0), count + places)
    found = finite_queue(count, places, float(load), 1)
    inside = 1 - shares[-1]
    assert found.p_blocked == exactly(shares[-1])
    assert found.p_wait == exactly(sum(shares[count:-1]) / inside)
    queue = sum((state - count) * share for state, share in enumerate(shares) if state > count)
    assert found.mean_wait == exactly(queue / (load * inside))
    assert found.service_level(1e6) == exactly(1)
    assert found.service_level(0) == exactly(1 - found.p_wait)


def test_a_very_long_line_under_overload_refuses_what_is_too_much():
    assert finite_queue(10, 5000, 30, 1).p_blocked == exactly(Fraction(2, 3))


@given(servers, loads, times)
def test_patience_without_end_and_without_a_moment_are_erlang_c_and_b(count, load, within):
    load = float(load)
    assume(load < 0.9 * count)
    patient = erlang_a(count, load, 1, inf)
    assert patient.p_wait == erlang_c(count, load)
    assert patient.service_level(within) == exactly(1 - erlang_c(count, load) * exp(-(count - load) * within))
    almost = erlang_a(count, load, 1, 1e9)
    assert (almost.p_wait, almost.mean_wait) == pytest.approx((patient.p_wait, patient.mean_wait), rel=1e-6)
    assert almost.service_level(within) == pytest.approx(patient.service_level(within), abs=1e-6)
    gone = erlang_a(count, load, 1, 0)
    assert gone.p_abandon == gone.p_wait == erlang_b(count, load)
    assert erlang_a(count, load, 1, 1e-9).p_abandon == pytest.approx(gone.p_abandon, abs=1e-6)


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 60), st.floats(0.1, 80), st.floats(0.05, 20), times)
def test_more_agents_are_never_worse(count, load, patience, within):
    assert erlang_b(count + 1, load) < erlang_b(count, load)
    assert erlang_b(count, load) < erlang_b(count, load * 1.1)
    assert erlang_b(count, load) <= erlang_c(count, load)
    fewer, more = erlang_a(count, load, 1, patience), erlang_a(count + 1, load, 1, patience)
    slack = 1e-12
    assert more.p_wait <= fewer.p_wait + slack
    assert more.p_abandon <= fewer.p_abandon + slack
    assert more.mean_wait <= fewer.mean_wait + slack
    assert more.service_level(within) >= fewer.service_level(within) - slack
    levels = [fewer.service_level(step * within) for step in range(6)]
    assert all(later >= earlier - slack for earlier, later in pairwise(levels))
    assert fewer.served_within(100 * patience + 100) == pytest.approx(1 - fewer.p_abandon, abs=1e-9)


@settings(max_examples=25, deadline=None)
@given(st.floats(0.1, 300), st.floats(0.5, 0.99), st.floats(0, 2), st.sampled_from([0.0, 0.5, 3.0, inf]))
def test_the_fewest_agents_are_enough_and_one_less_is_not(load, share, within, patience):
    agents = theory.agents_for_service_level(load, 1, share, within, patience)
    assert erlang_a(agents, load, 1, patience).service_level(within) >= share
    assert erlang_a(agents - 1, load, 1, patience).service_level(within) < share
    agents = theory.agents_for_blocking(load, 1 - share)
    assert erlang_b(agents, load) <= 1 - share < erlang_b(agents - 1, load)
    agents = theory.agents_for_mean_wait(load, 1, within + 0.01, 5)
    assert erlang_a(agents, load, 1, 5).mean_wait <= within + 0.01
    assert agents == 0 or erlang_a(agents - 1, load, 1, 5).mean_wait > within + 0.01
    agents = theory.agents_for_abandonment(load, 1, 2, 1 - share)
    assert erlang_a(agents, load, 1, 2).p_abandon <= 1 - share < erlang_a(agents - 1, load, 1, 2).p_abandon


def test_patience_of_three_minutes_saves_an_agent():
    """100 calls an hour of 4 minutes, 80 % within 20 s; times in minutes."""
    rate = 100 / 60
    assert theory.agents_for_service_level(rate, 4, 0.8, 1 / 3) == 10
    assert theory.agents_for_service_level(rate, 4, 0.8, 1 / 3, mean_patience=3) == 9


def test_the_largest_systems_are_answered_too():
    assert theory.agents_for_service_level(2000, 4, 0.8, 1 / 3, mean_patience=3) == 7241
    swamped = erlang_a(10, 10_000, 1, 1000)
    assert swamped.p_abandon == exactly(Fraction(999, 1000))
    assert (swamped.p_wait, swamped.occupancy, swamped.service_level(1)) == (1, 1, 0)
    nearly_idle = erlang_a(200, 10, 1, 1)
    assert 0 < nearly_idle.p_wait < 1e-170
    assert nearly_idle.service_level(0) == 1


def test_edges_have_a_value():
    assert (erlang_b(0, 0), erlang_b(0, 3), erlang_b(3, 0)) == (1, 1, 0)
    assert (erlang_c(0, 0), erlang_c(3, 0), erlang_c(3, 3), erlang_c(3, 4)) == (1, 0, 1, 1)
    assert theory.mean_wait(3, 3, 1) == inf
    assert theory.service_level(3, 4, 1, 100) == 0
    nobody_there, nobody_comes = erlang_a(0, 5, 1, 2), erlang_a(4, 0, 1, 2)
    assert (nobody_there.p_wait, nobody_there.p_abandon, nobody_there.occupancy) == pytest.approx((1, 1, 0))
    assert nobody_there.mean_wait == pytest.approx(2)
    assert nobody_there.service_level(10) == 0
    assert (nobody_comes.p_wait, nobody_comes.mean_wait, nobody_comes.service_level(0)) == (0, 0, 1)
    assert erlang_a(0, 0, 1, 2).mean_wait == 2
    assert theory.agents_for_service_level(0, 1, 0.8, 1) == theory.agents_for_blocking(0, 0.01) == 0
    assert finite_queue(2, 3, 0, 1).p_blocked == 0
    assert finite_queue(2, 0, 1, 1).p_blocked == exactly(erlang_b(2, 1))


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (lambda: erlang_b(-1, 2), "-1 servers"),
        (lambda: erlang_b(1.5, 2), "whole number"),
        (lambda: erlang_c(1, -2), "load cannot be -2"),
        (lambda: erlang_b(1, inf), "load cannot be inf"),
        (lambda: erlang_a(1, float("nan"), 1, 1), "arrival rate cannot be nan"),
        (lambda: erlang_a(1, 1, 0, 1), "mean service time must be above 0"),
        (lambda: erlang_a(1, 1, 1, -1), "patience must not be below 0"),
        (lambda: erlang_a(1, 1, 1, float("nan")), "patience must not be below 0"),
        (lambda: erlang_a(1, 1, 1, 1).service_level(-1), "within cannot be -1"),
        (lambda: finite_queue(0, 1, 1, 1), "needs a server"),
        (lambda: theory.agents_for_service_level(1, 1, 1, 1), "share of 1 cannot be promised"),
        (lambda: theory.agents_for_blocking(1, 0), "share of 0 cannot be promised"),
        (lambda: theory.agents_for_mean_wait(1, 1, 0), "must be above 0"),
    ],
)
def test_what_makes_no_sense_is_refused(wrong, why):
    with pytest.raises(ValueError, match=why):
        wrong()
