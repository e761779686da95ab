"""What the terminal says once everything runs: where the pages are, who can sign in, how to stop."""

from collections.abc import Iterable
from itertools import groupby

from sqlalchemy.exc import SQLAlchemyError

from contactcenter.channels.voice.addresses import Addresses
from contactcenter.foundation.db import Database
from contactcenter.portal import sample
from contactcenter.portal.sample import Login
from contactcenter.settings import SIMULATOR, Settings

_PAGES = {"Start here": "/", "Agents": "/console", "Supervisors": "/supervisor", "Chat": "/chat", "Help": "/help"}
_SIMULATED = {"Phone": "/phone", "Mail": "/mail"}


def announce(settings: Settings) -> list[str]:
    """The lines printed after the start."""
    simulated = settings.carrier == SIMULATOR
    pages = _PAGES | (_SIMULATED if simulated else {})
    return [
        "",
        "The contact center is running.",
        *_listed((name, settings.base_url + path) for name, path in pages.items()),
        "",
        *(_people(settings) if simulated else _webhooks(settings)),
        f"Mail to {settings.mail_address} is taken in by SMTP at {settings.host}:{settings.mail_door_port}.",
        "Ctrl+C stops everything.",
        "",
    ]


def _people(settings: Settings) -> list[str]:
    logins = _logins(settings)
    if not logins:
        return []
    shown = [
        (f"{role.value}s", ", ".join(f"{one.login} / {one.password}" for one in people))
        for role, people in groupby(logins, key=lambda one: one.role)
    ]
    return ["Calls are simulated. People of the sample company, with their passwords:", *_listed(shown), ""]


def _webhooks(settings: Settings) -> list[str]:
    to = Addresses(settings.base_url)
    named = {"A call comes in": to.begin, "Primary handler fails": to.fallback, "Call status changes": to.status}
    return ["Set these addresses on your Twilio numbers (POST):", *_listed(named.items()), ""]


def _logins(settings: Settings) -> list[Login]:
    db = Database(settings.database_url)
    try:
        with db.transaction() as session:
            everybody = sample.people(session)
    except SQLAlchemyError:
        return []  # the pages say it again, once the database is back
    finally:
        db.dispose()
    return sample.logins(everybody)


def _listed(rows: Iterable[tuple[str, str]]) -> list[str]:
    pairs = list(rows)
    width = max(len(name) for name, _ in pairs)
    return [f"  {name.ljust(width)}  {text}" for name, text in pairs]
