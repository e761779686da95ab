"""What callers do at each step of the menu is written down once, through the provider's own door, whatever is repeated."""

from itertools import pairwise
from typing import Any

import pytest
from house import BASE, NUMBER, House
from sqlalchemy import select
from voice_world import Provider, action_of

from contactcenter.models import StepVisit

AUTOMATIC = [("opening", "open"), ("greet", "then"), ("who_is_calling", "missing")]


def visits(provider: Provider, sid: str) -> list[Any]:
    call = provider.call(sid)
    with provider.house.db.transaction() as session:
        found = select(StepVisit).where(StepVisit.call_id == call.id).order_by(StepVisit.number)
        rows = list(session.scalars(found))
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))
    for before, after in pairwise(rows):
        assert before.left_at == after.entered_at or before.exit == "answered"
    return rows


def ways(provider: Provider, sid: str) -> list[tuple[str, str]]:
    return [(row.step, row.exit) for row in visits(provider, sid)]


def keys(provider: Provider, sid: str, *pressed: str) -> str:
    """Ring, then answer each question; the last document."""
    document = provider.ring(sid).get_data(as_text=True)
    for one in pressed:
        document = provider.press(document, sid, one).get_data(as_text=True)
    return document


def test_a_call_that_is_helped_by_the_menu_leaves_a_row_for_each_step_it_went_through(provider: Provider) -> None:
    sid = provider.sid()
    keys(provider, sid, "1", "1", "40744811", "2")
    told = ways(provider, sid)
    assert told == [
        ("language", "key 1"), *AUTOMATIC, ("main_menu", "key 1"), ("order_number", "then"), ("order_lookup", "missing"),
        ("order_unknown", "then"),
    ]  # fmt: skip
    provider.status(sid, "completed")
    assert ways(provider, sid) == [*told, ("order_number", "hangup")]


def test_a_call_that_the_menu_ends_says_how(provider: Provider, order: str) -> None:
    sid = provider.sid()
    keys(provider, sid, "1", "1", order, "2")
    told = ways(provider, sid)
    assert told[-3:] == [("order_answer", "then"), ("anything_else", "key 2"), ("thanks", "end solved")]
    provider.status(sid, "completed")
    provider.status(sid, "completed")
    assert ways(provider, sid) == told, "whoever hangs up while being thanked has not left the menu"


def test_who_hangs_up_after_wrong_keys_and_silence_is_counted_with_them(provider: Provider) -> None:
    sid = provider.sid()
    document = keys(provider, sid, "1", "9", "", "8")
    assert "<Enqueue" in provider.press(document, sid, "7").get_data(as_text=True)
    rows = {row.step: row for row in visits(provider, sid)}
    assert (rows["main_menu"].exit, rows["main_menu"].silences, rows["main_menu"].wrong_keys) == ("stuck", 1, 3)

    other = provider.sid()
    keys(provider, other, "1", "2", "9")  # the second key: their case is open, and it is something else
    provider.status(other, "completed")
    last = visits(provider, other)[-1]
    assert (last.step, last.exit, last.silences, last.wrong_keys, last.keyed) == ("main_menu", "hangup", 0, 1, True)


@pytest.mark.parametrize(
    ("pressed", "step", "keyed"),
    [((), "language", False), (("",), "language", False), (("7",), "language", True), (("1", ""), "main_menu", True)],
)
def test_who_hangs_up_without_a_key_is_told_from_who_pressed_one_here_or_before(
    provider: Provider, pressed: tuple[str, ...], step: str, keyed: bool
) -> None:
    sid = provider.sid()
    keys(provider, sid, *pressed)
    provider.status(sid, "completed")
    last = visits(provider, sid)[-1]
    assert (last.step, last.exit, last.keyed) == (step, "hangup", keyed)


def test_zero_leads_to_a_person_and_the_wait_ends_when_the_caller_hangs_up(house: House, provider: Provider) -> None:
    sid = provider.sid()
    keys(provider, sid, "1", "0")
    house.pass_time(42)
    provider.status(sid, "completed")
    rows = visits(provider, sid)
    assert [(row.step, row.exit) for row in rows][-3:] == [
        ("main_menu", "key 0"), ("to_agent", "then"), ("queue", "hangup"),
    ]  # fmt: skip
    assert 40 <= (rows[-1].left_at - rows[-1].entered_at).total_seconds() < 60


def test_the_wait_of_who_is_answered_ends_when_the_agent_is_joined_not_when_they_have_talked(
    house: House, provider: Provider
) -> None:
    ana = house.agent("ana")
    call = house.sim.dial_in("+14155550123", NUMBER)
    for key in ("1", "3"):
        house.pass_time(4)
        house.sim.press(call, key)
    house.pass_time(2)
    ana.post(f"/console/offers/{provider.offered(call.sid).id}/accept")
    house.settle()
    rows = visits(provider, call.sid)
    assert (rows[-1].step, rows[-1].exit) == ("queue", "answered")
    joined = rows[-1].left_at
    house.pass_time(60)
    house.sim.hangup(call)
    house.settle()
    *_, waited = visits(provider, call.sid)
    assert (waited.step, waited.exit, waited.left_at) == ("queue", "answered", joined), "who hung up is asked no more"
    assert provider.violated() == []


def test_who_falls_back_into_line_waits_a_second_time(house: House, provider: Provider) -> None:
    ana = house.agent("ana")
    house.sim.unregister(f"agent_{house.user_id('ana')}")
    sid = provider.to_billing()
    offer = provider.offered(sid)
    ana.post(f"/console/offers/{offer.id}/accept")
    call = provider.call(sid)
    provider.leg(offer.id, "CB1", "in-progress")
    provider.room(call.id, "CB1", "participant-join", 1)
    provider.room(call.id, sid, "participant-join", 2)
    provider.leg(offer.id, "CB1", "completed")
    provider.status(sid, "completed")
    assert ways(provider, sid)[-2:] == [("queue", "answered"), ("queue", "hangup")]
    assert provider.violated() == []


def test_requests_that_come_again_and_a_late_word_of_the_end_write_nothing_twice(provider: Provider) -> None:
    sid = provider.sid()
    documents = [provider.ring(sid).get_data(as_text=True)]
    for key in ("1", "0"):
        documents.append(provider.press(documents[-1], sid, key).get_data(as_text=True))
    told = ways(provider, sid)
    for document, key in zip(documents, ("1", "0"), strict=False):
        provider.press(document, sid, key)
    assert ways(provider, sid) == told
    provider.status(sid, "completed")
    after = visits(provider, sid)
    for status in ("completed", "failed", "in-progress", "completed"):
        provider.status(sid, status)
    assert [(row.exit, row.left_at) for row in visits(provider, sid)] == [(row.exit, row.left_at) for row in after]


def test_a_key_that_is_told_after_the_end_makes_no_more_visits(provider: Provider) -> None:
    sid = provider.sid()
    document = keys(provider, sid, "1")
    provider.status(sid, "completed")
    told = ways(provider, sid)
    assert told[-1] == ("main_menu", "hangup")
    provider.press(document, sid, "3")
    assert ways(provider, sid) == told
    provider.status(sid, "completed")
    assert ways(provider, sid) == told


@pytest.mark.parametrize("end_first", [True, False])
def test_who_leaves_a_message_and_hangs_up_has_not_hung_up_on_the_menu(provider: Provider, end_first: bool) -> None:
    sid = provider.sid()
    document = keys(provider, sid, "1", "0")
    left = action_of(document)
    recording = provider.post(left, CallSid=sid, QueueResult="queue-full").get_data(as_text=True)
    assert "<Record" in recording
    if end_first:
        provider.status(sid, "completed")
    fields = {"RecordingUrl": f"{BASE}/RE1", "RecordingDuration": "7", "Digits": "hangup"}
    provider.post(action_of(recording), CallSid=sid, **fields)
    if not end_first:
        provider.status(sid, "completed")
    assert ways(provider, sid)[-3:] == [("queue", "full"), ("nobody_free", "then"), ("voicemail", "end voicemail")]


@pytest.fixture
def order(house: House) -> str:
    from contactcenter.foundation.db import add
    from contactcenter.models import Customer, CustomerOrder

    with house.db.transaction() as session:
        customer = add(session, Customer, {"name": "Ann", "facts": {}, "created_at": house.now()})
        session.add(
            CustomerOrder(
                number="12345678", customer_id=customer, status={"en": "shipped"}, eta="2026-12-01", total="1.00",
                placed_on="2026-11-20",
            )
        )  # fmt: skip
        session.flush()
    return "12345678"
