"""The call bar: it shows what the provider confirmed, never a wish."""

from console_world import call, mail, shown, taken
from house import House
from sqlalchemy import select, update

from contactcenter.channels.voice import commands
from contactcenter.foundation import clock
from contactcenter.models import CallCommand, PhoneCall


def bar(browser) -> str:
    return browser.get("/console/call-bar").get_data(as_text=True)


def call_id(house: House) -> int:
    with house.db.transaction() as session:
        return session.scalars(select(PhoneCall.id)).one()


def test_hold_is_shown_as_asked_until_the_provider_confirms_it(house: House) -> None:
    ana = house.agent("ana")
    call(house)
    taken(house, ana, "ana")
    assert 'data-state="connected"' in bar(ana)
    assert ana.post(f"/console/calls/{call_id(house)}/hold").status_code == 204
    asked = bar(ana)
    assert 'data-state="connected"' in asked
    assert 'data-command="requested"' in asked
    assert "the caller still hears you" in asked
    house.settle()
    held = bar(ana)
    assert 'data-state="held"' in held
    assert "requested" not in held
    assert "The caller is on hold" in held


def test_a_command_that_failed_says_why(house: House) -> None:
    ana = house.agent("ana")
    call(house)
    taken(house, ana, "ana")
    ana.post(f"/console/calls/{call_id(house)}/hold")
    with house.db.transaction() as session:
        command = session.scalars(select(CallCommand.id)).one()
        commands.fail(session, command, "The conference is gone.", clock.now(session))
    page = bar(ana)
    assert 'data-command="failed"' in page
    assert "Hold did not work: The conference is gone." in page
    assert 'data-state="connected"' in page


def test_the_bar_stays_while_another_case_is_open_and_goes_with_the_wrap_up(house: House) -> None:
    ana = house.agent("ana")
    other = mail(house)
    mine = taken(house, ana, "ana")
    ana.post(f"/console/items/{mine.id}/complete", disposition="solved", summary="", next_status="")
    house.settle()
    phone = call(house)
    talking = taken(house, ana, "ana")
    page = ana.get(f"/console/cases/{other}").get_data(as_text=True)
    assert f"/console/calls/{call_id(house)}/hang-up" in page
    house.sim.hangup(phone)
    house.settle()
    ended = bar(ana)
    assert 'data-state="ended"' in ended
    assert "/hang-up" not in ended
    ana.post(f"/console/items/{talking.id}/complete", disposition="solved", summary="", next_status="")
    assert 'class="callbar"' not in bar(ana)


def test_nobody_else_can_touch_the_call(house: House) -> None:
    ana, leo = house.agent("ana"), house.agent("leo")
    call(house)
    with house.db.transaction() as session:
        taker = session.scalars(select(PhoneCall.id)).one()
    owner, stranger = (ana, leo) if "/accept" in ana.get("/console/ringing").get_data(as_text=True) else (leo, ana)
    taken(house, owner, "ana" if owner is ana else "leo")
    answer = stranger.post(f"/console/calls/{taker}/hang-up")
    assert answer.status_code == 409
    assert answer.get_json()["detail"] == "This call is not yours any more."
    assert 'class="callbar"' not in bar(stranger)


def test_on_the_phone_only_a_note_can_be_written(house: House) -> None:
    ana = house.agent("ana")
    call(house)
    mine = taken(house, ana, "ana")
    assert "You are on the phone with this customer" in shown(ana, f"/console/cases/{mine.case_id}/composer")
    refused = ana.post(f"/console/cases/{mine.case_id}/reply", body="Hello", client_id="reply-0001")
    assert refused.status_code == 409
    assert (
        ana.post(f"/console/cases/{mine.case_id}/note", body="Asked for a refund", client_id="note-0001").status_code
        == 204
    )
    assert "Asked for a refund" in shown(ana, f"/console/cases/{mine.case_id}/timeline")


def test_a_leg_that_is_being_rung_is_told_as_that(house: House) -> None:
    ana = house.agent("ana")
    call(house)
    mine = taken(house, ana, "ana")
    with house.db.transaction() as session:
        session.execute(update(PhoneCall).values(customer_leg="none", agent_leg="dialing"))
    assert "your phone is rung" in shown(ana, "/console/call-bar")
    assert mine.state == "assigned"
