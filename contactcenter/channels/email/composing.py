"""Writing an answer as the bytes of a mail: the same call gives the same bytes, so that a retry sends the same mail."""

import base64
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from contactcenter.channels.email.addresses import Address, normal_address
from contactcenter.channels.email.charsets import single_line, storable
from contactcenter.channels.email.subjects import reply_subject
from contactcenter.channels.email.transfer import base64_lines, transfer_encoded

MAX_REFERENCES = 20
"""The newest ids that are repeated, beside the first one."""

_WORD_BYTES = 42
"""An encoded word must stay under 76 characters: `=?utf-8?B?` and `?=` leave 63 for base64, which are 45 bytes; 42 are safe."""

_ID = re.compile(r"<[!-;=?-~]{1,900}>")
_PLAIN = re.compile(r"[ -~]*")
_BREAKS = re.compile("[\r\n\x00]")
_LINE_ENDS = re.compile(r"\r\n?")
_ATTRIBUTIONS = {
    "en": "On {date}, {sender} wrote:",
    "zh-Hans": "在 {date}，{sender} 写道：",
    "zh-Hant": "在 {date}，{sender} 寫道：",
}


class Unsendable(ValueError):  # noqa: N818 - what is wrong with the mail, said to the person who wrote it
    """Why a mail cannot go out as it is, and what to change."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """The mail that is answered, shown below the answer."""

    sender: str
    date: str
    """As the customer should read it, in their language and zone; it should hold figures, so that others can fold it."""
    text: str
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Enclosure:
    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class OutgoingReply:
    sender: Address
    """The queue's address and the name it writes under."""
    to: tuple[Address, ...]
    subject: str
    """Of the newest customer mail, with or without its prefixes."""
    text: str
    message_id: str
    """Fixed before the first try."""
    date: datetime
    cc: tuple[Address, ...] = ()
    reply_to: str | None = None
    """The case address, when the mailbox has such addresses."""
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    """Oldest first; the mail that is answered is added by itself."""
    subject_token: str = ""
    quoted: Quoted | None = None
    enclosures: tuple[Enclosure, ...] = ()
    auto_submitted: str | None = None
    """`auto-replied` or `auto-generated` when no person wrote this."""
    loop_mark: str | None = None


def compose(reply: OutgoingReply) -> bytes:
    """The mail, ready for SMTP: CRLF line ends, ASCII header, no line longer than the protocol allows."""
    if not reply.to:
        raise Unsendable("The mail has no recipient. Name at least one address in To.")
    header = [f"{name}: {value}" for name, value in _header(reply)]
    kind, body = _body(reply)
    return "\r\n".join((*header, *kind, "", "")).encode("ascii") + body


def envelope_recipients(reply: OutgoingReply) -> tuple[str, ...]:
    """Whom SMTP is told to deliver to: every address once, in the ASCII form that servers accept."""
    return tuple(dict.fromkeys(_address("To", one.address) for one in (*reply.to, *reply.cc)))


def quoted_text(quoted: Quoted) -> str:
    """The line that says who wrote what follows, and every line of it marked."""
    attribution = _ATTRIBUTIONS.get(quoted.language, _ATTRIBUTIONS["en"])
    first = attribution.format(date=single_line(quoted.date), sender=single_line(quoted.sender))
    lines = _normal(quoted.text).strip("\n").split("\n")
    marked = [(">" if line.startswith(">") else "> ") + line if line else ">" for line in lines]
    return "\n".join((first, "", *marked))


def header_value(name: str, value: str) -> str:
    """The only way into a header: a line break in a value would begin a header of the attacker's choice."""
    if _BREAKS.search(value):
        raise Unsendable(f"{name} must be one line: remove the line break or the NUL character in it.")
    return storable(value)


def _header(reply: OutgoingReply) -> Iterable[tuple[str, str]]:
    yield "From", _mailbox("From", reply.sender)
    yield "To", ",\r\n ".join(_mailbox("To", one) for one in reply.to)
    if reply.cc:
        yield "Cc", ",\r\n ".join(_mailbox("Cc", one) for one in reply.cc)
    if reply.reply_to:
        yield "Reply-To", _mailbox("Reply-To", Address(reply.reply_to))
    yield (
        "Subject",
        _unstructured(
            reply_subject(header_value("Subject", reply.subject), header_value("Subject", reply.subject_token))
        ),
    )
    yield "Date", format_datetime(reply.date)
    yield "Message-ID", _own_id(reply.message_id)
    if reply.in_reply_to and _ID.fullmatch(header_value("In-Reply-To", reply.in_reply_to)):
        yield "In-Reply-To", reply.in_reply_to
    references = _references(reply)
    if references:
        yield "References", "\r\n ".join(references)
    if reply.auto_submitted:
        yield "Auto-Submitted", _ascii("Auto-Submitted", reply.auto_submitted)
        yield "X-Auto-Response-Suppress", "All"
    if reply.loop_mark:
        yield "X-CC-Loop", _ascii("X-CC-Loop", reply.loop_mark)
    yield "MIME-Version", "1.0"


def _references(reply: OutgoingReply) -> list[str]:
    """The first id, which begins the thread, and the newest ones. Ids that no header can hold are left out."""
    given = [*reply.references, *((reply.in_reply_to,) if reply.in_reply_to else ())]
    newest_last = list(dict.fromkeys(reversed([one for one in given if _ID.fullmatch(one)])))[::-1]
    if len(newest_last) <= MAX_REFERENCES + 1:
        return newest_last
    return [newest_last[0], *newest_last[-MAX_REFERENCES:]]


def _own_id(message_id: str) -> str:
    if not _ID.fullmatch(message_id) or "@" not in message_id:
        raise Unsendable(f"{message_id[:80]!r} is no Message-ID: it must look like <left@right> and be ASCII.")
    return message_id


def _ascii(name: str, value: str) -> str:
    if not _PLAIN.fullmatch(header_value(name, value)):
        raise Unsendable(f"{name} may hold printable ASCII only.")
    return value


def _mailbox(name: str, mailbox: Address) -> str:
    address = _address(name, mailbox.address)
    display = single_line(header_value(name, mailbox.name))[:200]
    if not display:
        return address
    if _PLAIN.fullmatch(display) and "=?" not in display and len(display) < 60:
        escaped = display.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"\r\n <{address}>'
    return f"{_encoded_words(display)}\r\n <{address}>"


def _address(name: str, given: str) -> str:
    """The address in ASCII; a domain of other letters is written as DNS wants it."""
    address = normal_address(header_value(name, given))
    if address is None or "".join(given.split()) != given:
        raise Unsendable(f"{name} has no valid address in {given[:80]!r}.")
    local, _, domain = address.rpartition("@")
    try:
        domain = domain if domain.isascii() else domain.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise Unsendable(f"The domain of {given[:80]!r} cannot exist.") from error
    if not _PLAIN.fullmatch(local) or len(local) > 64 or len(domain) > 255:
        raise Unsendable(f"Mail servers do not accept the address {given[:80]!r}.")
    return f"{local}@{domain}"


def _unstructured(text: str) -> str:
    """Plain when it fits on one line as it is, else encoded words that no server will break."""
    if _PLAIN.fullmatch(text) and "=?" not in text and len(text) <= 60:
        return text
    return _encoded_words(text)


def _encoded_words(text: str) -> str:
    words: list[bytes] = [b""]
    for char in text:
        encoded = char.encode()
        if len(words[-1]) + len(encoded) > _WORD_BYTES:
            words.append(b"")
        words[-1] += encoded
    return "\r\n ".join(f"=?utf-8?B?{base64.b64encode(word).decode('ascii')}?=" for word in words)


def _body(reply: OutgoingReply) -> tuple[list[str], bytes]:
    text = _normal(reply.text).strip("\n")
    if reply.quoted is not None:
        text = f"{text}\n\n{quoted_text(reply.quoted)}"
    kind, body = _text_part(text + "\n")
    if not reply.enclosures:
        return kind, body
    boundary = "=_" + hashlib.sha256(reply.message_id.encode() + body).hexdigest()[:32]
    parts = [(kind, body), *(_enclosure(one) for one in reply.enclosures)]
    out = b"".join(
        f"--{boundary}\r\n".encode("ascii") + "\r\n".join((*head, "", "")).encode("ascii") + content + b"\r\n"
        for head, content in parts
    )
    return [f'Content-Type: multipart/mixed; boundary="{boundary}"'], out + f"--{boundary}--\r\n".encode("ascii")


def _text_part(text: str) -> tuple[list[str], bytes]:
    raw = text.encode()
    encoding, body = transfer_encoded(raw)
    charset = "us-ascii" if raw.isascii() else "utf-8"
    return [f"Content-Type: text/plain; charset={charset}", f"Content-Transfer-Encoding: {encoding}"], body


def _enclosure(enclosure: Enclosure) -> tuple[list[str], bytes]:
    kind = _ascii("Content-Type", enclosure.content_type)
    name = single_line(header_value("The file name", enclosure.name))[:150]
    escaped = "".join(
        chr(byte) if (chr(byte).isalnum() and byte < 128) or byte in b".-_" else f"%{byte:02X}"
        for byte in name.encode()
    )
    pieces = [escaped[start : start + 60] for start in range(0, len(escaped), 60)] or [""]
    continued = ";\r\n ".join(
        f"filename*{number}*={'utf-8' + chr(39) * 2 if number == 0 else ''}{piece}"
        for number, piece in enumerate(pieces)
    )
    head = [
        f"Content-Type: {kind}",
        "Content-Transfer-Encoding: base64",
        f"Content-Disposition: attachment;\r\n {continued}",
    ]
    return head, base64_lines(enclosure.content)


def _normal(text: str) -> str:
    return _LINE_ENDS.sub("\n", storable(text))
