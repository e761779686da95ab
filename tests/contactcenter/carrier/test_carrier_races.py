"""Two things at one instant, in both orders; and commands that come while the application is still answering."""

from itertools import permutations

import pytest
from carrier_world import BASE, CUSTOMER, HOTLINE, said
from twilio.base.exceptions import TwilioRestException


def _floor(sim, app):
    app.pages["/voice"] = "<Enqueue waitUrl='/wait' action='/after'>orders</Enqueue>"
    app.pages["/wait"] = "<Say>You are waiting in line</Say>"
    app.pages["/room"] = "<Dial><Conference>room-1</Conference></Dial>"
    sim.register("agent_7", auto_answer=False)
    caller = sim.dial_in(CUSTOMER, HOTLINE)
    made = (
        sim.client()
        .conferences("room-1")
        .participants.create(
            to="client:agent_7",
            from_=HOTLINE,
            conference_status_callback=f"{BASE}/conference",
            conference_status_callback_event=["start", "end", "join", "leave", "hold"],
        )
    )
    sim.advance(1)
    return caller, sim.exchange.calls[made.call_sid]


def _late(action):
    """A command that loses the race is refused, never a failure."""
    try:
        action()
    except TwilioRestException as refusal:
        if refusal.status not in {400, 404}:
            raise


def _ends_are_told_once(app, caller):
    ends = [fields["CallSid"] for fields in app.asked("/status")]
    assert ends == [caller.sid]


@pytest.mark.parametrize("order", list(permutations(["answer", "hang up", "redirect"])))
def test_answer_hang_up_and_redirect_at_one_instant(sim, app, order):
    caller, agent = _floor(sim, app)
    client = sim.client()
    acts = {
        "answer": lambda: sim.answer(agent),
        "hang up": lambda: sim.hangup(caller),
        "redirect": lambda: _late(lambda: client.calls(caller.sid).update(url=f"{BASE}/room")),
    }
    for act in order:
        acts[act]()
    sim.advance(2)
    assert caller.status == "completed"
    assert agent.live
    assert not sim.hears(agent, caller)
    _ends_are_told_once(app, caller)
    assert len(app.asked("/after")) == 1


@pytest.mark.parametrize("order", list(permutations(["hold", "end", "hang up", "leave"])))
def test_hold_end_hang_up_and_leave_at_one_instant(sim, app, order):
    caller, agent = _floor(sim, app)
    client = sim.client()
    sim.answer(agent)
    client.calls(caller.sid).update(url=f"{BASE}/room")
    sim.advance()
    conference = client.conferences.list(status="in-progress")[0].sid
    acts = {
        "hold": lambda: _late(lambda: client.conferences(conference).participants(caller.sid).update(hold=True)),
        "end": lambda: _late(lambda: client.conferences(conference).update(status="completed")),
        "hang up": lambda: sim.hangup(caller),
        "leave": lambda: sim.hangup(agent),
    }
    for act in order:
        acts[act]()
    sim.advance(2)
    assert sim.live == []
    _ends_are_told_once(app, caller)
    assert app.events("/conference").count("conference-end") == 1
    assert app.events("/conference").count("participant-leave") == 2
    assert app.events("/conference")[-1] == "conference-end"


def test_a_command_from_inside_an_answer_makes_the_answer_come_too_late(sim, app):
    app.pages["/voice"] = "<Gather numDigits='1' action='/menu'><Say>Press one</Say></Gather>"
    app.pages["/room"] = "<Say>by command</Say>"
    call = sim.dial_in(CUSTOMER, HOTLINE)

    def menu(_):
        sim.client().calls(call.sid).update(url=f"{BASE}/room")
        return "<Say>by answer</Say>"

    app.pages["/menu"] = menu
    sim.press(call, "1")
    sim.advance(5)
    assert said(call) == ["Press one", "by command"]


def test_a_caller_may_hang_up_while_the_application_is_thinking(sim, app):
    app.pages["/voice"] = "<Gather numDigits='1' action='/menu'><Say>Press one</Say></Gather>"
    call = sim.dial_in(CUSTOMER, HOTLINE)

    def menu(_):
        sim.client().calls(call.sid).update(status="completed")
        return "<Say>too late</Say>"

    app.pages["/menu"] = menu
    sim.press(call, "1")
    sim.advance(5)
    assert said(call) == ["Press one"]
    assert call.status == "completed"


def test_commands_take_effect_at_once_but_their_requests_come_later(sim, app):
    app.pages["/voice"] = "<Say>hello</Say><Pause length='60'/>"
    app.pages["/room"] = "<Say>moved</Say>"
    call = sim.dial_in(CUSTOMER, HOTLINE)
    sim.client().calls(call.sid).update(url=f"{BASE}/room")
    assert app.asked("/room") == []
    sim.advance()
    assert len(app.asked("/room")) == 1
