"""Rules that look again when time has gone by, by a calendar or around the clock."""

from datetime import UTC, datetime, timedelta

from automation_world import Automation
from sqlalchemy import select

from contactcenter.automation import moments
from contactcenter.models import Escalation, RuleWait
from contactcenter.models.states import CaseStatus, EntryKind

SILENT = """
- name: silent
  trigger: {since: we_wrote, after: 2h}
  when:
  - case.status is "pending"
  - case.last_word is "us"
  then:
  - tag: [silent]
"""


def pass_hours(automation: Automation, hours: float) -> None:
    automation.house.parts.clock.ahead += timedelta(hours=hours)
    automation.settle()


def asked(automation: Automation, case_id: int) -> None:
    """We have written, and wait for the customer."""
    automation.wrote(case_id, kind=EntryKind.MESSAGE_OUT)
    automation.change_status(case_id, CaseStatus.PENDING)
    automation.settle()


def test_a_rule_is_asked_when_the_time_is_over_and_not_before(automation: Automation) -> None:
    automation.publish(SILENT)
    case_id = automation.open()
    asked(automation, case_id)
    pass_hours(automation, 1.9)
    assert automation.case(case_id).tags == []
    pass_hours(automation, 0.2)
    assert automation.case(case_id).tags == ["silent"]
    [run] = automation.runs("silent")
    assert run.outcome == "acted"


def test_it_is_judged_by_how_the_case_stands_when_the_time_is_over(automation: Automation) -> None:
    automation.publish(SILENT)
    case_id = automation.open()
    asked(automation, case_id)
    automation.wrote(case_id, "I am here.")
    pass_hours(automation, 2.1)
    [run] = automation.runs("silent")
    assert (run.outcome, run.why) == (
        "not_matched",
        'case.last_word is "us" does not hold: case.last_word is “customer”.',
    )


def test_the_wait_begins_anew_when_it_happens_again(automation: Automation) -> None:
    automation.publish(SILENT)
    case_id = automation.open()
    asked(automation, case_id)
    pass_hours(automation, 1)
    automation.wrote(case_id, kind=EntryKind.MESSAGE_OUT)
    pass_hours(automation, 1.1)
    [first] = automation.runs("silent")
    assert first.outcome == "not_matched"
    assert first.why.startswith("It happened again at")
    assert automation.case(case_id).tags == []
    pass_hours(automation, 1)
    assert automation.case(case_id).tags == ["silent"]


def test_a_rule_that_was_taken_out_meanwhile_says_so(automation: Automation) -> None:
    automation.publish(SILENT)
    case_id = automation.open()
    asked(automation, case_id)
    automation.publish(SILENT.replace("since: we_wrote", "since: note_written"))
    pass_hours(automation, 2.1)
    [run] = automation.runs("silent")
    assert (run.outcome, run.why) == ("not_matched", "The rule was changed or taken out meanwhile.")
    assert automation.case(case_id).tags == []


def test_a_rule_that_waits_longer_by_now_waits_on(automation: Automation) -> None:
    automation.publish(SILENT)
    case_id = automation.open()
    asked(automation, case_id)
    automation.publish(SILENT.replace("2h", "3h"))
    pass_hours(automation, 2.1)
    assert (automation.case(case_id).tags, automation.runs("silent")) == ([], [])
    pass_hours(automation, 1)
    assert automation.case(case_id).tags == ["silent"]


def test_a_rule_that_waits_shorter_by_now_is_asked_at_the_time_that_was_set(automation: Automation) -> None:
    automation.publish(SILENT)
    case_id = automation.open()
    asked(automation, case_id)
    automation.publish(SILENT.replace("2h", "1h"))
    pass_hours(automation, 2.1)
    assert automation.case(case_id).tags == ["silent"]


def test_a_wait_since_a_promise_still_knows_which(automation: Automation) -> None:
    automation.publish("""
- name: long-late
  trigger: {since: promise_broken, after: 1h}
  when:
  - promise.kind is "first_response"
  then:
  - escalate: late-promise
""")
    case_id = automation.open("gold")
    pass_hours(automation, 0.6)
    pass_hours(automation, 1.1)
    assert [run.outcome for run in automation.runs("long-late")] == ["acted"]
    [begun] = automation.do(lambda session, _now: session.scalars(select(Escalation)).all())
    assert (begun.case_id, begun.clock_id is None) == (case_id, False)


def test_what_a_rule_still_waits_for_is_not_forgotten(automation: Automation) -> None:
    automation.publish(SILENT.replace("2h}", "600h, by: office}"))
    waiting, other = automation.open(), automation.open()
    asked(automation, waiting)
    automation.wrote(other)
    automation.house.parts.clock.ahead += timedelta(days=41)
    automation.do(moments.forget_old)
    assert automation.moments(other) == []
    assert automation.moments(waiting) == ["we_wrote"]


def test_a_machines_word_is_not_the_last_one(automation: Automation) -> None:
    automation.publish("""
- name: unanswered
  trigger: {since: customer_wrote, after: 2h}
  when:
  - case.last_word is "customer"
  then:
  - tag: [unanswered]
""")
    case_id = automation.open()
    automation.wrote(case_id)
    automation.wrote(case_id, kind=EntryKind.MESSAGE_OUT, automatic="letter")
    automation.settle()
    pass_hours(automation, 2.1)
    assert automation.case(case_id).tags == ["unanswered"]


def test_a_calendar_counts_its_open_time_only(automation: Automation) -> None:
    automation.publish(SILENT.replace("2h}", "2h, by: office}"))
    at(automation, datetime(2026, 11, 27, 9, 0, tzinfo=UTC))  # a Friday, 17:00 in Shanghai: one hour is left
    case_id = automation.open()
    asked(automation, case_id)
    due = automation.do(lambda session, _now: session.scalars(select(RuleWait.due_at)).one())
    assert due.replace(second=0, microsecond=0) == datetime(2026, 11, 30, 2, 0, tzinfo=UTC)


def at(automation: Automation, moment: datetime) -> None:
    house = automation.house
    house.parts.clock.ahead += moment - house.now()
