"""Suggesting: the few articles that what the customer wrote or chose makes worth a look."""

from collections.abc import Sequence

from sqlalchemy import update
from sqlalchemy.orm import Session

from contactcenter.knowledge.searching import INTERNAL, Found, search_terms, total
from contactcenter.models import KbArticle
from kb.suggestion import MOST_SUGGESTIONS, THRESHOLD, strength, suggestion_terms


def suggest(session: Session, turns: Sequence[str], language: str, threshold: int = THRESHOLD) -> list[Found]:
    """Articles for the agent beside this conversation; often none."""
    terms = suggestion_terms(turns)
    hits = search_terms(session, terms, language, INTERNAL, MOST_SUGGESTIONS) if terms else []
    totals = {hit.language: total(session, hit.language, INTERNAL) for hit in hits}
    return [hit for hit in hits if strength(hit.score, totals[hit.language]) >= threshold]


def note_use(session: Session, article_id: str) -> None:
    """An agent put this article into an answer."""
    session.execute(update(KbArticle).where(KbArticle.id == article_id).values(used=KbArticle.used + 1))
