"""The desk: what an agent has in hand, who may look, and fragments that can be trusted to refresh."""

import re
from datetime import timedelta

import pytest
from console_world import call, chat, item, mail, pending, says, shown, taken
from house import House

from contactcenter.foundation import clock, rooms
from contactcenter.foundation.db import add
from contactcenter.models import Case, Customer, SlaClock
from contactcenter.models.states import ClockKind
from contactcenter.sla import editions


def case_due_in(house: House, login: str, subject: str, minutes: int | None) -> int:
    """An open case of this agent whose resolution is due in so many minutes; None: the clock stands still."""
    with house.db.transaction() as session:
        now = clock.now(session)
        customer = add(session, Customer, {"name": f"Customer of {subject}", "facts": {}, "created_at": now})
        case = add(
            session,
            Case,
            {
                "customer_id": customer, "subject": subject, "tier": "standard", "channel": "email", "status": "open",
                "assignee_id": house.user_id(login), "opened_at": now, "updated_at": now,
            },
        )  # fmt: skip
        due = now + timedelta(minutes=minutes) if minutes is not None else None
        add(
            session,
            SlaClock,
            {
                "case_id": case, "kind": ClockKind.RESOLUTION, "calendar": "office", "target_seconds": 3600,
                "warn_after": [], "edition_id": editions.of_calendar(session, "office", now).id, "started_at": now, "due_at": due, "state": "running" if due else "paused",
            },
        )  # fmt: skip
        return case


def test_my_cases_stand_by_the_time_that_is_left_and_paused_ones_last(house: House) -> None:
    ana = house.agent("ana")
    for subject, minutes in [("in an hour", 60), ("paused", None), ("overdue", -5), ("in a minute", 1)]:
        case_due_in(house, "ana", subject, minutes)
    case_due_in(house, "leo", "of somebody else", 2)
    page = shown(ana, "/console/work")
    places = [page.index(f" {subject} ") for subject in ("overdue", "in a minute", "in an hour", "paused")]
    assert places == sorted(places)
    assert "of somebody else" not in page
    assert "Overdue" in page


def test_work_moves_from_ringing_to_conversation_to_wrap_up_to_gone(house: House) -> None:
    ana = house.agent("ana")
    assert "Nothing to do" in shown(ana, "/console/work")
    chat(house, "Why was I charged twice?")
    assert shown(ana, "/console/work").startswith("Ringing 1")
    mine = taken(house, ana, "ana")
    assert shown(ana, "/console/work").startswith("In conversation 1")
    ana.post(f"/console/items/{mine.id}/finish")
    assert shown(ana, "/console/work").startswith("Wrap-up 1")
    ana.post(f"/console/items/{mine.id}/complete", disposition="solved", summary="", next_status="resolved")
    assert item(house, mine.id).state == "done"
    assert "Nothing to do" in shown(ana, "/console/work")


def test_the_list_counts_what_nobody_has_answered(house: House) -> None:
    ana = house.agent("ana")
    token = chat(house, "One")
    mine = taken(house, ana, "ana")
    says(house, token, "Two")
    assert re.search(r'class="count">2<', ana.get("/console/work").get_data(as_text=True))
    ana.post(f"/console/cases/{mine.case_id}/reply", body="Three", client_id="answer-0001")
    page = ana.get("/console/work").get_data(as_text=True)
    assert 'class="count"' not in page
    assert "You:" in page


@pytest.mark.parametrize("path", ["/console/work", "/console/ringing", "/console/call-bar", "/console/presence"])
def test_a_fragment_names_the_number_at_which_its_room_stood(house: House, path: str) -> None:
    ana = house.agent("ana")
    mail(house)
    page = ana.get(path).get_data(as_text=True)
    with house.db.transaction() as session:
        room = f"agent:{house.user_id('ana')}"
        assert f'data-live-room="{room}" data-live-seq="{rooms.counters(session, [room])[room]}"' in page
    assert f'data-live-url="{path}' in page


def test_an_administrator_may_look_and_not_act(house: House) -> None:
    ana = house.agent("ana")
    case_id = mail(house)
    offer = pending(house, "ana")
    admin = house.browser()
    admin.sign_in("admin")
    page = shown(admin, f"/console/cases/{case_id}")
    assert "The lamp arrived broken" in page
    assert "Writing is for agents and supervisors" in page
    assert "Change the status to" not in page
    for path in (f"/console/offers/{offer.id}/accept", f"/console/cases/{case_id}/note", "/console/presence"):
        assert admin.post(path, body="No", client_id="admin-0001", chosen="available").status_code == 403
    assert "The lamp arrived broken" in shown(ana, "/console/work")


def test_a_stranger_is_sent_to_sign_in_and_comes_back(house: House) -> None:
    answer = house.browser().get("/console/cases/7")
    assert answer.status_code == 302
    assert answer.headers["Location"].endswith("/sign-in?next=/console/cases/7")


def test_a_wrong_password_says_so_and_keeps_the_name(house: House) -> None:
    answer = house.browser().post("/sign-in", login="ana", password="wrong")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 401
    assert "Name and password do not fit together" in page
    assert 'value="ana"' in page
    assert "wrong" not in page


def test_a_case_that_is_not_there_is_refused_with_a_page(house: House) -> None:
    ana = house.agent("ana")
    answer = ana.get("/console/cases/99999", Accept="text/html")
    assert answer.status_code == 404
    assert "There is no case 99999." in answer.get_data(as_text=True)


def test_presence_says_why_the_system_holds_an_agent_back(house: House) -> None:
    ana = house.agent("ana")
    assert shown(ana, "/console/presence").startswith("My status Available")
    call(house)
    house.pass_time(60)
    assert "Not ready: an offer went unanswered" in shown(ana, "/console/presence")
    ana.post("/console/presence", chosen="aux", reason="lunch")
    assert shown(ana, "/console/presence").startswith("My status Lunch")
    assert ana.post("/console/presence", chosen="aux", reason="holiday").status_code == 422
