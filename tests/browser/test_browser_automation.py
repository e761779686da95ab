"""An administrator changes a rule and tries it on the past; a mail sets it off, an agent is told and sees to it, live."""

import pytest
from browser_people import DESK, PATIENCE, PHONE, People, wrap_up
from browser_words import english_left
from chromium import needs_chromium
from playwright.sync_api import Page, expect
from test_browser_menus import discard_what_is_left, is_saved, replace

pytestmark = needs_chromium
EDITOR = "/admin/automation/service"
RULE = """
- name: fragile
  trigger: customer_wrote
  when:
  - message.text has "porcelain"
  then:
  - tag: [fragile]
  - escalate: late-promise
"""


def test_a_rule_is_written_tried_published_set_off_and_taken_back(people: People) -> None:
    people.allowed.append("Failed to load resource")  # a page that is left while it asks
    admin = people.page("/admin/automation", login="admin")
    assert people.faults(admin) == []
    admin.click("text=service")
    publish_the_rule(people, admin)
    agent = people.agent("ana")
    mail = people.page("/mail")
    for field, value in (
        ("#from", "rosa.lind@example.org"),
        ("#subject", "A cup"),
        ("#text", "The porcelain is broken."),
    ):
        mail.fill(field, value)
    mail.click("#write button[type=submit]")
    expect(agent.locator(".ring")).to_be_visible(timeout=PATIENCE)
    agent.keyboard.press("Control+Shift+A")
    an_agent_is_told_and_sees_to_it(people, agent)
    the_log_tells_it(people, admin)
    agent.get_by_role("button", name="Finish", exact=True).first.click()
    wrap_up(agent, "Solved")
    take_it_back(admin)


def publish_the_rule(people: People, admin: Page) -> None:
    text = admin.locator("#text")
    text.fill(text.input_value() + RULE.replace("escalate", "escalade"))
    finding = admin.locator(".finding--error", has_text="There is no action “escalade”")
    expect(finding).to_be_visible(timeout=PATIENCE)
    assert people.faults(admin) == []
    replace(admin, "escalade", "escalate")
    expect(admin.locator("#findings")).to_contain_text("Nothing found.", timeout=PATIENCE)
    is_saved(admin)
    admin.click("#dry-run")
    expect(admin.locator("#dialog")).to_contain_text("Nothing was changed.", timeout=PATIENCE)
    assert people.faults(admin) == []
    admin.keyboard.press("Escape")
    admin.click("#publish")
    expect(admin.locator("#dialog .difference")).to_contain_text("porcelain", timeout=PATIENCE)
    assert people.faults(admin) == []
    admin.fill("#reason", "Cups break.")
    admin.click("#dialog button[type=submit]")
    expect(admin.locator(".banner--good")).to_contain_text("is published", timeout=PATIENCE)


def an_agent_is_told_and_sees_to_it(people: People, agent: Page) -> None:
    head = agent.locator(".case-head")
    expect(head).to_contain_text("fragile", timeout=PATIENCE)
    expect(head).to_contain_text("A promise is broken", timeout=PATIENCE)
    expect(agent.locator("#story-scroll")).to_contain_text("service/fragile added the tags fragile")
    bell = agent.locator("#notices")
    expect(bell.locator("summary")).to_contain_text("notice", timeout=PATIENCE)
    bell.locator("summary").press("Enter")
    number = agent.url.rpartition("/")[2]  # other customers may wait as well
    notice = bell.locator(".notice", has_text="A customer waits longer than we promised.").filter(
        has=agent.get_by_role("link", name=f"#{number}", exact=True)
    )
    expect(notice).to_be_visible()
    assert people.faults(agent) == []
    notice.get_by_role("button", name="I see to it").press("Enter")
    expect(notice).to_have_count(0, timeout=PATIENCE)
    expect(agent.locator(".case-head__escalation")).to_have_count(0, timeout=PATIENCE)
    expect(agent.locator("#story-scroll")).to_contain_text("Ana Lim sees to it", timeout=PATIENCE)


def the_log_tells_it(people: People, admin: Page) -> None:
    admin.goto("/admin/automation/log?rule=service/fragile")
    row = admin.locator("tbody tr").first
    expect(row).to_contain_text("Acted")
    expect(row).to_contain_text("tag fragile")
    assert people.faults(admin) == []


def take_it_back(admin: Page) -> None:
    admin.goto(f"{EDITOR}/versions")
    admin.locator("tbody tr").nth(1).get_by_role("link", name="Roll back").click()
    admin.click("#dialog button[type=submit]")
    expect(admin.locator("tbody tr").first).to_contain_text("Rolled back to version", timeout=PATIENCE)


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant"])
def test_the_pages_of_rules_speak_the_readers_language_and_fit_a_phone(people: People, language: str) -> None:
    for size in (DESK, PHONE):
        page = people.page(EDITOR, language, size, login="admin")
        for path in ("/admin/automation", EDITOR, "/admin/automation/log", f"{EDITOR}/versions"):
            page.goto(path)
            assert english_left(page, people.product, "service", "config", "automation") == [], path
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    page.goto(EDITOR)
    discard_what_is_left(page)
