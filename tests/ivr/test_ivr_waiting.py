import pytest
from ivr_flows import play, small, texts

import ivr
from ivr import HoursAnswered, KeysPressed


def queued(*changes: tuple[str, str], language: str = "en") -> tuple[ivr.Flow, ivr.State]:
    flow = small(*changes)
    return flow, play(flow, HoursAnswered("open"), KeysPressed("0"), caller=ivr.Caller("", language=language)).state


def told(position: int, minutes: int | None, language: str = "en", *changes: tuple[str, str]) -> list[str]:
    return texts(ivr.queue_announcement(*queued(*changes, language=language), position, minutes))


def test_a_caller_hears_place_wait_and_the_keys_in_force():
    assert told(3, 4) == [
        "You are number 3 in line.",
        "The wait is about 5 minutes.",
        "For a message, press 1.",
        "To stop, press 2.",
    ]


def test_the_same_in_chinese():
    assert told(3, 4, "zh-Hans") == ["您排在第 3 位。", "预计等待约 5 分钟。", "留言请按 1。", "结束请按 2。"]


def test_an_unknown_wait_is_not_spoken_and_its_key_is_not_offered():
    assert told(3, None) == ["You are number 3 in line.", "To stop, press 2."]


@pytest.mark.parametrize(
    ("minutes", "sentence"),
    [
        (0, "We expect to be with you in about a minute."),
        (1, "We expect to be with you in about a minute."),
        (2, "The wait is about 5 minutes."),
        (6, "The wait is about 10 minutes."),
        (10, "The wait is about 10 minutes."),
        (11, "The wait is over 10 minutes."),
        (300, "The wait is over 10 minutes."),
    ],
)
def test_minutes_are_rounded(minutes, sentence):
    assert told(2, minutes)[1] == sentence


def test_a_long_wait_reads_well_in_chinese():
    assert told(2, 30, "zh-Hans")[1] == "预计等待超过 10 分钟。"


def test_the_first_in_line_is_told_so():
    assert told(1, None)[0] == "You are next in line."


def test_a_flow_may_bring_its_own_sentences():
    own = ("position: true", 'position: {en: "Place {queue.position}.", zh-Hans: "第 {queue.position} 位。"}')
    assert told(7, None, "en", own)[0] == "Place 7."


def test_a_sentence_that_needs_an_unknown_number_is_left_out_whole():
    own = (
        "      music: calm\n",
        '      say: {en: "About {queue.minutes} minutes.", zh-Hans: "约 {queue.minutes} 分钟。"}\n',
    )
    assert told(7, None, "en", own)[0] == "You are number 7 in line."
    assert told(7, 5, "en", own)[0] == "About 5 minutes."


@pytest.mark.parametrize(("minutes", "keys"), [(None, ["2"]), (2, ["2"]), (3, ["1", "2"])])
def test_a_key_with_a_condition_holds_only_when_it_is_true(minutes, keys):
    assert list(ivr.queue_keys_in_force(*queued(), 2, minutes)) == keys


def test_nothing_is_announced_to_a_caller_who_is_not_in_a_queue():
    flow = small()
    state = play(flow, HoursAnswered("open")).state
    assert ivr.queue_announcement(flow, state, 1, 5) == ()
    assert ivr.queue_keys_in_force(flow, state, 1, 5) == {}


@pytest.mark.parametrize(
    ("minutes", "told"),
    [
        ((0, 1), "We expect to be with you in about a minute."),
        ((0, 4), "The wait is less than 5 minutes."),
        ((2, 7), "The wait is between 1 and 10 minutes."),
        ((5, 9), "The wait is between 5 and 10 minutes."),
        ((6, 25), "The wait is 5 minutes or more."),
        ((0, 25), None),
        ((12, 25), "The wait is 10 minutes or more."),
        (4, "The wait is about 5 minutes."),
        (25, "The wait is over 10 minutes."),
    ],
)
def test_the_wait_is_told_as_a_range_that_small_changes_do_not_move(minutes, told: str | None):
    turn = play(small(), ivr.HoursAnswered("open"), ivr.KeysPressed("0"))
    said = texts(ivr.queue_announcement(small(), turn.state, 3, minutes))
    assert [text for text in said if "wait" in text.lower() or "expect" in text] == ([told] if told else [])
    offered = "1" in ivr.queue_keys_in_force(small(), turn.state, 3, minutes)
    assert offered == ((minutes if isinstance(minutes, int) else minutes[1]) >= 3), (
        "the longer end decides what is offered"
    )
