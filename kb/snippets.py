"""A short excerpt of an article around what was sought, with the places to mark; the text itself is never folded."""

from bisect import bisect_right
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from kb.plain import plain_text
from kb.tokens import Kind, Token, tokens

WIDTH: Final = 160

# From here on writing may be cut between any two characters.
_FIRST_CJK: Final = "\u2e80"


@dataclass(frozen=True, slots=True)
class Snippet:
    """Text to show; each mark is the place of sought words in it, in order and without overlap."""

    text: str
    marks: tuple[tuple[int, int], ...]
    cut_before: bool
    cut_after: bool


def snippet(body: str, terms: Collection[str], width: int = WIDTH) -> Snippet:
    """The part of a Markdown text that holds most of the terms, at most `width` characters of it."""
    text = " ".join(plain_text(body).split())
    sought = _worth_marking([token for token in tokens(text) if token.term in terms])
    start, end = _trimmed(text, _window(sought, len(text), width))
    inside = [(token.start - start, token.end - start) for token in sought if start <= token.start and token.end <= end]
    return Snippet(text[start:end], _merged(inside), start > 0, end < len(text))


def _worth_marking(found: list[Token]) -> list[Token]:
    """Single characters are in almost every sentence; beside whole pairs they would mark nothing but noise."""
    if any(token.kind is Kind.PAIR for token in found):
        return [token for token in found if token.kind is not Kind.SINGLE]
    return found


def _window(sought: list[Token], length: int, width: int) -> tuple[int, int]:
    """The first stretch in which the most different terms stand, with some text before them."""
    lead = width // 4
    sought = sorted(sought, key=lambda token: token.start)
    starts = [token.start for token in sought]
    best, most = 0, 0
    for place, first in enumerate(sought):
        last = bisect_right(starts, first.start + width - lead)
        different = len({token.term for token in sought[place:last] if token.end <= first.start + width - lead})
        if different > most:
            best, most = max(0, first.start - lead), different
    start = max(0, min(best, length - width))
    return start, min(length, start + width)


def _trimmed(text: str, window: tuple[int, int]) -> tuple[int, int]:
    """Never begin or end inside a word of letters, nor with a space."""
    start, end = window
    while 0 < start < end and (_same_word(text, start) or text[start].isspace()):
        start += 1
    while start < end < len(text) and (_same_word(text, end) or text[end - 1].isspace()):
        end -= 1
    return (start, end) if start < end else window


def _same_word(text: str, place: int) -> bool:
    return all(char.isalnum() and char < _FIRST_CJK for char in text[place - 1 : place + 1])


def _merged(places: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(places):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)
