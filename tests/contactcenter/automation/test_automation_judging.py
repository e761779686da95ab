"""Rules are asked once about each moment, by the facts of that moment, and the log says what came of it."""

from automation_world import Automation

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
    assert run.actions == [{"do": "tag", "to": "tags angry", "result": "done", "why": ""}]
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
