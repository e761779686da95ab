"""What we send arrives as it was written, and nothing a person typed becomes a header."""

import email
import email.policy
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contactcenter.channels.email.addresses import Address
from contactcenter.channels.email.charsets import single_line
from contactcenter.channels.email.composing import (
    MAX_REFERENCES,
    Enclosure,
    OutgoingReply,
    Quoted,
    Unsendable,
    compose,
    envelope_recipients,
)
from contactcenter.channels.email.parsing import parse
from contactcenter.channels.email.subjects import reply_subject
from contactcenter.channels.email.visible_reply import visible_reply

REPLY = OutgoingReply(
    sender=Address("support@example.org", "Example Support"),
    to=(Address("ann@example.com", "Ann"),),
    subject="Order 12",
    text="Hello Ann,\n\nit is on its way.",
    message_id="<c.1.2.aaaaaaaaaa@example.org>",
    date=datetime(2024, 5, 3, 10, 20, tzinfo=UTC),
)
ANY = st.text(st.characters(exclude_categories=("Cs",)), max_size=300)
ONE_LINE = ANY.filter(lambda text: not set(text) & set("\r\n\0"))


def test_an_answer_has_all_that_a_mail_needs():
    parsed = parse(
        compose(
            replace(
                REPLY,
                cc=(Address("boss@example.com"),),
                reply_to="support+c.1.aaaaaaaaaa@example.org",
                in_reply_to="<two@example.com>",
                references=("<one@example.com>",),
                date=datetime(2024, 5, 3, 10, 20, tzinfo=timezone(timedelta(hours=8))),
            )
        )
    )
    assert (parsed.from_address, parsed.from_name) == ("support@example.org", "Example Support")
    assert parsed.to == (Address("ann@example.com", "Ann"),)
    assert parsed.cc == (Address("boss@example.com"),)
    assert parsed.reply_to[0].address == "support+c.1.aaaaaaaaaa@example.org"
    assert parsed.subject == "Re: Order 12"
    assert parsed.message_id == REPLY.message_id
    assert parsed.in_reply_to == ("<two@example.com>",)
    assert parsed.references == ("<two@example.com>", "<one@example.com>")
    assert parsed.date_text == "Fri, 03 May 2024 10:20:00 +0800"
    assert parsed.text == REPLY.text
    assert parsed.problems == ()


@given(ANY, ONE_LINE, ONE_LINE)
@settings(max_examples=300)
def test_any_text_subject_and_name_come_back_as_they_were(text, subject, name):
    raw = compose(replace(REPLY, text=text, subject=subject, sender=Address("support@example.org", name)))
    parsed = parse(raw)
    normal = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").strip("\n").removeprefix("\ufeff")
    assert parsed.text.strip("\n").rstrip() == normal.strip("\n").rstrip()
    assert parsed.subject == single_line(reply_subject(subject))
    assert parsed.from_address == "support@example.org"
    assert parsed.from_name == expected_name(name)
    assert parsed.message_id == REPLY.message_id


def expected_name(name: str) -> str:
    return single_line(single_line(name)[:200]).strip("\"' ")


@given(ANY, ONE_LINE, st.lists(ONE_LINE, max_size=3))
@settings(max_examples=200)
def test_every_line_on_the_wire_is_legal(text, subject, names):
    raw = compose(
        replace(REPLY, text=text, subject=subject, to=tuple(Address("ann@example.com", name) for name in ["", *names]))
    )
    head, _, body = raw.partition(b"\r\n\r\n")
    assert head.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    assert all(len(line) <= 200 for line in head.split(b"\r\n"))
    assert all(len(line) <= 998 for line in body.split(b"\r\n"))
    assert not any(line.startswith(b"From ") for line in body.split(b"\r\n"))


@given(ANY, ONE_LINE)
@settings(max_examples=100)
def test_another_program_reads_the_same(text, subject):
    """Python's own parser is the judge here."""
    judged = email.message_from_bytes(compose(replace(REPLY, text=text, subject=subject)), policy=email.policy.default)
    payload = judged.get_payload(decode=True).decode("utf-8")
    normal = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").strip("\n")
    assert payload.replace("\r\n", "\n") == normal + "\n"
    assert judged["message-id"] == REPLY.message_id


def test_a_long_chinese_answer_stays_within_the_line_length():
    text = "您的订单已经发出，请注意查收。" * 500
    raw = compose(replace(REPLY, text=text, subject="订单" * 100, sender=Address("support@example.org", "客服中心")))
    assert max(map(len, raw.split(b"\r\n"))) <= 78
    assert parse(raw).text == text
    assert parse(raw).subject == "Re: " + "订单" * 100


def test_an_english_answer_with_one_accent_stays_readable_on_the_wire():
    assert b"quoted-printable" in compose(replace(REPLY, text="A long sentence about the café around the corner."))


@pytest.mark.parametrize("bad", ["x\r\nBcc: all@example.net", "x\nBcc: all@example.net", "x\rBcc: y", "x\0y"])
@pytest.mark.parametrize(
    "field",
    ["subject", "name", "to", "cc", "reply_to", "subject_token", "auto_submitted", "loop_mark", "message_id", "file"],
)
def test_a_line_break_in_a_header_value_is_refused(bad, field):
    broken = {
        "subject": replace(REPLY, subject=bad),
        "name": replace(REPLY, sender=Address("support@example.org", bad)),
        "to": replace(REPLY, to=(Address(f"ann@example.com{bad}"),)),
        "cc": replace(REPLY, cc=(Address("ann@example.com", bad),)),
        "reply_to": replace(REPLY, reply_to=f"support@example.org{bad}"),
        "subject_token": replace(REPLY, subject_token=bad),
        "auto_submitted": replace(REPLY, auto_submitted=bad),
        "loop_mark": replace(REPLY, loop_mark=bad),
        "message_id": replace(REPLY, message_id=f"<{bad}@example.org>"),
        "file": replace(REPLY, enclosures=(Enclosure(bad, "text/plain", b""),)),
    }
    with pytest.raises(Unsendable):
        compose(broken[field])


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ann",
        "ann@",
        "@example.com",
        "a b@example.com",
        "ann@example.com, bob@example.com",
        "jö@example.com",
    ],
)
def test_an_address_that_no_server_accepts_is_refused_with_a_sentence(address):
    with pytest.raises(Unsendable, match="address"):
        compose(replace(REPLY, to=(Address(address),)))


def test_a_mail_to_nobody_is_refused():
    with pytest.raises(Unsendable, match="recipient"):
        compose(replace(REPLY, to=()))


def test_a_domain_of_other_letters_goes_out_as_dns_wants_it():
    reply = replace(REPLY, to=(Address("ann@mächine.example"),), cc=(Address("ann@mächine.example"),))
    assert b"ann@xn--mchine-bua.example" in compose(reply)
    assert envelope_recipients(reply) == ("ann@xn--mchine-bua.example",)


def test_references_keep_the_first_and_the_newest():
    ids = tuple(f"<{number}@example.com>" for number in range(100))
    newest_first = parse(compose(replace(REPLY, references=ids, in_reply_to="<last@example.com>"))).references
    assert newest_first[0] == "<last@example.com>"
    assert newest_first[-1] == "<0@example.com>"
    assert len(newest_first) == MAX_REFERENCES + 1


def test_ids_from_a_stranger_cannot_break_the_header():
    bad = ("<a@b>\r\nBcc: x@example.net", "no id", "<ünï@code>", "<x@y>")
    raw = compose(replace(REPLY, references=bad))
    assert b"Bcc" not in raw
    assert parse(raw).references == ("<x@y>",)


def test_the_same_answer_gives_the_same_bytes():
    full = replace(
        REPLY,
        enclosures=(Enclosure("a.txt", "text/plain", b"x"),),
        quoted=Quoted("Ann", "2024-05-03 10:00", "Where is it?"),
    )
    assert compose(full) == compose(full)


def test_an_automatic_answer_says_so():
    parsed = parse(compose(replace(REPLY, auto_submitted="auto-replied", loop_mark="1.aaaaaaaaaa")))
    assert parsed.header("auto-submitted") == "auto-replied"
    assert parsed.header("x-auto-response-suppress") == "All"
    assert parsed.header("x-cc-loop") == "1.aaaaaaaaaa"
    assert parse(compose(REPLY)).header("auto-submitted") is None


@pytest.mark.parametrize(
    ("language", "text", "date"),
    [
        ("en", "It is on its way.", "Fri, 3 May 2024 at 10:20"),
        ("zh-Hans", "已经发出。", "2024年5月3日 10:20"),
        ("zh-Hant", "已經寄出。", "2024年5月3日 10:20"),
        ("xx", "It is on its way.", "Fri, 3 May 2024 at 10:20"),
    ],
)
def test_the_answered_mail_stands_below_and_can_be_folded_again(language, text, date):
    quoted = Quoted("Ann <ann@example.com>", date, "Where is it?\n\n> older\nThanks", language)
    arrived = parse(compose(replace(REPLY, text=text, quoted=quoted))).text
    assert "> Where is it?\n>\n>> older\n> Thanks" in arrived
    assert visible_reply(arrived).text == text


def test_enclosures_arrive_with_their_names_and_bytes():
    files = (
        Enclosure("发票 2024.pdf", "application/pdf", bytes(range(256)) * 20),
        Enclosure('a;b"c.txt', "text/plain", b""),
    )
    parsed = parse(compose(replace(REPLY, enclosures=files)))
    assert parsed.text == REPLY.text
    assert [(one.name, one.content_type, one.content) for one in parsed.attachments] == [
        ("发票 2024.pdf", "application/pdf", bytes(range(256)) * 20),
        ("a;bc.txt", "text/plain", b""),
    ]
