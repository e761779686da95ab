"""`contactcenter automation`: rules checked, tried on what has happened, and what they did."""

from collections.abc import Callable
from pathlib import Path

import click

from contactcenter.automation.dry_run import DryRun, dry_run
from contactcenter.automation.in_force import RULES
from contactcenter.automation.log import Asked, log
from contactcenter.automation.rules import rule
from contactcenter.configuration import rule_texts
from contactcenter.configuration.problems import ConfigError
from contactcenter.configuration.reading import read_rules
from contactcenter.foundation import clock
from contactcenter.foundation.db import Database
from contactcenter.foundation.errors import Refusal
from contactcenter.models.states import RunOutcome
from contactcenter.settings import Settings

Connect = Callable[[], Database]
_MOST = 10_000


@click.group("automation")
def automation_group() -> None:
    """Rules: what is done to cases without anybody doing it."""


@automation_group.command("check")
@click.argument("folder", type=click.Path(path_type=Path), required=False)
def check_command(folder: Path | None) -> None:
    """Read the rules of a configuration folder and all that they refer to; every mistake with its line, and exit 1."""
    try:
        found = read_rules(folder or Settings().config)
    except ConfigError as error:
        raise click.ClickException(str(error)) from error
    for name, one in found.items():
        click.echo(f"{name}: {len(one.rules)} {'rule' if len(one.rules) == 1 else 'rules'}, nothing wrong")
    if not found:
        click.echo("There are no rules.")


@automation_group.command("dry-run")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def dry_run_command(connect: Connect, file: Path) -> None:
    """Judge the rules of FILE by the last thirty days, and list where they would have done something else. Nothing is written."""
    name = file.stem
    with connect().transaction() as session:
        checked = rule_texts.check(name, file.read_text(encoding="utf-8"), rule_texts.names(session))
    if checked.findings:
        raise click.ClickException(
            "\n".join(f"{file}:{one.line}: {one.step}: {one.message}" for one in checked.findings)
        )
    rules = [rule(name, 0, told) for told in checked.rules]
    with connect().transaction() as session:
        found = dry_run(session, name, rules, clock.now(session))
    _tell(found)


@automation_group.command("log")
@click.option("--case", "case_id", type=int, help="Only of this case.")
@click.option("--rule", help="Only of this rule, as set/name.")
@click.option("--outcome", type=click.Choice([outcome.value for outcome in RunOutcome]), help="Only with this outcome.")
@click.option("--most", type=click.IntRange(1, _MOST), default=50, show_default=True)
@click.pass_obj
def log_command(connect: Connect, case_id: int | None, rule: str | None, outcome: str | None, most: int) -> None:
    """What each rule made of each moment, the newest first: which condition failed, or what each action did."""
    with connect().transaction() as session:
        found = log(session, Asked(case_id, rule or "", outcome or ""), most)
    for one in found:
        click.echo(f"{one.at:%Y-%m-%d %H:%M:%S} UTC  case {one.case_id}  {one.trigger}  {one.rule}: {one.outcome}")
        for said in one.why:
            click.echo(f"    {said}")
        for action in one.actions:
            click.echo(": ".join([f"    {action['do']} {action['to']}", action["result"], *map(str, action["why"])]))
    if not found:
        click.echo("No rule was asked yet.")


@automation_group.command("export")
@click.argument("name")
@click.pass_obj
def export_command(connect: Connect, name: str) -> None:
    """Print the rules NAME as they are in force, so that what was published on the screen comes into the files."""
    try:
        with connect().transaction() as session:
            body = RULES.current(session, name).body
    except Refusal as error:
        raise click.ClickException(str(error)) from error
    click.echo(body, nl=False)


def _tell(found: DryRun) -> None:
    for one in found.differences:
        did, would = (", ".join(deeds) or "nothing" for deeds in (one.done, one.would))
        by = f" ({', '.join(one.rules)})" if one.rules else ""
        click.echo(f"{one.at:%Y-%m-%d %H:%M} UTC  case {one.case_id}  {one.trigger}: did {did}; would {would}{by}")
    told = f"{found.moments} moments of {found.cases} cases since {found.since:%Y-%m-%d}"
    click.echo(f"{told}: {len(found.differences)} would be different. Nothing was changed.")
