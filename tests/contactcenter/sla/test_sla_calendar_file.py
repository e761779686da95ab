"""The calendars file is read as people write it, and what is wrong in it is named by its key."""

from datetime import UTC, date, datetime

import pytest
import yaml

from contactcenter.sla.calendar_file import parse_calendar, parse_calendars
from contactcenter.sla.calendars import CalendarError, is_open

FILE = """
office:
  zone: Asia/Shanghai
  hours: {mon-fri: ["09:00-12:00", "13:00-18:00"], sat: ["10:00-12:00"]}
  holidays:
    country: CN
    extra: {"2026-12-24": Christmas Eve, 2026-12-31: Stocktaking}
    except: [2026-10-01]
  special: {"2026-02-14": ["10:00-14:00"], 2026-02-15: []}
always: {hours: 24x7}
nights:
  zone: Europe/Berlin
  hours: {fri-mon: ["22:00-06:00"], "tue, thu": ["20:00-24:00"], fri: ["20:00-22:00"]}
"""


def test_the_file_is_read_as_it_is_written():
    found = parse_calendars(yaml.safe_load(FILE))
    office = found["office"]
    assert list(found) == ["office", "always", "nights"]
    assert office.hours[0] == ((540, 720), (780, 1080))
    assert office.hours[5] == ((600, 720),)
    assert 6 not in office.hours
    assert office.holidays[date(2026, 12, 24)] == "Christmas Eve"
    assert office.holidays[date(2026, 12, 31)] == "Stocktaking"
    assert office.holidays[date(2026, 10, 2)] == "National Day"
    assert date(2026, 10, 1) not in office.holidays
    assert office.special == {date(2026, 2, 14): ((600, 840),), date(2026, 2, 15): ()}
    assert is_open(found["always"], datetime(2026, 1, 1, 3, 33, tzinfo=UTC))


def test_ranges_run_over_the_weekend_and_several_keys_add_up():
    nights = parse_calendars(yaml.safe_load(FILE))["nights"].hours
    assert {day: nights[day] for day in (6, 0)} == {6: ((1320, 1800),), 0: ((1320, 1800),)}
    assert sorted(nights[4]) == [(1200, 1320), (1320, 1800)]
    assert nights[1] == nights[3] == ((1200, 1440),)
    assert 2 not in nights


def test_holidays_may_be_of_one_region_and_in_another_language():
    raw = {
        "zone": "Europe/Berlin",
        "hours": {"mon": []},
        "holidays": {"country": "DE", "subdivision": "BY", "language": "de"},
    }
    assert parse_calendar("c", raw).holidays[date(2026, 1, 6)] == "Heilige Drei Könige"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"zone": "Asia/Shangai"}, "calendars.office.zone: 'Asia/Shangai' is no time zone"),
        ({"zone": "../etc/passwd"}, "calendars.office.zone: '../etc/passwd' is no time zone"),
        ({"zone": "Asia"}, "calendars.office.zone: 'Asia' is no time zone"),
        ({"zone": None}, "calendars.office.zone must be a text, not None"),
        ({"hours": []}, "calendars.office.hours must hold keys and values"),
        ({"hours": {"mo": []}}, "calendars.office.hours.mo: 'mo' is no weekday"),
        ({"hours": {"mon-": []}}, "calendars.office.hours.mon-: 'mon-' is no weekday"),
        ({"hours": {"mon": "09:00-18:00"}}, "calendars.office.hours.mon must be a list of rows"),
        ({"hours": {"mon": ["9-18"]}}, "calendars.office.hours.mon: '9-18' is no row of hours"),
        ({"hours": {"mon": [540]}}, "calendars.office.hours.mon: 540 is no row of hours"),
        ({"hours": {"mon": ["09:60-18:00"]}}, "calendars.office.hours.mon: '09:60-18:00' is not on the clock"),
        ({"hours": {"mon": ["24:00-25:00"]}}, "'24:00-25:00' is not on the clock"),
        ({"hours": {"mon": ["20:00-24:30"]}}, "'20:00-24:30' is not on the clock"),
        ({"hours": {"mon": ["09:00-09:00"]}}, "opens and closes at once"),
        ({"holidays": {"country": "ZZ"}}, "calendars.office.holidays.country: no holidays are known for 'ZZ'"),
        ({"holidays": {"country": False}}, "calendars.office.holidays.country must be a text, not False; put it in quotes"),
        ({"holidays": {"country": "DE", "subdivision": "QQ"}}, "no holidays are known for 'DE, QQ'"),
        ({"holidays": {"extra": {"24.12.2026": "x"}}}, "calendars.office.holidays.extra: '24.12.2026' is no date"),
        ({"holidays": {"extra": {"2026-12-24": ""}}}, "calendars.office.holidays.extra.2026-12-24 must be a text"),
        ({"holidays": {"except": "2026-12-24"}}, "calendars.office.holidays.except must be a list"),
        ({"holidays": {"extra": {"2026-12-24": "x"}, "except": ["2026-12-24"]}}, "stands in both extra and except"),
        ({"holidays": {"land": "CN"}}, "calendars.office.holidays.land is not known here"),
        ({"special": {"2026-02-30": []}}, "calendars.office.special: '2026-02-30' is no date"),
        ({"special": {"2026-02-14": ["x"]}}, "calendars.office.special.2026-02-14: 'x' is no row of hours"),
        ({"closed": True}, "calendars.office.closed is not known here"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_by_its_key(change, sentence):
    raw = {"office": {"zone": "Asia/Shanghai", "hours": {"mon-fri": ["09:00-18:00"]}} | change}
    with pytest.raises(CalendarError) as error:
        parse_calendars(raw)
    assert sentence in str(error.value)


def test_hours_of_a_place_need_its_zone_and_a_calendar_needs_hours():
    with pytest.raises(CalendarError, match=r"calendars\.c\.zone is missing"):
        parse_calendar("c", {"hours": {"mon": ["09:00-18:00"]}})
    with pytest.raises(CalendarError, match=r"calendars\.c\.zone is missing"):
        parse_calendar("c", {"hours": "24x7", "holidays": {"country": "CN"}})
    with pytest.raises(CalendarError, match=r"calendars\.c\.hours is missing"):
        parse_calendar("c", {"zone": "Asia/Shanghai"})
    with pytest.raises(CalendarError, match="calendars must hold keys and values"):
        parse_calendars(None)
