"""Terms: what a text can be found by, in both Chinese scripts, in English, and for product codes."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.tokens import LONGEST_QUERY, LONGEST_TERM, Kind, query_terms, tokens

# How long an example takes says something about the machine and nothing about the code.
unhurried = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])


def terms(text):
    return [token.term for token in tokens(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("退货", ["退", "货", "退货"]),
        ("退貨", ["退", "货", "退货"]),
        ("我要退貨", ["我", "要", "退", "货", "我要", "要退", "退货"]),
        ("裡", ["里"]),
        ("退货，退款", ["退", "货", "退货", "退", "款", "退款"]),
        ("7天", ["7", "天"]),
        ("７天", ["7", "天"]),
        ("orders", ["order", "orders"]),
        ("Order", ["order"]),
        ("refunded", ["refund", "refunded"]),
        ("E-1042", ["e-1042", "e", "1042"]),
        ("e1042", ["e1042", "e", "1042"]),
        ("E\u20131042", ["e-1042", "e", "1042"]),
        ("iPhone15手機", ["iphone15", "iphon", "iphone", "15", "手", "机", "手机"]),
        ("e-mail", ["email", "e", "mail"]),
        ("24/7", ["24/7", "24", "7"]),
        ("3.5", ["3.5", "3", "5"]),
        ("don't", ["don", "t"]),
        ("ﾃｽﾄ", ["テ", "ス", "ト", "テス", "スト"]),
        ("한글", ["한", "글", "한글"]),
        ("Übergröße", ["übergröße"]),
        ("…！？ — ***", []),
        ("", []),
    ],
)
def test_a_text_has_these_terms(text, expected):
    assert terms(text) == expected


def test_a_token_points_at_the_text_that_people_see():
    text = "請問 E-1042 怎麼辦？ＡＢＣ"
    assert [(token.term, text[token.start : token.end]) for token in tokens(text)][2:7] == [
        ("请问", "請問"),
        ("e-1042", "E-1042"),
        ("e", "E"),
        ("1042", "1042"),
        ("怎", "怎"),
    ]
    assert [text[token.start : token.end] for token in tokens(text)][-1] == "ＡＢＣ"


def test_a_pair_and_a_word_as_written_count_half_in_a_question():
    assert {term.term: term.factor for term in query_terms("退款 refunds")} == {
        "退": 1_000,
        "款": 1_000,
        "退款": 500,
        "refund": 1_000,
        "refunds": 500,
    }


def test_a_word_that_is_also_the_stem_of_another_counts_whole():
    assert {term.term: term.factor for term in query_terms("campuses campus")} == {
        "campus": 1_000,
        "campuses": 500,
        "campu": 1_000,
    }


def test_stop_words_and_their_stems_leave_a_question():
    assert [term.term for term in query_terms("Does this very parcel have a number?")] == ["parcel", "number"]


def test_stop_words_stay_in_a_text():
    assert terms("this parcel") == ["thi", "this", "parcel"]


def test_a_question_of_stop_words_alone_keeps_them():
    assert [term.term for term in query_terms("About you")] == ["about", "you"]


def test_question_words_are_sought():
    assert "how" in [term.term for term in query_terms("How do I return this?")]


def test_a_question_names_each_term_once():
    assert [term.term for term in query_terms("refund refund 退退")] == ["refund", "退", "退退"]


def test_of_a_whole_page_the_beginning_is_sought():
    assert [term.term for term in query_terms("parcel " + "." * LONGEST_QUERY + " late")] == ["parcel"]


@unhurried
@given(st.text(max_size=200))
def test_any_text_gives_terms_a_database_can_keep(text):
    for token in tokens(text):
        assert 0 < len(token.term) <= LONGEST_TERM
        assert "\0" not in token.term
        assert token.term == token.term.strip()
        assert 0 <= token.start < token.end <= len(text)
        token.term.encode("utf-8")


@unhurried
@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1, max_size=30))
def test_a_run_of_n_characters_has_n_singles_and_one_pair_less(run):
    kinds = [token.kind for token in tokens(run)]
    assert kinds.count(Kind.SINGLE) == len(run)
    assert kinds.count(Kind.PAIR) == len(run) - 1


@unhurried
@given(st.text("abcdefgXYZ ", max_size=60))
def test_english_terms_include_every_word_or_its_stem_and_nothing_of_two_words(text):
    words = text.lower().split()
    found = {(token.start, token.end) for token in tokens(text)}
    assert len(found) == len(words)
    assert {text[start:end].lower() for start, end in found} == set(words)


def test_a_wall_of_letters_and_a_wall_of_characters_are_read_in_linear_time():
    assert terms("a" * 200_000) == ["a" * LONGEST_TERM]
    assert len(terms("退" * 50_000)) == 99_999
    assert len(terms("a-" * 50_000)) == 50_000
