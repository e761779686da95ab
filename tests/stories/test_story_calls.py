"""Promises to callers and to the agents who answer them, kept through the public doors."""

from house import NUMBER, House
from sqlalchemy import select

from contactcenter.invariants import check
from contactcenter.models import Case, Interaction, Offer, WorkItem

CALLER = "+14155550123"
STRANGER = "+14155559876"


def call_for_billing(house: House, caller: str = CALLER):
    """Dial, choose English, choose billing: the caller is in line."""
    call = house.sim.dial_in(caller, NUMBER)
    house.pass_time(4)
    house.sim.press(call, "1")
    house.pass_time(4)
    house.sim.press(call, "3")
    house.pass_time(2)
    return call


def offer_of(house: House, login: str) -> Offer | None:
    with house.db.transaction() as session:
        return session.scalars(
            select(Offer).where(Offer.agent_id == house.user_id(login)).order_by(Offer.id.desc()).limit(1)
        ).first()


def the(house: House, model):
    with house.db.transaction() as session:
        return session.scalars(select(model)).one()


def all_is_well(house: House) -> None:
    with house.db.transaction() as session:
        violated = [result.line() for result in check(session) if result.violations]
    assert violated == []
    assert house.sim.errors == []


def test_a_caller_reaches_an_agent_by_keys_and_the_call_is_wrapped_up(house: House) -> None:
    ana = house.agent("ana")
    call = call_for_billing(house)
    assert any("Billing" in text or "billing" in text for _, text in call.heard)

    offer = offer_of(house, "ana")
    assert offer is not None
    ringing = ana.get("/console/ringing").get_data(as_text=True)
    assert CALLER[-4:] in ringing.replace(" ", "").replace("-", "")
    assert ana.post(f"/console/offers/{offer.id}/accept").status_code == 204
    house.settle()

    agent_leg = house.sim.leg(f"client:agent_{house.user_id('ana')}")
    assert house.sim.hears(call, agent_leg)
    assert house.sim.hears(agent_leg, call)
    assert the(house, Interaction).state == "connected"

    house.sim.hangup(call)
    house.settle()
    item = the(house, WorkItem)
    assert item.state == "wrap_up"
    done = ana.post(
        f"/console/items/{item.id}/complete", disposition="solved", summary="All clear.", next_status="resolved"
    )
    assert done.status_code == 204, done.get_data(as_text=True)
    assert the(house, WorkItem).state == "done"
    assert the(house, Case).status == "resolved"
    house.settle()
    all_is_well(house)


def test_a_caller_can_be_held_and_hears_music_not_the_agent(house: House) -> None:
    ana = house.agent("ana")
    call = call_for_billing(house)
    offer = offer_of(house, "ana")
    ana.post(f"/console/offers/{offer.id}/accept")
    house.settle()
    agent_leg = house.sim.leg(f"client:agent_{house.user_id('ana')}")
    call_id = ana.get("/console/call-bar").get_data(as_text=True).split("/console/calls/")[1].split("/")[0]

    assert ana.post(f"/console/calls/{call_id}/hold").status_code == 204
    house.settle()
    assert not house.sim.hears(call, agent_leg)
    assert ana.post(f"/console/calls/{call_id}/unhold").status_code == 204
    house.settle()
    assert house.sim.hears(call, agent_leg)
    assert ana.post(f"/console/calls/{call_id}/hang-up").status_code == 204
    house.settle()
    assert agent_leg.over
    assert not call.over, "the menu has the last word"
    house.pass_time(25)
    assert "Thank you for calling Yunfan Store. Goodbye." in [text for _, text in call.heard]
    assert call.over
    assert the(house, WorkItem).state == "wrap_up"
    all_is_well(house)


def test_a_caller_who_hangs_up_while_waiting_is_abandoned_and_nobody_is_rung(house: House) -> None:
    call = call_for_billing(house)
    assert the(house, WorkItem).state == "waiting"
    house.sim.hangup(call)
    house.settle()
    assert the(house, WorkItem).state == "abandoned"
    assert the(house, Interaction).state == "abandoned"
    house.agent("ana")
    house.settle()
    assert offer_of(house, "ana") is None
    all_is_well(house)


def test_a_caller_who_hangs_up_while_ringing_takes_the_offer_away_and_the_agent_sees_why(house: House) -> None:
    ana = house.agent("ana")
    call = call_for_billing(house)
    offer = offer_of(house, "ana")
    house.sim.hangup(call)
    house.settle()
    answer = ana.post(f"/console/offers/{offer.id}/accept")
    assert answer.status_code == 409
    assert answer.mimetype == "application/problem+json"
    assert answer.get_json()["detail"] == "The customer left before you could answer."
    assert offer_of(house, "ana").state == "withdrawn"
    all_is_well(house)


def test_an_agent_who_does_not_answer_is_passed_over_and_the_next_gets_the_call_at_its_old_place(house: House) -> None:
    house.agent("ana")
    call_for_billing(house)
    first = the(house, WorkItem)
    ana_offer = offer_of(house, "ana")
    assert ana_offer.state == "pending"
    others = ("ken", "mia", "leo", "ivy", "sam", "joy", "max")
    another = next(login for login in others if _serves_billing(house, login))
    house.agent(another)
    house.pass_time(25)

    assert offer_of(house, "ana").state == "expired"
    second = offer_of(house, another)
    assert second is not None
    assert second.state == "pending"
    item = the(house, WorkItem)
    assert (item.order_key, item.enqueued_at) == (first.order_key, first.enqueued_at)
    from contactcenter.models import Agent

    with house.db.transaction() as session:
        ana = session.get(Agent, house.user_id("ana"))
    assert (ana.ready, ana.not_ready_reason, ana.chosen) == (False, "missed_offer", "available")
    all_is_well(house)


def test_an_agent_whose_telephone_is_gone_gives_the_caller_back_and_learns_why(house: House) -> None:
    ana = house.agent("ana")
    house.sim.unregister(f"agent_{house.user_id('ana')}")
    call = call_for_billing(house)
    offer = offer_of(house, "ana")
    ana.post(f"/console/offers/{offer.id}/accept")
    house.settle()
    assert the(house, WorkItem).state == "waiting"
    assert offer_of(house, "ana").state == "released"
    assert not call.over
    all_is_well(house)


def test_nobody_free_means_music_and_an_announcement_again_and_again(house: House) -> None:
    call = call_for_billing(house)
    heard = len(call.heard)
    house.pass_time(90, step=5)
    assert len(call.heard) > heard
    assert the(house, WorkItem).state == "waiting"
    all_is_well(house)


def test_a_call_the_menu_answers_by_itself_needs_no_agent_and_opens_no_case(house: House) -> None:
    from contactcenter.foundation.db import add
    from contactcenter.models import Customer, CustomerOrder

    with house.db.transaction() as session:
        customer = add(session, Customer, {"name": "Pat", "facts": {}, "created_at": house.now()})
        session.add(
            CustomerOrder(
                number="12345678",
                customer_id=customer,
                status={"en": "shipped", "zh-Hans": "已发货", "zh-Hant": "已出貨"},
                eta="2026-12-01",
                total="10.00",
                placed_on="2026-11-20",
            )
        )
        session.flush()
    call = house.sim.dial_in(STRANGER, NUMBER)
    house.pass_time(4)
    house.sim.press(call, "1")
    house.pass_time(4)
    house.sim.press(call, "1")
    house.pass_time(4)
    house.sim.press(call, "12345678#")
    house.pass_time(6)
    assert any("shipped" in text for _, text in call.heard)
    house.sim.hangup(call)
    house.settle()
    assert the(house, Interaction).state == "completed"
    with house.db.transaction() as session:
        assert session.scalars(select(Case)).all() == []
    all_is_well(house)


def _serves_billing(house: House, login: str) -> bool:
    from contactcenter.models import AgentQueue, AgentSkill, Queue

    with house.db.transaction() as session:
        agent = house.user_id(login)
        queue = session.scalars(select(Queue.id).where(Queue.name == "billing")).one()
        serves = session.get(AgentQueue, (agent, queue)) is not None
        skills = set(session.scalars(select(AgentSkill.skill).where(AgentSkill.agent_id == agent)))
    return serves and {"billing", "lang-en"} <= skills
