"""The chat window as a visitor meets it: on a strict foreign page, without a network, refused, answered, ended."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from browser_people import PATIENCE, PHONE, People, chat_button, end_chat, said_by_visitor, window, wrap_up
from chromium import needs_chromium
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

pytestmark = needs_chromium


@contextmanager
def foreign_shop(desk: str) -> Iterator[str]:
    """A page of another site whose policy allows scripts and frames of ours, and nothing else."""
    policy = f"default-src 'none'; script-src {desk}; frame-src {desk}"

    @Request.application
    def page(_request: Request) -> Response:
        html = f'<!doctype html><html lang="en"><title>Shop</title><script src="{desk}/widget.js" async data-language="en"></script><h1>Shop</h1>'
        return Response(html, mimetype="text/html", headers={"Content-Security-Policy": policy})

    server = make_server("localhost", 0, page, threaded=True)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def writes(page: Page, text: str) -> None:
    window(page).locator("#text").fill(text)
    window(page).locator("#text").press("Enter")


def state_of(page: Page, text: str, state: str) -> None:
    expect(said_by_visitor(page, text)).to_have_attribute("data-state", state, timeout=PATIENCE)


def test_a_chat_works_on_a_strict_page_of_another_site_and_goes_on_after_a_reload(people: People) -> None:
    page = people.page("/help")
    with foreign_shop(people.product.url) as shop:
        page.goto(shop)
        people.chats(page, "Nora Field", "orders", "Where is my parcel?")
        expect(window(page).locator("#status")).to_contain_text("in line")
        writes(page, "It should have come on Monday.")
        state_of(page, "Monday", "stored")
        page.reload()
        chat_button(page).click()
        expect(window(page).locator(".said--mine")).to_have_text(
            [re.compile("Where is my parcel"), re.compile("Monday")], timeout=PATIENCE
        )
        assert page.evaluate("Object.keys(localStorage).length") == 1
        end_chat(page)


def test_what_is_written_without_a_network_is_sent_once_when_it_is_back(people: People) -> None:
    people.allowed.append("ERR_FAILED")
    page = people.page("/chat")
    page.context.route("**/widget/open*", lambda route: route.abort())
    chat_button(page).click()
    chat = window(page)
    chat.locator("#name").fill("Nora Field")
    chat.locator("#first").fill("Hello from a tunnel")
    chat.locator("#begin button[type=submit]").click()
    writes(page, "Still in the tunnel")
    expect(chat.locator("#status")).to_contain_text("No connection")
    state_of(page, "Hello from a tunnel", "waiting")
    state_of(page, "Still in the tunnel", "waiting")
    page.reload()
    chat_button(page).click()
    state_of(page, "Still in the tunnel", "waiting")
    page.context.unroute("**/widget/open*")
    state_of(page, "Hello from a tunnel", "stored")
    state_of(page, "Still in the tunnel", "stored")
    expect(window(page).locator(".said--mine")).to_have_text(
        [re.compile("Hello from a tunnel"), re.compile("Still in the tunnel")]
    )
    page.context.route("**/widget/end*", lambda route: route.abort())
    chat = window(page)
    chat.locator("#leave").click()
    chat.locator("#ask-leave button[value=leave]").click()
    expect(chat.locator("#status")).to_contain_text("No connection")
    page.context.unroute("**/widget/end*")
    chat.locator("#leave").click()
    page.keyboard.press("Escape")
    expect(chat.locator("#ask-leave")).to_be_hidden()
    writes(page, "I have changed my mind")
    state_of(page, "I have changed my mind", "stored")
    end_chat(page)


def test_without_a_socket_messages_go_and_come_all_the_same(people: People) -> None:
    people.allowed.append("ERR_FAILED")
    page = people.page("/help")
    page.context.route("**/socket.io.min.js", lambda route: route.abort())
    page.goto("/chat")
    people.chats(page, "Nora Field", "", "No sockets here")
    writes(page, "And yet it arrives")
    state_of(page, "And yet it arrives", "stored")
    end_chat(page)


def test_a_refused_message_stays_with_its_reason_and_can_be_tried_again(people: People) -> None:
    people.allowed += ["ERR_FAILED", "422"]
    page = people.page("/help")
    page.context.route("**/socket.io.min.js", lambda route: route.abort())
    page.goto("/chat")
    people.chats(page, "Nora Field", "", "First")
    said_no = {"status": 422, "content_type": "application/problem+json", "body": '{"detail": "Not like this."}'}
    refuse = re.compile("/widget/messages[?]lang")
    page.context.route(refuse, lambda route: route.fulfill(**said_no))
    writes(page, "Second")
    state_of(page, "Second", "failed")
    expect(said_by_visitor(page, "Second")).to_contain_text("Not like this.")
    page.context.unroute(refuse)
    said_by_visitor(page, "Second").get_by_role("button", name="Try again").click()
    state_of(page, "Second", "stored")
    end_chat(page)


def test_a_mistake_in_the_form_is_said_beside_it_and_nothing_written_is_lost(people: People) -> None:
    people.allowed.append("422")
    page = people.page("/chat")
    chat_button(page).click()
    chat = window(page)
    chat.locator("#name").fill("Nora Field")
    chat.locator("#email").fill("nora@nowhere")
    chat.locator("#first").fill("A long story")
    chat.locator("#begin button[type=submit]").click()
    expect(chat.locator("#begin-error")).to_contain_text("nora@nowhere", timeout=PATIENCE)
    expect(chat.locator("#first")).to_have_value("A long story")
    chat.locator("#email").fill("nora.field@example.net")
    chat.locator("#begin button[type=submit]").click()
    state_of(page, "A long story", "stored")
    end_chat(page)


def test_an_answer_to_a_closed_window_is_counted_and_an_ended_chat_offers_a_new_one(people: People) -> None:
    visitor = people.visitor("Nora Field", "", "Can somebody help me?")
    agent = people.agent("joy")
    expect(agent.locator(".ring")).to_be_visible(timeout=PATIENCE)
    agent.keyboard.press("Control+Shift+A")
    chat = window(visitor)
    expect(chat.locator("#status")).to_contain_text("with", timeout=PATIENCE)
    chat.locator("#fold").click()
    expect(chat.locator("#chat")).to_be_hidden()
    agent.locator("#reply-body").fill("Good morning, with pleasure.")
    agent.locator("#reply-body").press("Control+Enter")
    expect(visitor.locator("[data-contactcenter-chat] b")).to_have_text("1", timeout=PATIENCE)
    chat_button(visitor).click()
    expect(chat.locator(".said", has_text="Good morning, with pleasure.")).to_contain_text("Joy Lau")
    expect(chat.locator("#status")).to_have_text("You are talking with Joy Lau.")
    end_chat(visitor)
    chat.locator("#again").click()
    expect(chat.locator("#begin")).to_be_visible()
    assert visitor.evaluate("Object.keys(localStorage).length") == 0
    wrap_up(agent, "Solved")


@pytest.mark.parametrize("size", [(1440, 900), PHONE])
def test_the_chat_is_accessible_and_its_targets_are_large(people: People, size: tuple[int, int]) -> None:
    page = people.page("/widget", size=size)
    expect(page.locator("#begin")).to_be_visible()
    assert people.faults(page) == []
    page.fill("#name", "Nora Field")
    page.fill("#first", "Hello")
    page.click("#begin button[type=submit]")
    expect(page.locator(".said--mine")).to_have_attribute("data-state", "stored", timeout=PATIENCE)
    assert people.faults(page) == []
    boxes = [one.bounding_box() for one in page.locator("button:visible, textarea:visible").all()]
    assert all(box and box["height"] >= 44 and box["width"] >= 44 for box in boxes), boxes
    page.click("#leave")
    page.click("#ask-leave button[value=leave]")
    expect(page.locator("#over")).to_be_visible(timeout=PATIENCE)


def test_the_window_opens_and_closes_by_keyboard_and_gives_the_focus_back(people: People) -> None:
    page = people.page("/chat", "zh-Hans")
    chat_button(page).focus()
    page.keyboard.press("Enter")
    expect(window(page).locator("#name")).to_be_focused(timeout=PATIENCE)
    expect(window(page).locator("html")).to_have_attribute("lang", "zh-Hans")
    page.keyboard.press("Escape")
    expect(chat_button(page)).to_have_attribute("aria-expanded", "false")
    expect(chat_button(page)).to_be_focused()
