from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import ivr
from ivr.graph import runs_by_itself
from ivr.scripts import Script

FILE = Path(__file__).parents[2] / "config" / "ivr" / "main.yaml"
TEXT = FILE.read_text(encoding="utf-8")
FLOW = ivr.parse(TEXT, "config/ivr/main.yaml")
KNOWN = ivr.Known(
    queues=frozenset({"orders", "returns", "billing", "general"}),
    calendars=frozenset({"phones"}),
    hooks=frozenset({"find_customer", "find_order"}),
)


def test_the_main_line_speaks_three_languages():
    assert FLOW.languages == ("en", "zh-Hans", "zh-Hant")
    assert {tag: voice.language for tag, voice in FLOW.voices.items()} == {
        "en": "en-US",
        "zh-Hans": "cmn-CN",
        "zh-Hant": "cmn-CN",
    }


def test_the_linter_finds_nothing_in_the_main_line():
    assert [str(finding) for finding in ivr.lint(FLOW, KNOWN)] == []


@pytest.mark.parametrize("script", FLOW.tests, ids=lambda script: script.name)
def test_the_scripts_of_the_main_line_go_as_they_say(script: Script):
    assert ivr.rehearse(FLOW, script).problems == ()


def test_every_step_of_the_main_line_is_visited_by_a_script():
    visited = {step for script in FLOW.tests for step in ivr.rehearse(FLOW, script).steps}
    assert set(FLOW.steps) - visited == set()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    end: solved", "    end: agent"),
        ("billing, priority: 2", "billing"),
        ("en: Welcome to", "en: Please hold"),
        ("missing: order_unknown", "missing: order_help"),
        ("queue.minutes >= 3", "queue.minutes >= 30"),
        ("    after: order_help", "    after: to_agent"),
        ("order.eta as date", "order.day as date"),
        ("error: order_help", "error: thanks"),
    ],
)
def test_a_changed_flow_makes_some_script_fail(old: str, new: str):
    heard = TEXT.replace("{hear: about an order}", "{hear: Welcome to Yunfan}", 1)
    assert old in heard
    flow = ivr.parse(heard.replace(old, new, 1), "changed.yaml")
    assert any(ivr.rehearse(flow, script).problems for script in flow.tests)


def test_a_missing_value_is_a_failure_of_the_script():
    flow = ivr.parse(TEXT.replace("{order.status|on its way}", "{order.status}"), "changed.yaml")
    script = flow.tests[0]
    answered = ivr.rehearse(flow, type(script)(**{**fields(script), "hooks": {"find_order": {}}}))
    assert any("order.status" in problem for problem in answered.problems)


def fields(script: Script) -> dict[str, object]:
    return {name: getattr(script, name) for name in script.__dataclass_fields__}


@pytest.mark.parametrize("language", FLOW.languages)
def test_a_mandarin_caller_is_given_to_someone_who_speaks_chinese(language: str):
    turn = ivr.begin(FLOW, ivr.Caller("+8613800000000", language=language))
    for event in (ivr.Silence(), ivr.Silence(), ivr.HoursAnswered("open"), ivr.LookupAnswered("error")):
        turn = ivr.advance(FLOW, turn.state, event)
    waiting = ivr.advance(FLOW, turn.state, ivr.KeysPressed("2")).act
    assert isinstance(waiting, ivr.WaitInQueue)
    assert waiting.skills == {"returns": 1, "lang-en" if language == "en" else "lang-zh": 1}


# --- whatever happens ---

WORDS = st.text(max_size=12)
VALUES = st.dictionaries(
    st.sampled_from(["name", "status", "eta", "number"]) | WORDS,
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS | st.dictionaries(WORDS, WORDS, max_size=3),
    max_size=4,
)
EVENTS = st.one_of(
    st.builds(ivr.KeysPressed, st.sampled_from(["1", "2", "3", "0", "*", "#", "12345678#"]) | st.text(max_size=9)),
    st.builds(ivr.WordsSpoken, WORDS),
    st.just(ivr.Silence()),
    st.builds(ivr.HoursAnswered, st.sampled_from(["open", "closed", "emergency"])),
    st.builds(ivr.LookupAnswered, st.sampled_from(["found", "missing", "error"]), VALUES),
    st.builds(
        ivr.QueueLeft,
        st.sampled_from(["answered", "waited_too_long", "nobody_logged_in", "full", "key"]),
        st.none() | st.sampled_from(["0", "1", "2"]),
    ),
    st.builds(ivr.MessageRecorded, st.integers(-1, 200), st.booleans()),
    st.just(ivr.Lost()),
)
FITTING = {
    ivr.AskKeys: EVENTS.filter(lambda event: isinstance(event, ivr.KeysPressed | ivr.Silence)),
    ivr.AskHours: st.builds(ivr.HoursAnswered, st.sampled_from(["open", "closed", "emergency"])),
    ivr.AskLookup: st.builds(ivr.LookupAnswered, st.sampled_from(["found", "missing", "error"]), VALUES),
}
LANGUAGES = st.sampled_from([*FLOW.languages, "fr", None])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(st.data(), LANGUAGES)
def test_whatever_happens_the_call_waits_or_ends_and_its_state_survives_json(data: st.DataObject, language: str | None):
    turn = ivr.begin(FLOW, ivr.Caller("+14155550100", language=language))
    automatic = 0
    for _ in range(data.draw(st.integers(0, 25))):
        entered = [FLOW.steps[name] for name in turn.entered]
        automatic += sum(runs_by_itself(step) for step in entered)
        assert automatic <= 50
        if not isinstance(turn.act, ivr.AskHours | ivr.AskLookup):
            automatic = 0
        assert ivr.State.from_json(turn.state.to_json()) == turn.state
        turn.state.to_json().encode()
        assert isinstance(turn.act, ivr.HangUp) == (turn.state.ended is not None)
        assert all(said.text and not said.unset and said.language in FLOW.languages for said in turn.speak)
        fitting = data.draw(st.booleans())
        event = data.draw(FITTING.get(type(turn.act), EVENTS) if fitting else EVENTS)
        turn = ivr.advance(FLOW, turn.state, event)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_a_caller_who_only_stays_silent_always_reaches_somebody(data: st.DataObject):
    turn = ivr.begin(FLOW, ivr.Caller("+14155550100"))
    for _ in range(20):
        if isinstance(turn.act, ivr.WaitInQueue | ivr.RecordMessage):
            return
        event = ivr.Silence() if isinstance(turn.act, ivr.AskKeys) else data.draw(FITTING[type(turn.act)])
        turn = ivr.advance(FLOW, turn.state, event)
    raise AssertionError(f"still at {turn.state.step}")


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_damaged_file_is_refused_or_read_but_never_breaks_the_reader(data: st.DataObject):
    start = data.draw(st.integers(0, len(TEXT) - 1))
    length = data.draw(st.integers(0, 40))
    damaged = TEXT[:start] + data.draw(st.text(max_size=6)) + TEXT[start + length :]
    try:
        flow = ivr.parse(damaged, "damaged.yaml")
    except ivr.FlowError:
        return
    ivr.lint(flow, KNOWN)
    ivr.begin(flow, ivr.Caller(""))
