"""The console in a real browser: rings without taking the focus, drafts that stay with their customer, keys, wrap-up."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from chromium import needs_chromium
from console_world import chat, item, mail, pending, served
from house import House
from playwright.sync_api import Browser, Page, expect

pytestmark = needs_chromium
WAIT = 20_000


@pytest.fixture
def page(house: House, chromium: Browser) -> Iterator[Page]:
    """Ana's console, available, with nothing to complain about at the end."""
    complaints: list[str] = []
    # A page that outlived its test would go on asking for what is gone: it is closed whatever happens.
    with ExitStack() as stack:
        url = stack.enter_context(served(house.app))
        context = stack.enter_context(chromium.new_context(base_url=url, viewport={"width": 1440, "height": 900}))
        page = context.new_page()
        page.set_default_timeout(WAIT)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        # The telephones of the simulator are a process of their own, which does not run here.
        page.route("**/softphone/register", lambda route: route.fulfill(json={"lease_seconds": 30, "last": 0}))
        page.route("**/softphone/events*", lambda route: route.abort())
        page.goto("/sign-in")
        page.fill("#login", "ana")
        page.fill("#password", "ana-demo")
        page.click("form .button--main")
        page.click("#presence summary")
        page.click("#presence .menu__item >> nth=0")
        expect(page.locator("#presence[data-chosen=available]")).to_be_visible(timeout=WAIT)
        yield page
    assert [text for text in complaints if "ERR_FAILED" not in text] == []


def rings(page: Page, number: int) -> None:
    expect(page.locator(".ring")).to_have_count(number, timeout=WAIT)


def accept(page: Page, text: str) -> None:
    rings(page, 1)
    page.keyboard.press("Control+Shift+A")
    expect(page.locator("#case h1")).to_have_text(text, timeout=WAIT)
    rings(page, 0)


def test_a_ring_leaves_the_focus_where_it_is_and_a_draft_stays_with_its_customer(house: House, page: Page) -> None:
    mail(house)
    accept(page, "The lamp arrived broken")
    page.fill("#reply-body", "Dear Dana, the lamp")
    chat(house, "Why was I charged twice?", name="Kim")
    rings(page, 1)
    assert page.evaluate("document.activeElement.id") == "reply-body"
    page.keyboard.type(" is")
    accept(page, "Why was I charged twice?")
    expect(page.locator("#reply-body")).to_have_value("")
    page.click("#work .row >> nth=0")
    expect(page.locator("#case h1")).to_have_text("The lamp arrived broken")
    expect(page.locator("#reply-body")).to_have_value("Dear Dana, the lamp is")
    page.focus("#reply-body")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#reply-body")).to_have_value("")
    page.reload()
    expect(page.locator("#reply-body")).to_have_value("")


def test_a_chat_is_answered_finished_and_wrapped_up_by_keys(house: House, page: Page) -> None:
    chat(house, "Why was I charged twice?", name="Kim")
    offer = pending(house, "ana")
    accept(page, "Why was I charged twice?")
    page.keyboard.press("r")
    page.keyboard.type("I am looking.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".entry--out")).to_contain_text("I am looking.", timeout=WAIT)
    expect(page.locator("#reply-body")).to_have_value("")
    page.keyboard.press("Control+Shift+1")
    assert item(house, offer.item_id).state == "assigned", "once is not enough"
    for _ in range(2):  # the first may have been too long ago to count
        page.keyboard.press("Control+Shift+1")
    expect(page.locator("#tab-wrap-up")).to_have_attribute("aria-selected", "true", timeout=WAIT)
    page.check("input[value=solved]")
    page.fill("#summary", "A reservation.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#panel-wrap-up")).to_contain_text("Nothing to wrap up here", timeout=WAIT)
    assert item(house, offer.item_id).state == "done"


def test_j_and_k_walk_the_list_and_the_address_follows(house: House, page: Page) -> None:
    first = mail(house)
    accept(page, "The lamp arrived broken")
    chat(house, "Why was I charged twice?", name="Kim")
    accept(page, "Why was I charged twice?")
    page.locator("#story-scroll").focus()
    page.keyboard.press("k")
    expect(page.locator("#case h1")).to_have_text("The lamp arrived broken")
    assert page.url.endswith(f"/console/cases/{first}")
    expect(page.locator('#work .row[aria-current="true"]')).to_contain_text("The lamp arrived broken")
    page.keyboard.press("j")
    expect(page.locator("#case h1")).to_have_text("Why was I charged twice?")


def test_what_another_agent_notes_appears_without_touching_what_is_being_written(house: House, page: Page) -> None:
    case_id = mail(house)
    accept(page, "The lamp arrived broken")
    page.fill("#reply-body", "Dear Dana")
    leo = house.agent("leo")
    leo.post(f"/console/cases/{case_id}/note", body="She called me as well.", client_id="note-0001")
    expect(page.locator(".entry--note")).to_contain_text("She called me as well.", timeout=WAIT)
    expect(page.locator("#reply-body")).to_have_value("Dear Dana")


def test_a_macro_is_chosen_and_used_and_a_tag_written_by_keys(house: House, page: Page) -> None:
    mail(house)
    accept(page, "The lamp arrived broken")
    page.locator("#story-scroll").focus()
    page.keyboard.press("m")
    expect(page.locator("#dialog tbody tr", has_text="urgent")).to_contain_text("The priority changes by +2")
    expect(page.locator("#dialog input[type=radio]").first).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#dialog")).to_be_hidden(timeout=WAIT)
    expect(page.locator(".case-head").get_by_title("Tag")).to_be_visible(timeout=WAIT)
    page.keyboard.press("Alt+Shift+2")
    page.focus("#new-tags")
    page.keyboard.type("vip")
    page.keyboard.press("Enter")
    expect(page.locator("#about-case .tags")).to_contain_text("vip", timeout=WAIT)
    expect(page.locator("#new-tags")).to_have_value("")
    page.get_by_role("button", name="Take the tag urgent off").press("Enter")
    expect(page.locator("#about-case .tags")).not_to_contain_text("urgent", timeout=WAIT)
