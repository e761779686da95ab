"""The published corpus: whoever counts open time by any means must come to its deadlines; the walk over ticks does, and so do we."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sla_oracle import HALF_MINUTE, Moment

from contactcenter.sla import corpus
from contactcenter.sla.calendars import Calendar
from contactcenter.sla.deadlines import Segment, Target, deadline

FILE = Path(__file__).parents[3] / "docs" / "sla" / "corpus.json"
CASES = json.loads(FILE.read_text(encoding="utf-8"))["cases"]


def test_the_file_is_what_the_command_writes():
    assert FILE.read_text(encoding="utf-8") == corpus.document(), (
        "run: contactcenter sla corpus -o docs/sla/corpus.json"
    )


def test_there_are_hundreds_of_cases_each_with_its_own_name():
    assert len({case["name"] for case in CASES}) == len(CASES) >= 300
    assert len({case["zone"] for case in CASES}) >= 15


@pytest.mark.parametrize("part", range(8))
def test_a_walk_over_the_ticks_comes_to_every_deadline_of_the_file(part):
    for case in CASES[part::8]:
        assert walked(case) == datetime.fromisoformat(case["deadline"]), case["name"]


def test_our_clocks_come_to_every_deadline_of_the_file():
    for case in CASES:
        hours = {key: case[key] for key in ("zone", "weekly", "closed", "special")}
        target = Target(case["name"], timedelta(seconds=case["target_seconds"]))
        due = deadline(Calendar(**hours), target, life(case), datetime.fromisoformat(case["start"])).due
        assert due == datetime.fromisoformat(case["deadline"]), case["name"]


def life(case):
    at, found = datetime.fromisoformat(case["start"]), []
    for begins, ends in (map(datetime.fromisoformat, pause) for pause in case["pauses"]):
        found += [Segment(at, begins, True, "ran"), Segment(begins, ends, False, "paused")]
        at = ends
    return [*found, Segment(at, None, True, "runs")]


def walked(case) -> datetime:
    """Half a minute at a time; within the last one, what is still missing."""
    moment = Moment({key: spelled(case)[key] for key in ("zone", "weekly", "closed", "special")}, None)
    pauses = [tuple(map(datetime.fromisoformat, pause)) for pause in case["pauses"]]
    at, left, zone = datetime.fromisoformat(case["start"]), timedelta(seconds=case["target_seconds"]), moment.zone
    while True:
        if moment.is_open(at.astimezone(zone)) and not any(begins <= at < ends for begins, ends in pauses):
            if left <= HALF_MINUTE:
                return at + left
            left -= HALF_MINUTE
        at += HALF_MINUTE


def spelled(case):
    """With every weekday and every closed date by itself, as the walk looks them up."""
    week = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    weekly = {}
    for days, rows in case["weekly"].items():
        first, _, last = days.partition("-")
        for day in week[week.index(first) : week.index(last or first) + 1]:
            weekly[day] = rows
    closed = []
    for one in case["closed"]:
        first, _, last = one.partition("..")
        day = datetime.fromisoformat(first)
        while day <= datetime.fromisoformat(last or first):
            closed.append(f"{day:%Y-%m-%d}")
            day += timedelta(days=1)
    return case | {"weekly": weekly, "closed": closed}
