"""A call sent on to another queue: the caller is never alone in a room, and what was told need not be told again."""

from datetime import timedelta

import pytest
from house import Browser, House
from sqlalchemy import select
from twilio.http import HttpClient
from twilio.rest import Client
from voice_world import Provider

from contactcenter.carrier.simulator import SIMULATED_ACCOUNT_SID
from contactcenter.channels.voice.jobs import Voice
from contactcenter.models import (
    AgentQueue,
    CallCommand,
    Interaction,
    Offer,
    PhoneCall,
    Queue,
    StepVisit,
    TimelineEntry,
    WorkItem,
)

NOTE = "Wants the lamp's VAT number <again>"


def talking(provider: Provider, house: House) -> tuple[Browser, object, WorkItem]:
    """Ana, with a caller who chose billing."""
    ana = house.agent("ana")
    call = house.sim.dial_in("+14155550177", "+14155550100")
    for key in ("1", "3"):
        house.sim.advance(4)
        house.sim.press(call, key)
    house.sim.advance(2)
    offer = provider.offered(call.sid)
    assert ana.post(f"/console/offers/{offer.id}/accept").status_code == 204
    house.settle()
    assert house.sim.hears(call, leg_of(house, "ana"))
    return ana, call, provider.item(call.sid)


def leg_of(house: House, login: str) -> object:
    return house.sim.leg(f"client:agent_{house.user_id(login)}")


def queue_id(provider: Provider, name: str) -> int:
    return provider.one(Queue, Queue.name == name).id


def sends_on(browser: Browser, provider: Provider, item: WorkItem, to: str = "general", note: str = NOTE):
    return browser.post(f"/console/items/{item.id}/transfer", queue=queue_id(provider, to), note=note)


def items(provider: Provider) -> list[WorkItem]:
    return provider.all(WorkItem)


def rings_at(provider: Provider, house: House, login: str) -> Offer | None:
    provider.house.router.turn()
    return next(iter(provider.all(Offer, Offer.agent_id == house.user_id(login), Offer.state == "pending")), None)


class Refuses(HttpClient):
    """A line that the provider answers with a refusal wherever a call is to be led elsewhere."""

    def __init__(self, inner: HttpClient) -> None:
        super().__init__(None, False, None)
        self.inner = inner

    def request(self, method, url, *args, **kwargs):
        if method == "POST" and "/Calls/" in url:
            url = url.partition("/Calls/")[0] + "/Calls/CA00000000000000000000000000000000.json"
        return self.inner.request(method, url, *args, **kwargs)


def test_the_caller_waits_in_the_other_queue_with_music_and_the_agent_is_free_at_once(
    provider: Provider, house: House
) -> None:
    ana, call, first = talking(provider, house)
    assert sends_on(ana, provider, first).status_code == 204
    assert "led into the other queue" in ana.get("/console/call-bar").get_data(as_text=True)
    house.settle()
    done, second = items(provider)
    assert (done.id, done.state, second.state) == (first.id, "done", "waiting")
    assert second.queue_id == queue_id(provider, "general")
    assert (second.transferred_by, second.transfer_note) == (house.user_id("ana"), NOTE)
    assert second.case_id == first.case_id
    assert second.interaction_id == first.interaction_id
    assert provider.agent("ana").load == 0
    assert provider.agent("ana").ready
    assert house.sim.live == [call]
    assert 'class="callbar"' not in ana.get("/console/call-bar").get_data(as_text=True)
    found = provider.call(call.sid)
    assert (found.customer_leg, found.agent_offer) == ("none", None)
    talk = provider.one(Interaction, Interaction.id == first.interaction_id)
    assert (talk.state, talk.agent_id) == ("queued", None)
    assert provider.one(CallCommand).state == "confirmed"
    house.pass_time(20)
    assert not call.over
    assert call.log.events[-1]["kind"] == "music"
    assert provider.violated() == []
    assert house.sim.errors == []


def test_whoever_takes_it_next_sees_who_sent_it_and_why(provider: Provider, house: House) -> None:
    ana, call, first = talking(provider, house)
    joy = house.agent("joy")
    sends_on(ana, provider, first)
    house.settle()
    offer = rings_at(provider, house, "joy")
    joy.get("/console?lang=en")
    card = joy.get("/console/ringing").get_data(as_text=True)
    assert "by Ana Lim: “Wants the lamp&#39;s VAT number &lt;again&gt;" in card
    assert joy.post(f"/console/offers/{offer.id}/accept").status_code == 204
    house.settle()
    assert house.sim.hears(call, leg_of(house, "joy"))
    told = [one.body for one in provider.all(TimelineEntry) if one.body.get("what") == "transferred"]
    assert [(one["queue"]["en"], one["text"]) for one in told] == [("General", NOTE)]
    page = joy.get(f"/console/cases/{first.case_id}/timeline").get_data(as_text=True)
    assert "VAT number &lt;again&gt;" in page
    house.sim.hangup(call)
    house.settle()
    assert [one.state for one in items(provider)] == ["done", "wrap_up"]
    assert provider.violated() == []


def test_the_sender_is_not_asked_again_at_once_but_is_before_the_caller_waits_for_ever(
    provider: Provider, house: House
) -> None:
    ana, call, first = talking(provider, house)
    sends_on(ana, provider, first)
    house.settle()
    house.pass_time(20)
    assert rings_at(provider, house, "ana") is None, "ana has just sent it away"
    house.pass_time(12)
    offer = rings_at(provider, house, "ana")
    assert offer is not None
    assert offer.item_id == items(provider)[-1].id
    assert not call.over


def test_whoever_was_sent_on_stands_a_minute_ahead_of_who_comes_now(provider: Provider, house: House) -> None:
    ana, _, first = talking(provider, house)
    sends_on(ana, provider, first)
    house.settle()
    second = items(provider)[-1]
    queue = provider.one(Queue, Queue.name == "general")
    plain = second.enqueued_at + timedelta(seconds=queue.target_seconds) - timedelta(minutes=queue.priority)
    ahead = plain.timestamp() - second.order_key / 1_000_000
    assert ahead == pytest.approx(60, abs=0.001)
    assert second.enqueued_at > first.enqueued_at


def test_an_agent_who_asks_and_hangs_up_in_one_breath_has_sent_the_caller_on(provider: Provider, house: House) -> None:
    ana, call, first = talking(provider, house)
    sends_on(ana, provider, first)
    house.sim.hangup(leg_of(house, "ana"))
    house.settle()
    done, second = items(provider)
    assert (done.state, second.state, second.queue_id) == ("done", "waiting", queue_id(provider, "general"))
    assert provider.agent("ana").ready, "nobody's telephone failed"
    assert not call.over
    house.pass_time(10)
    assert not call.over
    assert provider.violated() == []
    assert house.sim.errors == []


def test_a_caller_who_hangs_up_before_it_is_done_is_wrapped_up_by_who_talked_with_them(
    provider: Provider, house: House
) -> None:
    ana, call, first = talking(provider, house)
    sends_on(ana, provider, first)
    house.sim.hangup(call)
    house.settle()
    (only,) = items(provider)
    assert only.state == "wrap_up"
    wish = provider.one(CallCommand)
    assert (wish.state, wish.reason) == ("failed", "call_over")
    assert 'data-state="ended"' in ana.get("/console/call-bar").get_data(as_text=True)
    house.pass_time(130, step=10)
    assert house.sim.live == []
    assert provider.violated() == []


def test_a_caller_who_hangs_up_in_the_other_queue_gave_up_there(provider: Provider, house: House) -> None:
    ana, call, first = talking(provider, house)
    sends_on(ana, provider, first)
    house.settle()
    house.sim.hangup(call)
    house.settle()
    assert [one.state for one in items(provider)] == ["done", "abandoned"]
    assert provider.agent("ana").load == 0
    assert provider.violated() == []


def test_what_the_provider_refuses_leaves_the_two_together_and_says_so(provider: Provider, house: House) -> None:
    ana, call, first = talking(provider, house)
    line = Refuses(house.sim.http_client())
    client = Client(SIMULATED_ACCOUNT_SID, "simulated-token", http_client=line)
    house.parts.__dict__["voice"] = Voice(house.db, lambda: client, house.parts.addresses)
    sends_on(ana, provider, first)
    house.settle()
    (only,) = items(provider)
    assert only.state == "assigned"
    assert house.sim.hears(call, leg_of(house, "ana"))
    assert "Transfer did not work" in ana.get("/console/call-bar").get_data(as_text=True)
    house.parts.__dict__["voice"] = Voice(house.db, house.sim.client, house.parts.addresses)
    assert sends_on(ana, provider, first).status_code == 204, "one may try again"
    house.settle()
    assert [one.state for one in items(provider)] == ["done", "waiting"]


def test_a_caller_on_hold_can_be_sent_on(provider: Provider, house: House) -> None:
    ana, call, first = talking(provider, house)
    ana.post(f"/console/calls/{provider.call(call.sid).id}/hold")
    house.settle()
    sends_on(ana, provider, first)
    house.settle()
    assert [one.state for one in items(provider)] == ["done", "waiting"]
    assert not call.over
    assert provider.violated() == []


def test_nothing_else_is_asked_of_a_call_that_is_being_sent_on(provider: Provider, house: House) -> None:
    ana, call, first = talking(provider, house)
    sends_on(ana, provider, first)
    for again in (
        sends_on(ana, provider, first),
        ana.post(f"/console/calls/{provider.call(call.sid).id}/hold"),
    ):
        assert again.status_code == 409
        assert again.get_json()["detail"] == "The caller is being transferred."
    house.settle()
    assert len(items(provider)) == 2
    late = sends_on(ana, provider, first)
    assert late.status_code in {404, 409}
    assert len(items(provider)) == 2


def test_where_it_cannot_go_it_does_not_go(provider: Provider, house: House) -> None:
    ana, _, first = talking(provider, house)
    leo = house.agent("leo")
    with house.db.transaction() as session:
        session.execute(Queue.__table__.update().where(Queue.name == "orders").values(enabled=False))
    refusals = {
        "somebody else's": sends_on(leo, provider, first),
        "the same queue": sends_on(ana, provider, first, to="billing"),
        "a queue out of use": sends_on(ana, provider, first, to="orders"),
        "no queue": ana.post(f"/console/items/{first.id}/transfer", note=NOTE),
        "no number": ana.post(f"/console/items/{first.id}/transfer", queue="general", note=NOTE),
        "beyond any": ana.post(f"/console/items/{first.id}/transfer", queue="9" * 30, note=NOTE),
    }
    assert {why: answer.status_code for why, answer in refusals.items()} == {
        "somebody else's": 409,
        "the same queue": 422,
        "a queue out of use": 422,
        "no queue": 422,
        "no number": 422,
        "beyond any": 422,
    }
    assert ana.post("/console/items/999999/transfer", queue="1").status_code == 404
    assert items(provider)[0].state == "assigned"
    assert provider.all(CallCommand) == []


def test_a_queue_that_nobody_serves_takes_no_caller(provider: Provider, house: House) -> None:
    ana, _, first = talking(provider, house)
    with house.db.transaction() as session:
        general = queue_id(provider, "general")
        session.execute(AgentQueue.__table__.delete().where(AgentQueue.queue_id == general))
    refused = sends_on(ana, provider, first)
    assert refused.status_code == 409
    assert "Nobody serves this queue" in refused.get_json()["detail"]


def test_a_note_as_long_as_a_book_is_cut_and_an_empty_one_is_none(provider: Provider, house: House) -> None:
    ana, _, first = talking(provider, house)
    sends_on(ana, provider, first, note=" x" * 5000)
    assert len(provider.one(CallCommand).note) == 1000


def test_the_menu_s_figures_know_that_it_was_the_wrong_queue(provider: Provider, house: House) -> None:
    ana, call, first = talking(provider, house)
    house.pass_time(20)
    sends_on(ana, provider, first)
    house.settle()
    house.sim.hangup(call)
    house.settle()
    answered, gave_up = stays(provider, call.sid)[-2:]
    assert (answered.exit, gave_up.exit) == ("answered", "hangup")
    assert timedelta(seconds=15) < answered.transferred_at - answered.left_at < timedelta(seconds=30)
    assert gave_up.transferred_at is None
    assert gave_up.entered_at == answered.transferred_at


def stays(provider: Provider, sid: str) -> list[StepVisit]:
    with provider.house.db.transaction() as session:
        return list(
            session.scalars(
                select(StepVisit).join(PhoneCall).where(PhoneCall.call_sid == sid).order_by(StepVisit.number)
            )
        )


def test_a_room_that_is_left_while_a_transfer_is_under_way_is_no_end_of_the_conversation(
    provider: Provider, house: House
) -> None:
    ana, call, first = talking(provider, house)
    sends_on(ana, provider, first)
    before = provider.call(call.sid).position
    told = provider.post(house.parts.addresses.talked, CallSid=call.sid, CallStatus="in-progress")
    assert told.get_data(as_text=True).endswith("<Response />")
    assert provider.call(call.sid).position == before, "the menu has not gone on"
    house.settle()
    assert [one.state for one in items(provider)] == ["done", "waiting"]
