"""Header values with parameters, as in Content-Type and Content-Disposition (RFC 2045, RFC 2231)."""

import re
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from contactcenter.channels.email.charsets import decode_text
from contactcenter.channels.email.encoded_words import decode_words, raw_text

_MAX_PARAMETERS = 64
_TOKEN = re.compile(r"[a-z0-9!#$&^_.+-]{1,80}")
_SECTION = re.compile(r"(.{1,60}?)(?:\*(\d{1,3}))?(\*)?")


@dataclass(frozen=True, slots=True)
class ContentType:
    main: str
    sub: str
    parameters: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return f"{self.main}/{self.sub}"

    def parameter(self, name: str) -> str:
        return next((value for key, value in self.parameters if key == name), "")


def content_type_of(value: bytes | None, default: str) -> ContentType:
    """The declared type in lower case; what cannot be read is the default for text, else a stream of bytes."""
    kind, parameters = parse_parameters(value or default.encode())
    main, slash, sub = kind.partition("/")
    main, sub = main.strip(), sub.strip()
    if slash and _TOKEN.fullmatch(main) and _TOKEN.fullmatch(sub):
        return ContentType(main, sub, parameters)
    main, _, sub = ("text/plain" if main in {"", "text", "plain"} else "application/octet-stream").partition("/")
    return ContentType(main, sub, parameters)


def parse_parameters(value: bytes) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The leading word in lower case, and the parameters by name in lower case."""
    first, *rest = split_outside_quotes(raw_text(value), ";")
    sections: dict[str, list[tuple[int, bool, str]]] = {}
    for piece in rest[:_MAX_PARAMETERS]:
        name, equals, content = piece.partition("=")
        match = _SECTION.fullmatch(name.strip().lower())
        if equals and match is not None:
            known = sections.setdefault(match[1], [])
            number = int(match[2] or 0)
            if all(number != other for other, _, _ in known):  # the first of several with one name counts
                known.append((number, bool(match[3]), _unquoted(content)))
    word, *_ = first.split("(", 1)[0].lower().split() or [""]
    return word, tuple((name, _joined(parts)) for name, parts in sections.items())


def split_outside_quotes(text: str, separator: str) -> list[str]:
    """Cut at the separator, but not inside double quotes; a quote that never closes counts as an ordinary character."""
    pieces: list[str] = []
    start = 0
    quoted = False
    for match in re.finditer(r'\\.|"|' + re.escape(separator), text, re.DOTALL):
        if match[0] == '"':
            quoted = not quoted
        elif match[0] == separator and not quoted:
            pieces.append(text[start : match.start()])
            start = match.end()
    return text.split(separator) if quoted else [*pieces, text[start:]]


def _unquoted(content: str) -> str:
    content = content.strip()
    if content[:1] == '"':
        content = content[1:].removesuffix('"')
        return re.sub(r"\\(.)", r"\1", content)
    return content.rstrip('"')


def _joined(parts: list[tuple[int, bool, str]]) -> str:
    """The pieces of one parameter in order; the encoded ones share the charset that the first one names."""
    parts = sorted(parts, key=lambda part: part[0])
    if not any(encoded for _, encoded, _ in parts):
        return decode_words("".join(text for _, _, text in parts))
    charset = ""
    out = bytearray()
    for position, (_, encoded, text) in enumerate(parts):
        content = text
        if encoded and position == 0 and text.count("'") >= 2:
            charset, _, content = text.split("'", 2)
        out += unquote_to_bytes(content) if encoded else content.encode("utf-8", "replace")
    return decode_text(bytes(out), charset or "utf-8").text
