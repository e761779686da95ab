"""In Chinese, simplified and traditional, nothing on any page is left in English, not even while work is going on."""

from dataclasses import dataclass

import pytest
from browser_people import DESK, PATIENCE, PHONE, People, press, wrap_up
from browser_words import english_left
from chromium import needs_chromium
from playwright.sync_api import Page, expect

pytestmark = needs_chromium


@dataclass(frozen=True)
class Tongue:
    """Who speaks it in the sample company, and what is said and written in the test."""

    tag: str
    agent: str
    caller: str
    key: str
    greeting: str
    menu: str
    words: str
    visitor: str
    disposition: str


TONGUES = [
    Tongue(
        "zh-Hans", "ken", "+8613800000001", "2", "普通话服务", "退换货，请按 2",
        "我想退一盏台灯。", "白晓", "已安排退换货",
    ),
    Tongue(
        "zh-Hant", "mia", "+85255550101", "3", "國語服務", "退換貨，請按 2",
        "我想退一盞檯燈。", "白曉", "已安排退換貨",
    ),
]  # fmt: skip
PUBLIC = ("/", "/phone", "/chat", "/mail", "/help", "/help?q=100", "/help/return-an-item", "/sign-in")


@pytest.mark.parametrize("tag", ["zh-Hans", "zh-Hant"])
def test_no_public_page_has_english_left(people: People, tag: str) -> None:
    page = people.page("/", tag)
    left: dict[str, str] = {}
    for size in (DESK, PHONE):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        for path in PUBLIC:
            page.goto(path)
            assert page.locator("html").get_attribute("lang") == tag, path
            left |= dict.fromkeys(english_left(page, people.product), path)
            assert is_as_wide_as_its_window(page), f"{path} at {size}"
    assert left == {}, left


@pytest.mark.parametrize("tongue", TONGUES, ids=lambda tongue: tongue.tag)
def test_no_page_of_a_call_and_a_chat_has_english_left(people: People, tongue: Tongue) -> None:
    left: dict[str, str] = {}

    def look(moment: str, page: Page) -> None:
        """Note each English text with the moment at which it was seen first."""
        assert page.locator("html").get_attribute("lang") == tongue.tag, moment
        for text in english_left(page, people.product):
            left.setdefault(text, moment)

    agent = people.agent(tongue.agent, tongue.tag)
    look("console, empty", agent)
    caller = people.caller(tongue.caller, tongue.tag)
    press(caller, tongue.key, after=tongue.greeting)
    press(caller, "2", after=tongue.menu)
    look_at_a_ringing_call(agent, caller, look)
    look_at_a_conversation(agent, caller, tongue, look)
    visitor = people.visitor(tongue.visitor, "returns", tongue.words, tongue.tag)
    look("chat", visitor)
    board = people.page("/supervisor", tongue.tag, login="lin")
    look_at_the_board(board, tongue, look)
    caller.click("#hang-up")
    expect(agent.locator(".wrapup")).to_be_visible(timeout=PATIENCE)
    look("wrap-up", agent)
    look("phone, afterwards", caller)
    wrap_up(agent, tongue.disposition, tongue.words)
    look("console, afterwards", agent)
    assert left == {}, left


def look_at_a_ringing_call(agent: Page, caller: Page, look) -> None:
    expect(agent.locator(".ring")).to_be_visible(timeout=PATIENCE)
    look("ringing", agent)
    look("phone, waiting", caller)
    agent.keyboard.press("Control+Shift+A")
    expect(agent.locator(".callbar")).to_have_attribute("data-state", "connected", timeout=PATIENCE)


def look_at_a_conversation(agent: Page, caller: Page, tongue: Tongue, look) -> None:
    caller.fill("#speech", tongue.words)
    caller.keyboard.press("Enter")
    expect(agent.locator(".softphone__captions")).to_contain_text(tongue.words)
    look("phone, talking", caller)
    for name in ("customer", "case", "knowledge", "wrap-up"):
        agent.click(f"#tab-{name}")
        expect(agent.locator(f"#panel-{name}")).to_be_visible()
        look(f"console, {name}", agent)
    agent.locator(".case-head .deadline").first.click()
    expect(agent.locator("#dialog")).to_be_visible()
    look("a promise explained", agent)
    agent.keyboard.press("Escape")
    agent.keyboard.press("Control+Shift+H")
    expect(agent.locator(".callbar")).to_have_attribute("data-state", "held", timeout=PATIENCE)
    look("on hold", agent)
    agent.keyboard.press("?")
    expect(agent.locator("dialog[open]")).to_be_visible()
    look("keys", agent)
    agent.keyboard.press("Escape")


def look_at_the_board(board: Page, tongue: Tongue, look) -> None:
    row = board.locator("#waiting tbody tr", has_text=tongue.visitor).first
    expect(row).to_be_visible(timeout=PATIENCE)
    look("supervision", board)
    for number, name in enumerate(("assign", "move", "cancel")):
        row.locator("a[data-dialog]").nth(number).click()
        expect(board.locator("#dialog")).to_be_visible()
        look(f"supervision, {name}", board)
        board.keyboard.press("Escape")
        expect(board.locator("#dialog")).to_be_hidden()


def is_as_wide_as_its_window(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")
