"""The keys by which an answer finds its case: signed addresses, our own Message-IDs, and the token in the subject.

A key joins a mail to a case; it proves nothing about who wrote it and must never show the case to anyone.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from contactcenter.channels.email.parsing import ParsedMail

MAC_LENGTH = 10
CHECK_LENGTH = 2
MAX_FOREIGN_IDS = 100
"""How many ids are offered for looking up; the newest come first."""

_MESSAGE_ID = re.compile(r"<c\.(\d{1,18})\.(\d{1,18})\.([a-z2-7]{10})@([^<>@\s]{1,255})>")
_CASE_ADDRESS = re.compile(r"([^@+]{1,64})\+c\.(\d{1,18})\.([a-z2-7]{10})@([^@]{1,255})")
_SUBJECT_TOKEN = re.compile(r"\[#(\d{1,18})-([a-z2-7]{2})\]")
_LOOP_MARK = re.compile(r"(\d{1,18})\.([a-z2-7]{10})")


class KeyKind(StrEnum):
    """In the order in which they count. A known foreign Message-ID counts after `message_id` and before `subject`."""

    ADDRESS = "address"
    MESSAGE_ID = "message_id"
    RETURNED = "returned"
    """Our Message-ID inside a delivery report: the report is about that message."""
    SUBJECT = "subject"
    """Only a hint: it joins a mail only when its sender already takes part in the case."""


@dataclass(frozen=True, slots=True)
class Keys:
    current: bytes
    previous: bytes | None = None
    """Still believed while keys are changed, never used for new ones."""


@dataclass(frozen=True, slots=True)
class ThreadKey:
    kind: KeyKind
    case_id: int
    entry_id: int | None = None
    matched: str = ""
    """The text that matched, for the person who asks why the mail is here."""


@dataclass(frozen=True, slots=True)
class KeySearch:
    key: ThreadKey | None
    forged: int
    """How many looked like ours and were not: worth counting, never worth believing."""


def make_message_id(keys: Keys, case_id: int, entry_id: int, domain: str) -> str:
    return f"<c.{case_id}.{entry_id}.{_mac(keys.current, 'message', case_id, entry_id, domain)}@{domain.lower()}>"


def make_case_address(keys: Keys, case_id: int, mailbox: str) -> str:
    """The address under which this mailbox receives answers to this case."""
    local, _, domain = mailbox.lower().partition("@")
    return f"{local}+c.{case_id}.{_mac(keys.current, 'address', case_id, local, domain)}@{domain}"


def make_subject_token(keys: Keys, case_id: int, domain: str) -> str:
    return f"[#{case_id}-{_mac(keys.current, 'subject', case_id, domain)[:CHECK_LENGTH]}]"


def make_loop_mark(keys: Keys, case_id: int, domain: str) -> str:
    """The value of our loop header: mail that comes back with it was written by us."""
    return f"{case_id}.{_mac(keys.current, 'loop', case_id, domain)}"


def find_key(parsed: ParsedMail, keys: Keys, domain: str) -> ThreadKey | None:
    return search_keys(parsed, keys, domain).key


def search_keys(parsed: ParsedMail, keys: Keys, domain: str) -> KeySearch:
    """The best key in the mail. Work grows with the length of its headers, however many keys they hold."""
    forged = 0
    for kind, candidate in _candidates(parsed):
        found = _read(kind, candidate, keys, domain)
        if isinstance(found, ThreadKey):
            return KeySearch(found, forged)
        forged += found
    return KeySearch(None, forged)


def foreign_ids(parsed: ParsedMail) -> tuple[str, ...]:
    """The ids that this mail answers to, best first, for looking them up among the mails of the same mailbox."""
    return tuple(dict.fromkeys((*parsed.in_reply_to, *parsed.references)))[:MAX_FOREIGN_IDS]


def is_our_own(parsed: ParsedMail, keys: Keys, domain: str) -> bool:
    """Whether we sent this mail ourselves, so that it must have come back in a loop."""
    match = _MESSAGE_ID.fullmatch((parsed.message_id or "").lower())
    if match and _is_message_id(match, keys, domain):
        return True
    mark = _LOOP_MARK.fullmatch((parsed.header("x-cc-loop") or "").lower())
    return mark is not None and _is_valid(mark[2], keys, "loop", int(mark[1]), domain)


def _candidates(parsed: ParsedMail) -> Iterable[tuple[KeyKind, str]]:
    for address in (*parsed.delivered_to, *(one.address for one in (*parsed.to, *parsed.cc))):
        yield KeyKind.ADDRESS, address
    for message_id in (*parsed.in_reply_to, *parsed.references):
        yield KeyKind.MESSAGE_ID, message_id
    for message_id in parsed.returned_ids:
        yield KeyKind.RETURNED, message_id
    for match in _SUBJECT_TOKEN.finditer(parsed.subject.lower()):
        yield KeyKind.SUBJECT, match[0]


def _read(kind: KeyKind, candidate: str, keys: Keys, domain: str) -> ThreadKey | bool:
    """The key, or whether it looked like one of ours without being valid."""
    text = candidate.lower()  # hosts and people change the case of addresses and subjects
    match kind:
        case KeyKind.ADDRESS:
            found = _CASE_ADDRESS.fullmatch(text)
            if found is None or found[4] != domain.lower():
                return False
            valid = _is_valid(found[3], keys, "address", int(found[2]), found[1], domain)
            return ThreadKey(kind, int(found[2]), None, candidate) if valid else True
        case KeyKind.MESSAGE_ID | KeyKind.RETURNED:
            found = _MESSAGE_ID.fullmatch(text)
            if found is None or found[4] != domain.lower():
                return False
            valid = _is_message_id(found, keys, domain)
            return ThreadKey(kind, int(found[1]), int(found[2]), candidate) if valid else True
        case KeyKind.SUBJECT:
            found = _SUBJECT_TOKEN.fullmatch(text)
            valid = found is not None and _is_valid(found[2], keys, "subject", int(found[1]), domain)
            return ThreadKey(kind, int(found[1]), None, candidate) if found and valid else True


def _is_message_id(match: re.Match[str], keys: Keys, domain: str) -> bool:
    return match[4] == domain.lower() and _is_valid(match[3], keys, "message", int(match[1]), int(match[2]), domain)


def _is_valid(given: str, keys: Keys, *said: str | int) -> bool:
    """Compared with both keys in constant time, so that trying out teaches nothing."""
    expected = [_mac(key, *said)[: len(given)] for key in (keys.current, keys.previous) if key is not None]
    return any([hmac.compare_digest(given, one) for one in expected])  # noqa: C419 - every key is compared, always


def _mac(key: bytes, *said: str | int) -> str:
    message = "\x00".join(str(one).lower() for one in said).encode()
    digest = hmac.new(key, message, hashlib.sha256).digest()
    return base64.b32encode(digest).decode("ascii").lower()[:MAC_LENGTH]
