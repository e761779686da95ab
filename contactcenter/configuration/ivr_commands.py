"""`contactcenter ivr`: check, prove, test and draw phone menus, call one in the terminal; and what callers did in them."""

import sys
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

import click

import ivr
from contactcenter.channels.voice.menus.history import MENUS
from contactcenter.configuration.hook_commands import hooks_group
from contactcenter.configuration.ivr_call import Answers, hold
from contactcenter.configuration.problems import ConfigError
from contactcenter.configuration.reading import OFFLINE, names_for_menus, read_hooks
from contactcenter.foundation.db import Database
from contactcenter.foundation.errors import Refusal
from contactcenter.reports.dates import from_and_to
from contactcenter.reports.menu_commands import report, to_draw
from contactcenter.settings import Settings

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_files = click.argument("files", nargs=-1, required=True, type=_FILE)
_folder = click.option(
    "--folder",
    type=click.Path(path_type=Path),
    help="Where queues.yaml, calendars.yaml and hooks.yaml stand; by default beside the file, else the setting CONFIG.",
)
_UNPROVEN = 2


@click.group("ivr")
def ivr_group() -> None:
    """Look at phone menus before anybody hears them, and at what callers did in them."""


ivr_group.add_command(hooks_group)


@ivr_group.command("check")
@_files
@_folder
def check(files: tuple[Path, ...], folder: Path | None) -> None:
    """Print every finding as file:line: step: rule: sentence; exit 1 if any is an error."""
    wrong = False
    for file in files:
        found = findings(file, folder)
        wrong = wrong or any(one.severity is ivr.Severity.ERROR for one in found)
        _tell(found)
        if not found:
            click.echo(f"{file}: nothing found")
    sys.exit(1 if wrong else 0)


@ivr_group.command("prove")
@_files
@_folder
@click.option("--most", type=click.IntRange(1), default=ivr.MOST_SITUATIONS, help="Situations to look at, at most.")
def prove(files: tuple[Path, ...], folder: Path | None, most: int) -> None:
    """Walk all paths, and show what holds on each; exit 1 if something does not, 2 if the walk had to stop early."""
    sys.exit(max(_prove(file, folder, most) for file in files))


@ivr_group.command("test")
@_files
def test(files: tuple[Path, ...]) -> None:
    """Run the scripted calls that stand in the files; exit 1 if one does not go as written."""
    failed = False
    for file in files:
        flow = _whole(file)
        seen = ivr.coverage(flow)
        for script, rehearsal in zip(flow.tests, seen.rehearsals, strict=True):
            click.echo(f"{'FAILED' if rehearsal.problems else 'passed'}  {script.name}")
            for problem in rehearsal.problems:
                click.echo(f"        {file}:{script.line}: {problem}")
            failed = failed or bool(rehearsal.problems)
        click.echo(_covered(seen))
    sys.exit(1 if failed else 0)


@ivr_group.command("draw")
@click.argument("file", type=_FILE)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="By default beside the file.")
@click.option("--language", help="Whose prompts stand in the picture; by default the flow's first.")
@from_and_to
@click.pass_obj
def draw(
    connect: Callable[[], Database],
    /,
    file: Path,
    output: Path | None,
    language: str | None,
    since: datetime | None,
    until: datetime | None,
) -> None:
    """Draw the menu as SVG; with --from or --to, and what callers of this version did at each step in that time."""
    flow = _joined(file)
    if language is not None and language not in flow.languages:
        raise click.BadParameter(f"the flow speaks {', '.join(flow.languages)}.", param_hint="--language")
    target = output or file.with_suffix(".svg")
    seen = to_draw(connect, flow, since, until) if since or until else None
    shown = (seen.visits, seen.counted) if seen else ()
    target.write_text(
        ivr.draw(ivr.stand_in(flow) if flow.part else flow, language or flow.languages[0], *shown), encoding="utf-8"
    )
    click.echo(f"{target}: {len(flow.steps)} steps{f'; {seen.told}' if seen else ''}")


@ivr_group.command("call")
@click.argument("file", type=_FILE)
@click.option("--from", "number", default="+14155550100", show_default=True, help="The caller's number.")
@click.option("--language", help="What the caller was greeted in last time.")
@click.option("--hours", type=click.Choice(["open", "closed", "emergency"]), default="open", show_default=True)
@click.option("--hook", "hooks", multiple=True, metavar="NAME=missing|error|key:value,…", help="What a hook answers.")
@click.option("--minutes", type=click.IntRange(0, 999), help="How long the wait in line is expected to be.")
@_folder
def call(  # noqa: PLR0913, PLR0917 — one for each option
    file: Path,
    number: str,
    language: str | None,
    hours: str,
    hooks: tuple[str, ...],
    minutes: int | None,
    folder: Path | None,
) -> None:
    """Make the call here: read what is said, type keys, Enter for silence, words to speak, q to hang up.

    Hooks answer what hooks.yaml makes up for them.
    """
    flow = _whole(file)
    try:
        declared = read_hooks(_around(file, folder))
    except ConfigError as error:
        raise click.ClickException(str(error)) from error
    hold(flow, ivr.Caller(number, language=language), Answers.read(hours, hooks, declared, minutes))


ivr_group.add_command(report)


@ivr_group.command("export")
@click.argument("name")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="By default it is printed.")
@click.pass_obj
def export(connect: Callable[[], Database], name: str, output: Path | None) -> None:
    """Write the menu NAME as it is in force, so that what was published on the screen comes into the files."""
    try:
        with connect().transaction() as session:
            body = MENUS.current(session, name).body
    except Refusal as error:
        raise click.ClickException(str(error)) from error
    if output is None:
        click.echo(body, nl=False)
    else:
        output.write_text(body, encoding="utf-8")
        click.echo(f"{output}: the menu {name} as it is in force")


def findings(file: Path, folder: Path | None) -> tuple[ivr.Finding, ...]:
    """Everything the reader and the linter have to say, in reading order."""
    try:
        flow = _with_parts(file)
    except ivr.FlowError as error:
        return error.findings
    return tuple(ivr.lint(flow, names_for_menus(_around(file, folder))))


def _around(file: Path, folder: Path | None) -> Path:
    if folder is not None:
        return folder
    beside = file.resolve().parent.parent
    return beside if (beside / "queues.yaml").is_file() else Settings().config


def _with_parts(file: Path) -> ivr.Flow:
    """The flow in a file, which may run the parts in the files beside it. Raises FlowError."""
    flow = ivr.parse(_text(file), str(file))
    return ivr.joined(flow, OFFLINE.beside((str(one), _text(one)) for one in sorted(file.parent.glob("*.yaml"))))


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{file}: this is not UTF-8; save the file as UTF-8.") from error


def _joined(file: Path) -> ivr.Flow:
    try:
        return _with_parts(file)
    except ivr.FlowError as error:
        _tell(error.findings)
        raise click.ClickException("The menu cannot be read as it stands.") from error


def _whole(file: Path) -> ivr.Flow:
    """What can be called; a part cannot."""
    flow = _joined(file)
    if flow.part:
        raise click.ClickException(f"{file}: this is a part; name the menu that runs it.")
    return flow


def _tell(found: Iterable[ivr.Finding]) -> None:
    for one in found:
        mark = "" if one.severity is ivr.Severity.ERROR else "warning: "
        click.echo(f"{one.source}:{one.line}: {one.step or '-'}: {one.rule}: {mark}{one.message}")


def _prove(file: Path, folder: Path | None, most: int) -> int:
    errors = [one for one in findings(file, folder) if one.severity is ivr.Severity.ERROR]
    if errors:
        _tell(errors)
        click.echo(f"{file}: not proven; mend what the check finds first.")
        return 1
    proof = ivr.prove(_whole(file), most)
    for broken in proof.broken:
        click.echo(f"{file}: BROKEN: {broken.claim}. A call that shows it:")
        for line in broken.path:
            click.echo(f"    {line}")
    if proof.unfinished:
        click.echo(f"{file}: NOT PROVEN: {proof.unfinished}")
    if proof.holds:
        _praise(file, proof)
    return 1 if proof.broken else _UNPROVEN if proof.unfinished else 0


def _praise(file: Path, proof: ivr.Proof) -> None:
    ends = ", ".join(name for name, _ in proof.ends)
    click.echo(f"{file}: proven over {proof.situations} situations and {proof.passages} ways between them:")
    click.echo(f"    every path ends, in {ends} or because the caller hangs up;")
    click.echo(
        f"    nobody hears more than {proof.prompts} prompts or is held longer than {proof.seconds / 60:.0f} minutes"
    )
    click.echo("    without choosing to go round once more;")
    click.echo("    wherever something is asked there is a way to a person or a message;")
    click.echo("    nothing secret is spoken, recorded or kept while somebody is waited for;")
    click.echo("    every caller hears their own language all the way.")


def _covered(seen: ivr.Coverage) -> str:
    steps, exits = len(seen.steps), len(seen.exits)
    told = f"{steps} of {steps + len(seen.steps_missed)} steps and {exits} of {exits + len(seen.exits_missed)} exits reached"
    missed = [*seen.steps_missed, *(f"{one.origin} → {one.name}" for one in seen.exits_missed)]
    return told + (f"; not reached: {', '.join(missed)}" if missed else "")
