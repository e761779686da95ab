"""Searching: BM25 in plain tables. What a reader may not see is neither found nor counted."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from contactcenter.models import KbArticle, KbTerm
from kb.articles import LANGUAGES, Audience
from kb.plain import plain_text
from kb.snippets import snippet
from kb.tokens import QueryTerm, query_terms
from kb.weights import MOST_TERMS, weighted

PUBLIC = Audience.PUBLIC
INTERNAL = Audience.INTERNAL


@dataclass(frozen=True, slots=True)
class Found:
    """An article that answers, with the piece of it that does: text in parts, each marked or not."""

    article_id: str
    title: str
    language: str
    score: int
    excerpt: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A whole article in one language, as safe HTML and as plain text for a reply."""

    article_id: str
    title: str
    language: str
    html: str
    plain: str


@dataclass(frozen=True, slots=True)
class _Hit:
    """An article that was found, the language it was found in, and the terms that decided, strongest first."""

    article_id: str
    language: str
    score: int
    terms: list[str]


_BEST = text("""
    SELECT t.article_id, sum(t.weight * q.weight) AS score,
           array_agg(t.term ORDER BY t.weight * q.weight DESC, t.term) AS terms
      FROM unnest(CAST(:terms AS text[]), CAST(:weights AS bigint[])) AS q(term, weight)
      JOIN kb_term t ON t.term = q.term AND t.language = :language
      JOIN kb_article a ON a.id = t.article_id AND a.enabled AND a.audience = ANY(CAST(:audiences AS text[]))
     GROUP BY t.article_id ORDER BY score DESC, t.article_id LIMIT :most
""")


def search(session: Session, words: str, language: str, audience: Audience, most: int = 10) -> list[Found]:
    """The best articles for a question: those found in the reader's language first, then the others, each once."""
    return search_terms(session, query_terms(words), language, audience, most)


def search_terms(
    session: Session, terms: Sequence[QueryTerm], language: str, audience: Audience, most: int
) -> list[Found]:
    """As `search`, for a question that is already cut into terms."""
    hits = [hit for spoken in LANGUAGES for hit in _hits(session, terms, spoken, audience, most)]
    hits.sort(key=lambda hit: (hit.language != language, -hit.score, hit.article_id, hit.language))
    best: dict[str, _Hit] = {}
    for hit in hits:
        best.setdefault(hit.article_id, hit)
    return [_found(session, hit) for hit in list(best.values())[:most]]


def article(session: Session, article_id: str, language: str, audience: Audience) -> Shown | None:
    """One article for a reader who may see it, in their language if it is written in it."""
    row = session.get(KbArticle, article_id)
    if row is None or not row.enabled or row.audience not in _readable(audience):
        return None
    spoken = language if language in row.bodies else next(one for one in LANGUAGES if one in row.bodies)
    body = row.bodies[spoken]
    return Shown(article_id, row.titles[spoken], spoken, html(body), plain_text(body))


def listed(session: Session, language: str, audience: Audience) -> list[Shown]:
    """Every article the reader may see, by title: what a help page shows before anybody searches."""
    rows = session.scalars(
        select(KbArticle.id).where(KbArticle.enabled, KbArticle.audience.in_(_readable(audience)))
    ).all()
    shown = [article(session, one, language, audience) for one in rows]
    return sorted((one for one in shown if one), key=lambda one: one.title)


def total(session: Session, language: str, audience: Audience) -> int:
    """How many articles in a language this reader may see."""
    statement = select(func.count()).where(
        KbArticle.enabled,
        KbArticle.audience.in_(_readable(audience)),
        KbArticle.bodies.has_key(language),
    )
    return session.scalar(statement) or 0


@lru_cache(maxsize=512)
def html(markdown: str) -> str:
    """An article's Markdown as HTML that is safe to show."""
    return nh3.clean(MarkdownIt("commonmark", {"html": False}).render(markdown))


def _hits(session: Session, terms: Sequence[QueryTerm], language: str, audience: Audience, most: int) -> Iterable[_Hit]:
    readable = list(_readable(audience))
    counts = _counts(session, [term.term for term in terms], language, readable)
    sought = weighted(terms, counts, total(session, language, audience), MOST_TERMS)
    if not sought:
        return []
    rows = session.execute(
        _BEST,
        {
            "terms": [one.term for one in sought],
            "weights": [one.weight for one in sought],
            "language": language,
            "audiences": readable,
            "most": most,
        },
    )
    return [_Hit(row.article_id, language, int(row.score), row.terms) for row in rows]


def _counts(session: Session, terms: list[str], language: str, readable: list[str]) -> Mapping[str, int]:
    rows = session.execute(
        select(KbTerm.term, func.count())
        .join(KbArticle, KbArticle.id == KbTerm.article_id)
        .where(KbTerm.language == language, KbTerm.term.in_(terms), KbArticle.enabled, KbArticle.audience.in_(readable))
        .group_by(KbTerm.term)
    )
    return dict(iter(rows))


def _found(session: Session, hit: _Hit) -> Found:
    row = session.get(KbArticle, hit.article_id)
    assert row is not None
    piece = snippet(plain_text(row.bodies[hit.language]), hit.terms)
    parts: list[tuple[str, bool]] = []
    last = 0
    for start, end in piece.marks:
        parts += [(piece.text[last:start], False), (piece.text[start:end], True)]
        last = end
    parts.append((piece.text[last:], False))
    shown = tuple(part for part in parts if part[0])
    return Found(hit.article_id, row.titles[hit.language], hit.language, hit.score, shown)


def _readable(audience: Audience) -> tuple[str, ...]:
    return (Audience.PUBLIC,) if audience is Audience.PUBLIC else (Audience.PUBLIC, Audience.INTERNAL)
