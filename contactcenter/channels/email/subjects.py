"""Subjects: what is left of one without the prefixes of answering and forwarding, and the subject of our answer."""

import re

from contactcenter.channels.email.charsets import single_line

MAX_SUBJECT = 500
_MAX_PREFIXES = 20
# How mail programs of many languages mark an answer or a forwarded mail.
_ANSWER = "re|aw|sv|vs|antw|antwort|rif|r|res|ref|odp|ynt|vá|отв|ответ|答复|答覆|回复|回覆|回信|返信|回|답장|回复|自动回复|自動回覆"
_FORWARD = "fwd|fw|wg|tr|rv|enc|i|vs|doorst|vb|pd|pr|ilt|vl|továbbítás|转发|轉寄|轉發|转寄|転送|전달|trs"
_TOKEN = re.compile(r"\[#\d{1,18}-[a-z2-7]{2}\]", re.IGNORECASE)
_PREFIX = re.compile(
    rf"\s*(?:{_ANSWER}|{_FORWARD})\s{{0,3}}(?:\[\d{{1,3}}\]|\(\d{{1,3}}\)|\^\d{{1,3}})?\s{{0,3}}[:：]", re.IGNORECASE
)


def base_subject(subject: str) -> str:
    """The subject without any number of `Re:`, `AW:`, `回复：` in front of it, and without our token."""
    return " ".join(_TOKEN.sub(" ", _without_prefixes(subject)).split())


def reply_subject(subject: str, token: str = "") -> str:
    """The subject of an answer: one `Re:`, what the customer called it, and our token unless it is there already."""
    base = _without_prefixes(subject)[:MAX_SUBJECT]
    ending = token if token and token.lower() not in base.lower() else ""
    return " ".join(piece for piece in ("Re:", base, ending) if piece).strip()


def _without_prefixes(subject: str) -> str:
    rest = single_line(subject)
    for _ in range(_MAX_PREFIXES):
        match = _PREFIX.match(rest)
        if match is None:
            break
        rest = rest[match.end() :].lstrip()
    return rest
