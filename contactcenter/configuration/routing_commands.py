"""`contactcenter routing replay`: the engine is told again what it was told, under its own rules or under others."""

import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contactcenter.assignment import facts
from contactcenter.assignment.replaying import Page, Told, replay
from contactcenter.channels.voice import library
from contactcenter.configuration.contents import Config
from contactcenter.configuration.problems import ConfigError
from contactcenter.configuration.reading import read
from contactcenter.foundation import clock
from contactcenter.foundation.db import Database, take_time
from contactcenter.foundation.errors import Refusal
from contactcenter.models import Queue, User
from contactcenter.reports import traffic, what_if
from contactcenter.reports.what_if import Figures, Outcome

Connect = Callable[[], Database]
_MOST_TOLD = 10
_SECOND = 1_000_000
_WHEN = click.DateTime(["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d"])


@click.group("routing")
def routing() -> None:
    """Look at what the router decided."""


@routing.command("replay")
@click.option("--from", "since", type=_WHEN, help="In UTC; by default a day before the end.")
@click.option("--to", "until", type=_WHEN, help="In UTC; by default now.")
@click.option("--each", is_flag=True, help="Print every decision.")
@click.option("--config", "folder", type=click.Path(path_type=Path), help="What would these rules have done instead?")
@click.pass_obj
def replay_command(
    connect: Connect, since: datetime | None, until: datetime | None, each: bool, folder: Path | None
) -> None:
    """Compare each decision with the one that was made; exit 1 if any differs. Or compare two configurations."""
    try:
        with connect().transaction() as session:
            other = read(folder, library.published(session)) if folder else None
            take_time(session)
            now = clock.now(session)
            end = until.replace(tzinfo=UTC) if until else now
            begin = since.replace(tzinfo=UTC) if since else end - timedelta(days=1)
            if other is not None:
                _compare(session, begin, end, other)
                return
            same = _tell(replay(session, begin, end), each=each)
    except (Refusal, ConfigError) as refusal:
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


def _compare(session: Session, since: datetime, until: datetime, other: Config) -> None:
    """Three columns for each queue and tier: as it was, played under the rules of now, played under the others."""
    seen = traffic.recorded(session, since, until)
    now = {row.name: row for row in session.scalars(select(Queue).where(Queue.enabled))}
    there = what_if.played(
        traffic.under(seen, now, {name: row.skills for name, row in now.items()}), facts.config(session)
    )
    rules = facts.rules(0, other.queues, None)
    asked = traffic.under(seen, other.queues, {name: queue.skills for name, queue in other.queues.items()})
    instead = what_if.played(traffic.staffed(asked, _profiles(session, other)), rules)
    as_it_was = what_if.as_it_was(seen)
    click.echo(f"{len(seen.contacts)} contacts from {since:%Y-%m-%d %H:%M} to {until:%Y-%m-%d %H:%M} UTC.")
    for title, pick in (("queue", _queues), ("tier", _tiers)):
        click.echo(f"\n{title:<14}{'':<14}{'received':>9}{'level':>8}{'mean s':>9}{'p95 s':>9}{'max s':>9}{'left':>6}")
        for name in sorted(set(pick(as_it_was)) | set(pick(instead))):
            for label, outcome in (("as it was", as_it_was), ("played", there), ("played, other", instead)):
                click.echo(_line(name if outcome is as_it_was else "", label, pick(outcome).get(name, Figures())))
            click.echo(_difference(pick(there).get(name, Figures()), pick(instead).get(name, Figures())))
    shares = f"{as_it_was.occupancy:.1%} as it was, {there.occupancy:.1%} played, {instead.occupancy:.1%} played, other"
    click.echo(f"\noccupancy: {shares}")


def _profiles(session: Session, other: Config) -> dict[int, tuple[frozenset[str], dict[str, int]]]:
    """The queues and skills that the other configuration gives to people, by their number here."""
    if other.staff is None:
        return {}
    ids = dict(session.execute(select(User.login, User.id).where(func.lower(User.login).in_(list(other.staff)))).all())
    return {
        ids[login]: (frozenset(person.queues), dict(person.skills))
        for login, person in other.staff.items()
        if login in ids
    }


def _queues(outcome: Outcome) -> dict[str, Figures]:
    return outcome.queues


def _tiers(outcome: Outcome) -> dict[str, Figures]:
    return outcome.tiers


def _line(name: str, label: str, figures: Figures) -> str:
    share = figures.level.share
    level = "–" if share is None else f"{share:.1%}"
    times = "".join(f"{value / _SECOND:>9.1f}" for value in (figures.mean, figures.p95, figures.longest))
    return f"{name:<14}{label:<14}{figures.received:>9}{level:>8}{times}{figures.abandoned:>6}"


def _difference(mine: Figures, other: Figures) -> str:
    shares = mine.level.share, other.level.share
    level = "–" if None in shares else f"{100 * ((shares[1] or 0) - (shares[0] or 0)):+.1f}"
    pairs = ((mine.mean, other.mean), (mine.p95, other.p95), (mine.longest, other.longest))
    times = "".join(f"{(theirs - ours) / _SECOND:>+9.1f}" for ours, theirs in pairs)
    return f"{'':<14}{'difference':<14}{'':>9}{level:>8}{times}{other.abandoned - mine.abandoned:>+6}"
