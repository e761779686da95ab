"""The calendars file is read as people write it, and what is wrong in it is named by its key."""

from datetime import UTC, date, datetime

import pytest
import yaml

from contactcenter.sla.calendar_file import parse_calendar, parse_calendars
from contactcenter.sla.windows import CalendarError

FILE = """
office:
  zone: Asia/Shanghai
  weekly: {mon-fri: ["09:00-12:00", "13:00-18:00"], sat: ["10:00-12:00"]}
  holidays:
    country: CN
    except: [2026-10-01]
  closed: {"2026-12-24": Christmas Eve, 2026-12-31: Stocktaking}
  special: {"2026-02-14": ["10:00-14:00"], 2026-02-15: []}
always: {weekly: 24x7}
nights:
  zone: Europe/Berlin
  weekly: {fri-mon: ["22:00-06:00"], "tue, thu": ["20:00-24:00"], fri: ["20:00-22:00"]}
"""


def test_the_file_is_read_as_it_is_written():
    found = parse_calendars(yaml.safe_load(FILE))
    office = found["office"]
    assert list(found) == ["office", "always", "nights"]
    assert office.weekly[0] == ((540, 720), (780, 1080))
    assert office.weekly[5] == ((600, 720),)
    assert 6 not in office.weekly
    assert office.closed[date(2026, 12, 24)] == "Christmas Eve"
    assert office.closed[date(2026, 12, 31)] == "Stocktaking"
    assert office.closed[date(2026, 10, 2)] == "National Day"
    assert date(2026, 10, 1) not in office.closed
    assert office.special == {date(2026, 2, 14): ((600, 840),), date(2026, 2, 15): ()}
    assert found["always"].is_open(datetime(2026, 1, 1, 3, 33, tzinfo=UTC))


def test_ranges_run_over_the_weekend_and_several_keys_add_up():
    nights = parse_calendars(yaml.safe_load(FILE))["nights"].weekly
    assert {day: nights[day] for day in (6, 0)} == {6: ((1320, 1800),), 0: ((1320, 1800),)}
    assert sorted(nights[4]) == [(1200, 1320), (1320, 1800)]
    assert nights[1] == nights[3] == ((1200, 1440),)
    assert 2 not in nights


def test_holidays_may_be_of_one_region_and_in_another_language():
    raw = {
        "zone": "Europe/Berlin",
        "weekly": {"mon": ["09:00-17:00"]},
        "holidays": {"country": "DE", "subdivision": "BY", "language": "de"},
    }
    assert parse_calendar("c", raw).closed[date(2026, 1, 6)] == "Heilige Drei Könige"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"zone": "Asia/Shangai"}, "calendars.office.zone: 'Asia/Shangai' is no time zone"),
        ({"zone": "../etc/passwd"}, "calendars.office.zone: '../etc/passwd' is no time zone"),
        ({"zone": "Asia"}, "calendars.office.zone: 'Asia' is no time zone"),
        ({"zone": None}, "calendars.office.zone must be a text, not None"),
        ({"weekly": []}, "calendars.office.weekly must hold keys and values"),
        ({"weekly": {"mo": []}}, "calendars.office.weekly.mo: 'mo' is no weekday"),
        ({"weekly": {"mon-": []}}, "calendars.office.weekly.mon-: 'mon-' is no weekday"),
        ({"weekly": {"mon": "09:00-18:00"}}, "calendars.office.weekly.mon must be a list of windows"),
        ({"weekly": {"mon": ["9-18"]}}, "calendars.office.weekly.mon: '9-18' is no window of hours"),
        ({"weekly": {"mon": [540]}}, "calendars.office.weekly.mon: 540 is no window of hours"),
        ({"weekly": {"mon": ["09:60-18:00"]}}, "calendars.office.weekly.mon: '09:60-18:00' is not on the clock"),
        ({"weekly": {"mon": ["24:00-25:00"]}}, "'24:00-25:00' is not on the clock"),
        ({"weekly": {"mon": ["20:00-24:30"]}}, "'20:00-24:30' is not on the clock"),
        ({"weekly": {"mon": ["09:00-09:00"]}}, "opens and closes at once"),
        ({"holidays": {"country": "ZZ"}}, "calendars.office.holidays.country: no holidays are known for 'ZZ'"),
        ({"holidays": {"country": False}}, "calendars.office.holidays.country must be a text, not False; put it in quotes"),
        ({"holidays": {"country": "DE", "subdivision": "QQ"}}, "no holidays are known for 'DE, QQ'"),
        ({"closed": {"24.12.2026": "x"}}, "calendars.office.closed: '24.12.2026' is no date"),
        ({"holidays": {"except": "2026-12-24"}}, "calendars.office.holidays.except must be a list"),
        ({"closed": ["2026-12-24"], "holidays": {"except": ["2026-12-24"]}}, "2026-12-24 stands in closed as well"),
        ({"holidays": {"land": "CN"}}, "calendars.office.holidays.land is not known here"),
        ({"special": {"2026-02-30": []}}, "calendars.office.special: '2026-02-30' is no date"),
        ({"special": {"2026-02-14": ["x"]}}, "calendars.office.special.2026-02-14: 'x' is no window of hours"),
        ({"closed": True}, "calendars.office.closed must be a list of dates"),
        ({"hours": True}, "calendars.office.hours is not known here"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_by_its_key(change, sentence):
    raw = {"office": {"zone": "Asia/Shanghai", "weekly": {"mon-fri": ["09:00-18:00"]}} | change}
    with pytest.raises(CalendarError) as error:
        parse_calendars(raw)
    assert sentence in str(error.value)


def test_hours_of_a_place_need_its_zone_and_a_calendar_needs_hours():
    with pytest.raises(CalendarError, match=r"calendars\.c\.zone is missing"):
        parse_calendar("c", {"weekly": {"mon": ["09:00-18:00"]}})
    with pytest.raises(CalendarError, match=r"calendars\.c\.zone is missing"):
        parse_calendar("c", {"weekly": "24x7", "holidays": {"country": "CN"}})
    with pytest.raises(CalendarError, match=r"calendars\.c\.weekly is missing"):
        parse_calendar("c", {"zone": "Asia/Shanghai"})
    with pytest.raises(CalendarError, match="calendars must hold keys and values"):
        parse_calendars(None)
