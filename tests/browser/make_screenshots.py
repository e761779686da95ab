"""The maintainer's script that fills docs/screenshots with the real pages of a running product, calls and all."""

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from browser_people import PATIENCE, People, launched, press
from browser_product import running
from playwright.sync_api import expect, sync_playwright

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
IRIS = "+14155550105"


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as var, running(Path(var)) as product, sync_playwright() as playwright:
        with launched(playwright) as browser:
            take(People(browser, product))


def take(people: People) -> None:
    board = people.page("/supervisor", login="eva")
    agent = people.agent("ana")
    caller = people.caller(IRIS)
    press(caller, "1", after="For English, press 1")
    press(caller, "3", after="For billing, press 3")
    agent.get_by_role("button", name="Accept").first.click(timeout=PATIENCE)
    agent.locator("#softphone input, #softphone textarea").first.wait_for(timeout=PATIENCE)
    people.visitor("Nora Vale", "returns", "The jacket is too small. Can I send it back?")
    people.visitor("Tom Fell", "orders", "Where is order 12345678?")
    waiting = people.caller("+14155550111")
    press(waiting, "1", after="For English, press 1")
    press(waiting, "2", after="For returns, press 2")
    expect(board.locator("#team tbody tr", has_text="Ana Lim")).to_contain_text("In conversation", timeout=PATIENCE)
    for name, page in (("console", agent), ("supervisor", board), ("phone", caller)):
        page.screenshot(path=str(FOLDER / f"{name}.png"))


if __name__ == "__main__":
    main()
