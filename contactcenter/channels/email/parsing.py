"""From the raw bytes of a mail to what it says: a pure function that understands or gives a reason, and never fails otherwise."""

import re
from dataclasses import dataclass

from contactcenter.channels.email.addresses import Address, normal_address, parse_addresses
from contactcenter.channels.email.bodies import Attachment, contents_of, decoded_body, decoded_text
from contactcenter.channels.email.charsets import single_line, storable
from contactcenter.channels.email.encoded_words import header_text
from contactcenter.channels.email.html_tokens import words
from contactcenter.channels.email.mime import MAX_BYTES, Field, Part, Unreadable, read_tree

__all__ = ["MAX_BYTES", "Address", "Attachment", "ParsedMail", "Unreadable", "parse", "read"]

MAX_IDS = 10_000
_MAX_REPORT = 65_536
_ID = re.compile(r"<([^<>]{1,998})>")
# What classification and trust look at. Everything else is dropped here, so that no header of ours can be smuggled in.
KEPT_HEADERS = words(
    "auto-submitted precedence x-autoreply x-autorespond x-autoresponder x-auto-response-suppress list-id list-unsubscribe "
    "return-path sender x-cc-loop x-failed-recipients x-mailer user-agent authentication-results received-spf importance "
    "x-priority content-language"
)


@dataclass(frozen=True, slots=True)
class ParsedMail:
    """What a mail says. Every text can be stored as UTF-8 and has no NUL; ids stand in angle brackets."""

    message_id: str | None
    subject: str
    from_address: str
    from_name: str
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    delivered_to: tuple[str, ...]
    """Delivered-To and X-Original-To: where our host put the mail, which an alias in To may hide."""
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    """Newest first."""
    date_text: str
    text: str
    html: str | None
    """As the sender wrote it: only for `safe_html`."""
    attachments: tuple[Attachment, ...]
    headers: tuple[tuple[str, str], ...]
    """The kept header fields by lower-case name, in their order in the mail."""
    content_type: str
    report_type: str
    delivery_status: str
    """The machine-readable part of a delivery report; empty in other mail."""
    returned_ids: tuple[str, ...]
    """Message-IDs of the mail that a report brings back."""
    calendar_method: str
    problems: tuple[str, ...]

    def header(self, name: str) -> str | None:
        """The first field of that name; an empty one is not the same as a missing one."""
        return next((value for key, value in self.headers if key == name), None)


def parse(raw: bytes) -> ParsedMail:
    """The mail, or Unreadable with the reason when it is none, has no sender or breaks a limit."""
    mail = read(raw)
    if not mail.from_address:
        raise Unreadable("The mail does not say who sent it: From has no address in it, and neither has Sender.")
    return mail


def read(raw: bytes) -> ParsedMail:
    """As `parse`, but a mail without a sender is let through with an empty `from_address`."""
    root, problems = read_tree(raw)
    contents = contents_of(root)
    notes = [*problems, *contents.problems]
    sender = _sender(root, notes)
    report = _report(root)
    return ParsedMail(
        message_id=next(iter(_ids(root, "message-id")), None),
        subject=single_line(_text(root, "subject")),
        from_address=sender.address,
        from_name=sender.name,
        reply_to=_addresses(root, "reply-to"),
        to=_addresses(root, "to"),
        cc=_addresses(root, "cc"),
        delivered_to=tuple(one.address for name in ("delivered-to", "x-original-to") for one in _addresses(root, name)),
        in_reply_to=_ids(root, "in-reply-to"),
        references=_ids(root, "references")[::-1][:MAX_IDS],
        date_text=single_line(_text(root, "date"))[:200],
        text=contents.text(),
        html=contents.html(),
        attachments=tuple(contents.attachments),
        headers=_kept(root),
        content_type=str(root.content_type),
        report_type=single_line(root.content_type.parameter("report-type")).lower(),
        delivery_status=report.status,
        returned_ids=report.returned_ids,
        calendar_method=_calendar_method(root),
        problems=tuple(dict.fromkeys(storable(note) for note in notes)),
    )


def _text(part: Part, name: str) -> str:
    return header_text(part.first(name) or b"")


def _sender(root: Part, notes: list[str]) -> Address:
    """The first address of the first From. Reply-To never counts: it says where an answer goes, not who wrote."""
    if sum(field.name == "from" for field in root.fields) > 1:
        notes.append("the mail has more than one From; the first counts")
    for name in ("from", "sender"):
        found = next(iter(_addresses(root, name)), None)
        if found is not None:
            if name == "sender":
                notes.append("From has no address; Sender is used instead")
            return found
    return Address("", single_line(_text(root, "from"))[:200])


def _addresses(root: Part, name: str) -> tuple[Address, ...]:
    return tuple(one for field in root.fields if field.name == name for one in parse_addresses(field.value))


def _ids(part: Part, name: str) -> tuple[str, ...]:
    """The ids in a field, in order. Without angle brackets, whatever looks like an id counts."""
    text = storable(" ".join(header_text(field.value) for field in part.fields if field.name == name))
    found = ["".join(match[1].split()) for match in _ID.finditer(text)]
    if not found:
        found = [word.strip("<>") for word in text.split() if "@" in word and len(word) < 998]
    if not found and name == "message-id":
        found = text.split()[:1]
    return tuple(dict.fromkeys(f"<{one}>" for one in found if one))


def _kept(root: Part) -> tuple[tuple[str, str], ...]:
    return tuple((field.name, single_line(_field_text(field))) for field in root.fields if field.name in KEPT_HEADERS)


def _field_text(field: Field) -> str:
    return header_text(field.value)


@dataclass(frozen=True, slots=True)
class _Report:
    status: str = ""
    returned_ids: tuple[str, ...] = ()


def _report(root: Part) -> _Report:
    """The status fields of a delivery report, and which of our mails it speaks about."""
    status = ""
    returned: list[str] = []
    for part in root.walk():
        match str(part.content_type):
            case "message/delivery-status" | "message/global-delivery-status":
                status = status or decoded_text(part, [])[:_MAX_REPORT]
            case "message/rfc822" | "text/rfc822-headers" | "message/rfc822-headers" | "message/global":
                returned += _returned_ids(part)
            case _:
                pass
    return _Report(status, tuple(dict.fromkeys(returned)))


def _returned_ids(part: Part) -> tuple[str, ...]:
    head = decoded_body(part, [])[:_MAX_REPORT]
    try:
        inner, _ = read_tree(head)
    except Unreadable:
        return ()
    return _ids(inner, "message-id")


def _calendar_method(root: Part) -> str:
    kinds = (part.content_type for part in root.walk() if str(part.content_type) == "text/calendar")
    return next((single_line(kind.parameter("method")).upper()[:20] for kind in kinds), "")


def return_path(mail: ParsedMail) -> str | None:
    """The envelope sender: None when our host did not note it, empty for the null sender of reports."""
    value = mail.header("return-path")
    return None if value is None else normal_address(value.strip()) or ""
