"""Hooks as they are declared, read from the table that `config apply` fills."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from contactcenter.foundation.remembering import Remembered
from contactcenter.models import HookText
from ivr.conditions import Condition, condition

LONGEST = 8
"""Seconds that a hook may ask for: nobody listens to silence or “one moment” for longer."""
Path = str
Saved = Mapping[str, Path | Mapping[str, Path]]
"""The names a menu sees, each with where it stands in what the hook found; or where for each language."""

_SEEN_WITHIN = 2.0
_in_force: Remembered["Hook | None"] = Remembered(_SEEN_WITHIN)


@dataclass(frozen=True, slots=True)
class OverHttp:
    """`url` has {holes}; a header's value is literal or `secret:name`. POST sends what is given as JSON."""

    url: str
    method: Literal["GET", "POST"]
    headers: Mapping[str, str]
    retry: int


@dataclass(frozen=True, slots=True)
class InSql:
    """`query` has :names, which are bound; `database` is a name in the setting HOOK_DATABASES."""

    database: str
    query: str


@dataclass(frozen=True, slots=True)
class InPython:
    """`entry_point` is a name in the group `contactcenter.hooks` of an installed package."""

    entry_point: str


@dataclass(frozen=True, slots=True)
class Fake:
    """What to answer instead of running, when everything in `given` was given: `missing`, `error`, `slow`, or values."""

    given: Mapping[str, str]
    answer: str | Mapping[str, Any]

    def fits(self, given: Mapping[str, str]) -> bool:
        return all(given.get(name) == value for name, value in self.given.items())


@dataclass(frozen=True, slots=True)
class Hook:
    """Seconds throughout; `cache` 0 keeps nothing. `digest` changes with the declaration."""

    name: str
    way: OverHttp | InSql | InPython
    timeout: int
    save: Saved
    found_when: Condition | None
    cache: int
    never_log: frozenset[str]
    fake: tuple[Fake, ...]
    digest: str


def hook(name: str, definition: Mapping[str, Any]) -> Hook:
    """A hook from its definition as the table holds it, which the reader of config/hooks.yaml has checked."""
    when = definition.get("found_when")
    return Hook(
        name=name,
        way=_way(definition),
        timeout=definition["timeout"],
        save=definition["save"],
        found_when=condition(when) if when else None,
        cache=definition.get("cache", 0),
        never_log=frozenset(definition.get("never_log", ())),
        fake=tuple(Fake(one.get("with", {}), one["answer"]) for one in definition.get("fake", ())),
        digest=hashlib.sha256(json.dumps(definition, sort_keys=True).encode()).hexdigest()[:16],
    )


def find(session: Session, name: str) -> Hook | None:
    """The hook in force under this name."""
    return _in_force.get(session, name, lambda: _read(session, name))


def _read(session: Session, name: str) -> Hook | None:
    definition = session.scalar(select(HookText.definition).where(HookText.name == name))
    return None if definition is None else hook(name, definition)


def _way(definition: Mapping[str, Any]) -> OverHttp | InSql | InPython:
    match definition["kind"]:
        case "http":
            return OverHttp(
                definition["url"], definition["method"], definition.get("headers", {}), definition.get("retry", 0)
            )
        case "sql":
            return InSql(definition["database"], definition["query"])
        case _:
            return InPython(definition["entry_point"])
