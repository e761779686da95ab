"""The browser's telephones: a caller's page and an agent's, through the product's routes to a real carrier server."""

import pytest
from portal_world import CALLER, NUMBER, running
from races import wait_until

from contactcenter.configuration.applying_staff import demo_password
from contactcenter.foundation.errors import NotFound
from contactcenter.portal import telephones


@pytest.fixture
def world(house):
    with running(house) as world:
        yield world


def test_a_caller_reads_the_menu_presses_keys_and_hangs_up(world):
    page = world.page()
    call = page.dial()
    assert page.wait_for(call, "caption", "press 1")["who"] == "system"
    assert page.post(f"{call}/press", digits="1").status_code == 200
    page.wait_for(call, "caption", "Welcome to Yunfan Store")
    page.post(f"{call}/say", text="Hello?")
    assert page.wait_for(call, "lost_speech")["text"] == "Hello?"
    assert page.post(f"{call}/hangup").status_code == 200
    assert page.wait_for(call, "ended")["text"] == "completed"
    assert page.get(f"{call}/events?after=9999").json()["over"] is True


def test_two_tabs_are_two_callers(world):
    one, other = world.page(), world.page()
    first, second = one.dial(CALLER), other.dial("+14155550143")
    assert first != second
    one.post(f"{first}/hangup")
    one.wait_for(first, "ended")
    other.wait_for(second, "caption")
    assert [call.from_ for call in world.carrier.simulator.live] == ["+14155550143"]


def test_a_number_that_has_called_rings_where_it_called_from(world):
    page = world.page()
    dialled = page.post("/phone/calls", **{"from": CALLER, "to": NUMBER}).json()
    page.post(f"/phone/calls/{dialled['sid']}/hangup")
    line = f"/phone/lines/{dialled['line']}"
    attended = page.post(f"{line}/attend").json()
    assert attended["lease_seconds"] >= 20
    assert page.post(f"{line}/answer").status_code == 409, "nobody calls"
    first = called(world)
    assert page.wait_for(line, "ringing")["who"] == NUMBER
    answered = f"/phone/calls/{page.post(f'{line}/answer').json()['sid']}"
    assert page.wait_for(answered, "caption")["text"] == "Good day."
    page.post(f"{answered}/hangup")
    page.wait_for(line, "ended", "completed")
    second = called(world)
    wait_until(lambda: second.status == "ringing", what="the second call")
    assert page.post(f"{line}/decline").status_code == 200
    page.wait_for(line, "ended", "busy")
    assert (first.status, second.status) == ("completed", "busy")


def called(world):
    """A call to the caller's number, as the application makes it."""
    simulator = world.carrier.simulator
    twiml = "<Response><Say>Good day.</Say><Pause length='30'/></Response>"
    return simulator.exchange.calls[simulator.client().calls.create(to=CALLER, from_=NUMBER, twiml=twiml).sid]


def test_nobody_listens_at_a_number_that_did_not_call_from_there(world):
    page = world.page()
    page.dial()
    for guessed in (CALLER, f"{CALLER}.", f"{CALLER}.{'0' * 32}"):
        assert page.post(f"/phone/lines/{guessed}/attend").status_code == 404
        assert page.get(f"/phone/lines/{guessed}/events").status_code == 404
        assert page.post(f"/phone/lines/{guessed}/answer").status_code == 404
    assert world.carrier.simulator.network.devices.find(CALLER) is None


def test_nobody_goes_on_with_a_call_whose_name_they_guessed(world):
    page = world.page()
    call = page.dial()
    sid = call.rpartition("/")[2].partition(".")[0]
    for guessed in (sid, f"{sid}.", f"{sid}.{'0' * 32}", "CA" + "0" * 32):
        assert page.post(f"/phone/calls/{guessed}/hangup").status_code == 404
        assert page.get(f"/phone/calls/{guessed}/events").status_code == 404
    assert len(world.carrier.simulator.live) == 1


@pytest.mark.parametrize(
    ("from_", "to", "status"),
    [("", NUMBER, 422), ("anonymous", NUMBER, 422), ("5550142", NUMBER, 422), (CALLER, "+14155550177", 404)],
)
def test_what_cannot_be_dialled_is_refused_with_a_sentence(world, from_, to, status):
    answer = world.page().post("/phone/calls", **{"from": from_, "to": to})
    assert answer.status_code == status
    assert answer.json()["detail"].endswith(".")


def test_a_key_that_no_telephone_has_is_refused(world):
    page = world.page()
    call = page.dial()
    for keys in ("", "A", "1 2", "1" * 41):
        assert page.post(f"{call}/press", digits=keys).status_code == 422


def test_a_foreign_page_cannot_dial(world):
    page = world.page()
    assert page.post("/phone/calls", csrf=False, **{"from": CALLER, "to": NUMBER}).status_code == 400
    assert world.carrier.simulator.calls == []


def test_many_calls_in_a_minute_are_too_many(world):
    page = world.page()
    page.get("/?lang=zh-Hans")
    statuses = [page.post("/phone/calls", **{"from": CALLER, "to": "+1999"}) for _ in range(25)]
    assert statuses[-1].status_code == 429
    assert "频繁" in statuses[-1].json()["detail"]


def test_without_the_simulator_a_sentence_says_so(world):
    page = world.page()
    call = page.dial()
    world.carrier.http.shutdown()
    world.carrier.http.server_close()
    answer = page.post(f"{call}/press", digits="1")
    assert answer.status_code == 503
    assert "simulator" in answer.json()["detail"]


def test_the_agents_telephone_is_for_agents(world):
    visitor, admin = world.page(), world.page("admin", demo_password("admin"))
    assert visitor.post("/softphone/register").status_code == 401
    assert admin.post("/softphone/register").status_code == 403
    assert world.carrier.simulator.network.devices.find("agent_1") is None


def test_an_agents_telephone_rings_answers_speaks_and_hangs_up(world, house):
    ana = world.page("ana", demo_password("ana"))
    assert ana.post("/softphone/register").json()["lease_seconds"] == 30
    caller = world.page()
    call = caller.dial()
    caller.wait_for(call, "caption")
    simulator = world.carrier.simulator
    client = f"client:agent_{house.user_id('ana')}"
    _ring_into_a_room(simulator, client)
    ringing = ana.wait_for("/softphone", "ringing")
    assert ringing["who"] == NUMBER
    ana.wait_for("/softphone", "connected")
    assert ana.post("/softphone/say", text="Good morning").status_code == 200
    assert ana.post("/softphone/hangup").status_code == 200
    assert ana.wait_for("/softphone", "ended")["text"] == "completed"
    answer = ana.post("/softphone/hangup")
    assert (answer.status_code, answer.json()["detail"]) == (409, "You are in no call.")


def _ring_into_a_room(simulator, client):
    """What the application asks the carrier for when an agent accepts."""
    simulator.client().conferences("room").participants.create(to=client, from_=NUMBER, label="agent-1", beep="false")


@pytest.mark.parametrize(
    ("event", "told"),
    [
        ({"n": 1, "kind": "caption", "speaker": "system", "text": "Hi"}, ("caption", "Hi", "system")),
        ({"n": 1, "kind": "caption", "speaker": "agent-7", "text": "Hi"}, ("caption", "Hi", "agent")),
        ({"n": 1, "kind": "caption", "speaker": "client:agent_7", "text": "Hi"}, ("caption", "Hi", "agent")),
        ({"n": 1, "kind": "caption", "speaker": "customer", "text": "Hi"}, ("caption", "Hi", "customer")),
        ({"n": 1, "kind": "caption", "speaker": "+14155550142", "text": "Hi"}, ("caption", "Hi", "customer")),
        ({"n": 1, "kind": "lost-key", "key": "7"}, ("lost_key", "7", "system")),
        ({"n": 1, "kind": "in-progress"}, ("connected", "", "system")),
        ({"n": 1, "kind": "ended", "status": "busy", "sip_code": 486}, ("ended", "busy", "system")),
        ({"n": 1, "kind": "muted"}, None),
        ({"n": 1, "kind": "something new"}, None),
    ],
)
def test_a_caller_is_told_what_a_caller_notices(event, told):
    expected = told and {"n": 1, "kind": told[0], "text": told[1], "who": told[2]}
    assert telephones.for_caller(event) == expected


def test_an_agent_is_told_who_calls():
    event = {"n": 4, "kind": "incoming", "from": CALLER, "to": "client:agent_7", "parameters": {"offer": "3"}}
    assert telephones.for_agent(event) == {"n": 4, "kind": "ringing", "text": "", "who": CALLER}


def test_a_ticket_opens_its_own_call_only():
    ticket = telephones.ticket("secret", "CA1")
    assert telephones.opened("secret", ticket) == "CA1"
    for forged in (ticket.replace("CA1", "CA2"), telephones.ticket("other", "CA1"), ticket + "0", "CA1", "", ".é"):
        with pytest.raises(NotFound):
            telephones.opened("secret", forged)
