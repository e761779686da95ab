"""A part is run as if its steps stood in the flow that runs it; what cannot be joined is said at the line that asks for it."""

import random
import re
from dataclasses import replace
from pathlib import Path

import pytest
from ivr_flows import SMALL, play, refusal, spoiled, texts
from ivr_mutants import FILES
from ivr_parts import HEAD, INLINED, KNOWN, PART, REST, RUNS, SHOP, findings, shelf, shop, told
from ivr_walker import events

import ivr
from ivr.flow import Defaults, Step, Subflow
from ivr.graph import all_exits

OUTER = PART.replace("verify-caller", "outer").partition("steps:")[0].replace("start: pin", "start: check")
OUTER += "steps:\n  check:\n    flow: {name: verify-caller, version: 2}\n    then: back\n"
RUNS_OUTER = SHOP.replace("name: verify-caller", "name: outer")


def test_the_start_step_of_a_part_takes_the_place_of_the_step_that_runs_it_and_the_others_its_name_before_theirs():
    flow = shop()
    assert [name for name in flow.steps if name.startswith("verify")] == [
        "verify",
        "verify__look",
        "verify__unknown",
        "verify__sorry",
    ]
    assert flow.steps["welcome"].exits == {"then": "verify"}
    assert flow.steps["verify__look"].exits == {"found": "main", "missing": "verify__unknown", "error": "human"}
    assert (flow.steps["verify__unknown"].exits["then"], flow.steps["verify__unknown"].after) == (
        "verify",
        "verify__sorry",
    )


@pytest.mark.parametrize("path", [SMALL, *FILES], ids=lambda path: getattr(path, "name", "small"))
def test_every_way_on_of_every_verb_leads_to_the_same_step_as_before(path: Path | str):
    text = path if isinstance(path, str) else path.read_text(encoding="utf-8")
    flow = ivr.parse(text, "flow.yaml")
    names = {name: "run" if name == flow.start else f"run__{name}" for name in flow.steps}
    runs = Step("run", 1, Subflow("inside", 1), {"then": "run"})
    keys = {key: names.get(to, to) for key, to in flow.defaults.keys.items()}
    around = replace(flow, start="run", human=names[flow.human], steps={"run": runs}, defaults=Defaults(keys=keys))
    joined = ivr.joined(around, lambda _name, _version: replace(flow, part=True))
    before, after = all_exits(flow), all_exits(joined)
    assert set(after) == set(names.values())
    for name, here in names.items():
        assert [replace(one, origin=here, target=names[one.target]) for one in before[name]] == list(after[here])


def test_a_flow_without_parts_stays_what_it_was():
    assert shop(INLINED) == ivr.parse(INLINED, "shop.yaml")


def test_questions_keep_the_patience_of_their_part_and_lose_the_languages_that_are_not_spoken_here():
    asking = shop().steps["verify"].verb.asking
    assert (asking.attempts, asking.timeout) == (2, 7)
    assert set(asking.ask.lines) == {"en", "zh-Hans"}


def test_the_joined_flow_does_what_the_flow_written_in_one_piece_does_on_any_walk():
    flow, by_hand = shop(), ivr.parse(INLINED, "shop.yaml")
    reached = set()
    for seed in range(150):
        dice = random.Random(seed)
        caller = ivr.Caller("+14155550100", language=dice.choice([None, "zh-Hans"]))
        turn, other = ivr.begin(flow, caller), ivr.begin(by_hand, caller)
        for _ in range(30):
            assert (turn.speak, turn.act) == (other.speak, other.act)
            assert tuple(inlined(name) for name in turn.entered) == other.entered
            assert turn.state.values == other.state.values
            reached |= set(turn.entered)
            possible = [event for event, _ in events(flow, turn)]
            if not possible:
                break
            # A number that is long enough is one key among many: without a push few walks get behind the question.
            event = dice.choice([*possible, *[one for one in possible if one == ivr.KeysPressed("2222")] * 9])
            turn, other = ivr.advance(flow, turn.state, event), ivr.advance(by_hand, other.state, event)
    assert reached == set(flow.steps)


def inlined(name: str) -> str:
    return name.replace("verify__", "")


def test_all_that_is_proven_and_visited_is_that_of_the_flow_written_in_one_piece():
    proof, other = ivr.prove(shop()), ivr.prove(ivr.parse(INLINED, "shop.yaml"))
    assert proof.holds
    assert replace(proof) == other


def test_zero_inside_a_part_reaches_the_person_of_the_flow_that_runs_it():
    turn = play(shop(), ivr.KeysPressed("0"))
    assert isinstance(turn.act, ivr.WaitInQueue)
    assert turn.entered == ("person", "waiting")


def test_end_inside_a_part_ends_the_call():
    miss = (ivr.KeysPressed("1234"), ivr.LookupAnswered("missing"))
    turn = play(shop(), *miss, *miss)
    assert turn.act == ivr.HangUp("gave_up")
    assert texts(turn.speak) == ["Please write to us."]


def test_values_that_a_part_sets_are_spoken_after_it():
    turn = play(shop(), ivr.KeysPressed("1234"), ivr.LookupAnswered("found", {"name": "Ann"}), ivr.KeysPressed("2"))
    assert texts(turn.speak) == ["Goodbye Ann."]


def test_a_part_runs_parts_and_back_leads_out_of_each():
    nested = shop(RUNS_OUTER.partition("tests:")[0], OUTER, PART)
    plain = shop(SHOP.partition("tests:")[0])
    rename = {name: name.replace("verify__check__", "verify__") for name in nested.steps}
    assert list(rename.values()) == list(plain.steps)
    for name, step in nested.steps.items():
        assert [exit_.target for exit_ in all_exits(plain)[rename[name]]] == [
            rename[exit_.target] for exit_ in all_exits(nested)[name]
        ]
        assert step.source == plain.steps[rename[name]].source


def test_two_steps_that_run_the_same_part_have_it_each_for_itself():
    second = "  main:\n    flow: {name: verify-caller, version: 2}\n    then: bye\n"
    flow = shop(HEAD + RUNS + second + "  bye:" + REST.partition("  bye:")[2])
    assert (flow.steps["verify__look"].exits["found"], flow.steps["main__look"].exits["found"]) == ("main", "bye")


def test_nothing_is_found_but_what_no_test_reaches_and_each_at_its_own_file():
    assert {(one.rule[0], one.source) for one in findings()} == {("C", "shop.yaml"), ("C", "verify-caller.yaml")}
    look = next(one for one in findings() if one.step == "verify__look")
    assert (
        PART.splitlines()[look.line - 1]
        == "    lookup: {hook: find_caller, with: {pin: pin, phone: caller.number}, save: known, timeout: 2}"
    )


def test_the_tests_of_the_flow_reach_the_steps_of_its_part():
    covered = ivr.coverage(shop())
    assert [rehearsal.problems for rehearsal in covered.rehearsals] == [(), (), ()]
    assert set(covered.steps) >= {"verify", "verify__look", "verify__unknown", "verify__sorry"}


@pytest.mark.parametrize("part", [PART, OUTER])
def test_a_part_is_looked_at_alone_as_far_as_that_can_be_done(part: str):
    assert ivr.lint(ivr.joined(ivr.parse(part, "part.yaml"), shelf(PART)), KNOWN) == []


@pytest.mark.parametrize(
    ("change", "rules"),
    [
        (("found: back", "found: bak"), {"F01"}),
        (("    then: look", "    then: nowhere"), {"F01", "F04"}),
        (("end: gave_up", "then: sorry"), {"F05", "F06"}),
        (("Please write to us.", '"Please write to us, {known.name|you}."'), {"P04"}),
        (("zh-Hans: 没有这个密码。, ", ""), {"P01"}),
        (("    at_most: 1\n    after: sorry\n", ""), {"F04", "F07"}),
    ],
)
def test_what_is_wrong_in_a_part_is_found_in_it_alone_and_where_it_runs(change: tuple[str, str], rules: set[str]):
    part = spoiled(change, text=PART)
    alone = ivr.lint(ivr.parse(part, "verify-caller.yaml"), KNOWN)
    assert rules <= {one.rule for one in alone}
    run = [one for one in findings(SHOP, part) if one.rule in rules and one.source == "verify-caller.yaml"]
    assert {(one.rule, one.line) for one in run} >= {(one.rule, one.line) for one in alone if one.rule in rules}


def test_what_a_part_needs_and_the_flow_does_not_set_is_found_where_it_runs():
    said = ("Please write to us.", "请写信给我们。", "Écrivez-nous.")
    part = spoiled(*((one, '"{who}"') for one in said), text=PART)
    assert ivr.lint(ivr.parse(part, "verify-caller.yaml"), KNOWN) == []
    assert told(SHOP, part) == ["verify-caller.yaml:26 step 'verify__sorry': V01 nothing sets {who}"]


@pytest.mark.parametrize(
    ("text", "parts", "expected"),
    [
        (SHOP, (PART.replace("version: 2", "version: 1"), PART.replace("version: 2", "version: 3")), "R08 flow 'verify-caller' version 2 does not exist (there are 1, 3)"),
        (SHOP, (PART.replace("version: 2", "version: 3"),), "R08 flow 'verify-caller' version 2 does not exist (there is 3)"),
        (SHOP, (OUTER,), "R08 flow 'verify-caller' version 2 does not exist"),
        (SHOP, (INLINED.replace("flow: shop\nversion: 1", "flow: verify-caller\nversion: 2"),), "R08 flow 'verify-caller' is no part; only one with 'part: true' can be run"),
        (SHOP.replace("    then: main\n", "    then: man\n"), (), "F01 'then' goes to 'man', which does not exist; did you mean 'main'?"),
        (SHOP.replace("    then: main\n", ""), (), "F02 no 'then' exit"),
        (SHOP.replace("    then: main\n", "    then: back\n"), (), "F01 'then' goes back, but only a part (part: true) is run by a flow to go back to"),
        (SHOP.replace("languages: [en, zh", "languages: [en, de, zh").replace("voices:\n", "voices:\n  de: {voice: C, language: de-DE}\n"), (), "P01 part 'verify-caller' speaks no de"),
    ],
)  # fmt: skip
def test_a_part_that_cannot_be_run_is_refused_at_the_step_that_runs_it(
    text: str, parts: tuple[str, ...], expected: str
):
    [said] = told(text, *parts)
    assert re.fullmatch(rf"shop.yaml:1[56] step 'verify': {re.escape(expected)}", said)


def test_a_part_may_not_set_a_language_that_is_not_spoken_where_it_runs():
    part = (
        spoiled(("    then: pin\n", "    then: french\n"), text=PART)
        + "  french:\n    tag: {language: fr}\n    then: pin\n"
    )
    [said] = told(SHOP, part)
    assert said == "verify-caller.yaml:29 step 'french': P01 sets the language fr, which 'shop' does not speak"


def test_parts_that_run_one_another_are_refused_with_the_way_round():
    circle = PART.partition("steps:")[0] + "steps:\n  pin:\n    flow: {name: outer, version: 2}\n    then: back\n"
    [said] = told(SHOP, circle, OUTER)
    assert said == (
        "outer.yaml:10 step 'check': F12 flows run one another in a circle: verify-caller > outer > verify-caller"
    )


def test_parts_that_double_with_every_level_are_refused_before_they_fill_the_memory():
    def level(number: int) -> str:
        runs = f"{{name: level-{number + 1}, version: 1}}" if number < 9 else "{name: verify-caller, version: 2}"
        head = (
            PART.partition("steps:")[0].replace("verify-caller", f"level-{number}").replace("version: 2", "version: 1")
        )
        return head + f"steps:\n  pin:\n    flow: {runs}\n    then: more\n  more:\n    flow: {runs}\n    then: back\n"

    first = SHOP.replace("{name: verify-caller, version: 2}", "{name: level-1, version: 1}")
    [said] = told(first, *map(level, range(1, 10)), PART)
    assert "F12 with its parts a flow has at most 500 steps" in said


def test_parts_within_parts_have_an_end():
    def level(number: int) -> str:
        head = (
            PART.partition("steps:")[0].replace("verify-caller", f"level-{number}").replace("version: 2", "version: 1")
        )
        return head + f"steps:\n  pin:\n    flow: {{name: level-{number + 1}, version: 1}}\n    then: back\n"

    first = SHOP.replace("{name: verify-caller, version: 2}", "{name: level-1, version: 1}")
    [said] = told(first, *map(level, range(1, 30)))
    assert "F12 parts within parts, more than 10 deep" in said


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            ("start: pin", "human: pin\nstart: pin"),
            "a part has no human of its own, but those of the flow that runs it",
        ),
        (("start: pin", "tests: []\nstart: pin"), "a part has no tests of its own, but those of the flow that runs it"),
        (("timeout: 7}", 'keys: {"9": pin}}'), "a part has no keys of its own, but those of the flow that runs it"),
        (("  look:", "  pin__look:"), "step 'pin__look': two _ in a row join the names of a part's steps; write one"),
        (("  look:", "  back:"), "'back' has a meaning of its own; rename the step"),
        (("part: true", "part: yes"), "part should be true or false"),
    ],
)
def test_what_a_part_cannot_have_is_refused_as_it_is_read(change: tuple[str, str], expected: str):
    assert refusal(spoiled(change, text=PART)).message == expected


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ((", version: 2}", "}"), "flow needs 'version:'"),
        (("    then: main\n", "    end: solved\n"), "a flow step has exits of its own; end the call in a step after it"),
        (("    then: main\n", "    then: main\n    at_most: 2\n    after: bye\n"), "a part is several steps, which at_most cannot count; put it on the step before"),
    ],
)  # fmt: skip
def test_a_step_that_runs_a_part_says_which_version_and_goes_on_in_one_way(change: tuple[str, str], expected: str):
    assert refusal(spoiled(change, text=SHOP)).message == expected


def test_only_a_part_goes_back():
    [said] = [
        one
        for one in told(SHOP.replace('"2": {means: Finish, to: bye}', '"2": {means: Finish, to: back}'))
        if "F01" in one
    ]
    assert said.endswith("F01 'key 2' goes back, but only a part (part: true) is run by a flow to go back to")
