"""How text becomes the form that search compares: compatible, lower case, Simplified, and traceable to where it stood."""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from kb.simplified import SIMPLIFIED

# Dashes that people and word processors put where a product code has its hyphen.
_HYPHENS: Final = dict.fromkeys("\u2010\u2011\u2012\u2013", "-")
_FOLDED: Final = SIMPLIFIED | _HYPHENS
# Vowels and final consonants of Hangul, which follow the letter that they belong to.
_JAMO: Final = range(0x1160, 0x1200)

# Sorting marks takes time by the square of their number, and nothing that is written has so many.
_LONGEST_CLUSTER: Final = 16


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text; the character at `i` came from `starts[i]` up to `ends[i]` of the text that people see."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]


def fold(text: str) -> str:
    return "".join(_fold_cluster(text[start:end]) for start, end in _clusters(text))


def fold_with_places(text: str) -> Folded:
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for start, end in _clusters(text):
        piece = _fold_cluster(text[start:end])
        pieces.append(piece)
        starts += [start] * len(piece)
        ends += [end] * len(piece)
    return Folded("".join(pieces), tuple(starts), tuple(ends))


def _clusters(text: str) -> list[tuple[int, int]]:
    """Where each letter stands together with the marks that normalisation may melt into it.

    Whole texts cannot be normalised at once: their characters would no longer know where they came from.
    """
    clusters: list[tuple[int, int]] = []
    start = 0
    for place, char in enumerate(text):
        if place > start and not (_joins_the_letter_before(char) and place - start < _LONGEST_CLUSTER):
            clusters.append((start, place))
            start = place
    return [*clusters, (start, len(text))] if text else []


@lru_cache(maxsize=16_384)
def _joins_the_letter_before(char: str) -> bool:
    first = unicodedata.normalize("NFKD", char)[0]
    return unicodedata.combining(first) != 0 or ord(first) in _JAMO


@lru_cache(maxsize=16_384)
def _fold_cluster(cluster: str) -> str:
    lowered = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", cluster).lower())
    return "".join(_FOLDED.get(char, char) for char in lowered)
