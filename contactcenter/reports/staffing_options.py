"""What `contactcenter staffing` can be asked: the options of a what-if question, and the question that they make."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar
from zoneinfo import available_timezones

import click

from contactcenter.reports.hours import DAY, WEEKDAYS, Hours

PLAYS = 40
"""Fewer have no 95 in 100."""
_LEVELS = range(1, 11)
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})")
_MINUTES = 60

Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be different, and when. Agents and skills are as they were typed: nobody has looked yet if they exist."""

    hours: Hours
    since: datetime | None
    until: datetime | None
    less: int = 0
    more: int = 0
    queue: str | None = None
    gifts: tuple[tuple[str, tuple[str, int]], ...] = ()
    serves: tuple[tuple[str, str], ...] = ()
    plays: int = PLAYS
    seed: int = 1

    def words(self) -> str:
        of = f" of {self.queue}" if self.queue else ""
        parts = [f"{number} agent{'s' * (number > 1)}{of} {word}" for number, word in self._numbers() if number]
        parts += [f"{login} with {skill} {level}" for login, (skill, level) in self.gifts]
        parts += [f"{login} for {queue} too" for login, queue in self.serves]
        return f"{', '.join(parts)}; {self.hours.words()}"

    def _numbers(self) -> tuple[tuple[int, str], ...]:
        return (self.less, "less"), (self.more, "more")


def question(zone: str, since: datetime | None, until: datetime | None, given: Mapping[str, Any]) -> Question | None:
    """None when nothing is to be different. Refuses what cannot be meant."""
    asked = {name: value for name, value in given.items() if value not in (None, ())}
    if not asked:
        return None
    if not asked.keys() & {"less", "more", "gifts", "serves"}:
        raise click.UsageError("Say what is to be different: --less, --more, --give or --serve.")
    if "queue" in asked and not asked.keys() & {"less", "more"}:
        raise click.UsageError("--queue says whose agents are --less or --more; without these it means nothing.")
    times = {}
    if "weekdays" in asked:
        times["weekdays"] = asked.pop("weekdays")
    if "between" in asked:
        times["begin"], times["end"] = asked.pop("between")
    begin, end = (at and at.replace(tzinfo=UTC) for at in (since, until))
    return Question(Hours(zone, **times), begin, end, **asked)


def _weekdays(_context: click.Context, _parameter: click.Parameter, written: str | None) -> frozenset[int] | None:
    if written is None:
        return None
    names = [name.strip().lower() for name in written.split(",")]
    for name in names:
        if name not in WEEKDAYS:
            raise click.BadParameter(f"{name!r} is no day of the week; there are {', '.join(WEEKDAYS)}.")
    return frozenset(WEEKDAYS.index(name) for name in names)


def _between(_context: click.Context, _parameter: click.Parameter, written: str | None) -> tuple[int, int] | None:
    if written is None:
        return None
    begin, _, end = written.partition("-")
    hours = _minutes(begin), _minutes(end)
    if hours[0] >= hours[1]:
        raise click.BadParameter(f"{written} ends before it begins; hours of one day are meant, such as 10:00-12:00.")
    return hours


def _minutes(text: str) -> int:
    found = _CLOCK.fullmatch(text.strip())
    minutes = int(found[1]) * _MINUTES + int(found[2]) if found and int(found[2]) < _MINUTES else DAY + 1
    if minutes > DAY:
        raise click.BadParameter(f"{text.strip()!r} is no time of the day; write hours such as 10:00-12:00.")
    return minutes


def _gifts(
    _context: click.Context, _parameter: click.Parameter, written: tuple[tuple[str, str], ...]
) -> tuple[tuple[str, tuple[str, int]], ...]:
    return tuple((login, _level(text)) for login, text in written)


def _level(text: str) -> tuple[str, int]:
    skill, _, level = text.partition("=")
    if not skill or not level.isdecimal() or int(level) not in _LEVELS:
        raise click.BadParameter(f"{text!r} is no skill with a level from 1 to 10, such as lang-fr=3.")
    return skill, int(level)


def known_zone(_context: click.Context, _parameter: click.Parameter, zone: str) -> str:
    if zone not in available_timezones():
        raise click.BadParameter(f"There is no zone {zone!r}; there is UTC, Europe/Paris, Asia/Shanghai and so on.")
    return zone


def what_if_options(command: Command) -> Command:
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


_OPTIONS = (
    click.option("--less", type=click.IntRange(1), help="What if so many agents were missing?"),
    click.option(
        "--more", type=click.IntRange(1), help="What if so many came on top, doubles of those who were there?"
    ),
    click.option("--queue", help="Of the agents who serve this queue, with --less and --more."),
    click.option(
        "--give",
        "gifts",
        type=(str, str),
        multiple=True,
        callback=_gifts,
        metavar="LOGIN SKILL=LEVEL",
        help="What if an agent had a skill: --give ken lang-fr=3",
    ),
    click.option(
        "--serve",
        "serves",
        type=(str, str),
        multiple=True,
        metavar="LOGIN QUEUE",
        help="What if an agent served a queue besides their own: --serve ken returns",
    ),
    click.option("--on", "weekdays", callback=_weekdays, help="On these days, such as tue or mon,thu."),
    click.option("--between", callback=_between, help="In these hours, such as 10:00-12:00."),
    click.option("--plays", type=click.IntRange(PLAYS), help=f"How often it is played; {PLAYS} by default."),
    click.option("--seed", type=int, help="The same seed plays the same customers; 1 by default."),
)
