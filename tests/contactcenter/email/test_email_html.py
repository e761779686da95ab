"""A stranger's HTML can be shown, and can be read as text, without doing anything."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contactcenter.channels.email.html import MAX_DEPTH, MAX_HTML, safe_html
from contactcenter.channels.email.html_text import text_of
from contactcenter.channels.email.html_tokens import Close, Open, events

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    '<a href="java&#10;script:alert(1)">x</a>',
    '<a href=" JaVaScRiPt:alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    "<scr<script>ipt>alert(1)</script>",
    "<obj<object>ect data=x>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<template><img src=x onerror=alert(1)></template>",
    "<form action=https://example.net><input name=password></form>",
    "<style>@import 'https://example.net/x'</style>",
    '<div style="background:url(https://example.net/x)">x</div>',
    '<div style="position:fixed;top:0;left:0;width:100%">x</div>',
    '<div style="color:expression(alert(1))">x</div>',
    "<link rel=stylesheet href=https://example.net/x><base href=https://example.net/>",
    "<meta http-equiv=refresh content='0;url=https://example.net'>",
    "<iframe src=https://example.net></iframe><embed src=x><object data=x></object>",
    "<img src=https://example.net/pixel.png>",
    "<img srcset='https://example.net/a 1x'><video poster=https://example.net/x>",
    "<a href=/logout>x</a><a href=//example.net>y</a>",
    "<p title='\"><script>alert(1)</script>'>x</p>",
]
HARMFUL = re.compile(
    r"<script|<style|<form|<input|<iframe|<svg|<math|<meta|<link|<base|<object|\son\w+\s*=|(?:href|src)=\"(?!https?:|mailto:|tel:|/mail/)|"
    r"[^-]src=\"https?:|url\(|expression|position|srcset|poster"
)


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_that_acts_or_fetches_survives(attack):
    for wrapped in (attack, f"<table><tr><td>{attack}", f"<b><i>{attack}</b></i>", f"text {attack} more"):
        assert not HARMFUL.search(safe_html(wrapped))


@given(
    st.lists(
        st.sampled_from([*ATTACKS, "<", ">", '"', "'", "</table>", "<td>", "<!--", "-->", "&lt;script&gt;", "x"]),
        max_size=8,
    )
)
def test_no_mixture_of_attacks_survives(pieces):
    assert not HARMFUL.search(safe_html("".join(pieces)))


def test_what_people_write_is_kept():
    shown = safe_html(
        '<h1>Hi</h1><p style="color:red;position:fixed">a <b>b</b> <a href="https://example.com/?a=1&amp;b=2">c</a></p>'
    )
    assert "<h1>Hi</h1>" in shown
    assert 'style="color:red"' in shown
    assert 'href="https://example.com/?a=1&amp;b=2"' in shown
    assert 'rel="noopener noreferrer nofollow"' in shown


def test_inline_images_point_to_us_and_remote_images_wait():
    shown = safe_html(
        '<img src="cid:a@b" alt=x><img src="cid:other"><img src="https://example.net/p.png">', {"a@b": "/mail/1/a"}
    )
    assert 'src="/mail/1/a"' in shown
    assert 'data-remote-src="https://example.net/p.png"' in shown
    assert shown.count(" src=") == 1


def test_an_attacker_cannot_name_an_address_of_ours_as_an_image():
    assert "src" not in safe_html('<img src="/logout"><img src="/mail/1/b">', {"a@b": "/mail/1/a"})


def test_too_deep_or_too_large_html_is_shown_as_text_only():
    assert safe_html("<div>" * MAX_DEPTH + "x") is not None
    assert safe_html("<div>" * (MAX_DEPTH + 1) + "x") is None
    assert safe_html("x" * (MAX_HTML + 1)) is None


def test_what_stands_between_the_rows_of_a_table_is_kept_as_plain_text():
    shown = safe_html("<table><b>loose</b><tr><i>also</i><td><u>cell</u></td></tr></table><td>stray</td>")
    assert all(word in shown for word in ("loose", "also", "<td><u>cell</u></td>", "stray"))
    assert "<b>" not in shown
    assert "<i>" not in shown
    assert shown.count("<td>") == 1


def test_paragraphs_that_nobody_closed_are_not_deep():
    assert safe_html("<p>line" * 5_000).count("<p>") == 5_000


@given(st.text(st.sampled_from("<>/ab=\"' !-?pdivtrb&;#"), max_size=200))
def test_every_element_is_closed_once_and_in_order(source):
    open_names = []
    for event in events(source):
        if isinstance(event, Open):
            open_names.append(event.name)
            assert event.depth == len(open_names)
        elif isinstance(event, Close):
            assert open_names.pop() == event.name
    assert open_names == []


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>one</p><p>two<br>three</p>", "one\n\ntwo\nthree"),
        ("<ul><li>a<li>b</ul>", "- a\n- b"),
        ("a   b\n c&nbsp;d &amp; e", "a b c d & e"),
        ("<div>a</div><div>b</div>", "a\nb"),
        ("<table><tr><td>a<td>b<tr><td>c</table>", "a b\nc"),
        ("<pre>x\n  y</pre>", "x\n  y"),
        ("<style>p{}</style><title>t</title><script>s</script>seen<!-- not -->", "seen"),
        ("seen<div style='display:none'>preheader<b>x</b></div> too", "seen too"),
        ("answer<blockquote>q1<blockquote>q2</blockquote></blockquote>", "answer\n\n> q1\n>\n>> q2"),
        ('answer<div class="gmail_quote">On x wrote:</div>', "answer\n\n> On x wrote:"),
        ("1 < 2 and 3 <3", "1 < 2 and 3 <3"),
        ("<p>unclosed <b>bold", "unclosed bold"),
        ("你好<br>再见", "你好\n再见"),
    ],
)
def test_html_reads_as_a_person_would_see_it(html, text):
    assert text_of(html) == text


@given(st.text(max_size=200))
def test_any_text_in_html_can_be_read_and_shown(source):
    assert "\x00" not in text_of(source.replace("\x00", ""))
    assert safe_html(source) is not None
