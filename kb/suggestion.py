"""Which articles to lay beside a conversation: the question is read out of what the customer wrote last."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from kb.articles import Audience
from kb.folding import fold
from kb.ranking import Hit, Index
from kb.tokens import LONGEST_QUERY, QueryTerm, query_terms
from kb.weights import idf

LAST_TURNS: Final = 6
MOST_TERMS: Final = 40
MOST_SUGGESTIONS: Final = 3

# In thousandths of what a word brings that one article alone has, once, in its text. Below it are greetings and talk
# about the weather; a question that names its matter with two or three words is above.
THRESHOLD: Final = 2_000

# What Chinese opens and closes with. Each character of it is a term, so that it must go before terms are made; the
# English counterparts are stop words. Folded, the longer before the shorter.
_COURTESIES: Final = re.compile(
    "想问个问题|问个问题|问一下|问问题|早上好|下午好|晚上好|你们好|大家好|有人在吗|有人吗|不好意思|打扰了|帮我看一下|看一下|"
    "你好|您好|请问|想问|谢谢|多谢|感谢|麻烦|帮我|帮忙|在吗|好的|一下"
)
_QUOTED: Final = re.compile(r"[ \t]*>")
_SIGNATURE: Final = re.compile(r"--[ \t]*|__+[ \t]*")


def suggest(
    index: Index,
    turns: Sequence[str],
    language: str | None,
    audience: Audience,
    threshold: int = THRESHOLD,
) -> list[Hit]:
    """The few articles that a conversation is worth interrupting for; often none."""
    hits = index.search_terms(suggestion_terms(turns), language, audience, MOST_TERMS)
    shown = (hit for hit in hits if strength(hit.score, index.total(hit.language, audience)) >= threshold)
    return list(shown)[:MOST_SUGGESTIONS]


def suggestion_terms(turns: Sequence[str]) -> list[QueryTerm]:
    """What the last turns ask for. The `MOST_TERMS` rarest of these count: `kb.weights.weighted` finds them."""
    return query_terms(_COURTESIES.sub(" ", fold(suggestion_query(turns))))


def suggestion_query(turns: Sequence[str]) -> str:
    """The customer's last turns, newest first, without quoted lines and signatures."""
    own_words = (_own_words(turn) for turn in reversed(turns[-LAST_TURNS:]))
    return "\n".join(words for words in own_words if words)[:LONGEST_QUERY]


def strength(score: int, total: int) -> int:
    """A score that can be compared between questions and between collections of `total` texts, in thousandths."""
    return score // idf(1, total) if total else 0


def _own_words(turn: str) -> str:
    return "\n".join(_until_signature(line for line in turn.splitlines() if not _QUOTED.match(line))).strip()


def _until_signature(lines: Iterable[str]) -> Iterable[str]:
    for line in lines:
        if _SIGNATURE.fullmatch(line):
            return
        yield line
