"""The widget's door over HTTP: the frame, the loader, and a chat by its secret alone."""

import gzip
import json
from pathlib import Path

import pytest

LOADER = Path(__file__).parents[3] / "contactcenter" / "static" / "js" / "widget.js"
TOKEN = "a" * 43
OPENING = {"name": "Nora Field", "email": "", "topic": "orders", "client_id": "m-1", "text": "Where is my order?"}


def visit(house, method, path, said=None, token=TOKEN):
    client = house.app.test_client(use_cookies=False)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = client.open(path, method=method, base_url="http://desk.test", data=json.dumps(said), headers=headers)
    return answer.status_code, answer.get_json()


def test_a_chat_needs_no_cookie_and_no_session(house):
    status, opened = visit(house, "POST", "/widget/open?lang=zh-Hans", OPENING)
    assert (status, opened["opened"]) == (201, True)
    status, said = visit(house, "POST", "/widget/messages", {"client_id": "m-2", "text": "It is 12345678."})
    assert (status, said["stored"]) == (201, True)
    _, known = visit(house, "GET", "/widget/messages")
    assert [(one["client_id"], one["text"], one["mine"]) for one in known["messages"]] == [
        ("m-1", "Where is my order?", True),
        ("m-2", "It is 12345678.", True),
    ]
    assert (known["state"], known["place"]) == ("queued", 1)


def test_only_what_is_new_is_told(house):
    visit(house, "POST", "/widget/open", OPENING)
    _, known = visit(house, "GET", "/widget/messages")
    last = known["messages"][-1]["seq"]
    assert visit(house, "GET", f"/widget/messages?after={last}")[1]["messages"] == []


def test_the_place_in_line_is_counted(house):
    visit(house, "POST", "/widget/open", OPENING)
    visit(house, "POST", "/widget/open", OPENING, token="b" * 43)
    assert visit(house, "GET", "/widget/messages")[1]["place"] == 1
    assert visit(house, "GET", "/widget/messages", token="b" * 43)[1]["place"] == 2


def test_a_visitor_who_leaves_is_no_longer_in_line(house):
    visit(house, "POST", "/widget/open", OPENING)
    assert visit(house, "POST", "/widget/end", {}) == (200, {"ended": True})
    _, known = visit(house, "GET", "/widget/messages")
    assert (known["state"], known["place"]) == ("abandoned", None)
    status, problem = visit(house, "POST", "/widget/messages?lang=zh-Hans", {"client_id": "m-2", "text": "Hello?"})
    assert status == 409
    assert "Hello" not in problem["detail"]


@pytest.mark.parametrize("token", [None, "short", "x" * 43])
def test_a_stranger_sees_nothing(house, token):
    visit(house, "POST", "/widget/open", OPENING)
    for method, path, said in [
        ("GET", "/widget/messages", None),
        ("POST", "/widget/messages", {"client_id": "m-9", "text": "me too"}),
        ("POST", "/widget/end", {}),
    ]:
        assert visit(house, method, path, said, token)[0] == 401


@pytest.mark.parametrize("body", [b"", b"[]", b'"text"', b"{", b"\xff\xfe", b"[" * 5000])
def test_a_body_that_is_no_message_is_refused_as_that(house, body):
    client = house.app.test_client()
    answer = client.post("/widget/open", data=body, headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 422


def test_only_the_chat_may_be_framed(house):
    browser = house.browser()
    assert "frame-ancestors *" in browser.get("/widget").headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in browser.get("/chat").headers["Content-Security-Policy"]
    with browser.get("/widget.js") as loader:
        assert loader.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


@pytest.mark.parametrize(("language", "word"), [("en", "Your name"), ("zh-Hans", "您的称呼"), ("zh-Hant", "您的稱呼")])
def test_the_chat_speaks_the_language_of_the_page_around_it(house, language, word):
    page = house.browser().get(f"/widget?lang={language}").get_data(as_text=True)
    assert f'<html lang="{language}">' in page
    assert word in page


def test_the_loader_is_small():
    assert len(gzip.compress(LOADER.read_bytes(), 9, mtime=0)) <= 4096
