"""Rules that set each other off, or chase something outside, are stopped and reported."""

import pytest
from automation_world import Automation
from sqlalchemy import select

from contactcenter.automation import judging
from contactcenter.models import Moment
from contactcenter.models.states import EntryKind

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
