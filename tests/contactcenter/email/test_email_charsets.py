"""Bytes become text by what they are, not only by what their label says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contactcenter.channels.email.charsets import clean_label, decode_text, single_line, storable

LABELS = st.one_of(
    st.none(),
    st.text(max_size=30),
    st.sampled_from(["utf-8", "gb2312", "utf-7", "utf-16", "iso-2022-jp", "big5", "idna"]),
)


@pytest.mark.parametrize(
    ("text", "codec", "declared"),
    [
        ("镕基与喆", "gb18030", "gb2312"),
        ("你好，我的订单", "gb18030", "iso-gb2312"),
        ("①番の件", "cp932", "shift_jis"),
        ("您好，訂單嘅問題", "big5hkscs", "big5"),
        ("똠방각하 펲시", "cp949", "euc-kr"),
        ("안녕하세요", "cp949", "ks_c_5601-1987"),
        ("“smart” – €5", "cp1252", "iso-8859-1"),
        ("“smart” – €5", "cp1252", "us-ascii"),
        ("naïve café", "utf-8", "us-ascii"),
        ("naïve café", "utf-8", '"UTF-8"; format=flowed'),
        ("naïve café", "utf-8", "charset=utf-8"),
        ("naïve café", "utf-7", "utf-7"),
        ("Grüße", "latin-1", "ISO-8859-1"),
        ("Привет", "koi8-r", "KOI8-R"),
        ("hello", "ascii", "utf-16"),
        ("hello", "utf-16-le", "utf-16le"),
    ],
)
def test_a_declared_charset_is_read_as_senders_mean_it(text, codec, declared):
    assert decode_text(text.encode(codec), declared).text == text


def test_vendor_characters_in_iso_2022_jp_are_read():
    assert decode_text(b"\x1b$B-!HV\x1b(B abc", "iso-2022-jp").text == "①番 abc"


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        ("你好，我的订单没有到，请帮我查一下", "gb18030"),
        ("您好，我的訂單沒有到，請幫我查一下", "big5"),
        ("注文した商品が届きません", "cp932"),
        ("注文した商品が届きません", "euc_jp"),
        ("안녕하세요 주문한 상품이 도착하지", "cp949"),
        ("Здравствуйте, не могу войти в кабинет", "cp1251"),
        ("Grüße aus München, die Rechnung fehlt", "latin-1"),
        ("Reklamação: não recebi a peça", "latin-1"),
        ("Zażółć gęślą jaźń i więcej tekstu po polsku", "cp1250"),
    ],
)
@pytest.mark.parametrize("declared", [None, "x-unknown", "invalid-charset", "none"])
def test_without_a_usable_label_the_charset_is_guessed_and_noted(text, codec, declared):
    decoded = decode_text(text.encode(codec), declared)
    assert decoded.text == text
    assert decoded.problem


@pytest.mark.parametrize(
    "declared", ["idna", "punycode", "rot13", "hex", "unicode_escape", "undefined", "a.b", "\x00", "é"]
)
def test_codecs_that_are_no_charsets_are_never_used(declared):
    assert decode_text(b"xn--bcher-kva \\u0041", declared).text == "xn--bcher-kva \\u0041"


def test_a_text_with_one_broken_character_keeps_its_charset():
    broken = "这是一封很长的中文邮件，最后一个字被切断了".encode()[:-1]
    decoded = decode_text(broken, "utf-8")
    assert decoded.text.startswith("这是一封很长的中文邮件")
    assert "replaced" in (decoded.problem or "")


@given(st.binary(max_size=300), LABELS)
def test_whatever_the_bytes_and_the_label_the_text_can_be_stored(raw, label):
    text = decode_text(raw, label).text
    assert text.encode() is not None
    assert "\x00" not in text


@given(st.text(max_size=100))
def test_text_in_utf_8_comes_back_as_it_was(text):
    assert decode_text(text.encode(), "utf-8").text == storable(text).removeprefix("\ufeff")


def test_half_a_surrogate_pair_and_nul_do_not_reach_the_database():
    assert storable("a\x00b\ud83dc") == "ab\ufffdc"


@given(st.text(st.characters(exclude_categories=())))
def test_a_single_line_has_no_breaks_and_no_control_characters(text):
    line = single_line(text)
    assert len(line.splitlines()) <= 1
    assert line.encode().decode() == line
    assert single_line(line) == line


def test_a_label_loses_what_was_glued_to_it():
    assert clean_label(' "GB2312"; name=x') == "gb2312"
    assert clean_label("x-sjis") == "sjis"
    assert clean_label("=?") == ""
