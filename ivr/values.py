"""The values a call carries: cleaned when they arrive, looked up by path, never trusted."""

import math
import unicodedata
from collections.abc import Mapping

Value = str | int | float | bool | None | Mapping[str, "Value"]

_LONGEST_TEXT = 200
_MOST_NAMES = 60
_LARGEST_NUMBER = 10**15
_UNSPEAKABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def clean_text(text: str) -> str:
    """The text without control, format and surrogate characters, its white space made plain, at most 200 long."""
    spaced = "".join(" " if character.isspace() else character for character in text[: 4 * _LONGEST_TEXT])
    kept = "".join(character for character in spaced if unicodedata.category(character) not in _UNSPEAKABLE)
    return " ".join(kept.split())[:_LONGEST_TEXT].strip()


def clean(values: Mapping[str, object], depth: int = 2) -> dict[str, Value]:
    """Hook answers as the call may carry them: known kinds only, two levels, bounded."""
    kept: dict[str, Value] = {}
    for key, value in list(values.items())[:_MOST_NAMES]:
        cleaned = _clean_value(value, depth)
        if cleaned is not None:
            kept[clean_text(str(key))] = cleaned
    return kept


def _clean_value(value: object, depth: int) -> Value:
    match value:
        case bool():
            return value
        case str():
            return clean_text(value)
        case int():
            return value if abs(value) < _LARGEST_NUMBER else None
        case float():
            return value if math.isfinite(value) else None
        case Mapping() if depth > 1:
            return clean(value, depth - 1)
        case _:
            return None


def look_up(values: Mapping[str, Value], path: str, language: str) -> Value:
    """The value at a dotted path; of a value given per language, the caller's; None when there is none."""
    here: Value = values
    for part in path.split("."):
        if not isinstance(here, Mapping):
            return None
        here = here.get(part)
    return _in_language(here, language) if isinstance(here, Mapping) else here


def _in_language(choices: Mapping[str, Value], language: str) -> Value:
    base = language.partition("-")[0]
    for tag in [language, base, *(key for key in choices if key.partition("-")[0] == base)]:
        chosen = choices.get(tag)
        if chosen is not None and not isinstance(chosen, Mapping):
            return chosen
    return None


def as_text(value: Value) -> str:
    """How a value is spoken without a form; nothing at all for what cannot be spoken."""
    match value:
        case None | Mapping():
            return ""
        case bool():
            return str(value).lower()
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return clean_text(str(value))
