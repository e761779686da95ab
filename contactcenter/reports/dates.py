"""Which time a command's question is about: `--from` and `--to`, the same for every report."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import click
from sqlalchemy.orm import Session

from contactcenter.foundation import clock

USUAL = timedelta(weeks=4)
_WHEN = click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d"])


def from_and_to(command: Callable[..., Any]) -> Callable[..., Any]:
    """The two options, as `since` and `until`."""
    until = click.option("--to", "until", type=_WHEN, help="In UTC; by default now.")
    since = click.option("--from", "since", type=_WHEN, help="In UTC; by default four weeks before the end.")
    return since(until(command))


def span(session: Session, since: datetime | None, until: datetime | None) -> tuple[datetime, datetime]:
    """Both instants, the missing ones by default. Raises click's error where the end is not after the beginning."""
    end = until.replace(tzinfo=UTC) if until else clock.now(session)
    begin = since.replace(tzinfo=UTC) if since else end - USUAL
    if end <= begin:
        raise click.UsageError("--to should be later than --from.")
    return begin, end
