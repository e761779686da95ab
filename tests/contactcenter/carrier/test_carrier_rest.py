"""The REST surface: what the real client sends is allowed by Twilio's description, and refusals have Twilio's shape."""

import pytest
from carrier_openapi import OpenApiJudge, openapi_file
from carrier_world import BASE, CUSTOMER, HOTLINE, OTHER_CUSTOMER, TOKEN, said
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from contactcenter.carrier.rest_request import RestRequest
from contactcenter.carrier.simulator import SIMULATED_ACCOUNT_SID


@pytest.fixture
def judge(sim):
    path = openapi_file()
    if path is None:
        pytest.skip("Twilio's OpenAPI files are not here: set TWILIO_OPENAPI_DIR to check requests against them")
    judge = OpenApiJudge(sim.http_client(), path)
    yield judge
    assert judge.complaints == []


def _refusal(action):
    with pytest.raises(TwilioRestException) as caught:
        action()
    return caught.value.status, caught.value.code


def test_every_operation_the_simulator_offers_is_one_that_twilio_describes(sim, app, judge):
    client = Client(SIMULATED_ACCOUNT_SID, TOKEN, http_client=judge)
    app.pages["/voice"] = "<Enqueue waitUrl='/wait'>orders</Enqueue>"
    app.pages["/wait"] = "<Say>waiting</Say>"
    app.pages["/out"] = "<Say>hello</Say><Pause length='60'/>"
    app.pages["/room"] = "<Dial><Conference>room-1</Conference></Dial>"
    queue = client.queues.create(friendly_name="orders", max_size=50)
    caller = sim.dial_in(CUSTOMER, HOTLINE)
    assert client.queues(queue.sid).update(max_size=60).max_size == 60
    assert client.queues(queue.sid).fetch().current_size == 1
    assert client.queues(queue.sid).members(caller.sid).fetch().position == 1
    assert len(client.queues(queue.sid).members.list()) == 1
    participants = client.conferences("room-1").participants
    sim.register("agent_7")
    made = participants.create(
        to="client:agent_7?interaction=9",
        from_=HOTLINE,
        label="agent:7",
        early_media=True,
        end_conference_on_exit=False,
        beep="false",
        wait_url="",
        timeout=20,
        status_callback=f"{BASE}/leg",
        status_callback_event=["initiated", "ringing", "answered", "completed"],
        conference_status_callback=f"{BASE}/conference",
        conference_status_callback_event=["start", "end", "join", "leave"],
    )
    assert made.status == "queued"
    sim.advance(2)
    client.calls(caller.sid).update(url=f"{BASE}/room", method="POST")
    sim.advance(1)
    here = client.conferences(client.conferences.list(friendly_name="room-1", limit=5)[0].sid)
    assert here.fetch().status == "in-progress"
    assert here.participants("agent:7").update(hold=True, hold_url=f"{BASE}/wait", hold_method="GET").hold is True
    here.participants(made.call_sid).update(hold=False)
    here.participants(made.call_sid).update(muted=True)
    here.participants(made.call_sid).update(announce_url=f"{BASE}/wait")
    here.update(announce_url=f"{BASE}/wait", announce_method="POST")
    assert len(here.participants.list(muted=True)) == 1
    recording = client.calls(caller.sid).recordings.create(recording_channels="dual")
    client.calls(caller.sid).recordings("Twilio.CURRENT").update(status="paused", pause_behavior="silence")
    client.calls(caller.sid).recordings(recording.sid).update(status="stopped")
    sim.advance(3)
    assert client.recordings(recording.sid).fetch().status == "completed"
    assert len(client.calls(caller.sid).recordings.list()) == 1
    here.participants(made.call_sid).delete()
    sim.advance()
    here.update(status="completed")
    sim.advance()
    call = client.calls.create(to=OTHER_CUSTOMER, from_=HOTLINE, url=f"{BASE}/out", timeout=30)
    sim.advance(1)
    sim.answer(sim.leg(OTHER_CUSTOMER))
    assert client.calls(call.sid).fetch().status == "in-progress"
    client.calls(call.sid).update(twiml="<Response><Say>changed</Say></Response>")
    sim.advance(5)
    assert client.calls.list(status="completed", to=OTHER_CUSTOMER)[0].sid == call.sid
    message = client.messages.create(to=CUSTOMER, from_=HOTLINE, body="hello", status_callback=f"{BASE}/message")
    assert client.messages(message.sid).fetch().status == "queued"
    assert len(client.messages.list(to=CUSTOMER)) == 1
    client.queues(queue.sid).delete()
    assert len(set(judge.seen)) >= 24


def test_the_judge_finds_what_is_wrong(judge):
    url = f"https://api.twilio.com/2010-04-01/Accounts/{SIMULATED_ACCOUNT_SID}/Calls.json"
    assert list(judge.judge("post", url, {}, {"To": CUSTOMER, "From": HOTLINE, "Uri": "x"}))
    assert list(judge.judge("post", url, {}, {"To": CUSTOMER}))
    assert list(judge.judge("post", url.replace("Calls", "Cells"), {}, {}))
    one = url.replace("Calls.json", "Calls/CA" + "0" * 32 + ".json")
    assert list(judge.judge("post", one, {}, {"Status": "hangup"}))
    assert list(judge.judge("post", one.replace("CA0", "QU0"), {}, {"Status": "completed"}))
    assert list(judge.judge("post", one, {}, {"Status": "completed"})) == []


def test_a_call_goes_out_and_is_told_step_by_step(sim, app):
    app.pages["/out"] = "<Say>hello</Say>"
    made = sim.client().calls.create(
        to=CUSTOMER,
        from_=HOTLINE,
        url=f"{BASE}/out",
        status_callback=f"{BASE}/leg",
        status_callback_event=["initiated", "ringing", "answered", "completed"],
    )
    assert made.status == "queued"
    sim.advance(3)
    leg = sim.leg(CUSTOMER)
    assert leg.sid == made.sid
    sim.answer(leg)
    sim.advance(5)
    assert said(leg) == ["hello"]
    assert app.events("/leg", "CallStatus") == ["initiated", "ringing", "in-progress", "completed"]
    assert app.asked("/leg")[0]["CallbackSource"] == "call-progress-events"
    assert app.asked("/leg")[0]["Direction"] == "outbound-api"
    assert app.asked("/leg")[0]["Timestamp"].endswith("+0000")


def test_a_document_may_come_with_the_command(sim, app):
    sim.register(CUSTOMER)
    twiml = "<Response><Say>given</Say><Redirect>http://app.example.com/next</Redirect></Response>"
    sim.client().calls.create(to=CUSTOMER, from_=HOTLINE, twiml=twiml)
    app.pages["/next"] = "<Say>fetched</Say>"
    sim.advance(5)
    assert said(sim.calls[0]) == ["given", "fetched"]


def test_a_given_document_has_no_relative_urls(sim):
    sim.register(CUSTOMER)
    twiml = "<Response><Redirect>/next</Redirect></Response>"
    sim.client().calls.create(to=CUSTOMER, from_=HOTLINE, twiml=twiml)
    sim.advance(5)
    assert {error.code for error in sim.errors} == {11100}
    sim.errors.clear()


def test_only_so_many_calls_per_second_go_out(sim):
    sim.habits.calls_per_second = 1
    client = sim.client()
    times = [client.calls.create(to=CUSTOMER, from_=HOTLINE, url=f"{BASE}/out").queue_time for _ in range(3)]
    assert times == ["0", "1000", "2000"]
    sim.advance(1.5)
    assert [call.status for call in sim.calls] == ["ringing", "ringing", "queued"]


def test_a_call_canceled_while_it_is_queued_is_never_told(sim, app):
    sim.habits.calls_per_second = 1
    client = sim.client()
    every = {"status_callback": f"{BASE}/leg", "status_callback_event": ["initiated", "completed"]}
    client.calls.create(to=CUSTOMER, from_=HOTLINE, url=f"{BASE}/out")
    queued = client.calls.create(to=CUSTOMER, from_=HOTLINE, url=f"{BASE}/out", **every)
    assert client.calls(queued.sid).update(status="canceled").status == "canceled"
    sim.advance(5)
    assert app.asked("/leg") == []


def test_an_answered_call_cannot_be_canceled_but_ended(sim, app):
    app.pages["/voice"] = "<Pause length='1'/><Say>hello</Say><Pause length='100'/>"
    call = sim.dial_in(CUSTOMER, HOTLINE)
    client = sim.client()
    assert _refusal(lambda: client.calls(call.sid).update(url=f"{BASE}/room")) == (400, 21220)
    sim.advance(2)
    assert _refusal(lambda: client.calls(call.sid).update(status="canceled")) == (400, 21220)
    assert client.calls(call.sid).update(status="completed").status == "completed"
    assert _refusal(lambda: client.calls(call.sid).update(status="completed")) == (400, 21220)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, 21205),
        ({"url": "/relative"}, 21205),
        ({"url": f"{BASE}/x", "status_callback_event": ["finished"]}, 21626),
        ({"url": f"{BASE}/x", "timeout": 4}, 20001),
        ({"url": f"{BASE}/x", "timeout": 601}, 20001),
        ({"twiml": "x" * 4001}, 32018),
        ({"url": f"{BASE}/x", "from_": "+14155550111"}, 21210),
        ({"url": f"{BASE}/x", "to": "somebody"}, 21211),
        ({"url": f"{BASE}/x", "machine_detection": "Maybe"}, 20001),
    ],
)
def test_what_the_published_schema_leaves_open_is_refused_by_our_rules(sim, fields, code):
    settings = {"to": CUSTOMER, "from_": HOTLINE} | fields
    assert _refusal(lambda: sim.client().calls.create(**settings)) == (400, code)
    assert sim.calls == []


def test_wrong_credentials_are_refused(sim):
    stranger = Client(SIMULATED_ACCOUNT_SID, "wrong", http_client=sim.http_client())
    assert _refusal(lambda: stranger.calls("CA" + "0" * 32).fetch()) == (401, 20003)


def test_unknown_things_are_not_found_in_twilios_words(sim):
    client = sim.client()
    assert _refusal(lambda: client.calls("CA" + "0" * 32).fetch()) == (404, 20404)
    assert _refusal(lambda: client.queues("QU" + "0" * 32).fetch()) == (404, 20404)
    account = sim.exchange.account
    answer = sim.rest.handle(RestRequest("GET", "/2010-04-01/Nothing.json", user=account.sid, password=account.token))
    assert set(answer.body) == {"code", "message", "more_info", "status"}


def test_lists_come_in_pages(sim):
    for _ in range(7):
        sim.dial_in(CUSTOMER, HOTLINE)
    listed = sim.client().calls.list(page_size=3)
    assert len({call.sid for call in listed}) == 7
    assert listed[0].sid == sim.calls[-1].sid


def test_a_message_goes_out_step_by_step_and_a_failed_one_stays_failed(sim, app):
    client = sim.client()
    good = client.messages.create(to=CUSTOMER, from_=HOTLINE, body="hello", status_callback=f"{BASE}/message")
    sim.advance(5)
    assert app.events("/message", "MessageStatus") == ["sent", "delivered"]
    assert client.messages(good.sid).fetch().status == "delivered"
    bad = client.messages.create(to=CUSTOMER, from_=HOTLINE, body="您" * 71, status_callback=f"{BASE}/message")
    assert bad.num_segments == "2"
    sim.messages.fail(sim.messages.all[bad.sid], 30003)
    sim.advance(5)
    assert app.asked("/message")[-1]["ErrorCode"] == "30003"
    assert client.messages(bad.sid).fetch().status == "undelivered"


def test_a_message_comes_in(sim, app):
    sim.text_in("whatsapp:+85255550188", HOTLINE, "你好", ("https://media.example.com/1.png",))
    fields = app.asked("/sms")[0]
    assert (fields["Body"], fields["NumMedia"], fields["WaId"]) == ("你好", "1", "85255550188")
    assert fields["MessageSid"].startswith("SM")
