"""Requests come twice, at once, late, out of order and malformed; every call is answered right and exactly once."""

import itertools
import random

import pytest
from house import BASE, NUMBER
from races import at_once
from voice_world import Provider, action_of

from contactcenter.models import Case, Customer, Inbox, Interaction, PhoneCall, WorkItem


def test_each_step_of_a_call_delivered_again_gets_the_same_document_byte_for_byte(provider: Provider) -> None:
    sid = provider.sid()
    steps = [lambda: provider.ring(sid)]
    documents = []
    for key in ("1", "3", None):
        answers = [steps[-1]().data for _ in range(3)]
        assert len(set(answers)) == 1
        documents.append(answers[0].decode())
        if key:
            steps.append(lambda key=key, asked=documents[-1]: provider.press(asked, sid, key))
    assert "<Enqueue" in documents[-1]
    assert len(set(documents)) == 3
    for step, document in zip(steps, documents, strict=True):
        assert step().data.decode() == document, "even after the call went on"
    assert [len(provider.all(model)) for model in (PhoneCall, Interaction, Case, WorkItem)] == [1, 1, 1, 1]
    assert len(provider.all(Inbox)) == 3
    assert provider.violated() == []


def test_the_same_request_on_two_sockets_at_once_is_one_call_with_one_answer(provider: Provider) -> None:
    for number in range(5):
        sid = provider.sid()
        caller = f"+141555501{number:02}"
        rung = at_once(*[lambda sid=sid, caller=caller: provider.ring(sid, caller)] * 3)
        assert len({one.data for one in rung}) == 1
        document = rung[0].get_data(as_text=True)
        document = provider.press(document, sid, "1").get_data(as_text=True)
        queued = at_once(*[lambda sid=sid, asked=document: provider.press(asked, sid, "3")] * 3)
        assert len({one.data for one in queued}) == 1
        assert {one.status_code for one in (*rung, *queued)} == {200}
    assert [len(provider.all(model)) for model in (PhoneCall, Case, WorkItem, Customer)] == [5, 5, 5, 5]
    assert provider.violated() == []


def test_two_calls_of_one_new_customer_at_once_are_one_customer_with_one_case(provider: Provider) -> None:
    sids = [provider.sid() for _ in range(3)]
    assert at_once(*[lambda sid=sid: provider.to_billing(sid) for sid in sids]) == sids
    assert len(provider.all(Customer)) == 1
    assert len(provider.all(Case)) == 1
    assert provider.violated() == []


def test_a_call_nobody_knows_is_not_found_and_leaves_nothing(provider: Provider) -> None:
    before = provider.everything()
    stranger = f"CA{'f' * 32}"
    addresses = provider.house.parts.addresses
    for url in (
        addresses.turn("main-line", 1, "language", "keys", 1),
        addresses.wait,
        addresses.room,
        addresses.talked,
    ):
        answer = provider.post(url, CallSid=stranger, Digits="1")
        assert answer.status_code == 404, url
        assert answer.mimetype == "application/problem+json"
    unknown = provider.post(addresses.begin, CallSid=stranger, From="+14155550123", To="+14155550999")
    assert unknown.status_code == 404
    assert "config/numbers.yaml" in unknown.get_json()["detail"]
    assert provider.everything() == before


def test_a_notice_about_a_call_nobody_knows_is_taken_and_means_nothing(provider: Provider) -> None:
    assert provider.status("CA9", "completed").status_code == 204
    assert provider.leg(4711, "CA9", "in-progress").status_code == 204
    for name in (4711, 10**30, -1):
        assert provider.room(name, "CA9", "participant-join", 1).status_code == 204
    assert provider.all(PhoneCall) == []
    assert provider.violated() == []


@pytest.mark.parametrize("way", ["waiting", "in the menu"])
def test_in_whatever_order_the_callers_notices_come_the_end_is_the_end(provider: Provider, way: str) -> None:
    notices = ("ringing", "in-progress", "completed")
    for order in itertools.permutations(notices):
        sid = provider.sid()
        if way == "waiting":
            provider.to_billing(sid)
        else:
            provider.ring(sid)
        for status in (*order, *order, "ringing", "in-progress", "busy"):
            assert provider.status(sid, status).status_code == 204
        assert provider.call(sid).status_rank == 3, order
        assert provider.interaction(sid).state == ("abandoned" if way == "waiting" else "completed")
        if way == "waiting":
            assert provider.item(sid).state == "abandoned"
    assert provider.violated() == []


@pytest.mark.parametrize("seed", range(3))
def test_in_whatever_order_everybodys_notices_come_nobody_stays_bound_and_nothing_reopens(
    provider: Provider, seed: int
) -> None:
    """Caller's leg, agent's leg and room tell their stories shuffled, each word up to three times."""
    rng = random.Random(seed)
    house = provider.house
    ana = house.user_id("ana")
    for number in range(4):
        browser = house.agent("ana")
        house.sim.unregister(f"agent_{ana}")
        sid, leg = provider.to_billing(caller=f"+141555501{number:02}"), f"CB{number:032x}"
        offer = provider.offered(sid)
        assert browser.post(f"/console/offers/{offer.id}/accept").status_code == 204
        call = provider.call(sid)
        tell = [(provider.status, (sid, one)) for one in ("ringing", "in-progress", "completed")]
        tell += [(provider.leg, (offer.id, leg, one)) for one in ("initiated", "ringing", "in-progress", "completed")]
        tell += [
            (provider.room, (call.id, who, event, n, f"CF{number}"))
            for n, (who, event) in enumerate(
                [(leg, "participant-join"), (sid, "participant-join"), (sid, "participant-leave"),
                 (leg, "participant-leave"), ("", "conference-end")]
            )
        ]  # fmt: skip
        told = [one for one in tell for _ in range(rng.randint(1, 3))]
        rng.shuffle(told)
        for how, what in told:
            assert how(*what).status_code == 204
        assert provider.call(sid).status_rank == 3, told
        house.pass_time(130, step=10)
        assert provider.item(sid).state in {"done", "abandoned"}, told
        assert provider.agent("ana").load == 0, told
        for how, what in told:
            how(*what)
        assert provider.item(sid).state in {"done", "abandoned"}
    assert provider.violated() == []


def test_what_is_signed_but_senseless_is_never_a_fault_of_ours(provider: Provider) -> None:
    sid = provider.to_billing()
    addresses = provider.house.parts.addresses
    turn = addresses.turn("main-line", 1, "queue", "left", 3).partition("?")[0]
    odd = {"CallSid": sid, "Digits": "9" * 5000, "RecordingDuration": "soon", "RecordingUrl": "::", "QueueResult": "?"}
    urls = (
        addresses.begin, addresses.wait, addresses.wait_key, addresses.room, addresses.line, addresses.talked,
        addresses.status, addresses.conference, f"{turn}?n=abc", f"{turn}", turn.replace("left", "unheard-of") + "?n=9",
        turn.replace("@1", "@999") + "?n=10", turn.replace("main-line", "other-line") + "?n=11",
        turn.replace("left", "recorded") + "?n=12", turn.replace("left", "keys") + "?n=13",
        f"{BASE}/twilio/voice/leg?offer=abc", f"{BASE}/twilio/voice/leg",
    )  # fmt: skip
    for url in urls:
        for fields in (odd, {}, {"CallSid": sid}, {"CallSid": "x" * 3000, "To": NUMBER, "From": "\u202e" * 500}):
            answer = provider.post(url, **fields)
            assert answer.status_code < 500, (url, fields, answer.get_data(as_text=True))


def test_an_answer_to_a_question_of_long_ago_does_not_move_the_call(provider: Provider) -> None:
    """The provider tried again so late that the caller had answered the next question meanwhile."""
    sid = provider.sid()
    first = provider.ring(sid).get_data(as_text=True)
    second = provider.press(first, sid, "1").get_data(as_text=True)
    provider.press(second, sid, "3")
    assert provider.press(first, sid, "1").get_data(as_text=True) == second
    assert provider.item(sid).state == "waiting"
    assert len(provider.all(WorkItem)) == 1


def test_the_last_resort_needs_neither_menu_nor_call(provider: Provider) -> None:
    answer = provider.post(provider.house.parts.addresses.fallback, CallSid="CA9", ErrorCode="11205")
    said = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert said.count("<Say") == 2
    assert "<Hangup" in said


def test_every_address_in_a_document_is_one_of_ours_and_says_how_patient_to_be(provider: Provider) -> None:
    document = provider.ring(provider.sid()).get_data(as_text=True)
    assert action_of(document).startswith(f"{BASE}/twilio/voice/ivr/main-line@")
    assert "#rt=4000" in action_of(document)
