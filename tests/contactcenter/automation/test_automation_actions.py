"""What rules do to a case: each action, that the log tells it, that it says when it was so already, and why it could not."""

from datetime import timedelta
from functools import partial

from automation_world import Automation, rule, tried, waits
from races import at_once
from sqlalchemy import delete, insert, select, update

from contactcenter import jobs
from contactcenter.assignment.router import Router
from contactcenter.automation import judging
from contactcenter.cases import interactions
from contactcenter.models import (
    Agent,
    Audit,
    Callback,
    Case,
    EscalationPlan,
    Interaction,
    Macro,
    Moment,
    PhoneCall,
    Queue,
    SlaClock,
    SlaPolicy,
    WorkItem,
)  # fmt: skip
from contactcenter.models.states import CaseStatus, Channel


def test_priority_is_set_or_moved_within_bounds(automation: Automation) -> None:
    automation.publish(rule("priority: 7", 'priority: "+4"', 'priority: "+1"'))
    case_id = automation.open()
    assert tried(automation, case_id) == [
        ("priority", "done", ""),
        ("priority", "done", ""),
        ("priority", "nothing", ""),
    ]
    assert automation.case(case_id).priority == 9
    assert {"what": "prioritised", "before": 7, "after": 9} in automation.story(case_id)


def test_a_priority_moves_what_waits_by_as_many_minutes_and_the_router_knows_it(automation: Automation) -> None:
    automation.publish(rule("priority: 3"))
    case_id = automation.open(channel=Channel.CHAT)
    item_id = waits(automation, case_id)
    automation.house.router.turn()
    before = item(automation, item_id)
    assert tried(automation, case_id) == [("priority", "done", "")]
    after = item(automation, item_id)
    assert (after.priority, before.order_key - after.order_key) == (3, 180_000_000)
    automation.house.settle(1)
    assert the_router_knows(automation), "what the router remembers is what the rows say"


def test_tags_are_put_on_and_taken_off(automation: Automation) -> None:
    automation.publish(rule("tag: [vip, 退款]", "tag: [vip]", "untag: [vip]", "untag: [other]"))
    case_id = automation.open()
    assert [result for _, result, _ in tried(automation, case_id)] == ["done", "nothing", "done", "nothing"]
    assert automation.case(case_id).tags == ["退款"]


def test_a_case_takes_no_more_than_thirty_tags(automation: Automation) -> None:
    automation.publish(rule("tag: [one-more]"))
    case_id = automation.open()
    automation.do(
        lambda session, _now: session.execute(
            update(Case).where(Case.id == case_id).values(tags=[f"tag-{number}" for number in range(30)])
        )
    )
    assert tried(automation, case_id) == [("tag", "refused", "A case has 30 tags at most.")]
    assert automation.runs("tried")[-1].outcome == "failed"


def test_the_status_changes_as_a_person_would_change_it(automation: Automation) -> None:
    automation.publish(rule("status: pending", "status: pending", "status: new"))
    case_id = automation.open()
    assert tried(automation, case_id) == [
        ("status", "done", ""),
        ("status", "nothing", ""),
        ("status", "refused", "A case that is pending cannot become new."),
    ]
    assert automation.case(case_id).status == CaseStatus.PENDING
    paused = select(SlaClock.state).where(SlaClock.case_id == case_id, SlaClock.kind == "resolution")
    assert automation.do(lambda session, _now: session.scalar(paused)) == "paused"


def test_a_note_is_written_in_the_rules_name(automation: Automation) -> None:
    automation.publish(rule("note: Look at the order first.", trigger="case_opened"))
    case_id = automation.open()
    automation.settle()
    assert {"text": "Look at the order first."} in automation.story(case_id)


def test_a_case_is_assigned_to_somebody_to_nobody_and_to_whoever_had_it_last(automation: Automation) -> None:
    automation.publish(rule("assign: ken", "assign: ken", "assign: nobody", "assign: last_agent"))
    case_id = automation.open()
    assert tried(automation, case_id) == [
        ("assign", "done", ""),
        ("assign", "nothing", ""),
        ("assign", "done", ""),
        ("assign", "refused", "No agent has had this case yet."),
    ]
    talked(automation, case_id, "mia")
    assert tried(automation, case_id)[-1] == ("assign", "done", "")
    assert automation.case(case_id).assignee_id == automation.house.user_id("mia")


def test_whoever_takes_no_work_any_more_is_not_made_responsible(automation: Automation) -> None:
    automation.publish(rule("assign: ken"))
    ken = automation.house.user_id("ken")
    automation.do(lambda session, _now: session.execute(update(Agent).where(Agent.id == ken).values(enabled=False)))
    assert tried(automation, automation.open()) == [("assign", "refused", "ken takes no work any more.")]


def test_a_case_goes_to_another_queue_with_what_waits(automation: Automation) -> None:
    automation.publish(rule("queue: billing", "queue: billing"))
    case_id = automation.open(channel=Channel.CHAT)
    item_id = waits(automation, case_id)
    assert tried(automation, case_id) == [("queue", "done", ""), ("queue", "nothing", "")]
    billing = queue_id(automation, "billing")
    assert (automation.case(case_id).queue_id, item(automation, item_id).queue_id) == (billing, billing)


def test_a_case_of_which_nothing_waits_goes_alone(automation: Automation) -> None:
    automation.publish(rule("queue: billing"))
    case_id = automation.open()
    assert tried(automation, case_id) == [("queue", "done", "")]
    assert "queue_changed" in automation.moments(case_id)


def test_what_rings_at_an_agent_is_taken_back_and_goes_along(automation: Automation) -> None:
    automation.publish(rule("queue: billing"))
    ana = automation.house.agent("ana")
    case_id = automation.open(channel=Channel.CHAT)
    item_id = waits(automation, case_id)
    automation.house.router.turn()
    assert item(automation, item_id).state == "offered"
    automation.wrote(case_id, kind="note")
    jobs.carry_out_due(automation.house.parts)
    assert item(automation, item_id).queue_id == queue_id(automation, "billing")
    automation.settle()
    assert the_router_knows(automation)
    assert ana.get("/console").status_code == 200


def test_two_moments_at_once_are_both_counted(automation: Automation) -> None:
    automation.publish(rule('priority: "+1"'))
    case_id = automation.open()
    for _ in range(2):
        automation.wrote(case_id, kind="note")
    ids = automation.do(
        lambda session, _now: session.scalars(select(Moment.id).where(Moment.trigger == "note_written")).all()
    )
    house = automation.house

    def judged(moment_id: int) -> None:
        house.db.run(lambda session: judging.judge_moment(session, house.parts.mailbox, moment_id))

    at_once(*(partial(judged, moment_id) for moment_id in ids))
    assert automation.case(case_id).priority == 2


def test_a_queue_that_was_disabled_takes_nothing(automation: Automation) -> None:
    automation.publish(rule("queue: billing"))
    automation.do(
        lambda session, _now: session.execute(update(Queue).where(Queue.name == "billing").values(enabled=False))
    )
    assert tried(automation, automation.open()) == [("queue", "refused", "There is no queue billing any more.")]


def test_another_policy_moves_the_promises_that_run(automation: Automation) -> None:
    automation.publish(rule("promise: gold", "promise: gold"))
    case_id = automation.open("standard")
    assert tried(automation, case_id) == [("promise", "done", ""), ("promise", "nothing", "")]
    targets = select(SlaClock.kind, SlaClock.target_seconds, SlaClock.calendar).where(SlaClock.case_id == case_id)
    rows = automation.do(lambda session, _now: session.execute(targets.order_by(SlaClock.kind)).all())
    assert list(map(tuple, rows)) == [("first_response", 1800, "always"), ("resolution", 28800, "always")]


def test_a_policy_that_is_gone_is_told(automation: Automation) -> None:
    automation.publish(rule("promise: silver"))
    automation.do(lambda session, _now: session.execute(delete(SlaPolicy).where(SlaPolicy.tier == "silver")))
    told = "Nothing is promised to the tier silver any more."
    assert tried(automation, automation.open()) == [("promise", "refused", told)]


def test_a_macro_does_its_actions_in_its_place(automation: Automation) -> None:
    automation.publish(rule("macro: urgent", "tag: [after]"))
    case_id = automation.open()
    assert tried(automation, case_id) == [("tag", "done", ""), ("priority", "done", ""), ("tag", "done", "")]
    assert (automation.case(case_id).tags, automation.case(case_id).priority) == (["urgent", "after"], 2)


def test_a_macro_that_is_gone_is_told(automation: Automation) -> None:
    automation.publish(rule("macro: urgent"))
    automation.do(lambda session, _now: session.execute(delete(Macro)))
    assert tried(automation, automation.open()) == [("macro", "refused", "There is no macro urgent any more.")]


def test_a_customer_who_once_called_is_promised_a_call(automation: Automation) -> None:
    automation.publish(rule("callback: {queue: orders, window: always, within: 2h}"))
    case_id = automation.open()
    assert tried(automation, case_id) == [("callback", "refused", "This customer has never called us.")]
    called(automation, case_id)
    assert tried(automation, case_id) == [("callback", "done", "")]
    assert tried(automation, case_id) == [("callback", "nothing", "")]
    row = automation.do(lambda session, _now: session.scalars(select(Callback)).one())
    assert (row.number, row.case_id, row.promised_at - row.booked_at) == ("+14155550142", case_id, timedelta(hours=2))


def test_an_escalation_begins_once(automation: Automation) -> None:
    automation.publish(rule("escalate: late-promise"))
    case_id = automation.open()
    assert tried(automation, case_id) == [("escalate", "done", "")]
    assert tried(automation, case_id) == [("escalate", "nothing", "")]
    automation.do(lambda session, _now: session.execute(delete(EscalationPlan)))
    other = automation.open()
    assert tried(automation, other) == [("escalate", "refused", "There is no escalation late-promise any more.")]


def test_what_one_action_could_not_do_does_not_stop_the_others(automation: Automation) -> None:
    automation.publish(rule("tag: [first]", "send: still-there", "tag: [last]"))
    case_id = automation.open()
    assert [result for _, result, _ in tried(automation, case_id)] == ["done", "refused", "done"]
    assert automation.case(case_id).tags == ["first", "last"]


def test_the_audit_log_names_the_rule(automation: Automation) -> None:
    automation.publish(rule("priority: 3", "tag: [vip]", "status: pending", "assign: ken"))
    case_id = automation.open()
    tried(automation, case_id)
    deeds = select(Audit.action).where(Audit.actor == "rule:service/tried").order_by(Audit.id)
    done = automation.do(lambda session, _now: list(session.scalars(deeds)))
    assert done == ["prioritised", "tagged", "status", "reassigned"]


def talked(automation: Automation, case_id: int, login: str) -> None:
    agent_id = automation.house.user_id(login)
    customer_id = automation.case(case_id).customer_id
    values = {"case_id": case_id, "customer_id": customer_id, "channel": "voice", "state": "completed"}
    row = {**values, "address": "x", "agent_id": agent_id}
    automation.do(lambda session, now: session.execute(insert(Interaction).values(**row, started_at=now)))


def called(automation: Automation, case_id: int) -> None:
    """The customer has called once, and hung up."""

    def work(session, now) -> None:
        customer_id = automation.case(case_id).customer_id
        values = {"customer_id": customer_id, "channel": "voice", "state": "completed", "address": "+14155550142"}
        talk = interactions.begin(session, values, now)
        call = {
            "call_sid": "CA1",
            "interaction_id": talk.id,
            "from_number": "+14155550142",
            "to_number": "+14155550100",
        }
        session.execute(insert(PhoneCall).values(**call, flow="main-line", flow_version=1, position={}))

    automation.do(work)


def the_router_knows(automation: Automation) -> bool:
    """Whether its engine is the one that a fresh start would build."""
    router = automation.house.router.router
    assert router is not None
    fresh = Router.rebuilt(automation.house.db, router.held)
    return fresh.engine.digest() == router.engine.digest()


def item(automation: Automation, item_id: int) -> WorkItem:
    return automation.do(lambda session, _now: session.get_one(WorkItem, item_id, populate_existing=True))


def queue_id(automation: Automation, name: str) -> int:
    return automation.do(lambda session, _now: session.scalars(select(Queue.id).where(Queue.name == name)).one())
