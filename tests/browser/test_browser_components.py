"""The page's own scripts and components in a real browser, under the strict content policy, against a small server."""

import re
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from chromium import needs_chromium
from flask import Flask, Response, jsonify, render_template_string, request
from flask_socketio import SocketIO
from playwright.sync_api import Page, Route, expect
from werkzeug.serving import make_server

from contactcenter.foundation.languages import gettext_for

HOME = Path(__file__).resolve().parents[2] / "contactcenter"
AXE = Path(__file__).parent / "vendor" / "axe" / "axe.min.js"
POLICY = "default-src 'self'; img-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'none'"
ROOM = "case:7"

pytestmark = needs_chromium

PAGE = """
{% extends "base.html" %}
{% from "components/deadline.html" import deadline %}
{% from "components/row.html" import row %}
{% from "components/ring.html" import ring %}
{% from "components/composer.html" import composer %}
{% from "components/presence.html" import presence_menu %}
{% from "components/tile.html" import queue_tile, capacity %}
{% from "components/entry.html" import message, note, call, event %}
{% from "components/chips.html" import status_chip, priority_chip %}
{% from "components/face.html" import face %}
{% block title %}Case 7{% endblock %}
{% block top_end %}{{ presence_menu("available", "Available", now, "/refuse", [{"presence": "aux", "reason": "lunch", "word": "Lunch"}]) }}{% endblock %}
{% block main %}
  <h1>Case 7</h1>
  {{ fragment }}
  <form hx-post="/refuse" hx-swap="none"><button class="button" data-key="Ctrl+Shift+E">Refuse me</button></form>
  <button class="button" data-key="R" id="letter">Reply</button><output id="pressed"></output>
  {{ deadline("running", now + soon, warn=now, announce=true) }}
  {% if rings %}<div class="rings" id="rings">{{ ring(3, "Kim <b>Vale</b>", "+1 415 555 0142", "voice", "Billing", now + soon * 10, 20, "/refuse", "/refuse", why="Billing 9.") }}</div>{% endif %}
  {% call row("#", "Kim Vale", "email", now, "Subject", "Preview", unread=12) %}{{ status_chip("open") }}{{ priority_chip(1) }}{% endcall %}
  {{ queue_tile("#", "Billing", 2, now, "80 %", 3, 1, "bad", "Too long", "longest") }}{{ capacity(70, 100) }}
  {% call message("Kim Vale", "email", now) %}Text{% endcall %}{% call note("Dana Reyes", now) %}Text{% endcall %}
  {% call call("Kim Vale", now, "missed") %}Text{% endcall %}{{ event("Opened", now) }}{{ face("empty", "Nothing waits") }}
  {{ composer("/refuse", "/refuse", "kim@example.com", 4) }}
{% endblock %}
"""
FRAGMENT = """<section id="live" data-live-room="{{ room }}" data-live-seq="{{ seq }}" data-live-url="/fragment"{% if hold %} data-live-hold{% endif %}>
<p id="truth">{{ truth }}</p><input id="draft" aria-label="Draft"></section>"""


class Desk:
    """A server that holds one room, and lets the test say what happens in it."""

    def __init__(self) -> None:
        self.seq, self.truth, self.hold = 1, "one", False
        self.keeps_silent, self.pulled = None, -1  # the page itself holds the fragment, too
        self.app = Flask("desk", static_folder=HOME / "static", template_folder=HOME / "templates")
        self.app.jinja_env.globals.update(_=gettext_for("en"), csrf_token=lambda: "the-token")
        self.sockets = SocketIO(self.app, async_mode="threading")
        self.app.add_url_rule("/", view_func=self.page)
        self.app.add_url_rule("/fragment", "fragment", self.fragment)
        self.app.add_url_rule("/beside", "beside", self.beside)
        self.app.add_url_rule("/refuse", view_func=self.refuse, methods=["POST"])
        self.app.after_request(self.guard)
        self.sockets.on_event("rooms.catch_up", self.catch_up)

    def page(self) -> str:
        viewer = SimpleNamespace(name="Dana Reyes", zone="Asia/Shanghai")
        # A day of the server's own: the page must count by this clock and not by the device's.
        now, soon = datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC), timedelta(seconds=float(request.args.get("soon", 600)))
        return render_template_string(
            PAGE, language="en", viewer=viewer, server_now=now, now=now, soon=soon, rings="rings" in request.args,
            fragment=self.fragment(),
        )  # fmt: skip

    def fragment(self) -> str:
        from markupsafe import Markup

        self.pulled += 1
        silence, self.keeps_silent = self.keeps_silent, None
        if silence:
            silence.wait(60)  # this one request is not answered, the next one is
        return Markup(render_template_string(FRAGMENT, room=ROOM, seq=self.seq, truth=self.truth, hold=self.hold))

    def beside(self) -> str:
        """Another fragment of the same room, true up to now."""
        return f'<p id="beside" data-live-room="{ROOM}" data-live-seq="{self.seq}">up to {self.seq}</p>'

    def refuse(self) -> tuple[Response, int]:
        assert request.headers["X-CSRFToken"] == "the-token"
        return jsonify(title="Conflict", detail="Someone else took it <b>first</b>."), 409

    def guard(self, response: Response) -> Response:
        response.headers["Content-Security-Policy"] = POLICY
        return response

    def catch_up(self, seen: dict[str, int]) -> dict:
        return {"rooms": {room: {"seq": self.seq} for room in seen if room == ROOM}, "resync": []}

    def happens(self, truth: str, *, told: bool = True) -> None:
        self.seq, self.truth = self.seq + 1, truth
        if told:
            self.tell()

    def tell(self) -> None:
        message = {"room": ROOM, "seq": self.seq, "kind": "entry_added", "item": None, "ref": 7}
        self.sockets.emit("changed", message)


@pytest.fixture
def desk():
    desk = Desk()
    server = make_server("127.0.0.1", 0, desk.app, threaded=True)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    desk.url = f"http://127.0.0.1:{server.server_port}/"
    yield desk
    server.shutdown()
    server.server_close()
    thread.join(5)


@pytest.fixture
def page(chromium, desk):
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, base_url=desk.url)
    page = context.new_page()
    complaints = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    yield page
    context.close()
    known = ("409", "ERR_INTERNET_DISCONNECTED", "htmx:afterRequest", "htmx:sendAbort")  # refused, offline, given up
    unexpected = [text for text in complaints if not any(part in text for part in known)]
    assert unexpected == [], "the browser complained (a script failed, or the content policy refused something)"


def opened(page: Page, desk: Desk, query: str = "") -> Page:
    page.goto(desk.url + query)
    page.wait_for_function("() => window.io && document.querySelector('#letter').title")
    return page


def connected(page: Page, desk: Desk, query: str = "") -> Page:
    with page.expect_websocket() as socket:
        opened(page, desk, query)
    socket.value.wait_for_event("framereceived", lambda frame: '"seq"' in str(frame) or "430" in str(frame))
    return page


def test_a_change_is_pulled_and_what_is_being_typed_stays(page, desk):
    connected(page, desk)
    page.fill("#draft", "half a sentence")
    desk.happens("two")
    expect(page.locator("#truth")).to_have_text("two")
    expect(page.locator("#draft")).to_have_value("half a sentence")
    assert page.evaluate("document.activeElement.id") == "draft"


def test_a_fragment_that_comes_between_a_change_and_its_message_hides_it_from_no_other(page, desk):
    connected(page, desk)
    desk.happens("two", told=False)
    page.evaluate("htmx.ajax('GET', '/beside', {target: '#pressed', swap: 'beforeend'})")
    expect(page.locator("#beside")).to_have_text("up to 2")
    desk.tell()
    expect(page.locator("#truth")).to_have_text("two")


def test_what_a_fragment_does_not_show_makes_no_pull_of_it(page, desk):
    connected(page, desk)
    page.evaluate("document.querySelector('#live').dataset.liveKinds = 'case_changed'")
    desk.happens("two")
    expect(page.locator("#live")).to_have_attribute("data-live-seq", "2")
    desk.happens("three")
    expect(page.locator("#live")).to_have_attribute("data-live-seq", "3")
    expect(page.locator("#truth")).to_have_text("one")
    assert desk.pulled == 0


def test_a_pull_that_is_never_answered_is_given_up_and_made_again(page, desk):
    connected(page, desk)
    silence = desk.keeps_silent = threading.Event()
    desk.happens("two")
    try:
        expect(page.locator("#truth")).to_have_text("two", timeout=20_000)
    finally:
        silence.set()


def test_what_the_socket_did_not_tell_is_found_by_the_next_catch_up(page, desk):
    connected(page, desk)
    desk.happens("untold", told=False)
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(page.locator("#truth")).to_have_text("untold")


def test_rows_that_someone_points_at_wait_until_they_ask(page, desk):
    desk.hold = True
    connected(page, desk)
    page.hover("#truth")
    desk.happens("two")
    page.get_by_role("button", name="Show what is new").wait_for()
    assert page.locator("#truth").text_content() == "one"
    page.get_by_role("button", name="Show what is new").click()
    expect(page.locator("#truth")).to_have_text("two")


def test_the_pill_says_when_the_server_is_lost(page, desk):
    connected(page, desk)
    expect(page.locator("#connection")).to_have_text("Live")
    page.context.set_offline(True)
    expect(page.locator("#connection")).to_have_text("Reconnecting")
    page.context.set_offline(False)
    expect(page.locator("#connection")).to_have_attribute("data-connection", "back", timeout=15000)


def test_a_refusal_is_shown_as_its_own_sentence(page, desk):
    opened(page, desk).get_by_role("button", name="Refuse me").click()
    expect(page.get_by_role("alert")).to_have_text("Someone else took it <b>first</b>.")


def test_what_is_sent_before_the_scripts_are_there_is_sent_when_they_are(page, desk):
    held: list[Route] = []
    page.route("**/htmx.min.js", lambda route: held.append(route))  # noqa: PLW0108 — Playwright marks what it is given, which a bound method refuses
    page.goto(desk.url, wait_until="commit")
    page.get_by_role("button", name="Refuse me").click()
    page.wait_for_timeout(1)
    assert page.url == desk.url, "the browser did not send it in its own way"
    expect(page.get_by_role("alert")).to_have_count(0)
    held[0].continue_()
    expect(page.get_by_role("alert")).to_have_text("Someone else took it <b>first</b>.")
    assert page.url == desk.url


def test_keys_press_buttons_but_single_letters_stay_text_in_text_fields(page, desk):
    opened(page, desk)
    page.evaluate("letter.addEventListener('click', () => { pressed.value += 'R'; })")
    page.locator("h1").click()
    page.keyboard.press("r")
    expect(page.locator("#pressed")).to_have_text("R")
    page.click("#draft")
    page.keyboard.press("r")
    expect(page.locator("#draft")).to_have_value("r")
    expect(page.locator("#pressed")).to_have_text("R")
    page.keyboard.press("Control+Shift+E")
    expect(page.get_by_role("alert")).to_be_visible()


def test_the_help_lists_the_keys_of_this_page(page, desk):
    opened(page, desk).locator("h1").click()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Refuse me")
    expect(page.get_by_role("dialog")).to_contain_text("Ctrl+Shift+E")


def test_a_deadline_that_passes_turns_by_itself_and_is_announced(page, desk):
    opened(page, desk, "?soon=6")
    expect(page.locator(".deadline")).to_have_attribute("data-state", "warning")
    expect(page.locator(".deadline")).to_have_attribute("data-state", "breached")
    expect(page.locator(".deadline")).to_contain_text("Overdue 0:0")
    expect(page.locator("#announcer")).to_contain_text("Overdue")


def test_a_ringing_card_counts_down_and_flashes_the_title_without_taking_the_focus(page, desk):
    opened(page, desk, "?rings&soon=2")
    expect(page.locator("[data-seconds-left]").first).to_have_text("17", timeout=15000)
    expect(page).to_have_title(re.compile("^Ringing: Kim <b>Vale</b>"))
    assert page.evaluate("document.activeElement === document.body")
    page.evaluate("document.querySelector('#rings').remove()")
    expect(page).to_have_title("Case 7")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1440, 900), (390, 844)], ids=["desk", "phone"])
def test_the_components_have_no_fault_that_axe_knows(chromium, desk, scheme, size):
    # axe itself writes inline styles while it measures, hence without the policy.
    page = chromium.new_page(
        viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, reduced_motion="reduce", bypass_csp=True
    )
    opened(page, desk, "?rings")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    faults = page.evaluate("axe.run().then((found) => found.violations)")
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    page.close()
    assert [f"{fault['id']}: {[node['html'][:160] for node in fault['nodes']]}" for fault in faults] == []
    assert not wide, "the page is wider than its window"
