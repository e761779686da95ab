"""Rules are asked once about each moment, by the facts of that moment, and the log says what came of it."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from automation_world import Automation
from races import at_once
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from contactcenter.assignment import line, moving, prioritising, wrap_up
from contactcenter.automation import judging
from contactcenter.automation.actions import ByRule
from contactcenter.automation.rules import Trigger
from contactcenter.cases import interactions, status, tags
from contactcenter.foundation.permissions import Who
from contactcenter.models import Case, Customer, Moment, Offer, Outbox, Queue, SlaPolicy, WorkItem
from contactcenter.models.states import CaseStatus, Channel, EntryKind, InteractionState, Role
from contactcenter.sla import moving as promises

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
    assert run.why == 'case.tier in ["gold", "silver"] does not hold: case.tier is “standard”'
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


def writes(automation: Automation, case_id: int, kind: EntryKind) -> None:
    automation.wrote(case_id, kind=kind)


def queued(automation: Automation, case_id: int) -> None:
    """Its conversation is put in line, moved, and left."""

    def work(session, now) -> None:
        case = session.get_one(Case, case_id)
        values = {"case_id": case_id, "customer_id": case.customer_id, "channel": Channel.CHAT, "address": "Dana"}
        talk = interactions.begin(session, {**values, "state": InteractionState.QUEUED}, now)
        line.enqueue(session, talk, session.get_one(Queue, case.queue_id), line.Request(), now)

    automation.do(work)


def abandoned(automation: Automation, case_id: int) -> None:
    queued(automation, case_id)
    talk = select(WorkItem.interaction_id).where(WorkItem.case_id == case_id)
    automation.do(lambda session, now: line.abandon(session, session.scalars(talk).one(), "hung_up", now))


def late(automation: Automation, case_id: int) -> None:
    """Time goes by until its first response is warned of and broken."""
    assert case_id
    for _ in range(4):
        automation.house.parts.clock.ahead += timedelta(minutes=10)
        automation.house.router.turn()


def answered(automation: Automation, case_id: int) -> None:
    """An agent takes the chat that waits for the case."""
    ana = automation.house.agent("ana")
    queued(automation, case_id)
    automation.house.router.turn()
    offer = select(Offer.id).join(WorkItem, WorkItem.id == Offer.item_id).where(WorkItem.case_id == case_id)
    offer_id = automation.do(lambda session, _now: session.scalars(offer).one())
    assert ana.post(f"/console/offers/{offer_id}/accept").status_code in {200, 204}


def completed(automation: Automation, case_id: int) -> None:
    """The agent talks for two minutes, ends the chat and writes down what it was about."""
    answered(automation, case_id)
    automation.house.parts.clock.ahead += timedelta(minutes=2)
    found = select(WorkItem).where(WorkItem.case_id == case_id)
    ana = automation.house.user_id("ana")

    def work(session, now) -> None:
        item = session.scalars(found).one()
        wrap_up.start(session, item, now)
        who = Who(ana, "ana", "Ana Lim", Role.AGENT, "en", "UTC")
        fresh = session.scalars(found.execution_options(populate_existing=True)).one()
        wrap_up.complete(session, fresh, who, ("solved", "", None), now)

    automation.do(work)


def does(deed: Callable[[Session, Case, datetime], object]) -> Callable[[Automation, int], None]:
    return lambda automation, case_id: automation.do(
        lambda session, now: deed(session, status.load(session, case_id), now)
    )


def billing(session: Session) -> Queue:
    return session.scalars(select(Queue).where(Queue.name == "billing")).one()


DOER = ByRule("a/person")
TRIGGERS: dict[str, Callable[[Automation, int], None]] = {
    "case_opened": lambda _automation, _case: None,
    "customer_wrote": lambda a, case: writes(a, case, EntryKind.MESSAGE_IN),
    "we_wrote": lambda a, case: writes(a, case, EntryKind.MESSAGE_OUT),
    "note_written": lambda a, case: writes(a, case, EntryKind.NOTE),
    "voicemail_left": lambda a, case: writes(a, case, EntryKind.VOICEMAIL),
    "status_changed": lambda a, case: a.change_status(case, CaseStatus.PENDING),
    "work_enqueued": queued,
    "work_abandoned": abandoned,
    "work_accepted": answered,
    "work_completed": completed,
    "priority_changed": does(lambda session, case, now: prioritising.prioritise(session, case, 5, DOER, now)),
    "tags_changed": does(lambda session, case, now: tags.add(session, case.id, ["x"], DOER, now)),
    "queue_changed": does(lambda session, case, now: moving.move_case(session, case, billing(session), DOER, now)),
    "assignee_changed": does(lambda session, case, now: moving.reassign_case(session, case, 2, DOER, now)),
    "tier_changed": does(lambda session, case, now: promises.change_tier(session, case, "silver", "x", now)),
    "promise_warned": late,
    "promise_broken": late,
}


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_each_trigger_asks_its_rules_and_no_others(automation: Automation, trigger: str) -> None:
    automation.publish(f"- name: heard\n  trigger: {trigger}\n  then:\n  - tag: [heard]\n")
    case_id = automation.open("gold")
    TRIGGERS[trigger](automation, case_id)
    automation.settle()
    assert "heard" in automation.case(case_id).tags
    assert {run.outcome for run in automation.runs("heard")} == {"acted"}


def test_a_conversation_that_ended_tells_how_and_how_long(automation: Automation) -> None:
    automation.publish("""
- name: long-and-solved
  trigger: work_completed
  when:
  - interaction.channel is "chat"
  - interaction.disposition is "solved"
  - interaction.minutes >= 2 and interaction.minutes < 3
  - interaction.outcome is empty
  then:
  - tag: [thanked]
""")
    case_id = automation.open()
    completed(automation, case_id)
    automation.settle()
    assert [(run.outcome, run.why) for run in automation.runs()] == [("acted", "")]


def test_every_trigger_is_tried_here() -> None:
    assert set(TRIGGERS) == {str(one) for one in Trigger if one is not Trigger.WAITED}


def test_a_change_of_status_says_from_what_to_what(automation: Automation) -> None:
    automation.publish("""
- name: reopened
  trigger: status_changed
  when:
  - status.before is "resolved" and status.after is "open"
  then:
  - tag: [reopened]
""")
    case_id = automation.open()
    automation.change_status(case_id, CaseStatus.RESOLVED)
    automation.change_status(case_id, CaseStatus.OPEN)
    automation.settle()
    assert [run.outcome for run in automation.runs()] == ["not_matched", "acted"]


def test_a_broken_promise_says_which(automation: Automation) -> None:
    automation.publish("""
- name: first
  trigger: promise_broken
  when:
  - promise.kind is "first_response"
  then:
  - tag: [late]
""")
    case_id = automation.open("gold")
    late(automation, case_id)
    automation.settle()
    assert automation.case(case_id).tags == ["late"]


def test_a_warning_and_a_breach_carry_what_their_clock_has_seen(automation: Automation) -> None:
    case_id = automation.open("gold")
    automation.change_status(case_id, CaseStatus.PENDING)
    automation.change_status(case_id, CaseStatus.OPEN)
    for _ in range(3):
        automation.house.parts.clock.ahead += timedelta(hours=3)
        automation.house.router.turn()
    told = [body for body in automation.story(case_id) if body.get("kind") == "resolution"]
    assert [body["what"] for body in told] == ["warned", "broken"]
    for body in told:
        assert [(one["running"], one["reason"], one["cause"]) for one in body["segments"]] == [
            (True, "started", ""),
            (False, "waiting_for_customer", "Ana Lim"),
            (True, "our_turn", "Ana Lim"),
        ]
        assert [one["to"] is None for one in body["segments"]] == [False, False, True]


CHASES_ITSELF = """
- name: up
  trigger: tags_changed
  when:
  - case.tags has not "a"
  then:
  - tag: [a]
- name: down
  trigger: tags_changed
  when:
  - case.tags has "a"
  then:
  - untag: [a]
- name: start
  trigger: note_written
  then:
  - tag: [a]
"""


def test_rules_that_set_each_other_off_are_stopped_after_five_and_supervisors_are_told(automation: Automation) -> None:
    automation.publish(CHASES_ITSELF)
    case_id = automation.open()
    automation.wrote(case_id, kind=EntryKind.NOTE)
    automation.house.settle(15)
    runs = automation.runs()
    assert sum(run.outcome == "acted" for run in runs) == judging.DEEPEST
    [stopped] = [run for run in runs if run.outcome == "stopped"]
    assert (
        stopped.why
        == f"Rules set each other off 5 times in a row, the last was service/{stopped.rule}. They were stopped."
    )
    assert automation.notices("eva") == [stopped.why]
    assert automation.notices("ana") == []


def test_a_rule_whose_own_action_triggers_it_again_stops_where_nothing_changes_any_more(automation: Automation) -> None:
    automation.publish("- name: again\n  trigger: tags_changed\n  then:\n  - tag: [again]\n- name: start\n"
                       "  trigger: note_written\n  then:\n  - tag: [first]\n")  # fmt: skip
    case_id = automation.open()
    automation.wrote(case_id, kind=EntryKind.NOTE)
    automation.house.settle(8)
    assert [run.actions[0]["result"] for run in automation.runs("again")] == ["done", "nothing"]


def test_a_rule_that_acts_on_one_case_all_the_time_is_stopped_and_told_once(
    automation: Automation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judging, "MOST_IN_AN_HOUR", 3)
    automation.publish("- name: busy\n  trigger: customer_wrote\n  then:\n  - note: Again.\n")
    case_id, other = automation.open(), automation.open()
    for _ in range(5):
        automation.wrote(case_id)
        automation.house.settle(1)
    automation.wrote(other)
    automation.house.settle(2)
    outcomes = [run.outcome for run in automation.runs() if run.case_id == case_id]
    assert outcomes.count("acted") == 3
    assert "stopped" in outcomes
    assert automation.notices("eva") == [
        "The rule service/busy acted 3 times on this case within an hour. It is stopped for a while."
    ]
    assert "acted" in [run.outcome for run in automation.runs() if run.case_id == other]


def test_what_a_person_does_afterwards_begins_a_new_chain(automation: Automation) -> None:
    automation.publish(CHASES_ITSELF)
    case_id = automation.open()
    for _ in range(2):
        automation.wrote(case_id, kind=EntryKind.NOTE)
        automation.house.settle(15)
    depths = select(Moment.depth).where(Moment.trigger == "note_written")
    assert automation.do(lambda session, _now: set(session.scalars(depths))) == {0}


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
        ("refused", "ZeroDivisionError: by nothing"),
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
