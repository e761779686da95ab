"""Bytes as they travel in a mail: the plainest transfer encoding that no server on the way will change."""

import base64
import binascii
import re

_MAX_PLAIN_LINE = 900
_UNSAFE = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]|[ \t](?:\n|\Z)")


def transfer_encoded(raw: bytes) -> tuple[str, bytes]:
    """The name of the encoding, and the text with CRLF line ends in it."""
    lines = raw.split(b"\n")
    plain = raw.isascii() and all(len(line) <= _MAX_PLAIN_LINE and not line.startswith(b"From ") for line in lines)
    if plain and not _UNSAFE.search(raw):
        return "7bit", raw.replace(b"\n", b"\r\n")
    foreign = len(raw) - len(raw.translate(None, bytes(range(128, 256))))
    if foreign * 6 > len(raw):
        return "base64", base64_lines(raw.replace(b"\n", b"\r\n"))
    # A line `From ...` would be changed on the way by hosts that keep mail in mbox files.
    encoded = binascii.b2a_qp(raw, quotetabs=False, istext=True)
    return "quoted-printable", re.sub(rb"(?m)^From ", b"=46rom ", encoded).replace(b"\n", b"\r\n")


def base64_lines(raw: bytes) -> bytes:
    encoded = base64.b64encode(raw)
    return b"".join(encoded[start : start + 76] + b"\r\n" for start in range(0, len(encoded), 76))
