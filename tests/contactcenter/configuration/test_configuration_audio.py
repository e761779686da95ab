"""Audio files of phone menus: what the reader takes them for, and what applying them does."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from contactcenter.channels.voice.audio import Audio
from contactcenter.configuration import reading_audio
from contactcenter.configuration.applying import apply
from contactcenter.configuration.contents import Config
from contactcenter.configuration.ivr_commands import ivr_group
from contactcenter.configuration.planning import Plan
from contactcenter.configuration.problems import Problem
from contactcenter.configuration.reading import read
from contactcenter.foundation import clock
from contactcenter.foundation.db import Database
from contactcenter.models import AudioFile

CONFIG = Path(__file__).parents[3] / "config"
SAMPLE = replace(read(CONFIG), articles={}, staff=None)
WAV = b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(24)
MP3, TAGGED = b"\xff\xfb\x90\x64" + bytes(40), b"ID3\x04" + bytes(40)
MOST = 2 * 1024 * 1024


def read_files(folder: Path, **files: bytes) -> tuple[dict[str, Audio], list[str]]:
    """What a folder with these files holds, and what is wrong with it. `_` before the ending stands for the dot."""
    for name, body in files.items():
        (folder / ".".join(name.rsplit("_", 1))).write_bytes(body)
    problems: list[Problem] = []
    found = reading_audio.audio(folder, problems)
    return found, [str(one).removeprefix(f"{folder}/") for one in problems]


def test_what_a_file_is_its_first_bytes_say(tmp_path: Path) -> None:
    found, problems = read_files(tmp_path, a_wav=WAV, b_wav=MP3, c_mp3=TAGGED, d_dat=WAV + bytes(MOST - len(WAV)))
    assert problems == []
    kinds = {name: one.content_type for name, one in found.items()}
    assert kinds == {"a.wav": "audio/wav", "b.wav": "audio/mpeg", "c.mp3": "audio/mpeg", "d.dat": "audio/wav"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"\xff\xfb",
        b"<html>",
        b"RIFF\x24\x00\x00\x00AVI fmt ",
        b"OggS" + bytes(40),
        b"\xff\xf1\x50\x80" + bytes(40),
    ],
)  # the last is AAC, whose frames begin nearly as those of an MP3 do
def test_what_is_neither_wav_nor_mp3_is_refused_whatever_its_name(tmp_path: Path, body: bytes) -> None:
    found, (problem,) = read_files(tmp_path, a_wav=body)
    assert found == {}
    assert problem.startswith("a.wav:1: file: This is neither WAV nor MP3, whatever its name says")


def test_what_is_too_large_badly_named_or_no_file_is_refused_all_at_once(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.wav").write_bytes(WAV)
    (tmp_path / ".DS_Store").write_bytes(b"x")
    (tmp_path / "您好.wav").write_bytes(WAV)
    found, problems = read_files(tmp_path, Loud_wav=WAV, large_wav=WAV + bytes(MOST), fine_wav=WAV)
    assert set(found) == {"fine.wav"}
    assert [problem.partition(":")[0] for problem in problems] == ["Loud.wav", "large.wav", "sub", "您好.wav"]
    assert "at most 2 MB" in problems[1]


def test_without_the_folder_there_is_none(tmp_path: Path) -> None:
    assert read_files(tmp_path / "nowhere") == ({}, [])


# --- applying ---


def applied(db: Database, **files: bytes) -> Plan:
    config = replace(SAMPLE, audio={name: Audio("audio/wav", body) for name, body in files.items()})
    return db.run(lambda session: apply(session, config, clock.now(session), "tester"))


def told(done: Plan) -> list[str]:
    return [str(change) for change in done.changes if change.noun == "audio"]


def rows(db: Database) -> list[tuple[str, bytes, bool]]:
    with db.transaction() as session:
        columns = select(AudioFile.name, AudioFile.body, AudioFile.current).order_by(AudioFile.name, AudioFile.body)
        return [tuple(row) for row in session.execute(columns)]


def test_a_changed_file_is_another_row_and_what_is_gone_is_only_out_of_force(db: Database) -> None:
    assert told(applied(db, a=b"1", b=b"2")) == ["publish audio a", "publish audio b"]
    assert applied(db, a=b"1", b=b"2").changes == ()
    assert told(applied(db, a=b"3")) == ["publish audio a", "disable audio b"]
    assert rows(db) == [("a", b"1", False), ("a", b"3", True), ("b", b"2", False)]
    assert told(applied(db, a=b"1", b=b"2")) == ["publish audio a", "publish audio b"]
    assert rows(db) == [("a", b"1", True), ("a", b"3", False), ("b", b"2", True)]


def test_the_fingerprint_of_a_configuration_covers_its_audio() -> None:
    one, other = (replace(SAMPLE, audio={"a.wav": Audio("audio/wav", body)}) for body in (b"1", b"2"))
    assert len({one.digest(), other.digest(), SAMPLE.digest()}) == 3


# --- checking ---


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    """The sample company, whose greeting names a file that is not there."""
    for name in ("queues", "calendars", "hooks", "skills", "sla", "dispositions", "presence", "numbers"):
        (tmp_path / f"{name}.yaml").write_text((CONFIG / f"{name}.yaml").read_text("utf-8"), "utf-8")
    text = (CONFIG / "ivr" / "main.yaml").read_text("utf-8")
    said = "en: Welcome to Yunfan Store. Calls may be recorded."
    assert said in text
    (tmp_path / "ivr" / "audio").mkdir(parents=True)
    played = said.replace("en: ", 'en: {audio: hello.wav, text: "') + '"}'
    (tmp_path / "ivr" / "main.yaml").write_text(text.replace(said, played, 1), "utf-8")
    return tmp_path


def check(folder: Path) -> Result:
    return CliRunner().invoke(ivr_group, ["check", str(folder / "ivr" / "main.yaml")])


def refused(work: Callable[[], Config]) -> str:
    with pytest.raises(Exception, match="hello") as caught:
        work()
    return str(caught.value)


def test_a_menu_that_names_a_missing_file_is_found_by_the_check_and_refused_by_apply(recorded: Path) -> None:
    sentence = "audio 'hello.wav' does not exist; put it into config/ivr/audio"
    found = check(recorded)
    assert found.exit_code == 1
    assert f": greet: R04: say: {sentence}" in found.output
    assert sentence in refused(lambda: read(recorded))
    (recorded / "ivr" / "audio" / "hello.wav").write_bytes(WAV)
    assert check(recorded).output.endswith(": nothing found\n")
    assert set(read(recorded).audio) == {"hello.wav"}


def test_a_broken_file_is_one_mistake_and_not_two(recorded: Path) -> None:
    (recorded / "ivr" / "audio" / "hello.wav").write_bytes(b"no sound")
    assert "R04" not in refused(lambda: read(recorded))
