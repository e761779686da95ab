"""The emergency notice: a supervisor switches it on, the next caller hears it, and everybody sees that it is on."""

import pytest
from house import Browser, House
from sqlalchemy import select, update
from voice_world import Provider

from contactcenter.channels.voice.hours import answer
from contactcenter.foundation import clock
from contactcenter.models import Audit, CalendarText, Event

NOTICE = "Some of our services are down at the moment."


@pytest.fixture
def eva(house: House) -> Browser:
    browser = house.browser()
    browser.sign_in("eva")
    return browser


def heard(provider: Provider) -> str:
    """What a new caller hears after choosing English."""
    sid = provider.sid()
    return provider.press(provider.ring(sid).get_data(as_text=True), sid, "1").get_data(as_text=True)


def test_callers_hear_it_from_the_next_call_on_until_it_is_switched_off(eva: Browser, provider: Provider) -> None:
    assert NOTICE not in heard(provider)
    assert eva.post("/supervisor/emergency/switch_on").status_code == 204
    assert NOTICE in heard(provider)
    assert eva.post("/supervisor/emergency/switch_off").status_code == 204
    assert NOTICE not in heard(provider)


def test_after_hours_callers_hear_that_we_are_closed(house: House, eva: Browser) -> None:
    eva.post("/supervisor/emergency/switch_on")
    with house.db.transaction() as session:
        now = clock.now(session)
        later = (now.hour + 5) % 24
        hours = {"mon-sun": [f"{later:02}:00-{later:02}:30"]}
        session.execute(
            update(CalendarText)
            .where(CalendarText.name == "phones")
            .values(definition={"zone": "UTC", "weekly": hours})
        )
        assert answer(session, "phones", now).answer == "closed"
        assert answer(session, "always", now).answer == "emergency"


def test_the_board_says_since_when_and_by_whom_in_the_viewers_language(eva: Browser) -> None:
    assert "Emergency notice…" in eva.get("/supervisor/emergency").text
    eva.post("/supervisor/emergency/switch_on")
    assert "switched on by Eva Stone" in eva.get("/supervisor/emergency").text
    assert "緊急通知" in eva.get("/supervisor?lang=zh-Hant").text


def test_switching_twice_is_told_and_changes_nothing(house: House, eva: Browser) -> None:
    assert eva.post("/supervisor/emergency/switch_off").status_code == 409
    eva.post("/supervisor/emergency/switch_on")
    assert eva.post("/supervisor/emergency/switch_on").status_code == 409
    with house.db.transaction() as session:
        verbs = session.scalars(select(Audit.action).where(Audit.subject == "emergency_notice")).all()
        kinds = session.scalars(select(Event.kind).where(Event.kind == "emergency_switched")).all()
    assert verbs == ["switched_on"]
    assert len(kinds) == 4, "the watchers of each queue hear of it"


def test_an_agent_may_not_switch_it(house: House) -> None:
    ken = house.browser()
    ken.sign_in("ken")
    assert ken.post("/supervisor/emergency/switch_on").status_code == 403
