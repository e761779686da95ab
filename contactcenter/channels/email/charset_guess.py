"""Guessing the charset of bytes without a usable label, by what people really write in each of them."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from charset_normalizer import from_bytes

SAMPLE_BYTES = 32_768
"""How much is looked at; guessing on megabytes would take seconds."""

_SHORT = 12
_ENOUGH = 0.9
_WESTERN = frozenset("àáâãäåæçèéêëìíîïñòóôõöøùúûüßÀÁÂÃÄÅÆÇÈÉÊÖØÜœ€£§°´·«»“”‘’–—…\xa0")
_HANGUL_WORDS = re.compile("[가-힣]{2,} [가-힣]")
_SINGLE_BYTE = ["cp1252", "cp1251", "koi8_r", "cp1250", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257"]


@dataclass(frozen=True, slots=True)
class _Script:
    codec: str
    everyday: Callable[[str, int], bool]
    """Whether a character, with the first byte it has in this charset, is one that people use every day."""
    needs: Callable[[str], bool] = lambda _: True


def _kana(char: str) -> bool:
    return "\u3041" <= char <= "\u30fe"


def _share(text: str, wanted: Callable[[str], bool]) -> float:
    foreign = [char for char in text if char > "\x7f"]
    return sum(map(wanted, foreign)) / max(1, len(foreign))


# The order matters where two fit: kana and hangul say more than ideographs, and both Chinese charsets accept nearly anything.
_SCRIPTS = (
    _Script("euc_jp", lambda c, b: _kana(c) or 0xB0 <= b <= 0xCF or b == 0xA1, lambda t: _share(t, _kana) > 0.25),
    _Script("cp932", lambda c, b: _kana(c) or 0x88 <= b <= 0x97 or b == 0x81, lambda t: _share(t, _kana) > 0.25),
    _Script("cp949", lambda _, b: 0xB0 <= b <= 0xC8 or b == 0xA1, lambda t: bool(_HANGUL_WORDS.search(t))),
    _Script("gb18030", lambda _, b: 0xB0 <= b <= 0xD7 or b in {0xA1, 0xA3}),
    _Script("big5", lambda _, b: 0xA4 <= b <= 0xC6 or b == 0xA1),
)


def guess_charset(raw: bytes) -> str | None:
    """A codec that reads these bytes as plausible text, or None."""
    sample = raw[:SAMPLE_BYTES]
    best = max(_SCRIPTS, key=lambda script: _plausibility(script, sample))
    if _plausibility(best, sample) >= _ENOUGH:
        return best.codec
    if len(sample) < _SHORT or _looks_western(sample):
        return "cp1252"
    match = from_bytes(sample, cp_isolation=_SINGLE_BYTE).best()
    return None if match is None else match.encoding


def _looks_western(sample: bytes) -> bool:
    """A few accented letters among many plain ones: the other alphabets have no plain letters in their words."""
    text = sample.decode("cp1252", "replace")
    foreign = sum(char > "\x7f" for char in text)
    return foreign * 3 < len(text) and _share(text, _WESTERN.__contains__) >= _ENOUGH


def _plausibility(script: _Script, sample: bytes) -> float:
    """The share of everyday characters among the foreign ones; 0 when the bytes are not valid or too few to tell."""
    text = _strictly(sample, script.codec)
    if text is None or not script.needs(text):
        return 0.0
    first_bytes = [(char, char.encode(script.codec)[0]) for char in text if char > "\x7f"]
    if len(first_bytes) < 2:
        return 0.0
    return sum(script.everyday(char, byte) for char, byte in first_bytes) / len(first_bytes)


def _strictly(sample: bytes, codec: str) -> str | None:
    """The sample may end in the middle of a character."""
    for end in (len(sample), len(sample) - 1, len(sample) - 2, len(sample) - 3):
        try:
            return sample[:end].decode(codec)
        except UnicodeDecodeError:
            continue
    return None
