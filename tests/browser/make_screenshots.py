"""The maintainer's script that fills docs/screenshots with the pages of a running product in the middle of a working day.

python tests/browser/make_screenshots.py [language] [width] [height] [folder]
"""

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from browser_people import DESK, PATIENCE, People, end_chat, press, window, wrap_up
from browser_product import ROOT, running
from chromium import launched
from playwright.sync_api import Page, expect, sync_playwright

FOLDER = ROOT / "docs" / "screenshots"
SOFIA, NADIA, MILO = "+14155550101", "+14155550111", "+14155550107"
TAKES_A_WHILE = 120_000


@dataclass(frozen=True)
class Scene:
    """Everybody who is on the screen at the end."""

    board: Page
    console: Page
    phone: Page
    shop: Page


def main(language: str = "en", width: str = "", height: str = "", folder: str = "") -> None:
    size = (int(width or DESK[0]), int(height or DESK[1]))
    with tempfile.TemporaryDirectory() as var, running(Path(var)) as product:
        with sync_playwright() as playwright, launched(playwright) as browser:
            people = People(browser, product)
            take(played(people, language, size), Path(folder) if folder else FOLDER)
            people.leave()


def played(people: People, language: str, size: tuple[int, int]) -> Scene:
    """A call is in progress, a chat as well; four wait, in two queues longer than promised."""
    board = people.page("/supervisor", language, size, login="eva")
    shop = a_chat_goes_on(people, language, size)
    console = people.agent("ana", language, size)
    an_earlier_case(people, console)
    phone = a_call_goes_on(people, console, language, size)
    for_returns = people.caller(NADIA)
    press(for_returns, "1", after="For English")
    press(for_returns, "2", after="For returns")
    people.visitor("Tess Aldana", "", "Do you also deliver on Saturdays?")
    for_orders = people.caller(MILO)
    press(for_orders, "1", after="For English")
    press(for_orders, "1", after="To ask about an order")
    press(for_orders, "0#", after="order number")
    expect(board.locator(".tile--warn")).to_have_count(2, timeout=TAKES_A_WHILE)
    return Scene(board, console, phone, shop)


def a_chat_goes_on(people: People, language: str, size: tuple[int, int]) -> Page:
    agent = people.agent("joy", language)
    shop = people.visitor("Nora Vale", "returns", "The jacket is too small. Can I send it back?", language, size=size)
    expect(agent.locator(".ring")).to_be_visible(timeout=PATIENCE)
    agent.keyboard.press("Control+Shift+A")
    agent.fill("#reply-body", "Of course. You have 30 days; the label is in your mailbox in a minute.")
    agent.keyboard.press("Control+Enter")
    expect(window(shop).locator(".said:not(.said--mine)")).to_be_visible(timeout=PATIENCE)
    window(shop).locator("#text").fill("That was quick, thank you! Does the refund go to my card?")
    window(shop).locator("#write button").click()
    expect(window(shop).locator(".said--mine[data-state=stored]")).to_have_count(2, timeout=PATIENCE)
    agent.click("#presence summary")
    agent.click("#presence form:has(input[value=lunch]) button")
    expect(agent.locator("#presence")).to_have_attribute("data-chosen", "aux")
    return shop


def an_earlier_case(people: People, console: Page) -> None:
    shop = people.visitor(
        "Elias Brandt", "orders", "Can the parcel go to my office instead?", email="elias@example.net"
    )
    expect(console.locator(".ring")).to_be_visible(timeout=PATIENCE)
    console.keyboard.press("Control+Shift+A")
    console.fill("#reply-body", "Yes, as long as it has not left. Which address?")
    console.keyboard.press("Control+Enter")
    expect(window(shop).locator(".said:not(.said--mine)")).to_be_visible(timeout=PATIENCE)
    end_chat(shop)
    console.locator("#next-status").select_option("pending", timeout=PATIENCE)
    wrap_up(console, console.locator(".choice").nth(1).inner_text())


def a_call_goes_on(people: People, console: Page, language: str, size: tuple[int, int]) -> Page:
    phone = people.caller(SOFIA, language, size)
    press(phone, "1", after="For English")
    press(phone, "3", after="For billing")
    expect(console.locator(".ring")).to_be_visible(timeout=PATIENCE)
    console.keyboard.press("Control+Shift+A")
    expect(console.locator(".callbar")).to_have_attribute("data-state", "connected", timeout=PATIENCE)
    for who, page, text in (
        ("caller", phone, "I was charged twice for one lamp."),
        ("agent", console, "I see both charges. One is a reservation that your bank drops by itself."),
        ("caller", phone, "By when will it be gone?"),
    ):
        field = "#speech" if who == "caller" else ".softphone__say .input"
        page.fill(field, text)
        page.press(field, "Enter")
        other = phone if page is console else console
        expect(other.get_by_text(text)).to_be_visible(timeout=PATIENCE)
    return phone


def take(scene: Scene, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    pages = {"supervisor": scene.board, "console": scene.console, "phone": scene.phone, "chat": scene.shop}
    for name, page in pages.items():
        path = folder / f"{name}.png"
        page.mouse.move(0, 0)
        page.screenshot(path=path)
        print(f"{path}: {path.stat().st_size // 1024} kB")


if __name__ == "__main__":
    main(*sys.argv[1:])
