"""A call from the first ring to the last note, as the caller and the agent see it at the same time."""

from browser_people import PATIENCE, People, press, sign_in, wrap_up
from chromium import needs_chromium
from playwright.sync_api import Page, expect

pytestmark = needs_chromium

SOFIA = "+14155550101"


def test_an_agent_takes_a_call_talks_holds_and_writes_down_what_it_was_about(people: People) -> None:
    agent = people.page("/console")
    sign_in(agent, "leo", people.product.password("leo"))
    people.go_on_duty(agent)
    expect(agent.locator("#presence")).to_contain_text("Available")
    caller = people.caller(SOFIA)
    press(caller, "1", after="For English, press 1")
    press(caller, "3", after="For billing, press 3")
    rings_with_who_and_why(agent)
    assert people.faults(agent) == []
    agent.keyboard.press("Control+Shift+A")
    both_hear_each_other(agent, caller)
    assert people.faults(agent) == []
    assert people.faults(caller) == []
    waits_on_hold_and_comes_back(agent, caller)
    agent.locator(".callbar").get_by_role("button", name="Hang up").click()
    expect(caller.locator("#phone")).to_have_attribute("data-stage", "idle", timeout=PATIENCE)
    expect(caller.locator("#state")).to_have_text("Call ended")
    is_wrapped_up(agent, people)
    the_story_tells_it_all(agent)


def test_an_open_console_keeps_telling_that_its_agent_is_there(people: People) -> None:
    agent = people.page("/console", login="leo")
    agent.goto("about:blank")
    with agent.expect_websocket() as opened:
        agent.goto("/console")
    expect(agent.locator("#case")).to_contain_text("You are offline")
    people.go_on_duty(agent)
    expect(agent.locator("#case")).to_contain_text("No case is open")
    expect(agent.locator("#case").get_by_text("You are offline")).to_be_hidden()
    opened.value.wait_for_event("framesent", lambda frame: "presence.heartbeat" in str(frame), timeout=PATIENCE)


def rings_with_who_and_why(agent: Page) -> None:
    ring = agent.locator(".ring")
    expect(ring).to_be_visible(timeout=PATIENCE)
    for fact in ("Sofia Carter", "Billing", "Why you", "Waited", "English"):
        expect(ring).to_contain_text(fact)
    expect(ring.locator(".ring__why")).to_contain_text("Billing and payment 9")


def both_hear_each_other(agent: Page, caller: Page) -> None:
    expect(agent.locator(".callbar")).to_have_attribute("data-state", "connected", timeout=PATIENCE)
    expect(caller.locator("#state")).to_have_text("Talking with a person", timeout=PATIENCE)
    expect(agent.locator("#story-scroll .story__piece").last).to_be_in_viewport()
    caller.fill("#speech", "I was charged twice for one lamp.")
    caller.keyboard.press("Enter")
    expect(agent.locator(".softphone__captions")).to_contain_text("I was charged twice for one lamp.")
    agent.keyboard.press("Control+Shift+Y")
    agent.keyboard.type("I see both charges; one of them will go back.")
    agent.keyboard.press("Enter")
    expect(caller.locator(".caption--agent")).to_contain_text("I see both charges; one of them will go back.")


def waits_on_hold_and_comes_back(agent: Page, caller: Page) -> None:
    agent.locator(".callbar").get_by_role("button", name="Hold").click()
    expect(agent.locator(".callbar")).to_have_attribute("data-state", "held", timeout=PATIENCE)
    expect(caller.locator("#state")).to_have_text("On hold")
    expect(agent.locator(".callbar").get_by_role("button", name="Resume")).to_be_focused()
    agent.keyboard.press("Control+Shift+H")
    expect(agent.locator(".callbar")).to_have_attribute("data-state", "connected", timeout=PATIENCE)
    expect(caller.locator("#state")).to_have_text("Talking with a person")


def is_wrapped_up(agent: Page, people: People) -> None:
    expect(agent.locator(".wrapup")).to_be_visible(timeout=PATIENCE)
    assert people.faults(agent) == []
    wrap_up(agent, "Solved", "The second charge is a reservation that the bank drops.")
    expect(agent.locator("#panel-wrap-up")).to_contain_text("Nothing to wrap up here")


def the_story_tells_it_all(agent: Page) -> None:
    story = agent.locator("#story-scroll")
    for line in (
        "English › Billing",
        "Offered to Leo Park",
        "Leo Park took the call after",
        "Call ended after",
        "Wrap-up: Solved",
        "The second charge is a reservation that the bank drops.",
    ):
        expect(story).to_contain_text(line)
