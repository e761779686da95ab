"""Mails to ourselves: to somebody on call who is not at a screen. No case hangs on an answer to them."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from contactcenter.channels.email.addresses import Address
from contactcenter.channels.email.composing import OutgoingReply, compose
from contactcenter.channels.email.mailbox import Mailbox
from contactcenter.channels.email.parsing import ParsedMail

_MARK = "notice-"


@dataclass(frozen=True, slots=True)
class ToStaff:
    to: str
    subject: str
    text: str
    key: str
    at: datetime


def mail(mailbox: Mailbox, told: ToStaff) -> bytes:
    """The same every time, so that a repetition is recognised by its Message-ID."""
    mark = sha256(f"{told.key}:{told.to}".encode()).hexdigest()[:32]
    return compose(
        OutgoingReply(
            sender=Address(mailbox.address, ""),
            to=(Address(told.to, ""),),
            subject=told.subject,
            text=told.text,
            message_id=f"<{_MARK}{mark}@{mailbox.domain}>",
            date=told.at,
            auto_submitted="auto-generated",
        )
    )


def is_answer_to_notice(received: ParsedMail, mailbox: Mailbox) -> bool:
    """Whether a mail answers one of these, as an automatic reply or a bounce of it does."""
    answered = (*received.in_reply_to, *received.references, *received.returned_ids)
    return any(one.startswith(f"<{_MARK}") and one.endswith(f"@{mailbox.domain}>") for one in answered)
