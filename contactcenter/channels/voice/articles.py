"""What a phone menu reads aloud from the knowledge base: only what customers may read, in the caller's own language."""

import re
from itertools import accumulate

from sqlalchemy.orm import Session

import ivr
from contactcenter.knowledge import searching
from contactcenter.knowledge.searching import PUBLIC

_SENTENCE = re.compile(r"(?<=[.!?;。！？；])\s*|\n+")


def answer(session: Session, wanted: ivr.FindArticle, language: str) -> ivr.ArticleAnswered:
    """The article that is named, or else the best one for the question."""
    name = wanted.article or _best(session, wanted.question, language)
    found = searching.article(session, name, language, PUBLIC) if name else None
    if found is None or found.language != language:
        return ivr.ArticleAnswered("missing")
    text = shortened(
        f"{found.title}. {found.plain}" if language == "en" else f"{found.title}。{found.plain}", wanted.longest
    )
    return ivr.ArticleAnswered("found", text) if text else ivr.ArticleAnswered("missing")


def shortened(text: str, longest: int) -> str:
    """As many whole sentences from the start as can be said in so many seconds; the first one always."""
    sentences = [one.strip() for one in _SENTENCE.split(text) if one.strip()]
    ends = accumulate(ivr.seconds(one) for one in sentences)
    fitting = sum(end <= longest for end in ends)
    return " ".join(sentences[: max(1, fitting)])


def _best(session: Session, question: str, language: str) -> str | None:
    hits = searching.search(session, question, language, PUBLIC, most=1) if question else []
    return next((hit.article_id for hit in hits if hit.language == language), None)
