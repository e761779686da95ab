"""How much a term counts: BM25 over fields, in whole thousandths, so that sums are exact in any order."""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from kb.articles import Article, ArticleText
from kb.plain import plain_text
from kb.tokens import QueryTerm, tokens

SATURATION: Final = 1.2
LENGTH_SHARE: Final = 0.75
TITLE_BOOST: Final = 3
KEYWORD_BOOST: Final = 3
BODY_BOOST: Final = 1
THOUSAND: Final = 1_000

MOST_TERMS: Final = 64
MOST_POSTINGS: Final = 20_000


@dataclass(frozen=True, slots=True)
class WeightedTerm:
    """A sought term with its idf in thousandths, its factor already in it."""

    term: str
    weight: int


def article_terms(article: Article, language: str, mean_length: float) -> dict[str, int]:
    """The weight of every term of an article in one language, against the mean length of the articles in it."""
    counts = _boosted_counts(article.texts[language])
    length = article_length(article, language)
    penalty = SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * length / mean_length)
    return {term: round(THOUSAND * count * (SATURATION + 1) / (count + penalty)) for term, count in counts.items()}


def article_length(article: Article, language: str) -> int:
    """How many terms an article has in one language; the mean of these is what `article_terms` wants."""
    return _boosted_counts(article.texts[language]).total()


def mean_length(lengths: Collection[int]) -> float:
    """The mean of article lengths; 1 where there is nothing yet."""
    return max(1.0, sum(lengths) / len(lengths)) if lengths else 1.0


def idf(n: int, total: int) -> int:
    """How rare a term is that `n` of `total` texts have, in thousandths; never 0, so that no text is unfindable."""
    return max(1, round(THOUSAND * math.log(1 + (total - n + 0.5) / (n + 0.5))))


def weighted(
    terms: Iterable[QueryTerm], counts: Mapping[str, int], total: int, most: int = MOST_TERMS
) -> list[WeightedTerm]:
    """The sought terms that occur at all, rarest first, as many as a search may read.

    `counts` says how many of the `total` readable texts of one language have each term. Unknown terms fall out; of the
    known ones at least one stays, however common it is.
    """
    known = [term for term in terms if counts.get(term.term, 0) > 0]
    known.sort(key=lambda term: (counts[term.term], term.term))
    chosen: list[WeightedTerm] = []
    postings = 0
    for term in known[:most]:
        postings += counts[term.term]
        if chosen and postings > MOST_POSTINGS:
            break
        chosen.append(WeightedTerm(term.term, max(1, idf(counts[term.term], total) * term.factor // THOUSAND)))
    return chosen


def _boosted_counts(text: ArticleText) -> Counter[str]:
    counts: Counter[str] = Counter()
    for field, boost in (
        (text.title, TITLE_BOOST),
        ("\n".join(text.keywords), KEYWORD_BOOST),
        (plain_text(text.body), BODY_BOOST),
    ):
        for token in tokens(field):
            counts[token.term] += boost
    return counts
