"""Subjects and addresses are read however mail programs write them."""

import pytest

from contactcenter.channels.email.addresses import parse_addresses
from contactcenter.channels.email.parsing import parse


@pytest.mark.parametrize(
    ("value", "subject"),
    [
        (b"=?utf-8?q?caf=C3=A9?=", "café"),
        (b"=?utf-8?B?ww==?= =?utf-8?B?qQ==?=", "é"),  # cut inside a character
        (b"=?utf-8?q?a?=\r\n =?utf-8?q?b?=", "ab"),
        (b"=?utf-8?q?a?= and =?iso-8859-1?q?=E9?=", "a and é"),
        (b'"=?utf-8?q?quoted?="', '"quoted"'),
        (b"=?gb2312?B?xOO6ww==?=", "你好"),
        (b"=?NONE?B?VEVTVA=?=", "TEST"),
        (b"=?utf-8?q?What_now??=", "What now?"),
        ("你好".encode("gb18030") + b" raw", "你好 raw"),
        ("naïve".encode(), "naïve"),
        (b"=?utf-8?q?a=0D=0ABcc=3A_x?=", "a Bcc: x"),
        (b"=?utf-8?q?nul=00?=", "nul"),
    ],
)
def test_subjects_are_read_however_they_are_encoded(value, subject):
    assert parse(b"From: a@example.com\r\nSubject: " + value + b"\r\n\r\n").subject == subject


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a@example.com", [("a@example.com", "")]),
        ("Ann <a@example.com>", [("a@example.com", "Ann")]),
        ('"Smith, J. (x)" <a@example.com>, b@example.com', [("a@example.com", "Smith, J. (x)"), ("b@example.com", "")]),
        ("a@example.com (Ann)", [("a@example.com", "Ann")]),
        ("Team: a@example.com, B <b@example.com>;", [("a@example.com", ""), ("b@example.com", "B")]),
        ("undisclosed-recipients:;", []),
        ("Ann a@example.com", [("a@example.com", "")]),
        ("<a@example.com", [("a@example.com", "")]),
        ('"unclosed <a@example.com>', [("a@example.com", "unclosed")]),
        ("'a@example.com' <a@example.com>", [("a@example.com", "")]),
        ("<mailto:a@example.com>", [("a@example.com", "")]),
        ("=?utf-8?q?Ann_=3Ca=40example=2Ecom=3E?=", [("a@example.com", "Ann")]),
        ("=?utf-8?b?5byg5LiJ?= <a@example.com>", [("a@example.com", "张三")]),
        ("a@b@example.com", []),
        ("Ann <a @ example.com>", [("a@example.com", "Ann")]),
        ("jdöe@mächine.example", [("jdöe@mächine.example", "")]),
    ],
)
def test_addresses_are_read_however_they_are_written(value, expected):
    assert [(one.address, one.name) for one in parse_addresses(value.encode())] == expected


def test_an_address_with_a_line_break_in_it_is_none():
    assert parse_addresses(b"=?utf-8?q?a=40example=2Ecom=0D=0ABcc=3A=20x=40example=2Enet?=") != ()
    assert all(
        "\n" not in one.address
        for one in parse_addresses(b"=?utf-8?q?a=40example=2Ecom=0D=0ABcc=3A=20x=40example=2Enet?=")
    )
