"""The command line: one word for each process and each thing an operator does by hand."""

import sys
from collections.abc import Callable

import click

from contactcenter.configuration.automation_commands import automation_group
from contactcenter.configuration.commands import config
from contactcenter.configuration.ivr_commands import ivr_group
from contactcenter.configuration.routing_commands import routing
from contactcenter.configuration.sla_commands import sla_group
from contactcenter.foundation.db import Database
from contactcenter.foundation.logs import begin_logging
from contactcenter.reports.staffing_commands import staffing
from contactcenter.settings import Settings


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
def main(context: click.Context) -> None:
    """The contact center: calls, e-mail and chat in one case, routed by skill, with every promise ticking."""
    settings = Settings()
    begin_logging(settings.log_level)
    context.obj = _database(settings)


def _database(settings: Settings) -> Callable[[], Database]:
    def connect() -> Database:
        from contactcenter.composition import compose

        return compose(_found(settings)).db

    return connect


def _found(settings: Settings) -> Settings:
    """The settings with the addresses of the servers that `serve` runs, when none are set."""
    from contactcenter.foundation.children import CannotStart
    from contactcenter.startup import of_running

    if settings.database_url:
        return settings
    try:
        return of_running(settings)
    except CannotStart as refusal:
        raise click.ClickException(str(refusal)) from refusal


@main.command()
def serve() -> None:
    """Run everything; Ctrl+C stops it."""
    from contactcenter import processes
    from contactcenter.portal.welcome import announce

    sys.exit(processes.serve(Settings(), announce))


@main.command()
def web() -> None:
    """Serve pages, webhooks and sockets."""
    from contactcenter.composition import compose
    from contactcenter.web import serve_web

    serve_web(compose(Settings(), name="web"))


@main.command()
def router() -> None:
    """Route work while holding the lease; fire timers."""
    from contactcenter.composition import compose
    from contactcenter.running import run_router

    run_router(compose(Settings(), name="router"))


@main.command()
def worker() -> None:
    """Carry out what is outside: calls, mail."""
    from contactcenter.composition import compose
    from contactcenter.running import run_worker

    run_worker(compose(Settings(), name="worker"))


@main.command()
def mail() -> None:
    """Take mail in by SMTP and IMAP."""
    from contactcenter.composition import compose
    from contactcenter.running import run_mail

    run_mail(compose(Settings(), name="mail"))


@main.command()
def carrier() -> None:
    """Run the phone simulator."""
    from contactcenter.portal.simulated import run_carrier

    run_carrier(Settings())


@main.command()
def migrate() -> None:
    """Bring the database's tables up to date."""
    from contactcenter.migrations.run import upgrade

    upgrade(_found(Settings()).database_url)


@main.command()
def invariants() -> None:
    """Check that the facts in the database hang together; exit 1 if not."""
    from contactcenter.composition import compose
    from contactcenter.invariants import check

    parts = compose(_found(Settings()))
    with parts.db.transaction() as session:
        results = check(session)
    for result in results:
        click.echo(result.line())
    sys.exit(any(result.violations for result in results))


@main.group()
def email() -> None:
    """Mail by hand."""


@email.command()
@click.argument("source", type=click.File("rb"), default="-")
def receive(source: object) -> None:
    """Take in one mail from a file or standard input: contactcenter email receive < message.eml"""
    from contactcenter.channels.email.receiving import receive as take
    from contactcenter.composition import compose
    from contactcenter.models.states import MailState

    parts = compose(_found(Settings()))
    parts.warm()
    taken = take(parts.db, parts.mailbox, source.read(), "pipe")  # type: ignore[attr-defined]
    if taken.state is MailState.QUARANTINED:
        click.echo(f"Kept, but not understood: {taken.problem}", err=True)
        sys.exit(1)
    click.echo(f"{taken.state}: case {taken.case_id}")


@main.command()
@click.option("--seed", default=1, help="The same seed plays the same people.")
@click.option("--rate", default=20, help="Contacts per minute.")
@click.option("--minutes", default=10.0, help="How long people keep coming.")
@click.option("--agents", default=0, help="Simulated agents who answer.")
def floor(seed: int, rate: int, minutes: float, agents: int) -> None:
    """Play callers, mailers and chatters, and agents, against the running system through its public doors."""
    from contactcenter.floor import Scene, play

    sys.exit(play(_found(Settings()), Scene(seed, rate, minutes, agents)))


main.add_command(automation_group)
main.add_command(config)
main.add_command(ivr_group)
main.add_command(routing)
main.add_command(sla_group)
main.add_command(staffing)

if __name__ == "__main__":
    main()
