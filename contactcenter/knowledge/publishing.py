"""Publishing: an article and the weights of its words change together, so that it is found from the same moment on."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from contactcenter.models import KbArticle, KbLanguage, KbTerm
from kb.articles import LANGUAGES, Article, ArticleText, Audience
from kb.weights import article_length, article_terms

_DRIFT = 10
"""Per cent by which the mean length may move before every article is weighed again."""


def publish(session: Session, article: Article, now: datetime) -> None:
    """Store the article in all its languages and weigh its words; publishing it again replaces it."""
    values: Mapping[str, Any] = {
        "audience": article.audience,
        "topic": article.topic,
        "titles": {language: one.title for language, one in article.texts.items()},
        "bodies": {language: one.body for language, one in article.texts.items()},
        "keywords": {language: list(one.keywords) for language, one in article.texts.items()},
        "queue": article.queue,
        "enabled": True,
        "published_at": now,
    }
    session.execute(
        upsert(KbArticle)
        .values(id=article.id, **values)
        .on_conflict_do_update(index_elements=["id"], set_=dict(values))
    )
    for language in article.texts:
        _weigh(session, article, language)


def withdraw(session: Session, article_id: str) -> None:
    """Take an article out of every search; its text stays."""
    session.execute(update(KbArticle).where(KbArticle.id == article_id).values(enabled=False))


def weigh_again(session: Session) -> list[str]:
    """Weigh every article anew in the languages whose mean length has moved; returns those languages."""
    articles = [stored(row) for row in session.scalars(select(KbArticle).where(KbArticle.enabled))]
    moved = []
    for language in LANGUAGES:
        lengths = [article_length(one, language) for one in articles if language in one.texts]
        if not lengths:
            continue
        mean = max(1000, sum(lengths) * 1000 // len(lengths))
        before = session.scalar(select(KbLanguage.mean_length).where(KbLanguage.language == language))
        if before is not None and abs(mean - before) * 100 <= _DRIFT * before:
            continue
        session.execute(
            upsert(KbLanguage)
            .values(language=language, mean_length=mean)
            .on_conflict_do_update(index_elements=["language"], set_={"mean_length": mean})
        )
        moved.append(language)
        for article in articles:
            if language in article.texts:
                _weigh(session, article, language)
    return moved


def stored(row: KbArticle) -> Article:
    """The article that a row holds."""
    texts = {
        language: ArticleText(row.titles[language], body, tuple(row.keywords.get(language, ())))
        for language, body in row.bodies.items()
    }
    return Article(row.id, Audience(row.audience), row.topic, texts, row.queue)


def _weigh(session: Session, article: Article, language: str) -> None:
    mean = session.scalar(select(KbLanguage.mean_length).where(KbLanguage.language == language))
    terms = article_terms(article, language, (mean or article_length(article, language) * 1000) / 1000)
    session.execute(delete(KbTerm).where(KbTerm.article_id == article.id, KbTerm.language == language))
    rows = [
        {"term": term, "article_id": article.id, "language": language, "weight": weight}
        for term, weight in sorted(terms.items())
    ]
    if rows:
        session.execute(insert(KbTerm), rows)


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(KbArticle).where(KbArticle.enabled)) or 0
