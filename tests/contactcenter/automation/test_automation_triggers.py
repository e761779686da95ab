"""Each trigger asks the rules that listen to it, with what happened among the facts."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from automation_world import Automation
from sqlalchemy import select
from sqlalchemy.orm import Session

from contactcenter.assignment import line, moving, prioritising, wrap_up
from contactcenter.automation import macros
from contactcenter.automation.actions import ByRule
from contactcenter.automation.rules import Trigger
from contactcenter.cases import interactions, status, tags
from contactcenter.foundation.permissions import Who
from contactcenter.models import Case, Offer, Queue, WorkItem
from contactcenter.models.states import CaseStatus, Channel, EntryKind, InteractionState, Role
from contactcenter.sla import moving as promises


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
URGENT = macros.Known("urgent", [])
ANA = Who(2, "ana", "Ana Lim", Role.AGENT, "en", "UTC")


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
    "macro_used": does(lambda session, case, now: macros.use(session, case.id, URGENT, "once", (None, ANA), now)),
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
