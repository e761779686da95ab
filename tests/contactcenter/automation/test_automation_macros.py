"""Macros by hand: an agent sees what each would do, uses one, and is told what it could not do; tags are written by hand as well."""

import json
from uuid import uuid4

import pytest
from automation_world import Automation, waits
from house import Browser
from sqlalchemy import insert, select

from contactcenter.assignment import offers
from contactcenter.models import Macro, Offer, Outbox, TimelineEntry
from contactcenter.models.states import CaseStatus, Channel


@pytest.fixture
def ana(automation: Automation) -> Browser:
    browser = automation.house.browser()
    browser.sign_in("ana")
    return browser


def define(automation: Automation, name: str, *actions: dict[str, object]) -> None:
    automation.do(lambda session, _now: session.execute(insert(Macro).values(name=name, actions=list(actions))))


def uses(browser: Browser, case_id: int, name: str, client_id: str = "") -> str:
    """What the agent is told beside what the page shows."""
    answer = browser.post(f"/console/cases/{case_id}/macro", macro=name, client_id=client_id or uuid4().hex)
    assert answer.status_code == 204, answer.get_data(as_text=True)
    return json.loads(answer.headers.get("HX-Trigger", '{"toast": {"text": ""}}'))["toast"]["text"]


def is_refused(browser: Browser, case_id: int, name: str, language: str = "en") -> str:
    form = {"macro": name, "client_id": uuid4().hex}
    answer = browser.post(f"/console/cases/{case_id}/macro?lang={language}", **form)
    assert answer.status_code == 409
    return answer.get_json()["detail"]


def test_an_agent_sees_what_a_macro_does_and_uses_it_as_themselves(automation: Automation, ana: Browser) -> None:
    case_id = automation.open()
    page = ana.get(f"/console/cases/{case_id}/macros").get_data(as_text=True)
    assert 'value="urgent"' in page
    assert 'Tags are added: <span class="strong" lang="">urgent</span>' in page
    assert "The priority changes by +2" in page
    before = automation.case(case_id).priority
    assert uses(ana, case_id, "urgent") == ""
    case = automation.case(case_id)
    assert (case.tags, case.priority) == (["urgent"], before + 2)
    [run] = automation.runs("urgent")
    assert (run.rule_set, run.case_id, run.outcome) == ("user:ana", case_id, "acted")
    assert [(one["do"], one["result"]) for one in run.actions] == [("tag", "done"), ("priority", "done")]
    names = select(TimelineEntry.actor_name).where(TimelineEntry.case_id == case_id).order_by(TimelineEntry.id)
    assert automation.do(lambda session, _now: session.scalars(names).all())[-2:] == ["Ana Lim", "Ana Lim"]


def test_what_was_so_already_is_told(automation: Automation, ana: Browser) -> None:
    case_id = automation.open()
    uses(ana, case_id, "urgent")
    assert uses(ana, case_id, "urgent") == "It was so already: Tags are added: urgent."
    assert automation.case(case_id).priority == 4


def test_a_macro_is_used_whole_or_not_at_all(automation: Automation, ana: Browser) -> None:
    define(automation, "late", {"do": "status", "to": "pending"}, {"do": "send", "to": "still-there"})
    case_id = automation.open()
    assert is_refused(ana, case_id, "late") == (
        "Nothing was done, for one thing cannot be: The customer is sent the letter still-there. "
        "No mail address of this customer is known."
    )
    assert automation.case(case_id).status == "new", "nobody waits for a customer who was not asked"
    assert (automation.runs(), automation.moments(case_id)[1:]) == ([], [])
    told = is_refused(ana, case_id, "late", "zh-Hant")
    assert told == "什麼也沒有做，因為其中一項無法完成：向客戶傳送信件 still-there。沒有此客戶的郵件地址。"


def test_the_same_use_sent_again_is_done_once(automation: Automation, ana: Browser) -> None:
    case_id = automation.open()
    for _ in range(2):
        assert uses(ana, case_id, "urgent", "the very same") == ""
    assert automation.case(case_id).priority == 2
    assert len(automation.runs("urgent")) == 1


def test_a_letter_goes_out_once(automation: Automation, ana: Browser) -> None:
    case_id = automation.open()
    automation.address(case_id)
    assert uses(ana, case_id, "ask-again") == ""
    assert automation.case(case_id).status == "pending"
    assert "already had an automatic answer" in is_refused(ana, case_id, "ask-again")


def test_a_macro_writes_to_nobody_whose_case_is_over_or_who_talks_with_somebody_else(
    automation: Automation, ana: Browser
) -> None:
    define(automation, "call-back", {"do": "callback", "queue": "billing", "within": 3600, "window": "office"})
    over = automation.open()
    automation.address(over)
    automation.change_status(over, CaseStatus.RESOLVED)
    waiting = automation.open(channel=Channel.CHAT)
    waits(automation, waiting)
    for name in ("ask-again", "call-back"):
        assert "the case is over" in is_refused(ana, over, name)
        assert "Take the conversation first" in is_refused(ana, waiting, name)
    automation.house.agent("ken")
    automation.settle()
    offer = select(Offer.id).where(Offer.state == "pending")
    offer_id = automation.do(lambda session, _now: session.scalar(offer))
    ken = automation.house.user_id("ken")
    automation.do(lambda session, now: offers.accept(session, offer_id, ken, now))
    assert "somebody else" in is_refused(ana, waiting, "ask-again")
    assert uses(ana, waiting, "urgent") == ""
    assert uses(ana, over, "urgent") == ""


def test_a_note_of_a_macro_is_a_note_of_whoever_used_it(automation: Automation, ana: Browser) -> None:
    define(automation, "note", {"do": "note", "text": "Called twice."})
    case_id = automation.open()
    uses(ana, case_id, "note")
    written = select(TimelineEntry.actor_id).where(TimelineEntry.case_id == case_id, TimelineEntry.kind == "note")
    assert automation.do(lambda session, _now: session.scalar(written)) == automation.house.user_id("ana")


def test_people_who_cannot_be_reached_are_named_and_a_webhook_needs_no_word(
    automation: Automation, ana: Browser
) -> None:
    say = {"en": "Look!"}
    define(automation, "alarm", {"do": "notify", "to": {"person": "ken"}, "say": say, "by": ["screen", "sms"]})
    define(automation, "hook", {"do": "webhook", "url": "https://crm.example.com/?token=abc", "secret": ""})
    case_id = automation.open()
    assert uses(ana, case_id, "alarm") == (
        "Colleagues are told (ken; on the screen, by text message): Look!: Not reached: Ken Zhao (sms)."
    )
    assert uses(ana, case_id, "hook") == ""
    body = automation.do(lambda session, _now: session.scalar(select(Outbox.payload["body"])))
    assert body["rule"] == "macro/hook", "no login goes out of the house"


def test_rules_hear_of_a_macro_that_somebody_used(automation: Automation, ana: Browser) -> None:
    automation.publish("""
- name: heard
  trigger: macro_used
  when:
  - macro.name is "urgent"
  then:
  - note: It is urgent.
""")
    define(automation, "calm", {"do": "untag", "tags": ["urgent"]})
    case_id = automation.open()
    uses(ana, case_id, "urgent")
    uses(ana, case_id, "calm")
    automation.settle()
    assert [run.outcome for run in automation.runs("heard")] == ["acted", "not_matched"]
    assert automation.case(case_id).tags == []


def test_a_macro_that_is_gone_and_a_case_that_never_was_are_told(automation: Automation, ana: Browser) -> None:
    case_id = automation.open()
    old = ana.post(f"/console/cases/{case_id}/macro", macro="urgent")
    assert (old.status_code, old.get_json()["detail"]) == (
        422,
        "This page is too old to be sent. Reload it and try again.",
    )
    gone = ana.post(f"/console/cases/{case_id}/macro", macro="gone", client_id="12345678")
    assert (gone.status_code, gone.get_json()["detail"]) == (404, "There is no macro gone any more.")
    assert ana.post("/console/cases/999999/macro", macro="urgent", client_id="12345678").status_code == 404
    assert ana.get("/console/cases/999999/macros").status_code == 404
    assert automation.runs() == []


def test_only_who_works_on_cases_uses_macros_and_tags(automation: Automation) -> None:
    case_id = automation.open()
    admin = automation.house.browser()
    admin.sign_in("admin")
    assert admin.get(f"/console/cases/{case_id}/macros").status_code == 403
    assert admin.post(f"/console/cases/{case_id}/macro", macro="urgent").status_code == 403
    assert admin.post(f"/console/cases/{case_id}/tag", tags="x").status_code == 403
    assert admin.post(f"/console/cases/{case_id}/untag", tags="x").status_code == 403


EVERY = (
    {"do": "assign", "to": "ken"},
    {"do": "assign", "to": "nobody"},
    {"do": "assign", "to": "last_agent"},
    {"do": "queue", "to": "billing"},
    {"do": "priority", "to": 3},
    {"do": "priority", "by": -1},
    {"do": "tag", "tags": ["a", "b"]},
    {"do": "untag", "tags": ["a"]},
    {"do": "status", "to": "pending"},
    {"do": "note", "text": "<b>Bold</b>"},
    {"do": "notify", "to": "queue", "say": {"en": "Look!", "zh-Hant": "看！"}, "by": ["screen"]},
    {"do": "escalate", "to": "late-promise"},
    {"do": "webhook", "url": "https://crm.example.com/secret-path", "secret": "secret:crm"},
    {"do": "promise", "to": "gold"},
    {"do": "send", "to": "still-there"},
    {"do": "callback", "queue": "billing", "within": 60, "window": "office"},
)


def test_every_action_is_told_as_a_sentence_that_holds_no_secret(automation: Automation, ana: Browser) -> None:
    define(automation, "everything", *EVERY)
    case_id = automation.open()
    page = ana.get(f"/console/cases/{case_id}/macros").get_data(as_text=True)
    effects = page.partition('value="everything"')[2].partition("</ol>")[0]
    assert effects.count("<li>") == len(EVERY)
    assert "<li><code>" not in effects, "an action without a sentence"
    assert "&lt;b&gt;Bold" in effects
    assert "crm" not in effects
    chinese = ana.get(f"/console/cases/{case_id}/macros?lang=zh-Hant").get_data(as_text=True)
    assert "看！" in chinese
    assert "將回電給客戶" in chinese


def test_every_action_that_a_macro_may_hold_is_shown_here() -> None:
    from contactcenter.automation.actions import VERBS

    assert {one["do"] for one in EVERY} == set(VERBS) - {"macro"}


def test_tags_are_written_and_taken_off_by_hand(automation: Automation, ana: Browser) -> None:
    case_id = automation.open()
    assert ana.post(f"/console/cases/{case_id}/tag", tags=" vip，late  vip ").status_code == 204
    assert automation.case(case_id).tags == ["vip", "late"]
    tab = ana.get(f"/console/cases/{case_id}/context?tab=case").get_data(as_text=True)
    assert 'aria-label="Take the tag vip off"' in tab
    assert ana.post(f"/console/cases/{case_id}/untag", tags="vip").status_code == 204
    assert automation.case(case_id).tags == ["late"]
    other = automation.open()
    assert '<option value="late"></option>' in ana.get(f"/console/cases/{other}/context?tab=case").get_data(
        as_text=True
    )


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("", "Write a tag."),
        (" , ", "Write a tag."),
        ("<script>", "“<script>” is no tag: use letters, digits, - and _, forty at most."),
        ("x" * 41, f"“{'x' * 41}” is no tag: use letters, digits, - and _, forty at most."),
        (" ".join(f"t{n}" for n in range(31)), "A case has 30 tags at most."),
    ],
)
def test_what_is_no_tag_is_refused_and_nothing_is_changed(
    automation: Automation, ana: Browser, written: str, said: str
) -> None:
    case_id = automation.open()
    answer = ana.post(f"/console/cases/{case_id}/tag", tags=written)
    assert (answer.status_code, answer.get_json()["detail"]) == (422, said)
    assert automation.case(case_id).tags == []
