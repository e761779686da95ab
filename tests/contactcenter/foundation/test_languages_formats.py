"""Times, numbers and durations read as they are written in each language, by the viewer's clock."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from contactcenter.foundation.languages import (
    LANGUAGES,
    format_datetime,
    format_duration,
    format_number,
    format_relative,
    format_share,
)

AT = datetime(2026, 3, 27, 22, 5, 9, tzinfo=UTC)
HONG_KONG = ZoneInfo("Asia/Hong_Kong")


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("time", ["06:05", "06:05", "06:05"]),
        ("weekday", ["Sat 06:05", "周六06:05", "週六 06:05"]),
        ("date", ["Mar 28, 2026", "2026年3月28日", "2026年3月28日"]),
        ("short", ["Mar 28, 06:05", "3月28日 06:05", "3月28日 06:05"]),
        ("full", ["Sat, Mar 28, 2026, 06:05:09", "2026年3月28日周六 06:05:09", "2026年3月28日 週六 06:05:09"]),
    ],
)
def test_an_instant_is_shown_by_the_viewers_clock(form, said):
    assert [format_datetime(AT, language, HONG_KONG, form) for language in LANGUAGES] == said


def test_the_same_instant_is_another_day_elsewhere():
    assert format_datetime(AT, "en", ZoneInfo("America/New_York")) == "Mar 27, 18:05"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, ["just now", "刚刚", "剛剛"]),
        (-4, ["just now", "刚刚", "剛剛"]),
        (-5, ["5 seconds ago", "5秒钟前", "5 秒前"]),
        (-300, ["5 minutes ago", "5分钟前", "5 分鐘前"]),
        (7200, ["in 2 hours", "2小时后", "2 小時後"]),
        (-59 * 60, ["59 minutes ago", "59分钟前", "59 分鐘前"]),
        (3 * 86400, ["in 3 days", "3天后", "3 天後"]),
    ],
)
def test_a_distance_in_time_is_said_in_one_unit(seconds, said):
    assert [format_relative(AT + timedelta(seconds=seconds), AT, language) for language in LANGUAGES] == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, ["0 sec", "0秒", "0 秒"]),
        (59.9, ["59 sec", "59秒", "59 秒"]),
        (60, ["1 min", "1分钟", "1 分鐘"]),
        (252, ["4 min 12 sec", "4分钟12秒", "4 分鐘 12 秒"]),
        (3600, ["1 hr", "1小时", "1 小時"]),
        (3659, ["1 hr", "1小时", "1 小時"]),
        (3900, ["1 hr 5 min", "1小时5分钟", "1 小時 5 分鐘"]),
        (2 * 86400 + 3 * 3600 + 59, ["2 days 3 hr", "2天3小时", "2 天 3 小時"]),
        (-750, ["-12 min 30 sec", "-12分钟30秒", "-12 分鐘 30 秒"]),
        (-0.4, ["0 sec", "0秒", "0 秒"]),
    ],
)
def test_a_duration_is_said_in_its_two_largest_units(seconds, said):
    assert [format_duration(seconds, language) for language in LANGUAGES] == said


def test_numbers_keep_their_thousands_apart():
    for language in LANGUAGES:
        assert format_number(1234567, language) == "1,234,567"
        assert format_number(1234.5678, language) == "1,234.57"
        assert format_number(0.5, language, digits=0) == "0"
        assert format_number(12.0, language, digits=1) == "12"
        assert format_share(0.256, language) == "26%"


def test_open_time_is_said_in_hours_because_its_days_have_no_length():
    assert [format_duration(93_600, language, open_time=True) for language in LANGUAGES] == [
        "26 hr",
        "26小时",
        "26 小時",
    ]
    assert format_duration(5400, "en", open_time=True) == "1 hr 30 min"
