"""Macros by hand: an agent sees what each would do, uses one, and is told what it could not do; tags are written by hand as well."""

import json

import pytest
from automation_world import Automation
from house import Browser
from sqlalchemy import insert, select

from contactcenter.automation import macros
from contactcenter.foundation.permissions import Who
from contactcenter.models import Macro, TimelineEntry
from contactcenter.models.states import Role


@pytest.fixture
def ana(automation: Automation) -> Browser:
    browser = automation.house.browser()
    browser.sign_in("ana")
    return browser


def define(automation: Automation, name: str, *actions: dict[str, object]) -> None:
    automation.do(lambda session, _now: session.execute(insert(Macro).values(name=name, actions=list(actions))))


def uses(browser: Browser, case_id: int, name: str) -> str:
    """What the agent is told beside what the page shows."""
    answer = browser.post(f"/console/cases/{case_id}/macro", macro=name)
    assert answer.status_code == 204, answer.get_data(as_text=True)
    return json.loads(answer.headers.get("HX-Trigger", '{"toast": {"text": ""}}'))["toast"]["text"]


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


def test_what_was_so_already_and_what_could_not_be_done_is_told_and_the_rest_is_done(
    automation: Automation, ana: Browser
) -> None:
    define(automation, "chase", {"do": "send", "to": "still-there"}, {"do": "status", "to": "pending"})
    case_id = automation.open()
    uses(ana, case_id, "urgent")
    assert uses(ana, case_id, "urgent") == "“tag urgent” was so already."
    told = uses(ana, case_id, "chase")
    assert told == "“send still-there” could not be done: No mail address of this customer is known."
    assert automation.case(case_id).status == "pending"
    assert automation.runs("chase")[-1].outcome == "failed"


def test_a_letter_goes_out_once_for_each_use(automation: Automation, ana: Browser) -> None:
    define(automation, "chase", {"do": "send", "to": "still-there"})
    case_id = automation.open()
    automation.address(case_id)
    assert uses(ana, case_id, "chase") == ""
    assert "already had an automatic answer" in uses(ana, case_id, "chase")


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
    gone = ana.post(f"/console/cases/{case_id}/macro", macro="gone")
    assert (gone.status_code, gone.get_json()["detail"]) == (404, "There is no macro gone any more.")
    assert ana.post("/console/cases/999999/macro", macro="urgent").status_code == 404
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


def test_a_macro_acts_for_whoever_used_it_whatever_the_door(automation: Automation) -> None:
    case_id = automation.open()
    who = Who(automation.house.user_id("ken"), "ken", "Ken Zhao", Role.AGENT, "en", "UTC")
    mailbox = automation.house.parts.mailbox
    came = automation.do(lambda session, now: macros.use(session, case_id, "urgent", who, mailbox, now))
    assert [one["result"] for one in came] == ["done", "done"]


def test_tags_are_written_and_taken_off_by_hand(automation: Automation, ana: Browser) -> None:
    case_id = automation.open()
    assert ana.post(f"/console/cases/{case_id}/tag", tags=" vip，late  vip ").status_code == 204
    assert automation.case(case_id).tags == ["vip", "late"]
    tab = ana.get(f"/console/cases/{case_id}/context?tab=case").get_data(as_text=True)
    assert 'aria-label="Take the tag vip off"' in tab
    assert ana.post(f"/console/cases/{case_id}/untag", tags="vip").status_code == 204
    assert automation.case(case_id).tags == ["late"]
    other = automation.open()
    assert '<option value="late"></option>' in ana.get(f"/console/cases/{other}/context?tab=case").get_data(as_text=True)


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
