"""The simulated phone in a real browser: everything heard is written down, keys work from both boards."""

import re
import time

import requests
from browser_people import PATIENCE, PHONE, People, press
from chromium import needs_chromium
from playwright.sync_api import Page, expect

from contactcenter.carrier.control import TOKEN_HEADER
from contactcenter.settings import Settings
from contactcenter.startup import of_running

pytestmark = needs_chromium

SOFIA = "+14155550101"
LUCA = "+14155550102"
# Nobody else calls from here: whoever has an open case is asked about it first.
STRANGER = "+14155550231"
CALLED_BACK = "+14155550232"


def heard(page: Page, text: str) -> None:
    expect(page.locator("#captions")).to_contain_text(text, timeout=PATIENCE)


def calling(people: People) -> set[str]:
    """Who is on the phone by the network's own account."""
    settings = of_running(Settings(var=people.product.var))
    headers = {TOKEN_HEADER: settings.twilio_auth_token}
    answer = requests.get(f"{settings.carrier_url}/control/calls", headers=headers, timeout=5)
    return {call["from"] for call in answer.json()["calls"]}


def test_a_caller_asks_for_an_order_by_keyboard_and_hears_where_it_is(people: People) -> None:
    page = people.caller(STRANGER)
    heard(page, "For English, press 1")
    page.keyboard.press("1")
    heard(page, "To ask about an order, press 1")
    page.keyboard.press("1")
    heard(page, "8 digit order number")
    page.keyboard.type("12345678#")
    expect(page.locator(".caption--system", has_text="shipped")).to_be_visible(timeout=PATIENCE)
    expect(page.locator("#timer")).to_have_text(re.compile(r"^\d+:\d\d$"))
    page.click("#hang-up")
    expect(page.locator("#state")).to_have_text("Call ended", timeout=PATIENCE)


def call_back(people: People, number: str, words: str) -> None:
    """A call to this number, asked of the network as the product asks it."""
    settings = of_running(Settings(var=people.product.var))
    account = settings.twilio_account_sid
    asked = {
        "To": number,
        "From": "+14155550100",
        "Twiml": f"<Response><Say>{words}</Say><Pause length='60'/></Response>",
    }
    url = f"{settings.carrier_url}/2010-04-01/Accounts/{account}/Calls.json"
    answer = requests.post(url, data=asked, auth=(account, settings.twilio_auth_token), timeout=5)
    assert answer.status_code == 201, answer.text


def test_a_page_that_has_called_rings_when_it_is_called_back(people: People) -> None:
    page = people.caller(CALLED_BACK)
    heard(page, "For English, press 1")
    page.click("#hang-up")
    heard(page, "Leave this page open")
    call_back(people, CALLED_BACK, "This is Yunfan Store.")
    expect(page.locator("#state")).to_have_text("Your phone rings", timeout=PATIENCE)
    expect(page.locator("#shown")).to_have_text("+14155550100")
    assert people.faults(page) == []
    with page.expect_response(lambda answer: answer.url.endswith("/decline")):
        page.click("#decline")
    expect(page.locator("#setup")).to_be_visible()
    call_back(people, CALLED_BACK, "This is Yunfan Store again.")
    page.click("#answer")
    heard(page, "This is Yunfan Store again.")
    page.click("#hang-up")
    expect(page.locator("#phone")).to_have_attribute("data-stage", "idle", timeout=PATIENCE)


def test_waiting_has_music_lost_words_are_said_to_be_lost_and_the_page_is_accessible(people: People) -> None:
    page = people.caller(LUCA, "en", PHONE)
    press(page, "1", after="For English, press 1")
    assert people.faults(page) == []
    press(page, "0", after="To reach a person, press 0")
    expect(page.locator("#playing")).to_be_visible(timeout=PATIENCE)
    expect(page.locator("#state")).to_have_text("Waiting in line")
    page.fill("#speech", "Is anybody there?")
    page.keyboard.press("Enter")
    expect(page.locator(".caption--warn", has_text="Is anybody there?")).to_be_visible(timeout=PATIENCE)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert people.faults(page) == []


def test_digits_typed_into_a_field_are_words_and_no_keys(people: People) -> None:
    page = people.caller(SOFIA)
    heard(page, "For English, press 1")
    page.click("#speech")
    page.keyboard.type("12")
    expect(page.locator("#speech")).to_have_value("12")
    expect(page.locator(".caption--key")).to_have_count(0)


def test_a_second_tab_is_a_second_caller_and_closing_it_hangs_up(people: People) -> None:
    first = people.caller(SOFIA)
    heard(first, "For English, press 1")
    second = first.context.new_page()
    second.goto("/phone")
    second.select_option("#from", LUCA)
    second.click("#setup button[type=submit]")
    heard(second, "For English, press 1")
    assert {SOFIA, LUCA} <= calling(people)
    second.close(run_before_unload=True)
    deadline = time.monotonic() + PATIENCE / 1000
    while LUCA in calling(people):
        assert time.monotonic() < deadline, "the closed tab is still on the phone"
        first.wait_for_timeout(100)
    assert SOFIA in calling(people)
    expect(first.locator("#phone")).to_have_attribute("data-stage", "call")


def test_any_number_can_call_and_a_wrong_one_is_refused_in_words(people: People) -> None:
    page = people.page("/phone", "zh-Hans")
    page.select_option("#from", "other")
    page.fill("#number", "+1 415 555 0187")
    page.click("#setup button[type=submit]")
    heard(page, "For English, press 1")
    page.keyboard.press("2")
    heard(page, "欢迎致电云帆商城")
    page.click("#hang-up")
    expect(page.locator("#state")).to_have_text("通话已结束", timeout=PATIENCE)
