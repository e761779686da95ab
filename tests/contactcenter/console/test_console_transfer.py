"""Sending on what needs no telephone, the dialog for it, and what is refused."""

from console_world import call, chat, item, mail, pending, says, shown, taken
from house import House
from sqlalchemy import select

from contactcenter.models import AgentQueue, Interaction, Queue, WorkItem


def queue_id(house: House, name: str) -> int:
    with house.db.transaction() as session:
        return session.scalars(select(Queue.id).where(Queue.name == name)).one()


def newest(house: House) -> WorkItem:
    with house.db.transaction() as session:
        return session.scalars(select(WorkItem).order_by(WorkItem.id.desc())).first()


def test_the_dialog_shows_who_waits_and_who_could_take_it_in_every_other_queue(house: House) -> None:
    ana = house.agent("ana")
    mine = taken_chat(house, ana)
    call(house, "12")
    page = shown(ana, f"/console/items/{mine.id}/transfer")
    assert page.index("Orders") < page.index("Returns") < page.index("General")
    assert "Billing" not in page.partition("Agents ready")[2]
    assert page.partition("Returns")[2].split()[0] == "1", "the caller who waits"
    assert page.partition("Returns")[2].partition("General")[0].split()[-1] == "0", "she herself is not counted"
    house.agent("ken")
    again = shown(ana, f"/console/items/{mine.id}/transfer")
    assert again.partition("Returns")[2].partition("General")[0].split()[-1] == "1"


def taken_chat(house: House, browser) -> WorkItem:
    chat(house)
    return taken(house, browser, "ana")


def test_a_chat_goes_on_with_whoever_takes_it_and_its_history_with_it(house: House) -> None:
    ana = house.agent("ana")
    token = chat(house)
    mine = taken(house, ana, "ana")
    ken = house.agent("ken")
    sent = ana.post(f"/console/items/{mine.id}/transfer", queue=queue_id(house, "returns"), note="Sends it back")
    assert sent.status_code == 204
    says(house, token, "Are you still there?")
    house.settle()
    assert item(house, mine.id).state == "done"
    offer = pending(house, "ken")
    assert offer.item_id == newest(house).id
    assert ken.post(f"/console/offers/{offer.id}/accept").status_code == 204
    house.settle()
    timeline = ken.get(f"/console/cases/{mine.case_id}/timeline?lang=en").get_data(as_text=True)
    assert "Are you still there?" in timeline
    assert "Sends it back" in timeline
    ken.post(f"/console/cases/{mine.case_id}/reply", body="I am Ken.", client_id="reply-of-ken")
    with house.db.transaction() as session:
        talk = session.get_one(Interaction, mine.interaction_id)
        assert (talk.state, talk.agent_id) == ("connected", house.user_id("ken"))
    assert ana.post(f"/console/items/{mine.id}/transfer", queue=queue_id(house, "orders")).status_code in {404, 409}


def test_the_visitor_never_sees_what_one_agent_tells_another(house: House) -> None:
    ana = house.agent("ana")
    token = chat(house)
    mine = taken(house, ana, "ana")
    ana.post(f"/console/items/{mine.id}/transfer", queue=queue_id(house, "general"), note="A difficult one")
    house.settle()
    visitor = house.browser()
    seen = visitor.get("/widget/messages", Authorization=f"Bearer {token}")
    assert "difficult" not in seen.get_data(as_text=True)


def test_a_mail_is_sent_on_and_may_wait_where_nobody_is_yet(house: House) -> None:
    ana = house.agent("ana")
    case = mail(house)
    mine = taken(house, ana, "ana")
    with house.db.transaction() as session:
        session.execute(AgentQueue.__table__.delete().where(AgentQueue.queue_id == queue_id(house, "returns")))
    assert ana.post(f"/console/items/{mine.id}/transfer", queue=queue_id(house, "returns")).status_code == 204
    house.settle()
    moved = newest(house)
    assert (moved.state, moved.case_id, moved.queue_id) == ("waiting", case, queue_id(house, "returns"))
    assert "Ana Lim transferred this to Returns" in shown(ana, f"/console/cases/{case}/timeline")


def test_whoever_has_not_accepted_it_cannot_send_it_on(house: House) -> None:
    ana, leo = house.agent("ana"), house.agent("leo")
    mail(house)
    waiting = newest(house)
    owner, stranger = (ana, leo) if pending(house, "ana") else (leo, ana)
    assert owner.post(f"/console/items/{waiting.id}/transfer", queue=queue_id(house, "orders")).status_code == 409
    assert stranger.get(f"/console/items/{waiting.id}/transfer").status_code == 409


def test_a_number_beyond_any_that_is_kept_is_refused_and_no_fault_of_the_database(house: House) -> None:
    ana = house.agent("ana")
    mine = taken_chat(house, ana)
    for sent in (
        ana.post(f"/console/items/{mine.id}/transfer", queue="9" * 30),
        ana.post(f"/console/items/{'9' * 30}/transfer", queue="1"),
        ana.post(f"/console/items/{mine.id}/transfer", queue=queue_id(house, "orders"), note="a\0b"),
    ):
        assert sent.status_code == 422
        assert "cannot be kept" in sent.get_json()["detail"]
    assert item(house, mine.id).state == "assigned"
