"""Dial to telephones, and the telephones themselves."""

import pytest
from carrier_world import BASE, CUSTOMER, HOTLINE, kinds, said

DIAL = "<Dial action='/dialled' timeout='20'><Client>agent_7</Client></Dial><Say>not reached</Say>"


@pytest.fixture
def desk(app):
    app.pages["/voice"] = DIAL
    app.pages["/dialled"] = "<Say>good bye</Say>"
    return app


def _result(app):
    return app.asked("/dialled")[0]


def test_a_registered_telephone_answers_by_itself_after_its_delay(sim, desk):
    sim.register("agent_7", answer_seconds=2)
    call = sim.dial_in(CUSTOMER, HOTLINE)
    sim.advance(2)
    leg = sim.leg("agent_7")
    assert leg.status == "ringing"
    sim.advance(0.2)
    assert leg.live
    assert sim.hears(call, leg)
    assert leg.parent_sid == call.sid
    sim.advance(30)
    sim.hangup(leg)
    result = _result(desk)
    assert result["DialCallStatus"] == "completed"
    assert result["DialCallDuration"] == "30"
    assert result["DialCallSid"] == leg.sid
    assert result["DialBridged"] == "true"
    assert said(call) == ["good bye"]


def test_without_a_telephone_the_leg_ends_quickly(sim, desk):
    sim.dial_in(CUSTOMER, HOTLINE)
    sim.advance(0.2)
    assert _result(desk)["DialCallStatus"] == "no-answer"
    assert sim.calls[1].sip_code == 480


def test_a_telephone_that_nobody_picks_up_rings_five_seconds_longer_than_told(sim, desk):
    sim.register("agent_7", auto_answer=False)
    sim.dial_in(CUSTOMER, HOTLINE)
    sim.advance(25)
    assert desk.asked("/dialled") == []
    sim.advance(0.2)
    assert _result(desk)["DialCallStatus"] == "no-answer"


def test_a_declined_call_is_busy(sim, desk):
    sim.register("agent_7", auto_answer=False)
    sim.dial_in(CUSTOMER, HOTLINE)
    sim.advance(3)
    sim.decline(sim.leg("agent_7"))
    assert _result(desk)["DialCallStatus"] == "busy"


def test_a_number_rings_until_somebody_answers(sim, desk):
    desk.pages["/voice"] = "<Dial action='/dialled' callerId='+14155550100'>+14155550155</Dial>"
    call = sim.dial_in(CUSTOMER, HOTLINE)
    sim.advance(8)
    leg = sim.leg("+14155550155")
    assert leg.from_ == HOTLINE
    sim.answer(leg)
    assert sim.hears(leg, call)


def test_all_ring_and_the_losers_are_canceled(sim, desk):
    desk.pages["/voice"] = (
        "<Dial action='/dialled'><Client>agent_7</Client><Number statusCallback='/leg'>+14155550155</Number></Dial>"
    )
    sim.register("agent_7", auto_answer=False)
    call = sim.dial_in(CUSTOMER, HOTLINE)
    sim.advance(5)
    client, number = sim.calls[1:]
    assert {client.status, number.status} == {"ringing"}
    sim.answer(client)
    assert number.status == "canceled"
    assert desk.events("/leg", "CallStatus") == ["canceled"]
    assert sim.hears(call, client)


@pytest.mark.parametrize("first", [0, 1])
def test_of_two_who_answer_at_one_instant_exactly_one_gets_the_call(sim, desk, first):
    desk.pages["/voice"] = "<Dial action='/dialled'><Number>+14155550155</Number><Number>+14155550156</Number></Dial>"
    call = sim.dial_in(CUSTOMER, HOTLINE)
    sim.advance(5)
    legs = sim.calls[1:]
    with sim.engine.acting():
        legs[first].happen("answer")
        legs[1 - first].happen("answer")
    sim.advance()
    assert sim.hears(call, legs[first])
    assert legs[1 - first].over


def test_the_called_side_hears_a_whisper_first(sim, desk):
    desk.pages["/voice"] = DIAL.replace("<Client>", "<Client url='/whisper'>")
    desk.pages["/whisper"] = "<Say>A customer from the order line</Say>"
    sim.register("agent_7", answer_seconds=1)
    call = sim.dial_in(CUSTOMER, HOTLINE)
    sim.advance(1.5)
    leg = sim.leg("agent_7")
    assert not sim.hears(call, leg)
    sim.advance(5)
    assert said(leg) == ["A customer from the order line"]
    assert sim.hears(call, leg)


def test_a_whisper_may_refuse_the_call(sim, desk):
    desk.pages["/voice"] = DIAL.replace("<Client>", "<Client url='/whisper'>")
    desk.pages["/whisper"] = "<Gather numDigits='1' timeout='2'><Say>Press one to accept</Say></Gather><Hangup/>"
    sim.register("agent_7", answer_seconds=1)
    sim.dial_in(CUSTOMER, HOTLINE)
    sim.advance(20)
    assert _result(desk)["DialCallStatus"] == "failed"


@pytest.mark.parametrize("seconds", [0, 0.5, 3, 10])
def test_a_caller_who_hangs_up_takes_the_other_leg_along(sim, desk, seconds):
    sim.register("agent_7", answer_seconds=2)
    call = sim.dial_in(CUSTOMER, HOTLINE)
    sim.advance(seconds)
    sim.hangup(call)
    assert sim.live == []
    assert len(desk.asked("/dialled")) == 1
    assert sim.calls[1].status == ("completed" if seconds > 2.1 else "canceled")


def test_a_redirected_caller_drops_the_other_leg(sim, desk):
    sim.register("agent_7")
    call = sim.dial_in(CUSTOMER, HOTLINE)
    sim.advance(3)
    leg = sim.leg("agent_7")
    desk.pages["/elsewhere"] = "<Say>elsewhere</Say>"
    sim.client().calls(call.sid).update(url=f"{BASE}/elsewhere")
    sim.advance()
    assert leg.over
    assert said(call) == ["elsewhere"]
    assert desk.asked("/dialled") == []


def test_the_star_ends_the_talk_where_that_is_allowed(sim, desk):
    desk.pages["/voice"] = DIAL.replace("<Dial ", "<Dial hangupOnStar='true' record='record-from-answer' ")
    sim.register("agent_7")
    call = sim.dial_in(CUSTOMER, HOTLINE)
    sim.advance(5)
    sim.press(call, "1")
    assert desk.asked("/dialled") == []
    sim.press(call, "*")
    assert _result(desk)["DialCallStatus"] == "completed"
    assert _result(desk)["RecordingSid"] in sim.network.recordings.all


def test_the_talk_has_a_time_limit(sim, desk):
    desk.pages["/voice"] = DIAL.replace("<Dial ", "<Dial timeLimit='60' ")
    sim.register("agent_7")
    sim.dial_in(CUSTOMER, HOTLINE)
    sim.advance(61)
    assert desk.asked("/dialled") == []
    sim.advance(1)
    assert _result(desk)["DialCallDuration"] == "60"


def test_answer_on_bridge_lets_the_caller_hear_ringing(sim, desk):
    desk.pages["/voice"] = DIAL.replace("<Dial ", "<Dial answerOnBridge='true' ")
    sim.register("agent_7", answer_seconds=5)
    call = sim.dial_in(CUSTOMER, HOTLINE)
    sim.advance(4)
    assert call.status == "ringing"
    sim.advance(2)
    assert call.live


def test_parameters_reach_the_browser_phone(sim, desk):
    desk.pages["/voice"] = (
        "<Dial><Client><Identity>agent_7</Identity><Parameter name='interaction' value='9'/></Client></Dial>"
    )
    device = sim.register("client:agent_7")
    sim.dial_in(CUSTOMER, HOTLINE)
    sim.advance(3)
    incoming = next(event for event in device.log.events if event["kind"] == "incoming")
    assert incoming["parameters"] == {"interaction": "9"}
    assert incoming["from"] == CUSTOMER
    assert [event["kind"] for event in device.log.events] == ["ringing", "incoming", "in-progress", "connected"]


@pytest.mark.usefixtures("desk")
def test_a_telephone_whose_lease_runs_out_is_gone_and_its_talk_is_cut_a_minute_later(sim):
    sim.register("agent_7", lease=30)
    call = sim.dial_in(CUSTOMER, HOTLINE)
    sim.advance(20)
    leg = sim.leg("agent_7")
    sim.advance(69)
    assert leg.live
    sim.advance(2)
    assert leg.over
    assert call.over or said(call)[-1] == "good bye"


@pytest.mark.usefixtures("desk")
def test_a_telephone_that_comes_back_keeps_its_talk(sim):
    sim.register("agent_7", lease=30)
    sim.dial_in(CUSTOMER, HOTLINE)
    sim.advance(20)
    leg = sim.leg("agent_7")
    sim.advance(20)
    sim.register("agent_7", lease=30)
    for _ in range(10):
        sim.advance(20)
        sim.register("agent_7", lease=30)
    assert leg.live
    sim.hangup(leg)


def test_a_ringing_telephone_that_vanishes_does_not_answer(sim, desk):
    sim.register("agent_7", auto_answer=False)
    sim.dial_in(CUSTOMER, HOTLINE)
    sim.advance(3)
    sim.unregister("agent_7")
    assert _result(desk)["DialCallStatus"] == "no-answer"


@pytest.mark.usefixtures("desk")
def test_what_the_other_side_sees(sim):
    sim.register("agent_7")
    call = sim.dial_in(CUSTOMER, HOTLINE)
    sim.advance(2)
    leg = sim.leg("agent_7")
    sim.say(call, "你好")
    sim.say(leg, "您好，请讲")
    assert [event["text"] for event in leg.device_log.events if event["kind"] == "caption"] == ["你好"]
    assert call.log.events[-1]["speaker"] == "client:agent_7"
    assert kinds(call)[-1] == "caption"
