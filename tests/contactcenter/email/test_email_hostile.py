"""Mail made to be slow costs no more than its length: each case would take minutes if any step were quadratic."""

import pytest

from contactcenter.channels.email.html import safe_html
from contactcenter.channels.email.html_text import text_of
from contactcenter.channels.email.html_tokens import Open, events
from contactcenter.channels.email.parsing import Unreadable, parse
from contactcenter.channels.email.thread_keys import Keys, find_key, foreign_ids
from contactcenter.channels.email.visible_reply import visible_reply

FONTS = "".join(f"<font size={number}>" for number in range(200))

HEADERS = {
    "brackets": "To: " + "(" * 1_000_000,
    "dots": "To: " + "a." * 100_000,
    "quotes": 'To: "' + '\\"' * 500_000,
    "colons": "To: " + '"' * 30_000 + "@" + ":" * 30_000,
    "angles": "References: " + "<" * 1_000_000,
    "words": "Subject: " + "=?a?q?" * 100_000,
    "parameters": "Content-Type: text/plain" + ';a="' * 200_000,
    "sections": "Content-Type: text/plain" + "".join(f";a*{number}=x" for number in range(50_000)),
    "fields": "\r\n".join(["X: y"] * 200_000),
    "folding": "Subject: x" + "\r\n y" * 300_000,
    "stray": "\r\n".join(["no field", "X: y"] * 50_000),
}


@pytest.mark.parametrize("name", HEADERS)
def test_hostile_headers_are_read_in_linear_time(name):
    assert parse(f"From: a@example.com\r\n{HEADERS[name]}\r\n\r\nbody".encode()).from_address == "a@example.com"


BODIES = {
    "boundary lines": "--b \r\n" * 1_000_000,
    "false boundaries": "--bx\r\n" * 1_000_000,
    "dashes": "-" * 5_000_000,
    "blank lines": "\r\n" * 2_000_000,
}


@pytest.mark.parametrize("name", BODIES)
def test_hostile_multiparts_are_read_or_refused_in_linear_time(name):
    raw = f"From: a@example.com\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n{BODIES[name]}".encode()
    if name == "boundary lines":
        with pytest.raises(Unreadable, match="parts"):
            parse(raw)
    else:
        assert parse(raw).from_address


def test_a_thousand_nested_parts_are_refused():
    heads = "".join(
        f"Content-Type: multipart/mixed; boundary=n{number}\r\n\r\n--n{number}\r\n" for number in range(1_000)
    )
    with pytest.raises(Unreadable, match="nested"):
        parse(f"From: a@example.com\r\n{heads}".encode())


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable", "x-uuencode"])
@pytest.mark.parametrize("body", ["A=" * 2_000_000, "=" * 4_000_000, "= \n" * 1_000_000])
def test_hostile_transfer_encodings_are_undone_in_linear_time(encoding, body):
    assert parse(f"From: a@example.com\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n{body}".encode()).from_address


HTML = {
    "open divs": "<div>" * 50_000,
    "closed without being opened": "<div>" * 50_000 + "</span>" * 50_000,
    "paragraphs in fonts": "<p>" + FONTS + "<p>x" * 40_000,
    "rows in fonts": "<table>" + FONTS + "<tr></tr>x" * 30_000,
    "links in fonts": "<a>" + FONTS + "<a>x</a>" * 20_000,
    "items behind spans": "<ul><li><ul>" + "<span>" * 30_000 + "<li></li>" * 30_000,
    "angles": "<" * 1_000_000,
    "ampersands": "&" * 1_900_000,
    "quotes": '<a "' * 200_000,
    "titles": "<title>" * 100_000,
    "comments": "<!--" * 200_000,
    "quotes in quotes": "<blockquote>x" * 30_000,
    "blanks": "<p" + " " * 1_000_000 + ">" + " " * 900_000,
    "attributes": "<a " + "b=c " * 300_000 + ">",
    "one line": "a " * 900_000,
}


@pytest.mark.parametrize("name", HTML)
def test_hostile_html_is_shown_and_read_in_linear_time(name):
    shown = safe_html(HTML[name])
    assert (
        shown is None or len(shown) < 8 * len(HTML[name]) + 10_000
    )  # what a browser's repairs multiply, ours must not
    assert len(text_of(HTML[name])) <= 2 * len(HTML[name])


def test_looking_for_open_elements_never_goes_back_to_the_beginning():
    source = "<ul><li><ul>" + "<span>" * 20_000 + "<li></li>" * 20_000
    assert sum(isinstance(event, Open) for event in events(source)) == 40_003


TEXTS = {
    "one line": "On " + "a " * 50_000,
    "blank lines": "\n" * 100_000,
    "dashes": "-" * 50_000,
    "half attributions": "On Mon, May 3 2024 at 10:20 PM aaaa bbbb\n" * 2_000,
    "header blocks": "x\n" + "From: a\nSent: b\nx\n" * 5_000,
    "quotes": "> a\n" * 20_000,
    "alternating": "> a\nb\n" * 20_000,
    "attributed quotes": "On May 3, 2024 10:20 A <a@example.com> wrote:\n> a\n" * 10_000,
    "signatures": "x\n" + "--\n" * 20_000,
    "prose": ("lorem ipsum dolor sit amet " * 3 + "\n") * 12_000,
    "long address": "a" * 100_000 + "@" + "b" * 100_000 + " wrote:",
}


@pytest.mark.parametrize("name", TEXTS)
def test_hostile_text_is_scanned_in_linear_time_and_keeps_its_words(name):
    visible = visible_reply(TEXTS[name])
    together = visible.text + visible.quoted + visible.signature
    assert sorted(together.replace("\n", "").replace(" ", "")) == sorted(TEXTS[name].replace("\n", "").replace(" ", ""))


def test_ten_thousand_references_are_searched_in_linear_time():
    ids = "\r\n ".join(f"<c.1.{number}.aaaaaaaaaa@example.com>" for number in range(10_000))
    parsed = parse(f"From: a@example.com\r\nReferences: {ids}\r\n\r\n".encode())
    assert len(parsed.references) > 1_000
    assert find_key(parsed, Keys(b"k", b"old"), "example.com") is None
    assert len(foreign_ids(parsed)) == 100
