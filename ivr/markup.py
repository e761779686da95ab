"""The few marks that a prompt may hold, for what a voice reads wrongly or too fast: a pause, a spelling, another word, a pace.

They are read from the text as it is written, before its holes are filled: a value can never become a mark.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

RULE = "Y04"
_HOLE = r"\{[^{}]*\}"
_MARK = r"<(?P<end>/?)(?P<name>[a-z-]+)(?P<written>(?:\s+[a-z-]+=(?:\"[^\"]*\"|'[^']*'))*)\s*(?P<alone>/?)>"
_PIECE = re.compile(rf"{_HOLE}|{_MARK}|(?P<odd><(?=[A-Za-z/!?]))")
_ATTRIBUTE = re.compile(r"([a-z-]+)=(?:\"([^\"]*)\"|'([^']*)')")
_ASCII_END = re.compile(r"[!-~]")
_LONGEST_BREAK = 10_000


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark with what stands inside it; a break holds nothing. The words `tag` and `tags` are taken by the verb."""

    name: str
    value: str
    text: str = ""


class MarkupError(Exception):
    """A mark that cannot be used, with a sentence for the author."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a mark asks for, and what may be asked."""

    attribute: str
    allowed: re.Pattern[str]
    example: str


_KINDS: Mapping[str, Kind] = {
    "break": Kind("time", re.compile(r"[0-9]{1,5}ms|[0-9]{1,2}s"), '<break time="500ms"/>, at most 10s'),
    "say-as": Kind(
        "interpret-as",
        re.compile("digits|telephone|date|time"),
        '<say-as interpret-as="digits">4711</say-as> with digits, telephone, date or time',
    ),
    "sub": Kind("alias", re.compile(r"[^{}<>]*[^{}<>\s][^{}<>]*"), '<sub alias="what is said">what is shown</sub>'),
    "prosody": Kind(
        "rate", re.compile("x-slow|slow|fast"), '<prosody rate="slow">…</prosody> with x-slow, slow or fast'
    ),
}

_EMPHASIS = "<emphasis> is not used here: the neural voices refuse it, and the sentence with it; choose other words"


def read(written: str) -> tuple[str, tuple[str | Mark, ...]]:
    """The text without its marks, and its parts in order: none where there is no mark. Raises MarkupError."""
    parts: list[str | Mark] = []
    opened: Mark | None = None
    rest = 0
    for found in _PIECE.finditer(written):
        if found["odd"]:
            near = written[found.start() : found.start() + 30]
            raise MarkupError(
                f"'{near}' begins a mark that cannot be read; marks look like {_KINDS['break'].example}; put a space after a < that is none"
            )
        if found["name"] is None:
            continue
        _add(parts, opened, written[rest : found.start()])
        rest = found.end()
        if found["end"]:
            _close(parts, opened, found["name"])
            opened = None
        elif opened:
            raise MarkupError(f"<{found['name']}> stands inside <{opened.name}>; marks do not stand inside one another")
        else:
            opened = _open(parts, found)
    if opened:
        raise MarkupError(f"<{opened.name}> is not closed; write {_KINDS[opened.name].example}")
    _add(parts, None, written[rest:])
    marked = tuple(parts) if any(isinstance(part, Mark) for part in parts) else ()
    return _plain(parts) if marked else written, marked


def _add(parts: list[str | Mark], opened: Mark | None, text: str) -> None:
    if opened:
        parts[-1] = Mark(opened.name, opened.value, text)
    elif text:
        parts.append(text)


def _open(parts: list[str | Mark], found: re.Match[str]) -> Mark | None:
    """The mark begins; what waits for its end, if it has one."""
    name = found["name"]
    kind = _KINDS.get(name)
    if name == "emphasis":
        raise MarkupError(_EMPHASIS)
    if kind is None:
        raise MarkupError(f"the mark <{name}> is not used here (known: {', '.join(_KINDS)})")
    attributes = [(key, one or other) for key, one, other in _ATTRIBUTE.findall(found["written"])]
    keys, value = [key for key, _ in attributes], attributes[0][1] if attributes else ""
    fits = keys == [kind.attribute] and kind.allowed.fullmatch(value) and value.isprintable()
    if not fits or bool(found["alone"]) != _alone(name):
        raise MarkupError(f"{found[0]} should look like {kind.example}")
    if name == "break" and _milliseconds(value) > _LONGEST_BREAK:
        raise MarkupError(f"{found[0]} is too long; write {kind.example}")
    parts.append(Mark(name, value))
    return None if _alone(name) else Mark(name, value)


def _close(parts: list[str | Mark], opened: Mark | None, name: str) -> None:
    if opened is None or opened.name != name:
        raise MarkupError(f"</{name}> ends nothing that was begun")
    last = parts[-1]
    if not isinstance(last, Mark) or not last.text.strip():
        raise MarkupError(f"<{name}> holds nothing; write {_KINDS[name].example}")


def _alone(name: str) -> bool:
    return name == "break"


def _milliseconds(time: str) -> int:
    return int(time[:-2]) if time.endswith("ms") else int(time[:-1]) * 1000


def _plain(parts: list[str | Mark]) -> str:
    """What is shown: a pause keeps English words apart, and adds nothing where a space or Chinese stands."""
    text, paused = "", False
    for part in parts:
        if isinstance(part, Mark) and part.name == "break":
            paused = True
            continue
        more = part.text if isinstance(part, Mark) else part
        if paused and text[-1:].isspace():
            more = more.lstrip()
        elif paused and _ASCII_END.match(text[-1:]) and _ASCII_END.match(more):
            more = " " + more
        text, paused = text + more, False
    return text
