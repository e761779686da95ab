"""Addresses in header fields, read in one pass however they are written."""

import re
from dataclasses import dataclass, field

from contactcenter.channels.email.charsets import single_line
from contactcenter.channels.email.encoded_words import decode_words, raw_text

MAX_ADDRESSES = 500
MAX_ADDRESS_LENGTH = 320
_NAME_LENGTH = 200
_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"|\\.|[()<>,;:"]|[^()<>,;:"\\]+', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)")
_BAD = re.compile(r"[\s<>(),;:\"\\\x00-\x1f\x7f\ufffd]")


@dataclass(frozen=True, slots=True)
class Address:
    address: str
    name: str = ""


@dataclass(slots=True)
class _Mailbox:
    """What has been read of one mailbox so far."""

    words: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    angle: list[str] | None = None
    """What stands between the angle brackets; a list while they are open."""
    bracketed: str | None = None
    has_at: bool = False


def parse_addresses(value: bytes) -> tuple[Address, ...]:
    """The mailboxes of an address field in order. Groups are opened up; what has no address in it is left out."""
    text = raw_text(value)
    found = _mailboxes(text)
    if not found and "=?" in text:
        found = _mailboxes(decode_words(text))  # some senders encode the address along with the name
    return tuple(found[:MAX_ADDRESSES])


def normal_address(text: str) -> str | None:
    """The address with its domain in lower case, or None when it is none."""
    address = "".join(text.split()).strip("'<>")
    local, at, domain = address.rpartition("@")
    if not (at and local and domain) or len(address) > MAX_ADDRESS_LENGTH:
        return None
    if local[:1] == '"' and local[-1:] == '"' and len(local) > 2:
        local = _ESCAPED.sub(r"\1", local[1:-1])
    if _BAD.search(local) or _BAD.search(domain) or "@" in local or "@" in domain:
        return None
    return f"{local}@{domain.lower().rstrip('.')}"


def _mailboxes(text: str) -> list[Address]:
    found: list[Address] = []
    current = _Mailbox()
    depth = 0
    for piece in _PIECE.findall(text):
        if piece == "(":
            depth += 1
        elif depth:
            depth -= piece == ")"
            current.comments.append("" if piece == ")" else piece)
        elif piece in {",", ";"} and current.angle is None:
            _finish(current, found)
            current = _Mailbox()
        else:
            _take(current, piece)
        if len(found) >= MAX_ADDRESSES:
            return found
    _finish(current, found)
    return found


def _take(current: _Mailbox, piece: str) -> None:
    if piece == "<":
        current.angle = []
    elif current.angle is not None:
        if piece == ">":
            current.bracketed = current.bracketed or "".join(current.angle)
            current.angle = None
        else:
            current.angle.append(piece)
    elif piece == ":" and not current.has_at:
        current.words.clear()  # that was the name of a group
    else:
        current.words.append(piece)
        current.has_at = current.has_at or "@" in piece


def _finish(current: _Mailbox, found: list[Address]) -> None:
    words = "".join(current.words)
    bracketed = current.bracketed or "".join(current.angle or ())
    address = normal_address(bracketed.rpartition(":")[2])
    name = _name(words) or _name("".join(current.comments))
    if address is None:
        address = _last_word_address(words) or normal_address(words)
        name = _name("".join(current.comments))
    if address is not None:
        found.append(Address(address, "" if name.lower() == address.lower() else name))


def _last_word_address(text: str) -> str | None:
    """`Name name@example.com` without angle brackets is not allowed and still written."""
    return next((found for word in reversed(text.split()[-8:]) if (found := normal_address(word)) is not None), None)


def _name(text: str) -> str:
    text = text.strip()
    if text[:1] == '"' and text[-1:] == '"' and len(text) > 1:
        text = text[1:-1]
    return single_line(decode_words(_ESCAPED.sub(r"\1", text)))[:_NAME_LENGTH].strip("\"' ")
