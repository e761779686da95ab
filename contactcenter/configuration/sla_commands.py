"""`contactcenter sla`: deadlines explained, policies checked by example, the corpus that other systems can be tested with."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from contactcenter.configuration.contents import Promises
from contactcenter.configuration.problems import ConfigError
from contactcenter.configuration.reading import read_promises
from contactcenter.foundation import clock
from contactcenter.foundation.db import Database
from contactcenter.models import Case
from contactcenter.settings import Settings
from contactcenter.sla import corpus, moving, promises
from contactcenter.sla.calendar_file import parse_calendar
from contactcenter.sla.dry_run import dry_run
from contactcenter.sla.examples import examples
from contactcenter.sla.told import length, moment, strip

Connect = Callable[[], Database]


class _OnlyTold(Exception):  # noqa: N818 — nothing went wrong: the transaction is not to be committed
    """Raised out of a transaction whose work was only to be looked at."""


@click.group("sla")
def sla_group() -> None:
    """What was promised to customers, when it falls due, and why."""


@sla_group.command("explain")
@click.argument("case_id", metavar="CASE", type=click.IntRange(1, 2**63 - 1))
@click.pass_obj
def explain_command(connect: Connect, case_id: int) -> None:
    """Tell each promise of a case with its working, by the clock of its calendar; exit 1 if there is no such case."""
    with connect().transaction() as session:
        if session.get(Case, case_id) is None:
            raise click.ClickException(f"There is no case {case_id}.")
        now = clock.now(session)
        found = promises.of_case(session, case_id, now)
        for promise in found:
            kept, stand = promise.clock, promise.deadline
            zone = promises.hours(session, kept).zone
            due = f"due {moment(stand.due, zone)}" if stand.due else f"standing still, {length(stand.remaining)} left"
            within = length(timedelta(seconds=kept.target_seconds))
            click.echo(f"{kept.kind}: {stand.state}, {due} ({within} by the calendar {kept.calendar})")
            click.echo(f"  {strip(promises.working(session, kept, now), zone)}")
    if not found:
        click.echo(f"Nothing was promised on case {case_id}.")


@sla_group.command("move")
@click.option("--tier", help="Only promises made to customers of this tier.")
@click.option("--dry-run", is_flag=True, help="Tell what would change, and change nothing.")
@click.pass_obj
def move_command(connect: Connect, tier: str | None, dry_run: bool) -> None:
    """Bind promises that still run to what is in force now; until then each keeps what it was made under."""
    found: list[moving.Moved] = []
    with suppress(_OnlyTold), connect().transaction() as session:
        found = moving.move(session, tier, "command line", clock.now(session))
        if dry_run:
            raise _OnlyTold
    for one in found:
        before, after = (f"{at:%Y-%m-%d %H:%M} UTC" if at else "standing still" for at in (one.before, one.after))
        within = length(timedelta(seconds=one.seconds))
        click.echo(f"case {one.case_id}: {one.kind} within {within}: due {before} → {after}")
    verb = "would be moved" if dry_run else "moved"
    click.echo(f"{len(found)} {'promise' if len(found) == 1 else 'promises'} {verb}.")


@sla_group.command("check")
@click.argument("path", type=click.Path(path_type=Path), required=False)
@click.option("--from", "start", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%d %H:%M"]), help="In UTC; now by default.")
def check_command(path: Path | None, start: datetime | None) -> None:
    """Show example deadlines of a policy file, or of a folder's sla.yaml: around closing, holidays, both changes of the clocks.

    Calendars are those of calendars.yaml beside it. Every mistake in the two files is told with its line; exit 1 if there is one.
    """
    calendars, promised = _promised(path)
    today = datetime.now(UTC)  # noqa: TID251 — a file is checked without any database
    now = (start or today).replace(tzinfo=UTC, second=0, microsecond=0)
    for tier, made in promised.items():
        calendar = parse_calendar(made.calendar, calendars[made.calendar])
        for kind, seconds in made.targets.items():
            target = timedelta(seconds=seconds)
            click.echo(f"{tier}: {kind} within {length(target)} by the calendar {made.calendar} ({calendar.zone})")
            for one in examples(calendar, target, now):
                click.echo(f"  {one.why}: {moment(one.start, calendar.zone)} → {moment(one.due, calendar.zone)}")
                click.echo(f"    {strip(one.working, calendar.zone)}")


@sla_group.command("dry-run")
@click.argument("path", type=click.Path(path_type=Path), required=False)
@click.pass_obj
def dry_run_command(connect: Connect, path: Path | None) -> None:
    """List the promises of the last thirty days that would have fallen due otherwise under a policy file. Nothing is written."""
    calendars, promised = _promised(path)
    policies = {tier: asdict(made) for tier, made in promised.items()}
    with connect().transaction() as session:
        found = dry_run(session, policies, calendars, clock.now(session))
    for one in found.differences:
        before, after = (f"{at:%Y-%m-%d %H:%M} UTC" if at else "standing still" for at in (one.before, one.after))
        outcome = f", {_kept(one.was_broken)} → {_kept(one.is_broken)}" if one.was_broken != one.is_broken else ""
        click.echo(f"case {one.case_id}: {one.kind}: due {before} → {after}{outcome}")
    told = f"{found.promises} promises since {found.since:%Y-%m-%d}: {len(found.differences)} would be otherwise"
    click.echo(f"{told}, {found.not_made} would not be made. Nothing was changed.")


def _kept(is_broken: bool) -> str:
    return "broken" if is_broken else "not broken"


def _promised(path: Path | None) -> tuple[dict[str, dict[str, Any]], dict[str, Promises]]:
    try:
        return read_promises(path or Settings().config)
    except ConfigError as error:
        raise click.ClickException(str(error)) from error


@sla_group.command("corpus")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="A file; else the terminal.")
def corpus_command(output: Path | None) -> None:
    """Write named cases with their deadlines as JSON, which any other system's clocks can be tested with."""
    text = corpus.document()
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8")
        click.echo(f"{output}: {len(corpus.cases())} cases")
