"""A dry run tells where other rules would have done something else in what has really happened, and writes nothing."""

from datetime import timedelta

import pytest
from automation_world import NAME, Automation
from click.testing import CliRunner
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from contactcenter.automation import dry_run as dry
from contactcenter.automation.rules import rule
from contactcenter.configuration import rule_texts
from contactcenter.configuration.automation_commands import automation_group
from contactcenter.foundation import clock
from contactcenter.models import Base
from contactcenter.models.states import CaseStatus, EntryKind

IN_FORCE = """
- name: gold-first
  trigger: customer_wrote
  when:
  - case.tier is "gold"
  then:
  - priority: 5
"""
SILENT = """
- name: silent
  trigger: {since: we_wrote, after: 2h}
  when:
  - case.last_word is "us"
  then:
  - tag: [silent]
"""


def run(automation: Automation, rules: str) -> dry.DryRun:
    with automation.house.db.transaction() as session:
        checked = rule_texts.check(NAME, f"version: 1\nrules:\n{rules}", rule_texts.names(session))
    assert checked.findings == ()
    with automation.house.db.transaction() as session:
        return dry.dry_run(session, NAME, [rule(NAME, 0, told) for told in checked.rules], clock.now(session))


def happened(automation: Automation) -> tuple[int, int]:
    """A gold and a standard customer have written, under the rules in force."""
    automation.publish(IN_FORCE)
    gold, standard = automation.open("gold"), automation.open("standard")
    for case_id in (gold, standard):
        automation.wrote(case_id, "Where is my parcel?")
    automation.settle()
    return gold, standard


def test_the_rules_in_force_would_do_what_they_did(automation: Automation) -> None:
    happened(automation)
    found = run(automation, IN_FORCE)
    assert (found.moments, found.cases, found.differences) == (2, 2, ())


def test_a_wider_condition_lists_the_cases_that_would_be_touched_as_well(automation: Automation) -> None:
    _, standard = happened(automation)
    found = run(automation, IN_FORCE.replace('case.tier is "gold"', 'message.text has "parcel"'))
    [one] = found.differences
    assert (one.case_id, one.rules, one.done, one.would) == (standard, ("gold-first",), (), ("priority 5",))


def test_another_action_lists_what_was_done_and_what_would_be(automation: Automation) -> None:
    gold, _ = happened(automation)
    [one] = run(automation, IN_FORCE.replace("priority: 5", "priority: 6")).differences
    assert (one.case_id, one.done, one.would) == (gold, ("priority 5",), ("priority 6",))


def test_a_narrower_condition_lists_what_would_not_be_done_any_more(automation: Automation) -> None:
    gold, _ = happened(automation)
    [one] = run(automation, IN_FORCE.replace('tier is "gold"', 'tier is "silver"')).differences
    assert (one.case_id, one.rules, one.done, one.would) == (gold, (), ("priority 5",), ())


def test_a_rule_that_is_taken_out_is_listed_where_it_acted(automation: Automation) -> None:
    gold, _ = happened(automation)
    [one] = run(automation, IN_FORCE.replace("customer_wrote", "voicemail_left")).differences
    assert (one.case_id, one.done, one.would) == (gold, ("priority 5",), ())


def test_another_name_for_the_same_rule_is_no_difference(automation: Automation) -> None:
    happened(automation)
    assert run(automation, IN_FORCE.replace("gold-first", "best-first")).differences == ()


def test_what_was_so_already_is_no_difference(automation: Automation) -> None:
    happened(automation)
    rules = (
        IN_FORCE
        + "  - tag: []\n  - queue: orders\n  - status: new\n  - assign: nobody\n  - untag: [x]\n  - promise: gold\n"
    )
    assert run(automation, rules).differences == ()


def test_facts_are_those_of_the_moment(automation: Automation) -> None:
    gold, _ = happened(automation)
    automation.change_status(gold, CaseStatus.PENDING)
    new = IN_FORCE.replace('case.tier is "gold"', 'case.tier is "gold" and case.status is "new"')
    assert run(automation, new).differences == ()
    pending = new.replace('"new"', '"pending"')
    assert [one.would for one in run(automation, pending).differences] == [()]


def test_two_rules_that_did_the_same_are_no_difference(automation: Automation) -> None:
    rules = "".join(f"- name: {name}\n  trigger: customer_wrote\n  then:\n  - tag: [seen]\n" for name in ("one", "two"))
    automation.publish(rules)
    automation.wrote(automation.open())
    automation.settle()
    assert [run.actions[0]["result"] for run in automation.runs()] == ["done", "nothing"]
    assert run(automation, rules).differences == ()


def test_who_is_responsible_and_what_is_promised_are_known_where_a_wait_ends(automation: Automation) -> None:
    automation.publish("- name: given\n  trigger: we_wrote\n  then:\n  - assign: ken\n  - promise: gold\n")
    case_id = automation.open()
    automation.wrote(case_id, kind=EntryKind.MESSAGE_OUT)
    automation.settle()
    automation.house.parts.clock.ahead += timedelta(hours=3)
    rules = SILENT.replace('case.last_word is "us"', 'case.assignee is "ken" and case.tier is "gold"')
    assert [one.would for one in run(automation, rules).differences if one.would] == [("tag silent",)]


def test_what_the_log_says_was_so_already_is_no_difference(automation: Automation) -> None:
    rules = "- name: up\n  trigger: customer_wrote\n  then:\n  - escalate: late-promise\n"
    automation.publish(rules)
    case_id = automation.open()
    for _ in range(2):
        automation.wrote(case_id)
        automation.settle()
    assert [run.actions[0]["result"] for run in automation.runs()] == ["done", "nothing"]
    assert run(automation, rules).differences == ()


def test_a_wait_that_began_anew_is_tried_once(automation: Automation) -> None:
    automation.publish(IN_FORCE)
    case_id = automation.open()
    for _ in range(2):
        automation.wrote(case_id, kind=EntryKind.MESSAGE_OUT)
        automation.house.parts.clock.ahead += timedelta(hours=1.5)
    automation.house.parts.clock.ahead += timedelta(hours=1)
    assert len(run(automation, SILENT).differences) == 1


def test_a_wait_is_tried_where_it_would_have_ended(automation: Automation) -> None:
    automation.publish(IN_FORCE)
    waited, answered = automation.open(), automation.open()
    for case_id in (waited, answered):
        automation.wrote(case_id, kind=EntryKind.MESSAGE_OUT)
    automation.house.parts.clock.ahead += timedelta(hours=1)
    automation.wrote(answered, "Thank you.")
    automation.house.parts.clock.ahead += timedelta(hours=2)
    [one] = run(automation, SILENT).differences
    assert (one.case_id, one.would) == (waited, ("tag silent",))


def test_a_wait_that_was_in_force_did_what_it_would_do(automation: Automation) -> None:
    automation.publish(SILENT)
    case_id = automation.open()
    automation.wrote(case_id, kind=EntryKind.MESSAGE_OUT)
    automation.settle()
    automation.house.parts.clock.ahead += timedelta(hours=2.1)
    automation.settle()
    assert automation.case(case_id).tags == ["silent"]
    assert run(automation, SILENT).differences == ()
    [one] = run(automation, SILENT.replace("2h", "20h")).differences
    assert (one.done, one.would) == (("tag silent",), ())


def test_a_wait_that_is_not_over_yet_is_not_told(automation: Automation) -> None:
    automation.publish(IN_FORCE)
    automation.wrote(automation.open(), kind=EntryKind.MESSAGE_OUT)
    assert run(automation, SILENT).differences == ()


def test_it_looks_back_thirty_days(automation: Automation) -> None:
    _, standard = happened(automation)
    wider = IN_FORCE.replace('case.tier is "gold"', "case.minutes >= 0")
    automation.house.parts.clock.ahead += timedelta(days=29)
    assert [one.case_id for one in run(automation, wider).differences] == [standard]
    automation.house.parts.clock.ahead += timedelta(days=2)
    found = run(automation, wider)
    assert (found.moments, found.differences) == (0, ())


def test_more_than_a_portion_is_judged_whole(automation: Automation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dry, "_AT_ONCE", 3)
    automation.publish(IN_FORCE)
    case_id = automation.open()
    for number in range(8):
        automation.wrote(case_id, f"Message {number}")
    found = run(automation, IN_FORCE.replace('case.tier is "gold"', 'message.text has "Message"'))
    assert (found.moments, len(found.differences)) == (8, 8)


def counts(automation: Automation) -> dict[str, int]:
    """The rows of every table."""
    with automation.house.db.transaction() as session:
        return {
            table.name: session.execute(text(f"SELECT count(*) FROM {table.name}")).scalar_one()
            for table in Base.metadata.sorted_tables
        }


def test_it_writes_nothing_anywhere_not_even_into_the_audit_log(automation: Automation) -> None:
    happened(automation)
    before = counts(automation)
    assert before["audit"] > 0
    found = run(
        automation, IN_FORCE.replace('case.tier is "gold"', "case.minutes >= 0") + "  - escalate: late-promise\n"
    )
    assert found.differences
    assert counts(automation) == before


def test_postgresql_itself_lets_it_write_nothing(automation: Automation) -> None:
    with automation.house.db.transaction() as session:
        dry.dry_run(session, NAME, [], clock.now(session))
        with pytest.raises(DBAPIError, match="read-only transaction"):
            session.execute(text("UPDATE cases SET priority = 1"))
        session.rollback()


def test_the_command_lists_what_would_be_different(automation: Automation, tmp_path) -> None:
    gold, _ = happened(automation)
    file = tmp_path / f"{NAME}.yaml"
    file.write_text(f"version: 1\nrules:\n{IN_FORCE.replace('priority: 5', 'priority: 6')}", encoding="utf-8")
    done = CliRunner().invoke(automation_group, ["dry-run", str(file)], obj=lambda: automation.house.db)
    assert done.exit_code == 0, done.output
    first, last = done.output.splitlines()
    assert f"case {gold}  customer_wrote: did priority 5; would priority 6 (gold-first)" in first
    assert last.startswith("2 moments of 2 cases since ")
    assert last.endswith("1 would be different. Nothing was changed.")


def test_the_command_tells_mistakes_with_their_lines(automation: Automation, tmp_path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text("version: 1\nrules:\n- name: x\n  trigger: yesterday\n  then:\n  - tag: [a]\n", encoding="utf-8")
    done = CliRunner().invoke(automation_group, ["dry-run", str(file)], obj=lambda: automation.house.db)
    assert done.exit_code == 1
    assert "wrong.yaml:4: rules[1].trigger: There is no trigger “yesterday”" in done.output


def test_the_log_command_tells_what_each_rule_made_of_each_moment(automation: Automation) -> None:
    gold, standard = happened(automation)
    done = CliRunner().invoke(automation_group, ["log"], obj=lambda: automation.house.db)
    assert f"case {gold}  customer_wrote  service/gold-first: acted\n    priority 5: done\n" in done.output
    told = f'case {standard}  customer_wrote  service/gold-first: not_matched\n    case.tier is "gold" does not hold'
    assert told in done.output
    narrowed = ["log", "--case", str(gold), "--rule", "service/gold-first", "--outcome", "not_matched"]
    assert (
        CliRunner().invoke(automation_group, narrowed, obj=lambda: automation.house.db).output
        == "No rule was asked yet.\n"
    )
