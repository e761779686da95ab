"""Calls that we promise: at the old place in line, by a promised time, three tries, and nothing twice."""

from datetime import timedelta

import pytest
from house import NUMBER, House
from sqlalchemy import insert, select, update
from voice_world import Provider

from contactcenter.assignment import line
from contactcenter.cases import interactions, opening
from contactcenter.channels.voice import callbacks
from contactcenter.foundation import events
from contactcenter.foundation.db import add, create
from contactcenter.models import (
    CalendarText,
    Callback,
    Customer,
    Interaction,
    Offer,
    Queue,
    SlaClock,
    SurveyAnswer,
    TimelineEntry,
    WorkItem,
)
from contactcenter.models.states import CallbackState, Channel

CALLER = "+14155550123"
pytestmark = pytest.mark.usefixtures("long_wait")


@pytest.fixture
def long_wait(house: House) -> None:
    """Three were served in the last half hour: everybody is told a long wait, and callbacks are offered."""
    with house.db.transaction() as session:
        now = house.parts.clock.now(session)
        queue = session.scalars(select(Queue).where(Queue.name == "billing")).one()
        customer = create(session, Customer, {"name": "Kim Vale", "facts": {}, "created_at": now})
        contact = opening.Contact(Channel.VOICE, "Billing", "en", queue)
        case = opening.open_case(session, customer, contact, now)
        for minutes in (30, 20, 10):
            talk = {"case_id": case.id, "channel": "voice", "state": "completed", "address": "+14155550000"}
            interaction = interactions.begin(session, talk, now)
            item = {"interaction_id": interaction.id, "case_id": case.id, "queue_id": queue.id, "channel": "voice"}
            item |= {"state": "done", "weight": 100, "target_us": 0, "order_key": 0, "skills": {}, "steps": []}
            then = now - timedelta(minutes=minutes)
            add(session, WorkItem, {**item, "enqueued_at": then, "ended_at": then})


def in_line(house: House, caller: str = CALLER):
    """Dial, choose English, then billing, whatever case is open."""
    call = house.sim.dial_in(caller, NUMBER)
    house.pass_time(4)
    house.sim.press(call, "1")
    house.pass_time(6)
    if "open case" in said(call):
        house.sim.press(call, "2")
        house.pass_time(6)
    house.sim.press(call, "3")
    house.pass_time(14)
    assert any("called back, press 1" in text for _, text in call.heard), call.heard
    return call


def ask_for_a_call(house: House, caller: str = CALLER):
    """Everything up to the promise; the caller has hung up when it returns."""
    call = in_line(house, caller)
    house.sim.press(call, "1")
    house.pass_time(6)
    house.sim.press(call, "1")
    house.pass_time(30)
    assert call.over
    return call


def said(call) -> str:
    return " ".join(text for _, text in call.heard)


def the(provider: Provider) -> Callback:
    return provider.one(Callback)


def accept(house: House, provider: Provider, browser) -> None:
    house.pass_time(2)
    offer = provider.all(Offer)[-1]
    assert browser.post(f"/console/offers/{offer.id}/accept").status_code == 204
    house.settle()


def told(provider: Provider) -> list[str]:
    return [entry.body.get("what", "") for entry in provider.all(TimelineEntry)]


def test_a_caller_is_promised_a_call_at_the_old_place_and_gets_it(house: House, provider: Provider) -> None:
    before = in_line(house, "+14155550999")
    call = ask_for_a_call(house)
    assert "We will call" in said(call)
    assert "You keep your place in line, and we will call you by" in said(call)
    later = in_line(house, "+14155550888")
    callback = the(provider)
    assert callback.state == CallbackState.WAITING
    assert callback.number == CALLER
    clock = provider.one(SlaClock, SlaClock.id == callback.clock_id)
    assert (clock.kind, clock.state, clock.target_seconds) == ("callback", "running", 7200)
    assert clock.due_at == callback.promised_at
    waiting = provider.all(WorkItem, WorkItem.state == "waiting")
    addresses = {one.id: provider.one(Interaction, Interaction.id == one.interaction_id).address for one in waiting}
    order = [addresses[item.id] for item in sorted(waiting, key=lambda item: (item.order_key, item.id))]
    assert order == ["+14155550999", CALLER, "+14155550888"]
    left = provider.item(call.sid)
    [kept] = [item for item in waiting if addresses[item.id] == CALLER]
    assert (kept.order_key, kept.enqueued_at) == (left.order_key, left.enqueued_at), "the place is the one they had"

    house.sim.hangup(before)
    house.sim.hangup(later)
    house.settle()
    house.sim.register(CALLER, auto_answer=True, answer_seconds=2)
    ana = house.agent("ana")
    house.pass_time(2)
    ring = ana.get("/console/ringing").get_data(as_text=True)
    assert "Call back" in ring
    accept(house, provider, ana)
    agent_leg = house.sim.leg(f"client:agent_{house.user_id('ana')}")
    house.pass_time(5)
    customer_leg = house.sim.leg(CALLER)
    assert house.sim.hears(customer_leg, agent_leg)
    assert the(provider).state == CallbackState.DONE
    assert provider.one(SlaClock, SlaClock.id == callback.clock_id).state == "met"
    assert provider.all(Interaction, Interaction.state == "connected")[0].address == CALLER

    call_id = provider.call(customer_leg.sid).id
    assert ana.post(f"/console/calls/{call_id}/hang-up").status_code == 204
    house.pass_time(4)
    assert agent_leg.over
    assert "how did we do" in said(customer_leg)
    house.sim.press(customer_leg, "4")
    house.pass_time(8)
    assert customer_leg.over
    answer = provider.one(SurveyAnswer)
    assert (answer.question, answer.answer, answer.lowest, answer.highest) == ("csat", 4, 1, 5)
    assert "rated" in told(provider)
    assert provider.violated() == []
    assert house.sim.errors == []


def test_the_agent_is_called_first_and_a_customer_who_does_not_answer_is_tried_three_times(
    house: House, provider: Provider
) -> None:
    ask_for_a_call(house)
    house.sim.register(CALLER, auto_answer=False)
    ana = house.agent("ana")
    for made in (1, 2, 3):
        accept(house, provider, ana)
        house.pass_time(5)
        [leg] = [one for one in house.sim.calls if one.to == CALLER and not one.over]
        assert leg.heard == [], "the agent's phone was answered before the customer's rang"
        house.pass_time(40)
        assert leg.over
        callback = the(provider)
        assert callback.tries_made == made
        assert provider.agent("ana").load == 0, "nobody is kept by a phone that is not answered"
        if made < 3:
            assert callback.state == CallbackState.RESTING
            assert timedelta(minutes=14) < callback.next_try_at - house.now() <= timedelta(minutes=15)
            house.pass_time(15 * 60, step=30)
            assert the(provider).state == CallbackState.WAITING
    assert the(provider).state == CallbackState.GIVEN_UP
    assert told(provider).count("callback_missed") == 2
    assert told(provider).count("callback_given_up") == 1
    assert provider.one(SlaClock, SlaClock.kind == "callback").state == "met", "their phone rang in time"
    assert provider.violated() == []


def test_one_entry_for_each_number_and_queue(house: House, provider: Provider) -> None:
    ask_for_a_call(house)
    first = the(provider)
    with house.db.transaction() as session:  # the second call must not take the place over before it asks again
        session.execute(update(Callback).values(state=CallbackState.CALLING))
    call = ask_for_a_call(house)
    assert "we will call you by" in said(call)
    assert the(provider).id == first.id
    assert told(provider).count("callback_booked") == 1


def test_whoever_rings_us_meanwhile_takes_their_place_over(house: House, provider: Provider) -> None:
    ask_for_a_call(house)
    kept = provider.all(WorkItem)[-1]
    house.pass_time(60)
    in_line(house)
    callback = the(provider)
    assert (callback.state, callback.ended_by) == (CallbackState.CANCELLED, "called_us")
    items = provider.all(WorkItem, WorkItem.state == "waiting")
    assert [(item.order_key, item.enqueued_at) for item in items] == [(kept.order_key, kept.enqueued_at)]
    assert provider.one(SlaClock, SlaClock.kind == "callback").state == "cancelled"
    assert provider.violated() == []


def test_declining_a_callback_costs_no_place(house: House, provider: Provider) -> None:
    call = in_line(house)
    before = provider.all(WorkItem)[-1]
    house.sim.press(call, "1")
    house.pass_time(6)
    house.pass_time(60)  # three times silence
    after = provider.all(WorkItem)[-1]
    assert after.id != before.id
    assert (after.state, after.order_key, after.enqueued_at) == ("waiting", before.order_key, before.enqueued_at)
    assert provider.all(Callback) == []


@pytest.mark.parametrize(
    ("keys", "called"),
    [
        ("4155550177#", "+14155550177"),
        ("14155550177#", "+14155550177"),
        ("01185251234567#", None),  # a country where we have no number
        ("19005550177#", None),  # a number that earns somebody money
        ("5550177#", None),  # no number of this country has so few digits
    ],
)
def test_another_number_is_called_where_that_costs_no_more_than_usual(
    house: House, provider: Provider, keys: str, called: str | None
) -> None:
    call = in_line(house)
    house.sim.press(call, "1")
    house.pass_time(6)
    house.sim.press(call, "2")
    house.pass_time(6)
    house.sim.press(call, keys)
    house.pass_time(8)
    house.sim.press(call, "1")
    house.pass_time(6)
    if called is None:
        assert provider.all(Callback) == []
        assert "A telephone number has 7 to 15 digits" in said(call)
    else:
        assert the(provider).number == called


def test_a_withheld_number_is_asked_for(house: House, provider: Provider) -> None:
    call = in_line(house, "+266696687")
    house.sim.press(call, "1")
    house.pass_time(6)
    assert "Enter the number we should call" in said(call)
    house.sim.press(call, "4155550177#")
    house.pass_time(8)
    house.sim.press(call, "1")
    house.pass_time(6)
    assert the(provider).number == "+14155550177"


def test_an_agent_whose_phone_fails_gives_the_callback_back_to_its_place(house: House, provider: Provider) -> None:
    ask_for_a_call(house)
    house.sim.register(CALLER, auto_answer=False)
    ana = house.agent("ana")
    accept(house, provider, ana)
    house.pass_time(4)
    before = provider.all(WorkItem)[-1]
    agent_leg = house.sim.leg(f"client:agent_{house.user_id('ana')}")
    house.open_pages.clear()
    house.sim.hangup(agent_leg)
    house.pass_time(4)
    after = provider.all(WorkItem)[-1]
    assert (after.state, after.order_key) == ("waiting", before.order_key)
    assert the(provider).state == CallbackState.WAITING
    assert the(provider).tries_made == 0
    assert all(leg.over for leg in house.sim.calls if leg.to == CALLER), "no customer is rung for nobody"
    assert provider.violated() == []


def test_a_customer_whose_agent_drops_out_of_the_talk_goes_on_with_the_next_one(
    house: House, provider: Provider
) -> None:
    ask_for_a_call(house)
    house.sim.register(CALLER, auto_answer=True, answer_seconds=2)
    ana = house.agent("ana")
    accept(house, provider, ana)
    house.pass_time(5)
    customer = house.sim.leg(CALLER)
    house.sim.hangup(house.sim.leg(f"client:agent_{house.user_id('ana')}"))
    house.pass_time(3)
    assert not customer.over, "nobody hangs up on a customer"
    leo = house.agent("leo")
    accept(house, provider, leo)
    house.pass_time(3)
    assert house.sim.hears(customer, house.sim.leg(f"client:agent_{house.user_id('leo')}"))
    assert [leg for leg in house.sim.calls if leg.to == CALLER] == [customer], "they are not called a second time"
    assert provider.violated() == []


def test_a_mailbox_is_no_conversation(house: House, provider: Provider) -> None:
    """The agent hears a machine and says so: the next try comes later, and the agent is free."""
    ask_for_a_call(house)
    house.sim.register(CALLER, auto_answer=True, answer_seconds=2)
    ana = house.agent("ana")
    accept(house, provider, ana)
    house.pass_time(5)
    item = provider.all(WorkItem)[-1]
    assert the(provider).state == CallbackState.DONE
    assert ana.post(f"/console/items/{item.id}/not-reached").status_code == 204
    house.pass_time(3)
    callback = the(provider)
    assert (callback.state, callback.tries_made) == (CallbackState.RESTING, 1)
    assert all(leg.over for leg in house.sim.calls if leg.to == CALLER)
    assert provider.agent("ana").load == 0
    assert ana.post(f"/console/items/{item.id}/not-reached").status_code == 409
    assert provider.violated() == []


def test_a_supervisor_sees_callbacks_and_can_cancel_one(house: House, provider: Provider) -> None:
    ask_for_a_call(house)
    lin = house.browser()
    lin.sign_in("lin")
    page = lin.get("/supervisor/callbacks").get_data(as_text=True)
    assert CALLER in page
    assert lin.post(f"/supervisor/callbacks/{the(provider).id}/cancel").status_code == 204
    callback = the(provider)
    assert (callback.state, callback.ended_by) == (CallbackState.CANCELLED, "by_hand")
    assert provider.all(WorkItem, WorkItem.state == "waiting") == []
    assert lin.post(f"/supervisor/callbacks/{callback.id}/cancel").status_code == 409
    assert "callback_cancelled" in told(provider)


def test_outside_its_hours_a_callback_rests_and_comes_back_at_its_place(house: House, provider: Provider) -> None:
    ask_for_a_call(house)
    kept = provider.all(WorkItem)[-1]
    now = house.now().replace(second=0)
    if not 1 <= now.hour <= 22:
        house.pass_time(2 * 3600, step=600)  # the hours below shall not go over midnight
        now = house.now().replace(second=0)
    rows = [f"00:00-{now + timedelta(minutes=5):%H:%M}", f"{now + timedelta(minutes=20):%H:%M}-24:00"]
    with house.db.transaction() as session:
        definition = {"zone": "UTC", "weekly": {"mon-sun": rows}}
        session.execute(insert(CalendarText).values(name="short", definition=definition))
        session.execute(update(Callback).values(calendar="short", state="resting", next_try_at=now))
        callbacks.load(session, the(provider).id)
        line.leave(session, kept.interaction_id, now)
        callbacks.begin_callback(session, the(provider).id, house.now())
    assert the(provider).state == CallbackState.WAITING
    house.pass_time(6 * 60, step=10)
    assert the(provider).state == CallbackState.RESTING
    assert provider.all(WorkItem, WorkItem.state == "waiting") == []
    house.pass_time(16 * 60, step=10)
    assert the(provider).state == CallbackState.WAITING
    [again] = provider.all(WorkItem, WorkItem.state == "waiting")
    assert (again.order_key, again.enqueued_at) == (kept.order_key, kept.enqueued_at)


def test_callbacks_count_apart_from_those_who_gave_up(house: House, provider: Provider) -> None:
    call = ask_for_a_call(house)
    interaction = provider.interaction(call.sid)
    assert (interaction.state, interaction.outcome) == ("completed", "callback")
    assert provider.item(call.sid).state == "cancelled"
    assert provider.all(Interaction, Interaction.state == "abandoned") == []


def test_a_queue_may_want_to_call_back_whoever_waited_too_long(house: House, provider: Provider) -> None:
    """Each caller is asked once; whoever declines waits on at the old place."""
    with house.db.transaction() as session:
        overflow = {"after": 120, "to": "callback"}
        session.execute(update(Queue).where(Queue.name == "billing").values(overflow=overflow))
        events.record(session, events.ConfigApplied(0), house.now())
    call = in_line(house)
    before = provider.all(WorkItem)[-1]
    house.pass_time(60)
    assert "We will call" not in said(call)
    house.pass_time(80)
    assert "We will call" in said(call)
    house.pass_time(60)  # says nothing, so they wait on
    again = provider.all(WorkItem)[-1]
    assert again.id != before.id
    assert (again.state, again.order_key) == ("waiting", before.order_key)
    asked = said(call).count("We will call")
    house.pass_time(150)
    assert said(call).count("We will call") == asked
