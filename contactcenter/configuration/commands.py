"""`contactcenter config`: shows and applies what stands in the configuration folder."""

from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, TypeVar

import click
from sqlalchemy import update

from contactcenter.channels.voice import library
from contactcenter.channels.voice.hooks import declared, surroundings
from contactcenter.configuration import demo
from contactcenter.configuration.applying import apply
from contactcenter.configuration.contents import Config
from contactcenter.configuration.planning import Plan, plan
from contactcenter.configuration.problems import ConfigError
from contactcenter.configuration.reading import read
from contactcenter.configuration.reading_demo import read_demo
from contactcenter.foundation import audit, clock
from contactcenter.foundation.db import Database
from contactcenter.foundation.errors import Refusal
from contactcenter.models import SignIn, User
from contactcenter.people import passwords
from contactcenter.settings import Settings
from contactcenter.sla import moving

T = TypeVar("T")
Connect = Callable[[], Database]
_ACTOR = "command line"
_folder = click.option(
    "--folder",
    type=click.Path(path_type=Path),
    default=lambda: Settings().config,
    help="Where the configuration stands; by default the setting CONFIG, or else ./config.",
)


@click.group("config")
def config() -> None:
    """Look at the configuration, and put it in force."""


@config.command("plan")
@_folder
@click.pass_obj
def plan_command(connect: Connect, folder: Path) -> None:
    """Say what would change, and change nothing."""
    db = connect()
    wanted = _refused_or(lambda: _read(folder, db))
    with db.transaction() as session:
        found = _refused_or(lambda: plan(session, wanted))
    _tell(found)
    click.echo(
        "Nothing was changed." if found.changes or found.held else "The configuration is in force as it is written."
    )


@config.command("apply")
@_folder
@click.option("--demo", "with_demo", is_flag=True, help="Also load the customers of the sample company.")
@click.pass_obj
def apply_command(connect: Connect, folder: Path, with_demo: bool) -> None:
    """Put the configuration in force, as a whole or not at all."""
    db = connect()
    wanted = _refused_or(lambda: _read(folder, db))
    sample = _refused_or(lambda: read_demo(folder / "demo")) if with_demo else None
    done = _refused_or(lambda: db.run(lambda session: apply(session, wanted, clock.now(session), _ACTOR)))
    _tell(done)
    if done.version:
        click.echo(f"This is configuration version {done.version}: {_counted(len(done.changes), 'change')}.")
    elif done.held:
        click.echo("Nothing else to change.")
    else:
        click.echo("Nothing to change: the configuration is in force as it is written.")
    left = db.run(moving.behind)
    if left:
        click.echo(f"{_counted(left, 'running promise')} made earlier stay as made; see contactcenter sla move.")
    if sample:
        added = db.run(lambda session: demo.load(session, sample, clock.now(session)))
        click.echo(f"The sample company has {_counted(added, 'new customer')}.")


@config.command("password")
@click.argument("login")
@click.password_option()
@click.pass_obj
def password_command(connect: Connect, login: str, password: str) -> None:
    """Give a person a new password, which ends wherever they are signed in."""
    db = connect()
    changed = update(User).where(User.login == login).values(password_hash=passwords.hashed(password))
    with db.transaction() as session:
        found = session.scalar(changed.returning(User.id))
        if found is not None:
            now = clock.now(session)
            session.execute(
                update(SignIn).where(SignIn.user_id == found, SignIn.ended_at.is_(None)).values(ended_at=now)
            )
            audit.write(session, _ACTOR, f"user:{found}", "password", now)
    if found is None:
        raise click.ClickException(f"There is no person with the login {login}.")
    click.echo(f"{login} has a new password.")


def _read(folder: Path, db: Database) -> Config:
    with db.transaction() as session:
        published = library.published(session)
    wanted = read(folder, published)
    doubts = [*map(str, wanted.doubts), *_lacking(wanted)]
    for doubt in doubts:
        click.echo(f"Look again: {doubt}", err=True)
    return wanted


def _lacking(wanted: Config) -> list[str]:
    """Hooks that would fail with the settings of this command. Those of the web processes may be others."""
    try:
        around = surroundings.of(Settings())
    except ValueError as error:
        return [str(error)]
    hooks = [declared.hook(name, definition) for name, definition in wanted.hooks.items()]
    return [f"hook {hook.name}: {told}" for hook in hooks if (told := surroundings.lacking(hook, around))]


def _refused_or(work: Callable[[], T]) -> T:
    """A mistake in the files or a refusal of the database ends the command with its sentence."""
    try:
        return work()
    except ConfigError as error:
        raise _Wrong(error) from error
    except Refusal as error:
        raise click.ClickException(str(error)) from error


class _Wrong(click.ClickException):
    """Every mistake on a line of its own, as editors and build servers read them."""

    def __init__(self, error: ConfigError) -> None:
        super().__init__(str(error))
        self.count = len(error.problems)

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(self.message, err=True, file=file)
        click.echo(f"{_counted(self.count, 'mistake')}; nothing was changed.", err=True, file=file)


def _tell(found: Plan) -> None:
    for told in (*found.changes, *found.held):
        click.echo(str(told))


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
