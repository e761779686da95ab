"""The people of a browser test: each with a browser context of their own, what they do, and what it complained about."""

import math
import re
import time
from dataclasses import dataclass, field
from pathlib import Path

from browser_product import Product
from chromium import PATIENCE
from playwright.sync_api import Browser, ConsoleMessage, Frame, FrameLocator, Locator, Page, expect

AXE = (Path(__file__).parent / "vendor" / "axe" / "axe.min.js").read_text(encoding="utf-8")
DESK = (1440, 900)
PHONE = (390, 844)
STAYS_SIGNED_IN = 20 * 60
"""Seconds; whoever does nothing for half an hour is signed out."""


@dataclass
class People:
    """Everybody in one test. What any of their pages complains about is kept in `complaints`."""

    browser: Browser
    product: Product
    complaints: list[str] = field(default_factory=list)
    # A pull that a busy machine answers too late is given up and made again; htmx tells of it aloud.
    allowed: list[str] = field(default_factory=lambda: ["htmx:afterRequest", "htmx:sendAbort"])
    """Parts of complaints that a test brings about on purpose."""
    _pages: list[Page] = field(default_factory=list)
    _on_duty: list[Page] = field(default_factory=list)
    _on_the_phone: list[Page] = field(default_factory=list)
    _in_a_chat: list[Page] = field(default_factory=list)

    def page(self, path: str, language: str = "en", size: tuple[int, int] = DESK, login: str = "") -> Page:
        """Somebody opens a page in a browser of their own; with a login, they are signed in already."""
        context = self.browser.new_context(
            base_url=self.product.url,
            viewport={"width": size[0], "height": size[1]},
            reduced_motion="reduce",
            storage_state=self._signed_in(login) if login else None,
        )
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        self._listen(page)
        self._pages.append(page)
        page.goto(f"{path}{'&' if '?' in path else '?'}lang={language}")
        return page

    def _listen(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("console", lambda said: self.complaints.append(said.text) if is_complaint(said) else None)

    def _signed_in(self, login: str) -> dict:
        """The cookies of somebody who has gone through the sign-in page, not so long ago that they were signed out since."""
        known_since, cookies = self.product.signed_in.get(login, (-math.inf, {}))
        if time.monotonic() - known_since > STAYS_SIGNED_IN:
            page = self.page("/sign-in")
            sign_in(page, login, self.product.password(login))
            cookies = page.context.storage_state()
            self.product.signed_in[login] = time.monotonic(), cookies
        return cookies

    def agent(self, login: str, language: str = "en", size: tuple[int, int] = DESK) -> Page:
        """An agent in the console, on duty."""
        page = self.page("/console", language, size, login)
        self.go_on_duty(page)
        return page

    def go_on_duty(self, page: Page) -> None:
        self._on_duty.append(page)
        choose_presence(page, "available")

    def caller(self, number: str, language: str = "en", size: tuple[int, int] = DESK) -> Page:
        """Somebody whose phone is calling the first of our numbers."""
        page = self.page("/phone", language, size)
        self._on_the_phone.append(page)
        page.select_option("#from", "other")
        page.fill("#number", number)
        page.click("#setup button[type=submit]")
        expect(page.locator("#phone")).to_have_attribute("data-stage", "call")
        return page

    def visitor(
        self, name: str, topic: str, text: str, language: str = "en", email: str = "", size: tuple[int, int] = DESK
    ) -> Page:
        """Somebody in the shop who has opened a chat."""
        page = self.page("/chat", language, size)
        self.chats(page, name, topic, text, email)
        return page

    def chats(self, page: Page, name: str, topic: str, text: str, email: str = "") -> None:
        """Open the chat window of this page and send the first message."""
        self._in_a_chat.append(page)
        chat_button(page).click()
        chat = window(page)
        for field_id, value in (("name", name), ("email", email), ("first", text)):
            chat.locator(f"#{field_id}").fill(value)
        chat.locator("#topic").select_option(topic)
        chat.locator("#begin button[type=submit]").click()
        expect(said_by_visitor(page, text)).to_have_attribute("data-state", "stored", timeout=PATIENCE)

    def leave(self) -> None:
        """Everybody hangs up and goes home, so that the next test finds nobody at work."""
        try:
            self._finish()
        finally:
            for page in self._pages:
                page.context.close()

    def _finish(self) -> None:
        for page in self._on_the_phone:
            if page.locator("#hang-up").is_visible():
                page.click("#hang-up")
                expect(page.locator("#phone")).to_have_attribute("data-stage", "idle")
        for page in self._in_a_chat:
            if window(page).locator("#leave").is_visible():
                end_chat(page)
        for page in self._on_duty:
            close_dialog(page)
            choose_presence(page, "offline")

    def unexpected(self) -> list[str]:
        return [text for text in self.complaints if not any(part in text for part in self.allowed)]

    def faults(self, page: Page) -> list[str]:
        """What axe finds serious or critical in this page as it stands now, in light and in dark."""
        found = []
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            for frame in filter(runs_scripts, page.frames):
                frame.evaluate(AXE)
                violations = frame.evaluate("axe.run({preload: false, iframes: false}).then((all) => all.violations)")
                found += [f"{scheme}, {told(one)}" for one in violations if one["impact"] in {"serious", "critical"}]
        page.emulate_media(color_scheme="light")
        return found


def runs_scripts(frame: Frame) -> bool:
    """A mail's own HTML stands in a frame that may run nothing: axe would never come back from there."""
    return frame.parent_frame is None or frame.frame_element().get_attribute("sandbox") is None


def is_complaint(said: ConsoleMessage) -> bool:
    """An error, unless axe caused it: while it measures it writes inline styles, which our content policy refuses aloud.

    axe is put into the page from outside, so that it has no address; whatever is the product's has one.
    """
    by_axe = "Content Security Policy" in said.text and not said.location["url"]
    return said.type == "error" and not by_axe


def told(fault: dict) -> str:
    return f"{fault['id']}: {[node['html'][:160] for node in fault['nodes'][:4]]}"


def sign_in(page: Page, login: str, password: str) -> None:
    page.fill("#login", login)
    page.fill("#password", password)
    page.click("main button")
    page.wait_for_url(re.compile("/(console|supervisor|admin)"))


def choose_presence(page: Page, chosen: str) -> None:
    """By the menu at the top of the console; done once the server says so."""
    page.click("#presence summary")
    with page.expect_response(lambda answer: answer.request.method == "POST" and "/presence" in answer.url):
        page.click(f"#presence form:has(input[name=presence][value={chosen}]) button")
    expect(page.locator("#presence")).to_have_attribute("data-chosen", chosen, timeout=PATIENCE)


def close_dialog(page: Page) -> None:
    if page.locator("dialog[open]").count():
        page.keyboard.press("Escape")


def press(page: Page, keys: str, after: str) -> None:
    """Press keys of the telephone once these words have been heard."""
    heard = page.locator("#captions .caption--system", has_text=after)
    expect(heard.last).to_be_visible(timeout=PATIENCE)
    for key in keys:
        page.click(f'[data-digit="{key}"]')


def chat_button(page: Page) -> Locator:
    return page.locator("[data-contactcenter-chat] button").first


def window(page: Page) -> FrameLocator:
    return page.frame_locator("[data-contactcenter-chat] iframe")


def said_by_visitor(page: Page, text: str) -> Locator:
    return window(page).locator(".said--mine", has_text=text)


def end_chat(page: Page) -> None:
    """By the visitor, who is asked whether they mean it."""
    window(page).locator("#leave").click()
    window(page).locator("#ask-leave button[value=leave]").click()
    expect(window(page).locator("#over")).to_be_visible(timeout=PATIENCE)


def wrap_up(page: Page, disposition: str, summary: str = "") -> None:
    """Write down what it was about; the form came by itself when the conversation ended."""
    form = page.locator(".wrapup")
    complete = form.locator(".form__foot button")
    expect(complete).to_be_enabled(timeout=PATIENCE)
    form.get_by_label(disposition, exact=True).check()
    form.locator("#summary").fill(summary)
    complete.click()
    expect(form).to_have_count(0, timeout=PATIENCE)
