"""The chat window in a shop's page: what becomes of each message, and that a conversation outlives a reload."""

from browser_people import PATIENCE, People, chat_button, end_chat, said_by_visitor, window, wrap_up
from chromium import needs_chromium
from playwright.sync_api import Page, expect

pytestmark = needs_chromium

LONGEST = 4000


def test_a_visitor_chats_with_an_agent_through_lost_lines_and_reloads(people: People) -> None:
    agent = people.agent("joy")
    shop = people.page("/chat")
    assert people.faults(shop) == []
    chat_button(shop).click()
    expect(window(shop).locator("#begin")).to_be_visible()
    assert people.faults(shop) == []
    chat_button(shop).click()
    people.chats(shop, "Ellis Moor", "returns", "The lamp arrived with a crack.")
    expect(agent.locator(".ring", has_text="Ellis Moor")).to_be_visible(timeout=PATIENCE)
    agent.keyboard.press("Control+Shift+A")
    expect(agent.locator("#story-scroll")).to_contain_text("The lamp arrived with a crack.", timeout=PATIENCE)
    an_answer_arrives(agent, shop, "I am sorry. Shall I send another one?")
    what_is_written_without_a_line_is_sent_later(people, agent, shop)
    a_reload_continues(agent, shop)
    assert people.faults(shop) == []
    assert people.faults(agent) == []
    ends_when_the_visitor_says_so(agent, shop)


def test_a_message_that_is_too_long_is_refused_in_words_and_kept(people: People) -> None:
    people.allowed.append("422")
    shop = people.visitor("Rowan Pike", "", "Do you repair shelves?")
    window(shop).locator("#text").fill("At length: " + "lamp " * (LONGEST // 5))
    window(shop).locator("#write button").click()
    bubble = said_by_visitor(shop, "At length:")
    expect(bubble).to_have_attribute("data-state", "failed", timeout=PATIENCE)
    expect(bubble.locator(".bubble__state")).to_contain_text("A message may have 4000 characters; this one has 4010.")
    expect(bubble.get_by_role("button", name="Try again")).to_be_visible()
    assert people.faults(shop) == []
    window(shop).locator("#text").fill("In short: do you?")
    window(shop).locator("#write button").click()
    expect(said_by_visitor(shop, "In short: do you?")).to_have_attribute("data-state", "stored", timeout=PATIENCE)
    end_chat(shop)


def an_answer_arrives(agent: Page, shop: Page, text: str) -> None:
    agent.fill("#reply-body", text)
    agent.keyboard.press("Control+Enter")
    expect(agent.locator("#story-scroll")).to_contain_text(text, timeout=PATIENCE)
    answer = window(shop).locator(".said:not(.said--mine)", has_text=text)
    expect(answer).to_contain_text("Joy Lau", timeout=PATIENCE)


def what_is_written_without_a_line_is_sent_later(people: People, agent: Page, shop: Page) -> None:
    people.allowed.append("ERR_INTERNET_DISCONNECTED")
    shop.context.set_offline(True)
    window(shop).locator("#text").fill("Yes please, the same one.")
    window(shop).locator("#write button").click()
    written = said_by_visitor(shop, "Yes please, the same one.")
    expect(written).to_have_attribute("data-state", "waiting")
    expect(written).to_contain_text("Sending")
    shop.context.set_offline(False)
    expect(written).to_have_attribute("data-state", "stored", timeout=PATIENCE)
    expect(agent.locator("#story-scroll")).to_contain_text("Yes please, the same one.", timeout=PATIENCE)


def a_reload_continues(agent: Page, shop: Page) -> None:
    shop.reload()
    chat_button(shop).click()
    for text in ("The lamp arrived with a crack.", "Yes please, the same one."):
        expect(said_by_visitor(shop, text)).to_have_attribute("data-state", "stored", timeout=PATIENCE)
        expect(said_by_visitor(shop, text)).to_have_count(1)
    an_answer_arrives(agent, shop, "It leaves today.")
    expect(window(shop).locator("#status")).to_have_text("You are talking with Joy Lau.")


def ends_when_the_visitor_says_so(agent: Page, shop: Page) -> None:
    end_chat(shop)
    wrap_up(agent, "Return or exchange arranged")
    expect(agent.locator("#story-scroll")).to_contain_text("Wrap-up: Return or exchange arranged", timeout=PATIENCE)
