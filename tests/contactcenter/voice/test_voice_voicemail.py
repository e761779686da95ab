"""A message that a caller leaves: a recording on a case, and, where a machine writes it down, its words."""

from house import NUMBER, House
from voice_world import Provider

from contactcenter.models import TimelineEntry
from contactcenter.models.states import EntryKind


def message(house: House, language: str = "1") -> None:
    """In line, tired of waiting, and a few words after the tone."""
    call = house.sim.dial_in("+14155550123", NUMBER)
    for key in (language, "3", "2"):
        house.pass_time(7)
        house.sim.press(call, key)
    for _ in range(30):
        if any("tone" in text or "提示音" in text for _, text in call.heard):
            break
        house.pass_time(1)
    house.pass_time(8)
    house.sim.say(call, "The lamp arrived broken.")
    house.pass_time(3)
    house.sim.press(call, "#")
    house.pass_time(2)


def entry(provider: Provider) -> TimelineEntry:
    return provider.one(TimelineEntry, TimelineEntry.kind == EntryKind.VOICEMAIL)


def test_what_a_message_says_is_written_beside_its_recording(house: House, provider: Provider) -> None:
    message(house)
    assert "transcript" not in entry(provider).body
    house.pass_time(6)
    left = entry(provider)
    assert left.body["transcript"] == "The lamp arrived broken."
    assert left.body["recording"]
    page = house.agent("ana").get(f"/console/cases/{left.case_id}").get_data(as_text=True)
    assert "The lamp arrived broken." in page
    assert house.sim.errors == []


def test_what_no_machine_writes_down_is_a_recording_alone(house: House, provider: Provider) -> None:
    message(house, "2")
    house.pass_time(6)
    assert "transcript" not in entry(provider).body


def test_words_of_a_message_that_is_not_known_yet_are_told_again(house: House, provider: Provider) -> None:
    url = house.parts.addresses.transcript
    early = provider.post(url, CallSid="CA1", RecordingSid="RE404", TranscriptionText="Too early.")
    assert early.status_code == 404, "so that the provider tries again"
    message(house)
    left = entry(provider)
    sid = left.body["recording"]
    long = "<b>" + "x" * 5000
    assert provider.post(url, CallSid="CA1", RecordingSid=sid, TranscriptionText=long).status_code == 204
    assert len(entry(provider).body["transcript"]) == 4000
    assert "&lt;b&gt;xxx" in house.agent("ana").get(f"/console/cases/{left.case_id}").get_data(as_text=True)
