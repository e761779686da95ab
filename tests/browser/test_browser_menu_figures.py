"""A supervisor looks at what happened in the phone menu, with keys alone: a formula, the picture, the calls behind a number."""

from browser_people import People
from chromium import needs_chromium
from playwright.sync_api import expect

pytestmark = needs_chromium


def test_the_figures_of_the_menu_are_opened_by_keys_and_by_anybodys_eyes(people: People) -> None:
    page = people.page("/supervisor/menus?menu=main-line@1", login="eva")
    page.get_by_label("How this is counted: Drop-off").focus()
    page.keyboard.press("Enter")
    formula = page.get_by_role("dialog", name="Drop-off")
    expect(formula).to_contain_text("hung up ÷ visits")
    assert people.faults(page) == []
    page.keyboard.press("Escape")
    expect(formula).to_be_hidden()
    expect(page.get_by_label("How this is counted: Drop-off")).to_be_focused()
    picture = page.get_by_role("img", name="The menu as a picture")
    assert picture.evaluate("image => image.complete && image.naturalWidth") > 500
    assert people.faults(page) == []
    page.get_by_role("row", name="main_menu").get_by_role("link", name="Hung up").press("Enter")
    expect(page.get_by_role("heading", name="Main customer line, version 1")).to_be_visible()
    assert page.get_by_role("row").count() > 2
    assert people.faults(page) == []
