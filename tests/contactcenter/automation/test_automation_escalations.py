"""Escalations: one circle of people after the other is told, until somebody sees to it or the matter is closed."""

from datetime import UTC, datetime, timedelta

import pytest
from automation_world import Automation
from house import Browser
from hypothesis import given
from hypothesis import strategies as st
from races import at_once
from sqlalchemy import select, update

from contactcenter.automation import escalations
from contactcenter.automation.actions import ByRule
from contactcenter.automation.rotas import rota
from contactcenter.cases import opening, status
from contactcenter.foundation.errors import Conflict
from contactcenter.models import Agent, Escalation, EscalationPlan, Outbox, Queue, SlaClock, Timer
from contactcenter.models.states import CaseStatus, Presence

PLAN = "late-promise"


def begin(automation: Automation, case_id: int, clock_id: int | None = None) -> int:
    def work(session, now) -> int:
        case = status.load(session, case_id)
        assert escalations.begin(session, case, PLAN, clock_id, ByRule("service/tried"), now)
        return session.scalars(select(Escalation.id).order_by(Escalation.id.desc()).limit(1)).one()

    return automation.do(work)


def minutes(automation: Automation, number: float) -> None:
    automation.house.parts.clock.ahead += timedelta(minutes=number)
    automation.settle()


def state(automation: Automation, escalation_id: int) -> tuple[str, int]:
    row = automation.do(lambda session, _now: session.get_one(Escalation, escalation_id, populate_existing=True))
    return row.state, row.step


def somebody_serves(automation: Automation, login: str) -> None:
    agent_id = automation.house.user_id(login)
    here = update(Agent).where(Agent.id == agent_id).values(chosen=Presence.AVAILABLE)
    automation.do(lambda session, _now: session.execute(here))


def test_one_circle_after_the_other_is_told_until_the_plan_is_at_its_end(automation: Automation) -> None:
    somebody_serves(automation, "ken")
    case_id = automation.open(queue="orders")
    escalation_id = begin(automation, case_id)
    automation.settle()
    assert [len(automation.notices(login)) for login in ("ken", "ana", "eva")] == [1, 0, 0]
    assert state(automation, escalation_id) == ("running", 1)
    minutes(automation, 10)
    assert [len(automation.notices(login)) for login in ("ken", "ana", "eva")] == [1, 1, 0]
    minutes(automation, 10)
    assert [len(automation.notices(login)) for login in ("ken", "ana", "eva", "lin")] == [1, 1, 1, 1]
    minutes(automation, 10)
    assert state(automation, escalation_id) == ("exhausted", 4)
    mails = select(Outbox.payload).where(Outbox.topic == "email.notify")
    [mail] = automation.do(lambda session, _now: session.scalars(mails).all())
    assert mail["to"] in {"eva@desk.example.com", "lin@desk.example.com"}
    steps = [body for body in automation.story(case_id) if body.get("what") == "escalation_step"]
    assert [(one["number"], one["of"], one["to"]) for one in steps] == [
        (1, 4, "queue"),
        (2, 4, "lead"),
        (3, 4, "supervisors"),
        (4, 4, "rota nights"),
    ]


def test_whoever_acknowledges_ends_it_for_all_and_the_case_says_who(automation: Automation) -> None:
    somebody_serves(automation, "ken")
    case_id = automation.open(queue="orders")
    escalation_id = begin(automation, case_id)
    minutes(automation, 10)
    browser = automation.house.browser()
    browser.sign_in("ana")
    assert browser.post(f"/console/escalations/{escalation_id}/acknowledge").status_code == 204
    assert state(automation, escalation_id) == ("acknowledged", 2)
    assert [automation.notices(login) for login in ("ken", "ana")] == [[], []]
    minutes(automation, 30)
    assert automation.notices("eva") == []
    assert automation.story(case_id)[-1]["what"] == "acknowledged"
    again = browser_of(automation, "ana").post(f"/console/escalations/{escalation_id}/acknowledge")
    assert again.status_code == 409


def test_two_who_acknowledge_at_once_are_told_apart(automation: Automation) -> None:
    escalation_id = begin(automation, automation.open())
    people = [browser_of(automation, login) for login in ("eva", "lin")]
    answers = at_once(
        *(lambda one=one: one.post(f"/console/escalations/{escalation_id}/acknowledge").status_code for one in people)
    )
    assert sorted(answers) == [204, 409]


def test_an_escalation_at_its_end_can_still_be_acknowledged(automation: Automation) -> None:
    escalation_id = begin(automation, automation.open())
    for _ in range(4):
        minutes(automation, 10)
    assert state(automation, escalation_id) == ("exhausted", 4)
    browser_of(automation, "eva").post(f"/console/escalations/{escalation_id}/acknowledge")
    assert state(automation, escalation_id)[0] == "acknowledged"


def test_an_escalation_at_its_end_leaves_the_head_of_a_case_that_is_over(automation: Automation) -> None:
    case_id = automation.open()
    begin(automation, case_id)
    for _ in range(4):
        minutes(automation, 10)
    head = f"/console/cases/{case_id}/header"
    assert "A promise is broken" in browser_of(automation, "eva").get(head).get_data(as_text=True)
    automation.change_status(case_id, CaseStatus.RESOLVED)
    assert "A promise is broken" not in browser_of(automation, "eva").get(head).get_data(as_text=True)


def test_a_promise_that_is_kept_ends_it_before_the_next_one_is_woken(automation: Automation) -> None:
    case_id = automation.open()
    kept = select(SlaClock.id).where(SlaClock.case_id == case_id, SlaClock.kind == "first_response")
    clock_id = automation.do(lambda session, _now: session.scalars(kept).one())
    escalation_id = begin(automation, case_id, clock_id)
    minutes(automation, 10)
    automation.do(lambda session, now: opening.we_answered(session, status.load(session, case_id), now))
    minutes(automation, 10)
    assert state(automation, escalation_id) == ("ended", 2)
    assert automation.notices("eva") == []
    assert automation.story(case_id)[-1] == {
        "what": "escalation_ended",
        "plan": {"en": "A promise is broken", "zh-Hans": "承诺已超时", "zh-Hant": "承諾已超時"},
        "why": "promise_kept",
    }


def test_a_case_that_is_over_ends_it(automation: Automation) -> None:
    case_id = automation.open()
    escalation_id = begin(automation, case_id)
    minutes(automation, 1)
    automation.change_status(case_id, CaseStatus.RESOLVED)
    minutes(automation, 10)
    assert state(automation, escalation_id) == ("ended", 1)


def test_a_step_that_finds_nobody_is_told_and_the_next_one_follows(automation: Automation) -> None:
    automation.do(lambda session, _now: session.execute(update(Queue).values(lead=None)))
    case_id = automation.open()
    escalation_id = begin(automation, case_id)
    minutes(automation, 10)
    steps = [body for body in automation.story(case_id) if body.get("what") == "escalation_step"]
    assert [one["refused"]["values"] for one in steps] == [{"to": "queue"}, {"to": "lead"}]
    page = browser_of(automation, "lin").get(f"/console/cases/{case_id}/timeline").get_data(as_text=True)
    assert "没有可通知的人：queue。" in page, "the reason, too, is told in the reader's language"
    assert state(automation, escalation_id) == ("running", 2)


def test_a_step_that_was_due_while_nothing_ran_is_taken_once(automation: Automation) -> None:
    case_id = automation.open()
    escalation_id = begin(automation, case_id)
    automation.house.parts.clock.ahead += timedelta(minutes=25)
    automation.house.settle(8)
    assert state(automation, escalation_id) == ("running", 3)
    assert len(automation.notices("eva")) == 1


def test_a_plan_that_was_changed_meanwhile_goes_on_as_it_began(automation: Automation) -> None:
    case_id = automation.open()
    escalation_id = begin(automation, case_id)
    automation.do(lambda session, _now: session.execute(update(EscalationPlan).values(definition={"steps": []})))
    minutes(automation, 20)
    minutes(automation, 1)
    assert state(automation, escalation_id) == ("running", 3)


def test_a_broken_promise_escalates_by_the_sample_companys_own_rules(automation: Automation) -> None:
    case_id = automation.open("gold")
    for _ in range(7):
        minutes(automation, 5)
    [running] = automation.do(lambda session, _now: session.scalars(select(Escalation)).all())
    assert (running.case_id, running.clock_id is not None) == (case_id, True)
    assert automation.case(case_id).tags == ["urgent"]
    assert [run.outcome for run in automation.runs("answer-first-late")] == ["acted"]


def test_the_head_of_the_case_shows_it_with_the_way_to_take_it_up(automation: Automation) -> None:
    case_id = automation.open()
    escalation_id = begin(automation, case_id)
    minutes(automation, 0.1)
    page = browser_of(automation, "ana").get(f"/console/cases/{case_id}/header").get_data(as_text=True)
    assert "A promise is broken" in page
    assert f"/console/escalations/{escalation_id}/acknowledge" in page
    browser_of(automation, "eva").post(f"/console/escalations/{escalation_id}/acknowledge")
    assert "A promise is broken" not in browser_of(automation, "ana").get(f"/console/cases/{case_id}/header").get_data(
        as_text=True
    )


def test_a_notice_is_seen_by_whom_it_was_meant_for_and_by_nobody_else(automation: Automation) -> None:
    somebody_serves(automation, "ken")
    begin(automation, automation.open(queue="orders"))
    minutes(automation, 0.1)
    ken, ana = browser_of(automation, "ken"), browser_of(automation, "ana")
    bell = ken.get("/notices").get_data(as_text=True)
    assert "有客户的等待已超过我们的承诺。" in bell, "in the language of whoever reads it"
    address = bell.split('hx-post="/notices/')[1].split('"')[0]
    assert ana.post(f"/notices/{address}").status_code == 404
    assert len(automation.notices("ken")) == 1
    assert ken.post(f"/notices/{address}").status_code == 204
    assert automation.notices("ken") == []
    assert ken.post(f"/notices/{address}").status_code == 404


def test_an_acknowledged_escalation_leaves_no_timer_behind(automation: Automation) -> None:
    escalation_id = begin(automation, automation.open())
    minutes(automation, 1)
    browser_of(automation, "eva").post(f"/console/escalations/{escalation_id}/acknowledge")
    running = select(Timer.id).where(
        Timer.subject == f"escalation:{escalation_id}", Timer.fired_at.is_(None), Timer.cancelled_at.is_(None)
    )
    assert automation.do(lambda session, _now: session.scalars(running).all()) == []


def test_an_escalation_begins_once_even_for_two_at_once(automation: Automation) -> None:
    case_id = automation.open()

    def start() -> bool:
        return automation.do(
            lambda session, now: escalations.begin(
                session, status.load(session, case_id), PLAN, None, ByRule("service/tried"), now
            )
        )

    assert sorted(at_once(start, start)) == [False, True]


def test_a_plan_that_is_not_there_is_refused(automation: Automation) -> None:
    with pytest.raises(Conflict, match="There is no escalation none any more"):
        automation.do(
            lambda session, now: escalations.begin(
                session, status.load(session, automation.open()), "none", None, ByRule("x/y"), now
            )
        )


def browser_of(automation: Automation, login: str) -> Browser:
    browser = automation.house.browser()
    browser.sign_in(login)
    return browser


NIGHTS = {"zone": "Europe/Berlin", "start": "2026-03-02T09:00:00", "days": 7, "people": ["a", "b", "c"], "swaps": []}


@pytest.mark.parametrize(
    ("at", "who"),
    [
        (datetime(2026, 3, 2, 7, 59, tzinfo=UTC), "a"),  # before the first turn, its first person
        (datetime(2026, 3, 9, 7, 59, tzinfo=UTC), "a"),
        (datetime(2026, 3, 9, 8, 0, tzinfo=UTC), "b"),  # 09:00 in winter
        (datetime(2026, 3, 30, 6, 59, tzinfo=UTC), "a"),
        (datetime(2026, 3, 30, 7, 0, tzinfo=UTC), "b"),  # 09:00 in summer: the clocks changed the day before
        (datetime(2026, 10, 26, 7, 59, tzinfo=UTC), "a"),
        (datetime(2026, 10, 26, 8, 0, tzinfo=UTC), "b"),
    ],
)
def test_a_turn_is_handed_over_at_the_same_hour_by_the_local_clock(at: datetime, who: str) -> None:
    assert rota(NIGHTS).on_call(at) == who


def test_a_swap_counts_from_its_first_instant_up_to_its_last() -> None:
    swap = {"from": "2026-03-03T18:00:00", "to": "2026-03-03T20:00:00", "person": "c"}
    swapped = rota({**NIGHTS, "swaps": [swap]})
    hours = {hour: swapped.on_call(datetime(2026, 3, 3, hour, 0, tzinfo=UTC)) for hour in (16, 17, 18, 19)}
    assert hours == {16: "a", 17: "c", 18: "c", 19: "a"}


@given(days=st.integers(1, 30), people=st.integers(1, 7), turn=st.integers(0, 200), hour=st.floats(0, 23.9))
def test_everybody_has_every_so_manyth_turn(days: int, people: int, turn: int, hour: float) -> None:
    names = [f"p{number}" for number in range(people)]
    definition = {**NIGHTS, "zone": "UTC", "days": days, "people": names}
    at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC) + timedelta(days=days * turn, hours=hour)
    assert rota(definition).on_call(at) == names[turn % people]
