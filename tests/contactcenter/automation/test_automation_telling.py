"""What rules tell: people of ours on their screens, by mail and by text message; customers by letters; other systems by webhooks."""

from datetime import timedelta

import pytest
from automation_world import MAIL, Automation, posted, rule, tried, waits
from sqlalchemy import delete, insert, select, update

from contactcenter.cases import timeline
from contactcenter.models import (
    Agent,
    Case,
    Letter,
    MailMessage,
    Rota,
    SlaClock,
    User,
)  # fmt: skip
from contactcenter.models.states import Channel, Presence, Role

SAY = "say: {en: Look at this., zh-Hans: 请看。, zh-Hant: 請看。}"


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
        ("send", "refused", "This sender already had an automatic answer in this case.")
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
        ("no-reply@example.org", "Nobody reads no-reply@example.org."),
        ("support@desk.example.com", "The sender is one of our own mailboxes."),
    ],
)
def test_no_letter_goes_where_nobody_reads_it(automation: Automation, address: str, why: str) -> None:
    automation.publish(rule("send: still-there"))
    case_id = automation.open()
    automation.address(case_id, address)
    assert tried(automation, case_id) == [("send", "refused", why)]


def test_no_letter_goes_to_somebody_new_in_the_case(automation: Automation) -> None:
    automation.publish(rule("send: still-there"))
    case_id = automation.open()
    arrives(automation, case_id, "stranger@example.net", unverified_sender=True)
    why = "The last mail came from an address that had not written in this case before."
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


def on_the_first_day_of_the_rota(automation: Automation) -> None:
    def work(session, now) -> None:
        start = (now - timedelta(hours=1)).replace(tzinfo=None, microsecond=0).isoformat()
        definition = {"zone": "UTC", "start": start, "days": 1, "people": ["eva", "lin"], "swaps": []}
        session.execute(update(Rota).where(Rota.name == "nights").values(definition=definition))
        session.execute(update(User).where(User.login == "lin").values(role=Role.AGENT))

    automation.do(work)


def sent(automation: Automation) -> list[tuple[str, str]]:
    """Text messages as the provider has them."""
    return [(one.to, one.body) for one in automation.house.sim.client().messages.list()]
