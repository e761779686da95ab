"""Whatever callers, agents and commands do in whatever order: every call ends and nothing is left."""

from contextlib import suppress

from carrier_world import BASE, CUSTOMER, HOTLINE, App, simulator_for
from hypothesis import given, settings
from hypothesis import strategies as st
from twilio.base.exceptions import TwilioRestException

PAGES = {
    "/voice": "<Gather numDigits='1' action='/menu'><Say>One, two or three</Say></Gather><Redirect>/voice2</Redirect>",
    "/voice2": "<Say>Nothing came</Say><Enqueue waitUrl='/wait' action='/after'>orders</Enqueue>",
    "/wait": "<Gather numDigits='1' action='/waitkey'><Say>You are waiting</Say><Pause length='1200'/></Gather>",
    "/waitkey": "<Leave/>",
    "/after": "<Record action='/recorded' maxLength='20'/><Say>bye</Say>",
    "/recorded": "<Say>thanks</Say>",
    "/room": "<Dial action='/after'><Conference waitUrl='/music'>room</Conference></Dial>",
    "/music": "<Say>music</Say><Pause length='1200'/><Redirect/>",
    "/hold": "<Say>one moment</Say>",
    "/whisper": "<Say>a call for you</Say>",
}
MENU = {
    "1": "<Redirect>/voice2</Redirect>",
    "2": "<Dial action='/after' timeout='10'><Client url='/whisper'>a1</Client><Client>a2</Client></Dial>",
    "3": "<Redirect>/room</Redirect>",
    "*": "<Dial><Queue>orders</Queue></Dial>",
}
ACTS = st.one_of(
    st.tuples(st.just("advance"), st.floats(0, 30)),
    st.tuples(st.just("dial"), st.just(0)),
    st.tuples(st.sampled_from(["hangup", "answer", "decline", "say"]), st.integers(0, 9)),
    st.tuples(st.sampled_from(["1", "2", "3", "*", "#"]), st.integers(0, 9)),
    st.tuples(st.sampled_from(["redirect", "end", "cancel", "hold", "unhold", "mute", "kick"]), st.integers(0, 9)),
    st.tuples(st.sampled_from(["invite", "close", "register", "vanish"]), st.integers(1, 2)),
)


def _person(sim, act, number):
    calls = sim.live
    if not calls:
        return
    call = calls[number % len(calls)]
    match act:
        case "hangup":
            sim.hangup(call)
        case "answer":
            sim.answer(call)
        case "decline":
            sim.decline(call)
        case "say":
            sim.say(call, "hello there")
        case _:
            sim.press(call, act)


def _command(sim, client, act, number):
    calls = sim.calls
    if act == "invite":
        client.conferences("room").participants.create(
            to=f"client:a{number}", from_=HOTLINE, conference_status_callback=f"{BASE}/conference"
        )
    elif act == "close":
        for one in client.conferences.list(status="in-progress"):
            client.conferences(one.sid).update(status="completed")
    elif calls:
        sid = calls[number % len(calls)].sid
        match act:
            case "redirect":
                client.calls(sid).update(url=f"{BASE}/room")
            case "end":
                client.calls(sid).update(status="completed")
            case "cancel":
                client.calls(sid).update(status="canceled")
            case _:
                _participant(client, act, sid)


class RefusedError(Exception):
    pass


def _command_or_refusal(sim, client, act, number):
    """A command may come too late; what it must never meet is a failure."""
    try:
        _command(sim, client, act, number)
    except TwilioRestException as refusal:
        if refusal.status not in {400, 404}:
            raise
        raise RefusedError from refusal


def _participant(client, act, sid):
    for one in client.conferences.list(status="in-progress"):
        participant = client.conferences(one.sid).participants(sid)
        match act:
            case "hold":
                participant.update(hold=True, hold_url=f"{BASE}/hold")
            case "unhold":
                participant.update(hold=False)
            case "mute":
                participant.update(muted=True)
            case _:
                participant.delete()


def _do(sim, client, act, number):
    match act:
        case "advance":
            sim.advance(number)
        case "dial":
            sim.dial_in(CUSTOMER, HOTLINE)
        case "register":
            sim.register(f"a{number}", answer_seconds=2)
        case "vanish":
            sim.unregister(f"a{number}")
        case "hangup" | "answer" | "decline" | "say" | "1" | "2" | "3" | "*" | "#":
            _person(sim, act, number)
        case _:
            with suppress(RefusedError):
                _command_or_refusal(sim, client, act, number)


def _consistent(sim):
    """What must hold after every single act."""
    queues, conferences = sim.network.queues, sim.network.conferences
    for line in queues.lines.values():
        waiting = [member.call for member in line.members]
        assert len(set(waiting)) == len(waiting)
        assert not any(call.over for call in waiting)
    for conference in conferences.all.values():
        assert all(one.call.live for one in conference.present)
        if conference.status == "in-progress":
            assert conference.present
        if conference.status == "completed":
            assert not conference.present
    for call in sim.live:
        assert call.running is not None
        assert not call.running.done
        assert call.partner is None or call.partner.partner is call


@settings(max_examples=100, deadline=None)
@given(st.lists(ACTS, max_size=25))
def test_every_call_ends_and_nothing_is_left(acts):
    app = App(pages=PAGES | {"/menu": lambda fields: MENU.get(fields.get("Digits", ""), "<Say>pardon</Say>")})
    sim = simulator_for(app)
    client = sim.client()
    sim.register("a1", answer_seconds=2)
    sim.dial_in(CUSTOMER, HOTLINE)
    for act, number in acts:
        _do(sim, client, act, number)
        _consistent(sim)
    sim.advance(5 * 3600)
    assert sim.live == []
    assert len(sim.engine.timers) == 0
    assert sim.errors == []
    assert app.forged == []
    for call in sim.calls:
        ends = [fields for fields in app.asked("/status") if fields["CallSid"] == call.sid]
        assert len(ends) == (1 if call.direction == "inbound" else 0)
