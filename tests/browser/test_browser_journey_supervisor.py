"""A supervisor watches the floor while people call and chat, and gives a waiting chat to somebody by hand."""

from browser_people import PATIENCE, People, end_chat, press, said_by_visitor, window, wrap_up
from chromium import needs_chromium
from playwright.sync_api import Locator, Page, expect

pytestmark = needs_chromium

IRIS = "+14155550105"


def test_a_supervisor_sees_a_call_being_taken_and_gives_a_waiting_chat_to_an_agent(people: People) -> None:
    board = people.page("/supervisor", login="eva")
    expect(waiting_in(board, "Billing")).to_have_text("0")
    caller = people.caller(IRIS)
    press(caller, "1", after="For English, press 1")
    press(caller, "3", after="For billing, press 3")
    a_caller_waits(board)
    assert people.faults(board) == []
    agent = people.agent("ana")
    a_call_is_taken(agent, board)
    visitor = people.visitor("Nora Vale", "billing", "Which card did you charge?")
    given_by_hand(people, board, visitor)
    end_chat(visitor)
    caller.click("#hang-up")
    expect(on_the_team(board, "Ana Lim")).to_contain_text("Wrap-up", timeout=PATIENCE)
    wrap_up(agent, "Solved")
    expect(on_the_team(board, "Ana Lim")).to_contain_text("Available", timeout=PATIENCE)


def a_caller_waits(board: Page) -> None:
    expect(waiting_in(board, "Billing")).to_have_text("1", timeout=PATIENCE)
    row = board.locator("#waiting tbody tr", has_text="Iris Baker")
    expect(row).to_contain_text("Billing")
    expect(row).to_contain_text("none of them is ready")


def a_call_is_taken(agent: Page, board: Page) -> None:
    expect(board.locator("#waiting")).to_contain_text("Ringing at Ana Lim", timeout=PATIENCE)
    agent.get_by_role("button", name="Accept").click()
    expect(waiting_in(board, "Billing")).to_have_text("0", timeout=PATIENCE)
    expect(on_the_team(board, "Ana Lim")).to_contain_text("In conversation", timeout=PATIENCE)
    expect(on_the_team(board, "Ana Lim")).to_contain_text("Iris Baker")
    expect(on_the_team(board, "Ana Lim")).to_contain_text("100/100")


def given_by_hand(people: People, board: Page, visitor: Page) -> None:
    agent = people.agent("sam")
    row = board.locator("#waiting tbody tr", has_text="Nora Vale")
    row.get_by_role("link", name="Assign").click(timeout=PATIENCE)
    dialog = board.locator("#dialog")
    expect(dialog).to_contain_text("Who takes it?")
    candidate = dialog.locator("tr", has_text="Sam Rivera")
    expect(candidate).to_contain_text("Lacks a skill")
    assert people.faults(board) == []
    candidate.get_by_role("button", name="Give").click()
    expect(dialog).to_be_hidden()
    mine = agent.locator("#work .row", has_text="Nora Vale")
    expect(mine).to_contain_text("Which card did you charge?", timeout=PATIENCE)
    mine.click()
    expect(agent.locator("#story-scroll")).to_contain_text("Which card did you charge?", timeout=PATIENCE)
    expect(agent.locator("#story-scroll")).to_contain_text("Eva Stone gave this to Sam Rivera")
    expect(row).to_have_count(0, timeout=PATIENCE)
    expect(on_the_team(board, "Sam Rivera")).to_contain_text("Nora Vale", timeout=PATIENCE)
    expect(window(visitor).locator("#status")).to_have_text("Somebody will be with you soon.", timeout=PATIENCE)
    expect(said_by_visitor(visitor, "Which card did you charge?")).to_contain_text("Sent")


def waiting_in(board: Page, queue: str) -> Locator:
    tile = board.locator(".tile", has=board.locator(".tile__name", has_text=queue))
    return tile.locator(".figure dd").first


def on_the_team(board: Page, name: str) -> Locator:
    return board.locator("#team tbody tr", has_text=name)
