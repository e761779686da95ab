"""The carrier as a process of its own, over real loopback HTTP, with the real Twilio client."""

import threading
import time
from urllib.parse import urlsplit, urlunsplit

import pytest
import requests
from carrier_world import CUSTOMER, HOTLINE, TOKEN, App
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client
from werkzeug.serving import make_server

from contactcenter.carrier.door import spelled
from contactcenter.carrier.server import open_carrier
from contactcenter.carrier.simulator import SIMULATED_ACCOUNT_SID, Simulator
from contactcenter.carrier.transport import ConnectError, HttpTransport, Patience, SlowAnswerError, WebRequest

PATIENCE = 20


class ElsewhereHttpClient(TwilioHttpClient):
    """The real client, sent to another scheme and host."""

    def __init__(self, base_url):
        super().__init__()
        self.base = urlsplit(base_url)

    def request(self, method, url, *args, **kwargs):
        parts = urlsplit(url)
        assert parts.netloc == "api.twilio.com"
        return super().request(
            method, urlunsplit(parts._replace(scheme=self.base.scheme, netloc=self.base.netloc)), *args, **kwargs
        )

    def close(self):
        self.session.close()


@pytest.fixture
def app():
    app = App()
    server = make_server("127.0.0.1", 0, app.wsgi(), threaded=True)
    app.base = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield app
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def carrier(app):
    numbers = {HOTLINE: {"voice_url": "/voice", "status_callback": "/status"}}
    carrier = open_carrier("127.0.0.1", 0, SIMULATED_ACCOUNT_SID, TOKEN, numbers, app.base)
    carrier.start()
    yield carrier
    carrier.stop()
    assert app.forged == []


class Phone:
    """A person at the control API."""

    def __init__(self, carrier):
        self.url = carrier.url + "/control"
        self.headers = {"X-Carrier-Control": TOKEN}

    def post(self, path, **body):
        answer = requests.post(self.url + path, json=body, headers=self.headers, timeout=PATIENCE)
        assert answer.ok, answer.text
        return answer.json()

    def get(self, path, **query):
        answer = requests.get(self.url + path, params=query, headers=self.headers, timeout=PATIENCE + 10)
        assert answer.ok, answer.text
        return answer.json()

    def wait_for(self, path, kind, **facts):
        """Long-poll until an event of this kind comes; returns it."""
        after, deadline = 0, time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            answer = self.get(path + "/events", after=after, wait=5)
            for event in answer["events"]:
                if event["kind"] == kind and facts.items() <= event.items():
                    return event
            after = answer["last"]
        raise AssertionError(f"{kind} did not come; events: {self.get(path + '/events')}")


def test_a_whole_call_over_the_wire(app, carrier):
    app.pages["/voice"] = "<Gather numDigits='1' action='/menu'><Say>Press one</Say></Gather>"
    app.pages["/menu"] = "<Enqueue waitUrl='/wait'>orders</Enqueue>"
    app.pages["/wait"] = "<Say>You are waiting in line for somebody</Say>"
    app.pages["/room"] = "<Dial><Conference>room-1</Conference></Dial><Say>bye</Say>"
    phone = Phone(carrier)
    http_client = ElsewhereHttpClient(carrier.url)
    client = Client(SIMULATED_ACCOUNT_SID, TOKEN, http_client=http_client)
    registered = phone.post("/devices", identity="agent_7", auto_answer=True, answer_seconds=0.1)
    assert registered["lease_seconds"] == 30

    sid = phone.post("/calls", **{"from": CUSTOMER, "to": HOTLINE})["sid"]
    caller = f"/calls/{sid}"
    phone.wait_for(caller, "caption", text="Press one")
    phone.post(caller + "/press", digits="1")
    phone.wait_for(caller, "caption", text="You are waiting in line for somebody")

    made = client.conferences("room-1").participants.create(
        to="client:agent_7",
        from_=HOTLINE,
        label="agent",
        conference_status_callback=f"{app.base}/conference",
        conference_status_callback_event=["join", "start", "leave", "end"],
    )
    assert phone.wait_for("/devices/agent_7", "incoming")["call"] == made.call_sid
    phone.wait_for("/devices/agent_7", "joined")
    client.calls(sid).update(url=f"{app.base}/room")
    phone.wait_for(caller, "talking")
    phone.post("/devices/agent_7/say", text="Good morning")
    assert phone.wait_for(caller, "caption", text="Good morning")["speaker"] == "agent"
    phone.post(caller + "/say", text="早上好")
    phone.wait_for("/devices/agent_7", "caption", text="早上好")
    conference = client.conferences.list(friendly_name="room-1")[0]
    client.conferences(conference.sid).participants(sid).update(hold=True)
    phone.wait_for(caller, "held")
    phone.post("/devices/agent_7/hangup")
    phone.wait_for("/devices/agent_7", "ended")
    phone.post(caller + "/hangup")
    ended = phone.wait_for(caller, "ended")
    assert ended["status"] == "completed"
    assert phone.get(caller + "/events", after=ended["n"] - 1, wait=20)["over"] is True
    told = ["conference-end", "conference-start", *["participant-join"] * 2, *["participant-leave"] * 2]
    _until(lambda: len(app.events("/conference")) >= len(told) and app.asked("/status"))
    assert sorted(app.events("/conference")) == told
    paths = {"/voice", "/menu", "/wait", "/room", "/status", "/conference"}
    _until(lambda: paths <= {urlsplit(entry["url"]).path for entry in phone.get("/trace")["trace"]})
    assert phone.get("/trace")["errors"] == []
    http_client.close()


def _until(condition):
    """Notices travel on their own; wait for them, not for a time."""
    deadline = time.monotonic() + PATIENCE
    pulse = threading.Event()
    while not condition():
        assert time.monotonic() < deadline, "what was waited for did not come"
        pulse.wait(0.02)


def test_the_control_api_opens_only_to_its_token(carrier):
    for headers in ({}, {"X-Carrier-Control": "wrong"}):
        answer = requests.get(carrier.url + "/control/trace", headers=headers, timeout=PATIENCE)
        assert answer.status_code == 403


def test_mistakes_at_the_control_api_are_explained(carrier):
    headers = {"X-Carrier-Control": TOKEN}

    def post(path, body):
        answer = requests.post(carrier.url + "/control" + path, json=body, headers=headers, timeout=PATIENCE)
        return answer.status_code, answer.json()["error"]

    assert post("/calls", {"from": CUSTOMER})[0] == 400
    assert post("/calls", {"from": CUSTOMER, "to": "+14155550199"})[0] == 404
    assert post("/calls/CA1/press", {"digits": "1"})[0] == 404
    assert post("/devices/nobody/say", {"text": "hello"})[0] == 404
    assert post("/devices", {"identity": "a", "answer_seconds": "soon"})[0] == 400
    assert post("/chaos", {"gravity": 0})[0] == 400


def test_chaos_can_be_switched_on(carrier):
    headers = {"X-Carrier-Control": TOKEN}
    answer = requests.post(carrier.url + "/control/chaos", json={"notice_delay": 2}, headers=headers, timeout=PATIENCE)
    assert answer.json()["notice_delay"] == 2
    assert carrier.simulator.habits.notice_delay == 2


def test_the_rest_surface_asks_for_the_right_password(carrier):
    http_client = ElsewhereHttpClient(carrier.url)
    client = Client(SIMULATED_ACCOUNT_SID, "wrong", http_client=http_client)
    with pytest.raises(TwilioRestException) as refusal:
        client.calls("CA" + "0" * 32).fetch()
    assert refusal.value.code == 20003
    http_client.close()


@pytest.mark.parametrize("sid", ["AC" + "a" * 32, "ACc0ffee", "", SIMULATED_ACCOUNT_SID.upper()])
def test_it_refuses_to_run_with_credentials_that_look_real(sid):
    with pytest.raises(ValueError, match="real credentials"):
        Simulator(sid, TOKEN, HttpTransport())


def test_it_listens_on_loopback_only(app):
    with pytest.raises(ValueError, match="loopback"):
        open_carrier("0.0.0.0", 0, SIMULATED_ACCOUNT_SID, TOKEN, {}, app.base)


def test_two_carriers_never_give_calls_the_same_name(app):
    names = set()
    for _ in range(2):
        carrier = open_carrier("127.0.0.1", 0, SIMULATED_ACCOUNT_SID, TOKEN, {}, app.base)
        names.add(carrier.simulator.exchange.new_sid("CA"))
        carrier.start()
        carrier.stop()
    assert len(names) == 2
    assert {len(name) for name in names} == {34}


def test_the_wire_tells_a_refused_connection_from_a_slow_answer(app):
    transport = HttpTransport()
    held = threading.Event()

    def slow(_):
        held.wait(PATIENCE)
        return ""

    app.pages["/slow"] = slow
    with pytest.raises(SlowAnswerError):
        transport.send(_signed_get(app, "/slow"), Patience(1, 0.2))
    held.set()
    with pytest.raises(ConnectError):
        transport.send(WebRequest("GET", "http://127.0.0.1:9/", {}, b""), Patience(1, 1))


def test_the_wire_carries_every_character_as_it_was_signed(app):
    transport = HttpTransport()
    for target in ("/it's/%e8%AE%a2?b=%7e&a=%2B1+2&c='x'", "/a//b/./c?x=[1]|2 3&x=陈", "/~a/%2F?&&=&q"):
        assert transport.send(_signed_get(app, target), Patience()).status == 200, target
    assert app.forged == []


def _signed_get(app, target):
    from twilio.request_validator import RequestValidator

    url = spelled(app.base + target)
    signature = RequestValidator(TOKEN).compute_signature(url, {})
    return WebRequest("GET", url, {"X-Twilio-Signature": signature, "I-Twilio-Idempotency-Token": "t"}, b"")
