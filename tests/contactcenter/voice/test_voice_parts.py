"""Parts of phone menus: published like menus, run by the version that a menu names, and by no other."""

import menus_parts
import pytest
from house import House
from menus_parts import PART
from menus_world import MENU, Menus, send
from voice_world import Provider

from contactcenter.channels.voice import flows
from contactcenter.channels.voice.menus import checking, publishing, trials
from contactcenter.channels.voice.menus.history import MENUS
from contactcenter.foundation import clock
from contactcenter.foundation.errors import BadInput
from contactcenter.foundation.remembering import Remembered
from contactcenter.foundation.shelves import Edition, Wish
from contactcenter.models import FlowText, PhoneCall
from contactcenter.models.states import TextOrigin


@pytest.fixture
def menus(house: House) -> Menus:
    return Menus(house)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is published answers the very next call, and each request reads anew, as another process would."""
    monkeypatch.setattr(flows, "_published", Remembered(-1.0))
    monkeypatch.setattr(flows, "_current", Remembered(-1.0))


def put(house: House, name: str, body: str, seen: int | None, at_least: int = 1) -> int:
    with house.db.transaction() as session:
        edition = Edition(name, body, TextOrigin.SCREEN, "Mira", "test", at_least=at_least)
        return MENUS.put_in_force(session, edition, seen, clock.now(session))


def document(answer: object) -> str:
    return answer.get_data(as_text=True)  # type: ignore[attr-defined]  # werkzeug's answer to a test


def publish(menus: Menus, body: str, seen: int) -> int:
    menus.save(body)
    return publishing.publish(
        menus.house.db, MENU, menus.draft().revision, Wish(menus.who("admin"), "As agreed.", seen)
    )


def test_a_call_stays_on_the_part_that_it_began_with_and_the_next_hears_the_new_one(
    house: House, provider: Provider, menus: Menus
) -> None:
    assert put(house, PART, menus_parts.part("Old"), None) == 1
    assert publish(menus, menus_parts.menu(1), seen=1) == 2
    before, other = provider.sid(), provider.sid()
    asked = document(provider.ring(before))
    assert "Welcome to the small line." in asked
    assert "Old number" in asked
    assert put(house, PART, menus_parts.part("New"), 1) == 2
    assert "Old number" in document(provider.ring(other)), "the menu still names version 1"
    assert publish(menus, menus_parts.menu(2), seen=2) == 3
    asked = document(provider.press(asked, before, "1234"))
    assert "Old colour" in asked
    assert "/verify__colour/" in asked
    assert "New number" in document(provider.ring(provider.sid()))
    assert "Goodbye." in document(provider.press(asked, before, "1"))
    (call,) = menus.all(PhoneCall, PhoneCall.call_sid == before)
    assert call.flow_version == 2


def test_zero_in_a_part_puts_the_caller_in_the_line_of_the_menu(house: House, provider: Provider, menus: Menus) -> None:
    put(house, PART, menus_parts.part("Old"), None)
    publish(menus, menus_parts.menu(1), seen=1)
    sid = provider.sid()
    assert "<Enqueue" in document(provider.press(document(provider.ring(sid)), sid, "0"))


def test_a_menu_that_names_a_part_which_is_not_there_is_not_published(house: House, menus: Menus) -> None:
    put(house, PART, menus_parts.part("Old"), None)
    with pytest.raises(BadInput, match=r"line 14: flow 'ask-pin' version 2 does not exist \(there is 1\)"):
        publish(menus, menus_parts.menu(2), seen=1)
    put(house, PART, menus_parts.part("New"), 1)
    menus.save(menus_parts.menu(2), menus.draft().revision)
    revision = menus.draft().revision
    assert publishing.publish(house.db, MENU, revision, Wish(menus.who("admin"), "Now it is there.", 1)) == 2


def test_what_is_no_part_is_not_run(house: House, menus: Menus) -> None:
    put(house, "other", menus.text().replace(f"flow: {MENU}", "flow: other", 1), None)
    with pytest.raises(BadInput, match="without 'part: true'"):
        publish(menus, menus_parts.menu(1).replace(PART, "other"), seen=1)


def test_a_mistake_in_a_part_is_told_with_the_place_in_the_part(house: House, menus: Menus) -> None:
    body = menus_parts.part("Old").replace("press 1.", "press 2.")
    put(house, PART, body, None)
    menus.save(menus_parts.menu(1))
    with pytest.raises(BadInput, match="ask-pin@1:13 step 'verify__colour': M03 ask: key 1 is not"):
        publishing.publish(house.db, MENU, 1, Wish(menus.who("admin"), "", 1))
    page = menus.browser("admin")
    shown = send(page, "findings", menus_parts.menu(1)).get_data(as_text=True)
    assert "<code>ask-pin@1:13</code> <code>verify__colour</code>" in shown
    assert "data-line" not in shown


def test_a_menu_that_numbers_lead_to_cannot_become_a_part(house: House) -> None:
    with house.db.transaction() as session:
        around = checking.known(session)
    part = menus_parts.part("Old").replace(PART, MENU)
    assert [one.rule for one in checking.check_draft(MENU, part, around).errors] == ["PART"]
    assert checking.prove_draft(PART, menus_parts.part("Old"), around).findings == ()


def test_a_part_has_a_draft_that_is_checked_drawn_and_published_by_itself(house: House, menus: Menus) -> None:
    put(house, PART, menus_parts.part("Old"), None, at_least=4)
    with house.db.transaction() as session:
        MENUS.save(session, PART, menus_parts.part("New"), 0, menus.who("admin"), clock.now(session))
    browser = menus.browser("admin")
    assert "Nothing found." in document(browser.get(f"/admin/menus/{PART}"))
    picture = browser.get(f"/admin/menus/{PART}/picture/en.svg")
    assert (picture.status_code, picture.mimetype) == (200, "image/svg+xml")
    assert publishing.publish(house.db, PART, 1, Wish(menus.who("admin"), "", 4)) == 5
    assert "New number" in document(browser.get(f"/admin/menus/{PART}/versions"))
    assert [one.version for one in menus.all(FlowText, FlowText.name == PART)] == [4, 5]


def test_a_draft_is_tried_with_the_parts_that_are_published(house: House) -> None:
    put(house, PART, menus_parts.part("Old"), None)
    with house.db.transaction() as session:
        assert "verify__colour" in trials.readable(session, menus_parts.menu(1), MENU).steps
        with pytest.raises(BadInput, match="line 14: flow 'ask-pin' version 3 does not exist"):
            trials.readable(session, menus_parts.menu(3), MENU)
