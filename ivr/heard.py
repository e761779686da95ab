"""Digits in what a recogniser heard: as figures, as words, in English and in Chinese."""

import re
import unicodedata

_ENGLISH = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_WORDS = {
    **dict(zip(_ENGLISH, "0123456789", strict=True)),
    "oh": "0",
    **dict(zip("零一二三四五六七八九", "0123456789", strict=True)),
    **dict(zip("〇幺两兩", "0122", strict=True)),
}
_SPOKEN = re.compile(r"double|triple|[0-9]|" + "|".join(_WORDS), re.IGNORECASE)
_TIMES = {"double": 2, "triple": 3}


def spoken_digits(text: str) -> str:
    """The digits of a number that was said digit by digit; nothing where none was said."""
    digits, times = "", 1
    for found in _SPOKEN.findall(unicodedata.normalize("NFKC", text)):
        word = found.lower()
        if word in _TIMES:
            times = _TIMES[word]
        else:
            digits, times = digits + _WORDS.get(word, word) * times, 1
    return digits
