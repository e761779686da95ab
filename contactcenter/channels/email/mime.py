"""The tree of a mail: header fields and parts as they stand in the bytes, within fixed limits and in linear time."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from contactcenter.channels.email.parameters import ContentType, content_type_of

MAX_BYTES = 25 * 1024 * 1024
MAX_PARTS = 200
MAX_DEPTH = 20
MAX_FIELD_BYTES = 65_536
MAX_FIELDS = 1_000
MAX_HEADER_BYTES = 262_144
_MAX_BOUNDARY = 200

_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
_ENVELOPE = re.compile(rb">?From [^\n]*\n")
_NEWEST_LAST = frozenset({"references"})
"""Of these too long fields the end is kept, because the end is what matters."""


class Unreadable(Exception):  # noqa: N818 - what happened to the mail, not a mistake of ours
    """No mail that we can show. The reason is a sentence for the person who looks into the quarantine."""


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    """In lower case."""
    value: bytes
    """Without the line breaks of folding, otherwise as it came."""


@dataclass(frozen=True, slots=True)
class Part:
    fields: tuple[Field, ...]
    content_type: ContentType
    body: bytes
    """Still in its transfer encoding; empty when there are parts."""
    parts: tuple["Part", ...] = ()

    def first(self, name: str) -> bytes | None:
        return first_value(self.fields, name)

    def walk(self) -> Iterator["Part"]:
        yield self
        for part in self.parts:
            yield from part.walk()


@dataclass(slots=True)
class _Reading:
    """What is counted while one mail is read."""

    raw: bytes
    problems: list[str]
    parts: int = 0


def read_tree(raw: bytes) -> tuple[Part, tuple[str, ...]]:
    """The mail's parts and what was odd about them."""
    if len(raw) > MAX_BYTES:
        raise Unreadable(f"The mail is too large: {len(raw):,} bytes, and the limit is {MAX_BYTES:,}.")
    reading = _Reading(_with_line_feeds(raw), [])
    start = _skip_envelope(reading.raw)
    root = _read_part(reading, (start, len(reading.raw)), "text/plain", depth=0)
    if not root.fields:
        raise Unreadable("This is not a mail: it has no header fields.")
    return root, tuple(dict.fromkeys(reading.problems))


def _with_line_feeds(raw: bytes) -> bytes:
    return raw.replace(b"\r", b"\n") if b"\n" not in raw else raw


def _skip_envelope(raw: bytes) -> int:
    start = 3 if raw.startswith(b"\xef\xbb\xbf") else 0
    while raw[start : start + 1] in {b"\r", b"\n"}:
        start += 1
    envelope = _ENVELOPE.match(raw, start)
    return envelope.end() if envelope else start


def _read_part(reading: _Reading, span: tuple[int, int], default_type: str, depth: int) -> Part:
    reading.parts += 1
    if reading.parts > MAX_PARTS:
        raise Unreadable(f"The mail has more than {MAX_PARTS} parts.")
    if depth > MAX_DEPTH:
        raise Unreadable(f"The parts of the mail are nested more than {MAX_DEPTH} deep.")
    fields, body = _read_fields(reading, *span)
    content_type = content_type_of(first_value(fields, "content-type"), default_type)
    if content_type.main != "multipart":
        return Part(fields, content_type, reading.raw[body : span[1]])
    spans = _split(reading, content_type, (body, span[1]))
    if spans is None:
        reading.problems.append("a multipart without its boundary is shown as plain text")
        return Part(fields, ContentType("text", "plain", content_type.parameters), reading.raw[body : span[1]])
    inner = "message/rfc822" if content_type.sub == "digest" else "text/plain"
    return Part(fields, content_type, b"", tuple(_read_part(reading, one, inner, depth + 1) for one in spans))


def first_value(fields: tuple[Field, ...], name: str) -> bytes | None:
    return next((field.value for field in fields if field.name == name), None)


def _read_fields(reading: _Reading, start: int, end: int) -> tuple[tuple[Field, ...], int]:
    """The header fields of a part, and where its body begins."""
    names: list[str] = []
    values: list[list[bytes]] = []
    position = start
    while position < end:
        line, after = _line(reading.raw, position, end)
        if not line:
            position = after
            break
        match = _FIELD.match(line if values else line.lstrip(b" \t"))
        if line[:1] in b" \t" and values:
            values[-1].append(line)
        elif match is not None:
            names.append(match[1].decode("ascii").lower())
            values.append([line[line.index(b":") + 1 :]])
        elif not _goes_on(reading.raw, after, end):
            reading.problems.append("the header ends without an empty line")
            break
        else:
            reading.problems.append("a line of the header is no header field")
        position = after
    return _within_limits(reading, names, values), position


def _goes_on(raw: bytes, position: int, end: int) -> bool:
    """Whether a stray line is followed by more header: otherwise it is the body's first line."""
    line, _ = _line(raw, position, end)
    return _FIELD.match(line) is not None


def _line(raw: bytes, start: int, end: int) -> tuple[bytes, int]:
    stop = raw.find(b"\n", start, end)
    after = end if stop < 0 else stop + 1
    return raw[start:after].rstrip(b"\r\n"), after


def _within_limits(reading: _Reading, names: list[str], values: list[list[bytes]]) -> tuple[Field, ...]:
    fields = []
    total = 0
    for name, lines in zip(names[:MAX_FIELDS], values, strict=False):
        value = b"".join(lines).strip(b" \t")
        if len(value) > MAX_FIELD_BYTES:
            reading.problems.append(f"the header field {name} was longer than {MAX_FIELD_BYTES} bytes and was cut")
            value = value[-MAX_FIELD_BYTES:] if name in _NEWEST_LAST else value[:MAX_FIELD_BYTES]
        total += len(value)
        if total > MAX_HEADER_BYTES:
            reading.problems.append(f"the header was longer than {MAX_HEADER_BYTES} bytes; the rest is not read")
            break
        fields.append(Field(name, value))
    if len(names) > MAX_FIELDS:
        reading.problems.append(f"the header had more than {MAX_FIELDS} fields; the rest is not read")
    return tuple(fields)


def _split(reading: _Reading, content_type: ContentType, span: tuple[int, int]) -> list[tuple[int, int]] | None:
    """The spans between the boundary lines; None when there is no such line."""
    start, end = span
    boundary = content_type.parameter("boundary").rstrip().encode("utf-8", "surrogateescape")
    boundary = boundary or _guess_boundary(reading, start, end)
    if not boundary or len(boundary) > _MAX_BOUNDARY:
        return None
    line = re.compile(rb"\n--" + re.escape(boundary) + rb"(--)?[ \t]*(?:\r*\n|\r*\Z)")
    spans: list[tuple[int, int]] = []
    opened = None
    closed = False
    position = max(start - 1, 0)
    while not closed and (match := line.search(reading.raw, position, end)) is not None:
        if opened is not None:
            spans.append((opened, _before_line_break(reading.raw, opened, match.start())))
        if len(spans) > MAX_PARTS:
            break  # the caller refuses the mail: there is no need to look on
        opened, closed = match.end(), match[1] is not None
        position = match.end() - 1
    if opened is not None and not closed:
        reading.problems.append("a multipart is not closed")
        spans.append((opened, end))
    return spans if opened is not None else None


def _guess_boundary(reading: _Reading, start: int, end: int) -> bytes:
    reading.problems.append("a multipart does not name its boundary")
    for _ in range(5):
        line, start = _line(reading.raw, start, end)
        if line.startswith(b"--"):
            return line[2:].strip()
    return b""


def _before_line_break(raw: bytes, opened: int, line_feed: int) -> int:
    stop = line_feed - 1 if raw[line_feed - 1 : line_feed] == b"\r" else line_feed
    return max(opened, stop)
