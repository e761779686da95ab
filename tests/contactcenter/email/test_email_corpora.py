"""Real mail of many programs: everything can be read or says why not, and the visible reply is found in most."""

import json
import os
import re
from pathlib import Path

import pytest

from contactcenter.channels.email.automatic import MailKind, classify
from contactcenter.channels.email.html import safe_html
from contactcenter.channels.email.parsing import ParsedMail, Unreadable, parse, read
from contactcenter.channels.email.visible_reply import visible_reply

BESIDE_THE_CHECKOUT = Path(__file__).resolve().parents[4] / "shared" / "corpora"
CORPORA = Path(os.environ.get("CORPORA_DIR", BESIDE_THE_CHECKOUT))  # where test data lies is no setting of the program
pytestmark = pytest.mark.skipif(
    not (CORPORA / "email" / "mime" / "index.json").is_file(),
    reason=f"The mail collection is not at {CORPORA}; set CORPORA_DIR to its folder.",
)

REPLY_FLOOR = 0.93
COVERING_FLOOR = 0.85


def cases(part: str) -> list[dict]:
    return json.loads((CORPORA / "email" / part / "index.json").read_text("utf-8"))["cases"]


def content(part: str, case: dict) -> bytes:
    return (CORPORA / "email" / part / case["file"]).read_bytes()


def parsed_or_reason(raw: bytes) -> ParsedMail | str:
    try:
        return parse(raw)
    except Unreadable as unreadable:
        return str(unreadable)


def squeezed(text: str | None) -> str:
    return "".join((text or "").replace("\0", "").split())


def test_every_mail_is_read_or_refused_with_a_reason_and_can_be_stored():
    for case in cases("mime"):
        parsed = parsed_or_reason(content("mime", case))
        if isinstance(parsed, str):
            assert re.search(r"\w+ \w+", parsed), case["id"]
            continue
        for text in (
            parsed.subject,
            parsed.from_name,
            parsed.text,
            parsed.html or "",
            safe_html(parsed.html or "") or "",
        ):
            assert "\0" not in text, case["id"]
            assert text.encode("utf-8").decode("utf-8") == text, case["id"]


@pytest.mark.parametrize(
    ("stated", "read_as"),
    [
        ("subject", lambda mail: mail.subject),
        ("from_display_name", lambda mail: mail.from_name),
        ("message_id", lambda mail: (mail.message_id or "").strip("<>")),
    ],
)
def test_stated_headers_are_read_exactly(stated, read_as):
    wrong = []
    for case in cases("mime"):
        expected = case["expected"].get(stated)
        mail = read(content("mime", case))
        if expected is not None and mail.from_address and squeezed(read_as(mail)) != squeezed(expected):
            wrong.append(case["id"])
    assert wrong == []


def test_the_first_thing_a_mail_says_comes_first():
    """Of several text parts the collection states only the first; ours are joined. Broken boundaries are not judged."""
    judged = [case for case in cases("mime") if case["expected"].get("text") and "malformed" not in case["tags"]]
    wrong = [
        case["id"]
        for case in judged
        if not squeezed(read(content("mime", case)).text).startswith(squeezed(case["expected"]["text"]))
    ]
    assert wrong == []


def test_delivery_reports_are_recognised():
    for case in cases("bounce"):
        kind = classify(read(content("bounce", case))).kind
        assert kind in {MailKind.DSN_HARD, MailKind.DSN_SOFT, MailKind.DELAYED}, case["id"]


def is_right(case: dict, visible: str) -> bool:
    expected = case["expected"]
    if expected["text"] is not None:
        return squeezed(visible) == squeezed(expected["text"])
    wanted = all(squeezed(part) in squeezed(visible) for part in expected["contains"])
    return wanted and not any(squeezed(part) in squeezed(visible) for part in expected["not_contains"])


def test_the_visible_reply_is_right_in_most_mails():
    judged = [(case, visible_reply(content("reply", case).decode()).text) for case in cases("reply")]
    right = sum(is_right(case, visible) for case, visible in judged)
    assert right / len(judged) >= REPLY_FLOOR, [case["id"] for case, visible in judged if not is_right(case, visible)]


def test_words_above_a_forwarded_mail_are_the_visible_reply():
    judged = [case for case in cases("forward") if case["expected"]["forwarded"] and case["expected"].get("message")]
    right = sum(
        squeezed(visible_reply(content("forward", case).decode()).text) == squeezed(case["expected"]["message"])
        for case in judged
    )
    assert right / len(judged) >= COVERING_FLOOR
