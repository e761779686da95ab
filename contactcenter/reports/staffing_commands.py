"""`contactcenter staffing`: how many agents each hour needs, and how sure that is."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from math import isinf

import click
from sqlalchemy import select

from contactcenter.foundation import clock
from contactcenter.foundation.db import Database, take_time
from contactcenter.models import Queue
from contactcenter.reports.staffing import Goal, Need, needs
from contactcenter.reports.traffic import contacts

_WHEN = click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d"])


@click.command("staffing")
@click.option("--from", "since", type=_WHEN, help="In UTC; by default four weeks before the end.")
@click.option("--to", "until", type=_WHEN, help="In UTC; by default now.")
@click.option(
    "--level", type=click.IntRange(1, 99), help="Percent to be answered in time; by default what the queue says."
)
@click.option("--within", type=click.FloatRange(0), help="Seconds that are in time; by default what the queue says.")
@click.option("--zone", default="UTC", help="Whose hours of the day, such as Asia/Shanghai.")
@click.pass_obj
def staffing(
    connect: Callable[[], Database],
    since: datetime | None,
    until: datetime | None,
    level: int | None,
    within: float | None,
    zone: str,
) -> None:
    """Agents that the calls of each hour of the day need, by Erlang A over what was recorded, with a 95 % interval."""
    with connect().transaction() as session:
        take_time(session)
        end = until.replace(tzinfo=UTC) if until else clock.now(session)
        begin = since.replace(tzinfo=UTC) if since else end - timedelta(weeks=4)
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
