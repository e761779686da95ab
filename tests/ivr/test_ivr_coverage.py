import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ivr_flows import KNOWN, SMALL, small
from ivr_mutants import FILES

import ivr
from ivr.graph import all_exits
from ivr.scripts import Cue, Doing, Expectation, QueueSetting, Script

FLOWS = [ivr.parse(path.read_text(encoding="utf-8"), path.name) for path in FILES]
CLINIC = FLOWS[1]


def script(*cues: Cue, **setting: object) -> Script:
    told: dict[str, object] = {
        "line": 1, "name": "a call", "caller": "+14155550100", "at": "2026-01-05 10:00", "language": None,
        "hours": "open", "hooks": {}, "queue": QueueSetting(), "article": "found", "callback": "booked", "transfer": "answered", "cues": cues, "expect": Expectation(),
    }  # fmt: skip
    return Script(**{**told, **setting})  # type: ignore[arg-type]


def press(keys: str) -> Cue:
    return Cue(1, Doing.PRESS, keys)


def wait(seconds: int) -> Cue:
    return Cue(1, Doing.WAIT, seconds=seconds)


def say(text: str) -> Cue:
    return Cue(1, Doing.SAY, text)


def exits(flow: ivr.Flow, *cues: Cue, **setting: object) -> list[str]:
    return [f"{step} {name}" for step, name in ivr.rehearse(flow, script(*cues, **setting)).exits]


@pytest.mark.parametrize("flow", [*FLOWS, small()], ids=lambda flow: flow.name)
def test_the_tests_of_our_flows_reach_every_step_and_take_every_exit(flow: ivr.Flow):
    covered = ivr.coverage(flow)
    assert (covered.steps_missed, covered.exits_missed, covered.whole) == ((), (), True)
    assert covered.steps == tuple(flow.steps)
    assert len(covered.exits) == sum(map(len, all_exits(flow).values()))
    assert [rehearsal.problems for rehearsal in covered.rehearsals] == [()] * len(flow.tests)


def test_what_no_test_reaches_is_told_with_where_it_stands():
    without_closed = SMALL.partition("- name: closed")[0]
    flow = ivr.parse(without_closed.replace("{wait: 600}", "{wait: 6}"), "small.yaml")
    told = [(one.rule, one.severity, one.step, one.message) for one in ivr.lint(flow, KNOWN)]
    assert told == [
        ("C02", "W", "opening", "no test takes 'closed' to 'message'; add a scripted call that does"),
        ("C02", "W", "waiting", "no test takes 'waited_too_long' to 'message'; add a scripted call that does"),
    ]


def test_of_a_step_that_no_test_reaches_the_exits_are_not_told_as_well():
    orders = ivr.parse(SMALL.partition("- name: an order is told")[0] + "- " + SMALL.rpartition("- ")[2], "small.yaml")
    assert set(ivr.coverage(orders).steps) == {"opening", "message", "noted"}
    told = [(one.rule, one.step) for one in ivr.lint(orders, KNOWN)]
    assert ("C01", "look") in told
    assert [step for rule, step in told if rule == "C02"] == ["opening", "message"]


def test_a_flow_without_tests_is_told_so_once():
    flow = ivr.parse(SMALL.partition("tests:\n")[0], "small.yaml")
    message = "no test calls this flow; write scripted calls under 'tests:' that reach every step"
    assert [(one.rule, one.line, one.message) for one in ivr.lint(flow, KNOWN)] == [("C01", 1, message)]


def test_what_tests_miss_is_not_told_before_the_flow_is_right():
    flow = ivr.parse(SMALL.partition("tests:\n")[0].replace("error: person", "error: nobody"), "small.yaml")
    assert [one.rule for one in ivr.lint(flow, KNOWN)] == ["F01"]


def test_doubts_do_not_hide_what_tests_miss():
    flow = ivr.parse(SMALL.partition("tests:\n")[0].replace("It has 4 to 6", "Invalid, it has 4 to 6"), "small.yaml")
    assert [one.rule for one in ivr.lint(flow, KNOWN)] == ["C01", "P08"]


# --- which exits a call takes ---


def test_keys_words_numbers_and_silence_are_told_apart():
    night = script(say("nothing that fits"), wait(60), hours="closed")
    assert exits(CLINIC, say("an appointment"), press("9#")) == ["opening open", "main key 1", "card key 9"]
    assert exits(CLINIC, say("hello"), say("hello"))[-2:] == ["reception_hours open", "reception then"]
    assert exits(CLINIC, press("7"), press("2#"))[1] == "main stuck"
    assert exits(CLINIC, press("*"), press("2"))[1:] == ["main key 2", "prescription then"]
    assert exits(CLINIC, press("1"), press("0#"))[2] == "card key 0"
    assert exits(CLINIC, press("1"), press("1#"), press("1#"))[2] == "card stuck"
    assert ("night", "stuck") in ivr.rehearse(CLINIC, night).exits


def test_two_options_that_lead_the_same_way_are_told_apart():
    assert exits(FLOWS[0], press("2"))[0] == "language key 2"
    assert exits(FLOWS[0], press("3"))[0] == "language key 3"
    assert exits(FLOWS[0], wait(10))[0] == "language stuck"


@pytest.mark.parametrize("answer", ["missing", "error", {"name": "Ann"}])
def test_three_answers_of_a_hook_that_lead_the_same_way_are_told_apart(answer: object):
    taken = exits(FLOWS[0], press("1"), hooks={"find_customer": answer})
    assert taken[3] == f"who_is_calling {answer if isinstance(answer, str) else 'found'}"


@pytest.mark.parametrize(
    ("found", "case"),
    [({"recall": True}, "case 1"), ({"visits": 0}, "case 2"), ({"recall": True, "visits": 0}, "case 1"), ({}, "else")],
)
def test_the_cases_of_a_branch_are_told_apart(found: dict[str, object], case: str):
    taken = exits(CLINIC, press("1"), press("4242426#"), hooks={"find_patient": found})
    assert taken[3:5] == ["find_patient found", f"urgency {case}"]


def test_a_branch_is_told_by_what_the_steps_before_it_noted_down():
    changes = (
        ("    then: waiting\n  person", "    then: which\n  person"),
        (
            "  person:\n",
            '  which:\n    branch: {when: [{if: "skill is \\"other\\"", to: bye}, {if: "skill is \\"returns\\"", to: waiting}]}\n'
            "    else: waiting\n  person:\n",
        ),
    )
    assert exits(small(*changes), press("2"))[-2:] == ["returns then", "which case 2"]


def test_a_number_that_was_entered_before_counts_again():
    assert exits(small(), press("1"), press("1234#"), press("1234#"))[2:] == [
        "number then", "look missing", "unknown then", "number then", "look missing", "unknown after", "person then",
    ]  # fmt: skip
    assert exits(small(), press("1"), press("1234#"), wait(10))[-2:] == ["number stuck", "person then"]


def test_a_number_is_told_from_being_stuck_where_both_lead_the_same_way():
    same = small(("      attempts: 2\n", "      attempts: 1\n      stuck: look\n"))
    assert exits(same, press("1"), press("1234#"))[2] == "number then"
    assert exits(same, press("1"), wait(5))[2] == "number stuck"


@pytest.mark.parametrize(
    ("setting", "cue", "name"),
    [
        (QueueSetting(open=False), wait(1), "nobody_logged_in"),
        (QueueSetting(full=True), wait(1), "full"),
        (QueueSetting(answered_after=5), wait(5), "answered"),
        (QueueSetting(), wait(600), "waited_too_long"),
        (QueueSetting(), press("2"), "key 2"),
    ],
)
def test_the_ways_out_of_a_queue_are_told_apart(setting: QueueSetting, cue: Cue, name: str):
    assert f"waiting {name}" in exits(small(), press("0"), cue, queue=setting)


def test_who_hangs_up_takes_no_exit():
    taken = exits(small(), wait(5), Cue(1, Doing.HANG_UP), hours="closed")
    assert taken == ["opening closed"]
    assert exits(small(), press("#"), hours="closed") == ["opening closed", "message empty"]


def test_an_emergency_that_the_flow_does_not_know_is_an_open_hour():
    assert exits(small(), hours="emergency") == ["opening open"]


CUES = st.one_of(
    st.builds(press, st.sampled_from(["0", "1", "2", "3", "9", "*", "#", "0#", "1#", "105#", "12345678#", "4242426#"])),
    st.builds(say, st.sampled_from(["visit", "prescription", "visit prescription", "hello"])),
    st.builds(wait, st.sampled_from([1, 5, 20, 700, 2000])),
)
ANSWERS = st.sampled_from(["missing", "error", "slow", {"recall": True, "next": "2026-02-01"}, {"next": "2026-02-01"}])


@settings(max_examples=150, deadline=None)
@given(st.data(), st.sampled_from([*FLOWS, small()]), st.lists(CUES, max_size=16))
def test_the_exits_of_any_call_lead_from_step_to_step(data: st.DataObject, flow: ivr.Flow, cues: list[Cue]):
    queue = QueueSetting(
        data.draw(st.booleans()), data.draw(st.booleans()), data.draw(st.sampled_from([None, 0, 30])), 3, 9
    )
    hooks = {hook: data.draw(ANSWERS) for hook in ("find_customer", "find_order", "find_patient")}
    hours = data.draw(st.sampled_from(["open", "closed", "emergency"]))
    run = ivr.rehearse(flow, script(*cues, hours=hours, hooks=hooks, queue=queue))
    targets = {(one.origin, one.name): one.target for found in all_exits(flow).values() for one in found}
    assert [targets[pair] for pair in run.exits[:-1]] == [step for step, _ in run.exits[1:]]
    assert [step for step, name in run.exits if name != "after"] == list(run.steps[: len(run.steps) - 1])
