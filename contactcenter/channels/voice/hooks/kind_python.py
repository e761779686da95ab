"""Hooks in Python: a function of an installed package, called with what was given and a session that can only read.

    def find_order(given: Mapping[str, str], session: Session) -> Mapping[str, object] | None

It returns names with values, or None for “missing”; an exception is an error. The package names it in the entry-point
group `contactcenter.hooks`, and config/hooks.yaml says that name.
"""

import traceback
from collections.abc import Callable, Mapping
from functools import cache
from importlib.metadata import entry_points
from typing import cast

from sqlalchemy import text
from sqlalchemy.orm import Session

from contactcenter.channels.voice.hooks.answers import HookFailed
from contactcenter.channels.voice.hooks.declared import InPython
from contactcenter.foundation.db import Database

GROUP = "contactcenter.hooks"
Function = Callable[[Mapping[str, str], Session], Mapping[str, object] | None]

_READ_ONLY = text("SET TRANSACTION READ ONLY")
_LIMITS = text(
    "SELECT set_config('statement_timeout', :limit, true), set_config('idle_in_transaction_session_timeout', :limit, true)"
)


def installed() -> set[str]:
    """The names that hooks.yaml may use as `entry_point`."""
    return {point.name for point in entry_points(group=GROUP)}


def call(way: InPython, given: Mapping[str, str], db: Database, seconds: float) -> Mapping[str, object] | None:
    """What the function finds, in a read-only transaction of its own in which no statement outlives the time-out."""
    function = _function(way.entry_point)
    try:
        with db.transaction() as session:
            session.execute(_READ_ONLY)
            session.execute(_LIMITS, {"limit": str(max(int(seconds * 1000), 1))})
            found = function(given, session)
    except (Exception, SystemExit) as error:  # noqa: BLE001 — whatever a stranger's program raises is an answer here
        raise HookFailed(f"The program fails: {_told(error)}.") from None
    if found is not None and not isinstance(found, Mapping):
        raise HookFailed(f"The program returns {type(found).__name__} instead of names with values, or None.")
    return found


@cache
def _function(name: str) -> Function:
    for point in entry_points(group=GROUP, name=name):
        try:
            return cast("Function", point.load())
        except Exception as error:
            raise HookFailed(f"The program {name} cannot be loaded: {_told(error)}.") from error
    raise HookFailed(f"No installed package has the entry point {name} in the group {GROUP}.")


def _told(error: BaseException) -> str:
    """What was raised and where; its message may hold what the caller typed."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" in {frames[-1].name}, line {frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{where}"
