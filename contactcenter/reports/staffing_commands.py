"""`contactcenter staffing`: how many agents each hour needs, or what would be if somebody were missing; how sure that is."""

import sys
from collections.abc import Callable
from datetime import datetime
from math import isinf
from typing import Any

import click
from sqlalchemy import select

from contactcenter.foundation.db import Database, take_time
from contactcenter.models import Queue
from contactcenter.reports.dates import from_and_to, span
from contactcenter.reports.plays import plays
from contactcenter.reports.staffing import Goal, Need, needs
from contactcenter.reports.staffing_answer import answer, refuse_too_little
from contactcenter.reports.staffing_options import Question, known_zone, question, what_if_options
from contactcenter.reports.staffing_record import NothingToTell, recorded
from contactcenter.reports.traffic import contacts


@click.command("staffing")
@from_and_to
@click.option(
    "--level", type=click.IntRange(1, 99), help="Percent to be answered in time; by default what the queue says."
)
@click.option("--within", type=click.FloatRange(0), help="Seconds that are in time; by default what the queue says.")
@click.option("--zone", default="UTC", callback=known_zone, help="Whose hours of the day, such as Asia/Shanghai.")
@what_if_options
@click.pass_obj
def staffing(
    connect: Callable[[], Database],
    /,
    since: datetime | None,
    until: datetime | None,
    level: int | None,
    within: float | None,
    zone: str,
    **what_if: Any,
) -> None:
    """Agents that the calls of each hour of the day need, by Erlang A over what was recorded, with a 95 % interval.

    Or, with --less, --more, --give or --serve: what would have been different in the recorded time, played again.
    """
    asked = question(zone, since, until, what_if)
    if asked is None:
        _needed(connect, (since, until), (level, within), zone)
    elif level is None and within is None:
        _what_if(connect, asked)
    else:
        raise click.UsageError(
            "--level and --within are for the agents that are needed; a what-if keeps the queues' own."
        )


def _what_if(connect: Callable[[], Database], asked: Question) -> None:
    try:
        with connect().transaction() as session:
            take_time(session)
            found = recorded(session, asked)
        refuse_too_little(asked, found.record)
    except NothingToTell as sentence:
        click.echo(str(sentence))
        return
    running = plays(found.record, found.change, asked.plays, asked.seed)
    with click.progressbar(running, length=asked.plays, file=sys.stderr, hidden=not sys.stderr.isatty()) as shown:
        played = list(shown)
    for line in answer(asked, found, played):
        click.echo(line)


def _needed(
    connect: Callable[[], Database],
    asked: tuple[datetime | None, datetime | None],
    goal: tuple[int | None, float | None],
    zone: str,
) -> None:
    level, within = goal
    with connect().transaction() as session:
        take_time(session)
        begin, end = span(session, *asked)
        goals = {
            queue.name: Goal(
                (level or min(99, queue.service_level_percent)) / 100,
                queue.target_seconds if within is None else within,
            )
            for queue in session.scalars(select(Queue).where(Queue.enabled))
        }
        came = contacts(session, begin, end)
    found = needs(came, begin, end, goals, zone)
    if not found:
        click.echo("No calls came in during this time.")
        return
    click.echo(
        f"{'queue':<14}{'hour':>5}{'calls':>7}{'per hour':>10}{'95 %':>16}{'handling s':>12}{'patience s':>12}"
        f"{'agents':>8}{'95 %':>10}"
    )
    for need in found:
        click.echo(_line(need))
    click.echo("\nAgents who are there and take calls; breaks, training and other work come on top.")


def _line(need: Need) -> str:
    fewer, more = need.per_hour_sure
    patience = "–" if isinf(need.patience) else f"{need.patience:.0f}"
    return (
        f"{need.queue:<14}{need.hour:>5}{need.calls:>7}{need.per_hour:>10.2f}{f'{fewer:.2f}-{more:.2f}':>16}"
        f"{need.handling:>12.0f}{patience:>12}{need.agents:>8}{f'{need.sure[0]}-{need.sure[1]}':>10}"
    )
