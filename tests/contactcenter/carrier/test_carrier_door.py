"""The signed door: what goes over the wire, and what happens when the application does not do its part."""

import pytest
from carrier_world import BASE, CUSTOMER, HOTLINE, TOKEN, said
from flask import Response, redirect

from contactcenter.carrier.clock import VirtualClock
from contactcenter.carrier.documents import APOLOGY
from contactcenter.carrier.door import Door, Webhook, overridden
from contactcenter.carrier.journal import Journal
from contactcenter.carrier.transport import ConnectError, SlowAnswerError, WebAnswer

FIELDS = {
    "CallSid": "CA1234567890ABCDE",
    "Caller": "+14158675309",
    "Digits": "1234",
    "From": "+14158675309",
    "To": "+18005551212",
}
URL = "https://mycompany.com/myapp.php?foo=1&bar=2"


class Wire:
    """Answers from a list; an exception in it is raised."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.sent = []

    def send(self, request, patience):
        self.sent.append((request, patience))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


OK = WebAnswer(200, (("Content-Type", "text/xml"),), b"<Response/>")


def _door(*answers, token=TOKEN):
    wire = Wire(*answers)
    journal = Journal(VirtualClock())
    return Door(token, wire, journal), wire, journal


def _webhook(url=URL, method="POST", params=None, **more):
    return Webhook("document", method, url, FIELDS if params is None else params, "token-1", **more)


@pytest.mark.parametrize(
    ("url", "number", "signature"),
    [
        (URL, "+14158675309", "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        (URL, "+12349013030", "0/KCTR6DLpKmkAf8muzZqo1nDgQ="),
        (URL.replace(".com/", ".com:443/"), "+14158675309", "kvajT1Ptam85bY51eRf/AJRuM3w="),
        (URL.replace("https", "http").replace(".com/", ".com:80/"), "+14158675309", "0ZXoZLH/DfblKGATFgpif+LLRf4="),
        (URL.replace("https", "http").replace(".com/", ".com:1234/"), "+14158675309", "Zmvh+3yNM1Phv2jhDCwEM3q5ebU="),
    ],
)
def test_the_published_signatures_come_out(url, number, signature):
    door, wire, _ = _door(OK, token="12345")
    door.send(_webhook(url, params=FIELDS | {"Caller": number, "From": number}))
    assert wire.sent[0][0].headers["X-Twilio-Signature"] == signature


def test_the_fragment_is_neither_sent_nor_signed():
    door, wire, _ = _door(OK, token="12345")
    door.send(_webhook(URL + "#rt=4000&rc=2"))
    request, patience = wire.sent[0]
    assert request.url == URL
    assert request.headers["X-Twilio-Signature"] == "RSOYDt4T1cUTdK1PDd93/VVr8B8="
    assert patience.read == 4.0


def test_a_get_carries_its_fields_in_the_query_and_signs_the_url_alone():
    door, wire, _ = _door(OK)
    door.send(_webhook("https://app.example.com/x?a=1", "GET", {"Digits": "1", "Empty": ""}))
    assert wire.sent[0][0].url == "https://app.example.com/x?a=1&Digits=1&Empty="
    assert wire.sent[0][0].body == b""


def test_by_default_only_a_failed_connection_is_tried_again_and_only_once():
    door, wire, _ = _door(ConnectError("refused"))
    assert door.send(_webhook()).problem.code == 11205
    assert len(wire.sent) == 2
    for failure in (SlowAnswerError("slow"), WebAnswer(500, (), b"")):
        door, wire, _ = _door(failure)
        assert door.send(_webhook()).problem.code == 11200
        assert len(wire.sent) == 1


@pytest.mark.parametrize(
    ("fragment", "answer", "attempts"),
    [
        ("rc=5&rp=all", WebAnswer(503, (), b""), 6),
        ("rc=2&rp=ct,rt,5xx", SlowAnswerError("slow"), 3),
        ("rc=2&rp=ct,rt,5xx", WebAnswer(404, (), b""), 1),
        ("rc=0", ConnectError("refused"), 1),
    ],
)
def test_the_fragment_says_what_is_tried_again(fragment, answer, attempts):
    door, wire, journal = _door(answer)
    door.send(_webhook(f"{URL}#{fragment}"))
    assert len(wire.sent) == attempts
    assert {request.headers["I-Twilio-Idempotency-Token"] for request, _ in wire.sent} == {"token-1"}
    assert [entry.attempt for entry in journal.trace] == list(range(1, attempts + 1))


@pytest.mark.parametrize("fragment", ["rc=9", "rt=20000", "nonsense=1", "rp=sometimes", "ct=x"])
def test_an_override_that_means_nothing_is_complained_about(fragment):
    with pytest.raises(ValueError):
        overridden(fragment)
    door, _, journal = _door(OK)
    door.send(_webhook(f"{URL}#{fragment}"))
    assert "override" in journal.errors[0].message


def test_cookies_last_for_the_call_and_can_be_deleted():
    set_two = WebAnswer(200, (("Set-Cookie", "a=1; Path=/"), ("Set-Cookie", "b=2; HttpOnly")), b"")
    drop_one = WebAnswer(200, (("Set-Cookie", "a=; Max-Age=0"),), b"")
    door, wire, _ = _door(set_two, drop_one, OK)
    jar = {}
    for _ in range(3):
        door.send(_webhook(cookies=jar))
    assert [request.headers.get("Cookie") for request, _ in wire.sent] == [None, "a=1; b=2", "b=2"]


def test_a_redirect_becomes_a_get_without_what_the_verb_collected():
    moved = WebAnswer(302, (("Location", "/elsewhere?x=1"),), b"")
    door, wire, _ = _door(moved, OK)
    reply = door.send(_webhook(standing={"CallSid": "CA1"}))
    request = wire.sent[1][0]
    assert (request.method, request.url) == ("GET", "https://mycompany.com/elsewhere?x=1&CallSid=CA1")
    assert reply.problem is None


def test_redirects_that_keep_the_method_keep_the_fields():
    door, wire, _ = _door(WebAnswer(307, (("Location", "/elsewhere"),), b""), OK)
    door.send(_webhook())
    assert wire.sent[1][0].method == "POST"
    assert b"Digits=1234" in wire.sent[1][0].body


def test_after_ten_redirects_it_gives_up():
    door, wire, _ = _door(WebAnswer(302, (("Location", "/again"),), b""))
    assert door.send(_webhook()).problem.code == 11215
    assert len(wire.sent) == 11


def test_a_relative_url_is_no_address():
    door, wire, _ = _door(OK)
    assert door.send(_webhook("/voice")).problem.code == 11100
    assert wire.sent == []


def test_escaping_reaches_the_application_as_it_was_signed(sim, app):
    app.pages["/voice"] = "<Redirect>/it's/订单?b=2&amp;a=%2B1+2&amp;name=陈</Redirect>"
    app.pages["/it's/订单"] = "<Say>here</Say>"
    call = sim.dial_in(CUSTOMER, HOTLINE)
    assert said(call) == ["here"]
    assert app.asked("/it's/订单")[0]["a"] == "+1 2"
    assert app.asked("/it's/订单")[0]["name"] == "陈"


def test_every_request_of_a_call_has_a_token_of_its_own_and_the_standard_fields(sim, app):
    app.pages["/voice"] = "<Redirect>/next</Redirect>"
    app.pages["/next"] = "<Say>hello</Say>"
    call = sim.dial_in(CUSTOMER, HOTLINE)
    first, second = app.requests
    assert first.token != second.token
    for one in (first, second):
        assert one.fields["CallSid"] == call.sid
        assert one.fields["From"] == one.fields["Caller"] == CUSTOMER
        assert one.fields["Direction"] == "inbound"
        assert one.fields["FromCity"] == ""
    assert first.fields["CallStatus"] == "ringing"


def _failing(answer, code):
    return pytest.param(answer, code, id=str(code))


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        _failing(lambda: Response("oops", 500), 11200),
        _failing(lambda: Response("<Response><Say>", content_type="text/xml"), 12100),
        _failing(lambda: Response("<Response><Say>\x08</Say></Response>", content_type="text/xml"), 12100),
        _failing(lambda: Response("{}", content_type="application/json"), 12300),
        _failing(lambda: Response(f"<Response><Say>{'x' * 66_000}</Say></Response>", content_type="text/xml"), 11750),
        _failing(lambda: redirect("/voice"), 11215),
    ],
)
def test_a_document_that_cannot_be_had_leads_to_the_fallback(sim, app, answer, code):
    app.pages["/voice"] = lambda _: answer()
    app.pages["/fallback"] = "<Say>one moment</Say>"
    call = sim.dial_in(CUSTOMER, HOTLINE)
    assert said(call) == ["one moment"]
    assert app.asked("/fallback")[0]["ErrorCode"] == str(code)
    assert app.asked("/fallback")[0]["ErrorUrl"] == f"{BASE}/voice"
    assert [error.code for error in sim.errors] == [code]
    sim.errors.clear()


def test_without_a_fallback_the_caller_hears_an_apology_and_the_call_ends(sim, app):
    app.pages["/voice"] = app.pages["/fallback"] = lambda _: Response("", 500)
    call = sim.dial_in(CUSTOMER, HOTLINE)
    assert said(call) == [APOLOGY]
    assert call.status == "completed"
    sim.errors.clear()


def test_plain_text_is_read_aloud_and_audio_is_played(sim, app):
    app.pages["/voice"] = lambda _: Response("good morning", content_type="text/plain")
    assert said(sim.dial_in(CUSTOMER, HOTLINE)) == ["good morning"]
    app.pages["/voice"] = lambda _: Response(b"...", content_type="audio/wav")
    call = sim.dial_in(CUSTOMER, HOTLINE)
    assert call.log.events[-1]["kind"] == "music"


def test_a_notice_answered_by_an_error_page_is_noted(sim, app):
    app.pages["/status"] = lambda _: Response("<html>oops</html>", content_type="text/html")
    sim.dial_in(CUSTOMER, HOTLINE)
    assert [(error.code, error.place) for error in sim.errors] == [(12300, f"{BASE}/status")]
    sim.errors.clear()
    app.pages["/status"] = lambda _: Response("", 500)
    sim.dial_in(CUSTOMER, HOTLINE)
    assert [error.code for error in sim.errors] == [11200]
    sim.errors.clear()


def test_an_empty_answer_to_a_notice_is_fine(sim, app):
    app.pages["/status"] = lambda _: Response(status=204)
    sim.dial_in(CUSTOMER, HOTLINE)
    assert app.asked("/status")[0]["CallStatus"] == "completed"


def test_notices_can_be_doubled_and_delayed_but_keep_their_token(sim, app):
    sim.habits.notice_twice = 1.0
    sim.habits.notice_delay = 3.0
    sim.dial_in(CUSTOMER, HOTLINE)
    assert app.asked("/status") == []
    sim.advance(3)
    tokens = [one.token for one in app.requests if one.path == "/status"]
    assert len(tokens) == 2
    assert len(set(tokens)) == 1


def test_documents_can_be_asked_for_twice_with_one_token(sim, app):
    sim.habits.document_twice = 1.0
    app.pages["/voice"] = "<Say>hello</Say>"
    call = sim.dial_in(CUSTOMER, HOTLINE)
    tokens = [one.token for one in app.requests if one.path == "/voice"]
    assert len(tokens) == 2
    assert len(set(tokens)) == 1
    assert said(call) == ["hello"]


def test_two_runs_of_the_same_story_leave_the_same_trace(app):
    from carrier_world import simulator_for

    app.pages["/voice"] = "<Gather numDigits='1' action='/menu'><Say>press one</Say></Gather>"
    app.pages["/menu"] = "<Say>thanks</Say>"

    def story():
        sim = simulator_for(app, seed=7)
        call = sim.dial_in(CUSTOMER, HOTLINE)
        sim.press(call, "1")
        sim.advance(10)
        return sim.trace

    assert story() == story()
