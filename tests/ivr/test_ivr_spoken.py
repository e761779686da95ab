import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.conditions import ConditionError, condition
from ivr.spoken import FORMS, spoken
from ivr.values import as_text, clean_text


@pytest.mark.parametrize(
    ("value", "form", "language", "said"),
    [
        ("12345678", "digits", "en", "1 2 3 4, 5 6 7 8"),
        ("12345678", "digits", "zh-Hans", "1 2 3 4，5 6 7 8"),
        ("1234567", "digits", "en", "1 2 3 4, 5 6 7"),
        ("12345", "digits", "en", "1 2 3, 4 5"),
        ("+1 415-555-0100", "digits", "en", "1 4 1 5, 5 5 5 0, 1 0 0"),
        ("12", "digits", "en", "1 2"),
        ("--", "digits", "en", "--"),
        ("1234567.50", "number", "en", "1,234,567.5"),
        ("1234567.50", "number", "zh-Hant", "1234567.5"),
        ("100", "number", "en", "100"),
        ("many", "number", "en", "many"),
        ("1e999999", "number", "en", "1e999999"),
        ("12.50 USD", "money", "en", "12.50 US dollars"),
        ("CNY 12", "money", "zh-Hans", "12 元"),
        ("12.5 TWD", "money", "zh-Hant", "12.50 新臺幣"),
        ("12.5", "money", "en", "12.5"),
        ("2026-01-07", "date", "en", "Wednesday, January 7"),
        ("2026-01-07T10:00:00Z", "date", "zh-Hans", "1 月 7 日，星期三"),
        ("2026-02-30", "date", "en", "2026-02-30"),
        ("soon", "date", "zh-Hant", "soon"),
        ("as it is", None, "en", "as it is"),
    ],
)
def test_values_are_spoken_in_their_form(value, form, language, said):
    assert spoken(value, form, language) == said


@given(st.text(max_size=60), st.sampled_from(sorted(FORMS)), st.sampled_from(["en", "zh-Hans", "zh-Hant"]))
def test_no_value_is_too_odd_to_be_spoken(value, form, language):
    assert isinstance(spoken(value, form, language), str)


@given(st.text(alphabet="0123456789", min_size=1, max_size=40))
def test_digits_are_all_spoken_in_order_in_groups_of_four_at_most(number):
    said = spoken(number, "digits", "en")
    groups = [group.split() for group in said.split(",")]
    assert "".join(digit for group in groups for digit in group) == number
    assert {len(group) for group in groups} <= {1, 2, 3, 4}
    assert len(number) < 5 or min(len(group) for group in groups) >= 2


@given(st.text(max_size=400))
def test_clean_text_can_be_sent_stored_and_spoken(text):
    cleaned = clean_text(text)
    cleaned.encode()
    assert len(cleaned) <= 200
    assert all(character.isprintable() for character in cleaned)
    assert clean_text(cleaned) == cleaned


@pytest.mark.parametrize(
    ("value", "said"), [(True, "true"), (3, "3"), (2.0, "2"), (2.5, "2.5"), (None, ""), ({"en": 1}, "")]
)
def test_values_of_every_kind_have_words(value, said):
    assert as_text(value) == said


VALUES = {"queue.minutes": 5, "vip": True, "country": "HK", "name": "", "tier": "gold"}


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("queue.minutes >= 5", True),
        ("queue.minutes > 5", False),
        ("queue.minutes < 5.5", True),
        ("queue.minutes <= 4", False),
        ("vip is true", True),
        ("vip is not true", False),
        ("vip is 1", False),
        ("country in [CN, HK]", True),
        ("country in [CN, 'TW']", False),
        ("tier is 'gold'", True),
        ('tier is not "gold"', False),
        ("name is empty", True),
        ("name is not empty", False),
        ("unknown is empty", True),
        ("unknown > 3", False),
        ("unknown is not 'x'", False),
        ("tier > 3", False),
        ("vip is true and queue.minutes >= 3", True),
        ("vip is true and queue.minutes >= 6", False),
    ],
)
def test_conditions_read_as_they_are_written(text, holds):
    assert condition(text).holds(VALUES.get) is holds


@pytest.mark.parametrize(
    "text", ["", "vip", "vip = true", "a > b", "a in CN", "a is true or b is true", "a > 'x'", "open() is 1"]
)
def test_other_conditions_are_refused(text):
    with pytest.raises(ConditionError):
        condition(text)
