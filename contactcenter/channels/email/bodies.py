"""What a mail says and carries: its text, its HTML and its attachments, chosen from the tree of parts."""

import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape

from contactcenter.channels.email.charsets import decode_text, single_line, storable
from contactcenter.channels.email.encoded_words import header_text, lenient_base64
from contactcenter.channels.email.html_text import text_of
from contactcenter.channels.email.mime import Part
from contactcenter.channels.email.parameters import parse_parameters

_NAME_LENGTH = 200
_PATH = re.compile(r"[/\\]")
# Characters that make a name look like another one: `invoice<RLO>fdp.exe` is shown as `invoiceexe.pdf`.
_DISGUISE = re.compile('[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff<>:"|?*]')
_TEXT_ENDS = re.compile(r"\r\n?")


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str | None
    """For showing only: without a path, control characters or disguises; never a place to store under."""
    content_type: str
    """What the sender declares; what it is must be read from the bytes."""
    content: bytes
    content_id: str | None = None
    inline: bool = False
    """Shown inside the HTML rather than listed below it."""


@dataclass(frozen=True, slots=True)
class Section:
    """One thing that the mail says, in the forms it came in."""

    text: str | None = None
    html: str | None = None


@dataclass(slots=True)
class Contents:
    sections: list[Section] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def text(self) -> str:
        """Every section's text, in order; what came only as HTML is turned into text."""
        return _joined(
            (section.text if section.text is not None else text_of(section.html or "")) for section in self.sections
        )

    def html(self) -> str | None:
        """Every section's HTML as the sender wrote it, or None when all is plain text. Never show it unsanitised."""
        if all(section.html is None for section in self.sections):
            return None
        forms = (
            section.html if section.html is not None else _as_html(section.text or "") for section in self.sections
        )
        return "\n".join(forms)


def contents_of(root: Part) -> Contents:
    contents = Contents()
    contents.sections = _sections(root, contents)
    return contents


def decoded_body(part: Part, problems: list[str]) -> bytes:
    """The part's bytes without their transfer encoding."""
    encoding = single_line(header_text(part.first("content-transfer-encoding") or b"7bit")).lower().strip("\"' ;")
    match encoding:
        case "base64":
            return lenient_base64(part.body)
        case "quoted-printable" | "quoted printable":
            return binascii.a2b_qp(part.body)
        case "7bit" | "8bit" | "binary" | "":
            return part.body
        case "x-uuencode" | "uuencode" | "x-uue":
            return _uudecoded(part.body)
        case _:
            problems.append(f"the transfer encoding {encoding[:40]} is unknown; the part is shown as it came")
            return part.body


def decoded_text(part: Part, problems: list[str]) -> str:
    decoded = decode_text(decoded_body(part, problems), part.content_type.parameter("charset"))
    if decoded.problem:
        problems.append(decoded.problem)
    return _TEXT_ENDS.sub("\n", decoded.text)


def _sections(part: Part, contents: Contents) -> list[Section]:
    inner = [section for child in part.parts for section in _sections(child, contents)]
    if part.content_type.main == "multipart":
        return _richest(inner) if part.content_type.sub == "alternative" else inner
    if not _is_body(part):
        contents.attachments.append(_attachment(part, contents.problems))
        return []
    text = decoded_text(part, contents.problems)
    return [Section(html=text)] if part.content_type.sub == "html" else [Section(text=text)]


def _richest(sections: list[Section]) -> list[Section]:
    """Alternatives say the same thing: the first text and the last HTML are its two forms."""
    texts = [section.text for section in sections if section.text is not None]
    htmls = [section.html for section in sections if section.html is not None]
    text = next((one for one in texts if one.strip()), texts[0] if texts else None)
    if text is not None and not text.strip() and htmls:
        text = None  # an empty plain part beside a full HTML part says nothing
    return [Section(text, htmls[-1] if htmls else None)] if sections else []


def _is_body(part: Part) -> bool:
    disposition, _ = parse_parameters(part.first("content-disposition") or b"")
    if part.content_type.main != "text" or part.content_type.sub not in {"plain", "html", "enriched"}:
        return False
    return disposition != "attachment" and _file_name(part) is None


def _attachment(part: Part, problems: list[str]) -> Attachment:
    disposition, _ = parse_parameters(part.first("content-disposition") or b"")
    content_id = single_line(header_text(part.first("content-id") or b"")).strip("<> ") or None
    name = _file_name(part)
    if name is None and str(part.content_type) == "message/rfc822":
        name = "message.eml"
    inline = disposition != "attachment" and content_id is not None
    return Attachment(name, str(part.content_type), decoded_body(part, problems), content_id, inline)


def _file_name(part: Part) -> str | None:
    _, parameters = parse_parameters(part.first("content-disposition") or b"")
    given = dict(parameters).get("filename") or part.content_type.parameter("name")
    return safe_name(given)


def safe_name(given: str) -> str | None:
    """The last part of the path, on one line, without characters that deceive the eye; None when nothing is left."""
    name = _DISGUISE.sub("", single_line(_PATH.split(storable(given))[-1])).strip(". ")
    if len(name) > _NAME_LENGTH:
        stem, dot, ending = name.rpartition(".")
        name = f"{stem[: _NAME_LENGTH - 20]}{dot}{ending[:19]}"
    return name or None


def _uudecoded(body: bytes) -> bytes:
    out = bytearray()
    for line in body.splitlines():
        if line.startswith((b"begin ", b"end")) or not line.strip():
            continue
        try:
            out += binascii.a2b_uu(line)
        except binascii.Error:
            break
    return bytes(out)


def _joined(texts: Iterable[str]) -> str:
    return "\n\n".join(stripped for text in texts if (stripped := text.strip("\n")).strip())


def _as_html(text: str) -> str:
    return f"<pre>{escape(text)}</pre>"
