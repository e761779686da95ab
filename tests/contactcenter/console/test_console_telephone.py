"""The agent's telephone on a real network, in a real browser: the provider's library is played, all of ours is real."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from chromium import needs_chromium
from console_world import served
from house import House
from playwright.sync_api import Browser, BrowserContext, Page, expect

from contactcenter.app import create_app
from contactcenter.composition import compose

pytestmark = needs_chromium
LIBRARY = """
class Emitter {
  constructor() { this.heard = {}; }
  on(name, listener) { (this.heard[name] ??= []).push(listener); return this; }
  emit(name, ...values) { for (const listener of this.heard[name] ?? []) listener(...values); }
}
class Call extends Emitter {
  accept() { this.accepted = true; this.emit("accept", this); }
  mute(wanted) { this.muted = wanted; this.emit("mute", wanted, this); }
  isMuted() { return Boolean(this.muted); }
}
class Device extends Emitter {
  constructor(token, options) {
    super();
    this.token = token; this.options = options; this.state = "unregistered";
    this.audio = { incoming() {}, disconnect() {} };
    globalThis.device = this; globalThis.devices = (globalThis.devices ?? 0) + 1;
  }
  async register() { this.state = "registered"; this.emit("registered"); }
  updateToken(token) { this.token = token; }
  destroy() { this.state = "destroyed"; this.emit("destroyed"); }
  rings() { globalThis.call = new Call(); this.emit("incoming", globalThis.call); }
}
globalThis.Twilio = { Device };
"""


@pytest.fixture
def context(house: House, chromium: Browser) -> Iterator[BrowserContext]:
    """Ana's browser, with a microphone, at a house that is connected to a real network."""
    keys = {"twilio_api_key_sid": "SK" + "2" * 32, "twilio_api_key_secret": "a secret of this key, and long enough"}
    with ExitStack() as stack:
        parts = compose(house.parts.settings.model_copy(update={"carrier": "", **keys}))
        stack.callback(parts.close)
        app, _sockets = create_app(parts)
        url = stack.enter_context(served(app))
        context = stack.enter_context(chromium.new_context(base_url=url, viewport={"width": 1440, "height": 900}))
        context.grant_permissions(["microphone"])
        context.route("**/twilio.min.js", lambda route: route.fulfill(body=LIBRARY, content_type="text/javascript"))
        yield context


def console(context: BrowserContext, presence: str = "available") -> Page:
    page = context.new_page()
    page.goto("/console")
    if "/sign-in" in page.url:
        page.fill("#login", "ana")
        page.fill("#password", "ana-demo")
        page.click("form .button--main")
    choose(page, presence)
    return page


def choose(page: Page, presence: str) -> None:
    page.click("#presence summary")
    page.click(f"#presence form:has(input[name=presence][value={presence}]) button")
    expect(page.locator("#presence")).to_have_attribute("data-chosen", presence)


def state(page: Page, name: str) -> None:
    expect(page.locator("#telephone")).to_have_attribute("data-state", name)


def test_what_was_accepted_is_answered_by_itself_and_can_be_muted(context: BrowserContext) -> None:
    page = console(context)
    state(page, "ready")
    assert page.evaluate("device.token").count(".") == 2, "a signed token of ours"
    mute = page.locator("[data-mutes]")
    expect(mute).to_be_hidden()
    page.evaluate("device.rings()")
    state(page, "talking")
    assert page.evaluate("call.accepted")
    mute.click()
    expect(mute).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("call.muted")
    page.keyboard.press("Control+Shift+M")
    expect(mute).to_have_attribute("aria-pressed", "false")
    page.evaluate("call.emit('disconnect', call)")
    state(page, "ready")
    expect(mute).to_be_hidden()


def test_one_tab_is_the_telephone_and_the_next_takes_over(context: BrowserContext) -> None:
    first = console(context)
    state(first, "ready")
    second = console(context)
    state(second, "elsewhere")
    assert second.evaluate("globalThis.devices") is None
    first.close()
    state(second, "ready")


def test_going_off_duty_puts_the_telephone_away_but_never_during_a_call(context: BrowserContext) -> None:
    page = console(context)
    state(page, "ready")
    page.evaluate("device.rings()")
    state(page, "talking")
    choose(page, "offline")
    assert page.evaluate("device.state") == "registered"
    page.evaluate("call.emit('disconnect', call)")
    state(page, "off")
    assert page.evaluate("device.state") == "destroyed"


def test_without_a_microphone_the_agent_is_told_before_a_caller_is_there(context: BrowserContext) -> None:
    context.clear_permissions()
    context.add_init_script(
        "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('No.', 'NotAllowedError'))"
    )
    page = console(context)
    state(page, "microphone")
    expect(page.locator(".telephone__state")).to_contain_text("microphone")
    assert page.evaluate("globalThis.devices") is None


def test_a_lost_network_is_said_and_the_telephone_registers_again(context: BrowserContext) -> None:
    page = console(context)
    state(page, "ready")
    page.evaluate("device.state = 'unregistered'; device.emit('unregistered')")
    state(page, "lost")
    expect(page.locator("#telephone")).to_have_attribute("data-state", "ready", timeout=20_000)


def test_the_providers_own_library_runs_under_our_content_policy(context: BrowserContext) -> None:
    context.unroute("**/twilio.min.js")
    complaints: list[str] = []
    context.route("https://**", lambda route: route.abort())
    context.route_web_socket("wss://**", lambda socket: socket.close())
    context.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
    page = console(context)
    expect(page.locator("#telephone")).to_have_attribute("data-state", "lost", timeout=30_000)
    assert page.evaluate("Twilio.Device.isSupported") is True
    assert complaints == []
