"""A manager changes a phone menu: sees a mistake, mends it, tries it, publishes, hears it, and takes it back."""

import re

import pytest
from browser_people import DESK, PATIENCE, PHONE, People, press
from browser_words import english_left
from chromium import needs_chromium
from playwright.sync_api import BrowserContext, Page, expect

pytestmark = needs_chromium
EDITOR = "/admin/menus/main-line"
OLD, NEW = "Welcome to Yunfan Store.", "Welcome to the new Yunfan Store."
SIGNED_OUT = ("401", "400", "Failed to load resource")
SELECT = """(field, words) => {
  const at = field.value.indexOf(words);
  field.focus();
  field.setSelectionRange(at, at + words.length);
  return at;
}"""


def replace(page: Page, old: str, new: str) -> None:
    """Select the first place where this stands in the text, and type over it."""
    assert page.locator("#text").evaluate(SELECT, old) >= 0, old
    page.keyboard.type(new)


def is_saved(page: Page) -> None:
    expect(page.locator("#saved")).to_have_attribute("data-state", "saved", timeout=PATIENCE)


def hears(page: Page, words: str) -> None:
    expect(page.locator("#captions .caption--system", has_text=words).first).to_be_visible(timeout=PATIENCE)


def new_callers_hear(people: People, words: str) -> None:
    """Within seconds of publishing every process knows it; until then a caller may hear the version before."""
    for number in range(20, 26):
        page = people.caller(f"+141555502{number}")
        press(page, "1", after="For English")
        hears(page, "Yunfan Store.")
        found = page.locator("#captions .caption--system", has_text=words).count()
        page.click("#hang-up")
        expect(page.locator("#phone")).to_have_attribute("data-stage", "idle", timeout=PATIENCE)
        if found:
            return
    raise AssertionError(f"six callers did not hear {words!r}")


def discard_what_is_left(page: Page) -> None:
    if page.locator("#discard").is_visible():
        page.click("#discard")
        page.click("#dialog button[type=submit]")
        expect(page.locator("#discard")).to_be_hidden()


def test_a_mistake_is_seen_mended_tried_published_heard_and_taken_back(people: People) -> None:
    page = people.page("/admin/menus", login="admin")
    assert people.faults(page) == []
    page.click("text=main-line")
    expect(page.locator("#picture")).to_be_visible(timeout=PATIENCE)
    in_progress = people.caller("+14155550210")
    watching = people.page(EDITOR, login="eva")
    before = watching.locator("#standing .chip").inner_text()
    see_the_mistake_and_mend_it(people, page)
    try_it(people, page)
    publish_it(people, page)
    expect(watching.locator("#standing .chip")).not_to_have_text(before, timeout=PATIENCE)
    press(in_progress, "1", after="For English")
    hears(in_progress, OLD)
    new_callers_hear(people, NEW)
    roll_back(people, page)
    new_callers_hear(people, OLD)


def see_the_mistake_and_mend_it(people: People, page: Page) -> None:
    replace(page, "then: who_is_calling", "then: nobody")
    finding = page.locator(".finding--error", has_text="nobody").first
    expect(finding).to_be_visible(timeout=PATIENCE)
    assert people.faults(page) == []
    finding.click()
    line = int(finding.get_attribute("data-line") or 0)
    expect(page.locator(f"#numbers > span:nth-child({line})")).to_have_attribute("data-kind", "error")
    selected = page.locator("#text").evaluate("field => field.value.slice(0, field.selectionStart).split('\\n').length")
    assert selected == line
    is_saved(page)
    page.click("#publish")
    expect(page.locator("#dialog")).to_contain_text("cannot be published")
    expect(page.locator("#dialog button[type=submit]")).to_have_count(0)
    page.keyboard.press("Escape")
    replace(page, "then: nobody", "then: who_is_calling")
    replace(page, OLD, NEW)
    expect(page.locator("#findings")).to_contain_text("Nothing found.", timeout=PATIENCE)


def try_it(people: People, page: Page) -> None:
    """Clicked at once: the trial waits for the text to be saved."""
    with page.context.expect_page() as opened:
        page.click("#try")
    trial = opened.value
    trial.set_default_timeout(PATIENCE)
    trial.wait_for_load_state()
    assert people.faults(trial) == []
    trial.select_option("#line", "nobody_logged_in")
    trial.click("#setup button[type=submit]")
    press(trial, "1", after="For English")
    hears(trial, NEW)
    press(trial, "3", after="For billing, press 3")
    hears(trial, "nobody is free")
    trial.click("#hang-up")
    expect(trial.locator("#phone")).to_have_attribute("data-stage", "idle")
    trial.close()


def publish_it(people: People, page: Page) -> None:
    page.click("#publish")
    dialog = page.locator("#dialog")
    expect(dialog).to_contain_text("Proven over all", timeout=PATIENCE)
    expect(dialog.locator(".difference__added")).to_contain_text(NEW)
    expect(dialog.locator(".difference__removed")).to_contain_text(OLD)
    assert people.faults(page) == []
    dialog.locator("#reason").fill("The shop has a new name.")
    dialog.locator("button[type=submit]").click()
    expect(page.locator(".banner--good")).to_contain_text("is published", timeout=PATIENCE)
    expect(page.locator("#discard")).to_be_hidden()


def roll_back(people: People, page: Page) -> None:
    page.click("text=History")
    newest = page.locator("tbody tr").first
    expect(newest).to_contain_text("The shop has a new name.")
    expect(page.locator(".difference__added", has_text=NEW)).to_have_count(1)
    assert people.faults(page) == []
    page.locator("tbody tr").nth(1).locator("a[data-dialog]").click()
    expect(page.locator("#dialog .difference__removed", has_text=NEW)).to_have_count(1)
    assert people.faults(page) == []
    page.locator("#dialog #reason").fill("The sign is not up yet.")
    page.click("#dialog button[type=submit]")
    expect(page.locator("tbody tr").first).to_contain_text("Rolled back to version", timeout=PATIENCE)


def test_text_survives_a_server_that_is_away_and_a_page_that_is_closed(people: People) -> None:
    people.allowed += ["Failed to load resource", "WebSocket", "ERR_INTERNET_DISCONNECTED"]
    page = people.page(EDITOR, login="admin")
    discard_what_is_left(page)
    page.context.set_offline(True)
    replace(page, OLD, "Good day.")
    expect(page.locator("#saved")).to_contain_text("kept in this browser", timeout=PATIENCE)
    expect(page.locator("#unchecked")).to_be_visible()
    page.context.set_offline(False)
    page.reload()
    expect(page.locator("#text")).to_have_value(re.compile("Good day\\."))
    is_saved(page)
    other = people.page(EDITOR, login="admin")
    expect(other.locator("#text")).to_have_value(re.compile("Good day\\."))
    discard_what_is_left(other)


def test_text_survives_a_session_that_has_ended(people: People) -> None:
    people.allowed += SIGNED_OUT
    page = people.page(EDITOR, login="admin")
    discard_what_is_left(page)
    cookies = page.context.cookies()
    page.context.clear_cookies()
    replace(page, OLD, "Good evening.")
    expect(page.locator("#saved")).to_contain_text("you are signed out", timeout=PATIENCE)
    sign_in_elsewhere(page.context, people.product.password("admin"))
    assert page.context.cookies() != cookies, "another session with another token"
    is_saved(page)
    discard_what_is_left(page)


def sign_in_elsewhere(context: BrowserContext, password: str) -> None:
    tab = context.new_page()
    tab.goto("/sign-in")
    tab.fill("#login", "admin")
    tab.fill("#password", password)
    tab.click("main button")
    tab.wait_for_url(re.compile("/(console|supervisor|admin)"))
    tab.close()


@pytest.mark.parametrize("kept", ["theirs", "mine"])
def test_of_two_who_write_at_once_the_second_is_asked_whose_text_it_is_to_be(people: People, kept: str) -> None:
    people.allowed.append("409")
    mine = people.page(EDITOR, login="admin")
    discard_what_is_left(mine)
    theirs = people.page(EDITOR, login="eva")
    replace(theirs, OLD, "Theirs.")
    is_saved(theirs)
    replace(mine, OLD, "Mine.")
    expect(mine.locator("#overtaken")).to_contain_text("Eva Stone has changed this draft", timeout=PATIENCE)
    assert people.faults(mine) == []
    mine.click("#take-theirs" if kept == "theirs" else "#keep-mine")
    is_saved(mine)
    expect(mine.locator("#overtaken")).to_be_hidden()
    theirs.reload()
    words = "Theirs\\." if kept == "theirs" else "Mine\\."
    for page in (mine, theirs):
        expect(page.locator("#text")).to_have_value(re.compile(words))
    discard_what_is_left(mine)


def test_a_refused_publishing_says_why_in_its_dialog_and_keeps_the_reason(people: People) -> None:
    people.allowed.append("409")
    page = people.page(EDITOR, login="admin")
    discard_what_is_left(page)
    replace(page, OLD, NEW)
    is_saved(page)
    page.click("#publish")
    page.locator("#dialog #reason").fill("It is ready.")
    other = people.page(EDITOR, login="eva")
    replace(other, NEW, "Not yet.")
    is_saved(other)
    page.click("#dialog button[type=submit]")
    expect(page.locator("#dialog [data-refusal]")).to_contain_text("Eva Stone has changed this draft", timeout=PATIENCE)
    expect(page.locator("#dialog #reason")).to_have_value("It is ready.")
    assert people.faults(page) == []
    other.reload()
    discard_what_is_left(other)


def test_a_draft_that_cannot_be_read_has_no_picture_until_it_can(people: People) -> None:
    people.allowed.append("422")
    page = people.page(EDITOR, login="eva")
    discard_what_is_left(page)
    replace(page, "flow: main-line", "flow: [")
    is_saved(page)
    expect(page.locator("#picture-stale")).to_be_visible()
    page.reload()
    expect(page.locator("#picture")).to_be_hidden()
    replace(page, "flow: [", "flow: main-line")
    expect(page.locator("#picture")).to_be_visible(timeout=PATIENCE)
    expect(page.locator("#picture-language option")).to_have_text(["English", "简体中文", "繁體中文"])
    page.select_option("#picture-language", "zh-Hant")
    expect(page.locator("#picture")).to_have_attribute("src", re.compile("/picture/zh-Hant.svg"))
    is_saved(page)
    discard_what_is_left(page)


def test_the_editor_is_used_without_a_mouse(people: People) -> None:
    page = people.page(EDITOR, login="eva")
    text = page.locator("#text")
    before = text.input_value()
    text.evaluate(SELECT, "steps:")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("a b")
    assert text.input_value() == before.replace("steps:", "steps:\n  a b", 1)
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(text).not_to_be_focused()
    finding = page.locator(".finding").first
    expect(finding).to_be_visible(timeout=PATIENCE)
    finding.focus()
    page.keyboard.press("Enter")
    expect(text).to_be_focused()
    page.keyboard.press("Control+z")
    is_saved(page)
    discard_what_is_left(page)
    expect(page.locator("#publish")).to_have_count(0)


@pytest.mark.parametrize("tag", ["zh-Hans", "zh-Hant"])
def test_nothing_of_it_is_left_in_english_or_wider_than_its_window(people: People, tag: str) -> None:
    page = people.page(EDITOR, tag, login="admin")
    discard_what_is_left(page)
    replace(page, "then: who_is_calling", "then: nobody")
    expect(page.locator(".finding--error").first).to_be_visible(timeout=PATIENCE)
    is_saved(page)
    left: dict[str, str] = {}

    def look(moment: str) -> None:
        assert page.locator("html").get_attribute("lang") == tag, moment
        words = english_left(page, people.product, "main-line", "find_customer", "find_order", "config", "ivr")
        left.update(dict.fromkeys(words, moment))
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), moment

    for size in (DESK, PHONE):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        look(f"editor at {size}")
        for opens in ("#publish", "#discard"):
            page.click(opens)
            expect(page.locator("#dialog")).to_be_visible()
            look(f"{opens} at {size}")
            page.keyboard.press("Escape")
        for path in ("/admin/menus", f"{EDITOR}/versions", "/phone/trial/main-line"):
            page.goto(path)
            look(f"{path} at {size}")
        page.goto(EDITOR)
    discard_what_is_left(page)
    assert left == {}, left
