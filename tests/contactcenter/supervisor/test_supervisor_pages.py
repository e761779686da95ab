"""The supervisor's door in the whole house: who may enter, what is shown, and what the verbs do."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event, select
from supervisor_world import World

from contactcenter.models import Agent, Audit, Case, Offer, Queue, WorkItem

FRAGMENTS = ("emergency", "queues", "waiting", "team", "deadlines")
FEW = 14


@pytest.fixture
def floor(house):
    return World(house.db)


@pytest.fixture
def eva(house):
    browser = house.browser()
    browser.sign_in("eva")
    return browser


@contextmanager
def statements(house) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(house.db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(house.db.engine, "before_cursor_execute", note)


def queue_id(house, name):
    with house.db.transaction() as session:
        return session.scalars(select(Queue.id).where(Queue.name == name)).one()


def toast(answer):
    return json.loads(answer.headers["HX-Trigger"])["toast"]["text"]


def said(answer):
    return answer.get_json()["detail"]


@pytest.mark.parametrize("url", ["", "/queues", "/team", "/waiting", "/deadlines"])
def test_an_agent_may_not_look_over_the_others(house, url):
    agent = house.browser()
    assert agent.get(f"/supervisor{url}", **{"HX-Request": "true"}).status_code == 401
    agent.sign_in("ken")
    assert agent.get(f"/supervisor{url}").status_code == 403


def test_an_agent_may_not_give_work_away(house, floor):
    item = floor.waiting(queue_id(house, "orders"))
    agent = house.browser()
    agent.sign_in("ken")
    assert agent.post(f"/supervisor/items/{item}/assign", agent=house.user_id("ken")).status_code == 403
    assert floor.item(item).state == "waiting"


@pytest.mark.parametrize("language", ["en", "zh-Hans", "zh-Hant"])
def test_the_desk_shows_who_waits_who_is_here_and_what_is_due(house, floor, eva, language):
    floor.waiting(queue_id(house, "orders"), "Kim <b>Vale</b>")
    page = eva.get(f"/supervisor?lang={language}").get_data(as_text=True)
    assert f'lang="{language}"' in page
    assert "Kim &lt;b&gt;Vale&lt;/b&gt;" in page
    assert "Ana Lim" in page
    assert all(f'id="{area}"' in page for area in FRAGMENTS)


@pytest.mark.parametrize("area", FRAGMENTS)
def test_a_fragment_is_the_same_element_as_in_the_page(house, floor, eva, area):
    floor.waiting(queue_id(house, "orders"))
    queue = queue_id(house, "orders")
    page = eva.get(f"/supervisor?queue={queue}").get_data(as_text=True)
    fragment = eva.get(f"/supervisor/{area}?queue={queue}").get_data(as_text=True)
    head = re.search(rf'<section[^>]* id="{area}"[^>]*>|<section id="{area}"[^>]*>', fragment)
    assert head is not None
    assert head[0] in page
    assert f'data-live-url="/supervisor/{area}?queue={queue}"' in head[0]


def test_the_desk_takes_few_statements_however_much_there_is(house, floor, eva):
    orders = queue_id(house, "orders")
    for number in range(12):
        floor.waiting(orders, f"Customer {number}", "chat")
    eva.get("/supervisor")
    with statements(house) as seen:
        assert eva.get("/supervisor").status_code == 200
    assert len(seen) < FEW
    for area in FRAGMENTS:
        with statements(house) as seen:
            eva.get(f"/supervisor/{area}")
        assert len(seen) < FEW


def test_what_is_committed_while_the_desk_is_read_shows_nowhere_in_it_yet(house, floor, eva):
    orders = queue_id(house, "orders")
    floor.waiting(orders, "Kim Vale")
    came = []

    def meanwhile(_connection, _cursor, statement, *_rest):
        if "FROM room" in statement and not came:
            came.append("now")
            floor.waiting(orders, "Lee Moss")

    event.listen(house.db.engine, "after_cursor_execute", meanwhile)
    page = eva.get("/supervisor").get_data(as_text=True)
    event.remove(house.db.engine, "after_cursor_execute", meanwhile)
    assert came
    assert "Kim Vale" in page
    assert "Lee Moss" not in page
    again = eva.get("/supervisor/waiting").get_data(as_text=True)
    assert "Lee Moss" in again
    assert rooms_of(again)[f"queue:{orders}"] > rooms_of(page)[f"queue:{orders}"]


def test_a_supervisor_gives_waiting_work_to_an_agent(house, floor, eva):
    item = floor.waiting(queue_id(house, "orders"), channel="chat")
    dialog = eva.get(f"/supervisor/items/{item}/assign").get_data(as_text=True)
    assert "Ken Zhao" in dialog
    answer = eva.post(f"/supervisor/items/{item}/assign", agent=house.user_id("ken"))
    assert answer.status_code == 204
    assert toast(answer) == "Given to Ken Zhao."
    with house.db.transaction() as session:
        offer = session.scalars(select(Offer).where(Offer.item_id == item)).one()
        assert (offer.agent_id, offer.state) == (house.user_id("ken"), "accepted")
        deeds = session.scalars(select(Audit).where(Audit.action == "assigned_by_hand")).all()
        assert [deed.actor for deed in deeds] == [f"user:{house.user_id('eva')}"]


def test_whoever_comes_second_is_told_so_and_nothing_happens_twice(house, floor, eva):
    item = floor.waiting(queue_id(house, "orders"), channel="chat")
    eva.post(f"/supervisor/items/{item}/assign", agent=house.user_id("ken"))
    answer = eva.post(f"/supervisor/items/{item}/assign", agent=house.user_id("ana"))
    assert answer.status_code == 409
    assert "not waiting any more" in said(answer)
    assert eva.get(f"/supervisor/items/{item}/assign").status_code == 409
    with house.db.transaction() as session:
        assert session.get_one(Agent, house.user_id("ana")).load == 0


def test_a_full_agent_is_refused_in_words(house, floor, eva):
    orders = queue_id(house, "orders")
    house.agent("ken")
    ken = house.user_id("ken")
    assert eva.post(f"/supervisor/items/{floor.waiting(orders)}/assign", agent=ken).status_code == 204
    second = floor.waiting(orders)
    answer = eva.post(f"/supervisor/items/{second}/assign", agent=ken)
    assert (answer.status_code, said(answer)) == (409, "Ken Zhao has no room for this now.")
    assert floor.item(second).state == "waiting"


@pytest.mark.parametrize("agent", ["", "999", "words"])
def test_only_a_listed_agent_can_be_chosen(house, floor, eva, agent):
    item = floor.waiting(queue_id(house, "orders"))
    assert eva.post(f"/supervisor/items/{item}/assign", agent=agent).status_code == 422
    case = floor.case(item).id
    assert eva.post(f"/supervisor/cases/{case}/reassign", agent=agent).status_code == 422


def test_waiting_work_moves_to_another_queue(house, floor, eva):
    item, billing = floor.waiting(queue_id(house, "orders")), queue_id(house, "billing")
    dialog = eva.get(f"/supervisor/items/{item}/move").get_data(as_text=True)
    assert "Billing" in dialog
    assert eva.post(f"/supervisor/items/{item}/move", queue=billing).status_code == 204
    assert floor.item(item).queue_id == billing
    assert eva.post(f"/supervisor/items/{item}/move", queue=999).status_code == 422


def test_waiting_work_is_taken_out_of_the_line_once(house, floor, eva):
    item = floor.waiting(queue_id(house, "orders"))
    assert "Take out of the line" in eva.get(f"/supervisor/items/{item}/cancel").get_data(as_text=True)
    assert eva.post(f"/supervisor/items/{item}/cancel").status_code == 204
    assert floor.item(item).state == "cancelled"
    assert eva.post(f"/supervisor/items/{item}/cancel").status_code == 409
    assert eva.post("/supervisor/items/12345/cancel").status_code == 404


def test_a_case_goes_to_another_agent(house, floor, eva):
    case = floor.case(floor.waiting(queue_id(house, "orders"))).id
    assert "Ivy Tang" in eva.get(f"/supervisor/cases/{case}/reassign").get_data(as_text=True)
    answer = eva.post(f"/supervisor/cases/{case}/reassign", agent=house.user_id("ivy"))
    assert toast(answer) == "Ivy Tang is responsible now."
    with house.db.transaction() as session:
        assert session.get_one(Case, case).assignee_id == house.user_id("ivy")
    assert eva.get("/supervisor/cases/4711/reassign").status_code == 404


def test_what_is_done_to_a_queue_moves_its_room_so_that_the_page_pulls_it(house, floor, eva):
    orders = queue_id(house, "orders")
    item = floor.waiting(orders)
    before = rooms_of(eva.get("/supervisor/waiting").get_data(as_text=True))
    eva.post(f"/supervisor/items/{item}/cancel")
    after = rooms_of(eva.get("/supervisor/waiting").get_data(as_text=True))
    assert after[f"queue:{orders}"] > before[f"queue:{orders}"]
    assert {room for room in after if after[room] != before[room]} == {f"queue:{orders}"}


def rooms_of(fragment):
    """Every room that the page watches, with the number that it has seen."""
    found = re.findall(r'data-live-room="([^"]*)" data-live-seq="([^"]*)"', fragment)
    pairs = [pair for rooms, seqs in found for pair in zip(rooms.split(), map(int, seqs.split()), strict=True)]
    return dict(pairs)


def test_nobody_posts_here_without_the_pages_own_token(house, floor, eva):
    item = floor.waiting(queue_id(house, "orders"))
    answer = eva.client.post(f"/supervisor/items/{item}/cancel", base_url="http://desk.test")
    assert answer.status_code == 400
    with house.db.transaction() as session:
        assert session.get_one(WorkItem, item).state == "waiting"


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "Fit, but are not ready:"), ("zh-Hans", "符合要求但未就绪："), ("zh-Hant", "符合要求但未就緒：")],
)
def test_why_something_still_waits_is_told_in_the_viewers_language_with_names(house, floor, eva, language, said):
    ken = house.user_id("ken")
    floor.set(ken, chosen="aux", chosen_reason="lunch", ready=False)
    item = floor.waiting(queue_id(house, "orders"), "Kim <b>Vale</b>")
    page = eva.get(f"/supervisor/items/{item}/why_still_waiting?lang={language}").get_data(as_text=True)
    assert said in page
    assert "Ken Zhao" in page
    assert "Kim &lt;b&gt;Vale&lt;/b&gt;" in page


def test_an_agent_may_not_ask_about_the_others(house, floor):
    item = floor.waiting(queue_id(house, "orders"))
    agent = house.browser()
    agent.sign_in("ken")
    assert agent.get(f"/supervisor/items/{item}/why_still_waiting").status_code == 403
