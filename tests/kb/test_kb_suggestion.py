"""Suggestions: the customer's own last words decide, and small talk suggests nothing."""

import pytest

from kb.articles import Audience
from kb.suggestion import LAST_TURNS, strength, suggest, suggestion_query, suggestion_terms


def test_the_last_turns_are_read_newest_first():
    turns = [f"turn {number}" for number in range(10)]
    assert suggestion_query(turns).splitlines() == [f"turn {number}" for number in range(9, 9 - LAST_TURNS, -1)]


def test_quoted_lines_and_what_follows_a_signature_are_not_the_customers_question():
    turn = "My parcel is late.\n> Dear customer, your refund\n>> invoice\nPlease help.\n-- \nAnna\nMembership 1042"
    assert suggestion_query([turn]) == "My parcel is late.\nPlease help."


def test_courtesies_ask_for_nothing_in_either_script():
    assert suggestion_terms(["你好，請問一下", "麻烦帮我看一下", "谢谢", "在嗎"]) == []


def test_a_question_keeps_its_matter_beside_courtesies():
    assert [term.term for term in suggestion_terms(["您好，想问一下退款"])] == ["退", "款", "退款"]


def test_silence_suggests_nothing(sample_index):
    assert suggestion_query([]) == ""
    assert suggest(sample_index, [], "en", Audience.PUBLIC) == []
    assert strength(0, 0) == 0


@pytest.mark.parametrize(
    "turns",
    [
        ["Hello, are you there?"],
        ["Hi, good morning"],
        ["thanks a lot, have a nice day"],
        ["one moment please"],
        ["can you help me?"],
        ["what?"],
        ["你好", "在吗"],
        ["谢谢，好的"],
        ["我想问个问题"],
        ["今天天气不错"],
        ["你好，請問有人在嗎"],
        ["我想請問一下"],
    ],
)
def test_small_talk_suggests_nothing(sample_index, turns):
    assert suggest(sample_index, turns, None, Audience.PUBLIC) == []


@pytest.mark.parametrize(
    ("turns", "language", "expected"),
    [
        (["Hello", "Where is my parcel? It should have been here on Monday"], "en", "track-order"),
        (["I want to send these shoes back, I need another size"], "en", "exchange-an-item"),
        (["my card was declined with E-1042"], "en", "payment-failed"),
        (["I was charged twice"], "en", "unexpected-charge"),
        (["the mug arrived broken"], "en", "damaged-parcel"),
        (["can you change my address please, I moved"], "en", "change-delivery-address"),
        (["forgot my password", "hello?"], "en", "reset-password"),
        (["how can I talk to a human"], "en", "contact-us"),
        (["你好", "我的快递怎么还没到"], "zh-Hans", "track-order"),
        (["退款还没到账"], "zh-Hans", "refund-timing"),
        (["水壶用了三个月坏了"], "zh-Hans", "warranty"),
        (["周末上班吗"], "zh-Hans", "opening-hours"),
        (["想退貨"], "zh-Hant", "return-an-item"),
        (["要開公司發票"], "zh-Hant", "request-an-invoice"),
        (["帳號被鎖"], "zh-Hant", "reset-password"),
    ],
)
def test_a_question_brings_its_article_first(sample_index, turns, language, expected):
    hits = suggest(sample_index, turns, language, Audience.PUBLIC)
    assert hits
    assert (hits[0].article_id, hits[0].language) == (expected, language)
    assert len(hits) <= 3


def test_a_higher_threshold_shows_less(sample_index):
    assert suggest(sample_index, ["想退貨"], "zh-Hant", Audience.PUBLIC, threshold=10**6) == []
