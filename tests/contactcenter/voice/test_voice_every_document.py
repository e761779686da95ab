"""Every document that a menu can lead to is one the provider understands, whatever callers press and hooks find.

The judge is the simulator's reader, which takes what is allowed from the provider's own definition and knows nothing of ours.
"""

import random
from collections import Counter
from pathlib import Path

import pytest

import ivr
from contactcenter.carrier import twiml
from contactcenter.channels.voice import documents
from contactcenter.channels.voice.addresses import Addresses
from ivr.walking import walk

ADDRESSES = Addresses("https://desk.example.com")
SAMPLE = Path(__file__).parents[3] / "config" / "ivr" / "main.yaml"
HOTEL = Path(__file__).parents[2] / "ivr" / "flows" / "hotel.yaml"
OURS = ivr.AskHours | ivr.FindArticle | ivr.BookCallback
"""What is answered by us, so that the provider never sees it."""
NASTY = (
    "<Hangup/>",
    "</Say><Dial>+15550100</Dial><Say>",
    "a & b &lt; c &#0; ]]> <!-- -->",
    "\x00\x07\x1b\x7f\ud800 tab\tline\nfeed\u2028\u202eRTL",
    "🙂👩‍👩‍👧‍👦 𠮷 ﷽",
    "長" * 4000,
    "{order.eta} {{x}} %s ${y}",
    "",
)


@pytest.fixture(scope="module")
def flow() -> ivr.Flow:
    return ivr.parse(SAMPLE.read_text("utf-8"), SAMPLE.name)


def judged(flow: ivr.Flow, turn: ivr.Turn) -> list[str]:
    """What the judge has against the document of this turn."""
    body = documents.turn(flow, turn, 3, ADDRESSES).encode()
    try:
        return [complaint.message for complaint in twiml.complaints(twiml.parse(body))]
    except twiml.NotTwimlError as refusal:
        return [str(refusal)]


def test_of_all_situations_of_the_sample_line_none_makes_a_wrong_document(flow: ivr.Flow) -> None:
    found = walk(flow, 100_000)
    kinds: Counter[str] = Counter()
    for turn in found.situations.values():
        if not isinstance(turn.act, OURS):
            assert judged(flow, turn) == [], turn
            kinds[type(turn.act).__name__] += 1
    assert set(kinds) == {"AskKeys", "AskLookup", "WaitInQueue", "RecordMessage", "HangUp"}


def test_of_all_situations_of_a_flow_with_a_transfer_and_a_secret_none_makes_a_wrong_document() -> None:
    flow = ivr.parse(HOTEL.read_text("utf-8"), HOTEL.name)
    turns = [turn for turn in walk(flow, 100_000).situations.values() if not isinstance(turn.act, OURS)]
    assert [complaint for turn in turns for complaint in judged(flow, turn)] == []
    assert any(isinstance(turn.act, ivr.TransferCall) for turn in turns)


@pytest.mark.parametrize("seed", range(8))
def test_what_hooks_find_and_callers_say_cannot_make_a_wrong_document(flow: ivr.Flow, seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(60):
        nasty = dice.choice(NASTY)
        turn = ivr.begin(flow, ivr.Caller(nasty, nasty, nasty, language=dice.choice(flow.languages)))
        for _ in range(40):
            if isinstance(turn.act, ivr.HangUp):
                break
            turn = ivr.advance(flow, turn.state, anything(dice, turn))
            if not isinstance(turn.act, OURS):
                assert judged(flow, turn) == [], (nasty, turn)


MARKED = """\
flow: marked
version: 1
title: {en: Marked}
languages: [en]
voices: {en: {voice: Polly.Joanna-Neural, language: en-US}}
start: number
human: told
steps:
  number:
    collect:
      ask: {en: "Your number<break time='500ms'/>, then pound.<break time='10s'/>"}
      digits: [1, 20]
      save: typed
    then: told
  told:
    say:
      en: >-
        <prosody rate="slow">You are {caller.number}</prosody> <sub alias="and you typed">&</sub>
        <say-as interpret-as="digits">{typed|}</say-as> here <say-as interpret-as="telephone">{caller.country|}</say-as>.
    end: solved
"""


@pytest.mark.parametrize("nasty", NASTY)
def test_marks_of_a_prompt_make_a_right_document_whatever_stands_in_them(nasty: str) -> None:
    flow = ivr.parse(MARKED, "marked.yaml")
    turn = ivr.begin(flow, ivr.Caller(nasty, country=nasty))
    assert judged(flow, turn) == []
    done = ivr.advance(flow, turn.state, ivr.KeysPressed("4711"))
    assert judged(flow, done) == []
    said = twiml.parse(documents.turn(flow, done, 3, ADDRESSES).encode()).children[0]
    assert said.text == " ".join(done.speak[0].text.split()), "what is spoken is what is shown"
    tags = [(child.tag, *child.attributes.values()) for child in said.children]
    there = [("prosody", "slow"), ("sub", "and you typed"), ("say-as", "digits")]
    assert tags == there + [("say-as", "telephone")] * bool(nasty.strip())


def anything(dice: random.Random, turn: ivr.Turn) -> ivr.Event:  # noqa: PLR0911 — a table: one case for each act
    nasty = dice.choice(NASTY)
    match turn.act:
        case ivr.AskHours():
            return ivr.HoursAnswered(dice.choice(["open", "open", "closed", "emergency"]))
        case ivr.AskLookup():
            values = {"name": nasty, "status": {"en": nasty, "zh-Hans": nasty}, "eta": dice.choice([nasty, 7, True])}
            return dice.choice([ivr.LookupAnswered("found", values), ivr.LookupAnswered("missing")])
        case ivr.WaitInQueue():
            key = ivr.QueueLeft("key", dice.choice(turn.act.keys))
            return dice.choice([key, key, ivr.QueueLeft("answered"), ivr.QueueLeft("full")])
        case ivr.FindArticle():
            return ivr.ArticleAnswered(dice.choice(["found", "missing"]), nasty)
        case ivr.BookCallback():
            return ivr.CallbackAnswered(dice.choice(["booked", "bad_number", "refused"]), nasty)
        case ivr.RecordMessage():
            return ivr.MessageRecorded(dice.randrange(3), hung_up=dice.random() < 0.2)
        case _:
            keys = ivr.KeysPressed(dice.choice(["1", "1", "1", "2", "3", "0", "*", "12345678", "9" * 200, nasty]))
            return dice.choice([keys, keys, keys, ivr.Silence(), ivr.WordsSpoken(nasty)])
