"""Reading delivery reports: who did not get our mail, why, and whether trying again makes sense."""

import re
from dataclasses import dataclass
from enum import StrEnum

from contactcenter.channels.email.addresses import normal_address
from contactcenter.channels.email.charsets import single_line
from contactcenter.channels.email.parsing import ParsedMail

MAX_RECIPIENTS = 100
_SEARCHED = 20_000
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")

# Class 5 is not enough to call an address dead: full mailboxes, filters and relays answer with it too. So the words
# decide first. What speaks of the mail or of the moment is soft, even beside words that sound final.
_SOFT_WORDS = (
    "quota|mailbox (?:is )?full|over ?limit|insufficient (?:system )?storage|spam|blocked|black ?list|block ?list|policy|"
    "reputation|rejected for|content|virus|relay|authenticat|spf|dkim|dmarc|too large|size limit|exceeds|rate limit|"
    "try again|temporar|timed? ?out|timeout|deferred|grey ?list|throttl|too many|loop|out of memory|disk full"
)
_HARD_WORDS = (
    "user unknown|unknown user|no such (?:user|recipient|mailbox|address|person)|does ?n[o']t exist|not exist|"
    "unknown (?:recipient|address|mailbox|local)|invalid (?:recipient|mailbox|address|user)|recipient (?:not found|unknown)|"
    "user (?:not found|doesn't have)|mailbox (?:not found|unavailable|disabled|does not)|account (?:is |has been )?(?:disabled|"
    "inactive|closed|suspended)|no mailbox|not a valid|no longer (?:active|valid|available|works|at)|has moved|"
    "host (?:not found|unknown)|unknown host|domain (?:not found|does not)|name or service not known|unrouteable|"
    "address rejected|nxdomain|bad destination|用户不存在|收件人不存在|地址不存在|使用者不存在"
)
_SOFT = re.compile(_SOFT_WORDS, re.IGNORECASE)
_HARD = re.compile(_HARD_WORDS, re.IGNORECASE)
_HARD_CODES = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1", "5.4.4", "5.0.350"})


class Delivery(StrEnum):
    HARD = "hard"
    SOFT = "soft"
    DELAYED = "delayed"
    DELIVERED = "delivered"


@dataclass(frozen=True, slots=True)
class FailedRecipient:
    address: str
    delivery: Delivery
    status: str
    diagnostic: str
    """In the words of the other host: for the agent to read."""


def read_recipients(parsed: ParsedMail) -> tuple[FailedRecipient, ...]:
    """What the report says about each recipient, by its machine-readable part."""
    found = []
    for group in re.split(r"\n[ \t]*\n", parsed.delivery_status)[: MAX_RECIPIENTS + 1]:
        fields = _fields(group)
        address = _recipient(fields)
        if address is not None:
            status = fields.get("status", "")
            diagnostic = single_line(
                fields.get("diagnostic-code", "").partition(";")[2] or fields.get("diagnostic-code", "")
            )
            delivery = _delivery(fields.get("action", ""), status, diagnostic)
            found.append(FailedRecipient(address, delivery, single_line(status)[:20], diagnostic[:1_000]))
    return tuple(found)


def delivery_of(parsed: ParsedMail) -> Delivery:
    """What the whole report says: the worst of its recipients, or its text when it has no machine-readable part."""
    said = {recipient.delivery for recipient in read_recipients(parsed)}
    for delivery in (Delivery.HARD, Delivery.SOFT, Delivery.DELAYED, Delivery.DELIVERED):
        if delivery in said:
            return delivery
    text = f"{parsed.subject}\n{parsed.delivery_status}\n{parsed.text[:_SEARCHED]}"
    if re.search(r"delayed|still being retried|will (?:be retried|keep trying)", text, re.IGNORECASE):
        return Delivery.DELAYED
    # A whole mail speaks of much: words of a lasting failure say more here than words of a passing one.
    return Delivery.HARD if _HARD.search(text) or _code(text) in _HARD_CODES else Delivery.SOFT


def _fields(group: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    name = ""
    for line in group.split("\n")[:100]:
        if line[:1] in {" ", "\t"} and name:
            fields[name] += " " + line.strip()
        else:
            name, _, value = line.partition(":")
            name = name.strip().lower()
            fields.setdefault(name, value.strip())
    return fields


def _recipient(fields: dict[str, str]) -> str | None:
    for name in ("final-recipient", "original-recipient"):
        value = fields.get(name, "")
        address = normal_address(value.rpartition(";")[2])
        if address is not None:
            return address
    return None


def _delivery(action: str, status: str, diagnostic: str) -> Delivery:
    match action.partition("(")[0].strip().lower():
        case "delayed":
            return Delivery.DELAYED
        case "delivered" | "relayed" | "expanded":
            return Delivery.DELIVERED
        case _:
            return _by_reason(_code(status) or _code(diagnostic), diagnostic)


def _code(text: str) -> str:
    match = _STATUS.search(text)
    return match[0] if match else ""


def _by_reason(code: str, words: str) -> Delivery:
    if code.startswith("4.") or _SOFT.search(words):
        return Delivery.SOFT
    return Delivery.HARD if code in _HARD_CODES or _HARD.search(words) else Delivery.SOFT
