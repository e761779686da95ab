"""The index in memory: which articles answer a question, best first. What a database answers must be the same."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kb.articles import LANGUAGES, Article, Audience
from kb.tokens import QueryTerm, query_terms
from kb.weights import MOST_TERMS, article_length, article_terms, mean_length, weighted


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that was found, the language it was found in, and the terms that decided, strongest first."""

    article_id: str
    language: str
    score: int
    terms: tuple[str, ...]


# Term -> article -> weight.
_Postings = dict[str, dict[str, int]]


class Index:
    """Articles by term. Each language is an index of its own: rarity and length are measured inside it."""

    def __init__(self, articles: Iterable[Article], mean_lengths: Mapping[str, float] | None = None) -> None:
        """Without `mean_lengths` they are those of the articles; a store that keeps older ones gives its own."""
        self._articles: dict[str, Article] = {}
        for article in articles:
            if article.id in self._articles:
                raise ValueError(f"Two articles have the id “{article.id}”.")
            self._articles[article.id] = article
        self.mean_lengths: Final = dict(mean_lengths) if mean_lengths is not None else self._measured_lengths()
        self._postings: Final[dict[str, _Postings]] = {language: defaultdict(dict) for language in LANGUAGES}
        for article in self._articles.values():
            for language in article.texts:
                self._add(article, language)

    def search(self, query: str, language: str | None, audience: Audience, limit: int) -> list[Hit]:
        """The best articles for a question, one hit each: those found in `language` first, then the others."""
        return self.search_terms(query_terms(query), language, audience)[:limit]

    def search_terms(
        self, terms: Sequence[QueryTerm], language: str | None, audience: Audience, most: int = MOST_TERMS
    ) -> list[Hit]:
        """All articles that have any of the terms, of which the `most` rarest count."""
        hits = [hit for spoken in LANGUAGES for hit in self._hits(terms, spoken, audience, most)]
        hits.sort(key=lambda hit: (hit.language != language, -hit.score, hit.article_id, hit.language))
        best: dict[str, Hit] = {}
        for hit in hits:
            best.setdefault(hit.article_id, hit)
        return list(best.values())

    def total(self, language: str, audience: Audience) -> int:
        """How many texts of a language this audience may read."""
        return sum(language in article.texts and audience.may_read(article) for article in self._articles.values())

    def counts(self, terms: Iterable[str], language: str, audience: Audience) -> dict[str, int]:
        """How many texts of a language this audience may read have each term."""
        postings = self._postings[language]
        return {
            term: sum(audience.may_read(self._articles[article_id]) for article_id in postings.get(term, ()))
            for term in terms
        }

    def _hits(self, terms: Sequence[QueryTerm], language: str, audience: Audience, most: int) -> list[Hit]:
        counts = self.counts([term.term for term in terms], language, audience)
        shares: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for sought in weighted(terms, counts, self.total(language, audience), most):
            for article_id, weight in self._postings[language][sought.term].items():
                if audience.may_read(self._articles[article_id]):
                    shares[article_id].append((weight * sought.weight, sought.term))
        return [_hit(article_id, language, found) for article_id, found in shares.items()]

    def _measured_lengths(self) -> dict[str, float]:
        lengths: dict[str, list[int]] = {language: [] for language in LANGUAGES}
        for article in self._articles.values():
            for language in article.texts:
                lengths[language].append(article_length(article, language))
        return {language: mean_length(measured) for language, measured in lengths.items()}

    def _add(self, article: Article, language: str) -> None:
        for term, weight in article_terms(article, language, self.mean_lengths[language]).items():
            self._postings[language][term][article.id] = weight


def _hit(article_id: str, language: str, shares: list[tuple[int, str]]) -> Hit:
    strongest_first = sorted(shares, key=lambda share: (-share[0], share[1]))
    return Hit(article_id, language, sum(share for share, _ in shares), tuple(term for _, term in strongest_first))
