"""A promise seen by an agent: running, in danger, broken, standing still and kept, each in word, icon and colour, without a reload."""

import pytest
from browser_people import PATIENCE, People, wrap_up
from chromium import needs_chromium
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import delete, insert, update

from contactcenter.foundation import clock
from contactcenter.foundation.db import Database
from contactcenter.models import Customer, Identity, SlaPolicy
from contactcenter.settings import Settings
from contactcenter.startup import of_running

pytestmark = needs_chromium

SENDER = "promise.keeper@example.org"
TIER = "in-a-hurry"
SECONDS = 40


@pytest.fixture
def in_a_hurry(people: People):
    """Somebody whose first answer is promised within seconds, by a tier that nobody else has."""
    db = Database(of_running(Settings(var=people.product.var)).database_url)
    promised = {"first_response": SECONDS, "resolution": 3600}
    with db.transaction() as session:
        values = {"calendar": "always", "targets": promised, "warnings": ["50%"], "priority": 2}
        session.execute(insert(SlaPolicy).values(tier=TIER, titles={"en": "In a hurry"}, **values))
        now = clock.now(session)
        made = insert(Customer).values(name="Vera Quick", tier=TIER, facts={}, created_at=now)
        customer = session.scalars(made.returning(Customer.id)).one()
        known = {"kind": "email", "value": SENDER, "proof": "imported", "created_at": now}
        session.execute(insert(Identity).values(customer_id=customer, **known))
    yield
    with db.transaction() as session:
        session.execute(update(Customer).where(Customer.tier == TIER).values(tier="standard"))
        session.execute(delete(SlaPolicy).where(SlaPolicy.tier == TIER))
    db.dispose()


def badge(page: Page, label: str) -> Locator:
    return page.locator(".case .deadline", has_text=label)


def stands(page: Page, label: str, state: str, word: str) -> tuple[str, str]:
    """The badge is in this state, says so, and shows this state's icon alone; its colour and icon."""
    one = badge(page, label)
    expect(one).to_have_attribute("data-state", state, timeout=PATIENCE + 1000 * SECONDS)
    expect(one).to_contain_text(word)
    shown = one.locator("svg:visible")
    expect(shown).to_have_count(1)
    return one.evaluate("(badge) => getComputedStyle(badge).color"), shown.locator("use").get_attribute("href")


@pytest.mark.usefixtures("in_a_hurry")
def test_an_agent_sees_each_state_of_a_promise_come_by_itself_and_opens_its_working_by_keyboard(people: People) -> None:
    people.allowed += ["ERR_INTERNET_DISCONNECTED", "htmx:sendError"]  # it goes offline on purpose
    agent = people.agent("ana")
    mail = people.page("/mail")
    mail.fill("#from", SENDER)
    mail.fill("#subject", "Where is it?")
    mail.fill("#text", "I wait for my order.")
    mail.click("#write button[type=submit]")
    expect(agent.locator(".ring")).to_be_visible(timeout=PATIENCE)
    agent.keyboard.press("Control+Shift+A")
    expect(badge(agent, "First response")).to_be_visible(timeout=PATIENCE)
    agent.evaluate("window.neverLoadedAgain = true")
    looks = {"running": stands(agent, "First response", "running", "Due in")}
    looks["warning"] = stands(agent, "First response", "warning", "Due soon")
    opens_its_working_by_keyboard(agent)
    looks["breached"] = stands(agent, "First response", "breached", "Overdue")
    comes_back_to_the_same_state(agent)
    agent.click("#tab-case")
    agent.click("form:has(input[name=status][value=pending]) button")
    looks["paused"] = stands(agent, "Resolution", "paused", "Waiting for customer")
    agent.locator("form:has(input[name=status][value=resolved]) button").first.click()
    looks["met"] = stands(agent, "Resolution", "met", "Met")
    assert len({colour for colour, _ in looks.values()}) == 5, looks
    assert len({icon for _, icon in looks.values()}) == 4, (
        "running and in danger are both a clock, in other words and colours"
    )
    assert people.faults(agent) == []
    assert agent.evaluate("window.neverLoadedAgain")
    agent.get_by_role(
        "button", name="Finish", exact=True
    ).first.click()  # or the mail would go on to fill this agent's hands
    wrap_up(agent, "Solved")


def opens_its_working_by_keyboard(agent: Page) -> None:
    one = badge(agent, "First response")
    one.focus()
    agent.keyboard.press("Enter")
    dialog = agent.locator("dialog[open]")
    expect(dialog).to_contain_text("Promised to In a hurry customers", timeout=PATIENCE)
    expect(dialog).to_contain_text("Open, counted")
    expect(dialog).to_contain_text("Still to come")
    agent.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(one).to_be_focused()


def comes_back_to_the_same_state(agent: Page) -> None:
    agent.context.set_offline(True)
    agent.wait_for_function("navigator.onLine === false")
    agent.context.set_offline(False)
    expect(agent.locator("#connection")).to_have_attribute("data-connection", "live", timeout=PATIENCE)
    stands(agent, "First response", "breached", "Overdue")
