"""What counts as a term in a text: stems and words, product codes and their parts, single and paired characters."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from itertools import pairwise
from typing import Final

import snowballstemmer

from kb.folding import Folded, fold_with_places
from kb.stopwords import STOP_WORDS

# A term is a key in a database index; nobody searches for a longer one, and hostile mail is full of them.
LONGEST_TERM: Final = 64
# Nobody types more; who pastes a whole page is answered from its beginning.
LONGEST_QUERY: Final = 4_000

# Han with its marks, kana, hangul: scripts whose words are not parted by spaces, or whose endings hide the word.
_CJK: Final = (
    "\u3005-\u3007\u3021-\u3029\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u1100-\u11ff\uac00-\ud7af\U00020000-\U0003ffff"
)
_LETTERS: Final = rf"(?:[^\W_{_CJK}]|[\u0300-\u036f])+"
_RUN: Final = re.compile(rf"(?P<cjk>[{_CJK}]+)|{_LETTERS}(?:[-_./]{_LETTERS})*")
_PART: Final = re.compile(r"\d+|[^\d\-_./]+")
_DIGIT: Final = re.compile(r"\d")

# A term with its kind and its place in the folded text.
_Piece = tuple[str, "Kind", int, int]


class Kind(StrEnum):
    WORD = "word"
    WRITTEN = "written"
    CODE = "code"
    SINGLE = "single"
    PAIR = "pair"


@dataclass(frozen=True, slots=True)
class Token:
    """A term and the place of its evidence in the text that people see."""

    term: str
    kind: Kind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class QueryTerm:
    """A term that is sought; `factor` says in thousandths how much it may count."""

    term: str
    factor: int


# What only confirms another term counts half: a pair both characters, a word as it is written its own stem.
FACTORS: Final = {Kind.WORD: 1_000, Kind.WRITTEN: 500, Kind.CODE: 1_000, Kind.SINGLE: 1_000, Kind.PAIR: 500}


def query_terms(text: str) -> list[QueryTerm]:
    """The distinct terms of a question in their order; stop words count only when there is nothing else."""
    found = list(tokens(text[:LONGEST_QUERY]))
    telling = [token for token in found if token.term not in _stopped()] or found
    factors: dict[str, int] = {}
    for token in telling:
        factors[token.term] = max(FACTORS[token.kind], factors.get(token.term, 0))
    return [QueryTerm(term, factor) for term, factor in factors.items()]


@cache
def _stopped() -> frozenset[str]:
    return STOP_WORDS | {_stem(word) for word in STOP_WORDS}


def tokens(text: str) -> Iterator[Token]:
    """Every term of a text in reading order, as often as it occurs."""
    folded = fold_with_places(text)
    for run in _RUN.finditer(folded.text):
        pieces = _characters(run) if run["cjk"] else _words(run)
        for term, kind, start, end in pieces:
            yield _placed(folded, term[:LONGEST_TERM], kind, (start, end))


def _placed(folded: Folded, term: str, kind: Kind, place: tuple[int, int]) -> Token:
    start, end = place
    return Token(term, kind, folded.starts[start], folded.ends[end - 1])


def _characters(run: re.Match[str]) -> Iterator[_Piece]:
    text, start = run[0], run.start()
    for place, char in enumerate(text, start):
        yield char, Kind.SINGLE, place, place + 1
    for place, (left, right) in enumerate(pairwise(text), start):
        yield left + right, Kind.PAIR, place, place + 2


def _words(run: re.Match[str]) -> Iterator[_Piece]:
    parts = list(_PART.finditer(run[0]))
    if len(parts) > 1:
        yield from _whole(run)
    for part in parts:
        yield from _word(part[0], run.start() + part.start(), run.start() + part.end())


def _whole(run: re.Match[str]) -> Iterator[_Piece]:
    """A product code is a term as it stands; "e-mail" is also found as "email"."""
    if _DIGIT.search(run[0]):
        yield run[0], Kind.CODE, run.start(), run.end()
    elif run[0].count("-") == 1 and not re.search(r"[_./]", run[0]):
        yield from _word(run[0].replace("-", ""), run.start(), run.end())


def _word(word: str, start: int, end: int) -> Iterator[_Piece]:
    stem = _stem(word)
    yield stem, Kind.WORD, start, end
    if stem != word:
        yield word, Kind.WRITTEN, start, end


@lru_cache(maxsize=65_536)
def _stem(word: str) -> str:
    if len(word) > LONGEST_TERM or not word.isascii():
        return word
    # A stemmer keeps the word it works on in itself, so threads must not share one.
    # Of a lone "s" the stemmer leaves nothing.
    return str(snowballstemmer.stemmer("porter").stemWord(word)) or word
