"""Rules as text: what may stand in them, what is refused with its line, and how they are changed on the screen."""

import pytest
from automation_world import NAME, Automation
from house import Browser
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from contactcenter.automation.in_force import RULES
from contactcenter.configuration import rule_texts
from contactcenter.models import Audit, RuleText

RULE = """- name: one
  trigger: customer_wrote
  when:
  - case.tier is "gold"
  then:
  - priority: 5
"""
MISTAKES = {
    "no version": ("version: 1\n", "", "1: version: This is missing"),
    "a version beside something else": ("version: 1", '"version": 1', "1: version: Write the version on"),
    "an unknown trigger": (
        "customer_wrote",
        "customer_called",
        "4: rules[1].trigger: There is no trigger “customer_called”",
    ),
    "the word for a wait": ("customer_wrote", "waited", "4: rules[1].trigger: There is no trigger “waited”"),
    "a wait without a length": ("customer_wrote", "{since: we_wrote}", "4: rules[1].trigger.after: This is missing"),
    "a wait of no length": (
        "customer_wrote",
        "{since: we_wrote, after: soon}",
        "4: rules[1].trigger.after: “soon” is no",
    ),
    "a wait for ever": (
        "customer_wrote",
        "{since: we_wrote, after: 999h}",
        "4: rules[1].trigger.after: A rule waits for",
    ),
    "a wait by no calendar": (
        "customer_wrote",
        "{since: we_wrote, after: 2h, by: moon}",
        "4: rules[1].trigger.by: There is no calendar “moon”",
    ),
    "a name with a space": ("name: one", "name: the one", "3: rules[1].name: “the one” is no name"),
    "an unknown key": ("when:", "where:", "5: rules[1].where: This name is not known here"),
    "a condition that is none": (
        'case.tier is "gold"',
        "case.tier gold",
        "6: rules[1].when[1]: 'case.tier gold' should read",
    ),
    "a fact that is none": (
        "case.tier is",
        "case.teir is",
        "6: rules[1].when[1]: There is no “case.teir” to ask about; did",
    ),
    "a fact of no kind": (
        "case.tier is",
        "sky.colour is",
        "6: rules[1].when[1]: There is no “sky.colour” to ask about; there",
    ),
    "a calendar that is none": (
        "case.tier is",
        "calendar.moon is",
        "6: rules[1].when[1]: There is no “calendar.moon” to",
    ),
    "tags compared as one": (
        'case.tier is "gold"',
        'case.tags is "vip"',
        "6: rules[1].when[1]: A case has several tags; ask",
    ),
    "a word without quotes": ('tier is "gold"', "tags has vip", "6: rules[1].when[1]: 'vip' should be true"),
    "nothing to do": ("  then:\n  - priority: 5\n", "  then: []\n", "7: rules[1].then: A rule does something"),
    "an unknown action": ("priority: 5", "explode: now", "8: rules[1].then[1].explode: There is no action “explode”"),
    "two actions in one": ("- priority: 5", "- {priority: 5, tag: [a]}", "8: rules[1].then[1]: An action is one verb"),
    "a priority beyond": (
        "priority: 5",
        "priority: 12",
        "8: rules[1].then[1].priority: Write a whole number from 0 to 9",
    ),
    "a step that is none": ("priority: 5", 'priority: "++1"', "8: rules[1].then[1].priority: Write a whole number"),
    "an unknown queue": ("priority: 5", "queue: nowhere", "8: rules[1].then[1].queue: There is no queue “nowhere”"),
    "an unknown person": ("priority: 5", "assign: nobody-here", "8: rules[1].then[1].assign: There is no person"),
    "an unknown status": ("priority: 5", "status: done", "8: rules[1].then[1].status: There is no status “done”"),
    "an unknown macro": ("priority: 5", "macro: none", "8: rules[1].then[1].macro: There is no macro “none”"),
    "an unknown letter": ("priority: 5", "send: none", "8: rules[1].then[1].send: There is no letter “none”"),
    "an unknown tier": ("priority: 5", "promise: bronze", "8: rules[1].then[1].promise: There is no tier “bronze”"),
    "an unknown escalation": ("priority: 5", "escalate: none", "8: rules[1].then[1].escalate: There is no escalation"),
    "a tag with a space": ("priority: 5", "tag: [two words]", "8: rules[1].then[1].tag: “two words” is no tag"),
    "an address that is none": (
        "priority: 5",
        "webhook: {url: 'ftp://x'}",
        "8: rules[1].then[1].webhook.url: Write https",
    ),
    "a password in an address": (
        "priority: 5",
        "webhook: {url: 'https://me:secret@x.example.com/'}",
        "8: rules[1].then[1].webhook.url: Write https",
    ),
    "a secret in the text": (
        "priority: 5",
        "webhook: {url: 'https://x.example.com/', secret: hunter2}",
        "8: rules[1].then[1].webhook.secret: Write secret: and a name",
    ),
    "a recipient that is none": (
        "priority: 5",
        "notify: {to: everybody, say: {en: a, zh-Hans: b, zh-Hant: c}}",
        "8: rules[1].then[1].notify.to: There is no recipient “everybody”",
    ),
    "a notice in one language": (
        "priority: 5",
        "notify: {to: lead, say: {en: a}}",
        "8: rules[1].then[1].notify.say.zh-Hans: This is missing",
    ),
    "a way that is none": (
        "priority: 5",
        "notify: {to: lead, by: [pigeon], say: {en: a, zh-Hans: b, zh-Hant: c}}",
        "8: rules[1].then[1].notify.by[1]: There is no way to tell “pigeon”",
    ),
    "a callback without a window": (
        "priority: 5",
        "callback: {queue: orders, within: 2h}",
        "8: rules[1].then[1].callback.window: This is missing",
    ),
    "a rule that stands there twice": (
        "  - priority: 5\n",
        "  - priority: 5\n" + RULE,
        "9: rules[2]: The rule “one” stands here twice, first in line 3",
    ),
    "no YAML": ("trigger:", "trigger: [", "5: file: This is not YAML"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_with_its_line_and_what_to_write_instead(automation: Automation, mistake: str) -> None:
    before, after, told = MISTAKES[mistake]
    body = f"version: 1\nrules:\n{RULE}"
    assert before in body
    with automation.house.db.transaction() as session:
        checked = rule_texts.check(NAME, body.replace(before, after, 1), rule_texts.names(session))
    found = [f"{one.line}: {one.step}: {one.message}" for one in checked.findings]
    assert any(one.startswith(told) for one in found), found


def test_a_text_without_mistakes_has_none(automation: Automation) -> None:
    with automation.house.db.transaction() as session:
        checked = rule_texts.check(NAME, f"version: 1\nrules:\n{RULE}", rule_texts.names(session))
    assert (checked.findings, [told["name"] for told in checked.rules]) == ((), ["one"])


def signed_in(automation: Automation, login: str) -> Browser:
    browser = automation.house.browser()
    browser.sign_in(login)
    return browser


def save(browser: Browser, body: str, revision: int) -> int:
    answer = browser.client.post(
        f"/admin/automation/{NAME}/draft?revision={revision}",
        base_url="http://desk.test",
        data=body,
        headers={"X-CSRFToken": browser.csrf(), "Content-Type": "text/plain"},
    )
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return int(answer.json["revision"])


def current(automation: Automation) -> RuleText:
    with automation.house.db.transaction() as session:
        row = RULES.current(session, NAME)
        assert isinstance(row, RuleText)
        return row


def test_rules_are_drafted_tried_published_and_rolled_back_on_the_screen(automation: Automation) -> None:
    admin = signed_in(automation, "admin")
    sample = current(automation).body
    changed = sample.replace("priority: 3", "priority: 7")
    assert save(admin, changed, 0) == 1
    assert current(automation).version == 1, "a draft does nothing"
    tried = admin.get(f"/admin/automation/{NAME}/dry-run").get_data(as_text=True)
    assert "Nothing would have been different." in tried
    dialog = admin.get(f"/admin/automation/{NAME}/publish").get_data(as_text=True)
    assert "priority: 7" in dialog
    done = admin.post(f"/admin/automation/{NAME}/publish", revision=1, seen=1, reason="More urgent.")
    assert done.headers["HX-Redirect"].endswith(f"/{NAME}?published=2")
    in_force = current(automation)
    assert (in_force.version, in_force.by_name, in_force.reason) == (2, "Ada Wells", "More urgent.")
    assert in_force.rules[0]["then"][1] == {"do": "priority", "to": 7}
    history = admin.get(f"/admin/automation/{NAME}/versions").get_data(as_text=True)
    assert "More urgent." in history
    admin.post(f"/admin/automation/{NAME}/versions/1/roll-back", seen=2, reason="Too much.")
    again = current(automation)
    assert (again.version, again.restores, again.rules[0]["then"][1]) == (3, 1, {"do": "priority", "to": 3})
    deeds = select(Audit.action).where(Audit.subject == f"rules:{NAME}").order_by(Audit.id)
    assert automation.do(lambda session, _now: list(session.scalars(deeds)))[-2:] == ["published", "rolled_back"]


def test_a_text_with_mistakes_is_not_published(automation: Automation) -> None:
    admin = signed_in(automation, "admin")
    revision = save(admin, current(automation).body.replace("queue: billing", "queue: nowhere"), 0)
    refused = admin.post(f"/admin/automation/{NAME}/publish", revision=revision, seen=1)
    assert refused.status_code == 422
    assert "the first is in line 17: There is no queue “nowhere”" in refused.json["detail"]
    assert current(automation).version == 1


def test_two_who_write_at_once_do_not_overwrite_each_other(automation: Automation) -> None:
    admin, eva = signed_in(automation, "admin"), signed_in(automation, "eva")
    sample = current(automation).body
    save(admin, sample + "# mine\n", 0)
    lost = eva.client.post(
        f"/admin/automation/{NAME}/draft?revision=0",
        base_url="http://desk.test",
        data=sample,
        headers={"X-CSRFToken": eva.csrf(), "Content-Type": "text/plain"},
    )
    assert lost.status_code == 409
    assert "Ada Wells" in lost.get_data(as_text=True)


def test_a_supervisor_drafts_and_tries_and_an_administrator_publishes(automation: Automation) -> None:
    eva, ana = signed_in(automation, "eva"), signed_in(automation, "ana")
    save(eva, current(automation).body + "# a thought\n", 0)
    assert eva.get(f"/admin/automation/{NAME}/dry-run").status_code == 200
    assert eva.get("/admin/automation/log").status_code == 200
    assert eva.post(f"/admin/automation/{NAME}/publish", revision=1, seen=1).status_code == 403
    assert ana.get(f"/admin/automation/{NAME}").status_code == 403
    assert ana.get("/admin/automation/log").status_code == 403


def test_the_log_page_shows_what_each_rule_made_of_each_moment(automation: Automation) -> None:
    automation.publish(RULE + "- name: two\n  trigger: customer_wrote\n  then:\n  - send: still-there\n")
    case_id = automation.open("standard")
    automation.wrote(case_id, "<b>Hello</b>")
    automation.settle()
    page = signed_in(automation, "eva").get(f"/admin/automation/log?case={case_id}").get_data(as_text=True)
    assert "service/one" in page
    assert '<span lang="">case.tier is &#34;gold&#34;</span> does not hold' in page
    assert "No mail address of this customer is known." in page
    told = signed_in(automation, "eva").get(f"/admin/automation/log?case={case_id}&lang=zh-Hant").get_data(as_text=True)
    assert ' 不成立：<span lang="">case.tier</span> 為 <span lang="">“standard”</span>。' in told
    assert "No mail address" not in told
    narrowed = signed_in(automation, "eva").get("/admin/automation/log?rule=service/two&outcome=acted")
    assert "No rule was asked that fits" in narrowed.get_data(as_text=True)


def test_a_rule_set_nobody_has_written_is_not_found(automation: Automation) -> None:
    admin = signed_in(automation, "admin")
    for name in ("none", "..", "A", "x" * 99):
        assert admin.get(f"/admin/automation/{name}").status_code == 404


def test_published_rules_can_never_be_changed(automation: Automation) -> None:
    with pytest.raises(DBAPIError, match="Published rules are never changed"):
        automation.do(lambda session, _now: session.execute(RuleText.__table__.update().values(body="x")))


def test_files_do_not_overwrite_what_was_published_on_the_screen(automation: Automation) -> None:
    from house import CONFIG

    from contactcenter.configuration import reading
    from contactcenter.configuration.planning import plan

    automation.publish(RULE)
    config = reading.read(CONFIG)
    with automation.house.db.transaction() as session:
        found = plan(session, config)
    [held] = found.held
    assert "keep rules service, version 2" in str(held)
    assert "contactcenter automation export service" in str(held)
    assert found.changes == ()
