"""`contactcenter routing`: tells the engine again what it was told, and says whether it decides the same."""

import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import click

from contactcenter.assignment.replaying import Page, Told, replay
from contactcenter.foundation import clock
from contactcenter.foundation.db import Database, take_time
from contactcenter.foundation.errors import Refusal

Connect = Callable[[], Database]
_MOST_TOLD = 10
_WHEN = click.DateTime(["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d"])


@click.group("routing")
def routing() -> None:
    """Look at what the router decided."""


@routing.command("replay")
@click.option("--from", "since", type=_WHEN, help="In UTC; by default a day ago.")
@click.option("--to", "until", type=_WHEN, help="In UTC; by default now.")
@click.option("--each", is_flag=True, help="Print every decision.")
@click.pass_obj
def replay_command(connect: Connect, since: datetime | None, until: datetime | None, each: bool) -> None:
    """Tell the engine again what it was told, and compare each decision with the one that was made. Exit 1 if any differs."""
    with connect().transaction() as session:
        take_time(session)
        now = clock.now(session)
        end = _in_utc(until) if until else now
        begin = _in_utc(since) if since else end - timedelta(days=1)
        try:
            same = _tell(replay(session, begin, end), each=each)
        except Refusal as refusal:
            raise click.ClickException(str(refusal)) from refusal
    sys.exit(0 if same else 1)


def _tell(pages: Iterator[Page], *, each: bool) -> bool:
    events = decisions = differing = 0
    digest = ""
    for page in pages:
        if page.begins:
            click.echo(f"{page.at:%Y-%m-%d %H:%M:%S} epoch {page.epoch}: told again from here")
        events += len(page.told)
        for one in page.told:
            decisions += len(one.now)
            if each:
                _show(one)
            if one.differs:
                differing += 1
                if differing <= _MOST_TOLD:
                    click.echo(f"{one.at:%H:%M:%S.%f} {type(one.event).__name__}: then {one.then}, now {one.now}")
        digest = page.digest
        if page.differs and not any(one.differs for one in page.told):
            differing += 1
            click.echo(f"{page.at:%H:%M:%S.%f} the digests differ: then {page.noted}, now {page.digest}")
    click.echo(f"{events} events told again, {decisions} decisions, {differing or 'none'} different. Digest {digest}")
    return not differing


def _show(one: Told) -> None:
    for work, agent in one.now:
        click.echo(f"{one.at:%H:%M:%S.%f} {type(one.event).__name__}: work {work} to agent {agent}")


def _in_utc(when: datetime) -> datetime:
    return when.replace(tzinfo=UTC)
