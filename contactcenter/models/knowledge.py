"""Tables of the knowledge base: articles, and the weighted words by which they are found."""

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from contactcenter.models.base import Base


class KbArticle(Base):
    """One article in all its languages, as Markdown."""

    __tablename__ = "kb_article"
    id: Mapped[str] = mapped_column(primary_key=True)
    audience: Mapped[str]
    topic: Mapped[str]
    titles: Mapped[dict[str, Any]]
    bodies: Mapped[dict[str, Any]]
    keywords: Mapped[dict[str, Any]]
    queue: Mapped[str | None]
    enabled: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))
    published_at: Mapped[datetime]
    used: Mapped[int] = mapped_column(server_default="0")


class KbTerm(Base):
    """How much a word weighs in one language of one article; integers, so that sums are the same in any order."""

    __tablename__ = "kb_term"
    term: Mapped[str] = mapped_column(primary_key=True)
    article_id: Mapped[str] = mapped_column(ForeignKey("kb_article.id"), primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    weight: Mapped[int]
    __table_args__ = (Index("ix_kb_term_article", "article_id", "language"),)


class KbLanguage(Base):
    """The mean length of articles in a language, in thousandths of a word, as it was when they were weighed."""

    __tablename__ = "kb_language"
    language: Mapped[str] = mapped_column(primary_key=True)
    mean_length: Mapped[int]
