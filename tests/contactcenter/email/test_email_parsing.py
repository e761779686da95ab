"""A mail is understood, or there is a sentence that says why not; nothing else can happen."""

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contactcenter.channels.email.bodies import safe_name
from contactcenter.channels.email.mime import MAX_PARTS
from contactcenter.channels.email.parsing import MAX_BYTES, Unreadable, parse, return_path


def mail(*header: str, body: str | bytes = "Hello\r\n") -> bytes:
    lines = (
        header if any(line.lower().startswith("from:") for line in header) else ("From: Ann <ann@example.com>", *header)
    )
    raw = body if isinstance(body, bytes) else body.encode()
    return "\r\n".join((*lines, "", "")).encode() + raw


def multipart(kind: str, *parts: str, boundary: str = "b1") -> bytes:
    body = "".join(f"--{boundary}\r\n{part}\r\n" for part in parts) + f"--{boundary}--\r\n"
    return mail(f'Content-Type: multipart/{kind}; boundary="{boundary}"', body=body)


def test_a_plain_mail_says_what_it_says():
    parsed = parse(
        mail(
            'From: "Li, Na" <na.li@Example.COM>',
            "To: support@example.org, Other <other@example.org>",
            "Cc: boss@example.com",
            "Reply-To: Na <reply@example.com>",
            "Delivered-To: support+x@example.org",
            "X-Original-To: help@example.org",
            "Subject: =?utf-8?B?6K6i5Y2V?= 12",
            "Date: Fri, 3 May 2024 10:20:00 +0800",
            "Message-ID: <one@example.com>",
            "In-Reply-To: <zero@example.org>",
            "References: <first@example.org>",
            " <zero@example.org>",
        )
    )
    assert (parsed.from_name, parsed.from_address) == ("Li, Na", "na.li@example.com")
    assert [one.address for one in parsed.to] == ["support@example.org", "other@example.org"]
    assert parsed.cc[0].address == "boss@example.com"
    assert parsed.reply_to[0].address == "reply@example.com"
    assert parsed.delivered_to == ("support+x@example.org", "help@example.org")
    assert parsed.subject == "订单 12"
    assert parsed.date_text == "Fri, 3 May 2024 10:20:00 +0800"
    assert parsed.message_id == "<one@example.com>"
    assert parsed.in_reply_to == ("<zero@example.org>",)
    assert parsed.references == ("<zero@example.org>", "<first@example.org>")
    assert parsed.text == "Hello"
    assert parsed.html is None
    assert parsed.problems == ()


def test_alternatives_give_the_text_and_the_html():
    parsed = parse(
        multipart("alternative", "Content-Type: text/plain\r\n\r\nplain", "Content-Type: text/html\r\n\r\n<p>rich")
    )
    assert (parsed.text, parsed.html) == ("plain", "<p>rich")


def test_html_alone_is_turned_into_text():
    parsed = parse(mail("Content-Type: text/html; charset=utf-8", body="<p>Grüße</p><p>Max"))
    assert parsed.text == "Grüße\n\nMax"


def test_several_text_parts_are_joined_in_order_and_files_are_attachments():
    parsed = parse(
        multipart(
            "mixed",
            "Content-Type: text/plain\r\n\r\nfirst",
            "Content-Type: text/plain; name=notes.txt\r\nContent-Disposition: attachment\r\n\r\nfile",
            "Content-Type: text/html\r\n\r\n<b>second</b>",
            "Content-Type: image/png\r\nContent-ID: <pic@x>\r\nContent-Transfer-Encoding: base64\r\n\r\n"
            + base64.b64encode(b"\x89PNG").decode(),
        )
    )
    assert parsed.text == "first\n\nsecond"
    assert parsed.html == "<pre>first</pre>\n<b>second</b>"
    notes, picture = parsed.attachments
    assert (notes.name, notes.content, notes.inline) == ("notes.txt", b"file", False)
    assert (picture.content_type, picture.content, picture.content_id, picture.inline) == (
        "image/png",
        b"\x89PNG",
        "pic@x",
        True,
    )


def test_a_mail_inside_a_mail_is_an_attachment_and_not_the_text():
    parsed = parse(
        multipart("mixed", "\r\nsee below", "Content-Type: message/rfc822\r\n\r\nFrom: x@example.net\r\n\r\ninner")
    )
    assert parsed.text == "see below"
    assert parsed.attachments[0].name == "message.eml"


@pytest.mark.parametrize(
    ("header", "body", "text"),
    [
        ("Content-Transfer-Encoding: quoted-printable", "caf=C3=A9 =\r\nau lait", "café au lait"),
        ("Content-Transfer-Encoding: BASE64", "Y2Fm\r\nw6k=", "café"),
        ("Content-Transfer-Encoding: base64", "Y2Fmw6k=\r\n-- \r\nlist footer", "café"),
        ("Content-Transfer-Encoding: base64", "Y2E=ZsOp", "café"),
        ("Content-Transfer-Encoding: plain", "café", "café"),
        ("Content-Transfer-Encoding: 8bit ", "café", "café"),
    ],
)
def test_transfer_encodings_are_undone_even_when_damaged(header, body, text):
    assert parse(mail("Content-Type: text/plain; charset=utf-8", header, body=body)).text == text


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "not a mail"),
        (b"just some words\nand more of them\n", "not a mail"),
        (b"\x00\xff\xfe" * 50, "not a mail"),
        (b"Subject: x\r\n\r\nbody", "who sent it"),
        (b"From: nobody\r\n\r\nbody", "who sent it"),
        (b"From: a@example.com\r\n\r\n" + b"x" * MAX_BYTES, "too large"),
    ],
)
def test_what_is_no_mail_is_refused_with_the_reason(raw, words):
    with pytest.raises(Unreadable, match=words):
        parse(raw)


def test_too_many_parts_are_refused():
    part = "Content-Type: text/plain\r\n\r\nx"
    assert parse(multipart("mixed", *[part] * (MAX_PARTS - 1))).text.count("x") == MAX_PARTS - 1
    with pytest.raises(Unreadable, match="parts"):
        parse(multipart("mixed", *[part] * (MAX_PARTS + 1)))


def test_parts_nested_too_deep_are_refused():
    def nested(depth: int) -> bytes:
        heads = "".join(
            f'Content-Type: multipart/mixed; boundary="n{level}"\r\n\r\n--n{level}\r\n' for level in range(depth)
        )
        return b"From: a@example.com\r\n" + heads.encode() + b"Content-Type: text/plain\r\n\r\ndeep"

    assert parse(nested(20)).text == "deep"
    with pytest.raises(Unreadable, match="nested"):
        parse(nested(1_000))


def test_the_sender_is_never_taken_from_reply_to():
    with pytest.raises(Unreadable):
        parse(b"From: nobody\r\nReply-To: a@example.com\r\n\r\n")


def test_of_two_from_lines_the_first_counts_and_it_is_noted():
    parsed = parse(b"From: a@example.com\r\nFrom: b@example.com\r\n\r\n")
    assert parsed.from_address == "a@example.com"
    assert any("more than one From" in problem for problem in parsed.problems)


def test_a_multipart_without_its_boundary_still_shows_its_text():
    parsed = parse(mail('Content-Type: multipart/mixed; boundary="nowhere"', body="the text"))
    assert parsed.text == "the text"
    assert parsed.problems


def test_a_multipart_that_does_not_name_its_boundary_is_split_all_the_same():
    parsed = parse(mail("Content-Type: multipart/mixed", body="--q\r\n\r\none\r\n--q\r\n\r\ntwo\r\n--q--\r\n"))
    assert parsed.text == "one\n\ntwo"


def test_a_boundary_that_begins_like_another_does_not_end_it():
    inner = 'Content-Type: multipart/alternative; boundary="b12"\r\n\r\n--b12\r\n\r\ninner\r\n--b12--'
    assert parse(multipart("mixed", inner, "\r\nouter")).text == "inner\n\nouter"


@pytest.mark.parametrize("break_", ["\n", "\r", "\r\n"])
def test_any_line_ends_will_do(break_):
    parsed = parse(break_.join(["From: a@example.com", "Subject: folded", " twice", "", "one", "two"]).encode())
    assert (parsed.subject, parsed.text) == ("folded twice", "one\ntwo")


def test_a_stray_line_in_the_header_does_not_hide_the_rest():
    parsed = parse(b"From: a@example.com\nthis is no header field\nSubject: kept\n\nbody")
    assert (parsed.subject, parsed.text) == ("kept", "body")


def test_a_too_long_header_is_cut_and_noted_but_references_keep_their_newest():
    ids = " ".join(f"<{number}@example.com>" for number in range(10_000))
    parsed = parse(mail(f"References: {ids}", "Subject: " + "x" * 100_000))
    assert parsed.references[0] == "<9999@example.com>"
    assert len(parsed.subject) == 65_536
    assert len(parsed.problems) == 2


def test_header_names_that_are_names_of_ours_are_ordinary_headers():
    parsed = parse(mail("Parse: x", "__class__: y", "Headers: z", "X-CC-Case: 12", "X-CC-Auto: no"))
    assert parsed.headers == ()
    assert type(parsed).__name__ == "ParsedMail"


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ('Content-Disposition: attachment; filename="../../etc/passwd"', "passwd"),
        ('Content-Disposition: attachment; filename="C:\\\\x\\\\report.pdf"', "report.pdf"),
        ("Content-Disposition: attachment; filename*=utf-8''%E5%8F%91%E7%A5%A8.pdf", "发票.pdf"),
        ("Content-Disposition: attachment; filename*0*=utf-8''%E5%8F; filename*1*=%91.pdf", "发.pdf"),
        ("Content-Disposition: attachment; filename*0=long; filename*1=name.txt", "longname.txt"),
        ('Content-Disposition: attachment; filename="=?utf-8?b?5Y+R56Wo?=.pdf"', "发票.pdf"),
        ('Content-Disposition: attachment; filename="invoice\u202efdp.exe"', "invoicefdp.exe"),
        ('Content-Disposition: attachment; filename="a;b.txt"', "a;b.txt"),
        ('Content-Disposition: attachment; filename="\u200b.htaccess"', "htaccess"),
        ("Content-Disposition: attachment; filename=plain.txt; filename=other.txt", "plain.txt"),
        ("Content-Disposition: attachment", None),
    ],
)
def test_attachment_names_are_readable_and_harmless(header, name):
    raw = multipart("mixed", f"Content-Type: application/octet-stream\r\n{header}\r\n\r\nx")
    assert parse(raw).attachments[0].name == name


def test_a_very_long_file_name_keeps_its_ending():
    assert safe_name("x" * 400 + ".pdf").endswith("x.pdf")
    assert len(safe_name("x" * 400 + ".pdf")) <= 200


@pytest.mark.parametrize(("value", "expected"), [("<>", ""), ("<a@example.com>", "a@example.com"), (None, None)])
def test_an_empty_return_path_is_not_a_missing_one(value, expected):
    assert return_path(parse(mail(*([f"Return-Path: {value}"] if value else [])))) == expected


@given(st.binary(max_size=400))
@settings(max_examples=300)
def test_no_bytes_make_the_parser_fail(tail):
    for head in (
        b"",
        b"From: a@example.com\r\n",
        b"From: a@example.com\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n",
    ):
        assert is_storable_or_a_reason(head + tail)


PIECES = st.sampled_from(
    [b"--b\r\n", b"--b--\r\n", b"Content-Type: ", b"multipart/mixed; boundary=b\r\n", b"text/html\r\n", b"message/rfc822\r\n", b"\r\n",
     b"Content-Transfer-Encoding: base64\r\n", b"=?utf-8?q?", b"?=", b'"', b"<", b">", b";", b"name*0*=", b"\xff", b"\x00", b"From: ",
     b"References: <", b"@x", b"charset=utf-16\r\n", b"Content-Disposition: attachment; filename="]
)  # fmt: skip


@given(st.lists(PIECES, max_size=40))
@settings(max_examples=300)
def test_no_arrangement_of_mail_like_pieces_makes_the_parser_fail(pieces):
    assert is_storable_or_a_reason(b"From: a@example.com\r\n" + b"".join(pieces))


def is_storable_or_a_reason(raw: bytes) -> bool:
    try:
        parsed = parse(raw)
    except Unreadable as unreadable:
        return str(unreadable).endswith(".")
    texts = [parsed.subject, parsed.from_name, parsed.from_address, parsed.text, parsed.html or "", parsed.message_id or "",
             parsed.delivery_status, parsed.calendar_method, parsed.report_type, parsed.content_type, parsed.date_text,
             *parsed.references, *parsed.in_reply_to, *parsed.returned_ids, *parsed.problems, *parsed.delivered_to,
             *(text for pair in parsed.headers for text in pair), *(one.address + one.name for one in (*parsed.to, *parsed.cc, *parsed.reply_to)),
             *((one.name or "") + one.content_type + (one.content_id or "") for one in parsed.attachments)]  # fmt: skip
    return all("\x00" not in text and text.encode().decode() == text for text in texts)
