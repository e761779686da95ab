"""Folding: what people write differently becomes one, and every character knows where it came from."""

import unicodedata

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from kb.folding import fold, fold_with_places
from kb.simplified import SIMPLIFIED

# Writing in which normalisation joins marks, jamo and half-width sounds, as far as customers use it.
WRITING = st.lists(
    st.one_of(
        st.sampled_from(
            ["e\u0301", "O\u0308", "a\u0323\u0302", "ｶﾞ", "ハ\u309a", "\u1112\u1161\u11ab", "ﾡￂﾢ", "\u0301"]
        ),
        st.sampled_from("ÅßﬁéA①㍿½Ａ１！退貨換裡後臺灣雲がﾟ한글"),
        st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF),
        st.characters(min_codepoint=0x20, max_codepoint=0x17F, exclude_characters="İ"),
    ),
    max_size=30,
).map("".join)

# How long an example takes says something about the machine and nothing about the code.
unhurried = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])


def test_traditional_becomes_simplified_character_by_character():
    assert fold("雲帆商城訂單退貨與換貨說明") == "云帆商城订单退货与换货说明"


def test_hong_kong_and_taiwan_forms_become_the_same_characters():
    assert (
        fold("裏裡 綫線 衞衛 啓啟 説說 臺檯 佔占 佈布 遊游 産產") == "里里 线线 卫卫 启启 说说 台台 占占 布布 游游 产产"
    )


def test_simplified_text_stays_as_it_is():
    text = "我的订单到哪里了？请在签收后十四天内申请退货，谢谢。"
    assert fold(text) == unicodedata.normalize("NFKC", text)


def test_the_table_leads_to_its_end_in_one_step():
    assert not [char for char in SIMPLIFIED.values() if char in SIMPLIFIED]
    assert all(len(pair) == 2 and pair[0] != pair[1] for pair in SIMPLIFIED.items())
    assert len(SIMPLIFIED) == 4_004


def test_dashes_in_product_codes_are_hyphens():
    assert fold("E\u20111042 E–1042") == "e-1042 e-1042"


@unhurried
@given(WRITING)
def test_folding_by_letters_equals_normalising_the_whole(text):
    whole = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).lower())
    assume(not has_a_heap_of_marks(text))
    assert fold(text) == "".join(SIMPLIFIED.get(char, char) for char in whole)


@unhurried
@given(WRITING)
def test_folding_twice_changes_nothing_more(text):
    assert fold(fold(text)) == fold(text)


@unhurried
@given(WRITING)
def test_every_folded_character_knows_where_it_came_from(text):
    folded = fold_with_places(text)
    assert folded.text == fold(text)
    assert list(folded.starts) == sorted(folded.starts)
    for place, char in enumerate(folded.text):
        assert char in fold(text[folded.starts[place] : folded.ends[place]])


def test_a_heap_of_marks_is_folded_in_linear_time():
    assert len(fold("a" + "\u0301\u0323" * 50_000)) > 0


def has_a_heap_of_marks(text):
    return any(all(unicodedata.combining(char) for char in text[place : place + 8]) for place in range(len(text) - 7))
