"""Reads the audio files of config/ivr/audio/. What a file is, its first bytes say, not its name."""

from pathlib import Path

from contactcenter.channels.voice.audio import NAME, Audio
from contactcenter.configuration.problems import Problem

MOST_BYTES = 2 * 1024 * 1024
_TWO_BYTES, _MPEG_SYNC, _LAYER_3 = 2, 0xFFE0, 0x0002
_VERSION, _NO_VERSION, _LAYER = 0x0018, 0x0008, 0x0006


def audio(folder: Path, problems: list[Problem]) -> dict[str, Audio]:
    """The audio files by their names; a folder that is not there holds none."""
    found = {}
    for path in _files(folder):
        told, read = _read(path)
        if read:
            found[path.name] = read
        else:
            problems.append(Problem(str(path), 1, "file", told))
    return found


def names(folder: Path) -> frozenset[str]:
    """What menus of this folder may name; mistakes in the files are not looked for."""
    return frozenset(path.name for path in _files(folder))


def _files(folder: Path) -> list[Path]:
    """In order of name; hidden files are no business of ours."""
    return [path for path in sorted(folder.glob("*")) if not path.name.startswith(".")]


def _read(path: Path) -> tuple[str, Audio | None]:
    """What is wrong with the file, or what it holds."""
    if not path.is_file():
        return "Only files are read here; put the audio files into this folder itself.", None
    if not NAME.fullmatch(path.name):
        return "Name it with small letters, digits, “.”, “_” and “-”, beginning with a letter or digit.", None
    size = path.stat().st_size
    if size > MOST_BYTES:
        return f"This has {size / 1024 / 1024:.1f} MB; an audio file has at most 2 MB.", None
    body = path.read_bytes()
    content_type = _content_type(body)
    if content_type is None:
        return "This is neither WAV nor MP3, whatever its name says; save the recording as one of them.", None
    return "", Audio(content_type, body)


def _content_type(body: bytes) -> str | None:
    if body[:4] == b"RIFF" and body[8:12] == b"WAVE":
        return "audio/wav"
    return "audio/mpeg" if body[:3] == b"ID3" or _begins_an_mp3_frame(body) else None


def _begins_an_mp3_frame(body: bytes) -> bool:
    head = int.from_bytes(body[:_TWO_BYTES])
    synchronous = len(body) > _TWO_BYTES and head & _MPEG_SYNC == _MPEG_SYNC
    return synchronous and head & _LAYER == _LAYER_3 and head & _VERSION != _NO_VERSION
