"""The page of a phone menu's figures: which time and version is looked at, and every step in the viewer's words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

import ivr
from contactcenter.channels.voice import flows
from contactcenter.foundation import clock
from contactcenter.foundation.errors import BadInput
from contactcenter.reports.menu_behind import Behind
from contactcenter.reports.menu_calls import Asked, Measured, measured
from contactcenter.reports.menus import MenuFigures, StepFigures, menu_figures
from contactcenter.supervisor.menu_words import way_word, what_it_does
from ivr.drawing.visits import concern
from ivr.graph import runs_by_itself

USUAL_DAYS = 28
_TONES = {"calm": "", "warn": "warn", "bad": "bad"}


@dataclass(frozen=True, slots=True)
class Days:
    """From the beginning of the one day to the end of the other, by the clock of a place."""

    first: date
    last: date
    zone: str

    @property
    def since(self) -> datetime:
        return datetime.combine(self.first, time(), ZoneInfo(self.zone))

    @property
    def until(self) -> datetime:
        return datetime.combine(self.last + timedelta(days=1), time(), ZoneInfo(self.zone))


@dataclass(frozen=True, slots=True)
class Choice:
    """A version that may be looked at."""

    flow: ivr.Flow
    calls: int

    @property
    def name(self) -> str:
        return f"{self.flow.name}@{self.flow.version}"


@dataclass(frozen=True, slots=True)
class Way:
    """Where callers went from a step. Passing by is no visit, so it has no share."""

    exit: str
    word: str
    count: int
    share: float | None


@dataclass(frozen=True, slots=True)
class Row:
    """A step in words; `asks` is False for one that waits for nobody, where there is nothing to hang up on."""

    figures: StepFigures
    does: str
    asks: bool
    tone: str
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class Page:
    now: datetime
    days: Days
    choices: tuple[Choice, ...]
    chosen: Choice | None
    language: str | None
    figures: MenuFigures | None
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class CallsPage:
    """The calls behind one number: of a step, and of the way in which they left it if one is asked for."""

    now: datetime
    days: Days
    flow: ivr.Flow
    step: str | None
    way: str | None
    word: str
    behind: Behind


def days(given: Mapping[str, str], now: datetime, zone: str) -> Days:
    """The days that the address asks for, by default the last four weeks. Raises BadInput where they are none."""
    today = now.astimezone(ZoneInfo(zone)).date()
    last = _day(given.get("to"), today)
    first = _day(given.get("from"), last - timedelta(days=USUAL_DAYS - 1))
    if first > last:
        raise BadInput("The first day should not be after the last.")
    return Days(first, last, zone)


def _day(written: str | None, usual: date) -> date:
    try:
        return date.fromisoformat(written) if written else usual
    except ValueError as error:
        raise BadInput("“%(text)s” is no day; write it as 2026-01-31.", text=(written or "")[:40]) from error


def page(session: Session, given: Mapping[str, str], zone: str, viewer: str) -> Page:
    """Everything on the page; `viewer` is the language it is read in."""
    now = clock.now(session)
    asked_days = days(given, now, zone)
    choices = tuple(_choices(session, measured(session, asked_days.since, asked_days.until)))
    chosen = next((one for one in choices if one.name == given.get("menu")), choices[0] if choices else None)
    if chosen is None:
        return Page(now, asked_days, choices, None, None, None, ())
    language = given.get("language") if given.get("language") in chosen.flow.languages else None
    asked = Asked(chosen.flow.name, chosen.flow.version, asked_days.since, asked_days.until, language)
    figures = menu_figures(session, chosen.flow, asked, now)
    rows = tuple(_row(chosen.flow, step, viewer) for step in figures.steps)
    return Page(now, asked_days, choices, chosen, language, figures, rows)


def _choices(session: Session, found: list[Measured]) -> Iterator[Choice]:
    for one in found:
        yield Choice(flows.version(session, one.flow, one.version), one.calls)


def _row(flow: ivr.Flow, step: StepFigures, viewer: str) -> Row:
    written = flow.steps.get(step.name)
    seen = ivr.StepVisits(step.visits, step.drop_off.all.part)
    return Row(
        figures=step,
        does=what_it_does(flow, step.name, viewer),
        asks=written is None or not runs_by_itself(written),
        tone=_TONES[concern(seen)] if step.drop_off.all.part else "",
        ways=tuple(
            Way(name, way_word(flow, step.name, name, viewer), count, None if name == "after" else count / step.visits)
            for name, count in step.exits.items()
        ),
    )
