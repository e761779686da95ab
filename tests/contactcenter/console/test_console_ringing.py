"""Ring cards: what is known before answering, why it is you, and what an answer does."""

from console_world import CALLER, call, chat, item, mail, pending, shown, taken
from house import House
from sqlalchemy import select

from contactcenter.models import Offer


def test_a_card_tells_who_calls_what_for_and_why_you(house: House) -> None:
    ana = house.agent("ana")
    call(house)
    offers = shown(ana, "/console/ringing")
    assert CALLER in offers
    assert "Billing" in offers
    assert "English" in offers
    assert "Why you It has just come in and you were free." in offers
    assert "Nobody else of the" in offers


def test_a_card_knows_the_customer_by_the_number_and_the_last_contact(house: House) -> None:
    ana = house.agent("ana")
    first = call(house)
    mine = taken(house, ana, "ana")
    house.sim.hangup(first)
    house.settle()
    ana.post(f"/console/items/{mine.id}/complete", disposition="solved", summary="", next_status="resolved")
    house.pass_time(2)
    call(house)
    card = shown(ana, "/console/ringing")
    assert "Last contact Call," in card
    assert "none before" not in card


def test_declining_gives_the_work_to_somebody_else_at_its_old_place(house: House) -> None:
    ana, leo = house.agent("ana"), house.agent("leo")
    chat(house)
    first, other = ("ana", "leo") if pending(house, "ana") else ("leo", "ana")
    offer = pending(house, first)
    before = item(house, offer.item_id).order_key
    assert {"ana": ana, "leo": leo}[first].post(f"/console/offers/{offer.id}/decline").status_code == 204
    house.settle()
    assert pending(house, first) is None
    assert pending(house, other).item_id == offer.item_id
    assert item(house, offer.item_id).order_key == before


def test_an_offer_of_somebody_else_cannot_be_answered(house: House) -> None:
    house.agent("ana")
    chat(house)
    offer = pending(house, "ana")
    leo = house.agent("leo")
    for verb in ("accept", "decline"):
        answer = leo.post(f"/console/offers/{offer.id}/{verb}")
        assert answer.status_code == 404
        assert answer.get_json()["detail"] == "There is no such offer for you."


def test_accepting_too_late_is_answered_with_the_reason_in_the_agents_language(house: House) -> None:
    ken = house.agent("ken")
    call(house, keys="22")
    offer = pending(house, "ken")
    house.pass_time(60)
    answer = ken.post(f"/console/offers/{offer.id}/accept")
    assert answer.status_code == 409
    assert answer.mimetype == "application/problem+json"
    assert "ran out" not in answer.get_json()["detail"]
    assert answer.get_json()["detail"].isascii() is False


def test_accepting_leads_the_page_to_the_case(house: House) -> None:
    ana = house.agent("ana")
    case_id = mail(house)
    offer = pending(house, "ana")
    answer = ana.post(f"/console/offers/{offer.id}/accept")
    assert f'"path": "/console/cases/{case_id}"' in answer.headers["HX-Location"]
    with house.db.transaction() as session:
        assert session.scalars(select(Offer.state)).one() == "accepted"
