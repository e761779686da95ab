"""Waiting in line: the wait document in a loop, places, and every way out."""

import pytest
from carrier_world import BASE, CUSTOMER, HOTLINE, OTHER_CUSTOMER, kinds, said
from flask import Response

LINE = "<Enqueue waitUrl='/wait' action='/after'>orders</Enqueue><Say>Line done</Say>"


@pytest.fixture
def line(app):
    app.pages["/voice"] = LINE
    app.pages["/wait"] = "<Say>You are waiting in line</Say><Pause length='4'/>"
    return app


def _results(app):
    return [fields["QueueResult"] for fields in app.asked("/after")]


def test_the_wait_document_is_asked_for_again_and_again_with_place_and_times(sim, line):
    first = sim.dial_in(CUSTOMER, HOTLINE)
    second = sim.dial_in(OTHER_CUSTOMER, HOTLINE)
    sim.advance(30)
    by_call = [fields for fields in line.asked("/wait") if fields["CallSid"] == second.sid]
    assert len(by_call) > 4
    assert {fields["QueuePosition"] for fields in by_call} == {"2"}
    assert {fields["CurrentQueueSize"] for fields in by_call} == {"2"}
    times = [int(fields["QueueTime"]) for fields in by_call]
    assert times == sorted(times)
    assert times[0] == 0
    assert times[-1] > 20
    sim.hangup(first)
    sim.advance(10)
    assert line.asked("/wait")[-1]["QueuePosition"] == "1"
    assert len(said(second)) > 4


def test_leave_goes_to_the_action(sim, line):
    line.pages["/wait"] = "<Gather numDigits='1' action='/out'><Say>Press star to leave</Say></Gather>"
    line.pages["/out"] = "<Leave/>"
    line.pages["/after"] = "<Say>Call us again</Say>"
    call = sim.dial_in(CUSTOMER, HOTLINE)
    sim.advance(1)
    sim.press(call, "*")
    assert line.asked("/out")[0]["Digits"] == "*"
    assert line.asked("/out")[0]["QueuePosition"] == "1"
    assert _results(line) == ["leave"]
    assert said(call)[-1] == "Call us again"


def test_leave_without_an_action_goes_on_after_the_verb(sim, line):
    line.pages["/voice"] = LINE.replace(" action='/after'", "")
    line.pages["/wait"] = "<Say>Good bye line</Say><Leave/>"
    call = sim.dial_in(CUSTOMER, HOTLINE)
    sim.advance(2)
    assert said(call) == ["Good bye line", "Line done"]


def test_a_full_queue_takes_nobody(sim, line):
    sim.client().queues.create(friendly_name="orders", max_size=1)
    sim.dial_in(CUSTOMER, HOTLINE)
    sim.dial_in(OTHER_CUSTOMER, HOTLINE)
    assert _results(line) == ["queue-full"]


def test_a_redirect_by_command_tells_the_action_and_moves_the_call(sim, line):
    line.pages["/room"] = "<Say>Here is somebody for you</Say>"
    call = sim.dial_in(CUSTOMER, HOTLINE)
    sim.advance(3)
    sim.client().calls(call.sid).update(url=f"{BASE}/room")
    sim.advance()
    assert _results(line) == ["redirected"]
    assert said(call)[-1] == "Here is somebody for you"
    waits = len(line.asked("/wait"))
    sim.advance(20)
    assert len(line.asked("/wait")) == waits


@pytest.mark.parametrize("seconds", [0, 0.3, 1, 4, 12])
def test_hanging_up_in_line_tells_the_action_and_then_the_end(sim, line, seconds):
    call = sim.dial_in(CUSTOMER, HOTLINE)
    sim.advance(seconds)
    sim.hangup(call)
    assert _results(line) == ["hangup"]
    assert line.requests[-1].path == "/status"
    assert line.requests[-1].fields["CallStatus"] == "completed"
    assert sim.network.queues.named("orders").members == []


def test_the_wait_document_may_hang_up(sim, line):
    line.pages["/wait"] = "<Say>We are closed</Say><Hangup/>"
    call = sim.dial_in(CUSTOMER, HOTLINE)
    sim.advance(3)
    assert call.over
    assert _results(line) == ["hangup"]


def test_a_wait_document_of_no_length_costs_a_second_and_a_complaint(sim, line):
    line.pages["/wait"] = ""
    sim.dial_in(CUSTOMER, HOTLINE)
    sim.advance(5)
    assert len(line.asked("/wait")) == 6
    assert "no length" in sim.errors[0].message
    sim.errors.clear()


def test_a_wait_document_that_fails_lets_the_caller_out_with_an_error(sim, line):
    line.pages["/wait"] = lambda _: Response("", 500)
    call = sim.dial_in(CUSTOMER, HOTLINE)
    assert _results(line) == ["error"]
    assert call.over
    assert [error.code for error in sim.errors] == [11200]
    sim.errors.clear()


def test_only_some_verbs_may_entertain_a_waiting_caller(sim, line):
    line.pages["/wait"] = "<Dial>+14155550177</Dial><Say>still waiting</Say>"
    sim.dial_in(CUSTOMER, HOTLINE)
    assert sim.journal.unsupported == ["Dial"]


def test_an_agent_takes_the_caller_who_waits_longest(sim, line):
    first = sim.dial_in(CUSTOMER, HOTLINE)
    sim.advance(1)
    second = sim.dial_in(OTHER_CUSTOMER, HOTLINE)
    line.pages["/voice"] = "<Dial action='/agent-done'><Queue>orders</Queue></Dial>"
    agent = sim.dial_in("+14155550144", HOTLINE)
    assert sim.hears(agent, first)
    assert sim.hears(first, agent)
    assert not sim.hears(second, agent)
    sim.say(first, "my parcel is late")
    assert said(agent)[-1] == "my parcel is late"
    sim.advance(10)
    sim.hangup(agent)
    assert _results(line) == ["bridged"]
    assert len(sim.network.queues.named("orders").members) == 1


def test_an_agent_at_an_empty_line_gets_the_next_caller(sim, line):
    line.pages["/voice"] = "<Dial timeout='20'><Queue>orders</Queue></Dial><Say>nobody came</Say>"
    agent = sim.dial_in("+14155550144", HOTLINE)
    sim.advance(5)
    line.pages["/voice"] = LINE
    caller = sim.dial_in(CUSTOMER, HOTLINE)
    assert sim.hears(agent, caller)
    sim.hangup(caller)
    assert _results(line) == ["hangup"]
    assert said(agent)[-1] == "nobody came"


def test_an_agent_does_not_wait_for_ever_at_an_empty_line(sim, line):
    line.pages["/voice"] = "<Dial timeout='5' action='/agent-done'><Queue>orders</Queue></Dial>"
    sim.dial_in("+14155550144", HOTLINE)
    sim.advance(6)
    assert line.asked("/agent-done")[0]["DialCallStatus"] == "no-answer"
    assert sim.network.queues.named("orders").hungry == []


def test_without_a_wait_document_there_is_music(sim, line):
    line.pages["/voice"] = "<Enqueue>orders</Enqueue>"
    call = sim.dial_in(CUSTOMER, HOTLINE)
    sim.advance(1000)
    assert call.live
    assert "music" in kinds(call)


def test_the_front_of_the_line_can_be_moved_by_command(sim, line):
    line.pages["/room"] = "<Say>Your turn</Say>"
    first = sim.dial_in(CUSTOMER, HOTLINE)
    sim.dial_in(OTHER_CUSTOMER, HOTLINE)
    queue = sim.client().queues.list()[0]
    assert queue.current_size == 2
    member = sim.client().queues(queue.sid).members("Front").update(url=f"{BASE}/room")
    sim.advance()
    assert member.call_sid == first.sid
    assert said(first)[-1] == "Your turn"
    assert [one.position for one in sim.client().queues(queue.sid).members.list()] == [1]
