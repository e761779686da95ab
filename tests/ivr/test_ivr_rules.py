"""The rules about people, depth, house keys, wording and waiting, each at its bounds."""

import pytest
from ivr_flows import KNOWN, lint_rules, small

import ivr
from ivr.checks.characters import SIMPLIFIED, TRADITIONAL
from kb import simplified


def lint(*changes: tuple[str, str]) -> list[ivr.Finding]:
    return ivr.lint(small(*changes), KNOWN)


def told(rule: str, *changes: tuple[str, str]) -> list[tuple[str, str | None, str]]:
    return [(one.severity.value, one.step, one.message) for one in lint(*changes) if one.rule == rule]


def before(step: str, text: str) -> tuple[str, str]:
    """More steps before one that is there."""
    return f"  {step}:\n", f"{text}  {step}:\n"


def menu(name: str, to: str, more: str = "") -> str:
    return (
        f'  {name}:\n    menu:\n      ask: {{en: "Go on, press 1.", zh-Hans: "继续请按 1。"}}\n'
        f'      options: {{"1": {{means: Onward, to: {to}}}}}\n{more}'
    )


# --- F08: people outside opening hours ---

CLOSED = ("closed: message", "closed: night")
WITHOUT_ZERO = "      no_human: nobody is there at night\n"


def test_a_queue_is_not_reached_by_0_when_the_flow_has_just_said_that_it_is_closed():
    message = (
        "outside opening hours 0 leads to a queue nobody answers: opening > night > person > waiting; "
        "let 'person' ask an hours step first, or take a message"
    )
    assert told("F08", CLOSED, before("main", menu("night", "message"))) == [("E", "night", message)]


@pytest.mark.parametrize(
    ("more", "to", "found"),
    [
        (WITHOUT_ZERO, "message", True),
        (WITHOUT_ZERO + "      stuck: message\n", "message", False),
        (WITHOUT_ZERO + "      stuck: returns\n", "message", True),
        (WITHOUT_ZERO + "      stuck: message\n", "returns", False),
        (WITHOUT_ZERO + "      stuck: message\n", "person", True),
    ],
    ids=["stuck", "stuck at a message", "stuck in a queue", "a queue that the caller chose", "the human step"],
)
def test_who_is_stuck_when_closed_is_not_left_in_a_queue(more: str, to: str, found: bool):
    assert ("F08" in lint_rules(CLOSED, before("main", menu("night", to, more)))) is found


def test_a_0_of_its_own_is_no_better_when_closed():
    night = menu("night", "message", WITHOUT_ZERO + "      stuck: message\n")
    zero = night.replace("to: message}", 'to: message}, "0": {means: Returns, to: returns}')
    assert [step for _, step, _ in told("F08", CLOSED, before("main", zero))] == ["night"]


def test_people_are_safe_behind_a_step_that_asks_the_hours_again():
    desk = "  desk:\n    hours: {calendar: office, open: person, closed: message}\n"
    again = (CLOSED, ("human: person", "human: desk"), before("main", menu("night", "message") + desk))
    assert "F08" not in lint_rules(*again)


def test_the_recording_of_a_message_is_where_a_closed_call_was_meant_to_go():
    done = ("    done: noted\n", "    done: person\n")
    assert "F08" not in lint_rules(done)


def test_hours_that_decide_nothing_are_refused_unless_they_are_asked_for_emergencies():
    assert "F08" in lint_rules(("open: main, closed: message", "open: message, closed: message"))
    safe = ("open: main, closed: message", "open: message, closed: message, emergency: main")
    assert "F08" not in lint_rules(safe)


# --- M05, M06: how far things are ---


def ladder(rungs: int, more: str = "") -> tuple[tuple[str, str], ...]:
    """So many menus before the first one."""
    steps = "".join(menu(f"rung{rung}", f"rung{rung + 1}", more) for rung in range(rungs))
    last = f"  rung{rungs}:\n    tag: {{intent: climbed}}\n    then: main\n"
    return ("open: main", "open: rung0"), before("main", steps + last)


def test_nothing_is_more_than_three_menus_deep():
    assert "M05" not in lint_rules(*ladder(2))
    message = "4 menus deep (at most 3): rung0 > rung1 > rung2 > main; offer this in an earlier menu"
    assert told("M05", *ladder(3)) == [("W", "main", message)]


def test_a_short_way_to_a_deep_menu_is_the_one_that_counts():
    steps, rungs = ladder(3)
    short = (
        'options: {"1": {means: Onward, to: rung1}}',
        'options: {"1": {means: Onward, to: rung1}, "2": {means: M, to: main}}',
    )
    assert "M05" not in lint_rules(steps, rungs, short)


def test_a_person_is_two_questions_away_at_most():
    # main itself is one question, and 0 works there
    assert "M06" not in lint_rules(*ladder(1, WITHOUT_ZERO))
    message = "a person is 3 questions away (at most 2) and 0 leads to none here; let 0 or another key lead to a person"
    assert told("M06", *ladder(2, WITHOUT_ZERO)) == [("W", "rung0", message)]


def test_0_is_one_way_to_a_person():
    assert "M06" not in lint_rules(*ladder(3))


def test_being_stuck_is_no_way_to_a_person():
    lost = menu("lost", "bye", WITHOUT_ZERO)
    changes = (
        ('"2": {means: Returns', '"3": {means: Lost, to: lost}\n        "2": {means: Returns'),
        before("main", lost),
    )
    assert [step for _, step, _ in told("M06", *changes)] == ["lost"]


def test_0_has_to_lead_to_a_person_where_the_flow_has_a_queue():
    message = "0 leads to 'message', which is no way to a person; name a step that leads to a queue"
    assert ("W", None, message) in told("M06", ("human: person", "human: message"))


def test_a_flow_without_any_queue_promises_no_person():
    text = """\
flow: machine
version: 1
title: {en: Machine}
languages: [en]
voices: {en: {voice: A, language: en-US}}
start: message
human: message
steps:
  message: {voicemail: {ask: {en: Speak.}, queue: general}, done: bye, empty: bye}
  bye: {end: voicemail}
"""
    assert [finding.rule for finding in ivr.lint(ivr.parse(text, "machine.yaml"), KNOWN)] == ["C01"]


# --- M08, M09: house keys, languages ---

BACK = '"2": {means: Returns', '"9": {means: Back, to: TO}\n        "2": {means: Returns'


def nine(to: str, step: str = "sub") -> tuple[tuple[str, str], ...]:
    """A menu below the main one whose 9 leads somewhere."""
    said = ("Go on, press 1.", "Go on, press 1. Else, press 9."), ("继续请按 1。", "继续请按 1，否则按 9。")
    text = menu(step, "number")
    for change in (*said, ("to: number}}", f'to: number}}, "9": {{means: Else, to: {to}}}}}')):
        text = text.replace(*change)
    return ("means: Orders, to: number", f"means: Orders, to: {step}"), before("number", text)


@pytest.mark.parametrize(("to", "found"), [("main", False), ("opening", False), ("number", True), ("bye", True)])
def test_9_goes_back_to_where_the_caller_came_by(to: str, found: bool):
    rules = lint_rules(*nine(to))
    assert ("M08" in rules) is found
    assert "M02" not in rules


def test_nine_options_may_use_the_9():
    options = "".join(f'\n        "{key}": {{means: M, to: returns}}' for key in range(3, 10))
    said = "".join(f" x, press {key}." for key in range(3, 10))
    found = lint_rules(("to: returns}", "to: returns}" + options), ("Returns, press 2.", "Returns, press 2." + said))
    assert "M08" not in found


def test_the_9_of_all_questions_goes_back_too():
    everywhere = "steps:\n", 'defaults: {keys: {"9": main}}\nsteps:\n'
    assert "M08" not in lint_rules(everywhere)
    message = "9 leads to 'bye' everywhere; 9 goes back in every flow, give this another key"
    assert told("M08", (everywhere[0], everywhere[1].replace("main", "bye"))) == [("W", None, message)]


@pytest.mark.parametrize(
    ("to", "found"), [("person", False), ("returns", False), ("waiting", False), ("message", True)]
)
def test_0_is_a_person(to: str, found: bool):
    assert (
        "M08" in lint_rules(('"2": {means: Returns', f'"0": {{means: X, to: {to}}}\n        "2": {{means: Returns'))
    ) is found


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("To hear this again, press star.", False),
        ("To go back, press star.", True),
        ("Again! To leave, press *.", True),
    ],
)
def test_the_star_says_a_question_once_more(said: str, found: bool):
    assert ("M08" in lint_rules(("Returns, press 2.", f"Returns, press 2. {said}"))) is found


@pytest.mark.parametrize(("count", "found"), [(4, False), (5, True)])
def test_four_languages_are_enough(count: int, found: bool):
    more = ("fr", "de", "es")[: count - 2]
    voices = "".join(f"  {tag}: {{voice: C, language: fr-FR}}\n" for tag in more)
    assert (
        "M09" in lint_rules(("[en, zh-Hans]", f"[en, zh-Hans, {', '.join(more)}]"), ("start:", voices + "start:"))
    ) is found


# --- P07, P08, M04: words ---


def test_a_character_of_the_other_script_is_shown_with_its_own():
    message = (
        "say.zh-Hans mixes scripts: 請 (请), 單 (单) is Traditional; write it in Simplified characters as the rest"
    )
    assert told("P07", ('"已记录。"', '"已记录，請看订單。"')) == [("W", "noted", message)]


def test_a_tag_without_a_script_is_written_in_the_one_that_most_of_it_is_written_in():
    flow = ivr.parse(
        """\
flow: plain
version: 1
title: {zh: 總機}
languages: [zh]
voices: {zh: {voice: A, language: cmn-CN}}
start: hello
human: hello
steps:
  hello: {say: {zh: 歡迎致電，請稍候。}, then: more}
  more: {say: {zh: 请稍候。}, end: solved}
""",
        "plain.yaml",
    )
    assert [(one.step, one.line) for one in ivr.lint(flow, KNOWN) if one.rule == "P07"] == [("more", 10)]


@pytest.mark.parametrize(
    ("here", "there", "found"),
    [
        ('"Noted."', '"已记录。"', True),
        ('"已记录。"', '"Noted."', True),
        ('"已记录。"', '"{order_no|OK}！"', False),
        ('"已记录。"', '"OK，已记录。"', False),
    ],
)
def test_a_text_stands_under_its_own_language(here: str, there: str, found: bool):
    assert [step for _, step, _ in told("P07", (here, there))] == (["noted"] if found else [])


def test_a_word_that_callers_say_may_come_from_another_language():
    words = ("to: number}", "to: number, words: {en: [order], zh-Hans: [WiFi]}}")
    more = ("to: returns}", "to: returns, words: {en: [return], zh-Hans: [退货]}}")
    assert told("P07", words, more) == []


def test_titles_and_spoken_words_have_a_script_too():
    words = ("to: number}", "to: number, words: {en: [it], zh-Hans: [訂单]}}")
    more = ("to: returns}", "to: returns, words: {en: [go], zh-Hans: [退货]}}")
    assert [step for _, step, _ in told("P07", words, more)] == ["main"]
    assert [step for _, step, _ in told("P07", ("zh-Hans: 小}", "zh-Hans: 總機}"))] == [None]


def test_the_tables_tell_the_scripts_apart():
    """GB 2312 holds what Simplified texts are written in, Big5 what Traditional ones are."""
    assert len(TRADITIONAL) >= 300
    for traditional, simple in TRADITIONAL.items():
        assert simplified.SIMPLIFIED[traditional] == simple
        with pytest.raises(UnicodeEncodeError):
            traditional.encode("gb2312")
    for simple in SIMPLIFIED:
        with pytest.raises(UnicodeEncodeError):
            simple.encode("big5")


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("That was invalid.", True),
        ("Wrong key.", True),
        ("There were errors.", True),
        ("An incorrect number.", True),
        ("It has 4 to 6 digits.", False),
        ("A wrongdoing.", False),
        ("No terror.", False),
    ],
)
def test_a_caller_is_told_what_to_do_and_not_what_was_wrong(said: str, found: bool):
    assert ("P08" in lint_rules(("It has 4 to 6 digits.", said))) is found


@pytest.mark.parametrize("said", ["无效，请选 1 或 2。", "错误，请选 1 或 2。", "输入有误，请选 1 或 2。"])
def test_nor_is_it_said_in_chinese(said: str):
    message = f"retry.zh-Hans says '{said.partition('，')[0]}'; say what to do instead of what was wrong"
    assert told("P08", ("请选 1 或 2。", said)) == [("W", "main", message)]


def test_errors_may_be_spoken_about_where_nobody_is_asked_again():
    assert "P08" not in lint_rules(("Noted.", "The error is noted."))


def test_what_is_said_when_a_number_is_asked_for_again_promises_no_key_in_vain():
    assert "M04" in lint_rules(("It has 4 to 6 digits.", "It has 4 to 6 digits. For help, press 7."))
    assert "M04" not in lint_rules(("It has 4 to 6 digits.", "It has 4 to 6 digits. For a person, press 0."))


# --- V01: defaults and conditions ---


def test_a_default_that_is_always_said_is_doubted():
    wrong = (
        ("It is {order.status}.", "It is {odrer.status|there}."),
        ("订单{order.status}。", "订单{odrer.status|在}。"),
    )
    message = "say: nothing sets {odrer.status}, so its default is always said; correct the name"
    assert told("V01", *wrong) == [("W", "told", message)]


def test_a_queue_key_does_not_depend_on_a_value_that_nothing_sets():
    message = "nothing sets queue.minuts, so this case never holds"
    assert told("V01", ("queue.minutes >= 3", "queue.minuts >= 3")) == [("E", "waiting", message)]
    assert "V01" not in lint_rules(("queue.minutes >= 3", "order.size >= 3"))


# --- T01, T02: what the caller waits for ---

WAIT = "wait: {en: One moment., zh-Hans: 请稍候。}"


def patient(first: int, second: int) -> tuple[tuple[str, str], ...]:
    """Two hooks, one after the other."""
    again = f"  again:\n    lookup: {{hook: find_order, save: order, {WAIT}, timeout: {second}}}\n"
    return (
        ("timeout: 3}", f"timeout: {first}, {WAIT}}}"),
        ("    found: told\n", "    found: again\n"),
        before("unknown", again + "    found: told\n    missing: unknown\n    error: person\n"),
    )


@pytest.mark.parametrize(
    ("first", "second", "severity"), [(3, 4, []), (4, 4, ["W"]), (7, 7, ["W"]), (7, 8, ["E"]), (8, 8, ["E"])]
)
def test_hooks_that_follow_each_other_are_patient_together(first: int, second: int, severity: list[str]):
    assert [one[:2] for one in told("T01", *patient(first, second))] == [(word, "look") for word in severity]


def test_the_message_about_slow_hooks_names_them():
    message = (
        "hooks may take 16 s before the caller can act (look, again); "
        "shorten their time-outs to less than 8 s together, or ask something in between"
    )
    assert told("T01", *patient(8, 8)) == [("E", "look", message)]


def test_a_question_between_two_hooks_lets_the_caller_act():
    asked = ("    found: again\n", "    found: pause\n"), before("told", menu("pause", "again"))
    assert "T01" not in lint_rules(*patient(7, 7), *asked)


def test_a_bounded_circle_of_hooks_counts_each_round():
    circle = ("timeout: 3}", f"timeout: 4, {WAIT}}}"), ("    missing: unknown\n", "    missing: retry\n")
    retry = "  retry:\n    tag: {priority: 1}\n    then: look\n    at_most: 3\n    after: unknown\n"
    assert [one[:2] for one in told("T01", *circle, before("unknown", retry))] == [("E", "look")]


def test_a_hook_that_may_take_more_than_three_seconds_says_something():
    message = "hook 'find_order' may take 4 s in silence; add a wait prompt, such as 'One moment.'"
    assert told("T01", ("timeout: 3}", "timeout: 4}")) == [("E", "look", message)]
    assert "T01" not in lint_rules(("timeout: 3}", f"timeout: 4, {WAIT}}}"))


def test_a_document_holds_64_kilobytes():
    rest = ("It is {order.status}.", "word " * 13_000 + "{order.status}")
    assert "T02" not in lint_rules(rest)
    message = (
        "a document of 66 kB in en from here to the next question "
        "(at most 64 kB); shorten the texts, or ask something in between"
    )
    assert told("T02", ("It is {order.status}.", "word " * 13_500 + "{order.status}")) == [("E", "told", message)]


def test_texts_that_are_spoken_one_after_the_other_make_one_document():
    half = "word " * 7_000
    steps = "  first:\n    say: {en: " + half + ", zh-Hans: 好}\n    then: told\n"
    changes = (("    found: told\n", "    found: first\n"), before("told", steps))
    assert "T02" not in lint_rules(*changes)
    assert "T02" in lint_rules(*changes, ("It is {order.status}.", half + "{order.status}"))


def test_the_question_at_the_end_belongs_to_the_document_and_what_is_said_later_does_not():
    steps = "  first:\n    say: {en: " + "word " * 7_000 + ", zh-Hans: 好}\n    then: main\n"
    changes = (("open: main", "open: first"), before("main", steps))
    assert "T02" in lint_rules(*changes, ("Orders, press 1.", "word " * 7_000 + "Orders, press 1."))
    assert "T02" not in lint_rules(*changes, ("Please choose 1 or 2.", "word " * 7_000))
