"""`contactcenter ivr report`: what happened in the phone menus, and the counts that a drawing shows."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import click
from sqlalchemy.orm import Session

import ivr
from contactcenter.channels.voice import flows
from contactcenter.foundation import clock
from contactcenter.foundation.db import Database, take_time
from contactcenter.reports import menu_text
from contactcenter.reports.dates import from_and_to, span
from contactcenter.reports.menu_calls import Asked, measured
from contactcenter.reports.menus import menu_figures


@click.command("report")
@click.argument("flow", required=False)
@from_and_to
@click.option("--version", type=click.IntRange(1), help="By default each version that answered calls in this time.")
@click.option("--language", help="Only calls that ended in this language.")
@click.pass_obj
def report(
    connect: Callable[[], Database],
    /,
    flow: str | None,
    since: datetime | None,
    until: datetime | None,
    version: int | None,
    language: str | None,
) -> None:
    """Containment, drop-off, zero-out, retries and times of each version of a menu, with what each is made of."""
    with connect().transaction() as session:
        take_time(session)
        begin, end = span(session, since, until)
        found = [
            one for one in measured(session, begin, end) if flow in {None, one.flow} and version in {None, one.version}
        ]
        for one in found:
            _tell(session, Asked(one.flow, one.version, begin, end, language))
    if not found:
        click.echo(f"No menu{f' {flow}' if flow else ''} answered a call from {begin:%Y-%m-%d} to {end:%Y-%m-%d} UTC.")


def _tell(session: Session, asked: Asked) -> None:
    text = flows.version(session, asked.flow, asked.version)
    for line in menu_text.lines(menu_figures(session, text, asked, clock.now(session))):
        click.echo(line)
    click.echo()


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a picture shows besides the menu, and a sentence about what was counted."""

    visits: dict[str, ivr.StepVisits]
    counted: ivr.Counted
    told: str


def to_draw(connect: Callable[[], Database], flow: ivr.Flow, since: datetime | None, until: datetime | None) -> Drawn:
    """The visits of this very version of the flow."""
    with connect().transaction() as session:
        take_time(session)
        asked = Asked(flow.name, flow.version, *span(session, since, until))
        figures = menu_figures(session, flow, asked, clock.now(session))
    counted = ivr.Counted(figures.calls, f"{asked.since:%Y-%m-%d}", f"{asked.until:%Y-%m-%d}")
    return Drawn(figures.drawn(), counted, f"{figures.calls} calls of {menu_text.about(asked)}")
