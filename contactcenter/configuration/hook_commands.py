"""`contactcenter ivr hooks`: how the hooks of the phone menus stand, and one of them tried by hand."""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import click

from contactcenter.channels.voice.hooks import standing, surroundings
from contactcenter.channels.voice.hooks.declared import Hook
from contactcenter.channels.voice.hooks.running import Hooks
from contactcenter.channels.voice.hooks.standing import Standing
from contactcenter.configuration.problems import ConfigError
from contactcenter.configuration.reading import read_hooks
from contactcenter.foundation import clock
from contactcenter.foundation.db import Database
from contactcenter.models.states import HookState
from contactcenter.settings import Settings

Connect = Callable[[], Database]


@click.group("hooks", invoke_without_command=True)
@click.pass_context
def hooks_group(context: click.Context) -> None:
    """List the hooks in force: kind, time-out, what they did in the last hour, and whether one is paused."""
    if context.invoked_subcommand is not None:
        return
    with context.obj().transaction() as session:
        found = standing.standings(session, clock.now(session))
    for one in found:
        click.echo(_line(one))
    if not found:
        click.echo("No hooks are in force: write config/hooks.yaml and apply it.")


@hooks_group.command("try")
@click.argument("name")
@click.argument("given", nargs=-1, metavar="KEY=VALUE…")
@click.option(
    "--folder", type=click.Path(path_type=Path), help="Where hooks.yaml stands; by default the setting CONFIG."
)
@click.pass_obj
def try_command(connect: Connect, name: str, given: tuple[str, ...], folder: Path | None) -> None:
    """Run a hook as hooks.yaml declares it, applied or not, and print what it finds; exit 1 if it fails.

    Uses the settings of this command, which may differ from those of the processes that answer calls.
    """
    settings = Settings()
    hook = _declared(folder or settings.config, name)
    try:
        around = surroundings.of(settings)
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    begun = time.monotonic()
    outcome = Hooks(connect(), None, around).try_out(hook, dict(map(_pair, given)))
    click.echo(f"{hook.name}: {outcome.state} in {time.monotonic() - begun:.2f} s ({outcome.source})")
    for key, value in outcome.values.items():
        click.echo(f"    {key}: {json.dumps(value, ensure_ascii=False)}")
    if outcome.cause:
        click.echo(f"    {outcome.cause}")
    sys.exit(outcome.state is HookState.ERROR)


def _declared(folder: Path, name: str) -> Hook:
    try:
        known = read_hooks(folder)
    except ConfigError as error:
        raise click.ClickException(str(error)) from error
    if name not in known:
        there = ", ".join(sorted(known)) or "none"
        raise click.BadParameter(f"{folder / 'hooks.yaml'} declares no {name}; it declares {there}.", param_hint="NAME")
    return known[name]


def _pair(written: str) -> tuple[str, str]:
    key, equals, value = written.partition("=")
    if not key or not equals:
        raise click.BadParameter(f"'{written}' should read like number=12345678.", param_hint="KEY=VALUE")
    return key, value


def _line(one: Standing) -> str:
    state = f"paused until {one.paused_until:%H:%M:%S} UTC" if one.paused_until else "runs"
    told = f"{one.name}: {one.kind}, {one.timeout} s, {state}; last hour {one.runs} runs, {one.errors} errors"
    return f"{told}; last error: {one.last_error}" if one.last_error else told
