"""Events and configurations as plain JSON and back, so that what the engine was told can be kept and told to it again."""

import types
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from enum import StrEnum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from routing import events
from routing.config import Config
from routing.events import Event

Plain = dict[str, Any]
_KIND = "event"
_EVENTS: dict[str, type[Event]] = {kind.__name__: kind for kind in get_args(events.Event)}


def encode(event: Event) -> Plain:
    """The event as JSON: its name under `event`, and its fields."""
    return {_KIND: type(event).__name__, **_plain(event)}


def decode(data: Plain) -> Event:
    """The event that `encode` told of. Raises ValueError for a name that is no event's."""
    kind: Any = _EVENTS.get(data.get(_KIND, ""))
    if kind is None:
        raise ValueError(f"There is no event {data.get(_KIND)!r}; this log was written by another version.")
    event: Event = _reader(kind)({name: value for name, value in data.items() if name != _KIND})
    return event


def encode_config(config: Config) -> Plain:
    plain: Plain = _plain(config)
    return plain


def decode_config(data: Plain) -> Config:
    config: Config = _reader(Config)(data)
    return config


def _plain(value: Any) -> Any:
    match value:
        case StrEnum():
            return value.value
        case None | str() | int() | bool():
            return value
        case frozenset():
            return sorted(value)
        case tuple():
            return [_plain(one) for one in value]
        case Mapping():
            return {key: _plain(one) for key, one in value.items()}
        case _ if is_dataclass(value):
            return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
        case _:
            raise TypeError(f"{value!r} has no place in a log of the engine.")


@cache
def _reader(hint: Any) -> Callable[[Any], Any]:
    """What makes a value of this type from its plain form."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in {Union, types.UnionType}:
        (inner,) = (one for one in arguments if one is not type(None))
        read = _reader(inner)
        return lambda plain: None if plain is None else read(plain)
    if origin is tuple:
        return _tuple_reader(arguments)
    if origin is frozenset:
        return frozenset
    if not isinstance(hint, type):
        return lambda plain: plain
    return _record_reader(hint) if is_dataclass(hint) else _word_reader(hint)


def _tuple_reader(arguments: tuple[Any, ...]) -> Callable[[Any], Any]:
    if arguments[-1] is Ellipsis:
        read = _reader(arguments[0])
        return lambda plain: tuple(read(one) for one in plain)
    readers = [_reader(one) for one in arguments]
    return lambda plain: tuple(each(one) for each, one in zip(readers, plain, strict=True))


def _record_reader(kind: type) -> Callable[[Any], Any]:
    readers = {name: _reader(hint) for name, hint in get_type_hints(kind).items()}
    return lambda plain: kind(**{name: readers[name](value) for name, value in plain.items() if name in readers})


def _word_reader(kind: type) -> Callable[[Any], Any]:
    return kind if issubclass(kind, StrEnum) else lambda plain: plain
