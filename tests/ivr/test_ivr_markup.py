"""Marks in prompts: few, checked where they are written, never made by a value, and never shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ivr_flows import KNOWN, lint_rules, play, refusal, small, spoiled

import ivr
from ivr import markup
from ivr.markup import Mark, MarkupError

PLAIN = st.text(st.characters(exclude_characters="<{}", codec="utf-8"), max_size=12)
WORDS = PLAIN.filter(lambda text: text.strip())


@pytest.mark.parametrize(
    ("written", "shown", "parts"),
    [
        ("One moment.", "One moment.", ()),
        ('One moment.<break time="500ms"/> Thank you.', "One moment. Thank you.", None),
        ('One, <break time="1s"/> two', "One, two", ("One, ", Mark("break", "1s"), " two")),
        ("one<break time='10s' />two", "one two", ("one", Mark("break", "10s"), "two")),
        ('请稍候。<break time="1s"/>谢谢。', "请稍候。谢谢。", None),
        (
            'Call <say-as interpret-as="telephone">{n|911}</say-as>.',
            "Call {n|911}.",
            ("Call ", Mark("say-as", "telephone", "{n|911}"), "."),
        ),
        ('<sub alias="as soon as possible">ASAP</sub>', "ASAP", (Mark("sub", "as soon as possible", "ASAP"),)),
        ('<prosody rate="slow">Wait</prosody>', "Wait", (Mark("prosody", "slow", "Wait"),)),
        ("2 < 3 <3 & <", "2 < 3 <3 & <", ()),
        ("{name|<break/>}", "{name|<break/>}", ()),
    ],
)
def test_marks_are_read_and_not_shown(written, shown, parts):
    text, marked = markup.read(written)
    assert text == shown
    assert parts is None or marked == parts


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("<speak>x</speak>", "the mark <speak> is not used here (known: break, say-as, sub, prosody)"),
        ('<audio src="http://x/y.wav"/>', "the mark <audio> is not used here"),
        ("<emphasis>now</emphasis>", "the neural voices refuse it"),
        ("<break/>", "should look like"),
        ('<break time="11s"/>', "is too long"),
        ('<break time="1s">', "should look like"),
        ('<break time="1s" strength="weak"/>', "should look like"),
        ('<break time="1s" time="2s"/>', "should look like"),
        ('<say-as interpret-as="joke">1</say-as>', "with digits, telephone, date or time"),
        ('<sub alias="{name}">x</sub>', "should look like"),
        ('<sub alias="a\x08b">x</sub>', "should look like"),
        ('<sub alias=" ">x</sub>', "should look like"),
        ('<sub alias="x"/>', "should look like"),
        ('<sub alias="x"> </sub>', "holds nothing"),
        ('<sub alias="x">y', "<sub> is not closed"),
        ("y</sub>", "ends nothing that was begun"),
        ('<sub alias="x">y</prosody>', "ends nothing that was begun"),
        ('<prosody rate="slow">a<break time="1s"/>b</prosody>', "<break> stands inside <prosody>"),
        ("<Break time='1s'/>", "begins a mark that cannot be read"),
        ("</Say><Hangup/>", "begins a mark that cannot be read"),
        ("<!-- x -->", "begins a mark that cannot be read"),
        ("x<y", "put a space after a < that is none"),
    ],
)
def test_a_mark_that_cannot_be_used_is_refused_with_what_to_write(written, sentence):
    with pytest.raises(MarkupError) as caught:
        markup.read(written)
    assert sentence in str(caught.value)


def test_the_refusal_names_file_line_and_step():
    text = spoiled(('en: "Noted."', 'en: "Noted<blink>."'))
    found = refusal(text)
    assert (found.rule, found.step) == ("Y04", "noted")
    assert found.message.startswith("say.en: the mark <blink>")


@given(st.lists(st.tuples(PLAIN, st.sampled_from(["say-as", "sub", "prosody"]), WORDS), max_size=4), PLAIN)
def test_what_was_written_around_and_inside_marks_is_what_is_shown_and_said(pieces, last):
    values = {"say-as": ("interpret-as", "digits"), "sub": ("alias", "x"), "prosody": ("rate", "slow")}
    opened = {tag: f'<{tag} {key}="{value}">' for tag, (key, value) in values.items()}
    written = "".join(f"{before}{opened[tag]}{inner}</{tag}>" for before, tag, inner in pieces) + last
    text, marked = markup.read(written)
    assert text == "".join(before + inner for before, _, inner in pieces) + last
    if pieces:
        assert "".join(part if isinstance(part, str) else part.text for part in marked) == text
        assert [part.name for part in marked if isinstance(part, Mark)] == [tag for _, tag, _ in pieces]


@given(st.text(st.sampled_from("<>/ {}abk\"'=breaktimsu!-"), max_size=40))
def test_whatever_is_written_is_read_or_refused(written):
    try:
        text, marked = markup.read(written)
    except MarkupError as error:
        assert str(error)
    else:
        assert marked or text == written


# --- in a flow ---

TOLD = ('{en: "It is {order.status}."', """{en: 'It is <say-as interpret-as="digits">{order.status}</say-as>.'""")
FOUND = ivr.LookupAnswered("found", {"status": '</say-as><break time="9s"/>1'})
EVENTS = (ivr.HoursAnswered("open"), ivr.KeysPressed("1"), ivr.KeysPressed("12345"))


def test_a_value_is_spoken_inside_the_mark_and_never_becomes_one():
    (said,) = play(small(TOLD), *EVENTS, FOUND).speak
    value = '</say-as><break time="9s"/>1'
    assert said.text == f"It is {value}."
    assert said.marked == ("It is ", Mark("say-as", "digits", value), ".")


def test_keys_and_lengths_are_judged_by_what_is_heard_and_not_by_marks():
    tagged = ("Orders, press 1. Returns, press 2.", "Orders, press <sub alias='one'>1</sub>. Returns, press 2.")
    assert set(lint_rules(tagged)) == set()
    long = "<break time='100ms'/>"
    assert "P02" not in lint_rules(("Noted.", "Noted. " + long * 60))
    assert "V01" in {one.rule for one in ivr.lint(small(TOLD, ("{order.status}<", "{parcel.status}<")), KNOWN)}
