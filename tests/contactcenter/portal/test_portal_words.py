"""What the phone's and the chat's scripts say stands in their pages, and what is played to callers is what it should be."""

import itertools
import re
import runpy
import wave
from pathlib import Path

import pytest

HOME = Path(__file__).parents[3] / "contactcenter"
PAGES = {"chat": HOME / "templates/chat/widget.html", "phone": HOME / "templates/portal/phone.html"}
SAID = re.compile(r'\b(?:said|state|note)\("([\w-]+)"')


@pytest.mark.parametrize("name", PAGES)
def test_every_word_of_a_script_is_on_its_page(name):
    scripts = "".join(path.read_text("utf-8") for path in (HOME / "static/js").glob(f"{name}*.js"))
    given = set(re.findall(r'^\s*"([\w-]+)": _\(', PAGES[name].read_text("utf-8"), re.MULTILINE))
    said = set(SAID.findall(scripts))
    assert said
    assert said <= given


def test_hold_music_is_for_telephones_and_loops_without_a_click():
    with wave.open(str(HOME / "static/audio/hold.wav")) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (8000, 1, 2)
        assert file.getnframes() / file.getframerate() == 20
        samples = memoryview(file.readframes(file.getnframes())).cast("h")
    steps = [abs(one - other) for one, other in itertools.pairwise(samples)]
    assert abs(samples[0] - samples[-1]) <= max(steps)
    assert 8000 < max(map(abs, samples)) < 16000
    assert (HOME / "static/audio/hold.wav").stat().st_size < 350_000


def test_hold_music_is_what_its_script_makes():
    made = runpy.run_path(str(HOME / "static/audio/make.py"))
    with wave.open(str(HOME / "static/audio/hold.wav")) as file:
        samples = memoryview(file.readframes(file.getnframes())).cast("h").tolist()
    again = made["normalised"](made["tune"]())
    assert max(abs(one - other) for one, other in zip(samples, again, strict=True)) <= 1
