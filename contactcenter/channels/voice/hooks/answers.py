"""What comes of a hook: found with values, missing, or error with its cause; nothing else, and nothing undeclared."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from contactcenter.channels.voice.hooks.declared import Hook
from contactcenter.models.states import HookSource, HookState
from ivr.values import clean


class HookFailed(Exception):  # noqa: N818 — the sentence says what failed
    """Why a hook came to nothing: a sentence for logs and screens, without anything given, found or secret in it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """`cause` is said for an error only."""

    state: HookState
    values: Mapping[str, Any] = field(default_factory=dict)
    cause: str = ""
    source: HookSource = HookSource.RAN


MISSING = Outcome(HookState.MISSING)


def error(cause: str, source: HookSource = HookSource.RAN) -> Outcome:
    return Outcome(HookState.ERROR, cause=cause, source=source)


def judged(hook: Hook, document: object) -> Outcome:
    """What a document is worth to the menu: the declared names of it, cleaned, if they or the condition say “found”."""
    if document is None:
        return MISSING
    values = {name: _saved(document, where) for name, where in hook.save.items()}
    kept = clean({name: value for name, value in values.items() if value not in (None, {})})
    if hook.found_when is None:
        return Outcome(HookState.FOUND, kept) if kept else MISSING
    if not hook.found_when.holds(lambda path: _compared(values[path] if path in values else _at(document, path))):
        return MISSING
    return Outcome(HookState.FOUND, kept)


def _saved(document: object, where: str | Mapping[str, str]) -> Any:
    if isinstance(where, str):
        return _plain(_at(document, where))
    return {language: value for language, path in where.items() if (value := _plain(_at(document, path))) is not None}


def _at(document: object, path: str) -> Any:
    """What stands at a dotted path, where a number counts into a list; None if nothing does."""
    here: Any = document
    for part in path.split("."):
        match here:
            case Mapping():
                here = here.get(part)
            case list() if part.isdecimal() and int(part) < len(here):
                here = here[int(part)]
            case _:
                return None
    return here


def _compared(value: Any) -> Any:
    """Of a list or a mapping a condition sees how many it holds, and none at all as empty."""
    return (len(value) or None) if isinstance(value, list | Mapping) else _plain(value)


def _plain(value: Any) -> Any:
    """What databases and programs find, as a menu can speak it; what it cannot is left out by the cleaning."""
    match value:
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case date():
            return value.isoformat()
        case UUID():
            return str(value)
        case Mapping():
            return {key: _plain(inner) for key, inner in value.items()}
        case _:
            return value
