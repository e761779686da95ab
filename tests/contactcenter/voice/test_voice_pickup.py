"""The agent's leg: dialled once, given up in time, and never a caller alone in a room."""

from datetime import timedelta

import pytest
from house import House
from twilio.http import HttpClient
from twilio.rest import Client
from voice_world import Provider

from contactcenter import jobs
from contactcenter.carrier.simulator import SIMULATED_ACCOUNT_SID
from contactcenter.channels.voice.jobs import Voice
from contactcenter.foundation import clock, outbox
from contactcenter.models import Outbox, TimelineEntry


class LosesAnswers(HttpClient):
    """A line that carries requests and loses answers to those whose address ends so, as often as asked."""

    def __init__(self, inner: HttpClient, ending: str, times: int) -> None:
        super().__init__(None, False, None)
        self.inner, self.ending, self.times = inner, ending, times

    def request(self, method, url, *args, **kwargs):
        answer = self.inner.request(method, url, *args, **kwargs)
        if method == "POST" and url.endswith(self.ending) and self.times > 0:
            self.times -= 1
            raise TimeoutError("The answer did not come in time.")
        return answer


@pytest.fixture
def agent_sid(house: House) -> str:
    return f"client:agent_{house.user_id('ana')}"


def accepted(provider: Provider, house: House) -> tuple[object, int]:
    """A new caller in line whom Ana has accepted; her leg is not dialled yet."""
    browser = house.agent("ana")
    call = house.sim.dial_in(f"+1415555{1000 + len(house.sim.calls)}", "+14155550100")
    for key in ("1", "3"):
        house.sim.advance(4)
        house.sim.press(call, key)
    house.sim.advance(2)
    offer = provider.offered(call.sid)
    assert browser.post(f"/console/offers/{offer.id}/accept").status_code == 204
    return call, offer.id


def legs_of(house: House, address: str) -> list[object]:
    return [one for one in house.sim.calls if one.to.partition("?")[0] == address]


def with_line(house: House, http_client: HttpClient) -> None:
    client = Client(SIMULATED_ACCOUNT_SID, "simulated-token", http_client=http_client)
    house.parts.__dict__["voice"] = Voice(house.db, lambda: client, house.parts.addresses)


def test_an_answer_lost_after_the_leg_was_made_does_not_make_a_second_leg(
    provider: Provider, house: House, agent_sid: str
) -> None:
    house.sim.register(agent_sid.removeprefix("client:"), auto_answer=False)
    with_line(house, LosesAnswers(house.sim.http_client(), "/Participants.json", times=1))
    call, offer_id = accepted(provider, house)
    jobs.carry_out_due(house.parts)
    assert len(legs_of(house, agent_sid)) == 1
    assert provider.call(call.sid).agent_sid is None, "we do not know of it yet"
    house.pass_time(4)
    (leg,) = legs_of(house, agent_sid)
    assert provider.call(call.sid).agent_sid == leg.sid
    house.sim.answer(leg)
    house.settle()
    assert house.sim.hears(call, leg)
    assert provider.one(Outbox, Outbox.dedupe_key == f"dial:{offer_id}").attempts == 2
    assert provider.violated() == []


def test_a_worker_that_died_after_dialling_is_followed_by_one_that_looks_first(
    provider: Provider, house: House, agent_sid: str
) -> None:
    call, offer_id = accepted(provider, house)
    house.sim.register(agent_sid.removeprefix("client:"), auto_answer=False)
    parcel = provider.one(Outbox, Outbox.dedupe_key == f"dial:{offer_id}")
    with house.db.transaction() as session:
        taken = outbox.claim(session, parcel.id, clock.now(session))
    made = provider.call(call.sid)
    house.parts.voice._create_leg(made, agent_sid, offer_id)  # and then it is dead
    with house.db.transaction() as session:
        house.parts.clock.ahead += outbox.LOCKED_FOR + timedelta(seconds=1)
        again = outbox.claim(session, parcel.id, clock.now(session))
    assert (taken.uncertain, again.uncertain) == (False, True)
    house.parts.voice.carry_out(again)
    assert len(legs_of(house, agent_sid)) == 1


def test_a_phone_that_rings_on_and_on_gives_the_caller_back_even_if_the_provider_never_says_so(
    provider: Provider, house: House, agent_sid: str
) -> None:
    house.sim.habits.notice_delay = 10_000
    call, offer_id = accepted(provider, house)
    house.sim.register(agent_sid.removeprefix("client:"), auto_answer=False)
    before = provider.item(call.sid)
    house.pass_time(19)
    assert provider.item(call.sid).state == "assigned"
    house.pass_time(3)
    after = provider.item(call.sid)
    assert (after.state, after.order_key, after.enqueued_at) == ("waiting", before.order_key, before.enqueued_at)
    ana = provider.agent("ana")
    assert (ana.load, ana.ready, ana.not_ready_reason) == (0, False, "phone_unreachable")
    told = provider.all(TimelineEntry, TimelineEntry.kind == "routing")[-1].body
    assert (told["what"], told["reason"]) == ("leg_failed", "no-answer")
    house.settle()
    assert all(leg.over for leg in legs_of(house, agent_sid))
    assert not call.over
    assert provider.offer(call.sid).id == offer_id


@pytest.mark.parametrize("status", ["busy", "failed", "no-answer", "canceled", "completed"])
def test_a_leg_that_fails_or_is_over_before_it_was_up_gives_the_caller_back(provider: Provider, status: str) -> None:
    browser = provider.house.agent("ana")
    sid = provider.to_billing()
    offer = provider.offered(sid)
    assert browser.post(f"/console/offers/{offer.id}/accept").status_code == 204
    for _ in range(2):
        provider.leg(offer.id, "CB1", status)
    assert provider.item(sid).state == "waiting"
    assert provider.agent("ana").load == 0
    provider.leg(offer.id, "CB1", "in-progress")
    assert provider.call(sid).agent_leg == "failed", "a late word does not bring it back"
    parcels = [one.topic for one in provider.all(Outbox)]
    assert "voice.join_caller" not in parcels, "nobody is led into an empty room"
    assert provider.violated() == []


def test_a_caller_who_hangs_up_while_the_agent_is_dialled_leaves_no_leg_behind(
    provider: Provider, house: House, agent_sid: str
) -> None:
    for moment in ("before", "while it rings", "as it is answered"):
        call, _ = accepted(provider, house)
        house.sim.register(agent_sid.removeprefix("client:"), auto_answer=False)
        if moment == "before":
            house.sim.hangup(call)
        jobs.carry_out_due(house.parts)
        house.sim.advance(1)
        live = [leg for leg in legs_of(house, agent_sid) if not leg.over]
        if moment == "as it is answered":
            house.sim.answer(live[0])
        if not call.over:
            house.sim.hangup(call)
        house.settle()
        house.pass_time(130, step=10)
        assert house.sim.live == [], moment
        assert provider.item(call.sid).state in {"done", "abandoned"}, moment
        assert provider.agent("ana").load == 0, moment
    assert provider.violated() == []


def test_an_agent_who_drops_out_gives_the_caller_back_to_the_line_at_the_old_place(
    provider: Provider, house: House, agent_sid: str
) -> None:
    call, _ = accepted(provider, house)
    before = provider.item(call.sid)
    house.settle()
    leg = house.sim.leg(agent_sid)
    assert house.sim.hears(call, leg)
    house.sim.hangup(leg)
    house.settle()
    after = provider.item(call.sid)
    assert (after.state, after.order_key) == ("waiting", before.order_key)
    assert not call.over
    assert provider.call(call.sid).customer_leg == "none"
    assert provider.agent("ana").not_ready_reason == "phone_unreachable"
    house.pass_time(10)
    assert not call.over, "the caller hears music, not the dial tone"
    assert provider.violated() == []
    assert house.sim.errors == []
