"""A recorded prompt is played from an address of ours that never changes, read by whoever cannot hear it, and never missed."""

import io
import re
import wave
from xml.etree import ElementTree as ET

import pytest
from house import BASE, NUMBER, House
from menus_world import MENU, Menus
from races import wait_until
from sqlalchemy import delete, event, update
from sqlalchemy.exc import IntegrityError
from voice_world import CALLER, Provider

import ivr
from contactcenter.carrier import twiml
from contactcenter.channels.voice import audio, documents
from contactcenter.channels.voice.addresses import Addresses
from contactcenter.channels.voice.audio import Audio
from contactcenter.channels.voice.menus import checking
from contactcenter.channels.voice.menus.history import MENUS
from contactcenter.foundation import clock
from contactcenter.foundation.db import Database
from contactcenter.foundation.remembering import Remembered
from contactcenter.foundation.shelves import Edition
from contactcenter.models import AudioFile
from contactcenter.models.states import TextOrigin

FILE = "welcome-en.wav"
WELCOME = "Welcome to Yunfan Store. Calls may be recorded."
RECORDED = (f"en: {WELCOME}", f'en: {{audio: {FILE}, text: "{WELCOME}"}}')
UNKIND = ("--><Hangup/><!--", "a -- b ---", "-", "\ud800 \x07 \u202e <&>\"'", "\\u002d", "長" * 2000, "您好 🙂")


def sound(seconds: int) -> Audio:
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(8000)
        file.writeframes(b"\x80" * 8000 * seconds)
    return Audio("audio/wav", target.getvalue())


SHORT, LONG = sound(2), sound(7)


@pytest.fixture
def house_url(house_url: str) -> str:
    """The sample line names a file in its English greeting, before anybody reads it; the file is not there yet."""
    db = Database(house_url, pool_size=1)
    with db.transaction() as session:
        body = MENUS.current(session, MENU).body
        assert RECORDED[0] in body
        recorded = body.replace(*RECORDED)
        edition = Edition(MENU, recorded, TextOrigin.FILES, "tester", "tester")
        MENUS.put_in_force(session, edition, 1, clock.now(session))
    db.dispose()
    return house_url


@pytest.fixture
def menus(house: House) -> Menus:
    return Menus(house)


def put(house: House, content: Audio) -> str:
    """Put the recording in force; the address where it is played from."""
    with house.db.transaction() as session:
        audio.put_in_force(session, FILE, content, clock.now(session))
    return f"{BASE}/twilio/voice/audio/{content.sha256}/{FILE}"


def greeting(provider: Provider) -> str:
    """What a new caller who chooses English is told to hear."""
    sid = provider.sid()
    return provider.press(provider.ring(sid).text, sid, "1").text


def test_a_recording_is_played_from_an_address_that_anybody_may_fetch_and_keep(
    menus: Menus, provider: Provider
) -> None:
    address = put(menus.house, SHORT)
    document = greeting(provider)
    assert f"<Play>{address}</Play>" in document
    assert f">{WELCOME}<" not in document
    for _ in range(2):
        fetched = menus.house.app.test_client().get(address.removeprefix(BASE), base_url=BASE)
        assert (fetched.status_code, fetched.data) == (200, SHORT.body)
        assert fetched.headers["Content-Type"] == "audio/wav"
        assert fetched.headers["Content-Length"] == str(len(SHORT.body))
        assert fetched.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert fetched.headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in fetched.headers


def test_who_reads_along_reads_the_text_of_the_recording_for_as_long_as_it_plays(menus: Menus) -> None:
    put(menus.house, LONG)
    sim = menus.house.sim
    call = sim.dial_in(CALLER, NUMBER)
    sim.advance(2)
    sim.press(call, "1")
    begun = sim.engine.now()
    sim.advance(30)
    heard = {text: at for at, text in call.heard}
    assert heard[WELCOME] == pytest.approx(begun, abs=0.5)
    later = min(at for text, at in heard.items() if at > heard[WELCOME])
    assert later - heard[WELCOME] == pytest.approx(7, abs=0.1)
    assert "music" not in [told["kind"] for told in call.log.events]
    assert sim.errors == []


def test_a_recording_that_is_not_there_is_spoken(menus: Menus, provider: Provider) -> None:
    assert FILE in menus.text()
    document = greeting(provider)
    assert f"{MENU}@2/" in document
    assert "<Play>" not in document
    assert f">{WELCOME}</Say>" in document


def test_a_new_content_is_played_at_once_at_another_address_and_the_old_address_still_plays_the_old(
    menus: Menus, provider: Provider
) -> None:
    old = put(menus.house, SHORT)
    assert old in greeting(provider)
    new = put(menus.house, LONG)
    wait_until(lambda: new in greeting(provider), what="the new recording")
    with menus.house.db.transaction() as session:
        audio.retire(session, FILE)
    wait_until(lambda: f">{WELCOME}</Say>" in greeting(provider), what="the text")
    assert put(menus.house, SHORT) == old
    wait_until(lambda: old in greeting(provider), what="the old recording again")
    for address, content in ((old, SHORT), (new, LONG)):
        client = menus.house.app.test_client()
        assert client.get(address.removeprefix(BASE), base_url=BASE).data == content.body
    with menus.house.db.transaction() as session:
        assert audio.in_force(session) == {FILE: SHORT.sha256}


@pytest.mark.parametrize(
    "path",
    [
        f"{SHORT.sha256}/other.wav",
        f"{LONG.sha256}/{FILE}",
        f"{SHORT.sha256[:32]}/{FILE}",
        f"{SHORT.sha256}/../{FILE}",
        f"{SHORT.sha256}/%2e%2e%2f{FILE}",
        f"{SHORT.sha256}/sub/{FILE}",
        f"%00/{FILE}",
        f"/{FILE}",
    ],
)
def test_no_other_address_leads_to_a_file(menus: Menus, path: str) -> None:
    put(menus.house, SHORT)
    answer = menus.house.app.test_client().get(f"/twilio/voice/audio/{path}", base_url=BASE)
    assert answer.status_code == 404
    assert "immutable" not in answer.headers.get("Cache-Control", "")


def test_a_content_can_neither_be_changed_nor_deleted(menus: Menus) -> None:
    put(menus.house, SHORT)
    for spoil in (update(AudioFile).values(body=b"other"), update(AudioFile).values(name="x"), delete(AudioFile)):
        with pytest.raises(IntegrityError, match="never changed"), menus.house.db.transaction() as session:
            session.execute(spoil)


def test_which_recordings_there_are_is_asked_once_and_not_for_every_turn(
    menus: Menus, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audio, "_in_force", Remembered(3600.0))
    put(menus.house, SHORT)
    asked: list[str] = []
    event.listen(menus.house.db.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    sid = provider.sid()
    document = provider.ring(sid).text
    for key in ("1", "9", "9", "1"):
        document = provider.press(document, sid, key).text
    assert sum("audio_file" in statement for statement in asked) == 1
    assert not any(re.search(r"audio_file\.body", statement) for statement in asked)


def test_a_draft_may_name_what_is_in_force_and_nothing_else(menus: Menus) -> None:
    def rules() -> set[tuple[str, str]]:
        with menus.house.db.transaction() as session:
            return {
                (one.rule, one.message) for one in checking.check(menus.text(), MENU, checking.known(session)).findings
            }

    missing = ("R04", f"say: audio '{FILE}' does not exist; put it into config/ivr/audio")
    assert missing in rules()
    put(menus.house, SHORT)
    assert missing not in rules()


@pytest.mark.parametrize("text", UNKIND)
def test_no_text_of_a_recording_can_break_out_of_its_caption(text: str) -> None:
    flow = ivr.parse(
        "flow: f\nversion: 1\ntitle: {en: F}\nlanguages: [en]\nvoices: {en: {voice: A, language: en-US}}\nstart: a\n"
        "human: a\nsteps:\n  a: {say: {en: Hello}, end: solved}\n",
        "f",
    )
    to = Addresses("https://desk.example.com", audio={FILE: "0" * 64})
    turn = ivr.Turn(ivr.begin(flow, ivr.Caller("")).state, (ivr.Speech("en", text, FILE),), ivr.HangUp("solved"))
    document = documents.turn(flow, turn, 1, to)
    read = twiml.parse(document.encode())
    assert list(twiml.complaints(read)) == []
    assert [node.tag for node in read.children] == ["Play", "Hangup"]
    assert read.children[0].caption == " ".join(text.split())
    assert [child.tag for child in ET.fromstring(document)] == ["Play", "Hangup"], "what a reader without comments sees"
