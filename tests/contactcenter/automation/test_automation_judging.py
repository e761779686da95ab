"""Rules are asked once about each moment, by the facts of that moment, and the log says what came of it."""

import pytest
from automation_world import Automation
from races import at_once
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from contactcenter.automation import judging
from contactcenter.cases import status
from contactcenter.models import Case, Customer, Moment, Outbox, SlaPolicy
from contactcenter.models.states import CaseStatus, EntryKind

TAGS_THE_ANGRY = """
- name: angry
  trigger: customer_wrote
  when:
  - message.text has "terrible"
  - case.tier in [gold, silver]
  then:
  - tag: [angry]
"""


def test_a_rule_that_matches_acts_and_the_log_says_what_it_did(automation: Automation) -> None:
    automation.publish(TAGS_THE_ANGRY)
    case_id = automation.open("gold")
    automation.wrote(case_id, "This is TERRIBLE.")
    automation.settle()
    assert automation.case(case_id).tags == ["angry"]
    [run] = automation.runs()
    assert (run.outcome, run.rule_set, run.rule, run.case_id) == ("acted", "service", "angry", case_id)
    assert run.actions == [{"do": "tag", "to": "angry", "result": "done", "why": ""}]
    assert {"what": "tagged", "tags": ["angry"]} in automation.story(case_id)


def test_the_log_names_the_condition_that_failed_and_what_was_there_instead(automation: Automation) -> None:
    automation.publish(TAGS_THE_ANGRY)
    case_id = automation.open("standard")
    automation.wrote(case_id, "terrible")
    automation.settle()
    [run] = automation.runs()
    assert run.outcome == "not_matched"
    assert run.why == 'case.tier in ["gold", "silver"] does not hold: case.tier is “standard”.'
    assert automation.case(case_id).tags == []


@pytest.mark.parametrize(
    ("condition", "other"),
    [
        ('case.status is "new"', 'case.status is "open"'),
        ("case.priority <= 0", "case.priority > 0"),
        ('case.tier is "standard"', 'case.tier is not "standard"'),
        ('case.channel is "email"', "case.channel in [voice, chat]"),
        ('case.language is "en"', 'case.language is "zh-Hans"'),
        ('case.queue is "orders"', 'case.queue is "billing"'),
        ("case.assignee is empty", "case.assignee is not empty"),
        ('case.tags has not "vip"', 'case.tags has "vip"'),
        ('case.subject has "my order"', 'case.subject has "refund"'),
        ('case.last_word is "customer"', 'case.last_word is "us"'),
        ("case.minutes < 5", "case.minutes >= 5"),
        ('customer.name is "Dana Reed"', 'customer.name is "Ana"'),
        ('customer.tier is "standard"', 'customer.tier is "gold"'),
        ('customer.language is "en"', 'customer.language is "zh-Hant"'),
        ("customer.cases <= 1", "customer.cases > 1"),
        ("customer.fact.orders >= 7", "customer.fact.orders > 7"),
        ("customer.fact.city is empty", 'customer.fact.city is "Taipei"'),
        ('message.text has "and now"', 'message.text has "and then"'),
        ("queue.waiting <= 0", "queue.waiting > 0"),
        ("queue.ready <= 0", "queue.ready > 0"),
        ('calendar.always is "open"', 'calendar.always is "closed"'),
        ("promise.kind is empty", "promise.kind is not empty"),
        ("interaction.channel is empty", 'interaction.channel is "voice"'),
        ("status.before is empty", 'status.before is "new"'),
    ],
)
def test_each_fact_can_be_asked_about(automation: Automation, condition: str, other: str) -> None:
    """Both ways round: a condition that always held would be no condition."""
    rules = "".join(
        f"- name: {name}\n  trigger: customer_wrote\n  when:\n  - {asked}\n  then:\n  - note: Yes.\n"
        for name, asked in (("holds", condition), ("fails", other))
    )
    automation.publish(rules)
    case_id = automation.open()
    automation.wrote(case_id, "And now?")
    automation.settle()
    assert {run.rule: run.outcome for run in automation.runs()} == {"holds": "acted", "fails": "not_matched"}
    [failed] = automation.runs("fails")
    assert failed.why.startswith(other.partition(" ")[0])


def test_one_of_several_conditions_is_enough_where_it_says_any(automation: Automation) -> None:
    automation.publish("""
- name: either
  trigger: customer_wrote
  when:
  - any: ['case.tier is "gold"', 'message.text has "fire"']
  then:
  - tag: [hot]
""")
    case_id = automation.open()
    automation.wrote(case_id, "There is a fire.")
    automation.wrote(case_id, "It is out.")
    automation.settle()
    first, second = automation.runs()
    assert (first.outcome, second.outcome) == ("acted", "not_matched")
    assert "case.tier is “standard”" in second.why
    assert "message.text is “It is out.”" in second.why


def test_two_conditions_on_one_line_are_both_asked_and_a_quoted_and_is_a_word(automation: Automation) -> None:
    automation.publish("""
- name: both
  trigger: customer_wrote
  when:
  - message.text has "terms and conditions" and case.priority < 1
  then:
  - tag: [legal]
""")
    case_id = automation.open()
    automation.wrote(case_id, "Your Terms and Conditions are odd.")
    automation.settle()
    assert automation.case(case_id).tags == ["legal"]


def test_a_rule_is_judged_by_what_was_so_then_and_not_by_what_is_so_when_a_worker_comes(automation: Automation) -> None:
    automation.publish("""
- name: new-ones
  trigger: customer_wrote
  when:
  - case.status is "new"
  then:
  - tag: [was-new]
""")
    case_id = automation.open()
    automation.wrote(case_id)
    automation.change_status(case_id, CaseStatus.PENDING)
    automation.settle()
    assert automation.case(case_id).tags == ["was-new"]


def test_rules_of_one_moment_are_judged_alike_whatever_their_order(automation: Automation) -> None:
    automation.publish("""
- name: raise
  trigger: customer_wrote
  then:
  - priority: 5
- name: low-ones
  trigger: customer_wrote
  when:
  - case.priority < 1
  then:
  - tag: [was-low]
""")
    case_id = automation.open()
    automation.wrote(case_id)
    automation.settle()
    assert (automation.case(case_id).priority, automation.case(case_id).tags) == (5, ["was-low"])


def test_a_moment_is_judged_once_however_often_a_worker_is_asked(automation: Automation) -> None:
    automation.publish("- name: raise\n  trigger: customer_wrote\n  then:\n  - priority: '+1'\n")
    case_id = automation.open()
    automation.wrote(case_id)
    moment_id = automation.do(
        lambda session, _now: session.scalar(select(Moment.id).where(Moment.trigger == "customer_wrote"))
    )
    house = automation.house

    def judged() -> None:
        house.db.run(lambda session: judging.judge_moment(session, house.parts.mailbox, moment_id))

    assert at_once(judged, judged, judged) == [None, None, None]
    automation.settle()
    assert automation.case(case_id).priority == 1
    assert len(automation.runs()) == 1


def test_nothing_is_asked_of_a_worker_where_no_rule_listens_and_the_moment_is_kept_all_the_same(
    automation: Automation,
) -> None:
    automation.publish("- name: one\n  trigger: voicemail_left\n  then:\n  - tag: [heard]\n")
    case_id = automation.open()
    automation.wrote(case_id)
    posted = select(Outbox.id).where(Outbox.topic == "automation.judge")
    assert automation.do(lambda session, _now: session.scalars(posted).all()) == []
    assert automation.moments(case_id) == ["case_opened", "customer_wrote"]


def test_what_a_machine_wrote_is_asked_about_by_no_rule(automation: Automation) -> None:
    automation.publish("- name: one\n  trigger: customer_wrote\n  then:\n  - tag: [wrote]\n")
    case_id = automation.open()
    automation.wrote(case_id, "I am on leave.", automatic="vacation")
    automation.settle()
    assert automation.case(case_id).tags == []
    assert automation.runs() == []


def test_a_failure_nobody_thought_of_is_told_too_and_undoes_its_own_action_only(
    automation: Automation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(session: Session, case: Case, *_given: object) -> None:
        session.execute(update(Case).where(Case.id == case.id).values(subject="half done"))
        raise ZeroDivisionError("by nothing")

    automation.publish("- name: two\n  trigger: note_written\n  then:\n  - tag: [kept]\n  - status: pending\n")
    monkeypatch.setattr(status, "change_status", broken)
    case_id = automation.open()
    automation.wrote(case_id, kind=EntryKind.NOTE)
    automation.settle()
    [run] = automation.runs("two")
    assert run.outcome == "failed"
    assert [(one["result"], one["why"]) for one in run.actions] == [
        ("done", ""),
        ("refused", "It broke off: ZeroDivisionError: by nothing"),
    ]
    assert (automation.case(case_id).tags, automation.case(case_id).subject) == (["kept"], "Where is my order?")


def test_a_customer_is_judged_by_their_tier_now_and_the_case_by_the_one_it_was_opened_with(
    automation: Automation,
) -> None:
    automation.publish("""
- name: grown
  trigger: note_written
  when:
  - customer.tier is "gold" and case.tier is "standard"
  then:
  - promise: gold
""")
    case_id = automation.open("standard")
    automation.do(lambda session, _now: session.execute(update(Customer).values(tier="gold")))
    automation.wrote(case_id, kind=EntryKind.NOTE)
    automation.settle()
    assert automation.case(case_id).tier == "gold"
    tiers = automation.do(lambda session, _now: set(session.scalars(select(SlaPolicy.tier))))
    assert "gold" in tiers
