"""Every action of a rule: what it does, that the log tells it, that it says when it was so already, and why it could not."""

from datetime import timedelta
from functools import partial

import pytest
from automation_world import MAIL, Automation
from races import at_once
from sqlalchemy import delete, insert, select, update

from contactcenter import jobs
from contactcenter.assignment import line
from contactcenter.assignment.router import Router
from contactcenter.automation import judging
from contactcenter.cases import interactions, timeline
from contactcenter.models import (
    Agent,
    Audit,
    Callback,
    Case,
    Chat,
    EscalationPlan,
    Interaction,
    Letter,
    Macro,
    MailMessage,
    Moment,
    Outbox,
    PhoneCall,
    Queue,
    Rota,
    SlaClock,
    SlaPolicy,
    User,
    WorkItem,
)  # fmt: skip
from contactcenter.models.states import CaseStatus, Channel, InteractionState, Presence, Role

SAY = "say: {en: Look at this., zh-Hans: 请看。, zh-Hant: 請看。}"


def rule(*actions: str, trigger: str = "note_written") -> str:
    """One rule without conditions."""
    done = "".join(f"  - {action}\n" for action in actions)
    return f"- name: tried\n  trigger: {trigger}\n  then:\n{done}"


def tried(automation: Automation, case_id: int) -> list[tuple[str, str, str]]:
    """Something happens to the case; what each action of the rule came to, with the reason."""
    automation.wrote(case_id, "A word", kind="note")
    automation.settle()
    return [(one["do"], one["result"], one["why"]) for one in automation.runs("tried")[-1].actions]


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


@pytest.mark.parametrize(
    ("to", "told"),
    [
        ("assignee", "ken"),
        ("lead", "ana"),
        ("queue", "mia"),
        ("supervisors", "eva"),
        ("{person: joy}", "joy"),
        ("{rota: nights}", "eva"),
    ],
)
def test_people_are_notified_on_their_screens(automation: Automation, to: str, told: str) -> None:
    automation.publish(rule(f"notify: {{to: {to}, {SAY}}}"))
    on_the_first_day_of_the_rota(automation)
    case_id = automation.open(queue="orders" if to != "queue" else "returns")
    ken, mia = automation.house.user_id("ken"), automation.house.user_id("mia")

    def arrange(session, _now) -> None:
        session.execute(update(Case).where(Case.id == case_id).values(assignee_id=ken))
        session.execute(update(Agent).where(Agent.id == mia).values(chosen=Presence.AVAILABLE))

    automation.do(arrange)
    assert tried(automation, case_id) == [("notify", "done", "")]
    everybody = {login: automation.notices(login) for login in ("ken", "ana", "mia", "eva", "joy")}
    assert {login for login, said in everybody.items() if said} == {told}
    assert everybody[told] == ["Look at this."]


def test_where_nobody_is_to_be_told_the_log_says_so(automation: Automation) -> None:
    automation.publish(rule(f"notify: {{to: assignee, {SAY}}}", f"notify: {{to: {{rota: nights}}, {SAY}}}"))
    automation.do(lambda session, _now: session.execute(delete(Rota)))
    assert tried(automation, automation.open()) == [
        ("notify", "refused", "Nobody is there to be told: assignee."),
        ("notify", "refused", "There is no rota nights any more."),
    ]


def test_people_are_notified_by_mail_and_by_text_message_in_their_own_language(automation: Automation) -> None:
    automation.publish(rule(f"notify: {{to: {{person: lin}}, by: [email, sms], {SAY}}}"))
    lin = automation.house.user_id("lin")
    reach = {"email": "lin@example.org", "phone": "+14155550177"}
    language = "zh-Hans"
    automation.do(
        lambda session, _now: session.execute(update(User).where(User.id == lin).values(reach=reach, language=language))
    )
    case_id = automation.open()
    automation.wrote(case_id, kind="note")
    automation.settle()
    [mail] = posted(automation, "email.notify")
    assert (mail["to"], mail["text"], mail["case_id"]) == ("lin@example.org", "请看。", case_id)
    [text] = sent(automation)
    assert text == ("+14155550177", f"#{case_id} 请看。 http://desk.test/console/cases/{case_id}")
    assert automation.notices("lin") == []


def test_whoever_cannot_be_reached_like_this_is_named(automation: Automation) -> None:
    automation.publish(rule(f"notify: {{to: {{person: ken}}, by: [sms], {SAY}}}"))
    [(_, result, why)] = tried(automation, automation.open())
    assert (result, why) == ("refused", "Nobody can be reached this way: Ken Zhao (sms). Write reach in agents.yaml.")


def test_one_person_without_an_address_silences_nobody_else_and_is_named(automation: Automation) -> None:
    automation.publish(rule(f"notify: {{to: supervisors, by: [screen, email], {SAY}}}"))
    lin = automation.house.user_id("lin")
    automation.do(lambda session, _now: session.execute(update(User).where(User.id == lin).values(reach={})))
    assert tried(automation, automation.open()) == [("notify", "done", "Not reached: Lin Qiao (email).")]
    assert [automation.notices(login) for login in ("eva", "lin")] == [["Look at this."]] * 2
    assert [mail["to"] for mail in posted(automation, "email.notify")] == ["eva@desk.example.com"]


def test_a_webhook_is_posted_with_the_facts_and_without_what_was_written(automation: Automation) -> None:
    automation.publish(rule("webhook: {url: https://crm.example.com/cases, secret: secret:crm}"))
    case_id = automation.open("gold")
    automation.wrote(case_id, "My card is 4111 1111 1111 1111", kind="note")
    automation.settle()
    [told] = posted(automation, "automation.webhook")
    assert (told["url"], told["secret"]) == ("https://crm.example.com/cases", "secret:crm")
    assert (told["body"]["case"], told["body"]["trigger"], told["body"]["facts"]["case.tier"]) == (
        case_id,
        "note_written",
        "gold",
    )
    assert "4111" not in str(told)
    assert "Where is my order" not in str(told), "the subject is what the customer wrote, too"
    assert automation.runs("tried")[-1].actions[0]["why"].startswith("Handed over to be sent")


def test_a_letter_goes_by_mail_in_the_customers_language_once(automation: Automation) -> None:
    automation.publish(rule("send: still-there"))
    case_id = automation.open()
    automation.address(case_id)
    assert tried(automation, case_id) == [("send", "done", "")]
    assert tried(automation, case_id) == [
        ("send", "refused", "No letter was sent: this sender already had an automatic answer in this case.")
    ]
    outgoing = select(MailMessage.subject).where(MailMessage.case_id == case_id, MailMessage.outgoing)
    assert automation.do(lambda session, _now: session.scalars(outgoing).all()) == [f"Is this solved? (#{case_id})"]
    [line] = [body for body in automation.story(case_id) if body.get("automatic") == "letter"]
    assert "Dear Dana Reed," in line["text"]
    assert line["to"] == [MAIL]
    assert "we_wrote" not in automation.moments(case_id), "a machine's letter is no answer of ours"


def test_a_letter_keeps_no_promise(automation: Automation) -> None:
    automation.publish(rule("send: still-there"))
    case_id = automation.open()
    automation.address(case_id)
    tried(automation, case_id)
    state = select(SlaClock.state).where(SlaClock.case_id == case_id, SlaClock.kind == "first_response")
    assert automation.do(lambda session, _now: session.scalar(state)) == "running"


def test_a_letter_without_an_address_and_a_letter_that_is_gone_are_told(automation: Automation) -> None:
    automation.publish(rule("send: still-there"))
    case_id = automation.open()
    assert tried(automation, case_id) == [("send", "refused", "No mail address of this customer is known.")]
    automation.do(lambda session, _now: session.execute(delete(Letter)))
    assert tried(automation, case_id) == [("send", "refused", "There is no letter still-there any more.")]


def test_a_letter_goes_into_the_chat_while_there_is_one(automation: Automation) -> None:
    automation.publish(rule("send: still-there"))
    case_id = automation.open(channel=Channel.CHAT)
    waits(automation, case_id)
    assert tried(automation, case_id) == [("send", "done", "")]
    [line] = [body for body in automation.story(case_id) if body.get("automatic") == "letter"]
    assert "Dear Dana Reed" in line["text"]
    assert posted(automation, "email.send") == []


def test_a_chat_has_one_automatic_message(automation: Automation) -> None:
    automation.publish(rule("send: still-there"))
    case_id = automation.open(channel=Channel.CHAT)
    waits(automation, case_id)
    tried(automation, case_id)
    assert tried(automation, case_id) == [("send", "refused", "This chat has had an automatic message already.")]


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("no-reply@example.org", "nobody reads no-reply@example.org"),
        ("support@desk.example.com", "the sender is one of our own mailboxes"),
    ],
)
def test_no_letter_goes_where_nobody_reads_it(automation: Automation, address: str, why: str) -> None:
    automation.publish(rule("send: still-there"))
    case_id = automation.open()
    automation.address(case_id, address)
    assert tried(automation, case_id) == [("send", "refused", f"No letter was sent: {why}.")]


def test_no_letter_goes_to_somebody_new_in_the_case(automation: Automation) -> None:
    automation.publish(rule("send: still-there"))
    case_id = automation.open()
    arrives(automation, case_id, "stranger@example.net", unverified_sender=True)
    why = "No letter was sent: the last mail came from an address that had not written in this case before."
    assert tried(automation, case_id) == [("send", "refused", why)]


def arrives(automation: Automation, case_id: int, sender: str, **body: object) -> None:
    """A mail of this sender stands in the case."""

    def work(session, now) -> None:
        entry = timeline.Entry("message_in", {"text": "Hello", **body}, Channel.EMAIL)
        entry_id = timeline.write(session, case_id, entry, now)
        values = {"case_id": case_id, "mailbox": "support@desk.example.com", "message_id": "<1@x>", "outgoing": False}
        row = {
            **values,
            "sender": sender,
            "subject": "Hello",
            "body_sha256": "x",
            "attachments": [],
            "thread_reason": "x",
        }
        session.execute(insert(MailMessage).values(entry_id=entry_id, **row))

    automation.do(work)


def test_what_a_customer_calls_themself_is_text_and_never_a_form(automation: Automation) -> None:
    automation.publish(rule("send: still-there"))
    case_id = automation.open(name="{case.id} {{7*7}} %(x)s")
    automation.address(case_id)
    tried(automation, case_id)
    [line] = [body for body in automation.story(case_id) if body.get("automatic") == "letter"]
    assert "Dear {case.id} {{7*7}} %(x)s," in line["text"]


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


def waits(automation: Automation, case_id: int) -> int:
    """A chat of this case in the line of its queue; the work item."""

    def work(session, now) -> int:
        case = session.get_one(Case, case_id)
        values = {"case_id": case_id, "customer_id": case.customer_id, "channel": Channel.CHAT, "address": "Dana"}
        talk = interactions.begin(session, {**values, "state": InteractionState.QUEUED, "language": "en"}, now)
        chat = {"interaction_id": talk.id, "token_hash": "x", "visitor_name": "Dana Reed", "seen_at": now}
        session.execute(insert(Chat).values(**chat))
        return line.enqueue(session, talk, session.get_one(Queue, case.queue_id), line.Request(), now)

    return automation.do(work)


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


def on_the_first_day_of_the_rota(automation: Automation) -> None:
    def work(session, now) -> None:
        start = (now - timedelta(hours=1)).replace(tzinfo=None, microsecond=0).isoformat()
        definition = {"zone": "UTC", "start": start, "days": 1, "people": ["eva", "lin"], "swaps": []}
        session.execute(update(Rota).where(Rota.name == "nights").values(definition=definition))
        session.execute(update(User).where(User.login == "lin").values(role=Role.AGENT))

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


def posted(automation: Automation, topic: str) -> list[dict]:
    wanted = select(Outbox.payload).where(Outbox.topic == topic).order_by(Outbox.id)
    return automation.do(lambda session, _now: list(session.scalars(wanted)))


def sent(automation: Automation) -> list[tuple[str, str]]:
    """Text messages as the provider has them."""
    return [(one.to, one.body) for one in automation.house.sim.client().messages.list()]
