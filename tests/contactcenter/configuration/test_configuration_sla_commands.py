"""`contactcenter sla`: a deadline explained, a policy checked by example, the corpus written."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from house import CONFIG, House
from sqlalchemy import select, text, update

from contactcenter.channels.email.receiving import receive
from contactcenter.configuration.reading import read_promises
from contactcenter.configuration.sla_commands import sla_group
from contactcenter.foundation import clock
from contactcenter.models import Base, CalendarText, SlaClock, SlaPolicy
from contactcenter.sla import editions
from contactcenter.sla.calendar_file import parse_calendar

MAIL = b"From: Dana Reed <dana@example.org>\nTo: a@desk.example.com\nSubject: Lamp\nMessage-ID: <1@example.org>\n\nIt broke.\n"


@pytest.fixture
def sla() -> Callable[..., Result]:
    return lambda *words, house=None: CliRunner().invoke(
        sla_group, [str(word) for word in words], obj=lambda: house.db if house else None
    )


@pytest.fixture
def spoilt(tmp_path: Path) -> Callable[[str, str, str], Path]:
    """The two files with one thing changed in one of them."""

    def spoil(name: str, old: str, new: str) -> Path:
        for file in ("calendars.yaml", "queues.yaml", "sla.yaml"):
            text = (CONFIG / file).read_text("utf-8")
            assert file != name or old in text
            (tmp_path / file).write_text(text.replace(old, new, 1) if file == name else text, "utf-8")
        return tmp_path

    return spoil


def test_a_case_is_explained_promise_by_promise(sla: Callable[..., Result], house: House) -> None:
    with house.db.transaction() as session:
        session.execute(update(CalendarText).values(definition={"zone": "Asia/Shanghai", "weekly": "24x7"}))
        editions.put_in_force(session, clock.now(session))
    taken = receive(house.db, house.parts.mailbox, MAIL, "test")
    ana = house.agent("ana")
    house.pass_time(120, step=30)
    ana.post(f"/console/cases/{taken.case_id}/status", status="pending")
    house.pass_time(60, step=30)
    told = sla("explain", taken.case_id, house=house)
    assert told.exit_code == 0, told.output
    lines = told.output.splitlines()
    assert [line.partition(":")[0] for line in lines[::2]] == ["first_response", "resolution"]
    assert lines[0].startswith("first_response: running, due ")
    assert lines[0].endswith("CST (4 h by the calendar office)")
    assert lines[1].count(" | now | ") == 1
    assert lines[2].startswith("resolution: paused, standing still, 23 h 5")
    assert lines[3].endswith(" paused: waiting for customer (Ana Lim)")
    nothing = sla("explain", 999, house=house)
    assert (nothing.exit_code, nothing.output) == (1, "Error: There is no case 999.\n")
    with house.db.transaction() as session:
        due = session.scalars(select(SlaClock.due_at).where(SlaClock.kind == "first_response")).one()
    assert f"{due:%H:%M}"[-2:] in lines[0]


def test_a_policy_is_shown_by_deadlines_around_closing_holidays_and_both_changes_of_the_clocks(
    sla: Callable[..., Result], spoilt: Callable[[str, str, str], Path]
) -> None:
    told = sla("check", spoilt("calendars.yaml", "Asia/Shanghai", "Europe/Berlin"), "--from", "2026-03-20")
    assert told.exit_code == 0, told.output
    standard = told.output.partition("standard: next_response")[0]
    assert standard.startswith("standard: first_response within 4 h by the calendar office (Europe/Berlin)\n")
    assert "at closing: Fri 2026-03-20 18:00 CET → Mon 2026-03-23 14:00 CET" in standard
    assert standard.count("the day before the clocks change") == 2
    assert (
        "Fri 17:30–18:00 (30 min) | closed days | Mon 09:00–12:00 (3 h) | break | Mon 13:00–13:30 (30 min)" in standard
    )
    assert "gold: first_response within 30 min by the calendar always (UTC)" in told.output


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"),
    [
        ("calendars.yaml", '"13:00-18:00"', '"11:00-18:00"', "calendars.yaml:5: office.weekly.mon-fri: '09:00-12:00' and"),
        ("calendars.yaml", "Asia/Shanghai", "Asia/Shangai", "calendars.yaml:4: office.zone: 'Asia/Shangai' is no time zone"),
        ("calendars.yaml", '"13:00-18:00"', '"13:00-25:00"', "is not on the clock; a window opens before 24:00"),
        ("calendars.yaml", "  weekly: 24x7\n\nalways", "  weekly: {mon: []}\n  zone: UTC\n\nalways", "phones.weekly: it never opens"),
        ("calendars.yaml", "holidays: {country: CN}", 'closed: ["2026-12-28..2026-12-24"]', "ends before it starts; write the earlier"),
        ("calendars.yaml", "holidays: {country: CN}", 'closed: ["2026-12-24", "2026-12-24"]', "2026-12-24 stands here twice"),
        ("sla.yaml", "first_response: 4h", 'first_response: "-4h"', "sla.yaml:9: standard.targets.first_response: “-4h” is no length"),
        ("sla.yaml", "[75%]", "[75]", "sla.yaml:10: standard.warnings[1]: 75 would be read as a number"),
        ("sla.yaml", "[75%]", "[100%]", "“100%” is no warning; write a share of the target such as 75%, or how long before its end"),
        ("sla.yaml", "[75%]", "[soon]", "“soon” is no warning"),
        ("sla.yaml", "reopen: continue", "reopen: perhaps", "There is no way to go on “perhaps”; there is continue, restart."),
        ("sla.yaml", "{channel: chat}", "{channel: chats}", "There is no channel “chats”; there is chat, email, messaging, voice."),
        ("sla.yaml", "{channel: chat}", "{queue: [billing, moon]}", "There is no queue “moon”"),
        ("sla.yaml", "{channel: chat}", "{}", "Say for which cases: channel, queue, priority."),
        ("sla.yaml", "{channel: chat}", "{mood: bad}", "This name is not known here; what may stand here is channel, queue, priority."),
        ("sla.yaml", "    targets: {first_response: 2m, next_response: 5m}\n", "", "Say what holds instead: calendar, targets"),
        ("sla.yaml", "calendar: office", "calendar: offices", "sla.yaml:8: standard.calendar: There is no calendar “offices”"),
    ],
)  # fmt: skip
def test_every_mistake_is_told_with_file_line_and_what_to_write(
    sla: Callable[..., Result], spoilt: Callable[[str, str, str], Path], file: str, old: str, new: str, sentence: str
) -> None:
    told = sla("check", spoilt(file, old, new))
    assert told.exit_code == 1
    assert sentence in told.output


def test_running_promises_are_told_and_then_moved(sla: Callable[..., Result], house: House) -> None:
    receive(house.db, house.parts.mailbox, MAIL, "test")
    assert sla("move", house=house).output == "0 promises moved.\n"
    with house.db.transaction() as session:
        session.execute(update(SlaPolicy).where(SlaPolicy.tier == "standard").values(targets={"first_response": 60}))
        editions.put_in_force(session, clock.now(session))
    house.parts.clock.ahead += timedelta(seconds=3)
    editions._policies._known.clear()
    told = sla("move", "--dry-run", house=house).output.splitlines()
    assert told[0].startswith("case 1: first_response within 1 min: due ")
    assert told[1] == "1 promise would be moved."
    assert sla("move", "--tier", "gold", house=house).output == "0 promises moved.\n"
    assert sla("move", house=house).output.splitlines()[1] == "1 promise moved."
    assert sla("move", house=house).output == "0 promises moved.\n"


def test_the_corpus_is_written_to_a_file_or_to_the_terminal(sla: Callable[..., Result], tmp_path: Path) -> None:
    file = tmp_path / "corpus.json"
    told = sla("corpus", "-o", file)
    assert told.output == f"{file}: {len(json.loads(file.read_text('utf-8'))['cases'])} cases\n"
    assert sla("corpus").output == file.read_text("utf-8")


ICAL = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20260803\r\n"
    "DTEND;VALUE=DATE:20260808\r\nSUMMARY:Summer break\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


def test_a_published_calendar_closes_its_days_and_our_own_names_win(spoilt: Callable[[str, str, str], Path]) -> None:
    own = 'ical: summer.ics\n  closed: {"2026-08-04..2026-08-05": Stocktaking}\n  holidays: {country: CN}'
    folder = spoilt("calendars.yaml", "holidays: {country: CN}", own)
    (folder / "summer.ics").write_text(ICAL, "utf-8")
    calendars, _ = read_promises(folder)
    made = parse_calendar("office", calendars["office"])
    names = {day.day: name for day, name in made.closed.items() if (day.year, day.month) == (2026, 8)}
    assert names == {3: "Summer break", 4: "Stocktaking", 5: "Stocktaking", 6: "Summer break", 7: "Summer break"}
    assert "ical" not in calendars["office"]


@pytest.mark.parametrize(
    ("ical", "sentence"), [(None, "summer.ics cannot be read"), ("<html>", "This is no iCalendar file")]
)
def test_a_published_calendar_that_is_not_there_or_is_none_is_told(
    sla: Callable[..., Result], spoilt: Callable[[str, str, str], Path], ical: str | None, sentence: str
) -> None:
    folder = spoilt("calendars.yaml", "holidays: {country: CN}", "ical: summer.ics")
    if ical:
        (folder / "summer.ics").write_text(ical, "utf-8")
    told = sla("check", folder)
    assert (told.exit_code, sentence in told.output) == (1, True), told.output
    assert "calendars.yaml:6: office.ical: " in told.output


def test_a_policy_file_by_itself_is_checked_with_the_calendars_beside_it(
    sla: Callable[..., Result], spoilt: Callable[[str, str, str], Path]
) -> None:
    folder = spoilt("sla.yaml", "first_response: 4h", "first_response: 3h")
    (folder / "sla.yaml").rename(folder / "proposal.yaml")
    told = sla("check", folder / "proposal.yaml", "--from", "2026-03-20")
    assert told.exit_code == 0, told.output
    assert told.output.startswith("standard: first_response within 3 h by the calendar office")
    (folder / "proposal.yaml").write_text("standard: []\n", "utf-8")
    assert "proposal.yaml:1: standard:" in sla("check", folder / "proposal.yaml").output


def test_a_dry_run_of_policies_lists_the_promises_that_would_fall_due_otherwise_and_writes_nothing(
    sla: Callable[..., Result], house: House, spoilt: Callable[[str, str, str], Path]
) -> None:
    with house.db.transaction() as session:
        session.execute(update(CalendarText).values(definition={"zone": "Asia/Shanghai", "weekly": "24x7"}))
        editions.put_in_force(session, clock.now(session))
    taken = receive(house.db, house.parts.mailbox, MAIL, "test")
    house.pass_time(5400, step=1800)
    folder = spoilt("sla.yaml", "first_response: 4h", "first_response: 1h")
    calendars = (
        (folder / "calendars.yaml").read_text("utf-8").replace('{mon-fri: ["09:00-12:00", "13:00-18:00"]}', "24x7")
    )
    (folder / "calendars.yaml").write_text(calendars.replace("  holidays: {country: CN}\n", ""), "utf-8")
    before = rows(house)
    told = sla("dry-run", folder, house=house)
    assert told.exit_code == 0, told.output
    first, last = told.output.splitlines()
    with house.db.transaction() as session:
        due = session.scalars(select(SlaClock.due_at).where(SlaClock.kind == "first_response")).one()
    after = due - timedelta(hours=3)
    assert first == (
        f"case {taken.case_id}: first_response: due {due:%Y-%m-%d %H:%M} UTC → {after:%Y-%m-%d %H:%M} UTC, "
        "not broken → broken"
    )
    assert last.endswith("1 would be otherwise, 0 would not be made. Nothing was changed.")
    assert rows(house) == before
    house.parts.clock.ahead += timedelta(days=31)
    assert sla("dry-run", folder, house=house).output.startswith("0 promises since ")


def rows(house: House) -> dict[str, int]:
    """How many there are of everything."""
    with house.db.transaction() as session:
        return {
            table.name: session.execute(text(f"SELECT count(*) FROM {table.name}")).scalar_one()
            for table in Base.metadata.sorted_tables
        }
