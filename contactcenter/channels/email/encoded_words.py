"""The text of header fields: encoded words (RFC 2047), also where they are not allowed, and raw 8-bit."""

import binascii
import re

from contactcenter.channels.email.charsets import decode_text, storable

_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*(?:\?(?!=)[^?]*){0,8})\?=")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")
_MAX_SEGMENTS = 1_000


def header_text(value: bytes) -> str:
    """A field's value as a person reads it."""
    return decode_words(raw_text(value))


def raw_text(value: bytes) -> str:
    """A field's value before its encoded words are decoded."""
    return storable(value.decode("ascii")) if value.isascii() else decode_text(value, None).text


def decode_words(text: str) -> str:
    """Neighbours in one charset are joined as bytes first: some senders cut in the middle of a character."""
    if "=?" not in text:
        return text
    out: list[str] = []
    run = bytearray()
    charset = ""
    position = 0
    for match in _WORD.finditer(text):
        between = text[position : match.start()]
        label = match[1].split("*", 1)[0].lower()
        if run and (between.strip() or label != charset):
            out.append(decode_text(bytes(run), charset).text)
            run.clear()
        if between.strip() or position == 0:
            out.append(between)  # blanks between two encoded words belong to neither
        run += _word_bytes(match[2], match[3])
        charset = label
        position = match.end()
    if run:
        out.append(decode_text(bytes(run), charset).text)
    return storable("".join(out) + text[position:])


def _word_bytes(encoding: str, payload: str) -> bytes:
    raw = payload.encode("utf-8", "replace")
    if encoding in "bB":
        return lenient_base64(raw)
    return binascii.a2b_qp(raw, header=True)


def lenient_base64(raw: bytes) -> bytes:
    """Everything that can be decoded: line breaks and strange characters are skipped, padded pieces are joined.

    What follows the padding and is plainly no base64, such as the footer of a mailing list, ends it.
    """
    out: list[bytes] = []
    for segment in raw.split(b"=", _MAX_SEGMENTS):
        if out and b" " in segment.strip():
            break
        out.append(_unpadded(_NOT_BASE64.sub(b"", segment)))
    return b"".join(out)


def _unpadded(segment: bytes) -> bytes:
    usable = segment[:-1] if len(segment) % 4 == 1 else segment
    return binascii.a2b_base64(usable + b"=" * (-len(usable) % 4))
