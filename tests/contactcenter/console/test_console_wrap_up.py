"""Wrap-up: begun by whoever holds the work, completed in the company's words, explained to whoever asks."""

from console_world import call, chat, interaction, item, mail, shown, taken
from house import House
from sqlalchemy import select, update

from contactcenter.foundation import clock
from contactcenter.models import CalendarText, Case, SlaClock
from contactcenter.sla import editions


def test_finishing_a_chat_brings_its_form_with_the_time_that_is_left(house: House) -> None:
    ana = house.agent("ana")
    chat(house)
    mine = taken(house, ana, "ana")
    tab = f"/console/cases/{mine.case_id}/context?tab=wrap-up"
    assert "data-selects" not in ana.get(tab).get_data(as_text=True)
    assert ana.post(f"/console/items/{mine.id}/finish").status_code == 204
    assert item(house, mine.id).state == "wrap_up"
    page = ana.get(tab).get_data(as_text=True)
    assert f'data-selects="#tab-wrap-up" data-once="{mine.id}"' in page
    assert "Wrap-up ends" in page
    assert ana.post(f"/console/items/{mine.id}/finish").status_code == 409


def test_completing_needs_a_disposition_and_sets_the_next_status(house: House) -> None:
    ana = house.agent("ana")
    case_id = mail(house)
    mine = taken(house, ana, "ana")
    complete = f"/console/items/{mine.id}/complete"
    assert ana.post(complete, disposition="", summary="Nothing", next_status="").status_code == 422
    assert ana.post(complete, disposition="solved", summary="", next_status="nowhere").status_code == 422
    assert item(house, mine.id).state == "assigned"
    done = ana.post(complete, disposition="solved", summary="Sent a new lamp.", next_status="resolved")
    assert done.status_code == 204
    assert interaction(house, mine).disposition == "solved"
    with house.db.transaction() as session:
        assert session.get_one(Case, case_id).status == "resolved"
    assert "Wrap-up: Solved Sent a new lamp." in shown(ana, f"/console/cases/{case_id}/timeline")


def test_work_of_somebody_else_is_neither_finished_nor_completed(house: House) -> None:
    ana = house.agent("ana")
    chat(house)
    mine = taken(house, ana, "ana")
    leo = house.agent("leo")
    assert leo.post(f"/console/items/{mine.id}/finish").status_code == 409
    assert leo.post(f"/console/items/{mine.id}/complete", disposition="solved", summary="").status_code == 409
    assert item(house, mine.id).state == "assigned"


def test_a_call_is_finished_by_hanging_up_and_not_by_a_button(house: House) -> None:
    ana = house.agent("ana")
    call(house)
    mine = taken(house, ana, "ana")
    answer = ana.post(f"/console/items/{mine.id}/finish")
    assert answer.status_code == 409
    assert answer.get_json()["detail"] == "A call is finished by hanging up."
    tab = ana.get(f"/console/cases/{mine.case_id}/context?tab=wrap-up").get_data(as_text=True)
    assert "You can complete this when the call has ended." in tab
    assert "disabled" in tab


def test_a_deadline_is_explained_by_its_stretches_of_time(house: House) -> None:
    with house.db.transaction() as session:
        session.execute(update(CalendarText).values(definition={"weekly": "24x7"}))
        editions.put_in_force(session, clock.now(session))
    ana = house.agent("ana")
    case_id = mail(house)
    house.pass_time(90, step=30)
    ana.post(f"/console/cases/{case_id}/status", status="pending")
    house.pass_time(60, step=30)
    with house.db.transaction() as session:
        clock_id = session.scalars(select(SlaClock.id).where(SlaClock.kind == "resolution")).one()
    told = shown(ana, f"/console/clocks/{clock_id}/working")
    assert f"Resolution of case #{case_id}" in told
    assert "Open, counted" in told
    assert "Stood still: Waiting for customer" in told
    assert "The clock stands still" in told
    assert "Waiting for customer since" in shown(ana, f"/console/cases/{case_id}/header")
    assert ana.get("/console/clocks/99999/working").status_code == 404


def test_an_unknown_tab_is_refused(house: House) -> None:
    ana = house.agent("ana")
    case_id = mail(house)
    for tab in ("customer", "case", "knowledge", "wrap-up"):
        assert ana.get(f"/console/cases/{case_id}/context?tab={tab}").status_code == 200
    assert ana.get(f"/console/cases/{case_id}/context?tab=../page").status_code == 404
